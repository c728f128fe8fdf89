// Every pixel of a surface becomes one, as fine packs it: one word, or two. glClear has no meaning for integers.
#version 430
#include "shared/overflow.glsl"
uniform uvec4 words;
layout(location = 0) out uvec4 pixel;

void main() {
    if (is_halted()) discard;
    pixel = words;
}
