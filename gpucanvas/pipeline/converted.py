"""converted: images in another colour space than their own, made when they are first drawn there and kept with them.

    Image (sRGB) --draw_image on a canvas of display-p3--> its pixels in display-p3, kept --> drawn without a conversion

They go with their image, and when the memory budget has no room for them; then they are made again.
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
    """What was made of each image that is drawn on a canvas of another colour space."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Any, KeptPixels] = WeakKeyDictionary()
        add_cache(self.evict)

    def get(self, owner: Any, pixels: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> KeptPixels:
        """`converted`."""
        found = self._kept.get(owner)
        if found is None:
            holding = Holding("image", pixels.nbytes)
            # Two threads may make it at the same time: they make the same.
            found = self._kept[owner] = KeptPixels(convert_words(pixels, source, target), holding, target)
        return found

    def forget(self, owner: object) -> None:
        """Let go of what was made of an image."""
        self._kept.pop(owner, None)

    def evict(self) -> int:
        """Let go of all; returns how many bytes that were."""
        freed = sum(each.pixels.nbytes for each in list(self._kept.values()))
        self._kept.clear()
        return freed


_conversions: Final = Conversions()


def converted(owner: Any, pixels: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> KeptPixels:
    """The pixels of something that does not change, (H, W) straight RGBA8, in another colour space."""
    return _conversions.get(owner, pixels, source, target)


def forget(owner: object) -> None:
    """Let go of what was made of something."""
    _conversions.forget(owner)
