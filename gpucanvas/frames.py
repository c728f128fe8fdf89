"""frames: canvases drawn in the background. A submitted frame is a Ticket; a queue keeps a canvas's frames in order.

    submit --> queued --thread--> running --> done
                 |                   |
                 +-- dropped         +-- cancelled, failed

A queue's thread begins with its first frame and ends with its last: an idle canvas has none. A dropped frame loses its
pixels, never its drawing: the next frame draws it first, unless it covers it completely.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from math import isnan
from traceback import clear_frames
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from .errors import DeadlineError, FrameCancelledError, FrameDroppedError, FrameError
from .sight import spans

if TYPE_CHECKING:
    from .pipeline.record import Commands

__all__ = ["POLICIES", "FrameQueue", "Policy", "Ticket", "check_timeout"]

Policy = Literal["block", "drop_oldest", "drop_newest"]
POLICIES = ("block", "drop_oldest", "drop_newest")
IN_FLIGHT = 3
"""Frames of a canvas that may be queued or running before its policy decides."""
Draw = Callable[[list["Commands"], Callable[[], bool]], NDArray[np.uint8]]
"""Draws recordings in order unless the second argument says to stop, and returns the canvas's pixels."""

_OPEN = ("queued", "running")


def check_timeout(verb: str, timeout: float | None) -> float | None:
    """A timeout in seconds, at least 0, or None for no limit."""
    if timeout is None:
        return None
    if isinstance(timeout, bool) or not isinstance(timeout, int | float | np.number):
        raise TypeError(f"{verb}: timeout is {timeout!r}: give seconds, or None to wait without limit")
    if isnan(timeout) or timeout < 0:
        raise ValueError(f"{verb}: timeout is {timeout!r}: give at least 0 seconds, or None to wait without limit")
    return float(timeout)


def left_of(limit: float | None, started: float) -> float | None:
    """What is left of a limit that began at a time of time.perf_counter, seconds."""
    return None if limit is None else max(limit - (time.perf_counter() - started), 0.0)


class Ticket:
    """One submitted frame. Made by `Canvas.submit`; its methods may be called on any thread."""

    __slots__ = ("__weakref__", "_callbacks", "_commands", "_error", "_pixels", "_queue", "_state", "number")

    def __init__(self, queue: FrameQueue, number: int, commands: list[Commands]) -> None:
        self.number = number
        """Which submitted frame of its canvas this is, from 1."""
        self._queue = queue
        self._commands = commands
        self._state = "queued"
        self._pixels: NDArray[np.uint8] | None = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[], None]] = []

    @property
    def state(self) -> str:
        """``"queued"``, ``"running"``, ``"done"``, ``"cancelled"``, ``"dropped"`` or ``"failed"``."""
        return self._state

    @property
    def done(self) -> bool:
        """Whether the frame has come to its end, whichever that was."""
        return self._state not in _OPEN

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the frame has come to its end, or for so many seconds; returns whether it has."""
        limit = check_timeout("Ticket.wait", timeout)
        with self._queue.changed:
            return self._queue.changed.wait_for(lambda: self.done, limit)

    def result(self, timeout: float | None = None) -> NDArray[np.uint8]:
        """The canvas's pixels after this frame: (height, width, 4) uint8, straight RGBA.

        Raises
        ------
        DeadlineError
            After so many seconds; the frame goes on.
        FrameCancelledError, FrameDroppedError
            Where the frame was cancelled, or gave way to a later one.
        """
        if not self.wait(timeout):
            raise DeadlineError(f"frame {self.number} is {self._state} after {timeout} s: wait longer, or cancel() it")
        if self._error is not None:
            raise self._error
        assert self._pixels is not None
        return self._pixels

    def cancel(self) -> None:
        """Stop the frame: nothing of it is drawn and what it held is free. On the cpu backend also between its bands.

        Raises
        ------
        FrameError
            Where the frame has come to its end already.
        """
        self._queue.cancel(self)

    def add_done_callback(self, callback: Callable[[], None]) -> None:
        """Call ``callback()`` when the frame comes to its end, on the thread that ends it; now, if it has."""
        with self._queue.changed:
            if not self.done:
                self._callbacks.append(callback)
                return
        callback()

    def __await__(self) -> Any:
        return self.result_async(None).__await__()

    async def ended(self, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop; returns whether the frame has come to its end."""
        # Not at the top: asyncio takes longer to load than all of this library.
        import asyncio

        loop = asyncio.get_running_loop()
        ended = asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(ended.set)

        self.add_done_callback(wake)
        try:
            async with asyncio.timeout(timeout):
                await ended.wait()
        except TimeoutError:
            return False
        finally:
            with self._queue.changed:
                if wake in self._callbacks:
                    self._callbacks.remove(wake)
        return True

    async def result_async(self, timeout: float | None = None) -> NDArray[np.uint8]:
        """As `result`, without blocking the event loop. Where the task is cancelled, or too late, the frame is too."""
        from asyncio import CancelledError

        limit = check_timeout("result_async", timeout)
        try:
            in_time = await self.ended(limit)
        except CancelledError:
            self._queue.cancel(self, quietly=True)
            raise
        if not in_time:
            self._queue.cancel(self, quietly=True)
            raise DeadlineError(f"frame {self.number} took more than {timeout} s and was cancelled")
        return self.result(0)

    def __repr__(self) -> str:
        return f"<Ticket of frame {self.number}, {self._state}>"


