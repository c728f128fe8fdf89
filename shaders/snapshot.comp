// Copies a box of a surface into texels of the pages, as straight bytes or halves, for later frames to draw. One thread
// per pixel. Twin: gpucanvas/stages/present.py, straight and straight_of_halves.
#version 430
#include "generated/contract.glsl"
#include "shared/pixels.glsl"
#include "shared/snapshot.glsl"
#include "shared/places.glsl"

uniform ivec2 corner; // The box's corner on the surface.
uniform ivec2 size;   // The box's size.
uniform uint start;   // The first texel in the pages.
uniform uint stride;  // Texels from a row to the next.
uniform uint opaque;  // 1 to ignore the surface's alpha.
#ifdef RGBA16F
uniform uint halves; // 1 to store each pixel as two words of halves.

// Twin: straight_halves of gpucanvas/frames/surface.py.
uvec2 straight_pair(uvec2 words) {
    vec4 color = unpack_pixel(words);
    if (opaque != 0u) color.a = 1.0;
    precise vec3 whole = color.rgb / color.a;
    color.rgb = color.a > 0.0 ? whole : vec3(0.0);
    return pack_pixel(color.r, color.g, color.b, color.a).xy;
}
#endif

uint straight(uvec2 words) {
#ifdef RGBA16F
    vec4 color = unpack_pixel(words);
    if (opaque != 0u) color.a = 1.0;
    if (color.a * 255.0 + 0.5 < 1.0) return 0u;
    precise float inverse = 1.0 / color.a;
    precise vec3 whole = clamp(color.rgb * inverse, vec3(0.0), vec3(1.0)) * 255.0 + 0.5;
    uvec4 bytes = uvec4(uvec3(whole), uint(min(color.a, 1.0) * 255.0 + 0.5));
#else
    uint alpha = words.x >> 24;
    if (opaque != 0u) alpha = 255u;
    if (alpha == 0u) return 0u;
    uvec3 bytes3 = uvec3(words.x, words.x >> 8, words.x >> 16) & 255u;
    uvec4 bytes = uvec4(min((255u * bytes3 + alpha / 2u) / alpha, uvec3(255u)), alpha);
#endif
    return bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24;
}

void main() {
    ivec2 at = ivec2(gl_GlobalInvocationID.xy);
    if (at.x >= size.x || at.y >= size.y) return;
    uvec2 words = imageLoad(surface, corner + at).rg;
#ifdef RGBA16F
    if (halves != 0u) {
        uvec2 pair = straight_pair(words);
        uint first = start + uint(at.y) * stride + 2u * uint(at.x);
        imageStore(pages, place_of(first), uvec4(pair.x));
        imageStore(pages, place_of(first + 1u), uvec4(pair.y));
        return;
    }
#endif
    imageStore(pages, place_of(start + uint(at.y) * stride + uint(at.x)), uvec4(straight(words)));
}
