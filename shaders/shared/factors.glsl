// What operators of Porter and Duff multiply with: FACTOR_*. Twin: factor_of in gpucanvas/stages/blend.py.

// A FACTOR_* as (constant, slope): it is constant + slope * alpha.
vec2 factor_of(uint factor) {
    float constant = float(factor & 1u);
    return vec2(constant, float(factor >> 1) * (1.0 - 2.0 * constant));
}
