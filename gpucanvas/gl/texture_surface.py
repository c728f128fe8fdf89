"""A surface of the gl backend: a texture of 32-bit words; and how it was, while a frame of several parts is drawn.

A clear is only noted. Who uses the texture next runs it first; where a read comes before, or another clear, the GPU has
nothing to do. All methods run on the thread that owns the context.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..sight.spans import count
from .program import Programs
from .transfer import Transfers


class TextureSurface:
    """``height x width`` premultiplied RGBA8 pixels on the GPU, transparent at first, red in the low byte.

    Attributes
    ----------
    size : (int, int)
        Width and height, pixels.
    """

    __slots__ = ("_context", "_programs", "_target", "_texture", "_clear_color", "size")

    def __init__(self, context: Any, programs: Programs, width: int, height: int) -> None:
        self._context, self._programs = context, programs
        self.size = width, height
        self._texture = context.texture(self.size, 1, dtype="u4")
        count("allocations")
        self._texture.filter = (context.NEAREST, context.NEAREST)
        self._target: Any = None
        self._clear_color: int | None = 0
        """What every pixel is, and the texture does not know yet."""

    def clear(self, color: int) -> None:
        """Make every pixel ``color``, premultiplied RGBA8 with red in the low byte."""
        self._clear_color = color

    def clear_around(self, left: int, top: int, right: int, bottom: int) -> None:
        """Make every pixel outside a box transparent; every pixel, where there is nothing in the box."""
        width, height = self.size
        right, bottom = min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            self.clear(0)
            return
        self.texture()
        sides = ((0, 0, width, top), (0, bottom, width, height), (0, top, left, bottom), (right, top, width, bottom))
        self._store(0, [side for side in sides if side[0] < side[2] and side[1] < side[3]])

    def texture(self) -> Any:
        """The texture, with the pixels in it."""
        if self._clear_color is not None:
            self._store(self._clear_color, [(0, 0, *self.size)])
            self._clear_color = None
        return self._texture

    def _store(self, color: int, boxes: list[tuple[int, int, int, int]]) -> None:
        """Make every pixel of some boxes (left, top, right, bottom) a colour."""
        triangle = self._programs.triangle("clear")
        triangle.program["word"] = color
        framebuffer = self._framebuffer()
        framebuffer.use()
        for left, top, right, bottom in boxes:
            framebuffer.scissor = left, top, right - left, bottom - top
            triangle.render(vertices=3)
        framebuffer.scissor = None
        # moderngl binds later what is bound now: that must not be gone by then.
        self._context.detect_framebuffer(0).use()

    def read(self, transfers: Transfers, box: tuple[int, int, int, int]) -> NDArray[np.uint32]:
        """The pixels of a box (left, top, right, bottom), (height, width)."""
        x0, y0, x1, y1 = box
        if self._clear_color is not None:
            return np.full((y1 - y0, x1 - x0), self._clear_color, np.uint32)
        return transfers.read(self._framebuffer(), box)

    def _framebuffer(self) -> Any:
        """The framebuffer that reads parts of the texture and draws on it; made once."""
        if self._target is None:
            self._target = self._context.framebuffer([self._texture])
        return self._target

    def copy_from(self, source: TextureSurface) -> None:
        """Take the pixels of another surface of the same size."""
        if source._clear_color is not None:
            self.clear(source._clear_color)
            return
        self._clear_color = None
        self._context.copy_framebuffer(self._framebuffer(), source._framebuffer())

    def release(self) -> None:
        """Let the texture go."""
        if self._target is not None:
            self._target.release()
        self._texture.release()


class SurfaceBackup:
    """A surface as it was before a frame of several parts."""

    def __init__(self, context: Any, programs: Programs, surface: TextureSurface) -> None:
        self._context, self._programs, self._surface = context, programs, surface
        self._copy: TextureSurface | None = None
        self._holding: memory.Holding | None = None

    @property
    def kept(self) -> bool:
        """Whether there is a copy."""
        return self._copy is not None

    def keep(self) -> None:
        """Copy the surface, unless it was copied already."""
        if self._copy is None:
            width, height = self._surface.size
            self._holding = memory.Holding("buffer", 0, 4 * width * height)
            self._copy = TextureSurface(self._context, self._programs, width, height)
            self._copy.copy_from(self._surface)

    def restore(self) -> None:
        """Make the surface what it was."""
        assert self._copy is not None
        self._surface.copy_from(self._copy)

    def release(self) -> None:
        """Let the copy go."""
        if self._copy is not None and self._holding is not None:
            self._copy.release()
            self._copy = None
            self._holding.release()
