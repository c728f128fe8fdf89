"""rasters: cached images of pictures, one for each scale at which a picture was drawn with ``cached=True``.

    picture, scale --the first time--> a surface of that size --read--> pixels --> drawn as any image
                   --later-----------> the cached pixels

A picture never changes, so its pixels stay valid. Only the scales used last are kept for each picture, and the memory
budget may drop them all.
"""

from __future__ import annotations

from collections import OrderedDict
from math import ceil
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

import numpy as np

from ..frames.surface import Surface
from ..memory import Holding, add_cache
from ..picture import Picture
from ..pipeline import record as r
from ..pipeline.mips import KeptPixels
from .colorspace import ColorSpace

if TYPE_CHECKING:
    from ..backends.base import Backend

__all__ = ["Rasters", "rasters_of"]

LARGEST: Final = 1 << 24
"""Most pixels of a cached image, 64 MiB: a larger one is not cached."""
WIDEST: Final = 8192
"""Greatest width and height of a cached image, pixels."""
KEPT_SCALES: Final = 8
"""Most scales that are cached for a picture."""
ROUNDING: Final = 1e-6
"""Pixels by which a size may be too large through rounding errors."""
Scale = tuple[float, float, str, ColorSpace]
"""The key of a cached image: pixels per unit across and down, the backend, and the colour space."""


class Rasters:
    """The cached images of one picture, by scale, the most recently used last."""

    __slots__ = ("__weakref__", "_known")

    def __init__(self) -> None:
        self._known: OrderedDict[Scale, KeptPixels] = OrderedDict()
        _cache.all.add(self)

    def find(self, scale: Scale) -> KeptPixels | None:
        """The cached pixels at a scale, or None."""
        found = self._known.get(scale)
        if found is not None:
            self._known.move_to_end(scale)
        return found

    def make(self, picture: Picture, scale: Scale, backend: Backend) -> KeptPixels | None:
        """Draw and cache the pixels at a scale; None where they would be too many."""
        from ..pipeline.replay import append

        width, height = ceil(picture.width * scale[0] - ROUNDING), ceil(picture.height * scale[1] - ROUNDING)
        if not (0 < width <= WIDEST and 0 < height <= WIDEST and width * height <= LARGEST):
            return None
        commands = r.Commands()
        matrix = scale[0], 0.0, 0.0, scale[1], 0.0, 0.0
        append(commands, picture._under(matrix, scale[3], is_extended=False), matrix, None)
        surface = Surface(backend, width, height)
        try:
            drawn = surface.draw([commands], read=True)
            pixels = surface.to_numpy() if drawn is None else drawn
        finally:
            surface.close()
        words = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
        made = self._known[scale] = KeptPixels(words, Holding("image", words.nbytes), scale[3])
        while len(self._known) > KEPT_SCALES:
            self._known.popitem(last=False)
        return made

    def drop(self) -> int:
        """Drop all cached pixels; returns the bytes freed."""
        dropped, self._known = self._known, OrderedDict()
        return sum(each.pixels.nbytes for each in dropped.values())


class RasterCache:
    """All `Rasters` of the process, so that the memory budget can drop their pixels."""

    def __init__(self) -> None:
        self.all: WeakSet[Rasters] = WeakSet()
        add_cache(self.evict)

    def evict(self) -> int:
        """Drop the cached pixels of every picture; returns the bytes freed."""
        return sum(rasters.drop() for rasters in list(self.all))


_cache: Final = RasterCache()


def rasters_of(picture: Picture) -> Rasters:
    """The cached images of a picture, made on first use."""
    found = picture._rasters
    if found is None:
        found = picture._rasters = Rasters()
    return found  # type: ignore[no-any-return]
