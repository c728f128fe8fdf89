"""gl_stages: the host side of one Draw on gl: it sizes and fills buffers, and dispatches the stages.

    scene, vertices --upload--> flatten_* --lines--> binning_* --segments, bins--> coarse --words--> fine

The shaders count lines, crossings, bin lists and command words. Where a buffer overflows, nothing is stored from there
on; the buffer grows, and the steps from there on run again (gl_flight.py). All methods run on the thread that owns the
context.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.formats import RGBA8, PixelFormat
from ..contract.stages import BUFFERS, STAGES, Stage, texel_unit
from ..contract.stages import SURFACE as SURFACE_IMAGE
from ..errors import MemoryBudgetError
from ..gl.buffers import Buffers
from ..gl.program import Programs
from ..gl.texels import TexelPages
from ..gl.texture_surface import TextureSurface
from ..gl.timers import GPUTimers
from ..gl.transfer import Transfers
from ..pipeline.record import Box, RecordedImage
from ..pipeline.scene import Records, Scene
from ..sight.spans import UPLOADS, count, span
from . import llvmpipe
from .gl_frame import COUNTED, COUNTER_BYTES, GLFrame, Room

MAX_GROUPS = 8192
"""Work groups of a stage that loops over items whose number the host does not know."""
SECTIONS = ("draws", "paths", "subpaths", "curves", "strokes", "clips", "paints")
LOOKED_AT = 1 << 14
"""Most draws for which the host computes the tiles they touch; a scene with more probably touches all tiles."""
GUESS_BYTES = 64 << 20
"""Most bytes that a buffer grows to because of an upper bound instead of a count. A Draw needs a second replay where
its lines overflowed and its tiles need more command words than that: 16 million, some 500 paths that cover a screen."""


class Stages:
    """Runs the stages, and owns their buffers.

    Attributes
    ----------
    counts : dict of str to int
        Running totals: uploads, bytes_uploaded, dispatches.
    """

    def __init__(
        self,
        context: Any,
        programs: Programs,
        buffers: Buffers,
        transfers: Transfers,
        texels: TexelPages,
        timers: GPUTimers,
    ) -> None:
        self._context, self._programs, self._buffers = context, programs, buffers
        self._transfers, self._texels, self._timers = transfers, texels, timers
        self._fetches = llvmpipe.fetches(context.info, buffers.limit)
        self._bound_counters: Any = None
        self.counts = {"uploads": 0, "bytes_uploaded": 0, "dispatches": 0}

    @property
    def counters(self) -> Any:
        """The buffer that the shaders count in."""
        return self._buffers.take("counters", COUNTER_BYTES)

    def reserve(self, scene: Scene) -> None:
        """Allocate every buffer for a first estimate; LimitError above the driver's limit."""
        vertices = len(scene.vertices)
        bins, tiles = prod(scene.size_in_bins), prod(scene.size_in_tiles)
        lines = vertices * (4 if len(scene.strokes) else 1)
        sizes = {
            "scene": scene_words(scene),
            "vertices": vertices,
            "lines": lines,
            "crossings": 2 * lines,
            "path_tiles": scene.path_tile_count,
            "segments": 2 * lines,
            "boxes": len(scene.draws),
            "binned": 2 * bins + 2 * len(scene.draws),
            "words": tiles + 4 * len(scene.draws),
            "tiles": tiles,
            "counters": c.COUNTER_COUNT,
        }
        for name, buffer in BUFFERS.items():
            nbytes = sizes[name] * buffer.words * 4
            # Buffers that shaders count have only estimated sizes: an estimate above the limit must not refuse a frame.
            self._buffers.take(name, nbytes if buffer.counter is None else min(nbytes, self._buffers.limit))
        self._bind_counters()

    def _bind_counters(self) -> None:
        """Bind the counters for all shaders; a new buffer is cleared first."""
        counters = self.counters
        if counters is not self._bound_counters:
            counters.clear()
            counters.bind_to_storage_buffer(c.OVERFLOW_BINDING)
            self._bound_counters = counters

    def run(self, this: Pass, needs: int | None) -> Room:
        """Issue all stages of a Draw; ``needs`` are the features that the shaders are compiled with, None for all.

        Returns the capacities of the run. The shaders leave their counts in `counters`.
        """
        scene = this.scene
        self._bins = prod(scene.size_in_bins)
        self._upload(this)
        this.bind()
        if scene.images or scene.masks:
            self._texels.bind()
        sizes = work(scene, this.tiles)
        figures: dict[str, dict[str, Any]] = {
            "flatten": {"vertices": len(scene.vertices)},
            "binning": {"draws": len(scene.draws)},
        }
        # Stages without work are not dispatched.
        for step, stages in groupby((stage for stage in STAGES if prod(sizes[stage.name])), lambda stage: stage.step):
            with span(step, **figures.get(step, {})), self._timers.time(step):
                for stage in stages:
                    self._dispatch(stage, sizes[stage.name], needs, this.target.format)
        return Room(self._config[0], self._bins)

    def _dispatch(self, stage: Stage, size: tuple[int, int], needs: int | None, format: PixelFormat) -> None:
        """Dispatch a stage for ``size`` items of work: a row of items, or columns and rows of tiles.

        ``format`` is the pixel format of the target.
        """
        fetches = needs is not None and self._fetches
        for binding, name in enumerate(stage.buffers):
            if fetches and name in stage.fetched:
                self._buffers.bind_texels(name, texel_unit(binding))
            else:
                self._buffers.bind(name, binding)
        features = needs & stage.features if needs is not None and stage.features else None
        pixels = format if SURFACE_IMAGE in stage.writes else RGBA8
        program = self._programs.get(stage.name, features, pixels, fetches)
        self._programs.run(program, stage.groups(size[0], MAX_GROUPS), size[1])
        self._context.memory_barrier()
        self.counts["dispatches"] += 1

    def _upload(self, this: Pass) -> None:
        scene = this.scene
        self._write("scene", scene_words(scene) * 4, lambda bytes_: self._fill(this, bytes_.view(np.uint32)))
        if len(scene.vertices):
            vertices = np.ascontiguousarray(scene.vertices).view(np.uint8)
            self._write("vertices", scene.vertices.nbytes, lambda bytes_: np.copyto(bytes_, vertices))
        # The overflow word is not cleared: it may be set by an earlier run.
        self.counters.clear(4 * c.COUNTER_OVERFLOW)
        if scene.path_tile_count:
            nbytes = scene.path_tile_count * records.PathTile.words * 4
            self._buffers.take("path_tiles", nbytes).clear(nbytes)

    def _write(self, name: str, nbytes: int, write: Callable[[NDArray[np.uint8]], None]) -> None:
        with span(name, UPLOADS, bytes=nbytes):
            self._transfers.upload(self._buffers.take(name, nbytes), nbytes, write)
        count("uploads")
        count("bytes_uploaded", nbytes)
        self.counts["uploads"] += 1
        self.counts["bytes_uploaded"] += nbytes

    def _fill(self, this: Pass, words: NDArray[np.uint32]) -> None:
        """Write the scene buffer: Config, then every table."""
        scene, config = this.scene, np.zeros(1, records.Config.dtype)
        rooms: dict[str, int] = {}
        at = records.Config.words
        for name in SECTIONS:
            table = getattr(scene, name)
            if name == "draws" and scene.masks:
                table = self._with_masks(scene)
            flat = np.ascontiguousarray(table).view(np.uint32).reshape(-1)
            config[name[:-1] + "_start"] = at
            words[at : at + len(flat)] = flat
            at += len(flat)
        if scene.images:
            config["image_start"] = at
            table = self._texels.table(this.images).view(np.uint32)
            words[at : at + len(table)] = table
        for name in ("draws", "paths", "subpaths", "curves"):
            config[name[:-1] + "_count"] = len(getattr(scene, name))
        config["width"], config["height"] = scene.width, scene.height
        config["width_in_tiles"], config["height_in_tiles"] = scene.size_in_tiles
        config["width_in_bins"] = scene.size_in_bins[0]
        config["bin_count"] = self._bins
        config["fine_left"], config["fine_top"] = this.tiles[:2]
        config["first_bin"] = bins_of(scene, this.tiles)[0]
        config["clears"], ground = this.ground is not None, this.ground or 0
        config["ground"], config["ground_high"] = ground & 0xFFFFFFFF, ground >> 32
        config["vertex_count"], config["path_tile_count"] = len(scene.vertices), scene.path_tile_count
        for buffer in COUNTED:
            room = self._buffers.capacity(buffer.name, buffer.words)
            if buffer.name == "binned":
                room -= 2 * self._bins
            rooms[buffer.capacity] = min(room, rooms.get(buffer.capacity, room))
        for capacity, room in rooms.items():
            config[capacity] = room
        words[: records.Config.words] = config.view(np.uint32)
        self._config = config

    def _with_masks(self, scene: Scene) -> Records:
        """The draws of a scene, with the positions of glyph masks in the pages filled in."""
        draws, moves = scene.draws.copy(), self._texels.moves(scene.masks)
        rows = np.flatnonzero((draws["style"] & 255) == c.SHAPE_GLYPH)
        starts = draws["path"][rows]
        at: Any = 0
        if len(moves) > 1:
            at = np.searchsorted([part.start for part in scene.masks], starts, "right") - 1
        draws["path"][rows] = starts + moves[at]
        return draws

    def grow(self, frame: GLFrame, index: int, strictly: bool) -> None:
        """Grow buffers to what a step with an overflow has counted; if not ``strictly``, as far as is possible."""
        found = frame.needs(index)
        if found is None:
            return
        counters, (config, bins) = found
        # Where lines overflowed, their crossings were still counted, but not listed in tiles. So the count of command
        # words is only an upper bound, as if each path were in each tile of its box.
        guesses = int(counters[c.COUNTER_LINES]) > int(config["line_capacity"])
        for buffer in COUNTED:
            need = int(counters[buffer.counter])
            if need <= int(config[buffer.capacity]):
                continue
            nbytes = (need + 2 * bins) * buffer.words * 4
            if strictly and not (guesses and buffer.counter == c.COUNTER_WORDS):
                self._buffers.take(buffer.name, nbytes)
            else:
                with suppress(MemoryBudgetError):
                    self._buffers.take(buffer.name, min(nbytes, self._buffers.limit, GUESS_BYTES))

    def take_up(self) -> None:
        """Clear the overflow word on the GPU, so that steps store their results again."""
        self.counters.clear()


