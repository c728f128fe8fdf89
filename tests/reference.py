"""A slow, exact rasteriser in NumPy float64: the living definition of fills, strokes, dashes and clips.

It shares no line with the library and never imports it; every pixel is decided by point samples:

    shapes --flatten (very fine)--> Polylines --dash--> Polylines --stroke--> convex pieces --+
                                        |                                                    v
                                        +--fill: winding number at each sample--> inside? --mean--> coverage (H, W)

The ``samples`` x ``samples`` points of a pixel lie on a golden-ratio lattice, not on a square grid: all their x, all
their y and nearly all their diagonal positions differ, so the coverage of an edge in any direction is off by about
1 / samples**2, where a square grid is off by up to 1 / (2 * samples) on upright and diagonal edges.

Sources: HTML standard, 4.12.5.1.3 (line styles, "trace a path") and 4.12.5.1.6 (paths).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, pi, sin, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "Pen",
    "Polyline",
    "arc_points",
    "clip",
    "cubic_points",
    "curve",
    "dash",
    "fill_coverage",
    "paint",
    "polyline",
    "quadratic_points",
    "sample_offsets",
    "stroke_coverage",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
GOLDEN = (sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True)
class Polyline:
    """One subpath: ``points`` (N, 2), without the repeated first one when ``closed``; ``smooth`` (N,) marks vertices
    of curves, where the pen turns whatever its joins are.
    """

    points: Floats
    closed: bool
    smooth: Bools


@dataclass(frozen=True)
class Pen:
    """How a stroke looks; lengths in user space units."""

    width: float
    cap: Literal["butt", "round", "square"] = "butt"
    join: Literal["miter", "round", "bevel"] = "miter"
    miter_limit: float = 10.0


@dataclass(frozen=True)
class Piece:
    """A convex part of a stroke: every half-plane ``a x + b y <= c`` of ``planes`` (K, 3), and the ``disc`` (x, y,
    radius) where there is one; ``box`` (2, 2) holds the lowest and highest corner around it.
    """

    planes: Floats
    box: Floats
    disc: tuple[float, float, float] | None = None


def polyline(points: npt.ArrayLike, *, closed: bool = False) -> Polyline:
    """Return the subpath through sharp ``points`` (N, 2), without zero-length lines (the standard's first step)."""
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    return _pruned(corners, np.zeros(len(corners), np.bool_), closed)


def curve(*parts: npt.ArrayLike, closed: bool = False) -> Polyline:
    """Join the ends of ``parts``, each (N, 2) points of one line or curve, to a subpath; inner points are smooth."""
    points: list[Floats] = []
    smooth: list[Bools] = []
    for part in parts:
        vertices = np.asarray(part, np.float64)
        inner = np.ones(len(vertices), np.bool_)
        inner[[0, -1]] = False
        points.append(vertices)
        smooth.append(inner)
    return _pruned(np.concatenate(points), np.concatenate(smooth), closed)


def cubic_points(
    p0: npt.ArrayLike, p1: npt.ArrayLike, p2: npt.ArrayLike, p3: npt.ArrayLike, steps: int = 128
) -> Floats:
    """Return (steps + 1, 2) points of the cubic Bezier curve with these control points."""
    t = np.linspace(0.0, 1.0, steps + 1)[:, None]
    a, b, c, d = (np.asarray(p, np.float64) for p in (p0, p1, p2, p3))
    u = 1.0 - t
    return np.asarray(u**3 * a + 3 * u**2 * t * b + 3 * u * t**2 * c + t**3 * d)


def quadratic_points(p0: npt.ArrayLike, p1: npt.ArrayLike, p2: npt.ArrayLike, steps: int = 128) -> Floats:
    """Return (steps + 1, 2) points of the quadratic Bezier curve with these control points."""
    a, b, c = (np.asarray(p, np.float64) for p in (p0, p1, p2))
    return cubic_points(a, a + (b - a) * 2 / 3, c + (b - c) * 2 / 3, c, steps)


def arc_points(
    x: float,
    y: float,
    radius_x: float,
    radius_y: float | None = None,
    start: float = 0.0,
    end: float = 2 * pi,
    rotation: float = 0.0,
    steps: int = 256,
) -> Floats:
    """Return (steps + 1, 2) points of an elliptic arc; angles in radians, ``radius_y`` is ``radius_x`` by default."""
    t = np.linspace(start, end, steps + 1)
    u, v = radius_x * np.cos(t), (radius_x if radius_y is None else radius_y) * np.sin(t)
    return np.stack([x + u * cos(rotation) - v * sin(rotation), y + u * sin(rotation) + v * cos(rotation)], axis=1)


def sample_offsets(samples: int) -> Floats:
    """Return the (samples**2, 2) sample points of a pixel, each coordinate in 0 to 1; ValueError below 1."""
    if samples < 1:
        raise ValueError(f"samples is {samples}: give at least 1 sample along a pixel's side, 8 is the default")
    count = samples * samples
    k = np.arange(count)
    return np.stack([(k + 0.5) / count, (k * GOLDEN + 0.5 / count) % 1.0], axis=1)


def fill_coverage(
    outlines: Iterable[Polyline],
    width: int,
    height: int,
    *,
    rule: Literal["nonzero", "evenodd"] = "nonzero",
    matrix: Matrix = IDENTITY,
    samples: int = 8,
) -> Floats:
    """Return how much of each pixel the filled outlines cover; open ones are closed.

    Parameters
    ----------
    outlines : iterable of Polyline
        In user space.
    width, height : int
        Pixels.
    rule : str
        "nonzero" or "evenodd".
    matrix : tuple of six floats
        User space to pixels, a to f as in ``set_transform``.
    samples : int
        Samples along a pixel's side; 8 means 64 points.

    Returns
    -------
    ndarray, (height, width) float64
        0 to 1.
    """
    edges = [np.zeros((0, 4))]
    for outline in outlines:
        ends = apply(matrix, outline.points)
        edges.append(np.concatenate([ends, np.roll(ends, -1, axis=0)], axis=1))
    lines = np.concatenate(edges)
    offsets = sample_offsets(samples)
    covered = np.zeros((height, width))
    for offset in offsets:
        winding = _winding(lines - np.tile(offset, 2), width, height)
        covered += (winding & 1) if rule == "evenodd" else (winding != 0)
    return covered / len(offsets)


def stroke_coverage(
    lines: Iterable[Polyline],
    pen: Pen,
    width: int,
    height: int,
    *,
    matrix: Matrix = IDENTITY,
    samples: int = 8,
) -> Floats:
    """Return how much of each pixel the stroked lines cover: the union of all segments, joins and caps.

    Parameters
    ----------
    lines : iterable of Polyline
        In user space; dashed ones come from `dash`.
    pen, width, height, matrix, samples
        See `fill_coverage`; the pen is transformed as well.

    Returns
    -------
    ndarray, (height, width) float64
        0 to 1.
    """
    offsets = sample_offsets(samples)
    inside = np.zeros((height, width, len(offsets)), np.bool_)
    back = _inverse(matrix)
    for line in lines:
        for piece in _pieces(line, pen):
            _add_piece(inside, piece, matrix, back, offsets)
    return np.asarray(inside.mean(axis=2))


def dash(line: Polyline, pattern: Sequence[float], offset: float = 0.0) -> list[Polyline]:
    """Cut ``line`` into its dashes by walking along it.

    Parameters
    ----------
    line : Polyline
        A closed one is cut at its first point.
    pattern : sequence of float
        Lengths on, off, on, ...; an odd count is doubled, as ``set_line_dash`` does.
    offset : float
        Where in the pattern the line begins.

    Returns
    -------
    list of Polyline
        Open subpaths.
    """
    lengths = list(pattern) * (2 if len(pattern) % 2 else 1)
    period = sum(lengths)
    if period <= 0.0 or len(line.points) < 2:
        return [line]
    points = np.concatenate([line.points, line.points[:1]]) if line.closed else line.points
    smooth = np.append(line.smooth, np.bool_(False))[: len(points)]
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    dashes = []
    start = -(offset % period)
    while start < at[-1]:
        for index, length in enumerate(lengths):
            lo, hi = max(start, 0.0), min(start + length, float(at[-1]))
            if index % 2 == 0 and hi > lo:
                dashes.append(_between(points, smooth, at, lo, hi))
            start += length
    return dashes


def clip(coverage: Floats, *masks: Floats) -> Floats:
    """Return ``coverage`` under every mask: the product, as canvases composite clips."""
    return np.asarray(np.prod([coverage, *masks], axis=0))


def paint(coverage: Floats, rgba: tuple[float, float, float, float]) -> npt.NDArray[np.uint8]:
    """Return one straight colour, 0 to 1, over transparent under ``coverage`` (H, W), as (H, W, 4) straight RGBA8."""
    picture = np.zeros((*coverage.shape, 4))
    picture[..., :3] = rgba[:3]
    picture[..., 3] = coverage * rgba[3]
    bytes_ = np.rint(np.clip(picture, 0.0, 1.0) * 255.0).astype(np.uint8)
    bytes_[bytes_[..., 3] == 0] = 0
    return bytes_


def apply(matrix: Matrix, points: Floats) -> Floats:
    """Return ``points`` (..., 2) mapped by ``matrix``."""
    a, b, c, d, e, f = matrix
    x, y = points[..., 0], points[..., 1]
    return np.stack([a * x + c * y + e, b * x + d * y + f], axis=-1)


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    k = 1.0 / (a * d - b * c)
    return d * k, -b * k, -c * k, a * k, (c * f - d * e) * k, (b * e - a * f) * k


def _pruned(points: Floats, smooth: Bools, closed: bool) -> Polyline:
    """Drop each vertex that repeats the one before; a sharp repetition makes the vertex sharp."""
    keep: list[int] = []
    sharp = ~smooth
    for index in range(len(points)):
        if keep and (points[index] == points[keep[-1]]).all():
            sharp[keep[-1]] |= sharp[index]
        else:
            keep.append(index)
    if closed and len(keep) > 1 and np.allclose(points[keep[0]], points[keep[-1]], rtol=0.0, atol=1e-12):
        keep.pop()
    return Polyline(points[keep], closed, ~sharp[keep])


def _winding(edges: Floats, width: int, height: int) -> npt.NDArray[np.int64]:
    """Return the winding number at every integer point, (height, width), from edges (N, 4) x0 y0 x1 y1.

    An edge that crosses row y at x adds its direction to every column from ceil(x) on: marks, then one running sum.
    """
    x0, y0, x1, y1 = edges.T
    low, high = np.minimum(y0, y1), np.maximum(y0, y1)
    first = np.clip(np.ceil(low), 0, height).astype(np.int64)
    last = np.clip(np.ceil(high), 0, height).astype(np.int64)
    rows_of = last - first
    edge = np.repeat(np.arange(len(edges)), rows_of)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(rows_of) - rows_of, rows_of) + first[edge]
    x = x0[edge] + (row - y0[edge]) * (x1[edge] - x0[edge]) / (y1[edge] - y0[edge])
    column = np.clip(np.ceil(x), 0, width).astype(np.int64)
    sign = np.where(y1 > y0, 1, -1)[edge]
    marks = np.bincount(row * (width + 1) + column, weights=sign, minlength=height * (width + 1))
    return np.cumsum(marks.reshape(height, width + 1)[:, :width], axis=1).astype(np.int64)


