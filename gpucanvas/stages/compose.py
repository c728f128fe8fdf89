"""compose: composites rows of a source onto the pixels, by any operator, weighted by coverage and mask.

colours of a row  --over_row-->   pixels                           source-over
                  --set_source--> planes 6..9 --..._rows--> pixels  all other operators, and whole tiles of colours
"""

from __future__ import annotations

import numpy as np

from ..kernels import inlined, kernel
from ..kernels.row import get_like, get_row, greater, half_columns, set_row
from .blend import blend_mode, factors_of, porter_duff
from .tile import ALPHA, BLUE, COVER, GREEN, MASK, PLANE, RED, ROW, SOURCE

ZERO = np.uint64(0)
ONE = np.uint64(1)
BLUE_CHANNEL = np.uint64(2)
ALPHA_CHANNEL = np.uint64(3)
CHANNELS = np.uint64(4)
HALF_ROW = ROW // np.uint64(2)
F0 = np.float32(0.0)
F1 = np.float32(1.0)
YES, NO = np.bool_(True), np.bool_(False)


@inlined
def set_source(px, at, r, g, b, a):
    """Write a row of the source's planes."""
    set_colors(px, SOURCE + at, r, g, b, a)


@inlined
def set_colors(px, at, r, g, b, a):
    """Write a row of colours to four planes, at a place in the first plane."""
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
    """Returns a channel of the source in a row of pixels."""
    return get_row(px, SOURCE + channel * PLANE + at)


@inlined
def half_row(px, at):
    """Returns half a row of a plane: in half rows, all channels of source and backdrop fit in registers."""
    return get_like(px, at, half_columns())


@inlined
def mix_row(px, at, value, m):
    """Mix a row of a channel with another value, weighted by the mask."""
    d = get_like(px, at, value)
    set_row(px, at, d + m * (value - d))


@inlined
def put_channel(px, at, value, m, masked):
    """Mix a row of a channel with another value, weighted by the mask; by 1 where there is no mask.

    A mix by 1 is not simply the value: rounding makes a difference that blend modes may show.
    """
    if masked:
        mix_row(px, at, value, m)
    else:
        mix_row(px, at, value, F1)


@inlined
def cover_of(px, at, how):
    """Returns half a row of coverage; ``how`` is as for `blend_rows`."""
    covered, bounded, _ = how
    if not covered:
        return half_columns() * F0 + F1
    c = half_row(px, COVER + at)
    # Rounding may leave a slightly negative coverage.
    return greater(c, F0) if bounded else c


@inlined
def mask_of(px, at, how):
    """Returns half a row of the mask; ``how`` is as for `blend_rows`."""
    return half_row(px, MASK + at) if how[2] else half_columns() * F0 + F1


@kernel
def replace_rows(px, how, first, last):
    """Replace rows of pixels by the source, weighted by coverage and mask; see `blend_rows`."""
    for at in range(first * ROW, last * ROW, HALF_ROW):
        share = cover_of(px, at, how) * mask_of(px, at, how)
        for channel in range(CHANNELS):
            mix_row(px, channel * PLANE + at, half_row(px, SOURCE + channel * PLANE + at), share)


@inlined
def mix_over(px, at, r, g, b, a, m, masked):
    """Draw a row of colours source-over, weighted by the mask, where there is one."""
    k = F1 - a
    put_channel(px, RED + at, r + k * get_like(px, RED + at, r), m, masked)
    put_channel(px, GREEN + at, g + k * get_like(px, GREEN + at, r), m, masked)
    put_channel(px, BLUE + at, b + k * get_like(px, BLUE + at, r), m, masked)
    put_channel(px, ALPHA + at, a + k * get_like(px, ALPHA + at, r), m, masked)


@inlined
def over_row(px, at, r, g, b, a, covered, masked):
    """Draw colours source-over onto a row of pixels or half a row; ``covered`` and ``masked`` say what weights them."""
    if covered:
        # Rounding may leave a slightly negative coverage.
        c = greater(get_like(px, COVER + at, r), F0)
        r, g, b, a = r * c, g * c, b * c, a * c
    if masked:
        mix_over(px, at, r, g, b, a, get_like(px, MASK + at, r), YES)
    else:
        mix_over(px, at, r, g, b, a, a, NO)


@inlined
def put_row(px, row, r, g, b, a, how):
    """Draw a row of colours source-over, or store it in planes; ``how`` is as for `paint_rows`."""
    put_part(px, row * ROW, r, g, b, a, how)


@inlined
def put_part(px, at, r, g, b, a, how):
    """Draw or store a row of colours, or half a row, at a place in the planes; ``how`` is as for `paint_rows`."""
    over, covered, masked, plane = how
    if over:
        over_row(px, at, r, g, b, a, covered, masked)
    else:
        set_colors(px, plane + at, r, g, b, a)


@kernel
def over_rows(px, how, first, last):
    """Draw rows of the source's planes, or copy them to their planes; ``how`` is as for `paint_rows`."""
    if not how[0] and how[3] == SOURCE:
        return
    for y in range(first, last):
        at = y * ROW
        r, g, b = source_row(px, at, ZERO), source_row(px, at, ONE), source_row(px, at, BLUE_CHANNEL)
        put_part(px, at, r, g, b, source_row(px, at, ALPHA_CHANNEL), how)


@kernel
def porter_duff_rows(px, op, how, first, last):
    """Composite the source onto rows of pixels by an operator of Porter and Duff; see `blend_rows`."""
    factors = factors_of(op)
    for at in range(first * ROW, last * ROW, HALF_ROW):
        c, m = cover_of(px, at, how), mask_of(px, at, how)
        sa, da = half_row(px, SOURCE + ALPHA_CHANNEL * PLANE + at) * c, half_row(px, ALPHA + at)
        for channel in range(CHANNELS):
            s, d = half_row(px, SOURCE + channel * PLANE + at) * c, half_row(px, channel * PLANE + at)
            put_channel(px, channel * PLANE + at, porter_duff(factors, s, sa, d, da), m, how[2])


@kernel
def blend_rows(px, op, how, first, last):
    """Composite the source onto rows of pixels by a blend mode.

    ``how`` is (covered, bounded, masked): whether the coverage plane is used; if so, whether it must be clamped at 0,
    since a blend mode that divides would amplify a negative coverage; and whether the mask is used.
    """
    for at in range(first * ROW, last * ROW, HALF_ROW):
        c, m = cover_of(px, at, how), mask_of(px, at, how)
        sr, sg = half_row(px, SOURCE + at) * c, half_row(px, SOURCE + PLANE + at) * c
        sb = half_row(px, SOURCE + BLUE_CHANNEL * PLANE + at) * c
        sa, da = half_row(px, SOURCE + ALPHA_CHANNEL * PLANE + at) * c, half_row(px, ALPHA + at)
        dr, dg, db = half_row(px, RED + at), half_row(px, GREEN + at), half_row(px, BLUE + at)
        r, g, b, a = blend_mode(op, sr, sg, sb, sa, dr, dg, db, da)
        put_channel(px, RED + at, r, m, how[2])
        put_channel(px, GREEN + at, g, m, how[2])
        put_channel(px, BLUE + at, b, m, how[2])
        put_channel(px, ALPHA + at, a, m, how[2])
