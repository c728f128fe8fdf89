"""transforms: reads CSS transform lists: ``matrix(1, 0, 0, 1, 5, 6)``, ``translate(5px) rotate(90deg)``, ...

    text --tinycss2--> functions --units, calc--> numbers --FUNCTIONS--> one matrix each --multiplied--> sixteen
         `--two expressions, where the list is plain--^

Lengths must be absolute, since em and % refer to an element, which a matrix does not have
(https://drafts.fxtf.org/geometry/#parse-a-string-into-an-abstract-matrix). The syntax is CSS's: names in any case,
comments, escapes, calculations, and a bracket that the end of the text closes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf, isfinite, isnan, pi, tan
from sys import float_info
from typing import Any, Final, NamedTuple, NoReturn

from ..css.calc import evaluate, split_at_commas
from ..css.nesting import is_too_deep
from ..css.quantities import LENGTH_UNIT_OF, MATH_FUNCTIONS, InvalidCss
from .projective import IDENTITY_16, Sixteen, multiply_16, rotation_about, sixteen_of

__all__ = ["parse_transforms"]

_SPACE: Final = r"[ \t\n\r\f]*+"
_PLAIN: Final = re.compile(rf"{_SPACE}([A-Za-z][A-Za-z0-9]*+)\(([^()/\\]*+)\){_SPACE}")
_NUMBER: Final = re.compile(
    rf"{_SPACE}([+-]?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)([A-Za-z%]*+){_SPACE}\Z"
)
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
    # CSS clamps the distance to at least one pixel; `none` is an infinite one.
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
    if not text:
        return IDENTITY_16, True
    plain = _read_plain(text)
    if plain is not None:
        return plain
    # Imported here: few programs have transforms that are not plain.
    from tinycss2 import parse_component_value_list

    if is_too_deep(text):
        _refuse(text, "there are too many brackets and no transform function")
    try:
        tokens = parse_component_value_list(text, skip_comments=True)
    except ValueError:  # Python refuses to read an integer of thousands of digits.
        _refuse(text, "a number has thousands of digits")
    tokens = [token for token in tokens if token.type != "whitespace"]
    if not tokens:
        _refuse(text, "there is no transform function")
    matrix, in_plane = IDENTITY_16, True
    if _is_none(tokens):
        return matrix, in_plane
    for token in tokens:
        function = _FUNCTIONS.get(token.lower_name) if token.type == "function" else None
        if function is None:
            _refuse(text, f"at {token.serialize()[:20]!r} there is no transform function")
        matrix = multiply_16(matrix, function.matrix(*_arguments(text, token, function)))
        in_plane = in_plane and function.in_plane
    return matrix, in_plane


def _read_plain(text: str) -> tuple[Sixteen, bool] | None:
    """Read a list of functions of plain numbers, four times as fast; None for any other text."""
    matrix, in_plane, position = IDENTITY_16, True, 0
    while position < len(text):
        found = _PLAIN.match(text, position)
        function = _FUNCTIONS.get(found[1].lower()) if found else None
        if found is None or function is None:
            return None
        parts, numbers = found[2].split(","), []
        if not function.least <= len(parts) <= len(function.kinds):
            return None
        for part, kind in zip(parts, function.kinds, strict=False):
            number = _NUMBER.match(part)
            factor = None if number is None else _UNITS[kind].get(number[2].lower())
            if number is None or factor is None:
                return None
            numbers.append(float(number[1]) * factor)
        if not all(map(isfinite, numbers)) or (function.matrix is _perspective and numbers[0] < 0.0):
            return None
        matrix = multiply_16(matrix, function.matrix(*numbers))
        in_plane = in_plane and function.in_plane
        position = found.end()
    return matrix, in_plane


def _arguments(text: str, token: Any, function: _Function) -> list[float]:
    """The arguments of a function's token, as numbers, pixels and radians."""
    parts = [[each for each in part if each.type != "whitespace"] for part in split_at_commas(token.arguments)]
    if not function.least <= len(parts) <= len(function.kinds):
        _refuse(text, f"{token.name}() has {len(parts)} arguments and takes {_count_of(function)}")
    if function.matrix is _perspective and _is_none(parts[0]):
        return [inf]
    numbers = [_read(text, part, kind) for part, kind in zip(parts, function.kinds, strict=False)]
    if function.matrix is _perspective and numbers[0] < 0.0:
        if not _is_math(parts[0]):
            _refuse(text, f"{_written(parts[0])!r} is a negative distance")
        numbers = [0.0]  # A calculation is clamped to the range that is allowed.
    return numbers


def _count_of(function: _Function) -> str:
    most = len(function.kinds)
    return str(most) if function.least == most else f"{function.least} to {most}"


def _is_none(tokens: list[Any]) -> bool:
    return len(tokens) == 1 and tokens[0].type == "ident" and tokens[0].lower_value == "none"


def _is_math(tokens: list[Any]) -> bool:
    return len(tokens) == 1 and tokens[0].type == "function" and tokens[0].lower_name in MATH_FUNCTIONS


def _written(tokens: list[Any]) -> str:
    return "".join(token.serialize() for token in tokens)


def _read(text: str, part: list[Any], kind: str) -> float:
    """Read an argument: a number, or a calculation."""
    units = _UNITS[kind]
    number, unit = _calculated(part[0]) if _is_math(part) else _plain(part)
    if unit == "" and number == 0.0 and not _is_math(part):
        return 0.0  # The length 0 and the angle 0 need no unit.
    if unit not in units:
        known = "" if "" in units else f" in {', '.join(units)}"
        _refuse(text, f"{_written(part)!r:.40} is no {kind}{known}")
    if not isfinite(number):
        _refuse(text, f"{_written(part)!r:.40} is beyond the range of numbers")
    return number * units[unit]


def _plain(part: list[Any]) -> tuple[float, str | None]:
    """A number and its unit in lower case; None for what is no single number."""
    token = part[0] if len(part) == 1 else None
    if token is None or token.type not in ("number", "percentage", "dimension"):
        return 0.0, None
    return token.value, token.lower_unit if token.type == "dimension" else "%" if token.type == "percentage" else ""


def _calculated(token: Any) -> tuple[float, str | None]:
    """The result of a math function. NaN becomes 0, and infinity the greatest number, of turns if it is an angle.

    https://www.w3.org/TR/css-values-4/#calc-ieee
    """
    try:
        number, unit = evaluate(token, {}, LENGTH_UNIT_OF)
    except InvalidCss:
        return 0.0, None
    if isnan(number) or (unit == "deg" and not isfinite(number)):
        return 0.0, unit
    return min(max(number, -float_info.max), float_info.max), unit


def _refuse(text: str, why: str) -> NoReturn:
    raise TransformSyntaxError(
        f"a matrix cannot be made of {text!r:.80}: {why}; give a list such as 'matrix(1, 0, 0, 1, 5, 6)' or "
        "'translate(5px, 6px) rotate(90deg)'"
    )
