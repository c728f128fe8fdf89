"""segments: the lines, curves and arcs of a path stream, with points, directions, parts and extremes of each.

    stream --segments_of--> Line | Curve | Arc, each with its subpath     t from 0 to 1 along each

A Curve is a Bezier curve of degree 2 or 3. Closing lines are Lines; moves are none.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import atan2, ceil, cos, floor, hypot, pi, sin, sqrt, tan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.verbs import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD

__all__ = ["XY", "Arc", "Curve", "Line", "Piece", "Segment", "arc_points", "segments_of", "split_curve"]

COUNTS: Final = np.array(COORD_COUNT)
FEW_VERBS: Final = 32
"""Verbs of a path up to which arrays are slower than its segments, one by one."""
XY = tuple[float, float]
Floats = NDArray[np.float64]


class Line(NamedTuple):
    """A straight line; ``closes`` says whether it closes its subpath."""

    start: XY
    end: XY
    closes: bool = False


class Curve(NamedTuple):
    """A Bezier curve: its three or four points."""

    points: tuple[XY, ...]

    @property
    def start(self) -> XY:
        """The start point."""
        return self.points[0]

    @property
    def end(self) -> XY:
        """The end point."""
        return self.points[-1]


class Arc(NamedTuple):
    """The points C + U cos(t) + V sin(t), t from ``angle`` over ``sweep`` radians: the numbers of the stream."""

    cx: float
    cy: float
    ux: float
    uy: float
    vx: float
    vy: float
    angle: float
    sweep: float

    def at(self, t: float) -> XY:
        """The point at an angle."""
        c, s = cos(t), sin(t)
        return self.cx + self.ux * c + self.vx * s, self.cy + self.uy * c + self.vy * s

    @property
    def start(self) -> XY:
        """The start point."""
        return self.at(self.angle)

    @property
    def end(self) -> XY:
        """The end point."""
        return self.at(self.angle + self.sweep)


Piece = Line | Curve | Arc


class Segment(NamedTuple):
    """A piece, and the number of its subpath."""

    piece: Piece
    subpath: int


def segments_of(verbs: bytes | bytearray, coords: array[float]) -> Iterator[Segment]:
    """Yield the segments of a path stream, closing lines with them."""
    at, subpath = 0, -1
    first = here = (0.0, 0.0)
    for verb in verbs:
        numbers = coords[at : at + COORD_COUNT[verb]]
        at += COORD_COUNT[verb]
        if verb == MOVE:
            first = here = numbers[0], numbers[1]
            subpath += 1
            continue
        piece: Piece
        if verb == LINE:
            piece = Line(here, (numbers[0], numbers[1]))
        elif verb == CLOSE:
            piece = Line(here, first, closes=True)
        elif verb == ARC:
            piece = Arc(*numbers)
        else:
            piece = Curve((here, *zip(numbers[::2], numbers[1::2], strict=True)))
        yield Segment(piece, subpath)
        here = piece.end


# -- along a piece ---------------------------------------------------------------------------------------------------


def point(piece: Piece, t: float) -> XY:
    """The point at ``t``."""
    if isinstance(piece, Arc):
        return piece.at(piece.angle + t * piece.sweep)
    if isinstance(piece, Line):
        (x0, y0), (x1, y1) = piece.start, piece.end
        return x0 + t * (x1 - x0), y0 + t * (y1 - y0)
    xs, ys = zip(*piece.points, strict=True)
    return _bezier(xs, t), _bezier(ys, t)


def _bezier(values: tuple[float, ...], t: float) -> float:
    """The number at ``t`` on a Bezier curve of degree 2 or 3, by the sums of `split_curve`."""
    a, b, c, *last = values
    ab, bc = a + t * (b - a), b + t * (c - b)
    abc = ab + t * (bc - ab)
    if not last:
        return abc
    cd = c + t * (last[0] - c)
    bcd = bc + t * (cd - bc)
    return abc + t * (bcd - abc)


def velocity_along(piece: Curve | Arc) -> Callable[[float], XY]:
    """Return the function from ``t`` to the derivative of the piece there."""
    if isinstance(piece, Arc):
        _, _, ux, uy, vx, vy, angle, sweep = piece

        def of_arc(t: float) -> XY:
            c, s = cos(angle + t * sweep) * sweep, sin(angle + t * sweep) * sweep
            return vx * c - ux * s, vy * c - uy * s

        return of_arc
    degree = len(piece.points) - 1
    sides = [(degree * (x1 - x0), degree * (y1 - y0)) for (x0, y0), (x1, y1) in pairwise(piece.points)]
    # A derivative of degree 1 is raised to degree 2.
    (ax, ay), (cx, cy) = sides[0], sides[-1]
    bx, by = sides[1] if degree == 3 else ((ax + cx) / 2.0, (ay + cy) / 2.0)

    def of_curve(t: float) -> XY:
        u = 1.0 - t
        a, b, c = u * u, 2.0 * u * t, t * t
        return ax * a + bx * b + cx * c, ay * a + by * b + cy * c

    return of_curve


def direction(piece: Piece, t: float) -> XY | None:
    """The unit vector in which the piece goes at ``t``; None where it is a point."""
    if isinstance(piece, Line):
        dx, dy = piece.end[0] - piece.start[0], piece.end[1] - piece.start[1]
    else:
        dx, dy = velocity_along(piece)(t)
        if hypot(dx, dy) <= 1e-9 * _size(piece):
            # At a cusp, or where control points coincide, use the direction to a point nearby.
            near = 1e-4 if t < 0.5 else -1e-4
            (x0, y0), (x1, y1) = sorted_by(near, point(piece, t), point(piece, t + near))
            dx, dy = x1 - x0, y1 - y0
    length = hypot(dx, dy)
    return (dx / length, dy / length) if length > 0.0 else None


def sorted_by(step: float, here: XY, there: XY) -> tuple[XY, XY]:
    """Two points in the order of travel."""
    return (here, there) if step > 0.0 else (there, here)


def _size(piece: Curve | Arc) -> float:
    if isinstance(piece, Arc):
        return hypot(piece.ux, piece.uy) + hypot(piece.vx, piece.vy)
    x0, y0 = piece.points[0]
    return max(hypot(x - x0, y - y0) for x, y in piece.points)


def split_curve(points: tuple[XY, ...], t: float) -> tuple[tuple[XY, ...], tuple[XY, ...]]:
    """The two Bezier curves before and after ``t`` (de Casteljau)."""
    left, right = [points[0]], [points[-1]]
    while len(points) > 1:
        points = tuple(
            (x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False)
        )
        left.append(points[0])
        right.append(points[-1])
    return tuple(left), tuple(reversed(right))


def part(piece: Piece, t0: float, t1: float) -> Piece:
    """The part of a piece from ``t0`` to ``t1``."""
    if isinstance(piece, Arc):
        return piece._replace(angle=piece.angle + t0 * piece.sweep, sweep=(t1 - t0) * piece.sweep)
    if isinstance(piece, Line):
        return Line(point(piece, t0), point(piece, t1))
    points = split_curve(piece.points, t1)[0] if t1 < 1.0 else piece.points
    return Curve(split_curve(points, t0 / t1)[1] if t0 > 0.0 else points)


# -- extremes --------------------------------------------------------------------------------------------------------


def box_of(verbs: bytes | bytearray, coords: array[float]) -> tuple[float, float, float, float] | None:
    """Return the least x and y and the greatest x and y of a path stream; None where it has no lines and curves.

    Ends of segments are compared as arrays. Only of curves whose control points lie outside of the ends' box, which are
    few in a long path, are the extremes found.
    """
    if len(verbs) <= FEW_VERBS:
        found = [xy for segment in segments_of(verbs, coords) for xy in reach(segment.piece)]
        xs, ys = [x for x, _ in found], [y for _, y in found]
        return (min(xs), min(ys), max(xs), max(ys)) if found else None
    kinds, numbers = np.frombuffer(verbs, np.uint8), np.array(coords)
    counts = COUNTS[kinds]
    starts = np.cumsum(counts) - counts
    draws = np.append(kinds[1:] != MOVE, False)
    points = (starts + counts - 2)[((kinds == MOVE) & draws) | np.isin(kinds, (LINE, QUAD, CUBIC))]
    arcs = numbers[starts[kinds == ARC][:, None] + np.arange(COORD_COUNT[ARC])]
    center, across, down, angle, sweep = arcs[:, :2], arcs[:, 2:4], arcs[:, 4:6], arcs[:, 6:7], arcs[:, 7:]
    sides = [center + across * np.cos(t) + down * np.sin(t) for t in (angle, angle + sweep)]
    ends = np.concatenate([np.stack([numbers[points], numbers[points + 1]], 1), *sides])
    if not len(ends):
        return None
    low, high = ends.min(0), ends.max(0)
    # All points that a segment may reach: control points, and the boxes of whole ellipses.
    pairs = numbers[starts[np.isin(kinds, (QUAD, CUBIC))][:, None] + np.arange(4)].reshape(-1, 2)
    half = np.hypot(across, down)
    reached = np.concatenate([pairs, center - half, center + half])
    if ((reached < low) | (reached > high)).any():
        more = np.array(
            [
                xy
                for segment in segments_of(verbs, coords)
                if not isinstance(segment.piece, Line) and _reaches_out(segment.piece, low, high)
                for xy in reach(segment.piece)
            ]
        ).reshape(-1, 2)
        low, high = np.concatenate([more, [low]]).min(0), np.concatenate([more, [high]]).max(0)
    (x0, y0), (x1, y1) = low.tolist(), high.tolist()
    return x0, y0, x1, y1


def _reaches_out(piece: Curve | Arc, low: Floats, high: Floats) -> bool:
    """Whether a control point of a curve, or an arc's ellipse, lies outside of a box."""
    (x0, y0), (x1, y1) = low.tolist(), high.tolist()
    if isinstance(piece, Arc):
        wide, tall = hypot(piece.ux, piece.vx), hypot(piece.uy, piece.vy)
        return bool(piece.cx - wide < x0 or piece.cy - tall < y0 or piece.cx + wide > x1 or piece.cy + tall > y1)
    return any(x < x0 or y < y0 or x > x1 or y > y1 for x, y in piece.points)


