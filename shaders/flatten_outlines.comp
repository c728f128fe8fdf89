// flatten: each vertex writes the lines of the segment that begins there. Twin: stages/flatten.py, flatten_outlines.
//
// Every thread goes through its lines twice: to count them, and, once it knows where they go, to write them.
#version 430
#include "shared/features.glsl"
#include "generated/flatten_outlines.glsl"
#include "shared/scene.glsl"

struct Direction { float x; float y; float length_; };
struct Joint { float x; float y; bool inner; bool outer; };

bool writing;
uint emitted;
uint base;
uint path_index;
Stroke pen;
uint start;
int count;
bool closed;

Vertex load_vertex(uint i) { return LOAD_Vertex(vertices, i * VERTEX_WORDS); }

// Columns or rows of tiles from a coordinate to another that lie from first to before last, and one on each side, as
// binning rounds.
uint tiles_between(float a, float b, int first, int last) {
    float low = max(floor(min(a, b) * (1.0 / float(TILE))) - 1.0, float(first));
    float high = min(floor(max(a, b) * (1.0 / float(TILE))) + 1.0, float(last - 1));
    return low <= high ? uint(high - low) + 1u : 0u;
}

// A line that found no room: binning will not see it. It crosses no more tiles than it has columns and rows of them.
void count_crossings(float x0, float y0, float x1, float y1) {
    Path path = load_path(path_index);
    uint columns = tiles_between(x0, x1, path.tx0, path.tx1);
    uint rows = tiles_between(y0, y1, path.ty0, path.ty1);
    atomicAdd(counters[COUNTER_CROSSINGS], columns + rows);
}

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

Direction direction(uint i, uint j) {
    Vertex p = load_vertex(start + i);
    Vertex q = load_vertex(start + j);
    precise float dx = q.x - p.x;
    precise float dy = q.y - p.y;
    precise float ux = pen.ixx * dx + pen.ixy * dy;
    precise float uy = pen.iyx * dx + pen.iyy * dy;
    precise float length_ = sqrt(ux * ux + uy * uy);
    if (length_ > 0.0 && abs(dx) + abs(dy) > APART) return Direction(ux / length_, uy / length_, length_);
    return Direction(0.0, 0.0, 0.0);
}

int neighbour(int i, int step_) {
    int j = i;
    for (int k = 0; k < count; ++k) {
        j += step_;
        if (j < 0 || j >= count) {
            if (!closed) return -1;
            j = j >= count ? j - count : j + count;
        }
        Vertex p = load_vertex(start + uint(i));
        Vertex q = load_vertex(start + uint(j));
        if (abs(q.x - p.x) + abs(q.y - p.y) > APART) return j;
    }
    return -1;
}

Direction reflect_(Direction u, Direction v) {
    precise float cos_ = u.x * v.x + u.y * v.y;
    if (cos_ < SMOOTH_COS) return u;
    precise float mx = u.x + v.x;
    precise float my = u.y + v.y;
    precise float scale = 1.0 / sqrt(mx * mx + my * my);
    precise float along = 2.0 * (u.x * mx + u.y * my) * scale;
    precise float x = along * u.x - mx * scale;
    precise float y = along * u.y - my * scale;
    return Direction(x, y, u.length_);
}

Direction leave(int i, int j) {
    Direction u = direction(uint(i), uint(j));
    if (load_vertex(start + uint(i)).curved != 0 || load_vertex(start + uint(j)).curved == 0) return u;
    int after = neighbour(j, 1);
    if (after < 0) return u;
    return reflect_(u, direction(uint(j), uint(after)));
}

Direction arrive(int i, int j) {
    Direction u = direction(uint(i), uint(j));
    if (load_vertex(start + uint(j)).curved != 0 || load_vertex(start + uint(i)).curved == 0) return u;
    int before = neighbour(i, -1);
    if (before < 0) return u;
    return reflect_(u, direction(uint(before), uint(i)));
}

Joint joint(Direction u, Direction v, uint curved) {
    float h = pen.half_width;
    precise float cross_ = u.x * v.y - u.y * v.x;
    precise float cos_ = u.x * v.x + u.y * v.y;
    if (1.0 + cos_ < 1e-6) return Joint(0.0, 0.0, false, false);
    precise float reach = h * abs(cross_) / (1.0 + cos_);
    precise float scale = h / (1.0 + cos_);
    precise float mx = -(u.y + v.y) * scale;
    precise float my = (u.x + v.x) * scale;
    bool fits = reach <= u.length_ && reach <= v.length_;
    precise float offset = h * abs(cross_) * max(abs(pen.xx) + abs(pen.xy), abs(pen.yx) + abs(pen.yy));
    if (cos_ > 0.0 && offset < FLAT_OFFSET) return Joint(mx, my, true, true);
    if (curved != 0) return Joint(mx, my, fits, fits && cos_ > SMOOTH_COS);
    precise float limit = pen.miter_limit * pen.miter_limit * (1.0 + cos_);
    return Joint(mx, my, fits, pen.join == JOIN_MITER && 2.0 <= limit);
}

void emit_join(Vertex q, Direction u, Direction v, Joint joint_) {
    float h = pen.half_width;
    precise float ax = -u.y * h;
    precise float ay = u.x * h;
    precise float bx = -v.y * h;
    precise float by = v.x * h;
    precise float cross_ = u.x * v.y - u.y * v.x;
    bool left = cross_ >= 0.0;
    if (!joint_.inner) {
        if (left) {
            emit_offsets(q, ax, ay, 0.0, 0.0);
            emit_offsets(q, 0.0, 0.0, bx, by);
        } else {
            emit_offsets(q, -bx, -by, 0.0, 0.0);
            emit_offsets(q, 0.0, 0.0, -ax, -ay);
        }
    }
    if (joint_.outer) return;
    vec4 fan = left ? vec4(-bx, -by, -ax, -ay) : vec4(ax, ay, bx, by);
    if (pen.join == JOIN_ROUND || q.curved != 0) emit_fan(q, fan.x, fan.y, fan.z, fan.w);
    else emit_offsets(q, fan.x, fan.y, fan.z, fan.w);
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
    float h = pen.half_width;
    precise vec2 a = vec2(-u.y * h, u.x * h);
    vec2 b = -a;
    precise vec2 c = vec2(-w.y * h, w.x * h);
    vec2 d = -c;
    int before = neighbour(i, -1);
    if (before < 0) {
        emit_cap(p, -u.x, -u.y);
    } else {
        Direction v = arrive(before, i);
        Joint m = joint(v, u, p.curved);
        precise float cross_ = v.x * u.y - v.y * u.x;
        bool left = cross_ >= 0.0;
        if ((left && m.inner) || (!left && m.outer)) a = vec2(m.x, m.y);
        if ((left && m.outer) || (!left && m.inner)) b = vec2(-m.x, -m.y);
    }
    int after = neighbour(j, 1);
    if (after < 0) {
        emit_cap(q, w.x, w.y);
    } else {
        Direction v = leave(j, after);
        w.length_ = u.length_;
        Joint m = joint(w, v, q.curved);
        precise float cross_ = w.x * v.y - w.y * v.x;
        bool left = cross_ >= 0.0;
        if ((left && m.inner) || (!left && m.outer)) c = vec2(m.x, m.y);
        if ((left && m.outer) || (!left && m.inner)) d = vec2(-m.x, -m.y);
        emit_join(q, w, v, m);
    }
    emit_sides(p, q, a.x, a.y, c.x, c.y);
    emit_sides(q, p, d.x, d.y, b.x, b.y);
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
