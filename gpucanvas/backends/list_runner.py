"""list_runner: the stages before fine on the cpu backend, which list the commands of each tile.

    flatten, binning   bands of vertices, bands of draws
    coarse             bands of bins; or listing, bands of draws, where these are small and nothing is clipped

Each thread that flattens counts in a row of its own, so that threads never write to the same memory. The order of the
segments in a tile does not matter, as they are summed as integers.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..pipeline.scene import Records, Scene, lines_a_vertex
from ..sight.spans import span
from ..stages import binning, coarse, flatten
from ..stages.fast import listing, runs
from .bands import aligned_rows, balanced
from .base import Stop
from .scratch import LINE_BYTES, Scratch
from .small import Lists

SMALL_CURVES = 256
SMALL_LINES = 1024
SMALL_DRAWS = 1024
MANY_DRAWS = 1 << 15
FEW_DRAWS = 4096
WORDS_A_DRAW = 16
"""Tiles of an average draw above which coarse is used: large draws have runs of full tiles, which coarse folds."""
LINE_WORDS = LINE_BYTES // 4
SMALL_SEGMENTS = 1 << 16
PORTIONS = 4
"""Portions of vertices for each thread, taken in turn, since some portions cost much more than others."""
CROSSINGS_A_VERTEX = 6
FEW_CROSSINGS = 4096
"""First capacity for crossings: six a vertex and a few thousand; binning reports when it needs more."""
LOG_WORDS = 4096
"""First capacity for a bin's commands, besides four words a draw; coarse reports when it needs more."""

Run = Callable[[int, Callable[[int], None]], None]
"""``run(parts, work)`` calls ``work(part)`` for every part."""
Rows = tuple[int, int]
"""A range of rows of tiles: the first, and the end (exclusive)."""


