"""The whole grammar of CSS colours: comments, escapes, open brackets, ``none``, no space between numbers.

    text --tinycss2--> tokens --grammar--> a space, its channels --> sRGB

tinycss2 cuts the text into tokens and knows the names; its own reader of functions is laxer than the standard, so the
grammar stands here. It is imported for the first text that `quick` leaves to `read`.

https://www.w3.org/TR/css-color-4/
"""

from __future__ import annotations

from typing import Any

from .named import SYSTEM_COLORS, Rgba
from .spaces import ALPHA, COLOR_SPACES, FUNCTIONS, Space, Units, clip

__all__ = ["read"]


def read(text: str) -> Rgba | None:
    """Read any CSS colour: straight sRGB, clipped to 0..1; None where the text is none."""
    from tinycss2 import parse_one_component_value
    from tinycss2.color4 import parse_color

    try:
        token = parse_one_component_value(text, skip_comments=True)
    except ValueError:
        # Python refuses to read an integer of thousands of digits.
        return None
    if token.type == "function":
        return _read_function(token)
    if token.type not in ("ident", "hash"):
        return None
    if token.type == "ident" and token.lower_value in SYSTEM_COLORS:
        return SYSTEM_COLORS[token.lower_value]
    found = parse_color(token)
    if found == "currentcolor":
        return 0.0, 0.0, 0.0, 1.0
    if found is None:
        return None
    r, g, b = found.coordinates
    return clip(r, g, b, found.alpha)


def _read_function(token: Any) -> Rgba | None:
    """Read a colour function's token, or give None where it breaks the grammar of CSS Color 4."""
    arguments = [item for item in token.arguments if item.type not in ("whitespace", "comment")]
    space = FUNCTIONS.get(token.lower_name)
    if token.lower_name == "color" and arguments and arguments[0].type == "ident":
        space = COLOR_SPACES.get(arguments.pop(0).lower_value)
    if space is None:
        return None
    if space in (FUNCTIONS["rgb"], FUNCTIONS["hsl"]) and any(item == "," for item in arguments):
        if len(arguments) not in (5, 7) or any(item != "," for item in arguments[1::2]):
            return None
        arguments = arguments[::2]
        if not _is_legacy(space, [item.type for item in arguments]):
            return None
    elif len(arguments) == 5 and arguments[3] == "/":
        del arguments[3]
    elif len(arguments) != 3:
        return None
    values = [_number(item, units) for item, units in zip(arguments, (*space.units, ALPHA), strict=False)]
    if None in values:
        return None
    x, y, z, alpha = (float(v or 0.0) for v in (*values, 1.0)[:4])
    return clip(*space.to_srgb(x, y, z), alpha)


def _is_legacy(space: Space, types: list[str]) -> bool:
    """Whether the argument types fit the syntax with commas, which knows no ``none`` and mixes no kinds."""
    if "ident" in types:
        return False
    if space is FUNCTIONS["hsl"]:
        return types[1:3] == ["percentage", "percentage"]
    return types[:3] in (["number"] * 3, ["percentage"] * 3)


def _number(token: Any, units: Units) -> float | None:
    """Value of a channel or alpha; ``none`` is 0. None where such a token cannot stand there."""
    if token.type == "ident":
        return 0.0 if token.lower_value == "none" else None
    if token.type not in ("number", "percentage", "dimension"):
        return None
    factor = units.get(_unit(token))
    return None if factor is None else token.value * factor


def _unit(token: Any) -> str:
    """What stands behind a number, in lower case."""
    if token.type == "percentage":
        return "%"
    return str(token.lower_unit) if token.type == "dimension" else ""
