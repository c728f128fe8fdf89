"""small: encodes a small recording into reused memory.

    recording --fits--> tables --one kernel--> Scene --drawn--> tables, for the next recording
              --does not fit--> encode.py, step by step

Allocating some twenty arrays takes longer than encoding a dozen paths. The tables belong to the scene until it gives
them back; a scene that never does keeps them as long as it lives.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any, Final

import numpy as np

from .. import memory
from ..contract import records
from ..contract.commands import PEN_NUMBERS
from ..errors import MemoryBudgetError
from ..kernels import holding_lock
from ..stages.fast.scene import write_scene
from . import record as r
from .outline import STROKE_NUMBERS, new_traces
from .paintcode import NO_PAINTS, NONE_SPECIAL, pack_colors
from .scene import NO_CLIPS, Scene

SMALL_COMMANDS: Final = 256
SMALL_VERBS: Final = 2048
SMALL_POINTS: Final = 4096
SMALL_VERTICES: Final = 4096
SMALL_CURVES: Final = 1024
"""Capacities of a set of tables, about 300 KiB; small enough to encode with the GIL held."""
KEPT: Final = 8
"""Most unused sets of tables to keep: about as many as threads that encode at the same time."""

write_scene_held: Any = holding_lock(write_scene)
NO_STREAMS: Final = np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0)
NO_PENS: Final = np.empty((0, PEN_NUMBERS))


class Tables:
    """Memory for the scene of a small recording."""

    __slots__ = ("holding", "written")

    def __init__(self) -> None:
        empty, few, some = np.empty, SMALL_COMMANDS, SMALL_VERTICES
        self.written = (
            empty(few, records.Draw.dtype),
            new_traces(few, SMALL_VERBS, SMALL_POINTS),
            (empty(few, records.Stroke.dtype), empty((few, STROKE_NUMBERS)), empty(few, np.int64)),
            empty(few, np.int64),
            empty(some, records.Vertex.dtype),
            empty(SMALL_CURVES, records.Curve.dtype),
            empty(few, records.Subpath.dtype),
            empty(few, records.Path.dtype),
        )
        self.holding = memory.Holding("scratch", sum(each.nbytes for each in _flat(self.written)))


def _flat(tables: tuple[Any, ...]) -> list[Any]:
    return [array for each in tables for array in (each if isinstance(each, tuple) else (each,))]


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


def encode_small(commands: r.Commands, width: int, height: int) -> Scene | None:
    """Returns the Scene of a small recording of rectangles and outlines in solid colours; None for any other."""
    streams, pens = NO_STREAMS, NO_PENS
    if len(commands.commands) > SMALL_COMMANDS * r.COMMAND.itemsize:
        return None
    if commands.has_special_paints or len(commands.slots):
        return None
    if not commands.has_only_rects:
        others = commands.clips or commands.images or commands.batches or commands.layers
        if len(commands.verbs) > SMALL_VERBS or others:
            return None
        streams = (
            np.frombuffer(commands.paths, np.int64),
            np.frombuffer(commands.verbs, np.uint8),
            np.frombuffer(commands.coords, np.float64),
        )
        pens = np.frombuffer(commands.pen_numbers, np.float64).reshape(-1, PEN_NUMBERS)
    tables = _pool.take()
    if tables is None:
        return None
    recorded = (
        np.frombuffer(commands.commands, r.COMMAND),
        np.frombuffer(commands.states, r.STATE),
        pack_colors(commands.paints),
        streams,
        commands.slots,
        pens,
    )
    written = tables.written
    draws, paths, vertices, curves, subpaths, strokes, tiles, covers, done = write_scene_held(
        recorded, NONE_SPECIAL, (width, height), written
    )
    if not done:
        _pool.give_back(tables)
        return None
    return Scene(
        width,
        height,
        written[0][:draws],
        written[7][:paths],
        written[6][:subpaths],
        written[4][:vertices],
        written[5][:curves],
        written[2][0][:strokes],
        NO_CLIPS,
        NO_PAINTS,
        [],
        (),
        tiles,
        covers == 1,
        None,
        partial(_pool.give_back, tables),
    )
