"""cpu: compiled kernels over a few threads. The default where there is no hardware OpenGL.

    CPUBackend.run   --a scratch, threads-->  Frame: all stages of a scene
    surface          --present-->             straight pixels

There is one backend a process. It owns what frames use in turn: the helper threads, the scratches, spare surfaces.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract.constants import TILE
from ..errors import LimitError
from ..pipeline.record import Box
from ..pipeline.scene import Records, Scene
from ..plan.plan import Plan
from ..plan.steps import Clear, Draw, Filter, Read
from ..plan.targets import SURFACE, Target
from ..sight import spans
from ..sight.spans import count, span
from .bands import SMALL_PICTURE, available_cores
from .base import Stop, check
from .scratch import Scratch, Spare
from .surface import HostSurface

if TYPE_CHECKING:
    from ..gl.staging import StagingPool
    from .frame import Frame
    from .team import Team

MAX_SIDE = 32768
MAX_PIXELS = 1 << 28


class SurfaceBackup:
    """The rows of a surface that scenes may change, as they were before."""

    def __init__(self, frame: Frame, plan: Plan, memory: NDArray[np.uint32]) -> None:
        from .frame import all_rows, touched_rows

        top, bottom, behind = len(memory), 0, -(-len(memory) // TILE)
        for step in plan.steps:
            if step.target.number != SURFACE or isinstance(step, Read):
                continue
            rows = 0, behind
            if isinstance(step, Draw):
                rows, cleared = touched_rows(step.scene)
                if step.scene.covers or cleared:
                    rows = all_rows(step.scene)
            if rows[0] < rows[1]:
                top, bottom = min(top, rows[0]), max(bottom, rows[1])
        self._rows = memory[top * TILE : bottom * TILE]
        count("bytes_copied", self._rows.nbytes)
        self._copy = frame.scratch.take("before", self._rows.size, np.uint32)[: self._rows.size]
        self._copy[:] = self._rows.reshape(-1)

    def restore(self) -> None:
        """Make the surface what it was."""
        self._rows.reshape(-1)[:] = self._copy


class CPUBackend:
    """Runs plans with the kernels of `stages/`."""

    name = "cpu"
    memory: Literal["host", "device"] = "host"

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or available_cores()
        self._team: Team | None = None
        # A finaliser that the collector runs while it is held may come back for it.
        self._lock = threading.RLock()
        self._staging: StagingPool | None = None
        self._free: deque[Scratch] = deque()
        self._scratches: WeakSet[Scratch] = WeakSet()
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

    def new_surface(self, width: int, height: int) -> HostSurface:
        """A transparent surface. The memory of dropped ones of the same size is used again: fresh pages are slow."""
        self.check_surface(width, height)
        spare = self._spare.take(width * height)
        return HostSurface(np.empty((height, width), np.uint32) if spare is None else spare.reshape(height, width))

    def run(
        self,
        plan: Plan,
        surface: HostSurface,
        stop: Stop | None = None,
        straight: NDArray[np.int32] | None = None,
    ) -> bool:
        """Run all steps; ``stop`` is asked between bands.

        The tiles of the last scene are made straight by the thread that has just shaded them.
        """
        done = False
        frame = self._begin(stop)
        try:
            word, before = surface.word, None
            if word is None and surface.memory.size and (stop is not None or plan.surface_draws > 1):
                before = SurfaceBackup(frame, plan, surface.memory)
            targets = {SURFACE: surface}
            try:
                for step in plan.steps:
                    match step:
                        case Clear(target, color):
                            self._target(targets, target, frame).word, done = color, False
                        case Draw(target, scene, _, reads):
                            drawn_on = self._target(targets, target, frame)
                            is_last = straight is not None and step is plan.last_draw
                            out = straight if is_last else None
                            self._draw(frame, scene, drawn_on, out, reads and targets[reads.number])
                            done = is_last
                        case Filter(target, items):
                            from .filtering import blur

                            check(stop)
                            blur(targets[target.number].pixels, items, frame.scratch, frame.run, self.threads)
                        case Read():
                            pass
            except BaseException:
                surface.word = word
                if before is not None:
                    before.restore()
                raise
        finally:
            self._end(frame)
        return done

    def _target(self, targets: dict[int, HostSurface], target: Target, frame: Frame) -> HostSurface:
        """The pixels of a target: the surface, or memory of the frame's."""
        found = targets.get(target.number)
        if found is None or found.memory.shape != (target.height, target.width):
            size = target.height * target.width
            memory = frame.scratch.take(target.name, size, np.uint32)[:size]
            found = targets[target.number] = HostSurface(memory.reshape(target.height, target.width))
        return found

    def _draw(
        self,
        frame: Frame,
        scene: Scene,
        surface: HostSurface,
        straight: NDArray[np.int32] | None,
        layers: HostSurface | None,
    ) -> None:
        if not surface.memory.size or not len(scene.draws):
            return
        self._frames += 1
        frame.draw(scene, surface.memory, surface.word, straight, None if layers is None else layers.pixels)
        surface.word = None
        frames().settle()

    def _begin(self, stop: Stop | None = None) -> Frame:
        """A frame of this thread; ``stop`` is asked between bands. Call `_end` with it, whatever is raised."""
        scratch = self._take_scratch()
        with self._lock:
            self._drawing += 1
        frame: Frame = frames().Frame(scratch, self.threads, lambda parts, work: self.run_parts(parts, work, stop), stop)
        return frame

    def _end(self, frame: Frame) -> None:
        """Let others have what the frame was drawn with."""
        with self._lock:
            self._drawing -= 1
        frame.scratch.settle()
        self._free.append(frame.scratch)
        if self._staging is not None:
            self._staging.tidy()

    @contextmanager
    def _frame(self) -> Iterator[Frame]:
        """A frame of this thread."""
        frame = self._begin()
        try:
            yield frame
        finally:
            self._end(frame)

    def count_segments(self, scene: Scene) -> Records:
        """Every path's tiles with the number of segments in each."""
        with self._frame() as frame:
            frame.flatten_curves(scene)
            return frame.outline_tiles(scene)[0][: scene.path_tile_count].copy()

    def read(self, surface: HostSurface, box: Box) -> tuple[NDArray[np.uint32], Box]:
        """The surface's own memory, and the same box."""
        return surface.read(box)

    def drop_surface(self, surface: HostSurface, now: bool = True) -> None:
        """Keep its memory for the next surface of its size, if there is room."""
        if now:
            self._spare.put(surface.memory)
        else:
            self._spare.left.append(surface.memory)

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
        from ..kernels.notice import notice

        growths = sum(scratch.growths for scratch in self._scratches)
        return {"frames": self._frames, "growths": growths, "compiles": notice.compiles, "threads": self.threads}

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
        self._team, self._lock, self._drawing = None, threading.RLock(), 0

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

    def run_parts(self, parts: int, work: Callable[[int], None], stop: Stop | None = None) -> None:
        """Call ``work(part)`` for every part; the calling thread and helpers take the next part as they get free."""
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


