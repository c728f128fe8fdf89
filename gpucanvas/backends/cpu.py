"""cpu: the stages' numba kernels, in bands over a thread pool. The default where there is no hardware OpenGL.

    flatten   bands of vertices      coarse    bands of bins
    binning   bands of lines, draws  fine      bands of tiles

Each band of lines counts into a row of its own, so that bands never write to the same place and the result does not
depend on their number.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import acos, ceil, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..errors import LimitError
from ..pipeline.scene import Records, Scene
from ..sight import spans
from ..sight.spans import span

MAX_SIDE = 32768
MAX_PIXELS = 1 << 28
SMALL_LINES = 4096
SMALL_DRAWS = 4096
SMALL_TILES = 64


class Scratch:
    """Working arrays that live from frame to frame; they grow and never shrink by themselves."""

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self.growths = 0

    def take(self, name: str, count: int, dtype: Any) -> NDArray[Any]:
        """At least ``count`` items of the named array; what they hold is undefined."""
        array = self.arrays.get(name)
        if array is None or len(array) < count:
            self.growths += array is not None
            spans.count("allocations" if array is None else "growths")
            array = self.arrays[name] = np.empty(max(count, 64) * 5 // 4, dtype)
        return array


class CPUBackend:
    """Executes scenes with the numba kernels."""

    name = "cpu"

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or available_cores()
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._local = threading.local()
        self._scratches: list[Scratch] = []
        self._frames = 0

    # -- the contract ------------------------------------------------------------------------------------------

    def new_surface(self, width: int, height: int) -> NDArray[np.uint32]:
        """A transparent surface."""
        if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
            raise LimitError(
                f"a canvas of {width}x{height} pixels is beyond the cpu backend's limit of {MAX_SIDE} a side and "
                f"{MAX_PIXELS} pixels: draw it in parts"
            )
        return np.zeros((height, width), np.uint32)

    def draw(self, scene: Scene, surface: NDArray[np.uint32]) -> None:
        """Run flatten, binning, coarse and fine."""
        from ..stages.jit import notice

        if not len(scene.draws) or not surface.size:
            return
        self._frames += 1
        lines = self._outline_lines(scene)
        with span("binning", draws=len(scene.draws)):
            path_tiles, segments = self._outline_tiles(scene, lines)
            boxes, binned, bin_starts = self._bin_draws(scene)
        with span("coarse"):
            starts, ends, words = self._list_commands(scene, path_tiles, boxes, binned, bin_starts)
        with span("fine", command_words=len(words)):
            self._shade(scene, surface, path_tiles, segments, starts, ends, words)
        notice.settle()

    def read(self, surface: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """The surface itself."""
        return surface

    def drop_surface(self, surface: NDArray[np.uint32]) -> None:
        """Nothing to do: the array's memory is Python's."""

    def counters(self) -> dict[str, int]:
        """Running totals."""
        from ..stages.jit import notice

        growths = sum(scratch.growths for scratch in self._scratches)
        return {"frames": self._frames, "growths": growths, "compiles": notice.compiles, "threads": self.threads}

    @property
    def _scratch(self) -> Scratch:
        """The scratch of the thread that draws: frames of different threads share nothing."""
        scratch: Scratch | None = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = Scratch()
            self._scratches.append(scratch)
        return scratch

    # -- threads -----------------------------------------------------------------------------------------------

    def run(self, parts: int, work: Callable[[int], None]) -> None:
        """Call ``work(part)`` for every part; the calling thread and the pool take the next part as they get free."""
        if parts == 1 or self.threads == 1:
            for part in range(parts):
                work(part)
            return
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="gpucanvas")
        left = iter(range(parts))

        def take() -> None:
            # One iterator for all: next() on a range iterator is one step under the interpreter's lock.
            for part in left:
                work(part)

        helpers = [self._pool.submit(spans.bound(take)) for _ in range(min(self.threads, parts) - 1)]
        try:
            take()
        finally:
            for helper in helpers:
                helper.result()

    def bands(self, count: int, small: int) -> NDArray[np.int64]:
        """Cut ``count`` items into one band a thread, or one band where there are few."""
        parts = 1 if count <= small else self.threads
        return np.arange(parts + 1) * count // parts

    # -- the stages --------------------------------------------------------------------------------------------

    def flatten(self, scene: Scene) -> list[tuple[Records, int]]:
        """Bands of lines, and how many each holds."""
        from ..stages import flatten as stage

        if len(scene.curves):
            stage.flatten_curves(scene.curves, scene.vertices, 0, len(scene.curves))
        cuts = self.bands(len(scene.vertices), SMALL_LINES)
        room = line_bound(scene)
        scratch = self._scratch
        lines: list[tuple[Records, int]] = [(scene.vertices, 0)] * (len(cuts) - 1)

        def band(part: int) -> None:
            first, last = int(cuts[part]), int(cuts[part + 1])
            buffer = scratch.take(f"lines {part}", (last - first) * room, records.Line.dtype)
            count = stage.flatten_outlines(scene.subpaths, scene.vertices, scene.strokes, buffer, first, last)
            lines[part] = (buffer, count)

        self.run(len(cuts) - 1, band)
        return lines

    def _outline_lines(self, scene: Scene) -> list[tuple[Records, int]] | None:
        """The lines of the outlines; None where there are none."""
        if not len(scene.subpaths) or not scene.path_tile_count:
            return None
        with span("flatten", vertices=len(scene.vertices)):
            return self.flatten(scene)

    def _outline_tiles(self, scene: Scene, lines: list[tuple[Records, int]] | None) -> tuple[Records, Records]:
        """Every path's tiles and their segments."""
        from ..stages import binning as stage

        path_tiles = self._scratch.take("path_tiles", scene.path_tile_count, records.PathTile.dtype)
        if lines is None:
            path_tiles[: scene.path_tile_count] = np.zeros((), records.PathTile.dtype)
            return path_tiles, np.zeros(1, records.Segment.dtype)
        parts = len(lines)
        scratch = self._scratch
        counts = np.zeros((parts, scene.path_tile_count), np.int32)
        backdrops = np.zeros((parts, scene.path_tile_count), np.int32)
        crossings: list[tuple[Records, int]] = [lines[0]] * parts

        def count(part: int) -> None:
            band, n = lines[part]
            bound = stage.bound_crossings(band, n, scene.paths)
            buffer = scratch.take(f"crossings {part}", bound, records.Crossing.dtype)
            n = stage.count_crossings(band, n, scene.paths, counts[part], backdrops[part], buffer)
            crossings[part] = (buffer, n)

        self.run(parts, count)
        total = stage.sum_path_tiles(scene.paths, counts, backdrops, path_tiles)
        segments = self._scratch.take("segments", total, records.Segment.dtype)

        def place(part: int) -> None:
            stage.place_segments(*crossings[part], counts[part], segments)

        self.run(parts, place)
        return path_tiles, segments

    def _bin_draws(self, scene: Scene) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Each draw's box of tiles, and each bin's draws in painter's order."""
        from ..stages import binning as stage

        wide, high = in_tiles(scene.width), in_tiles(scene.height)
        bins = -(-wide // c.BIN) * -(-high // c.BIN)
        cuts = self.bands(len(scene.draws), SMALL_DRAWS)
        parts = len(cuts) - 1
        boxes = self._scratch.take("boxes", len(scene.draws) * 4, np.int32)[: len(scene.draws) * 4].reshape(-1, 4)
        counts = np.zeros((parts, bins), np.int64)

        def count(part: int) -> None:
            first, last = int(cuts[part]), int(cuts[part + 1])
            stage.count_draws(scene.draws, first, last, scene.paths, scene.clips, wide, high, boxes, counts[part])

        self.run(parts, count)
        ends = np.cumsum(counts.T).reshape(bins, parts).T
        starts = np.ascontiguousarray(ends - counts)
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
        bounds = np.empty((bins, c.BIN * c.BIN), np.int64)
        firsts = np.empty((bins, c.BIN * c.BIN), np.int64)
        cuts = balanced(bin_starts, 1 if bin_starts[-1] + bins * 8 < SMALL_DRAWS else self.threads * 4)
        tables = (scene.draws, binned, bin_starts, boxes, scene.clips, scene.paths, path_tiles)

        def bound(part: int) -> None:
            first, last = int(cuts[part]), int(cuts[part + 1])
            stage.bound_bins(*tables, first, last, scene.width, scene.height, bounds, firsts)

        self.run(len(cuts) - 1, bound)
        last = np.cumsum(bounds).reshape(bounds.shape)
        starts = last - bounds
        ends = starts.copy()
        words = self._scratch.take("words", int(last[-1, -1]) + 1, np.uint32)

        def write(part: int) -> None:
            first, last = int(cuts[part]), int(cuts[part + 1])
            stage.write_bins(*tables, first, last, scene.width, scene.height, firsts, ends, words)

        self.run(len(cuts) - 1, write)
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
        from ..stages import fine as stage

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

        def shade(part: int) -> None:
            stage.shade_tiles(starts, ends, words, tables, surface, cuts[part], cuts[part + 1])

        self.run(len(cuts) - 1, shade)


def in_tiles(pixels: int) -> int:
    """Tiles that cover a length."""
    return -(-pixels // c.TILE)


def by_rows(values: NDArray[Any], scene: Scene) -> NDArray[Any]:
    """From (bin, tile of the bin) to tiles counted row by row over the surface."""
    wide, high = in_tiles(scene.width), in_tiles(scene.height)
    across, down = -(-wide // c.BIN), -(-high // c.BIN)
    grid = values.reshape(down, across, c.BIN, c.BIN).transpose(0, 2, 1, 3).reshape(down * c.BIN, across * c.BIN)
    return np.ascontiguousarray(grid[:high, :wide]).reshape(-1)


def balanced(starts: NDArray[Any], parts: int) -> NDArray[Any]:
    """Cut bins into parts of about the same number of draws."""
    bins = len(starts) - 1
    weight = starts + np.arange(bins + 1) * 8
    marks = np.searchsorted(weight, np.arange(1, parts) * weight[-1] // parts)
    return np.unique(np.concatenate([[0], marks, [bins]]))


def line_bound(scene: Scene) -> int:
    """No vertex gives more lines than this."""
    if not len(scene.strokes):
        return 1
    steps = ceil(pi / acos(min(float(scene.strokes["step_cos"].min()), 0.99999))) + 2
    return 6 + 2 * max(steps, 3)


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def present(surface: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Premultiplied (H, W) uint32 as straight (H, W, 4) uint8, on the pool where it is large."""
    from ..stages.jit import notice
    from ..stages.present import unpremultiply

    height, width = surface.shape
    out = np.empty((height, width), np.uint32)
    backend = shared()
    cuts = backend.bands(height, height if surface.size < 1 << 17 else 0)

    def band(part: int) -> None:
        unpremultiply(surface, out, int(cuts[part]), int(cuts[part + 1]))

    if surface.size:
        with span("present", pixels=surface.size):
            backend.run(len(cuts) - 1, band)
    notice.settle()
    return out.view(np.uint8).reshape(height, width, 4)


_shared: CPUBackend | None = None


def shared() -> CPUBackend:
    """The process's one cpu backend."""
    global _shared
    if _shared is None:
        _shared = CPUBackend()
    return _shared
