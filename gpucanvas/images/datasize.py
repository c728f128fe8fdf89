"""datasize: checks the sizes and pixel formats of image data.

https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#imagedata
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from ..errors import IndexSizeError, LimitError
from ..geometry.numbers import shown, to_number
from .colorspace import UnknownWordError

__all__ = ["MAX_DATA_PIXELS", "PIXEL_FORMATS", "check_pixel_format", "check_size", "whole"]

MAX_DATA_PIXELS: Final = 1 << 28
PIXEL_FORMATS: Final = ("rgba-unorm8", "rgba-float16")
"""The standard's names of pixel formats (ImageDataPixelFormat)."""


def check_pixel_format(verb: str, value: object) -> str:
    """Return a pixel format if it is one of the standard's names; raises ValueError otherwise."""
    if not isinstance(value, str) or value not in PIXEL_FORMATS:
        raise UnknownWordError(f"{verb}: pixel_format is {value!r:.80}: give {' or '.join(map(repr, PIXEL_FORMATS))}")
    return value


def whole(verb: str, strict: bool = True, /, **values: Any) -> list[int]:
    """Return numbers truncated towards zero, as WebIDL converts them to integers.

    With ``strict=False`` what is no number is first converted to one as in JavaScript.
    """
    out = []
    for name, value in values.items():
        number = value if strict else to_number(value)
        try:
            fine = isfinite(number)
        except (TypeError, OverflowError):
            fine = False
        if not fine:
            raise TypeError(f"{verb}: {name} is {shown(value)}: give a finite number of pixels")
        out.append(int(number))
    return out


def check_size(verb: str, width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise IndexSizeError(f"{verb}: the size is {width}x{height}: give a width and height other than 0")
    if abs(width) * abs(height) > MAX_DATA_PIXELS:
        raise LimitError(f"{verb}: {width}x{height} is more than {MAX_DATA_PIXELS} pixels: take it in parts")
