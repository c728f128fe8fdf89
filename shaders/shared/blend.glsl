// Operators and blend modes of Compositing and Blending Level 1, premultiplied; four pixels at a time. Twin:
// gpucanvas/stages/blend.py, which documents the arguments of each function.

#include "shared/factors.glsl"

struct Pixels { vec4 r; vec4 g; vec4 b; vec4 a; };

vec4 porter_duff(uint op, vec4 s, vec4 sa, vec4 d, vec4 da) {
    vec2 source = factor_of(op & 3u);
    vec2 backdrop = factor_of(op >> OP_BACKDROP_SHIFT);
    precise vec4 sum = s * (source.x + source.y * da) + d * (backdrop.x + backdrop.y * sa);
    return min(sum, max(d, vec4(op == OP_LIGHTER ? 1.0 : NO_LIMIT)));
}

// Blend modes of one channel.

vec4 blend_multiply(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 product = s * d;
    return product;
}

vec4 blend_screen(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 sum = s * da + d * sa - s * d;
    return sum;
}

vec4 blend_hard_light(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 screened = sa * da - 2.0 * (da - d) * (sa - s);
    precise vec4 multiplied = 2.0 * s * d;
    return mix(multiplied, screened, lessThan(sa, 2.0 * s));
}

vec4 blend_overlay(vec4 s, vec4 sa, vec4 d, vec4 da) { return blend_hard_light(d, da, s, sa); }

vec4 blend_darken(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 a = s * da;
    precise vec4 b = d * sa;
    return min(a, b);
}

vec4 blend_lighten(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 a = s * da;
    precise vec4 b = d * sa;
    return max(a, b);
}

vec4 blend_color_dodge(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 dark = max(max(sa - s, LEAST_SHARE * sa), LEAST_DIVISOR);
    precise vec4 brighter = sa * max(min(da, d * sa / dark), 0.0);
    return brighter;
}

vec4 blend_color_burn(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 light = max(max(s, LEAST_SHARE * sa), LEAST_DIVISOR);
    precise vec4 darker = sa * (da - max(min(da, (da - d) * sa / light), 0.0));
    return darker;
}

vec4 blend_soft_light(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 m = max(min(d / max(da, LEAST_DIVISOR), 1.0), 0.0);
    precise vec4 darker = d * (sa - (sa - 2.0 * s) * (1.0 - m));
    precise vec4 polynomial = ((16.0 * m - 12.0) * m + 4.0) * m;
    precise vec4 curve = mix(polynomial, sqrt(m), lessThan(vec4(0.25), m));
    precise vec4 lighter = d * sa + (2.0 * s - sa) * (da * curve - d);
    return mix(darker, lighter, lessThan(sa, 2.0 * s));
}

vec4 blend_difference(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 distance_ = abs(s * da - d * sa);
    return distance_;
}

vec4 blend_exclusion(vec4 s, vec4 sa, vec4 d, vec4 da) {
    precise vec4 sum = s * da + d * sa - 2.0 * s * d;
    return sum;
}

// Blend modes of a whole pixel. They ignore the alpha of the colours.

vec4 luminosity_of(Pixels c) {
    precise vec4 sum = RED_LUMINOSITY * c.r + GREEN_LUMINOSITY * c.g + BLUE_LUMINOSITY * c.b;
    return sum;
}

vec4 greatest(Pixels c) { return max(max(c.r, c.g), c.b); }
vec4 least(Pixels c) { return min(min(c.r, c.g), c.b); }

Pixels with_saturation(Pixels c, vec4 saturation, vec4 bound) {
    vec4 low = least(c);
    precise vec4 k = saturation / max(max(greatest(c) - low, LEAST_SHARE * bound), LEAST_DIVISOR);
    precise vec4 r = (c.r - low) * k;
    precise vec4 g = (c.g - low) * k;
    precise vec4 b = (c.b - low) * k;
    return Pixels(r, g, b, bound);
}

Pixels with_luminosity(Pixels c, vec4 light, vec4 bound) {
    light = min(max(light, vec4(0.0)), bound);
    precise vec4 change = light - luminosity_of(c);
    precise vec4 moved_r = c.r + change;
    precise vec4 moved_g = c.g + change;
    precise vec4 moved_b = c.b + change;
    Pixels moved = Pixels(moved_r, moved_g, moved_b, bound);
    precise vec4 below = light - least(moved);
    precise vec4 above = greatest(moved) - light;
    // k is the share of each channel's distance from grey that is kept: 1, unless the channel leaves the range.
    precise vec4 room = bound - light;
    precise vec4 k_below = light / max(below, LEAST_DIVISOR);
    precise vec4 k_above = max(room, 0.0) / max(above, LEAST_DIVISOR);
    vec4 k = mix(vec4(1.0), k_below, lessThan(light, below));
    k = min(k, mix(vec4(1.0), k_above, lessThan(room, above)));
    precise vec4 r = light + (moved.r - light) * k;
    precise vec4 g = light + (moved.g - light) * k;
    precise vec4 b = light + (moved.b - light) * k;
    return Pixels(r, g, b, bound);
}