def _between(points: Floats, smooth: Bools, at: Floats, lo: float, hi: float) -> Polyline:
    """Return the part of a line from arc length ``lo`` to ``hi``; ``at`` (N,) is each vertex's arc length."""
    inner = np.flatnonzero((at > lo) & (at < hi))
    ends = [np.array([np.interp(s, at, points[:, 0]), np.interp(s, at, points[:, 1])])[None] for s in (lo, hi)]
    flags = np.concatenate([[False], smooth[inner], [False]])
    return _pruned(np.concatenate([ends[0], points[inner], ends[1]]), flags, False)


def _pieces(line: Polyline, pen: Pen) -> list[Piece]:
    points = line.points
    if len(points) < 2:
        return []
    vertices = np.concatenate([points, points[:1]]) if line.closed else points
    steps = np.diff(vertices, axis=0)
    directions = steps / np.hypot(steps[:, 0], steps[:, 1])[:, None]
    half = pen.width / 2
    pieces = [_bar(vertices[i], vertices[i + 1], directions[i], half, 0.0) for i in range(len(directions))]
    for i in range(0 if line.closed else 1, len(directions)):
        pieces += _join(vertices[i], directions[i - 1], directions[i], bool(line.smooth[i]), pen)
    if not line.closed:
        pieces += _cap(vertices[0], -directions[0], pen) + _cap(vertices[-1], directions[-1], pen)
    return pieces


