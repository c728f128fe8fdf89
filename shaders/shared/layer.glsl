// The colours of pixels that a layer paints: premultiplied pixels of another target. Twin: gpucanvas/stages/layer.py.

vec4 layer_color(LayerPaint paint, float x, float y) {
    uint word = imageLoad(layers, ivec2(int(x) + paint.dx, int(y) + paint.dy)).r;
    vec4 color = vec4(float(word & 255u), float(word >> 8 & 255u), float(word >> 16 & 255u), float(word >> 24));
    return color * (1.0 / 255.0) * paint.alpha;
}
