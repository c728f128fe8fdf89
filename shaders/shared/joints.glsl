// joints: the turns of a stroked outline at its vertices, and the corners that segments share there. Twin:
// stages/joints.py.
//
// The includer defines `pen`, `start`, `count`, `closed` and `load_vertex`.

struct Direction { float x; float y; float length_; };
struct Joint { float x; float y; bool inner; bool outer; bool left; };
const Joint NO_JOINT = Joint(0.0, 0.0, false, false, false);

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
    float h = pen.half_width;
    precise float reach = u.length_ + v.length_;
    precise float bend = h * abs(u.x * v.y - u.y * v.x);
    if (bend > TIGHT * reach) {
        precise float share = BACK * u.length_ / reach;
        precise float tx = u.x + share * (u.x - v.x);
        precise float ty = u.y + share * (u.y - v.y);
        precise float shrunk = 1.0 / sqrt(tx * tx + ty * ty);
        return Direction(tx * shrunk, ty * shrunk, u.length_);
    }
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
    if (load_vertex(start + uint(i)).curved != 0 || load_vertex(start + uint(j)).curved != CURVE_INSIDE) return u;
    int after = neighbour(j, 1);
    if (after < 0) return u;
    return reflect_(u, direction(uint(j), uint(after)));
}

Direction arrive(int i, int j) {
    Direction u = direction(uint(i), uint(j));
    if (load_vertex(start + uint(j)).curved != 0 || load_vertex(start + uint(i)).curved != CURVE_INSIDE) return u;
    int before = neighbour(i, -1);
    if (before < 0) return u;
    return reflect_(u, direction(uint(before), uint(i)));
}

Joint joint(Direction u, Direction v, uint curved) {
    float h = pen.half_width;
    precise float cross_ = u.x * v.y - u.y * v.x;
    precise float cos_ = u.x * v.x + u.y * v.y;
    bool left = cross_ >= 0.0;
    if (1.0 + cos_ < 1e-6) return Joint(0.0, 0.0, false, false, left);
    precise float reach = h * abs(cross_) / (1.0 + cos_);
    precise float scale = h / (1.0 + cos_);
    precise float mx = -(u.y + v.y) * scale;
    precise float my = (u.x + v.x) * scale;
    bool fits = reach <= u.length_ && reach <= v.length_;
    float grown = max(abs(pen.xx) + abs(pen.xy), abs(pen.yx) + abs(pen.yy));
    precise float offset = h * abs(cross_) * grown;
    if (cos_ > 0.0 && offset < FLAT_OFFSET) return Joint(mx, my, true, true, left);
    precise float away = h * (1.0 - cos_) * grown;
    if (curved != 0) return Joint(mx, my, fits || away < GENTLE, fits && cos_ > SMOOTH_COS, left);
    precise float limit = pen.miter_limit * pen.miter_limit * (1.0 + cos_);
    return Joint(mx, my, fits, pen.join == JOIN_MITER && 2.0 <= limit, left);
}

// Returns the offsets from a vertex to the ends of side A (xy) and side B (zw) of a segment with direction u.
vec4 corners(Direction u, Joint m) {
    float h = pen.half_width;
    precise vec2 a = vec2(-u.y * h, u.x * h);
    vec2 b = -a;
    if ((m.left && m.inner) || (!m.left && m.outer)) a = vec2(m.x, m.y);
    if ((m.left && m.outer) || (!m.left && m.inner)) b = vec2(-m.x, -m.y);
    return vec4(a, b);
}

bool is_tangent(int i, int j) {
    return load_vertex(start + uint(i)).curved == 0 && load_vertex(start + uint(j)).curved != 0;
}

bool is_smooth(int before, int i, int after, Direction u, Direction v) {
    if (load_vertex(start + uint(i)).curved != 0) return true;
    bool curve = load_vertex(start + uint(before)).curved != 0 || load_vertex(start + uint(after)).curved != 0;
    precise float cos_ = u.x * v.x + u.y * v.y;
    return curve && cos_ > SEAM_COS;
}

// Returns whether a side runs backwards, from offset a to offset b of a segment whose chord has the direction u.
bool runs_back(Direction u, vec2 a, vec2 b) {
    precise float along = u.length_ + ((b.x - a.x) * u.x + (b.y - a.y) * u.y);
    return along < 0.0;
}

bool folds(int i, int j) {
    Direction u = leave(i, j);
    Direction w = arrive(i, j);
    w.length_ = u.length_;
    Joint m = NO_JOINT;
    int before = neighbour(i, -1);
    if (before >= 0) m = joint(arrive(before, i), u, load_vertex(start + uint(i)).curved);
    vec4 p = corners(u, m);
    m = NO_JOINT;
    int after = neighbour(j, 1);
    if (after >= 0) m = joint(w, leave(j, after), load_vertex(start + uint(j)).curved);
    vec4 q = corners(w, m);
    Direction c = is_tangent(i, j) ? w : u;
    return runs_back(c, p.xy, q.xy) || runs_back(c, p.zw, q.zw);
}

// Returns whether an inner corner that may be shared at a sharp vertex i takes more than half of the segment from
// `before` (x), or of the segment to `after` (y).
bvec2 takes_half(int before, int i, int after, Direction u, Direction v, Joint m) {
    if (!m.inner || is_smooth(before, i, after, u, v)) return bvec2(false);
    if (is_tangent(i, before)) u = direction(uint(before), uint(i));
    if (is_tangent(i, after)) v = direction(uint(i), uint(after));
    float sx = m.left ? m.x : -m.x;
    float sy = m.left ? m.y : -m.y;
    precise float from = sx * u.x + sy * u.y;
    precise float to = sx * v.x + sy * v.y;
    return bvec2(from < -0.5 * u.length_, to > 0.5 * v.length_);
}