def _bar(start: Floats, end: Floats, along: Floats, half: float, extra: float) -> Piece:
    """Return the rectangle around a segment, ``half`` to each side, longer by ``extra`` at its end."""
    side, tip = np.array([-along[1], along[0]]) * half, end + along * extra
    return _convex(np.stack([start + side, tip + side, tip - side, start - side]))


def _convex(corners: Floats) -> Piece:
    after = np.roll(corners, -1, axis=0)
    centre = corners.mean(axis=0)
    normal = np.stack([after[:, 1] - corners[:, 1], corners[:, 0] - after[:, 0]], axis=1)
    offset = (normal * corners).sum(axis=1)
    flip = np.where(normal @ centre > offset, -1.0, 1.0)
    planes = np.concatenate([normal, offset[:, None]], axis=1) * flip[:, None]
    return Piece(planes, np.stack([corners.min(axis=0), corners.max(axis=0)]))


def _sector(centre: Floats, radius: float, outward: Sequence[Floats]) -> Piece:
    """Return the part of a disc that lies ahead of ``centre`` in every ``outward`` direction."""
    planes = np.array([[-d[0], -d[1], -float(d @ centre)] for d in outward])
    return Piece(planes, np.stack([centre - radius, centre + radius]), (float(centre[0]), float(centre[1]), radius))


