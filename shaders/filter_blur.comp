// filter: weighted sums of values in a row (BLUR_ACROSS), or in a column. A thread computes BLUR_RUN neighbours, so
// that it reads most values only once for all of them. Twin: stages/filter.py, blur_line.
#version 430
#include "shared/filter.glsl"

#if (FEATURES & BLUR_ACROSS) != 0
#define AT(along, aside) source_value(along, aside)
#define STORE(along, aside, value) store_value(along, aside, value)
#else
#define AT(along, aside) source_value(aside, along)
#define STORE(along, aside, value) store_value(aside, along, value)
#endif

shared float shares[BLUR_WEIGHTS];

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    uint lane = gl_LocalInvocationID.x;
    if (lane < BLUR_WEIGHTS) shares[lane] = weights[item.weight - BLUR_MIDDLE + lane];
    barrier();
#if (FEATURES & BLUR_ACROSS) != 0
    int runs = (item.wide + BLUR_RUN - 1) / BLUR_RUN;
    int aside = unit / runs;
    int along = (unit - aside * runs) * BLUR_RUN;
    if (aside >= item.high) return;
#else
    int along = unit / item.wide * BLUR_RUN;
    int aside = unit % item.wide;
    if (along >= item.high) return;
#endif
    precise Value a = Value(0.0);
    precise Value b = Value(0.0);
    precise Value c = Value(0.0);
    precise Value d = Value(0.0);
    // The current value's weight for each of the four results; weights beyond the radius are 0.
    int at = BLUR_MIDDLE - item.radius;
    vec4 share = vec4(0.0);
    for (int i = 0; i < 2 * item.radius + BLUR_RUN; ++i) {
        share = vec4(shares[at + i], share.xyz);
        Value value = AT(along - item.radius + i, aside);
        a += share.x * value;
        b += share.y * value;
        c += share.z * value;
        d += share.w * value;
    }
    STORE(along, aside, a);
    STORE(along + 1, aside, b);
    STORE(along + 2, aside, c);
    STORE(along + 3, aside, d);
}
