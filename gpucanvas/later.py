"""later: what a finaliser may not do at once. The collector runs finalisers wherever it likes, inside this library too.

    close() --called by the program---------------------> done at once
            --called inside another call of the library--> queued --next call from outside--> done

A `__del__` of the program's, or a generator that is closed inside its ``with Canvas``, may run on a thread that holds
one of the library's locks, draws a frame, or owns the OpenGL context. To wait there for a lock or another thread may be
to wait for oneself. So work that waits is given to `run`.

Whether a call is inside is read off the thread's stack. Locks that count who holds them would make every frame slower,
and Ctrl-C between a lock and its count would leave the count wrong for good.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

T = TypeVar("T")

PACKAGE: Final = os.path.dirname(os.path.abspath(__file__)) + os.sep


class _Here(threading.local):
    """What is known of the calling thread."""

    ours = False


_here = _Here()
_endings: list[Callable[[], object]] = []
_left: deque[Callable[[], object]] = deque()


class Thread(threading.Thread):
    """A thread of the library's, for as long as it lives: others wait for what it does."""

    owns_context = False

    def _bootstrap(self) -> None:
        # Not in run: who starts a thread waits for what it does before, and the collector may run there, too.
        _here.ours = True
        super()._bootstrap()  # type: ignore[misc]


def call(callback: Callable[[], T]) -> T:
    """Call the program with nothing held and nobody waiting: what it does there is not inside another call."""
    return callback()


def inside() -> bool:
    """Whether the call that asks was made, through the program's code, by another call or a thread of the library."""
    frame = _beneath(sys._getframe(1))
    through_door = False
    while frame is not None:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        elif frame.f_code is call.__code__:
            through_door = True
            frame = _beneath(frame)
        else:
            # A thread's first frame is no call: `_here` knows of it.
            return frame.f_code is not Thread._bootstrap.__code__ or not through_door
    return _here.ours and not through_door


def _beneath(frame: FrameType | None) -> FrameType | None:
    """The first frame, from this one down, that is not the library's."""
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame


def run(work: Callable[[], object]) -> None:
    """Do work that waits for locks or threads: now, or, inside another call, with the next one from outside."""
    if inside():
        _left.append(work)
    else:
        settle()
        work()


def settle() -> None:
    """Do what is left, unless this is inside another call. What it raises is reported as what a thread raises is."""
    # Not on a thread that draws frames, even in a callback: two of them could wait for each other's end.
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
    """Name what is done when the interpreter ends, in the order of naming: frames end before who draws them."""
    _endings.append(work)


def at_exit_first(work: Callable[[], object]) -> None:
    """Name what is done before all that is named by `at_exit`."""
    _endings.insert(0, work)


def _finish() -> None:
    """Before the interpreter takes modules and threads away."""
    settle()
    for work in _endings:
        work()


atexit.register(_finish)
