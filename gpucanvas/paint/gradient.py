"""CanvasGradient: colours along a line, between two circles or around a point. A value: it knows nothing of rendering.

https://html.spec.whatwg.org/multipage/canvas.html#canvasgradient
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..colorspace import ColorSpace
from ..errors import IndexSizeError
from ..geometry.numbers import Number, is_finite, shown
from .color import to_rgba
from .named import Rgba
from .special import Special
from .wide import to_p3

__all__ = ["CanvasGradient", "ColorSyntaxError"]


class ColorSyntaxError(ValueError):
    """A colour stop's colour cannot be read (DOMException ``SyntaxError``)."""

    name = "SyntaxError"


Kind = Literal["linear", "radial", "conic"]
NAMES: Final[dict[Kind, str]] = {"linear": "x0 y0 x1 y1", "radial": "x0 y0 r0 x1 y1 r1", "conic": "start_angle x y"}
"""What the numbers of each kind are called, in the order of their verb's arguments."""


class CanvasGradient(Special):
    """A gradient: make one with a context's ``create_..._gradient``, add stops, assign it to a style.

    Attributes
    ----------
    kind : str
        ``"linear"``, ``"radial"`` or ``"conic"``.
    numbers : tuple of float
        What it was made of, in user space of whatever is drawn with it: start and end of the line (x0, y0, x1, y1);
        the two circles (x0, y0, r0, x1, y1, r1); the angle of the first ray, radians, and the point (angle, x, y).
    """

    __slots__ = ("_arrays", "_stops", "kind", "numbers")

    def __init__(self, kind: Kind, numbers: tuple[float, ...]) -> None:
        self.kind: Kind = kind
        self.numbers = numbers
        self._stops: list[tuple[float, Rgba]] = []
        self._arrays: dict[ColorSpace, NDArray[np.float32]] = {}

    @classmethod
    def make(cls, kind: Kind, *numbers: Number) -> CanvasGradient:
        """Make a gradient without stops from the arguments of ``create_KIND_gradient``.

        Raises
        ------
        TypeError
            An argument is no finite number.
        IndexSizeError
            A radius is negative.
        """
        verb = f"create_{kind}_gradient"
        names = NAMES[kind].split()
        for name, value in zip(names, numbers, strict=True):
            if not is_finite(verb, name, value):
                raise TypeError(f"{verb}: {name} is {shown(value)}: give a finite number")
            if name[0] == "r" and float(value) < 0:
                raise IndexSizeError(f"{verb}: {name} is {shown(value)}: give a radius of at least 0")
        return cls(kind, tuple(map(float, numbers)))

    @property
    def version(self) -> int:
        """A number that changes with every stop."""
        return len(self._stops)

    def add_color_stop(self, offset: Number, color: Any) -> None:
        """Add a colour at a place of the gradient; stops at the same place keep their order.

        Parameters
        ----------
        offset
            0 to 1: from the start of the line to its end; from the first circle to the second; once around the point.
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
        self._stops.append((at, rgba))
        self._stops.sort(key=lambda stop: stop[0])
        self._arrays.clear()

    def stops_array(self, space: ColorSpace = "srgb") -> NDArray[np.float32]:
        """The stops in order: (n, 5) float32, offset and straight RGBA of a colour space. Do not write to it."""
        array = self._arrays.get(space)
        if array is None:
            rows = [(at, *(rgba if space == "srgb" else to_p3(rgba))) for at, rgba in self._stops]
            array = self._arrays[space] = np.array(rows, np.float32).reshape(-1, 5)
        return array

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """What copy and pickle keep: a copy has stops of its own."""
        return None, {"kind": self.kind, "numbers": self.numbers, "_stops": list(self._stops), "_arrays": {}}

    def __repr__(self) -> str:
        return f"<CanvasGradient {self.kind} {self.numbers} with {len(self._stops)} stops>"
