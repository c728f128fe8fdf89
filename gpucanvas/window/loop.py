"""loop: the event loop of windows, on the main thread. It waits for events and due frames, not for drawing.

    turn:  wait (until a frame is due) --> glfw's events --> handlers --> frames that are due: record, submit --> turn
                                                                                                  |
    another thread:                                                            draw, show <-------+

An idle loop sleeps in the system for at most a tenth of a second, so that Ctrl-C is noticed. On asyncio, the same turns
run in a task of the running event loop.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Coroutine, Iterator
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
"""Most seconds that a turn waits, and so the delay of Ctrl-C."""
LONGEST_ASYNC: Final = 0.05
"""The same on asyncio, where the arrival of glfw's events may go unnoticed."""
STEP: Final = 0.005
"""Seconds between two steps of coroutines, where asyncio does not run by itself."""


class LoopWindow(Protocol):
    """The methods of a window that the loop calls."""

    vsync: bool
    _opened_by: tuple[FrameType, ...]

    @property
    def closed(self) -> bool:
        """Whether the window is closed."""

    @property
    def continuous(self) -> bool:
        """Whether the window draws frame after frame."""

    def close(self) -> None:
        """Close the window."""

    def _take_events(self) -> None:
        """After a poll: take over changes of the window, and call the handlers."""

    def _time_left(self, now: float) -> float:
        """Seconds until a frame is due; infinite while none is requested."""

    def _draw_frame(self) -> None:
        """Record a frame, and submit it to be drawn and shown."""


class Loop:
    """The event loop of all open windows. There is one for the process."""

    def __init__(self) -> None:
        self.windows: list[LoopWindow] = []
        self._running = False
        self._stepped = SteppedTasks()
        self._asyncio: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wake_async: Callable[[], object] | None = None

    # -- for other threads -------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Make the loop begin its next turn at once; may be called on any thread."""
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
        self._tasks.add(task)  # asyncio holds tasks only weakly.
        task.add_done_callback(self._tasks.discard)

    # -- turns -------------------------------------------------------------------------------------------------

    def run(self, asked: LoopWindow) -> None:
        """Run until every window is closed; ``asked`` is the window whose `run` was called.

        Raises
        ------
        RuntimeError
            Where it is called in a handler or a draw function of this loop.
        """
        self._begin(asked)
        try:
            are_left = False
            while self.windows:
                self._turn(STEP if are_left else LONGEST)
                are_left = self._stepped.step()
        finally:
            self._end()

    async def run_async(self, asked: LoopWindow) -> None:
        """Run until every window is closed, while other tasks of the event loop run."""
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
                    # sleep(0) lets other tasks run even where the next frame is due at once.
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
        """Close all windows at the end of the loop, also after an error: nothing would handle their events."""
        self._running = False
        _call_each(iter([*(window.close for window in reversed(self.windows)), self._stepped.close]))
        self._stepped = SteppedTasks()

    def _turn(self, longest: float) -> None:
        """One turn of the loop; it waits at most ``longest`` seconds."""
        import glfw

        wait = min(self._time_left(), longest)
        if wait > 0:
            glfw.wait_events_timeout(wait)
        else:
            glfw.poll_events()
        for window in [*self.windows]:
            if not window.closed:  # A handler of another window may have closed it.
                window._take_events()
        self.draw_due()
        later.settle()

    def waits_for_display(self, window: LoopWindow) -> bool:
        """Whether a window waits for the display's refresh: at most one does, or their waits would add up."""
        moving = [each for each in self.windows if each.vsync and each.continuous]
        return window.vsync and (not moving or moving[0] is window)

    def draw_due(self) -> None:
        """Record and submit the frames that are due."""
        for window in [*self.windows]:
            if window._time_left(time.perf_counter()) <= 0:
                window._draw_frame()

    def _time_left(self) -> float:
        """Seconds until the next frame or coroutine step is due."""
        now = time.perf_counter()
        return min((window._time_left(now) for window in self.windows), default=inf)


def _call_each(endings: Iterator[Callable[[], object]]) -> None:
    """Call all functions, also where one raises: an error of one window must not keep the others open.

    An `ExitStack` would do this, too, but a call through another module counts as a call inside another one
    (`later.py`): closing a canvas would wait, and a window would be destroyed before its frames have ended.
    """
    for end in endings:
        try:
            end()
        except BaseException:
            _call_each(endings)
            raise


def _descriptor_of_events() -> int | None:
    """The file descriptor of the X server's connection, for asyncio to wait for; None on other systems."""
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
    """At exit, close windows before the thread that draws into them ends; glfw is not called afterwards."""
    global _over
    for window in [*_loop.windows]:
        window.close()
    _over = True


later.at_exit_first(_finish)
