"""converted: images converted to a canvas's colour space when they are first drawn there, and cached.

    Image (sRGB) --draw_image on a canvas of display-p3--> its pixels in display-p3, kept --> drawn without a conversion
    Image (display-p3) --draw_image on a float16 canvas of sRGB--> float16 pixels in sRGB, kept, perhaps outside 0 to 1

A conversion is dropped with its image, or when the memory budget is full; it is then made again when needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..images.colorspace import ColorSpace
from ..memory import Holding, add_cache
from ..paint.gamut import convert_halves, convert_words
from .mips import KeptPixels
from .record import FixedPixels

__all__ = ["converted", "converted_halves", "forget"]

Convert = Callable[[NDArray[Any], ColorSpace, ColorSpace], NDArray[np.uint32]]


class Conversions:
    """The converted pixels of each image that was drawn on a canvas of another colour space."""

    def __init__(self, convert: Convert) -> None:
        self._convert = convert
        self._kept: WeakKeyDictionary[Any, KeptPixels] = WeakKeyDictionary()
        add_cache(self.evict)

    def get(self, owner: Any, pixels: NDArray[Any], source: ColorSpace, target: ColorSpace) -> KeptPixels:
        """Returns an owner's pixels in the colour space ``target``: see `converted`."""
        found = self._kept.get(owner)
        if found is None:
            # Two threads may convert at the same time: both results are equal.
            new = self._convert(pixels, source, target)
            found = self._kept[owner] = KeptPixels(new, Holding("image", new.nbytes), target)
        return found

    def forget(self, owner: object) -> None:
        """Drop the conversion of an image."""
        self._kept.pop(owner, None)

    def evict(self) -> int:
        """Drop all conversions; returns how many bytes they had."""
        freed = sum(each.pixels.nbytes for each in list(self._kept.values()))
        self._kept.clear()
        return freed


def _half_words(pixels: NDArray[Any], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint32]:
    """Convert straight pixels (H, W, 4), uint8 or float16, to float16 of another space, as (H, 2 W) words."""
    return convert_halves(pixels, source, target).view(np.uint32).reshape(len(pixels), -1)


_conversions: Final = Conversions(convert_words)
_halves: Final = Conversions(_half_words)


def converted(owner: Any, pixels: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> KeptPixels:
    """Returns the pixels of an owner that does not change, (H, W) straight RGBA8, in another colour space."""
    return _conversions.get(owner, pixels, source, target)


def converted_halves(owner: FixedPixels, target: ColorSpace) -> KeptPixels:
    """Returns the pixels of an owner that does not change in another colour space, as float16, two words each."""
    dtype: Any = np.uint8 if owner.halves is None else np.float16
    words = np.ascontiguousarray((owner.halves or owner).pixels)
    return _halves.get(owner, words.view(dtype).reshape(len(words), -1, 4), owner.color_space, target)


def forget(owner: object) -> None:
    """Drop the conversions of an owner's pixels."""
    _conversions.forget(owner)
    _halves.forget(owner)
