"""loop: the main thread of programs with windows. It waits for events and for frames that are due, not for pictures.

    turn:  wait (until a frame is due) --> glfw's events --> handlers --> frames that are due: record, submit --> turn
                                                                                                  |
    another thread:                                                            draw, show <-------+

An idle loop sleeps in the system, a tenth of a second at a time, so that Ctrl-C is seen. On asyncio the same turns are
tasks of the running event loop.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from math import inf
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Protocol

from .. import later
from .leftover import ended_by_exception
from .tasks import SteppedTasks

if TYPE_CHECKING:
    import asyncio

__all__ = ["Loop", "loop"]

LONGEST: Final = 0.1
"""Seconds that a turn may wait: so long Ctrl-C takes."""
LONGEST_ASYNC: Final = 0.05
"""The same on asyncio, where events may be on their way that nothing tells of."""
STEP: Final = 0.005
"""Seconds between two looks at coroutines, where asyncio does not run by itself."""


class LoopWindow(Protocol):
    """What the loop asks of a window."""

    vsync: bool
    _opened_by: tuple[FrameType, ...]

    @property
    def closed(self) -> bool:
        """Whether it is closed."""

    @property
    def continuous(self) -> bool:
        """Whether it draws frame after frame."""

    def close(self) -> None:
        """Close it."""

    def _take_events(self) -> None:
        """After a poll: take in what has changed, and tell the handlers."""

    def _time_left(self, now: float) -> float:
        """Seconds until a frame is due; infinite while none is wanted."""

    def _draw_frame(self) -> None:
        """Record a frame and have it drawn and shown."""


class Loop:
    """The windows that are open, and what happens to them. There is one a process."""

    def __init__(self) -> None:
        self.windows: list[LoopWindow] = []
        self._running = False
        self._stepped = SteppedTasks()
        self._asyncio: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wake_async: Callable[[], object] | None = None

    # -- for other threads -------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Have the loop look for what there is to do; called on any thread."""
        if not self.windows or _over:
            return
        import glfw

        glfw.post_empty_event()
        if self._wake_async is not None:
            self._wake_async()

    def start_task(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine while the loop runs."""
        if self._asyncio is None:
            self._stepped.start(coroutine)
            return
        task = self._asyncio.create_task(coroutine)
        self._tasks.add(task)  # asyncio itself forgets tasks that nobody holds.
        task.add_done_callback(self._tasks.discard)

    # -- turns -------------------------------------------------------------------------------------------------

    def run(self, asked: LoopWindow) -> None:
        """Turn until every window is closed; ``asked`` is the one whose program runs them.

        Raises
        ------
        RuntimeError
            Inside a handler or a draw function of this loop.
        """
        self._begin(asked)
        try:
            are_left = False
            while self.windows:
                self._turn(STEP if are_left else LONGEST)
                are_left = later.call(self._stepped.step)
        finally:
            self._end()

    async def run_async(self, asked: LoopWindow) -> None:
        """Turn until every window is closed, and let other tasks of the event loop run meanwhile."""
        import asyncio

        self._begin(asked)
        running, woken = asyncio.get_running_loop(), asyncio.Event()
        self._asyncio = running
        self._wake_async = lambda: running.call_soon_threadsafe(woken.set)
        descriptor = _descriptor_of_events()
        if descriptor is not None:
            running.add_reader(descriptor, woken.set)
        try:
            while self.windows:
                woken.clear()
                self._turn(0.0)
                wait = min(self._time_left(), LONGEST_ASYNC)
                try:
                    # A turn of its own for the other tasks even where the next frame is due at once.
                    async with asyncio.timeout(wait) if wait > 0 else asyncio.timeout(None):
                        await (woken.wait() if wait > 0 else asyncio.sleep(0))
                except TimeoutError:
                    pass
        finally:
            if descriptor is not None:
                running.remove_reader(descriptor)
            self._wake_async, self._asyncio = None, None
            self._end()

    def _begin(self, asked: LoopWindow) -> None:
        if self._running:
            raise RuntimeError("run: the loop of all windows runs already: open the window, and let it run on")
        self._running = True
        left = [each for each in self.windows if each is not asked and ended_by_exception(each._opened_by)]
        for window in left:
            window.close()
        for window in self.windows:
            window._opened_by = ()

    def _end(self) -> None:
        """However the loop ends, no window is left that nobody looks after."""
        self._running = False
        with ExitStack() as last:  # Whatever one of them raises, the others are closed, too.
            last.callback(self._stepped.close)
            for window in [*self.windows]:
                last.callback(window.close)
        self._stepped = SteppedTasks()

    def _turn(self, longest: float) -> None:
        """One turn; it waits so many seconds at most."""
        import glfw

        wait = min(self._time_left(), longest)
        if wait > 0:
            glfw.wait_events_timeout(wait)
        else:
            glfw.poll_events()
        for window in [*self.windows]:
            if not window.closed:  # By a handler of another window's.
                window._take_events()
        self.draw_due()
        later.settle()

    def waits_for_display(self, window: LoopWindow) -> bool:
        """Whether frames of a window wait for the display: of one at most, or they would wait in turns."""
        moving = [each for each in self.windows if each.vsync and each.continuous]
        return window.vsync and (not moving or moving[0] is window)

    def draw_due(self) -> None:
        """Record and submit the frames that are due."""
        for window in [*self.windows]:
            if window._time_left(time.perf_counter()) <= 0:
                window._draw_frame()

    def _time_left(self) -> float:
        """Seconds until something is to be done."""
        now = time.perf_counter()
        return min((window._time_left(now) for window in self.windows), default=inf)


def _descriptor_of_events() -> int | None:
    """What can be waited for beside asyncio's own: the connection to an X server; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    import glfw

    if glfw.get_platform() != glfw.PLATFORM_X11:
        return None
    raw = glfw._glfw.glfwGetX11Display
    raw.restype = ctypes.c_void_p
    number = ctypes.CDLL("libX11.so.6").XConnectionNumber
    number.argtypes, number.restype = (ctypes.c_void_p,), ctypes.c_int
    return int(number(raw()))


_loop = Loop()


def loop() -> Loop:
    """The process's one loop."""
    return _loop


_over = False


def _finish() -> None:
    """Windows are closed before the thread that draws into them ends; then glfw is not called any more."""
    global _over
    for window in [*_loop.windows]:
        window.close()
    _over = True


later.at_exit_first(_finish)
