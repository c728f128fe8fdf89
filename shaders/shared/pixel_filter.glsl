// What filters of pixels share: their items, which are ITEM (boxes.glsl), what these refer to by index, and the surface.
// Parameters are read from a buffer, where the threads of a group read the same one.

layout(local_size_x = FILTER_GROUP) in;

#include "shared/boxes.glsl"
#include "shared/pixels.glsl"

layout(std430, binding = 1) readonly buffer ParameterBlock { uint parameters[]; };
layout(std430, binding = 2) readonly buffer TableBlock { int tables[]; };
layout(PIXEL_IMAGE, binding = 0) uniform uimage2D target;
