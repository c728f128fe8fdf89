"""gl: the backend that runs plans with OpenGL 4.3, on the one thread that owns the context.

    plan --GLFrame--> posted to the owner --Flight: step by step--> Draw: gl_stages.py   Filter ...: gl_filtering.py
                                                                    Upload: gl/texels.py
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .. import forks, memory
from ..contract.formats import RGBA8, PixelFormat, Pixels
from ..errors import FrameError, LimitError, LostContextError
from ..gl.backups import Backups, SurfaceBackup
from ..gl.buffers import Buffers
from ..gl.context import is_hardware
from ..gl.owner import Owner, owns_a_context
from ..gl.program import Programs
from ..gl.staging import StagingPool
from ..gl.texels import Snapshot, TexelPages
from ..gl.texture_surface import ScratchTextures, TextureSurface
from ..gl.timers import GPUTimers
from ..gl.transfer import Transfers
from ..pipeline.record import Box, RecordedImage
from ..plan.plan import Plan
from ..plan.steps import Clear, Convolve, Draw, Filter, Present, Read, Recolor, Step, Turbulence, Upload, read_by
from ..plan.targets import SURFACE, Target
from ..sight.spans import WAITS, count, span
from . import llvmpipe
from .base import HaltedError, Stop, check
from .gl_filtering import Filters
from .gl_flight import Flight
from .gl_frame import GLFrame, Keep
from .gl_stages import Pass, Stages

T = TypeVar("T")


class GLBackend:
    """Executes scenes with compute shaders.

    Parameters
    ----------
    owner
        The thread that owns the OpenGL context to use; None makes a new one, without a window.
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
        self._stages = Stages(
            self._context, self._programs, self._buffers, self.transfers, self.texels, self._timers
        )
        self._flight = Flight(self)
        self._scratch = ScratchTextures(self._context, self._programs, self._flight.later)
        self._backups = Backups(self._context, self._programs)
        self._filters = Filters(self._context, self._programs, self._buffers, self.transfers)
        self._software = not is_hardware(str(self._context.info["GL_RENDERER"]))
        self._max_side = self.most_layer_side = int(self._context.info["GL_MAX_TEXTURE_SIZE"])
        self._counts = {"frames": 0}

    # -- the contract ------------------------------------------------------------------------------------------

    def check_surface(self, width: int, height: int) -> None:
        """Refuse sizes above the driver's largest texture."""
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
        """Run all steps; a step whose buffers were too small runs again, in parts where a buffer would be too large.

        ``stop`` is called before each step: steps handed to the GPU run to their end. ``out_straight_rgba`` is not
        filled: the pixels are in GPU memory.
        """
        # Read steps are left out: the caller reads afterwards.
        frame = self._new_frame([step for step in plan.steps if not isinstance(step, Read)], surface, stop)
        self._post(partial(self._fly, frame))
        if frame.error is not None:
            surface.is_halted = False
            frame.raise_error()
        return False

    def begin(self, plan: Plan, surface: TextureSurface, stop: Stop | None = None) -> GLFrame:
        """Post all steps to the owner thread and return at once; `wait` waits for the frame.

        Errors are put in the frame's ``error``, and no other frame is begun on the surface until `resume`. Raises
        HaltedError where an earlier frame is already known to have failed.
        """
        if surface.is_halted:
            raise HaltedError("a frame before this one was not drawn")
        frame = self._new_frame(plan.steps, surface, stop)
        self._check_thread()
        self._owner.post(partial(self._fly_posted, frame))
        return frame

    def wait(self, frame: GLFrame) -> None:
        """Wait until a frame has landed, that is, ended on the GPU. The owner thread goes on with other frames."""
        try:
            frame.wait(lambda: self._owner.run(self._flight.look))
        except LostContextError as error:
            self._flight.abandon(error)
            if not frame.done:  # The frame was posted, but the owner ended before it ran.
                self._flight.refuse(frame, error, halts=True)

    def resume(self, surface: TextureSurface) -> None:
        """Let frames begin on a surface again, after the caller has handled one that was not drawn."""
        surface.is_halted = False

    def _new_frame(self, steps: list[Step], surface: TextureSurface, stop: Stop | None) -> GLFrame:
        return GLFrame([part for step in steps for part in self._parts(step, stop)], surface, stop)

    def _fly(self, frame: GLFrame) -> None:
        """Draw a frame and wait for it. Runs on the owner thread."""
        self._bury()
        self._flight.begin(frame)
        self._flight.finish(frame)
        self._tidy()

    def _fly_posted(self, frame: GLFrame) -> None:
        """Begin a frame. Runs on the owner thread; errors become the frame's error, as nobody waits for this call."""
        try:
            if self.lost:
                raise LostContextError(self._owner.lost)
            self._bury()
        except BaseException as error:
            self._flight.refuse(frame, error, halts=True)
            return
        self._flight.begin(frame, halts=True)
        try:
            self._tidy()
        except BaseException as error:
            frame.late_error = frame.late_error or error

    def _tidy(self) -> None:
        """Every few frames, drop memory that the last frames used little of."""
        if not self.lost and self._scratch.settle():
            self._scratch.trim()
            self._backups.trim()
            self._filters.trim()

    def _parts(self, step: Step, stop: Stop | None) -> list[Step]:
        """A step cut into parts that software OpenGL can run; on hardware the step itself."""
        if not isinstance(step, Draw):
            return [step]
        if not len(step.scene.draws) or not step.target.width or not step.target.height:
            return []
        check(stop)
        return [step._replace(scene=part) for part in llvmpipe.parts(step.scene)] if self._software else [step]

    def _drawn_images(self, images: Sequence[RecordedImage]) -> list[RecordedImage]:
        """Images for this context: snapshots made in another context are copied through the host."""
        return [image.in_pages(self.texels) for image in images]

    def run_step(self, frame: GLFrame, index: int) -> None:
        """Issue one step of a frame. A Clear is only noted: the next Draw on the target carries it out."""
        step = frame.steps[index]
        assert not isinstance(step, Keep)  # `Flight` runs Keep steps itself.
        if isinstance(step, Upload):
            # The images stay pinned until the frame has landed, since it may run again.
            frame.releases.append(self.texels.require(self._drawn_images(step.images), step.masks).release)
            frame.note(index, [])
            return
        target, reads = self._texture(frame, step.target), read_by(step)
        layers = None if reads is None else self._texture(frame, reads)
        frame.note(index, [target] if layers is None else [target, layers])
        if isinstance(step, Clear):
            target.clear(step.color)
        elif isinstance(step, Draw):
            images = self._drawn_images(step.scene.images)
            self._draw(Pass(step.scene, target, layers, images), frame, index)
        elif isinstance(step, Filter):
            self._filters.blur(target, step.items)
        elif isinstance(step, Recolor):
            self._filters.recolor(target, step.items, step.steps, step.tables)
        elif isinstance(step, Convolve):
            self._filters.convolve(target, step.items, step.weights)
        elif isinstance(step, Turbulence):
            self._filters.turbulence(target, step.items, step.permutations, step.gradients)
        elif isinstance(step, Read):
            frame.read(self.transfers)
        elif isinstance(step, Present):
            step.window.show_texture(target.texture(), target.format, step.is_opaque, step.look, step.color_space)

    def _texture(self, frame: GLFrame, target: Target) -> TextureSurface:
        """The texture of a target. Scratch textures are kept from frame to frame, and may be larger than the target."""
        if target.number == SURFACE:
            return frame.surface
        found = frame.textures.get(target)
        if found is None:
            # Kept with the frame, which needs the same texture in a replay, even if later frames got a larger one.
            found = self._scratch.take(target.number, target.width, target.height, target.format)
            frame.textures[target] = found
        return found

    def _post(self, work: Callable[[], T]) -> T:
        """Run work on the owner thread and wait for it."""
        self._check_thread()
        return self._owner.run(work)

    def _check_thread(self) -> None:
        """Raise FrameError on a thread that must not wait for the owner thread, because it runs a finaliser.

        It is the owner thread itself, inside a frame, or a thread that holds a lock which frames take.
        """
        if owns_a_context() or memory.busy() or self.staging.busy:
            raise FrameError("a __del__ that ran inside another call draws on a gl canvas: do it elsewhere")

    def read(self, surface: TextureSurface, box: Box) -> tuple[Pixels, Box]:
        """The texture's pixels in a box, as an array of just that size."""
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
        """A straight copy of the pixels of a box, in the pages from which shaders read images."""
        return self._post(lambda: self._snapshot(surface, box, opaque, halves))

    def _snapshot(self, surface: TextureSurface, box: Box, opaque: bool, halves: bool) -> Snapshot:
        # All frames must have landed first: one whose buffers were too small would be drawn after the snapshot.
        self._flight.settle()
        return self.texels.snapshot(surface, box, opaque, halves)

    def drop_surface(self, surface: TextureSurface, now: bool = True) -> None:
        """Release the texture on the owner thread; with ``now=False`` it is only queued for that."""
        self._doomed.append(surface)
        if now:
            with suppress(LostContextError):  # The texture was lost with the context.
                self._owner.run(self._bury)

    def _bury(self) -> None:
        """Release the textures that finalisers have queued."""
        while self._doomed:
            self._flight.later(self._doomed.popleft().release)

    @property
    def staging(self) -> StagingPool:
        """The pool of staging memory, which the GPU reads without a copy on the host."""
        return self.transfers.pool

    @property
    def lost(self) -> bool:
        """Whether the OpenGL context is gone."""
        return bool(self._owner.lost)

    def counters(self) -> dict[str, int]:
        """Running totals."""
        found = {**self._counts, **self._stages.counts}
        found["growths"], found["compiles"] = self._buffers.growths, self._programs.compiles
        found["allocations"] = self._buffers.allocations + self.texels.allocations
        found["dispatches"] += self._filters.dispatches
        found["uploads"] += self.texels.uploads
        found["bytes_uploaded"] += self.texels.bytes_uploaded
        return found

    # -- a frame -----------------------------------------------------------------------------------------------

    def _draw(self, this: Pass, frame: GLFrame, index: int) -> None:
        self._counts["frames"] += 1
        needs = llvmpipe.features(this.scene) if self._software else None
        room = self._stages.run(this, needs)
        frame.take_counters(index, room, self._stages.counters, self.transfers)
        this.settle()

    def reserve(self, step: Draw) -> None:
        """Give every buffer a first size. Raises LimitError where the driver allows none so large."""
        self._stages.reserve(step.scene)

    def grow(self, frame: GLFrame, index: int, strictly: bool) -> None:
        """Grow buffers to what a step with an overflow has counted; if not ``strictly``, as far as is possible."""
        self._stages.grow(frame, index, strictly)

    def take_up(self) -> None:
        """Clear the overflow word on the GPU, so that steps store their results again."""
        self._stages.take_up()

    def check_errors(self) -> None:
        """Raise an error that OpenGL has reported since the last check."""
        self._owner.check(self.transfers.missed_error())

    def lose(self, text: str) -> None:
        """Mark the context as lost."""
        self._owner.lost = self._owner.lost or text

    def new_backup(self, frame: GLFrame) -> SurfaceBackup:
        """An object that can copy and restore the frame's surface."""
        return SurfaceBackup(self._backups, frame.surface)

    def end_timers(self, frame: GLFrame) -> None:
        """Assign to the frame the GPU timers started since the last frame."""
        frame.timers += self._timers.take()

    def report_timers(self, frame: GLFrame) -> None:
        """Report the GPU times of a frame that has landed."""
        timers, frame.timers = frame.timers, []
        self._timers.report(timers)


# Not an `Only`: a new backend replaces it where the context was lost, or where windows bring their own context.
_shared: GLBackend | None = None
_making = threading.RLock()


def shared() -> GLBackend:
    """The process's gl backend; a new one where its context was lost."""
    global _shared
    if _shared is None or _shared.lost:
        with _making:
            if _shared is None or _shared.lost:
                made = GLBackend()
                if _shared is None or _shared.lost:
                    _shared = made
    return _shared


def share(owner: Owner) -> GLBackend:
    """Use the context of this owner thread for canvases made from now on, so that windows can show them."""
    global _shared
    with _making:
        if _shared is None or _shared._owner is not owner:
            _shared = GLBackend(owner)
        return _shared


@forks.in_child
def _forked() -> None:
    global _making
    _making = threading.RLock()
