// flatten: writes, for each vertex, the lines of the segment that begins there. Twin: stages/flatten.py,
// flatten_outlines.
//
// Every thread goes through its lines twice: first to count them, and then, with a place for them, to write them.
#version 430
#include "shared/features.glsl"
#include "generated/flatten_outlines.glsl"
#include "shared/scene.glsl"
#include "shared/snap.glsl"

bool writing;
uint emitted;
uint base;
uint path_index;
Stroke pen;
uint start;
int count;
bool closed;

Vertex load_vertex(uint i) { return LOAD_Vertex(vertices_at, i * VERTEX_WORDS); }

// The number of columns or rows of tiles between two coordinates, within [first, last), rounded as in binning.
int tiles_between(float a, float b, int first, int last) {
    int low = max(snap(clamp(min(a, b), -FAR_LINE, FAR_LINE)) >> TILE_SHIFT, first);
    int high = min(snap(clamp(max(a, b), -FAR_LINE, FAR_LINE)) >> TILE_SHIFT, last - 1);
    return max(high - low + 1, 0);
}

// Counts the crossings of a line that did not fit into the buffer, because binning will not see it. A line enters each
// tile through a side of the tile before, so that the number of tiles follows from those of columns and rows. Binning
// may find fewer crossings, where the line leaves the path's tiles.
void count_crossings(float x0, float y0, float x1, float y1) {
    Path path = load_path(path_index);
    int columns = tiles_between(x0, x1, path.tx0, path.tx1);
    int rows = tiles_between(y0, y1, path.ty0, path.ty1);
    if (columns > 0 && rows > 0) atomicAdd(counters[COUNTER_CROSSINGS], uint(columns + rows - 1));
}

#include "shared/joints.glsl"

void emit_line(float x0, float y0, float x1, float y1) {
    if (x0 == x1 && y0 == y1) return;
    uint i = base + emitted;
    ++emitted;
    if (!writing) return;
    if (i >= config.line_capacity) {
        count_crossings(x0, y0, x1, y1);
        return;
    }
    Line line = Line(x0, y0, x1, y1, path_index);
    uint at = i * LINE_WORDS;
    STORE_Line(lines, at, line);
}

void emit_sides(Vertex p, Vertex q, float ax, float ay, float bx, float by) {
    precise float x0 = p.x + (pen.xx * ax + pen.xy * ay);
    precise float y0 = p.y + (pen.yx * ax + pen.yy * ay);
    precise float x1 = q.x + (pen.xx * bx + pen.xy * by);
    precise float y1 = q.y + (pen.yx * bx + pen.yy * by);
    emit_line(x0, y0, x1, y1);
}

void emit_offsets(Vertex p, float ax, float ay, float bx, float by) { emit_sides(p, p, ax, ay, bx, by); }

void emit_fan(Vertex p, float ax, float ay, float bx, float by) {
    for (int k = 0; k <= MAX_FAN_STEPS; ++k) {
        precise float cx = pen.step_cos * ax + pen.step_sin * ay;
        precise float cy = pen.step_cos * ay - pen.step_sin * ax;
        precise float cross_ = cx * by - cy * bx;
        precise float dot_ = cx * bx + cy * by;
        bool last = k == MAX_FAN_STEPS || (cross_ >= 0.0 && dot_ > 0.0);
        emit_offsets(p, ax, ay, last ? bx : cx, last ? by : cy);
        if (last) return;
        ax = cx;
        ay = cy;
    }
}

void emit_cap(Vertex p, float ux, float uy) {
    float h = pen.half_width;
    precise float nx = -uy * h;
    precise float ny = ux * h;
    if (pen.cap == CAP_BUTT) {
        emit_offsets(p, nx, ny, -nx, -ny);
        return;
    }
    if (pen.cap == CAP_SQUARE) {
        precise float fx = ux * h;
        precise float fy = uy * h;
        emit_offsets(p, nx, ny, nx + fx, ny + fy);
        emit_offsets(p, nx + fx, ny + fy, fx - nx, fy - ny);
        emit_offsets(p, fx - nx, fy - ny, -nx, -ny);
        return;
    }
    emit_fan(p, nx, ny, -nx, -ny);
}

// Emits the sector that the pen sweeps about p on the inner side of a turn, between offsets a and b.
void emit_sector(Vertex p, vec2 a, vec2 b) {
    emit_offsets(p, a.x, a.y, 0.0, 0.0);
    emit_offsets(p, 0.0, 0.0, b.x, b.y);
    emit_fan(p, b.x, b.y, a.x, a.y);
}

void emit_join(Vertex q, Direction u, Direction v, Joint joint_, bool smooth_) {
    float h = pen.half_width;
    precise float ax = -u.y * h;
    precise float ay = u.x * h;
    precise float bx = -v.y * h;
    precise float by = v.x * h;
    vec4 fan = joint_.left ? vec4(-bx, -by, -ax, -ay) : vec4(ax, ay, bx, by);
    if (!joint_.inner) {
        emit_offsets(q, -fan.z, -fan.w, 0.0, 0.0);
        emit_offsets(q, 0.0, 0.0, -fan.x, -fan.y);
        if (smooth_) emit_sector(q, -fan.zw, -fan.xy);
    }
    if (joint_.outer) return;
    if (pen.join == JOIN_ROUND || q.curved != 0) emit_fan(q, fan.x, fan.y, fan.z, fan.w);
    else emit_offsets(q, fan.x, fan.y, fan.z, fan.w);
}