def reach(piece: Piece) -> list[XY]:
    """Points of a piece that span its bounding box: its ends, and its extremes in x and y."""
    found = [piece.start, piece.end]
    if isinstance(piece, Arc):
        for a, b in ((piece.ux, piece.vx), (piece.uy, piece.vy)):
            # The derivative is zero at this angle and half turns from it.
            turning = atan2(b, a)
            low, high = sorted((piece.angle, piece.angle + piece.sweep))
            for k in range(ceil((low - turning) / pi), floor((high - turning) / pi) + 1):
                found.append(piece.at(turning + k * pi))
    elif isinstance(piece, Curve):
        for axis in (0, 1):
            roots = _turning_points([p[axis] for p in piece.points])
            found += [point(piece, t) for t in roots if 0.0 < t < 1.0]
    return found


def _turning_points(values: list[float]) -> list[float]:
    """The zeros of the derivative of a Bezier polynomial."""
    d = [b - a for a, b in zip(values, values[1:], strict=False)]
    if len(d) == 2:
        return [d[0] / (d[0] - d[1])] if d[0] != d[1] else []
    # d0 (1-t)^2 + 2 d1 (1-t) t + d2 t^2 = 0
    a, half_b, c = d[0] - 2.0 * d[1] + d[2], d[1] - d[0], d[0]
    inside = half_b * half_b - a * c
    if inside < 0.0:
        return []
    # This form of the quadratic formula avoids cancellation.
    q = -(half_b + (sqrt(inside) if half_b >= 0.0 else -sqrt(inside)))
    return [n / m for n, m in ((q, a), (c, q)) if m != 0.0]


def arc_points(arc: Arc, most: float) -> list[tuple[XY, XY, XY]]:
    """An arc as cubic Bezier curves of at most ``most`` radians: the three points after the first of each."""
    count = max(1, ceil(abs(arc.sweep) / most - 1e-9))
    step = arc.sweep / count
    k = 4.0 / 3.0 * tan(step / 4.0)
    cx, cy, ux, uy, vx, vy, angle, _ = arc
    curves = []
    c0, s0 = cos(angle), sin(angle)
    for i in range(count):
        t1 = angle + (i + 1) * step
        c1, s1 = cos(t1), sin(t1)
        a, b, c, d = c0 - k * s0, s0 + k * c0, c1 + k * s1, s1 - k * c1
        first = cx + ux * a + vx * b, cy + uy * a + vy * b
        second = cx + ux * c + vx * d, cy + uy * c + vy * d
        curves.append((first, second, (cx + ux * c1 + vx * s1, cy + uy * c1 + vy * s1)))
        c0, s0 = c1, s1
    return curves
