// How a source meets the backdrop: Compositing and Blending Level 1, premultiplied; one channel of four pixels at a time.
// Twin: gpucanvas/stages/blend.py.

vec4 composite(uint op, vec4 s, vec4 sa, vec4 d, vec4 da) {
    if (op == OP_COPY) return s;
    if (op == OP_SOURCE_IN) return s * da;
    if (op == OP_DESTINATION_OUT) return d * (1.0 - sa);
    if (op == OP_MULTIPLY) {
        precise vec4 product = s * (1.0 - da) + d * (1.0 - sa) + s * d;
        return product;
    }
    precise vec4 over = s + d * (1.0 - sa);
    return over;
}

vec4 composite_alpha(uint op, vec4 sa, vec4 da) {
    if (op == OP_MULTIPLY) {
        precise vec4 both = sa + da - sa * da;
        return both;
    }
    return composite(op, sa, sa, da, da);
}

vec4 blend(uint op, vec4 s, vec4 sa, vec4 d, vec4 da, vec4 coverage, vec4 mask) {
    if (op == OP_REPLACE) {
        precise vec4 replaced = d + coverage * mask * (s - d);
        return replaced;
    }
    precise vec4 mixed = d + mask * (composite(op, s * coverage, sa * coverage, d, da) - d);
    return mixed;
}

vec4 blend_alpha(uint op, vec4 sa, vec4 da, vec4 coverage, vec4 mask) {
    if (op == OP_REPLACE) {
        precise vec4 replaced = da + coverage * mask * (sa - da);
        return replaced;
    }
    precise vec4 mixed = da + mask * (composite_alpha(op, sa * coverage, da) - da);
    return mixed;
}
