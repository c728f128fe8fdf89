// The colours of pixels that a layer paints: premultiplied pixels of another target. Twin: gpucanvas/stages/layer.py.

vec4 layer_color(LayerPaint paint, float x, float y) {
    return unpack_pixel(imageLoad(layers, ivec2(int(x) + paint.dx, int(y) + paint.dy)).rg) * paint.alpha;
}
