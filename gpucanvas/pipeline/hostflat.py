"""Outlines that are flattened on the host, in float64: dashed ones, and those too far away for float32.

stream --query.flatten--> polylines --dash--> --clip to the canvas--> runs of device points
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..geometry.dash import dash
from ..geometry.flatten import flatten_stream
from .outline import FILL, GUARD, TOLERANCE, Floats, Ints, Uses, largest_scale, transform_stream

if TYPE_CHECKING:
    from .outline import Outlines

DOT = 1e-3
"""Length of a dash of length 0, pixels: enough for its direction to outlive float32."""
MARGIN = 4096.0
"""Outlines are cut this far outside the canvas, pixels, plus what a stroke reaches."""


def add_on_host(outlines: Outlines, use: Uses) -> int:
    """Add one use of an outline; returns the index of its Path."""
    pen = int(use.pens[0])
    device = transform_stream(use, np.zeros(len(use.verbs), np.int64))
    # Dashes are cut across chords: shorter ones keep their ends square to the curve.
    dashed = pen != FILL and bool(outlines.pens[pen][0].dash)
    tolerance = max(TOLERANCE / 16 if dashed else TOLERANCE, float(np.abs(device).max(initial=0.0)) * 1e-8)
    points, starts, closed, smooth = flatten_stream(use.verbs, device.reshape(-1), tolerance)
    if pen == FILL:
        return _add_fill(outlines, points, starts, int(use.rules[0]))
    style, matrix = outlines.pens[pen]
    if style.dash:
        inverse = np.linalg.inv(np.array([[matrix[0], matrix[2]], [matrix[1], matrix[3]]]))
        forward = np.linalg.inv(inverse)
        dot = DOT / largest_scale(matrix)
        user = points @ inverse.T
        user, starts, closed, smooth = dash(user, starts, closed, smooth, style.dash, style.dash_offset, dot_length=dot)
        points = user @ forward.T
    if np.abs(points).max(initial=0.0) > GUARD:
        points, starts, closed, smooth = _clip_runs(outlines, points, starts, closed, smooth)
    kinds = np.where(closed, c.SUBPATH_STROKE_CLOSED, c.SUBPATH_STROKE_OPEN)
    return outlines.add_runs(points, starts, kinds, pen, int(use.rules[0]), smooth)


def _segments(starts: Ints, closed: NDArray[np.bool_], close_all: bool) -> tuple[Ints, Ints]:
    """Index of the first and last point of every segment of runs of points."""
    count = int(starts[-1])
    following = np.arange(1, count + 1)
    last = starts[1:][np.diff(starts) > 0] - 1
    first = starts[:-1][np.diff(starts) > 0]
    following[last] = first
    keep = np.ones(count, np.bool_)
    if not close_all:
        keep[last] = closed[np.diff(starts) > 0]
    return np.flatnonzero(keep), following[keep]


def _add_fill(outlines: Outlines, points: Floats, starts: Ints, rule: int) -> int:
    """Lines cut to the canvas's neighbourhood. What is above or below it covers nothing; what is beside it is pushed to
    its edge, because what is to the left winds."""
    a, b = _segments(starts, np.zeros(len(starts) - 1, np.bool_), close_all=True)
    p, q = points[a], points[b]
    ok = np.isfinite(p).all(1) & np.isfinite(q).all(1)
    lo, hi = -MARGIN, np.array([outlines.width, outlines.height]) + MARGIN
    p, q, _ = _cut(p[ok], q[ok], 1, lo, hi[1])
    inside = _cut(p, q, 0, lo, hi[0])
    left = _cut(p, q, 0, -np.inf, lo)
    right = _cut(p, q, 0, hi[0], np.inf)
    parts = [
        np.stack(inside[:2], 1),
        np.stack([_at_x(left[0], lo), _at_x(left[1], lo)], 1),
        np.stack([_at_x(right[0], hi[0]), _at_x(right[1], hi[0])], 1),
    ]
    lines = np.concatenate(parts).reshape(-1, 2)
    return outlines.add_runs(lines, np.array([0, len(lines)]), np.array([c.SUBPATH_LINES]), FILL, rule, None)


def _at_x(points: Floats, x: float) -> Floats:
    moved = points.copy()
    moved[:, 0] = x
    return moved


def _cut(p: Floats, q: Floats, axis: int, lo: float, hi: float) -> tuple[Floats, Floats, Ints]:
    """The parts of segments p to q between two values of a coordinate, and which segments they come from."""
    start, delta = p[:, axis], q[:, axis] - p[:, axis]
    with np.errstate(divide="ignore", invalid="ignore"):
        t_lo, t_hi = (lo - start) / delta, (hi - start) / delta
    flat = delta == 0
    within = (start >= lo) & (start < hi)
    first = np.where(flat, np.where(within, 0.0, 2.0), np.minimum(t_lo, t_hi))
    last = np.where(flat, np.where(within, 1.0, -1.0), np.maximum(t_lo, t_hi))
    first, last = np.maximum(first, 0.0), np.minimum(last, 1.0)
    keep = first < last
    t0, t1, d = first[keep, None], last[keep, None], (q - p)[keep]
    a = np.where(t0 == 0, p[keep], p[keep] + t0 * d)
    b = np.where(t1 == 1, q[keep], p[keep] + t1 * d)
    return a, b, np.flatnonzero(keep)


def _clip_runs(
    outlines: Outlines, points: Floats, starts: Ints, closed: NDArray[np.bool_], smooth: NDArray[np.bool_]
) -> tuple[Floats, Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Runs of points near the canvas: every segment is cut by itself, and segments that still meet stay joined."""
    a, b = _segments(starts, closed, close_all=False)
    p, q = points[a], points[b]
    keep = np.flatnonzero(np.isfinite(p).all(1) & np.isfinite(q).all(1))
    p, q, ids = _cut(p[keep], q[keep], 0, -MARGIN, outlines.width + MARGIN)
    keep = keep[ids]
    p, q, ids = _cut(p, q, 1, -MARGIN, outlines.height + MARGIN)
    keep = keep[ids]
    n = len(keep)
    joined = np.zeros(n, np.bool_)
    joined[1:] = (a[keep[1:]] == b[keep[:-1]]) & (p[1:] == q[:-1]).all(1)
    # Each run is its first segment's start, then every segment's end.
    place = np.cumsum(1 + ~joined) - 1
    flat = np.empty((n + int((~joined).sum()), 2))
    flags = np.zeros(len(flat), np.bool_)
    flat[place] = q
    flat[place[~joined] - 1] = p[~joined]
    flags[place[:-1][joined[1:]]] = smooth[b[keep[:-1]]][joined[1:]]
    firsts = place[~joined] - 1
    return flat, np.append(firsts, len(flat)).astype(np.int64), np.zeros(len(firsts), np.bool_), flags
