"""small: encodes a small recording into reused memory.

    recording --fits--> tables --one kernel--> [texts, layers: a kernel each] Scene --drawn--> tables, for the next
              --does not fit--> encode.py, step by step

Allocating some twenty arrays takes longer than encoding a dozen paths. The tables belong to the scene until it gives
them back; a scene that never does keeps them as long as it lives.
"""

from __future__ import annotations

from array import array
from collections import deque
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract import constants as c
from ..contract import records
from ..contract.commands import PEN_NUMBERS
from ..contract.verbs import CLOSE, LINE, MOVE
from ..errors import MemoryBudgetError
from ..geometry.dash import new_lines, on_intervals
from ..kernels import holding_lock
from ..resources.growing import Written
from ..stages.fast.scene import write_scene
from . import record as r
from .glyphcode import TextCommands, write_glyphs
from .glyphrows import SceneMasks
from .outline import STROKE_NUMBERS, new_traces
from .paintcode import NO_PAINTS, NONE_SPECIAL, PaintTable, pack_colors
from .scene import LEAST_CHARGED, NO_CLIPS, Records, Scene
from .uses import Floats, Ints

SMALL_COMMANDS: Final = 256
SMALL_VERBS: Final = 2048
SMALL_POINTS: Final = 4096
SMALL_VERTICES: Final = 4096
SMALL_CURVES: Final = 1024
SMALL_SUBPATHS: Final = 1024
"""Capacities of a set of tables, about 300 KiB; small enough to encode with the GIL held."""
KEPT: Final = 8
"""Most unused sets of tables to keep: about as many as threads that encode at the same time."""

write_scene_held: Any = holding_lock(write_scene)
NO_STREAMS: Final = np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0)
NO_PENS: Final = np.empty((0, PEN_NUMBERS))
NO_PAIRS: Final = np.empty((0, 2))
NO_PATTERNS: Final = np.empty((0, 4))
NO_DASHES: Final = np.empty((0, 2))
IS_DASHED: Final = 4
"""Place of a pen's numbers that says whether it is dashed."""
SOLID_ROW: Final = 0.0, 0.0, 0.0, 0.0


def streams_of(commands: r.Commands) -> tuple[Ints, NDArray[np.uint8], Floats]:
    """Returns the outlines of a recording: PATH_NUMBERS of each, verbs and coordinates."""
    if commands.has_only_rects:
        return NO_STREAMS
    paths, verbs = np.frombuffer(commands.paths, np.int64), np.frombuffer(commands.verbs, np.uint8)
    return paths, verbs, np.frombuffer(commands.coords, np.float64)


class Tables:
    """Memory for the scene of a small recording.

    Attributes
    ----------
    written : tuple
        The tables of `write_scene`, without working memory.
    work : tuple
        The working memory of `write_lines`; without room until `work_for_lines` is called.
    holding : Holding
        The ledger's entry.
    """

    __slots__ = ("holding", "work", "written")

    def __init__(self) -> None:
        empty, few, some = np.empty, SMALL_COMMANDS, SMALL_VERTICES
        self.written = (
            empty(few, records.Draw.dtype),
            new_traces(few, SMALL_VERBS, SMALL_POINTS),
            (empty(few, records.Stroke.dtype), empty((few, STROKE_NUMBERS)), empty(few, np.int64)),
            empty((few, 2), np.int64),
            empty(some, records.Vertex.dtype),
            empty(SMALL_CURVES, records.Curve.dtype),
            empty(SMALL_SUBPATHS, records.Subpath.dtype),
            empty(few, records.Path.dtype),
        )
        self.work: Any = NO_WORK
        self.holding = memory.Holding("scratch", _bytes_of(self.written))

    def work_for_lines(self) -> Any:
        """Returns the working memory of `write_lines`, made at the first call: most programs draw no dashes."""
        if self.work is NO_WORK:
            work = new_work(SMALL_VERBS, SMALL_POINTS)
            self.holding.resize(self.holding.host_bytes + _bytes_of(work))
            self.work = work
        return self.work


def _bytes_of(tables: tuple[Any, ...]) -> int:
    return sum(_bytes_of(each) if isinstance(each, tuple) else each.nbytes for each in tables)


