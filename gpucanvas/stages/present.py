"""present: the surface's premultiplied pixels become straight RGBA8, the form that leaves the library.

    unpremultiply    what was read back, or drawn before
    present_tile     a tile that the cpu has just shaded

It runs on the host for both backends: what is read back is premultiplied everywhere.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, get_row, lesser, set_row, where_equal
from .tile import MASK8, ROW, SHIFT8, SHIFT16, SHIFT24, start_of

LEAST = TILE
"""A run of pixels is no shorter than this: the last row of a run begins where it ends with the run."""
NONE = np.int32(0)
ONE = np.int32(1)
OPAQUE = np.int32(1 << 24)
"""Added to an opaque pixel, or an empty one, this is no more than it is itself; as a number without a sign."""
BLOCK = np.uint64(64)
NEITHER = np.int32(254)
"""One more than an alpha has none of these bits where it is 0 or 255."""
NO_ITEM = np.uint64(0)
F1 = np.float32(1.0)
F255 = np.float32(255.0)
ABOVE = np.float32(1.0e-3)


@inlined
def channel(words, scale, rounding):
    """A channel divided by alpha, from the low byte of a row of pixels."""
    return lesser(as_int(as_float(words & MASK8) * scale + rounding), MASK8)


@inlined
def straight(words):
    """A row of pixels, premultiplied to straight: (255 * channel + alpha // 2) / alpha, rounded down.

    One division serves three channels. A quotient that is no whole number lies 1 / 255 below the next one at least:
    ABOVE lifts whole ones over the error of float32.
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
def straight_word(word, edge):
    """One pixel, premultiplied to straight. ``edge`` (TILE,) int32 is memory to work with."""
    set_row(edge, NO_ITEM, word)
    set_row(edge, NO_ITEM, straight(get_row(edge, NO_ITEM)))
    return edge[0]


@inlined
def present_tile(surface, out, edge, width, height, x0, y0):
    """Write a tile's pixels to ``out``, which lies as ``surface`` does. ``edge`` (TILE,) int32 is memory to work with.

    Where all are opaque or empty, they are only copied.
    """
    across = min(TILE, width - x0)
    down = min(TILE, height - y0)
    if across == TILE:
        between = get_row(surface, start_of(width, x0, y0)) & NONE
        for y in range(y0, y0 + down):
            alpha = get_row(surface, start_of(width, x0, y)) >> SHIFT24 & MASK8
            between = between | (alpha + ONE & NEITHER)
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
def unpremultiply_run(surface, at, end, out, to):
    """Write pixels from ``at`` to ``end`` of ``surface`` straight to ``out``, from ``to`` on: LEAST or more.

    Opaque and empty pixels stay what they are; blocks of nothing else are only copied.
    """
    end -= ROW
    while at + BLOCK <= end:
        most = np.uint32(0)
        for k in range(BLOCK):
            most = max(most, np.uint32(surface[at + k] + OPAQUE))
        for k in range(np.uint64(0), BLOCK, ROW):
            words = get_row(surface, at + k)
            set_row(out, to + k, straight(words) if most > np.uint32(OPAQUE) else words)
        at += BLOCK
        to += BLOCK
    while at < end:
        set_row(out, to, straight(get_row(surface, at)))
        at += ROW
        to += ROW
    # The last row of pixels may share some with the one before.
    set_row(out, to + end - at, straight(get_row(surface, end)))


@inlined
def unpremultiply_short(surface, at, wide, out, to):
    """The same of fewer pixels. The end of ``out`` is memory to work with."""
    edge = np.uint64(len(out)) - ROW
    for x in range(wide):
        out[edge + x] = surface[at + x]
    set_row(out, edge, straight(get_row(out, edge)))
    for x in range(wide):
        out[to + x] = out[edge + x]


@kernel
def unpremultiply(surface, out, start, stride, wide, first, last):
    """Write rows first to last of a rectangle of premultiplied pixels straight to ``out``, one close to another.

    Parameters
    ----------
    surface
        (N,) int32.
    out
        (rows * wide + LEAST,) int32; what lies behind the rectangle is memory to work with, where a row is shorter than
        LEAST: those are no work for several threads.
    start, stride
        Where the rectangle begins in ``surface``, and how far its rows are apart there.
    wide
        Pixels of a row.
    """
    for y in range(first, last):
        at, to = np.uint64(start + y * stride), np.uint64(y * wide)
        if wide < LEAST:
            unpremultiply_short(surface, at, np.uint64(wide), out, to)
        else:
            unpremultiply_run(surface, at, at + np.uint64(wide), out, to)
