"""quantities: values with units, and the math functions of CSS on them.

    10% * 2 --multiply--> 20 of percent^1          1in / 1px --divide--> 96 of length^0, a number

Quantities of any units can be multiplied and divided, but only those of equal units added and compared. NumPy is used
for arithmetic, since it gives infinities and NaN where Python raises; the caller silences its warnings.

https://www.w3.org/TR/css-values-4/#math and https://www.w3.org/TR/css-typed-om-1/#numeric-typing
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

__all__ = [
    *("ANGLE", "LENGTH", "LENGTH_UNIT_OF", "MATH_FUNCTIONS", "NUMBER", "PERCENT", "ROUNDINGS", "UNITS", "UNIT_OF"),
    *("InvalidCss", "Quantity", "add", "clamp", "divide", "multiply", "round_to"),
]


class InvalidCss(ValueError):
    """The text breaks the grammar of CSS."""


Powers = tuple[int, int, int, int, int, int]
"""The exponents of percentage, angle, length, time, frequency and resolution in the unit of a quantity."""


class Quantity(NamedTuple):
    """A value in percent, degrees, pixels, seconds, hertz and dots per pixel, to some powers."""

    value: float
    powers: Powers


NUMBER: Final[Powers] = (0, 0, 0, 0, 0, 0)
PERCENT: Final[Powers] = (1, 0, 0, 0, 0, 0)
ANGLE: Final[Powers] = (0, 1, 0, 0, 0, 0)
LENGTH: Final[Powers] = (0, 0, 1, 0, 0, 0)
_TIME: Final[Powers] = (0, 0, 0, 1, 0, 0)
_FREQUENCY: Final[Powers] = (0, 0, 0, 0, 1, 0)
_RESOLUTION: Final[Powers] = (0, 0, 0, 0, 0, 1)
UNIT_OF: Final = {NUMBER: "", PERCENT: "%", ANGLE: "deg"}
"""The units that a channel of a colour may have."""
LENGTH_UNIT_OF: Final = {**UNIT_OF, LENGTH: "px"}
"""The units that an argument of a filter may have."""
UNITS: Final = {
    "deg": Quantity(1.0, ANGLE),
    "grad": Quantity(0.9, ANGLE),
    "rad": Quantity(math.degrees(1.0), ANGLE),
    "turn": Quantity(360.0, ANGLE),
    "px": Quantity(1.0, LENGTH),
    "cm": Quantity(96 / 2.54, LENGTH),
    "mm": Quantity(96 / 25.4, LENGTH),
    "q": Quantity(96 / 101.6, LENGTH),
    "in": Quantity(96.0, LENGTH),
    "pt": Quantity(96 / 72, LENGTH),
    "pc": Quantity(16.0, LENGTH),
    "s": Quantity(1.0, _TIME),
    "ms": Quantity(0.001, _TIME),
    "hz": Quantity(1.0, _FREQUENCY),
    "khz": Quantity(1000.0, _FREQUENCY),
    "dppx": Quantity(1.0, _RESOLUTION),
    "x": Quantity(1.0, _RESOLUTION),
    "dpi": Quantity(1 / 96, _RESOLUTION),
    "dpcm": Quantity(2.54 / 96, _RESOLUTION),
}


# -- arithmetic ------------------------------------------------------------------------------------------------


def add(a: Quantity, b: Quantity, sign: int = 1) -> Quantity:
    """Add a quantity of the same kind, or subtract it."""
    return Quantity(a.value + sign * b.value, _common(a, b))


def multiply(a: Quantity, b: Quantity) -> Quantity:
    """Multiply two quantities of any kinds."""
    return Quantity(a.value * b.value, _powers(p + q for p, q in zip(a.powers, b.powers, strict=True)))


def divide(a: Quantity, b: Quantity) -> Quantity:
    """Divide two quantities of any kinds."""
    return Quantity(float(np.divide(a.value, b.value)), _powers(p - q for p, q in zip(a.powers, b.powers, strict=True)))


def _powers(powers: Any) -> Powers:
    percent, angle, length, time, frequency, resolution = powers
    return percent, angle, length, time, frequency, resolution


def _common(*quantities: Quantity) -> Powers:
    """The dimensions of quantities that can be added and compared."""
    powers = quantities[0].powers
    if any(other.powers != powers for other in quantities):
        raise InvalidCss("numbers, percentages and angles cannot be added to each other")
    return powers


def _plain(*quantities: Quantity) -> list[float]:
    """The values of quantities that must be numbers."""
    if _common(*quantities) != NUMBER:
        raise InvalidCss("only a number can stand here")
    return [quantity.value for quantity in quantities]


def _radians(a: Quantity) -> float:
    if a.powers == ANGLE:
        return math.radians(a.value)
    return _plain(a)[0]


def _degrees(radians: Any) -> Quantity:
    return Quantity(math.degrees(float(radians)), ANGLE)


def _number(value: Any) -> Quantity:
    return Quantity(float(value), NUMBER)


# -- the functions ---------------------------------------------------------------------------------------------


def _min(*quantities: Quantity) -> Quantity:
    return Quantity(float(np.min([q.value for q in quantities])), _common(*quantities))


def _max(*quantities: Quantity) -> Quantity:
    return Quantity(float(np.max([q.value for q in quantities])), _common(*quantities))


def clamp(low: Quantity | None, middle: Quantity, high: Quantity | None) -> Quantity:
    """Keep a value between two others; None is no bound. The lower bound wins."""
    upper = middle if high is None else _min(middle, high)
    return upper if low is None else _max(low, upper)


ROUNDINGS: Final = frozenset(("nearest", "up", "down", "to-zero"))


def round_to(strategy: str, a: Quantity, step: Quantity | None = None) -> Quantity:
    """Round to a multiple of the step, 1 where none is given."""
    step = step or Quantity(1.0, NUMBER)
    powers, value, size = _common(a, step), a.value, abs(step.value)
    if math.isinf(size) and math.isfinite(value):
        goes_far = value > 0 if strategy == "up" else value < 0 and strategy == "down"
        return Quantity(math.copysign(math.inf if goes_far else 0.0, value), powers)
    if math.isinf(value) and 0 < size < math.inf:
        return a
    lower, upper = float(np.floor(np.divide(value, size))) * size, float(np.ceil(np.divide(value, size))) * size
    if strategy == "nearest":
        goes_up = upper - value <= value - lower
    else:
        goes_up = strategy == "up" or strategy == "to-zero" and value < 0
    return Quantity(upper if goes_up else lower, powers)


def _mod(a: Quantity, b: Quantity) -> Quantity:
    """The remainder that has the sign of the divisor."""
    if math.isinf(b.value) and a.value * b.value < 0:
        return Quantity(math.nan, _common(a, b))
    rest = _rem(a, b)
    return rest if rest.value * b.value >= 0 or math.isnan(rest.value) else add(rest, b)


def _rem(a: Quantity, b: Quantity) -> Quantity:
    """The remainder that has the sign of the dividend."""
    return Quantity(float(np.fmod(a.value, b.value)), _common(a, b))


def _tan(a: Quantity) -> Quantity:
    if a.powers == ANGLE and math.isfinite(a.value) and a.value % 180.0 == 90.0:
        return _number(math.inf if a.value % 360.0 == 90.0 else -math.inf)
    return _number(np.tan(_radians(a)))


def _log(a: Quantity, base: Quantity | None = None) -> Quantity:
    logarithm = np.log(_plain(a)[0])
    return _number(logarithm if base is None else np.divide(logarithm, np.log(_plain(base)[0])))


def _pow(a: Quantity, b: Quantity) -> Quantity:
    base, exponent = _plain(a, b)
    return _number(np.power(base, exponent))


def _atan2(y: Quantity, x: Quantity) -> Quantity:
    _common(y, x)
    return _degrees(np.arctan2(y.value, x.value))


def _hypot(*quantities: Quantity) -> Quantity:
    return Quantity(float(np.hypot.reduce([q.value for q in quantities], initial=0.0)), _common(*quantities))


def _sign(a: Quantity) -> Quantity:
    return _number(np.sign(a.value) if a.value else a.value)


def _progress(value: Quantity, start: Quantity, end: Quantity) -> Quantity:
    """How far a value is on the way from one to another, 0 to 1. https://www.w3.org/TR/css-values-5/#progress-func"""
    _common(value, start, end)
    if start.value == end.value:
        return _number(1.0 if value.value > start.value else 0.0)
    return _number(np.clip(np.divide(value.value - start.value, end.value - start.value), 0.0, 1.0))


