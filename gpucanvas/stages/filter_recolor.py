"""filter_recolor: the colours of a box of pixels are changed, each pixel by itself: matrices and transfer functions.

    words --load_straight--> r g b a, 0 to 1 --step, cut to 0..1--> ... --step, cut--> store_straight --> words

All steps that follow one another are taken before a colour is rounded to 8 bits. Where alpha becomes 0, colours do as
well: so they would have, had each step stored premultiplied pixels.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import COLOR_LEVELS, COLOR_UNIT, TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, greater, lesser, pick, where_less
from .filter import box_words, quantised255, set_words
from .tile import F0, F1, F255, HALF, MASK8, SHIFT8, SHIFT16, SHIFT24, TO_UNIT

LEVELS = np.float32(COLOR_LEVELS - 1)
FROM_UNIT = np.float32(1.0 / COLOR_UNIT)


@inlined
def load_straight(words):
    """Sixteen pixels as straight red, green, blue and alpha, 0 to 1."""
    a = as_float(words >> SHIFT24 & MASK8)
    inverse = F1 / greater(a, F1)
    r = lesser(as_float(words & MASK8) * inverse, F1)
    g = lesser(as_float(words >> SHIFT8 & MASK8) * inverse, F1)
    b = lesser(as_float(words >> SHIFT16 & MASK8) * inverse, F1)
    return r, g, b, a * TO_UNIT


@inlined
def store_straight(r, g, b, a):
    """Sixteen pixels as a surface holds them."""
    scale = a * F255
    words = quantised255(r * scale) | quantised255(g * scale) << SHIFT8
    return words | quantised255(b * scale) << SHIFT16 | quantised255(scale) << SHIFT24


@inlined
def cut_to_unit(row):
    """Values cut to 0..1."""
    return lesser(greater(row, F0), F1)


@inlined
def look_up(tables, start, channel, row):
    """The values that a table has for a channel."""
    places = as_int(row * LEVELS + HALF) + np.int32(start + channel * COLOR_LEVELS)
    return as_float(pick(tables, places)) * FROM_UNIT


@inlined
def take_step(step, tables, r, g, b, a):
    """A straight colour after a step, cut to 0..1."""
    if step.table >= 0:
        nr, ng = look_up(tables, step.table, 0, r), look_up(tables, step.table, 1, g)
        nb, na = look_up(tables, step.table, 2, b), look_up(tables, step.table, 3, a)
    else:
        nr = cut_to_unit(r * step.rr + g * step.rg + b * step.rb + a * step.ra + step.r1)
        ng = cut_to_unit(r * step.gr + g * step.gg + b * step.gb + a * step.ga + step.g1)
        nb = cut_to_unit(r * step.br + g * step.bg + b * step.bb + a * step.ba + step.b1)
        na = cut_to_unit(r * step.ar + g * step.ag + b * step.ab + a * step.aa + step.a1)
    return where_less(F0, na, nr, F0), where_less(F0, na, ng, F0), where_less(F0, na, nb, F0), na


@kernel
def recolor_row(surface, at, wide, steps, first, last, tables, edge):
    """Change a row of pixels from ``at`` on by the steps first to last."""
    for x in range(0, wide, TILE):
        r, g, b, a = load_straight(box_words(surface, at + x, wide - x, edge))
        for k in range(first, last):
            r, g, b, a = take_step(steps[k], tables, r, g, b, a)
        set_words(surface, at + x, wide - x, edge, store_straight(r, g, b, a))


@kernel
def recolor_boxes(surface, width, items, bands, first, last, steps, tables, edge):
    """Change the colours of boxes, or parts of them.

    Parameters
    ----------
    surface
        (N,) int32, ``width`` pixels a row.
    items
        Recolor items.
    bands
        (n, 3) int64, (item, first row, last row) of each part; first to last of them are run.
    steps, tables
        ColorStep items, and (n,) int32.
    edge
        TILE int32 to work with.
    """
    for i in range(first, last):
        item = items[bands[i, 0]]
        for y in range(item.y0 + bands[i, 1], item.y0 + bands[i, 2]):
            at = y * width + item.x0
            recolor_row(surface, at, item.x1 - item.x0, steps, item.step_start, item.step_end, tables, edge)
