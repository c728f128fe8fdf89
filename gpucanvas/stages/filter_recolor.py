"""filter_recolor: changes the colours of a box of pixels, each pixel by itself: matrices and transfer functions.

    pixels --straight_of--> r g b a, 0 to 1 --step, clamp to 0..1--> ... --step, clamp--> premultiplied --> pixels

Colours outside of 0 to 1, which halves can hold, are clamped first: tables have no places for them, and CSS defines the
steps from 0 to 1 only. All consecutive steps are applied before a colour is rounded to a pixel. Where a step makes
alpha 0, the colour becomes 0 too, as if each step stored premultiplied pixels.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import COLOR_LEVELS, COLOR_UNIT, LEAST_ALPHA, TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, greater, lesser, pick, where_less
from .filter import box_pixels, set_pixels
from .tile import F0, F1, F255, HALF, TO_UNIT

LEAST = np.float32(LEAST_ALPHA)
LEVELS = np.float32(COLOR_LEVELS - 1)
FROM_UNIT = np.float32(1.0 / COLOR_UNIT)


@inlined
def cut_to_unit(row):
    """Returns values clamped to 0..1."""
    return lesser(greater(row, F0), F1)


@inlined
def straight_of(r, g, b, a):
    """Returns sixteen pixels of premultiplied values, 0 to 255, as straight red, green, blue and alpha, 0 to 1."""
    inverse = F1 / greater(a, LEAST)
    return cut_to_unit(r * inverse), cut_to_unit(g * inverse), cut_to_unit(b * inverse), a * TO_UNIT


@inlined
def look_up(tables, start, channel, row):
    """Returns a table's values for a row of a channel."""
    places = as_int(row * LEVELS + HALF) + np.int32(start + channel * COLOR_LEVELS)
    return as_float(pick(tables, places)) * FROM_UNIT


@inlined
def take_step(step, tables, r, g, b, a):
    """Returns a straight colour after a step, clamped to 0..1."""
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
        red, green, blue, alpha = box_pixels(surface, at + x, wide - x, edge)
        r, g, b, a = straight_of(red, green, blue, alpha)
        for k in range(first, last):
            r, g, b, a = take_step(steps[k], tables, r, g, b, a)
        scale = a * F255
        set_pixels(surface, at + x, wide - x, edge, r * scale, g * scale, b * scale, scale)


@kernel
def recolor_boxes(surface, width, items, bands, first, last, steps, tables, edge):
    """Change the colours of boxes, or parts of them.

    Parameters
    ----------
    surface
        (N,) int32 pixels, ``width`` a row.
    items
        Recolor items.
    bands
        (n, 3) int64, (item, first row, last row) of each part; first to last of them are run.
    steps, tables
        ColorStep items, and (n,) int32.
    edge
        Working memory for TILE pixels.
    """
    for i in range(first, last):
        item = items[bands[i, 0]]
        for y in range(item.y0 + bands[i, 1], item.y0 + bands[i, 2]):
            at = y * width + item.x0
            recolor_row(surface, at, item.x1 - item.x0, steps, item.step_start, item.step_end, tables, edge)


@kernel
def recolor_half_boxes(surface, width, items, bands, first, last, steps, tables, edge):
    """As `recolor_boxes`, for pixels of halves: ``surface`` is (N, 2) int32, and so is ``edge``."""
    for i in range(first, last):
        item = items[bands[i, 0]]
        for y in range(item.y0 + bands[i, 1], item.y0 + bands[i, 2]):
            at = y * width + item.x0
            recolor_row(surface, at, item.x1 - item.x0, steps, item.step_start, item.step_end, tables, edge)
