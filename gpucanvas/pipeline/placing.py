"""placing: where gradients, patterns and images lie on a surface: numbers in user space become those of a record.

    numbers of a gradient, inverse of the transform  -->  map from the surface to the paint's own space, and its shape
    corners of an image                              -->  corners of the whole pixels that it fills

All of it is computed here in float64, and trigonometry only here: kernels and shaders are left with what depends on the
pixel. None says that nothing is painted.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, fmod, hypot, isfinite, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import Affine, invert, multiply
from ..paint.gradient import Kind

__all__ = ["PLACES", "place_pattern", "whole_sides"]

Numbers = tuple[float, ...]
TANGENT: Final = 1e-6
"""Circles of which one touches the other from inside but for this share: they do touch, and rounding says no."""
NEARLY: Final = 1e-6
"""Pixels that sides of images may be off: neighbours compute the border between them each in its own way, and must find
the same one."""


def by_rows(m: Affine) -> Numbers:
    """A map as records have it: xx, xy, dx, yx, yy, dy."""
    a, b, c, d, e, f = m
    return a, c, e, b, d, f


def place_linear(numbers: Numbers, inverse: Affine) -> Numbers | None:
    """A gradient along (x0, y0, x1, y1); nothing where the ends are one point (HTML, "createLinearGradient")."""
    x0, y0, x1, y1 = numbers
    # Not **, which raises where this is infinite.
    length2 = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)
    if length2 == 0 or not isfinite(length2):
        return None
    ux, uy = (x1 - x0) / length2, (y1 - y0) / length2
    a, b, c, d, e, f = inverse
    xx, xy = ux * a + uy * b, ux * c + uy * d
    return xx, xy, ux * (e - x0) + uy * (f - y0)


def place_radial(numbers: Numbers, inverse: Affine) -> Numbers | None:
    """A gradient between circles (x0, y0, r0, x1, y1, r1); nothing where they are one (HTML, "createRadialGradient").

    Circle t has its centre at (along * t, 0) and the radius (radius + growth * t).
    """
    x0, y0, r0, x1, y1, r1 = numbers
    across, down, growth = x1 - x0, y1 - y0, r1 - r0
    distance = hypot(across, down)
    unit = max(distance, abs(growth))
    if unit == 0 or not isfinite(unit):
        return None
    cos_, sin_ = (across / distance, down / distance) if distance else (1.0, 0.0)
    to_space = (cos_ / unit, -sin_ / unit, sin_ / unit, cos_ / unit)
    moved = -(cos_ * x0 + sin_ * y0) / unit, (sin_ * x0 - cos_ * y0) / unit
    along, growth, radius = distance / unit, growth / unit, r0 / unit
    curve = (along - growth) * (along + growth)
    if abs(curve) <= TANGENT:
        curve = 0.0
    # Outside of one another, the greater t is seen; else there is only one circle, and it has no negative radius.
    root = -1.0 if curve < 0 and growth > 0 else 1.0
    shape = along, growth, radius, radius * radius, radius * growth, radius * along, curve, root
    return *by_rows(multiply((*to_space, *moved), inverse)), *shape


def place_conic(numbers: Numbers, inverse: Affine) -> Numbers | None:
    """A gradient around (angle, x, y) (HTML, "createConicGradient")."""
    angle, x, y = numbers
    c, s = cos(angle), sin(angle)
    return by_rows(multiply((c, -s, s, c, -(c * x + s * y), s * x - c * y), inverse))


PLACES: Final[dict[Kind, Callable[[Numbers, Affine], Numbers | None]]] = {
    "linear": place_linear,
    "radial": place_radial,
    "conic": place_conic,
}
"""What each kind of gradient's record begins with, of its numbers and the inverse of the transform."""


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


def whole_sides(first: NDArray[np.float64], last: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return sides of upright images from the first to the last pixel whose centre they cover, canvas pixels.

    Two images that share a border then leave no seam on it, wherever it is: soft edges would, since each would let a
    part of the ground through. The standard leaves it open, browsers do the same. Which texels are read is another
    matter: that stays exact, so images move smoothly. A side of less than a pixel keeps its soft edges, or it would
    vanish between two centres.
    """
    small = last - first < 1.0 - NEARLY
    return tuple(np.where(small, side, np.floor(side + (0.5 + NEARLY))) for side in (first, last))
