"""Colours: CSS Color 4 strings, float tuples and uint8 arrays become straight (not premultiplied) sRGB floats 0 to 1.

    text --tinycss2--> tokens --grammar--> space, channels --hand or coloraide--> clipped to sRGB, cached

tinycss2 cuts the text into tokens and knows the names; its own reader of functions is laxer than the standard, so the
grammar is a table here. Both parsers are imported when the first string that is no #rrggbb arrives.

https://www.w3.org/TR/css-color-4/ and https://html.spec.whatwg.org/multipage/canvas.html#fill-and-stroke-styles
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from functools import lru_cache
from math import degrees, isfinite
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rgba", "parse", "serialize", "to_rgba", "to_rgba_array"]

Rgba = tuple[float, float, float, float]
"""Red, green, blue and alpha, each 0 to 1, straight alpha."""

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_HUE: Final = 0.0
"""In place of a percentage's unit: this channel is an angle."""


class _Function(NamedTuple):
    """How a colour function reads: its space, what 1 % of each channel means, and whether commas are allowed."""

    space: str
    percent: tuple[float, float, float]
    legacy: bool = False


_RGB: Final = _Function("rgb", (2.55, 2.55, 2.55), legacy=True)
_HSL: Final = _Function("hsl", (_HUE, 1.0, 1.0), legacy=True)
_FUNCTIONS: Final = {
    "rgb": _RGB,
    "rgba": _RGB,
    "hsl": _HSL,
    "hsla": _HSL,
    "hwb": _Function("hwb", (_HUE, 1.0, 1.0)),
    "lab": _Function("lab", (1.0, 1.25, 1.25)),
    "lch": _Function("lch", (1.0, 1.5, _HUE)),
    "oklab": _Function("oklab", (0.01, 0.004, 0.004)),
    "oklch": _Function("oklch", (0.01, 0.004, _HUE)),
}
_COLOR_SPACES: Final = frozenset(
    ("srgb", "srgb-linear", "display-p3", "display-p3-linear", "a98-rgb", "prophoto-rgb", "rec2020")
    + ("xyz", "xyz-d50", "xyz-d65")
)
_DEGREES: Final = {"deg": 1.0, "grad": 0.9, "rad": degrees(1.0), "turn": 360.0}
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
    rgba = _read(text)
    if rgba is None:
        raise ValueError(f"{text!r:.80} is no CSS colour: write e.g. 'red', '#ff0000' or 'rgb(255 0 0 / 50%)'")
    return rgba


def _read(text: str) -> Rgba | None:
    from tinycss2 import parse_one_component_value
    from tinycss2.color4 import parse_color

    token = parse_one_component_value(text, skip_comments=True)
    if token.type == "function":
        return _read_function(token)
    if token.type not in ("ident", "hash"):
        return None
    if token.type == "ident" and token.lower_value in SYSTEM_COLORS:
        return _from_hex(SYSTEM_COLORS[token.lower_value][1:])
    found = parse_color(token)
    if found == "currentcolor":
        return 0.0, 0.0, 0.0, 1.0
    if found is None:
        return None
    r, g, b = found.coordinates
    return _clip(r, g, b, found.alpha)


def _read_function(token: Any) -> Rgba | None:
    """Read a colour function's token, or give None where it breaks the grammar of CSS Color 4."""
    arguments = [item for item in token.arguments if item.type not in ("whitespace", "comment")]
    function = _FUNCTIONS.get(token.lower_name)
    if token.lower_name == "color" and arguments and arguments[0].type == "ident":
        space = arguments.pop(0).lower_value
        if space in _COLOR_SPACES:
            function = _Function("xyz-d65" if space == "xyz" else space, (0.01, 0.01, 0.01))
    if function is None:
        return None
    if function.legacy and any(item == "," for item in arguments):
        if len(arguments) not in (5, 7) or any(item != "," for item in arguments[1::2]):
            return None
        arguments = arguments[::2]
        if not _is_legacy(function, [item.type for item in arguments]):
            return None
    elif len(arguments) == 5 and arguments[3] == "/":
        del arguments[3]
    elif len(arguments) != 3:
        return None
    values = [_number(item, percent) for item, percent in zip(arguments, (*function.percent, 0.01), strict=False)]
    if None in values:
        return None
    x, y, z, alpha = (float(v or 0.0) for v in (*values, 1.0)[:4])
    return _convert(function.space, x, y, z, alpha)


def _is_legacy(function: _Function, types: list[str]) -> bool:
    """Whether the argument types fit the syntax with commas, which knows no ``none`` and mixes no kinds."""
    if "ident" in types:
        return False
    if function is _HSL:
        return types[1:3] == ["percentage", "percentage"]
    return types[:3] in (["number"] * 3, ["percentage"] * 3)


def _number(token: Any, percent: float) -> float | None:
    """Value of a channel or alpha; ``none`` is 0. None where such a token cannot stand there."""
    if token.type == "ident":
        return 0.0 if token.lower_value == "none" else None
    if token.type == "number":
        value = token.value
    elif token.type == "percentage" and percent != _HUE:
        value = token.value * percent
    elif token.type == "dimension" and percent == _HUE and token.lower_unit in _DEGREES:
        value = token.value * _DEGREES[token.lower_unit]
    else:
        return None
    # An overflowing number is infinite, and would turn into NaN below.
    return min(max(float(value), -1e9), 1e9)


