"""CanvasGradient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .color import to_rgba


class CanvasGradient:
    """A linear gradient."""

    def __init__(self, line: tuple[float, float, float, float]) -> None:
        self.line = line
        self._stops: list[tuple[float, ...]] = []

    @classmethod
    def linear(cls, x0: float, y0: float, x1: float, y1: float) -> CanvasGradient:
        """Along a line."""
        return cls((x0, y0, x1, y1))

    @property
    def version(self) -> int:
        """Stops added."""
        return len(self._stops)

    def add_color_stop(self, offset: float, color: Any) -> None:
        """Add a stop."""
        self._stops.append((float(offset), *to_rgba(color)))
        self._stops.sort(key=lambda s: s[0])

    def stops_array(self) -> NDArray[np.float32]:
        """(n, 5)."""
        return np.array(self._stops, np.float32).reshape(-1, 5)
