"""A thread waits for another one for some microseconds, without the interpreter's lock and without going to sleep."""

from __future__ import annotations

from . import kernel
from .instructions import look


@kernel
def watch(flag, seen, rounds, linger):
    """Look at a flag (1,) int64 until it is not what was seen any more, at most so often, and then a little longer."""
    for _ in range(rounds):
        if look(flag) != seen:
            for _ in range(linger):
                look(flag)
            return True
    return False
