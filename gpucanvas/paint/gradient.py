"""CanvasGradient: colours along a line. A value: it knows nothing of rendering.

https://html.spec.whatwg.org/multipage/canvas.html#canvasgradient
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexSizeError
from ..geometry.numbers import Number, is_finite, shown
from ..names import Hinted
from .color import to_rgba

__all__ = ["CanvasGradient", "ColorSyntaxError"]


class ColorSyntaxError(ValueError):
    """A colour stop's colour cannot be read (DOMException ``SyntaxError``)."""

    name = "SyntaxError"


class CanvasGradient(Hinted):
    """A gradient: make one with ``ctx.create_linear_gradient``, add stops, assign it to a style.

    Attributes
    ----------
    kind : str
        ``"linear"``.
    line : tuple of four floats
        Start and end (x0, y0, x1, y1), user space of whatever is drawn with it.
    """

    __slots__ = ("_array", "_stops", "kind", "line")

    def __init__(self, line: tuple[float, float, float, float]) -> None:
        self.kind: Final[Literal["linear"]] = "linear"
        self.line = line
        self._stops: list[tuple[float, float, float, float, float]] = []
        self._array: NDArray[np.float32] | None = None

    @classmethod
    def linear(cls, x0: Number, y0: Number, x1: Number, y1: Number) -> CanvasGradient:
        """Make a gradient without stops along a line: HTML's ``createLinearGradient``.

        Parameters
        ----------
        x0, y0, x1, y1
            Start and end, user space.

        Raises
        ------
        TypeError
            A coordinate is no finite number.
        """
        for name, value in zip(("x0", "y0", "x1", "y1"), (x0, y0, x1, y1), strict=True):
            if not is_finite("create_linear_gradient", name, value):
                raise TypeError(f"create_linear_gradient: {name} is {shown(value)}: give a finite number")
        return cls((float(x0), float(y0), float(x1), float(y1)))

    @property
    def version(self) -> int:
        """A number that changes with every stop."""
        return len(self._stops)

    def add_color_stop(self, offset: Number, color: Any) -> None:
        """Add a colour at a place of the line; stops at the same place keep their order.

        Parameters
        ----------
        offset
            0 (start) to 1 (end).
        color
            A CSS string, or (r, g, b[, a]) floats 0 to 1.

        Raises
        ------
        IndexSizeError
            The offset is outside 0 to 1.
        TypeError
            The offset is no finite number.
        ColorSyntaxError
            The colour cannot be read.
        """
        if not is_finite("add_color_stop", "offset", offset):
            raise TypeError(f"add_color_stop: offset is {shown(offset)}: give a number from 0 to 1")
        at = float(offset)
        if not 0 <= at <= 1:
            raise IndexSizeError(f"add_color_stop: offset is {shown(offset)}: give a number from 0 to 1")
        try:
            rgba = to_rgba(color)
        except (ValueError, TypeError) as error:
            raise ColorSyntaxError(f"add_color_stop: {error}") from None
        self._stops.append((at, *rgba))
        self._stops.sort(key=lambda stop: stop[0])
        self._array = None

    def stops_array(self) -> NDArray[np.float32]:
        """The stops in order: (n, 5) float32, offset and straight RGBA. Do not write to it."""
        if self._array is None:
            self._array = np.array(self._stops, np.float32).reshape(-1, 5)
        return self._array

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """What copy and pickle keep: a copy has stops of its own."""
        return None, {"kind": self.kind, "line": self.line, "_stops": list(self._stops), "_array": None}

    def __repr__(self) -> str:
        return f"<CanvasGradient {self.line} with {len(self._stops)} stops>"