class Pass:
    """One run of the stages: a scene, the texture that it is drawn on, and the one that it reads layers from.

    Attributes
    ----------
    images : sequence of RecordedImage
        The scene's images, for this context.
    ground : int or None
        The clear colour that the run starts from, None to start from the texture's pixels. The texture keeps its old
        pixels until it is known that the frame did not overflow.
    tiles : (int, int, int, int)
        The box of tiles that change.
    """

    __slots__ = ("_clears_around", "ground", "images", "layers", "scene", "target", "tiles")

    def __init__(
        self,
        scene: Scene,
        target: TextureSurface,
        layers: TextureSurface | None,
        images: Sequence[RecordedImage],
    ) -> None:
        self.scene, self.target, self.layers, self.images = scene, target, layers, images
        self.ground = target.clear_color if target.has_pixels else None
        self.tiles, self._clears_around = touched_tiles(scene)
        if self.ground is not None:
            self.tiles, self._clears_around = (0, 0, *scene.size_in_tiles), False

    def bind(self) -> None:
        """Bind the textures for the shaders."""
        texture = self.target.texture() if self.ground is None else self.target.memory
        texture.bind_to_image(0, read=True, write=True)
        if self.layers is not None:
            self.layers.texture().bind_to_image(1, read=True, write=False)

    def settle(self) -> None:
        """Update the host's state of the target after the scene was issued."""
        self.target.clear_color = None
        if self._clears_around:
            self.target.clear_around(*(c.TILE * side for side in self.tiles))


