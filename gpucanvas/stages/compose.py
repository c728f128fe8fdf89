"""compose: rows of a source meet the pixels, by any operator, as far as coverage and mask say.

colours of a row  --over_row-->   pixels                           source-over
                  --set_source--> planes 6..9 --..._rows--> pixels  all other operators, and whole tiles of colours
"""

from __future__ import annotations

import numpy as np

from ..kernels import inlined, kernel
from ..kernels.row import get_like, get_row, greater, set_row
from .blend import blend_mode, factors_of, porter_duff
from .tile import ALPHA, BLUE, COVER, GREEN, MASK, PLANE, RED, ROW, SOURCE

ZERO = np.uint64(0)
ONE = np.uint64(1)
BLUE_CHANNEL = np.uint64(2)
ALPHA_CHANNEL = np.uint64(3)
CHANNELS = np.uint64(4)
F0 = np.float32(0.0)
F1 = np.float32(1.0)


@inlined
def set_source(px, at, r, g, b, a):
    """Write a row of the source's planes."""
    at = SOURCE + at
    set_row(px, at, r)
    set_row(px, at + PLANE, g)
    set_row(px, at + BLUE_CHANNEL * PLANE, b)
    set_row(px, at + ALPHA_CHANNEL * PLANE, a)


@kernel
def color_rows(px, r, g, b, a, first, last):
    """Fill rows of the source's planes with a solid colour."""
    for i in range(first * ROW, last * ROW):
        px[SOURCE + i] = r
        px[SOURCE + PLANE + i] = g
        px[SOURCE + BLUE_CHANNEL * PLANE + i] = b
        px[SOURCE + ALPHA_CHANNEL * PLANE + i] = a


@inlined
def source_row(px, at, channel):
    """A channel of the source in a row of pixels."""
    return get_row(px, SOURCE + channel * PLANE + at)


@inlined
def mix_row(px, at, value, m):
    """A row of a channel, or half of one, goes towards another value as far as the mask says."""
    d = get_like(px, at, value)
    set_row(px, at, d + m * (value - d))


@kernel
def bound_cover(px, first, last):
    """No coverage in some rows is less than nothing, as rounding may leave it."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, greater(get_row(px, COVER + y * ROW), F0))


@kernel
def replace_rows(px, first, last):
    """The source replaces rows of pixels as far as they are covered and not masked out."""
    for y in range(first, last):
        at = y * ROW
        share = get_row(px, COVER + at) * get_row(px, MASK + at)
        for channel in range(CHANNELS):
            mix_row(px, channel * PLANE + at, source_row(px, at, channel), share)


@inlined
def mix_over(px, at, r, g, b, a, m):
    """Source-over of a row of pixels with a row of colours, as far as the mask says."""
    k = F1 - a
    mix_row(px, RED + at, r + k * get_like(px, RED + at, r), m)
    mix_row(px, GREEN + at, g + k * get_like(px, GREEN + at, r), m)
    mix_row(px, BLUE + at, b + k * get_like(px, BLUE + at, r), m)
    mix_row(px, ALPHA + at, a + k * get_like(px, ALPHA + at, r), m)


@inlined
def over_row(px, at, r, g, b, a, covered, masked):
    """Source-over of a row of pixels, or half of one, with colours; coverage and mask count only where told."""
    if covered:
        # Rounding may leave a coverage of slightly less than nothing.
        c = greater(get_like(px, COVER + at, r), F0)
        r, g, b, a = r * c, g * c, b * c, a * c
    if masked:
        mix_over(px, at, r, g, b, a, get_like(px, MASK + at, r))
    else:
        mix_over(px, at, r, g, b, a, F1)


@inlined
def put_row(px, row, r, g, b, a, how):
    """Draw a row of colours source-over, or leave them in the source's planes; ``how`` is as for `paint_rows`."""
    put_part(px, row * ROW, r, g, b, a, how)


@inlined
def put_part(px, at, r, g, b, a, how):
    """The same of a row, or half of one, that begins at a place in the planes."""
    over, covered, masked = how
    if over:
        over_row(px, at, r, g, b, a, covered, masked)
    else:
        set_source(px, at, r, g, b, a)


@kernel
def over_rows(px, how, first, last):
    """Rows of the source's planes are drawn source-over, if they are to be; ``how`` is as for `paint_rows`."""
    over, covered, masked = how
    if not over:
        return
    for y in range(first, last):
        at = y * ROW
        r, g, b = source_row(px, at, ZERO), source_row(px, at, ONE), source_row(px, at, BLUE_CHANNEL)
        over_row(px, at, r, g, b, source_row(px, at, ALPHA_CHANNEL), covered, masked)


@kernel
def porter_duff_rows(px, op, first, last):
    """Rows of pixels after a source, by an operator of Porter and Duff."""
    factors = factors_of(op)
    for y in range(first, last):
        at = y * ROW
        c, m = get_row(px, COVER + at), get_row(px, MASK + at)
        sa, da = source_row(px, at, ALPHA_CHANNEL) * c, get_row(px, ALPHA + at)
        for channel in range(CHANNELS):
            s, d = source_row(px, at, channel) * c, get_row(px, channel * PLANE + at)
            mix_row(px, channel * PLANE + at, porter_duff(factors, s, sa, d, da), m)


@kernel
def blend_rows(px, op, first, last):
    """Rows of pixels after a source, by a blend mode."""
    for y in range(first, last):
        at = y * ROW
        c, m = get_row(px, COVER + at), get_row(px, MASK + at)
        sr, sg, sb = source_row(px, at, ZERO) * c, source_row(px, at, ONE) * c, source_row(px, at, BLUE_CHANNEL) * c
        dr, dg, db = get_row(px, RED + at), get_row(px, GREEN + at), get_row(px, BLUE + at)
        sa, da = source_row(px, at, ALPHA_CHANNEL) * c, get_row(px, ALPHA + at)
        r, g, b, a = blend_mode(op, sr, sg, sb, sa, dr, dg, db, da)
        mix_row(px, RED + at, r, m)
        mix_row(px, GREEN + at, g, m)
        mix_row(px, BLUE + at, b, m)
        mix_row(px, ALPHA + at, a, m)
