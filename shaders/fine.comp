// fine: one work group per tile; a thread has one or more quads of four pixels in a row. Each pixel is loaded and
// stored once. Twin: stages/fine.py; for outlines stages/fast/winding.py.
//
// An outline's coverage is a sum of integers over its segments, so that their order cannot change a bit. Each thread
// goes through all segments for its own pixels. Where there may be many segments, threads divide them among themselves
// and add to a shared accumulator.
#version 430
#include "shared/features.glsl"

// Part of a thread's work for a command does not depend on the number of its pixels. On a GPU, which has enough
// threads, a thread has one quad; with software OpenGL it has a whole row.
#ifdef FEW_THREADS
#define QUADS 4
#define EACH_QUAD(f) f(0); f(1); f(2); f(3)
#else
#define QUADS 1
#define EACH_QUAD(f) f(0)
#endif
#include "generated/fine.glsl"
#include "shared/scene.glsl"
#include "shared/coverage.glsl"
#include "shared/blend.glsl"
#include "shared/pixels.glsl"
#include "shared/paint.glsl"

#define STRIDE ACCUMULATOR_COLUMNS

shared int accumulator[TILE * STRIDE];

ivec2 corner;
int column;
int row;
vec4 cover[QUADS];
vec4 mask[QUADS];
vec4 red[QUADS];
vec4 green[QUADS];
vec4 blue[QUADS];
vec4 alpha[QUADS];

// Returns the columns of a quad's pixels in the tile.
vec4 columns_of(int q) { return float(column + 4 * q) + vec4(0.0, 1.0, 2.0, 3.0); }

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

// Returns the winding of four pixels: the sum of the changes before and at each pixel.
ivec4 running_sum(int at, inout int sum) {
    ivec4 winding;
    winding.x = sum + accumulator[at];
    winding.y = winding.x + accumulator[at + 1];
    winding.z = winding.y + accumulator[at + 2];
    winding.w = winding.z + accumulator[at + 3];
    sum = winding.w;
    return winding;
}

// The part of a segment in this thread's row of pixels, with the numbers that accumulate_segment computes for that row.
struct Part {
    int edges; // the winding that its ends on the tile's left edge add in the whole row
    bool up;
    float h;   // its height, in 1 / AREA_ONE; 0 where the segment does not reach the row
    float x_lo;
    float x_hi;
};

// Returns the change of this row's winding for an outline that crosses the tile's left edge at y.
int edge_part(int y) { return clamp((row + 1) * SUBPIXEL - y, 0, SUBPIXEL) * (AREA_ONE / SUBPIXEL); }

Part part_of(uint start, uint end) {
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
    if (ya >= yb) return Part(edges, up, 0.0, 0.0, 1.0);
    precise float slope = (xe - xa) / float(bottom - top);
    precise float x_top = xa + float(ya - top) * slope;
    precise float x_bottom = xa + float(yb - top) * slope;
    float lo = min(xa, xe);
    float hi = max(xa, xe);
    x_top = ya == top ? xa : min(max(x_top, lo), hi);
    x_bottom = yb == bottom ? xe : min(max(x_bottom, lo), hi);
    precise float h = float(yb - ya) * (float(AREA_ONE) / float(SUBPIXEL));
    return Part(edges, up, h, min(x_top, x_bottom), max(x_top, x_bottom));
}

#include "shared/samples.glsl"

// Computes the coverage of an outline with many segments in the tile: all threads scatter segments, then sum up their
// rows.
void cover_scattered(PathTile t, uint rule) {
    uint lane = gl_LocalInvocationID.x;
    barrier();
    for (uint i = lane; i < TILE * STRIDE; i += GROUP_SIZE) accumulator[i] = 0;
    barrier();
    for (uint i = lane; i < t.segment_count; i += GROUP_SIZE) {
        uint at = (t.segment_start + i) * SEGMENT_WORDS;
        accumulate_segment(segments_at(at), segments_at(at + 1u));
    }
    barrier();
    int sum = t.backdrop * AREA_ONE;
    int base = row * STRIDE;
    for (int c = 0; c < column; ++c) sum += accumulator[base + c];
    ivec4 winding[QUADS];
#define COVER_QUAD(q) winding[q] = running_sum(base + column + 4 * q, sum)
    EACH_QUAD(COVER_QUAD);
    cover_mean(t, rule, winding);
}

