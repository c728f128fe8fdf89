"""placing: converts the geometry of gradients and patterns from user space to the numbers of their records.

    numbers of a gradient                          -->  the numbers from which `stages/ramps.py` makes a record
    matrix of a pattern, inverse of the transform  -->  map from the surface to the pattern's pixels

Everything here is computed once in float64, including all trigonometry. Kernels and shaders compute only what depends
on the pixel. A function returns None where nothing is painted.
"""

from __future__ import annotations

from math import cos, fmod, hypot, isfinite, sin

from ..geometry.affine import Affine, invert, multiply
from ..paint.gradient import Kind

__all__ = ["own_numbers", "place_pattern"]

Numbers = tuple[float, ...]


def by_rows(m: Affine) -> Numbers:
    """Returns an affine map in the order of records: xx, xy, dx, yx, yy, dy."""
    a, b, c, d, e, f = m
    return a, c, e, b, d, f


def own_numbers(kind: Kind, numbers: Numbers) -> Numbers:
    """Returns seven numbers of a gradient, with its trigonometry and square roots computed here; unused ones are 0.

    They are (x0, y0, x1, y1), (x0, y0, r0, x1, y1, r1, distance of the centres) or (cosine, sine, x, y). Only Python
    computes these functions, so that every backend has the same bits.
    """
    if kind == "linear":
        return *numbers, 0.0, 0.0, 0.0
    if kind == "radial":
        x0, y0, _, x1, y1, _ = numbers
        return *numbers, hypot(x1 - x0, y1 - y0)
    angle, x, y = numbers
    return cos(angle), sin(angle), x, y, 0.0, 0.0, 0.0


def place_pattern(matrix: Affine, size: tuple[int, int], repeats: tuple[bool, bool], inverse: Affine) -> Numbers | None:
    """Returns the map from the surface to a pattern's pixels; None where the pattern's matrix has no inverse."""
    own = invert(matrix)
    if own is None:
        return None
    a, b, c, d, e, f = multiply(own, inverse)
    # Whole periods are taken off: they change nothing, and smaller numbers are more exact in float32.
    e = fmod(e, size[0]) if repeats[0] and isfinite(e) else e
    f = fmod(f, size[1]) if repeats[1] and isfinite(f) else f
    return by_rows((a, b, c, d, e, f))
