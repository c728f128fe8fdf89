"""flatten: turns a path stream into polylines in float64, for queries and dashes. The loops are in stages/polylines.py.

verb:  MOVE LINE QUAD CUBIC ARC  CLOSE
points:  1    1    n    n    n     0      n from the second derivative: error <= |B''| / (8 n n) <= tolerance
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from .dash import Floats, Ints, Lines, Polylines, new_lines

__all__ = ["flatten_stream", "polylines_of"]

_ALL = np.ones(1, np.uint8)
_EVERYWHERE = np.array([[-np.inf, -np.inf, np.inf, np.inf]])


def flatten_stream(
    verbs: bytes | bytearray | NDArray[np.uint8], coords: array[float] | Floats, tolerance: float
) -> Polylines:
    """Return a path stream's polylines, no further than ``tolerance`` from its curves (65,535 pieces each at most).

    Every subpath has a point at least; points that differ by rounding only are made equal, so that a closed circle has
    no stray closing segment.

    >>> from gpucanvas.geometry.path import Path2D
    >>> path = Path2D("M0 0 Q 5 5 10 0 z")
    >>> lines = flatten_stream(path.verbs, path.coords, 1.0)
    >>> lines.points[lines.starts[0] : lines.starts[1]].tolist(), lines.smooth[:3].tolist()
    ([[0.0, 0.0], [5.0, 2.5], [10.0, 0.0]], [False, True, False])
    """
    codes = np.frombuffer(verbs, np.uint8).copy()
    pairs = np.array(coords, np.float64).reshape(-1, 2)
    points, smooth, starts, closed, _ = polylines_of(codes, pairs, np.array([len(codes)]), tolerance)
    return Polylines(points, starts, closed.view(np.bool_), smooth.view(np.bool_))


def polylines_of(codes: NDArray[np.uint8], pairs: Floats, verb_count: Ints, tolerance: float) -> Lines:
    """Return the tables of polylines of one stream of ``verb_count[0]`` verbs."""
    from ..stages.polylines import count_points, write_points

    pieces = np.empty(len(codes), np.int64)
    stream = codes, pairs, verb_count, _ALL
    counts = count_points(*stream, np.array([tolerance]), 0.0, _EVERYWHERE, pieces)
    lines = new_lines(counts[0], counts[1], 1)
    write_points(*stream, pieces, *lines)
    return lines
