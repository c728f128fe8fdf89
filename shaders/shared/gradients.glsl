// The colour of a pixel under a gradient, premultiplied. Twin: gpucanvas/stages/gradients.py.

Stop load_stop(uint stops, int i) { return LOAD_Stop(scene_at, config.paint_start + stops + uint(i) * STOP_WORDS); }

// Returns the last of the stops 0 .. last whose offset is at most t; -1 where all offsets are greater.
int find_stop(uint stops, int last, float t) {
    int low = -1;
    int high = last;
    while (low < high) {
        int middle = (low + high + 1) >> 1;
        if (load_stop(stops, middle).offset <= t) low = middle;
        else high = middle - 1;
    }
    return low;
}

// Returns the colour at a place; NaN counts as far before the start.
vec4 color_at(uint stops, uint count, float alpha, float t) {
    t = t == t ? t : BEFORE_START;
    int last = int(count) - 1;
    int i = find_stop(stops, last, t);
    Stop lo = load_stop(stops, max(i, 0));
    Stop hi = load_stop(stops, min(i + 1, last));
    float span = hi.offset - lo.offset;
    precise float f = span > 0.0 ? min(max((t - lo.offset) / span, 0.0), 1.0) : 0.0;
    precise float a = (lo.a + f * (hi.a - lo.a)) * alpha;
    return vec4((lo.r + f * (hi.r - lo.r)) * a, (lo.g + f * (hi.g - lo.g)) * a, (lo.b + f * (hi.b - lo.b)) * a, a);
}

vec4 linear_color(LinearPaint paint, float x, float y) {
    precise float t = paint.xx * (x + 0.5) + paint.xy * (y + 0.5) + paint.dx;
    return color_at(paint.stops, paint.count, paint.alpha, t);
}

vec4 radial_color(RadialPaint paint, float x_px, float y_px) {
    precise float x = paint.xx * (x_px + 0.5) + paint.xy * (y_px + 0.5) + paint.dx;
    precise float y = paint.yx * (x_px + 0.5) + paint.yy * (y_px + 0.5) + paint.dy;
    if (paint.along == 0.0) {
        precise float place = paint.growth * (sqrt(x * x + y * y) - paint.radius);
        return color_at(paint.stops, paint.count, paint.alpha, place);
    }
    precise float half_ = paint.along * x + paint.middle;
    precise float product = x * x + y * y - paint.square;
    precise float level = paint.reach + paint.growth * x;
    precise float inside = level * level - paint.curve * y * y;
    precise float step_ = paint.root * sqrt(max(inside, 0.0));
    precise float apart = half_ * step_;
    precise float over = apart < 0.0 ? product : half_ + step_;
    precise float under = apart < 0.0 ? half_ - step_ : paint.curve;
    if (paint.curve == 0.0) {
        over = product;
        under = half_ + half_;
    }
    precise float t = over / under;
    precise float radius = paint.radius + paint.growth * t;
    // Where one circle lies inside the other, every pixel is on a circle, even if rounding gives another result.
    float bound = paint.curve < 0.0 ? BEFORE_START : 0.0;
    if (!(radius > bound) || (paint.curve != 0.0 && inside < bound)) return vec4(0.0);
    return color_at(paint.stops, paint.count, paint.alpha, t);
}

// Returns the angle of (x, y) in turns, 0 to 1; 0 is to the right, a quarter is down.
float place_around(float x, float y) {
    float wide = abs(x);
    float high = abs(y);
    precise float q = min(wide, high) / max(max(wide, high), LEAST_LENGTH);
    precise float s = q * q;
    precise float t = q * (TURN_1 + s * (TURN_3 + s * (TURN_5 + s * (TURN_7 + s * (TURN_9 + s * TURN_11)))));
    t = wide < high ? 0.25 - t : t;
    t = x < 0.0 ? 0.5 - t : t;
    return y < 0.0 ? 1.0 - t : t;
}

vec4 conic_color(ConicPaint paint, float x_px, float y_px) {
    precise float x = paint.xx * (x_px + 0.5) + paint.xy * (y_px + 0.5) + paint.dx;
    precise float y = paint.yx * (x_px + 0.5) + paint.yy * (y_px + 0.5) + paint.dy;
    return color_at(paint.stops, paint.count, paint.alpha, place_around(x, y));
}
