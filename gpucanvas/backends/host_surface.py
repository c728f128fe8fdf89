"""A surface of the cpu backend: an array of 32-bit words. A clear is only noted.

Who draws next stores every tile anyway, and need not load what a clear has left there; where the surface is looked at
first, or cleared again, it is filled then, or not at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..pipeline.record import Box


class HostSurface:
    """``height x width`` premultiplied RGBA8 pixels, transparent at first, red in the low byte.

    Parameters
    ----------
    memory : uint32 array (H, W)
        Where the pixels go; uninitialised memory will do.

    Attributes
    ----------
    memory : uint32 array (H, W)
        The pixels, unless there is a ``clear_color``.
    clear_color : int or None
        What every pixel is, premultiplied RGBA8 with red in the low byte, and the memory does not hold yet.
    """

    __slots__ = ("clear_color", "memory")

    def __init__(self, memory: NDArray[np.uint32]) -> None:
        self.memory = memory
        self.clear_color: int | None = 0

    def read(self, box: Box) -> tuple[NDArray[np.uint32], Box]:
        """Pixels, and where those of a box lie among them: the memory, unless it does not hold them yet."""
        if self.clear_color is None:
            return self.memory, box
        x0, y0, x1, y1 = box
        return np.full((y1 - y0, x1 - x0), self.clear_color, np.uint32), (0, 0, x1 - x0, y1 - y0)

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """The memory, with the pixels in it."""
        if self.clear_color is not None:
            self.memory.fill(self.clear_color)
            self.clear_color = None
        return self.memory
