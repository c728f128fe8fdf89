"""gl: plans run by OpenGL 4.3, on the one thread that owns its context.

    plan --GLFrame--> posted to the owner --Flight: step by step--> Draw: gl_stages.py   Filter ...: gl_filtering.py
                                                                    Upload: gl/texels.py
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .. import memory
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
from ..plan.steps import Clear, Convolve, Draw, Filter, Present, Read, Recolor, Step, Upload, read_by
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
        self._post(partial(self._fly, frame))
        if frame.error is not None:
            surface.is_halted = False
            frame.raise_error()
        return False

    def begin(self, plan: Plan, surface: TextureSurface, stop: Stop | None = None) -> GLFrame:
        """Have the owner issue all steps and wait for nothing, not even for that: the frame lands later (`wait`).

        What goes wrong is the frame's ``error``, and no other frame is begun on the surface until `resume`. HaltedError
        where one that was not drawn is known by now.
        """
        if surface.is_halted:
            raise HaltedError("a frame before this one was not drawn")
        frame = self._new_frame(plan.steps, surface, stop)
        self._check_thread()
        self._owner.post(partial(self._fly_posted, frame))
        return frame

    def wait(self, frame: GLFrame) -> None:
        """Wait until a frame has landed, on a thread that may; the owner goes on with other frames meanwhile."""
        try:
            frame.wait(lambda: self._owner.run(self._flight.look))
        except LostContextError as error:
            self._flight.abandon(error)
            if not frame.done:  # A frame that was posted, and that the owner did not come to.
                self._flight.refuse(frame, error, halts=True)

    def resume(self, surface: TextureSurface) -> None:
        """Whoever drew a frame that was not drawn has seen it: others may begin."""
        surface.is_halted = False

    def _new_frame(self, steps: list[Step], surface: TextureSurface, stop: Stop | None) -> GLFrame:
        return GLFrame([part for step in steps for part in self._parts(step, stop)], surface, stop)

    def _fly(self, frame: GLFrame) -> None:
        """On the owner: draw a frame, and wait for it."""
        self._bury()
        self._flight.begin(frame)
        self._flight.finish(frame)
        self._tidy()

    def _fly_posted(self, frame: GLFrame) -> None:
        """On the owner: begin a frame. Nobody waits for this call: whatever is raised is the frame's error."""
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
        """Now and then, drop what the last frames needed little of."""
        if not self.lost and self._scratch.settle():
            self._scratch.trim()
            self._backups.trim()
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
        """Run a canvas's work on the owner, and wait for it."""
        self._check_thread()
        return self._owner.run(work)

    def _check_thread(self) -> None:
        """Raise FrameError where the collector has run a finaliser that cannot wait for the owner.

        Those are the owner itself, in the middle of a frame, and who holds a lock that a frame takes.
        """
        if owns_a_context() or memory.busy() or self.staging.busy:
            raise FrameError("a __del__ that ran inside another call draws on a gl canvas: do it elsewhere")

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
        """Make buffers as large as a step that found no room has counted. Where not ``strictly``, as far as can be."""
        self._stages.grow(frame, index, strictly)

    def take_up(self) -> None:
        """Let steps change their targets again."""
        self._stages.take_up()

    def check_errors(self) -> None:
        """Raise what OpenGL says went wrong since the last time."""
        self._owner.check(self.transfers.missed_error())

    def lose(self, text: str) -> None:
        """The context is of no use any more."""
        self._owner.lost = self._owner.lost or text

    def new_backup(self, frame: GLFrame) -> SurfaceBackup:
        """Something that keeps a copy of the frame's surface."""
        return SurfaceBackup(self._backups, frame.surface)

    def end_timers(self, frame: GLFrame) -> None:
        """Leave the frame the timers that ran since the last frame."""
        frame.timers += self._timers.take()

    def report_timers(self, frame: GLFrame) -> None:
        """Report how long the GPU took for a frame that has landed."""
        timers, frame.timers = frame.timers, []
        self._timers.report(timers)


# Not an `Only`: another takes its place where the context was lost, or where windows bring one of theirs.
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
