// The share of a pixel that a shape covers, 0 to 1, for four neighbours in a row. Twin: gpucanvas/stages/coverage.py.
//
// The functions neither index an array nor branch on a pixel: software OpenGL runs both sides of a branch.

// Adjusts the coverage of text: see gpucanvas/contract/tones.py.
vec4 toned(vec4 c, float first, float second, float third) {
    precise vec4 part = c * (1.0 - c) * (first + c * (second + c * third));
    precise vec4 sum = c + part;
    return sum;
}

vec4 rect_coverage(vec4 x, float y, float x0, float y0, float x1, float y1) {
    precise vec4 w = max(min(x + 1.0, x1) - max(x, x0), 0.0);
    precise float h = max(min(y + 1.0, y1) - max(y, y0), 0.0);
    return w * h;
}

// A part, 0 or more, with the sign of d.
vec4 with_sign(vec4 part, vec4 d) { return mix(-part, part, greaterThanEqual(d, vec4(0.0))); }

vec4 half_plane_area(vec4 d, vec4 nx, vec4 ny) {
    vec4 ax = abs(nx);
    vec4 ay = abs(ny);
    vec4 hi = max(ax, ay);
    vec4 lo = max(min(ax, ay), THIN);
    precise vec4 w = 0.5 * (hi + lo);
    precise vec4 v = 0.5 * (hi - lo);
    precise vec4 s = min(abs(d), w);
    precise vec4 e = max(s - v, 0.0);
    precise vec4 part = (s * lo - 0.5 * e * e) / (hi * lo);
    return 0.5 + with_sign(part, d);
}

vec4 disc_coverage(vec4 x, float y, float cx, float cy, float radius) {
    precise vec4 dx = abs(x + 0.5 - cx);
    precise float dy = abs(y + 0.5 - cy);
    precise vec4 ax = max(dx, ASIDE);
    precise float ay = max(dy, ASIDE);
    precise vec4 distance = sqrt(ax * ax + ay * ay);
    precise vec4 d = (radius - SAG / radius - distance) * distance;
    precise vec4 lo = min(ax, ay);
    precise vec4 w = 0.5 * ax + 0.5 * ay;
    precise vec4 s = min(abs(d), w);
    precise vec4 e = max(s - (w - lo), 0.0);
    precise vec4 part = (s * lo - 0.5 * e * e) / (ax * ay);
    precise float reach = radius + 0.5;
    return mix(vec4(0.0), 0.5 + with_sign(part, d), lessThan(max(dx, dy), vec4(reach)));
}

vec4 small_disc_coverage(vec4 x, float y, float cx, float cy, float radius) {
    vec4 total = vec4(0.0);
    float r = radius * 4.0;
    if (r <= 0.0) return total;
    for (int j = 0; j < 4; ++j) {
        for (int i = 0; i < 4; ++i) {
            precise vec4 dx = (x + float(i) * 0.25 + 0.125 - cx) * 4.0;
            precise float dy = (y + float(j) * 0.25 + 0.125 - cy) * 4.0;
            precise vec4 distance = max(sqrt(dx * dx + dy * dy), THIN);
            precise vec4 inverse = 1.0 / distance;
            vec4 area = half_plane_area(r - distance - SAG / max(r, 0.5), dx * inverse, dy * inverse);
            precise float reach = r + 0.5;
            total += mix(vec4(0.0), area, lessThan(max(abs(dx), vec4(abs(dy))), vec4(reach)));
        }
    }
    return total * 0.0625;
}

vec4 circle_coverage(vec4 x, float y, float cx, float cy, float outer, float inner) {
    if (!HAS(FEATURE_RINGS)) return disc_coverage(x, y, cx, cy, outer);
    vec4 cover = outer >= SMALL_RADIUS ? disc_coverage(x, y, cx, cy, outer) : small_disc_coverage(x, y, cx, cy, outer);
    if (inner <= 0.0) return cover;
    vec4 hole = inner >= SMALL_RADIUS ? disc_coverage(x, y, cx, cy, inner) : small_disc_coverage(x, y, cx, cy, inner);
    return max(cover - hole, 0.0);
}

vec4 segment_coverage(vec4 x, float y, float x0, float y0, float x1, float y1, float half_width) {
    precise float dx = x1 - x0;
    precise float dy = y1 - y0;
    precise float length_ = max(sqrt(dx * dx + dy * dy), THIN);
    precise float ux = dx / length_;
    precise float uy = dy / length_;
    precise vec4 px = x + 0.5 - 0.5 * (x0 + x1);
    precise float py = y + 0.5 - 0.5 * (y0 + y1);
    precise vec4 across = uy * px - ux * py;
    precise vec4 along = ux * px + uy * py;
    precise float half_length = 0.5 * length_;
    vec4 nx = vec4(ux);
    vec4 ny = vec4(uy);
    vec4 sides = half_plane_area(half_width - across, nx, ny) + half_plane_area(half_width + across, nx, ny) - 1.0;
    vec4 ends = half_plane_area(half_length - along, nx, ny) + half_plane_area(half_length + along, nx, ny) - 1.0;
    return max(sides, 0.0) * max(ends, 0.0);
}

vec4 frame_coverage(vec4 x, float y, float x0, float y0, float x1, float y1, float h) {
    vec4 outer = rect_coverage(x, y, x0 - h, y0 - h, x1 + h, y1 + h);
    return outer - rect_coverage(x, y, x0 + h, y0 + h, x1 - h, y1 - h);
}

float area_right_of(float x_lo, float x_hi, float inverse, float column) {
    precise float a = min(max(x_lo - column, 0.0), 1.0);
    precise float b = min(max(x_hi - column, 0.0), 1.0);
    precise float right = max(x_hi - column - 1.0, 0.0);
    precise float area = max(1.0 - (0.5 * (a + b) * (b - a) + right) * inverse, 0.0);
    return area;
}

vec4 cover_winding(ivec4 winding, uint rule) {
    ivec4 w = abs(winding);
    ivec4 odd = w & (2 * AREA_ONE - 1);
    w = rule == RULE_EVENODD ? min(odd, 2 * AREA_ONE - odd) : w;
    // Unsigned, because the sum of 32,768 outlines, one over another, is a negative number without a positive one.
    return vec4(min(uvec4(w), uvec4(AREA_ONE))) * (1.0 / float(AREA_ONE));
}
