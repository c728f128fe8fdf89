"""Lengths of CSS in a font: every unit and calculation, in px.

    12pt, 1.5em, 50%, calc(1rem + 2px)  --read_length-->  px

A canvas has no document around it, so what is relative is relative to the standard's default font, 10px sans-serif; and
what is relative to a page's root, to the font that a page has by default, of 16px.
Units that depend on the shapes of a font take CSS's stand-ins, so that reading a font opens no font file.

https://www.w3.org/TR/css-values-4/#lengths
"""

from __future__ import annotations

import math
from typing import Any, Final

from ..paint.calc import calculate
from ..paint.quantities import ANGLE, LENGTH, MATH_FUNCTIONS, NUMBER, UNITS, NotColor, Quantity

__all__ = ["BASE_PX", "NotFont", "is_math", "quantity_of", "read_length"]

BASE_PX: Final = 10.0
"""The size of the standard's default font, 10px sans-serif."""
RELATIVE: Final = {"em": 1.0, "ic": 1.0, "ex": 0.5, "ch": 0.5, "cap": 0.7, "lh": 1.2}
"""Units that are relative to a font, in em."""
ROOT: Final = {f"r{unit}": 16.0 * ems for unit, ems in RELATIVE.items()}
"""Units that are relative to the root of a page, px."""


class NotFont(ValueError):
    """The text breaks the grammar of CSS fonts; the message says where, and what would do."""


def is_math(token: Any) -> bool:
    """Whether a token of tinycss2 is a math function."""
    return token.type == "function" and token.lower_name in MATH_FUNCTIONS


def quantity_of(token: Any, em_px: float, percent_px: float) -> Quantity | None:
    """Read a number, a dimension, a percentage or a math function.

    Parameters
    ----------
    token
        A token of tinycss2.
    em_px
        What 1em is.
    percent_px
        What 100% is.

    Returns
    -------
    Quantity or None
        Lengths and percentages in px; None where the token is nothing of the kind.

    Raises
    ------
    NotFont
        The unit is unknown, or a math function breaks the grammar.
    """
    if token.type == "number":
        return Quantity(token.value, NUMBER)
    if token.type == "percentage":
        return Quantity(token.value * percent_px / 100.0, LENGTH)
    if token.type == "dimension":
        relative = _relative(token, em_px)
        if relative is not None:
            return Quantity(relative, LENGTH)
        unit = UNITS.get(token.lower_unit)
        if unit is None or unit.powers not in (LENGTH, ANGLE):
            raise NotFont(f"{token.serialize()} has a unit that no font has: give px, pt, em or %")
        return Quantity(token.value * unit.value, unit.powers)
    if not is_math(token):
        return None
    try:
        return calculate(_in_px(token, em_px, percent_px), {})
    except NotColor as error:
        raise NotFont(f"{token.serialize()} cannot be calculated: {error}") from None


def read_length(token: Any, em_px: float = BASE_PX, percent_px: float = BASE_PX) -> float | None:
    """Read a length or percentage of 0 or more, in px; None where the token is none. Raises as `quantity_of`."""
    found = quantity_of(token, em_px, percent_px)
    if found is None or found.powers != LENGTH:
        return None
    if is_math(token):  # A calculation is clamped to what is allowed, where a plain number must be it.
        return 0.0 if math.isnan(found.value) else max(found.value, 0.0)
    return found.value if found.value >= 0.0 else None


def _in_px(token: Any, em_px: float, percent_px: float) -> Any:
    """A math function with all relative lengths and percentages in px, which `calculate` knows."""
    from tinycss2.ast import FunctionBlock, ParenthesesBlock

    where = token.source_line, token.source_column
    if token.type == "function":
        return FunctionBlock(*where, token.name, [_in_px(each, em_px, percent_px) for each in token.arguments])
    if token.type == "() block":
        return ParenthesesBlock(*where, [_in_px(each, em_px, percent_px) for each in token.content])
    if token.type == "percentage":
        return _pixels(token, token.value * percent_px / 100.0)
    if token.type == "dimension":
        relative = _relative(token, em_px)
        return token if relative is None else _pixels(token, relative)
    return token


def _relative(token: Any, em_px: float) -> float | None:
    """A relative length in px; None for another unit."""
    unit = token.lower_unit
    if unit in RELATIVE:
        return float(token.value * RELATIVE[unit] * em_px)
    return float(token.value * ROOT[unit]) if unit in ROOT else None


def _pixels(token: Any, value: float) -> Any:
    from tinycss2.ast import DimensionToken

    return DimensionToken(token.source_line, token.source_column, value, None, repr(value), "px")
