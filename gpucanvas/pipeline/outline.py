"""Uses of outlines become what the flatten stage takes: curves, vertices, subpaths and pens, for all uses at once.

    verbs, coords --transform--> arcs become cubics --count pieces--> Curve, Vertex, Subpath, Path

How many pieces a curve needs is decided here (Wang's bound, and for strokes the turn between control legs), so that
every buffer of the flatten stage has its exact size before it runs. Dashed outlines, and those with coordinates too
large for float32, are flattened in float64 (hostflat.py) and enter as polylines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..errors import LimitError
from ..geometry.affine import IDENTITY, Affine
from ..geometry.builder import ARC, COORD_COUNT, CUBIC
from .record import Pen
from .scene import Records

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CURVE_TOLERANCE = 1 / 40
"""How far the chord of a curve's piece may lie from the curve, pixels, before flatten moves the chords outwards.

As much area is gained there as was lost: two thirds of it remain at the vertices, one third half way between them."""
TOLERANCE = 1 / 64
"""A flattened curve leaves the true one by no more than this, pixels."""
GUARD = 24000.0
"""Outlines that go further than this from the canvas, pixels, are clipped on the host in float64."""
WIDEST = 2e6
"""Lines wider than this, pixels, are refused: nobody can tell their edges, and counts of what they touch overflow."""
FILL = -1
"""In place of a pen index: the outline is filled."""

MADE = (records.Vertex, records.Curve, records.Subpath)

_COORDS = np.array(COORD_COUNT, np.int64)
PAIRS = _COORDS // 2


@dataclass(slots=True)
class Uses:
    """Outlines to be drawn: stream ranges with a matrix, a pen (or FILL) and a rule each.

    Attributes
    ----------
    verbs, coords : uint8 and float64 arrays
        The streams, one use after another.
    verb_counts, coord_counts : int64 arrays (U,)
        How much of the streams each use owns.
    matrices : float64 array (U, 6)
        Stream to device.
    pens : int64 array (U,)
        Index into the pens of `Outlines.add_pen`, or FILL.
    rules : int64 array (U,)
        RULE_*.
    """

    verbs: NDArray[np.uint8]
    coords: Floats
    verb_counts: Ints
    coord_counts: Ints
    matrices: Floats
    pens: Ints
    rules: Ints


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Indices starts[i] .. starts[i] + counts[i] - 1 of all i, one after another."""
    total = int(counts.sum())
    ends = np.cumsum(counts)
    indices: Ints = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return indices


