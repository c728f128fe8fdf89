"""leasing: the part of the staging pool without fences: leases, arrays over them, and freeing. See staging.py.

    lease --place--> span of a block --last reference, reader, array gone--> queued --_reap--> block recycled, condemned

One reentrant lock guards everything. It is never held during a GL call or while waiting for the owner thread, which
takes the lock too. The garbage collector may run a finaliser while the lock is held, and the finaliser may call this
pool: it can lease existing memory and queue releases; work that needs the owner thread is refused (`_run`).
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple, TypeVar
from weakref import ref

import numpy as np
from numpy.typing import DTypeLike

from ..errors import ClosedError, LimitError
from .blocks import Blocks
from .lease import Lease, Reading, creation_site, whole_sizes
from .slabs import DEBUG_GUARD, LeaseRequest, Slab, Span
from .sync import Block, SyncGL
from .views import StagedArray

T = TypeVar("T")
LARGEST = sys.maxsize >> 1


class Place(NamedTuple):
    """The place of an array in staging memory: the block, the offset in it, and the lease's span."""

    block: Block
    offset: int
    span: Span


class Leasing:
    """The part of a `StagingPool` that needs no fences."""

    def __init__(
        self,
        gl: SyncGL,
        run: Callable[[Callable[[], Any]], Any] | None,
        block_bytes: int,
        free_bytes: int,
        budget_bytes: int | None,
    ) -> None:
        if block_bytes < 1:
            raise ValueError(f"block_bytes is {block_bytes}: give at least 1")
        self._gl = gl
        self._run_on_owner = run
        self.block_bytes = block_bytes
        self.free_bytes = free_bytes
        self.budget_bytes = budget_bytes
        self._guard = DEBUG_GUARD if "memory" in os.environ.get("GPUCANVAS_DEBUG", "").split(",") else 0
        self._site = creation_site()
        self._lock = threading.RLock()
        self._blocks = Blocks(block_bytes, free_bytes, keep_poison=bool(self._guard))
        self.read: deque[Span] = deque()  # Finalisers of readings append
        self._doomed: deque[tuple[Span, bool]] = deque()  # Finalisers append: (span, whether its lease was dropped)
        self._count = dict.fromkeys(("created", "dropped", "fences", "failures", "waits", "forgotten"), 0)
        self._closed = ""  # The reason, once the pool is closed.

    # -- leasing -----------------------------------------------------------------------------------------------

    def lease(self, nbytes: int, alignment: int = 256, *, lasting: bool = False) -> Lease:
        """Lease zeroed memory, on any thread.

        Parameters
        ----------
        nbytes : int
            Size in bytes.
        alignment : int
            The offset is a multiple of this power of two. 256 suits every driver's storage and uniform bindings.
        lasting : bool
            Whether it may be kept for long. Lasting leases have blocks of their own.

        Returns
        -------
        Lease
            With one reference, the caller's.

        Raises
        ------
        LimitError
            The budget is used up; or a finaliser that runs inside another step of this pool asks for memory that would
            need a new block.
        MemoryError
            The driver refused a block.
        ClosedError
            The pool was closed.
        """
        if nbytes < 0:
            raise ValueError(f"a lease of {nbytes} bytes: give at least 0")
        if alignment < 1 or alignment & (alignment - 1) or alignment > self.block_bytes:
            raise ValueError(f"alignment {alignment}: give a power of two up to the block's {self.block_bytes}")
        if nbytes > LARGEST:
            raise MemoryError(f"a lease of {nbytes} bytes: no memory is so large, ask for less")
        request = LeaseRequest(nbytes, alignment, self._guard, creation_site(), self._doomed, lasting)
        nested = self.busy
        self._reap()
        with self._lock:
            self._check_open()
            span = self._blocks.place(request, nested)
            if span is not None:
                return self._leased(span)
        return self._run(lambda: self._lease_growing(request))

    def _lease_growing(self, request: LeaseRequest) -> Lease:
        """Place a lease in a block that has become free, else in a new one. Runs on the owner thread."""
        self._poll()
        size = max(request.need, self.block_bytes)
        with self._lock:
            self._check_open()
            span = self._blocks.place(request)
            if span is not None:
                return self._leased(span)
            self._blocks.make_room(size, self.budget_bytes)
        self._drop_condemned()
        slab = Slab(self._new_block(size), pooled=request.need <= self.block_bytes)
        with self._lock:
            self._count["created"] += 1
            span = slab.cut(request)
            assert span is not None, f"a block of {size} bytes has no room for {request.need}"
            self._blocks.used.add(slab)
            if slab.pooled:
                self._blocks.begin(slab, request.lasting)
            return self._leased(span)

    def _leased(self, span: Span) -> Lease:
        known = ref(span)
        span.views.reader = lambda: self._begin_reading(known)
        return Lease(self, span)

    # -- readers on the host -----------------------------------------------------------------------------------

    def array(self, shape: int | tuple[int, ...], dtype: DTypeLike) -> StagedArray:
        """A zeroed array in staging memory of its own, which is kept until the array and its views are gone."""
        sizes, kind = whole_sizes(shape), np.dtype(dtype)
        if any(size < 0 for size in sizes):
            raise ValueError(f"shape {sizes} has a negative size: give sizes of at least 0")
        with self.lease(kind.itemsize * prod(sizes), lasting=True) as lease:
            return lease.array(sizes, kind)

    def _begin_reading(self, known: ref[Span]) -> Reading:
        self._reap()
        with self._lock:
            span = known()
            if span is None:
                raise ClosedError("the staging memory of this array is gone: make a new array")
            self._hold([span])
            return Reading(self, span)

    def _hold(self, spans: list[Span]) -> None:
        """Add the references of a reader or a submission to the spans it reads."""
        for span in spans:
            span.flights += 1
            span.views.lock()

    def end_reading(self, span: Span) -> None:
        """End a reading; called by `Reading.release`."""
        self.read.append(span)
        self._reap()

    def _let_go(self, span: Span) -> None:
        """Drop a reference of a reader or a submission."""
        span.flights -= 1
        if not span.flights and not span.tainted:
            span.views.unlock()
        self._settle(span)

    def find(self, address: int) -> Place | None:
        """The place of an address in this pool's memory; None for any other address."""
        with self._lock:
            for slab in tuple(self._blocks.used):
                offset = address - slab.address
                if 0 <= offset < slab.block.nbytes:
                    for span in tuple(slab.spans):
                        if span.offset <= offset < span.offset + max(span.nbytes, 1):
                            return Place(slab.block, offset, span)
        return None

    def _new_block(self, size: int) -> Block:
        """A new block; where the driver refuses it, free blocks are given back to the driver first."""
        try:
            return self._gl.new_block(size)
        except MemoryError:
            if not self._trim(0):
                raise
        return self._gl.new_block(size)

    def _poll(self) -> int:
        raise NotImplementedError

    # -- freeing -----------------------------------------------------------------------------------------------

    def _settle(self, span: Span) -> None:
        """Free a span that is no longer needed, and its block with the last span."""
        slab = span.slab
        if span not in slab.spans or span.references or span.flights or span.views.alive:
            return
        slab.spans.remove(span)
        span.views.forget()
        # A tainted block is not poisoned: the GPU may still read it.
        if self._guard and not slab.tainted:
            slab.poison(span)
        if not slab.spans:
            self._blocks.vacate(slab)

    @property
    def busy(self) -> bool:
        """Whether this thread is inside a step of this pool already, which means that it runs a finaliser."""
        return self._lock._is_owned()  # type: ignore[attr-defined, no-any-return]

    def _reap(self) -> None:
        """Process queued releases. Call it without the lock.

        It does nothing inside another step of the pool, which may rely on the present state of spans.
        """
        if self.busy:
            return
        with self._lock:
            while self.read:
                self._let_go(self.read.popleft())
            while self._doomed:
                span, forgotten = self._doomed.popleft()
                if forgotten and span.references:
                    span.references = 0
                    self._count["forgotten"] += 1
                self._settle(span)

    def _drop_condemned(self) -> None:
        """Delete all condemned blocks, even after an error of the driver; then raise the first error."""
        refused: Exception | None = None
        while self._blocks.condemned:
            with self._lock:
                if not self._blocks.condemned:  # Another thread was first.
                    break
                slab = self._blocks.condemned.popleft()
                self._count["dropped"] += 1
            try:
                self._gl.drop_block(slab.block)
            except Exception as error:
                refused = refused or error
        if refused is not None:
            raise refused

    def trim(self, keep_bytes: int = 0) -> int:
        """Drop free blocks, oldest first, until at most ``keep_bytes`` of them are left.

        Returns
        -------
        int
            Bytes given back to the driver.
        """
        if keep_bytes < 0:
            raise ValueError(f"keep_bytes {keep_bytes}: give at least 0")
        return 0 if self.busy else self._run(lambda: self._trim(keep_bytes))

    def _trim(self, keep_bytes: int) -> int:
        self._reap()
        with self._lock:
            before = self._blocks.nbytes
            self._blocks.close_unused()
            self._blocks.shrink_free(keep_bytes)
        self._drop_condemned()
        with self._lock:
            return before - self._blocks.nbytes

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError(self._closed)

    def _run(self, work: Callable[[], T]) -> T:
        """Run work on the owner thread; refused for a finaliser inside a step that holds the lock."""
        if self.busy:
            raise LimitError(
                "a finaliser that the garbage collector ran inside the staging pool asks for a new block, or submits: "
                "make arrays and draw outside __del__"
            )
        if self._run_on_owner is None:
            return work()
        result: T = self._run_on_owner(work)
        return result
