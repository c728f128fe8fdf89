// filter: changes the colours of boxes, pixel by pixel, with a sequence of matrices and transfer functions. A thread
// changes BLUR_RUN pixels of a row, so that it reads each step once for all of them. Twin: stages/filter_recolor.py,
// recolor_row.
#version 430
#include "generated/contract.glsl"

#define ITEM Recolor
#define ITEM_WORDS RECOLOR_WORDS
#define LOAD_ITEM LOAD_Recolor
#include "shared/pixel_filter.glsl"
#include "shared/straight.glsl"

uint parameter_at(uint i) { return parameters[i]; }

// Returns a table's value for a channel.
float look_up(int start, int channel, float value) {
    precise float level = value * float(COLOR_LEVELS - 1) + 0.5;
    precise float made = float(tables[start + channel * COLOR_LEVELS + int(level)]) * (1.0 / float(COLOR_UNIT));
    return made;
}

float sum_of(vec4 color, float r, float g, float b, float a, float one) {
    precise float sum = color.r * r + color.g * g + color.b * b + color.a * a + one;
    return min(max(sum, 0.0), 1.0);
}

// Returns a straight colour after a step, clamped to 0..1; all channels are 0 where alpha is 0.
vec4 take_step(ColorStep s, vec4 c) {
    vec4 made;
    if (s.table >= 0) {
        made = vec4(look_up(s.table, 0, c.r), look_up(s.table, 1, c.g), look_up(s.table, 2, c.b), look_up(s.table, 3, c.a));
    } else {
        made.r = sum_of(c, s.rr, s.rg, s.rb, s.ra, s.r1);
        made.g = sum_of(c, s.gr, s.gg, s.gb, s.ga, s.g1);
        made.b = sum_of(c, s.br, s.bg, s.bb, s.ba, s.b1);
        made.a = sum_of(c, s.ar, s.ag, s.ab, s.aa, s.a1);
    }
    return made.a > 0.0 ? made : vec4(0.0);
}

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int wide = item.x1 - item.x0;
    int runs = (wide + BLUR_RUN - 1) / BLUR_RUN;
    int y = unit / runs;
    int x = (unit - y * runs) * BLUR_RUN;
    if (y >= item.y1 - item.y0) return;
    vec4 colors[BLUR_RUN];
    for (int i = 0; i < BLUR_RUN; ++i) {
        colors[i] = load_straight(imageLoad(target, ivec2(item.x0 + min(x + i, wide - 1), item.y0 + y)).rg);
    }
    for (int k = item.step_start; k < item.step_end; ++k) {
        ColorStep now = LOAD_ColorStep(parameter_at, uint(k) * COLORSTEP_WORDS);
        for (int i = 0; i < BLUR_RUN; ++i) colors[i] = take_step(now, colors[i]);
    }
    for (int i = 0; i < BLUR_RUN && x + i < wide; ++i) {
        imageStore(target, ivec2(item.x0 + x + i, item.y0 + y), store_straight(colors[i]));
    }
}