Pixels blend_hue(Pixels s, Pixels d, vec4 bound) {
    return with_luminosity(with_saturation(s, greatest(d) - least(d), bound), luminosity_of(d), bound);
}

Pixels blend_saturation(Pixels s, Pixels d, vec4 bound) {
    return with_luminosity(with_saturation(d, greatest(s) - least(s), bound), luminosity_of(d), bound);
}

Pixels blend_color(Pixels s, Pixels d, vec4 bound) { return with_luminosity(s, luminosity_of(d), bound); }
Pixels blend_luminosity(Pixels s, Pixels d, vec4 bound) { return with_luminosity(d, luminosity_of(s), bound); }

// The dispatchers: chains of all functions of the table.

vec4 blend_channel(uint op, vec4 s, vec4 sa, vec4 d, vec4 da) {
    vec4 found = vec4(0.0);
#define TRY_CHANNELS(code, function) if (HAS_MODE(code) && op == code) found = function(s, sa, d, da);
    EACH_BLEND_OF_CHANNELS(TRY_CHANNELS)
    return found;
}

Pixels blend_pixels(uint op, Pixels s, Pixels d, vec4 bound) {
    Pixels found = s;
#define TRY_PIXELS(code, function) if (HAS_MODE(code) && op == code) found = function(s, d, bound);
    EACH_BLEND_OF_PIXELS(TRY_PIXELS)
    return found;
}

Pixels times(Pixels c, vec4 k) {
    precise vec4 r = c.r * k;
    precise vec4 g = c.g * k;
    precise vec4 b = c.b * k;
    precise vec4 a = c.a * k;
    return Pixels(r, g, b, a);
}

// Returns the pixels after composing a source, for operators with a blend function.
Pixels blend_mode(uint op, Pixels s, Pixels d) {
    Pixels both;
    if (HAS(FEATURE_PIXEL_MODES) && op >= OP_FIRST_PIXEL_BLEND) {
        precise vec4 bound = s.a * d.a;
        both = blend_pixels(op, times(s, d.a), times(d, s.a), bound);
    } else {
        both.r = blend_channel(op, s.r, s.a, d.r, d.a);
        both.g = blend_channel(op, s.g, s.a, d.g, d.a);
        both.b = blend_channel(op, s.b, s.a, d.b, d.a);
    }
    precise vec4 keep = 1.0 - d.a;
    precise vec4 show = 1.0 - s.a;
    precise vec4 r = s.r * keep + d.r * show + both.r;
    precise vec4 g = s.g * keep + d.g * show + both.g;
    precise vec4 b = s.b * keep + d.b * show + both.b;
    precise vec4 a = s.a + d.a - s.a * d.a;
    return Pixels(r, g, b, a);
}

// Returns the pixels after composing a source with coverage, for all operators.
Pixels composite(uint op, Pixels s, Pixels d, vec4 coverage) {
    // Rounding may leave a coverage slightly below 0. Blend modes divide, so that it would become visible.
    if (HAS(FEATURE_MODES) && op >= OP_FIRST_BLEND) return blend_mode(op, times(s, max(coverage, vec4(0.0))), d);
    s = times(s, coverage);
    return Pixels(
        porter_duff(op, s.r, s.a, d.r, d.a),
        porter_duff(op, s.g, s.a, d.g, d.a),
        porter_duff(op, s.b, s.a, d.b, d.a),
        porter_duff(op, s.a, s.a, d.a, d.a)
    );
}

vec4 mixed(vec4 from, vec4 to, vec4 share) {
    precise vec4 result = from + share * (to - from);
    return result;
}

// Returns the pixels after composing a source with coverage under a clip mask.
Pixels blend(uint op, Pixels s, Pixels d, vec4 coverage, vec4 mask) {
    precise vec4 share = op == OP_REPLACE ? coverage * mask : mask;
    Pixels to = s;
    if (op != OP_REPLACE) to = composite(op, s, d, coverage);
    return Pixels(mixed(d.r, to.r, share), mixed(d.g, to.g, share), mixed(d.b, to.b, share), mixed(d.a, to.a, share));
}
