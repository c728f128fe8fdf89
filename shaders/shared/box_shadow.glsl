// The colour of a pixel under the shadow of a rounded rectangle, blurred. Twin: gpucanvas/stages/box_shadow.py.

float sixteenth_power(float p) {
    precise float p2 = p * p;
    precise float p4 = p2 * p2;
    precise float p8 = p4 * p4;
    return p8 * p8;
}

// How much of a gaussian lies before t, in square roots of 2 sigmas.
float risen(float t) {
    float u = abs(t);
    precise float sum = 1.0 + u * (RISE_1 + u * (RISE_2 + u * (RISE_3 + u * (RISE_4 + u * (RISE_5 + u * RISE_6)))));
    precise float tail = 0.5 / sixteenth_power(sum);
    return t < 0.0 ? tail : 1.0 - tail;
}

// How much of a gaussian at this distance from the middle lies within half a width of it.
float between(float distance_, float half_, float scale) {
    return risen((distance_ + half_) * scale) - risen((distance_ - half_) * scale);
}

// exp(-t^2), as the sixteenth power of a series that is exact where that counts.
float bell(float t) {
    precise float q = t * t * (1.0 / 16.0);
    return 1.0 / sixteenth_power(1.0 + q * (1.0 + q * (0.5 + q * (1.0 / 6.0 + q * (1.0 / 24.0)))));
}

ShadowNode load_node(uint nodes, uint i) {
    return LOAD_ShadowNode(scene_at, config.paint_start + nodes + i * SHADOWNODE_WORDS);
}

vec4 box_shadow_color(BoxShadowPaint paint, float x_px, float y_px) {
    precise float x = x_px + 0.5 - paint.x;
    precise float y = y_px + 0.5 - paint.y;
    float scale = paint.scale;
    float wide = between(x, paint.half_width, scale);
    precise float value = wide * between(y, paint.half_height, scale);
    // In the middle of a side no corner is near: the first node is the lowest, the last one the narrowest.
    bool near = paint.count > 0u;
    if (near) {
        near = !((load_node(paint.nodes, 0u).height - abs(y)) * scale > SHADOW_SEEN)
            && !((load_node(paint.nodes, paint.count - 1u).half_width - abs(x)) * scale > SHADOW_SEEN);
    }
    for (uint i = 0u; near && i < paint.count; i++) {
        ShadowNode node = load_node(paint.nodes, i);
        precise float lacking = (wide - between(x, node.half_width, scale)) * node.weight;
        value -= lacking * (bell((y - node.height) * scale) + bell((y + node.height) * scale));
    }
    return max(value, 0.0) * vec4(paint.r, paint.g, paint.b, paint.a);
}
