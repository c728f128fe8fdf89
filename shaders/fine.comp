// fine: a work group a tile, a thread four pixels of one row; each pixel is loaded and stored once. Twin: stages/fine.py.
//
// An outline's coverage is a sum of integers over its segments, so that their order cannot change a bit. Each thread goes
// through all segments for its own pixels; where there may be many, threads share them out and meet in an accumulator.
#version 430
layout(local_size_x = 64) in;
#include "shared/features.glsl"
#include "shared/scene.glsl"
#include "shared/coverage.glsl"
#include "shared/blend.glsl"
#include "shared/paint.glsl"
layout(std430, binding = 4) readonly buffer PathTileBlock { uint path_tiles[]; };
layout(std430, binding = 5) readonly buffer SegmentBlock { uint segments[]; };
layout(std430, binding = 7) readonly buffer WordBlock { uint words[]; };
layout(std430, binding = 8) readonly buffer TileBlock { uint tiles[]; };
layout(std430, binding = 9) readonly buffer CounterBlock { uint counters[]; };
layout(r32ui, binding = 0) uniform uimage2D target;

#define STRIDE (TILE + 4)
#define X_MASK (EDGE_FLAG - 1)
#define SUBPIXEL_SHIFT 10

shared int accumulator[TILE * STRIDE];

ivec2 corner;
int column;
int row;
vec4 cover;
vec4 mask;
vec4 red;
vec4 green;
vec4 blue;
vec4 alpha;

void accumulate_edge(int y, int sign_) {
    int r = y >> SUBPIXEL_SHIFT;
    if (r >= TILE) return;
    int part = (((r + 1) << SUBPIXEL_SHIFT) - y) * (AREA_ONE / SUBPIXEL);
    atomicAdd(accumulator[r * STRIDE], sign_ * part);
    for (++r; r < TILE; ++r) atomicAdd(accumulator[r * STRIDE], sign_ * AREA_ONE);
}

void accumulate_row(int base, float x_lo, float x_hi, int height, int sign_) {
    precise float h = float(height) * (float(AREA_ONE) / float(SUBPIXEL));
    int whole = int(h);
    int first = int(x_lo);
    int last = int(x_hi);
    precise float wide = x_hi - x_lo;
    int at = base + first;
    if (last - first <= 1) {
        float edge = float(first) + 1.0;
        precise float p = edge - x_lo;
        precise float q = max(x_hi - edge, 0.0);
        precise float beyond = 0.5 * q * q / max(wide, THIN);
        precise float scaled_left = h * (p - 0.5 * wide + beyond) + 0.5;
        precise float scaled_right = h * (1.0 - beyond) + 0.5;
        int left = int(scaled_left);
        int right = int(scaled_right);
        atomicAdd(accumulator[at], sign_ * left);
        atomicAdd(accumulator[at + 1], sign_ * (right - left));
        atomicAdd(accumulator[at + 2], sign_ * (whole - right));
        return;
    }
    last = min(last, TILE - 1);
    int done = 0;
    precise float inverse = 1.0 / wide;
    for (int c = first; c <= last; ++c) {
        precise float scaled = h * area_right_of(x_lo, x_hi, inverse, float(c)) + 0.5;
        int area = int(scaled);
        atomicAdd(accumulator[base + c], sign_ * (area - done));
        done = area;
    }
    atomicAdd(accumulator[base + last + 1], sign_ * (whole - done));
}

void accumulate_segment(uint start, uint end) {
    int sx = int(start & 0xFFFFu);
    int sy = int(start >> 16);
    int ex = int(end & 0xFFFFu);
    int ey = int(end >> 16);
    if ((sx & EDGE_FLAG) != 0) accumulate_edge(sy, -1);
    if ((ex & EDGE_FLAG) != 0) accumulate_edge(ey, 1);
    sx &= X_MASK;
    ex &= X_MASK;
    if (sy == ey) return;
    int sign_ = 1;
    if (ey < sy) {
        int swap = sx; sx = ex; ex = swap;
        swap = sy; sy = ey; ey = swap;
        sign_ = -1;
    }
    int first = sy >> SUBPIXEL_SHIFT;
    int last = (ey - 1) >> SUBPIXEL_SHIFT;
    float xa = float(sx) * TO_PIXEL;
    float xe = float(ex) * TO_PIXEL;
    if (first == last) {
        accumulate_row(first * STRIDE, min(xa, xe), max(xa, xe), ey - sy, sign_);
        return;
    }
    precise float slope = (xe - xa) / float(ey - sy);
    float lo = min(xa, xe);
    float hi = max(xa, xe);
    float x_start = xa;
    int ya = sy;
    for (int r = first; r <= last; ++r) {
        int yb = min(ey, (r + 1) << SUBPIXEL_SHIFT);
        precise float xb = x_start + float(yb - sy) * slope;
        xb = r == last ? xe : min(max(xb, lo), hi);
        accumulate_row(r * STRIDE, min(xa, xb), max(xa, xb), yb - ya, sign_);
        xa = xb;
        ya = yb;
    }
}

