"""frames: canvases drawn in the background. A submitted frame is a Ticket; a queue keeps a canvas's frames in order.

    submit --> queued --one thread draws--> running --another reads--> done
                 |                             |
                 +-- dropped, cancelled        +-- cancelled, failed

A queue's threads begin with its first frame and end with its last, or a second later, where frames are shown in a
window: an idle canvas has none. Where the surface itself is the pixels, one thread does all. A GPU's frames overlap:
the first thread only tells the GPU what to do, the other waits until each has landed and takes its pixels.

A frame that had been begun and was not drawn halts those behind it, which were not either: they are queued again, and
its drawing is the next one's, as ever.

A dropped frame loses its pixels, never its drawing: the next frame draws it first, unless it covers it completely. So
does the drawing of a frame that failed, which is there again for whoever has cured what made it fail. Only a cancelled
frame is not drawn. One that is as a whole beyond a limit is drawn in parts (`apart.py`), and what is beyond one by
itself is told (LimitError) and left out.
"""

from __future__ import annotations

import os
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

from . import later
from .backends.base import HaltedError
from .errors import ClosedError, DeadlineError, FrameCancelledError, FrameDroppedError, FrameError
from .lineup import Lineup, Read, is_final
from .sight import spans
from .ticket import Landing, Recorded, Show, Ticket

if TYPE_CHECKING:
    from .pipeline.record import Commands

__all__ = ["POLICIES", "FrameQueue", "Landing", "Policy", "Show", "check_flight"]

