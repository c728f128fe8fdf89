"""Waiting for another thread for some microseconds, without the GIL and without going to sleep."""

from __future__ import annotations

from . import kernel
from .instructions import look


@kernel
def watch(flag, seen, rounds, linger):
    """Read a flag (1,) int64 until it differs from ``seen``, at most ``rounds`` times; then read it ``linger`` times.

    Returns whether the flag has changed.
    """
    for _ in range(rounds):
        if look(flag) != seen:
            for _ in range(linger):
                look(flag)
            return True
    return False