def work(scene: Scene, tiles: Box) -> dict[str, tuple[int, int]]:
    """Number of work items of each stage, 0 where the scene has nothing for it.

    The head of each shader says what a work item is.
    """
    outlined = len(scene.subpaths) and scene.path_tile_count
    vertices = len(scene.vertices) if outlined else 0
    bins = bins_of(scene, tiles)[1]
    left, top, right, bottom = tiles
    return {
        "flatten_curves": (len(scene.curves), 1),
        "flatten_outlines": (vertices, 1),
        # The host does not know the numbers of lines and crossings: threads loop over them.
        "binning_crossings": (2 * vertices, 1),
        "binning_tiles": (len(scene.paths) if outlined else 0, 1),
        "binning_segments": (4 * vertices, 1),
        "binning_boxes": (len(scene.draws), 1),
        "binning_draws": (bins, 1),
        "coarse": (bins, 1),
        "fine": (right - left, bottom - top),
    }


def touched_tiles(scene: Scene) -> tuple[Box, bool]:
    """The box of tiles that a scene changes, and whether all other tiles are cleared.

    Only these tiles are dispatched: software OpenGL takes some microseconds for each. It is all tiles where the scene
    has too many draws to compute the box.
    """
    wide, high = scene.size_in_tiles
    if len(scene.draws) > LOOKED_AT:
        return (0, 0, wide, high), False
    from ..stages.binning import bound_draws

    *box, cleared = bound_draws(scene.draws, scene.paths, scene.clips, wide, high)
    left, top, right, bottom = box
    return (left, top, right, bottom), bool(cleared)


def bins_of(scene: Scene, tiles: Box) -> tuple[int, int]:
    """The range of bins, in whole rows, that holds a box of tiles: the first, and their number."""
    _, top, _, bottom = tiles
    wide = scene.size_in_bins[0]
    return top // c.BIN * wide, (-(-bottom // c.BIN) - top // c.BIN) * wide


def scene_words(scene: Scene) -> int:
    """Size of the scene buffer, words."""
    tables = int(sum(getattr(scene, name).nbytes for name in SECTIONS)) // 4
    return records.Config.words + tables + len(scene.images) * records.Image.words
