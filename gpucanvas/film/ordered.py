"""ordered: frames are encoded on several threads, and written in their order.

    submit(work, write) --> work() on a thread, at most `ahead` of them --> write(result), in order, in a later submit

Pillow's encoders let go of the interpreter's lock, so that threads are enough.
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
"""Each holds a frame or two: more would be memory that few films repay."""


class OrderedPool(Generic[T]):
    """Threads whose results are used in the order of the submits, by the thread that submits."""

    def __init__(self) -> None:
        self._threads = min(available_cores(), MOST_THREADS)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="gpucanvas-film")
        self._pending: deque[tuple[Future[T], Callable[[T], None]]] = deque()

    def submit(self, work: Callable[[], T], use: Callable[[T], None]) -> None:
        """Have something made on a thread, and used when its turn comes; waits where enough is on its way."""
        while len(self._pending) > self._threads:
            self._use_oldest()
        self._pending.append((self._pool.submit(work), use))

    def close(self) -> None:
        """Use all that is left, and end the threads."""
        while self._pending:
            self._use_oldest()
        self._pool.shutdown()

    def discard(self) -> None:
        """Forget what is left, and end the threads."""
        self._pending.clear()
        self._pool.shutdown(cancel_futures=True)

    def _use_oldest(self) -> None:
        future, use = self._pending.popleft()
        use(future.result())
