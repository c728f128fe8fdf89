"""The colours of rows of pixels under an image or a pattern, premultiplied. Twin: shaders/shared/textures.glsl.

Texels are interpolated premultiplied. The numbers of a pixel are the shader's; here they are computed for eight or
sixteen pixels at once, and decisions are made once per tile:

    any transform           places of the texels, then the texels, then the colours, each step for all of the tile
    moved by whole pixels   each pixel is one texel: sixteen of a row at once, which often are consecutive

Outside of its source rectangle an image is continued by its border texels. A pattern repeats or is transparent there.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import FARTHEST_TEXEL, IMAGE_SMOOTH, REPEAT_X, REPEAT_Y, TEXEL_TIE, TILE
from ..kernels import inlined, kernel
from ..kernels.instructions import copy_pair, words_at
from ..kernels.row import (
    as_float,
    as_int,
    columns,
    get_half,
    get_like,
    get_row,
    get_two,
    greater,
    greatest,
    half_columns,
    lesser,
    pick,
    rounded_down,
    set_row,
    where_equal,
    where_less,
)
from .compose import CHANNELS, over_rows, put_part, put_row, set_source
from .tile import COVER, PLANE, ROW, SAMPLED, unpacked_pairs

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
TO_UNIT = np.float32(1.0 / 255.0)
FAR = np.float32(FARTHEST_TEXEL)
TIE = np.float32(TEXEL_TIE)
EXACT = np.float32(4194304.0)
"""Below this, float32 holds every multiple of 0.5."""
MODULO = np.int64(0xFFFFFFFF)
MASK8 = np.int32(255)
SHIFT8 = np.int32(8)
SHIFT16 = np.int32(16)
SHIFT24 = np.int32(24)
NOTHING = np.int32(0)
ONE = np.int32(1)
NONE = np.uint64(0)
STEP = np.uint64(1)
PAIR = np.uint64(2)
HALVES = np.uint64(2)
HALF_ROW = np.uint64(TILE // 2)
# Planes for sampling an image: their half rows are packed one after another, from any rows of the tile.
UPPER = SAMPLED
LOWER = UPPER + PLANE
COLUMN = LOWER + PLANE
ACROSS = COLUMN + PLANE
DOWNWARDS = ACROSS + PLANE
UPPER_PAIRS = DOWNWARDS + PLANE
LOWER_PAIRS = UPPER_PAIRS + PAIR * PLANE
PLACES = LOWER_PAIRS + PAIR * PLANE


# -- texels ----------------------------------------------------------------------------------------------------------


@inlined
def mix(a, b, f):
    """Returns a + f * (b - a)."""
    return a + f * (b - a)


@inlined
def colors_of(words):
    """Texels, premultiplied."""
    a = as_float(words >> SHIFT24 & MASK8) * TO_UNIT
    k = a * TO_UNIT
    return as_float(words & MASK8) * k, as_float(words >> SHIFT8 & MASK8) * k, as_float(words >> SHIFT16 & MASK8) * k, a


@inlined
def mixed(c0, c1, c2, c3, fu, fv):
    """The colours between four texels: c0 and c1 side by side, c2 and c3 below them."""
    r0, g0, b0, a0 = c0
    r1, g1, b1, a1 = c1
    r, g, b, a = mix(r0, r1, fu), mix(g0, g1, fu), mix(b0, b1, fu), mix(a0, a1, fu)
    r0, g0, b0, a0 = c2
    r1, g1, b1, a1 = c3
    r, g = mix(r, mix(r0, r1, fu), fv), mix(g, mix(g0, g1, fu), fv)
    return r, g, mix(b, mix(b0, b1, fu), fv), mix(a, mix(a0, a1, fu), fv)


@inlined
def bounded(value, low, high):
    """Returns a number, or a row, clamped to low..high."""
    return lesser(high, greater(low, value))


@inlined
def nearest(place):
    """Returns the texels at a row of places, without smoothing."""
    return -F1 - rounded_down(TIE - place)


@inlined
def with_sign(word):
    """Returns the int32 with the bits of a number modulo 2^32."""
    word = word & MODULO
    return np.int32(word - (word >> 31 << 32))


@inlined
def is_whole(offset):
    """Whether an offset is a whole number, and so small that a pixel's centre plus it is exact."""
    return np.floor(offset) == offset and abs(offset) < EXACT


@inlined
def is_only_moved(paint):
    """Returns whether an image is only moved by whole pixels, so that each pixel is one texel, smooth or not."""
    upright = paint.xx == F1 and paint.xy == F0 and paint.yx == F0 and paint.yy == F1
    return upright and is_whole(paint.dx) and is_whole(paint.dy)


# -- images ----------------------------------------------------------------------------------------------------------


