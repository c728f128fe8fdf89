"""numbers: checks and conversion of number arguments, with uniform errors.

    anything with __float__ or __index__   int, float, NumPy's scalars and arrays without axes, Decimal, Fraction
    TypeError     None, text, lists, complex numbers: they are no numbers
    ValueError    infinite, NaN, beyond float64; with on_invalid="ignore" the call does nothing instead

With on_invalid="ignore", where a check is not ``strict``, `to_number` converts what is no number as JavaScript does.
"""

from __future__ import annotations

import re
from math import inf, isfinite, nan
from typing import Any, Final, SupportsFloat, SupportsIndex

import numpy as np

__all__ = ["Number", "Whole", "as_float", "as_in_javascript", "finite_floats", "no_number", "shown", "to_number"]

Number = SupportsFloat | SupportsIndex
"""The type of an argument that is a number."""
Whole = int | np.integer[Any]
"""The type of an argument that is a whole number."""
SPACE: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""JavaScript's white space and line ends; `str.strip` has other ones."""
DECIMAL: Final = re.compile(r"([+-]?(Infinity|(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?))?", re.ASCII)
"""A decimal number in a JavaScript text, or nothing, which is 0; Python's own rule also allows 1_000, nan and inf."""
OTHER_BASE: Final = re.compile(r"0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
"""A hexadecimal, octal or binary number in a JavaScript text."""


def shown(value: object) -> str:
    """A short form of any value for an error's text."""
    try:
        return f"{value!r:.80}"
    except ValueError:  # An integer with more digits than Python converts.
        return f"a {type(value).__name__} too long to be written"


def no_number(verb: str, name: str, value: object) -> TypeError:
    """The error for an argument, or with an empty ``verb`` a setting, that is no number."""
    return TypeError(f"{verb}{': ' if verb else ''}{name} is {shown(value)}: give a number")


def as_float(verb: str, name: str, value: object, strict: bool = True) -> float:
    """An argument as a float, infinite where it is beyond one.

    What is no number raises TypeError, or with ``strict=False`` is converted by `to_number`.
    """
    try:
        # float() reads text as well, isfinite() does not.
        isfinite(value)  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return inf if value > 0 else -inf  # type: ignore[operator]
    except TypeError:
        if strict:
            raise no_number(verb, name, value) from None
    return to_number(value)


def to_number(value: object) -> float:
    """Any value as a float, as JavaScript's ToNumber converts it: NaN where it is no number, nor a text of one.

    None stands for JavaScript's undefined, and is NaN. So are all lists, also those of one number.
    https://tc39.es/ecma262/#sec-tonumber

    >>> [to_number(each) for each in (7, True, " 1.5e3\\n", ".5", "", "0x1F", "-Infinity")]
    [7.0, 1.0, 1500.0, 0.5, 0.0, 31.0, -inf]
    >>> [to_number(each) for each in ("1_000", "inf", "-0x1", "12px", None, [1])]
    [nan, nan, nan, nan, nan, nan]
    """
    if not isinstance(value, str):
        try:
            return as_float("", "", value)
        except TypeError:
            return nan
    text = value.strip(SPACE)
    if OTHER_BASE.fullmatch(text):
        return as_float("", "", int(text, 0))
    return float(text or 0) if DECIMAL.fullmatch(text) else nan


def as_in_javascript(number: float) -> str:
    """A number as JavaScript writes it: the same digits as ``repr``, other exponents, no minus before 0.

    >>> as_in_javascript(1e-7), as_in_javascript(0.00001), as_in_javascript(1e16), as_in_javascript(-0.0)
    ('1e-7', '0.00001', '10000000000000000', '0')
    >>> as_in_javascript(-inf), as_in_javascript(inf - inf)
    ('-Infinity', 'NaN')
    """
    if number == 0.0:
        return "0"
    if not isfinite(number):
        return "NaN" if number != number else "Infinity" if number > 0.0 else "-Infinity"
    if 1e-6 <= abs(number) < 1e21:
        return np.format_float_positional(number, trim="-")
    digits, _, exponent = repr(number).partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent):+d}"


def finite_floats(verb: str, names: str, values: tuple[object, ...], strict: bool) -> tuple[float, ...] | None:
    """The arguments of a call as floats; None where one of them is not finite, and the call is to be ignored.

    Parameters
    ----------
    verb, names
        What was called, and the arguments' names, with spaces between them.
    values
        The arguments.
    strict
        Raise ValueError for what is not finite, and TypeError for what is no number. Otherwise `to_number` converts
        what is no number.
    """
    numbers = tuple(as_float(verb, name, value, strict) for name, value in zip(names.split(), values, strict=True))
    fine = [isfinite(number) for number in numbers]
    if all(fine):
        return numbers
    if strict:
        bad = fine.index(False)
        raise ValueError(
            f'{verb}: {names.split()[bad]} is {shown(values[bad])}: give a finite number, or use on_invalid="ignore"'
        )
    return None
