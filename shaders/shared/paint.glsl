// Calls the function of a paint's kind for a quad of pixels. Twin: gpucanvas/stages/paint.py.

#include "shared/box_shadow.glsl"
#include "shared/gradients.glsl"
#include "shared/layer.glsl"
#include "shared/textures.glsl"

// Returns the premultiplied colours, one per column, of the four pixels from (x, y) on. Not for solid colours.
mat4 paint_quad(uint word, float x, float y) {
    uint kind = word & ((1u << PAINT_KIND_BITS) - 1u);
    uint at = config.paint_start + (word >> PAINT_KIND_BITS);
#define OF_PIXELS(code, Kind, load, color_of_kind) \
    if (HAS_PAINT(code) && kind == code) { \
        Kind paint = load(scene_at, at); \
        return mat4(color_of_kind(paint, x, y), color_of_kind(paint, x + 1.0, y), color_of_kind(paint, x + 2.0, y), \
            color_of_kind(paint, x + 3.0, y)); \
    }
#define OF_QUADS(code, Kind, load, quad_of_kind) \
    if (HAS_PAINT(code) && kind == code) return quad_of_kind(load(scene_at, at), x, y);
    EACH_PAINT(OF_PIXELS, OF_QUADS)
    return mat4(0.0);
}
