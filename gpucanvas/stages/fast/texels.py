"""texels: copies a tile's pixels from an opaque image that is only moved by whole pixels.

    the tile's only command, a full cover by an image --copy_tile--> the surface
                                                      --else-->      fine, which samples, mixes and rounds

Of an opaque texel each channel is divided by 255, drawn over what it hides, and stored times 255: it stays what it is.
So photos, frames of films and tiles of maps are copied. The module replaces fine's sampling for such tiles:
tests/stages/test_texels.py compares the pixels with the image's.
"""

from __future__ import annotations

import numpy as np

from ...contract.constants import COMMAND_BITS, COMMAND_FULL, PAINT_KIND_BITS, STYLE_OP_SHIFT, TILE
from ...contract.operators import OP_SOURCE_OVER
from ...contract.paints import PAINTS
from ...kernels import inlined, kernel
from ...kernels.instructions import record_at, words_at
from ...kernels.row import get_row, set_row
from ..textures import MODULO, address_of, is_only_moved
from ..tile import F1, start_of

CODE = PAINTS["image"].code
KIND = PAINTS["image"].record.dtype
KIND_MASK = (1 << PAINT_KIND_BITS) - 1
FIRST = np.uint64(0)
SHIFT24 = np.int32(24)
OPAQUE = np.int32(-1)
"""An alpha of 255, shifted down with its sign."""


@inlined
def is_image_over(draws, word):
    """Returns whether a command covers its tile with an image, source-over."""
    if word & ((1 << COMMAND_BITS) - 1) != COMMAND_FULL:
        return False
    draw = draws[word >> COMMAND_BITS]
    return np.int64(draw.paint) & KIND_MASK == CODE and draw.style >> STYLE_OP_SHIFT & 255 == OP_SOURCE_OVER


@kernel
def copy_texels(scene, word, edge, surface, width, height, x0, y0):
    """Copy the tile at (x0, y0) from the image that its only command draws; returns False where fine must draw it.

    ``scene`` are the tables of `run_tile`; ``edge`` is memory for TILE pixels. ``surface`` has pixels of bytes.
    """
    draws, _, _, _, _, paints, images, _, _ = scene
    if x0 + TILE > width or y0 + TILE > height or not is_image_over(draws, word):
        return False
    paint = record_at(paints, np.int64(draws[word >> COMMAND_BITS].paint) >> PAINT_KIND_BITS, KIND)
    if paint.alpha != F1 or not is_only_moved(paint):
        return False
    left, top = x0 + np.int64(paint.dx), y0 + np.int64(paint.dy)
    if left < np.int64(paint.x0) or left + TILE - 1 > np.int64(paint.x1):
        return False
    if top < np.int64(paint.y0) or top + TILE - 1 > np.int64(paint.y1):
        return False
    image = images[paint.image]
    stride, count = np.int64(image.stride), np.int64(image.count)
    # Modulo 2^32: the first texel of a picture that is only partly uploaded would lie before the image's memory.
    first = (np.int64(image.start) + top * stride + left) & MODULO
    if first + (TILE - 1) * stride + TILE > count:
        return False
    texels = words_at(address_of(image), count)
    common = get_row(texels, np.uint64(first))
    for y in range(1, TILE):
        common = common & get_row(texels, np.uint64(first + y * stride))
    set_row(edge, FIRST, common >> SHIFT24)
    for x in range(TILE):
        if edge[x] != OPAQUE:
            return False
    for y in range(TILE):
        set_row(surface, start_of(width, x0, y0 + y), get_row(texels, np.uint64(first + y * stride)))
    return True


@inlined
def copy_tile(scene, word, edge, surface, width, height, x0, y0):
    """As `copy_texels`, for a surface of either format."""
    if surface.ndim == 1:
        return copy_texels(scene, word, edge, surface, width, height, x0, y0)
    return False
