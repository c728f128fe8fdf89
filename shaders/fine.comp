// fine: a work group a tile, a thread four pixels of one row; each pixel is loaded and stored once. Twin: stages/fine.py.
//
// An outline's coverage is scattered into a shared accumulator of integers by all threads, so that the order of its
// segments cannot change a bit; then every thread sums its row up to its own pixels.
#version 430
layout(local_size_x = 64) in;
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

#define STRIDE (TILE + 1)
#define X_MASK (EDGE_FLAG - 1)
#define SUBPIXEL_SHIFT 10

shared int accumulator[TILE * STRIDE];

ivec2 corner;
int column;
int row;
float cover[4];
float mask[4];
vec4 px[4];

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
    if (first == last) {
        if (first < TILE) {
            precise float scaled = h * (1.0 - 0.5 * ((x_lo - float(first)) + (x_hi - float(first)))) + 0.5;
            int area = int(scaled);
            atomicAdd(accumulator[base + first], sign_ * area);
            atomicAdd(accumulator[base + first + 1], sign_ * (whole - area));
        }
        return;
    }
    last = min(last, TILE - 1);
    int done = 0;
    precise float inverse = 1.0 / (x_hi - x_lo);
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

void cover_path(uint rule, uint tile) {
    uint lane = gl_LocalInvocationID.x;
    PathTile t = LOAD_PathTile(path_tiles, tile * PATHTILE_WORDS);
    barrier();
    for (uint i = lane; i < TILE * STRIDE; i += 64u) accumulator[i] = 0;
    barrier();
    for (uint i = lane; i < t.segment_count; i += 64u) {
        uint at = (t.segment_start + i) * SEGMENT_WORDS;
        accumulate_segment(segments[at], segments[at + 1u]);
    }
    barrier();
    int winding = t.backdrop * AREA_ONE;
    for (int c = 0; c < column; ++c) winding += accumulator[row * STRIDE + c];
    for (int i = 0; i < 4; ++i) {
        winding += accumulator[row * STRIDE + column + i];
        cover[i] = cover_winding(winding, rule);
    }
}

void cover_shape(Draw draw) {
    uint shape = draw.style & 255u;
    float fx = float(corner.x);
    float fy = float(corner.y);
    precise float x0 = draw.x0 - fx;
    precise float y0 = draw.y0 - fy;
    precise float x1 = draw.x1 - fx;
    precise float y1 = draw.y1 - fy;
    float y = float(row);
    for (int i = 0; i < 4; ++i) {
        float x = float(column + i);
        if (shape == SHAPE_RECT) cover[i] = rect_coverage(x, y, x0, y0, x1, y1);
        else if (shape == SHAPE_CIRCLE) cover[i] = circle_coverage(x, y, x0, y0, draw.x1, draw.y1);
        else if (shape == SHAPE_FRAME) cover[i] = frame_coverage(x, y, x0, y0, x1, y1, draw.size);
        else cover[i] = segment_coverage(x, y, x0, y0, x1, y1, draw.size);
    }
}

void multiply_mask(bool masked) {
    for (int i = 0; i < 4; ++i) mask[i] = masked ? mask[i] * cover[i] : cover[i];
}

void blend_pixels(Draw draw, bool masked) {
    uint op = draw.style >> STYLE_OP_SHIFT & 255u;
    vec4 color = vec4(draw.r, draw.g, draw.b, draw.a);
    if (draw.paint == 0u && op == OP_SOURCE_OVER) {
        for (int i = 0; i < 4; ++i) {
            precise float c = masked ? cover[i] * mask[i] : cover[i];
            precise float k = 1.0 - color.a * c;
            precise vec4 over = color * c + k * px[i];
            px[i] = over;
        }
        return;
    }
    for (int i = 0; i < 4; ++i) {
        float m = masked ? mask[i] : 1.0;
        if (draw.paint != 0u && cover[i] * m > 0.0)
            color = paint_color(load_paint(draw.paint - 1u), float(corner.x + column + i), float(corner.y + row));
        px[i] = blend(op, color, px[i], cover[i], m);
    }
}

void run_tile(uint at, uint end) {
    bool masked = false;
    while (at < end) {
        uint word = words[at++];
        uint kind = word & ((1u << COMMAND_BITS) - 1u);
        uint index = word >> COMMAND_BITS;
        if (kind == COMMAND_AFFINE) {
            vec4 sum = vec4(uintBitsToFloat(words[at]), uintBitsToFloat(words[at + 1u]),
                            uintBitsToFloat(words[at + 2u]), uintBitsToFloat(words[at + 3u]));
            float keep = uintBitsToFloat(words[at + 4u]);
            for (int i = 0; i < 4; ++i) {
                precise vec4 mapped = sum + keep * px[i];
                px[i] = mapped;
            }
            at += 5u;
            continue;
        }
        if (kind == COMMAND_CLIP_NONE) {
            masked = false;
            continue;
        }
        if (kind == COMMAND_CLIP_RECT) {
            Clip clip = load_clip(index);
            float fx = float(corner.x);
            float fy = float(corner.y);
            for (int i = 0; i < 4; ++i)
                cover[i] = rect_coverage(float(column + i), float(row), clip.x0 - fx, clip.y0 - fy, clip.x1 - fx, clip.y1 - fy);
            multiply_mask(masked);
            masked = true;
            continue;
        }
        if (kind == COMMAND_CLIP_PATH) {
            cover_path(load_path(index).rule, words[at++]);
            multiply_mask(masked);
            masked = true;
            continue;
        }
        Draw draw = load_draw(index);
        if (kind == COMMAND_PATH) cover_path(load_path(draw.path).rule, words[at++]);
        else if (kind == COMMAND_SHAPE) cover_shape(draw);
        else for (int i = 0; i < 4; ++i) cover[i] = kind == COMMAND_FULL ? 1.0 : 0.0;
        blend_pixels(draw, masked);
    }
}

uint pack(float v) { return uint(min(max(v, 0.0), 1.0) * 255.0 + 0.5); }

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
    for (int i = 0; i < 4; ++i) {
        uint word = imageLoad(target, place + ivec2(i, 0)).r;
        px[i] = vec4(float(word & 255u), float(word >> 8 & 255u), float(word >> 16 & 255u), float(word >> 24)) * (1.0 / 255.0);
        mask[i] = 1.0;
    }
    run_tile(at, at + word_count);
    for (int i = 0; i < 4; ++i) {
        if (place.x + i >= int(config.width) || place.y >= int(config.height)) continue;
        uint word = pack(px[i].r) | pack(px[i].g) << 8 | pack(px[i].b) << 16 | pack(px[i].a) << 24;
        imageStore(target, place + ivec2(i, 0), uvec4(word));
    }
}
