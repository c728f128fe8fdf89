"""filter_turbulence: fills a box of pixels with Perlin noise.

    pixel --> place (u, v) on a lattice --> dot products with the gradients of the cell's four corners --> noise
    octaves of noise, or of its magnitude, --summed--> r g b a, straight --> premultiplied --> pixels

The noise of a cell's corners is blended by the curve t t (3 - 2 t). Each octave doubles the place and halves the noise.
https://drafts.fxtf.org/filter-effects/#feTurbulenceElement
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import LATTICE_SIDE, TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_int, columns, from_bits, magnitude, pick, pick_pairs, rounded_down
from .filter import set_pixels
from .filter_recolor import cut_to_unit
from .tile import F0, F1, F255, HALF

SIDE = np.float32(LATTICE_SIDE)
PER_SIDE = np.float32(1.0 / LATTICE_SIDE)
LAST = np.int32(LATTICE_SIDE - 1)
ONE = np.int32(1)
F2 = np.float32(2.0)
F3 = np.float32(3.0)


@inlined
def on_lattice(whole):
    """Returns whole places as columns or rows of the lattice, which repeats."""
    return as_int(whole - rounded_down(whole * PER_SIDE) * SIDE)


@inlined
def eased(t):
    """Returns the share of a cell's second side at t, 0 to 1 from the first."""
    return t * t * (F3 - F2 * t)


@inlined
def slope_at(gradients, place, x, y):
    """Returns the dot products of gradients with the offsets from their corners."""
    across, down = pick_pairs(gradients, place)
    return from_bits(across) * x + from_bits(down) * y


@kernel
def noise_row(permutations, gradients, item, channel, u, v):
    """Returns a channel, 0 to 1, of sixteen pixels at places (u, v)."""
    lattice, first = np.int32(item.lattice), np.int32(4 * item.lattice + channel * LATTICE_SIDE)
    total = columns() * F0
    height = F1
    for _ in range(item.octaves):
        left, top = rounded_down(u), rounded_down(v)
        x, y = u - left, v - top
        column, row = on_lattice(left), on_lattice(top)
        a = pick(permutations, column + lattice) + row
        b = pick(permutations, ((column + ONE) & LAST) + lattice) + row
        above_left = slope_at(gradients, (a & LAST) + first, x, y)
        above_right = slope_at(gradients, (b & LAST) + first, x - F1, y)
        below_left = slope_at(gradients, ((a + ONE) & LAST) + first, x, y - F1)
        below_right = slope_at(gradients, ((b + ONE) & LAST) + first, x - F1, y - F1)
        across, down = eased(x), eased(y)
        above = above_left + across * (above_right - above_left)
        below = below_left + across * (below_right - below_left)
        noise = above + down * (below - above)
        if item.fractal == 0:
            noise = magnitude(noise)
        total = total + noise * height
        u, v, height = u + u, v + v, height * HALF
    if item.fractal != 0:
        total = total * HALF + HALF
    return cut_to_unit(total)


@kernel
def fill_band(surface, width, item, first, last, permutations, gradients, edge):
    """Fill some rows of a box, counted from its top."""
    for y in range(first, last):
        down = np.float32(y)
        u0, v0 = down * item.uy + item.u0, down * item.vy + item.v0
        at = (item.y0 + y) * width + item.x0
        for x in range(0, item.x1 - item.x0, TILE):
            across = columns() + np.float32(x)
            u, v = across * item.ux + u0, across * item.vx + v0
            r = noise_row(permutations, gradients, item, 0, u, v)
            g = noise_row(permutations, gradients, item, 1, u, v)
            b = noise_row(permutations, gradients, item, 2, u, v)
            a = noise_row(permutations, gradients, item, 3, u, v) * F255
            set_pixels(surface, at + x, item.x1 - item.x0 - x, edge, r * a, g * a, b * a, a)


@kernel
def fill_boxes(surface, width, items, bands, first, last, permutations, gradients, edge):
    """Fill boxes, or parts of them, with noise.

    Parameters
    ----------
    surface
        (N,) int32 pixels, ``width`` a row.
    items
        Turbulence items.
    bands
        (n, 3) int64, (item, first row, last row) of each part; first to last of them are run.
    permutations, gradients
        (n,) int32, and (4 n, 2) the bits of float32 as int32: the lattices.
    edge
        Working memory for TILE pixels.
    """
    for i in range(first, last):
        fill_band(surface, width, items[bands[i, 0]], bands[i, 1], bands[i, 2], permutations, gradients, edge)


@kernel
def fill_half_boxes(surface, width, items, bands, first, last, permutations, gradients, edge):
    """As `fill_boxes`, for pixels of halves: ``surface`` is (N, 2) int32, and so is ``edge``."""
    for i in range(first, last):
        fill_band(surface, width, items[bands[i, 0]], bands[i, 1], bands[i, 2], permutations, gradients, edge)
