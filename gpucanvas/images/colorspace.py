"""The colour spaces that a canvas may have: the standard's PredefinedColorSpace.

Display P3 has the white point and the transfer function of sRGB, and wider primaries. So compositing is the same in
both, and only colours and pixels that enter or leave a canvas are converted (`paint/gamut.py`).

https://html.spec.whatwg.org/multipage/canvas.html#predefinedcolorspace
"""

from __future__ import annotations

from typing import Any, Final, Literal

__all__ = ["COLOR_SPACES", "ColorSpace", "UnknownWordError", "check_color_space"]

ColorSpace = Literal["srgb", "display-p3"]
COLOR_SPACES: Final[tuple[ColorSpace, ...]] = ("srgb", "display-p3")


class UnknownWordError(ValueError):
    """A string is not a value of the standard's enumeration. JavaScript raises `TypeError` then (WebIDL, "enum")."""

    name = "TypeError"


def check_color_space(verb: str, value: Any) -> ColorSpace:
    """The name of a colour space, checked; raises ValueError."""
    if not isinstance(value, str) or value not in COLOR_SPACES:
        raise UnknownWordError(f"{verb}: color_space is {value!r:.80}: give {' or '.join(map(repr, COLOR_SPACES))}")
    return value
