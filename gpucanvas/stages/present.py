"""present: the surface's premultiplied pixels become straight RGBA8, the format that programs get.

    unpremultiply    pixels that were read back or drawn earlier; `unpremultiply_halves` where pixels are halves
    present_tile     a tile that the cpu backend has just shaded

It runs on the host for both backends: pixels are read back premultiplied from either.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, get_row, lesser, set_row, where_equal, where_less
from .tile import (
    F0,
    HALF,
    MASK8,
    ROW,
    SHIFT8,
    SHIFT16,
    SHIFT24,
    copy_pixel,
    packed,
    set_row_of,
    start_of,
    unpacked_row,
)

LEAST = TILE
"""Least pixels of a run: its last row of sixteen pixels ends with the run, and may overlap the row before."""
NONE = np.int32(0)
ONE = np.int32(1)
OPAQUE = np.int32(1 << 24)
"""The unsigned 32-bit sum of this and a pixel is at most OPAQUE only for opaque and empty pixels."""
BLOCK = np.uint64(64)
NEITHER = np.int32(254)
"""One more than an alpha has none of these bits where it is 0 or 255."""
COLORS = np.int32(0xFFFFFF)
"""The bits of red, green and blue: 0 in a black pixel, which is the same premultiplied and straight."""
NO_ITEM = np.uint64(0)
NO = np.bool_(False)
YES = np.bool_(True)
F1 = np.float32(1.0)
F255 = np.float32(255.0)
ABOVE = np.float32(1.0e-3)


@inlined
def channel(words, scale, rounding):
    """Returns a channel, the low byte of a row of pixels, divided by alpha."""
    return lesser(as_int(as_float(words & MASK8) * scale + rounding), MASK8)


@inlined
def straight(words):
    """Returns a row of premultiplied pixels as straight ones: (255 * channel + alpha // 2) / alpha, rounded down.

    One division serves three channels. A quotient that is not an integer lies at least 1 / 255 below the next integer;
    ABOVE lifts integers over the error of float32.
    """
    alpha = words >> SHIFT24 & MASK8
    inverse = F1 / as_float(where_equal(alpha, NONE, ONE, alpha))
    scale = F255 * inverse
    rounding = as_float(alpha >> ONE) * inverse + ABOVE
    r = channel(words, scale, rounding)
    g = channel(words >> SHIFT8, scale, rounding)
    b = channel(words >> SHIFT16, scale, rounding)
    return where_equal(alpha, NONE, NONE, r | g << SHIFT8 | b << SHIFT16 | alpha << SHIFT24)


@inlined
def straight_of_halves(r, g, b, a):
    """Returns a row of premultiplied channels as straight bytes; pixels whose alpha rounds to 0 are empty."""
    inverse = F1 / where_less(F0, a, a, F1)
    return where_less(a * F255 + HALF, F1, NONE, packed(r * inverse, g * inverse, b * inverse, a))


@inlined
def straight_row(surface, at):
    """Returns a row of pixels of a surface as straight bytes."""
    if surface.ndim == 1:
        return straight(get_row(surface, at))
    r, g, b, a = unpacked_row(surface, at)
    return straight_of_halves(r, g, b, a)


@inlined
def straight_pixel(pixel, edge, row):
    """Returns one premultiplied pixel as straight bytes; ``edge`` and ``row`` are as for `present_tile`."""
    set_row_of(edge, NO_ITEM, pixel)
    set_row(row, NO_ITEM, straight_row(edge, NO_ITEM))
    return row[0]


@inlined
def present_tile(surface, out, edge, row, width, height, x0, y0):
    """Write a tile's pixels to ``out``, which has the layout of ``surface``.

    ``edge``, TILE pixels in the surface's format, and ``row`` (TILE,) int32 are working memory.
    """
    if surface.ndim == 1:
        present_bytes(surface, out, edge, width, height, x0, y0)
    else:
        present_halves(surface, out, edge, row, width, height, x0, y0)


@inlined
def present_bytes(surface, out, edge, width, height, x0, y0):
    """`present_tile` for pixels of bytes. Where all are opaque, empty or black, they are only copied."""
    across = min(TILE, width - x0)
    down = min(TILE, height - y0)
    if across == TILE:
        between = get_row(surface, start_of(width, x0, y0)) & NONE
        for y in range(y0, y0 + down):
            words = get_row(surface, start_of(width, x0, y))
            part = (words >> SHIFT24 & MASK8) + ONE & NEITHER
            between = between | where_equal(words & COLORS, NONE, NONE, part)
        set_row(edge, NO_ITEM, between)
        some = np.int32(0)
        for x in range(TILE):
            some |= edge[x]
        for y in range(y0, y0 + down):
            at = start_of(width, x0, y)
            words = get_row(surface, at)
            if some != 0:
                set_row(out, at, straight(words))
            else:
                set_row(out, at, where_equal(words >> SHIFT24 & MASK8, NONE, NONE, words))
        return
    for y in range(y0, y0 + down):
        at = start_of(width, x0, y)
        for x in range(across):
            edge[x] = surface[at + np.uint64(x)]
        set_row(edge, NO_ITEM, straight(get_row(edge, NO_ITEM)))
        for x in range(across):
            out[at + np.uint64(x)] = edge[x]


@inlined
def present_halves(surface, out, edge, row, width, height, x0, y0):
    """`present_tile` for pixels of halves."""
    across = np.uint64(min(TILE, width - x0))
    for y in range(y0, min(y0 + TILE, height)):
        at = start_of(width, x0, y)
        if across == ROW:
            set_row(out, at, straight_row(surface, at))
            continue
        for x in range(across):
            copy_pixel(surface, at + x, edge, x)
        set_row(row, NO_ITEM, straight_row(edge, NO_ITEM))
        for x in range(across):
            out[at + x] = row[x]


@inlined
def unpremultiply_run(surface, at, end, out, to):
    """Write pixels from ``at`` to ``end`` of ``surface`` straight to ``out``, from ``to`` on: LEAST or more.

    Opaque, empty and black pixels do not change; blocks that have only such pixels are copied.
    """
    end -= ROW
    while at + BLOCK <= end:
        most = np.uint32(0)
        for k in range(BLOCK):
            word = surface[at + k]
            most = max(most, np.uint32(word + OPAQUE) if word & COLORS != NONE else np.uint32(0))
        for k in range(np.uint64(0), BLOCK, ROW):
            words = get_row(surface, at + k)
            set_row(out, to + k, straight(words) if most > np.uint32(OPAQUE) else words)
        at += BLOCK
        to += BLOCK
    while at < end:
        set_row(out, to, straight(get_row(surface, at)))
        at += ROW
        to += ROW
    # The last row of sixteen may overlap the one before.
    set_row(out, to + end - at, straight(get_row(surface, end)))


@inlined
def unpremultiply_short(surface, at, wide, out, to):
    """`unpremultiply_run` for fewer than LEAST pixels. The end of ``out`` is working memory."""
    edge = np.uint64(len(out)) - ROW
    for x in range(wide):
        out[edge + x] = surface[at + x]
    set_row(out, edge, straight(get_row(out, edge)))
    for x in range(wide):
        out[to + x] = out[edge + x]


@kernel
def unpremultiply(surface, out, start, stride, wide, first, last):
    """Write rows first to last of a rectangle of premultiplied pixels to ``out``, straight and without gaps.

    Parameters
    ----------
    surface
        (N,) int32.
    out
        (rows * wide + LEAST,) int32. Where rows are shorter than LEAST, the end behind the rectangle is working memory,
        so that only one thread may run.
    start, stride
        Place of the rectangle's first pixel in ``surface``, and pixels from one row to the next there.
    wide
        Pixels per row.
    """
    for y in range(first, last):
        at, to = np.uint64(start + y * stride), np.uint64(y * wide)
        if wide < LEAST:
            unpremultiply_short(surface, at, np.uint64(wide), out, to)
        else:
            unpremultiply_run(surface, at, at + np.uint64(wide), out, to)


@inlined
def convert_halves(surface, out, start, stride, wide, first, last, edge, row, is_straight):
    """Write rows first to last of a rectangle of halves as bytes, straight or premultiplied, to ``out``."""
    for y in range(first, last):
        at, to = np.uint64(start + y * stride), np.uint64(y * wide)
        left = np.uint64(wide)
        while left >= ROW:
            set_row(out, to, straight_row(surface, at) if is_straight else packed_row(surface, at))
            at, to, left = at + ROW, to + ROW, left - ROW
        for x in range(left):
            copy_pixel(surface, at + x, edge, x)
        set_row(row, NO_ITEM, straight_row(edge, NO_ITEM) if is_straight else packed_row(edge, NO_ITEM))
        for x in range(left):
            out[to + x] = row[x]


@inlined
def packed_row(surface, at):
    """Returns a row of pixels of a surface as premultiplied bytes, colours at most alpha: else windows overflow."""
    r, g, b, a = unpacked_row(surface, at)
    return packed(lesser(r, a), lesser(g, a), lesser(b, a), a)


@kernel
def unpremultiply_halves(surface, out, start, stride, wide, first, last, edge, row):
    """`unpremultiply` for pixels of halves; ``edge`` (TILE, 2) and ``row`` (TILE,) int32 are working memory.

    ``surface`` is (N, 2) int32. ``out`` (rows * wide,) needs no room behind the rectangle.
    """
    convert_halves(surface, out, start, stride, wide, first, last, edge, row, YES)


@kernel
def narrow_halves(surface, out, start, stride, wide, first, last, edge, row):
    """Write rows first to last of a rectangle of halves as premultiplied bytes; see `unpremultiply_halves`."""
    convert_halves(surface, out, start, stride, wide, first, last, edge, row, NO)
