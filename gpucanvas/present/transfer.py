"""Transfer: bytes on their way: how far they are, how long they may take, whether anybody still wants them.

    check()  between two pieces:  the deadline has passed, or the task was cancelled? raise
    pause()  before any wait:     how long may it be? not at all? raise

A timeout of 0 means "nothing may wait": what can be written at once is written, so check() lets it pass and pause()
never does.
"""

from __future__ import annotations

import math
import threading
from numbers import Real
from time import monotonic

from ..errors import DeadlineError

LONGEST_WAIT_S = 3600.0
"""A wait without limit is made of these: poll and Event.wait overflow on larger numbers."""

STOP_WAIT_S = 0.05
"""A wait that can be cancelled is made of these."""


class Stopped(Exception):
    """The task that wanted the bytes was cancelled. Never leaves the package: the task raises CancelledError."""


def check_timeout(timeout: object, name: str = "timeout") -> float | None:
    """A timeout as float seconds, or None for no limit.

    Raises
    ------
    TypeError, ValueError
        For text, a bool, NaN or a negative number.
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
    """Bytes, the name of where they go, and the time they have.

    Parameters
    ----------
    data
        The bytes; the transfer releases this view when it is closed.
    name
        What the target is called in errors.
    timeout
        Seconds from now, as `check_timeout` takes them.
    stop
        Set by whoever no longer wants the bytes written.
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
        """Whether nobody can end this: then there is no need to be able to."""
        return self.timeout is None and self._stop is None

    def left(self) -> int:
        """How many bytes are still to be written."""
        return self.total - self.written

    def piece(self, nbytes: int) -> memoryview:
        """The next bytes, at most so many; release it before the transfer is closed."""
        return self._data[self.written : self.written + nbytes]

    def took(self, count: object, offered: int) -> int:
        """Note what a write returned.

        Raises
        ------
        TypeError, ValueError
            For what no write returns.
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
        """Raise where nothing more may be written. Call it between two pieces."""
        self._check_stop()
        if self.timeout and monotonic() >= self._end:
            raise self.late()

    def pause(self) -> float:
        """How many seconds the next wait may last; raise where nothing may wait any more."""
        self._check_stop()
        left = self._end - monotonic()
        if left <= 0:
            raise self.late()
        return min(left, LONGEST_WAIT_S if self._stop is None else STOP_WAIT_S)

    def late(self, why: str = "") -> DeadlineError:
        """The error of a deadline that has passed."""
        cure = why or "the target takes no more: have its reader read, give a longer timeout, or save to a path"
        done = f"{self.written} of {self.total} bytes were written in the timeout of {self.timeout:g} s"
        text = f"{self.name}: {done}; {cure}"
        return DeadlineError(text, target=self.name, written=self.written, total=self.total, timeout=self.timeout)

    def close(self) -> None:
        """Let the bytes go, whoever still holds the transfer (a traceback does)."""
        self._data.release()

    def _check_stop(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise Stopped


__all__ = ["Stopped", "Transfer", "check_timeout"]
