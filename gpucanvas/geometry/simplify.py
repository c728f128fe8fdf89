"""simplify: removes points of a polyline within a tolerance (Ramer-Douglas-Peucker).

a . . . . b     the point furthest from the line a b is kept if it is too far, and both sides are processed again
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["simplified"]

Floats = NDArray[np.float64]


def simplified(points: Floats, tolerance: float) -> Floats:
    """Return the points of a polyline (N, 2) that are kept.

    >>> simplified(np.array([[0.0, 0.0], [1.0, 0.01], [2.0, 0.0], [2.0, 2.0]]), 0.1).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]
    """
    kept = np.zeros(len(points), np.bool_)
    kept[[0, -1]] = True
    todo = [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        squares = distances2(points[first + 1 : last], points[first], points[last])
        index = int(np.argmax(squares))
        if squares[index] > tolerance * tolerance:
            furthest = first + 1 + index
            kept[furthest] = True
            todo += [(first, furthest), (furthest, last)]
    return points[kept]


def distances2(points: Floats, a: Floats, b: Floats) -> Floats:
    """Squared distances of points to the line segment from a to b."""
    along = b - a
    length2 = float(along @ along)
    off = points - a
    if length2 > 0.0:
        t = np.clip(off @ along / length2, 0.0, 1.0)
        off = off - t[:, None] * along
    squares: Floats = np.einsum("ij,ij->i", off, off)
    return squares
