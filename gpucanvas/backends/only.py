"""only: the process's one object of a kind, made when it is first asked for, whichever thread that is."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Only"]

T = TypeVar("T")


class Only(Generic[T]):
    """Makes an object once, and gives it from then on: ``shared = Only(Workers)``, then ``shared()``.

    A forked child goes on with the object that its parent made; what of it belongs to the parent, the object sees to.

    Parameters
    ----------
    make : callable
        Makes the object.

    Attributes
    ----------
    made : object or None
        The object, where it has been made.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.made: T | None = None
        # A finaliser that the collector runs while it is held may come back for it.
        self._making = threading.RLock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def __call__(self) -> T:
        """The object."""
        if self.made is None:
            with self._making:
                if self.made is None:
                    made = self._make()
                    # Such a finaliser may have made one meanwhile, and given it to somebody.
                    self.made = self.made or made
        return self.made

    def _forked(self) -> None:
        """In a forked child: a thread of the parent may have held the lock."""
        self._making = threading.RLock()
