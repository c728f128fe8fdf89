// binning: the box of tiles that each draw may change, as left | right << 16, top | bottom << 16.
// Twin: stages/binning.py, draw_box.
#version 430
layout(local_size_x = 64) in;
#include "shared/scene.glsl"
layout(std430, binding = 1) writeonly buffer BoxBlock { uint boxes[]; };

#define FAR 1.0e9
#define SQRT2 1.4142135

int tile_floor(float x) { return int(floor(min(max(x, -FAR), FAR) / float(TILE))); }
int tile_ceil(float x) { return int(ceil(min(max(x, -FAR), FAR) / float(TILE))); }

ivec4 draw_box(Draw draw) {
    uint shape = draw.style & 255u;
    ivec4 box = ivec4(0, 0, int(config.width_in_tiles), int(config.height_in_tiles));
    if ((draw.style & STYLE_UNBOUNDED) == 0 && shape != SHAPE_EVERYWHERE) {
        if (shape == SHAPE_PATH) {
            Path path = load_path(draw.path);
            box = ivec4(path.tx0, path.ty0, path.tx1, path.ty1);
        } else {
            float x0 = draw.x0;
            float y0 = draw.y0;
            float x1 = draw.x1;
            float y1 = draw.y1;
            precise float reach = 0.0;
            if (shape == SHAPE_CIRCLE) {
                reach = draw.x1;
                x1 = x0;
                y1 = y0;
            } else if (shape != SHAPE_RECT) {
                reach = shape == SHAPE_FRAME ? draw.size : draw.size * SQRT2;
                x0 = min(draw.x0, draw.x1);
                x1 = max(draw.x0, draw.x1);
                y0 = min(draw.y0, draw.y1);
                y1 = max(draw.y0, draw.y1);
            }
            box.xy = max(box.xy, ivec2(tile_floor(x0 - reach), tile_floor(y0 - reach)));
            box.zw = min(box.zw, ivec2(tile_ceil(x1 + reach), tile_ceil(y1 + reach)));
        }
    }
    if (draw.clip != 0) {
        Clip clip = load_clip(draw.clip);
        box.xy = max(box.xy, ivec2(tile_floor(clip.x0), tile_floor(clip.y0)));
        box.zw = min(box.zw, ivec2(tile_ceil(clip.x1), tile_ceil(clip.y1)));
    }
    return box;
}

void main() {
    load_config();
    for (uint i = gl_GlobalInvocationID.x; i < config.draw_count; i += gl_NumWorkGroups.x * gl_WorkGroupSize.x) {
        ivec4 box = draw_box(load_draw(i));
        if (box.x >= box.z || box.y >= box.w) box = ivec4(0);
        boxes[2u * i] = uint(box.x) | uint(box.z) << 16;
        boxes[2u * i + 1u] = uint(box.y) | uint(box.w) << 16;
    }
}
