"""cpu: the stages' numba kernels, in bands over a few threads. The default where there is no hardware OpenGL.

    flatten, binning   bands of vertices, bands of draws
    coarse             bands of bins
    fine               bands of tiles

Each band of vertices counts into a row of its own, so that bands never write to the same place and the result does not
depend on their number.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract import constants as c
from ..contract import records
from ..errors import LimitError
from ..pipeline.plan import lines_a_vertex
from ..pipeline.scene import Records, Scene
from ..sight import spans
from ..sight.spans import span
from .bands import aligned_rows, available_cores, balanced, by_rows, in_tiles
from .base import Stop, check
from .scratch import Scratch, Spare

if TYPE_CHECKING:
    from ..gl.staging import StagingPool
    from .team import Team

MAX_SIDE = 32768
MAX_PIXELS = 1 << 28
SMALL_CURVES = 256
SMALL_LINES = 1024
SMALL_DRAWS = 1024
MANY_DRAWS = 1 << 15
SMALL_TILES = 64
SMALL_SEGMENTS = 1 << 13
CROSSINGS_A_VERTEX = 6
FEW_CROSSINGS = 8192
"""Room for crossings to begin with: six a vertex and a few thousand; binning says when it needs more."""
LOG_WORDS = 4096
"""Room for a bin's commands to begin with, four words a draw apart; coarse says when it needs more."""


