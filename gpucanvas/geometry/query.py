"""Questions about a path: is this point in its fill, or in its stroke? float64, on the geometry itself, no pixels.

A stroke is tested as what the standard's "trace a path" builds, piece by piece:

    cap | segment rectangle | join | segment rectangle | ... | cap         https://html.spec.whatwg.org/#trace-a-path
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .affine import Affine, invert
from .builder import ARC, CUBIC, QUAD
from .dash import Bools, Floats, Ints, Polylines, dash
from .flatten import flatten_stream
from .path import transform_coords

__all__ = ["contains", "flatten", "stroke_contains"]

_ON_OUTLINE: Final = 1e-9
"""A point this close to an outline, as a part of the largest coordinate, lies on it."""
_CHUNK: Final = 2_000_000
"""Points times segments that one step tests: bounds the temporary arrays."""


class Stream(Protocol):
    """What a query needs of a path."""

    verbs: bytearray
    coords: array[float]


def flatten(verbs: bytes | bytearray, coords: array[float], tolerance: float) -> tuple[Floats, Ints, Bools]:
    """Return a path stream as polylines: points (N, 2), subpath_start (S + 1,), closed (S,).

    Curves are followed to within ``tolerance``, in the coordinates' unit.

    >>> from gpucanvas.geometry.path import Path2D
    >>> path = Path2D()
    >>> path.rect(0, 0, 4, 3)
    >>> points, subpath_start, closed = flatten(path.verbs, path.coords, 0.1)
    >>> points.tolist(), subpath_start.tolist(), closed.tolist()
    ([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]], [0, 4], [True])
    """
    return flatten_stream(verbs, coords, tolerance)[:3]


@np.errstate(over="ignore", invalid="ignore")
def contains(path: Stream, x: ArrayLike, y: ArrayLike, rule: str = "nonzero") -> Any:
    """Tell whether points are in the path's fill. Points on the outline are; points not finite are not.

    https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ispointinpath

    Parameters
    ----------
    path
        Any path stream; open subpaths count as closed.
    x, y
        Numbers, or arrays that broadcast together, in the path's space.
    rule : {"nonzero", "evenodd"}
        The fill rule.

    Returns
    -------
    bool, or bool array of the broadcast shape

    Raises
    ------
    ValueError
        The rule is another word.

    >>> from gpucanvas.geometry.path import Path2D
    >>> contains(Path2D("M0 0 H10 V10 H0 z"), [5, 10, 11], 5).tolist()
    [True, True, False]
    """
    if rule not in ("nonzero", "evenodd"):
        raise ValueError(f"contains: rule is {rule!r}: pass 'nonzero' or 'evenodd'")
    tolerance, touch = _tolerances(path.verbs, np.array(path.coords))
    lines = flatten_stream(path.verbs, path.coords, tolerance)
    p, q = _segments(lines, np.ones_like(lines.closed))
    # A subpath that is a mere point has no outline to be on.
    long = (p != q).any(axis=1)
    p, q = p[long], q[long]

    def test(px: Floats, py: Floats) -> Bools:
        above, below = p[:, 1] <= py, q[:, 1] <= py
        side = (q[:, 0] - p[:, 0]) * (py - p[:, 1]) - (px - p[:, 0]) * (q[:, 1] - p[:, 1])
        winding = ((above & ~below & (side < 0.0)).astype(np.int64) - (~above & below & (side > 0.0))).sum(axis=1)
        inside = winding != 0 if rule == "nonzero" else winding % 2 == 1
        return np.asarray(inside | (_distance_to_segments(px, py, p, q) <= touch).any(axis=1))

    return _ask(test, x, y, len(p))


@np.errstate(over="ignore", invalid="ignore")
def stroke_contains(
    path: Stream,
    x: ArrayLike,
    y: ArrayLike,
    width: float = 1.0,
    cap: str = "butt",
    join: str = "miter",
    miter_limit: float = 10.0,
    pattern: Sequence[float] = (),
    offset: float = 0.0,
    matrix: Affine | None = None,
) -> Any:
    """Tell whether points are in the path's stroke, its outline included.

    https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ispointinstroke

    Parameters
    ----------
    path
        Any path stream.
    x, y
        Numbers, or arrays that broadcast together, in the path's space.
    width, cap, join, miter_limit, pattern, offset
        The line style, in the pen's space: lengths of user space.
    matrix
        The pen's map from user space to the path's space; None where they are one. Without an inverse there is no
        stroke, and the answer is False.

    Returns
    -------
    bool, or bool array of the broadcast shape

    Raises
    ------
    ValueError
        ``cap`` or ``join`` is not a word of the standard.
    LimitError
        The pattern makes too many dashes.

    >>> from gpucanvas.geometry.path import Path2D
    >>> stroke_contains(Path2D("M0 0 H10"), [5, 5, -1], [0.5, 2, 0], width=2).tolist()
    [True, False, False]
    """
    if cap not in ("butt", "round", "square"):
        raise ValueError(f"stroke_contains: cap is {cap!r}: pass 'butt', 'round' or 'square'")
    if join not in ("miter", "round", "bevel"):
        raise ValueError(f"stroke_contains: join is {join!r}: pass 'miter', 'round' or 'bevel'")
    px, py = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    coords = np.array(path.coords)
    if matrix is not None:
        inverse = invert(matrix)
        if inverse is None:
            return _ask(lambda px, py: np.zeros(len(px), dtype=np.bool_), px, py, 0)
        coords = transform_coords(path.verbs, path.coords, inverse)
        a, b, c, d, e, f = inverse
        px, py = a * px + c * py + e, b * px + d * py + f
    tolerance, touch = _tolerances(path.verbs, coords)
    lines = flatten_stream(path.verbs, coords, tolerance)
    lines = _prune(dash(*_prune(lines), pattern, offset) if len(pattern) else lines)
    pieces = _StrokePieces(lines, 0.5 * width, cap, join, miter_limit)
    return _ask(lambda px, py: pieces.contain(px, py, touch), px, py, len(lines.points))


def _ask(test: Any, x: ArrayLike, y: ArrayLike, segment_count: int) -> Any:
    """Run `test` on the finite points, a chunk of columns (M, 1) at a time."""
    bx, by = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    flat_x, flat_y = bx.reshape(-1, 1), by.reshape(-1, 1)
    result = np.zeros(len(flat_x), dtype=np.bool_)
    usable = np.flatnonzero(np.isfinite(flat_x) & np.isfinite(flat_y))
    step = max(1, _CHUNK // max(segment_count, 1))
    for i in range(0, len(usable) if segment_count else 0, step):
        part = usable[i : i + step]
        result[part] = test(flat_x[part], flat_y[part])
    return bool(result[0]) if bx.ndim == 0 else result.reshape(bx.shape)


def _tolerances(verbs: bytes | bytearray, coords: Floats) -> tuple[float, float]:
    """Return how closely to follow curves, and how close to an outline is on it."""
    scale = float(np.abs(coords).max(initial=0.0))
    tolerance = max(min(1e-3, 1e-5 * scale), 1e-300)
    has_curves = any(verb in verbs for verb in (QUAD, CUBIC, ARC))
    return tolerance, max(_ON_OUTLINE * scale, tolerance if has_curves else 0.0)


def _segments(lines: Polylines, closed: Bools) -> tuple[Floats, Floats]:
    """Return the segments' two ends (K, 2); subpaths that are not `closed` lack the one back to their start."""
    following = np.arange(1, len(lines.points) + 1)
    following[lines.starts[1:] - 1] = lines.starts[:-1]
    keep = np.ones(len(lines.points), dtype=np.bool_)
    keep[lines.starts[1:][~closed] - 1] = False
    return lines.points[keep], lines.points[following[keep]]