// A thread's own pixels, of an outline with many segments in the tile: all threads scatter segments, then sum their row up.
ivec4 scattered_winding(PathTile t) {
    uint lane = gl_LocalInvocationID.x;
    barrier();
    for (uint i = lane; i < TILE * STRIDE; i += 64u) accumulator[i] = 0;
    barrier();
    for (uint i = lane; i < t.segment_count; i += 64u) {
        uint at = (t.segment_start + i) * SEGMENT_WORDS;
        accumulate_segment(segments[at], segments[at + 1u]);
    }
    barrier();
    int before = t.backdrop * AREA_ONE;
    int base = row * STRIDE;
    for (int c = 0; c < column; ++c) before += accumulator[base + c];
    ivec4 winding;
    winding.x = before + accumulator[base + column];
    winding.y = winding.x + accumulator[base + column + 1];
    winding.z = winding.y + accumulator[base + column + 2];
    winding.w = winding.z + accumulator[base + column + 3];
    return winding;
}

// How much an outline that crosses the tile's left edge at y changes the winding of this row.
int edge_part(int y) { return clamp((row + 1) * SUBPIXEL - y, 0, SUBPIXEL) * (AREA_ONE / SUBPIXEL); }

// What one segment adds to the winding of this thread's pixels: accumulate_segment, seen from a pixel.
ivec4 segment_winding(uint start, uint end) {
    int sy = int(start >> 16);
    int ey = int(end >> 16);
    int edges = ((end & EDGE_FLAG) != 0u ? edge_part(ey) : 0) - ((start & EDGE_FLAG) != 0u ? edge_part(sy) : 0);
    bool up = ey < sy;
    float xa = float(int((up ? end : start) & X_MASK)) * TO_PIXEL;
    float xe = float(int((up ? start : end) & X_MASK)) * TO_PIXEL;
    int top = min(sy, ey);
    int bottom = max(sy, ey);
    int ya = max(top, row * SUBPIXEL);
    int yb = min(bottom, (row + 1) * SUBPIXEL);
    if (ya >= yb) return ivec4(edges);
    precise float slope = (xe - xa) / float(bottom - top);
    precise float x_top = xa + float(ya - top) * slope;
    precise float x_bottom = xa + float(yb - top) * slope;
    float lo = min(xa, xe);
    float hi = max(xa, xe);
    x_top = ya == top ? xa : min(max(x_top, lo), hi);
    x_bottom = yb == bottom ? xe : min(max(x_bottom, lo), hi);
    float x_lo = min(x_top, x_bottom);
    float x_hi = max(x_top, x_bottom);
    precise float h = float(yb - ya) * (float(AREA_ONE) / float(SUBPIXEL));
    int first = int(x_lo);
    int last = int(x_hi);
    precise float inverse = 1.0 / (x_hi - x_lo);
    precise float inside = 1.0 - 0.5 * ((x_lo - float(first)) + (x_hi - float(first)));
    vec4 x = float(column) + vec4(0.0, 1.0, 2.0, 3.0);
    precise vec4 a = clamp(x_lo - x, 0.0, 1.0);
    precise vec4 b = clamp(x_hi - x, 0.0, 1.0);
    precise vec4 right = max(x_hi - x - 1.0, 0.0);
    precise vec4 share = max(1.0 - (0.5 * (a + b) * (b - a) + right) * inverse, 0.0);
    share = first == last ? vec4(inside) : share;
    precise vec4 scaled = h * share + 0.5;
    ivec4 area = ivec4(scaled);
    ivec4 columns = ivec4(x);
    area = ivec4(mix(vec4(area), vec4(int(h)), greaterThan(columns, ivec4(last))));
    area = ivec4(mix(vec4(area), vec4(0.0), lessThan(columns, ivec4(first))));
    return edges + (up ? -area : area);
}