class CPUBackend:
    """Executes scenes with the numba kernels."""

    name = "cpu"
    memory: Literal["host", "device"] = "host"

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or available_cores()
        self._team: Team | None = None
        # A finaliser that the collector runs while it is held may come back for it.
        self._lock = threading.RLock()
        self._local = threading.local()
        self._staging: StagingPool | None = None
        self._free: deque[Scratch] = deque()
        self._scratches: WeakSet[Scratch] = WeakSet()
        self.surfaces = 0
        """How many were ever made."""
        self._frames = 0
        self._drawing = 0
        self._spare = Spare()
        memory.add_cache(self._evict)
        memory.add_cache(self._spare.clear)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    # -- the contract ------------------------------------------------------------------------------------------

    def check_surface(self, width: int, height: int) -> None:
        """Refuse what is beyond MAX_SIDE or MAX_PIXELS."""
        if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
            raise LimitError(
                f"a canvas of {width}x{height} pixels is beyond the cpu backend's limit of {MAX_SIDE} a side and "
                f"{MAX_PIXELS} pixels: draw it in parts"
            )

    def new_surface(self, width: int, height: int) -> NDArray[np.uint32]:
        """A transparent surface. The memory of dropped ones of the same size is used again: fresh pages are slow."""
        self.check_surface(width, height)
        self.surfaces += 1
        spare = self._spare.take(width * height)
        if spare is None:
            return np.zeros((height, width), np.uint32)
        spare[:] = 0
        return spare.reshape(height, width)

    def draw(self, scenes: Sequence[Scene], surface: NDArray[np.uint32], stop: Stop | None = None) -> None:
        """Run all stages, scene by scene; ``stop`` is asked between bands."""
        with self._frame(stop) as scratch:
            before = None
            if surface.size and (stop is not None or len(scenes) > 1):
                before = scratch.take("before", surface.size, np.uint32)[: surface.size].reshape(surface.shape)
                before[:] = surface
            try:
                for scene in scenes:
                    self._draw(scene, surface)
            except BaseException:
                if before is not None:
                    surface[:] = before
                raise

    @contextmanager
    def _frame(self, stop: Stop | None = None) -> Iterator[Scratch]:
        """A frame of this thread, with a scratch of its own."""
        scratch = self._take_scratch()
        # A finaliser that the collector runs inside a frame may draw another.
        before = getattr(self._local, "stop", None), getattr(self._local, "scratch", None)
        self._local.stop, self._local.scratch = stop, scratch
        with self._lock:
            self._drawing += 1
        try:
            yield scratch
        finally:
            with self._lock:
                self._drawing -= 1
            self._local.stop, self._local.scratch = before
            scratch.settle()
            self._free.append(scratch)
            if self._staging is not None:
                self._staging.tidy()

    def count_segments(self, scene: Scene) -> Records:
        """Every path's tiles with the number of segments in each."""
        with self._frame():
            return self._outline_tiles(scene)[0].copy()

    def _draw(self, scene: Scene, surface: NDArray[np.uint32]) -> None:
        """Run flatten, binning, coarse and fine."""
        from ..stages.jit import notice

        if not len(scene.draws) or not surface.size:
            return
        self._frames += 1
        self._flatten_curves(scene)
        with span("binning", draws=len(scene.draws)):
            path_tiles, segments = self._outline_tiles(scene)
            boxes, binned, bin_starts = self._bin_draws(scene)
        with span("coarse"):
            starts, ends, words = self._list_commands(scene, path_tiles, boxes, binned, bin_starts)
        with span("fine", command_words=len(words)):
            self._shade(scene, surface, path_tiles, segments, starts, ends, words)
        notice.settle()

    def read(self, surface: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """The surface itself."""
        return surface

    def drop_surface(self, surface: NDArray[np.uint32], now: bool = True) -> None:
        """Keep its memory for the next surface of its size, if there is room."""
        if now:
            self._spare.put(surface)
        else:
            self._spare.left.append(surface)

    @property
    def staging(self) -> StagingPool:
        """Where arrays live that are drawn with without a copy: ordinary memory here."""
        from ..gl.staging import StagingPool
        from ..gl.sync import HostMemory

        with self._lock:
            if self._staging is None:
                pool = StagingPool(HostMemory())
                if self._staging is None:
                    self._staging = pool
                    memory.add_cache(self._evict_staging)
            return self._staging

    def _evict_staging(self) -> int:
        return 0 if self._staging is None else self._staging.trim(0)

    def counters(self) -> dict[str, int]:
        """Running totals."""
        from ..stages.jit import notice

        growths = sum(scratch.growths for scratch in self._scratches)
        return {"frames": self._frames, "growths": growths, "compiles": notice.compiles, "threads": self.threads}

    @property
    def _scratch(self) -> Scratch:
        """The scratch of the frame that this thread draws: frames of different threads share nothing."""
        scratch: Scratch | None = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = self._take_scratch()
        return scratch

    def _take_scratch(self) -> Scratch:
        """One that no frame uses; there are as many as there ever were frames at the same time."""
        try:
            return self._free.pop()
        except IndexError:
            scratch = Scratch()
            self._scratches.add(scratch)
            return scratch

    def _forked(self) -> None:
        """In a forked child: the helpers are the parent's; the next frame starts its own."""
        self._team, self._lock, self._local, self._drawing = None, threading.RLock(), threading.local(), 0

    def _evict(self) -> int:
        """Drop the arrays of every scratch that no frame uses; returns how many bytes they had."""
        freed = 0
        for _ in range(len(self._free)):
            try:
                scratch = self._free.popleft()
            except IndexError:
                break
            freed += scratch.clear()
            self._free.append(scratch)
        return freed

    # -- threads -----------------------------------------------------------------------------------------------

    def run(self, parts: int, work: Callable[[int], None]) -> None:
        """Call ``work(part)`` for every part; the calling thread and helpers take the next part as they get free."""
        stop: Stop | None = getattr(self._local, "stop", None)
        # Frames that are drawn at the same time share the cores: helpers between them would only pass work around.
        hands = min(self.threads // max(self._drawing, 1), parts)
        if hands <= 1:
            for part in range(parts):
                check(stop)
                work(part)
            return
        left = iter(range(parts))

        def take() -> None:
            # One iterator for all: next() on a range iterator is one step under the interpreter's lock.
            for part in left:
                check(stop)
                work(part)

        team = self._take_team()
        if team is None:
            take()
        else:
            team.run(take, hands - 1, spans.bound(take))

    def _take_team(self) -> Team | None:
        """The helper threads; None where the interpreter is ending: no thread begins any more."""
        if self._team is None:
            from .team import Team

            with self._lock, suppress(RuntimeError):
                if self._team is None:
                    self._team = Team(self.threads - 1)
        return self._team

    def bands(self, count: int, small: int) -> NDArray[np.int64]:
        """Cut ``count`` items into one band a thread, or one band where there are few."""
        parts = 1 if count <= small else self.threads
        return np.arange(parts + 1) * count // parts

    # -- the stages --------------------------------------------------------------------------------------------

    def flatten(self, scene: Scene) -> Records:
        """All lines, in order of their vertices: what `_outline_tiles` makes a few at a time."""
        from ..stages import flatten as stage

        if len(scene.curves):
            stage.flatten_curves(scene.curves, scene.vertices, 0, len(scene.curves))
        lines = np.empty(len(scene.vertices) * lines_a_vertex(scene), records.Line.dtype)
        return lines[
            : stage.flatten_outlines(scene.subpaths, scene.vertices, scene.strokes, lines, 0, len(scene.vertices))
        ]

    def _flatten_curves(self, scene: Scene) -> None:
        """Fill in the vertices of curves. Lines are made by `_outline_tiles`, a few at a time."""
        from ..stages.flatten import flatten_curves

        if len(scene.subpaths):
            with span("flatten", vertices=len(scene.vertices)):
                cuts = self.bands(len(scene.curves), SMALL_CURVES)

                def flatten(part: int) -> None:
                    flatten_curves(scene.curves, scene.vertices, int(cuts[part]), int(cuts[part + 1]))

                if len(scene.curves):
                    self.run(len(cuts) - 1, flatten)

    def _outline_tiles(self, scene: Scene) -> tuple[Records, Records]:
        """Every path's tiles and their segments."""
        from ..stages import binning as stage

        path_tiles = self._scratch.take("path_tiles", scene.path_tile_count, records.PathTile.dtype)
        if not len(scene.subpaths) or not scene.path_tile_count:
            path_tiles[: scene.path_tile_count] = np.zeros((), records.PathTile.dtype)
            return path_tiles, np.zeros(1, records.Segment.dtype)
        cuts = self.bands(len(scene.vertices), SMALL_LINES)
        parts = len(cuts) - 1
        scratch = self._scratch
        counts = np.zeros((parts, scene.path_tile_count), np.int32)
        backdrops = np.zeros((parts, scene.path_tile_count), np.int32)
        found: list[tuple[Records, int]] = [(path_tiles, 0)] * parts
        outlines = (scene.subpaths, scene.vertices, scene.strokes)
        lines_at_once = stage.VERTICES_AT_ONCE * lines_a_vertex(scene)

        def count(part: int) -> None:
            at, last = int(cuts[part]), int(cuts[part + 1])
            lines = scratch.take(f"lines {part}", lines_at_once, records.Line.dtype)
            room, skip, n = CROSSINGS_A_VERTEX * (last - at) + FEW_CROSSINGS, 0, 0
            while True:
                buffer = scratch.take(f"crossings {part}", room, records.Crossing.dtype, n)
                at, skip, n = stage.count_crossings(
                    outlines, scene.paths, lines, at, last, skip, counts[part], backdrops[part], buffer, n
                )
                if at == last:
                    break
                room = 2 * len(buffer)
            found[part] = buffer, n

        self.run(parts, count)
        total = stage.sum_path_tiles(scene.paths, counts, backdrops, path_tiles)
        segments = self._scratch.take("segments", total, records.Segment.dtype)

        def place(part: int) -> None:
            stage.place_segments(*found[part], counts[part], segments)

        if total < SMALL_SEGMENTS:
            for part in range(parts):
                place(part)
        else:
            self.run(parts, place)
        return path_tiles, segments

    def _bin_draws(self, scene: Scene) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Each draw's box of tiles, and each bin's draws in painter's order."""
        from ..stages import binning as stage

        wide, high = in_tiles(scene.width), in_tiles(scene.height)
        bins = -(-wide // c.BIN) * -(-high // c.BIN)
        cuts = self.bands(len(scene.draws), MANY_DRAWS)
        parts = len(cuts) - 1
        boxes = self._scratch.take("boxes", len(scene.draws), records.Box.dtype)
        # A band's row begins with a cache line of its own: two cores that count in one line take turns with it.
        counts = aligned_rows(parts, bins)

        def count(part: int) -> None:
            first, last = int(cuts[part]), int(cuts[part + 1])
            stage.count_draws(scene.draws, first, last, scene.paths, scene.clips, wide, high, boxes, counts[part])

        self.run(parts, count)
        ends = np.cumsum(counts.T).reshape(bins, parts).T
        starts = aligned_rows(parts, bins)
        np.subtract(ends, counts, out=starts)
        bin_starts = np.append(starts[0], ends[-1, -1])
        binned = self._scratch.take("binned", int(ends[-1, -1]), np.uint32)

        def place(part: int) -> None:
            stage.list_draws(int(cuts[part]), int(cuts[part + 1]), wide, boxes, starts[part], binned)

        self.run(parts, place)
        return boxes, binned, bin_starts

    def _list_commands(
        self, scene: Scene, path_tiles: Records, boxes: NDArray[Any], binned: NDArray[Any], bin_starts: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Where each tile's commands begin and end (per bin and tile of the bin), and the command words."""
        from ..stages import coarse as stage

        bins = len(bin_starts) - 1
        counts = np.empty((bins, c.BIN * c.BIN), np.int64)
        firsts = np.empty((bins, c.BIN * c.BIN), np.int64)
        log_ends = np.empty(bins, np.int64)
        cuts = balanced(bin_starts, 1 if bin_starts[-1] + bins * 8 < SMALL_DRAWS else self.threads * 4)
        tables = (scene.draws, boxes, scene.clips, scene.paths, path_tiles)
        scratch = self._scratch
        logs = [binned] * (len(cuts) - 1)

        def log(part: int) -> None:
            first, last, n = int(cuts[part]), int(cuts[part + 1]), 0
            room = 4 * int(bin_starts[last] - bin_starts[first]) + (last - first) * LOG_WORDS
            pending = scratch.take(f"pending {part}", 6 * c.BIN * c.BIN, np.float32)[: 6 * c.BIN * c.BIN]
            mask = scratch.take(f"mask {part}", c.BIN * c.BIN, np.int64)
            while True:
                buffer = scratch.take(f"log {part}", room, np.uint32, n)
                first, n = stage.log_bins(
                    tables,
                    binned,
                    bin_starts,
                    first,
                    last,
                    scene.width,
                    scene.height,
                    buffer,
                    n,
                    log_ends,
                    counts,
                    firsts,
                    pending.reshape(6, c.BIN * c.BIN),
                    mask,
                )
                if first == last:
                    break
                room = 2 * len(buffer)
            logs[part] = buffer

        self.run(len(cuts) - 1, log)
        last = np.cumsum(counts).reshape(counts.shape)
        starts = last - counts
        ends = starts.copy()
        words = self._scratch.take("words", int(last[-1, -1]) + 1, np.uint32)

        def sort(part: int) -> None:
            stage.sort_words(logs[part], log_ends, int(cuts[part]), int(cuts[part + 1]), firsts, ends, words)

        self.run(len(cuts) - 1, sort)
        return by_rows(starts, scene), by_rows(ends, scene), words

    def _shade(
        self,
        scene: Scene,
        surface: NDArray[np.uint32],
        path_tiles: Records,
        segments: Records,
        starts: NDArray[Any],
        ends: NDArray[Any],
        words: NDArray[Any],
    ) -> None:
        from ..stages import ahead, tile, winding
        from ..stages import fine as stage

        height, width = surface.shape
        pixels = surface.view(np.int32).reshape(-1)
        tables = (
            scene.draws,
            scene.paths,
            path_tiles,
            segments,
            scene.clips,
            scene.paints,
            scene.stops,
            scene.texels,
        )
        busy = np.flatnonzero(ends > starts)
        work = np.cumsum((ends - starts)[busy] + 8)
        parts = 1 if len(busy) < SMALL_TILES else self.threads * 4
        marks = np.searchsorted(work, np.arange(1, parts) * (work[-1] if len(work) else 0) // parts)
        cuts = [0, *busy[marks].tolist(), len(starts)] if len(busy) else [0, len(starts)]

        scratch = self._scratch
        ahead.wait()

        def shade(part: int) -> None:
            px = scratch.take(f"pixels {part}", tile.SCRATCH, np.float32)[: tile.SCRATCH]
            ints = scratch.take(f"winding {part}", winding.INTS, np.int32)
            floats = scratch.take(f"parts {part}", winding.FLOATS, np.float32)
            first, last = cuts[part], cuts[part + 1]
            stage.shade_tiles(starts, ends, words, tables, pixels, width, height, first, last, px, ints, floats)

        self.run(len(cuts) - 1, shade)


def present(surface: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Premultiplied (H, W) uint32 as straight (H, W, 4) uint8, on the pool where it is large."""
    from ..stages.jit import notice
    from ..stages.present import unpremultiply

    height, width = surface.shape
    out = np.empty((height, width), np.uint32)
    backend = shared()
    # More bands than threads: who wakes up late finds less to do.
    parts = 1 if surface.size < 1 << 17 else backend.threads * 4
    cuts = np.arange(parts + 1) * height // parts

    def band(part: int) -> None:
        unpremultiply(surface, out, int(cuts[part]), int(cuts[part + 1]))

    if surface.size:
        with span("present", pixels=surface.size):
            backend.run(parts, band)
    notice.settle()
    return out.view(np.uint8).reshape(height, width, 4)


_shared: CPUBackend | None = None
_making = threading.RLock()


def shared() -> CPUBackend:
    """The process's one cpu backend."""
    global _shared
    if _shared is None:
        with _making:
            if _shared is None:
                made = CPUBackend()
                _shared = _shared or made
    return _shared


def has_surfaces() -> bool:
    """Whether this process draws with the cpu backend, as far as is known yet."""
    return _shared is not None and _shared.surfaces > 0


def _forked() -> None:
    global _making
    _making = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
