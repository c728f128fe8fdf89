// How a source meets the backdrop: Compositing and Blending Level 1, premultiplied. Twin: gpucanvas/stages/blend.py.

vec4 composite(uint op, vec4 s, vec4 d) {
    if (op == OP_COPY) return s;
    if (op == OP_SOURCE_IN) return s * d.a;
    if (op == OP_DESTINATION_OUT) return d * (1.0 - s.a);
    if (op == OP_MULTIPLY) {
        precise vec4 product = s * (1.0 - d.a) + d * (1.0 - s.a) + s * d;
        product.a = s.a + d.a - s.a * d.a;
        return product;
    }
    precise vec4 over = s + d * (1.0 - s.a);
    return over;
}

vec4 blend(uint op, vec4 s, vec4 d, float coverage, float mask) {
    if (op == OP_REPLACE) return d + coverage * mask * (s - d);
    precise vec4 mixed = d + mask * (composite(op, s * coverage, d) - d);
    return mixed;
}
