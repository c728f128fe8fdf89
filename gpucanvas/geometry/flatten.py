"""A path stream to polylines in float64, vectorised: for queries and dashes. Drawing flattens in its own stage.

verb:  MOVE LINE QUAD CUBIC ARC  CLOSE
points:  1    1    n    n    n     0      n from the second derivative: error <= |B''| / (8 n n) <= tolerance
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .builder import ARC, CLOSE, COORD_COUNT, CUBIC, MOVE, QUAD
from .dash import Bools, Floats, Ints, Polylines

__all__ = ["flatten_stream"]

MAX_PIECES: Final = 65_535
_SAME: Final = 1e-12
"""Neighbours closer than this part of the largest coordinate are one point: an arc's end is exact only so far."""


@np.errstate(over="ignore", invalid="ignore")
def flatten_stream(
    verbs: bytes | bytearray | NDArray[np.uint8], coords: array[float] | Floats, tolerance: float | Floats
) -> Polylines:
    """Return a path stream's polylines, no further than ``tolerance`` from its curves (65,535 pieces each at most).

    ``tolerance`` is one for all, or one for each verb.

    Every subpath has a point at least; points that differ by rounding only are made equal, so that a closed circle has
    no stray closing segment.

    >>> from gpucanvas.geometry.path import Path2D
    >>> path = Path2D("M0 0 Q 5 5 10 0 z")
    >>> lines = flatten_stream(path.verbs, path.coords, 1.0)
    >>> lines.points[lines.starts[0] : lines.starts[1]].tolist(), lines.smooth[:3].tolist()
    ([[0.0, 0.0], [5.0, 2.5], [10.0, 0.0]], [False, True, False])
    """
    codes = np.frombuffer(verbs, dtype=np.uint8)
    pairs = np.array(coords, dtype=np.float64).reshape(-1, 2)
    pair_count = np.array(COORD_COUNT)[codes] // 2
    ends_at = np.cumsum(pair_count)
    first = ends_at - pair_count
    if len(codes) == 0:
        return Polylines(np.empty((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.bool_))

    end = pairs[np.maximum(ends_at - 1, 0)]
    arcs = np.flatnonzero(codes == ARC)
    end[arcs] = _arc_points(pairs, first[arcs], pairs[first[arcs] + 3].sum(axis=1))
    legs = _cubic_legs(codes, pairs, first, end)
    pieces = _piece_counts(codes, pairs, first, legs, np.broadcast_to(tolerance, len(codes)))

    verb = np.repeat(np.arange(len(codes)), pieces)
    points_end = np.cumsum(pieces)
    step = np.arange(len(verb)) - np.repeat(points_end - pieces, pieces) + 1
    points = end[verb]
    smooth = step < pieces[verb]
    t = step / pieces[verb]

    inner = np.flatnonzero(smooth & (codes[verb] != ARC))
    s, u = 1.0 - t[inner, None], t[inner, None]
    p0, p1, p2, p3 = (leg[verb[inner]] for leg in legs)
    points[inner] = s * s * s * p0 + 3.0 * s * s * u * p1 + 3.0 * s * u * u * p2 + u * u * u * p3
    inner = np.flatnonzero(smooth & (codes[verb] == ARC))
    angles = pairs[first[verb[inner]] + 3]
    points[inner] = _arc_points(pairs, first[verb[inner]], angles[:, 0] + angles[:, 1] * t[inner])

    moves = np.flatnonzero(codes == MOVE)
    starts = np.append((points_end - pieces)[moves], len(points)).astype(np.int64)
    closed = codes[np.append(moves[1:], len(codes)) - 1] == CLOSE
    _merge_neighbours(points, starts, closed)
    return Polylines(points, starts, closed, smooth)


def _arc_points(pairs: Floats, first: Ints, angle: Floats) -> Floats:
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return pairs[first] + pairs[first + 1] * cosine + pairs[first + 2] * sine


def _cubic_legs(codes: NDArray[np.uint8], pairs: Floats, first: Ints, end: Floats) -> tuple[Floats, ...]:
    """Return the four control points of every verb as a cubic; what is no Bezier curve has its end four times."""
    p0, p1, p2 = end.copy(), end.copy(), end.copy()
    cubics, quads = np.flatnonzero(codes == CUBIC), np.flatnonzero(codes == QUAD)
    p0[cubics], p1[cubics], p2[cubics] = end[cubics - 1], pairs[first[cubics]], pairs[first[cubics] + 1]
    q0, q1, q2 = end[quads - 1], pairs[first[quads]], end[quads]
    p0[quads], p1[quads], p2[quads] = q0, (q0 + 2.0 * q1) / 3.0, (2.0 * q1 + q2) / 3.0
    return p0, p1, p2, end


def _piece_counts(
    codes: NDArray[np.uint8], pairs: Floats, first: Ints, legs: tuple[Floats, ...], tolerance: Floats
) -> Ints:
    """Return how many points each verb becomes."""
    p0, p1, p2, p3 = legs
    bend = np.maximum(np.hypot(*(p0 - 2.0 * p1 + p2).T), np.hypot(*(p1 - 2.0 * p2 + p3).T))
    pieces = np.ceil(np.sqrt(0.75 * bend / tolerance))
    arcs = np.flatnonzero(codes == ARC)
    u, v, sweep = pairs[first[arcs] + 1], pairs[first[arcs] + 2], np.abs(pairs[first[arcs] + 3, 1])
    # Largest axis of the ellipse C + U cos + V sin: the matrix (U V)'s larger singular value.
    half_sum, half_cross = 0.5 * (u * u + v * v).sum(axis=1), u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    radius = np.sqrt(half_sum + np.sqrt(np.maximum(half_sum * half_sum - half_cross * half_cross, 0.0)))
    # Whole quarters at least, and a full turn in multiples of four: its extremes are vertices then.
    pieces[arcs] = (
        np.ceil(np.maximum(sweep * np.sqrt(radius / (8.0 * tolerance[arcs])), sweep / (0.5 * np.pi)) / 4.0) * 4.0
    )
    pieces = np.where(np.isfinite(pieces), np.clip(pieces, 1, MAX_PIECES), 1)
    pieces[codes == CLOSE] = 0
    return pieces.astype(np.int64)


def _merge_neighbours(points: Floats, starts: Ints, closed: Bools) -> None:
    """Make points equal to their predecessor, or a closed subpath's last to its first, where rounding parts them."""
    same = _SAME * float(np.abs(points).max(initial=0.0))
    close = np.flatnonzero((np.abs(np.diff(points, axis=0)) <= same).all(axis=1)) + 1
    close = close[~np.isin(close, starts)]
    points[close] = points[close - 1]
    first, last = starts[:-1][closed], starts[1:][closed] - 1
    near = (np.abs(points[first] - points[last]) <= same).all(axis=1)
    points[last[near]] = points[first[near]]