def _join(vertex: Floats, before: Floats, after: Floats, smooth: bool, pen: Pen) -> list[Piece]:
    half = pen.width / 2
    turn = float(before[0] * after[1] - before[1] * after[0])
    if smooth:
        # The line that is swept along a curve turns about its middle: https://html.spec.whatwg.org/#trace-a-path
        return [_sector(vertex, half, [before, -after]), _sector(vertex, half, [-before, after])]
    if pen.join == "round":
        return [_sector(vertex, half, [before, -after])]
    if turn == 0.0:
        return []
    outer = -1.0 if turn > 0 else 1.0
    a, b = (vertex + outer * half * np.array([-d[1], d[0]]) for d in (before, after))
    cos_turn = float(before @ after)
    # The miter's length over the line's width is 1 / cos(turn / 2), and cos(turn / 2)**2 = (1 + cos(turn)) / 2.
    if pen.join == "bevel" or pen.miter_limit**2 * (1.0 + cos_turn) < 2.0:
        return [_convex(np.stack([vertex, a, b]))]
    tip = vertex + (a - vertex + b - vertex) / (1.0 + cos_turn)
    return [_convex(np.stack([vertex, a, tip, b]))]


def _cap(end: Floats, outward: Floats, pen: Pen) -> list[Piece]:
    if pen.cap == "round":
        return [_sector(end, pen.width / 2, [outward])]
    if pen.cap == "square":
        return [_bar(end, end, outward, pen.width / 2, pen.width / 2)]
    return []


def _add_piece(inside: Bools, piece: Piece, matrix: Matrix, back: Matrix, offsets: Floats) -> None:
    """Mark the samples within the piece; the samples go to user space, so the piece stays exact."""
    height, width, _ = inside.shape
    corners = np.stack(np.meshgrid(piece.box[:, 0], piece.box[:, 1]), axis=-1).reshape(4, 2)
    box = apply(matrix, corners)
    x0, y0 = (max(0, floor(v)) for v in box.min(axis=0))
    x1, y1 = (min(limit, ceil(v)) for limit, v in zip((width, height), box.max(axis=0), strict=True))
    if x0 >= x1 or y0 >= y1:
        return
    pixels = np.stack(np.meshgrid(np.arange(x0, x1), np.arange(y0, y1)), axis=-1)
    at = apply(back, pixels[:, :, None, :] + offsets)
    within = np.ones(at.shape[:3], np.bool_)
    for a, b, c in piece.planes:
        within &= at[..., 0] * a + at[..., 1] * b <= c
    if piece.disc is not None:
        x, y, radius = piece.disc
        within &= (at[..., 0] - x) ** 2 + (at[..., 1] - y) ** 2 <= radius**2
    inside[y0:y1, x0:x1] |= within
