"""filters: reads the filters of draws and layers from CSS or from the layers proposal's objects.

    "blur(4px)"   {"name": "gaussianBlur", "stdDeviation": 4}   [..., ...]   -->   effects, one after another

https://drafts.fxtf.org/filter-effects/#FilterProperty and https://github.com/whatwg/html/pull/9537
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from math import isfinite, isnan
from sys import float_info
from typing import Any, Final

from ..css.fontunits import NO_WINDOW, FontUnits, in_px, is_of_window
from ..css.nesting import DEEPEST, is_too_deep
from ..css.quantities import LENGTH_UNIT_OF, UNITS
from . import effects as e
from .effects import FARTHEST, WIDEST
from .filter_objects import FilterError, read_object

__all__ = ["DEFAULT_FONT", "FilterInput", "is_relative", "needs_glyphs", "read_filter"]

FilterInput = str | Mapping[str, Any] | Sequence[Any]
"""A CSS string, an object of the proposal, or a sequence of these."""
Effects = tuple[e.Effect, ...]
DEFAULT_FONT: Final = FontUnits.of(10.0)
"""The units of a context's default font, 10px sans-serif (HTML, "font"), by CSS's fallback values."""
LARGEST: Final = 1e6
"""Greatest factor: with a larger one, every nonzero level becomes the brightest."""
LENGTHS: Final = frozenset(["px", "cm", "mm", "q", "in", "pt", "pc"])
ANGLES: Final = frozenset(["deg", "grad", "rad", "turn"])
CURES: Final = {
    "length": "is no length: give pixels, as in 'blur(4px)'",
    "angle": "is no angle: give degrees, as in 'hue-rotate(90deg)'",
    "amount": "is no amount: give a number or a percentage, as in 'sepia(0.5)' or 'sepia(50%)'",
}


RELATIVE: Final = re.compile(r"[\d.](em|ex|ch|cap|ic|lh)\b", re.IGNORECASE)
"""Lengths that depend on the font."""
OF_GLYPHS: Final = re.compile(r"[\d.](ex|ch|cap|ic|lh)\b", re.IGNORECASE)
"""Lengths that depend on the font's glyphs or lines, and not only on its size."""


class NotReadError(ValueError):
    """A part of a filter cannot be read; the text says why."""


class ReferenceNotFoundError(NotReadError):
    """A part of a filter refers to a filter of a document, and there is none."""


def read_filter(
    value: FilterInput, font: FontUnits = DEFAULT_FONT, *, ignores_urls: bool = False, depth: int = 0
) -> Effects:
    """The effects of a filter; empty for no filter.

    Parameters
    ----------
    value
        The value of `ctx.filter`, or the argument of `begin_layer`.
    font
        The font that lengths are relative to.
    ignores_urls
        Whether a string with a ``url()`` is no filter at all, as one that refers to nothing is in CSS; otherwise it is
        refused.
    depth
        Depth of the lists around the value.

    Raises
    ------
    ValueError
        For a filter that cannot be read or is not supported, and for a negative or infinite number.
    TypeError
        For a value of another type.
    """
    if isinstance(value, str):
        return _read_css(value, font, ignores_urls)
    if isinstance(value, Mapping):
        return (read_object(value),)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        if depth == DEEPEST:
            raise FilterError(f"filter has more than {DEEPEST} lists in one another: give one list")
        nested = (read_filter(each, font, ignores_urls=ignores_urls, depth=depth + 1) for each in value)
        effects = tuple(effect for effects in nested for effect in effects)
        # Noise replaces every pixel, so that effects before it do not matter.
        return effects[max((i for i, effect in enumerate(effects) if isinstance(effect, e.Turbulence)), default=0) :]
    raise TypeError(f"filter is {value!r:.80}: give a CSS string such as 'blur(4px)', a dict, or a list of these")


def is_relative(value: FilterInput) -> bool:
    """Whether the effects of a filter depend on the font size.

    >>> is_relative("blur(0.5em)"), is_relative(["sepia()", "blur(2EX)"]), is_relative("blur(1rem)")
    (True, True, False)
    """
    return _has(RELATIVE, value)


