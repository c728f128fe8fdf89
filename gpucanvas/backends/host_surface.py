"""A surface of the cpu backend: an array of pixels with deferred clearing.

A clear only notes its colour. The next draw stores every tile anyway, and starts from that colour without loading
pixels. Where the surface is read first, it is filled then.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import RGBA8, PixelFormat, Pixels, format_of
from ..pipeline.record import Box


class HostSurface:
    """``height x width`` premultiplied pixels, transparent at first.

    Parameters
    ----------
    memory : array (H, W) of a format's type
        The memory of the pixels; it may be uninitialised.

    Attributes
    ----------
    memory : array (H, W) of a format's type
        The pixels, unless there is a ``clear_color``.
    clear_color : int or None
        The colour of a deferred clear, a pixel in the surface's format.
    """

    __slots__ = ("clear_color", "memory")

    def __init__(self, memory: Pixels) -> None:
        self.memory = memory
        self.clear_color: int | None = 0

    @property
    def format(self) -> PixelFormat:
        """Memory layout of a pixel."""
        return format_of(self.memory)

    def read(self, box: Box) -> tuple[Pixels, Box]:
        """An array of pixels, and the place of a box in it: the memory, or a filled array before a deferred clear."""
        if self.clear_color is None:
            return self.memory, box
        x0, y0, x1, y1 = box
        return np.full((y1 - y0, x1 - x0), self.clear_color, self.memory.dtype), (0, 0, x1 - x0, y1 - y0)

    @property
    def pixels(self) -> Pixels:
        """The memory, after a deferred clear has been carried out."""
        if self.clear_color is not None:
            self.memory.fill(self.clear_color)
            self.clear_color = None
        return self.memory


def words_of(surface: Pixels) -> NDArray[np.int32]:
    """Pixels as the int32 array that kernels use: see `stages/tile.py`."""
    if format_of(surface) is RGBA8:
        return surface.view(np.int32).reshape(-1)
    return surface.reshape(-1, 1).view(np.int32)
