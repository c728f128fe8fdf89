"""gl_flight: keeps several frames in flight on the GPU, and replays them where a buffer was too small.

    begin --its steps are issued, then a fence--> flying --fence passed, counters checked--> landed
                                                     |
                                                     +-- overflow: a buffer was too small, and from that step on no
                                                         frame has stored anything. The buffer grows, and all steps
                                                         from there on run again.

Working buffers and scratch targets are shared by all frames, since OpenGL runs commands in order. A step that overflows
sets a word on the GPU, after which every later step of every frame leaves its target unchanged. So the flight can be
replayed from exactly that step. The host's state of the textures is saved before each step, and restored for the
replay. All methods run on the thread that owns the context.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter_ns
from typing import Protocol

from ..errors import LimitError, LostContextError
from ..gl.backups import SurfaceBackup
from ..gl.lease import Submission
from ..gl.sync import Status
from ..gl.transfer import PATIENCE, Transfers
from ..pipeline.parts import halves
from ..plan.steps import Draw, Step
from ..plan.targets import SURFACE
from ..sight import spans
from .base import HaltedError, check
from .gl_frame import GLFrame, Keep

UNKNOWN = (
    "the driver cannot say whether a frame was drawn: what gl canvases held may be gone; make new ones, or use "
    'backend="cpu"'
)


class Machine(Protocol):
    """The methods of a backend that a flight calls."""

    transfers: Transfers

    def reserve(self, step: Draw) -> None:
        """Allocate buffers for a first estimate; LimitError above the driver's limit."""

    def run_step(self, frame: GLFrame, index: int) -> None:
        """Issue one step of a frame."""

    def grow(self, frame: GLFrame, index: int, strictly: bool) -> None:
        """Grow buffers to what a step with an overflow has counted; if not ``strictly``, as far as is possible."""

    def take_up(self) -> None:
        """Clear the overflow word on the GPU, so that steps store their results again."""

    def check_errors(self) -> None:
        """Raise an error that OpenGL has reported."""

    def lose(self, text: str) -> None:
        """Mark the context as lost."""

    def new_backup(self, frame: GLFrame) -> SurfaceBackup:
        """An object that can copy and restore the frame's surface."""

    def end_timers(self, frame: GLFrame) -> None:
        """Assign to the frame the GPU timers started since the last frame."""

    def report_timers(self, frame: GLFrame) -> None:
        """Report the GPU times of a frame that has landed."""


