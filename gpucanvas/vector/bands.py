"""bands: a picture's pixels, in bands from the top down, so that a print larger than any canvas fits into memory.

    commands --scaled, moved up--> a surface as wide as the print, some hundred rows high --> its pixels --> a PNG file
                                   the next one, some hundred rows further down          --> ...

A band is what a canvas of the whole size would show there: a translation by whole pixels changes nothing but, by
rounding, the last bit of a coordinate.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..backends.choose import get_backend
from ..errors import LimitError
from ..frames.surface import Surface
from ..geometry.numbers import as_float
from ..images.colorspace import ColorSpace
from ..pipeline import record as r
from ..pipeline.replay import append
from .rasters import scale_origins, with_following_blurs

__all__ = ["bands_of", "pixel_size"]

BAND_PIXELS: Final = 1 << 24
"""Most pixels of a band: 64 MiB."""
MOST_SIDE: Final = 32768
"""Most pixels a side, as of a canvas."""
ROUNDING: Final = 1e-6
"""Pixels by which a size may be too large through rounding errors."""


def pixel_size(verb: str, size: tuple[int, int], scale: Any) -> tuple[float, int, int]:
    """Return a checked scale, and the width and height of a picture's pixels under it.

    Raises
    ------
    TypeError, ValueError
        For a scale that is no number above 0.
    LimitError
        For a picture without pixels, or with too many.
    """
    factor = as_float(verb, "scale", scale)
    if not (isfinite(factor) and factor > 0):
        raise ValueError(f"{verb}: scale is {scale!r:.80}: give a number above 0")
    if not all(size):
        raise ValueError(f"{verb}: a picture of {size[0]}x{size[1]} pixels has nothing to write: record a larger one")
    width, height = (max(side * factor, 1.0) for side in size)
    if max(width, height) > MOST_SIDE:
        raise LimitError(
            f"{verb}: at a scale of {factor:g} the picture has {width:.0f}x{height:.0f} pixels: the limit is "
            f"{MOST_SIDE} a side, give a smaller scale"
        )
    return factor, ceil(width - ROUNDING), ceil(height - ROUNDING)


def bands_of(
    commands: r.Commands, scale: float, size: tuple[int, int], space: ColorSpace
) -> Iterator[NDArray[np.uint8]]:
    """Yield the pixels of a frozen recording, (rows, width, 4) straight RGBA, from the top down.

    Parameters
    ----------
    commands
        In the colour space; with texts as outlines where the scale is not 1.
    scale
        Pixels for each unit of the recording. Blurs and shadows follow it.
    size
        Width and height of all bands together, pixels.
    space
        The colour space of the pixels.
    """
    width, height = size
    rows = max(BAND_PIXELS // width, 1)
    scaled = with_following_blurs(commands) if scale != 1.0 else commands
    for top in range(0, height, rows):
        band = r.Commands()
        append(band, scaled, (scale, 0.0, 0.0, scale, 0.0, -float(top)), None)
        if scale != 1.0:
            scale_origins(band, scale)
        surface = Surface(get_backend("cpu"), width, min(rows, height - top))
        surface.color_space = space
        try:
            found = surface.draw([band], read=True)
            pixels = surface.to_numpy() if found is None else found
        finally:
            surface.close()
        yield pixels