def present(surface: NDArray[np.uint32], box: Box | None = None) -> NDArray[np.uint8]:
    """A box of premultiplied (H, W) uint32, or all of it, as straight (h, w, 4) uint8; on threads where large."""
    from ..kernels.notice import notice
    from ..stages.present import LEAST, unpremultiply

    height, stride = surface.shape
    x0, y0, x1, y1 = (0, 0, stride, height) if box is None else box
    wide, rows = x1 - x0, y1 - y0
    size, start = wide * rows, y0 * stride + x0
    pixels, out = np.asarray(surface).reshape(-1).view(np.int32), np.empty(size + LEAST, np.int32)
    count("bytes_presented", 4 * size)
    with span("present", pixels=size):
        if size < SMALL_PICTURE or wide < LEAST:
            unpremultiply(pixels, out, start, stride, wide, 0, rows)
        else:
            backend = shared()
            # More bands than threads: a thread that wakes up late finds less to do.
            parts = min(backend.threads * 4, rows)
            cuts = [part * rows // parts for part in range(parts + 1)]
            backend.run_parts(parts, lambda part: unpremultiply(pixels, out, start, stride, wide, cuts[part], cuts[part + 1]))
    notice.settle()
    return out[:size].view(np.uint8).reshape(rows, wide, 4)


@cache
def frames() -> Any:
    """The module that draws frames: its kernels are loaded with the first picture."""
    from . import frame

    return frame


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


def _forked() -> None:
    global _making
    _making = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
