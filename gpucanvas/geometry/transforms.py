"""transforms: reads CSS transform lists: ``matrix(1, 0, 0, 1, 5, 6)``, ``translate(5px) rotate(90deg)``, ...

    text --functions--> name and arguments --units--> numbers --FUNCTIONS--> one matrix each --multiplied--> sixteen

Lengths must be absolute, since em and % refer to an element, which a matrix does not have
(https://drafts.fxtf.org/geometry/#parse-a-string-into-an-abstract-matrix).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite, pi, tan
from typing import Final, NamedTuple, NoReturn

from .projective import IDENTITY_16, Sixteen, multiply_16, rotation_about, sixteen_of

__all__ = ["parse_transforms"]

_FUNCTION: Final = re.compile(r"\s*+([A-Za-z][A-Za-z0-9]*+)\(([^()]*+)\)")
_NUMBER: Final = re.compile(r"\s*+([+-]?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)([A-Za-z%]*+)\s*+\Z")
_UNITS: Final[dict[str, dict[str, float]]] = {
    "number": {"": 1.0},
    "number or percentage": {"": 1.0, "%": 0.01},
    "length": {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54, "pt": 96 / 72, "pc": 16.0},
    "angle": {"deg": pi / 180, "rad": 1.0, "grad": pi / 200, "turn": 2 * pi},
}
"""The factor from each unit to pixels, or to radians."""


class TransformSyntaxError(ValueError):
    """The text is no CSS transform list (DOMException ``SyntaxError``)."""

    name = "SyntaxError"


class _Function(NamedTuple):
    """A transform function: its arguments' kinds, how many are needed, its matrix, whether it stays flat."""

    kinds: tuple[str, ...]
    least: int
    matrix: Callable[..., Sixteen]
    in_plane: bool = True


def _scale(x: float, y: float, z: float = 1.0) -> Sixteen:
    return (x, 0.0, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 0.0, z, 0.0, 0.0, 0.0, 0.0, 1.0)


def _shift(x: float, y: float = 0.0, z: float = 0.0) -> Sixteen:
    return (*IDENTITY_16[:12], x, y, z, 1.0)


def _skew(x: float, y: float = 0.0) -> Sixteen:
    return sixteen_of((1.0, tan(y), tan(x), 1.0, 0.0, 0.0))


def _perspective(distance: float) -> Sixteen:
    # CSS clamps the distance to at least one pixel.
    return (*IDENTITY_16[:11], -1.0 / max(distance, 1.0), *IDENTITY_16[12:])


_N, _F, _L, _A = "number", "number or percentage", "length", "angle"
_FUNCTIONS: Final[dict[str, _Function]] = {
    "matrix": _Function((_N,) * 6, 6, lambda *six: sixteen_of(six)),
    "matrix3d": _Function((_N,) * 16, 16, lambda *numbers: numbers, False),
    "translate": _Function((_L, _L), 1, _shift),
    "translatex": _Function((_L,), 1, _shift),
    "translatey": _Function((_L,), 1, lambda y: _shift(0.0, y)),
    "translatez": _Function((_L,), 1, lambda z: _shift(0.0, 0.0, z), False),
    "translate3d": _Function((_L,) * 3, 3, _shift, False),
    "scale": _Function((_F, _F), 1, lambda x, y=None: _scale(x, x if y is None else y)),
    "scalex": _Function((_F,), 1, lambda x: _scale(x, 1.0)),
    "scaley": _Function((_F,), 1, lambda y: _scale(1.0, y)),
    "scalez": _Function((_F,), 1, lambda z: _scale(1.0, 1.0, z), False),
    "scale3d": _Function((_F,) * 3, 3, _scale, False),
    "rotate": _Function((_A,), 1, lambda angle: rotation_about(0.0, 0.0, 1.0, angle)),
    "rotatex": _Function((_A,), 1, lambda angle: rotation_about(1.0, 0.0, 0.0, angle), False),
    "rotatey": _Function((_A,), 1, lambda angle: rotation_about(0.0, 1.0, 0.0, angle), False),
    "rotatez": _Function((_A,), 1, lambda angle: rotation_about(0.0, 0.0, 1.0, angle), False),
    "rotate3d": _Function((_N, _N, _N, _A), 4, rotation_about, False),
    "skew": _Function((_A, _A), 1, _skew),
    "skewx": _Function((_A,), 1, _skew),
    "skewy": _Function((_A,), 1, lambda y: _skew(0.0, y)),
    "perspective": _Function((_L,), 1, _perspective, False),
}


def parse_transforms(text: str) -> tuple[Sixteen, bool]:
    """Return a CSS transform list as a matrix of sixteen numbers, and whether all its functions stay in the plane.

    Raises
    ------
    TransformSyntaxError
        For what is no transform list, or has lengths that are not absolute.

    >>> parse_transforms("translate(1in) scale(2)")[0][12]
    96.0
    """
    matrix, in_plane, position = IDENTITY_16, True, 0
    text = text.strip()
    if text in ("", "none"):
        return matrix, True
    while position < len(text):
        found = _FUNCTION.match(text, position)
        function = _FUNCTIONS.get(found[1].lower()) if found else None
        if found is None or function is None:
            _refuse(text, f"at {text[position : position + 20]!r} there is no transform function")
        parts = found[2].split(",")
        if not function.least <= len(parts) <= len(function.kinds):
            _refuse(text, f"{found[1]}() has {len(parts)} arguments and takes {_count_of(function)}")
        numbers = [_read(text, part, kind) for part, kind in zip(parts, function.kinds, strict=False)]
        if function.matrix is _perspective and numbers[0] < 0.0:
            _refuse(text, f"{parts[0].strip()!r} is a negative distance")
        matrix = multiply_16(matrix, function.matrix(*numbers))
        in_plane = in_plane and function.in_plane
        position = found.end()
    return matrix, in_plane


def _count_of(function: _Function) -> str:
    most = len(function.kinds)
    return str(most) if function.least == most else f"{function.least} to {most}"


def _read(text: str, part: str, kind: str) -> float:
    found = _NUMBER.match(part)
    if found is None:
        _refuse(text, f"{part.strip()!r} is no {kind}")
    number, unit = float(found[1]), found[2].lower()
    if not isfinite(number):
        _refuse(text, f"{part.strip()!r:.40} is beyond the range of numbers")
    if unit == "" and number == 0.0:
        return number
    if unit not in _UNITS[kind]:
        known = "" if "" in _UNITS[kind] else f" in {', '.join(_UNITS[kind])}"
        _refuse(text, f"{part.strip()!r} is no {kind}{known}")
    return number * _UNITS[kind][unit]


def _refuse(text: str, why: str) -> NoReturn:
    raise TransformSyntaxError(
        f"a matrix cannot be made of {text!r:.80}: {why}; give a list such as 'matrix(1, 0, 0, 1, 5, 6)' or "
        "'translate(5px, 6px) rotate(90deg)'"
    )
