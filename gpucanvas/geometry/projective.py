"""projective: 3D projective maps, as sixteen numbers.

| m11 m21 m31 m41 |   | x |      stored column after column: m11, m12, m13, m14, m21, ...
| m12 m22 m32 m42 |   | y |
| m13 m23 m33 m43 | * | z |      an affine map of the plane, a to f, is m11 m12 m21 m22 m41 m42;
| m14 m24 m34 m44 |   | w |      the other ten are then those of the identity
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, isfinite
from typing import Any, Final

import numpy as np

from .affine import AffineNumbers, as_tuple, sine_and_cosine
from .numbers import as_float

__all__ = [
    "FLAT",
    "IDENTITY_16",
    "IN_PLANE",
    "NAMES",
    "OFF_PLANE",
    "Sixteen",
    "apply_16",
    "as_sixteen",
    "invert_16",
    "multiply_16",
    "rotation_about",
    "sixteen_of",
]

Sixteen = tuple[float, ...]
"""Sixteen floats, column after column."""
NAMES: Final = tuple(f"m{column}{row}" for column in range(1, 5) for row in range(1, 5))
IDENTITY_16: Final[Sixteen] = tuple(1.0 if i % 5 == 0 else 0.0 for i in range(16))
IN_PLANE: Final = (0, 1, 4, 5, 12, 13)
"""Indices of a to f among the sixteen."""
OFF_PLANE: Final = tuple(i for i in range(16) if i not in IN_PLANE)
FLAT: Final[Sixteen] = tuple(IDENTITY_16[i] for i in OFF_PLANE)
"""The ten other numbers of a 2D matrix."""


def sixteen_of(six: Sequence[float], rest: Sequence[float] | None = None) -> Sixteen:
    """Return a to f and the ten other numbers (those of the plane if None) as sixteen.

    >>> sixteen_of((1, 2, 3, 4, 5, 6))
    (1, 2, 0.0, 0.0, 3, 4, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 5, 6, 0.0, 1.0)
    """
    r = FLAT if rest is None else rest
    a, b, c, d, e, f = six
    return (a, b, r[0], r[1], c, d, r[2], r[3], r[4], r[5], r[6], r[7], e, f, r[8], r[9])


def as_sixteen(value: object) -> tuple[Sixteen, bool]:
    """Return any spelling of a matrix as sixteen floats, and whether it is a map of the plane by its form.

    Parameters
    ----------
    value
        Whatever `affine.as_tuple` takes; sixteen numbers, column after column; an array of shape (4, 4) that
        multiplies column vectors; a mapping with the keys of the standard's ``DOMMatrixInit`` (``m11`` to ``m44``,
        ``a`` to ``f``, ``is2D`` or ``is_2d``).

    Raises
    ------
    TypeError, ValueError
        As `affine.as_tuple`; and for a mapping that says ``is2D`` and has numbers off the plane.
    """
    if isinstance(value, AffineNumbers):
        return sixteen_of(as_tuple(value), value._rest), value._rest is None
    if isinstance(value, Mapping):
        return _from_mapping(value)
    # A ragged sequence is refused by `as_tuple`.
    if isinstance(value, list | tuple | np.ndarray) and len(value) in (4, 16) and _is_even(value):
        array = np.asarray(value)
        if array.dtype.kind in "fiub" and array.shape in ((16,), (4, 4)):
            flat = array.T.ravel() if array.ndim == 2 else array
            return tuple(flat.astype(np.float64).tolist()), False
    return sixteen_of(as_tuple(value)), True


def _is_even(value: Any) -> bool:
    """Whether the items of a sequence are all numbers, or all sequences of one length."""
    return len({len(item) if hasattr(item, "__len__") else -1 for item in value}) == 1


def _from_mapping(value: Mapping[Any, Any]) -> tuple[Sixteen, bool]:
    numbers = list(sixteen_of(as_tuple(value)))
    for i in OFF_PLANE:
        numbers[i] = as_float("matrix", NAMES[i], value.get(NAMES[i], IDENTITY_16[i]))
    in_plane = all(numbers[i] == IDENTITY_16[i] for i in OFF_PLANE)
    said = value.get("is2D", value.get("is_2d", in_plane))
    if said and not in_plane:
        off = next(NAMES[i] for i in OFF_PLANE if numbers[i] != IDENTITY_16[i])
        raise TypeError(f"matrix: is2D is true and {off} is {value[off]!r}: leave one of the two out")
    return tuple(numbers), bool(said)


def multiply_16(m: Sixteen, n: Sixteen) -> Sixteen:
    """Return the map that applies ``n`` first and ``m`` second."""
    return tuple(
        m[row] * n[column] + m[4 + row] * n[column + 1] + m[8 + row] * n[column + 2] + m[12 + row] * n[column + 3]
        for column in (0, 4, 8, 12)
        for row in range(4)
    )


def apply_16(m: Sixteen, point: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the mapped point (x, y, z, w); it is not divided by w."""
    x, y, z, w = point
    a, b, c, d = (m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row] * w for row in range(4))
    return a, b, c, d


def invert_16(m: Sixteen) -> Sixteen | None:
    """Return the inverse map, or None where there is none (determinant 0, or not finite).

    >>> invert_16((2.0, 0, 0, 0, 0, 4.0, 0, 0, 0, 0, 1.0, 0, 6.0, 0, 0, 1.0))[12]
    -3.0
    """
    # The determinants of two rows of the left two columns, and of the right two: all cofactors are sums of them.
    left, right = _minors(m[:8]), _minors(m[8:])
    det = sum(sign * left[i] * right[5 - i] for i, sign in enumerate((1, -1, 1, 1, -1, 1)))
    if det == 0.0 or not isfinite(det):
        return None
    out = [0.0] * 16
    for column in range(4):
        other, minors = (m[4:8], m[:4], m[12:16], m[8:12])[column], right if column < 2 else left
        sign = (1, -1)[column % 2]
        for row in range(4):
            first, second, third = (k for k in range(4) if k != row)
            cofactor = (
                other[first] * minors[_PAIRS.index((second, third))]
                - other[second] * minors[_PAIRS.index((first, third))]
                + other[third] * minors[_PAIRS.index((first, second))]
            )
            out[4 * row + column] = sign * (1, -1)[row % 2] * cofactor / det + 0.0
    return tuple(out) if all(map(isfinite, out)) else None


_PAIRS: Final = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))


def _minors(columns: Sixteen) -> list[float]:
    """Determinants of each pair of rows of two columns."""
    return [columns[i] * columns[4 + j] - columns[j] * columns[4 + i] for i, j in _PAIRS]


def rotation_about(x: float, y: float, z: float, angle: float) -> Sixteen:
    """Return the rotation by ``angle`` radians about the axis (x, y, z); the identity for an axis without length."""
    length = hypot(x, y, z)
    if length == 0.0:
        return IDENTITY_16
    x, y, z = x / length, y / length, z / length
    s, c = sine_and_cosine(angle)
    k = 1.0 - c
    # fmt: off
    return (
        c + x * x * k, x * y * k + z * s, x * z * k - y * s, 0.0,
        x * y * k - z * s, c + y * y * k, y * z * k + x * s, 0.0,
        x * z * k + y * s, y * z * k - x * s, c + z * z * k, 0.0,
        0.0, 0.0, 0.0, 1.0,
    )
    # fmt: on
