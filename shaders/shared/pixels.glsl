// Packs and unpacks pixels of a surface in both formats (contract/formats.py); RGBA16F is defined for halves. Twin:
// gpucanvas/stages/tile.py. Halves are computed with integers, because drivers differ in how they round halves and
// treat the smallest ones.

float from_half(uint bits) {
    uint size = bits & 32767u;
    // Halves whose bits are below 2^10 are multiples of the smallest half.
    float value = size < 1024u ? float(size) * 5.9604644775390625e-8 : uintBitsToFloat((size << 13) + (112u << 23));
    return uintBitsToFloat(floatBitsToUint(value) | (bits & 32768u) << 16);
}

vec4 from_halves(uvec2 words) {
    return vec4(
        from_half(words.x & 65535u), from_half(words.x >> 16), from_half(words.y & 65535u), from_half(words.y >> 16)
    );
}

#ifdef RGBA16F
uint rounded_to_half(float v) {
    uint bits = floatBitsToUint(v);
    // The last bit of 0.5 as a float32 is worth the smallest half, so that the sum is rounded to a multiple of it.
    if (v < 6.103515625e-5) return floatBitsToUint(v + 0.5) - (126u << 23);
    return (bits + 4095u + (bits >> 13 & 1u) - (112u << 23)) >> 13;
}

// Clamps to what is finite; NaN becomes the largest half.
uint color_to_half(float value) {
    // Comparisons with NaN are false, with minima and maxima drivers differ.
    float size = abs(value);
    return rounded_to_half(size < 65504.0 ? size : 65504.0) | (value < 0.0 ? 32768u : 0u);
}

uint alpha_to_half(float value) { return rounded_to_half(min(max(value, 0.0), 1.0)); }
#else
uint pack(float v) { return uint(min(max(v, 0.0), 1.0) * 255.0 + 0.5); }
#endif

// Returns the channels of a pixel.
vec4 unpack_pixel(uvec2 words) {
#ifdef RGBA16F
    return from_halves(words);
#else
    uint word = words.x;
    return vec4(float(word & 255u), float(word >> 8 & 255u), float(word >> 16 & 255u), float(word >> 24)) * (1.0 / 255.0);
#endif
}

// Returns the nearest pixel.
uvec4 pack_pixel(float r, float g, float b, float a) {
#ifdef RGBA16F
    return uvec4(color_to_half(r) | color_to_half(g) << 16, color_to_half(b) | alpha_to_half(a) << 16, 0u, 0u);
#else
    return uvec4(pack(r) | pack(g) << 8 | pack(b) << 16 | pack(a) << 24);
#endif
}
