// filter: fills boxes with Perlin noise. One thread per pixel. Twin: stages/filter_turbulence.py, noise_row and
// fill_band.
#version 430
#include "generated/contract.glsl"

#define ITEM Turbulence
#define ITEM_WORDS TURBULENCE_WORDS
#define LOAD_ITEM LOAD_Turbulence
#include "shared/pixel_filter.glsl"
#include "shared/straight.glsl"

const int LAST = LATTICE_SIDE - 1;

// Returns a whole place as a column or row of the lattice, which repeats.
int on_lattice(float whole) {
    precise float rest = whole - floor(whole * (1.0 / float(LATTICE_SIDE))) * float(LATTICE_SIDE);
    return int(rest);
}

// Returns the share of a cell's second side at t, 0 to 1 from the first.
float eased(float t) {
    precise float share = t * t * (3.0 - 2.0 * t);
    return share;
}

// Returns the dot products of the gradients of four channels with the offset from their corner.
vec4 slopes_at(int place, float x, float y) {
    int at = 2 * (4 * item.lattice + (place & LAST));
    precise vec4 slopes;
    for (int channel = 0; channel < 4; ++channel) {
        precise float across = uintBitsToFloat(parameters[at]) * x;
        precise float down = uintBitsToFloat(parameters[at + 1]) * y;
        slopes[channel] = across + down;
        at += 2 * LATTICE_SIDE;
    }
    return slopes;
}

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int wide = item.x1 - item.x0;
    int row = unit / wide;
    int column = unit - row * wide;
    if (row >= item.y1 - item.y0) return;
    precise float u0 = float(row) * item.uy + item.u0;
    precise float v0 = float(row) * item.vy + item.v0;
    precise float u = float(column) * item.ux + u0;
    precise float v = float(column) * item.vx + v0;
    precise vec4 total = vec4(0.0);
    precise float height = 1.0;
    for (int k = 0; k < item.octaves; ++k) {
        float left = floor(u);
        float top = floor(v);
        precise float x = u - left;
        precise float y = v - top;
        int cell = on_lattice(left);
        int line = on_lattice(top);
        int a = tables[item.lattice + cell] + line;
        int b = tables[item.lattice + ((cell + 1) & LAST)] + line;
        vec4 above_left = slopes_at(a, x, y);
        vec4 above_right = slopes_at(b, x - 1.0, y);
        vec4 below_left = slopes_at(a + 1, x, y - 1.0);
        vec4 below_right = slopes_at(b + 1, x - 1.0, y - 1.0);
        float across = eased(x);
        precise vec4 above = above_left + across * (above_right - above_left);
        precise vec4 below = below_left + across * (below_right - below_left);
        precise vec4 noise = above + eased(y) * (below - above);
        if (item.fractal == 0u) noise = abs(noise);
        total += noise * height;
        u += u;
        v += v;
        height *= 0.5;
    }
    if (item.fractal != 0u) total = total * 0.5 + 0.5;
    imageStore(target, ivec2(item.x0 + column, item.y0 + row), store_straight(clamp(total, vec4(0.0), vec4(1.0))));
}
