"""Outlines that are flattened on the host, in float64: dashed ones, and those too far away for float32.

stream --query.flatten--> polylines --dash--> --clip to the canvas--> runs of device points
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..geometry.affine import invert
from ..geometry.dash import dash
from ..geometry.flatten import flatten_stream
from .outline import FILL, GUARD, PAIRS, TOLERANCE, Floats, Ints, Uses, ranges, transform_stream

if TYPE_CHECKING:
    from .outline import Outlines

DOT = 1e-3
"""Length of a dash of length 0, pixels: enough for its direction to outlive float32."""
FARTHEST = 1e150
"""Coordinates beyond this, pixels, are moved here: their squares are numbers."""
MARGIN = 4096.0
"""Outlines are cut this far outside the canvas, pixels, plus what a stroke reaches."""


def add_on_host(outlines: Outlines, use: Uses) -> int:
    """Add one use of an outline, nothing where the transform gives no number; returns the index of its Path."""
    pen = int(use.pens[0])
    device = transform_stream(use, np.zeros(len(use.verbs), np.int64))
    if np.isnan(device).any():
        return outlines.add_runs(np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.int64), FILL, 0, None)
    device = np.clip(device, -FARTHEST, FARTHEST)
    # Dashes are cut across chords: shorter ones keep their ends square to the curve.
    dashed = pen != FILL and bool(outlines.pens[pen][0].dash)
    tolerance = np.maximum(TOLERANCE / 16 if dashed else TOLERANCE, _sizes(use.verbs, device) * 1e-8)
    points, starts, closed, smooth = flatten_stream(use.verbs, device.reshape(-1), tolerance)
    if pen == FILL:
        return _add_fill(outlines, points, starts, int(use.rules[0]))
    style, matrix = outlines.pens[pen]
    if style.dash:
        inverse, forward = _and_back(matrix)
        dot = DOT / float(np.linalg.norm(forward, 2))
        user = points @ inverse.T
        user, starts, closed, smooth = dash(user, starts, closed, smooth, style.dash, style.dash_offset, dot_length=dot)
        points = user @ forward.T
    if not np.abs(points).max(initial=0.0) <= GUARD:
        margin = MARGIN + outlines.reach_of(pen)
        points, starts, closed, smooth = _clip_runs(outlines, points, starts, closed, smooth, margin)
    kinds = np.where(closed, c.SUBPATH_STROKE_CLOSED, c.SUBPATH_STROKE_OPEN)
    return outlines.add_runs(points, starts, kinds, pen, int(use.rules[0]), smooth)


def _and_back(matrix: tuple[float, ...]) -> tuple[Floats, Floats]:
    """The linear map to user space under a pen's (a, b, c, d), and the one from there that undoes it."""
    inverse = invert((*matrix[:4], 0.0, 0.0))  # type: ignore[arg-type]
    assert inverse is not None, "no pen is made under such a matrix"
    forward = invert(inverse) or (*matrix[:4], 0.0, 0.0)
    (a, b, cc, d, _, _), (e, f, g, h, _, _) = inverse, forward
    return np.array([[a, cc], [b, d]]), np.array([[e, g], [f, h]])


def _sizes(verbs: NDArray[np.uint8], device: Floats) -> Floats:
    """The greatest coordinate of every verb: what is far away need not be as fine as what is near."""
    sizes = np.zeros(len(verbs))
    np.maximum.at(sizes, np.repeat(np.arange(len(verbs)), PAIRS[verbs]), np.abs(device).max(1))
    return sizes


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


Runs = tuple[Floats, Ints, NDArray[np.bool_], NDArray[np.bool_]]


def _clip_runs(
    outlines: Outlines,
    points: Floats,
    starts: Ints,
    closed: NDArray[np.bool_],
    smooth: NDArray[np.bool_],
    margin: float,
) -> Runs:
    """Runs of points near the canvas, open where they were cut. A run that is near it altogether stays as it is."""
    end = np.array([outlines.width, outlines.height]) + margin
    near = np.asarray(((points >= -margin) & (points <= end)).all(1))
    counts = np.diff(starts)
    far = np.add.reduceat(~near, starts[:-1]) > 0
    # Of open ones there may be millions: dashes.
    opened = far & ~closed
    pieces, lengths = [ranges(starts[:-1][opened], counts[opened])], [counts[opened]]
    for i in np.flatnonzero(far & closed).tolist():
        # It begins where it is cut, so that no corner near the canvas becomes an end.
        run = np.arange(int(starts[i]), int(starts[i + 1]))
        run = np.roll(run, -int(np.argmin(near[run])))
        pieces.append(np.append(run, run[0]))
        lengths.append(np.array([len(run) + 1]))
    kept = ranges(starts[:-1][~far], counts[~far])
    cut = np.concatenate(pieces)
    cuts = _cut_runs(outlines, points[cut], np.append(0, np.cumsum(np.concatenate(lengths))), smooth[cut], margin)
    kept_starts = np.append(0, np.cumsum(counts[~far]))
    return (
        np.concatenate([points[kept], cuts[0]]),
        np.append(kept_starts[:-1], cuts[1] + kept_starts[-1]),
        np.append(closed[~far], cuts[2]),
        np.append(smooth[kept], cuts[3]),
    )


def _cut_runs(outlines: Outlines, points: Floats, starts: Ints, smooth: NDArray[np.bool_], margin: float) -> Runs:
    """The parts of open runs near the canvas: each segment is cut by itself; segments that still meet stay joined."""
    if not len(points):
        return points, np.zeros(1, np.int64), np.zeros(0, np.bool_), smooth
    a, b = _segments(starts, np.zeros(len(starts) - 1, np.bool_), close_all=False)
    p, q = points[a], points[b]
    keep = np.flatnonzero(np.isfinite(p).all(1) & np.isfinite(q).all(1))
    p, q, ids = _cut(p[keep], q[keep], 0, -margin, outlines.width + margin)
    keep = keep[ids]
    p, q, ids = _cut(p, q, 1, -margin, outlines.height + margin)
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