// Emits the side from offset a of p to offset b of q; u is the segment's direction. Where the side runs backwards
// inside a curve, the triangle behind the crossing of its ends has to count as +1 instead of -1. The triangle is
// enlarged by more than binning's rounding.
void emit_side(Vertex p, Vertex q, vec2 a, vec2 b, Direction u) {
    emit_sides(p, q, a.x, a.y, b.x, b.y);
    if ((p.curved == 0 && q.curved == 0) || !runs_back(u, a, b)) return;
    precise float cross_ = a.x * b.y - a.y * b.x;
    if (cross_ == 0.0) return;
    precise float s = min(max((u.x * u.length_ * b.y - u.y * u.length_ * b.x) / cross_, 0.0), 1.0);
    precise vec2 side = vec2(u.x, u.y) * u.length_ + b - a;
    precise float px = pen.xx * side.x + pen.xy * side.y;
    precise float py = pen.yx * side.x + pen.yy * side.y;
    precise float more = LOBE_OVERLAP / max(sqrt(px * px + py * py), LOBE_OVERLAP);
    // At most half of the way back to p.
    more = min(more, 0.5 * s / max(1.0 - s, 0.5 * s));
    precise vec2 middle = a + 0.5 * side;
    precise vec2 tip = s * a + more * (s * a - middle);
    precise vec2 reach = 0.5 * (1.0 + more) * side;
    precise vec2 from = middle - reach;
    precise vec2 to = middle + reach;
    for (int k = 0; k < 2; ++k) {
        emit_offsets(p, from.x, from.y, tip.x, tip.y);
        emit_offsets(p, tip.x, tip.y, to.x, to.y);
        emit_sides(p, q, to.x, to.y, b.x, b.y);
        emit_sides(q, p, b.x, b.y, a.x, a.y);
        emit_offsets(p, a.x, a.y, from.x, from.y);
    }
}

void stroke_segment(int i) {
    int j = i + 1;
    if (j >= count) {
        if (!closed) return;
        j = 0;
    }
    Vertex p = load_vertex(start + uint(i));
    Vertex q = load_vertex(start + uint(j));
    Direction u = leave(i, j);
    if (!(u.length_ > 0.0)) return;
    Direction w = arrive(i, j);
    w.length_ = u.length_;
    Joint mp = NO_JOINT;
    Joint mq = NO_JOINT;
    bvec2 takes_p = bvec2(false);
    bvec2 takes_q = bvec2(false);
    Direction v = u;
    int before = neighbour(i, -1);
    int after = neighbour(j, 1);
    if (before >= 0) {
        Direction t = arrive(before, i);
        mp = joint(t, u, p.curved);
        takes_p = takes_half(before, i, j, t, u, mp);
    }
    if (after >= 0) {
        v = leave(j, after);
        mq = joint(w, v, q.curved);
        takes_q = takes_half(i, j, after, w, v, mq);
    }
    // A segment that folds shares no inner corner that takes more than half of it: the segment before, this one, the
    // next.
    for (int k = 0; k < 3; ++k) {
        bool p_asks = k == 0 ? takes_p.x : k == 1 && takes_p.y;
        bool q_asks = k == 1 ? takes_q.x : k == 2 && takes_q.y;
        if (!(p_asks || q_asks)) continue;
        if (folds(k == 0 ? before : k == 1 ? i : j, k == 0 ? i : k == 1 ? j : after)) {
            mp.inner = mp.inner && !p_asks;
            mq.inner = mq.inner && !q_asks;
        }
    }
    vec4 a = corners(u, mp);
    vec4 b = corners(w, mq);
    if (before < 0) emit_cap(p, -u.x, -u.y);
    if (after < 0) emit_cap(q, w.x, w.y);
    else emit_join(q, w, v, mq, is_smooth(i, j, after, w, v));
    Direction c = is_tangent(i, j) ? w : u;
    emit_side(p, q, a.xy, b.xy, c);
    c.x = -c.x;
    c.y = -c.y;
    emit_side(q, p, b.zw, a.zw, c);
}

uint find_subpath(uint vertex) {
    uint lo = 0u;
    uint hi = config.subpath_count;
    while (lo + 1u < hi) {
        uint middle = (lo + hi) / 2u;
        if (load_subpath(middle).vertex_start <= vertex) lo = middle;
        else hi = middle;
    }
    return lo;
}

void outline_vertex(Subpath s, uint vertex) {
    int i = int(vertex - s.vertex_start);
    if (s.kind == SUBPATH_FILL || s.kind == SUBPATH_LINES) {
        if (s.kind == SUBPATH_LINES && (i & 1) == 1) return;
        uint j = uint(i) + 1u == s.vertex_count ? 0u : uint(i) + 1u;
        Vertex p = load_vertex(vertex);
        Vertex q = load_vertex(s.vertex_start + j);
        emit_line(p.x, p.y, q.x, q.y);
    } else if (HAS(FEATURE_STROKES)) {
        stroke_segment(i);
    }
}

void main() {
    load_config();
    uint v = gl_GlobalInvocationID.x;
    if (v < config.vertex_count) do {
        Subpath s = load_subpath(find_subpath(v));
        path_index = s.path;
        start = s.vertex_start;
        count = int(s.vertex_count);
        closed = s.kind == SUBPATH_STROKE_CLOSED;
        if (closed || s.kind == SUBPATH_STROKE_OPEN) pen = load_stroke(s.stroke);
        writing = false;
        emitted = 0u;
        base = 0u;
        outline_vertex(s, v);
        if (emitted == 0u) continue;
        base = atomicAdd(counters[COUNTER_LINES], emitted);
        writing = true;
        emitted = 0u;
        outline_vertex(s, v);
    } while ((v += ALL_THREADS) < config.vertex_count);
}
