#version 330
// Shows a surface in a window: laid on the background where it is translucent, the first row on top, never stretched.
// The arithmetic is that of whole numbers, so that every driver gives the same bytes.

uniform usampler2D surface; // Premultiplied RGBA8 in a word, red in the low byte.
uniform uvec4 background;   // Premultiplied, 0 to 255; what lies outside the surface is this, too.
uniform int rows;           // Of the window: OpenGL counts them from below.
uniform uint opaque;        // Added to every word: 0xFF000000 where the surface's alpha does not count.

out vec4 color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.x, rows - 1 - int(gl_FragCoord.y));
    uvec4 top = uvec4(0u);
    ivec2 size = textureSize(surface, 0);
    if (at.x < size.x && at.y >= 0 && at.y < size.y) {
        uint word = texelFetch(surface, at, 0).r | opaque;
        top = uvec4(word & 255u, word >> 8 & 255u, word >> 16 & 255u, word >> 24);
    }
    color = vec4(top + (background * (255u - top.a) + 127u) / 255u) / 255.0;
}
