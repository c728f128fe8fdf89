"""gl: the stages as compute shaders, OpenGL 4.3.

    scene, vertices --upload--> flatten_* --lines--> binning_* --segments, bins--> coarse --words--> fine

Lines, crossings, bin lists and command words are counted by the shaders. Where a buffer was too small, fine has written
nothing; the buffer grows and the frame runs again.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import prod
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract import constants as c
from ..contract import records
from ..errors import FrameError, LimitError, LostContextError
from ..gl.buffers import Buffers
from ..gl.context import SOFTWARE
from ..gl.owner import Owner, owns_a_context
from ..gl.program import Programs
from ..gl.staging import StagingPool
from ..gl.surface import Before, TextureSurface
from ..gl.timers import GPUTimers
from ..gl.transfer import Transfers
from ..pipeline.plan import features, halves, passes
from ..pipeline.record import Box
from ..pipeline.scene import Scene
from ..sight.spans import UPLOADS, WAITS, count, span
from .base import Stop, check

T = TypeVar("T")
MAX_GROUPS = 8192
SOFTWARE_STEPS = 55000
"""Loop iterations that a pass may cost a thread on software OpenGL; llvmpipe allows 65,535."""
SECTIONS = ("draws", "paths", "subpaths", "curves", "strokes", "clips", "paints")
COARSE_FEATURES = (1 << c.FEATURE_MODE_SHIFT) - 1
"""What coarse is specialised by: the same shader for all operators."""
LOOKED_AT = 1 << 14
"""Draws at most that are looked at for the tiles that they touch: what comes to many may touch all."""
BINDINGS = {
    "scene": 0,
    "vertices": 1,
    "lines": 2,
    "crossings": 3,
    "path_tiles": 4,
    "segments": 5,
    "binned": 6,
    "words": 7,
    "tiles": 8,
    "counters": 9,
}


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
        self._software = any(name in str(self._context.info["GL_RENDERER"]).lower() for name in SOFTWARE)
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

    def new_surface(self, width: int, height: int) -> TextureSurface:
        """A transparent texture of 32-bit words."""
        self.check_surface(width, height)
        return self._post(lambda: self._new_surface(max(width, 1), max(height, 1)))

    def _new_surface(self, width: int, height: int) -> TextureSurface:
        self._bury()
        return TextureSurface(self._context, self._programs, width, height)

    def draw(
        self,
        scenes: Sequence[Scene],
        surface: TextureSurface,
        stop: Stop | None = None,
        straight: NDArray[np.int32] | None = None,
    ) -> bool:
        """Run all stages; again where a buffer was too small, and in parts where one would be too large.

        ``stop`` is asked before each part: what the GPU has been given runs to its end. ``straight`` stays as it is:
        pixels have to be read first.
        """
        parts: list[Scene] = []
        for scene in scenes:
            if len(scene.draws) and scene.width and scene.height:
                check(stop)
                parts += software_passes(scene) if self._software else [scene]
        before = Before(self._context, self._programs, surface)
        try:
            if len(parts) > 1:
                self._owner.run(before.keep)
            for part in parts:
                check(stop)
                self._draw_part(part, surface, before)
        except BaseException:
            if before.kept and not self.lost:
                self._owner.run(before.restore)
            raise
        finally:
            if before.kept and not self.lost:
                self._owner.run(before.release)
        return False

    def _draw_part(self, scene: Scene, surface: TextureSurface, before: Before) -> None:
        self._post(lambda: self._draw(scene, surface, before))

    def _post(self, work: Callable[[], T]) -> T:
        """Run a canvas's work on the owner. FrameError where the collector has run a finaliser that cannot wait for it.

        Those are the owner itself, in the middle of a frame, and who holds a lock that a frame takes.
        """
        if owns_a_context() or memory.busy() or self.staging.busy:
            raise FrameError("a __del__ that ran inside another call draws on a gl canvas: do it elsewhere")
        return self._owner.run(work)

    def read(self, surface: TextureSurface, box: Box) -> tuple[NDArray[np.uint32], Box]:
        """The texture's words in a box, and nothing around them."""
        x0, y0, x1, y1 = box
        nbytes = 4 * (x1 - x0) * (y1 - y0)
        count("waits")
        count("bytes_downloaded", nbytes)
        with span("read surface", WAITS, bytes=nbytes):
            return self._post(lambda: surface.read(self.transfers, box)), (0, 0, x1 - x0, y1 - y0)

    def drop_surface(self, surface: TextureSurface, now: bool = True) -> None:
        """Release the texture on the thread that owns it; a finalizer only leaves it there."""
        self._doomed.append(surface)
        if now:
            with suppress(LostContextError):  # It went with the context.
                self._owner.run(self._bury)

    def _bury(self) -> None:
        """Release what finalizers have left."""
        while self._doomed:
            self._doomed.popleft().release()

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
        buffers = {"growths": self._buffers.growths, "allocations": self._buffers.allocations}
        return {**self._counts, **buffers, "compiles": self._programs.compiles}

    # -- a frame -----------------------------------------------------------------------------------------------

    def _draw(self, scene: Scene, surface: TextureSurface, before: Before) -> None:
        self._counts["frames"] += 1
        self._bury()
        word = scene.only_word
        try:
            if word is None:
                self._reserve(scene)
                self._run(scene, surface)
                while self._grow():
                    self._run(scene, surface)
                box, cleared = touched_tiles(scene)
                if cleared:
                    # Not before it is known that the frame fits: one that does not is as if it had not been.
                    surface.clear_around(*(c.TILE * side for side in box))
            else:
                surface.clear(word)
            # The GPU is done: arrays that were drawn with are writeable again, and dropped ones go.
            self.transfers.pool.poll()
            self._owner.check(self.transfers.missed_error())
        except LimitError:
            parts = halves(scene)
            if parts is None:
                raise
            before.keep()
            for part in parts:
                self._draw(part, surface, before)

    def _reserve(self, scene: Scene) -> None:
        """Give every buffer a first size. Raises LimitError where the driver allows none so large."""
        vertices = len(scene.vertices)
        bins, tiles = prod(scene.size_in_bins), prod(scene.size_in_tiles)
        lines = vertices * (4 if len(scene.strokes) else 1)
        sizes = {
            "scene": scene_words(scene) * 4,
            "vertices": max(vertices * records.Vertex.words, 2 * len(scene.draws)) * 4,
            "lines": lines * records.Line.words * 4,
            "crossings": 2 * lines * records.Crossing.words * 4,
            "path_tiles": scene.path_tile_count * records.PathTile.words * 4,
            "segments": 2 * lines * records.Segment.words * 4,
            "boxes": 2 * len(scene.draws) * 4,
            "binned": (2 * bins + 2 * len(scene.draws)) * 4,
            "words": (tiles + 4 * len(scene.draws)) * 4,
            "tiles": tiles * 2 * 4,
            "counters": c.COUNTER_COUNT * 4,
        }
        for name, nbytes in sizes.items():
            # The estimates of what the shaders count are only that: never refuse a frame because of one.
            estimated = name in ("lines", "crossings", "segments", "binned", "words")
            self._buffers.take(name, min(nbytes, self._buffers.limit) if estimated else nbytes)
        self._bins = bins

    def _run(self, scene: Scene, surface: TextureSurface) -> None:
        self._upload(scene)
        for name, binding in BINDINGS.items():
            self._buffers.bind(name, binding)
        surface.texture().bind_to_image(0, read=True, write=True)
        lines = len(scene.vertices) * 2
        needs = features(scene) if self._software else None
        strokes = (c.FEATURE_STROKES if len(scene.strokes) else 0) if self._software else None
        outlined = len(scene.subpaths) and scene.path_tile_count
        bins = touched_bins(scene)[1]
        if len(scene.curves) or outlined:
            with span("flatten", vertices=len(scene.vertices)), self._timers.time("flatten"):
                if len(scene.curves):
                    self._dispatch("flatten_curves", len(scene.curves))
                if outlined:
                    self._dispatch("flatten_outlines", len(scene.vertices), strokes)
        with span("binning", draws=len(scene.draws)), self._timers.time("binning"):
            if outlined:
                self._dispatch("binning_crossings", lines)
                self._dispatch("binning_tiles", len(scene.paths) * c.GROUP)
                self._dispatch("binning_segments", lines * 2)
            self._buffers.bind("boxes", 1)
            self._dispatch("binning_boxes", len(scene.draws))
            self._dispatch_groups("binning_draws", bins)
        with span("coarse"), self._timers.time("coarse"):
            self._dispatch_groups("coarse", bins, 1, None if needs is None else needs & COARSE_FEATURES)
        with span("fine"), self._timers.time("fine"):
            left, top, right, bottom = touched_tiles(scene)[0]
            self._dispatch_groups("fine", right - left, bottom - top, needs)

    def _dispatch(self, name: str, threads: int, features: int | None = None) -> None:
        self._dispatch_groups(name, min(max(-(-threads // c.GROUP), 1), MAX_GROUPS), 1, features)

    def _dispatch_groups(self, name: str, x: int, y: int = 1, features: int | None = None) -> None:
        if x == 0 or y == 0:
            return
        self._programs.get(name, features).run(x, y, 1)
        self._context.memory_barrier()
        self._counts["dispatches"] += 1

    def _upload(self, scene: Scene) -> None:
        # Not an attribute: what is kept after the frame outlives its canvas.
        staged: list[tuple[int, NDArray[np.uint32]]] = []
        self._write("scene", scene_words(scene) * 4, lambda bytes_: self._fill(scene, bytes_.view(np.uint32), staged))
        for at, image in staged:
            self.transfers.copy_staged(image, self._buffers.take("scene", 0), at * 4)
        if len(scene.vertices):
            vertices = np.ascontiguousarray(scene.vertices).view(np.uint8)
            self._write("vertices", scene.vertices.nbytes, lambda bytes_: np.copyto(bytes_, vertices))
        self._buffers.take("counters", c.COUNTER_COUNT * 4).clear()
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

    def _fill(self, scene: Scene, words: NDArray[np.uint32], staged: list[tuple[int, NDArray[np.uint32]]]) -> None:
        """Write the scene buffer: Config, then every table; list the images in staging memory, and their places."""
        config = np.zeros(1, records.Config.dtype)
        at = records.Config.words
        for name in SECTIONS:
            table = getattr(scene, name)
            flat = np.ascontiguousarray(table).view(np.uint32).reshape(-1)
            config[name[:-1] + "_start"] = at
            words[at : at + len(flat)] = flat
            at += len(flat)
        config["texel_start"] = at
        for image in scene.images:
            # What lies in staging memory goes to its place on the GPU.
            if self.transfers.has(image):
                staged.append((at, image))
            else:
                words[at : at + len(image)] = image
            at += len(image)
        for name in ("draws", "paths", "subpaths", "curves"):
            config[name[:-1] + "_count"] = len(getattr(scene, name))
        config["width"], config["height"] = scene.width, scene.height
        config["width_in_tiles"], config["height_in_tiles"] = scene.size_in_tiles
        config["width_in_bins"] = scene.size_in_bins[0]
        config["bin_count"] = self._bins
        config["fine_left"], config["fine_top"] = touched_tiles(scene)[0][:2]
        config["first_bin"] = touched_bins(scene)[0]
        config["vertex_count"], config["path_tile_count"] = len(scene.vertices), scene.path_tile_count
        config["line_capacity"] = self._buffers.capacity("lines", records.Line.words)
        config["crossing_capacity"] = min(
            self._buffers.capacity("crossings", records.Crossing.words),
            self._buffers.capacity("segments", records.Segment.words),
        )
        config["binned_capacity"] = self._buffers.capacity("binned", 1) - 2 * self._bins
        config["word_capacity"] = self._buffers.capacity("words", 1)
        words[: records.Config.words] = config.view(np.uint32)
        self._config = config

    def _grow(self) -> bool:
        """Grow what was too small: True where the frame must run again."""
        count("waits")
        with span("read counters", WAITS):
            counters = np.frombuffer(self._buffers.take("counters", c.COUNTER_COUNT * 4).read(), np.uint32)
        self._timers.settle()
        again = False
        config = self._config[0]
        for counter, capacity, names in (
            (c.COUNTER_LINES, "line_capacity", {"lines": records.Line.words}),
            (
                c.COUNTER_CROSSINGS,
                "crossing_capacity",
                {"crossings": records.Crossing.words, "segments": records.Segment.words},
            ),
            (c.COUNTER_BINNED, "binned_capacity", {"binned": 1}),
            (c.COUNTER_WORDS, "word_capacity", {"words": 1}),
        ):
            need = int(counters[counter])
            if need > int(config[capacity]):
                again = True
                for name, words in names.items():
                    self._buffers.take(name, (need + 2 * self._bins) * words * 4)
        return again


def software_passes(scene: Scene) -> list[Scene]:
    """The parts of a scene that software OpenGL gets through; where it must know, our own kernels count for it."""
    from .cpu import shared as host

    return passes(scene, SOFTWARE_STEPS, lambda: host().count_segments(scene))


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


def touched_bins(scene: Scene) -> tuple[int, int]:
    """The first of the bins that hold all tiles that a scene changes, and how many follow: whole rows of bins."""
    _, top, _, bottom = touched_tiles(scene)[0]
    wide = scene.size_in_bins[0]
    return top // c.BIN * wide, (-(-bottom // c.BIN) - top // c.BIN) * wide


def scene_words(scene: Scene) -> int:
    """Words of the scene buffer."""
    tables = int(sum(getattr(scene, name).nbytes for name in SECTIONS)) // 4
    return records.Config.words + tables + scene.texel_count


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
