"""background: encodes and writes on a thread, for an asyncio task that may be cancelled.

    run --> a thread is free? --yes--> work(stop) --done--> the task goes on
                 +--no--> waiting --a thread ends its work--> work(stop)
                             +--its timeout is over--> DeadlineError

There are at most `MAX_THREADS` daemon threads, which end when there is no work.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import forks
from ..errors import DeadlineError
from .formats import Options, encode
from .sink import Target, name_of, write
from .transfer import Stopped, check_timeout

MAX_THREADS = 8

Work = Callable[[threading.Event], None]


class _Stop(threading.Event):
    """An event that stops the work. It also counts as set when the event loop has been closed."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop

    def is_set(self) -> bool:
        """Whether to end the work."""
        return super().is_set() or self._loop.is_closed()


class _Job:
    """A piece of work, and the future that its task awaits."""

    def __init__(self, work: Work) -> None:
        self._work: Work | None = work
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()
        self.stop = _Stop(self._loop)

    def run(self) -> None:
        """Do the work, on a thread, and notify the loop."""
        error: BaseException | None = None
        work, self._work = self._work, None
        try:
            if work is not None and not self.stop.is_set():
                work(self.stop)
        except BaseException as raised:
            error = raised
        del work  # Frees what it holds before the task goes on.
        with suppress(RuntimeError):  # The loop has been closed: nobody waits.
            self._loop.call_soon_threadsafe(self.settle, error)

    def settle(self, error: BaseException | None = None) -> None:
        """Set the future's result, on the loop's thread."""
        self._work = None
        if self.done.done():
            return
        if error is None or isinstance(error, Stopped):
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class _Crew:
    """The threads, and the jobs that wait for one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._threads = 0

    def add(self, job: _Job) -> None:
        """Start a job, or queue it until a thread is free."""
        with self._lock:
            if self._threads >= MAX_THREADS:
                self._waiting.append(job)
                return
            self._threads += 1
        try:
            threading.Thread(target=self._serve, args=(job,), name="gpucanvas-save", daemon=True).start()
        except BaseException:
            with self._lock:
                self._threads -= 1
            raise

    def withdraw(self, job: _Job) -> bool:
        """Remove a job that still waits; returns False where it has begun."""
        with self._lock:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            return True

    def _serve(self, first: _Job) -> None:
        job: _Job | None = first
        del first
        while job is not None:
            job.run()
            with self._lock:
                job = self._waiting.popleft() if self._waiting else None
                if job is None:
                    self._threads -= 1


_crew = _Crew()


@forks.in_child
def _forked() -> None:
    """In a forked child, start with no threads and no jobs: those of the parent do not exist here."""
    global _crew
    _crew = _Crew()


async def run(work: Work, name: str, timeout: float | None) -> None:
    """Do work on a thread. Cancelling the task sets the stop event, and waits until the work has ended.

    Parameters
    ----------
    work
        Called with an event that is set when the work is to stop; it raises `Stopped` then.
    name
        Name of the target, for errors.
    timeout
        Seconds to wait for a free thread, as for `check_timeout`; the work has its own limit.

    Raises
    ------
    DeadlineError
        Where no thread became free.
    BaseException
        The error of the work.
    """
    seconds, crew = check_timeout(timeout), _crew
    job = _Job(work)
    del work

    def expire() -> None:
        if crew.withdraw(job):
            text = f"{name}: {MAX_THREADS} other saves were still writing after the timeout of {seconds:g} s"
            job.settle(DeadlineError(f"{text}: await some of them first", target=name, timeout=seconds))

    timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, expire)
    try:
        crew.add(job)
        await asyncio.shield(job.done)
    except asyncio.CancelledError:
        job.stop.set()
        if crew.withdraw(job):
            job.settle()
        while not job.done.done():
            with suppress(asyncio.CancelledError):  # Cancelled again: still wait for the end of the work.
                await asyncio.wait([job.done])
        if not job.done.cancelled():
            job.done.exception()  # Marks the error as retrieved: the task raises CancelledError instead.
        raise
    finally:
        if timer is not None:
            timer.cancel()


def save_on_thread(
    target: Target, pixels: NDArray[np.uint8], kind: str, options: Options, timeout: float | None
) -> Coroutine[Any, Any, None]:
    """A coroutine that encodes pixels and writes them to a target on a thread. Its arguments were checked before."""
    box = [pixels]  # Emptied by the thread, so that only the encoder's stack frame holds the pixels.

    def work(stop: threading.Event) -> None:
        def check() -> None:
            if stop.is_set():
                raise Stopped

        write(target, encode(box.pop(), kind, options, check=check), timeout=timeout, stop=stop)

    return run(work, name_of(target), timeout)


__all__ = ["MAX_THREADS", "run", "save_on_thread"]