@inlined
def address_of(image):
    """Returns the address of an image's texels."""
    return np.int64(image.low) | np.int64(image.high) << 32


@kernel
def find_texels(px, ints, paint, image, covered, x0, y0, first, last):
    """Find the texels of the covered half rows of pixels; returns the number of these half rows.

    For each half row it writes its place in the tile (`PLACES`); for each pixel, the place of its texel (`UPPER`). For
    a smooth paint, these are the places of the first of two texels in the upper line (`UPPER`) and the lower
    (`LOWER`), that texel's column (`COLUMN`), and the pixel's distance from it (`ACROSS`, `DOWNWARDS`).
    """
    # Modulo 2^32: the first texel of a picture that is only partly uploaded would lie before the image's memory.
    start, stride = with_sign(np.int64(image.start)), with_sign(np.int64(image.stride))
    xx, xy, dx, yx, yy, dy = paint.xx, paint.xy, paint.dx, paint.yx, paint.yy, paint.dy
    left, top, right, bottom = np.int32(paint.x0), np.int32(paint.y0), np.int32(paint.x1), np.int32(paint.y1)
    smooth = paint.flags & IMAGE_SMOOTH != 0
    # A pair of texels begins before the last column, where there are two columns or more.
    more = np.int32(smooth and left < right)
    right, end = np.int32(right - more), np.int32(np.int64(image.count) - 1 - more)
    count = NONE
    for half in range(HALVES * first, HALVES * last):
        at = half * HALF_ROW
        if covered and greatest(get_like(px, COVER + at, half_columns())) <= F0:
            continue
        x = half_columns() + np.float32(x0 + np.int64(half % HALVES * HALF_ROW))
        y = np.float32(y0 + np.int64(half // HALVES))
        u = bounded(xx * (x + HALF) + xy * (y + HALF) + dx, -FAR, FAR)
        v = bounded(yx * (x + HALF) + yy * (y + HALF) + dy, -FAR, FAR)
        to = count * HALF_ROW
        ints[PLACES + count] = np.int32(at)
        count += STEP
        if smooth:
            u, v = u - HALF, v - HALF
            fu, fv = rounded_down(u), rounded_down(v)
            set_row(px, COLUMN + to, fu)
            set_row(px, ACROSS + to, u - fu)
            set_row(px, DOWNWARDS + to, v - fv)
            column, line = bounded(as_int(fu), left, right) + start, as_int(fv)
            set_row(ints, LOWER + to, bounded(bounded(line + ONE, top, bottom) * stride + column, NOTHING, end))
        else:
            column, line = bounded(as_int(nearest(u)), left, right) + start, as_int(nearest(v))
        set_row(ints, UPPER + to, bounded(bounded(line, top, bottom) * stride + column, NOTHING, end))
    return count


@kernel
def fetch_texels(words, ints, smooth, wide, count):
    """Copy the texels that `find_texels` has found for so many half rows: one of each pixel, or a pair of both lines.

    All are copied before the first is used, so that many loads are in flight at the same time.
    """
    if not smooth:
        for i in range(count * HALF_ROW):
            ints[UPPER_PAIRS + i] = words[np.uint64(ints[UPPER + i])]
    elif wide:
        for i in range(count * HALF_ROW):
            copy_pair(words, np.uint64(ints[UPPER + i]), ints, UPPER_PAIRS + PAIR * i)
            copy_pair(words, np.uint64(ints[LOWER + i]), ints, LOWER_PAIRS + PAIR * i)
    else:
        for i in range(count * HALF_ROW):
            upper, lower = words[np.uint64(ints[UPPER + i])], words[np.uint64(ints[LOWER + i])]
            ints[UPPER_PAIRS + PAIR * i] = ints[UPPER_PAIRS + PAIR * i + STEP] = upper
            ints[LOWER_PAIRS + PAIR * i] = ints[LOWER_PAIRS + PAIR * i + STEP] = lower


@kernel
def put_texels(px, ints, paint, how, count):
    """Draw ``count`` half rows whose texels have been fetched, or store them in the source's planes."""
    left, right, alpha = np.float32(paint.x0), np.float32(paint.x1), paint.alpha
    if paint.flags & IMAGE_SMOOTH == 0:
        for k in range(count):
            r, g, b, a = colors_of(get_half(ints, UPPER_PAIRS + k * HALF_ROW))
            put_part(px, np.uint64(ints[PLACES + k]), r * alpha, g * alpha, b * alpha, a * alpha, how)
        return
    for k in range(count):
        to = k * HALF_ROW
        column = get_like(px, COLUMN + to, half_columns())
        w0, w1 = get_two(ints, UPPER_PAIRS + PAIR * to)
        w2, w3 = get_two(ints, LOWER_PAIRS + PAIR * to)
        # Beyond a side, both texels are the border texel.
        c0, c1 = colors_of(where_less(column, right, w0, w1)), colors_of(where_less(column, left, w0, w1))
        c2, c3 = colors_of(where_less(column, right, w2, w3)), colors_of(where_less(column, left, w2, w3))
        fu, fv = get_like(px, ACROSS + to, column), get_like(px, DOWNWARDS + to, column)
        r, g, b, a = mixed(c0, c1, c2, c3, fu, fv)
        put_part(px, np.uint64(ints[PLACES + k]), r * alpha, g * alpha, b * alpha, a * alpha, how)


@kernel
def mapped_image_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from an image under any transform; see `paint_rows`.

    It works on half rows, since turned sprites cover about half of the tiles that they touch. Each step is done for the
    whole tile before the next one: the steps of one half row form a chain of dependent instructions, which would leave
    the processor little to run in parallel.
    """
    image, ints = tables[1][paint.image], px.view(np.int32)
    if not how[0]:
        for channel in range(CHANNELS):
            for i in range(first * ROW, last * ROW):
                px[how[3] + channel * PLANE + i] = F0
    count = find_texels(px, ints, paint, image, how[1], x0, y0, first, last)
    words = words_at(address_of(image), np.int64(image.count))
    fetch_texels(words, ints, paint.flags & IMAGE_SMOOTH != 0, paint.x0 < paint.x1, count)
    put_texels(px, ints, paint, how, count)


@kernel
def moved_image_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from an image that is moved by whole pixels; see `paint_rows`."""
    image = tables[1][paint.image]
    words = words_at(address_of(image), np.int64(image.count))
    alpha = paint.alpha
    left = x0 + np.int64(paint.dx)
    inside = left >= np.int64(paint.x0) and left + TILE - 1 <= np.int64(paint.x1)
    x = bounded(as_int(columns()) + np.int32(left), paint.x0, paint.x1)
    for row in range(first, last):
        line = min(max(y0 + np.int64(row) + np.int64(paint.dy), np.int64(paint.y0)), np.int64(paint.y1))
        start = np.int64(image.start) + line * np.int64(image.stride)
        at = (start + left) & MODULO
        if inside and at + TILE <= len(words):
            r, g, b, a = colors_of(get_row(words, np.uint64(at)))
        else:
            r, g, b, a = colors_of(pick(words, x + with_sign(start)))
        put_row(px, row, r * alpha, g * alpha, b * alpha, a * alpha, how)


@inlined
def load_halves(texels, image, paint, x, y):
    """As `load_texels`, of texels of halves: two words each."""
    column, row = bounded(x, paint.x0, paint.x1), bounded(y, paint.y0, paint.y1)
    at = row * with_sign(np.int64(image.stride)) + column + column + with_sign(np.int64(image.start))
    r, g, b, a = unpacked_pairs(pick(texels, at), pick(texels, at + ONE))
    return r * a, g * a, b * a, a


@kernel
def half_image_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from an image of halves under any transform; see `paint_rows`."""
    image = tables[1][paint.image]
    words = words_at(address_of(image), np.int64(image.count))
    alpha = paint.alpha
    x = columns() + np.float32(x0)
    for row in range(first, last):
        y = np.float32(y0 + np.int64(row))
        u = bounded(paint.xx * (x + HALF) + paint.xy * (y + HALF) + paint.dx, -FAR, FAR)
        v = bounded(paint.yx * (x + HALF) + paint.yy * (y + HALF) + paint.dy, -FAR, FAR)
        if paint.flags & IMAGE_SMOOTH == 0:
            r, g, b, a = load_halves(words, image, paint, as_int(nearest(u)), as_int(nearest(v)))
        else:
            fu, fv = rounded_down(u - HALF), rounded_down(v - HALF)
            column, line = as_int(fu), as_int(fv)
            c0 = load_halves(words, image, paint, column, line)
            c1 = load_halves(words, image, paint, column + ONE, line)
            c2 = load_halves(words, image, paint, column, line + ONE)
            c3 = load_halves(words, image, paint, column + ONE, line + ONE)
            r, g, b, a = mixed(c0, c1, c2, c3, u - HALF - fu, v - HALF - fv)
        set_source(px, row * ROW, r * alpha, g * alpha, b * alpha, a * alpha)
    over_rows(px, how, first, last)


@kernel
def image_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows of pixels or of the source from an image; see `paint_rows`."""
    if is_only_moved(paint):
        moved_image_rows(px, paint, tables, how, x0, y0, first, last)
    else:
        mapped_image_rows(px, paint, tables, how, x0, y0, first, last)


# -- patterns --------------------------------------------------------------------------------------------------------


@inlined
def wrapped(place, size, repeats):
    """Returns a place, an integer as float32, wrapped to 0 .. size - 1; unchanged without repeats."""
    if not repeats:
        return place
    place = place - size * rounded_down(place * (F1 / size))
    # Rounding of the product may have chosen the next or the previous repeat.
    place = where_less(place, F0, place + size, place)
    place = where_less(place, size, place, place - size)
    return bounded(place, F0, size - F1)


@inlined
def nearest_of(place, size, repeats):
    """Returns the texels of a pattern at a row of places, without smoothing.

    Without repeats the pattern begins at its border, whose pixels show the texel behind it.
    """
    if repeats:
        return wrapped(nearest(place), size, repeats)
    whole = rounded_down(place)
    return where_less(whole, F0, whole, where_less(whole, size, greater(nearest(place), F0), whole))


@inlined
def pattern_texels(texels, image, wide, high, column, row):
    """Texels of a row, premultiplied; transparent outside."""
    x, y = bounded(column, F0, wide - F1), bounded(row, F0, high - F1)
    start, stride = with_sign(np.int64(image.start)), with_sign(np.int64(image.stride))
    found = pick(texels, as_int(y) * stride + as_int(x) + start)
    return colors_of(where_equal(x, column, where_equal(y, row, found, NOTHING), NOTHING))


@kernel
def mapped_pattern_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from a pattern under any transform; see `paint_rows`."""
    image = tables[1][paint.image]
    words = words_at(address_of(image), np.int64(image.count))
    xx, xy, dx, yx, yy, dy, alpha = paint.xx, paint.xy, paint.dx, paint.yx, paint.yy, paint.dy, paint.alpha
    wide, high = np.float32(paint.width), np.float32(paint.height)
    across, down = paint.flags & REPEAT_X != 0, paint.flags & REPEAT_Y != 0
    smooth = paint.flags & IMAGE_SMOOTH != 0
    x = columns() + np.float32(x0) + HALF
    for row in range(first, last):
        y = np.float32(y0 + np.int64(row)) + HALF
        u = bounded(xx * x + xy * y + dx, -FAR, FAR)
        v = bounded(yx * x + yy * y + dy, -FAR, FAR)
        if not smooth:
            column, line = nearest_of(u, wide, across), nearest_of(v, high, down)
            r, g, b, a = pattern_texels(words, image, wide, high, column, line)
        else:
            fu, fv = rounded_down(u - HALF), rounded_down(v - HALF)
            left, right = wrapped(fu, wide, across), wrapped(fu + F1, wide, across)
            top, bottom = wrapped(fv, high, down), wrapped(fv + F1, high, down)
            c0 = pattern_texels(words, image, wide, high, left, top)
            c1 = pattern_texels(words, image, wide, high, right, top)
            c2 = pattern_texels(words, image, wide, high, left, bottom)
            c3 = pattern_texels(words, image, wide, high, right, bottom)
            r, g, b, a = mixed(c0, c1, c2, c3, u - HALF - fu, v - HALF - fv)
        set_source(px, row * ROW, r * alpha, g * alpha, b * alpha, a * alpha)
    over_rows(px, how, first, last)


@kernel
def moved_pattern_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from a pattern that is moved by whole pixels; see `paint_rows`."""
    image = tables[1][paint.image]
    words = words_at(address_of(image), np.int64(image.count))
    alpha, wide, high = paint.alpha, np.int64(paint.width), np.int64(paint.height)
    across, down = paint.flags & REPEAT_X != 0, paint.flags & REPEAT_Y != 0
    left, top = x0 + np.int64(paint.dx), y0 + np.int64(paint.dy)
    column = wrapped(columns() + np.float32(left), np.float32(wide), across)
    if across:
        left = left % wide
    inside = left >= 0 and left + TILE <= wide
    nothing = as_int(columns() * F0)
    for row in range(first, last):
        line = top + np.int64(row)
        if down:
            line = line % high
        found = nothing
        start = np.int64(image.start) + line * np.int64(image.stride)
        if line >= 0 and line < high:
            if inside:
                found = get_row(words, np.uint64(start + left))
            else:
                place = bounded(column, F0, np.float32(wide - 1))
                found = pick(words, as_int(place) + np.int32(start))
                found = where_equal(place, column, found, NOTHING)
        r, g, b, a = colors_of(found)
        set_source(px, row * ROW, r * alpha, g * alpha, b * alpha, a * alpha)
    over_rows(px, how, first, last)


@kernel
def pattern_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows of pixels or of the source from a pattern; see `paint_rows`."""
    if is_only_moved(paint):
        moved_pattern_rows(px, paint, tables, how, x0, y0, first, last)
    else:
        mapped_pattern_rows(px, paint, tables, how, x0, y0, first, last)
