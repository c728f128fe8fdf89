"""Colours: CSS Color 4 strings, float tuples and uint8 arrays become straight (not premultiplied) sRGB floats 0 to 1.

    text --tinycss2: is it a colour?--> legacy spaces by hand, others by coloraide --> clipped to sRGB, cached

Both parsers are imported when the first string that is no #rrggbb arrives.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rgba", "parse", "serialize", "to_rgba", "to_rgba_array"]

Rgba = tuple[float, float, float, float]
"""Red, green, blue and alpha, each 0 to 1, straight alpha."""

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
SYSTEM_COLORS: Final = {
    "accentcolor": "#0066cc",
    "accentcolortext": "#ffffff",
    "activetext": "#cc0000",
    "buttonborder": "#767676",
    "buttonface": "#efefef",
    "buttontext": "#000000",
    "canvas": "#ffffff",
    "canvastext": "#000000",
    "field": "#ffffff",
    "fieldtext": "#000000",
    "graytext": "#808080",
    "highlight": "#b5d5ff",
    "highlighttext": "#000000",
    "linktext": "#0000ee",
    "mark": "#ffff00",
    "marktext": "#000000",
    "selecteditem": "#3399ff",
    "selecteditemtext": "#ffffff",
    "visitedtext": "#551a8b",
    # Deprecated names, which CSS Color 4 (appendix A) maps to the ones above.
    **dict.fromkeys(("activeborder", "inactiveborder", "threeddarkshadow", "threedhighlight"), "#767676"),
    **dict.fromkeys(("threedlightshadow", "threedshadow", "windowframe"), "#767676"),
    **dict.fromkeys(("activecaption", "appworkspace", "background", "inactivecaption", "infobackground"), "#ffffff"),
    **dict.fromkeys(("menu", "scrollbar", "window"), "#ffffff"),
    **dict.fromkeys(("buttonhighlight", "buttonshadow", "threedface"), "#efefef"),
    **dict.fromkeys(("captiontext", "infotext", "menutext", "windowtext"), "#000000"),
    "inactivecaptiontext": "#808080",
}
"""CSS Color 4, "System Colors", in a light scheme."""


@lru_cache(8192)
def parse(text: str) -> Rgba:
    """Read a CSS colour.

    Parameters
    ----------
    text
        Any CSS Color 4 colour; ``currentcolor`` is black, as on a canvas without an element.

    Returns
    -------
    tuple of four floats
        Straight sRGB, clipped to 0..1.

    Raises
    ------
    ValueError
        The text is no CSS colour.

    >>> parse("#f00"), parse("rgb(0 128 0 / 50%)")[3]
    ((1.0, 0.0, 0.0, 1.0), 0.5)
    """
    if _HEX.fullmatch(text):
        return _from_hex(text[1:])
    from tinycss2.color4 import parse_color

    name = SYSTEM_COLORS.get(text.strip().lower())
    if name is not None:
        return parse(name)
    found = parse_color(text)
    if found == "currentcolor":
        return 0.0, 0.0, 0.0, 1.0
    if found is None:
        raise ValueError(f"{text!r} is no CSS colour: write e.g. 'red', '#ff0000' or 'rgb(255 0 0 / 50%)'")
    first, second, third = (float(v or 0.0) for v in found.coordinates)
    alpha = float(found.alpha or 0.0)
    if found.space == "srgb":
        return _clip(first, second, third, alpha)
    if found.space == "hsl":
        saturation, lightness = max(second, 0.0) / 100, third / 100
        saturation, lightness = min(saturation, 1.0), min(max(lightness, 0.0), 1.0)
        r, g, b = colorsys.hls_to_rgb(first / 360 % 1.0, lightness, saturation)
        return _clip(r, g, b, alpha)
    if found.space == "hwb":
        r, g, b, alpha = (float(v) for v in found.to("srgb"))
        return _clip(r, g, b, alpha)
    from coloraide import Color

    color = Color(text.strip().lower()).convert("srgb")
    r, g, b = (float(v) for v in color.coords(nans=False))
    return _clip(r, g, b, float(color.alpha(nans=False)))


def _from_hex(digits: str) -> Rgba:
    if len(digits) <= 4:
        digits = "".join(digit * 2 for digit in digits)
    r, g, b, *a = bytes.fromhex(digits)
    return r / 255, g / 255, b / 255, (a[0] / 255 if a else 1.0)


def _clip(r: float, g: float, b: float, a: float) -> Rgba:
    return tuple(min(max(v, 0.0), 1.0) for v in (r, g, b, a))  # type: ignore[return-value]


def to_rgba(value: object) -> Rgba:
    """Read one colour in any form.

    Parameters
    ----------
    value
        A CSS string; three or four floats 0 to 1; or three or four uint8 (a NumPy array or scalars), 0 to 255.

    Raises
    ------
    ValueError
        A string that is no colour, a wrong length, or a float outside 0 to 1.
    TypeError
        Anything else.

    >>> to_rgba((1, 0.5, 0))
    (1.0, 0.5, 0.0, 1.0)
    """
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, bytes) or not isinstance(value, Sequence | np.ndarray):
        raise TypeError(f"{value!r} is no colour: give a CSS string, or (r, g, b[, a]) as floats 0 to 1")
    if len(value) not in (3, 4) or np.ndim(value) != 1:
        raise ValueError(f"{value!r:.80} is no colour: give 3 or 4 numbers, (r, g, b[, a])")
    if isinstance(value, np.ndarray) and value.dtype == np.uint8 or all(isinstance(v, np.uint8) for v in value):
        numbers = [int(v) / 255 for v in value]
    else:
        try:
            numbers = [float(v) for v in value]
        except (TypeError, ValueError):
            raise TypeError(f"{value!r:.80} is no colour: give numbers, (r, g, b[, a])") from None
    if not all(isfinite(v) and 0.0 <= v <= 1.0 for v in numbers):
        raise ValueError(f"{value!r:.80}: floats of a colour lie between 0 and 1: write r/255, or give a uint8 array")
    return tuple(numbers) if len(numbers) == 4 else (*numbers, 1.0)  # type: ignore[return-value]


def to_rgba_array(value: object, count: int) -> NDArray[np.float32]:
    """Read the colours of ``count`` items.

    Parameters
    ----------
    value
        One colour in any form of `to_rgba` (three or four numbers are one colour); an (N, 3) or (N, 4) array, float
        0 to 1 or uint8, of any layout; or a list of N CSS strings.
    count
        Number of items.

    Returns
    -------
    float32 array (count, 4)
        Straight RGBA, C-contiguous.

    Raises
    ------
    ValueError
        A shape that does not fit, or a float outside 0 to 1.
    TypeError
        No colours at all.
    """
    if isinstance(value, list | tuple) and value and all(isinstance(v, str) for v in value):
        value = np.array([parse(v) for v in value], np.float32)
    if isinstance(value, str) or np.ndim(value) == 1:  # type: ignore[arg-type]
        return np.broadcast_to(np.array(to_rgba(value), np.float32), (count, 4)).copy()
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            array = array.astype(np.float32)
    except (TypeError, ValueError):
        raise TypeError(f"color is {value!r:.80}: give one colour, or an (N, 3) or (N, 4) array") from None
    if array.ndim != 2 or array.shape[1] not in (3, 4) or array.shape[0] != count:
        raise ValueError(f"color has shape {array.shape}: give one colour, ({count}, 3) or ({count}, 4)")
    out = np.empty((count, 4), np.float32)
    if array.dtype == np.uint8:
        np.multiply(array, np.float32(1 / 255), out=out[:, : array.shape[1]], casting="unsafe")
    else:
        out[:, : array.shape[1]] = array
    if array.shape[1] == 3:
        out[:, 3] = 1.0
    if count and array.dtype != np.uint8 and not (out.min() >= 0.0 and out.max() <= 1.0):
        raise ValueError("color has values outside 0 to 1: write rgb/255, or give a uint8 array")
    return out


def serialize(rgba: Rgba) -> str:
    """Write a colour as the HTML standard does: ``#rrggbb``, or ``rgba(r, g, b, a)`` where it is not opaque.

    >>> serialize((1.0, 0.0, 0.0, 1.0)), serialize((0.0, 0.0, 0.0, 0.5))
    ('#ff0000', 'rgba(0, 0, 0, 0.5)')
    """
    r, g, b = (int(v * 255 + 0.5) for v in rgba[:3])
    if rgba[3] >= 1.0:
        return f"#{r:02x}{g:02x}{b:02x}"
    byte = int(rgba[3] * 255 + 0.5)
    alpha = round(byte / 255, 2)
    if int(alpha * 255 + 0.5) != byte:
        alpha = round(byte / 255, 3)
    return f"rgba({r}, {g}, {b}, {alpha:g})"
