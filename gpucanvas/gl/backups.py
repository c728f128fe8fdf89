"""backups: copies of surfaces, to undo a frame with several draws on a surface.

    Backups --take--> texture --keep: surface copied--> SurfaceBackup --frame ended--> back, for the next frame
                                                             `-- frame fails --restore--> surface

All methods but `forget` run on the thread that owns the context.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import memory
from ..contract.formats import PixelFormat
from ..errors import MemoryBudgetError
from .program import Programs
from .texture_surface import TextureSurface

FREE_BYTES = 128 << 20
"""Most bytes of unused textures that are kept: three of 3840x2160 pixels, one for each frame in flight."""


class Copy(NamedTuple):
    """A texture for a copy of a surface, and its entry in the memory ledger."""

    texture: TextureSurface
    holding: memory.Holding

    def release(self) -> None:
        """Free the texture."""
        self.texture.release()
        self.holding.release()


class Backups:
    """A pool of textures for copies of surfaces, so that a steady scene makes none."""

    def __init__(self, context: Any, programs: Programs) -> None:
        self._context, self._programs = context, programs
        self._free: list[Copy] = []
        # Number of free textures, counted from the first, that were not used since the last trim.
        self._idle = 0

    def take(self, size: tuple[int, int], format: PixelFormat) -> Copy:
        """A texture of this size. MemoryBudgetError where the budget has no room for one."""
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
        """Return a texture to the pool, or free it where the pool is full."""
        if copy.holding.device_bytes + sum(each.holding.device_bytes for each in self._free) > FREE_BYTES:
            copy.release()
        else:
            self._free.append(copy)

    def trim(self) -> None:
        """Free the textures that no frame has used since the last trim."""
        for copy in self._free[: self._idle]:
            copy.release()
        del self._free[: self._idle]
        self._idle = len(self._free)

    def clear(self) -> None:
        """Free all unused textures."""
        self._idle = len(self._free)
        self.trim()


class SurfaceBackup:
    """A copy of a surface from before a frame with several draws on it."""

    def __init__(self, backups: Backups, surface: TextureSurface) -> None:
        self._backups, self._surface = backups, surface
        self._copy: Copy | None = None

    def keep(self, clear_color: int | None) -> None:
        """Copy the surface; ``clear_color`` is its deferred clear from before the frame, or None."""
        if self._copy is None:
            self._copy = self._backups.take(self._surface.size, self._surface.format)
        # A clear deferred by this frame itself must not be in the copy.
        noted, self._surface.clear_color = self._surface.clear_color, clear_color
        self._copy.texture.copy_from(self._surface)
        self._surface.clear_color = noted

    def restore(self) -> None:
        """Restore the surface."""
        if self._copy is not None:
            self._surface.copy_from(self._copy.texture)

    def forget(self) -> None:
        """Count the copy off after the context was lost, on any thread."""
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.holding.release()

    def release(self) -> None:
        """Return the texture to the pool, after the frame has ended."""
        copy, self._copy = self._copy, None
        if copy is not None:
            self._backups.give_back(copy)
