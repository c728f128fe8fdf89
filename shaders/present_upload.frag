#version 330
// Shows uploaded pixels of the cpu backend in a window, as present.frag shows a surface; software drivers read bytes in
// half the time that they take for words. No sum of 255ths lies half-way between two bytes: the rounding of floats when
// they are stored gives the bytes that whole numbers give.

#include "shared/gamut.glsl"

uniform sampler2D surface; // Premultiplied RGBA8.
uniform vec4 background;   // Premultiplied; what lies outside the surface is this, too.
uniform int rows;          // Of the window: OpenGL counts them from below.

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