def _convert(space: str, x: float, y: float, z: float, alpha: float) -> Rgba:
    """Bring channels of a space, in the units of CSS, to clipped sRGB."""
    if space == "rgb":
        return _clip(x / 255, y / 255, z / 255, alpha)
    if space == "hsl":
        r, g, b = colorsys.hls_to_rgb(x / 360 % 1.0, min(max(z / 100, 0.0), 1.0), min(max(y / 100, 0.0), 1.0))
        return _clip(r, g, b, alpha)
    if space == "hwb":
        white, black = max(y / 100, 0.0), max(z / 100, 0.0)
        if white + black >= 1.0:
            white, black = white / (white + black), black / (white + black)
        r, g, b = (v * (1.0 - white - black) + white for v in colorsys.hls_to_rgb(x / 360 % 1.0, 0.5, 1.0))
        return _clip(r, g, b, alpha)
    from coloraide import Color

    if space in ("lab", "lch", "oklab", "oklch"):
        x = min(max(x, 0.0), 1.0 if space.startswith("ok") else 100.0)
    if space in ("lch", "oklch"):
        y = max(y, 0.0)
    r, g, b = (float(v) for v in Color(space, [x, y, z]).convert("srgb").coords(nans=False))
    return _clip(r, g, b, alpha)


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

    Returns
    -------
    tuple of four floats
        Straight sRGB, 0 to 1; alpha is 1 where none is given.

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
    is_list = isinstance(value, Sequence) and not isinstance(value, bytes | bytearray)
    axis_count = value.ndim if isinstance(value, np.ndarray) else int(is_list)
    if not isinstance(value, Sequence | np.ndarray) or axis_count == 0:
        raise TypeError(f"{value!r:.80} is no colour: give a CSS string, or (r, g, b[, a]) as floats 0 to 1")
    if axis_count > 1 or len(value) not in (3, 4):
        raise ValueError(f"{value!r:.80} is no colour: give 3 or 4 numbers, (r, g, b[, a])")
    if isinstance(value, np.ndarray) and value.dtype == np.uint8 or all(isinstance(v, np.uint8) for v in value):
        numbers = [int(v) / 255 for v in value]
    else:
        try:
            # A string is no number, although float() reads it.
            numbers = [float("" if isinstance(v, str) else v) for v in value]
        except (TypeError, ValueError, OverflowError):
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
    if isinstance(value, np.ndarray) and value.dtype.kind == "U":
        value = value.tolist()
    if isinstance(value, str):
        return _repeat(value, count)
    if isinstance(value, list | tuple) and value and all(isinstance(v, str) for v in value):
        array: NDArray[Any] = np.array([parse(v) for v in value], np.float32)
    else:
        array = _as_numbers(value)
    if array.shape == (0,):
        array = array.reshape(0, 4)
    if array.ndim < 2:
        return _repeat(array if array.ndim else value, count)
    if array.shape not in ((count, 3), (count, 4)):
        raise ValueError(
            f"color has shape {array.shape}: give one colour, ({count}, 3) or ({count}, 4), or {count} strings"
        )
    out = np.ones((count, 4), np.float32)
    channels = out[:, : array.shape[1]]
    if array.dtype == np.uint8:
        np.divide(array, np.float32(255), out=channels)
        return out
    if array.size and not (array.min() >= 0 and array.max() <= 1):
        index = int(np.argmin(((array >= 0) & (array <= 1)).all(axis=1)))
        raise ValueError(
            f"color has values outside 0 to 1, the first at {index}, {array[index].tolist()}: "
            "write rgb/255, or give a uint8 array"
        )
    channels[:] = array
    return out


def _repeat(value: object, count: int) -> NDArray[np.float32]:
    return np.broadcast_to(np.array(to_rgba(value), np.float32), (count, 4)).copy()


def _as_numbers(value: object) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        # Rows of unequal lengths.
        array = np.empty((), object)
    if array.dtype.kind not in "fiu":
        raise TypeError(
            f"color is {value!r:.80}: give one colour, an (N, 3) or (N, 4) array of numbers, or a list of N strings"
        )
    return array


def serialize(rgba: Rgba) -> str:
    """Write a colour as the HTML standard does: ``#rrggbb``, or ``rgba(r, g, b, a)`` where it is not opaque.

    >>> serialize((1.0, 0.0, 0.0, 1.0)), serialize((0.0, 0.0, 0.0, 0.5))
    ('#ff0000', 'rgba(0, 0, 0, 0.5)')
    """
    r, g, b = (int(v * 255 + 0.5) for v in rgba[:3])
    byte = int(rgba[3] * 255 + 0.5)
    if byte == 255:
        return f"#{r:02x}{g:02x}{b:02x}"
    alpha = round(byte / 255, 2)
    if int(alpha * 255 + 0.5) != byte:
        alpha = round(byte / 255, 3)
    return f"rgba({r}, {g}, {b}, {alpha:g})"