def needs_glyphs(value: FilterInput) -> bool:
    """Whether the effects of a filter depend on more of the font than its size.

    >>> needs_glyphs("blur(0.5em)"), needs_glyphs(["sepia()", "blur(2EX)"])
    (False, True)
    """
    return _has(OF_GLYPHS, value)


def _has(unit: re.Pattern[str], value: FilterInput, depth: int = 0) -> bool:
    """Whether a string of the filter has such a unit. Lists that are too deep for `read_filter` are not looked into."""
    if isinstance(value, str):
        return unit.search(value) is not None
    return isinstance(value, Sequence) and depth < DEEPEST and any(_has(unit, each, depth + 1) for each in value)


@lru_cache(maxsize=128)
def _read_css(text: str, font: FontUnits, ignores_urls: bool) -> Effects:
    """The effects of a CSS ``filter`` value."""
    if text.strip().lower() == "none":
        return ()
    # Imported here: most programs have no filters.
    from tinycss2 import parse_component_value_list

    try:
        if is_too_deep(text):
            raise NotReadError(f"more than {DEEPEST} brackets are in one another")
        tokens = [token for token in parse_component_value_list(text, skip_comments=True) if token.type != "whitespace"]
        if not tokens:
            raise NotReadError("give functions such as 'blur(4px)', or 'none'")
        effects, is_ignored = [], False
        for token in tokens:
            try:
                effects.append(_read_function(token, font))
            except ReferenceNotFoundError:
                if not ignores_urls:
                    raise
                # Filter Effects: a reference to nothing makes the whole chain be ignored; the rest must be valid still.
                is_ignored = True
        return () if is_ignored else tuple(effects)
    except NotReadError as why:
        raise ValueError(f"filter is {text!r:.80}: {why}") from None
    except ValueError:  # An integer of thousands of digits, which Python refuses to convert.
        raise ValueError(f"filter is {text!r:.80}: a number has thousands of digits: give one of fewer") from None


def _read_function(token: Any, font: FontUnits) -> e.Effect:
    """The effect of one CSS function."""
    if token.type == "url" or (token.type == "function" and token.lower_name == "url"):
        raise ReferenceNotFoundError(
            "url() is not supported, since there is no document that it could point into: give functions"
        )
    if token.type != "function":
        raise NotReadError("give functions such as 'blur(4px)', or 'none' alone")
    name = token.lower_name
    arguments = [each for each in token.arguments if each.type not in ("whitespace", "comment")]
    if name == "drop-shadow":
        return _read_shadow(arguments, font)
    read = FUNCTIONS.get(name)
    if read is None:
        raise NotReadError(f"{name!r} is no filter: give one of drop-shadow, {', '.join(FUNCTIONS)}")
    if len(arguments) > 1:
        raise NotReadError(f"{name} takes one argument, or none, and is given {len(arguments)}")
    return read(arguments, font)


def _blur(arguments: list[Any], font: FontUnits) -> e.GaussianBlur:
    sigma = _sigma(arguments[0], font) if arguments else 0.0
    return e.GaussianBlur(sigma, sigma)


def _hue_rotate(arguments: list[Any], _font: FontUnits) -> e.ColorMatrix:
    return e.hue_rotate(_angle(arguments[0]) if arguments else 0.0)


def _amount_of(
    make: Callable[[float], e.ColorMatrix], most: float, arguments: list[Any], _font: FontUnits
) -> e.ColorMatrix:
    """An effect with one amount, which is 1 by default."""
    return make(min(_amount(arguments[0]), most) if arguments else 1.0)


FUNCTIONS: Final[dict[str, Callable[[list[Any], FontUnits], e.Effect]]] = {
    "blur": _blur,
    "brightness": partial(_amount_of, e.scale_colors, LARGEST),
    "contrast": partial(_amount_of, e.contrast, LARGEST),
    "grayscale": partial(_amount_of, e.grayscale, 1.0),
    "hue-rotate": _hue_rotate,
    "invert": partial(_amount_of, e.invert, 1.0),
    "opacity": partial(_amount_of, e.opacity, 1.0),
    "saturate": partial(_amount_of, e.saturate, LARGEST),
    "sepia": partial(_amount_of, e.sepia, 1.0),
}


