"""lease: the objects of the staging pool's interface: leases of memory, submissions that read them, readings."""

from __future__ import annotations

import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable
from operator import index
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike

from ..later import PACKAGE
from .slabs import Span
from .sync import Block, Status
from .views import StagedArray


class Pool(Protocol):
    """The methods of a pool that its leases and readings call."""

    read: deque[Span]
    _lock: threading.RLock
    _doomed: deque[tuple[Span, bool]]

    def end_reading(self, span: Span) -> None:
        """End a reading. The lock is held."""

    def _reap(self) -> None:
        """Free what finalisers have queued."""


class Lease:
    """A piece of staging memory, held by reference count. Made by `StagingPool.lease`; release it, or use ``with``."""

    def __init__(self, pool: Pool, span: Span) -> None:
        self._pool = pool
        self._span = span

    @property
    def block(self) -> Block:
        """The block of the lease, with the GL buffer's name."""
        return self._span.slab.block

    @property
    def offset(self) -> int:
        """Offset in the block, bytes."""
        return self._span.offset

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self._span.nbytes

    @property
    def references(self) -> int:
        """Number of references: how often `release` must still be called."""
        return self._span.references

    @property
    def in_flight(self) -> bool:
        """Whether a submission that reads the lease has not completed."""
        return self._span.flights > 0

    @property
    def site(self) -> str:
        """Where the lease was made: file and line."""
        return self._span.site

    def array(self, shape: int | tuple[int, ...], dtype: DTypeLike) -> StagedArray:
        """A NumPy array in the memory of the lease, from its first byte. It is drawn without a copy.

        Parameters
        ----------
        shape : int or tuple of int
            Its shape; it may be smaller than the lease.
        dtype : dtype
            Its type, plain numbers or records of them.

        Returns
        -------
        StagedArray
            Read-only while a submission that reads the lease is in flight. It outlives `release` safely.

        Raises
        ------
        ClosedError
            The lease was released.
        ValueError
            The array does not fit, or its type holds Python objects.
        """
        kind = np.dtype(dtype)
        sizes = whole_sizes(shape)
        if kind.hasobject:
            raise ValueError(f"staging memory cannot hold {kind}: use a type without Python objects")
        if any(size < 0 for size in sizes):
            raise ValueError(f"shape {sizes} has a negative size: give sizes of at least 0")
        nbytes = kind.itemsize
        for size in sizes:
            nbytes *= size
        if nbytes > self.nbytes:
            raise ValueError(f"{sizes} of {kind} needs {nbytes} bytes, the lease has {self.nbytes}: lease more")
        with self._pool._lock:
            self._span.check_live()
            return self._span.views.make(sizes, kind, nbytes)

    def retain(self) -> Lease:
        """Add a reference: it must be released once more."""
        with self._pool._lock:
            self._span.check_live()
            self._span.references += 1
        return self

    def release(self) -> None:
        """Drop a reference. After the last one the memory is freed, once no array and no submission needs it.

        Raises
        ------
        ClosedError
            All references were dropped before.
        BufferError
            GPUCANVAS_DEBUG=memory: bytes just outside the lease were written. The lease is released nevertheless.
        """
        with self._pool._lock:
            self._span.check_live()
            self._span.references -= 1
            damage = "" if self._span.references else self._span.damage()
            self._pool._doomed.append((self._span, False))
        self._pool._reap()
        if damage:
            raise BufferError(damage)

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def __del__(self, ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if getattr(self, "_span", None) is None or not self._span.references or ending():
            return
        self._pool._doomed.append((self._span, True))
        warnings.warn(
            f"{self._span} was never released: call release() or use `with`", ResourceWarning, stacklevel=2, source=self
        )


class Submission:
    """Commands that read leases, behind a fence. Made by `StagingPool.submit`."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans = spans
        self._sync = 0
        self._flushed = False
        self._status = Status.TIMEOUT

    @property
    def done(self) -> bool:
        """Whether it is over: completed, or failed so that its completion can never be known."""
        return self._status is not Status.TIMEOUT

    @property
    def failed(self) -> bool:
        """Whether its completion can never be known; its blocks are dropped, not recycled."""
        return self._status is Status.FAILED


class Reading:
    """A reader on the host, such as a recording that drew with an array: the array is read-only until `release`."""

    __slots__ = ("__weakref__", "_pool", "_span")

    def __init__(self, pool: Pool, span: Span) -> None:
        self._pool = pool
        self._span: Span | None = span

    def release(self) -> None:
        """End the reading. Releasing twice is harmless."""
        # Under the lock: two threads may release at the same time.
        with self._pool._lock:
            span, self._span = self._span, None
        if span is not None:
            self._pool.end_reading(span)

    def __del__(self) -> None:
        if self._span is not None:
            self._pool.read.append(self._span)


def whole_sizes(shape: Any) -> tuple[int, ...]:
    """A shape as a tuple; TypeError for anything but a whole number or a sequence of them."""
    try:
        return tuple(index(size) for size in ((shape,) if hasattr(shape, "__index__") else shape))
    except TypeError:
        raise TypeError(f"shape is {shape!r}: give a whole number, or a tuple of them") from None


def creation_site() -> str:
    """File and line of the first caller outside gpucanvas."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