class Outlines:
    """Collects outline uses and gives the flatten stage's tables."""

    def __init__(self, width: int, height: int, charge: Callable[[int], None]) -> None:
        self.width, self.height = width, height
        self._charge = charge
        self.tiles = ((width + c.TILE - 1) // c.TILE, (height + c.TILE - 1) // c.TILE)
        self.pens: list[tuple[Pen, tuple[float, ...]]] = []
        self._dashed = bytearray()
        self._strokes: Records = np.zeros(0, records.Stroke.dtype)
        self._pen_numbers: Floats = np.zeros((1, 3))
        self._pen_index: dict[tuple[int, tuple[float, ...]], int] = {}
        self._vertices: list[Records] = []
        self._subpaths: list[Records] = []
        self._curves: list[Records] = []
        self._paths: list[Records] = []
        self._bounds: list[Floats] = []
        self._vertex_count = 0
        self._path_count = 0
        self._tile_count = 0

    def add_pen(self, pen: Pen, matrix: tuple[float, ...]) -> int:
        """Intern a pen, which a recording has interned by its value, under the linear part (a, b, c, d) of a matrix."""
        key = (id(pen), matrix)
        index = self._pen_index.get(key)
        if index is None:
            index = self._pen_index[key] = len(self.pens)
            self.pens.append((pen, matrix))
            self._dashed.append(bool(pen.dash))
        return index

    def reach_of(self, pen: int) -> float:
        """How far a pen's stroke goes beyond its outline's points, pixels."""
        return float(self._measured_pens()[pen, 1])

    def reaches_of(self, pens: Ints) -> Floats:
        """The same of any number of pens, 0 for FILL."""
        reaches: Floats = self._measured_pens()[pens, 1]
        return reaches

    def _measured_pens(self) -> Floats:
        """The numbers of `measure_pens` for every pen so far, and zeros for FILL."""
        from ..stages.outlines import measure_pens

        known = len(self._strokes)
        new = self.pens[known:]
        if new:
            rows = np.array([(pen.width, pen.miter_limit, pen.cap, pen.join, *matrix) for pen, matrix in new])
            strokes, numbers = np.zeros(len(new), records.Stroke.dtype), np.zeros((known + len(new) + 1, 3))
            numbers[:known] = self._pen_numbers[:known]
            measure_pens(rows, TOLERANCE, CURVE_TOLERANCE, strokes, numbers[known:-1])
            for (pen, _), half_width in zip(new, numbers[known:-1, 0].tolist(), strict=True):
                if not half_width <= WIDEST / 2:
                    raise LimitError(
                        f"a line_width of {pen.width:g} is {2 * half_width:g} pixels under this transform: the limit "
                        f"is {WIDEST:g}; fill a rectangle instead"
                    )
            # Joining tables of records takes longer than measuring a pen.
            self._strokes = np.concatenate([self._strokes, strokes]) if known else strokes
            self._pen_numbers = numbers
        return self._pen_numbers

    # -- what goes in ------------------------------------------------------------------------------------------

    def add(self, uses: Uses) -> Ints:
        """Add uses of outlines; returns the index of each one's Path."""
        dashed = self._are_dashed(uses.pens)
        if not dashed.any() and _is_near(uses):
            return self._add_plain(uses)
        from .hostflat import HostUses

        host = HostUses(self, uses, dashed)
        plain = np.flatnonzero(~host.chosen)
        if len(plain) == len(uses.pens):
            return self._add_plain(uses)
        indices = np.zeros(len(uses.pens), np.int64)
        if len(plain):
            indices[plain] = self._add_plain(_select(uses, plain))
        indices[host.chosen] = host.add()
        return indices

    def add_polylines(self, points: Floats, starts: Ints, matrix: Affine, kind: int, pen: int) -> int | None:
        """Add runs of user-space points, each a path of its own; returns the index of the first Path.

        ``starts`` (N + 1,) says where each run begins. None, and nothing is added, where a point is too far away.
        """
        from ..stages.outlines import write_runs

        count = len(starts) - 1
        self._charge(len(points) * records.Vertex.dtype.itemsize)
        vertices, bounds = np.empty(len(points), records.Vertex.dtype), np.empty((count, 4))
        subpaths, paths = np.empty(count, records.Subpath.dtype), np.empty(count, records.Path.dtype)
        tables = vertices, subpaths, paths, bounds
        firsts = self._vertex_count, self._path_count, self._tile_count
        points = np.require(points, np.float64, ["C", "W"])
        reach, stroke = self.reach_of(pen), max(pen, 0)
        largest, tiles = write_runs(points, starts, matrix, kind, stroke, reach, self.tiles, firsts, *tables)
        if not largest < GUARD:
            return None
        lists = self._vertices, self._subpaths, self._paths, self._bounds
        for table, chunks in zip(tables, lists, strict=True):
            chunks.append(table)
        self._vertex_count += len(points)
        self._path_count += count
        self._tile_count += tiles
        return firsts[1]

    def new_runs(self, vertices: int, subpaths: int) -> tuple[Records, Records]:
        """Room for so many more vertices and subpaths, which are to be written."""
        self._charge(vertices * records.Vertex.dtype.itemsize)
        tables = np.empty(vertices, records.Vertex.dtype), np.empty(subpaths, records.Subpath.dtype)
        self._vertices.append(tables[0])
        self._subpaths.append(tables[1])
        self._vertex_count += vertices
        return tables

    # -- what comes out ----------------------------------------------------------------------------------------

    @property
    def next_vertex(self) -> int:
        """The number of the next Vertex."""
        return self._vertex_count

    @property
    def next_path(self) -> int:
        """The number of the next Path."""
        return self._path_count

    @property
    def tile_count(self) -> int:
        """Tiles of all paths' boxes."""
        return self._tile_count

    def tables(self) -> dict[str, Records]:
        """The tables of a Scene that outlines fill."""
        self._measured_pens()
        return {
            "vertices": _concatenate(self._vertices, records.Vertex),
            "subpaths": _concatenate(self._subpaths, records.Subpath),
            "curves": _concatenate(self._curves, records.Curve),
            "paths": _concatenate(self._paths, records.Path),
            "strokes": self._strokes,
        }

    def bounds(self) -> Floats:
        """(P, 4) device bounds (left, top, right, bottom) of every path."""
        return np.concatenate(self._bounds) if self._bounds else np.zeros((0, 4))

    # -- the steps ---------------------------------------------------------------------------------------------

    def _are_dashed(self, pens: Ints) -> NDArray[np.bool_]:
        """Which of these pens are dashed; FILL is not."""
        if 1 not in self._dashed:
            return np.zeros(len(pens), np.bool_)
        return np.frombuffer(self._dashed + b"\0", np.bool_)[pens]

    def _add_plain(self, uses: Uses) -> Ints:
        from ..stages.outlines import measure_outlines, write_outlines

        verbs, points, verb_counts, matrices = uses.verbs, uses.coords.reshape(-1, 2), uses.verb_counts, uses.matrices
        if (verbs == ARC).any():
            use_of_verb = np.repeat(np.arange(len(uses.pens)), verb_counts)
            verbs, points, use_of_verb = expand_arcs(verbs, transform_stream(uses, use_of_verb), use_of_verb)
            verb_counts = np.bincount(use_of_verb, minlength=len(uses.pens))
            matrices = np.tile(np.array(IDENTITY), (len(uses.pens), 1))
        # Kernels are compiled for one kind of array: whole, and not read-only.
        verbs, points, verb_counts, matrices = (
            np.require(each, kind, ["C", "W"])
            for each, kind in ((verbs, np.uint8), (points, np.float64), (verb_counts, np.int64), (matrices, np.float64))
        )
        turns = self._measured_pens()[uses.pens, 2]
        device, pieces, bounds = np.empty_like(points), np.empty(len(verbs), np.int64), np.empty((len(uses.pens), 4))
        counts = measure_outlines(verbs, points, verb_counts, matrices, CURVE_TOLERANCE, turns, device, pieces, bounds)
        pens = np.require(uses.pens, np.int64, ["C", "W"])
        indices = self.add_paths(bounds, pens, uses.rules)
        self._charge(sum(n * record.dtype.itemsize for n, record in zip(counts, MADE, strict=True)))
        # All of them are written, the vertices of curves by flatten.
        tables = tuple(np.empty(n, record.dtype) for n, record in zip(counts, MADE, strict=True))
        write_outlines(verbs, device, verb_counts, pieces, pens, indices, self._vertex_count, *tables)
        for table, chunks in zip(tables, (self._vertices, self._curves, self._subpaths), strict=True):
            chunks.append(table)
        self._vertex_count += len(tables[0])
        return indices

    def add_paths(self, bounds: Floats, pens: Ints, rules: Ints) -> Ints:
        """Add paths with these bounds (N, 4) of their points, which become those of what is drawn."""
        from ..stages.outlines import place_paths

        reaches = self._measured_pens()[pens, 1]
        paths = np.zeros(len(bounds), records.Path.dtype)
        self._tile_count += place_paths(
            bounds, reaches, np.require(rules, np.int64, ["C", "W"]), self.tiles, self._tile_count, paths
        )
        self._bounds.append(bounds)
        self._paths.append(paths)
        self._path_count += len(paths)
        return np.arange(self._path_count - len(paths), self._path_count)


# -- values --------------------------------------------------------------------------------------------------------


def transform_stream(uses: Uses, use_of_verb: Ints) -> Floats:
    """The stream's pairs in device space; an arc's axes are vectors, its angles stay."""
    points = uses.coords.reshape(-1, 2)
    if (uses.matrices == np.array([1.0, 0, 0, 1, 0, 0])).all():
        return points
    pairs = PAIRS[uses.verbs]
    m = uses.matrices[np.repeat(use_of_verb, pairs)] if len(uses.matrices) > 1 else uses.matrices
    x, y = points[:, 0], points[:, 1]
    out = np.empty_like(points)
    out[:, 0] = m[:, 0] * x + m[:, 2] * y + m[:, 4]
    out[:, 1] = m[:, 1] * x + m[:, 3] * y + m[:, 5]
    arcs = np.flatnonzero(uses.verbs == ARC)
    if len(arcs):
        last = np.cumsum(pairs)[arcs] - 1
        shift = uses.matrices[use_of_verb[arcs], 4:]
        out[last - 2] -= shift
        out[last - 1] -= shift
        out[last] = points[last]
        # A map that mirrors is in the axes already: the angles keep their sense.
    return out


def expand_arcs(verbs: NDArray[np.uint8], points: Floats, use_of_verb: Ints) -> tuple[NDArray[np.uint8], Floats, Ints]:
    """Replace every ARC by cubics of at most 45 degrees: their radius is right to 5e-6."""
    pairs = PAIRS[verbs]
    starts = np.cumsum(pairs) - pairs
    arcs = np.flatnonzero(verbs == ARC)
    at = starts[arcs]
    center, u, v, angles = points[at], points[at + 1], points[at + 2], points[at + 3]
    spans = np.maximum(np.ceil(np.abs(angles[:, 1]) / (pi / 4) - 1e-9), 1).astype(np.int64)
    arc_of = np.repeat(np.arange(len(arcs)), spans)
    k = ranges(np.zeros(len(arcs), np.int64), spans)
    step = (angles[:, 1] / spans)[arc_of]
    t0 = angles[arc_of, 0] + k * step
    t1 = t0 + step
    reach = (4 / 3 * np.tan(step / 4))[:, None]
    e0, e1 = _on_arc(center, u, v, arc_of, t0), _on_arc(center, u, v, arc_of, t1)
    d0, d1 = _along_arc(u, v, arc_of, t0), _along_arc(u, v, arc_of, t1)
    # The point before an arc is its first point to the last bit, and a full turn ends there: no seam is left.
    points = points.copy()
    firsts = np.cumsum(spans) - spans
    points[at - 1] = e0[firsts]
    full = np.abs(angles[:, 1]) >= 2 * pi
    e1[(firsts + spans - 1)[full]] = e0[firsts[full]]
    cubics = np.stack([e0 + reach * d0, e1 - reach * d1, e1], 1).reshape(-1, 2)

    copies = np.ones(len(verbs), np.int64)
    copies[arcs] = spans
    out_verbs = np.repeat(np.where(verbs == ARC, CUBIC, verbs).astype(np.uint8), copies)
    out_pairs = PAIRS[out_verbs]
    out = np.empty((int(out_pairs.sum()), 2))
    from_arc = np.repeat(np.repeat(verbs == ARC, copies), out_pairs)
    out[from_arc] = cubics
    out[~from_arc] = points[~np.repeat(verbs == ARC, pairs)]
    return out_verbs, out, np.repeat(use_of_verb, copies)


def _on_arc(center: Floats, u: Floats, v: Floats, arc_of: Ints, t: Floats) -> Floats:
    point: Floats = center[arc_of] + u[arc_of] * np.cos(t)[:, None] + v[arc_of] * np.sin(t)[:, None]
    return point


def _along_arc(u: Floats, v: Floats, arc_of: Ints, t: Floats) -> Floats:
    tangent: Floats = v[arc_of] * np.cos(t)[:, None] - u[arc_of] * np.sin(t)[:, None]
    return tangent


def _is_near(uses: Uses) -> bool:
    """Whether no outline can go further than GUARD; where this says no, some still may not."""
    reach = np.abs(uses.matrices[:, :4]).sum(1) * (np.abs(uses.coords).max(initial=0.0) + 1.0)
    reach += np.abs(uses.matrices[:, 4:]).max(1, initial=0.0)
    # What is no number is not below it either.
    return bool((reach <= GUARD).all())


def _select(uses: Uses, keep: Ints) -> Uses:
    """The uses at these indices."""
    verb_starts = np.cumsum(uses.verb_counts) - uses.verb_counts
    coord_starts = np.cumsum(uses.coord_counts) - uses.coord_counts
    return Uses(
        uses.verbs[ranges(verb_starts[keep], uses.verb_counts[keep])],
        uses.coords[ranges(coord_starts[keep], uses.coord_counts[keep])],
        uses.verb_counts[keep],
        uses.coord_counts[keep],
        uses.matrices[keep],
        uses.pens[keep],
        uses.rules[keep],
    )


def _concatenate(chunks: list[Records], record: records.Record) -> Records:
    if len(chunks) == 1:
        return chunks[0]
    return np.concatenate(chunks) if chunks else np.zeros(0, record.dtype)
