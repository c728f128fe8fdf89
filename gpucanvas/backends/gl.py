"""gl: the stages as compute shaders, OpenGL 4.3.

    scene, vertices --upload--> flatten_* --lines--> binning_* --segments, bins--> coarse --words--> fine

Lines, crossings, bin lists and command words are counted by the shaders. Where a buffer was too small, nothing is
stored from there on; the buffer grows and what was not stored runs again: gl_flight.py.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from math import prod
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract import constants as c
from ..contract import records
from ..contract.formats import RGBA8, PixelFormat, Pixels
from ..contract.stages import BUFFERS, STAGES, Stage
from ..contract.stages import SURFACE as SURFACE_IMAGE
from ..errors import FrameError, LimitError, LostContextError, MemoryBudgetError
from ..gl.buffers import Buffers
from ..gl.context import is_hardware
from ..gl.owner import Owner, owns_a_context
from ..gl.program import Programs
from ..gl.staging import StagingPool
from ..gl.texels import Snapshot, TexelPages
from ..gl.texture_surface import ScratchTextures, SurfaceBackup, TextureSurface
from ..gl.timers import GPUTimers
from ..gl.transfer import Transfers
from ..pipeline.record import Box, RecordedImage
from ..pipeline.scene import Scene
from ..plan.plan import Plan
from ..plan.steps import Clear, Convolve, Draw, Filter, Present, Read, Recolor, Step, Upload, read_by
from ..plan.targets import SURFACE, Target
from ..sight.spans import UPLOADS, WAITS, count, span
from . import llvmpipe
from .base import Stop, check
from .gl_filtering import Filters
from .gl_flight import Flight
from .gl_frame import COUNTED, COUNTER_BYTES, GLFrame, Keep, Room

T = TypeVar("T")
MAX_GROUPS = 8192
"""Work groups of a stage whose groups take turns."""
SECTIONS = ("draws", "paths", "subpaths", "curves", "strokes", "clips", "paints", "masks")
LOOKED_AT = 1 << 14
"""Draws at most that are looked at for the tiles that they touch: what comes to many may touch all."""
GUESS_BYTES = 64 << 20
"""What a buffer grows to at most because of a count that is none but a bound."""


class GLBackend:
    """Executes scenes with compute shaders.

    Parameters
    ----------
    owner
        The thread whose context is drawn with; a new one, without a window, where it is None.
    """

    name = "gl"
    memory: Literal["host", "device"] = "device"

    def __init__(self, owner: Owner | None = None) -> None:
        self._owner = owner or Owner()
        self._doomed: deque[TextureSurface] = deque()
        self._owner.run(self._set_up)

    def _set_up(self) -> None:
        self._context = self._owner.context
        self._programs = Programs(self._context)
        self._buffers = Buffers(self._context)
        self._timers = GPUTimers(self._context)
        self.transfers = Transfers(self._context, self._owner.run)
        self.texels = TexelPages(self._owner, self._programs, self.transfers)
        self._flight = Flight(self)
        self._scratch = ScratchTextures(self._context, self._programs, self._flight.later)
        self._filters = Filters(self._context, self._programs, self._buffers, self.transfers)
        self._run_counters: Any = None
        self._software = not is_hardware(str(self._context.info["GL_RENDERER"]))
        self._max_side = int(self._context.info["GL_MAX_TEXTURE_SIZE"])
        self._counts = {"frames": 0, "uploads": 0, "bytes_uploaded": 0, "dispatches": 0}

    # -- the contract ------------------------------------------------------------------------------------------

    def check_surface(self, width: int, height: int) -> None:
        """Refuse what the driver has no texture for."""
        if max(width, height) > self._max_side:
            raise LimitError(
                f"a canvas of {width}x{height} pixels is beyond this driver's {self._max_side} pixels a side: "
                'draw it in parts, or use backend="cpu"'
            )

    def new_surface(self, width: int, height: int, format: PixelFormat = RGBA8) -> TextureSurface:
        """A transparent texture."""
        self.check_surface(width, height)
        return self._post(lambda: self._new_surface(max(width, 1), max(height, 1), format))

    def _new_surface(self, width: int, height: int, format: PixelFormat) -> TextureSurface:
        self._bury()
        return TextureSurface(self._context, self._programs, width, height, format)

    def run(
        self,
        plan: Plan,
        surface: TextureSurface,
        stop: Stop | None = None,
        out_straight_rgba: NDArray[np.int32] | None = None,
    ) -> bool:
        """Run all steps; those for which a buffer was too small again, and in parts where one would be too large.

        ``stop`` is asked before each step: what the GPU has been given runs to its end. ``out_straight_rgba`` stays as
        it is: pixels have to be read first.
        """
        # The surface has changed where only a read is left: nothing is asked any more, and nothing to be done.
        frame = self._new_frame([step for step in plan.steps if not isinstance(step, Read)], surface, stop)
        self._post(partial(self._fly, frame, True))
        if frame.error is not None:
            surface.is_halted = False
            frame.raise_error()
        return False

    def begin(self, plan: Plan, surface: TextureSurface, stop: Stop | None = None) -> GLFrame:
        """Issue all steps and wait for none: the frame that is returned lands later (`wait`), and has its pixels then.

        Raises what goes wrong before all has been issued; the surface is as it was then. What goes wrong later is the
        frame's ``error``, and no other frame is begun on the surface until `resume`: HaltedError.
        """
        frame = self._new_frame(plan.steps, surface, stop)
        self._post(partial(self._fly, frame, False))
        if frame.error is not None and not frame.is_drawn:
            frame.raise_error()
        return frame

    def wait(self, frame: GLFrame) -> None:
        """Wait until a frame has landed, on a thread that may; the owner goes on with other frames meanwhile."""
        try:
            frame.wait(lambda: self._owner.run(self._flight.look))
        except LostContextError as error:
            self._flight.abandon(error)

    def resume(self, surface: TextureSurface) -> None:
        """Whoever drew a frame that was not drawn has seen it: others may begin."""
        surface.is_halted = False

    def _new_frame(self, steps: list[Step], surface: TextureSurface, stop: Stop | None) -> GLFrame:
        return GLFrame([part for step in steps for part in self._parts(step, stop)], surface, stop)

    def _fly(self, frame: GLFrame, waits: bool) -> None:
        """On the owner: begin a frame, and wait for it."""
        self._bury()
        self._flight.begin(frame)
        if waits:
            self._flight.finish(frame)
        if not self.lost and self._scratch.settle():
            self._scratch.trim()
            self._filters.trim()

    def _parts(self, step: Step, stop: Stop | None) -> list[Step]:
        """A step in parts that software OpenGL gets through; itself for any other."""
        if not isinstance(step, Draw):
            return [step]
        if not len(step.scene.draws) or not step.target.width or not step.target.height:
            return []
        check(stop)
        return [step._replace(scene=part) for part in llvmpipe.parts(step.scene)] if self._software else [step]

    def _drawn_images(self, images: Sequence[RecordedImage]) -> list[RecordedImage]:
        """Images as this context has them: snapshots of another's surfaces come by way of the host."""
        return [image.in_pages(self.texels) for image in images]

    def run_step(self, frame: GLFrame, index: int) -> None:
        """Issue one step of a frame. A target's clear is only noted: who draws on it next runs it first."""
        step = frame.steps[index]
        assert not isinstance(step, Keep)  # The flight does that itself.
        if isinstance(step, Upload):
            # What the frame reads stays where it is until the frame has landed, however often it runs again.
            frame.releases.append(self.texels.require(self._drawn_images(step.images)).release)
            frame.note(index, [])
            return
        target, reads = self._texture(frame, step.target), read_by(step)
        layers = None if reads is None else self._texture(frame, reads)
        frame.note(index, [target] if layers is None else [target, layers])
        if isinstance(step, Clear):
            target.clear(step.color)
        elif isinstance(step, Draw):
            self._draw(Pass(step.scene, target, layers), frame, index)
        elif isinstance(step, Filter):
            self._filters.blur(target, step.items)
        elif isinstance(step, Recolor):
            self._filters.recolor(target, step.items, step.steps, step.tables)
        elif isinstance(step, Convolve):
            self._filters.convolve(target, step.items, step.weights)
        elif isinstance(step, Read):
            frame.read(self.transfers)
        elif isinstance(step, Present):
            step.window.show_texture(target.texture(), target.format, step.is_opaque, step.look, step.color_space)

    def _texture(self, frame: GLFrame, target: Target) -> TextureSurface:
        """The texture of a target. Those of scratch targets stay from frame to frame; they may be larger."""
        if target.number == SURFACE:
            return frame.surface
        found = frame.textures.get(target)
        if found is None:
            # The same one where the frame runs again, even if later frames have a larger one.
            found = self._scratch.take(target.number, target.width, target.height, target.format)
            frame.textures[target] = found
        return found

    def _post(self, work: Callable[[], T]) -> T:
        """Run a canvas's work on the owner. FrameError where the collector has run a finaliser that cannot wait for it.

        Those are the owner itself, in the middle of a frame, and who holds a lock that a frame takes.
        """
        if owns_a_context() or memory.busy() or self.staging.busy:
            raise FrameError("a __del__ that ran inside another call draws on a gl canvas: do it elsewhere")
        return self._owner.run(work)

    def read(self, surface: TextureSurface, box: Box) -> tuple[Pixels, Box]:
        """The texture's pixels in a box, and nothing around them."""
        x0, y0, x1, y1 = box
        nbytes = surface.format.nbytes * (x1 - x0) * (y1 - y0)
        count("waits")
        count("bytes_downloaded", nbytes)
        with span("read surface", WAITS, bytes=nbytes):
            return self._post(lambda: self._read(surface, box)), (0, 0, x1 - x0, y1 - y0)

    def _read(self, surface: TextureSurface, box: Box) -> Pixels:
        self._flight.settle()
        return surface.read(self.transfers, box)

    def snapshot(self, surface: TextureSurface, box: Box, opaque: bool, halves: bool = False) -> Snapshot:
        """The pixels of a box, straight, in the pages that shaders read images from."""
        return self._post(lambda: self._snapshot(surface, box, opaque, halves))

    def _snapshot(self, surface: TextureSurface, box: Box, opaque: bool, halves: bool) -> Snapshot:
        # Not before all frames have landed: one that found no room would be drawn again behind the snapshot.
        self._flight.settle()
        return self.texels.snapshot(surface, box, opaque, halves)

    def drop_surface(self, surface: TextureSurface, now: bool = True) -> None:
        """Release the texture on the thread that owns it; a finalizer only leaves it there."""
        self._doomed.append(surface)
        if now:
            with suppress(LostContextError):  # It went with the context.
                self._owner.run(self._bury)

    def _bury(self) -> None:
        """Release what finalizers have left."""
        while self._doomed:
            self._flight.later(self._doomed.popleft().release)

    @property
    def staging(self) -> StagingPool:
        """Where arrays live that the GPU reads without a copy on the host."""
        return self.transfers.pool

    @property
    def lost(self) -> bool:
        """Whether the OpenGL context is gone."""
        return bool(self._owner.lost)

    def counters(self) -> dict[str, int]:
        """Running totals."""
        found = {**self._counts, "growths": self._buffers.growths, "compiles": self._programs.compiles}
        found["allocations"] = self._buffers.allocations + self.texels.allocations
        found["dispatches"] += self._filters.dispatches
        found["uploads"] += self.texels.uploads
        found["bytes_uploaded"] += self.texels.bytes_uploaded
        return found

    # -- a frame -----------------------------------------------------------------------------------------------

    def _draw(self, this: Pass, frame: GLFrame, index: int) -> None:
        self._counts["frames"] += 1
        room = self._run(this)
        frame.take_counters(index, room, self._buffers.take("counters", COUNTER_BYTES), self.transfers)
        this.settle()

    def reserve(self, step: Draw) -> None:
        """Give every buffer a first size. Raises LimitError where the driver allows none so large."""
        self._reserve(step.scene)

    def _reserve(self, scene: Scene) -> None:
        """Give every buffer a first size. Raises LimitError where the driver allows none so large."""
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
            # The estimates of what the shaders count are only that: never refuse a frame because of one.
            self._buffers.take(name, nbytes if buffer.counter is None else min(nbytes, self._buffers.limit))
        self._bind_counters()

    def _bind_counters(self) -> None:
        """Have the counters where all shaders find them; all zeros, where the buffer is new."""
        counters = self._buffers.take("counters", COUNTER_BYTES)
        if counters is not self._run_counters:
            counters.clear()
            counters.bind_to_storage_buffer(c.OVERFLOW_BINDING)
            self._run_counters = counters

    def _run(self, this: Pass) -> Room:
        scene = this.scene
        self._bins = prod(scene.size_in_bins)
        self._upload(this)
        this.bind()
        if scene.images:
            self.texels.bind()
        needs = llvmpipe.features(scene) if self._software else None
        sizes = work(scene, this.tiles)
        figures: dict[str, dict[str, Any]] = {
            "flatten": {"vertices": len(scene.vertices)},
            "binning": {"draws": len(scene.draws)},
        }
        # A stage that has nothing to do is not started, nor a step without stages.
        for step, stages in groupby((stage for stage in STAGES if prod(sizes[stage.name])), lambda stage: stage.step):
            with span(step, **figures.get(step, {})), self._timers.time(step):
                for stage in stages:
                    self._dispatch(stage, sizes[stage.name], needs, this.target.format)
        return Room(self._config[0], self._bins)

    def _dispatch(self, stage: Stage, size: tuple[int, int], needs: int | None, format: PixelFormat) -> None:
        """Run a stage for so many items of work: a row of them, or as many rows of tiles.

        ``format`` is that of the pixels that fine loads and stores.
        """
        for binding, name in enumerate(stage.buffers):
            self._buffers.bind(name, binding)
        features = needs & stage.features if needs is not None and stage.features else None
        program = self._programs.get(stage.name, features, format if SURFACE_IMAGE in stage.writes else RGBA8)
        program.run(stage.groups(size[0], MAX_GROUPS), size[1], 1)
        self._context.memory_barrier()
        self._counts["dispatches"] += 1

    def _upload(self, this: Pass) -> None:
        scene = this.scene
        self._write("scene", scene_words(scene) * 4, lambda bytes_: self._fill(this, bytes_.view(np.uint32)))
        if len(scene.vertices):
            vertices = np.ascontiguousarray(scene.vertices).view(np.uint8)
            self._write("vertices", scene.vertices.nbytes, lambda bytes_: np.copyto(bytes_, vertices))
        # All but the word that says whether an earlier run found no room.
        self._buffers.take("counters", COUNTER_BYTES).clear(4 * c.COUNTER_OVERFLOW)
        if scene.path_tile_count:
            nbytes = scene.path_tile_count * records.PathTile.words * 4
            self._buffers.take("path_tiles", nbytes).clear(nbytes)

    def _write(self, name: str, nbytes: int, write: Callable[[NDArray[np.uint8]], None]) -> None:
        with span(name, UPLOADS, bytes=nbytes):
            self.transfers.upload(self._buffers.take(name, nbytes), nbytes, write)
        count("uploads")
        count("bytes_uploaded", nbytes)
        self._counts["uploads"] += 1
        self._counts["bytes_uploaded"] += nbytes

    def _fill(self, this: Pass, words: NDArray[np.uint32]) -> None:
        """Write the scene buffer: Config, then every table."""
        scene, config = this.scene, np.zeros(1, records.Config.dtype)
        rooms: dict[str, int] = {}
        at = records.Config.words
        for name in SECTIONS:
            table = getattr(scene, name)
            flat = np.ascontiguousarray(table).view(np.uint32).reshape(-1)
            config[name[:-1] + "_start"] = at
            words[at : at + len(flat)] = flat
            at += len(flat)
        if scene.images:
            config["image_start"] = at
            table = self.texels.table(self._drawn_images(scene.images)).view(np.uint32)
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

    def grow(self, frame: GLFrame, index: int, strictly: bool) -> None:
        """Make buffers as large as a step that found no room has counted. Where not ``strictly``, as far as can be."""
        found = frame.needs(index)
        if found is None:
            return
        counters, (config, bins) = found
        # Of what lines that found no room would have led to, there is a bound only.
        guesses = int(counters[c.COUNTER_LINES]) > int(config["line_capacity"])
        for buffer in COUNTED:
            need = int(counters[buffer.counter])
            if need <= int(config[buffer.capacity]):
                continue
            nbytes = (need + 2 * bins) * buffer.words * 4
            if strictly and not (guesses and buffer.counter in (c.COUNTER_CROSSINGS, c.COUNTER_WORDS)):
                self._buffers.take(buffer.name, nbytes)
            else:
                with suppress(MemoryBudgetError):
                    self._buffers.take(buffer.name, min(nbytes, self._buffers.limit, GUESS_BYTES))

    def take_up(self) -> None:
        """Let steps change their targets again."""
        self._buffers.take("counters", COUNTER_BYTES).clear()

    def check_errors(self) -> None:
        """Raise what OpenGL says went wrong since the last time."""
        self._owner.check(self.transfers.missed_error())

    def lose(self, text: str) -> None:
        """The context is of no use any more."""
        self._owner.lost = self._owner.lost or text

    def new_backup(self, frame: GLFrame) -> SurfaceBackup:
        """Something that keeps a copy of the frame's surface."""
        return SurfaceBackup(self._context, self._programs, frame.surface)

    def end_timers(self, frame: GLFrame) -> None:
        """Leave the frame the timers that ran since the last frame."""
        frame.timers += self._timers.take()

    def report_timers(self, frame: GLFrame) -> None:
        """Report how long the GPU took for a frame that has landed."""
        timers, frame.timers = frame.timers, []
        self._timers.report(timers)


