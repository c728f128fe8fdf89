"""leftcode: outlines that are dashed or far away are flattened in float64, and enter a scene as polylines.

a few of them  --stages/fast/lines.py, one call, tables of small.py-->  copied to the scene
others         --hostflat.py, step by step-->                           the scene
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ..contract import constants as c
from ..contract import records
from ..contract.commands import PATH_NUMBERS
from ..kernels import holding_lock
from ..stages.fast.lines import write_lines
from . import record as r
from .batchcode import SceneTables
from .outline import FILL
from .scene import Records
from .small import SMALL_COMMANDS, dashes_of, give_back, is_any_dashed, new_work, take_tables
from .uses import Floats, Ints, ranges

LONG_POINTS = 1 << 17
"""Capacity of the tables for long outlines, about 15 MB, of which only what is written takes memory."""
write_lines_held: Any = holding_lock(write_lines)


class CommandTables(SceneTables, Protocol):
    """The part of `Encoder` that this module uses: the recording that it reads, and the scene that it writes."""

    streams: tuple[Ints, Any, Floats]

    def recorded(self) -> tuple[Any, ...]:
        """Returns what kernels read of the recording."""

    def matrices(self, rows: Ints) -> Floats:
        """Returns the matrices (N, 6) of commands."""

    def placements(self, rows: Ints) -> Floats:
        """Returns the matrices (N, 6) from canvas to surface of commands."""

    def places(self, rows: Ints) -> Ints:
        """Returns the index of the first draw of each command."""

    def pens_under(self, pens: Ints, matrices: Floats) -> Ints:
        """Returns the stroke index of each recorded pen under its matrix (N, 6)."""


def encode_left(encoder: CommandTables, left: Ints) -> None:
    """Add outlines: ``left`` (N, 2) are the commands, and the stroke of each or FILL."""
    if len(left) > SMALL_COMMANDS or not (encode_few(encoder, left) or encode_long(encoder, left)):
        encode_many(encoder, left[:, 0].copy())


def encode_few(encoder: CommandTables, left: Ints) -> bool:
    """Add outlines in one call; returns whether they fit into small tables."""
    tables = take_tables(has_lines=True)
    if tables is None:
        return False
    try:
        _, traces, _, _, vertices, _, subpaths, paths = tables.written
        return write(encoder, left, write_lines_held, tables.work, (vertices, subpaths, paths, traces[4]))
    finally:
        give_back(tables)


def encode_long(encoder: CommandTables, left: Ints) -> bool:
    """Add far outlines of very many points, few of which are visible, in one call; returns whether they fit."""
    if is_any_dashed(encoder.recording):
        return False
    work = new_work(LONG_POINTS, LONG_POINTS)
    made = (
        np.empty(LONG_POINTS, records.Vertex.dtype),
        np.empty(LONG_POINTS // 2, records.Subpath.dtype),
        np.empty(len(left), records.Path.dtype),
        np.empty((len(left), 4)),
    )
    return write(encoder, left, write_lines, work, made)


def write(encoder: CommandTables, left: Ints, kernel: Any, work: Any, made: tuple[Records, ...]) -> bool:
    """Write outlines to tables and copy them to the scene's; returns whether they fit."""
    outlines = encoder.outlines
    size = outlines.width, outlines.height
    firsts = outlines.next_vertex, outlines.next_path, outlines.tile_count
    given = encoder.recorded(), encoder.starts, left, dashes_of(encoder.recording), outlines.numbers
    n, runs, tiles, done = kernel(*given, size, firsts, work, encoder.draws, made)
    if done:
        counts = n, runs, len(left), len(left)
        outlines.add_lines([table[:count].copy() for table, count in zip(made, counts, strict=True)], tiles)
    return bool(done)


def encode_many(encoder: CommandTables, rows: Ints) -> None:
    """Add the outlines of commands step by step."""
    commands = encoder.commands[rows]
    kinds, v = commands["kind"], commands["v"]
    stroked = (kinds == r.STROKE_PATH) | (kinds == r.STROKE_RECT)
    m, at = encoder.matrices(rows), encoder.places(rows)
    pens = np.full(len(rows), FILL)
    if stroked.any():
        indices = np.where(kinds == r.STROKE_RECT, commands["extra"], v[:, 0]).astype(np.int64)
        pens[stroked] = encoder.pens_under(indices[stroked], m[stroked])
    outlined = (kinds == r.FILL_PATH) | (kinds == r.STROKE_PATH)
    rects, paths = np.flatnonzero(~outlined), np.flatnonzero(outlined)
    if len(rects):
        encoder.outline_rects(at[rects], m[rects], v[rects], pens[rects])
    if len(paths):
        rules = np.where(stroked, c.RULE_NONZERO, v[:, 0]).astype(np.int64)[paths]
        matrices = np.where((v[:, 2] == r.PATH_IS_LOCAL)[:, None], m, encoder.placements(rows))[paths]
        ends = encoder.streams[0].reshape(-1, PATH_NUMBERS)
        starts = np.concatenate([np.zeros((1, PATH_NUMBERS), np.int64), ends[:-1]])
        chosen = commands["extra"][paths]
        first, counts = starts[chosen], (ends - starts)[chosen]
        verbs = encoder.streams[1][ranges(first[:, 0], counts[:, 0])]
        coords = encoder.streams[2][ranges(first[:, 1], counts[:, 1])]
        encoder.add_uses(at[paths], verbs, coords, counts[:, 0], counts[:, 1], matrices, pens[paths], rules)
