"""Dashes: polylines cut along their length, for a million segments at once.

    length along a subpath   0        a ======== b       a2 ======== b2    total
    vertices                 o----o------o--o--------o---------o-----------o
    a dash                            (a)-o--o-(b)                 cut points are interpolated, vertices between stay

A closed subpath that is on across its start gets one dash there, which runs over the seam into a second lap. One that
is on all the way stays closed. https://html.spec.whatwg.org/multipage/canvas.html#trace-a-path
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError

__all__ = ["MAX_DASHES", "Polylines", "dash"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MAX_DASHES: Final = 10_000_000
"""More dashes than this in one call are refused."""
_SNAP: Final = 1e-9
"""A cut this close to a vertex, as a part of the period, falls on it: else rounding makes segments of no direction."""


class Polylines(NamedTuple):
    """Vertices of many subpaths.

    Attributes
    ----------
    points : float64 (N, 2)
    starts : int64 (S + 1,)
        Index of each subpath's first vertex, then N.
    closed : bool (S,)
        Whether a segment leads from a subpath's last vertex to its first.
    smooth : bool (N,)
        Whether a vertex lies inside a curve, where a stroke needs no join.
    """

    points: Floats
    starts: Ints
    closed: Bools
    smooth: Bools


class _Laps(NamedTuple):
    """Vertices by their length along their subpath; where a dash crosses the seam, for two laps."""

    vertex: Ints
    position: Floats
    first: Ints
    last: Ints
    base: Floats


class _Dashes(NamedTuple):
    """From `a` to `b` along subpath `subpath`; `whole` ones are all of a closed subpath, `dot` ones have no length."""

    subpath: Ints
    a: Floats
    b: Floats
    dot: Bools
    whole: Bools


def dash(
    points: Floats,
    starts: Ints,
    closed: Bools,
    smooth: Bools,
    pattern: Sequence[float],
    offset: float = 0.0,
    *,
    dot_length: float = 1e-6,
) -> Polylines:
    """Cut polylines into dashes.

    Parameters
    ----------
    points, starts, closed, smooth
        The subpaths, see `Polylines`. Lengths are measured in the space of ``points``; each subpath begins anew.
    pattern
        Lengths of dash, gap, dash, gap, ...; an odd number of them is taken twice, as ``set_line_dash`` does.
    offset
        Where in the pattern a subpath begins.
    dot_length
        Length given to dashes shorter than it, so that their caps have a direction. Raise it where float32
        coordinates follow: it must exceed their step.

    Returns
    -------
    Polylines
        The dashes, open subpaths in painter's order. The input itself where the pattern is empty or sums to 0. Subpaths
        without length have no dashes.

    Raises
    ------
    ValueError
        A length is negative or not finite, or the offset is not finite.
    LimitError
        More than 10,000,000 dashes, or lengths that are not finite.

    >>> line = (np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([0, 2]), np.array([False]), np.array([False, False]))
    >>> dash(*line, [4, 2]).points[:, 0].tolist()
    [0.0, 4.0, 6.0, 10.0]
    """
    given = Polylines(points, starts, closed, smooth)
    lengths = [float(length) for length in pattern]
    if not all(isfinite(length) and length >= 0.0 for length in lengths) or not isfinite(offset):
        raise ValueError(f"dash: pattern {lengths} with offset {offset!r}: pass finite lengths of 0 or more")
    if len(lengths) % 2:
        lengths *= 2
    period = sum(lengths)
    if period == 0.0 or not isfinite(period) or not any(lengths[1::2]):
        return given
    ons = _on_intervals(lengths, period)
    with np.errstate(over="ignore", invalid="ignore"):
        position, total = _measure(given)
    dashes = _find_dashes(total, closed, ons, period, offset % period, dot_length)
    laps = _lay_out(given, position, total, dashes)
    return _emit(given, laps, dashes, _SNAP * period, dot_length)


def _on_intervals(lengths: list[float], period: float) -> Floats:
    """Return (start, end) of each dash in a period, joined where no gap parts them; an end may pass the period."""
    edges = np.concatenate(([0.0], np.cumsum(lengths)))
    ons: list[list[float]] = []
    joined = False
    for start, end, gap in zip(edges[0:-1:2], edges[1::2], lengths[1::2], strict=True):
        if joined:
            ons[-1][1] = end
        else:
            ons.append([start, end])
        joined = gap == 0.0
    if joined and len(ons) > 1:
        ons[-1][1] = period + ons[0][1]
        del ons[0]
    return np.array(ons)


def _measure(lines: Polylines) -> tuple[Floats, Floats]:
    """Return each vertex's length along its subpath (N,), and each subpath's total (S,)."""
    following = np.arange(1, len(lines.points) + 1)
    filled = np.flatnonzero(np.diff(lines.starts))
    last = lines.starts[filled + 1] - 1
    following[last] = np.where(lines.closed[filled], lines.starts[filled], last)
    steps = lines.points[following] - lines.points
    sums = np.concatenate(([0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))))
    base = sums[lines.starts]
    return sums[:-1] - np.repeat(base[:-1], np.diff(lines.starts)), np.diff(base)


def _find_dashes(total: Floats, closed: Bools, ons: Floats, period: float, phase: float, dot_length: float) -> _Dashes:
    """Return the dashes of subpaths with the given total lengths, sorted along each subpath, the seam's last."""
    # One period before the start too: a dash may begin there and reach in. NaN, of infinite points, counts as long.
    periods = np.where(total != 0.0, np.floor((total + phase) / period) + 2.0, 0.0)
    count = float(periods.sum()) * len(ons)
    if not count <= MAX_DASHES + 2 * len(total) * len(ons):
        raise LimitError(
            f"dash: about {count:.3g} dashes of period {period:g} on {float(total.sum()):.3g} of outline, the limit is "
            f"{MAX_DASHES}: use a longer pattern, clip the path to what is visible, or drop the dash"
        )
    per_subpath = periods.astype(np.int64) * len(ons)
    subpath = np.repeat(np.arange(len(total)), per_subpath)
    rank = np.arange(len(subpath)) - np.repeat(np.cumsum(per_subpath) - per_subpath, per_subpath)
    begin = (rank // len(ons) - 1) * period - phase
    start, end = begin + ons[rank % len(ons), 0], begin + ons[rank % len(ons), 1]
    snap = _SNAP * period
    limit = total[subpath]
    dot = end - start <= max(dot_length, 2.0 * snap)
    a, b = np.maximum(start, 0.0), np.minimum(end, limit)
    keep = np.where(dot, (start >= -snap) & (start < limit - snap), b - a > np.minimum(2.0 * snap, 0.5 * limit))
    subpath, a, b, dot, start, end, limit = (x[keep] for x in (subpath, a, b, dot, start, end, limit))
    begins_at_seam = closed[subpath] & (start <= snap) & ~dot
    ends_at_seam = closed[subpath] & (end >= limit - snap) & ~dot
    whole = begins_at_seam & ends_at_seam
    return _join_seams(_Dashes(subpath, a, b, dot, whole), begins_at_seam & ~whole, ends_at_seam & ~whole, total)


def _join_seams(dashes: _Dashes, begins_at_seam: Bools, ends_at_seam: Bools, total: Floats) -> _Dashes:
    """Let a dash that ends at the seam run on as the one that begins there."""
    heads, tails = np.flatnonzero(begins_at_seam), np.flatnonzero(ends_at_seam)
    _, of_head, of_tail = np.intersect1d(dashes.subpath[heads], dashes.subpath[tails], return_indices=True)
    heads, tails = heads[of_head], tails[of_tail]
    b = dashes.b.copy()
    b[tails] = total[dashes.subpath[tails]] + dashes.b[heads]
    keep = np.ones(len(b), dtype=np.bool_)
    keep[heads] = False
    return _Dashes(dashes.subpath[keep], dashes.a[keep], b[keep], dashes.dot[keep], dashes.whole[keep])


def _lay_out(lines: Polylines, position: Floats, total: Floats, dashes: _Dashes) -> _Laps:
    vertex_count = np.diff(lines.starts)
    two_laps = np.zeros(len(total), dtype=np.bool_)
    two_laps[dashes.subpath[dashes.b > total[dashes.subpath]]] = True
    count = vertex_count + lines.closed + np.where(two_laps, vertex_count, 0)
    count[vertex_count == 0] = 0
    ends = np.cumsum(count)
    first = ends - count
    subpath = np.repeat(np.arange(len(total)), count)
    lap, within = np.divmod(np.arange(len(subpath)) - first[subpath], vertex_count[subpath])
    index = lines.starts[subpath] + within
    reach = np.where(two_laps, 2.0, 1.0) * total
    base = np.cumsum(reach) - reach
    return _Laps(index, position[index] + lap * total[subpath] + base[subpath], first, ends - 1, base)


def _emit(lines: Polylines, laps: _Laps, dashes: _Dashes, snap: float, dot_length: float) -> Polylines:
    """Write each dash: its cut point, the vertices between, its other cut point; of a whole one, only vertices."""
    subpath, whole = dashes.subpath, dashes.whole
    a, b = laps.base[subpath] + dashes.a, laps.base[subpath] + dashes.b
    # Positions of all subpaths share one axis, whose rounding grows with its end.
    reach = float(laps.position[-1]) if len(laps.position) else 0.0
    snap = max(min(snap, _SNAP * reach), 4e-15 * reach)
    low, high = laps.first[subpath] + 1, laps.last[subpath]
    after = np.clip(np.searchsorted(laps.position, a + snap, "right"), low, high)
    before = np.clip(np.searchsorted(laps.position, b - snap, "left"), low, high)
    inner_first = np.where(whole, laps.first[subpath], after)
    inner_count = np.where(whole, laps.last[subpath] - laps.first[subpath], np.maximum(before - after, 0))
    inner_count[dashes.dot] = 0
    count = inner_count + np.where(whole, 0, 2)
    starts = np.concatenate(([0], np.cumsum(count)))
    points = np.empty((starts[-1], 2))
    smooth = np.zeros(starts[-1], dtype=np.bool_)

    rank = np.arange(inner_count.sum()) - np.repeat(np.cumsum(inner_count) - inner_count, inner_count)
    source = laps.vertex[np.repeat(inner_first, inner_count) + rank]
    target = np.repeat(starts[:-1] + ~whole, inner_count) + rank
    points[target] = lines.points[source]
    smooth[target] = lines.smooth[source]

    cut = np.flatnonzero(~whole)
    begin = _cut_points(lines, laps, after[cut], a[cut])
    end = _cut_points(lines, laps, before[cut], b[cut])
    dot = dashes.dot[cut]
    end[dot] = begin[dot] + dot_length * _directions(lines, laps, after[cut][dot])
    points[starts[:-1][cut]] = begin
    points[starts[1:][cut] - 1] = end
    return Polylines(points, starts, whole.copy(), smooth)


def _directions(lines: Polylines, laps: _Laps, following: Ints) -> Floats:
    """Return the unit directions of the segments that end at lap vertex `following`."""
    vectors = lines.points[laps.vertex[following]] - lines.points[laps.vertex[following - 1]]
    return np.asarray(vectors / np.hypot(vectors[:, 0], vectors[:, 1])[:, None])


def _cut_points(lines: Polylines, laps: _Laps, following: Ints, position: Floats) -> Floats:
    """Return the points at `position` on the segments that end at lap vertex `following`."""
    p, q = lines.points[laps.vertex[following - 1]], lines.points[laps.vertex[following]]
    near, far = laps.position[following - 1], laps.position[following]
    t = np.clip((position - near) / np.where(far > near, far - near, 1.0), 0.0, 1.0)[:, None]
    return p * (1.0 - t) + q * t
