"""The colour of a pixel under a gradient or an image, premultiplied. Twin: shaders/shared/paint.glsl.

Gradients interpolate straight colours (HTML, "fill and stroke styles"); images interpolate premultiplied ones.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import IMAGE_SMOOTH, PAINT_LINEAR
from ..kernels import kernel

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
TO_UNIT = np.float32(1.0 / 255.0)
FAR = np.float32(1.0e9)
MODULO = np.int64(0xFFFFFFFF)


@kernel
def gradient_color(paint, stops, x, y):
    """The colour of a linear gradient at the centre of pixel (x, y)."""
    t = paint.xx * (x + HALF) + paint.xy * (y + HALF) + paint.dx
    first = np.int64(paint.start)
    last = first + np.int64(paint.count) - 1
    i = first
    while i <= last and stops[i].offset <= t:
        i += 1
    lo = stops[max(i - 1, first)]
    hi = stops[min(i, last)]
    span = hi.offset - lo.offset
    f = min(max((t - lo.offset) / span, F0), F1) if span > F0 else F0
    a = (lo.a + f * (hi.a - lo.a)) * paint.alpha
    return (lo.r + f * (hi.r - lo.r)) * a, (lo.g + f * (hi.g - lo.g)) * a, (lo.b + f * (hi.b - lo.b)) * a, a


@kernel
def load_texel(texels, paint, x, y):
    """One texel, premultiplied; coordinates are clamped to the source rectangle."""
    column = min(max(x, np.int64(paint.x0)), np.int64(paint.x1))
    row = min(max(y, np.int64(paint.y0)), np.int64(paint.y1))
    # Of a picture that is here only in part, the first texel would lie before all others.
    word = texels[(np.int64(paint.start) + row * np.int64(paint.count) + column) & MODULO]
    a = np.float32(word >> 24) * TO_UNIT
    k = a * TO_UNIT
    return np.float32(word & 255) * k, np.float32(word >> 8 & 255) * k, np.float32(word >> 16 & 255) * k, a


@kernel
def mix(a, b, f):
    """From a at 0 to b at 1."""
    return a + f * (b - a)


@kernel
def image_color(paint, texels, x, y):
    """The colour of an image at the centre of pixel (x, y)."""
    u = paint.xx * (x + HALF) + paint.xy * (y + HALF) + paint.dx
    v = paint.yx * (x + HALF) + paint.yy * (y + HALF) + paint.dy
    u = min(max(u, -FAR), FAR)
    v = min(max(v, -FAR), FAR)
    alpha = paint.alpha
    if paint.flags & IMAGE_SMOOTH == 0:
        r, g, b, a = load_texel(texels, paint, np.int64(np.floor(u)), np.int64(np.floor(v)))
        return r * alpha, g * alpha, b * alpha, a * alpha
    fu = np.floor(u - HALF)
    fv = np.floor(v - HALF)
    column = np.int64(fu)
    row = np.int64(fv)
    fu = u - HALF - fu
    fv = v - HALF - fv
    r0, g0, b0, a0 = load_texel(texels, paint, column, row)
    r1, g1, b1, a1 = load_texel(texels, paint, column + 1, row)
    r2, g2, b2, a2 = load_texel(texels, paint, column, row + 1)
    r3, g3, b3, a3 = load_texel(texels, paint, column + 1, row + 1)
    r = mix(mix(r0, r1, fu), mix(r2, r3, fu), fv)
    g = mix(mix(g0, g1, fu), mix(g2, g3, fu), fv)
    b = mix(mix(b0, b1, fu), mix(b2, b3, fu), fv)
    a = mix(mix(a0, a1, fu), mix(a2, a3, fu), fv)
    return r * alpha, g * alpha, b * alpha, a * alpha


@kernel
def paint_color(paint, stops, texels, x, y):
    """The colour of any paint at the centre of pixel (x, y), premultiplied."""
    if paint.kind == PAINT_LINEAR:
        return gradient_color(paint, stops, x, y)
    return image_color(paint, texels, x, y)
