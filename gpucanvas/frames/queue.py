"""queue: the queue that draws a canvas's submitted frames in the background, in order. Each frame is a Ticket.

    submit --> queued --one thread draws--> running --another reads--> done
                 |                             |
                 +-- dropped, cancelled        +-- cancelled, failed

A queue's threads start with its first frame and end after its last one (a second later where frames are shown in a
window), so that an idle canvas has no thread. Where the surface is in host memory, one thread draws and reads. On a GPU
frames overlap: the drawing thread only issues commands, and the reading thread waits for each frame and takes its
pixels.

Where a frame fails after the GPU has begun it, the frames begun behind it are not drawn either (they are "halted").
They are queued again, and the next frame also draws the failed frame's commands.

A dropped frame loses its pixels, not its commands: the next frame draws them first, unless it covers them completely.
So it does with the commands of a failed frame. Only a cancelled frame's commands are not drawn. A frame that is beyond
a limit as a whole is drawn in parts (`apart.py`); a single command beyond a limit raises LimitError and is left out.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from .. import forks, later
from ..backends.base import HaltedError
from ..changes import Changes
from ..errors import ClosedError, DeadlineError, FrameCancelledError, FrameDroppedError, FrameError
from ..sight import spans
from .lineup import Lineup, Read, is_final
from .ticket import Landing, Recorded, Show, State, Ticket

if TYPE_CHECKING:
    from ..pipeline.record import Commands

__all__ = ["POLICIES", "FrameQueue", "Landing", "Policy", "Show", "check_flight"]

Policy = Literal["block", "drop_oldest", "drop_newest"]
POLICIES = ("block", "drop_oldest", "drop_newest")
IN_FLIGHT = 3
"""Frames of a canvas that may be queued or running before its policy decides."""
Draw = Callable[..., NDArray[np.uint8] | Read]
"""Called with a list of `Commands`, the time of their recording (`Recorded`), and a function that says whether to stop.

