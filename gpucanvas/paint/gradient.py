"""gradient: `CanvasGradient`: linear, radial and conic gradients. A value, independent of rendering.

https://html.spec.whatwg.org/multipage/canvas.html#canvasgradient
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexSizeError
from ..geometry.numbers import Number, as_float, shown
from ..images.colorspace import ColorSpace
from ..names import KnownNames
from .color import KNOWN, recall, to_rgba
from .special import Special
from .ways import ColorInterpolation, HueInterpolation, Way
from .wide import WideColor

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
    __slots__ = ("_changes", "_numbers", "_packed", "_strict", "_way", "_wide", "kind", "numbers")

    def __init__(self, kind: Kind, numbers: tuple[float, ...], strict: bool = True) -> None:
        self.kind: Kind = kind
        self.numbers = numbers
        self._strict = strict
        # How to interpolate, and how often that has changed; None is for the standard's choice by the colours.
        self._way: Way | None = None
        self._changes = 0
        # The numbers of all stops in the order of addition; `_sorted` sorts them on demand.
        self._numbers: list[float] = []
        # Colours outside sRGB, by the index of their stop.
        self._wide: dict[int, WideColor] | None = None
        # A cache of the packed stops: the count of numbers, the colour space, whether it is extended, the bytes.
        self._packed = _NOTHING

    @classmethod
    def make(cls, kind: Kind, *numbers: Number, strict: bool = True) -> CanvasGradient:
        """Make a gradient without stops from the arguments of ``create_KIND_gradient``.

        Parameters
        ----------
        strict
            Whether setting an attribute to an invalid value raises; otherwise the value is ignored, and arguments that
            are no numbers are converted as in JavaScript.

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
                return cls(kind, tuple(map(float, given)), strict)
        except ERRORS:
            pass
        verb = f"create_{kind}_gradient"
        names = NAMES[kind].split()
        floats = []
        for name, value in zip(names, numbers, strict=True):
            floats.append(as_float(verb, name, value, strict))
            if not isfinite(floats[-1]):
                raise TypeError(f"{verb}: {name} is {shown(value)}: give a finite number")
        # Behind the loop above: in WebIDL all arguments are converted before the first of the standard's steps.
        for name, value, number in zip(names, numbers, floats, strict=True):
            if name[0] == "r" and number < 0:
                raise IndexSizeError(f"{verb}: {name} is {shown(value)}: give a radius of at least 0")
        return cls(kind, tuple(floats), strict)

    @property
    def version(self) -> int:
        """A number that changes with every stop, and with every other way to interpolate."""
        return len(self._numbers) // STOP + self._changes

    @property
    def color_interpolation_method(self) -> ColorInterpolation:
        """The colour space that colours are interpolated in, not premultiplied: CSS Color 4, "interpolation space".

        ``"srgb"`` at first, and then a gradient is interpolated in Oklab if one of its colours is written in another
        way than as a name, hexadecimal digits, ``rgb()``, ``hsl()`` or ``hwb()``. Once either attribute is set, the
        gradient is interpolated in this space. Draws use it as it is when they are called.

        Raises
        ------
        ValueError
            Another value is set, unless the canvas ignores invalid values.
        """
        return "srgb" if self._way is None else self._way.space

    @color_interpolation_method.setter
    def color_interpolation_method(self, value: ColorInterpolation) -> None:
        if self._accepts("color_interpolation_method", value, get_args(ColorInterpolation)):
            self._interpolate(value, self.hue_interpolation_method)

    @property
    def hue_interpolation_method(self) -> HueInterpolation:
        """The way from one hue to the next in hsl, hwb, lch and oklch: CSS Color 4, "hue interpolation".

        ``"shorter"`` (at first), ``"longer"``, ``"increasing"`` or ``"decreasing"``.

        Raises
        ------
        ValueError
            Another value is set, unless the canvas ignores invalid values.
        """
        return "shorter" if self._way is None else self._way.hue

    @hue_interpolation_method.setter
    def hue_interpolation_method(self, value: HueInterpolation) -> None:
        if self._accepts("hue_interpolation_method", value, get_args(HueInterpolation)):
            self._interpolate(self.color_interpolation_method, value)

    def _accepts(self, name: str, value: object, known: tuple[str, ...]) -> bool:
        """Whether a value is a known one; raises if it is not and the gradient is strict."""
        # NumPy's strings are equal to lists of strings, too.
        if isinstance(value, str) and value in known:
            return True
        if self._strict:
            raise ValueError(f"{name} is {shown(value)}: give one of {', '.join(known)}")
        return False

    def _interpolate(self, space: ColorInterpolation, hue: HueInterpolation) -> None:
        self._way = Way(space, hue)
        self._changes += 1
        self._packed = _NOTHING

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
        at = as_float("add_color_stop", "offset", offset, self._strict)
        if not isfinite(at):
            raise TypeError(f"add_color_stop: offset is {shown(offset)}: give a number from 0 to 1")
        if not 0 <= at <= 1:
            raise IndexSizeError(f"add_color_stop: offset is {shown(offset)}: give a number from 0 to 1")
        try:
            rgba = to_rgba(color)
        except (ValueError, TypeError) as error:
            raise ColorSyntaxError(f"add_color_stop: {error}") from None
        if isinstance(rgba, WideColor):
            self._wide = (self._wide or {}) | {len(self._numbers) // STOP: rgba}
        self._numbers += (at, *rgba)

    def _stops_bytes(self, space: ColorSpace = "srgb", is_extended: bool = False) -> bytes:
        """The stops in order, five float32 each: the offset, and straight RGBA of a colour space, perhaps extended.

        Straight lines between them are the gradient: where its interpolation is none, there are more than were added.
        """
        packed_count, packed_space, was_extended, packed = self._packed
        numbers = self._numbers
        count = len(numbers)
        if packed_count != count or packed_space != space or was_extended != is_extended:
            offsets = numbers[::STOP]
            if space != "srgb" or self._wide is not None or self._way is not None or offsets != sorted(offsets):
                numbers = self._in_order(offsets, space, is_extended)
            packed = _packer(len(numbers))(*numbers)
            self._packed = count, space, is_extended, packed
        return packed

    def _in_order(self, offsets: list[float], space: ColorSpace, is_extended: bool) -> list[float]:
        """The numbers of `_stops_bytes`: stops sorted by offset, equal ones in the order of addition."""
        order = sorted(range(len(offsets)), key=offsets.__getitem__)
        wide = self._wide or {}
        colors: list[Any] = [wide.get(i) or tuple(self._numbers[STOP * i + 1 : STOP * (i + 1)]) for i in order]
        way = self._way
        if space == "srgb" and not wide and (way is None or way.space == "srgb"):
            return [number for i, color in zip(order, colors, strict=True) for number in (offsets[i], *color)]
        from .interpolation import spread

        if way is None:
            way = Way("oklab" if wide else "srgb", "shorter")
        return spread([offsets[i] for i in order], colors, way, space, is_extended)

    def stops_array(self, space: ColorSpace = "srgb") -> NDArray[np.float32]:
        """The stops that are drawn: (n, 5) float32, offset and straight RGBA of a colour space, read-only.

        They are in order. Where the colours between two stops are no straight line in the numbers of the colour space,
        more stops than were added make up the curve.
        """
        return np.frombuffer(self._stops_bytes(space), np.float32).reshape(-1, STOP)

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """The state for copy and pickle, with a copy of the stops."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return None, kept | {"_packed": _NOTHING, "_numbers": list(self._numbers)}

    def __repr__(self) -> str:
        return f"<CanvasGradient {self.kind} {self.numbers} with {len(self._numbers) // STOP} stops>"
