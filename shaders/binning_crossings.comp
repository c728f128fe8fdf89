// binning: writes each line's crossings of tiles, and changes the backdrops to its right. Twin: stages/binning.py.
//
// Every thread walks its line twice: first to count the crossings, and then, with a place for them, to write them.
#version 430
#include "generated/binning_crossings.glsl"
#include "shared/scene.glsl"
#include "shared/snap.glsl"

bool writing;
uint emitted;
uint base;
bool flipped;
Path path;

int at_x(int x, int x0, int y0, float slope, int lo, int hi) {
    precise float moved = float(x - x0) * slope + 0.5;
    return min(max(y0 + int(floor(moved)), lo), hi);
}

void emit_crossing(uint tile, int x0, int y0, int x1, int y1) {
    if (y0 == y1 && ((x0 | x1) & EDGE_FLAG) == 0) return;
    uint i = base + emitted;
    ++emitted;
    if (!writing) return;
    // Counted even if it does not fit into the buffer, because coarse bounds its words by the tiles' counts.
    uint rank = atomicAdd(path_tiles[tile * PATHTILE_WORDS + 1u], 1u);
    if (i >= config.crossing_capacity) return;
    uint first = uint(x0) | uint(y0) << 16;
    uint last = uint(x1) | uint(y1) << 16;
    Crossing crossing = flipped ? Crossing(tile, rank, last, first) : Crossing(tile, rank, first, last);
    uint at = i * CROSSING_WORDS;
    STORE_Crossing(crossings, at, crossing);
}

void cross_row(int row, int xa, int ya, int xb, int yb, int x0, int y0, int x1, int y1) {
    int row_base = int(path.tile_start) + (row - path.ty0) * (path.tx1 - path.tx0) - path.tx0;
    int ca = xa >> TILE_SHIFT;
    int cb = xb >> TILE_SHIFT;
    precise float slope = ca != cb ? float(y1 - y0) / float(x1 - x0) : 0.0;
    int first = max(min(ca, cb), path.tx0);
    int last = min(max(ca, cb), path.tx1 - 1);
    for (int c = first; c <= last; ++c) {
        int left = c << TILE_SHIFT;
        int right = left + TILE_SUBPIXELS;
        int sx = xa - left;
        int sy = ya;
        int ex = xb - left;
        int ey = yb;
        if (ca < cb) {
            if (c != ca) { sx = EDGE_FLAG; sy = at_x(left, xa, ya, slope, ya, yb); }
            if (c != cb) { ex = TILE_SUBPIXELS; ey = at_x(right, xa, ya, slope, ya, yb); }
        } else if (cb < ca) {
            if (c != ca) { sx = TILE_SUBPIXELS; sy = at_x(right, xa, ya, slope, ya, yb); }
            if (c != cb) { ex = EDGE_FLAG; ey = at_x(left, xa, ya, slope, ya, yb); }
        }
        emit_crossing(uint(row_base + c), sx, sy, ex, ey);
    }
}

void cross_snapped(int x0, int y0, int x1, int y1) {
    flipped = y1 < y0;
    if (flipped) {
        int swap = x0; x0 = x1; x1 = swap;
        swap = y0; y0 = y1; y1 = swap;
    }
    int row0 = y0 >> TILE_SHIFT;
    int row1 = y1 >> TILE_SHIFT;
    int first = max(row0, path.ty0);
    int last = min(row1, path.ty1 - 1);
    if (first > last || (min(x0, x1) >> TILE_SHIFT) >= path.tx1) return;
    precise float slope = row0 != row1 ? float(x1 - x0) / float(y1 - y0) : 0.0;
    int x_lo = min(x0, x1);
    int x_hi = max(x0, x1);
    int width = path.tx1 - path.tx0;
    for (int row = first; row <= last; ++row) {
        int top = row << TILE_SHIFT;
        int xa = x0;
        int ya = y0 - top;
        if (row > row0) {
            xa = at_x(top, y0, x0, slope, x_lo, x_hi);
            ya = 0;
            int column = max((xa >> TILE_SHIFT) + 1, path.tx0);
            if (writing && column < path.tx1) {
                uint tile = uint(int(path.tile_start) + (row - path.ty0) * width + column - path.tx0);
                atomicAdd(path_tiles[tile * PATHTILE_WORDS], flipped ? 0xFFFFFFFFu : 1u);
            }
        }
        int xb = x1;
        int yb = y1 - top;
        if (row < row1) {
            xb = at_x(top + TILE_SUBPIXELS, y0, x0, slope, x_lo, x_hi);
            yb = TILE_SUBPIXELS;
        }
        cross_row(row, xa, ya, xb, yb, x0, y0, x1, y1);
    }
}

