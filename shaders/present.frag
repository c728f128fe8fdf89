#version 330
// Shows a surface of the gl backend in a window: composed over the background, the first row on top, never stretched.
// It computes with integers, so that every driver gives the same bytes.

#include "shared/pixels.glsl"
#include "shared/gamut.glsl"

uniform usampler2D surface; // Premultiplied pixels of one of the formats.
uniform vec4 background;    // Premultiplied; also the colour outside the surface.
uniform int rows;           // Rows of the window, which OpenGL counts from below.
uniform uint opaque;        // 1 to ignore the surface's alpha.

out vec4 color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.x, rows - 1 - int(gl_FragCoord.y));
    ivec2 size = textureSize(surface, 0);
    uvec4 top = uvec4(0u);
    if (at.x < size.x && at.y >= 0 && at.y < size.y) {
        uvec4 words = texelFetch(surface, at, 0);
#ifdef RGBA16F
        vec4 pixel = unpack_pixel(words.rg);
        top = uvec4(clamp(pixel, vec4(0.0), pixel.aaaa) * 255.0 + 0.5);
#else
        top = uvec4(words.r, words.r >> 8, words.r >> 16, words.r >> 24) & 255u;
#endif
        if (converts) top = uvec4(as_srgb(unpack_pixel(words.rg)) * 255.0 + 0.5);
        if (opaque != 0u) top.a = 255u;
    }
    // Divides by 255 and rounds, with shifts: a division is slow on software drivers.
    uvec4 below = uvec4(background * 255.0 + 0.5) * (255u - top.a) + 128u;
    color = vec4(top + (below + (below >> 8) >> 8)) * (1.0 / 255.0);
}
