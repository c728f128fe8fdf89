// The factors of Porter and Duff's operators: FACTOR_*. Twin: factor_of in gpucanvas/stages/blend.py.

// Returns a FACTOR_* as (constant, slope): the factor is constant + slope * alpha.
vec2 factor_of(uint factor) {
    float constant = float(factor & 1u);
    return vec2(constant, float(factor >> 1) * (1.0 - 2.0 * constant));
}