Draws them and returns the canvas's pixels, or a function that reads them. An optional fourth argument shows the surface
instead; no pixels are returned then."""
LINGER = 1.0
"""Seconds that the drawing thread waits for another frame after a shown one, so that an animation keeps its thread."""
READS = 2
"""Frames that may be drawn but not yet read, so that the next frame is drawn while one is read."""


def check_flight(verb: str, policy: str, in_flight: object) -> None:
    """Refuse a policy that is not known, and fewer than one frame in flight."""
    if policy not in POLICIES:
        raise ValueError(f"{verb}: policy is {policy!r}: give one of {', '.join(POLICIES)}")
    if isinstance(in_flight, bool) or not isinstance(in_flight, int) or in_flight < 1:
        raise ValueError(f"{verb}: in_flight is {in_flight!r}: give a whole number of at least 1")


class FrameQueue:
    """The submitted frames of one canvas.

    Attributes
    ----------
    submitted, finished, cancelled, dropped, failed : int
        Counts of frames, for the canvas's stats.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._frames = Lineup()
        self._due: deque[Callable[[], None]] = deque()
        self._ending = False
        self._thread: threading.Thread | None = None
        self._reader: threading.Thread | None = None
        self.changed = Changes()
        self.submitted = self.finished = self.cancelled = self.dropped = self.failed = 0
        self.blocked_seconds = 0.0
        _queues.add(self)

    def submit(
        self,
        commands: Commands,
        recorded: Recorded,
        policy: Policy,
        in_flight: int,
        timeout: float | None,
        show: Show | None = None,
    ) -> Ticket:
        """Queue a frame. Where the policy drops this frame, the caller keeps its commands."""
        try:
            with self.changed.lock:
                ticket = self._submit(commands, recorded, policy, in_flight, timeout)
                ticket._show = show
                return ticket
        finally:
            self._call_due()

    def _submit(
        self, commands: Commands, recorded: Recorded, policy: Policy, in_flight: int, timeout: float | None
    ) -> Ticket:
        while self.count >= in_flight:
            if policy == "drop_newest":
                self.submitted += 1
                ticket = Ticket(self, self.submitted, [])
                text = f"frame {ticket.number} was dropped: {self.count} were in flight (policy drop_newest)"
                self._end(ticket, "dropped", error=FrameDroppedError(text))
                return ticket
            if not self.must_wait(policy, in_flight):
                self._drop_oldest()
                continue
            self.check_thread()
            started = time.perf_counter()
            free = self.changed.wait_for(lambda: not self.must_wait(policy, in_flight), timeout)
            self.blocked_seconds += time.perf_counter() - started
            if not free:
                raise DeadlineError(
                    f"submit: {self.count} frames are still in flight after {timeout} s: wait longer, or use "
                    'policy="drop_oldest"'
                )
        ticket = Ticket(self, self.submitted + 1, self._frames.with_left_over(commands), recorded)
        if self._thread is None:
            self._start()
        self.submitted += 1
        self._frames.take_left_over()
        self._frames.waiting.append(ticket)
        self.changed.notify_all()
        return ticket

    def must_wait(self, policy: Policy, in_flight: int) -> bool:
        """Whether a submission has to wait for room: a policy can only drop a frame that has not begun."""
        with self.changed.lock:
            full = self.count >= in_flight
            return full and (policy == "block" or (policy == "drop_oldest" and not self._frames.waiting))

    def cancel(self, ticket: Ticket, wait: bool = True) -> bool:
        """Cancel a frame; returns whether it ended as cancelled. A running frame stops between two bands or steps.

        ``wait`` says whether to wait until it has ended.
        """
        try:
            with self.changed.lock:
                if ticket in self._frames.waiting:
                    place = self._frames.waiting.index(ticket)
                    del self._frames.waiting[place]
                    self._frames.pass_on(ticket._commands[:-1], place)
                    self._end(ticket, "cancelled", error=_cancelled(ticket))
                elif not ticket.done:
                    # A frame handed to the GPU can be stopped too: its last commands may not have been issued yet.
                    self._frames.stopping.add(ticket)
                    if threading.current_thread() in (self._thread, self._reader):
                        # A callback of an earlier frame runs on a thread that this frame needs: waiting would deadlock.
                        return ticket is self._frames.running
                    if wait:
                        self.changed.wait_for(lambda: ticket.done)
                return ticket.state == "cancelled"
        finally:
            self._call_due()

    def drain(self) -> None:
        """Wait until every frame has ended."""
        with self.changed.lock:
            if self.count:
                self.check_thread()
            self.changed.wait_for(lambda: self.count == 0)

    def check_thread(self) -> None:
        """Raise FrameError on the queue's own threads: waiting for a frame there would deadlock."""
        thread = threading.current_thread()
        if thread in (self._thread, self._reader):
            raise FrameError("a done callback waits for a later frame, which waits for the callback: do it elsewhere")
        if isinstance(thread, later.Thread) and thread.owns_context:
            raise FrameError("a __del__ that ran on the OpenGL thread waits for a frame that needs it: do it elsewhere")

    def close(self, timeout: float | None = None) -> None:
        """Cancel every frame, drop undrawn commands, and wait for the threads to end."""
        with self.changed.lock:
            waiting = [*self._frames.waiting]
            self._frames.stopping.update(self._frames.tickets())
            self._ending = True
            self.changed.notify_all()
        for ticket in waiting:
            self.cancel(ticket)
        # In this order: the drawing thread may start the reading thread.
        for name in ("_thread", "_reader"):
            thread: threading.Thread | None = getattr(self, name)
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout)
        for commands in self.take_left_over():
            commands.release_readings()

    def forget(self) -> None:
        """Drop the references to surface and backend: no frame will be drawn any more."""

        def closed(*_: object) -> NDArray[np.uint8]:
            raise ClosedError("the canvas is closed")

        self._draw = closed

    @property
    def count(self) -> int:
        """Frames in flight: waiting, drawn or read."""
        return self._frames.count

    def oldest(self) -> Ticket | None:
        """The oldest frame that has not ended."""
        with self.changed.lock:
            tickets = self._frames.tickets()
            return tickets[0] if tickets else None

    def take_left_over(self) -> list[Commands]:
        """Remove and return the commands of dropped and failed frames that no later frame has drawn."""
        with self.changed.lock:
            return self._frames.take_left_over()

    def give_back(self, commands: list[Commands]) -> None:
        """Keep commands that could not be drawn for the next frame. Call it only while no newer ones are kept."""
        with self.changed.lock:
            self._frames.give_back(commands)

    def forked(self) -> None:
        """Fail every frame in a forked child: the threads that drew them exist only in the parent."""
        # A parent's thread may have held the old lock at the moment of the fork.
        self.changed = Changes()
        with self.changed.lock:
            self._thread = self._reader = None
            for ticket in self._frames.clear():
                text = (
                    f"frame {ticket.number} is drawn by the process that this one was forked from: draw it here again"
                )
                ticket._changed = self.changed
                ticket._callbacks = []  # They wake tasks of the parent's event loops.
                self._end(ticket, "failed", error=FrameError(text))
                ticket._unread = False

    # -- inside ------------------------------------------------------------------------------------------------

    def _drop_oldest(self) -> None:
        """Drop the frame that has waited longest."""
        ticket = self._frames.waiting.popleft()
        self._frames.pass_on(ticket._commands, 0)
        text = f"frame {ticket.number} was dropped for a later one (policy drop_oldest): take that one's pixels"
        self._end(ticket, "dropped", error=FrameDroppedError(text))

    def _work(self) -> None:
        """The drawing thread: draw frame after frame until none waits."""
        lingers = False
        while True:
            with self.changed.lock:
                if lingers and not self._frames.waiting:
                    self.changed.wait_for(lambda: self._frames.waiting or self._ending, LINGER)
                # A frame begun behind one that failed would only be halted too.
                self.changed.wait_for(lambda: not self._frames.is_halted)
                if not self._frames.waiting:
                    self._thread = None
                    self.changed.notify_all()
                    return
                ticket = self._frames.take_next()
                lingers = ticket._show is not None
            found, error = self._attempt(ticket, partial(self._draw_one, ticket))
            if isinstance(error, HaltedError):
                self._wait_halted(ticket)
                continue
            if callable(found) and not self._can_read():
                landing, (found, error) = found, self._attempt(ticket, found)
                if isinstance(landing, Landing) and not landing.is_drawn:
                    landing.resume()
                if isinstance(error, HaltedError):
                    with self.changed.lock:
                        self._frames.put_back(ticket)
                        self._frames.go_on()
                    continue
            with self.changed.lock:
                self._frames.running = None
                if callable(found):
                    self._read_later(ticket, found)
                else:
                    if error is not None:
                        self._frames.pass_back(ticket, error)
                    self._end(ticket, _state_of(error), found, error)
            del ticket, found, error
            self._call_due()

    def _draw_one(self, ticket: Ticket) -> NDArray[np.uint8] | Read:
        show = () if ticket._show is None else (ticket._show,)
        return self._draw(ticket._commands, ticket._recorded, lambda: ticket in self._frames.stopping, *show)

    def _read_later(self, ticket: Ticket, read: Read) -> None:
        """Hand a frame to the reading thread; wait while it has more than READS frames."""
        if not isinstance(read, Landing):
            ticket._commands = []
        self._frames.reading.append((ticket, read))
        self.changed.notify_all()
        self.changed.wait_for(lambda: len(self._frames.reading) <= READS)

    def _can_read(self) -> bool:
        """Start the reading thread unless it runs; returns False where the system cannot start one."""
        with self.changed.lock:
            if self._reader is None:
                thread = later.Thread(target=self._read, name="gpucanvas-frames-read", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    return False
                self._reader = thread
            return True

    def _read(self) -> None:
        """The reading thread: read frame after frame, until none is left and the drawing thread has ended."""
        while True:
            with self.changed.lock:
                self.changed.wait_for(lambda: self._frames.reading or self._thread is None)
                if not self._frames.reading:
                    self._reader = None
                    self.changed.notify_all()
                    return
                ticket, read = self._frames.reading[0]
            pixels, error = self._attempt(ticket, read)
            with self.changed.lock:
                self._frames.reading.popleft()
                if isinstance(error, HaltedError):
                    self._frames.put_aside(ticket)
                else:
                    if isinstance(read, Landing) and not read.is_drawn and error is not None:
                        self._frames.halt(ticket, error)
                    self._end(ticket, _state_of(error), pixels, error)
                if self._frames.is_halted and isinstance(read, Landing) and not self._frames.reading:
                    self._go_on(read)
            del ticket, read, pixels, error
            self._call_due()

    def _wait_halted(self, ticket: Ticket) -> None:
        """Queue a frame again that an earlier failed frame halted, and wait until the queue is no longer halted."""
        with self.changed.lock:
            # The reading thread finds the earlier frame's failure, now or soon.
            self._frames.put_back(ticket)
            self.changed.notify_all()
            self.changed.wait_for(lambda: not self._frames.is_halted)

    def _go_on(self, landing: Landing) -> None:
        """Queue halted frames again, now that all begun frames have ended and one of them was not drawn.

        A frame that is being begun at this moment must end first, to keep the order of the frames.
        """
        self.changed.wait_for(lambda: self._frames.running is None)
        if self._frames.reading:
            return
        self._frames.go_on()
        landing.resume()
        if self._frames.waiting and self._thread is None:
            self._start()
        self.changed.notify_all()

    def _start(self) -> None:
        """Start the thread that draws."""
        # The attribute is set after the start, so that nothing has changed where that fails. The lock is held here, and
        # the new thread waits for it.
        thread = later.Thread(target=self._work, name="gpucanvas-frames", daemon=True)
        thread.start()
        self._thread = thread

    def _attempt(self, ticket: Ticket, work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
        """Draw or read a frame; returns its result and None, or None and the error."""
        try:
            return work(), None
        except FrameCancelledError:
            return None, _cancelled(ticket)
        except BaseException as caught:
            # The traceback is kept as text: its stack frames would keep recordings, arrays and this queue alive.
            from traceback import format_tb

            caught.add_note("In the thread that drew the frame:\n" + "".join(format_tb(caught.__traceback__)).rstrip())
            return None, caught.with_traceback(None)

    def _end(
        self,
        ticket: Ticket,
        state: State,
        pixels: NDArray[np.uint8] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Set a ticket's result, drop its commands, wake waiting threads. Hold the lock; call `_call_due` after."""
        ticket._state, ticket._pixels, ticket._error = state, pixels, error
        ticket._unread = state == "failed"
        if error is not None and is_final(error) and ticket._commands:
            ticket._commands[-1].release_readings()
        ticket._commands, ticket._queue, ticket._show = [], None, None
        self._frames.stopping.discard(ticket)
        self.finished += state == "done"
        self.cancelled += state == "cancelled"
        self.dropped += state == "dropped"
        self.failed += state == "failed"
        if state != "done":
            spans.count(state)
        self._due.extend(ticket._callbacks)
        ticket._callbacks = []
        self.changed.notify_all()

    def _call_due(self) -> None:
        """Run the callbacks of frames that have ended. An error in one is reported and stops nothing."""
        while self._due:
            try:
                callback = self._due.popleft()
            except IndexError:
                return
            try:
                later.call(callback)
            except BaseException:
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))


def _state_of(error: BaseException | None) -> State:
    return "done" if error is None else "cancelled" if isinstance(error, FrameCancelledError) else "failed"


def _cancelled(ticket: Ticket) -> FrameCancelledError:
    return FrameCancelledError(f"frame {ticket.number} was cancelled: nothing of it was drawn")


_queues: WeakSet[FrameQueue] = WeakSet()


def _finish() -> None:
    """At exit, end every frame: a kernel must not run while the interpreter frees its arrays."""
    for queue in list(_queues):
        queue.close(5.0)


@forks.in_child
def _forked() -> None:
    """In a forked child, fail the frames of the parent's queues: their threads do not exist here."""
    for queue in list(_queues):
        queue.forked()


later.at_exit(_finish)
