"""small: runs all stages before fine for a small scene on the cpu backend, in one call of one kernel."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..kernels import holding_lock
from ..pipeline.scene import Records, Scene
from ..stages.fast import runs, small
from .scratch import Scratch

SMALL_VERTICES = 2048
SMALL_CURVES = 256
SMALL_DRAWS = 1024
"""Limits of a small scene, which one thread draws faster than several."""
BIN_DRAWS = 8
"""The cost of an empty bin, in draws."""
HELD_PIXELS = 128 * 128
"""Pixels of a surface up to which kernels hold the interpreter's lock: releasing it would take longer than drawing."""
BIN_SIDE = c.BIN * c.TILE
"""Width and height of a bin, pixels."""


Lists = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
"""Start and end of each tile's commands, (bands, tiles) both, and the command words."""
SmallLists = tuple[int, Records, Records, Lists]
"""The number of tiles with commands; path tiles and segments; and the commands."""

list_small_held = holding_lock(small.list_small)
_TABLES: Final[dict[int, tuple[str, Any, int, int]]] = {
    small.LINES: ("small lines", records.Line.dtype, 0, 1024),
    small.COUNTS: ("small counts", np.int32, 1, 256),
    small.BACKDROPS: ("small backdrops", np.int32, 1, 256),
    small.CROSSINGS: ("small crossings", records.Crossing.dtype, 0, 4096),
    small.PATH_TILES: ("path_tiles", records.PathTile.dtype, 0, 256),
    small.SEGMENTS: ("segments", records.Segment.dtype, 0, 4096),
    small.BOXES: ("boxes", records.Box.dtype, 0, 64),
    small.STEPS: ("small steps", np.int64, 0, 128),
    small.BEGINS: ("small begins", np.int64, 1, 128),
    small.NEXTS: ("small nexts", np.int64, 1, 128),
    small.WORDS: ("words", np.uint32, 0, 1024),
    small.BINNED: ("binned", np.uint32, 0, 256),
    small.BINS: ("small bins", np.int64, 0, 16),
    small.BIN_COUNTS: ("small bin counts", np.int64, c.BIN * c.BIN, c.BIN * c.BIN),
    small.BIN_FIRSTS: ("small bin firsts", np.int64, c.BIN * c.BIN, c.BIN * c.BIN),
    small.LOG: ("small log", np.uint32, 0, 8192),
}
"""Each table's name in the scratch, dtype, width (0: one-dimensional; 1: a table of one row), and first size, items."""


def room_for_draws(scene: Scene) -> int:
    """Draws that bins may hold in a scene small enough for one thread; 0 for a larger scene."""
    if len(scene.vertices) > SMALL_VERTICES or len(scene.curves) > SMALL_CURVES:
        return 0
    room = SMALL_DRAWS - BIN_DRAWS * -(-scene.width // BIN_SIDE) * -(-scene.height // BIN_SIDE)
    return room if len(scene.draws) < room else 0


def is_held(width: int, height: int) -> bool:
    """Whether kernels for a surface of this size hold the interpreter's lock."""
    return width * height <= HELD_PIXELS


class SmallTables:
    """The tables of the kernel for small scenes, reused from scene to scene.

    Parameters
    ----------
    scratch : Scratch
        Provides the arrays; they are taken again where it has dropped some.
    parts : int
        Number of parts that tiles are cut into.

    Attributes
    ----------
    marks : int64 array (parts + 1,)
        First tile of each part of the last scene, and the end.
    """

    def __init__(self, scratch: Scratch, parts: int) -> None:
        self._scratch = scratch
        self._needs = {entry[0]: entry[3] for entry in _TABLES.values()}
        self._taken = -1
        self._work: tuple[Any, ...] = ()
        self.marks: NDArray[np.int64] = np.empty(parts + 1, np.int64)

    def list(self, scene: Scene, room: int, words_a_draw: int) -> SmallLists | None:
        """Run all stages up to the tiles' command words, and set ``marks``; None for a scene for several threads.

        ``room`` is `room_for_draws`; scenes with more than ``words_a_draw`` are sorted into bins first.
        """
        size = scene.width, scene.height
        run: Any = list_small_held if is_held(*size) else small.list_small
        tables = scene.draws, scene.paths, scene.subpaths, scene.vertices, scene.curves, scene.strokes, scene.clips
        self._scratch.need(self._needs)
        while True:
            if self._taken != self._scratch.changes:
                self._take()
            short, number = run(tables, size, scene.path_tile_count, *self._work, self.marks, words_a_draw, room)
            if short == small.TOO_LARGE:
                return None
            if short == small.DONE:
                outlines, lists, _ = self._work
                return number, outlines[6], outlines[7], lists[2:]
            self._needs[_TABLES[short][0]] = number
            self._taken = -1

    def _take(self) -> None:
        """Take all tables from the scratch."""
        found = []
        for _, (name, dtype, form, _) in sorted(_TABLES.items()):
            array = self._scratch.take(name, self._needs[name], dtype)
            found.append(array if not form else array.reshape(1, -1) if form == 1 else _rows(array, form))
        take = self._scratch.take
        floats, ints = take("window 0", runs.FLOATS, np.float32), take("slots 0", runs.INTS, np.int32)
        pending = take("pending 0", 6 * c.BIN * c.BIN, np.float32)[: 6 * c.BIN * c.BIN].reshape(6, -1)
        mask = take("mask 0", c.BIN * c.BIN, np.int64)
        self._work = (floats, ints, *found[:6]), tuple(found[6:11]), (*found[11:], pending, mask)
        self._taken = self._scratch.changes


def _rows(array: NDArray[Any], wide: int) -> NDArray[Any]:
    return array[: len(array) // wide * wide].reshape(-1, wide)
