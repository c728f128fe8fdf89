"""texture_surface: surfaces of the gl backend, as textures with deferred clearing, and the textures of scratch targets.

A clear only notes its colour; the next use of the texture carries it out, if it needs to. All methods run on the thread
that owns the context.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import memory
from ..contract.formats import RGBA8, PixelFormat, Pixels
from ..errors import LimitError
from ..sight.spans import count
from .lease import Lease
from .program import Programs
from .transfer import Transfers

WORD = 0xFFFFFFFF
TRIM_FRAMES = 64
"""Frames after which scratch textures that are too large are dropped."""


class TextureSurface:
    """``height x width`` premultiplied pixels on the GPU, transparent at first.

    Attributes
    ----------
    size : (int, int)
        Width and height, pixels.
    format : PixelFormat
        Memory layout of a pixel.
    memory : moderngl.Texture
        The texture; its content is valid unless there is a ``clear_color``.
    clear_color : int or None
        The colour of a deferred clear.
    has_pixels : bool
        Whether the texture has ever been drawn on.
    is_halted : bool
        Whether a frame on it was not drawn, so that no other is begun until `GLBackend.resume`.
    """

    __slots__ = (
        "_context",
        "_programs",
        "_target",
        "clear_color",
        "format",
        "has_pixels",
        "is_halted",
        "memory",
        "size",
    )

    def __init__(
        self, context: Any, programs: Programs, width: int, height: int, format: PixelFormat = RGBA8
    ) -> None:
        self._context, self._programs = context, programs
        self.size, self.format = (width, height), format
        self.memory = context.texture(self.size, format.words, dtype="u4")
        count("allocations")
        self.memory.filter = (context.NEAREST, context.NEAREST)
        self._target: Any = None
        self.clear_color: int | None = 0
        self.has_pixels = self.is_halted = False

    def clear(self, color: int) -> None:
        """Clear to ``color``, a premultiplied pixel of this format."""
        self.clear_color = color

    def clear_around(self, left: int, top: int, right: int, bottom: int) -> None:
        """Clear the pixels outside a box; all pixels where the box is empty."""
        width, height = self.size
        right, bottom = min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            self.clear(0)
            return
        self.texture()
        sides = ((0, 0, width, top), (0, bottom, width, height), (0, top, left, bottom), (right, top, width, bottom))
        self._store(0, [side for side in sides if side[0] < side[2] and side[1] < side[3]])

    def texture(self) -> Any:
        """The texture, after a deferred clear has been carried out."""
        self.has_pixels = True
        if self.clear_color is not None:
            self._store(self.clear_color, [(0, 0, *self.size)])
            self.clear_color = None
        return self.memory

    def _store(self, color: int, boxes: list[tuple[int, int, int, int]]) -> None:
        """Fill boxes (left, top, right, bottom) with a colour."""
        triangle = self._programs.triangle("clear")
        triangle.program["words"] = color & WORD, color >> 32, 0, 0
        framebuffer = self._framebuffer()
        framebuffer.use()
        for left, top, right, bottom in boxes:
            framebuffer.scissor = left, top, right - left, bottom - top
            triangle.render(vertices=3)
        framebuffer.scissor = None
        # moderngl later restores the framebuffer that is bound now, which must still exist then.
        self._context.detect_framebuffer(0).use()

    def read(self, transfers: Transfers, box: tuple[int, int, int, int]) -> Pixels:
        """The pixels of a box (left, top, right, bottom), (height, width)."""
        x0, y0, x1, y1 = box
        if self.clear_color is not None:
            return np.full((y1 - y0, x1 - x0), self.clear_color, self.format.dtype)
        return transfers.read(self._framebuffer(), box, self.format)

    def read_into(self, transfers: Transfers, lease: Lease) -> None:
        """Issue a copy of all pixels of the texture into a held lease."""
        transfers.read_into(lease, self._framebuffer(), self.size, self.format)

    def _framebuffer(self) -> Any:
        """The framebuffer over the texture, made on first use."""
        if self._target is None:
            self._target = self._context.framebuffer([self.memory])
        return self._target

    def copy_from(self, source: TextureSurface) -> None:
        """Copy the pixels of another surface of the same size."""
        if source.clear_color is not None:
            self.clear(source.clear_color)
            return
        self.clear_color = None
        self._context.copy_framebuffer(self._framebuffer(), source._framebuffer())

    def release(self) -> None:
        """Release the texture."""
        if self._target is not None:
            self._target.release()
        self.memory.release()


class ScratchTextures:
    """The textures of scratch targets, kept from frame to frame. Each grows when a plan needs it larger.

    Every TRIM_FRAMES frames, textures are dropped that are much larger than those frames needed.

    Parameters
    ----------
    context, programs
        The context, and its shaders.
    later
        Calls a function once no frame in flight uses the texture any more.
    """

    def __init__(self, context: Any, programs: Programs, later: Callable[[Callable[[], None]], None]) -> None:
        self._context, self._programs, self._later = context, programs, later
        self._most_side = int(context.info["GL_MAX_TEXTURE_SIZE"])
        self._textures: dict[tuple[int, str], tuple[TextureSurface, memory.Holding]] = {}
        # The most pixels that a frame needed of each texture since the last trim.
        self._needed: dict[tuple[int, str], int] = {}
        self._frames = 0

    def take(self, number: int, width: int, height: int, format: PixelFormat = RGBA8) -> TextureSurface:
        """The texture of the target with this number and format, of at least this size.

        LimitError above the driver's limit.
        """
        if max(width, height) > self._most_side:
            raise LimitError(
                f"layers or shadows need {width}x{height} pixels, this driver's limit is {self._most_side} a side: "
                'clip them, blur less, or use backend="cpu"'
            )
        key = number, format.name
        self._needed[key] = max(self._needed.get(key, 0), width * height)
        found = self._textures.get(key)
        if found is not None and found[0].size[0] >= width and found[0].size[1] >= height:
            return found[0]
        if found is not None:
            width, height = max(width, found[0].size[0]), max(height, found[0].size[1])
            self._drop(key)
        holding = memory.Holding("scratch", 0, format.nbytes * width * height)
        try:
            made = TextureSurface(self._context, self._programs, width, height, format)
        except BaseException:
            holding.release()
            raise
        self._textures[key] = made, holding
        return made

    def settle(self) -> bool:
        """Count a frame; returns whether it is time to trim."""
        self._frames += 1
        return self._frames % TRIM_FRAMES == 0

    def trim(self) -> None:
        """Drop textures of which the last frames used less than a quarter."""
        for key, (texture, _) in list(self._textures.items()):
            if 4 * self._needed.get(key, 0) < texture.size[0] * texture.size[1]:
                self._drop(key)
        self._needed.clear()

    def _drop(self, key: tuple[int, str]) -> None:
        texture, holding = self._textures.pop(key)

        def release() -> None:
            texture.release()
            holding.release()

        self._later(release)
