"""gradient: `CanvasGradient`: linear, radial and conic gradients. A value, independent of rendering.

https://html.spec.whatwg.org/multipage/canvas.html#canvasgradient
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexSizeError
from ..geometry.numbers import Number, is_finite, shown
from ..images.colorspace import ColorSpace
from ..names import KnownNames
from .color import KNOWN, recall, to_rgba
from .special import Special
from .wide import WideColor, to_extended, to_p3

__all__ = ["CanvasGradient", "ColorSyntaxError"]


class ColorSyntaxError(ValueError):
    """A colour stop's colour cannot be read (DOMException ``SyntaxError``)."""

    name = "SyntaxError"


Kind = Literal["linear", "radial", "conic"]
NAMES: Final[dict[Kind, str]] = {"linear": "x0 y0 x1 y1", "radial": "x0 y0 r0 x1 y1 r1", "conic": "start_angle x y"}
"""Names of the numbers of each kind, in the order of their verb's arguments."""
STOP: Final = 5
"""Count of the numbers of a stop: its offset, and straight RGBA."""
ERRORS: Final = (TypeError, ValueError, OverflowError)
"""Errors that sums and comparisons raise for objects that are no numbers."""
_NOTHING: Final[tuple[int, ColorSpace, bool, bytes]] = (0, "srgb", False, b"")


@lru_cache(32)
def _packer(count: int) -> Callable[..., bytes]:
    """A function that packs ``count`` numbers as float32."""
    return struct.Struct(f"={count}f").pack


