"""backups: how surfaces were before frames that draw on them several times, so that such a frame can be undone.

    Backups --take--> texture --keep: surface copied--> SurfaceBackup --frame over--> back, for the next frame
                                                             `-- frame fails --restore--> surface

All methods but `forget` run on the thread that owns the context. What a texture held before is never seen: all of it is
copied over first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import memory
from ..contract.formats import PixelFormat
from ..errors import MemoryBudgetError
from .program import Programs
from .texture_surface import TextureSurface

FREE_BYTES = 128 << 20
"""Textures that no frame has are kept up to so many bytes: three of a screen of 3840x2160, one a frame in flight."""


class Copy(NamedTuple):
    """A texture for a copy of a surface, and what counts it."""

    texture: TextureSurface
    holding: memory.Holding

    def release(self) -> None:
        """Let it go."""
        self.texture.release()
        self.holding.release()


class Backups:
    """Textures for copies of surfaces, from frame to frame: a steady scene makes none."""

    def __init__(self, context: Any, programs: Programs) -> None:
        self._context, self._programs = context, programs
        self._free: list[Copy] = []
        # So many of the free ones, from the first on, were not used since the last trim.
        self._idle = 0

    def take(self, size: tuple[int, int], format: PixelFormat) -> Copy:
        """A texture of this size. MemoryBudgetError where there is no room for one."""
        for number in reversed(range(len(self._free))):
            texture = self._free[number].texture
            if texture.size == size and texture.format is format:
                self._idle = min(self._idle, number)
                return self._free.pop(number)
        nbytes = format.nbytes * size[0] * size[1]
        try:
            holding = memory.Holding("buffer", 0, nbytes)
        except MemoryBudgetError:
            if not self._free:
                raise
            self.clear()
            holding = memory.Holding("buffer", 0, nbytes)
        try:
            return Copy(TextureSurface(self._context, self._programs, *size, format), holding)
        except BaseException:
            holding.release()
            raise

    def give_back(self, copy: Copy) -> None:
        """Keep a texture for the next frame, where there are not too many."""
        if copy.holding.device_bytes + sum(each.holding.device_bytes for each in self._free) > FREE_BYTES:
            copy.release()
        else:
            self._free.append(copy)

    def trim(self) -> None:
        """Let those go that no frame has used since the last trim."""
        for copy in self._free[: self._idle]:
            copy.release()
        del self._free[: self._idle]
        self._idle = len(self._free)

    def clear(self) -> None:
        """Let all go that no frame has."""
        self._idle = len(self._free)
        self.trim()


class SurfaceBackup:
    """A surface as it was before a frame that draws on it several times."""

    def __init__(self, backups: Backups, surface: TextureSurface) -> None:
        self._backups, self._surface = backups, surface
        self._copy: Copy | None = None

    def keep(self, clear_color: int | None) -> None:
        """Copy the surface; ``clear_color`` is what all of it was before the frame, if the texture did not know."""
        if self._copy is None:
            self._copy = self._backups.take(self._surface.size, self._surface.format)
        # A clear that was noted since then is not what it was before.
        noted, self._surface.clear_color = self._surface.clear_color, clear_color
        self._copy.texture.copy_from(self._surface)
        self._surface.clear_color = noted

    def restore(self) -> None:
        """Make the surface what it was."""
        if self._copy is not None:
            self._surface.copy_from(self._copy.texture)

    def forget(self) -> None:
        """Count the copy off, the context being lost: it went with it. Any thread."""
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.holding.release()

    def release(self) -> None:
        """The frame is over: the copy is the next one's."""
        copy, self._copy = self._copy, None
        if copy is not None:
            self._backups.give_back(copy)