ivec4 summed_winding(PathTile t) {
    ivec4 winding = ivec4(t.backdrop * AREA_ONE);
    uint at = t.segment_start * SEGMENT_WORDS;
    for (uint i = 0u; i < t.segment_count; ++i) {
        winding += segment_winding(segments[at], segments[at + 1u]);
        at += SEGMENT_WORDS;
    }
    return winding;
}

void cover_path(uint rule, uint tile) {
    PathTile t = LOAD_PathTile(path_tiles, tile * PATHTILE_WORDS);
    ivec4 winding = HAS(FEATURE_DENSE) ? scattered_winding(t) : summed_winding(t);
    cover = cover_winding(winding, rule);
}

void cover_shape(Draw draw, uint shape) {
    float fx = float(corner.x);
    float fy = float(corner.y);
    precise float x0 = draw.x0 - fx;
    precise float y0 = draw.y0 - fy;
    precise float x1 = draw.x1 - fx;
    precise float y1 = draw.y1 - fy;
    vec4 x = float(column) + vec4(0.0, 1.0, 2.0, 3.0);
    float y = float(row);
    if (HAS(FEATURE_RECTS)) cover = rect_coverage(x, y, x0, y0, x1, y1);
    if (HAS(FEATURE_CIRCLES) && shape == SHAPE_CIRCLE) cover = circle_coverage(x, y, x0, y0, draw.x1, draw.y1);
    if (HAS(FEATURE_FRAMES) && shape == SHAPE_FRAME) cover = frame_coverage(x, y, x0, y0, x1, y1, draw.size);
    if (HAS(FEATURE_SEGMENTS) && shape == SHAPE_SEGMENT) cover = segment_coverage(x, y, x0, y0, x1, y1, draw.size);
}

void multiply_mask(bool masked) { mask = masked ? mask * cover : cover; }

void blend_solid_over(float r, float g, float b, float a, vec4 c) {
    precise vec4 k = 1.0 - a * c;
    precise vec4 new_red = r * c + k * red;
    precise vec4 new_green = g * c + k * green;
    precise vec4 new_blue = b * c + k * blue;
    precise vec4 new_alpha = a * c + k * alpha;
    red = new_red;
    green = new_green;
    blue = new_blue;
    alpha = new_alpha;
}

void blend_any(Draw draw, uint op, vec4 m) {
    vec4 r = vec4(draw.r);
    vec4 g = vec4(draw.g);
    vec4 b = vec4(draw.b);
    vec4 a = vec4(draw.a);
    if (HAS(FEATURE_PAINTS) && draw.paint != 0u && any(greaterThan(cover * m, vec4(0.0)))) {
        Paint paint = load_paint(draw.paint - 1u);
        float x = float(corner.x + column);
        float y = float(corner.y + row);
        vec4 c0 = paint_color(paint, x, y);
        vec4 c1 = paint_color(paint, x + 1.0, y);
        vec4 c2 = paint_color(paint, x + 2.0, y);
        vec4 c3 = paint_color(paint, x + 3.0, y);
        r = vec4(c0.r, c1.r, c2.r, c3.r);
        g = vec4(c0.g, c1.g, c2.g, c3.g);
        b = vec4(c0.b, c1.b, c2.b, c3.b);
        a = vec4(c0.a, c1.a, c2.a, c3.a);
    }
    vec4 da = alpha;
    red = blend(op, r, a, red, da, cover, m);
    green = blend(op, g, a, green, da, cover, m);
    blue = blend(op, b, a, blue, da, cover, m);
    alpha = blend_alpha(op, a, da, cover, m);
}

