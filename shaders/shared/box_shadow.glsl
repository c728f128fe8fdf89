// The colours of pixels under the shadow of a rounded rectangle, blurred. Twin: gpucanvas/stages/box_shadow.py.

vec4 sixteenth_power(vec4 p) {
    precise vec4 p2 = p * p;
    precise vec4 p4 = p2 * p2;
    precise vec4 p8 = p4 * p4;
    return p8 * p8;
}

// The part of a Gaussian's integral below each t, where t is in units of sqrt(2) sigma.
vec4 risen(vec4 t) {
    vec4 u = abs(t);
    precise vec4 sum = 1.0 + u * (RISE_1 + u * (RISE_2 + u * (RISE_3 + u * (RISE_4 + u * (RISE_5 + u * RISE_6)))));
    precise vec4 tail = 0.5 / sixteenth_power(sum);
    return mix(1.0 - tail, tail, lessThan(t, vec4(0.0)));
}

// The part of the integral within the half width, for Gaussians centred at each distance from the middle.
vec4 between(vec4 distances, float half_, float scale) {
    return risen((distances + half_) * scale) - risen((distances - half_) * scale);
}

// exp(-t^2), computed as the inverse sixteenth power of a series for exp(t^2 / 16).
vec4 bell(vec4 t) {
    precise vec4 q = t * t * (1.0 / 16.0);
    return 1.0 / sixteenth_power(1.0 + q * (1.0 + q * (0.5 + q * (1.0 / 6.0 + q * (1.0 / 24.0)))));
}

ShadowNode load_node(uint nodes, uint i) {
    return LOAD_ShadowNode(scene_at, config.paint_start + nodes + i * SHADOWNODE_WORDS);
}

// Returns the colours, one per column, of the four pixels from (x_px, y_px) on.
mat4 box_shadow_quad(BoxShadowPaint paint, float x_px, float y_px) {
    precise vec4 x = vec4(x_px, x_px + 1.0, x_px + 2.0, x_px + 3.0) + 0.5 - paint.x;
    precise float y = y_px + 0.5 - paint.y;
    float scale = paint.scale;
    vec4 wide = between(x, paint.half_width, scale);
    precise vec4 value = wide * between(vec4(y), paint.half_height, scale).x;
    // Near the middle of a side no corner contributes: the first node is the lowest, the last the narrowest.
    uint count = paint.count;
    if (count > 0u) {
        float out_ = max(abs(x.x), abs(x.w));
        bool is_far = (load_node(paint.nodes, 0u).height - abs(y)) * scale > SHADOW_SEEN
            || (load_node(paint.nodes, count - 1u).half_width - out_) * scale > SHADOW_SEEN;
        count = is_far ? 0u : count;
    }
    for (uint i = 0u; i < count; i++) {
        ShadowNode node = load_node(paint.nodes, i);
        precise vec4 lacking = (wide - between(x, node.half_width, scale)) * node.weight;
        vec4 bells = bell(vec4((y - node.height) * scale, (y + node.height) * scale, 0.0, 0.0));
        value -= lacking * (bells.x + bells.y);
    }
    vec4 color = vec4(paint.r, paint.g, paint.b, paint.a);
    value = max(value, vec4(0.0));
    return mat4(value.x * color, value.y * color, value.z * color, value.w * color);
}