// Returns the winding that a part adds to a quad, without its edges.
ivec4 part_winding(Part part, int q) {
    vec4 x = columns_of(q);
    float first = floor(part.x_lo);
    precise float inverse = 1.0 / (part.x_hi - part.x_lo);
    precise float inside = 1.0 - 0.5 * ((part.x_lo - first) + (part.x_hi - first));
    precise vec4 a = clamp(part.x_lo - x, 0.0, 1.0);
    precise vec4 b = clamp(part.x_hi - x, 0.0, 1.0);
    precise vec4 right = max(part.x_hi - x - 1.0, 0.0);
    precise vec4 share = max(1.0 - (0.5 * (a + b) * (b - a) + right) * inverse, 0.0);
    // Inside a single column the divisor may be 0.
    vec4 upright = mix(step(vec4(first), x), vec4(inside), equal(x, vec4(first)));
    share = first == floor(part.x_hi) ? upright : share;
    precise vec4 scaled = part.h * share + 0.5;
    ivec4 area = ivec4(scaled);
    return part.up ? -area : area;
}

void cover_summed(PathTile t, uint rule) {
    ivec4 winding[QUADS];
    int edges = t.backdrop * AREA_ONE;
#define CLEAR_QUAD(q) winding[q] = ivec4(0)
    EACH_QUAD(CLEAR_QUAD);
    uint at = t.segment_start * SEGMENT_WORDS;
    uint end = at + t.segment_count * SEGMENT_WORDS;
    if (at < end) do {
        Part part = part_of(segments_at(at), segments_at(at + 1u));
        edges += part.edges;
#define ADD_QUAD(q) winding[q] += part_winding(part, q)
        EACH_QUAD(ADD_QUAD);
    } while ((at += SEGMENT_WORDS) < end);
#define WIND_QUAD(q) winding[q] += edges
    EACH_QUAD(WIND_QUAD);
    cover_mean(t, rule, winding);
}

void cover_path(uint rule, uint tile) {
    PathTile t = LOAD_PathTile(path_tiles_at, tile * PATHTILE_WORDS);
    if (HAS(FEATURE_DENSE)) cover_scattered(t, rule);
    else cover_summed(t, rule);
}

uint mask_word(uint i) { return texelFetch(texels, place_of(i), 0).r; }

// Returns four bytes of masks, beginning at any byte.
uint mask_bytes(uint at) {
    uint shift = (at & 3u) * 8u;
    uint low = mask_word(at >> 2);
    uint high = mask_word(at + 3u >> 2);
    return shift == 0u ? low : low >> shift | high << 32u - shift;
}

// Beside a mask the bytes are 0 for the width of a tile; above and below it are rows of other masks.
vec4 glyph_coverage(Draw draw, vec4 x, float y, float x0, float y0, float y1) {
    if (y < y0 || y >= y1) return vec4(0.0);
    int stride = int(draw.x1 - draw.x0) + MASK_GAP;
    uint at = uint(int(draw.path) + int(y - y0) * stride + int(x.x - x0));
    uint bytes = mask_bytes(at);
    precise vec4 c = vec4(uvec4(bytes, bytes >> 8, bytes >> 16, bytes >> 24) & 255u) * (1.0 / 255.0);
    return c;
}

vec4 shape_coverage(Draw draw, uint shape, vec4 x, float x0, float y0, float x1, float y1) {
    float y = float(row);
    vec4 c = vec4(0.0);
    if (HAS(FEATURE_RECTS)) c = rect_coverage(x, y, x0, y0, x1, y1);
    if (HAS(FEATURE_CIRCLES) && shape == SHAPE_CIRCLE) c = circle_coverage(x, y, x0, y0, draw.x1, draw.y1);
    if (HAS(FEATURE_FRAMES) && shape == SHAPE_FRAME) c = frame_coverage(x, y, x0, y0, x1, y1, draw.size);
    if (HAS(FEATURE_SEGMENTS) && shape == SHAPE_SEGMENT) c = segment_coverage(x, y, x0, y0, x1, y1, draw.size);
    if (HAS(FEATURE_GLYPHS) && shape == SHAPE_GLYPH) c = glyph_coverage(draw, x, y, x0, y0, y1);
    return c;
}

void cover_shape(Draw draw, uint shape) {
    float fx = float(corner.x);
    float fy = float(corner.y);
    precise float x0 = draw.x0 - fx;
    precise float y0 = draw.y0 - fy;
    precise float x1 = draw.x1 - fx;
    precise float y1 = draw.y1 - fy;
#define SHAPE_QUAD(q) cover[q] = shape_coverage(draw, shape, columns_of(q), x0, y0, x1, y1)
    EACH_QUAD(SHAPE_QUAD);
}

