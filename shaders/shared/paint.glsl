// The colour of a pixel under a gradient, an image or a layer, premultiplied. Twin: gpucanvas/stages/paint.py.

Stop load_stop(int i) { return LOAD_Stop(scene, config.stop_start + uint(i) * STOP_WORDS); }

vec4 gradient_color(Paint paint, float x, float y) {
    precise float t = paint.xx * (x + 0.5) + paint.xy * (y + 0.5) + paint.dx;
    int first = int(paint.start);
    int last = first + int(paint.count) - 1;
    int i = first;
    while (i <= last && load_stop(i).offset <= t) ++i;
    Stop lo = load_stop(max(i - 1, first));
    Stop hi = load_stop(min(i, last));
    float span = hi.offset - lo.offset;
    precise float f = span > 0.0 ? min(max((t - lo.offset) / span, 0.0), 1.0) : 0.0;
    precise float a = (lo.a + f * (hi.a - lo.a)) * paint.alpha;
    return vec4((lo.r + f * (hi.r - lo.r)) * a, (lo.g + f * (hi.g - lo.g)) * a, (lo.b + f * (hi.b - lo.b)) * a, a);
}

vec4 load_texel(Paint paint, int x, int y) {
    int column = min(max(x, paint.x0), paint.x1);
    int row = min(max(y, paint.y0), paint.y1);
    uint word = scene[config.texel_start + paint.start + uint(row) * paint.count + uint(column)];
    float a = float(word >> 24) * (1.0 / 255.0);
    float k = a * (1.0 / 255.0);
    return vec4(float(word & 255u) * k, float(word >> 8 & 255u) * k, float(word >> 16 & 255u) * k, a);
}

vec4 image_color(Paint paint, float x, float y) {
    precise float u = paint.xx * (x + 0.5) + paint.xy * (y + 0.5) + paint.dx;
    precise float v = paint.yx * (x + 0.5) + paint.yy * (y + 0.5) + paint.dy;
    u = min(max(u, -FARTHEST_TEXEL), FARTHEST_TEXEL);
    v = min(max(v, -FARTHEST_TEXEL), FARTHEST_TEXEL);
    if ((paint.flags & IMAGE_SMOOTH) == 0) return load_texel(paint, int(floor(u)), int(floor(v))) * paint.alpha;
    float fu = floor(u - 0.5);
    float fv = floor(v - 0.5);
    int column = int(fu);
    int row = int(fv);
    fu = u - 0.5 - fu;
    fv = v - 0.5 - fv;
    vec4 c0 = load_texel(paint, column, row);
    vec4 c1 = load_texel(paint, column + 1, row);
    vec4 c2 = load_texel(paint, column, row + 1);
    vec4 c3 = load_texel(paint, column + 1, row + 1);
    precise vec4 top = c0 + fu * (c1 - c0);
    precise vec4 bottom = c2 + fu * (c3 - c2);
    precise vec4 color = top + fv * (bottom - top);
    return color * paint.alpha;
}

vec4 layer_color(Paint paint, float x, float y) {
    return unpack_pixel(imageLoad(layers, ivec2(int(x) + paint.x0, int(y) + paint.y0)).rg) * paint.alpha;
}

vec4 paint_color(Paint paint, float x, float y) {
    if (paint.kind == PAINT_LAYER) return layer_color(paint, x, y);
    if (paint.kind == PAINT_LINEAR) return gradient_color(paint, x, y);
    return image_color(paint, x, y);
}
