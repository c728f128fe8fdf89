"""layer: the paint of layers: premultiplied pixels of another target, moved by whole pixels.

Twin: shaders/shared/layer.glsl.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_int, columns, greater, lesser, pick, pick_pairs
from .compose import put_row
from .tile import unpacked, unpacked_pairs, unpacked_row


@inlined
def put_pixels(px, row, pixels, alpha, how):
    """Draw a row of premultiplied pixels, times an opacity; see `paint_rows`."""
    r, g, b, a = pixels
    put_row(px, row, r * alpha, g * alpha, b * alpha, a * alpha, how)


@inlined
def pixels_at(surface, places):
    """Returns the four rows of channels of the pixels at sixteen places of a surface."""
    if surface.ndim == 1:
        return unpacked(pick(surface, places))
    low, high = pick_pairs(surface, places)
    return unpacked_pairs(low, high)


@kernel
def rows_from(surface, wide, px, paint, how, x0, y0, first, last):
    """Colour rows of pixels, or of the source, from a surface of either format, ``wide`` pixels wide."""
    most = np.int32(len(surface) - 1)
    alpha = paint.alpha
    for row in range(first, last):
        at = (np.int64(y0) + np.int64(row) + np.int64(paint.dy)) * wide + np.int64(x0) + np.int64(paint.dx)
        if at >= 0 and at + TILE <= len(surface):
            put_pixels(px, row, unpacked_row(surface, np.uint64(at)), alpha, how)
        else:
            index = lesser(most, greater(np.int32(0), as_int(columns()) + np.int32(at)))
            put_pixels(px, row, pixels_at(surface, index), alpha, how)


@kernel
def layer_rows(px, paint, tables, how, x0, y0, first, last):
    """Colour rows of pixels, or of the source, from the target in ``tables``; see `paint_rows`.

    The target's pixels are bytes or halves, and the array of the other format is empty, so that one kernel serves both.
    Places outside of the layer's rectangle have no coverage: whatever is read there is not visible.
    """
    pixels, halves, wide = tables[2]
    if len(halves) > 0:
        rows_from(halves, wide, px, paint, how, x0, y0, first, last)
    else:
        rows_from(pixels, wide, px, paint, how, x0, y0, first, last)