class Pass:
    """One run of the stages: a scene, the texture that it is drawn on, and the one that it reads layers from.

    Attributes
    ----------
    ground : int or None
        What every pixel is before, where the texture does not know of it: it holds what was there before a clear, and
        must go on holding it until it is known that the frame fits.
    tiles : (int, int, int, int)
        The box of tiles that change.
    """

    __slots__ = ("_clears_around", "ground", "layers", "scene", "target", "tiles")

    def __init__(self, scene: Scene, target: TextureSurface, layers: TextureSurface | None) -> None:
        self.scene, self.target, self.layers = scene, target, layers
        self.ground = target.clear_color if target.has_pixels else None
        self.tiles, self._clears_around = touched_tiles(scene)
        if self.ground is not None:
            self.tiles, self._clears_around = (0, 0, *scene.size_in_tiles), False

    def bind(self) -> None:
        """Let shaders have the textures."""
        texture = self.target.texture() if self.ground is None else self.target.memory
        texture.bind_to_image(0, read=True, write=True)
        if self.layers is not None:
            self.layers.texture().bind_to_image(1, read=True, write=False)

    def settle(self) -> None:
        """The scene has been drawn: what was noted of the target has come true."""
        self.target.clear_color = None
        if self._clears_around:
            self.target.clear_around(*(c.TILE * side for side in self.tiles))


