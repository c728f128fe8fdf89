"""rasters: pictures as pixels, made once for each scale they are drawn at, and kept with them.

    picture, scale --the first time--> a surface of that size --read--> pixels --draw_image--> as any image
                   --later-----------> the pixels that are there

A picture never changes, so its pixels hold for as long as there is room for them: the memory budget may drop them, and
of one picture only the scales drawn last are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from math import ceil
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

import numpy as np

from .colorspace import ColorSpace
from .memory import Holding, add_cache
from .picture import Picture
from .pipeline import record as r
from .pipeline.mips import KeptPixels
from .surface import Surface

if TYPE_CHECKING:
    from .backends.base import Backend

__all__ = ["Rasters", "rasters_of"]

LARGEST: Final = 1 << 24
"""Pixels of a picture that is kept as such, 64 MiB: a larger one is drawn anew each time."""
WIDEST: Final = 8192
KEPT_SCALES: Final = 8
NEARLY: Final = 1e-6
"""Pixels that a size may be off by rounding alone."""
Scale = tuple[float, float, str, ColorSpace]
"""Pixels for a unit across and down, the backend that draws them, and their colour space."""


class Rasters:
    """The pixels of one picture, by scale, those used last at the end."""

    __slots__ = ("__weakref__", "_known")

    def __init__(self) -> None:
        self._known: OrderedDict[Scale, KeptPixels] = OrderedDict()
        _cache.all.add(self)

    def find(self, scale: Scale) -> KeptPixels | None:
        """The pixels at a scale, if they are there."""
        found = self._known.get(scale)
        if found is not None:
            self._known.move_to_end(scale)
        return found

    def make(self, picture: Picture, scale: Scale, backend: Backend) -> KeptPixels | None:
        """Draw the pixels at a scale; None where they would be too many."""
        from .pipeline.replay import append

        width, height = ceil(picture.width * scale[0] - NEARLY), ceil(picture.height * scale[1] - NEARLY)
        if not (0 < width <= WIDEST and 0 < height <= WIDEST and width * height <= LARGEST):
            return None
        commands = r.Commands()
        matrix = scale[0], 0.0, 0.0, scale[1], 0.0, 0.0
        append(commands, picture._under(matrix, scale[3]), matrix, None)
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
        """Forget all pixels; returns how many bytes that were."""
        dropped, self._known = self._known, OrderedDict()
        return sum(each.pixels.nbytes for each in dropped.values())


class RasterCache:
    """All rasters, which the memory budget may have dropped."""

    def __init__(self) -> None:
        self.all: WeakSet[Rasters] = WeakSet()
        add_cache(self.evict)

    def evict(self) -> int:
        """Drop every picture's pixels; returns how many bytes that were."""
        return sum(rasters.drop() for rasters in list(self.all))


_cache: Final = RasterCache()


def rasters_of(picture: Picture) -> Rasters:
    """The pixels that are kept with a picture."""
    found = picture._rasters
    if found is None:
        found = picture._rasters = Rasters()
    return found  # type: ignore[no-any-return]
