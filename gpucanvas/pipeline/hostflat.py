"""Outlines flattened to polylines in float64: dashed ones, and those too far away for float32. All of a frame at once.

    streams  --stages/polylines.py-->  polylines  --stages/dash.py-->  dashes  --stages/far.py-->  Vertex, Subpath

Each stage runs twice: the first run counts its output, the second writes it. Lines are cut to a window around the
canvas, so that the output is bounded however far the path goes.
"""

from __future__ import annotations

from math import hypot
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract import records
from ..contract.outlines import (
    DASH_MARGIN,
    DASH_TOLERANCE,
    DOT,
    FARTHEST,
    FINEST_PERIOD,
    GUARD,
    LINE_MARGIN,
    RELATIVE,
    TOLERANCE,
)
from ..geometry.dash import NO_LINES, Lines, new_lines, on_intervals, too_many_dashes
from .record import Pen
from .scene import Records
from .uses import Floats, Ints, Uses

LEAST_PERIOD = 1e-200
"""A period so short, pixels, comes from a matrix that leaves nothing to be seen."""

NO_RUNS = np.zeros(0, records.Vertex.dtype), np.zeros(0, records.Subpath.dtype)


class OutlineTables(Protocol):
    """The tables that polylines are written to: the part of `Outlines` that this module uses."""

    width: int
    height: int
    pens: dict[int, tuple[Pen, tuple[float, ...]]]

    def reaches_of(self, pens: Ints) -> Floats:
        """Returns how far each pen's stroke extends beyond its outline's points, pixels."""

    @property
    def next_vertex(self) -> int:
        """The index that the next vertex gets."""

    @property
    def next_path(self) -> int:
        """The index that the next path gets."""

    def new_runs(self, vertices: int, subpaths: int) -> tuple[Records, Records]:
        """Returns tables for so many vertices and subpaths, to be written."""

    def add_paths(self, bounds: Floats, pens: Ints, rules: Ints) -> Ints:
        """Add a path for each of the bounds; returns their indices."""


class HostUses:
    """The ``chosen`` ones of some uses of outlines, mapped to device space, for flattening on the host."""

    def __init__(
        self, outlines: OutlineTables, uses: Uses, chosen: NDArray[np.bool_], dashed: NDArray[np.bool_]
    ) -> None:
        from ..stages.polylines import map_streams

        self.outlines = outlines
        self.verbs = np.require(uses.verbs, np.uint8, ["C", "W"])
        pairs = np.require(uses.coords.reshape(-1, 2), np.float64, ["C", "W"])
        self.verb_counts = np.require(uses.verb_counts, np.int64, ["C", "W"])
        matrices = np.require(uses.matrices, np.float64, ["C", "W"])
        self.mapped = np.empty_like(pairs)
        map_streams(self.verbs, pairs, self.verb_counts, matrices, FARTHEST, self.mapped)
        self.chosen = chosen
        self.dashed = dashed[self.chosen]
        self.pens = np.require(uses.pens[self.chosen], np.int64, ["C", "W"])
        self.rules = np.require(uses.rules[self.chosen], np.int64, ["C", "W"])

    def add(self) -> Ints:
        """Flatten, dash and add the chosen uses; returns the index of each one's Path."""
        outlines = self.outlines
        margins = outlines.reaches_of(self.pens)[:, None] + [0.0, 0.0]
        size = np.array([outlines.width, outlines.height])
        windows = np.concatenate([-margins - LINE_MARGIN, size + margins + LINE_MARGIN], 1)
        lines = self._flatten(windows)
        if self.dashed.any():
            lines = self._dash(lines, np.concatenate([-margins - DASH_MARGIN, size + margins + DASH_MARGIN], 1))
        return self._store(lines, windows)

    def _flatten(self, windows: Floats) -> Lines:
        from ..stages.polylines import count_points, write_points

        # Dashed outlines are not cut to the window, since their invisible parts count for the dashes' positions.
        tolerances = np.where(self.dashed, DASH_TOLERANCE, TOLERANCE)
        seen = np.where(self.dashed[:, None], [-np.inf, -np.inf, np.inf, np.inf], windows)
        streams = self.verbs, self.mapped, self.verb_counts, self.chosen.view(np.uint8)
        pieces = np.empty(len(self.verbs), np.int64)
        counts = count_points(*streams, tolerances, RELATIVE, seen, pieces)
        lines = new_lines(counts[0], counts[1], len(self.pens))
        write_points(*streams, pieces, *lines)
        return lines

    def _dash(self, lines: Lines, windows: Floats) -> Lines:
        from ..stages.dash import dash_lines

        used = np.unique(self.pens[self.dashed])
        rows, ons = dash_rows([self.outlines.pens[pen] for pen in used.tolist()])
        row_of = np.searchsorted(used, self.pens)
        # -1 leaves a line undashed: patterns without a gap, or of zero length.
        row_of[~self.dashed | (rows[np.minimum(row_of, len(rows) - 1), 3] == 0)] = -1
        positions = np.empty(len(lines[0]))
        tables = lines, row_of, rows, ons, windows, positions
        points, subpaths, refused, length = dash_lines(*tables, False, NO_LINES)
        if refused >= 0:
            raise too_many_dashes(float(rows[row_of[refused], 0]), length, int(rows[row_of[refused], 3]))
        dashes = new_lines(points, subpaths, len(self.pens))
        dash_lines(*tables, True, dashes)
        return dashes

    def _store(self, lines: Lines, windows: Floats) -> Ints:
        from ..stages.far import store_lines

        outlines, bounds = self.outlines, np.empty((len(self.pens), 4))
        firsts = outlines.next_vertex, outlines.next_path
        tables = lines, self.pens, windows, GUARD, firsts
        counts = store_lines(*tables, False, *NO_RUNS, bounds)
        store_lines(*tables, True, *outlines.new_runs(*counts), bounds)
        return outlines.add_paths(bounds, self.pens, self.rules)


def dash_rows(pens: list[Any]) -> tuple[Floats, Floats]:
    """Returns what `dash_lines` needs for (Pen, matrix) pairs: one row for each pair, and the table of dashes."""
    from ..stages.dash import measure_dashes

    patterns: dict[tuple[tuple[float, ...], float], int] = {}
    table: list[tuple[float, int, int]] = []
    ons: list[tuple[float, float]] = []
    numbers: list[tuple[float, ...]] = []
    for pen, matrix in pens:
        stretch = stretch_of(pen.dash, matrix)
        if (pen.dash, stretch) not in patterns:
            period, dashes = on_intervals([length * stretch for length in pen.dash])
            patterns[pen.dash, stretch] = len(table)
            table.append((period, len(ons), len(dashes)))
            ons += dashes
        numbers.append((patterns[pen.dash, stretch], pen.dash_offset * stretch, *matrix[:4]))
    rows = np.empty((len(pens), 9))
    measure_dashes(np.array(numbers, np.float64), np.array(table, np.float64), DOT, rows)
    return rows, np.array(ons, np.float64).reshape(-1, 2)


def stretch_of(pattern: tuple[float, ...], matrix: tuple[float, ...]) -> float:
    """Returns the factor by which a pattern is lengthened: 1, or more where its period is too short to be seen."""
    a, b, c, d = matrix[:4]
    # The greatest scale of the linear part, as in stages/pens.py.
    scale = hypot((a + d) / 2, (b - c) / 2) + hypot((a - d) / 2, (b + c) / 2)
    period = sum(pattern) * scale * (1 + len(pattern) % 2)
    stretch = FINEST_PERIOD / period if period > LEAST_PERIOD else 1.0
    return max(stretch, 1.0)
