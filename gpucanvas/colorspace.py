"""The colour spaces that a canvas may have: the standard's PredefinedColorSpace.

Display P3 has the white and the transfer function of sRGB, and wider primaries. So pixels are composed alike in both,
and only what enters and leaves a canvas is converted (`paint/gamut.py`).

https://html.spec.whatwg.org/multipage/canvas.html#predefinedcolorspace
"""

from __future__ import annotations

from typing import Any, Final, Literal

__all__ = ["COLOR_SPACES", "ColorSpace", "UnknownWordError", "check_color_space"]

ColorSpace = Literal["srgb", "display-p3"]
COLOR_SPACES: Final[tuple[ColorSpace, ...]] = ("srgb", "display-p3")


class UnknownWordError(ValueError):
    """A word is none of those that the standard has in its place; JavaScript raises a `TypeError` (WebIDL, "enum")."""

    name = "TypeError"


def check_color_space(verb: str, value: Any) -> ColorSpace:
    """The name of a colour space; ValueError for another."""
    if not isinstance(value, str) or value not in COLOR_SPACES:
        raise UnknownWordError(f"{verb}: color_space is {value!r:.80}: give {' or '.join(map(repr, COLOR_SPACES))}")
    return value
