"""Ticket: the handle of a submitted frame: its state, its pixels, a way to wait for it or cancel it."""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import suppress
from math import isnan
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from .. import later
from ..changes import Changes
from ..copies import Uncopied
from ..errors import DeadlineError
from ..names import Hinted

if TYPE_CHECKING:
    from ..pipeline.record import Commands

__all__ = ["Landing", "Recorded", "Show", "Ticket", "check_timeout", "left_of"]

Recorded = tuple[int, int]
"""When the recording of a frame began and ended, nanoseconds of time.perf_counter_ns; zeros where unknown."""

Show = Callable[[Any], None]
"""Shows a surface on which a frame has just been drawn."""


class Landing:
    """A frame that was handed to a GPU. Calling it waits until the GPU has drawn the frame.

    Attributes
    ----------
    is_drawn : bool
        Whether the frame is on the surface, known after the call; an undrawn frame still has its commands.
    """

    is_drawn = False

    def __call__(self) -> NDArray[np.uint8]:
        """Wait until the frame has been drawn, and return its pixels; raises the error that prevented drawing."""
        raise NotImplementedError

    def resume(self) -> None:
        """Let the frames be begun again that this one has halted."""


State = Literal["queued", "running", "done", "cancelled", "dropped", "failed"]
OPEN = ("queued", "running")
"""States of a frame that has not ended."""


def check_timeout(verb: str, timeout: float | None) -> float | None:
    """A timeout in seconds, at least 0, or None for no limit; checked."""
    if timeout is None:
        return None
    if isinstance(timeout, bool) or not isinstance(timeout, int | float | np.number):
        raise TypeError(f"{verb}: timeout is {timeout!r}: give seconds, or None to wait without limit")
    if isnan(timeout) or timeout < 0:
        raise ValueError(f"{verb}: timeout is {timeout!r}: give at least 0 seconds, or None to wait without limit")
    return None if timeout > threading.TIMEOUT_MAX else float(timeout)


def left_of(limit: float | None, started: float) -> float | None:
    """The rest of a time limit, seconds, that ``started`` at a time of time.perf_counter."""
    return None if limit is None else max(limit - (time.perf_counter() - started), 0.0)


class Queue(Protocol):
    """The methods of `FrameQueue` that a ticket calls."""

    changed: Changes

    def check_thread(self) -> None:
        """Raise FrameError on a thread of the queue."""

    def cancel(self, ticket: Ticket, wait: bool = True) -> bool:
        """Cancel a frame; returns whether it ended as cancelled."""


