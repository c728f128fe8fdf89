"""corners: the corner radii of round_rect: reading the standard's lists, its error, and scaling to the rectangle."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any, Final

import numpy as np

from .numbers import to_number

__all__ = ["MOST_RADIUS", "Corners", "RangeError", "fit_corners", "parse_radii"]

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""(x, y) radii of the upper left, upper right, lower right and lower left corner."""

MOST_RADIUS: Final = 1e300
"""A radius below this is a float, or may be made one, and can be added to another."""
_PICK: Final = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}


class RangeError(ValueError):
    """A number is outside its range, such as a negative corner radius (JavaScript's ``RangeError``)."""

    name = "RangeError"


def parse_radii(radii: object, strict: bool = True) -> Corners | float:
    """Return the radii of the four corners, or the first number that is not finite.

    Parameters
    ----------
    radii
        A number, a point (mapping or object with x and y), or a sequence of 1 to 4 of these, in CSS order. Inside the
        sequence a pair (x, y) is a point too.
    strict
        Whether what is neither raises; otherwise it is converted as in JavaScript.

    Raises
    ------
    RangeError
        A radius is negative, or the sequence is not 1 to 4 long.
    TypeError
        A radius is neither a number nor a point.

    >>> parse_radii([1, {"x": 2, "y": 3}])
    ((1.0, 1.0), (2.0, 3.0), (1.0, 1.0), (2.0, 3.0))
    """
    is_sequence = isinstance(radii, list | tuple) or (isinstance(radii, np.ndarray) and radii.ndim > 0)
    items: list[Any] = list(radii) if is_sequence else [radii]  # type: ignore[call-overload]
    if len(items) not in _PICK:
        raise RangeError(f"round_rect: radii has {len(items)} items: pass a number or 1 to 4 radii")
    points = []
    for item in items:
        if (type(item) is float or type(item) is int) and 0 <= item < MOST_RADIUS:
            points.append((float(item), float(item)))
            continue
        point = _parse_radius(item, strict)
        for value in point:
            if not isfinite(value):
                return value
        if min(point) < 0.0:
            raise RangeError(f"round_rect: radius {item!r} is negative: pass 0 or more")
        points.append(point)
    first, second, third, fourth = _PICK[len(items)]
    return points[first], points[second], points[third], points[fourth]


def _parse_radius(item: Any, strict: bool) -> tuple[float, float]:
    if isinstance(item, Mapping):
        x, y = item.get("x", 0.0), item.get("y", 0.0)
    elif hasattr(item, "x") and hasattr(item, "y"):
        x, y = item.x, item.y
    elif isinstance(item, list | tuple | np.ndarray) and len(item) == 2:
        x, y = item
    else:
        x = y = item
    try:
        if isinstance(x, str) or isinstance(y, str):
            raise TypeError
        return float(x), float(y)
    except OverflowError:
        return inf, inf
    except (TypeError, ValueError):
        if strict:
            raise TypeError(f"round_rect: radius {item!r} is neither a number nor a point with x and y") from None
    # To WebIDL both null and undefined are a point without x and y, which are 0 by default.
    return to_number(0.0 if x is None else x), to_number(0.0 if y is None else y)


def fit_corners(corners: Corners, width: float, height: float) -> Corners:
    """Return the corners scaled down by one factor so that no two overlap on a side.

    Of the rectangle's ``width`` and ``height`` only the magnitude counts.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    width, height = abs(width), abs(height)
    scale = 1.0
    for side, need in ((width, ax + bx), (height, by + cy), (width, cx + dx), (height, ay + dy)):
        if need > side:
            scale = min(scale, side / need)
    if scale >= 1.0:
        return corners
    return (
        (ax * scale, ay * scale),
        (bx * scale, by * scale),
        (cx * scale, cy * scale),
        (dx * scale, dy * scale),
    )
