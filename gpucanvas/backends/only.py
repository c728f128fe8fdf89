"""only: a thread-safe singleton, made on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from .. import forks

__all__ = ["Only"]

T = TypeVar("T")


class Only(Generic[T]):
    """Makes an object once, and returns it from then on: ``shared = Only(Workers)``, then ``shared()``.

    A forked child keeps the parent's object, which must replace its own threads and locks.

    Parameters
    ----------
    make : callable
        Makes the object.

    Attributes
    ----------
    made : object or None
        The object, or None before the first call.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.made: T | None = None
        # Reentrant: a finaliser that runs while the lock is held may ask for the object.
        self._making = threading.RLock()
        forks.in_child(self._forked)

    def __call__(self) -> T:
        """The object."""
        if self.made is None:
            with self._making:
                if self.made is None:
                    made = self._make()
                    # Such a finaliser may have made the object already.
                    self.made = self.made or made
        return self.made

    def _forked(self) -> None:
        """In a forked child, replace the lock: a thread of the parent may have held it."""
        self._making = threading.RLock()
