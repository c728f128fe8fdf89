"""transfer: the progress of a write: bytes written so far, deadline, and cancellation.

    check()  between two pieces:  raises where the deadline has passed, or the task was cancelled
    pause()  before any wait:     returns how long it may be; raises where no wait is allowed

With a timeout of 0, bytes are written as long as no wait is needed: check() never raises for it, pause() always does.
"""

from __future__ import annotations

import math
import threading
from numbers import Real
from time import monotonic

from ..errors import DeadlineError

LONGEST_WAIT_S = 3600.0
"""Seconds of one wait where there is no limit: poll and Event.wait overflow on larger numbers."""

STOP_WAIT_S = 0.05
"""Seconds of one wait that can be cancelled."""


class Stopped(Exception):
    """The task was cancelled. Used only inside the package: the task itself raises CancelledError."""


def check_timeout(timeout: object, name: str = "timeout") -> float | None:
    """A timeout as float seconds, or None for no limit; checked.

    Raises
    ------
    TypeError, ValueError
        For a string, a bool, NaN or a negative number.
    """
    if timeout is None:
        return None
    if isinstance(timeout, bool) or not isinstance(timeout, Real):
        raise TypeError(f"{name} is {timeout!r:.80}: give seconds as a number, or None for no limit")
    seconds = float(timeout)
    if math.isnan(seconds) or seconds < 0:
        raise ValueError(f"{name} is {seconds}: give at least 0 seconds, or None for no limit")
    return None if math.isinf(seconds) else seconds


class Transfer:
    """Bytes to write, with the target's name and a time limit.

    Parameters
    ----------
    data
        The bytes; the transfer releases this view when it is closed.
    name
        Name of the target in errors.
    timeout
        Seconds from now, as for `check_timeout`.
    stop
        Set when the write is cancelled.
    """

    __slots__ = ("_data", "_end", "_stop", "name", "timeout", "total", "written")

    def __init__(
        self, data: memoryview, name: str, timeout: float | None = None, stop: threading.Event | None = None
    ) -> None:
        self.timeout = check_timeout(timeout)
        self._end = math.inf if self.timeout is None else monotonic() + self.timeout
        self._stop = stop
        self._data = data
        self.name, self.written, self.total = name, 0, data.nbytes

    @property
    def may_wait_for_ever(self) -> bool:
        """Whether there is neither a deadline nor a way to cancel."""
        return self.timeout is None and self._stop is None

    def left(self) -> int:
        """Bytes still to be written."""
        return self.total - self.written

    def piece(self, nbytes: int) -> memoryview:
        """The next bytes, at most ``nbytes``; release the view before the transfer is closed."""
        return self._data[self.written : self.written + nbytes]

    def took(self, count: object, offered: int) -> int:
        """Count the bytes that a write took, by its return value.

        Raises
        ------
        TypeError, ValueError
            For an invalid return value.
        """
        if isinstance(count, bool) or not hasattr(count, "__index__"):
            raise TypeError(
                f"{self.name}: write returned {count!r:.80}: give a file whose write returns a count or None"
            )
        taken = int(count.__index__())
        if not 0 <= taken <= offered:
            raise ValueError(
                f"{self.name}: write was given {offered} bytes and returned {taken}: it must return how many it took"
            )
        self.written += taken
        return taken

    def check(self) -> None:
        """Raise where the deadline has passed or the write was cancelled. Call it between two pieces."""
        self._check_stop()
        if self.timeout and monotonic() >= self._end:
            raise self.late()

    def pause(self) -> float:
        """Most seconds of the next wait; raises where no wait is allowed any more."""
        self._check_stop()
        left = self._end - monotonic()
        if left <= 0:
            raise self.late()
        return min(left, LONGEST_WAIT_S if self._stop is None else STOP_WAIT_S)

    def late(self, why: str = "") -> DeadlineError:
        """The error for a passed deadline."""
        cure = why or "the target takes no more: have its reader read, give a longer timeout, or save to a path"
        done = f"{self.written} of {self.total} bytes were written in the timeout of {self.timeout:g} s"
        text = f"{self.name}: {done}; {cure}"
        return DeadlineError(text, target=self.name, written=self.written, total=self.total, timeout=self.timeout)

    def close(self) -> None:
        """Release the bytes, even if a traceback still refers to the transfer."""
        self._data.release()

    def _check_stop(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise Stopped


__all__ = ["Stopped", "Transfer", "check_timeout"]
