"""The math functions of CSS: ``calc()``, ``min()``, ``round()``, ``sin()`` and the rest, from tokens to a number.

    token --arguments, terms, factors--> quantities (a value and its dimensions) --> a value with "", "%" or "deg"

Quantities are multiplied and divided whatever their units are, as long as what is left in the end is a number, a
percentage or an angle: ``calc(90deg / 1turn)`` is 0.25. A length that depends on a font or a window is refused, because
a colour has neither. NumPy calculates, since it goes on with infinities and NaN where Python raises.

https://www.w3.org/TR/css-values-4/#math
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

__all__ = ["MATH_FUNCTIONS", "NotColor", "evaluate", "split_at_commas"]


class NotColor(ValueError):
    """The text breaks the grammar of CSS colours."""


Powers = tuple[int, int, int, int, int, int]
"""The powers of percentage, angle, length, time, frequency and resolution that a quantity is made of."""


class Quantity(NamedTuple):
    """A value in percent, degrees, pixels, seconds, hertz and dots per pixel, to some powers."""

    value: float
    powers: Powers


Names = Mapping[str, float]
"""Words that stand for numbers, in lower case: the channels of a relative colour."""

_NUMBER: Final[Powers] = (0, 0, 0, 0, 0, 0)
_PERCENT: Final[Powers] = (1, 0, 0, 0, 0, 0)
_ANGLE: Final[Powers] = (0, 1, 0, 0, 0, 0)
_LENGTH: Final[Powers] = (0, 0, 1, 0, 0, 0)
_TIME: Final[Powers] = (0, 0, 0, 1, 0, 0)
_FREQUENCY: Final[Powers] = (0, 0, 0, 0, 1, 0)
_RESOLUTION: Final[Powers] = (0, 0, 0, 0, 0, 1)
_UNIT_OF: Final = {_NUMBER: "", _PERCENT: "%", _ANGLE: "deg"}
_UNITS: Final = {
    "deg": Quantity(1.0, _ANGLE),
    "grad": Quantity(0.9, _ANGLE),
    "rad": Quantity(math.degrees(1.0), _ANGLE),
    "turn": Quantity(360.0, _ANGLE),
    "px": Quantity(1.0, _LENGTH),
    "cm": Quantity(96 / 2.54, _LENGTH),
    "mm": Quantity(96 / 25.4, _LENGTH),
    "q": Quantity(96 / 101.6, _LENGTH),
    "in": Quantity(96.0, _LENGTH),
    "pt": Quantity(96 / 72, _LENGTH),
    "pc": Quantity(16.0, _LENGTH),
    "s": Quantity(1.0, _TIME),
    "ms": Quantity(0.001, _TIME),
    "hz": Quantity(1.0, _FREQUENCY),
    "khz": Quantity(1000.0, _FREQUENCY),
    "dppx": Quantity(1.0, _RESOLUTION),
    "x": Quantity(1.0, _RESOLUTION),
    "dpi": Quantity(1 / 96, _RESOLUTION),
    "dpcm": Quantity(2.54 / 96, _RESOLUTION),
}
_CONSTANTS: Final = {"e": math.e, "pi": math.pi, "infinity": math.inf, "-infinity": -math.inf, "nan": math.nan}


def evaluate(token: Any, names: Names) -> tuple[float, str]:
    """Calculate a math function.

    Parameters
    ----------
    token
        A token of tinycss2, of a function that is in `MATH_FUNCTIONS`.
    names
        Words that stand for numbers inside of it.

    Returns
    -------
    value, unit
        The unit is ``""``, ``"%"`` or ``"deg"``. The value may be infinite or NaN.

    Raises
    ------
    NotColor
        The function breaks the grammar, mixes kinds, or is in another unit.
    """
    with np.errstate(all="ignore"):
        value, powers = _function(token, names)
    unit = _UNIT_OF.get(powers)
    if unit is None:
        raise NotColor("a channel is a number, a percentage or an angle")
    return value, unit


# -- the grammar -----------------------------------------------------------------------------------------------


def split_at_commas(tokens: list[Any]) -> list[list[Any]]:
    """Cut a function's arguments at its commas."""
    groups: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def _function(token: Any, names: Names) -> Quantity:
    arguments = split_at_commas(token.arguments)
    if token.lower_name == "clamp" and len(arguments) == 3:
        return _clamp(arguments, names)
    if token.lower_name == "round" and _word(arguments[0]) in _ROUNDINGS:
        return _round(_word(arguments[0]), *_quantities(arguments[1:], names, 1, 2))
    least, most, calculate = MATH_FUNCTIONS[token.lower_name]
    return calculate(*_quantities(arguments, names, least, most))


def _quantities(arguments: list[list[Any]], names: Names, least: int, most: int) -> list[Quantity]:
    if not least <= len(arguments) <= most:
        raise NotColor("a math function has too few or too many arguments")
    return [_sum(tokens, names) for tokens in arguments]


def _word(tokens: list[Any]) -> str:
    """The one word that stands here, in lower case; an empty one where something else does."""
    tokens = [token for token in tokens if token.type != "whitespace"]
    return str(tokens[0].lower_value) if len(tokens) == 1 and tokens[0].type == "ident" else ""


def _sum(tokens: list[Any], names: Names) -> Quantity:
    """Add terms. There is white space on both sides of a plus or minus."""
    total, sign, start = Quantity(0.0, _NUMBER), 0, 0
    for index, token in enumerate([*tokens, None]):
        if token is not None and token not in ("+", "-"):
            continue
        term = _product(tokens[start:index], names)
        total = _add(total, term, sign) if sign else term
        if token is not None and not _is_between_spaces(tokens, index):
            raise NotColor("there is no white space around a plus or minus")
        sign, start = -1 if token == "-" else 1, index + 1
    return total