def _read_shadow(arguments: list[Any], font: FontUnits) -> e.DropShadow:
    """``[<color>? && <length>{2,3}]``: the third length is a standard deviation."""
    from .channels import is_math

    is_number = [each.type in ("dimension", "number") or is_math(each) for each in arguments]
    lengths = [each for each, number in zip(arguments, is_number, strict=True) if number]
    colors = [each for each, number in zip(arguments, is_number, strict=True) if not number]
    first = is_number.index(True) if lengths else 0
    if len(lengths) not in (2, 3) or len(colors) > 1 or not all(is_number[first : first + len(lengths)]):
        raise NotReadError("drop-shadow takes two lengths, a third for its blur, and a colour before or behind them")
    dx, dy = (min(max(_length(each, font), -FARTHEST), FARTHEST) for each in lengths[:2])
    sigma = _sigma(lengths[2], font) if len(lengths) == 3 else 0.0
    return e.DropShadow(_color(colors[0]) if colors else (0.0, 0.0, 0.0, 1.0), sigma, sigma, dx, dy)


def _color(token: Any) -> tuple[float, float, float, float]:
    from .color import to_rgba

    text = str(token.serialize())
    try:
        return to_rgba(text)
    except ValueError:
        raise NotReadError(f"{text!r} is no colour") from None


def _unit_of(token: Any, kind: str) -> tuple[float, str]:
    """A number and its unit. Of calculations NaN is 0, and infinity the greatest number (CSS Values 4)."""
    from ..css.calc import evaluate
    from .channels import is_math, unit_of

    try:
        value, unit = evaluate(token, {}, LENGTH_UNIT_OF) if is_math(token) else unit_of(token)
    except ValueError:
        raise NotReadError(f"{token.serialize()!r} {_cure(token, kind)}") from None
    if is_math(token):
        lost = isnan(value) or (unit == "deg" and not isfinite(value))
        return (0.0 if lost else min(max(value, -float_info.max), float_info.max)), unit
    if not isfinite(value):
        raise NotReadError(f"{token.serialize()!r} is not finite: give a finite number")
    return value, unit


def _cure(token: Any, kind: str) -> str:
    return NO_WINDOW if kind == "length" and is_of_window(token) else CURES[kind]


def _is_zero(token: Any) -> bool:
    """Whether a token is the number 0, which needs no unit. A calculation does."""
    return bool(token.type == "number" and token.value == 0)


def _length(token: Any, font: FontUnits) -> float:
    value, unit = _unit_of(in_px(token, font), "length")
    if unit in LENGTHS:
        return value * UNITS[unit].value
    if _is_zero(token):
        return 0.0
    raise NotReadError(f"{token.serialize()!r} {_cure(token, 'length')}")


def _sigma(token: Any, font: FontUnits) -> float:
    from .channels import is_math

    sigma = _length(token, font)
    if is_math(token):  # A calculation is clamped to the allowed range; a plain number must be in it.
        sigma = max(sigma, 0.0)
    if sigma < 0:
        raise NotReadError(f"the blur is {sigma:g} px: give a finite length of at least 0")
    return min(sigma, WIDEST)


def _angle(token: Any) -> float:
    value, unit = _unit_of(token, "angle")
    if unit in ANGLES:
        return value * UNITS[unit].value
    if _is_zero(token):
        return 0.0
    raise NotReadError(f"{token.serialize()!r} {CURES['angle']}")


def _amount(token: Any) -> float:
    from .channels import is_math

    value, unit = _unit_of(token, "amount")
    if unit not in ("", "%"):
        raise NotReadError(f"{token.serialize()!r} {CURES['amount']}")
    if is_math(token):
        value = max(value, 0.0)
    if value < 0:
        raise NotReadError(f"{token.serialize()!r} is negative: give an amount of at least 0")
    return value / 100 if unit == "%" else value
