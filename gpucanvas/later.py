"""later: defers work that a finaliser may not do at once, because the garbage collector ran it inside this library.

    close() --called by the program---------------------> done at once
            --called inside another call of the library--> queued --next call from outside--> done

A `__del__` of the program, or a generator that is closed inside its ``with Canvas``, may run on a thread that holds one
of the library's locks, draws a frame, or owns the OpenGL context. Waiting there for a lock or another thread may
deadlock. So work that waits is passed to `run`.

`inside` reads from the thread's stack whether a call is nested in another one. Counting in the locks instead would make
every frame slower, and Ctrl-C between a lock and its count would leave the count wrong for good.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, Final, TypeVar

T = TypeVar("T")

PACKAGE: Final = os.path.dirname(os.path.abspath(__file__)) + os.sep


class _Here(threading.local):
    """State of the calling thread: whether it is one of the library's own (`Thread`)."""

    ours = False


_here = _Here()
_endings: list[Callable[[], object]] = []
_left: deque[Callable[[], object]] = deque()


class Thread(threading.Thread):
    """A thread of the library. Other threads may wait for its work, so finalisers on it must not wait."""

    owns_context = False

    def _bootstrap(self) -> None:
        # Set before `run`: start() waits for what the new thread does before it, where the collector may run, too.
        _here.ours = True
        super()._bootstrap()  # type: ignore[misc]


def call(callback: Callable[[], T]) -> T:
    """Call a function of the program while no lock is held and nobody waits: calls from it are not `inside`."""
    return callback()


async def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Await a coroutine of the program: `call` for handlers that are ``async``."""
    return await coroutine


DOORS: Final = call.__code__, finish.__code__
"""The functions through which the library runs the program's code."""


def inside() -> bool:
    """Whether the present call is nested, through the program's code, in another call or a thread of the library."""
    frame = _beneath(sys._getframe(1))
    through_door = False
    while frame is not None:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        elif frame.f_code in DOORS:
            through_door = True
            frame = _beneath(frame)
        else:
            # The first stack frame of a library thread is no call of the program: `_here` knows such threads.
            return frame.f_code is not Thread._bootstrap.__code__ or not through_door
    return _here.ours and not through_door


def _beneath(frame: FrameType | None) -> FrameType | None:
    """The first stack frame, from this one outwards, that is not in the library's code."""
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame


def run(work: Callable[[], object]) -> None:
    """Do work that waits for locks or threads: now, or, inside another call, at the next call from outside."""
    if inside():
        _left.append(work)
    else:
        settle()
        work()


def settle() -> None:
    """Do the deferred work, unless inside another call. Errors go to `threading.excepthook`."""
    # Not on a thread that draws frames, even in a callback: two such threads could wait for each other.
    if not _left or _here.ours or inside():
        return
    while _left:
        try:
            work = _left.popleft()
        except IndexError:  # Another thread was first.
            return
        try:
            work()
        except Exception:
            threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))


def at_exit(work: Callable[[], object]) -> None:
    """Register a function for the interpreter's exit, run in the order of registration: frames end before backends."""
    _endings.append(work)


def at_exit_first(work: Callable[[], object]) -> None:
    """Register a function that runs before all those of `at_exit`."""
    _endings.insert(0, work)


def _finish() -> None:
    """Run the registered functions, before the interpreter tears down modules and threads."""
    settle()
    for work in _endings:
        work()


atexit.register(_finish)
