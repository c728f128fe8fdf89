"""layer: rows of pixels that a layer paints: premultiplied pixels of another target, moved by whole pixels.

Twin: shaders/shared/layer.glsl.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, columns, get_row, greater, lesser, pick
from .compose import put_row
from .tile import MASK8, SHIFT8, SHIFT16, SHIFT24, TO_UNIT


@inlined
def put_words(px, row, words, alpha, how):
    """Draw a row of premultiplied pixels, times an opacity; see `paint_rows`."""
    r = as_float(words & MASK8) * TO_UNIT
    g = as_float(words >> SHIFT8 & MASK8) * TO_UNIT
    b = as_float(words >> SHIFT16 & MASK8) * TO_UNIT
    a = as_float(words >> SHIFT24 & MASK8) * TO_UNIT
    put_row(px, row, r * alpha, g * alpha, b * alpha, a * alpha, how)


@kernel
def layer_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows of pixels or of the source from a target, its (H * W,) int32 pixels and its width; see `paint_rows`.

    What lies beyond the rectangle that the layer fills has no coverage: whatever is read there is never seen.
    """
    words, wide = tables[2]
    most = np.int32(len(words) - 1)
    alpha = paint.alpha
    for row in range(first, last):
        at = (np.int64(y0) + np.int64(row) + np.int64(paint.dy)) * wide + np.int64(x0) + np.int64(paint.dx)
        if at >= 0 and at + TILE <= len(words):
            put_words(px, row, get_row(words, np.uint64(at)), alpha, how)
        else:
            index = lesser(most, greater(np.int32(0), as_int(columns()) + np.int32(at)))
            put_words(px, row, pick(words, index), alpha, how)
