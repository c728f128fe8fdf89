// binning: the box of tiles that each draw may change, as left | right << 16, top | bottom << 16.
// Twin: stages/binning.py, draw_box.
#version 430
#include "generated/binning_boxes.glsl"
#include "shared/scene.glsl"

vec4 draw_bounds(Draw draw, vec2 size) {
    uint kind = draw.style & (255u | STYLE_UNBOUNDED);
    precise vec4 bounds = vec4(draw.x0, draw.y0, draw.x1, draw.y1);
    if (kind == SHAPE_CIRCLE) {
        bounds = vec4(draw.x0 - draw.x1, draw.y0 - draw.x1, draw.x0 + draw.x1, draw.y0 + draw.x1);
    } else if (kind == SHAPE_FRAME || kind == SHAPE_SEGMENT) {
        precise float reach = kind == SHAPE_FRAME ? draw.size : draw.size * SQRT2;
        bounds = vec4(min(bounds.xy, bounds.zw) - reach, max(bounds.xy, bounds.zw) + reach);
    } else if (kind == SHAPE_PATH) {
        Path path = load_path(draw.path);
        bounds = vec4(path.tx0, path.ty0, path.tx1, path.ty1) * float(TILE);
    } else if (kind != SHAPE_RECT && kind != SHAPE_GLYPH) {
        bounds = vec4(0.0, 0.0, size);
    }
    return bounds;
}

ivec2 tile_floor(vec2 at, vec2 limit) { return ivec2(clamp(at, vec2(0.0), limit) / float(TILE)); }
ivec2 tile_ceil(vec2 at, vec2 limit) { return ivec2(ceil(clamp(at, vec2(0.0), limit) / float(TILE))); }

ivec4 draw_box(Draw draw) {
    vec2 size = vec2(config.width_in_tiles, config.height_in_tiles) * float(TILE);
    vec4 bounds = draw_bounds(draw, size);
    if (draw.clip != 0) {
        Clip clip = load_clip(draw.clip);
        bounds = vec4(max(bounds.xy, vec2(clip.x0, clip.y0)), min(bounds.zw, vec2(clip.x1, clip.y1)));
    }
    ivec4 box = ivec4(tile_floor(bounds.xy, size), tile_ceil(bounds.zw, size));
    return box.x >= box.z || box.y >= box.w ? ivec4(0) : box;
}

void main() {
    load_config();
    uint i = gl_GlobalInvocationID.x;
    if (i < config.draw_count) do {
        ivec4 box = draw_box(load_draw(i));
        boxes[2u * i] = uint(box.x) | uint(box.z) << 16;
        boxes[2u * i + 1u] = uint(box.y) | uint(box.w) << 16;
    } while ((i += ALL_THREADS) < config.draw_count);
}
