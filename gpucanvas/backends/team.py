"""Helper threads for work of a few hundred microseconds, which is what a stage of a frame is.

A thread that sleeps takes some 50 microseconds to wake up, several times a frame. So a helper that has nothing to do
watches for a while before it sleeps, and who waits for a helper does the same. Watching is done without the
interpreter's lock, and goes on for a moment after there is something: who comes back at once finds the lock taken by
whom it waited for, and has to sleep after all.

    run() --Call--> helper:  watch (100 us, or what the pauses lately were worth) --> sleep
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
"""How long a helper watches: the least, and what pause makes it stop to watch for more than that.

Between frames drawn one after another there are some 500 us of Python; at 60 frames a second it is not worth it."""
PATIENCE_SECONDS: Final = 1e-3
"""How long who waits for a helper watches: longer, as it is the last part of a stage."""
LINGER_SECONDS: Final = 5e-6
TRIED: Final = 1000
"""Rounds of watching that are timed."""


class Call:
    """Work for a helper, until somebody begins it or it is taken back."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.flag: NDArray[np.int64] = np.zeros(1, np.int64)
        self.error: BaseException | None = None
        self._work = work
        # Who takes the token begins: taking it is one step under the interpreter's lock.
        self._token = deque((None,))
        self._over = threading.Lock()
        self._over.acquire()

    def take(self) -> bool:
        """Whether it is the caller who may begin."""
        try:
            self._token.pop()
        except IndexError:
            return False
        return True

    def run(self) -> None:
        """What a helper does."""
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
        """Wait for the end of what has begun."""
        if not self._over.acquire(False):
            watch(self.flag, 0, rounds, linger)
            self._over.acquire()


class Team:
    """Some helper threads, which end with the process.

    Parameters
    ----------
    helpers : int
        How many threads, at least 1.
    """

    def __init__(self, helpers: int) -> None:
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._flag: NDArray[np.int64] = np.zeros(1, np.int64)
        self._sent = 0
        watch(self._flag, 0, 1, 1)  # The first call may compile it.
        started = time.perf_counter()
        watch(self._flag, 0, TRIED, 0)
        # A watch in plain Python holds the interpreter's lock, which the others need.
        self._rounds_a_second = 0.0 if WAY is Way.PYTHON else TRIED / (time.perf_counter() - started)
        self._patience, self._linger = (
            int(seconds * self._rounds_a_second) for seconds in (PATIENCE_SECONDS, LINGER_SECONDS)
        )
        for k in range(helpers):
            threading.Thread(target=self._help, name=f"gpucanvas_{k}", daemon=True).start()

    def run(self, work: Callable[[], None], helpers: int, helping: Callable[[], None]) -> None:
        """Call ``work()`` here, and ``helping()`` on up to so many helpers meanwhile; returns when all have ended.

        A helper that has not begun when the work here ends has nothing left to do and is not waited for. What the work
        here raises is passed on, else what a helper's raised.
        """
        calls = [Call(helping) for _ in range(helpers)]
        for call in calls:
            self._calls.put(call)
        self._sent += 1
        self._flag[0] = self._sent
        try:
            work()
        finally:
            # Also after an error: no thread may still write to arrays that the caller lets go.
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
