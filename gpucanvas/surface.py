"""Surface: the pixels of one canvas and who pays for them; freed when closed, or when nothing holds it any more."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import memory
from .backends.base import Backend, Stop
from .pipeline.record import Commands

__all__ = ["Surface"]


class Surface:
    """A backend's surface with its `Holding`.

    Attributes
    ----------
    pixels : object
        What `Backend.new_surface` returned; None once closed.
    size : (int, int)
        Width and height, pixels.
    opaque : bool
        Whether what leaves the surface has no alpha.
    """

    __slots__ = ("__weakref__", "_backend", "_holding", "opaque", "pixels", "size")

    def __init__(self, backend: Backend, width: int, height: int) -> None:
        self.pixels: Any = None
        self._backend, self.size, self.opaque = backend, (width, height), False
        nbytes = 4 * width * height
        backend.check_surface(width, height)
        on_host = backend.memory == "host"
        self._holding = memory.Holding("surface", nbytes if on_host else 0, 0 if on_host else nbytes)
        try:
            self.pixels = backend.new_surface(width, height)
        except BaseException:
            self._holding.release()
            raise

    def draw(self, recordings: list[Commands], stop: Stop | None = None) -> None:
        """Draw recordings in order; what the last ones hide completely is not even encoded.

        Raises FrameCancelledError, with nothing drawn, where ``stop()`` says so in time.
        """
        from .pipeline.encode import encode

        scenes = []
        for commands in reversed(recordings):
            if len(commands):
                scenes.append(encode(commands, *self.size))
                if scenes[-1].covers:
                    break
        self._backend.draw(scenes[::-1], self.pixels, stop)

    def to_numpy(self) -> NDArray[np.uint8]:
        """The pixels: a new (height, width, 4) uint8 array, straight RGBA."""
        from .backends.cpu import present

        width, height = self.size
        pixels = self._backend.read(self.pixels)[:height, :width]
        return present(pixels | np.uint32(0xFF000000) if self.opaque else pixels)

    def close(self) -> None:
        """Let the pixels go. Closing twice is harmless."""
        self._drop(now=True)

    def _drop(self, now: bool) -> None:
        pixels, self.pixels = self.pixels, None
        if pixels is not None:
            self._backend.drop_surface(pixels, now)
            if now:
                self._holding.release()
            # Else it counts itself off when it goes: a finalizer may not take the ledger's lock.

    def __del__(self) -> None:
        if self.pixels is None or sys.is_finalizing():
            return
        where = f" made at {self._holding.origin}" if self._holding.origin else ""
        width, height = self.size
        warnings.warn(
            f"a Canvas of {width}x{height}{where} was never closed: use `with` or close() to free its pixels at once"
            + ("" if where else " (gpucanvas.memory.origins() notes where canvases are made)"),
            ResourceWarning,
            stacklevel=2,
        )
        self._drop(now=False)