class Flight:
    """The frames of one context that have not landed.

    Attributes
    ----------
    replays : int
        Number of replays so far.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine, self._pool = machine, machine.transfers.pool
        self._frames: deque[GLFrame] = deque()
        self._issuing: GLFrame | None = None
        self.replays = 0

    @property
    def count(self) -> int:
        """Frames that have not landed."""
        return len(self._frames)

    def begin(self, frame: GLFrame, halts: bool = False) -> None:
        """Issue a frame. After an error the frame has landed with its ``error``, and nothing of it is drawn.

        With ``halts``, an error also keeps frames posted behind this one from being begun.
        """
        try:
            self.look()
            if frame.surface.is_halted:
                raise HaltedError("a frame before this one was not drawn")
            self._prepare(frame)
        except BaseException as error:
            self.refuse(frame, error, halts)
            return
        self._launch(frame, 0, halts)

    def refuse(self, frame: GLFrame, error: BaseException, halts: bool) -> None:
        """End a frame with an error before anything of it was issued."""
        if halts:
            self._end(frame, error)
        else:
            frame.end(error, False)

    def look(self) -> None:
        """Check which frames have landed, without waiting."""
        if self._frames:
            self._pool.poll()
        while self._frames and (submission := self._frames[0].submission) is not None and submission.done:
            if submission.failed:
                self._lose(LostContextError(UNKNOWN))
                return
            frame = self._frames[0]
            first = frame.first_overflow()
            if first is None:
                self._frames.popleft()
                self._land(frame)
            else:
                self._take_up(first)

    def finish(self, frame: GLFrame) -> None:
        """Wait until a frame has landed."""
        while not frame.done and self._frames:
            self._wait(self._frames[0])
            self.look()

    def settle(self) -> None:
        """Wait until all frames have landed, before other code uses textures or the host's state of them."""
        while self._frames:
            self._wait(self._frames[0])
            self.look()

    def later(self, release: Callable[[], None]) -> None:
        """Call ``release`` once all frames in flight have landed."""
        newest = self._issuing or (self._frames[-1] if self._frames else None)
        if newest is None:
            release()
        else:
            newest.releases.append(release)

    # -- issuing -----------------------------------------------------------------------------------------------

    def _prepare(self, frame: GLFrame) -> None:
        """Allocate all buffers whose size the host knows, before anything is issued."""
        index = 0
        while index < len(frame.steps):
            step = frame.steps[index]
            try:
                if isinstance(step, Draw):
                    self._machine.reserve(step)
                index += 1
            except LimitError as error:
                frame.split(index, halves_of(step, error))
        if frame.surface_draws > 1:
            target = next(step.target for step in frame.steps if step.target.number == SURFACE)
            frame.steps.insert(0, Keep(target))

    def _launch(self, frame: GLFrame, first: int, halts: bool = True) -> None:
        """Issue the steps from ``first`` on; where that fails, undo the frame and end it."""
        try:
            self._issue(frame, first)
        except BaseException as error:
            self._give_up(frame, error, halts=halts)
        else:
            self._frames.append(frame)

    def _issue(self, frame: GLFrame, first: int) -> None:
        started = perf_counter_ns()
        before, self._issuing = spans.swap_frame(frame.log), frame
        frame.late_error = None
        held = self._pool.hold(frame.open(self._machine.transfers, first))
        frame.submission = held
        try:
            last_change = frame.last_change
            for index in range(first, len(frame.steps)):
                if index > last_change:
                    self._show_or_read(frame, index)
                else:
                    check(frame.stop)
                    self._run(frame, index)
            self._machine.check_errors()
        finally:
            self._issuing = None
            try:
                self._machine.end_timers(frame)
                self._pool.fence(held)
            finally:
                spans.swap_frame(before)
                frame.issued.append((started, perf_counter_ns()))

    def _show_or_read(self, frame: GLFrame, index: int) -> None:
        """Run a step after the last draw: an error in it does not undo the frame."""
        try:
            self._run(frame, index)
        except BaseException as error:
            frame.late_error = frame.late_error or error

    def _run(self, frame: GLFrame, index: int) -> None:
        step = frame.steps[index]
        if not isinstance(step, Keep):
            self._machine.run_step(frame, index)
            return
        frame.note(index, [frame.surface])
        if frame.backup is None:
            frame.backup = self._machine.new_backup(frame)
        frame.backup.keep(frame.surface.clear_color)

    # -- landing -----------------------------------------------------------------------------------------------

    def _wait(self, frame: GLFrame) -> None:
        """Wait until the GPU has run a frame."""
        submission = frame.submission
        if submission is None or submission.done:
            return
        with Reported(frame):
            spans.count("waits")
            with spans.span("read counters", spans.WAITS):
                self._wait_for(submission)

    def _wait_for(self, submission: Submission) -> None:
        status = Status.TIMEOUT
        while not submission.done and status is Status.TIMEOUT:
            status = self._pool.wait(submission, PATIENCE)

    def _land(self, frame: GLFrame) -> None:
        error = frame.late_error
        try:
            with Reported(frame):
                self._machine.report_timers(frame)
            frame.take_pixels()
        except BaseException as caught:
            error = caught
        self._end(frame, error, is_drawn=True)

    def _end(self, frame: GLFrame, error: BaseException | None, is_drawn: bool = False) -> None:
        """End a frame. Where it was not drawn, no other begins on its surface until `GLBackend.resume`."""
        if not is_drawn and frame.draws_on_surface:
            frame.surface.is_halted = True
        frame.end(error, is_drawn)

    def _lose(self, error: BaseException) -> None:
        """Mark the context as lost, and end every frame with the error."""
        self._machine.lose(str(error))
        self.abandon(error)

    def abandon(self, error: BaseException) -> None:
        """End every frame after the context was lost. Runs on any thread, and makes no OpenGL call."""
        while self._frames:
            try:
                frame = self._frames.popleft()
            except IndexError:  # Another thread was first.
                return
            frame.surface.is_halted |= frame.draws_on_surface
            frame.releases.clear()  # The textures were lost with the context.
            frame.abandon_backup()
            frame.end(type(error)(*error.args), False)

    # -- overflows and errors ----------------------------------------------------------------------------------

    def _take_up(self, first: int) -> None:
        """Grow the buffers that overflowed in a step of the oldest frame, and replay everything from that step on."""
        frames, self.replays = list(self._frames), self.replays + 1
        self._wait(frames[-1])
        if any(frame.submission is None or frame.submission.failed for frame in frames):
            self._lose(LostContextError(UNKNOWN))
            return
        self._frames.clear()
        for frame in reversed(frames):
            frame.rewind(first if frame is frames[0] else 0)
        self._machine.take_up()
        oldest = frames[0]
        try:
            with Reported(oldest):
                self._make_room(oldest, first)
        except BaseException as error:
            self._give_up(oldest, error, is_issued=False)
        else:
            for frame in frames:
                self._guess(frame, first + 1 if frame is oldest else 0)
            self._launch(oldest, first)
        for frame in frames[1:]:
            if frame.surface.is_halted:
                self._end(frame, HaltedError("a frame before this one was not drawn"))
            else:
                self._launch(frame, 0)

    def _make_room(self, frame: GLFrame, index: int) -> None:
        step = frame.steps[index]
        try:
            self._machine.grow(frame, index, True)
        except LimitError as error:
            parts = halves_of(step, error)
            if step.target.number == SURFACE and frame.backup is None:
                # The surface is still unchanged by this frame: no step before has drawn on it.
                frame.backup = self._machine.new_backup(frame)
                frame.backup.keep(frame.clear_color_before())
            frame.split(index, parts)

    def _guess(self, frame: GLFrame, first: int) -> None:
        """Also grow for the later steps, by what they have counted, so that one replay is enough."""
        for index in range(first, len(frame.steps)):
            self._machine.grow(frame, index, False)

    def _give_up(self, frame: GLFrame, error: BaseException, *, is_issued: bool = True, halts: bool = True) -> None:
        """Undo the issued steps of the newest frame, and end it with an error."""
        replays = self.replays
        try:
            frame.rewind(0)
            if isinstance(error, LostContextError):
                self._lose(error)
            else:
                self.settle()
                if is_issued and self.replays == replays:
                    self._undo(frame)
                elif not is_issued and frame.backup is not None:
                    frame.backup.restore()
        except BaseException as worse:
            worse.__context__ = error
            error = worse
        self.refuse(frame, error, halts)

    def _undo(self, frame: GLFrame) -> None:
        """Restore the surface to its state before the newest frame, which was issued only in part."""
        submission = frame.submission
        if submission is None:
            return
        self._wait(frame)
        if submission.failed:
            raise LostContextError(UNKNOWN)
        if frame.first_overflow() is not None:
            self._machine.take_up()
        if frame.backup is not None:
            frame.backup.restore()


class Reported:
    """A ``with`` block whose events are counted for one frame."""

    def __init__(self, frame: GLFrame) -> None:
        self._log = frame.log

    def __enter__(self) -> None:
        self._before = spans.swap_frame(self._log)

    def __exit__(self, *error: object) -> None:
        spans.swap_frame(self._before)


def halves_of(step: Step | Keep, error: LimitError) -> tuple[Step, Step]:
    """A step that is too large for the driver, cut in two; raises the given error where it cannot be cut."""
    parts = halves(step.scene) if isinstance(step, Draw) else None
    if parts is None or not isinstance(step, Draw):
        raise error
    return step._replace(scene=parts[0]), step._replace(scene=parts[1])