void cover_rect(Clip clip) {
    vec2 from = vec2(corner);
#define RECT_QUAD(q) \
    cover[q] = rect_coverage(columns_of(q), float(row), clip.x0 - from.x, clip.y0 - from.y, clip.x1 - from.x, clip.y1 - from.y)
    EACH_QUAD(RECT_QUAD);
}

void multiply_mask(bool masked) {
#define MASK_QUAD(q) mask[q] = masked ? mask[q] * cover[q] : cover[q]
    EACH_QUAD(MASK_QUAD);
}

void blend_solid_over(Draw draw, vec4 c, int q) {
    precise vec4 k = 1.0 - draw.a * c;
    precise vec4 new_red = draw.r * c + k * red[q];
    precise vec4 new_green = draw.g * c + k * green[q];
    precise vec4 new_blue = draw.b * c + k * blue[q];
    precise vec4 new_alpha = draw.a * c + k * alpha[q];
    red[q] = new_red;
    green[q] = new_green;
    blue[q] = new_blue;
    alpha[q] = new_alpha;
}

void blend_any(Draw draw, uint op, vec4 c, vec4 m, int q) {
    vec4 r = vec4(draw.r);
    vec4 g = vec4(draw.g);
    vec4 b = vec4(draw.b);
    vec4 a = vec4(draw.a);
    if (HAS(FEATURE_PAINTS) && draw.paint != 0u && any(greaterThan(c * m, vec4(0.0)))) {
        float x = float(corner.x + column + 4 * q);
        mat4 colors = transpose(paint_quad(draw.paint, x, float(corner.y + row)));
        r = colors[0];
        g = colors[1];
        b = colors[2];
        a = colors[3];
    }
    Pixels pixels = blend(op, Pixels(r, g, b, a), Pixels(red[q], green[q], blue[q], alpha[q]), c, m);
    red[q] = pixels.r;
    green[q] = pixels.g;
    blue[q] = pixels.b;
    alpha[q] = pixels.a;
}

void map_quad(vec4 add, float keep, int q) {
    precise vec4 new_red = add.r + keep * red[q];
    precise vec4 new_green = add.g + keep * green[q];
    precise vec4 new_blue = add.b + keep * blue[q];
    precise vec4 new_alpha = add.a + keep * alpha[q];
    red[q] = new_red;
    green[q] = new_green;
    blue[q] = new_blue;
    alpha[q] = new_alpha;
}

struct Command { uint kind; uint index; };

// The kind of command behind the last command of a tile's list; no COMMAND_* has this value.
#define COMMAND_END (1u << COMMAND_BITS)

Command next_command(inout uint at, uint end) {
    if (at >= end) return Command(COMMAND_END, 0u);
    uint word = words_at(at++);
    return Command(word & (COMMAND_END - 1u), word >> COMMAND_BITS);
}

void blend_draw(Draw draw, bool masked) {
    uint op = draw.style >> STYLE_OP_SHIFT & 255u;
    if (!HAS(FEATURE_BLENDS) || (draw.paint == 0u && op == OP_SOURCE_OVER)) {
#define OVER_QUAD(q) blend_solid_over(draw, masked ? cover[q] * mask[q] : cover[q], q)
        EACH_QUAD(OVER_QUAD);
    } else {
#define BLEND_QUAD(q) blend_any(draw, op, cover[q], masked ? mask[q] : vec4(1.0), q)
        EACH_QUAD(BLEND_QUAD);
    }
}

