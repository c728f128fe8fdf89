"""ordered: a thread pool that encodes frames in parallel, and writes them in order.

    submit(work, write) --> work() on a thread, at most `ahead` of them --> write(result), in order, in a later submit

Threads suffice, since Pillow's encoders release the interpreter's lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from ..backends.bands import available_cores

__all__ = ["OrderedPool"]

T = TypeVar("T")
MOST_THREADS = 8
"""Most threads. Each holds a frame or two in memory, and few films gain from more."""


class OrderedPool(Generic[T]):
    """A pool whose results are used in the order of submission, on the submitting thread."""

    def __init__(self) -> None:
        self._threads = min(available_cores(), MOST_THREADS)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="gpucanvas-film")
        self._pending: deque[tuple[Future[T], Callable[[T], None]]] = deque()

    def submit(self, work: Callable[[], T], use: Callable[[T], None]) -> None:
        """Call ``work`` on a thread, and later ``use`` with its result, in order; waits while the pool is full."""
        while len(self._pending) > self._threads:
            self._use_oldest()
        self._pending.append((self._pool.submit(work), use))

    def close(self) -> None:
        """Use all remaining results, and end the threads."""
        while self._pending:
            self._use_oldest()
        self._pool.shutdown()

    def discard(self) -> None:
        """Drop all remaining results, and end the threads."""
        self._pending.clear()
        self._pool.shutdown(cancel_futures=True)

    def _use_oldest(self) -> None:
        future, use = self._pending.popleft()
        use(future.result())
