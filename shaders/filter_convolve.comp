// filter: computes a weighted sum of each pixel's neighbours in a box, and stores it in another box. One thread per
// pixel. Twin: stages/filter_convolve.py, convolve_row.
#version 430
#include "generated/contract.glsl"

#define ITEM Convolve
#define ITEM_WORDS CONVOLVE_WORDS
#define LOAD_ITEM LOAD_Convolve
#include "shared/pixel_filter.glsl"

// Returns the column or row that stands for one beyond the canvas: the nearest inside, or that of the repeated canvas.
int framed(int at, int low, int high) {
    if (item.edge == EDGE_NONE || low >= high) return at;
    if (item.edge == EDGE_DUPLICATE) return clamp(at, low, high - 1);
    int side = high - low;
    int from = (at - low) % side;
    // GLSL does not define % for negative numbers.
    if (at < low) from = side - 1 - (low - at - 1) % side;
    return low + from;
}

// Returns the channels of a neighbour, 0 to 255; transparent beyond the box.
vec4 near_pixel(int x, int y) {
    x = framed(x, item.frame_x0, item.frame_x1);
    y = framed(y, item.frame_y0, item.frame_y1);
    if (x < item.x0 || x >= item.x1 || y < item.y0 || y >= item.y1) return vec4(0.0);
    return values_of(imageLoad(target, ivec2(x, y)).rg);
}

void main() {
    if (is_halted()) return;
    int unit = find_unit();
    int wide = item.x1 - item.x0;
    int y = unit / wide;
    int x = unit - y * wide;
    if (y >= item.y1 - item.y0) return;
    precise vec4 sum = vec4(0.0);
    int index = item.weight;
    for (int i = 0; i < item.order_y; ++i) {
        for (int j = 0; j < item.order_x; ++j) {
            vec4 near = near_pixel(item.x0 + x - item.target_x + j, item.y0 + y - item.target_y + i);
            precise float weight = uintBitsToFloat(parameters[index++]);
            precise float scale = item.keeps_alpha != 0u ? weight * (255.0 / max(near.a, SMALLEST_ALPHA)) : weight;
            sum += near * vec4(scale, scale, scale, weight);
        }
    }
    float alpha = near_pixel(item.x0 + x, item.y0 + y).a;
    precise vec4 made;
    if (item.keeps_alpha != 0u) {
        precise float share = alpha / 255.0;
        precise float bias = item.bias * 255.0;
        made = vec4(clamp(sum.rgb + bias, 0.0, 255.0) * share, alpha);
    } else {
        precise float bias = item.bias * alpha;
        made.a = clamp(sum.a + bias, 0.0, 255.0);
        made.rgb = min(sum.rgb + bias, vec3(made.a));
    }
    imageStore(target, ivec2(item.to_x + x, item.to_y + y), pixel_of(made));
}
