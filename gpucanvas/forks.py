"""forks: what a forked child replaces of the library's state before it goes on.

A forked child is a copy of the parent with a single thread. A lock that another thread of the parent held at the fork
stays locked in the child for good, and work that another thread did never ends. So modules register functions that
replace locks and forget the parent's threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from types import MethodType
from weakref import WeakMethod

__all__ = ["in_child"]


def in_child(act: Callable[[], None]) -> Callable[[], None]:
    """Call a function in every forked child, in the order of registration; returns the function, for decorators.

    A method's object is referred to weakly. On systems without fork the function is never called.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_weakly(act) if isinstance(act, MethodType) else act)
    return act


def _weakly(method: MethodType) -> Callable[[], None]:
    """Returns a function that calls a method while its object lives."""
    found = WeakMethod(method)

    def call() -> None:
        alive = found()
        if alive is not None:
            alive()

    return call
