"""sprites: cuts the parts of an image that a batch draws to the image, and tells whether one is drawn small.

For both backends: no twin. A sprite is a row of 15 numbers: x, y, width and height of its part of the image, and of its
target; the matrix a, b, c, d, e, f; and alpha.
"""

from __future__ import annotations

import math

import numpy as np

from ..kernels import inlined, kernel

SMALL = 0.51
"""Scales from here on need no halved copy of the image: that begins at 1/2, but for rounding."""


@inlined
def cut_span(start, size, to, extent, limit):
    """Clip a span of an image to 0..limit, and its target likewise.

    Returns start and size, start and extent of the target, and whether anything is left. An infinite size is all of
    the image, an infinite extent that of the part; negative ones go backwards.
    """
    if math.isinf(size):
        size = limit
    if math.isinf(extent):
        extent = abs(size)
    if size == 0.0 or extent == 0.0:
        return start, size, to, extent, False
    start, size = start + size if size < 0.0 else start, abs(size)
    to, extent = to + extent if extent < 0.0 else to, abs(extent)
    first, last = max(start, 0.0), min(start + size, limit)
    if first != start or last != start + size:
        k = extent / size
        to, size, extent = to + (first - start) * k, last - first, (last - first) * k
    return first, size, to, extent, first < last


@kernel
def cut_sprites(sprites, width, height, kept):
    """Cut the parts of sprites (N, 15) to an image of this size, in place; those that show nothing are dropped.

    ``kept`` (N,) bool, written, says which are left. Returns their number: they are the first rows then.
    """
    count = 0
    for i in range(len(sprites)):
        given, row = sprites[i], sprites[count]
        x, wide, to_x, across, is_wide = cut_span(given[0], given[2], given[4], given[6], width)
        y, high, to_y, down, is_high = cut_span(given[1], given[3], given[5], given[7], height)
        kept[i] = is_wide and is_high
        if kept[i]:
            row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] = x, y, wide, high, to_x, to_y, across, down
            for k in range(8, len(given)):
                row[k] = given[k]
            count += 1
    return np.int64(count)


@kernel
def is_any_small(sprites, matrix):
    """Returns whether one of some sprites (N, 15) may be drawn at half its scale or less under a transform."""
    a, b, c, d, _, _ = matrix
    for i in range(len(sprites)):
        row = sprites[i]
        xa, xb = a * row[8] + c * row[9], b * row[8] + d * row[9]
        ya, yb = a * row[10] + c * row[11], b * row[10] + d * row[11]
        # A sprite on a line draws nothing.
        if xa * yb != xb * ya:
            scale_x, scale_y = math.hypot(xa, xb) * row[6] / row[2], math.hypot(ya, yb) * row[7] / row[3]
            if scale_x < SMALL or scale_y < SMALL:
                return True
    return False
