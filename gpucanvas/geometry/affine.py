"""affine: affine maps of the plane, as six numbers.

    | a c e |   | x |      x' = a x + c y + e
    | b d f | * | y |      y' = b x + d y + f
    | 0 0 1 |   | 1 |

Hot code passes plain 6-tuples ``(a, b, c, d, e, f)`` in the HTML order to the functions; ``matrix.DOMMatrix`` is the
public value. ``multiply(m, n)`` applies ``n`` first, as ``m @ n`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import cos, isfinite, isnan, sin
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .numbers import Number, as_float

__all__ = [
    "IDENTITY",
    "Affine",
    "AffineNumbers",
    "Matrix",
    "apply",
    "as_tuple",
    "invert",
    "multiply",
    "rotation",
    "sine_and_cosine",
]

QUARTER_ERROR: Final = 2.0**-52
"""Relative error of an angle that was rounded to a float."""
MOST_QUARTER_ERROR: Final = 2.0**-20
"""Greatest error that is allowed for: sine and cosine of a far angle would both be 0 otherwise."""
Affine = tuple[float, float, float, float, float, float]
"""Six floats in the HTML order: a, b, c, d, e, f."""


class AffineNumbers:
    """The numbers of a `matrix.DOMMatrix`: a to f, and the ten other numbers of a 3D matrix, else None."""

    __slots__ = ("_rest", "a", "b", "c", "d", "e", "f")

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    _rest: tuple[float, ...] | None


Matrix = AffineNumbers | Sequence[Number | Sequence[Number]] | NDArray[Any] | Mapping[str, Number]
"""The type of any spelling of a map that `as_tuple` reads."""
IDENTITY: Final[Affine] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_LETTERS: Final = "abcdef"
_LONG_NAMES: Final = ("m11", "m12", "m21", "m22", "m41", "m42")


def multiply(m: Affine, n: Affine) -> Affine:
    """Return the map that applies ``n`` first and ``m`` second.

    >>> multiply((1, 0, 0, 1, 10, 0), (2, 0, 0, 2, 0, 0))
    (2, 0, 0, 2, 10, 0)
    """
    a, b, c, d, e, f = m
    na, nb, nc, nd, ne, nf = n
    return (
        a * na + c * nb,
        b * na + d * nb,
        a * nc + c * nd,
        b * nc + d * nd,
        a * ne + c * nf + e,
        b * ne + d * nf + f,
    )


def invert(m: Affine) -> Affine | None:
    """Return the inverse map, or None where there is none (determinant 0, or not finite).

    >>> invert((2.0, 0.0, 0.0, 4.0, 6.0, 0.0))
    (0.5, 0.0, 0.0, 0.25, -3.0, 0.0)
    >>> invert((1.0, 1.0, 1.0, 1.0, 0.0, 0.0)) is None
    True
    """
    a, b, c, d, e, f = m
    det = a * d - b * c
    if det == 0.0 or not isfinite(det):
        return None
    # 0.0 is added to avoid -0.0 in printed matrices.
    inverse = (
        d / det + 0.0,
        -b / det + 0.0,
        -c / det + 0.0,
        a / det + 0.0,
        (c * f - d * e) / det + 0.0,
        (b * e - a * f) / det + 0.0,
    )
    return inverse if all(map(isfinite, inverse)) else None


def apply(m: Affine, x: float, y: float) -> tuple[float, float]:
    """Return the point (x, y) mapped by ``m``.

    >>> apply((2, 0, 0, 2, 10, 20), 1, 1)
    (12, 22)
    """
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def rotation(angle: float) -> Affine:
    """Return the rotation by ``angle`` radians about the origin, clockwise on a canvas (y points down)."""
    s, c = sine_and_cosine(angle)
    return (c, s, -s, c, 0.0, 0.0)


def sine_and_cosine(angle: float) -> tuple[float, float]:
    """Return sine and cosine of an angle, exactly 0 at multiples of a quarter turn, as nearly as floats represent them.

    So images turned by quarters keep hard edges, and rectangles stay axis-aligned.

    >>> sine_and_cosine(1.5707963267948966), sine_and_cosine(-9.42477796076938)
    ((1.0, 0.0), (0.0, -1.0))
    """
    s, c = sin(angle), cos(angle)
    # The error of an angle that is a rounded product of two floats.
    error = min(QUARTER_ERROR * max(abs(angle), 1.0), MOST_QUARTER_ERROR)
    return (0.0 if abs(s) <= error else s), (0.0 if abs(c) <= error else c)


def sines_and_cosines(angles: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sines and cosines of many angles, as `sine_and_cosine`.

    >>> sines_and_cosines(np.array([0.0, 1.5707963267948966]))[1].tolist()
    [1.0, 0.0]
    """
    s, c = np.sin(angles), np.cos(angles)
    errors = np.minimum(QUARTER_ERROR * np.maximum(np.abs(angles), 1.0), MOST_QUARTER_ERROR)
    return np.where(np.abs(s) <= errors, 0.0, s), np.where(np.abs(c) <= errors, 0.0, c)


