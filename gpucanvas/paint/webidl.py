"""webidl: converts the numbers of filter objects as WebIDL does for JavaScript values.

    {"name": "dropShadow", "dx": "5", "dy": True}   -->   {"name": "dropShadow", "dx": 5.0, "dy": 1.0}

It is for canvases with ``on_invalid="ignore"``, which follow the standard. There a string of digits is a number, None
(null) is 0, a list of one item stands for the item, and a negative deviation means no blur. An object whose name is no
filter's is no filter, also in a list. Other values stay, and are refused when read.

https://webidl.spec.whatwg.org/#js-double and https://drafts.fxtf.org/filter-effects/#feGaussianBlurElement
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isnan, trunc
from typing import Any, Final

from ..geometry.numbers import to_number
from .filter_objects import READERS

__all__ = ["as_javascript"]

NUMBERS: Final = frozenset(
    (
        *("amplitude", "baseFrequency", "bias", "divisor", "dx", "dy", "exponent", "floodOpacity", "intercept"),
        *("offset", "seed", "slope"),
    )
)
WHOLE: Final = frozenset(("numOctaves",))
LISTS: Final = frozenset(("kernelMatrix", "tableValues", "values"))
FUNCTIONS: Final = frozenset(("funcR", "funcG", "funcB", "funcA"))
DEFAULTED: Final = frozenset(
    ("divisor", "edgeMode", "order", "preserveAlpha", "targetX", "targetY", "type", *FUNCTIONS)
)
"""Members for which null is as if they were left out."""


def as_javascript(value: Any) -> Any:
    """A filter, or a list of filters, with all numbers of its objects as floats.

    >>> as_javascript([{"name": "gaussianBlur", "stdDeviation": ["2", -1]}, {"name": "unknown"}, "blur(1px)"])
    [{'name': 'gaussianBlur', 'stdDeviation': [2.0, 0.0]}, 'blur(1px)']
    """
    if isinstance(value, Mapping):
        return _object(value) if _is_filter(value) else []
    if _is_list(value):
        known = [each for each in value if not isinstance(each, Mapping) or _is_filter(each)]
        return [_object(each) if isinstance(each, Mapping) else each for each in known]
    return value


def _is_filter(value: Mapping[str, Any]) -> bool:
    name = value.get("name")
    return isinstance(name, str) and name in READERS


def _object(value: Mapping[str, Any]) -> dict[str, Any]:
    # The type of a turbulence is one of two words, and null is neither.
    defaulted = DEFAULTED - {"type"} if value.get("name") == "turbulence" else DEFAULTED
    return {key: _member(key, given) for key, given in value.items() if given is not None or key not in defaulted}


def _member(key: str, given: Any) -> Any:
    if key == "stdDeviation":
        several = _is_list(given) and len(given) > 1
        return [_at_least_0(each) for each in given] if several else _at_least_0(given)
    if key == "baseFrequency" and _is_list(given) and len(given) > 1:
        return [_number(each) for each in given]
    if key in NUMBERS:
        return _number(given)
    if key in WHOLE:
        number = _number(given)
        return trunc(number) if isinstance(number, float) and 0 <= number < inf else number
    if key in LISTS and _is_list(given):
        return [[_number(each) for each in row] if _is_list(row) else _number(row) for row in given]
    return _object(given) if key in FUNCTIONS and isinstance(given, Mapping) else given


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _number(given: Any) -> Any:
    """The number that JavaScript makes of a value; the value itself where it makes none."""
    if isinstance(given, bool):
        return float(given)
    item = given
    while _is_list(item) and len(item) <= 1:
        item = item[0] if item else None
    if item is None:
        return 0.0
    if isinstance(item, str):
        number = to_number(item)
        return given if isnan(number) else number
    return item if isinstance(item, int | float) and not isinstance(item, bool) else given


def _at_least_0(given: Any) -> Any:
    number = _number(given)
    return 0.0 if isinstance(number, int | float) and -inf < number < 0 else number
