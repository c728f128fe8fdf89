"""stage_runner: runs the stages of a scene on the cpu backend, each cut into bands for a few threads.

    flatten, binning, coarse   list each tile's commands (list_runner.py); for small scenes in one call (small.py)
    fine                       shades bands of tiles

Frames drawn at the same time share nothing: each has a scratch of its own.
"""

from __future__ import annotations

from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.formats import RGBA8, PixelFormat, Pixels, format_of
from ..kernels import holding_lock
from ..kernels.notice import notice
from ..pipeline.scene import Records, Scene
from ..resources.host import NO_IMAGES, host_images
from ..sight.spans import on, span
from ..stages import binning, shade
from ..stages.present import unpremultiply, unpremultiply_halves
from .bands import SMALL_PICTURE
from .base import Stop, check
from .host_surface import words_of
from .list_runner import PORTIONS, WORDS_A_DRAW, ListRunner, Rows, Run, all_rows
from .scratch import Scratch
from .small import Lists, SmallTables, is_held, room_for_draws

SMALL_TILES = 64
MANY_TILES = 512
IDLE_TILES = 4
"""Where less than one tile in IDLE_TILES has commands, straight pixels are made in a separate pass afterwards."""
LOOKED_AT = 16
"""Tiles a draw from which it pays to find out which rows of tiles the draws touch."""
FEW_TILES = 1024
"""Tiles of a surface above which it pays to process only the rows of tiles that a scene touches."""
PARTS = 4
"""Number of parts of tiles for each thread, so that threads end at about the same time."""

shade_tiles_held = holding_lock(shade.shade_tiles)
shade_half_tiles_held = holding_lock(shade.shade_half_tiles)
NO_PIXELS: NDArray[np.int32] = np.empty(0, np.int32)
NO_HALVES: NDArray[np.int32] = np.empty((0, 2), np.int32)
NO_LAYERS: Final = NO_PIXELS, NO_HALVES, 0
"""The pixels that layers are read from, as RGBA8 or float16, and the width of their surface."""


class StageRunner(ListRunner):
    """Runs all stages of scenes. The parameters are `ListRunner`'s."""

    __slots__ = ("_layers",)

    def __init__(self, scratch: Scratch, threads: int, run: Run, stop: Stop | None = None) -> None:
        super().__init__(scratch, threads, run, stop)
        self._layers = NO_LAYERS

    def draw(
        self,
        scene: Scene,
        surface: Pixels,
        clear_color: int | None,
        out_straight_rgba: NDArray[np.int32] | None = None,
        layers: Pixels | None = None,
    ) -> None:
        """Draw a scene over the surface's content, or over ``clear_color`` if given.

        ``out_straight_rgba`` (H * W,), if given, is filled with the surface's straight pixels. ``layers`` are the
        pixels of the target that layers are read from.
        """
        if layers is None:
            self._layers = NO_LAYERS
        elif format_of(layers) is RGBA8:
            self._layers = words_of(layers), NO_HALVES, layers.shape[1]
        else:
            self._layers = NO_PIXELS, words_of(layers), layers.shape[1]
        height, width = surface.shape
        # Finding the touched rows costs about as much as running through LOOKED_AT tiles for each draw.
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
        """Draw a small scene with two kernels.

        Returns whether ``out_straight_rgba`` was filled; None, with nothing drawn, for a scene for several threads.
        """
        room = room_for_draws(scene)
        # With a trace listener, stages run one by one, so that each can be timed.
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
        """Draw some rows of tiles stage by stage, on threads; returns whether ``out_straight_rgba`` was filled."""
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
        """Run the commands of each tile of some rows; see `draw`. Returns whether ``out_straight_rgba`` was filled.

        ``marks`` cut the tiles into parts; ``busy`` is the number of tiles with commands.
        """
        height, width = surface.shape
        tiles = -(-width // c.TILE) * (rows[1] - rows[0])
        pixels, format = words_of(surface), format_of(surface)
        # Kernels get only the addresses of the images: `held` keeps the arrays alive until all tiles are done.
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
        # Where most of the surface is unchanged, straight pixels are made afterwards, in longer runs than tiles.
        idle = IDLE_TILES * busy < tiles or rows != all_rows(scene)
        later = out_straight_rgba is not None and clear_color is None and width >= c.TILE and idle
        out = NO_PIXELS if out_straight_rgba is None or later else out_straight_rgba
        # Without a clear colour, tiles without commands are not touched.
        numbers = width, height, rows[0], clear_color is not None, signed(clear_color or 0, format)
        # Tiles without commands cost time too, where a clear colour or straight pixels are stored.
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
        """The working memory of the kernels that shade tiles."""
        work = self.scratch.take(name, shade.WORK, np.int32)
        if format is RGBA8:
            return (work,)
        return work, self.scratch.take(f"edge of {name}", 2 * c.TILE, np.int32)[: 2 * c.TILE].reshape(c.TILE, 2)

    def _present(
        self, pixels: NDArray[np.int32], out_straight_rgba: NDArray[np.int32], width: int, height: int
    ) -> None:
        """Convert all pixels of a surface to straight ones."""
        cuts = self.bands(height, SMALL_PICTURE // width, PORTIONS).tolist()

        def work(part: int) -> None:
            if pixels.ndim == 1:
                unpremultiply(pixels, out_straight_rgba, 0, width, width, cuts[part], cuts[part + 1])
            else:
                edge, row = np.empty((c.TILE, 2), np.int32), np.empty(c.TILE, np.int32)
                rectangle = 0, width, width, cuts[part], cuts[part + 1]
                unpremultiply_halves(pixels, out_straight_rgba, *rectangle, edge, row)

        self.run(len(cuts) - 1, work)


def touched_rows(scene: Scene) -> tuple[Rows, bool]:
    """The rows of tiles that a scene changes, and whether all other rows are cleared.

    It is all rows where the scene has too many draws to find out.
    """
    wide, high = scene.size_in_tiles
    if LOOKED_AT * len(scene.draws) >= wide * high:
        return (0, high), False
    _, top, _, bottom, cleared = binning.bound_draws(scene.draws, scene.paths, scene.clips, wide, high)
    return (top, bottom), bool(cleared)


def settle() -> None:
    """End the progress line about compiling, after a picture."""
    notice.settle()


def signed(pixel: int, format: PixelFormat) -> int:
    """A pixel's bits as a signed integer."""
    bits = 4 * format.channel_bits
    return pixel - (1 << bits) if pixel >> bits - 1 else pixel
