"""color: reads colours: CSS strings, float tuples and uint8 arrays become straight (not premultiplied) sRGB floats.

    text --cache--> quick: the common forms --the rest--> csscolor: the whole grammar    both by `named` and `spaces`

A colour in another space than sRGB becomes a `WideColor`, a tuple that also has its value in display-p3. `csscolor` is
imported for the first text that `quick` cannot read: few programs write such colours.

https://www.w3.org/TR/css-color-4/, https://www.w3.org/TR/css-color-5/ and
https://html.spec.whatwg.org/multipage/canvas.html#fill-and-stroke-styles
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from . import quick
from .named import BYTES, Rgba
from .wide import LEGACY, WideColor

__all__ = ["KNOWN", "Rgba", "parse", "read", "recall", "serialize", "to_rgba", "to_rgba_array"]

KNOWN: Final[dict[str, Rgba]] = {}
"""A cache of recently read colours by their text. Look here first; `recall` reads other colours, and adds them."""
_OLDER: Final[dict[str, Rgba]] = {}
"""The older half of the cache: the content of `KNOWN` when it was last full. Colours used since are in both."""
KNOWN_COUNT: Final = 10_240
"""Most colours in each half of the cache, 350 bytes each, so that a picture of 10,000 colours stays cached."""
LONG: Final = 200
"""Texts of more characters are not cached, to bound the cache's memory; no usual colour is so long."""
ROUNDING: Final = 1e-6
"""How far outside of 0 to 1 a float may be through rounding, such as that of single precision: it is clamped."""
_FLOATS: Final = frozenset((float, int, bool, np.float64, np.float32, np.float16))
"""Types of channel values from 0 to 1; the others are uint8."""


def read(text: str) -> Rgba | None:
    """Read a CSS colour as `parse` does; None where the text is no colour."""
    return quick.read(text) or (_read_rest(text) if len(text) >= LONG else _read_short(text))


def _read_rest(text: str) -> Rgba | None:
    from . import csscolor

    return csscolor.read(text)


_read_short = lru_cache(1024)(_read_rest)
"""Invalid texts are cached, too: a program that ignores such errors may repeat them."""


def recall(text: str) -> Rgba | None:
    """Read a CSS colour that is not in `KNOWN`, and add it; None where the text is no colour."""
    # Reading hexadecimal digits is as fast as a look-up in `_OLDER`.
    rgba = quick.read_digits(text) if text[:1] == "#" else _OLDER.get(text) or quick.read(text)
    if rgba is None:
        rgba = read(text)
    if rgba is None or len(text) >= LONG:
        return rgba
    if len(KNOWN) >= KNOWN_COUNT:
        _OLDER.clear()
        _OLDER.update(KNOWN)
        KNOWN.clear()
    KNOWN[text] = rgba
    return rgba


def parse(text: str) -> Rgba:
    """Read a CSS colour.

    Parameters
    ----------
    text
        Any colour of CSS Color 4, and ``color-mix()``, relative colours and calculations of CSS Color 5;
        ``currentcolor`` is black, as on a canvas without an element.

    Returns
    -------
    tuple of four floats
        Straight sRGB, clipped to 0..1; a `WideColor` where it is written in another space.

    Raises
    ------
    ValueError
        The text is no CSS colour.

    >>> parse("#f00"), parse("rgb(0 128 0 / 50%)")[3]
    ((1.0, 0.0, 0.0, 1.0), 0.5)
    >>> parse("color-mix(in srgb, red 25%, blue)"), parse("rgb(from red r calc(g + 51) b)")
    ((0.25, 0.0, 0.75, 1.0), (1.0, 0.2, 0.0, 1.0))
    """
    rgba = KNOWN.get(text) or recall(text)
    if rgba is None:
        from .meant import meant_by

        meant = meant_by(text)
        cure = f"did you mean {meant!r}?" if meant else "write e.g. 'red', '#ff0000' or 'rgb(255 0 0 / 50%)'"
        raise ValueError(f"{text!r:.80} is no CSS colour: {cure}")
    return rgba