_MANY: Final = 1_000
"""Most arguments of a function with any number of them."""

MATH_FUNCTIONS: Final[dict[str, tuple[int, int, Callable[..., Quantity]]]] = {
    "calc": (1, 1, lambda a: a),
    "min": (1, _MANY, _min),
    "max": (1, _MANY, _max),
    "clamp": (3, 3, clamp),
    "round": (1, 2, lambda *args: round_to("nearest", *args)),
    "mod": (2, 2, _mod),
    "rem": (2, 2, _rem),
    "sin": (1, 1, lambda a: _number(np.sin(_radians(a)))),
    "cos": (1, 1, lambda a: _number(np.cos(_radians(a)))),
    "tan": (1, 1, _tan),
    "asin": (1, 1, lambda a: _degrees(np.arcsin(_plain(a)[0]))),
    "acos": (1, 1, lambda a: _degrees(np.arccos(_plain(a)[0]))),
    "atan": (1, 1, lambda a: _degrees(np.arctan(_plain(a)[0]))),
    "atan2": (2, 2, _atan2),
    "pow": (2, 2, _pow),
    "sqrt": (1, 1, lambda a: _number(np.sqrt(_plain(a)[0]))),
    "hypot": (1, _MANY, _hypot),
    "log": (1, 2, _log),
    "exp": (1, 1, lambda a: _number(np.exp(_plain(a)[0]))),
    "abs": (1, 1, lambda a: Quantity(abs(a.value), a.powers)),
    "sign": (1, 1, _sign),
    "progress": (3, 3, _progress),
}
"""Math functions by name, in lower case: the least and greatest number of arguments, and the implementation."""
