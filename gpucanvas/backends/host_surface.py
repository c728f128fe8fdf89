"""A surface of the cpu backend: an array of pixels. A clear is only noted.

Who draws next stores every tile anyway, and need not load what a clear has left there; where the surface is looked at
first, or cleared again, it is filled then, or not at all.
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
        Where the pixels go; uninitialised memory will do.

    Attributes
    ----------
    memory : array (H, W) of a format's type
        The pixels, unless there is a ``clear_color``.
    clear_color : int or None
        What every pixel is, in the surface's format, and the memory does not hold yet.
    """

    __slots__ = ("clear_color", "memory")

    def __init__(self, memory: Pixels) -> None:
        self.memory = memory
        self.clear_color: int | None = 0

    @property
    def format(self) -> PixelFormat:
        """How a pixel lies in memory."""
        return format_of(self.memory)

    def read(self, box: Box) -> tuple[Pixels, Box]:
        """Pixels, and where those of a box lie among them: the memory, unless it does not hold them yet."""
        if self.clear_color is None:
            return self.memory, box
        x0, y0, x1, y1 = box
        return np.full((y1 - y0, x1 - x0), self.clear_color, self.memory.dtype), (0, 0, x1 - x0, y1 - y0)

    @property
    def pixels(self) -> Pixels:
        """The memory, with the pixels in it."""
        if self.clear_color is not None:
            self.memory.fill(self.clear_color)
            self.clear_color = None
        return self.memory


def words_of(surface: Pixels) -> NDArray[np.int32]:
    """Pixels as kernels have them: see `stages/tile.py`."""
    if format_of(surface) is RGBA8:
        return surface.view(np.int32).reshape(-1)
    return surface.reshape(-1, 1).view(np.int32)