// A turn of the loop takes several commands in the order in which they commonly occur, because software OpenGL executes
// the whole body for any command. For the same reason a single call computes an outline's coverage, for a clip or a
// draw.
void run_tile(uint at, uint end) {
    bool masked = false;
    do {
        Command command = next_command(at, end);
        if (command.kind == COMMAND_AFFINE) {
            vec4 add = uintBitsToFloat(uvec4(words_at(at), words_at(at + 1u), words_at(at + 2u), words_at(at + 3u)));
            float keep = uintBitsToFloat(words_at(at + 4u));
#define MAP_QUAD(q) map_quad(add, keep, q)
            EACH_QUAD(MAP_QUAD);
            at += uint(AFFINE_WORDS - 1);
            command = next_command(at, end);
        }
        if (HAS(FEATURE_CLIPS) && command.kind == COMMAND_CLIP_NONE) {
            masked = false;
            command = next_command(at, end);
        }
        bool clips_rect = HAS(FEATURE_CLIP_RECTS) && command.kind == COMMAND_CLIP_RECT;
        bool clips_path = HAS(FEATURE_CLIP_PATHS) && command.kind == COMMAND_CLIP_PATH;
        bool draws_path = HAS(FEATURE_PATHS) && command.kind == COMMAND_PATH;
        if (clips_rect) cover_rect(load_clip(command.index));
        if (clips_path || draws_path) {
            uint path = clips_path ? command.index : load_draw(command.index).path;
            cover_path(load_path(path).rule, words_at(at++));
        }
        if (clips_rect || clips_path) {
            multiply_mask(masked);
            masked = true;
            command = next_command(at, end);
        }
        bool draws_full = command.kind == COMMAND_FULL;
        bool draws_shape = command.kind == COMMAND_SHAPE;
        bool draws_nothing = command.kind == COMMAND_EMPTY;
        if (draws_path || draws_full || draws_shape || draws_nothing) {
            Draw draw = load_draw(command.index);
            if (draws_shape) cover_shape(draw, draw.style & 255u);
            if (draws_full || draws_nothing) {
#define PLAIN_QUAD(q) cover[q] = vec4(draws_full ? 1.0 : 0.0)
                EACH_QUAD(PLAIN_QUAD);
            }
            if (HAS(FEATURE_TONES) && draws_path && (draw.style & STYLE_TONED) != 0u) {
#define TONE_QUAD(q) cover[q] = toned(cover[q], draw.x0, draw.y0, draw.x1)
                EACH_QUAD(TONE_QUAD);
            }
            blend_draw(draw, HAS(FEATURE_CLIPS) && masked);
        } else if (command.kind != COMMAND_END) {
            // The next turn begins with this command.
            at -= 1u;
        }
    } while (at < end);
}

// Returns a pixel of the target; `ground` where the target was cleared, because a clear is not written to its texture.
vec4 load_pixel(ivec2 place) {
    return unpack_pixel(config.clears == 0u ? imageLoad(surface, place).rg : uvec2(config.ground, config.ground_high));
}

void store_pixel(ivec2 place, float r, float g, float b, float a) {
    if (place.x >= int(config.width) || place.y >= int(config.height)) return;
    imageStore(surface, place, pack_pixel(r, g, b, a));
}

void load_quad(ivec2 place, int q) {
    mat4 pixels = mat4(
        load_pixel(place), load_pixel(place + ivec2(1, 0)), load_pixel(place + ivec2(2, 0)), load_pixel(place + ivec2(3, 0))
    );
    pixels = transpose(pixels);
    red[q] = pixels[0];
    green[q] = pixels[1];
    blue[q] = pixels[2];
    alpha[q] = pixels[3];
    mask[q] = vec4(1.0);
}

void store_quad(ivec2 place, int q) {
    store_pixel(place, red[q].x, green[q].x, blue[q].x, alpha[q].x);
    store_pixel(place + ivec2(1, 0), red[q].y, green[q].y, blue[q].y, alpha[q].y);
    store_pixel(place + ivec2(2, 0), red[q].z, green[q].z, blue[q].z, alpha[q].z);
    store_pixel(place + ivec2(3, 0), red[q].w, green[q].w, blue[q].w, alpha[q].w);
}

void main() {
    load_config();
    uvec2 place = gl_WorkGroupID.xy + uvec2(config.fine_left, config.fine_top);
    uint tile = place.y * config.width_in_tiles + place.x;
    uint at = tiles_at(2u * tile);
    uint word_count = tiles_at(2u * tile + 1u);
    bool fits = counters[COUNTER_LINES] <= config.line_capacity && counters[COUNTER_CROSSINGS] <= config.crossing_capacity &&
        counters[COUNTER_BINNED] <= config.binned_capacity && counters[COUNTER_WORDS] <= config.word_capacity;
    if (!fits || counters[COUNTER_OVERFLOW] != 0u) {
        // From here on no frame stores anything, until the host has made room and repeats this one.
        if (!fits && gl_WorkGroupID.xy == uvec2(0u) && gl_LocalInvocationID.x == 0u) counters[COUNTER_OVERFLOW] = 1u;
        return;
    }
    if (word_count == 0u && config.clears == 0u) return;
    corner = ivec2(place) * TILE;
    column = int(gl_LocalInvocationID.x) % (4 / QUADS) * 4;
    row = int(gl_LocalInvocationID.x) / (4 / QUADS);
#define LOAD_QUAD(q) load_quad(corner + ivec2(column + 4 * q, row), q)
    EACH_QUAD(LOAD_QUAD);
    if (word_count != 0u) run_tile(at, at + word_count);
#define STORE_QUAD(q) store_quad(corner + ivec2(column + 4 * q, row), q)
    EACH_QUAD(STORE_QUAD);
}
