// The colour of a pixel under an image or a pattern, premultiplied. Twin: gpucanvas/stages/textures.py.

#include "shared/places.glsl"

vec4 color_of(uint word) {
    float a = float(word >> 24) * (1.0 / 255.0);
    float k = a * (1.0 / 255.0);
    return vec4(float(word & 255u) * k, float(word >> 8 & 255u) * k, float(word >> 16 & 255u) * k, a);
}

// Returns the colour between four texels: c0 and c1 side by side, c2 and c3 below them.
vec4 mixed(vec4 c0, vec4 c1, vec4 c2, vec4 c3, float fu, float fv) {
    precise vec4 top = c0 + fu * (c1 - c0);
    precise vec4 bottom = c2 + fu * (c3 - c2);
    precise vec4 color = top + fv * (bottom - top);
    return color;
}

// Returns a texel by its index in the pages.
vec4 texel_at(uint i) { return color_of(texelFetch(texels, place_of(i), 0).r); }

// Returns a texel of halves, which takes two words.
vec4 half_texel_at(uint i) {
    vec4 color = from_halves(uvec2(texelFetch(texels, place_of(i), 0).r, texelFetch(texels, place_of(i + 1u), 0).r));
    return vec4(color.rgb * color.a, color.a);
}

// Callers pass `halves` as a literal, so that the compiler drops the other branch.
vec4 load_texel(ImagePaint paint, Image image, int x, int y, bool halves) {
    uint column = uint(min(max(x, paint.x0), paint.x1));
    uint row = uint(min(max(y, paint.y0), paint.y1));
    if (halves) return half_texel_at(image.start + row * image.stride + 2u * column);
    return texel_at(image.start + row * image.stride + column);
}

// Returns the texel at a place, without smoothing.
float nearest(float place) { return ceil(place - TEXEL_TIE) - 1.0; }

vec4 sampled_color(ImagePaint paint, float x, float y, bool halves) {
    precise float u = paint.xx * (x + 0.5) + paint.xy * (y + 0.5) + paint.dx;
    precise float v = paint.yx * (x + 0.5) + paint.yy * (y + 0.5) + paint.dy;
    u = min(max(u, -FARTHEST_TEXEL), FARTHEST_TEXEL);
    v = min(max(v, -FARTHEST_TEXEL), FARTHEST_TEXEL);
    Image image = load_image(paint.image);
    if ((paint.flags & IMAGE_SMOOTH) == 0)
        return load_texel(paint, image, int(nearest(u)), int(nearest(v)), halves) * paint.alpha;
    float fu = floor(u - 0.5);
    float fv = floor(v - 0.5);
    int column = int(fu);
    int row = int(fv);
    fu = u - 0.5 - fu;
    fv = v - 0.5 - fv;
    vec4 c0 = load_texel(paint, image, column, row, halves);
    vec4 c1 = load_texel(paint, image, column + 1, row, halves);
    vec4 c2 = load_texel(paint, image, column, row + 1, halves);
    vec4 c3 = load_texel(paint, image, column + 1, row + 1, halves);
    return mixed(c0, c1, c2, c3, fu, fv) * paint.alpha;
}

vec4 image_color(ImagePaint paint, float x, float y) { return sampled_color(paint, x, y, false); }

vec4 half_image_color(ImagePaint paint, float x, float y) { return sampled_color(paint, x, y, true); }

// Returns a place, an integer, wrapped to 0 .. size - 1; unchanged without repeats.
float wrapped(float place, float size, bool repeats) {
    if (!repeats) return place;
    precise float inverse = 1.0 / size;
    precise float within = place - size * floor(place * inverse);
    // Rounding of the product may have chosen the next or the previous repeat.
    within = within < 0.0 ? within + size : within;
    within = within < size ? within : within - size;
    return min(max(within, 0.0), size - 1.0);
}

// Returns the texel of a pattern at a place, without smoothing. Without repeats the pattern begins
// at its border, whose pixels show the texel behind it.
float nearest_of(float place, float size, bool repeats) {
    if (repeats) return wrapped(nearest(place), size, true);
    float whole = floor(place);
    return whole < 0.0 || whole >= size ? whole : max(nearest(place), 0.0);
}

vec4 pattern_texel(PatternPaint paint, Image image, float column, float row) {
    if (column < 0.0 || row < 0.0 || column >= float(paint.width) || row >= float(paint.height)) return vec4(0.0);
    return texel_at(image.start + uint(row) * image.stride + uint(column));
}

vec4 pattern_color(PatternPaint paint, float x, float y) {
    precise float u = paint.xx * (x + 0.5) + paint.xy * (y + 0.5) + paint.dx;
    precise float v = paint.yx * (x + 0.5) + paint.yy * (y + 0.5) + paint.dy;
    u = min(max(u, -FARTHEST_TEXEL), FARTHEST_TEXEL);
    v = min(max(v, -FARTHEST_TEXEL), FARTHEST_TEXEL);
    Image image = load_image(paint.image);
    float wide = float(paint.width);
    float high = float(paint.height);
    bool across = (paint.flags & REPEAT_X) != 0;
    bool down = (paint.flags & REPEAT_Y) != 0;
    if ((paint.flags & IMAGE_SMOOTH) == 0)
        return pattern_texel(paint, image, nearest_of(u, wide, across), nearest_of(v, high, down)) * paint.alpha;
    float fu = floor(u - 0.5);
    float fv = floor(v - 0.5);
    float left = wrapped(fu, wide, across);
    float right = wrapped(fu + 1.0, wide, across);
    float top = wrapped(fv, high, down);
    float bottom = wrapped(fv + 1.0, high, down);
    vec4 c0 = pattern_texel(paint, image, left, top);
    vec4 c1 = pattern_texel(paint, image, right, top);
    vec4 c2 = pattern_texel(paint, image, left, bottom);
    vec4 c3 = pattern_texel(paint, image, right, bottom);
    return mixed(c0, c1, c2, c3, u - 0.5 - fu, v - 0.5 - fv) * paint.alpha;
}