Policy = Literal["block", "drop_oldest", "drop_newest"]
POLICIES = ("block", "drop_oldest", "drop_newest")
IN_FLIGHT = 3
"""Frames of a canvas that may be queued or running before its policy decides."""
Draw = Callable[..., NDArray[np.uint8] | Read]
"""Draws a list of `Commands`, `Recorded` at a time, unless the third argument, called, says to stop.

Returns the canvas's pixels, or what reads them. A fourth argument shows the surface: there are no pixels then."""
LINGER = 1.0
"""Seconds that the thread waits for another frame after one that was shown: those of an animation share a thread."""
READS = 2
"""Frames that may be drawn and not read yet: reading one does not keep the next from being drawn."""


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
        self.changed = threading.Condition(threading.RLock())
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
        """Queue a frame. Where the policy drops this newest one, its commands are still the caller's."""
        try:
            with self.changed:
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
        """Whether a submission has to wait for a frame: a policy can only drop one that has not begun."""
        with self.changed:
            full = self.count >= in_flight
            return full and (policy == "block" or (policy == "drop_oldest" and not self._frames.waiting))

    def cancel(self, ticket: Ticket, wait: bool = True) -> bool:
        """End a frame; False where it ended otherwise. One that is running ends between two bands or steps.

        Whether to wait for that end is the caller's choice.
        """
        try:
            with self.changed:
                if ticket in self._frames.waiting:
                    place = self._frames.waiting.index(ticket)
                    del self._frames.waiting[place]
                    self._frames.pass_on(ticket._commands[:-1], place)
                    self._end(ticket, "cancelled", error=_cancelled(ticket))
                elif not ticket.done:
                    # Also one that has been begun: the GPU may not have been given all of it yet.
                    self._frames.stopping.add(ticket)
                    if threading.current_thread() in (self._thread, self._reader):
                        # A callback of an earlier frame, which this one may be waiting for.
                        return ticket is self._frames.running
                    if wait:
                        self.changed.wait_for(lambda: ticket.done)
                return ticket.state == "cancelled"
        finally:
            self._call_due()

    def drain(self) -> None:
        """Wait until every frame has come to its end."""
        with self.changed:
            if self.count:
                self.check_thread()
            self.changed.wait_for(lambda: self.count == 0)

    def check_thread(self) -> None:
        """Raise FrameError on a thread that the frames wait for: who waits for a frame there would wait for ever."""
        thread = threading.current_thread()
        if thread in (self._thread, self._reader):
            raise FrameError("a done callback waits for a later frame, which waits for the callback: do it elsewhere")
        if isinstance(thread, later.Thread) and thread.owns_context:
            raise FrameError("a __del__ that ran on the OpenGL thread waits for a frame that needs it: do it elsewhere")

    def close(self, timeout: float | None = None) -> None:
        """Cancel every frame, let go of what is left over, and wait for the thread to end."""
        with self.changed:
            waiting = [*self._frames.waiting]
            self._frames.stopping.update(self._frames.tickets())
            self._ending = True
            self.changed.notify_all()
        for ticket in waiting:
            self.cancel(ticket)
        # The first may start the second.
        for name in ("_thread", "_reader"):
            thread: threading.Thread | None = getattr(self, name)
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout)
        for commands in self.take_left_over():
            commands.release_readings()

    def forget(self) -> None:
        """Let go of what frames are drawn with; there will be none."""

        def closed(*_: object) -> NDArray[np.uint8]:
            raise ClosedError("the canvas is closed")

        self._draw = closed

    @property
    def count(self) -> int:
        """Frames in flight: waiting, drawn or read."""
        return self._frames.count

    def oldest(self) -> Ticket | None:
        """The frame that comes to its end next."""
        with self.changed:
            tickets = self._frames.tickets()
            return tickets[0] if tickets else None

    def take_left_over(self) -> list[Commands]:
        """What dropped and failed frames were to draw and no later frame has drawn; it is the caller's now."""
        with self.changed:
            return self._frames.take_left_over()

    def give_back(self, commands: list[Commands]) -> None:
        """Keep what could not be drawn for the next frame; nothing newer is left over."""
        with self.changed:
            self._frames.give_back(commands)

    def forked(self) -> None:
        """Fail every frame: this process was forked, and the thread that drew them is the parent's."""
        # The parent's thread may have held the old lock at the moment of the fork.
        self.changed = threading.Condition(threading.RLock())
        with self.changed:
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
        """Give up the frame that has waited longest."""
        ticket = self._frames.waiting.popleft()
        self._frames.pass_on(ticket._commands, 0)
        text = f"frame {ticket.number} was dropped for a later one (policy drop_oldest): take that one's pixels"
        self._end(ticket, "dropped", error=FrameDroppedError(text))

    def _work(self) -> None:
        """The thread: frame by frame, until there is none."""
        lingers = False
        while True:
            with self.changed:
                if lingers and not self._frames.waiting:
                    self.changed.wait_for(lambda: self._frames.waiting or self._ending, LINGER)
                # Nothing is begun behind a frame that was not drawn: it would only be halted.
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
                    with self.changed:
                        self._frames.put_back(ticket)
                        self._frames.go_on()
                    continue
            with self.changed:
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
        """Leave a frame to the other thread; wait while more than READS are."""
        if not isinstance(read, Landing):
            ticket._commands = []
        self._frames.reading.append((ticket, read))
        self.changed.notify_all()
        self.changed.wait_for(lambda: len(self._frames.reading) <= READS)

    def _can_read(self) -> bool:
        """Start the other thread, if there is none; False where the system has none to give."""
        with self.changed:
            if self._reader is None:
                thread = later.Thread(target=self._read, name="gpucanvas-frames-read", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    return False
                self._reader = thread
            return True

    def _read(self) -> None:
        """The other thread: reads frame by frame, until there is none and none will be."""
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self._frames.reading or self._thread is None)
                if not self._frames.reading:
                    self._reader = None
                    self.changed.notify_all()
                    return
                ticket, read = self._frames.reading[0]
            pixels, error = self._attempt(ticket, read)
            with self.changed:
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
        """Queue a frame again that could not be begun because of an earlier one, and wait until that one is settled."""
        with self.changed:
            # The other thread is about to see the earlier one, if it has not yet.
            self._frames.put_back(ticket)
            self.changed.notify_all()
            self.changed.wait_for(lambda: not self._frames.is_halted)

    def _go_on(self, landing: Landing) -> None:
        """All frames that were begun have landed, and one was not drawn: queue again those that were behind it.

        Where another was being begun meanwhile, it has to land first: what was behind it goes before it.
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
        # It waits for the lock, which is held: where it cannot be started, nothing has changed.
        thread = later.Thread(target=self._work, name="gpucanvas-frames", daemon=True)
        thread.start()
        self._thread = thread

    def _attempt(self, ticket: Ticket, work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
        """Draw or read a frame: what came of it, or why nothing did."""
        try:
            return work(), None
        except FrameCancelledError:
            return None, _cancelled(ticket)
        except BaseException as caught:
            # The lines of the traceback stay; what its frames held (recordings, arrays, this queue) goes.
            from traceback import format_tb

            caught.add_note("In the thread that drew the frame:\n" + "".join(format_tb(caught.__traceback__)).rstrip())
            return None, caught.with_traceback(None)

    def _end(
        self,
        ticket: Ticket,
        state: str,
        pixels: NDArray[np.uint8] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Settle a ticket, let go of what it held, tell who waits. The lock is held; call `_call_due` without it."""
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
        """Call back for the frames that have ended; whatever a callback raises, frames go on."""
        while self._due:
            try:
                callback = self._due.popleft()
            except IndexError:
                return
            try:
                later.call(callback)
            except BaseException:
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))


def _state_of(error: BaseException | None) -> str:
    return "done" if error is None else "cancelled" if isinstance(error, FrameCancelledError) else "failed"


def _cancelled(ticket: Ticket) -> FrameCancelledError:
    return FrameCancelledError(f"frame {ticket.number} was cancelled: nothing of it was drawn")


_queues: WeakSet[FrameQueue] = WeakSet()


def _finish() -> None:
    """End every frame before the interpreter goes: a kernel must not run on while its arrays are torn down."""
    for queue in list(_queues):
        queue.close(5.0)


def _forked() -> None:
    """In a forked child: the parent's threads are not here, so no frame of its queues will ever end by itself."""
    for queue in list(_queues):
        queue.forked()


later.at_exit(_finish)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
