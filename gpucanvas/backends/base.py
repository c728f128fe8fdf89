"""The backend contract: five methods. `null.py` is its shortest reading."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..pipeline.scene import Scene


class Backend(Protocol):
    """What executes scenes.

    A surface is whatever the backend returns from `new_surface`: ``height x width`` premultiplied RGBA8 pixels that
    start transparent.
    """

    name: str

    def new_surface(self, width: int, height: int) -> Any:
        """A transparent surface. Raises LimitError before anything is allocated where it is too large."""

    def draw(self, scene: Scene, surface: Any) -> None:
        """Draw a scene over what the surface holds, completely: buffers too small grow, and the pass runs again."""

    def read(self, surface: Any) -> NDArray[np.uint32]:
        """The surface's pixels, ``(height, width)`` uint32, premultiplied, red in the low byte. Do not write to it."""

    def drop_surface(self, surface: Any) -> None:
        """Release a surface."""

    def counters(self) -> dict[str, int]:
        """Running totals: frames, growths, allocations, uploads, bytes_uploaded, compiles."""
