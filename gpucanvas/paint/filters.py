"""filters: what is done to a layer as a whole, read from CSS or from the layers proposal's objects.

    "blur(4px)"   {"name": "gaussianBlur", "stdDeviation": 4}   [..., ...]   -->   standard deviations, pixels

https://drafts.fxtf.org/filter-effects/#FilterProperty and https://github.com/whatwg/html/pull/9537
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, Final

__all__ = ["FilterInput", "read_filter"]

FilterInput = str | Mapping[str, Any] | Sequence[Any]
"""A CSS string, an object of the proposal, or a sequence of these."""
Blurs = tuple[tuple[float, float], ...]
WIDEST: Final = 10_000.0
"""The widest standard deviation, pixels: a wider blur of any canvas is a single colour."""
PIXELS: Final = {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54, "pt": 96 / 72, "pc": 16.0}
"""CSS's absolute lengths, pixels."""
FUNCTION: Final = re.compile(r"\s*([a-z-]+)\(([^()]*)\)", re.IGNORECASE)
LENGTH: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)", re.IGNORECASE)
OTHERS: Final = frozenset(
    [
        "brightness",
        "contrast",
        "drop-shadow",
        "grayscale",
        "hue-rotate",
        "invert",
        "opacity",
        "saturate",
        "sepia",
        "url",
    ]
) | frozenset(["colorMatrix", "componentTransfer", "convolveMatrix", "dropShadow", "turbulence"])
"""Filters of CSS and of the proposal that are not supported yet."""


def read_filter(value: FilterInput | None) -> Blurs:
    """The standard deviations, across and down, of the blurs that a filter is made of; none for no filter.

    Raises
    ------
    ValueError
        For what cannot be read, is negative or not finite, or is not supported yet.
    TypeError
        For what is no filter.
    """
    if value is None:
        return ()
    if isinstance(value, str):
        return _read_css(value)
    if isinstance(value, Mapping):
        return (_read_object(value),)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return tuple(blur for each in value for blur in read_filter(each))
    raise TypeError(f"filter is {value!r:.80}: give a CSS string such as 'blur(4px)', a dict, or a list of these")


def _read_css(text: str) -> Blurs:
    """The blurs of a CSS ``filter`` value."""
    rest, found = text.strip(), []
    if rest.lower() in ("", "none"):
        return ()
    while rest:
        match = FUNCTION.match(rest)
        if match is None:
            raise ValueError(f"filter is {text!r:.80}: give functions such as 'blur(4px)', or 'none'")
        name, argument = match[1].lower(), match[2].strip()
        if name != "blur":
            _refuse(name, text)
        sigma = _read_length(argument, text) if argument else 0.0
        found.append((sigma, sigma))
        rest = rest[match.end() :].strip()
    return tuple(found)


def _read_length(argument: str, text: str) -> float:
    match = LENGTH.fullmatch(argument)
    unit = match[2].lower() if match else ""
    if match is None or (unit not in PIXELS and not (unit == "" and float(match[1]) == 0)):
        raise ValueError(f"filter is {text!r:.80}: {argument!r} is no length: give pixels, as in 'blur(4px)'")
    return _checked(float(match[1]) * PIXELS.get(unit, 1.0), f"filter is {text!r:.80}")


def _read_object(value: Mapping[str, Any]) -> tuple[float, float]:
    """The blur of an object of the proposal."""
    name = value.get("name")
    if name != "gaussianBlur":
        _refuse(name, value)
    given: Any = value.get("stdDeviation")
    sigmas = list(given) if isinstance(given, Sequence) and not isinstance(given, str | bytes) else [given, given]
    if len(sigmas) != 2 or not all(isinstance(each, int | float) and not isinstance(each, bool) for each in sigmas):
        raise ValueError(f"filter gaussianBlur: stdDeviation is {given!r:.80}: give a number, or two: across and down")
    across, down = (_checked(float(each), "filter gaussianBlur: stdDeviation") for each in sigmas)
    return across, down


def _checked(sigma: float, where: str) -> float:
    if not isfinite(sigma) or sigma < 0:
        raise ValueError(f"{where}: the blur is {sigma:g} px: give a finite length of at least 0")
    return min(sigma, WIDEST)


def _refuse(name: object, given: object) -> None:
    """Raise ValueError for a filter that is none, or is missing."""
    if name in OTHERS:
        raise ValueError(f"filter is {given!r:.80}: {name} is not supported yet; blur is")
    raise ValueError(f"filter is {given!r:.80}: {name!r} is no filter: give blur(4px) or gaussianBlur")