def to_rgba(value: object) -> Rgba:
    """Read one colour in any form.

    Parameters
    ----------
    value
        A CSS string; three or four floats 0 to 1, where a rounding error of a millionth is clamped; or three or four
        uint8 (a NumPy array or scalars), 0 to 255.

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
        # A subclass of str, such as NumPy's, may define its own comparison.
        return parse(str(value))
    plain = _read_plain(value)
    if plain is not None:
        return plain
    is_list = isinstance(value, Sequence) and not isinstance(value, bytes | bytearray)
    axis_count = value.ndim if isinstance(value, np.ndarray) else int(is_list)
    if not isinstance(value, Sequence | np.ndarray) or axis_count == 0:
        is_hexadecimal = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFFFF
        text = f", '#{value:06x}'" if is_hexadecimal else ""
        # A program that paints with a picture has the right idea, and only lacks the verb.
        more = "; a picture is painted by ctx.create_pattern(picture)" if hasattr(value, "tobytes") else ""
        raise TypeError(
            f"{value!r:.80} is no colour: give a CSS string{text}, or (r, g, b[, a]) as floats 0 to 1{more}"
        )
    if axis_count > 1 or len(value) not in (3, 4):
        raise ValueError(f"{value!r:.80} is no colour: give 3 or 4 numbers, (r, g, b[, a])")
    if isinstance(value, np.ndarray) and value.dtype == np.uint8 or all(isinstance(v, np.uint8) for v in value):
        numbers = [int(v) / 255 for v in value]
    else:
        try:
            # Strings are refused, although float() reads them.
            numbers = [float("" if isinstance(v, str) else v) for v in value]
        except (TypeError, ValueError, OverflowError):
            raise TypeError(f"{value!r:.80} is no colour: give numbers, (r, g, b[, a])") from None
    if any(map(isnan, numbers)):
        raise ValueError(f"{value!r:.80} has NaN, which is no channel of a colour: give floats from 0 to 1")
    if not all(-ROUNDING <= v <= 1.0 + ROUNDING for v in numbers):
        raise ValueError(f"{value!r:.80}: floats of a colour lie between 0 and 1: write r/255, or give a uint8 array")
    numbers = [min(max(v, 0.0), 1.0) for v in numbers]
    return tuple(numbers) if len(numbers) == 4 else (*numbers, 1.0)  # type: ignore[return-value]


def _read_plain(value: object) -> Rgba | None:
    """The quick path for three or four valid numbers of Python or NumPy; None for any other value."""
    numbers: Any = value
    if type(value) is np.ndarray and value.ndim == 1:
        numbers = value.tolist()
        if value.dtype.char == "B":
            numbers = [BYTES[byte] for byte in numbers]
    if type(numbers) not in (tuple, list) or len(numbers) not in (3, 4) or not _FLOATS.issuperset(map(type, numbers)):
        return None
    r, g, b, a = numbers if len(numbers) == 4 else (*numbers, 1.0)
    if r >= 0 and r <= 1 and g >= 0 and g <= 1 and b >= 0 and b <= 1 and a >= 0 and a <= 1:
        return float(r), float(g), float(b), float(a)
    return None


def to_rgba_array(value: object, count: int) -> NDArray[np.float32]:
    """Read the colours of ``count`` items.

    Parameters
    ----------
    value
        One colour in any form of `to_rgba` (three or four numbers are one colour); an (N, 3) or (N, 4) array, float
        0 to 1 or uint8, of any layout; or a list of N CSS strings. A single row or string is for all items.
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
        Anything else.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind == "U":
        value = value.tolist()
    if isinstance(value, str):
        return _repeat(value, count)
    if isinstance(value, list | tuple) and value and all(isinstance(v, str) for v in value):
        array: NDArray[Any] = np.array([parse(str(v)) for v in value], np.float32)
    else:
        array = _as_numbers(value)
    if array.shape == (0,):
        array = array.reshape(0, 4)
    if array.shape in ((1, 3), (1, 4)):
        array = array[0]
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
        fine = (array >= -ROUNDING) & (array <= 1 + ROUNDING)
        if not fine.all():
            index = int(np.argmin(fine.all(axis=1)))
            if np.isnan(array[index]).any():
                raise ValueError(f"color {index} is {array[index].tolist()}, with NaN: give floats from 0 to 1")
            raise ValueError(
                f"color has values outside 0 to 1, the first at {index}, {array[index].tolist()}: "
                "write rgb/255, or give a uint8 array"
            )
        array = np.clip(array, 0, 1)
    channels[:] = array
    return out


def _repeat(value: object, count: int) -> NDArray[np.float32]:
    return np.broadcast_to(np.array(to_rgba(value), np.float32), (count, 4)).copy()


def _as_numbers(value: object) -> NDArray[Any]:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        # The rows have unequal lengths.
        array = np.empty((), object)
    if array.dtype.kind not in "fiu":
        raise TypeError(
            f"color is {value!r:.80}: give one colour, an (N, 3) or (N, 4) array of numbers, or a list of N strings"
        )
    return array


def serialize(rgba: Rgba) -> str:
    """Write a colour as the HTML standard does: ``#rrggbb``, or ``rgba(r, g, b, a)`` where it is not opaque.

    A colour that was written in another space is written in that space.

    >>> serialize((1.0, 0.0, 0.0, 1.0)), serialize((0.0, 0.0, 0.0, 0.5))
    ('#ff0000', 'rgba(0, 0, 0, 0.5)')
    >>> serialize(parse("color(display-p3 1 50% 0)"))
    'color(display-p3 1 0.5 0)'
    """
    if type(rgba) is WideColor and rgba.model not in LEGACY:
        return rgba.css
    r, g, b = (int(v * 255 + 0.5) for v in rgba[:3])
    byte = int(rgba[3] * 255 + 0.5)
    if byte == 255:
        return f"#{r:02x}{g:02x}{b:02x}"
    alpha = round(byte / 255, 2)
    if int(alpha * 255 + 0.5) != byte:
        alpha = round(byte / 255, 3)
    return f"rgba({r}, {g}, {b}, {alpha:g})"
