"""converted: images converted to a canvas's colour space when they are first drawn there, and cached.

    Image (sRGB) --draw_image on a canvas of display-p3--> its pixels in display-p3, kept --> drawn without a conversion

A conversion is dropped with its image, or when the memory budget is full; it is then made again when needed.
"""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..images.colorspace import ColorSpace
from ..memory import Holding, add_cache
from ..paint.gamut import convert_words
from .mips import KeptPixels

__all__ = ["converted", "forget"]


class Conversions:
    """The converted pixels of each image that was drawn on a canvas of another colour space."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Any, KeptPixels] = WeakKeyDictionary()
        add_cache(self.evict)

    def get(self, owner: Any, pixels: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> KeptPixels:
        """Returns an owner's pixels in the colour space ``target``: see `converted`."""
        found = self._kept.get(owner)
        if found is None:
            holding = Holding("image", pixels.nbytes)
            # Two threads may convert at the same time: both results are equal.
            found = self._kept[owner] = KeptPixels(convert_words(pixels, source, target), holding, target)
        return found

    def forget(self, owner: object) -> None:
        """Drop the conversion of an image."""
        self._kept.pop(owner, None)

    def evict(self) -> int:
        """Drop all conversions; returns how many bytes they had."""
        freed = sum(each.pixels.nbytes for each in list(self._kept.values()))
        self._kept.clear()
        return freed


_conversions: Final = Conversions()


def converted(owner: Any, pixels: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> KeptPixels:
    """Returns the pixels of an owner that does not change, (H, W) straight RGBA8, in another colour space."""
    return _conversions.get(owner, pixels, source, target)


def forget(owner: object) -> None:
    """Drop the conversion of an owner's pixels."""
    _conversions.forget(owner)
