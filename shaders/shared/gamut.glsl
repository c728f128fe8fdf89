// Converts colours of another colour space to sRGB, for the screen. Twin: gpucanvas/paint/gamut.py. It uses tables
// instead of powers, so that a window may differ from the picture that is read by one step of a byte.

uniform bool converts; // Whether the surface is not sRGB.
uniform mat3 to_srgb;  // From linear light of the surface's colour space to linear light of sRGB.

vec3 decoded(vec3 v) { return mix(pow((v + 0.055) / 1.055, vec3(2.4)), v / 12.92, lessThanEqual(v, vec3(0.04045))); }

vec3 encoded(vec3 v) {
    return mix(1.055 * pow(v, vec3(1.0 / 2.4)) - 0.055, v * 12.92, lessThanEqual(v, vec3(0.0031308)));
}

// Returns a premultiplied pixel in sRGB, clamped to its gamut.
vec4 as_srgb(vec4 pixel) {
    if (pixel.a == 0.0) return vec4(0.0);
    vec3 linear = to_srgb * decoded(clamp(pixel.rgb / pixel.a, 0.0, 1.0));
    return vec4(encoded(clamp(linear, 0.0, 1.0)) * pixel.a, pixel.a);
}
