// binning: each line writes its crossings of tiles, and changes the backdrops to its right. Twin: stages/binning.py.
//
// Every thread walks its line twice: to count the crossings, and, once it knows where they go, to write them.
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
    // Also where there is no room for it: coarse bounds its words by what tiles have.
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

void cross_line(Line line) {
    int x0 = snap(line.x0);
    int y0 = snap(line.y0);
    int x1 = snap(line.x1);
    int y1 = snap(line.y1);
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

void main() {
    load_config();
    // Of the lines that found no room, flatten_outlines has counted the crossings.
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