def as_tuple(value: object) -> Affine:
    """Return any spelling of a 2D affine map as six floats.

    Parameters
    ----------
    value
        Six numbers in the HTML order (tuple, list, array); sixteen numbers (column-major, of which the 2D ones are
        taken, as the canvas does with a 3D matrix); a ``DOMMatrix`` or anything with attributes ``a`` to ``f``; a
        mapping with the keys of the standard's ``DOMMatrix2DInit`` (``a``..``f`` or ``m11``..``m42``, those absent are
        the identity's); an array of shape (3, 3), (2, 3) or (2, 2) that multiplies column vectors.

    Returns
    -------
    tuple of 6 float
        Infinite and NaN numbers are returned as they are.

    Raises
    ------
    TypeError
        The value is none of these.
    ValueError
        An array or sequence has another shape, or the bottom row of a (3, 3) is not 0, 0, 1.

    >>> as_tuple([[1, 0, 5], [0, 1, 6], [0, 0, 1]])
    (1.0, 0.0, 0.0, 1.0, 5.0, 6.0)
    """
    if isinstance(value, AffineNumbers):
        return (value.a, value.b, value.c, value.d, value.e, value.f)
    if isinstance(value, Mapping):
        return _from_mapping(value)
    try:
        if all(hasattr(value, letter) for letter in _LETTERS):
            return _six(as_float("matrix", letter, getattr(value, letter)) for letter in _LETTERS)
        if isinstance(value, tuple | list) and len(value) == 6:
            return _six(as_float("matrix", *each) for each in zip(_LETTERS, value, strict=True))
        if isinstance(value, str | bytes):
            raise TypeError
        array = np.asarray(value)
        if array.dtype.kind not in "fiubO" or any(each is None for each in array.ravel().tolist()):
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"a matrix cannot be made of {value!r}: pass six numbers (a, b, c, d, e, f), a DOMMatrix or a 3x3 array"
        ) from None
    return _from_array(array)


class MatrixShapeError(ValueError):
    """A sequence is not of 6 or 16 numbers, nor an array of a matrix's shape. JavaScript raises `TypeError` then."""

    name = "TypeError"


def _six(numbers: Iterable[float]) -> Affine:
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)


def _from_mapping(value: Mapping[Any, Any]) -> Affine:
    six = []
    for short, long, default in zip(_LETTERS, _LONG_NAMES, IDENTITY, strict=True):
        number = as_float("matrix", short, value.get(short, value.get(long, default)))
        if short in value and long in value and not _is_same(number, as_float("matrix", long, value[long])):
            raise TypeError(f"matrix: {short}={value[short]!r} and {long}={value[long]!r} differ: pass one of the two")
        six.append(number)
    return _six(six)


def _is_same(a: float, b: float) -> bool:
    """JavaScript's SameValueZero: NaN is the same as NaN."""
    return a == b or (isnan(a) and isnan(b))


def _from_array(m: NDArray[np.float64]) -> Affine:
    if m.shape == (16,):
        return _six(m[[0, 1, 4, 5, 12, 13]].tolist())
    if m.shape == (6,):
        return _six(m.tolist())
    if m.shape == (3, 3) and not np.array_equal(m[2], (0.0, 0.0, 1.0)):
        raise ValueError(f"matrix: the bottom row is {m[2].tolist()}, not [0, 0, 1]: a canvas has no perspective")
    if m.shape in ((3, 3), (2, 3)):
        return _six(m[:2].T.ravel().tolist())
    if m.shape == (2, 2):
        return _six([*m.T.ravel().tolist(), 0.0, 0.0])
    cure = "pass 6 or 16 numbers, or a 3x3, 2x3 or 2x2 array"
    raise MatrixShapeError(f"a matrix cannot be made of shape {m.shape}: {cure}")
