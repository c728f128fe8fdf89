"""The colours of a row of pixels under a gradient or an image, premultiplied. Twin: shaders/shared/paint.glsl.

Gradients interpolate straight colours (HTML, "fill and stroke styles"); images interpolate premultiplied ones. Each
pixel's numbers are the shader's; here sixteen pixels have them at once, and a paint's kind is asked for once a tile:

    gradient   t = start + step * column   the stops around the ends of the row; colours between two stops,
                                           chosen by t where a row meets several pairs
    image      (u, v) of each pixel        sixteen texels, or four times sixteen, wherever they lie
               moved by whole pixels       sixteen texels that lie one after another
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import FARTHEST_TEXEL, IMAGE_SMOOTH, PAINT_LINEAR, TILE
from ..kernels import inlined, kernel
from ..kernels.row import (
    as_float,
    as_int,
    columns,
    get_row,
    greater,
    lesser,
    pick,
    rounded_down,
    where_equal,
    where_less,
)
from .compose import over_row, set_source
from .tile import ROW

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
TO_UNIT = np.float32(1.0 / 255.0)
FAR = np.float32(FARTHEST_TEXEL)
LEAST = np.float32(-3.0e38)
EXACT = np.float32(4194304.0)
"""Below this, float32 has all multiples of a half."""
MODULO = np.int64(0xFFFFFFFF)
MASK8 = np.int32(255)
SHIFT8 = np.int32(8)
SHIFT16 = np.int32(16)
SHIFT24 = np.int32(24)
ONE = np.int32(1)


@inlined
def put_row(px, row, r, g, b, a, how):
    """Draw a row of colours source-over, or leave them in the source's planes; see `paint_rows`."""
    over, covered, masked = how
    if over:
        over_row(px, row * ROW, r, g, b, a, covered, masked)
    else:
        set_source(px, row * ROW, r, g, b, a)


# -- gradients -----------------------------------------------------------------------------------------------------


@inlined
def last_stop_before(stops, first, last, i, t):
    """The last of stops first to last that is not beyond t, searched for from i on; first - 1 if all are beyond."""
    while i >= first and t < stops[i].offset:
        i -= 1
    while i < last and stops[i + 1].offset <= t:
        i += 1
    return i


@inlined
def colors_after(stops, first, last, i):
    """The colours between stop i and the next, as numbers: the first stop's before it, the last one's after it."""
    lo = stops[max(i, first)]
    hi = stops[min(i + 1, last)]
    span = hi.offset - lo.offset
    most = F1 if span > F0 else F0
    steps = hi.r - lo.r, hi.g - lo.g, hi.b - lo.b, hi.a - lo.a
    return lo.offset, span if span > F0 else F1, most, lo.r, lo.g, lo.b, lo.a, steps


@inlined
def colors_at(t, colors, alpha):
    """The colours of a row, of those between two stops."""
    offset, span, most, r, g, b, a, (dr, dg, db, da) = colors
    f = lesser(greater((t - offset) / span, F0), most)
    a = (a + f * da) * alpha
    return (r + f * dr) * a, (g + f * dg) * a, (b + f * db) * a, a


@inlined
def place_on_gradient(xx, x, offset_y, dx):
    """How far along a gradient pixels are: 0 at its start, 1 at its end. What is no number counts as far before it."""
    t = xx * (x + HALF) + offset_y + dx
    return where_equal(t, t, t, LEAST)


@kernel
def gradient_rows(px, paint, stops, how, x0, y0, first_row, last_row):
    """Rows of pixels or of the source from a linear gradient; see `paint_rows`."""
    first = np.int64(paint.start)
    last = first + np.int64(paint.count) - 1
    # By value: the compiler does not know that a pixel stored is no part of a paint.
    xx, xy, dx, alpha = paint.xx, paint.xy, paint.dx, paint.alpha
    left, right = np.float32(x0), np.float32(x0 + TILE - 1)
    top, bottom = xy * (np.float32(y0) + HALF), xy * (np.float32(y0 + TILE - 1) + HALF)
    # In a row or a column t only grows, or only shrinks.
    t0, t1 = place_on_gradient(xx, left, top, dx), place_on_gradient(xx, right, top, dx)
    t2, t3 = place_on_gradient(xx, left, bottom, dx), place_on_gradient(xx, right, bottom, dx)
    i = last_stop_before(stops, first, last, first - 1, min(min(t0, t1), min(t2, t3)))
    colors = colors_after(stops, first, last, i)
    x = columns() + left
    r, g, b, a = colors_at(place_on_gradient(xx, x, top, dx), colors, alpha)
    upright = top == bottom
    if i == last or max(max(t0, t1), max(t2, t3)) < stops[i + 1].offset:
        if upright:
            for row in range(first_row, last_row):
                put_row(px, row, r, g, b, a, how)
            return
        for row in range(first_row, last_row):
            offset_y = xy * (np.float32(y0 + np.int64(row)) + HALF)
            r, g, b, a = colors_at(place_on_gradient(xx, x, offset_y, dx), colors, alpha)
            put_row(px, row, r, g, b, a, how)
        return
    for row in range(first_row, last_row):
        if row == first_row or not upright:
            offset_y = xy * (np.float32(y0 + np.int64(row)) + HALF)
            t0, t1 = place_on_gradient(xx, left, offset_y, dx), place_on_gradient(xx, right, offset_y, dx)
            k = last_stop_before(stops, first, last, i, min(t0, t1))
            if k != i:
                i, colors = k, colors_after(stops, first, last, k)
            t = place_on_gradient(xx, x, offset_y, dx)
            r, g, b, a = colors_at(t, colors, alpha)
            while k < last and stops[k + 1].offset <= max(t0, t1):
                k += 1
                offset = stops[k].offset
                r1, g1, b1, a1 = colors_at(t, colors_after(stops, first, last, k), alpha)
                r, g = where_less(t, offset, r, r1), where_less(t, offset, g, g1)
                b, a = where_less(t, offset, b, b1), where_less(t, offset, a, a1)
        put_row(px, row, r, g, b, a, how)


