"""The colours that programs write, read without a tokenizer: hexadecimal digits, names, and plain colour functions.

One regular expression takes a function apart. What it does not match may be a colour all the same, with comments, escapes,
``none`` or numbers side by side: `css` reads that. Both mean the same colour, to the bit, wherever `read` gives one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .named import BYTES, NAMED_COLORS, SYSTEM_COLORS, Rgba
from .spaces import ALPHA, COLOR_SPACES, FUNCTIONS, clip

__all__ = ["read"]

_SPACES: Final = " \t\n\r\f"
"""White space of CSS. That of Python has more."""

_RGB: Final = FUNCTIONS["rgb"]
_HSL: Final = FUNCTIONS["hsl"]
_DIGITS: Final = {digit: BYTES[17 * int(digit, 16)] for digit in "0123456789abcdefABCDEF"}
_KEYWORDS: Final = SYSTEM_COLORS | NAMED_COLORS
_NUMBERS: Final = {text: float(text) for text in [*map(str, range(361)), *(f"0.{n:02}".rstrip("0") for n in range(1, 100))]}
"""The numbers that most colours are made of, which are found faster than read."""

# Quantifiers that never give back (`++`): what CSS has read as one number must not be tried as two.
_GAP: Final = rf"[{_SPACES}]*+"
_SPACE: Final = rf"[{_SPACES}]++"
# Matches what is no number, too: `float` refuses that, all but a last point. Nobody writes forty digits, and of thousands
# tinycss2 makes nothing.
_NUMBER: Final = r"([-+.0-9]{,40}+(?<!\.)(?:e[-+]?+[0-9]{1,9}+)?+)"


def _matcher(start: str, x_unit: str, unit: str, alpha_unit: str) -> Callable[[str], re.Match[str] | None]:
    """Match a function: what it starts with, three numbers and alpha, and patterns of their units."""
    first_gap, second_gap = rf"(?:{_GAP}(?P<comma>,){_GAP}|{_SPACE})", rf"(?(comma){_GAP},{_GAP}|{_SPACE})"
    x, y, z, alpha = _NUMBER + x_unit, _NUMBER + unit, _NUMBER + unit, _NUMBER + alpha_unit
    slash = rf"(?(comma),|/){_GAP}"
    return re.compile(
        rf"{start}{_GAP}{x}{first_gap}{y}{second_gap}{z}{_GAP}(?:{slash}{alpha}{_GAP})?+\)"
    ).fullmatch


_UNIT: Final = "([a-z%]*+)"
_match_function: Final = _matcher(rf"([a-z]++)\({_GAP}(?:([a-z][a-z0-9-]*+){_SPACE})?+", _UNIT, _UNIT, _UNIT)
_COMMON: Final = {
    "rgb": (_matcher(r"rgba?+\(", "", "", "(%?+)"), _RGB.to_srgb),
    "hsl": (_matcher(r"hsla?+\(", "(?:deg)?+", "%", "(%?+)"), _HSL.to_srgb),
}
"""How most functions are written, by their first letters: these units need no look-up."""


def read(text: str) -> Rgba | None:
    """Read a colour in one of the common forms: straight sRGB, clipped to 0..1; None where only `css.read` can tell."""
    if text[:1] == "#":
        return _read_digits(text)
    rgba = _read_function(text) if text[-1:] == ")" else _KEYWORDS.get(text)
    # Beyond ASCII there are letters whose small ones are ours, as of the sign for kelvin.
    if rgba is None and text.isascii():
        plain = text.strip(_SPACES).lower()
        if plain != text:
            return _read_function(plain) or _KEYWORDS.get(plain)
    return rgba


def _read_digits(text: str) -> Rgba | None:
    """Read ``#rgb``, ``#rgba``, ``#rrggbb`` or ``#rrggbbaa``."""
    try:
        # White space between digits, which `fromhex` skips, leaves too few bytes.
        if len(text) == 7:
            r, g, b = bytes.fromhex(text[1:])
            return BYTES[r], BYTES[g], BYTES[b], 1.0
        if len(text) == 9:
            r, g, b, a = bytes.fromhex(text[1:])
            return BYTES[r], BYTES[g], BYTES[b], BYTES[a]
        if len(text) == 4:
            return _DIGITS[text[1]], _DIGITS[text[2]], _DIGITS[text[3]], 1.0
        if len(text) == 5:
            return _DIGITS[text[1]], _DIGITS[text[2]], _DIGITS[text[3]], _DIGITS[text[4]]
    except (ValueError, KeyError):
        pass
    return None


def _read_function(text: str) -> Rgba | None:
    """Read a function: its arguments stand between commas, or between spaces with a slash before alpha."""
    common = _COMMON.get(text[:3])
    if common is None:
        return _read_any_function(text)
    match_common, to_srgb = common
    match = match_common(text)
    if match is None:
        return _read_any_function(text)
    x, _, y, z, alpha, percent = match.groups()
    try:
        r, g, b = to_srgb(
            _NUMBERS.get(x) or float(x),
            _NUMBERS.get(y) or float(y),
            _NUMBERS.get(z) or float(z),
        )
        if alpha is None:
            return clip(r, g, b, 1.0)
        a = _NUMBERS.get(alpha) or float(alpha)
        return clip(r, g, b, a * 0.01 if percent else a)
    except ValueError:
        # These were no digits.
        return None


def _read_any_function(text: str) -> Rgba | None:
    match = _match_function(text)
    if match is None:
        return None
    name, space_name, x, x_unit, comma, y, y_unit, z, z_unit, alpha, alpha_unit = match.groups()
    if space_name is None:
        space = FUNCTIONS.get(name)
    else:
        space = COLOR_SPACES.get(space_name) if name == "color" else None
    if space is None:
        return None
    # With commas a function mixes no kinds, and hsl() has percentages.
    if comma and not (y_unit == z_unit and (x_unit == y_unit if space is _RGB else y_unit == "%" and space is _HSL)):
        return None
    x_units, y_units, z_units = space.units
    try:
        r, g, b = space.to_srgb(
            (_NUMBERS.get(x) or float(x)) * x_units[x_unit],
            (_NUMBERS.get(y) or float(y)) * y_units[y_unit],
            (_NUMBERS.get(z) or float(z)) * z_units[z_unit],
        )
        return clip(r, g, b, 1.0 if alpha is None else (_NUMBERS.get(alpha) or float(alpha)) * ALPHA[alpha_unit])
    except (KeyError, ValueError):
        # A unit that does not belong there; no digits.
        return None
