"""quick: reads the common forms of colours fast: hexadecimal digits, names, and plain colour functions.

A regular expression splits a function. A text that it does not match may still be a colour, with comments, escapes,
``none``, calculations or numbers without spaces: `csscolor` reads those. Where `read` returns a colour, `csscolor.read`
returns the same, to the bit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .named import BYTES, NAMED_COLORS, SYSTEM_COLORS, Rgba
from .spaces import ALPHA, COLOR_SPACES, FUNCTIONS, clip
from .wide import LEGACY, WideColor

__all__ = ["read", "read_digits"]

_from_hex = bytes.fromhex
_SPACES: Final = " \t\n\r\f"
"""White space in CSS, which is less than in Python."""

_RGB: Final = FUNCTIONS["rgb"]
_HSL: Final = FUNCTIONS["hsl"]
_RGB_PERCENT: Final = _RGB.units[0]["%"]
_BY_START: Final = {(name, None): space for name, space in FUNCTIONS.items()} | {
    ("color", name): space for name, space in COLOR_SPACES.items()
}
_DIGITS: Final = {digit: BYTES[17 * int(digit, 16)] for digit in "0123456789abcdefABCDEF"}
_KEYWORDS: Final = SYSTEM_COLORS | NAMED_COLORS
_NUMBERS: Final = {text: float(text) for text in [*map(str, range(361)), *(f"{n / 100:g}" for n in range(1, 100))]}
"""The usual numbers in colours: a look-up takes a third of the time of `float`."""

# Possessive quantifiers (`++`): backtracking must not split a number in two. They are used for single characters only,
# since the first releases of Python 3.11 have a bug with groups.
_GAP: Final = rf"[{_SPACES}]*+"
_SPACE: Final = rf"[{_SPACES}]++"
# This also matches texts that are no numbers, which `float` refuses, except for a point at the end, excluded here. The
# bound excludes numbers of thousands of digits, which tinycss2 cannot read.
_DECIMAL: Final = r"[-+.0-9]{,40}+(?<!\.)"


def _matcher(start: str, x: str, yz: str, alpha: str) -> Callable[[str], re.Match[str] | None]:
    """A matcher of a function, from the patterns of its start, its channels, and alpha."""
    second = rf"(?:{_GAP}(?P<comma>,){_GAP}|{_SPACE})"
    third = rf"(?(comma){_GAP},{_GAP}|{_SPACE})"
    end = rf"(?:\)|(?(comma),|/){_GAP}{alpha}{_GAP}\))"
    return re.compile(start + _GAP + x + second + yz + third + yz + _GAP + end).fullmatch


_ANY: Final = rf"({_DECIMAL}(?:e[-+]?[0-9]{{1,9}}+)?)([a-z%]*+)"
_match_function: Final = _matcher(rf"([a-z]++)\({_GAP}(?:([a-z][a-z0-9-]*+){_SPACE})?", _ANY, _ANY, _ANY)
_ALPHA: Final = f"({_DECIMAL})(%?)"
_COMMON: Final = {
    "rgb": (_matcher(r"rgba?\(", f"({_DECIMAL})(?P<unit>%?)", f"({_DECIMAL})(?P=unit)", _ALPHA), _RGB.to_srgb),
    "hsl": (_matcher(r"hsla?\(", f"({_DECIMAL})(?P<unit>)(?:deg)?", f"({_DECIMAL})%", _ALPHA), _HSL.to_srgb),
}
"""Matchers of the most common functions, by their first letters, for units that need no look-up."""


def read(text: str) -> Rgba | None:
    """Read a colour in a common form: straight sRGB, clamped to 0..1; None where `csscolor.read` has to decide."""
    if text[:1] == "#":
        return read_digits(text)
    rgba = _read_function(text) if text[-1:] == ")" else _KEYWORDS.get(text)
    # ASCII only: some other letters, such as the kelvin sign, have an ASCII letter as their lower case.
    if rgba is None and text.isascii():
        plain = text.strip(_SPACES).lower()
        if plain != text:
            return _read_function(plain) or _KEYWORDS.get(plain)
    return rgba


def read_digits(text: str) -> Rgba | None:
    """Read ``#rgb``, ``#rgba``, ``#rrggbb`` or ``#rrggbbaa``; None for any other text."""
    try:
        # White space between digits, which `fromhex` skips, leaves too few bytes.
        if len(text) == 7:
            r, g, b = _from_hex(text[1:])
            return BYTES[r], BYTES[g], BYTES[b], 1.0
        if len(text) == 9:
            r, g, b, a = _from_hex(text[1:])
            return BYTES[r], BYTES[g], BYTES[b], BYTES[a]
        if len(text) == 4:
            return _DIGITS[text[1]], _DIGITS[text[2]], _DIGITS[text[3]], 1.0
        if len(text) == 5:
            return _DIGITS[text[1]], _DIGITS[text[2]], _DIGITS[text[3]], _DIGITS[text[4]]
    except (ValueError, KeyError):
        pass
    return None


def _read_function(text: str) -> Rgba | None:
    """Read a function with arguments separated by commas, or by spaces with a slash before alpha."""
    common = _COMMON.get(text[:3])
    if common is None:
        return _read_any_function(text)
    match_common, to_srgb = common
    match = match_common(text)
    if match is None:
        return _read_any_function(text)
    x, unit, _, y, z, alpha, percent = match.groups()
    try:
        r, g, b = _NUMBERS.get(x) or float(x), _NUMBERS.get(y) or float(y), _NUMBERS.get(z) or float(z)
        if unit:
            r, g, b = r * _RGB_PERCENT, g * _RGB_PERCENT, b * _RGB_PERCENT
        r, g, b = to_srgb(r, g, b)
        if alpha is None:
            return clip(r, g, b, 1.0)
        a = _NUMBERS.get(alpha) or float(alpha)
        return clip(r, g, b, a * ALPHA["%"] if percent else a)
    except ValueError:
        # Not a number.
        return None


def _read_any_function(text: str) -> Rgba | None:
    """Read a function of any name, with any units."""
    match = _match_function(text)
    if match is None:
        return None
    name, space_name, x, x_unit, comma, y, y_unit, z, z_unit, alpha, alpha_unit = match.groups()
    space = _BY_START.get((name, space_name))
    if space is None:
        return None
    # The syntax with commas allows no mixed units, and requires percentages in hsl().
    if comma and not (y_unit == z_unit and (x_unit == y_unit if space is _RGB else y_unit == "%" and space is _HSL)):
        return None
    x_units, y_units, z_units = space.units
    try:
        channels = (
            (_NUMBERS.get(x) or float(x)) * x_units[x_unit],
            (_NUMBERS.get(y) or float(y)) * y_units[y_unit],
            (_NUMBERS.get(z) or float(z)) * z_units[z_unit],
        )
        a = 1.0 if alpha is None else (_NUMBERS.get(alpha) or float(alpha)) * ALPHA[alpha_unit]
        rgba = clip(*space.to_srgb(*channels), a)
        return rgba if name in LEGACY else WideColor(rgba, space_name or name, channels, rgba[3])
    except (KeyError, ValueError):
        # The channel does not have this unit, or the text is no number.
        return None
