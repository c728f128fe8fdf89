"""lengths: CSS lengths of every unit, and calculations, in px.

    12pt, 1.5em, 50%, calc(1rem + 2px)  --read_length-->  px

A canvas has no document around it. So font-relative units are relative to the standard's default font, 10px sans-serif,
and root-relative units to a page's default font of 16px. Units that depend on a font's glyphs use CSS's fallback
values, so that parsing a font opens no font file.

https://www.w3.org/TR/css-values-4/#lengths
"""

from __future__ import annotations

import math
from typing import Any, Final

from ..css.calc import calculate
from ..css.fontunits import NO_WINDOW, FontUnits, in_px, is_of_window
from ..css.quantities import ANGLE, LENGTH, MATH_FUNCTIONS, NUMBER, UNITS, InvalidCss, Quantity

__all__ = ["BASE_PX", "DEFAULT_UNITS", "NotFont", "is_math", "quantity_of", "read_length"]

BASE_PX: Final = 10.0
"""The size of the standard's default font, 10px sans-serif."""
DEFAULT_UNITS: Final = FontUnits.of(BASE_PX)
"""The units of that font, by CSS's fallback values."""


class NotFont(ValueError):
    """The text is not in the grammar of CSS fonts; the message says where, and what would be."""


def is_math(token: Any) -> bool:
    """Whether a token of tinycss2 is a math function."""
    return token.type == "function" and token.lower_name in MATH_FUNCTIONS


def quantity_of(token: Any, font: FontUnits, percent_px: float) -> Quantity | None:
    """Read a number, a dimension, a percentage or a math function.

    Parameters
    ----------
    token
        A token of tinycss2.
    font
        The font that lengths are relative to.
    percent_px
        The length of 100%, px.

    Returns
    -------
    Quantity or None
        Lengths and percentages in px; None if the token is neither a number nor a math function.

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
        relative = font.px_of(token.lower_unit)
        if relative is not None:
            return Quantity(token.value * relative, LENGTH)
        unit = UNITS.get(token.lower_unit)
        if unit is None and is_of_window(token):
            raise NotFont(f"{token.serialize()} {NO_WINDOW}")
        if unit is None or unit.powers not in (LENGTH, ANGLE):
            raise NotFont(f"{token.serialize()} has a unit that no font has: give px, pt, em or %")
        return Quantity(token.value * unit.value, unit.powers)
    if not is_math(token):
        return None
    try:
        return calculate(in_px(token, font, percent_px), {})
    except InvalidCss as error:
        if is_of_window(token):
            raise NotFont(f"{token.serialize()} {NO_WINDOW}") from None
        raise NotFont(f"{token.serialize()} cannot be calculated: {error}") from None


def read_length(token: Any, font: FontUnits = DEFAULT_UNITS, percent_px: float = BASE_PX) -> float | None:
    """Return a length or percentage of 0 or more in px; None for other tokens. Raises as `quantity_of` does."""
    found = quantity_of(token, font, percent_px)
    if found is None or found.powers != LENGTH:
        return None
    if is_math(token):  # A calculation is clamped to the allowed range; a plain number must be in it.
        return 0.0 if math.isnan(found.value) else max(found.value, 0.0)
    return found.value if found.value >= 0.0 else None