def _distance_to_segments(px: Floats, py: Floats, p: Floats, q: Floats) -> Floats:
    dx, dy = q[:, 0] - p[:, 0], q[:, 1] - p[:, 1]
    squared = dx * dx + dy * dy
    along = ((px - p[:, 0]) * dx + (py - p[:, 1]) * dy) / np.where(squared > 0.0, squared, 1.0)
    t = np.clip(along, 0.0, 1.0)
    return np.hypot(px - p[:, 0] - t * dx, py - p[:, 1] - t * dy)


def _prune(lines: Polylines) -> Polylines:
    """Drop segments of no length, then subpaths of no segments: the first steps of "trace a path"."""
    count = np.diff(lines.starts)
    subpath = np.repeat(np.arange(len(count)), count)
    previous = np.arange(-1, len(lines.points) - 1)
    first = lines.starts[:-1][count > 0]
    is_closed = lines.closed[count > 0]
    previous[first] = np.where(is_closed, lines.starts[1:][count > 0] - 1, -1)
    moved = (lines.points != lines.points[previous]).any(axis=1) | (previous < 0)
    kept = np.bincount(subpath[moved], minlength=len(count))
    keep = moved & (kept[subpath] > 1)
    kept[kept < 2] = 0
    starts = np.concatenate(([0], np.cumsum(kept[kept > 0])))
    return Polylines(lines.points[keep], starts, lines.closed[kept > 0], lines.smooth[keep])


