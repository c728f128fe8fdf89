"""placing: where gradients and patterns lie on a surface: numbers in user space become those of a record.

    numbers of a gradient                       -->  those that `stages/ramps.py` makes a record of, under a transform
    matrix of a pattern, inverse of the transform  -->  map from the surface to its pixels

All of it is computed in float64, and trigonometry only here: kernels and shaders are left with what depends on the
pixel. None says that nothing is painted.
"""

from __future__ import annotations

from math import cos, fmod, hypot, isfinite, sin

from ..geometry.affine import Affine, invert, multiply
from ..paint.gradient import Kind

__all__ = ["own_numbers", "place_pattern"]

Numbers = tuple[float, ...]


def by_rows(m: Affine) -> Numbers:
    """A map as records have it: xx, xy, dx, yx, yy, dy."""
    a, b, c, d, e, f = m
    return a, c, e, b, d, f


def own_numbers(kind: Kind, numbers: Numbers) -> Numbers:
    """The numbers of a gradient and what only Python's functions may say of them: seven.

    They are (x0, y0, x1, y1), (x0, y0, r0, x1, y1, r1, distance of the centres) or (cosine, sine, x, y).
    """
    if kind == "linear":
        return *numbers, 0.0, 0.0, 0.0
    if kind == "radial":
        x0, y0, _, x1, y1, _ = numbers
        return *numbers, hypot(x1 - x0, y1 - y0)
    angle, x, y = numbers
    return cos(angle), sin(angle), x, y, 0.0, 0.0, 0.0


def place_pattern(matrix: Affine, size: tuple[int, int], repeats: tuple[bool, bool], inverse: Affine) -> Numbers | None:
    """A pattern under its own matrix: the map from the surface to its pixels; nothing without an inverse."""
    own = invert(matrix)
    if own is None:
        return None
    a, b, c, d, e, f = multiply(own, inverse)
    # Whole repeats change nothing, and small numbers are more exact.
    e = fmod(e, size[0]) if repeats[0] and isfinite(e) else e
    f = fmod(f, size[1]) if repeats[1] and isfinite(f) else f
    return by_rows((a, b, c, d, e, f))