class FrameQueue:
    """The submitted frames of one canvas.

    Attributes
    ----------
    submitted, finished, cancelled, dropped, failed : int
        Counts of frames, for the canvas's stats.
    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._waiting: deque[Ticket] = deque()
        self._running: Ticket | None = None
        self._stop = False
        self._left_over: list[Commands] = []
        self._thread: threading.Thread | None = None
        self.changed = threading.Condition(threading.RLock())
        self.submitted = self.finished = self.cancelled = self.dropped = self.failed = 0
        self.blocked_seconds = 0.0
        _queues.add(self)

    def submit(self, commands: Commands, policy: Policy, in_flight: int, timeout: float | None) -> Ticket:
        """Queue a frame. Where the policy drops this newest one, its commands are still the caller's."""
        with self.changed:
            while self.count >= in_flight:
                if policy == "drop_newest":
                    self.submitted += 1
                    ticket = Ticket(self, self.submitted, [])
                    text = f"frame {ticket.number} was dropped: {self.count} were in flight (policy drop_newest)"
                    self._end(ticket, "dropped", error=FrameDroppedError(text))
                    return ticket
                if policy == "drop_oldest" and self._waiting:
                    self._drop(self._waiting.popleft())
                    break
                started = time.perf_counter()
                free = self.changed.wait_for(lambda: self.count < in_flight, timeout)
                self.blocked_seconds += time.perf_counter() - started
                if not free:
                    raise DeadlineError(
                        f"submit: {self.count} frames are still in flight after {timeout} s: wait longer, or use "
                        'policy="drop_oldest"'
                    )
            self.submitted += 1
            ticket = Ticket(self, self.submitted, [*self.take_left_over(), commands])
            self._waiting.append(ticket)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="gpucanvas-frames", daemon=True)
                self._thread.start()
            return ticket

    def cancel(self, ticket: Ticket, quietly: bool = False) -> None:
        """End a frame; one that is running is waited for, which takes no longer than a band."""
        with self.changed:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._pass_on(ticket._commands[:-1])
                self._end(ticket, "cancelled", error=_cancelled(ticket))
            elif ticket is self._running:
                self._stop = True
                self.changed.wait_for(lambda: ticket.done)
                if ticket.state != "cancelled" and not quietly:
                    raise FrameError(f"frame {ticket.number} was {ticket.state} before it could be cancelled")
            elif not quietly:
                raise FrameError(f"frame {ticket.number} is {ticket.state} already: there is nothing to cancel")

    def drain(self) -> None:
        """Wait until every frame has come to its end."""
        with self.changed:
            self.changed.wait_for(lambda: self.count == 0)

    def close(self, timeout: float | None = None) -> None:
        """Cancel every frame and wait for the thread to end."""
        with self.changed:
            for ticket in [*self._waiting]:
                self.cancel(ticket, quietly=True)
            self._stop = self._running is not None
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    @property
    def count(self) -> int:
        """Frames in flight: waiting or running."""
        return len(self._waiting) + (self._running is not None)

    def oldest(self) -> Ticket | None:
        """The frame that comes to its end next."""
        with self.changed:
            return self._running or (self._waiting[0] if self._waiting else None)

    def take_left_over(self) -> list[Commands]:
        """What dropped frames were to draw and no later frame has drawn; it is the caller's now."""
        with self.changed:
            left, self._left_over = self._left_over, []
            return left

    def forked(self) -> None:
        """Fail every frame: this process was forked, and the thread that drew them is the parent's."""
        # The parent's thread may have held the old lock at the moment of the fork.
        self.changed = threading.Condition(threading.RLock())
        tickets = [*([self._running] if self._running else []), *self._waiting]
        self._running, self._thread = None, None
        self._waiting.clear()
        for ticket in tickets:
            text = f"frame {ticket.number} is drawn by the process that this one was forked from: submit it here again"
            self._end(ticket, "failed", error=FrameError(text))

    # -- inside ------------------------------------------------------------------------------------------------

    def _drop(self, ticket: Ticket) -> None:
        """Give a frame up."""
        self._pass_on(ticket._commands)
        text = f"frame {ticket.number} was dropped for a later one (policy drop_oldest): take that one's pixels"
        self._end(ticket, "dropped", error=FrameDroppedError(text))

    def _pass_on(self, commands: list[Commands]) -> None:
        """Have the next frame draw these first."""
        if self._waiting:
            self._waiting[0]._commands[:0] = commands
        else:
            self._left_over = [*self._left_over, *commands]

    def _work(self) -> None:
        """The thread: frame by frame, until there is none."""
        while True:
            with self.changed:
                if not self._waiting:
                    self._thread = None
                    self.changed.notify_all()
                    return
                ticket = self._running = self._waiting.popleft()
                ticket._state, self._stop = "running", False
            pixels: NDArray[np.uint8] | None = None
            error: BaseException | None = None
            try:
                pixels = self._draw(ticket._commands, lambda: self._stop)
            except FrameCancelledError:
                error = _cancelled(ticket)
            except BaseException as caught:
                # The lines of the traceback stay; what they held (recordings, arrays) goes now.
                clear_frames(caught.__traceback__)
                error = caught
            state = "done" if error is None else "cancelled" if isinstance(error, FrameCancelledError) else "failed"
            with self.changed:
                self._running = None
                if state == "cancelled":
                    self._pass_on(ticket._commands[:-1])
                self._end(ticket, state, pixels, error)

    def _end(
        self,
        ticket: Ticket,
        state: str,
        pixels: NDArray[np.uint8] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Settle a ticket, let go of what it held, and tell who waits. The lock is held."""
        ticket._state, ticket._pixels, ticket._error = state, pixels, error
        if state in ("cancelled", "failed") and ticket._commands:
            ticket._commands[-1].release_readings()
        ticket._commands = []
        self.finished += state == "done"
        self.cancelled += state == "cancelled"
        self.dropped += state == "dropped"
        if state == "dropped":
            spans.count("dropped")
        self.failed += state == "failed"
        callbacks, ticket._callbacks = ticket._callbacks, []
        self.changed.notify_all()
        for callback in callbacks:
            callback()


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


atexit.register(_finish)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
