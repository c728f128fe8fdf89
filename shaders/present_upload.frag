#version 330
// Shows uploaded pixels of the cpu backend in a window, as present.frag shows a surface. Software drivers read bytes
// twice as fast as words. No sum of 255ths lies half-way between two bytes, so that rounding floats when they are
// stored gives the same bytes as integers.

#include "shared/gamut.glsl"

uniform sampler2D surface; // Premultiplied RGBA8.
uniform vec4 background;   // Premultiplied; also the colour outside the surface.
uniform int rows;          // Rows of the window, which OpenGL counts from below.

out vec4 color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.x, rows - 1 - int(gl_FragCoord.y));
    ivec2 size = textureSize(surface, 0);
    vec4 top = vec4(0.0);
    if (at.x < size.x && at.y >= 0 && at.y < size.y) {
        top = texelFetch(surface, at, 0);
        if (converts) top = as_srgb(top);
    }
    color = top + (1.0 - top.a) * background;
}
