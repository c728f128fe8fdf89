"""calc: evaluates the math functions of CSS: ``calc()``, ``min()``, ``round()``, ``sin()`` and the others.

    token --arguments, terms, factors--> quantities, a value and its kind --> a value with "", "%" or "deg"

Operands may have any unit, as long as the result is a number, a percentage, an angle or, for filters and transforms, a
length: ``calc(90deg / 1turn)`` is 0.25. Lengths that depend on a font are computed before (`fontunits.py`).

https://www.w3.org/TR/css-values-4/#math
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from .quantities import (
    MATH_FUNCTIONS,
    NUMBER,
    PERCENT,
    ROUNDINGS,
    UNIT_OF,
    UNITS,
    InvalidCss,
    Powers,
    Quantity,
    add,
    clamp,
    divide,
    multiply,
    round_to,
)

__all__ = ["Names", "calculate", "evaluate", "split_at_commas"]

Names = Mapping[str, float]
"""Keywords for numbers, in lower case: the channels of a relative colour."""

_CONSTANTS: Final = {"e": math.e, "pi": math.pi, "infinity": math.inf, "-infinity": -math.inf, "nan": math.nan}


def evaluate(token: Any, names: Names, units: Mapping[Powers, str] = UNIT_OF) -> tuple[float, str]:
    """Calculate a math function.

    Parameters
    ----------
    token
        A token of tinycss2, of a function that is in `MATH_FUNCTIONS`.
    names
        Keywords for numbers inside the function.
    units
        The units that the result may have.

    Returns
    -------
    value, unit
        The unit is ``""``, ``"%"``, ``"deg"`` or, where that may be, ``"px"``. The value may be infinite or NaN.

    Raises
    ------
    InvalidCss
        The function breaks the grammar, mixes kinds, or is in another unit.
    """
    value, powers = calculate(token, names)
    unit = units.get(powers)
    if unit is None:
        raise InvalidCss("a channel is a number, a percentage or an angle")
    return value, unit


def calculate(token: Any, names: Names) -> Quantity:
    """Calculate a math function whose result may be in any unit: lengths are in px. See `evaluate`."""
    with np.errstate(all="ignore"):
        return _function(token, names)


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
        low, middle, high = (None if _word(tokens) == "none" else _sum(tokens, names) for tokens in arguments)
        if middle is None:
            raise InvalidCss("clamp() has no value")
        return clamp(low, middle, high)
    if token.lower_name == "round" and _word(arguments[0]) in ROUNDINGS:
        return round_to(_word(arguments[0]), *_quantities(arguments[1:], names, 1, 2))
    least, most, calculate = MATH_FUNCTIONS[token.lower_name]
    return calculate(*_quantities(arguments, names, least, most))


def _quantities(arguments: list[list[Any]], names: Names, least: int, most: int) -> list[Quantity]:
    if not least <= len(arguments) <= most:
        raise InvalidCss("a math function has too few or too many arguments")
    return [_sum(tokens, names) for tokens in arguments]


def _word(tokens: list[Any]) -> str:
    """The single keyword among the tokens, in lower case; empty for anything else."""
    tokens = [token for token in tokens if token.type != "whitespace"]
    return str(tokens[0].lower_value) if len(tokens) == 1 and tokens[0].type == "ident" else ""


def _sum(tokens: list[Any], names: Names) -> Quantity:
    """Add terms. CSS requires white space on both sides of a plus or minus."""
    total, sign, start = Quantity(0.0, NUMBER), 0, 0
    for index, token in enumerate([*tokens, None]):
        if token is not None and token not in ("+", "-"):
            continue
        term = _product(tokens[start:index], names)
        total = add(total, term, sign) if sign else term
        if token is not None and not _is_between_spaces(tokens, index):
            raise InvalidCss("there is no white space around a plus or minus")
        sign, start = -1 if token == "-" else 1, index + 1
    return total


def _is_between_spaces(tokens: list[Any], index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index - 1].type == tokens[index + 1].type == "whitespace"


def _product(tokens: list[Any], names: Names) -> Quantity:
    """Multiply and divide factors, from left to right."""
    product, operator, start = Quantity(1.0, NUMBER), "*", 0
    for index, token in enumerate([*tokens, None]):
        if token is None or token in ("*", "/"):
            factor = _factor(tokens[start:index], names)
            product = multiply(product, factor) if operator == "*" else divide(product, factor)
            operator, start = getattr(token, "value", ""), index + 1
    return product


def _factor(tokens: list[Any], names: Names) -> Quantity:
    """Read a number, a keyword, a math function, or a sum in parentheses."""
    tokens = [token for token in tokens if token.type != "whitespace"]
    if len(tokens) != 1:
        raise InvalidCss("there is not one value between two operators")
    token = tokens[0]
    if token.type == "number":
        return Quantity(token.value, NUMBER)
    if token.type == "percentage":
        return Quantity(token.value, PERCENT)
    if token.type == "dimension" and token.lower_unit in UNITS:
        return multiply(Quantity(token.value, NUMBER), UNITS[token.lower_unit])
    if token.type == "ident":
        value = names.get(token.lower_value, _CONSTANTS.get(token.lower_value))
        if value is not None:
            return Quantity(value, NUMBER)
    if token.type == "() block":
        return _sum(token.content, names)
    if token.type == "function" and token.lower_name in MATH_FUNCTIONS:
        return _function(token, names)
    raise InvalidCss("this is nothing to calculate with")