def _is_between_spaces(tokens: list[Any], index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index - 1].type == tokens[index + 1].type == "whitespace"


def _product(tokens: list[Any], names: Names) -> Quantity:
    """Multiply and divide factors, from left to right."""
    product, operator, start = Quantity(1.0, _NUMBER), "*", 0
    for index, token in enumerate([*tokens, None]):
        if token is None or token in ("*", "/"):
            factor = _factor(tokens[start:index], names)
            product = _multiply(product, factor) if operator == "*" else _divide(product, factor)
            operator, start = getattr(token, "value", ""), index + 1
    return product


def _factor(tokens: list[Any], names: Names) -> Quantity:
    """Read a number, a word for one, a math function, or a sum in parentheses."""
    tokens = [token for token in tokens if token.type != "whitespace"]
    if len(tokens) != 1:
        raise NotColor("there is not one value between two operators")
    token = tokens[0]
    if token.type == "number":
        return Quantity(token.value, _NUMBER)
    if token.type == "percentage":
        return Quantity(token.value, _PERCENT)
    if token.type == "dimension" and token.lower_unit in _UNITS:
        return _multiply(Quantity(token.value, _NUMBER), _UNITS[token.lower_unit])
    if token.type == "ident":
        value = names.get(token.lower_value, _CONSTANTS.get(token.lower_value))
        if value is not None:
            return Quantity(value, _NUMBER)
    if token.type == "() block":
        return _sum(token.content, names)
    if token.type == "function" and token.lower_name in MATH_FUNCTIONS:
        return _function(token, names)
    raise NotColor("this is nothing to calculate with")


# -- arithmetic ------------------------------------------------------------------------------------------------


def _add(a: Quantity, b: Quantity, sign: int) -> Quantity:
    return Quantity(a.value + sign * b.value, _common(a, b))


def _multiply(a: Quantity, b: Quantity) -> Quantity:
    return Quantity(a.value * b.value, _powers(p + q for p, q in zip(a.powers, b.powers, strict=True)))


def _divide(a: Quantity, b: Quantity) -> Quantity:
    return Quantity(float(np.divide(a.value, b.value)), _powers(p - q for p, q in zip(a.powers, b.powers, strict=True)))


def _powers(powers: Any) -> Powers:
    percent, angle, length, time, frequency, resolution = powers
    return percent, angle, length, time, frequency, resolution


def _common(*quantities: Quantity) -> Powers:
    """The dimensions of quantities that can be added and compared."""
    powers = quantities[0].powers
    if any(other.powers != powers for other in quantities):
        raise NotColor("numbers, percentages and angles cannot be added to each other")
    return powers


def _plain(*quantities: Quantity) -> list[float]:
    """The values of quantities that must be numbers."""
    if _common(*quantities) != _NUMBER:
        raise NotColor("only a number can stand here")
    return [quantity.value for quantity in quantities]


def _radians(a: Quantity) -> float:
    if a.powers == _ANGLE:
        return math.radians(a.value)
    return _plain(a)[0]


def _degrees(radians: Any) -> Quantity:
    return Quantity(math.degrees(float(radians)), _ANGLE)


def _number(value: Any) -> Quantity:
    return Quantity(float(value), _NUMBER)


# -- the functions ---------------------------------------------------------------------------------------------


def _min(*quantities: Quantity) -> Quantity:
    return Quantity(float(np.min([q.value for q in quantities])), _common(*quantities))


def _max(*quantities: Quantity) -> Quantity:
    return Quantity(float(np.max([q.value for q in quantities])), _common(*quantities))


def _clamp(arguments: list[list[Any]], names: Names) -> Quantity:
    """Keep a value between two others. ``none`` is no bound; the lower bound wins."""
    low, middle, high = (None if _word(tokens) == "none" else _sum(tokens, names) for tokens in arguments)
    if middle is None:
        raise NotColor("clamp() has no value")
    upper = middle if high is None else _min(middle, high)
    return upper if low is None else _max(low, upper)


_ROUNDINGS: Final = frozenset(("nearest", "up", "down", "to-zero"))


def _round(strategy: str, a: Quantity, step: Quantity | None = None) -> Quantity:
    """Round to a multiple of the step, 1 where none is given."""
    step = step or Quantity(1.0, _NUMBER)
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
    return rest if rest.value * b.value >= 0 or math.isnan(rest.value) else _add(rest, b, 1)


def _rem(a: Quantity, b: Quantity) -> Quantity:
    """The remainder that has the sign of what is divided."""
    return Quantity(float(np.fmod(a.value, b.value)), _common(a, b))


def _tan(a: Quantity) -> Quantity:
    if a.powers == _ANGLE and math.isfinite(a.value) and a.value % 180.0 == 90.0:
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


_MANY: Final = 1_000
"""Arguments of a function that takes any number of them, far more than a colour needs."""

MATH_FUNCTIONS: Final[dict[str, tuple[int, int, Callable[..., Quantity]]]] = {
    "calc": (1, 1, lambda a: a),
    "min": (1, _MANY, _min),
    "max": (1, _MANY, _max),
    "clamp": (3, 3, _max),  # Read by `_clamp`: its bounds may be ``none``.
    "round": (1, 2, lambda *args: _round("nearest", *args)),
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
}
"""Math functions by their names in lower case: the least and the most arguments, and what they come to."""
