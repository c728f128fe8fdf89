"""measure: arc lengths of paths: the total length, the point at a distance, and the part between two distances.

    segments --length, Gauss-Legendre--> spans of t with their lengths --cumulative--> distance -> segment -> t

A curve is bisected into spans until the 16-point quadrature of a span agrees with the sum of its halves.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from math import hypot, inf
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..contract.verbs import ARC, CLOSE, CUBIC, LINE, MOVE, QUAD
from .segments import XY, Arc, Curve, Line, Piece, Segment, direction, part, point, segments_of, velocity_along

__all__ = ["Measure", "append_piece"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_N = TypeVar("_N", float, Floats)
_NODES, _WEIGHTS = (values / 2.0 for values in np.polynomial.legendre.leggauss(16))
_RULE: Final = list(zip((_NODES + 0.5).tolist(), _WEIGHTS.tolist(), strict=True))
"""The nodes of the quadrature from 0 to 1, with their weights."""
_NEAR: Final = 1e-7
"""Error of a point's distance, relative to its span's length, after which one more Newton step leaves about 1e-11.

In a span whose quadrature is exact the speed is a smooth function, so that a step squares the error.
"""
_STEPS: Final = 50
"""Most steps to a point at a distance: a bisection of a span leaves nothing to halve."""
_MOST_AT_ONCE: Final = 1 << 13
"""Most distances whose points are looked for together: the quadrature's arrays of them take a megabyte each."""
_EXACT: Final = 1e-10
"""Relative error up to which the halves of a span must agree with the whole."""
_DEEPEST: Final = 12
"""Most bisections of a curve: at a cusp the quadrature does not converge."""


class Span(NamedTuple):
    """A part of a segment: the index of the segment, and the range of ``t``."""

    segment: int
    t0: float
    t1: float


class Measure:
    """The lengths of a path, for a copy of its stream.

    Attributes
    ----------
    segments : list of Segment
        The segments with a length above 0.
    ends : list of float
        The distance from the beginning of the path to the end of each span.
    """

    def __init__(self, verbs: bytes | bytearray, coords: array[float]) -> None:
        self.segments: list[Segment] = []
        self.spans: list[Span] = []
        self.ends: list[float] = []
        self.total = 0.0
        self._closed: set[int] = set()
        segments = list(segments_of(verbs, coords))
        curves = [piece for piece, _ in segments if not isinstance(piece, Line)]
        spans = iter(spans_of(curves) if curves else ())
        for segment in segments:
            piece = segment.piece
            if not isinstance(piece, Line):
                self._add(segment, next(spans))
                continue
            if piece.closes:
                self._closed.add(segment.subpath)
            length = hypot(piece.end[0] - piece.start[0], piece.end[1] - piece.start[1])
            self._add(segment, [(0.0, 1.0, length)])
        self._starts = [0.0, *self.ends]
        self._table: Table | None = None

    def _add(self, segment: Segment, spans: list[tuple[float, float, float]]) -> None:
        if sum(length for _, _, length in spans) <= 0.0:
            return
        for t0, t1, length in spans:
            self.total += length
            self.spans.append(Span(len(self.segments), t0, t1))
            self.ends.append(self.total)
        self.segments.append(segment)

    def locate(self, distance: float) -> tuple[int, float]:
        """The segment at a distance, and ``t`` along it; the later segment where two meet."""
        index = min(bisect_right(self.ends, distance), len(self.ends) - 1)
        return self._at(index, distance)

    def _at(self, index: int, distance: float) -> tuple[int, float]:
        span = self.spans[index]
        within = min(max(distance - self._starts[index], 0.0), self.ends[index] - self._starts[index])
        return span.segment, invert_length(self.segments[span.segment].piece, span, within, self._length(index))

    def _length(self, index: int) -> float:
        return self.ends[index] - self._starts[index]

    def point(self, distance: float) -> XY:
        """The point at a distance, clamped to the ends."""
        index, t = self.locate(distance)
        return point(self.segments[index].piece, t)

    def tangent(self, distance: float) -> XY:
        """The direction at a distance, a unit vector."""
        index, t = self.locate(distance)
        return direction(self.segments[index].piece, t) or (1.0, 0.0)

    def points(self, distances: Floats) -> Floats:
        """The points at N distances, (N, 2)."""
        segments = self.segments
        found = [point(segments[index].piece, t) for index, t in self._located(distances)]
        return np.array(found, np.float64).reshape(-1, 2)

    def tangents(self, distances: Floats) -> Floats:
        """The directions at N distances, (N, 2)."""
        segments = self.segments
        found = [direction(segments[index].piece, t) or (1.0, 0.0) for index, t in self._located(distances)]
        return np.array(found, np.float64).reshape(-1, 2)

    def _located(self, distances: Floats) -> Iterator[tuple[int, float]]:
        """Return the segment and parameter of each of many distances, as `locate` does of one."""
        if self._table is None:
            self._table = Table(self)
        for first in range(0, len(distances), _MOST_AT_ONCE):
            yield from self._table.locate(distances[first : first + _MOST_AT_ONCE])

    def trim(self, start: float, end: float) -> tuple[bytearray, array[float]]:
        """The stream of the part between two distances."""
        verbs, coords = bytearray(), array("d")
        start, end = max(start, 0.0), min(end, self.total)
        if not start < end:
            return verbs, coords
        first, t_first = self.locate(start)
        last, t_last = self._at(bisect_left(self.ends, end), end)
        whole = self._whole_subpaths(first, t_first, last, t_last)
        before = -1
        for index in range(first, last + 1):
            piece, subpath = self.segments[index]
            t0, t1 = t_first if index == first else 0.0, t_last if index == last else 1.0
            if t0 >= t1:
                continue
            if (t0, t1) != (0.0, 1.0):
                piece = part(piece, t0, t1)
            if subpath != before:
                verbs.append(MOVE)
                coords.extend(piece.start)
                before = subpath
            append_piece(verbs, coords, piece, keep_close=subpath in whole)
            ends_here = index == last or self.segments[index + 1].subpath != subpath
            if subpath in whole and ends_here and verbs[-1] != CLOSE:
                verbs.append(CLOSE)
        return verbs, coords

    def _whole_subpaths(self, first: int, t_first: float, last: int, t_last: float) -> set[int]:
        """The closed subpaths that are not cut, and so stay closed."""
        segments = self.segments
        whole = set(self._closed)
        if t_first > 0.0 or (first > 0 and segments[first - 1].subpath == segments[first].subpath):
            whole.discard(segments[first].subpath)
        if t_last < 1.0 or (last + 1 < len(segments) and segments[last + 1].subpath == segments[last].subpath):
            whole.discard(segments[last].subpath)
        return whole


