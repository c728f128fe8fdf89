"""changes: a lock, and waiting for what it protects to change, that survive a Ctrl-C at any moment.

    with changes.lock:          another thread:  with changes.lock:
        ... changes.wait_for(is_done)                ...
                                                     changes.notify_all()

A `threading.Condition` in a ``with`` statement does not: its ``__enter__`` is written in Python, and KeyboardInterrupt
may be raised when it has taken the lock and the block has not begun. The lock is never released then, and all other
threads wait for ever. The lock itself is written in C, where there is no such moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

__all__ = ["Changes"]


class Changes:
    """A lock that a thread may take again, and the condition that what it protects has changed."""

    __slots__ = ("_condition", "lock")

    def __init__(self) -> None:
        self.lock: Final = threading.RLock()
        self._condition = threading.Condition(self.lock)

    def wait_for(self, is_so: Callable[[], object], timeout: float | None = None) -> bool:
        """Release the lock until a condition holds, for at most ``timeout`` seconds; returns whether it does."""
        return bool(self._condition.wait_for(is_so, timeout))

    def notify_all(self) -> None:
        """Wake all threads that wait. Hold the lock."""
        self._condition.notify_all()
