"""Turns uses of outlines into the input of the flatten stage: curves, vertices, subpaths and pens, all uses at once.

    verbs, coords --trace--> device points, arcs become cubics --write--> Curve, Vertex, Subpath, Path

How many pieces a curve needs is decided here (Wang's bound, and for strokes the turn between control legs), so that
every buffer of the flatten stage has its exact size before it runs. Dashed outlines, and those with coordinates too
large for float32, are flattened in float64 (hostflat.py) and enter as polylines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.outlines import FILL, GUARD, WIDEST
from ..errors import LimitError
from ..geometry.affine import Affine
from ..kernels import holding_lock
from ..stages.outlines import place_paths, trace_uses, write_markers, write_outlines, write_runs
from ..stages.pens import measure_pens
from ..stages.trace import count_stream
from .record import Pen
from .scene import Records
from .uses import Floats, Ints, Uses, ranges

__all__ = ["FILL", "Outlines", "ranges"]

STROKE_NUMBERS = 8
"""Numbers of a stroke: half its width and how far it extends beyond its outline's points, pixels; pieces per radian of
a curve, 0 where the curve alone decides; the linear part a, b, c, d of the transform; and the line width."""

HELD_VERTICES = 1024
"""Outlines of at most so many vertices are written with the GIL held: releasing it would take longer."""
SUBPATH = records.Subpath.dtype
write_outlines_held = holding_lock(write_outlines)
NO_STROKES: Records = np.empty(0, records.Stroke.dtype)
NO_NUMBERS: Floats = np.empty((0, STROKE_NUMBERS))


Traces = tuple[NDArray[np.uint8], Floats, Ints, Ints, Floats]
"""Verbs and device points of outlines without arcs, and the pieces of each verb; verbs, stroke and rule of each use
(U, 3), and its bounds (U, 4)."""


def new_traces(uses: int, verbs: int, points: int) -> Traces:
    """Returns uninitialised traces for so many uses, verbs and points."""
    return (
        np.empty(verbs, np.uint8),
        np.empty((points, 2)),
        np.empty(verbs, np.int64),
        np.empty((uses, 3), np.int64),
        np.empty((uses, 4)),
    )


class Outlines:
    """Collects uses of outlines in the tables of the flatten stage.

    Attributes
    ----------
    pens : dict of int to (Pen, tuple)
        For each stroke made by `add_pen`: the pen and the linear part of the transform.
    strokes : Stroke records
        All strokes so far, and unused rows behind them.
    numbers : float64 array (S, STROKE_NUMBERS)
        The numbers of each stroke.
    stroke_count, path_count : int
        Number of strokes and paths so far.
    """

    def __init__(self, width: int, height: int, charge: Callable[[int], None]) -> None:
        self.width, self.height = width, height
        self._charge = charge
        self.tiles = ((width + c.TILE - 1) // c.TILE, (height + c.TILE - 1) // c.TILE)
        self.pens: dict[int, tuple[Pen, tuple[float, ...]]] = {}
        self.strokes: Records = NO_STROKES
        self.numbers: Floats = NO_NUMBERS
        self.stroke_count = self.path_count = 0
        self._pen_index: dict[tuple[int, tuple[float, ...]], int] = {}
        self._vertices: list[Records] = []
        self._subpaths: list[Records] = []
        self._curves: list[Records] = []
        self._paths: list[Records] = []
        self._bounds: list[Floats] = []
        self._vertex_count = 0
        self._tile_count = 0

    def reserve_strokes(self, count: int) -> None:
        """Make room for ``count`` more strokes."""
        room = self.stroke_count + count
        if room > len(self.strokes):
            room = max(room, 2 * len(self.strokes))
            strokes, numbers = np.empty(room, records.Stroke.dtype), np.empty((room, STROKE_NUMBERS))
            if self.stroke_count:
                strokes[: self.stroke_count] = self.strokes[: self.stroke_count]
                numbers[: self.stroke_count] = self.numbers[: self.stroke_count]
            self.strokes, self.numbers = strokes, numbers

    def add_pen(self, pen: Pen, matrix: tuple[float, ...]) -> int:
        """Intern a pen under the linear part (a, b, c, d) of a matrix; returns the stroke's index.

        The pen is known by its identity: recordings intern equal pens already.
        """
        key = (id(pen), matrix)
        index = self._pen_index.get(key)
        if index is None:
            self.reserve_strokes(1)
            index = self._pen_index[key] = self.stroke_count
            row = np.array([[pen.width, pen.miter_limit, pen.cap, pen.join, bool(pen.dash)]])
            place = slice(index, index + 1)
            measure_pens(row, matrix, self.strokes[place], self.numbers[place])
            self.pens[index] = pen, matrix
            self.stroke_count += 1
            if not self.numbers[index, 0] <= WIDEST / 2:
                self.refuse_width(index)
        return index

    def refuse_width(self, stroke: int) -> NoReturn:
        """Raise LimitError for a stroke that is too wide."""
        half, width = self.numbers[stroke, 0], self.numbers[stroke, 7]
        raise LimitError(
            f"a line_width of {width:g} is {2 * half:g} pixels under this transform: the limit is {WIDEST:g}; fill a "
            "rectangle instead"
        )

    def reach_of(self, pen: int) -> float:
        """Returns how far a pen's stroke extends beyond its outline's points, pixels; 0 for FILL."""
        return 0.0 if pen == FILL else float(self.numbers[pen, 1])

    def reaches_of(self, pens: Ints) -> Floats:
        """Returns how far each pen's stroke extends beyond its outline's points, pixels; 0 for FILL."""
        reaches: Floats = np.zeros(len(pens))
        stroked = pens != FILL
        reaches[stroked] = self.numbers[pens[stroked], 1]
        return reaches

    # -- input -------------------------------------------------------------------------------------------------

    def add(self, uses: Uses) -> Ints:
        """Add uses of outlines; returns the index of each one's Path."""
        dashed = self._dashed(uses)
        left = dashed.copy()
        indices = self._add_plain(uses, left)
        if left.any():
            from .hostflat import HostUses

            indices[left] = HostUses(self, uses, left, dashed).add()
        return indices

    def add_traces(self, traces: Traces, uses: int, vertices: int, curves: int, subpaths: int) -> None:
        """Write the tables of traced uses, whose numbers of vertices, curves and subpaths have been counted."""
        self._charge(
            vertices * records.Vertex.dtype.itemsize
            + curves * records.Curve.dtype.itemsize
            + subpaths * records.Subpath.dtype.itemsize
        )
        # Uninitialised: every row is written, vertices of curves by the flatten stage.
        tables = (
            np.empty(vertices, records.Vertex.dtype),
            np.empty(curves, records.Curve.dtype),
            np.empty(subpaths, records.Subpath.dtype),
            np.empty(uses, records.Path.dtype),
        )
        firsts = self._vertex_count, self.path_count, self._tile_count
        write = write_outlines_held if vertices <= HELD_VERTICES else write_outlines
        self._tile_count += write(traces, uses, self.numbers, firsts, self.tiles, *tables)
        lists = self._vertices, self._curves, self._subpaths, self._paths
        for table, chunks in zip(tables, lists, strict=True):
            chunks.append(table)
        self._bounds.append(traces[4][:uses])
        self._vertex_count += vertices
        self.path_count += uses

    def add_polylines(self, points: Floats, starts: Ints, matrix: Affine, kind: int, pen: int) -> int | None:
        """Add runs of user-space points, each as a path; returns the index of the first Path.

        ``starts`` (N + 1,) says where each run begins. Returns None, and adds nothing, where a point of a visible run
        is too far away.
        """
        count = len(starts) - 1
        self._charge(len(points) * records.Vertex.dtype.itemsize)
        vertices, bounds = np.empty(len(points), records.Vertex.dtype), np.empty((count, 4))
        subpaths, paths = np.empty(count, records.Subpath.dtype), np.empty(count, records.Path.dtype)
        tables = vertices, subpaths, paths, bounds
        firsts = self._vertex_count, self.path_count, self._tile_count
        points = np.require(points, np.float64, ["C", "W"])
        reach, stroke = self.reach_of(pen), max(pen, 0)
        largest, tiles, seen = write_runs(points, starts, matrix, kind, stroke, reach, self.tiles, firsts, *tables)
        if not largest < GUARD:
            return None
        lists = self._vertices, self._subpaths, self._paths, self._bounds
        for table, chunks in zip((vertices[:seen], subpaths, paths, bounds), lists, strict=True):
            chunks.append(table)
        self._vertex_count += seen
        self.path_count += count
        self._tile_count += tiles
        return firsts[1]

    def add_markers(self, points: Floats, starts: Ints, matrix: Affine, items: Floats, rule: int) -> int | None:
        """Add an outline of straight lines, filled, once for each transform (N, 6), which is applied before ``matrix``.

        ``starts`` (S + 1,) says where each subpath begins. Returns the index of the first Path; or None, and adds
        nothing, where a point of a visible item is too far away.
        """
        count, size = len(items), len(points) * len(items)
        self._charge(size * records.Vertex.dtype.itemsize)
        vertices, subpaths = np.empty(size, records.Vertex.dtype), np.empty(count * (len(starts) - 1), SUBPATH)
        paths, bounds = np.empty(count, records.Path.dtype), np.empty((count, 4))
        firsts = self._vertex_count, self.path_count, self._tile_count
        tables = vertices, subpaths, paths, bounds
        points, items = (np.require(each, np.float64, ["C", "W"]) for each in (points, items))
        largest, tiles, seen = write_markers(points, starts, matrix, items, rule, self.tiles, firsts, *tables)
        if not largest < GUARD:
            return None
        lists = self._vertices, self._subpaths, self._paths, self._bounds
        for table, chunks in zip((vertices[:seen], subpaths, paths, bounds), lists, strict=True):
            chunks.append(table)
        self._vertex_count += seen
        self.path_count += count
        self._tile_count += tiles
        return firsts[1]

    def new_runs(self, vertices: int, subpaths: int) -> tuple[Records, Records]:
        """Append uninitialised tables of so many vertices and subpaths; returns them for writing."""
        self._charge(vertices * records.Vertex.dtype.itemsize)
        tables = np.empty(vertices, records.Vertex.dtype), np.empty(subpaths, records.Subpath.dtype)
        self._vertices.append(tables[0])
        self._subpaths.append(tables[1])
        self._vertex_count += vertices
        return tables

    def add_lines(self, tables: list[Records], tiles: int) -> None:
        """Append vertices, subpaths, paths and bounds that are written already; the paths have so many tiles."""
        self._charge(tables[0].nbytes)
        for table, chunks in zip(tables, (self._vertices, self._subpaths, self._paths, self._bounds), strict=True):
            chunks.append(table)
        self._vertex_count += len(tables[0])
        self.path_count += len(tables[2])
        self._tile_count += tiles

    # -- output ------------------------------------------------------------------------------------------------

    @property
    def next_vertex(self) -> int:
        """The index that the next Vertex gets."""
        return self._vertex_count

    @property
    def next_path(self) -> int:
        """The index that the next Path gets."""
        return self.path_count

    @property
    def tile_count(self) -> int:
        """Number of tiles in all paths' boxes together."""
        return self._tile_count

    def tables(self) -> dict[str, Records]:
        """Returns the tables of a Scene that outlines fill, by name."""
        return {
            "vertices": _concatenate(self._vertices, records.Vertex),
            "subpaths": _concatenate(self._subpaths, records.Subpath),
            "curves": _concatenate(self._curves, records.Curve),
            "paths": _concatenate(self._paths, records.Path),
            "strokes": self.strokes[: self.stroke_count],
        }

    def bounds(self) -> Floats:
        """Returns the device bounds (left, top, right, bottom) of every path, (P, 4)."""
        return np.concatenate(self._bounds) if self._bounds else np.zeros((0, 4))

    # -- the steps ---------------------------------------------------------------------------------------------

    def _dashed(self, uses: Uses) -> NDArray[np.bool_]:
        """Returns which uses are dashed."""
        dashed = np.zeros(self.stroke_count + 1, np.bool_)
        dashed[[index for index, (pen, _) in self.pens.items() if pen.dash]] = True
        # FILL is -1: it indexes the extra last entry, which is False.
        return dashed[uses.pens]

    def _add_plain(self, uses: Uses, left: NDArray[np.bool_]) -> Ints:
        """Add the uses that the flatten stage can flatten; returns their Path indices.

        ``left`` (U,) is true for uses to skip; uses that the stage cannot flatten are marked there too.
        """
        # Kernels are compiled for contiguous, writable arrays only.
        verbs, coords, matrices = (
            np.require(each, kind, ["C", "W"])
            for each, kind in ((uses.verbs, np.uint8), (uses.coords, np.float64), (uses.matrices, np.float64))
        )
        given = np.empty((len(uses.pens), 4), np.int64)
        given[:, 0], given[:, 1], given[:, 2], given[:, 3] = uses.verb_counts, uses.coord_counts, uses.pens, uses.rules
        traces = new_traces(len(given), *count_stream(verbs, coords, 0, len(verbs), 0))
        made = trace_uses(verbs, coords, given, matrices, self.numbers, traces, left)
        first = self.path_count
        self.add_traces(traces, *made)
        return np.cumsum(~left) - 1 + first

    def add_paths(self, bounds: Floats, pens: Ints, rules: Ints) -> Ints:
        """Add paths whose points have these bounds (N, 4), widened here by strokes; returns the paths' indices."""
        reaches = self.reaches_of(pens)
        paths = np.zeros(len(bounds), records.Path.dtype)
        self._tile_count += place_paths(
            bounds, reaches, np.require(rules, np.int64, ["C", "W"]), self.tiles, self._tile_count, paths
        )
        self._bounds.append(bounds)
        self._paths.append(paths)
        self.path_count += len(paths)
        return np.arange(self.path_count - len(paths), self.path_count)


# -- values --------------------------------------------------------------------------------------------------------


def _concatenate(chunks: list[Records], record: records.Record) -> Records:
    if len(chunks) == 1:
        return chunks[0]
    # As words: NumPy concatenates records field by field, which takes ten times as long.
    words = [chunk.view(np.uint32) for chunk in chunks]
    return np.concatenate(words).view(record.dtype) if words else np.zeros(0, record.dtype)