// Returns coordinate b of a line where its coordinate a, from a0 to a1, is at a limit; computed from the nearer end.
float at_limit(float limit, float a0, float b0, float a1, float b1) {
    precise float slope = (b1 - b0) / (a1 - a0);
    precise float from_first = b0 + (limit - a0) * slope;
    precise float from_last = b1 + (limit - a1) * slope;
    return abs(a0) < abs(a1) ? from_first : from_last;
}

// Cuts a far line to two lines on the grid. Parts above, below and to the right cover nothing and are dropped. The part
// to the left is moved to the limit, which keeps its winding.
void cross_far(Line line) {
    float low = min(line.y0, line.y1);
    float high = max(line.y0, line.y1);
    if (high <= -FAR_LINE || low >= FAR_LINE || min(line.x0, line.x1) >= FAR_LINE) return;
    vec2 a = vec2(line.x0, line.y0);
    vec2 b = vec2(line.x1, line.y1);
    if (abs(line.y0) > FAR_LINE) {
        a.y = line.y0 > 0.0 ? FAR_LINE : -FAR_LINE;
        a.x = at_limit(a.y, line.y0, line.x0, line.y1, line.x1);
    }
    if (abs(line.y1) > FAR_LINE) {
        b.y = line.y1 > 0.0 ? FAR_LINE : -FAR_LINE;
        b.x = at_limit(b.y, line.y0, line.x0, line.y1, line.x1);
    }
    a.y = min(max(a.y, low), high);
    b.y = min(max(b.y, low), high);
    vec2 s = a;
    vec2 e = b;
    if (max(a.x, b.x) > FAR_LINE) {
        if (min(a.x, b.x) > FAR_LINE) return;
        float y = at_limit(FAR_LINE, line.x0, line.y0, line.x1, line.y1);
        y = min(max(y, min(a.y, b.y)), max(a.y, b.y));
        if (a.x > FAR_LINE) s = vec2(FAR_LINE, y);
        if (b.x > FAR_LINE) e = vec2(FAR_LINE, y);
    }
    vec2 m = e;
    if (min(s.x, e.x) < -FAR_LINE) {
        float y = at_limit(-FAR_LINE, line.x0, line.y0, line.x1, line.y1);
        m = vec2(-FAR_LINE, max(s.x, e.x) < -FAR_LINE ? e.y : min(max(y, min(s.y, e.y)), max(s.y, e.y)));
        s.x = max(s.x, -FAR_LINE);
        e.x = max(e.x, -FAR_LINE);
    }
    cross_snapped(snap(s.x), snap(s.y), snap(m.x), snap(m.y));
    cross_snapped(snap(m.x), snap(m.y), snap(e.x), snap(e.y));
}

void cross_line(Line line) {
    if (max(max(abs(line.x0), abs(line.x1)), max(abs(line.y0), abs(line.y1))) > FAR_LINE) cross_far(line);
    else cross_snapped(snap(line.x0), snap(line.y0), snap(line.x1), snap(line.y1));
}

void main() {
    load_config();
    // The crossings of lines that did not fit into the buffer were counted by flatten_outlines.
    uint line_count = min(counters[COUNTER_LINES], config.line_capacity);
    uint i = gl_GlobalInvocationID.x;
    if (i < line_count) do {
        Line line = LOAD_Line(lines_at, i * LINE_WORDS);
        path = load_path(line.path);
        writing = false;
        emitted = 0u;
        base = 0u;
        cross_line(line);
        if (emitted > 0u) base = atomicAdd(counters[COUNTER_CROSSINGS], emitted);
        writing = true;
        emitted = 0u;
        cross_line(line);
    } while ((i += ALL_THREADS) < line_count);
}