class Ticket(Hinted, Uncopied):
    """One submitted frame. Made by `Canvas.submit`; its methods may be called on any thread.

    Attributes
    ----------
    number : int
        Number of the frame among its canvas's submitted frames, from 1.
    """

    __slots__ = (
        "__weakref__",
        "_callbacks",
        "_changed",
        "_commands",
        "_error",
        "_pixels",
        "_queue",
        "_recorded",
        "_show",
        "_state",
        "_unread",
        "number",
    )
    _copy_cure = "it stands for one frame of one canvas: pass the ticket itself on, or copy the pixels of its result()"

    def __init__(self, queue: Queue, number: int, commands: list[Commands], recorded: Recorded = (0, 0)) -> None:
        self.number = number
        """Number of the frame among its canvas's submitted frames, from 1."""
        # Set to None when the frame ends: a ticket keeps its pixels, but no canvas.
        self._queue: Queue | None = queue
        self._changed = queue.changed
        self._commands = commands
        self._recorded = recorded
        self._show: Show | None = None
        self._state: State = "queued"
        self._pixels: NDArray[np.uint8] | None = None
        self._error: BaseException | None = None
        self._unread = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def state(self) -> State:
        """``"queued"``, ``"running"``, ``"done"``, ``"cancelled"``, ``"dropped"`` or ``"failed"``."""
        return self._state

    @property
    def done(self) -> bool:
        """Whether the frame has ended: drawn, cancelled, dropped or failed."""
        return self._state not in OPEN

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the frame has ended, for at most ``timeout`` seconds; returns whether it has."""
        limit = check_timeout("Ticket.wait", timeout)
        if self.done:
            return True
        queue = self._queue
        if queue is not None:
            queue.check_thread()
        with self._changed.lock:
            return self._changed.wait_for(lambda: self.done, limit)

    def result(self, timeout: float | None = None) -> NDArray[np.uint8]:
        """The canvas's pixels after this frame: (height, width, 4) uint8, straight RGBA.

        Raises
        ------
        DeadlineError
            After ``timeout`` seconds; the frame goes on.
        FrameCancelledError, FrameDroppedError
            Where the frame was cancelled, or dropped for a later one.
        Exception
            The error that made the frame fail. Its commands are not lost: the next frame draws them.
        """
        if not self.wait(timeout):
            raise DeadlineError(f"frame {self.number} is {self._state} after {timeout} s: wait longer, or cancel() it")
        self._unread = False
        if self._error is not None:
            raise self._error.with_traceback(None)
        assert self._pixels is not None
        return self._pixels

    def cancel(self) -> bool:
        """Cancel the frame: nothing of it is drawn, and its memory is freed. A running frame stops between two bands.

        Returns
        -------
        bool
            Whether the frame is cancelled, by this call or an earlier one; False where it ended before it could be
            stopped. `concurrent.futures.Future.cancel` answers so, too.
        """
        queue = self._queue
        return (queue is not None and queue.cancel(self)) or self._state == "cancelled"

    def add_done_callback(self, callback: Callable[[], None]) -> None:
        """Call ``callback()`` when the frame ends, on the thread that ends it; at once if it has ended.

        Later frames wait for the callback; waiting for one of them inside it raises FrameError. Errors of the callback
        go to `threading.excepthook`.
        """
        with self._changed.lock:
            if not self.done:
                self._callbacks.append(callback)
                return
        later.call(callback)

    def __await__(self) -> Generator[Any, None, NDArray[np.uint8]]:
        """As `result_async`: cancelling the awaiting task cancels the frame, for all who wait for it."""
        return self.result_async(None).__await__()

    async def ended(self, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop; returns whether the frame has ended."""
        # Imported here: asyncio takes longer to load than this whole library.
        import asyncio

        limit = check_timeout("ended", timeout)
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()

        def wake() -> None:
            # RuntimeError: the loop has been closed, and nobody waits any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(ended.set)

        self.add_done_callback(wake)
        try:
            async with asyncio.timeout(limit):
                await ended.wait()
        except TimeoutError:
            return False
        finally:
            with self._changed.lock:
                if wake in self._callbacks:
                    self._callbacks.remove(wake)
        return True

    async def result_async(self, timeout: float | None = None) -> NDArray[np.uint8]:
        """As `result`, without blocking the event loop. Where the task is cancelled or times out, so is the frame."""
        limit = check_timeout("result_async", timeout)
        return await self.result_within(limit, timeout)

    async def result_within(self, limit: float | None, told: float | None) -> NDArray[np.uint8]:
        """`result_async` with ``limit`` seconds, the rest of a timeout ``told`` by the caller, which errors name."""
        from asyncio import CancelledError

        try:
            in_time = await self.ended(limit)
        except CancelledError:
            await self._stop()
            raise
        if not in_time:
            await self._stop()
            if self._state == "cancelled":
                raise DeadlineError(
                    f"frame {self.number} took more than {told} s and was cancelled: what it drew is gone, so draw "
                    "it again"
                )
            if self._state == "done":
                raise DeadlineError(
                    f"frame {self.number} took more than {told} s; it could not be stopped and is drawn"
                )
        return self.result(0)

    async def _stop(self) -> None:
        """Cancel the frame, and wait for its end without blocking the loop."""
        queue = self._queue
        if queue is not None:
            queue.cancel(self, wait=False)
        await self.ended()

    def __repr__(self) -> str:
        return f"<Ticket of frame {self.number}, {self._state}>"

    def __del__(self, ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if self._unread and not ending():
            warnings.warn(
                f"frame {self.number} failed and nobody asked for its result: {self._error!r}; its drawing waits for "
                "the canvas's next frame",
                RuntimeWarning,
                stacklevel=2,
                source=self,
            )
