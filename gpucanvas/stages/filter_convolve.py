"""filter_convolve: every pixel of a box becomes a weighted sum of its neighbours, stored elsewhere.

    neighbours --near_pixel: box, canvas's edge--> r g b a, 0 to 255 --weights--> sums, + bias * alpha --> words

Sixteen pixels at a time where all neighbours are in the box and on the canvas; else one by one, to the same bytes.
https://drafts.fxtf.org/filter-effects/#feConvolveMatrixElement
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import EDGE_DUPLICATE, EDGE_NONE, TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, columns, get_row, greater, lesser, set_row
from .tile import F0, F1, F255, HALF, MASK8, SHIFT8, SHIFT16, SHIFT24


@inlined
def framed(at, low, high, edge):
    """A column or row beyond the canvas: the nearest one that is in it, or that of the canvas repeated."""
    if edge == EDGE_NONE or low >= high:
        return at
    if edge == EDGE_DUPLICATE:
        return min(max(at, low), high - 1)
    return low + (at - low) % (high - low)


@inlined
def near_pixel(surface, width, item, x, y):
    """The word of a neighbour; transparent beyond the box."""
    x = framed(x, item.frame_x0, item.frame_x1, item.edge)
    y = framed(y, item.frame_y0, item.frame_y1, item.edge)
    if x < item.x0 or x >= item.x1 or y < item.y0 or y >= item.y1:
        return np.uint32(0)
    return np.uint32(surface[y * width + x])


@inlined
def channel_of(word, shift):
    """A channel of a word, 0 to 255."""
    return np.float32(word >> np.uint32(shift) & np.uint32(255))


@inlined
def level_of(value):
    """A channel of 0 to 255, rounded to nearest."""
    return np.uint32(min(max(value, F0), F255) + HALF)


@kernel
def convolve_pixel(surface, width, item, weights, x, y):
    """The word that a pixel becomes."""
    own = near_pixel(surface, width, item, x, y)
    r = g = b = a = F0
    index = np.int64(item.weight)
    for i in range(item.order_y):
        for j in range(item.order_x):
            weight = weights[index]
            index += 1
            word = near_pixel(surface, width, item, x - item.target_x + j, y - item.target_y + i)
            if word == np.uint32(0):
                continue
            alpha = channel_of(word, 24)
            scale = weight
            if item.keeps_alpha != 0:
                # Of a transparent pixel the straight colour is black.
                scale = weight * (F255 / max(alpha, F1))
            r += channel_of(word, 0) * scale
            g += channel_of(word, 8) * scale
            b += channel_of(word, 16) * scale
            a += alpha * weight
    alpha = channel_of(own, 24)
    if item.keeps_alpha != 0:
        share, bias = alpha / F255, item.bias * F255
        r = min(max(r + bias, F0), F255) * share
        g = min(max(g + bias, F0), F255) * share
        b = min(max(b + bias, F0), F255) * share
        a = alpha
    else:
        bias = item.bias * alpha
        a = min(max(a + bias, F0), F255)
        r, g, b = min(r + bias, a), min(g + bias, a), min(b + bias, a)
    return level_of(r) | level_of(g) << np.uint32(8) | level_of(b) << np.uint32(16) | level_of(a) << np.uint32(24)


@inlined
def cut_to_255(row):
    """Values cut to 0..255."""
    return lesser(greater(row, F0), F255)


@inlined
def levels_of(row):
    """Channels of 0 to 255, rounded to nearest."""
    return as_int(cut_to_255(row) + HALF)


@kernel
def convolve_row(surface, width, item, weights, x, y):
    """The words that sixteen pixels become, all of whose neighbours are there."""
    r = g = b = a = columns() * F0
    index = np.int64(item.weight)
    for i in range(item.order_y):
        at = (y - item.target_y + i) * width + x - item.target_x
        for j in range(item.order_x):
            weight = weights[index]
            index += 1
            words = get_row(surface, np.uint64(at + j))
            alpha = as_float(words >> SHIFT24 & MASK8)
            scale = columns() * F0 + weight
            if item.keeps_alpha != 0:
                scale = weight * (F255 / greater(alpha, F1))
            r = r + as_float(words & MASK8) * scale
            g = g + as_float(words >> SHIFT8 & MASK8) * scale
            b = b + as_float(words >> SHIFT16 & MASK8) * scale
            a = a + alpha * weight
    alpha = as_float(get_row(surface, np.uint64(y * width + x)) >> SHIFT24 & MASK8)
    if item.keeps_alpha != 0:
        share, bias = alpha / F255, item.bias * F255
        r, g, b = cut_to_255(r + bias) * share, cut_to_255(g + bias) * share, cut_to_255(b + bias) * share
        a = alpha
    else:
        bias = item.bias * alpha
        a = cut_to_255(a + bias)
        r, g, b = lesser(r + bias, a), lesser(g + bias, a), lesser(b + bias, a)
    return levels_of(r) | levels_of(g) << SHIFT8 | levels_of(b) << SHIFT16 | levels_of(a) << SHIFT24


@inlined
def inner(low, high, frame_low, frame_high, edge, target, order):
    """From where to where on an axis all neighbours of a pixel are in the box, and on the canvas where that matters."""
    if edge != EDGE_NONE:
        low, high = max(low, frame_low), min(high, frame_high)
    return low + target, high - (order - 1 - target)


@kernel
def convolve_boxes(surface, width, items, bands, first, last, weights):
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
    """
    for i in range(first, last):
        item = items[bands[i, 0]]
        left, right = inner(item.x0, item.x1, item.frame_x0, item.frame_x1, item.edge, item.target_x, item.order_x)
        top, bottom = inner(item.y0, item.y1, item.frame_y0, item.frame_y1, item.edge, item.target_y, item.order_y)
        for y in range(item.y0 + bands[i, 1], item.y0 + bands[i, 2]):
            at = (item.to_y + y - item.y0) * width + item.to_x - item.x0
            x = np.int64(item.x0)
            while x < item.x1:
                if top <= y < bottom and left <= x and x + TILE <= right:
                    set_row(surface, np.uint64(at + x), convolve_row(surface, width, item, weights, x, y))
                    x += TILE
                else:
                    surface[at + x] = np.int32(convolve_pixel(surface, width, item, weights, x, y))
                    x += 1
