"""The stages of a frame on the cpu backend: their kernels, one after another, each in bands over a few threads.

    flatten, binning   bands of vertices, bands of draws
    coarse             bands of bins; or listing, bands of draws, where these are small and nothing is clipped
    fine               bands of tiles

Each thread that flattens counts into a row of its own, so that none writes where another does; in which order the
segments of a tile then lie changes nothing, their sum is one of integers. Frames of different threads share nothing:
each has a scratch of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.formats import RGBA8, PixelFormat, Pixels, format_of
from ..kernels import holding_lock
from ..kernels.notice import notice
from ..pipeline.scene import Records, Scene, lines_a_vertex
from ..resources.host import NO_IMAGES, host_images
from ..sight.spans import on, span
from ..stages import binning, coarse, flatten, shade
from ..stages.fast import listing, runs
from ..stages.present import unpremultiply, unpremultiply_halves
from .bands import SMALL_PICTURE, aligned_rows, balanced
from .base import Stop, check
from .host_surface import words_of
from .scratch import LINE_BYTES, Scratch
from .small import Lists, SmallTables, is_held, room_for_draws

SMALL_CURVES = 256
SMALL_LINES = 1024
SMALL_DRAWS = 1024
MANY_DRAWS = 1 << 15
FEW_DRAWS = 4096
WORDS_A_DRAW = 16
"""Draws of more tiles than this, on the average, have runs of full tiles that coarse folds."""
LINE_WORDS = LINE_BYTES // 4
SMALL_TILES = 64
MANY_TILES = 512
IDLE_TILES = 4
"""Where less than one tile in so many has commands, pixels are made straight afterwards."""
LOOKED_AT = 16
"""Where there are so many tiles a draw, it is worth a look which rows of them have any."""
SMALL_SEGMENTS = 1 << 16
FEW_TILES = 1024
"""Surfaces of more tiles have only the rows of tiles looked at that a scene changes."""
PARTS = 4
"""Into so many parts a thread tiles are cut."""
PORTIONS = 4
"""Into so many portions a thread vertices are cut: some are far dearer than others, and threads take them in turn."""
CROSSINGS_A_VERTEX = 6
FEW_CROSSINGS = 4096
"""Room for crossings to begin with: six a vertex and a few thousand; binning says when it needs more."""
LOG_WORDS = 4096
"""Room for a bin's commands to begin with, four words a draw apart; coarse says when it needs more."""

shade_tiles_held = holding_lock(shade.shade_tiles)
shade_half_tiles_held = holding_lock(shade.shade_half_tiles)
NO_PIXELS: NDArray[np.int32] = np.empty(0, np.int32)
NO_HALVES: NDArray[np.int32] = np.empty((0, 2), np.int32)

Run = Callable[[int, Callable[[int], None]], None]
"""Calls ``work(part)`` for every part."""
Rows = tuple[int, int]
"""Rows of tiles: the first, and the one behind the last."""