# -- images --------------------------------------------------------------------------------------------------------


@inlined
def mix(a, b, f):
    """From a at 0 to b at 1."""
    return a + f * (b - a)


@inlined
def colors_of(words):
    """Texels, premultiplied."""
    a = as_float(words >> SHIFT24 & MASK8) * TO_UNIT
    k = a * TO_UNIT
    return as_float(words & MASK8) * k, as_float(words >> SHIFT8 & MASK8) * k, as_float(words >> SHIFT16 & MASK8) * k, a


@inlined
def bounded(value, low, high):
    """A number, or each of a row, no less than one bound and no more than the other."""
    return lesser(high, greater(low, value))


@inlined
def with_sign(word):
    """The int32 that has the bits of a number modulo 2^32."""
    word = word & MODULO
    return np.int32(word - (word >> 31 << 32))


@inlined
def load_texels(texels, paint, x, y):
    """Texels of a row, premultiplied; coordinates are clamped to the source rectangle."""
    column, row = bounded(x, paint.x0, paint.x1), bounded(y, paint.y0, paint.y1)
    # Modulo 2^32: of a picture that is here only in part, the first texel would lie before all others.
    start = with_sign(np.int64(paint.start))
    return colors_of(pick(texels, row * with_sign(np.int64(paint.count)) + column + start))


@kernel
def image_rows(px, paint, texels, how, x0, y0, first, last):
    """Rows of pixels or of the source from an image under any transform; see `paint_rows`."""
    words = texels.view(np.int32)
    alpha = paint.alpha
    x = columns() + np.float32(x0)
    for row in range(first, last):
        y = np.float32(y0 + np.int64(row))
        u = bounded(paint.xx * (x + HALF) + paint.xy * (y + HALF) + paint.dx, -FAR, FAR)
        v = bounded(paint.yx * (x + HALF) + paint.yy * (y + HALF) + paint.dy, -FAR, FAR)
        if paint.flags & IMAGE_SMOOTH == 0:
            r, g, b, a = load_texels(words, paint, as_int(rounded_down(u)), as_int(rounded_down(v)))
            put_row(px, row, r * alpha, g * alpha, b * alpha, a * alpha, how)
            continue
        fu = rounded_down(u - HALF)
        fv = rounded_down(v - HALF)
        column = as_int(fu)
        line = as_int(fv)
        fu = u - HALF - fu
        fv = v - HALF - fv
        r0, g0, b0, a0 = load_texels(words, paint, column, line)
        r1, g1, b1, a1 = load_texels(words, paint, column + ONE, line)
        r, g, b, a = mix(r0, r1, fu), mix(g0, g1, fu), mix(b0, b1, fu), mix(a0, a1, fu)
        r0, g0, b0, a0 = load_texels(words, paint, column, line + ONE)
        r1, g1, b1, a1 = load_texels(words, paint, column + ONE, line + ONE)
        r, g = mix(r, mix(r0, r1, fu), fv), mix(g, mix(g0, g1, fu), fv)
        b, a = mix(b, mix(b0, b1, fu), fv), mix(a, mix(a0, a1, fu), fv)
        put_row(px, row, r * alpha, g * alpha, b * alpha, a * alpha, how)


@inlined
def is_whole(offset):
    """Whether an offset is a whole number, and so small that a pixel's centre plus it is exact."""
    return np.floor(offset) == offset and abs(offset) < EXACT


@inlined
def is_only_moved(paint):
    """Whether an image is only moved, by whole pixels: then each pixel is a texel, smooth or not."""
    upright = paint.xx == F1 and paint.xy == F0 and paint.yx == F0 and paint.yy == F1
    return upright and is_whole(paint.dx) and is_whole(paint.dy)


@kernel
def moved_image_rows(px, paint, texels, how, x0, y0, first, last):
    """Rows of pixels or of the source from an image that is moved by whole pixels; see `paint_rows`."""
    words = texels.view(np.int32)
    alpha = paint.alpha
    left = x0 + np.int64(paint.dx)
    inside = left >= np.int64(paint.x0) and left + TILE - 1 <= np.int64(paint.x1)
    x = bounded(as_int(columns()) + np.int32(left), paint.x0, paint.x1)
    for row in range(first, last):
        line = min(max(y0 + np.int64(row) + np.int64(paint.dy), np.int64(paint.y0)), np.int64(paint.y1))
        start = np.int64(paint.start) + line * np.int64(paint.count)
        at = (start + left) & MODULO
        if inside and at + TILE <= len(words):
            r, g, b, a = colors_of(get_row(words, np.uint64(at)))
        else:
            r, g, b, a = colors_of(pick(words, x + with_sign(start)))
        put_row(px, row, r * alpha, g * alpha, b * alpha, a * alpha, how)


@kernel
def paint_rows(px, paint, stops, texels, how, x0, y0, first, last):
    """Draw rows of the tile at (x0, y0) with a paint, or fill rows of the source's planes.

    ``how`` is (over, covered, masked): whether it is drawn, source-over, and then, whether the coverage plane counts,
    and the mask.
    """
    if paint.kind == PAINT_LINEAR:
        gradient_rows(px, paint, stops, how, x0, y0, first, last)
    elif is_only_moved(paint):
        moved_image_rows(px, paint, texels, how, x0, y0, first, last)
    else:
        image_rows(px, paint, texels, how, x0, y0, first, last)
