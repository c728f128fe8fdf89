"""measure: arc lengths of paths: the total length, the point at a distance, and the part between two distances.

    segments --length, Gauss-Legendre--> spans of t with their lengths --cumulative--> distance -> segment -> t

A curve is bisected into spans until the 16-point quadrature of a span agrees with the sum of its halves.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from math import hypot
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.verbs import ARC, CLOSE, CUBIC, LINE, MOVE, QUAD
from .segments import XY, Arc, Curve, Line, Piece, Segment, direction, part, point, segments_of, velocities

__all__ = ["Measure", "append_piece"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NODES, _WEIGHTS = (values / 2.0 for values in np.polynomial.legendre.leggauss(16))
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
        lengths: Floats = (np.hypot(dx, dy) @ _WEIGHTS) * (t1 - t0)
        return lengths


def quadrature(piece: Curve | Arc, t0: float, t1: float) -> float:
    """The length from ``t0`` to ``t1``, by 16-point quadrature."""
    dx, dy = velocities(piece, t0 + (t1 - t0) * (_NODES + 0.5))
    return float(np.dot(np.hypot(dx, dy), _WEIGHTS)) * (t1 - t0)


def invert_length(piece: Piece, span: Span, within: float, length: float) -> float:
    """``t`` at a distance from the beginning of a span of a known length."""
    t0, t1 = span.t0, span.t1
    if length <= 0.0:
        return t0
    t = t0 + (t1 - t0) * within / length
    if isinstance(piece, Line) or within in (0.0, length):
        return t
    low, high = t0, t1
    for _ in range(50):
        off = quadrature(piece, t0, t) - within
        if abs(off) <= 1e-11 * length:
            break
        low, high = (t, high) if off < 0.0 else (low, t)
        dx, dy = velocities(piece, np.array([t]))
        speed = float(np.hypot(dx, dy)[0])
        # A Newton step, or a bisection where that leaves the span, as at a cusp, where the speed is 0.
        step = t - off / speed if speed > 0.0 else low
        t = step if low < step < high else (low + high) / 2.0
    return t


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
