"""channels: reads one channel of a colour function: from its token to a number in the units of its model."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Any, Final

from ..css.calc import Names, evaluate
from ..css.quantities import MATH_FUNCTIONS, InvalidCss
from .models import Model, Triple
from .spaces import Units, cut

__all__ = ["bound", "is_math", "read_number", "unit_of"]

_NO_NAMES: Final[Names] = {}


def is_math(token: Any) -> bool:
    """Whether a token is a math function."""
    return token.type == "function" and token.lower_name in MATH_FUNCTIONS


def unit_of(token: Any, names: Names = _NO_NAMES) -> tuple[float, str]:
    """Read a number, or evaluate a math function; returns the value and its unit in lower case.

    Raises
    ------
    InvalidCss
        The token is no number.
    """
    if token.type == "number":
        return token.value, ""
    if token.type == "percentage":
        return token.value, "%"
    if token.type == "dimension":
        return token.value, token.lower_unit
    if not is_math(token):
        raise InvalidCss("this is no number")
    value, unit = evaluate(token, names)
    # NaN becomes 0, and so does an infinite angle.
    return (0.0 if isnan(value) or unit == "deg" and not isfinite(value) else value), unit


def read_number(token: Any, units: Units, names: Names = _NO_NAMES) -> float | None:
    """Read a channel or alpha; None is ``none``.

    Raises
    ------
    InvalidCss
        The token is not allowed there.
    """
    if token.type == "ident" and token.lower_value == "none":
        return None
    value, unit = unit_of(token, names)
    if unit not in units:
        raise InvalidCss("a channel does not have this unit")
    if "deg" in units and not isfinite(value) and is_math(token):
        return 0.0
    return value * units[unit]


def bound(channels: Triple, model: Model) -> Triple:
    """Clamp channels to the bounds of the model."""
    x, y, z = (
        None if v is None else cut(min(max(v, least), most))
        for v, (least, most) in zip(channels, model.bounds, strict=True)
    )
    return x, y, z