void run_tile(uint at, uint end) {
    bool masked = false;
    while (at < end) {
        uint word = words[at++];
        uint kind = word & ((1u << COMMAND_BITS) - 1u);
        uint index = word >> COMMAND_BITS;
        if (kind == COMMAND_AFFINE) {
            float keep = uintBitsToFloat(words[at + 4u]);
            precise vec4 new_red = uintBitsToFloat(words[at]) + keep * red;
            precise vec4 new_green = uintBitsToFloat(words[at + 1u]) + keep * green;
            precise vec4 new_blue = uintBitsToFloat(words[at + 2u]) + keep * blue;
            precise vec4 new_alpha = uintBitsToFloat(words[at + 3u]) + keep * alpha;
            red = new_red;
            green = new_green;
            blue = new_blue;
            alpha = new_alpha;
            at += 5u;
            continue;
        }
        if (HAS(FEATURE_CLIPS)) {
            if (kind == COMMAND_CLIP_NONE) {
                masked = false;
                continue;
            }
            if (kind == COMMAND_CLIP_RECT) {
                Clip clip = load_clip(index);
                vec4 x = float(column) + vec4(0.0, 1.0, 2.0, 3.0);
                vec2 from = vec2(corner);
                cover = rect_coverage(x, float(row), clip.x0 - from.x, clip.y0 - from.y, clip.x1 - from.x, clip.y1 - from.y);
                multiply_mask(masked);
                masked = true;
                continue;
            }
            if (HAS(FEATURE_PATHS) && kind == COMMAND_CLIP_PATH) {
                cover_path(load_path(index).rule, words[at++]);
                multiply_mask(masked);
                masked = true;
                continue;
            }
        }
        Draw draw = load_draw(index);
        if (HAS(FEATURE_PATHS) && kind == COMMAND_PATH) cover_path(load_path(draw.path).rule, words[at++]);
        else if (kind == COMMAND_SHAPE) cover_shape(draw, draw.style & 255u);
        else cover = vec4(kind == COMMAND_FULL ? 1.0 : 0.0);
        uint op = draw.style >> STYLE_OP_SHIFT & 255u;
        bool simple = draw.paint == 0u && op == OP_SOURCE_OVER;
        if (!HAS(FEATURE_BLENDS) || simple) {
            vec4 c = HAS(FEATURE_CLIPS) && masked ? cover * mask : cover;
            blend_solid_over(draw.r, draw.g, draw.b, draw.a, c);
        } else {
            blend_any(draw, op, HAS(FEATURE_CLIPS) && masked ? mask : vec4(1.0));
        }
    }
}

uint pack(float v) { return uint(min(max(v, 0.0), 1.0) * 255.0 + 0.5); }

vec4 load_pixel(ivec2 place) {
    uint word = imageLoad(target, place).r;
    return vec4(float(word & 255u), float(word >> 8 & 255u), float(word >> 16 & 255u), float(word >> 24)) * (1.0 / 255.0);
}

void store_pixel(ivec2 place, float r, float g, float b, float a) {
    if (place.x >= int(config.width) || place.y >= int(config.height)) return;
    imageStore(target, place, uvec4(pack(r) | pack(g) << 8 | pack(b) << 16 | pack(a) << 24));
}

void main() {
    load_config();
    uint tile = gl_WorkGroupID.y * config.width_in_tiles + gl_WorkGroupID.x;
    uint at = tiles[2u * tile];
    uint word_count = tiles[2u * tile + 1u];
    if (word_count == 0u) return;
    if (counters[COUNTER_LINES] > config.line_capacity || counters[COUNTER_CROSSINGS] > config.crossing_capacity ||
        counters[COUNTER_BINNED] > config.binned_capacity || counters[COUNTER_WORDS] > config.word_capacity) return;
    corner = ivec2(gl_WorkGroupID.xy) * TILE;
    column = int(gl_LocalInvocationID.x) % 4 * 4;
    row = int(gl_LocalInvocationID.x) / 4;
    ivec2 place = corner + ivec2(column, row);
    mat4 start = mat4(load_pixel(place), load_pixel(place + ivec2(1, 0)), load_pixel(place + ivec2(2, 0)), load_pixel(place + ivec2(3, 0)));
    start = transpose(start);
    red = start[0];
    green = start[1];
    blue = start[2];
    alpha = start[3];
    mask = vec4(1.0);
    run_tile(at, at + word_count);
    store_pixel(place, red.x, green.x, blue.x, alpha.x);
    store_pixel(place + ivec2(1, 0), red.y, green.y, blue.y, alpha.y);
    store_pixel(place + ivec2(2, 0), red.z, green.z, blue.z, alpha.z);
    store_pixel(place + ivec2(3, 0), red.w, green.w, blue.w, alpha.w);
}