class StageRunner:
    """Runs the stages of scenes.

    Parameters
    ----------
    scratch : Scratch
        The working arrays of this frame.
    threads : int
        Into so many bands long stages are cut.
    run : callable
        Calls ``work(part)`` for every one of so many parts, at the same time where it can.
    stop : callable or None
        What `run` asks between bands.
    """

    __slots__ = ("_layers", "run", "scratch", "stop", "threads")

    def __init__(self, scratch: Scratch, threads: int, run: Run, stop: Stop | None = None) -> None:
        self.scratch, self.threads, self.run, self.stop = scratch, threads, run, stop
        self._layers = NO_PIXELS, 0

    def draw(
        self,
        scene: Scene,
        surface: Pixels,
        clear_color: int | None,
        out_straight_rgba: NDArray[np.int32] | None = None,
        layers: Pixels | None = None,
    ) -> None:
        """Draw a scene over what the surface holds, or over pixels that all are ``clear_color``, where there is one.

        ``out_straight_rgba`` (H * W,) is given the surface's pixels, straight. ``layers`` are the pixels of the target
        that layers are read from.
        """
        if layers is None:
            self._layers = NO_PIXELS if format_of(surface) is RGBA8 else NO_HALVES, 0
        else:
            self._layers = words_of(layers), layers.shape[1]
        height, width = surface.shape
        # A look at what few draws touch takes as long as a look at so many tiles.
        looks = (
            clear_color is None
            and prod(scene.size_in_tiles) > FEW_TILES
            and (out_straight_rgba is None or width >= c.TILE)
        )
        whole = all_rows(scene)
        rows, cleared = touched_rows(scene) if looks else (whole, False)
        done = self._draw_small(scene, surface, clear_color, out_straight_rgba) if rows == whole else None
        if done is None:
            done = rows[0] < rows[1] and self._draw_by_stages(scene, surface, clear_color, out_straight_rgba, rows)
        if cleared:
            surface[: rows[0] * c.TILE] = 0
            surface[rows[1] * c.TILE :] = 0
        if out_straight_rgba is not None and not done:
            self._present(words_of(surface), out_straight_rgba, width, height)

    def _draw_small(
        self,
        scene: Scene,
        surface: Pixels,
        clear_color: int | None,
        out_straight_rgba: NDArray[np.int32] | None,
    ) -> bool | None:
        """Draw a scene that one thread gets through, by two kernels.

        Returns whether all pixels are straight in ``out_straight_rgba``; None, and nothing is drawn, where the scene is
        one for several threads.
        """
        room = room_for_draws(scene)
        # A listener wants to know how long each stage takes.
        if not room or on():
            return None
        small: SmallTables | None = self.scratch.small
        if small is None:
            small = self.scratch.small = SmallTables(self.scratch, self.threads * PARTS)
        check(self.stop)
        found = small.list(scene, room, WORDS_A_DRAW)
        if found is None:
            return None
        busy, path_tiles, segments, lists = found
        rows = all_rows(scene)
        return self.shade(
            scene, surface, clear_color, out_straight_rgba, path_tiles, segments, lists, rows, small.marks, busy
        )

    def _draw_by_stages(
        self,
        scene: Scene,
        surface: Pixels,
        clear_color: int | None,
        out_straight_rgba: NDArray[np.int32] | None,
        rows: Rows,
    ) -> bool:
        """Draw some rows of tiles stage by stage, each in bands over a few threads; returns as `_draw_small`."""
        self.flatten_curves(scene)
        with span("binning", draws=len(scene.draws)):
            path_tiles, segments = self.outline_tiles(scene)
            lists = self.list_draws(scene, path_tiles, rows)
            if lists is None:
                boxes, binned, bin_starts = self.bin_draws(scene)
        with span("coarse"):
            if lists is None:
                lists = self.list_commands(scene, path_tiles, boxes, binned, bin_starts, rows)
        with span("fine", command_words=len(lists[2])):
            marks = np.empty(self.threads * PARTS + 1, np.int64)
            busy = shade.cut_tiles(lists[0], lists[1], scene.size_in_tiles[0] * (rows[1] - rows[0]), marks)
            return self.shade(
                scene, surface, clear_color, out_straight_rgba, path_tiles, segments, lists, rows, marks, busy
            )

    def _bands(self, count: int, small: int, portions: int = 1) -> NDArray[np.int64]:
        """Cut ``count`` items into so many bands a thread, or fewer where they would be small, or one."""
        parts = 1 if count <= small else max(min(self.threads * portions, count // (2 * small)), self.threads)
        return np.arange(parts + 1) * count // parts

    def flatten_curves(self, scene: Scene) -> None:
        """Fill in the vertices of curves. Lines are made by `outline_tiles`, a few at a time."""
        if len(scene.subpaths):
            with span("flatten", vertices=len(scene.vertices)):
                cuts = self._bands(len(scene.curves), SMALL_CURVES)

                def bend(part: int) -> None:
                    flatten.flatten_curves(scene.curves, scene.vertices, int(cuts[part]), int(cuts[part + 1]))

                if len(scene.curves):
                    self.run(len(cuts) - 1, bend)

    def outline_tiles(self, scene: Scene) -> tuple[Records, Records]:
        """Every path's tiles and their segments."""
        path_tiles = self.scratch.take("path_tiles", scene.path_tile_count, records.PathTile.dtype)
        if not len(scene.subpaths) or not scene.path_tile_count:
            path_tiles[: scene.path_tile_count] = np.zeros((), records.PathTile.dtype)
            return path_tiles, np.zeros(1, records.Segment.dtype)
        cuts = self._bands(len(scene.vertices), SMALL_LINES, PORTIONS)
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
        """The commands of each tile of some rows, or all.

        There is a list for each band of draws. None where draws are large, or clipped.
        """
        if len(scene.clips) > 1 or 2 * scene.path_tile_count > WORDS_A_DRAW * len(scene.draws):
            return None
        wide, high = scene.size_in_tiles
        above, below = all_rows(scene) if rows is None else rows
        tiles = wide * (below - above)
        # A band has numbers for every tile: that is worth it where there are more draws than tiles.
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
        # One word more a band: what is no tile's goes there. Each run begins with a cache line of its own.
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
        cuts = self._bands(len(scene.draws), MANY_DRAWS)
        parts = len(cuts) - 1
        boxes = self.scratch.take("boxes", len(scene.draws), records.Box.dtype)
        # A band's row begins with a cache line of its own: two cores that count in one line take turns with it.
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
        """The commands of each tile of some rows, or all: one list."""
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

    def shade(
        self,
        scene: Scene,
        surface: Pixels,
        clear_color: int | None,
        out_straight_rgba: NDArray[np.int32] | None,
        path_tiles: Records,
        segments: Records,
        lists: Lists,
        rows: Rows,
        marks: NDArray[np.int64],
        busy: int,
    ) -> bool:
        """Run the commands of each tile of some rows; see `draw`. Returns whether ``out_straight_rgba`` was written.

        ``marks`` cut the tiles into parts; so many of them are ``busy``.
        """
        height, width = surface.shape
        tiles = -(-width // c.TILE) * (rows[1] - rows[0])
        pixels, format = words_of(surface), format_of(surface)
        # What kernels know of arrays is an address: the arrays are held until all tiles are done.
        images, held = host_images(scene.images) if scene.images else (NO_IMAGES, [])
        tables = (
            scene.draws,
            scene.paths,
            path_tiles,
            segments,
            scene.clips,
            scene.paints,
            images,
            self._layers,
            scene.joined_masks(),
        )
        # Where most of the surface stays as it is, its pixels are made straight afterwards, in longer runs than tiles.
        idle = IDLE_TILES * busy < tiles or rows != all_rows(scene)
        later = out_straight_rgba is not None and clear_color is None and width >= c.TILE and idle
        out = NO_PIXELS if out_straight_rgba is None or later else out_straight_rgba
        # As the surface holds it: without a clear colour, tiles without commands stay as they are.
        numbers = width, height, rows[0], clear_color is not None, signed(clear_color or 0, format)
        # Tiles without commands cost something, too, where they are stored.
        if busy < SMALL_TILES and (tiles < MANY_TILES or (clear_color is None and not len(out))):
            check(self.stop)
            shade_tiles: Any
            if format is RGBA8:
                shade_tiles = shade_tiles_held if is_held(width, height) else shade.shade_tiles
            else:
                shade_tiles = shade_half_tiles_held if is_held(width, height) else shade.shade_half_tiles
            shade_tiles(*lists, tables, pixels, out, *numbers, 0, tiles, *self._work("tile 0", format))
            return len(out) > 0
        cuts = marks.tolist()
        shade_tiles = shade.shade_tiles if format is RGBA8 else shade.shade_half_tiles

        def run(part: int) -> None:
            work = self._work(f"tile {part}", format)
            shade_tiles(*lists, tables, pixels, out, *numbers, cuts[part], cuts[part + 1], *work)

        self.run(len(cuts) - 1, run)
        return len(out) > 0

    def _work(self, name: str, format: PixelFormat) -> tuple[NDArray[np.int32], ...]:
        """The memory that kernels shade tiles with."""
        work = self.scratch.take(name, shade.WORK, np.int32)
        if format is RGBA8:
            return (work,)
        return work, self.scratch.take(f"edge of {name}", 2 * c.TILE, np.int32)[: 2 * c.TILE].reshape(c.TILE, 2)

    def _present(
        self, pixels: NDArray[np.int32], out_straight_rgba: NDArray[np.int32], width: int, height: int
    ) -> None:
        """Make all pixels of a surface straight."""
        cuts = self._bands(height, SMALL_PICTURE // width, PORTIONS).tolist()

        def work(part: int) -> None:
            if pixels.ndim == 1:
                unpremultiply(pixels, out_straight_rgba, 0, width, width, cuts[part], cuts[part + 1])
            else:
                edge, row = np.empty((c.TILE, 2), np.int32), np.empty(c.TILE, np.int32)
                rectangle = 0, width, width, cuts[part], cuts[part + 1]
                unpremultiply_halves(pixels, out_straight_rgba, *rectangle, edge, row)

        self.run(len(cuts) - 1, work)


def all_rows(scene: Scene) -> Rows:
    """All rows of tiles of the surface."""
    return 0, -(-scene.height // c.TILE)


def touched_rows(scene: Scene) -> tuple[Rows, bool]:
    """The rows of tiles that a scene changes, and whether it clears the others instead of leaving them as they are.

    All rows, where there are too many draws to look.
    """
    wide, high = scene.size_in_tiles
    if LOOKED_AT * len(scene.draws) >= wide * high:
        return (0, high), False
    _, top, _, bottom, cleared = binning.bound_draws(scene.draws, scene.paths, scene.clips, wide, high)
    return (top, bottom), bool(cleared)


def settle() -> None:
    """A picture is done: end the line that tells of compiling."""
    notice.settle()


def signed(pixel: int, format: PixelFormat) -> int:
    """A pixel's bits as a number with a sign."""
    bits = 4 * format.channel_bits
    return pixel - (1 << bits) if pixel >> bits - 1 else pixel
