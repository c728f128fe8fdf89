"""team: helper threads for pieces of work of a few hundred microseconds, as the stages of a frame are.

A sleeping thread takes some 50 microseconds to wake up, several times a frame. So an idle helper polls a flag for a
while ("watches") before it sleeps, and so does a thread that waits for a helper. Watching releases the interpreter's
lock. It lingers for a moment after the flag was set: the thread that set it still holds the lock, and a watcher that
returns at once would have to sleep after all.

    run() --Call--> helper:  watch (100 us, or longer if recent pauses were short) --> sleep
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..kernels.watch import watch
from ..kernels.ways import WAY, Way

WATCH_SECONDS: Final = 100e-6
LONGEST_SECONDS: Final = 1e-3
"""How long a helper watches at least, and the pause between works above which it watches no longer than that.

Between frames drawn one after another there are some 500 us of Python; at 60 frames a second watching does not pay."""
PATIENCE_SECONDS: Final = 1e-3
"""How long a thread that waits for a helper watches: it waits only for the last part of a stage."""
LINGER_SECONDS: Final = 5e-6
"""How long watching goes on after the flag was set."""
TRIED: Final = 1000
"""Rounds of watching that are run to measure their duration."""


class Call:
    """Work offered to a helper, which the helper begins or the caller takes back."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.flag: NDArray[np.int64] = np.zeros(1, np.int64)
        self.error: BaseException | None = None
        self._work = work
        # The thread that pops the token may begin the work: pop is atomic under the interpreter's lock.
        self._token = deque((None,))
        self._over = threading.Lock()
        self._over.acquire()

    def take(self) -> bool:
        """Take the right to begin the work; returns whether the calling thread got it."""
        try:
            self._token.pop()
        except IndexError:
            return False
        return True

    def run(self) -> None:
        """Run the work on a helper."""
        if not self.take():
            return
        try:
            self._work()
        except BaseException as error:
            self.error = error
        finally:
            self.flag[0] = 1
            self._over.release()

    def wait(self, rounds: int, linger: int) -> None:
        """Wait for the end of work that has begun."""
        if not self._over.acquire(False):
            watch(self.flag, 0, rounds, linger)
            self._over.acquire()


class Team:
    """Some helper threads, which end with the process.

    Parameters
    ----------
    helpers : int
        Number of threads, at least 1.
    """

    def __init__(self, helpers: int) -> None:
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._flag: NDArray[np.int64] = np.zeros(1, np.int64)
        self._sent = 0
        watch(self._flag, 0, 1, 1)  # The first call may compile the kernel, and must not be timed.
        started = time.perf_counter()
        watch(self._flag, 0, TRIED, 0)
        # Without compiled kernels, watching would hold the interpreter's lock: threads sleep at once.
        self._rounds_a_second = 0.0 if WAY is Way.PYTHON else TRIED / (time.perf_counter() - started)
        self._patience, self._linger = (
            int(seconds * self._rounds_a_second) for seconds in (PATIENCE_SECONDS, LINGER_SECONDS)
        )
        for k in range(helpers):
            threading.Thread(target=self._help, name=f"gpucanvas_{k}", daemon=True).start()

    def run(self, work: Callable[[], None], helpers: int, helping: Callable[[], None]) -> None:
        """Call ``work()`` on this thread and ``helping()`` on up to ``helpers`` others; returns when all have ended.

        A helper that has not begun when ``work()`` returns is not waited for. An error of ``work`` is raised, else one
        of a helper.
        """
        calls = [Call(helping) for _ in range(helpers)]
        for call in calls:
            self._calls.put(call)
        self._sent += 1
        self._flag[0] = self._sent
        try:
            work()
        finally:
            # Also after an error: no helper may still write to arrays that the caller frees.
            begun = [call for call in calls if not call.take()]
            for call in begun:
                call.wait(self._patience, self._linger)
        for call in begun:
            if call.error is not None:
                raise call.error

    def _help(self) -> None:
        calls, flag = self._calls, self._flag
        worth = WATCH_SECONDS
        while True:
            seen = int(flag[0])
            call: Call | None = None
            with suppress(Empty):
                call = calls.get_nowait()
            if call is None:
                since = time.perf_counter()
                if not watch(flag, seen, int(worth * self._rounds_a_second), self._linger):
                    call = calls.get()
                pause = time.perf_counter() - since
                worth = WATCH_SECONDS if pause > LONGEST_SECONDS else max(0.99 * worth, 1.5 * pause, WATCH_SECONDS)
            if call is not None:
                call.run()
                del call
