"""webidl: converts the numbers of filter objects as WebIDL does for JavaScript values.

    {"name": "dropShadow", "dx": "5", "dy": [True]}   -->   {"name": "dropShadow", "dx": 5.0, "dy": 1.0}

It is for canvases with ``on_invalid="ignore"``, which follow the standard. There a string of digits is a number, a list
of one item stands for the item, and a negative deviation means no blur. Other values stay, and are refused when read.

https://webidl.spec.whatwg.org/#js-double and https://drafts.fxtf.org/filter-effects/#feGaussianBlurElement
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["as_javascript"]

NUMBERS: Final = frozenset(
    ("amplitude", "bias", "divisor", "dx", "dy", "exponent", "floodOpacity", "intercept", "offset", "slope")
)
LISTS: Final = frozenset(("kernelMatrix", "tableValues", "values"))
FUNCTIONS: Final = frozenset(("funcR", "funcG", "funcB", "funcA"))


def as_javascript(value: Any) -> Any:
    """A filter, or a list of filters, with all numbers of its objects as floats, and without members that are None.

    >>> as_javascript([{"name": "gaussianBlur", "stdDeviation": ["2", -1]}, "blur(1px)"])
    [{'name': 'gaussianBlur', 'stdDeviation': [2.0, 0.0]}, 'blur(1px)']
    """
    if isinstance(value, Mapping):
        return {key: _member(key, given) for key, given in value.items() if given is not None or key == "filter"}
    if _is_list(value):
        return [as_javascript(each) if isinstance(each, Mapping) else each for each in value]
    return value


def _member(key: str, given: Any) -> Any:
    if key == "stdDeviation":
        several = _is_list(given) and len(given) > 1
        return [_at_least_0(each) for each in given] if several else _at_least_0(given)
    if key in NUMBERS:
        return _number(given)
    if key in LISTS and _is_list(given):
        return [[_number(each) for each in row] if _is_list(row) else _number(row) for row in given]
    return as_javascript(given) if key in FUNCTIONS else given


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _number(given: Any) -> Any:
    """The number that JavaScript makes of a value; the value itself where it makes none."""
    if _is_list(given) and len(given) <= 1:
        given = given[0] if given else 0.0
    if isinstance(given, str):
        try:
            return float(given) if given.strip() else 0.0
        except ValueError:
            return given
    return float(given) if isinstance(given, bool) else given


def _at_least_0(given: Any) -> Any:
    number = _number(given)
    return 0.0 if isinstance(number, int | float) and number < 0 else number