def new_work(verbs: int, points: int) -> Any:
    """Returns working memory of `write_lines` for outlines of so many verbs, and polylines of so many points."""
    empty = np.empty
    few = (
        empty((2, 4)),
        empty((1, 6)),
        empty((1, 9)),
        empty((1, 3)),
        empty((1, 6)),
        (empty((4, 2)), np.array([MOVE, LINE, LINE, LINE, CLOSE], np.uint8)),
        empty(1, np.int64),
        empty(1, np.uint8),
        empty(1),
    )
    room = (
        empty((points, 2)),
        empty(verbs, np.int64),
        new_lines(points, verbs, 1),
        empty(points),
        empty(verbs, np.uint8),
    )
    return few, room, new_lines(points, points // 2, 1)


NO_WORK: Final = new_work(0, 0)


def is_any_dashed(commands: r.Commands) -> bool:
    """Returns whether a recording has a dashed pen."""
    return any(commands.pen_numbers[IS_DASHED::PEN_NUMBERS])


def dashes_of(commands: r.Commands) -> Any:
    """Returns the pairs of a recording's streams, and the dashes of its pens: ``dashed_by`` of `write_lines`."""
    pairs = np.frombuffer(commands.coords, np.float64).reshape(-1, 2)
    if not is_any_dashed(commands):
        return pairs, NO_PATTERNS, NO_DASHES
    rows, ons = array("d"), array("d")
    for pen in commands.pens:
        if pen.dash:
            period, dashes = on_intervals(pen.dash)
            rows.extend((period, len(ons) // 2, len(dashes), pen.dash_offset))
            for each in dashes:
                ons.extend(each)
        else:
            rows.extend(SOLID_ROW)
    return pairs, np.frombuffer(rows).reshape(-1, 4), np.frombuffer(ons).reshape(-1, 2)


class Pool:
    """The sets of tables that no scene uses."""

    def __init__(self) -> None:
        self._free: deque[Tables] = deque(maxlen=KEPT)

    def take(self) -> Tables | None:
        """Returns a set of tables; None where the memory budget has no room for one."""
        try:
            return self._free.pop()
        except IndexError:
            pass
        try:
            return Tables()
        except MemoryBudgetError:
            return None

    def give_back(self, tables: Tables) -> None:
        """Keep tables for the next scene."""
        self._free.append(tables)

    def evict(self) -> int:
        """Drop all tables; returns how many bytes they had."""
        freed = 0
        while self._free:
            try:
                tables = self._free.pop()
            except IndexError:  # Another thread was first.
                break
            freed += tables.holding.host_bytes
            tables.holding.release()
        return freed


_pool: Final = Pool()
memory.add_cache(_pool.evict)


def take_tables(has_lines: bool) -> Tables | None:
    """Returns tables from the pool, with working memory for `write_lines` if asked for; None without memory for them.

    `give_back` takes them back.
    """
    tables = _pool.take()
    if tables is not None and has_lines:
        try:
            tables.work_for_lines()
        except MemoryBudgetError:
            _pool.give_back(tables)
            return None
    return tables


def give_back(tables: Tables) -> None:
    """Return tables to the pool."""
    _pool.give_back(tables)


def clips_of_slots(slots: NDArray[np.float64]) -> Records:
    """Returns the clips of a recording whose only clips are the slots of its parts."""
    clips = np.zeros(len(slots) + 1, records.Clip.dtype)
    clips["path"] = c.NO_PATH
    clips["x0"][1:], clips["y0"][1:], clips["x1"][1:], clips["y1"][1:] = slots.T
    return clips


def encode_small(commands: r.Commands, width: int, height: int) -> Scene | None:
    """Returns the Scene of a small recording of rectangles, outlines, layers and texts in solid colours, or None."""
    streams, pens, dashed_by, is_dashed = NO_STREAMS, NO_PENS, (NO_PAIRS, NO_PATTERNS, NO_DASHES), False
    if len(commands.commands) > SMALL_COMMANDS * r.COMMAND.itemsize or commands.has_special_paints:
        return None
    table, states = np.frombuffer(commands.commands, r.COMMAND), np.frombuffer(commands.states, r.STATE)
    texts, starts, text_draws = None, NO_STREAMS[0], 0
    if not commands.has_only_rects:
        if len(commands.verbs) > SMALL_VERBS or commands.clips or commands.images:
            return None
        if commands.batches:
            found = _find_texts(commands, table, states)
            if found is None:
                return None
            texts, starts, text_draws = found
        streams = streams_of(commands)
        pens = np.frombuffer(commands.pen_numbers, np.float64).reshape(-1, PEN_NUMBERS)
        is_dashed, dashed_by = is_any_dashed(commands), dashes_of(commands)
    tables = take_tables(is_dashed)
    if tables is None:
        return None
    solid, written = pack_colors(commands.paints), tables.written
    if texts is not None:
        # Glyphs are many: their draws do not fit in the memory that is used again.
        written = (np.empty(text_draws, records.Draw.dtype), *written[1:])
    recorded = table, states, solid, streams, commands.slots, pens
    count, paths, vertices, curves, subpaths, strokes, layers, tiles, covers, done = write_scene_held(
        recorded, NONE_SPECIAL, (width, height), starts, dashed_by, (*written, tables.work)
    )
    if not done:
        _pool.give_back(tables)
        return None
    draws, clips, paints = written[0][:count], NO_CLIPS, NO_PAINTS
    masks: tuple[Written, ...] = ()
    if texts is not None:
        drawn_with = SceneMasks()
        write_glyphs(texts, (table, states, starts, solid), draws, drawn_with)
        masks = drawn_with.settle(draws)
    if layers:
        # Kept images are refused above: what `survey_commands` counts with them are layers.
        seen, made = table if texts is not None else table[len(table) - count :], PaintTable(commands)
        made.layers(seen, states, starts, draws)
        paints = made.paints()
    if len(commands.slots) and draws["clip"].any():
        clips = clips_of_slots(commands.slots)
    return Scene(
        width,
        height,
        draws,
        written[7][:paths],
        written[6][:subpaths],
        written[4][:vertices],
        written[5][:curves],
        written[2][0][:strokes],
        clips,
        paints,
        [],
        masks,
        tiles,
        covers == 1,
        None,
        partial(_pool.give_back, tables),
    )


def _find_texts(commands: r.Commands, table: Records, states: Records) -> tuple[TextCommands, Ints, int] | None:
    """Returns the commands that draw texts, the first draw of every command, and the number of all draws.

    None where other batches are drawn, glyphs are so many that they are counted as memory, or an operator clears around
    shapes, from which empty glyphs are exempt.
    """
    rows = np.flatnonzero(table["kind"] == r.BATCH)
    batches = [commands.batches[index] for index in table["extra"][rows].tolist()]
    if any(batch.kind != "glyphs" for batch in batches) or (states["op"] & c.STYLE_UNBOUNDED).any():
        return None
    counts = np.ones(len(table), np.int64)
    if not batches:
        return TextCommands(rows, [], []), np.arange(len(table)), len(table)
    texts = TextCommands.of(rows, batches)
    texts.count_into(counts)
    ends = np.cumsum(counts)
    total = int(ends[-1])
    return None if total * records.Draw.dtype.itemsize >= LEAST_CHARGED else (texts, ends - counts, total)
