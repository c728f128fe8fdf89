"""numbers: checks and conversion of number arguments, with uniform errors.

    anything with __float__ or __index__   int, float, NumPy's scalars and arrays without axes, Decimal, Fraction
    TypeError     None, text, lists, complex numbers: they are no numbers
    ValueError    infinite, NaN, beyond float64; with on_invalid="ignore" the call does nothing instead
"""

from __future__ import annotations

from math import inf, isfinite
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np

__all__ = ["Number", "Whole", "all_finite", "as_float", "as_in_javascript", "is_finite", "no_number", "shown"]

Number = SupportsFloat | SupportsIndex
"""The type of an argument that is a number."""
Whole = int | np.integer[Any]
"""The type of an argument that is a whole number."""


def shown(value: object) -> str:
    """A short form of any value for an error's text."""
    try:
        return f"{value!r:.80}"
    except ValueError:  # An integer with more digits than Python converts.
        return f"a {type(value).__name__} too long to be written"


def no_number(verb: str, name: str, value: object) -> TypeError:
    """The error for an argument, or with an empty ``verb`` a setting, that is no number."""
    return TypeError(f"{verb}{': ' if verb else ''}{name} is {shown(value)}: give a number")


def is_finite(verb: str, name: str, value: object) -> bool:
    """Whether an argument is a finite number; TypeError where it is none."""
    try:
        return isfinite(value)  # type: ignore[arg-type]
    except OverflowError:
        return False
    except TypeError:
        raise no_number(verb, name, value) from None


def as_float(verb: str, name: str, value: object) -> float:
    """An argument as a float, infinite where it is beyond one; TypeError where it is no number."""
    try:
        # float() reads text as well, isfinite() does not.
        isfinite(value)  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return inf if value > 0 else -inf  # type: ignore[operator]
    except TypeError:
        raise no_number(verb, name, value) from None


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


def all_finite(verb: str, names: str, values: tuple[object, ...], strict: bool) -> bool:
    """Whether all arguments are finite numbers.

    Parameters
    ----------
    verb, names
        What was called, and the arguments' names, with spaces between them.
    values
        The arguments.
    strict
        Raise ValueError for what is not finite. TypeError for what is no number is raised either way.
    """
    fine = [is_finite(verb, name, value) for name, value in zip(names.split(), values, strict=True)]
    if all(fine):
        return True
    if strict:
        bad = fine.index(False)
        raise ValueError(
            f'{verb}: {names.split()[bad]} is {shown(values[bad])}: give a finite number, or use on_invalid="ignore"'
        )
    return False
