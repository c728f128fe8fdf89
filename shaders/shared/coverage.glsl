// How much of a pixel a shape covers, 0 to 1. Twin: gpucanvas/stages/coverage.py.

#define THIN 1.0e-6
#define SMALL_RADIUS 2.0
#define SAG (1.0 / 24.0)
#define TO_PIXEL (1.0 / float(SUBPIXEL))

float rect_coverage(float x, float y, float x0, float y0, float x1, float y1) {
    precise float w = max(min(x + 1.0, x1) - max(x, x0), 0.0);
    precise float h = max(min(y + 1.0, y1) - max(y, y0), 0.0);
    return w * h;
}

float half_plane_area(float d, float nx, float ny) {
    float ax = abs(nx);
    float ay = abs(ny);
    float hi = max(ax, ay);
    float lo = max(min(ax, ay), THIN);
    precise float w = 0.5 * (hi + lo);
    precise float v = 0.5 * (hi - lo);
    precise float s = min(abs(d), w);
    precise float e = max(s - v, 0.0);
    precise float part = (s * lo - 0.5 * e * e) / (hi * lo);
    return d >= 0.0 ? 0.5 + part : 0.5 - part;
}

float disc_coverage(float x, float y, float cx, float cy, float radius) {
    precise float dx = x + 0.5 - cx;
    precise float dy = y + 0.5 - cy;
    precise float distance = sqrt(dx * dx + dy * dy) + THIN;
    precise float hi = max(max(abs(dx), abs(dy)), THIN);
    precise float lo = max(min(abs(dx), abs(dy)), THIN * distance);
    precise float d = (radius - SAG / radius - distance) * distance;
    precise float s = min(abs(d), 0.5 * (hi + lo));
    precise float e = max(s - 0.5 * (hi - lo), 0.0);
    precise float part = (s * lo - 0.5 * e * e) / (hi * lo);
    return d >= 0.0 ? 0.5 + part : 0.5 - part;
}

float small_disc_coverage(float x, float y, float cx, float cy, float radius) {
    float total = 0.0;
    float r = radius * 4.0;
    if (r <= 0.0) return 0.0;
    for (int j = 0; j < 4; ++j) {
        for (int i = 0; i < 4; ++i) {
            precise float dx = (x + float(i) * 0.25 + 0.125 - cx) * 4.0;
            precise float dy = (y + float(j) * 0.25 + 0.125 - cy) * 4.0;
            precise float distance = max(sqrt(dx * dx + dy * dy), THIN);
            precise float inverse = 1.0 / distance;
            total += half_plane_area(r - distance - SAG / max(r, 0.5), dx * inverse, dy * inverse);
        }
    }
    return total * 0.0625;
}

float circle_coverage(float x, float y, float cx, float cy, float outer, float inner) {
    float cover = outer >= SMALL_RADIUS ? disc_coverage(x, y, cx, cy, outer) : small_disc_coverage(x, y, cx, cy, outer);
    if (inner <= 0.0) return cover;
    float hole = inner >= SMALL_RADIUS ? disc_coverage(x, y, cx, cy, inner) : small_disc_coverage(x, y, cx, cy, inner);
    return max(cover - hole, 0.0);
}

float segment_coverage(float x, float y, float x0, float y0, float x1, float y1, float half_width) {
    precise float dx = x1 - x0;
    precise float dy = y1 - y0;
    precise float length_ = max(sqrt(dx * dx + dy * dy), THIN);
    precise float ux = dx / length_;
    precise float uy = dy / length_;
    precise float px = x + 0.5 - 0.5 * (x0 + x1);
    precise float py = y + 0.5 - 0.5 * (y0 + y1);
    precise float across = uy * px - ux * py;
    precise float along = ux * px + uy * py;
    precise float half_length = 0.5 * length_;
    float sides = half_plane_area(half_width - across, ux, uy) + half_plane_area(half_width + across, ux, uy) - 1.0;
    float ends = half_plane_area(half_length - along, ux, uy) + half_plane_area(half_length + along, ux, uy) - 1.0;
    return max(sides, 0.0) * max(ends, 0.0);
}

float frame_coverage(float x, float y, float x0, float y0, float x1, float y1, float h) {
    float outer = rect_coverage(x, y, x0 - h, y0 - h, x1 + h, y1 + h);
    return outer - rect_coverage(x, y, x0 + h, y0 + h, x1 - h, y1 - h);
}

float area_right_of(float x_lo, float x_hi, float inverse, float column) {
    precise float a = min(max(x_lo - column, 0.0), 1.0);
    precise float b = min(max(x_hi - column, 0.0), 1.0);
    precise float right = max(x_hi - column - 1.0, 0.0);
    precise float area = max(1.0 - (0.5 * (a + b) * (b - a) + right) * inverse, 0.0);
    return area;
}

float cover_winding(int winding, uint rule) {
    int w = abs(winding);
    if (rule == RULE_EVENODD) {
        w = w & (2 * AREA_ONE - 1);
        w = min(w, 2 * AREA_ONE - w);
    }
    return float(min(w, AREA_ONE)) * (1.0 / float(AREA_ONE));
}
