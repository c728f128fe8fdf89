"""error_picture: draws a traceback with Pillow, for a window whose picture cannot be drawn."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

__all__ = ["error_picture"]

PANEL: Final = (30, 12, 20, 225)
TITLE, TEXT, QUIET = "#ff8a8a", "#f0e8ec", "#a896a0"
TEXT_SIZE: Final = 15
"""Size of the text, logical pixels."""
LONGEST: Final = 1000
"""Most characters of a line that are shown."""
HANGING: Final = " " * 8
"""Indentation of a continued line."""


def error_picture(error: BaseException, name: str, width: int, height: int, pixel_ratio: float) -> NDArray[np.uint8]:
    """An error and its traceback on a dark panel, for the lower edge of a picture.

    Parameters
    ----------
    error
        The error.
    name
        The file's name.
    width, height
        Size of the picture, pixels: the panel is as wide, and at most as high. A long traceback is cut at its start.
    pixel_ratio
        Pixels for one logical pixel, which scales the text.

    Returns
    -------
    uint8 array (H, width, 4)
        Straight RGBA.
    """
    from PIL import Image, ImageDraw, ImageFont

    scale = max(pixel_ratio, 0.1)
    font = ImageFont.load_default(TEXT_SIZE * scale)
    line, edge = round(TEXT_SIZE * scale * 1.4), round(12 * scale)
    lines = [*_lines(error, name)]
    wrapped = [(part, color) for text, color in lines for part in _wrapped(text, font, max(width - 2 * edge, 8 * line))]
    room = max((height - 2 * edge) // max(line, 1), 1)
    shown = wrapped[-room:]
    picture = Image.new("RGBA", (width, min(len(shown) * line + 2 * edge, height)), PANEL)
    pen = ImageDraw.Draw(picture)
    for number, (text, color) in enumerate(shown):
        pen.text((edge, edge + number * line), text, fill=color, font=font)
    return np.asarray(picture)


def _lines(error: BaseException, name: str) -> list[tuple[str, str]]:
    """The lines of traceback and error, with their colours."""
    said = "".join(traceback.format_exception_only(error)).rstrip().splitlines()
    told = [line for block in traceback.format_tb(error.__traceback__) for line in block.rstrip().splitlines()]
    lines = [(f"{name} has an error: save it without, and the drawing goes on.", QUIET)]
    # Lines of ^ and ~ marks are dropped: they do not line up in a proportional font.
    lines += [(text, TEXT) for text in told if set(text) - set(" ^~")]
    return lines + [(text, TITLE) for text in said if set(text) - set(" ^~")]


def _wrapped(text: str, font: FreeTypeFont | ImageFont, width: int) -> list[str]:
    """A line wrapped to a width, without characters that the font lacks."""
    text = text[:LONGEST].expandtabs(4).encode("latin-1", "replace").decode("latin-1")
    parts: list[str] = []
    while text and font.getlength(text) > width:
        count = _fitting(text, font, width)
        space = text.rfind(" ", count // 2, count)
        count = count if space < 0 else space + 1
        parts.append(text[:count])
        text = HANGING + text[count:] if count > len(HANGING) else text[count:]
    return [*parts, text]


def _fitting(text: str, font: Any, width: int) -> int:
    """The number of characters of a line that fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(text[:middle]) <= width else (low, middle - 1)
    return low
