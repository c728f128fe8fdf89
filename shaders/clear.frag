// Sets all pixels of a surface to one pixel, packed as by fine into one or two words. glClear does not clear integers.
#version 430
#include "shared/overflow.glsl"
uniform uvec4 words;
layout(location = 0) out uvec4 pixel;

void main() {
    if (is_halted()) discard;
    pixel = words;
}
