// The inputs of filters of pixels: items of the record ITEM (boxes.glsl), the parameters and tables to which items
// refer by index, and the surface. Parameters are in a buffer, because all threads of a group read the same parameter.

layout(local_size_x = FILTER_GROUP) in;

#include "shared/boxes.glsl"
#include "shared/pixels.glsl"

layout(std430, binding = 1) readonly buffer ParameterBlock { uint parameters[]; };
layout(std430, binding = 2) readonly buffer TableBlock { int tables[]; };
layout(PIXEL_IMAGE, binding = 0) uniform uimage2D target;

// Returns the channels of a pixel, 0 to 255.
vec4 values_of(uvec2 words) {
#ifdef RGBA16F
    precise vec4 values = unpack_pixel(words) * 255.0;
    return values;
#else
    return vec4(words.x & 255u, words.x >> 8 & 255u, words.x >> 16 & 255u, words.x >> 24);
#endif
}

// Returns a pixel of channels, which are clamped to 0..255 and rounded to nearest.
uvec4 pixel_of(vec4 values) {
    precise vec4 cut = clamp(values, vec4(0.0), vec4(255.0));
#ifdef RGBA16F
    precise vec4 unit = cut * (1.0 / 255.0);
    return pack_pixel(unit.r, unit.g, unit.b, unit.a);
#else
    precise vec4 raised = cut + 0.5;
    uvec4 bytes = uvec4(raised);
    return uvec4(bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24);
#endif
}