class _StrokePieces:
    """A pruned polyline's segment rectangles, joins and caps, as arrays."""

    def __init__(self, lines: Polylines, half_width: float, cap: str, join: str, miter_limit: float) -> None:
        self.half_width = half_width
        self.p, self.q = _segments(lines, lines.closed)
        vectors = self.q - self.p
        self.length = np.hypot(vectors[:, 0], vectors[:, 1])
        self.direction = vectors / self.length[:, None]
        count = np.diff(lines.starts) - ~lines.closed
        ends = np.cumsum(count)
        first, last = ends - count, ends - 1
        # Square caps lengthen the segment at an open end.
        extra = half_width if cap == "square" else 0.0
        self.before, self.after = np.zeros(len(self.p)), np.zeros(len(self.p))
        self.before[first[~lines.closed]] = extra
        self.after[last[~lines.closed]] = extra
        self.discs = np.empty((0, 2))
        if cap == "round":
            self.discs = np.concatenate((self.p[first[~lines.closed]], self.q[last[~lines.closed]]))
        following = np.arange(1, len(self.p) + 1)
        following[last] = np.where(lines.closed, first, -1)
        incoming = np.flatnonzero(following >= 0)
        smooth = np.zeros(len(self.p), dtype=np.bool_)
        smooth_at_start = np.delete(lines.smooth, lines.starts[1:][~lines.closed] - 1)
        smooth[incoming] = smooth_at_start[following[incoming]]
        self._add_joins(incoming, following[incoming], smooth[incoming], join, miter_limit)

    def _add_joins(self, incoming: Ints, outgoing: Ints, smooth: Bools, join: str, miter_limit: float) -> None:
        """Round joins (and those inside curves) are sectors of discs; the others a wedge between two outer normals."""
        is_round = smooth | (join == "round")
        # A sector lies past the end of one segment and before the start of the next; a cap's disc is whole.
        caps = np.zeros((len(self.discs), 2))
        self.past = np.concatenate((caps, self.direction[incoming[is_round]]))
        self.ahead = np.concatenate((caps, self.direction[outgoing[is_round]]))
        self.discs = np.concatenate((self.discs, self.q[incoming[is_round]]))
        u, v = self.direction[incoming[~is_round]], self.direction[outgoing[~is_round]]
        cross, dot = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], (u * v).sum(axis=1)
        outer = np.where(cross > 0.0, -1.0, 1.0)[:, None]
        turns = np.abs(cross) > 1e-12
        self.corner = self.q[incoming[~is_round]][turns]
        self.normal_in = (outer * np.column_stack((-u[:, 1], u[:, 0])))[turns]
        self.normal_out = (outer * np.column_stack((-v[:, 1], v[:, 0])))[turns]
        sharp = (join == "miter") & (miter_limit * miter_limit * (1.0 + dot) >= 2.0)
        self.sharp = sharp[turns]

    def contain(self, px: Floats, py: Floats, touch: float) -> NDArray[np.bool_]:
        """Tell which of the points (columns (M, 1)) lie in a piece, or within `touch` of one."""
        reach = self.half_width + touch
        x, y = px - self.p[:, 0], py - self.p[:, 1]
        ux, uy = self.direction.T
        along, across = x * ux + y * uy, np.abs(y * ux - x * uy)
        low, high = -self.before - touch, self.length + self.after + touch
        inside = ((across <= reach) & (along >= low) & (along <= high)).any(axis=1)
        x, y = px - self.discs[:, 0], py - self.discs[:, 1]
        sector = (x * self.past[:, 0] + y * self.past[:, 1] >= -touch) & (
            x * self.ahead[:, 0] + y * self.ahead[:, 1] <= touch
        )
        inside |= ((np.hypot(x, y) <= reach) & sector).any(axis=1)
        return np.asarray(inside | self._in_wedges(px - self.corner[:, 0], py - self.corner[:, 1], touch).any(axis=1))

    def _in_wedges(self, x: Floats, y: Floats, touch: float) -> Bools:
        (ax, ay), (bx, by) = self.normal_in.T, self.normal_out.T
        spread = ax * by - ay * bx
        alpha, beta = (x * by - y * bx) / spread, (ax * y - ay * x) / spread
        reach = self.half_width + touch
        miter = (x * ax + y * ay <= reach) & (x * bx + y * by <= reach)
        bevel = alpha + beta <= reach
        between = (alpha >= -touch) & (beta >= -touch)
        return np.asarray(between & np.where(self.sharp, miter, bevel))
