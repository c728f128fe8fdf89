"""cpu: the backend of compiled kernels on a few threads. The default where there is no hardware OpenGL.

    CPUBackend.run   --workers-->  StageRunner: all stages of a scene
    surface          --present-->  straight pixels

There is one backend a process. It owns the memory of dropped surfaces, which new surfaces use again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from .. import forks, memory
from ..contract.commands import LAYER_TOP_SHIFT
from ..contract.constants import TILE
from ..contract.formats import RGBA8, PixelFormat, Pixels, format_of
from ..errors import LimitError
from ..pipeline.record import Box
from ..pipeline.scene import Scene
from ..plan.plan import Plan
from ..plan.steps import Clear, Convolve, Draw, Filter, Read, Recolor, Turbulence, Upload
from ..plan.targets import SURFACE, Target
from ..sight.spans import count, span
from . import workers
from .bands import SMALL_PICTURE
from .base import Stop, check
from .host_surface import HostSurface, words_of
from .only import Only
from .scratch import Spare, lend

if TYPE_CHECKING:
    from ..gl.staging import StagingPool
    from .stage_runner import StageRunner

MAX_SIDE = 32768
MAX_PIXELS = 1 << 28


class SurfaceBackup:
    """A copy of the rows of a surface that the scenes of a plan may change."""

    def __init__(self, runner: StageRunner, plan: Plan, memory: Pixels) -> None:
        from .list_runner import all_rows
        from .stage_runner import touched_rows

        top, bottom, behind = len(memory), 0, -(-len(memory) // TILE)
        for step in plan.steps:
            if step.target.number != SURFACE or isinstance(step, Read | Upload):
                continue
            rows = 0, behind
            if isinstance(step, Draw):
                rows, cleared = touched_rows(step.scene)
                if step.scene.covers or cleared:
                    rows = all_rows(step.scene)
            if rows[0] < rows[1]:
                top, bottom = min(top, rows[0]), max(bottom, rows[1])
        self._rows = memory[top * TILE : bottom * TILE].view(np.uint32)
        count("bytes_copied", self._rows.nbytes)
        self._copy = runner.scratch.take("before", self._rows.size, np.uint32)[: self._rows.size]
        self._copy[:] = self._rows.reshape(-1)

    def restore(self) -> None:
        """Restore the surface."""
        self._rows.reshape(-1)[:] = self._copy


class CPUBackend:
    """Executes scenes with the kernels of `stages/`."""

    name = "cpu"
    memory: Literal["host", "device"] = "host"
    most_layer_side = 1 << LAYER_TOP_SHIFT

    def __init__(self, threads: int | None = None) -> None:
        self.workers = workers.shared() if threads is None else workers.Workers(threads)
        # Reentrant: a finaliser that runs while the lock is held may take it again.
        self._lock = threading.RLock()
        self._staging: StagingPool | None = None
        self._frames = 0
        self._spare = Spare()
        memory.add_cache(self._spare.clear)
        forks.in_child(self._forked)

    # -- the contract ------------------------------------------------------------------------------------------

    def check_surface(self, width: int, height: int) -> None:
        """Refuse sizes above MAX_SIDE or MAX_PIXELS."""
        if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
            raise LimitError(
                f"a canvas of {width}x{height} pixels is beyond the cpu backend's limit of {MAX_SIDE} a side and "
                f"{MAX_PIXELS} pixels: draw it in parts, as gpucanvas.Recording(...).freeze().to_png() does"
            )

    def new_surface(self, width: int, height: int, format: PixelFormat = RGBA8) -> HostSurface:
        """A transparent surface. It reuses the memory of a dropped one of equal size, since fresh pages are slow."""
        self.check_surface(width, height)
        spare = self._spare.take(width * height * format.words)
        if spare is None:
            return HostSurface(np.empty((height, width), format.dtype))
        return HostSurface(spare.view(format.dtype).reshape(height, width))

    def run(
        self,
        plan: Plan,
        surface: HostSurface,
        stop: Stop | None = None,
        out_straight_rgba: NDArray[np.int32] | None = None,
    ) -> bool:
        """Run all steps; ``stop`` is called between bands.

        The thread that shades a tile of the last scene also writes its straight pixels.
        """
        runner = self.workers.begin(stop)
        try:
            clear_color, backup = surface.clear_color, None
            if clear_color is None and surface.memory.size and (stop is not None or plan.surface_draws > 1):
                backup = SurfaceBackup(runner, plan, surface.memory)
            try:
                return self._run_steps(runner, plan, surface, out_straight_rgba)
            except BaseException:
                surface.clear_color = clear_color
                if backup is not None:
                    backup.restore()
                raise
        finally:
            self.workers.end(runner)
            if self._staging is not None:
                self._staging.tidy()

    def _run_steps(
        self, runner: StageRunner, plan: Plan, surface: HostSurface, out_straight_rgba: NDArray[np.int32] | None
    ) -> bool:
        """Run the steps one after another; returns whether ``out_straight_rgba`` was filled."""
        targets, done = {SURFACE: surface}, False
        last_draw = None if out_straight_rgba is None else plan.last_draw
        for step in plan.steps:
            if isinstance(step, Draw):
                out = out_straight_rgba if step is last_draw else None
                layers = None if step.reads is None else targets[step.reads.number].pixels
                done = self._draw(runner, step.scene, _target(targets, step.target, runner), out, layers)
            elif isinstance(step, Clear):
                _target(targets, step.target, runner).clear_color = step.color
            elif isinstance(step, Filter):
                from .filtering import blur

                check(runner.stop)
                blur(targets[step.target.number].pixels, step.items, runner.scratch, runner.run, runner.threads)
            elif isinstance(step, Recolor):
                from .pixel_filters import recolor

                check(runner.stop)
                pixels = targets[step.target.number].pixels
                recolor(pixels, step.items, step.steps, step.tables, runner.run, runner.threads)
            elif isinstance(step, Convolve):
                from .pixel_filters import convolve

                check(runner.stop)
                pixels = targets[step.target.number].pixels
                convolve(pixels, step.items, step.weights, runner.run, runner.threads)
            elif isinstance(step, Turbulence):
                from .pixel_filters import turbulence

                check(runner.stop)
                pixels = targets[step.target.number].pixels
                turbulence(pixels, step.items, step.permutations, step.gradients, runner.run, runner.threads)
        return done

    def _draw(
        self,
        runner: StageRunner,
        scene: Scene,
        target: HostSurface,
        out_straight_rgba: NDArray[np.int32] | None,
        layers: Pixels | None,
    ) -> bool:
        if not len(scene.draws) or not target.memory.size:
            return False
        self._frames += 1
        runner.draw(scene, target.memory, target.clear_color, out_straight_rgba, layers)
        target.clear_color = None
        workers.stage_runner().settle()
        return out_straight_rgba is not None

    def read(self, surface: HostSurface, box: Box) -> tuple[Pixels, Box]:
        """The surface's own memory, and the same box."""
        return surface.read(box)

    def snapshot(self, surface: HostSurface, box: Box, opaque: bool, halves: bool = False) -> None:
        """None: images are drawn from host memory here."""

    def drop_surface(self, surface: HostSurface, now: bool = True) -> None:
        """Keep the surface's memory for the next one of equal size, if there is room."""
        if now:
            self._spare.put(surface.memory)
        else:
            self._spare.left.append(surface.memory)

    @property
    def staging(self) -> StagingPool:
        """The pool of staging memory: ordinary host memory here."""
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
        from ..kernels import notice

        made = {"frames": self._frames, "growths": self.workers.growths}
        return {**made, "compiles": notice.notice.compiles, "threads": self.workers.threads}

    def _forked(self) -> None:
        """In a forked child, replace the lock: a thread of the parent may have held it."""
        self._lock = threading.RLock()


