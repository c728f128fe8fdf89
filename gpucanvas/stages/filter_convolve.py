"""filter_convolve: every pixel of a box becomes a weighted sum of its neighbours, stored elsewhere.

    neighbours --near_row: box, canvas's edge--> r g b a, 0 to 255 --weights--> sums, + bias * alpha --> pixels

Sixteen pixels are computed at a time. Where a neighbour of one of them is beyond the box, or beyond the canvas with an
edge mode, the neighbours are gathered one by one before the sum.
https://drafts.fxtf.org/filter-effects/#feConvolveMatrixElement
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import EDGE_DUPLICATE, EDGE_NONE, SMALLEST_ALPHA, TILE
from ..kernels import inlined, kernel
from ..kernels.row import columns, greater, lesser
from .filter import set_pixels, values_row
from .tile import F0, F255, as_pixel, copy_pixel, set_row_of

LEAST = np.float32(SMALLEST_ALPHA)
START = np.uint64(0)


@inlined
def framed(at, low, high, edge):
    """Returns the column or row to read for one beyond the canvas: the nearest, or that of the repeated canvas."""
    if edge == EDGE_NONE or low >= high:
        return at
    if edge == EDGE_DUPLICATE:
        return min(max(at, low), high - 1)
    return low + (at - low) % (high - low)


@inlined
def near_row(surface, width, item, x, y, edge):
    """Returns the values of sixteen pixels from (x, y) on; pixels beyond the box are transparent."""
    set_row_of(edge, START, as_pixel(edge, 0))
    row = framed(y, item.frame_y0, item.frame_y1, item.edge)
    if item.y0 <= row < item.y1:
        for k in range(TILE):
            column = framed(x + k, item.frame_x0, item.frame_x1, item.edge)
            if item.x0 <= column < item.x1:
                copy_pixel(surface, np.uint64(row * width + column), edge, np.uint64(k))
    return values_row(edge, START)


@inlined
def cut_to_255(row):
    """Returns values clamped to 0..255."""
    return lesser(greater(row, F0), F255)


@kernel
def convolve_row(surface, width, item, weights, x, y, whole, edge):
    """Returns the convolved values of sixteen pixels from (x, y) on; ``whole``: all their neighbours are in the box."""
    r = g = b = a = columns() * F0
    index = np.int64(item.weight)
    for i in range(item.order_y):
        row = y - item.target_y + i
        for j in range(item.order_x):
            column = x - item.target_x + j
            if whole:
                red, green, blue, alpha = values_row(surface, np.uint64(row * width + column))
            else:
                red, green, blue, alpha = near_row(surface, width, item, column, row, edge)
            weight = weights[index]
            index += 1
            scale = columns() * F0 + weight
            if item.keeps_alpha != 0:
                # A transparent pixel's straight colour counts as black.
                scale = weight * (F255 / greater(alpha, LEAST))
            r, g, b, a = r + red * scale, g + green * scale, b + blue * scale, a + alpha * weight
    if whole:
        red, green, blue, alpha = values_row(surface, np.uint64(y * width + x))
    else:
        red, green, blue, alpha = near_row(surface, width, item, x, y, edge)
    if item.keeps_alpha != 0:
        share, bias = alpha / F255, item.bias * F255
        return cut_to_255(r + bias) * share, cut_to_255(g + bias) * share, cut_to_255(b + bias) * share, alpha
    added = item.bias * alpha
    a = cut_to_255(a + added)
    r, g, b = greater(lesser(r + added, a), F0), greater(lesser(g + added, a), F0), greater(lesser(b + added, a), F0)
    return r, g, b, a


@inlined
def inner(low, high, frame_low, frame_high, edge, target, order):
    """Returns the range on an axis where all neighbours are in the box and, with an edge mode, on the canvas."""
    if edge != EDGE_NONE:
        low, high = max(low, frame_low), min(high, frame_high)
    return low + target, high - (order - 1 - target)


@kernel
def convolve_band(surface, width, item, first, last, weights, edge):
    """Convolve some rows of a box, counted from its top."""
    left, right = inner(item.x0, item.x1, item.frame_x0, item.frame_x1, item.edge, item.target_x, item.order_x)
    top, bottom = inner(item.y0, item.y1, item.frame_y0, item.frame_y1, item.edge, item.target_y, item.order_y)
    for y in range(item.y0 + first, item.y0 + last):
        at = (item.to_y + y - item.y0) * width + item.to_x - item.x0
        x = np.int64(item.x0)
        while x < item.x1:
            count = min(item.x1 - x, np.int64(TILE))
            if x < left < x + TILE and left < right:
                count = min(count, left - x)
            whole = top <= y < bottom and left <= x and x + TILE <= right
            r, g, b, a = convolve_row(surface, width, item, weights, x, y, whole, edge)
            set_pixels(surface, at + x, count, edge, r, g, b, a)
            x += count


@kernel
def convolve_boxes(surface, width, items, bands, first, last, weights, edge):
    """Convolve boxes, or parts of them.

    Parameters
    ----------
    surface
        (N,) int32, ``width`` pixels a row.
    items
        Convolve items.
    bands
        (n, 3) int64, (item, first row, last row) of each part; first to last of them are run.
    weights
        (n,) float32.
    edge
        Working memory for TILE pixels.
    """
    for i in range(first, last):
        convolve_band(surface, width, items[bands[i, 0]], bands[i, 1], bands[i, 2], weights, edge)


@kernel
def convolve_half_boxes(surface, width, items, bands, first, last, weights, edge):
    """As `convolve_boxes`, for pixels of halves: ``surface`` is (N, 2) int32, and so is ``edge``."""
    for i in range(first, last):
        convolve_band(surface, width, items[bands[i, 0]], bands[i, 1], bands[i, 2], weights, edge)