class Table:
    """The spans of a path as arrays, made when many distances are first asked for together."""

    def __init__(self, measure: Measure) -> None:
        self.ends = np.array(measure.ends)
        self.lengths = np.diff(self.ends, prepend=0.0)
        self.segments = np.array([span.segment for span in measure.spans], np.int64)
        self.t0 = np.array([span.t0 for span in measure.spans])
        self.t1 = np.array([span.t1 for span in measure.spans])
        pieces = [segment.piece for segment in measure.segments]
        is_curve = np.array([not isinstance(piece, Line) for piece in pieces])
        self.is_curve = is_curve[self.segments]
        # The number of each span's curve among the curves alone.
        self.curves = (np.cumsum(is_curve) - 1)[self.segments]
        self.rates = Rates([piece for piece in pieces if not isinstance(piece, Line)])

    def locate(self, distances: Floats) -> Iterator[tuple[int, float]]:
        """The segment at each distance, and ``t`` along it."""
        span = np.minimum(np.searchsorted(self.ends, distances, "right"), len(self.ends) - 1)
        length, t0, t1 = self.lengths[span], self.t0[span], self.t1[span]
        within = np.clip(distances - (self.ends[span] - length), 0.0, length)
        t = t0 + (t1 - t0) * np.divide(within, length, out=np.zeros(len(span)), where=length > 0.0)
        bent = np.flatnonzero(self.is_curve[span] & (within > 0.0) & (within < length))
        if len(bent):
            which = self.curves[span[bent]]
            t[bent] = invert_lengths(self.rates, which, t0[bent], t1[bent], within[bent], length[bent])
        return zip(self.segments[span].tolist(), t.tolist(), strict=True)


def spans_of(pieces: list[Curve | Arc]) -> list[list[tuple[float, float, float]]]:
    """Cut pieces into spans (t0, t1, length) for the quadrature, bisecting all pieces together in rounds."""
    done: list[list[tuple[float, float, float]]] = [[] for _ in pieces]
    rates = Rates(pieces)
    at, t0, t1 = np.arange(len(pieces)), np.zeros(len(pieces)), np.ones(len(pieces))
    length = rates.lengths(at, t0, t1)
    for depth in range(_DEEPEST + 1):
        middle = (t0 + t1) / 2.0
        left, right = rates.lengths(at, t0, middle), rates.lengths(at, middle, t1)
        halves = np.concatenate([left, right])
        at, t0, t1 = np.tile(at, 2), np.concatenate([t0, middle]), np.concatenate([middle, t1])
        exact = np.abs(left + right - length) <= _EXACT * (left + right)
        fine = np.tile(exact | (depth == _DEEPEST), 2)
        for index, *span in zip(at[fine].tolist(), t0[fine].tolist(), t1[fine].tolist(), halves[fine], strict=True):
            done[index].append((span[0], span[1], float(span[2])))
        at, t0, t1, length = at[~fine], t0[~fine], t1[~fine], halves[~fine]
        if not len(at):
            break
    return [sorted(spans) for spans in done]


