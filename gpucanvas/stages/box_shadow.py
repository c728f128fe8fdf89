"""The colours of rows of pixels under the shadow of a rounded rectangle, blurred. Twin: shaders/shared/box_shadow.glsl.

A gaussian blur of a rectangle is a product: the share of the gaussian between its sides, times the share between its
top and bottom. For a rounded rectangle, the parts that the corners lack are subtracted height by height, at
Gauss-Legendre nodes that the host chooses:

    value(x, y) = wide(x) * tall(y) - sum over nodes of bells(y) * (wide(x) - narrow(x))

Each factor depends on a row or on a column alone: a tile has sixteen of each, and a pixel costs one product per node.

    sum, in the source's red plane (factors in the green plane) --> rows of pixels, or the source
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import RISE_1, RISE_2, RISE_3, RISE_4, RISE_5, RISE_6, SHADOW_SEEN, TILE
from ..contract.paints import ShadowNode
from ..kernels import inlined, kernel
from ..kernels.instructions import record_at
from ..kernels.row import columns, get_row, greater, magnitude, set_row, where_less
from .compose import put_row
from .tile import PLANE, ROW, SOURCE

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
FACTORS = SOURCE + PLANE
"""Where the factors of a tile's rows are kept: in the source's green plane."""
RISE = tuple(np.float32(each) for each in (RISE_1, RISE_2, RISE_3, RISE_4, RISE_5, RISE_6))
SEEN = np.float32(SHADOW_SEEN)
SHARE = np.float32(1.0 / 16.0)
BELL_2, BELL_3, BELL_4 = HALF, np.float32(1.0 / 6.0), np.float32(1.0 / 24.0)
NODE = ShadowNode.dtype
NODE_WORDS = ShadowNode.words


@inlined
def sixteenth_power(p):
    """p^16."""
    p = p * p
    p = p * p
    p = p * p
    return p * p


@inlined
def risen(t):
    """Returns the share of a gaussian below t, where t is in units of sqrt(2) sigma."""
    u = magnitude(t)
    r1, r2, r3, r4, r5, r6 = RISE
    tail = HALF / sixteenth_power(F1 + u * (r1 + u * (r2 + u * (r3 + u * (r4 + u * (r5 + u * r6))))))
    return where_less(t, F0, tail, F1 - tail)


@inlined
def between(distance, half, scale):
    """Returns the share of a gaussian, centred at this distance from the middle, that lies within the half width."""
    return risen((distance + half) * scale) - risen((distance - half) * scale)


@inlined
def bell(t):
    """Returns exp(-t^2), as the inverse sixteenth power of a series for exp(t^2 / 16)."""
    q = t * t * SHARE
    return F1 / sixteenth_power(F1 + q * (F1 + q * (BELL_2 + q * (BELL_3 + q * BELL_4))))


@inlined
def node_at(words, nodes, i):
    """Returns node i of the nodes that begin at word ``nodes`` of the stream."""
    return record_at(words, nodes + i * NODE_WORDS, NODE)


@inlined
def farthest(low, high):
    """Returns the greater absolute value of two numbers."""
    return max(-low, high)


@kernel
def box_shadow_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows of pixels or of the source from the shadow of a rounded rectangle; see `paint_rows`."""
    words, nodes, count, scale = tables[0], np.int64(paint.nodes), np.int64(paint.count), paint.scale
    r, g, b, a = paint.r, paint.g, paint.b, paint.a
    left, top = np.float32(x0) + HALF - paint.x, np.float32(y0) + HALF - paint.y
    x, y = columns() + left, columns() + top
    wide = between(x, paint.half_width, scale)
    set_row(px, FACTORS, between(y, paint.half_height, scale))
    for row in range(first, last):
        set_row(px, SOURCE + row * ROW, wide * px[FACTORS + row])
    if count > 0:
        # Near the middle of a side no corner contributes: the first node is the lowest, the last the narrowest.
        high = farthest(top, top + np.float32(TILE - 1))
        out = farthest(left, left + np.float32(TILE - 1))
        lowest, narrowest = node_at(words, nodes, 0).height, node_at(words, nodes, count - 1).half_width
        if (lowest - high) * scale > SEEN or (narrowest - out) * scale > SEEN:
            count = np.int64(0)
    for i in range(count):
        node = node_at(words, nodes, i)
        height = node.height
        lacking = (wide - between(x, node.half_width, scale)) * node.weight
        set_row(px, FACTORS, bell((y - height) * scale) + bell((y + height) * scale))
        for row in range(first, last):
            at = SOURCE + row * ROW
            set_row(px, at, get_row(px, at) - lacking * px[FACTORS + row])
    for row in range(first, last):
        value = greater(get_row(px, SOURCE + row * ROW), F0)
        put_row(px, row, value * r, value * g, value * b, value * a, how)