class ListRunner:
    """Runs the stages before fine.

    Parameters
    ----------
    scratch : Scratch
        The working arrays of this frame.
    threads : int
        Number of bands that long stages are cut into.
    run : callable
        ``run(parts, work)`` calls ``work(part)`` for every part, in parallel where possible.
    stop : callable or None
        Called by ``run`` between bands: returns whether the frame was cancelled.
    """

    __slots__ = ("run", "scratch", "stop", "threads")

    def __init__(self, scratch: Scratch, threads: int, run: Run, stop: Stop | None = None) -> None:
        self.scratch, self.threads, self.run, self.stop = scratch, threads, run, stop

    def bands(self, count: int, small: int, portions: int = 1) -> NDArray[np.int64]:
        """Cut ``count`` items into ``portions`` bands for each thread, or fewer so that bands are not too small."""
        parts = 1 if count <= small else max(min(self.threads * portions, count // (2 * small)), self.threads)
        return np.arange(parts + 1) * count // parts

    def flatten_curves(self, scene: Scene) -> None:
        """Compute the vertices of curves. `outline_tiles` makes the lines between them."""
        if len(scene.subpaths):
            with span("flatten", vertices=len(scene.vertices)):
                cuts = self.bands(len(scene.curves), SMALL_CURVES)

                def bend(part: int) -> None:
                    flatten.flatten_curves(scene.curves, scene.vertices, int(cuts[part]), int(cuts[part + 1]))

                if len(scene.curves):
                    self.run(len(cuts) - 1, bend)

    def outline_tiles(self, scene: Scene) -> tuple[Records, Records]:
        """The tiles of every path, and their segments."""
        path_tiles = self.scratch.take("path_tiles", scene.path_tile_count, records.PathTile.dtype)
        if not len(scene.subpaths) or not scene.path_tile_count:
            path_tiles[: scene.path_tile_count] = np.zeros((), records.PathTile.dtype)
            return path_tiles, np.zeros(1, records.Segment.dtype)
        cuts = self.bands(len(scene.vertices), SMALL_LINES, PORTIONS)
        portions = len(cuts) - 1
        hands = min(portions, self.threads)
        counts = np.zeros((hands, scene.path_tile_count), np.int32)
        backdrops = np.zeros((hands, scene.path_tile_count), np.int32)
        found: list[tuple[Records, int, int]] = [(path_tiles, 0, 0)] * portions
        left = iter(range(portions))
        outlines = (scene.subpaths, scene.vertices, scene.strokes)
        lines_at_once = runs.RUN * lines_a_vertex(scene)

        def count(hand: int) -> None:
            floats = self.scratch.take(f"window {hand}", runs.FLOATS, np.float32)
            ints = self.scratch.take(f"slots {hand}", runs.INTS, np.int32)
            lines = self.scratch.take(f"lines {hand}", lines_at_once, records.Line.dtype)
            work = floats, ints, lines
            for portion in left:
                at, last = int(cuts[portion]), int(cuts[portion + 1])
                room, skip, n = CROSSINGS_A_VERTEX * (last - at) + FEW_CROSSINGS, 0, 0
                while True:
                    buffer = self.scratch.take(f"crossings {portion}", room, records.Crossing.dtype, n)
                    at, skip, n = binning.count_crossings(
                        outlines, scene.paths, work, at, last, skip, counts[hand], backdrops[hand], buffer, n
                    )
                    if at == last:
                        break
                    room = 2 * len(buffer)
                found[portion] = buffer, n, hand

        self.run(hands, count)
        total = binning.sum_path_tiles(scene.paths, counts, backdrops, path_tiles)
        segments = self.scratch.take("segments", total, records.Segment.dtype)

        def place(portion: int) -> None:
            buffer, n, hand = found[portion]
            binning.place_segments(buffer, n, counts[hand], segments)

        if total < SMALL_SEGMENTS:
            for portion in range(portions):
                place(portion)
        else:
            self.run(portions, place)
        return path_tiles, segments

    def list_draws(self, scene: Scene, path_tiles: Records, rows: Rows | None = None) -> Lists | None:
        """The commands of each tile of some rows, or all: a list for each band of draws.

        None where draws are large or clipped, which needs `list_commands`.
        """
        if len(scene.clips) > 1 or 2 * scene.path_tile_count > WORDS_A_DRAW * len(scene.draws):
            return None
        wide, high = scene.size_in_tiles
        above, below = all_rows(scene) if rows is None else rows
        tiles = wide * (below - above)
        # Each band has counters for every tile, which is worth it only where there are more draws than tiles.
        bands = min(max(len(scene.draws) // max(FEW_DRAWS, tiles), 1), self.threads)
        cuts = np.arange(bands + 1) * len(scene.draws) // bands
        boxes = self.scratch.take("boxes", len(scene.draws), records.Box.dtype)
        steps = aligned_rows(bands, (wide + 1) * (below - above + 1))
        totals = [0] * bands

        def count(band: int) -> None:
            first, last = int(cuts[band]), int(cuts[band + 1])
            totals[band] = listing.count_tiles(
                scene.draws, first, last, scene.paths, scene.clips, wide, high, above, boxes, steps[band]
            )

        self.run(bands, count)
        if sum(totals) > WORDS_A_DRAW * len(scene.draws):
            return None
        # One extra word a band takes the words of no tile. Each band's words begin at a cache line.
        rooms = [-(-(total + 1) // LINE_WORDS) * LINE_WORDS for total in totals]
        words = self.scratch.take("words", sum(rooms), np.uint32)
        begins, nexts = np.empty((2, bands, tiles + listing.SPARE), np.int64)

        def place(band: int) -> None:
            first, last = int(cuts[band]), int(cuts[band + 1])
            listing.sum_tiles(steps[band], wide, below - above, sum(rooms[:band]), begins[band], nexts[band])
            listing.list_tiles(
                scene.draws,
                boxes,
                scene.paths,
                path_tiles,
                first,
                last,
                scene.width,
                scene.height,
                above,
                nexts[band],
                begins[band],
                words,
            )

        self.run(bands, place)
        return begins, nexts, words

    def bin_draws(self, scene: Scene) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Each draw's box of tiles, and each bin's draws in painter's order."""
        wide, high = scene.size_in_tiles
        bins = prod(scene.size_in_bins)
        cuts = self.bands(len(scene.draws), MANY_DRAWS)
        parts = len(cuts) - 1
        boxes = self.scratch.take("boxes", len(scene.draws), records.Box.dtype)
        # Each band's row begins at a cache line, so that two cores never write to the same line.
        counts = aligned_rows(parts, bins)

        def count(part: int) -> None:
            first, last = int(cuts[part]), int(cuts[part + 1])
            binning.count_draws(scene.draws, first, last, scene.paths, scene.clips, wide, high, boxes, counts[part])

        self.run(parts, count)
        ends = np.cumsum(counts.T).reshape(bins, parts).T
        starts = aligned_rows(parts, bins)
        np.subtract(ends, counts, out=starts)
        bin_starts = np.append(starts[0], ends[-1, -1])
        binned = self.scratch.take("binned", int(ends[-1, -1]), np.uint32)

        def place(part: int) -> None:
            binning.list_draws(int(cuts[part]), int(cuts[part + 1]), wide, boxes, starts[part], binned)

        self.run(parts, place)
        return boxes, binned, bin_starts

    def list_commands(
        self,
        scene: Scene,
        path_tiles: Records,
        boxes: NDArray[Any],
        binned: NDArray[Any],
        bin_starts: NDArray[Any],
        rows: Rows | None = None,
    ) -> Lists:
        """The commands of each tile of some rows, or all, as one list, made by coarse."""
        wide, above, below = scene.size_in_tiles[0], *(all_rows(scene) if rows is None else rows)
        bins = len(bin_starts) - 1
        counts = np.empty((bins, c.BIN * c.BIN), np.int64)
        firsts = np.empty((bins, c.BIN * c.BIN), np.int64)
        log_ends = np.empty(bins, np.int64)
        first_bin, last_bin = above // c.BIN * scene.size_in_bins[0], -(-below // c.BIN) * scene.size_in_bins[0]
        cuts = first_bin + balanced(
            bin_starts[first_bin : last_bin + 1],
            1 if bin_starts[-1] + (last_bin - first_bin) * 8 < SMALL_DRAWS else self.threads * 4,
        )
        tables = (scene.draws, boxes, scene.clips, scene.paths, path_tiles)
        logs = [binned] * (len(cuts) - 1)

        def log(part: int) -> None:
            first, last, n = int(cuts[part]), int(cuts[part + 1]), 0
            room = 4 * int(bin_starts[last] - bin_starts[first]) + (last - first) * LOG_WORDS
            pending = self.scratch.take(f"pending {part}", 6 * c.BIN * c.BIN, np.float32)[: 6 * c.BIN * c.BIN]
            mask = self.scratch.take(f"mask {part}", c.BIN * c.BIN, np.int64)
            while True:
                buffer = self.scratch.take(f"log {part}", room, np.uint32, n)
                first, n = coarse.log_bins(
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
        sums = np.zeros(bins, np.int64)
        sums[first_bin:last_bin] = counts[first_bin:last_bin].sum(axis=1)
        last = sums.cumsum()
        words = self.scratch.take("words", int(last[-1]) + 1, np.uint32)
        begins, nexts = np.empty((2, 1, prod(scene.size_in_tiles)), np.int64)
        bin_words, size = last - sums, scene.size_in_tiles

        def sort(part: int) -> None:
            work = self.scratch.take(f"mask {part}", c.BIN * c.BIN, np.int64)
            first, end = int(cuts[part]), int(cuts[part + 1])
            tiles = begins[0], nexts[0], words
            coarse.sort_words(logs[part], log_ends, first, end, size, firsts, counts, bin_words, work, *tiles)

        self.run(len(cuts) - 1, sort)
        return begins[:, above * wide : below * wide], nexts[:, above * wide : below * wide], words


def all_rows(scene: Scene) -> Rows:
    """All rows of tiles of the surface."""
    return 0, -(-scene.height // c.TILE)