class Rates:
    """The derivatives of many pieces: for curves its three control points, for arcs the arc's numbers."""

    def __init__(self, pieces: list[Curve | Arc]) -> None:
        self.is_arc = np.array([isinstance(piece, Arc) for piece in pieces], np.bool_)
        self.numbers = np.zeros((len(pieces), 6))
        for row, piece in zip(self.numbers, pieces, strict=True):
            if isinstance(piece, Arc):
                row[:] = piece[2:]
                continue
            p = np.array(piece.points)
            d = (len(p) - 1) * np.diff(p, axis=0)
            # A derivative of degree 1 is raised to degree 2.
            row[:] = (d if len(d) == 3 else np.array([d[0], (d[0] + d[1]) / 2.0, d[1]])).ravel()

    def lengths(self, at: Ints, t0: Floats, t1: Floats) -> Floats:
        """The lengths of parts of pieces, by 16-point quadrature."""
        t = t0[:, None] + (t1 - t0)[:, None] * (_NODES + 0.5)
        lengths: Floats = (self.speeds(at, t) @ _WEIGHTS) * (t1 - t0)
        return lengths

    def speeds(self, at: Ints, t: Floats) -> Floats:
        """The length of the derivative of N pieces at K numbers ``t`` each, (N, K)."""
        n = self.numbers[at][:, :, None]
        u = 1.0 - t
        a, b, c = u * u, 2.0 * u * t, t * t
        dx, dy = n[:, 0] * a + n[:, 2] * b + n[:, 4] * c, n[:, 1] * a + n[:, 3] * b + n[:, 5] * c
        arcs = self.is_arc[at]
        if arcs.any():
            n, t = n[arcs], t[arcs]
            angle, sweep = n[:, 4] + t * n[:, 5], n[:, 5]
            dx[arcs] = (n[:, 2] * np.cos(angle) - n[:, 0] * np.sin(angle)) * sweep
            dy[arcs] = (n[:, 3] * np.cos(angle) - n[:, 1] * np.sin(angle)) * sweep
        speeds: Floats = np.hypot(dx, dy)
        return speeds


def invert_length(piece: Piece, span: Span, within: float, length: float) -> float:
    """``t`` at a distance from the beginning of a span of a known length."""
    t0, t1 = span.t0, span.t1
    if length <= 0.0:
        return t0
    if isinstance(piece, Line) or within in (0.0, length):
        return t0 + (t1 - t0) * within / length
    velocity = velocity_along(piece)
    mean = length / (t1 - t0)
    first, last = (mean / max(hypot(*velocity(t)), mean / 3.0) for t in (t0, t1))
    t = _guess(t0, t1, within / length, first, last)
    low, high = t0, t1
    for _ in range(_STEPS):
        width, covered = t - t0, 0.0
        for node, weight in _RULE:
            covered += weight * hypot(*velocity(t0 + width * node))
        off = covered * width - within
        low, high = (t, high) if off < 0.0 else (low, t)
        speed = hypot(*velocity(t))
        # A Newton step, or a bisection where that leaves the span, as at a cusp, where the speed is 0.
        step = t - off / speed if speed > 0.0 else inf
        is_newton = low <= step <= high
        t = step if is_newton else (low + high) / 2.0
        if is_newton and abs(off) <= _NEAR * length:
            break
    return t


def _guess(t0: _N, t1: _N, part: _N, first: _N, last: _N) -> _N:
    """``t`` at a part of the length of a span, by the cubic polynomial with the right slopes at its ends.

    The slopes, relative to the mean, are at most 3, so that the polynomial grows from end to end.
    """
    rest = 1.0 - part
    return t0 + (t1 - t0) * part * (rest * rest * first + part * (3.0 - 2.0 * part) - part * rest * last)


def invert_lengths(rates: Rates, at: Ints, t0: Floats, t1: Floats, within: Floats, length: Floats) -> Floats:
    """Return ``t`` at distances within spans of curves and arcs: what `invert_length` does, for all together."""
    mean = length / (t1 - t0)
    slopes = mean[:, None] / np.maximum(rates.speeds(at, np.stack([t0, t1], 1)), mean[:, None] / 3.0)
    found = _guess(t0, t1, within / length, slopes[:, 0], slopes[:, 1])
    rows, low, high = np.arange(len(at)), t0, t1
    for _ in range(_STEPS):
        t = found[rows]
        off = rates.lengths(at[rows], t0[rows], t) - within[rows]
        low, high = np.where(off < 0.0, t, low), np.where(off < 0.0, high, t)
        speed = rates.speeds(at[rows], t[:, None])[:, 0]
        step = t - np.divide(off, speed, out=np.full(len(off), np.inf), where=speed > 0.0)
        is_newton = (low <= step) & (step <= high)
        found[rows] = np.where(is_newton, step, (low + high) / 2.0)
        wrong = ~is_newton | (np.abs(off) > _NEAR * length[rows])
        rows, low, high = rows[wrong], low[wrong], high[wrong]
        if not len(rows):
            break
    return found


def append_piece(verbs: bytearray, coords: array[float], piece: Piece, keep_close: bool = False) -> None:
    """Append a piece to a stream that ends where it begins."""
    if isinstance(piece, Line):
        if piece.closes and keep_close:
            verbs.append(CLOSE)
            return
        verbs.append(LINE)
        coords.extend(piece.end)
    elif isinstance(piece, Arc):
        verbs.append(ARC)
        coords.extend(piece)
    else:
        verbs.append(QUAD if len(piece.points) == 3 else CUBIC)
        for each in piece.points[1:]:
            coords.extend(each)
