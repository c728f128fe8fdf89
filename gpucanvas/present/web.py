"""web: encodes by media type and a quality of 0 to 1, for ``to_data_url`` and ``to_blob``.

    "image/jpeg", 0.8 --read_type, read_quality--> Pillow's format and options --formats.encode--> bytes --> data: URL

https://html.spec.whatwg.org/multipage/canvas.html#serialising-bitmaps-to-a-file
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from ..geometry.numbers import as_float, shown
from .formats import Options

__all__ = ["EMPTY_URL", "TYPES", "data_url", "options_of", "read_quality", "read_type"]

TYPES: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
"""Media types, and Pillow's names of the formats."""
QUALITY: Final = {"image/jpeg": 0.92, "image/webp": 0.8}
"""The default quality: that of Chromium."""
EMPTY_URL: Final = "data:,"
"""The standard's URL of a canvas without pixels."""


def read_type(verb: str, type: object, strict: bool) -> str:
    """The media type to write. An unsupported one raises ValueError if ``strict``, else it becomes PNG, as in HTML."""
    if not isinstance(type, str):
        raise TypeError(f"{verb}: type is {type!r:.80}: give 'image/png', 'image/jpeg' or 'image/webp'")
    if type.lower() in TYPES:
        return type.lower()
    if strict:
        raise ValueError(f"{verb}: type is {type!r:.80}: give 'image/png', 'image/jpeg' or 'image/webp'")
    return "image/png"


def read_quality(verb: str, type: str, quality: object, strict: bool) -> float | None:
    """The quality of a media type, 0 to 1; None for PNG, which has none."""
    default = QUALITY.get(type)
    if quality is None or default is None:
        return default
    try:
        number = as_float(verb, "quality", quality)
    except TypeError:
        if strict:
            raise
        return default
    if 0.0 <= number <= 1.0:
        return number
    if strict:
        raise ValueError(f"{verb}: quality is {shown(quality)}: give 0 to 1")
    return default


def options_of(type: str, quality: float | None) -> Options:
    """The encoding options for a quality. As in Chromium, WebP of quality 1 is lossless, and JPEG is put on black."""
    if type == "image/jpeg" and quality is not None:
        return Options(quality=max(1, round(100 * quality)), background="black")
    if type == "image/webp" and quality is not None:
        return Options(lossless=True) if quality == 1.0 else Options(quality=round(100 * quality))
    return Options()


def data_url(type: str, data: bytes) -> str:
    """A file's bytes as a ``data:`` URL."""
    return f"data:{type};base64,{b64encode(data).decode('ascii')}"