def work(scene: Scene, tiles: Box) -> dict[str, tuple[int, int]]:
    """How many items of work each stage has; none, where there is nothing for it in the scene.

    What a thread of a stage does is written at the head of its shader.
    """
    outlined = len(scene.subpaths) and scene.path_tile_count
    vertices = len(scene.vertices) if outlined else 0
    bins = bins_of(scene, tiles)[1]
    left, top, right, bottom = tiles
    return {
        "flatten_curves": (len(scene.curves), 1),
        "flatten_outlines": (vertices, 1),
        # How many lines and crossings there are, the host does not know: threads take turns.
        "binning_crossings": (2 * vertices, 1),
        "binning_tiles": (len(scene.paths) if outlined else 0, 1),
        "binning_segments": (4 * vertices, 1),
        "binning_boxes": (len(scene.draws), 1),
        "binning_draws": (bins, 1),
        "coarse": (bins, 1),
        "fine": (right - left, bottom - top),
    }


def touched_tiles(scene: Scene) -> tuple[Box, bool]:
    """The box of tiles that a scene changes, and whether it clears the others instead of leaving them as they are.

    A GPU starts no group for the others; software OpenGL takes some microseconds for each. All tiles, where there are
    too many draws to look.
    """
    wide, high = scene.size_in_tiles
    if len(scene.draws) > LOOKED_AT:
        return (0, 0, wide, high), False
    from ..stages.binning import bound_draws

    *box, cleared = bound_draws(scene.draws, scene.paths, scene.clips, wide, high)
    left, top, right, bottom = box
    return (left, top, right, bottom), bool(cleared)


def bins_of(scene: Scene, tiles: Box) -> tuple[int, int]:
    """The first of the bins that hold a box of tiles, and how many follow: whole rows of bins."""
    _, top, _, bottom = tiles
    wide = scene.size_in_bins[0]
    return top // c.BIN * wide, (-(-bottom // c.BIN) - top // c.BIN) * wide


def scene_words(scene: Scene) -> int:
    """Words of the scene buffer."""
    tables = int(sum(getattr(scene, name).nbytes for name in SECTIONS)) // 4
    return records.Config.words + tables + len(scene.images) * records.Image.words


_shared: GLBackend | None = None
_making = threading.RLock()


def shared() -> GLBackend:
    """The process's one gl backend; a new one where the context of the last was lost."""
    global _shared
    if _shared is None or _shared.lost:
        with _making:
            if _shared is None or _shared.lost:
                made = GLBackend()
                if _shared is None or _shared.lost:
                    _shared = made
    return _shared


def share(owner: Owner) -> GLBackend:
    """Have the canvases made from now on drawn with the context of this owner, which can show them in windows."""
    global _shared
    with _making:
        if _shared is None or _shared._owner is not owner:
            _shared = GLBackend(owner)
        return _shared


def _forked() -> None:
    global _making
    _making = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