def _target(targets: dict[int, HostSurface], target: Target, runner: StageRunner) -> HostSurface:
    """The pixels of a target: the surface, or working memory, which is replaced where it is too small."""
    found = targets.get(target.number)
    if found is None or found.memory.shape != (target.height, target.width):
        words = target.height * target.width * target.format.words
        memory: Pixels = runner.scratch.take(target.name, words, np.uint32)[:words].view(target.format.dtype)
        found = targets[target.number] = HostSurface(memory.reshape(target.height, target.width))
    return found


def present(surface: Pixels, box: Box | None = None, is_straight: bool = True) -> NDArray[np.uint8]:
    """A box of premultiplied pixels (H, W), or all of them, as straight bytes (h, w, 4); on threads where large.

    With ``is_straight`` false, float16 pixels are converted to bytes but stay premultiplied.
    """
    from ..kernels import notice
    from ..stages.present import LEAST, unpremultiply

    if format_of(surface) is not RGBA8:
        return present_halves(surface, box, is_straight)
    height, stride = surface.shape
    x0, y0, x1, y1 = (0, 0, stride, height) if box is None else box
    wide, rows = x1 - x0, y1 - y0
    size, start = wide * rows, y0 * stride + x0
    pixels, out = np.asarray(surface).reshape(-1).view(np.int32), lend(size + LEAST)
    count("bytes_presented", 4 * size)
    with span("present", pixels=size):
        if size < SMALL_PICTURE or wide < LEAST:
            unpremultiply(pixels, out, start, stride, wide, 0, rows)
        else:
            ours = workers.shared()
            # More bands than threads: a helper that wakes late takes fewer parts.
            parts = min(ours.threads * 4, rows)
            cuts = [part * rows // parts for part in range(parts + 1)]
            ours.run(parts, lambda part: unpremultiply(pixels, out, start, stride, wide, cuts[part], cuts[part + 1]))
    notice.notice.settle()
    return out[:size].view(np.uint8).reshape(rows, wide, 4)


def present_halves(surface: Pixels, box: Box | None, is_straight: bool) -> NDArray[np.uint8]:
    """`present` for float16 pixels."""
    from ..kernels import notice
    from ..stages.present import narrow_halves, unpremultiply_halves

    height, stride = surface.shape
    x0, y0, x1, y1 = (0, 0, stride, height) if box is None else box
    wide, rows, start = x1 - x0, y1 - y0, y0 * stride + x0
    bare: Any = np.asarray(surface)
    pixels, out = words_of(bare), lend(wide * rows)
    convert = unpremultiply_halves if is_straight else narrow_halves
    count("bytes_presented", 4 * wide * rows)
    with span("present", pixels=wide * rows):
        ours = workers.shared()
        parts = 1 if wide * rows < SMALL_PICTURE else min(ours.threads * 4, rows)
        cuts = [part * rows // parts for part in range(parts + 1)]

        def work(part: int) -> None:
            edge, row = np.empty((TILE, 2), np.int32), np.empty(TILE, np.int32)
            convert(pixels, out, start, stride, wide, cuts[part], cuts[part + 1], edge, row)

        if parts == 1:
            work(0)
        else:
            ours.run(parts, work)
    notice.notice.settle()
    return out.view(np.uint8).reshape(rows, wide, 4)


shared: Final = Only(CPUBackend)
"""Returns the process's one cpu backend."""