class CanvasGradient(Special, metaclass=KnownNames):
    """A gradient: make one with a context's ``create_..._gradient``, add stops, assign it to a style.

    Attributes
    ----------
    kind : str
        ``"linear"``, ``"radial"`` or ``"conic"``.
    numbers : tuple of float
        Its geometry, in the user space of the draws that use it: start and end of the line (x0, y0, x1, y1); the two
        circles (x0, y0, r0, x1, y1, r1); the start angle, radians, and the centre (angle, x, y).
    """

    _elsewhere = {"stops": "add_color_stop", "colors": "add_color_stop", "add_color_stop_rgb": "add_color_stop"}
    __slots__ = ("_numbers", "_packed", "_wide", "kind", "numbers")

    def __init__(self, kind: Kind, numbers: tuple[float, ...]) -> None:
        self.kind: Kind = kind
        self.numbers = numbers
        # The numbers of all stops in the order of addition; `_sorted` sorts them on demand.
        self._numbers: list[float] = []
        # Colours outside sRGB, by the index of their stop.
        self._wide: dict[int, WideColor] | None = None
        # A cache of the packed stops: the count of numbers, the colour space, whether it is extended, the bytes.
        self._packed = _NOTHING

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
        try:
            # A sum with 0.0 that is a float has only floats or Python integers as its terms.
            given: Any = numbers
            total = sum(given, 0.0)
            is_round = kind == "radial"
            if type(total) is float and isfinite(total) and not (is_round and (given[2] < 0 or given[5] < 0)):
                return cls(kind, tuple(map(float, given)))
        except ERRORS:
            pass
        verb = f"create_{kind}_gradient"
        names = NAMES[kind].split()
        for name, value in zip(names, numbers, strict=True):
            if not is_finite(verb, name, value):
                raise TypeError(f"{verb}: {name} is {shown(value)}: give a finite number")
        # Behind the loop above: in WebIDL all arguments are converted before the first of the standard's steps.
        for name, value in zip(names, numbers, strict=True):
            if name[0] == "r" and float(value) < 0:
                raise IndexSizeError(f"{verb}: {name} is {shown(value)}: give a radius of at least 0")
        return cls(kind, tuple(map(float, numbers)))

    @property
    def version(self) -> int:
        """A number that changes with every stop."""
        return len(self._numbers) // STOP

    def add_color_stop(self, offset: Number, color: Any) -> None:
        """Add a colour stop; stops with equal offsets keep their order.

        Parameters
        ----------
        offset
            0 to 1: from the start of the line to its end; from the first circle to the second; once around the centre.
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
        # The quick path, without calls and chained comparisons. A sum with 0.0 that is a float has only floats or
        # Python integers as its terms.
        at: Any = offset
        try:
            if type(color) is tuple:
                if len(color) == 3:
                    r, g, b = color
                    a = 1.0
                else:
                    r, g, b, a = color
                if (
                    type(0.0 + at + r + g + b + a) is float
                    and (at >= 0.0 and at <= 1.0 and r >= 0.0 and r <= 1.0 and g >= 0.0 and g <= 1.0)
                    and (b >= 0.0 and b <= 1.0 and a >= 0.0 and a <= 1.0)
                ):
                    self._numbers += (at, r, g, b, a)
                    return
            elif type(color) is str and type(0.0 + at) is float and (at >= 0.0 and at <= 1.0):
                rgba = KNOWN.get(color) or recall(color)
                if type(rgba) is tuple:
                    self._numbers += (at, *rgba)
                    return
        except ERRORS:
            pass
        self._add_any_stop(offset, color)

    def _add_any_stop(self, offset: Number, color: Any) -> None:
        """Add a stop with numbers of any type, or raise the error for it."""
        if not is_finite("add_color_stop", "offset", offset):
            raise TypeError(f"add_color_stop: offset is {shown(offset)}: give a number from 0 to 1")
        at = float(offset)
        if not 0 <= at <= 1:
            raise IndexSizeError(f"add_color_stop: offset is {shown(offset)}: give a number from 0 to 1")
        try:
            rgba = to_rgba(color)
        except (ValueError, TypeError) as error:
            raise ColorSyntaxError(f"add_color_stop: {error}") from None
        if isinstance(rgba, WideColor):
            self._wide = (self._wide or {}) | {self.version: rgba}
        self._numbers += (at, *rgba)

    def _stops_bytes(self, space: ColorSpace = "srgb", is_extended: bool = False) -> bytes:
        """The stops in order, five float32 each: the offset, and straight RGBA of a colour space, perhaps extended."""
        count, packed_space, was_extended, packed = self._packed
        numbers = self._numbers
        if count != len(numbers) or packed_space != space or was_extended != is_extended:
            offsets = numbers[::STOP]
            if space != "srgb" or (is_extended and self._wide) or offsets != sorted(offsets):
                numbers = self._sorted(offsets, space, is_extended)
            packed = _packer(len(numbers))(*numbers)
            self._packed = len(numbers), space, is_extended, packed
        return packed

    def _sorted(self, offsets: list[float], space: ColorSpace, is_extended: bool) -> list[float]:
        """The numbers of the stops sorted by offset, equal ones in the order of addition, in a colour space."""
        out: list[float] = []
        for i in sorted(range(len(offsets)), key=offsets.__getitem__):
            at, *rgba = self._numbers[STOP * i : STOP * (i + 1)]
            if space != "srgb" or is_extended:
                color: Any = (self._wide or {}).get(i) or tuple(rgba)
                rgba = to_extended(color, space) if is_extended else to_p3(color)  # type: ignore[assignment]
            out += (at, *rgba)
        return out

    def stops_array(self, space: ColorSpace = "srgb") -> NDArray[np.float32]:
        """The stops in order: (n, 5) float32, offset and straight RGBA of a colour space, read-only."""
        return np.frombuffer(self._stops_bytes(space), np.float32).reshape(-1, STOP)

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """The state for copy and pickle, with a copy of the stops."""
        kept = {"kind": self.kind, "numbers": self.numbers, "_packed": _NOTHING}
        return None, kept | {"_numbers": list(self._numbers), "_wide": self._wide}

    def __repr__(self) -> str:
        return f"<CanvasGradient {self.kind} {self.numbers} with {self.version} stops>"
