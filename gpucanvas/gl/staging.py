"""Staging memory: what the host writes and the GPU reads, leased by reference count, recycled on completion only.

    free --lease--> held --submit--> pending(fence) --signalled--> free
                                                    --wait failed, no fence, context lost--> dropped, never recycled

A block is cut into leases. A lease keeps its block while it has references, while a submission that reads it is in
flight, and while any NumPy array (view, slice, memoryview) over it is alive: so a view of a released lease may be
stale but never reads somebody else's data. Only when no lease keeps the block is it cleaned and used again; no count
of frames and no clock ever decides.

While a submission is in flight, the arrays over its leases are read-only: writing raises NumPy's ValueError. Slices
made before follow; a slice made meanwhile stays read-only, as any view of a read-only array. What the pool cannot lock
is a plain view or memoryview taken before (`np.asarray(array)`): it is kept alive, but writing to it is a race. After a
failed fence arrays stay read-only for good: nobody can tell when the GPU is done.

Threads: leases are made and released, and arrays made and dropped, on any thread. GL is called only through ``run``,
which moves work to the thread that owns the context: in `submit`, `poll`, `wait`, `trim`, `close` and when `lease`
needs a new block. Finalisers never call GL, take no lock and free nothing: they queue on a list that the
next call empties.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from math import isfinite, prod
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet, ref

import numpy as np
from numpy.typing import DTypeLike

from ..errors import ClosedError, LimitError
from .lease import Lease, Reading, Submission, creation_site, whole_sizes
from .slabs import DEBUG_GUARD, Slab, Span, Stats, needed
from .sync import Block, Status, SyncGL
from .views import StagedArray

__all__ = ["Lease", "StagingPool", "Stats", "Submission"]

T = TypeVar("T")


class Place(NamedTuple):
    """Where an array lies: the block, the offset in it, and the lease's span."""

    block: Block
    offset: int
    span: Span


class StagingPool:
    """Blocks of staging memory.

    Parameters
    ----------
    gl : SyncGL
        Fences and blocks, see `open_sync`.
    run : callable, optional
        Runs work on the thread that owns the context and returns its result: `Owner.run`. Without it the pool's
        methods that call GL must be called on that thread.
    block_bytes : int
        Size of a block. A larger lease gets a block of its own, dropped at completion.
    free_bytes : int
        Blocks kept for later, at most so many bytes.
    budget_bytes : int, optional
        All blocks together take at most so much.
    """

    def __init__(
        self,
        gl: SyncGL,
        *,
        run: Callable[[Callable[[], Any]], Any] | None = None,
        block_bytes: int = 1 << 20,
        free_bytes: int = 64 << 20,
        budget_bytes: int | None = None,
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
        # Never held while GL is called or work waits for the owner: the owner takes it too.
        self._lock = threading.RLock()
        self._open: Slab | None = None
        self._slabs: set[Slab] = set()  # Open, held and pending: those that leases keep, and the open one.
        self._free: deque[Slab] = deque()
        self._condemned: deque[Slab] = deque()
        self._pending: deque[Submission] = deque()
        self.read: deque[Span] = deque()  # Finalisers of readings append
        self._doomed: deque[tuple[Span, bool]] = deque()  # Finalisers append: (span, whether its lease was dropped)
        self._count = dict.fromkeys(("created", "recycled", "dropped", "fences", "failures", "waits", "forgotten"), 0)
        self._closed = False
        _pools.add(self)

    # -- leasing -----------------------------------------------------------------------------------------------

    def lease(self, nbytes: int, alignment: int = 256) -> Lease:
        """Take memory, all zeros. Any thread.

        Parameters
        ----------
        nbytes : int
            How much.
        alignment : int
            The offset is a multiple of this power of two. 256 suits every driver's storage and uniform bindings.

        Returns
        -------
        Lease
            With one reference, yours.

        Raises
        ------
        LimitError
            The budget is used up.
        MemoryError
            The driver refused a block.
        ClosedError
            The pool was closed.
        """
        if nbytes < 0:
            raise ValueError(f"a lease of {nbytes} bytes: give at least 0")
        if alignment < 1 or alignment & (alignment - 1) or alignment > self.block_bytes:
            raise ValueError(f"alignment {alignment}: give a power of two up to the block's {self.block_bytes}")
        site = creation_site()
        with self._lock:
            self._check_open()
            self._reap()
            span = self._place(nbytes, alignment, site)
            if span is not None:
                return self._leased(span)
        return self._run(lambda: self._lease_growing(nbytes, alignment, site))

    def _place(self, nbytes: int, alignment: int, site: str) -> Span | None:
        """Cut the lease from the open block, or open a free one; None when a new block is needed."""
        if needed(nbytes, alignment, self._guard) > self.block_bytes:
            return None
        span = self._open.cut(nbytes, alignment, self._guard, site, self._doomed) if self._open else None
        if span is None and self._free:
            self._close_open()
            self._open = self._free.pop()
            self._slabs.add(self._open)
            span = self._open.cut(nbytes, alignment, self._guard, site, self._doomed)
        return span

    def _close_open(self) -> None:
        """Cut no more from the open block."""
        slab, self._open = self._open, None
        if slab is not None and not slab.spans:
            self._slabs.remove(slab)
            self._free.append(slab)

    def _lease_growing(self, nbytes: int, alignment: int, site: str) -> Lease:
        """On the owner: place the lease in what has completed meanwhile, else in a new block."""
        self._poll()
        need = needed(nbytes, alignment, self._guard)
        size = max(need, self.block_bytes)
        with self._lock:
            self._check_open()
            span = self._place(nbytes, alignment, site)
            if span is not None:
                return self._leased(span)
            self._make_room(size)
        self._drop_condemned()
        slab = Slab(self._new_block(size), pooled=need <= self.block_bytes)
        with self._lock:
            self._count["created"] += 1
            self._slabs.add(slab)
            if slab.pooled:
                self._close_open()
                self._open = slab
            span = slab.cut(nbytes, alignment, self._guard, site, self._doomed)
            assert span is not None, f"a block of {size} bytes has no room for {need}"
            return self._leased(span)

    def _leased(self, span: Span) -> Lease:
        known = ref(span)
        span.views.reader = lambda: self._begin_reading(known)
        return Lease(self, span)

    # -- readers on the host -----------------------------------------------------------------------------------

    def array(self, shape: int | tuple[int, ...], dtype: DTypeLike) -> StagedArray:
        """An array in staging memory of its own, all zeros, that keeps the memory until it and its views are gone."""
        sizes, kind = whole_sizes(shape), np.dtype(dtype)
        if any(size < 0 for size in sizes):
            raise ValueError(f"shape {sizes} has a negative size: give sizes of at least 0")
        with self.lease(kind.itemsize * prod(sizes)) as lease:
            return lease.array(sizes, kind)

    def _begin_reading(self, known: ref[Span]) -> Reading:
        with self._lock:
            self._reap()
            span = known()
            if span is None:
                raise ClosedError("the staging memory of this array is gone: make a new array")
            self._hold([span])
            return Reading(self, span)

    def end_reading(self, span: Span) -> None:
        """A reader is done: what `Reading.release` calls."""
        with self._lock:
            self._reap()
            self._let_go(span)

    def _let_go(self, span: Span) -> None:
        """Take a reference of a reader or a submission back."""
        span.flights -= 1
        if not span.flights and not span.slab.tainted:
            span.views.unlock()
        self._settle(span)

    def find(self, address: int) -> Place | None:
        """Where an address of this pool's memory lies; None for any other."""
        with self._lock:
            for slab in self._slabs:
                offset = address - slab.address
                if 0 <= offset < slab.block.nbytes:
                    for span in slab.spans:
                        if span.offset <= offset < span.offset + max(span.nbytes, 1):
                            return Place(slab.block, offset, span)
        return None

    def submit_place(self, place: Place, draw: Callable[[], object]) -> Submission:
        """As `submit`, for commands that read an array of which only the address is known."""
        return self._run(lambda: self._submit_spans([place.span], draw))

    def _make_room(self, size: int) -> None:
        """Condemn free blocks until one more of the size is within the budget; LimitError when that cannot be."""
        if self.budget_bytes is None:
            return
        used = sum(slab.block.nbytes for slab in self._slabs)
        if used + size > self.budget_bytes:
            raise LimitError(
                f"a staging block of {size} bytes on top of {used} in use is over the budget of {self.budget_bytes}: "
                f"release leases, wait for submissions, or raise budget_bytes"
            )
        self._shrink_free(self.budget_bytes - used - size)

    def _shrink_free(self, keep_bytes: int) -> None:
        """Condemn free blocks, oldest first, until at most so many bytes of them are left."""
        free = sum(slab.block.nbytes for slab in self._free)
        while free > keep_bytes:
            free -= self._free[0].block.nbytes
            self._condemned.append(self._free.popleft())

    def _new_block(self, size: int) -> Block:
        """A block, if need be after giving the driver back what is free."""
        try:
            return self._gl.new_block(size)
        except MemoryError:
            if not self._trim(0):
                raise
        return self._gl.new_block(size)

    # -- submitting --------------------------------------------------------------------------------------------

    def submit(self, leases: Iterable[Lease], draw: Callable[[], object] | None = None) -> Submission:
        """Make the leases' content visible to the GPU, issue the commands that read it, and put a fence behind them.

        Parameters
        ----------
        leases : iterable of Lease
            What the commands read. They are held until the fence says that the GPU is done, released or not.
        draw : callable, optional
            Issues the commands, on the owner's thread. Without it the commands issued before are meant, which reads
            the right bytes only where memory is shared (`MappedGL`), not where it is copied (`CopiedGL`).

        Returns
        -------
        Submission
            To `wait` for.

        Raises
        ------
        ClosedError
            A lease was released, or the pool closed. Nothing was issued.
        ValueError
            A lease of another pool.

        Notes
        -----
        What ``draw`` raises is passed on, behind a fence: some of its commands may have been issued.
        """
        handles = list(leases)
        return self._run(lambda: self._submit(handles, draw))

    def _submit(self, handles: list[Lease], draw: Callable[[], object] | None) -> Submission:
        self._poll()
        with self._lock:
            self._check_open()
            for handle in handles:
                if handle._pool is not self:
                    raise ValueError(f"{handle._span} belongs to another pool: submit it there")
                handle._span.check_live()
            spans = list(dict.fromkeys(handle._span for handle in handles))
        return self._submit_spans(spans, draw)

    def _submit_spans(self, spans: list[Span], draw: Callable[[], object] | None) -> Submission:
        with self._lock:
            submission = Submission(list(spans))
            self._hold(spans)
        try:
            for span in submission._spans:
                self._gl.flush(span.slab.block, span.offset, span.offset + span.nbytes)
        except BaseException:
            self._finish(submission, Status.SIGNALLED)
            raise
        try:
            if draw is not None:
                draw()
        finally:
            self._fence(submission)
        return submission

    def _hold(self, spans: list[Span]) -> None:
        """Add the submission's reference to what it reads."""
        for span in spans:
            span.flights += 1
            span.views.lock()

    def _fence(self, submission: Submission) -> None:
        """Park the submission behind a fence; without one its blocks can never be used again."""
        try:
            submission._sync = self._gl.fence()
        finally:
            with self._lock:
                if submission._sync:
                    self._count["fences"] += 1
                    self._pending.append(submission)
                else:
                    self._finish(submission, Status.FAILED)

    def _finish(self, submission: Submission, status: Status) -> None:
        """Take the submission's references back."""
        with self._lock:
            submission._status = status
            failed = status is Status.FAILED
            self._count["failures"] += failed
            spans, submission._spans = submission._spans, []
            for span in spans:
                if failed:
                    span.slab.tainted = True
                    if span.slab is self._open:
                        self._open = None
                self._let_go(span)

    # -- completion --------------------------------------------------------------------------------------------

    def poll(self) -> int:
        """Look which submissions have completed, in order, without waiting, and recycle what they read.

        It does not send commands to the GPU: that do a blocking `wait`, a readback, and a swap of buffers.

        Returns
        -------
        int
            Submissions still in flight.
        """
        return self._run(self._poll)

    def _poll(self) -> int:
        while self._pending:
            submission = self._pending[0]
            status = self._ask(submission, 0)
            if status is Status.TIMEOUT:
                break
            self._retire(submission, status)
        with self._lock:
            self._reap()
        self._drop_condemned()
        return len(self._pending)

    def wait(self, submission: Submission, timeout: float) -> Status:
        """Wait for a submission. Keeps the owner's thread for as long.

        Parameters
        ----------
        submission : Submission
            What to wait for.
        timeout : float
            Seconds, at most. 0 only looks.

        Returns
        -------
        Status
            SIGNALLED: the GPU is done. TIMEOUT: not yet. FAILED: it will never be known; its blocks are dropped.
        """
        if not (isfinite(timeout) and timeout >= 0):
            raise ValueError(f"timeout {timeout}: give a finite number of seconds, at least 0")
        return self._run(lambda: self._wait(submission, timeout))

    def _wait(self, submission: Submission, timeout: float) -> Status:
        if not submission.done:
            if submission not in self._pending:
                raise ValueError("the submission belongs to another pool: wait for it there")
            status = self._ask(submission, int(timeout * 1e9))
            if status is not Status.TIMEOUT:
                self._retire(submission, status)
        self._poll()
        return submission._status

    def _ask(self, submission: Submission, timeout_ns: int) -> Status:
        """How far a submission is; the first wait that blocks sends waiting commands to the GPU."""
        flush = timeout_ns > 0 and not submission._flushed
        submission._flushed |= flush
        self._count["waits"] += timeout_ns > 0
        return self._gl.wait(submission._sync, timeout_ns, flush)

    def _retire(self, submission: Submission, status: Status) -> None:
        with self._lock:
            self._pending.remove(submission)
            self._finish(submission, status)
        self._gl.delete_fence(submission._sync)

    # -- letting go --------------------------------------------------------------------------------------------

    def _settle(self, span: Span) -> None:
        """Let the span go if nothing needs it, and its block with the last of them."""
        slab = span.slab
        if span not in slab.spans or span.references or span.flights or span.views.alive:
            return
        slab.spans.remove(span)
        span.views.forget()
        # A GPU that never said it was done may still read it.
        if self._guard and not slab.tainted:
            slab.poison(span)
        if not slab.spans:
            self._vacate(slab)

    def _vacate(self, slab: Slab) -> None:
        """Recycle a block that nothing needs, or condemn it."""
        reusable = slab.pooled and not slab.tainted and not self._closed
        if reusable:
            self._reset(slab)
            self._count["recycled"] += 1
            if slab is self._open:
                return
        elif slab is self._open:
            self._open = None
        self._slabs.remove(slab)
        (self._free if reusable else self._condemned).append(slab)
        self._shrink_free(self.free_bytes)

    def _reset(self, slab: Slab) -> None:
        """Make a block as new: the next user must not see what this one left."""
        slab.reset(keep_poison=bool(self._guard))

    def _reap(self) -> None:
        """Do what finalisers queued."""
        while self.read:
            self._let_go(self.read.popleft())
        while self._doomed:
            span, forgotten = self._doomed.popleft()
            if forgotten and span.references:
                span.references = 0
                self._count["forgotten"] += 1
            self._settle(span)

    def _drop_condemned(self) -> None:
        """Delete condemned blocks. All of them, whatever the driver says to one; then its first error is raised."""
        refused: Exception | None = None
        while self._condemned:
            slab = self._condemned.popleft()
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
        return self._run(lambda: self._trim(keep_bytes))

    def _trim(self, keep_bytes: int) -> int:
        with self._lock:
            self._reap()
            before = self._bytes()
            if self._open is not None and not self._open.spans:
                self._close_open()
            self._shrink_free(keep_bytes)
        self._drop_condemned()
        with self._lock:
            return before - self._bytes()

    def close(self, timeout: float = 1.0) -> None:
        """Wait for what is in flight, at most ``timeout`` seconds in all, then drop every block. Twice does no harm.

        A block whose lease or array is still alive stays until that is gone: `poll` then drops it.
        """
        if not (isfinite(timeout) and timeout >= 0):
            raise ValueError(f"timeout {timeout}: give a finite number of seconds, at least 0")
        if not self._closed:
            self._run(lambda: self._close(timeout))

    def _close(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        self._closed = True
        try:
            while self._pending:
                # In order: when one is not done in time, the later ones are given up too.
                submission = self._pending[0]
                status = self._ask(submission, int(max(deadline - time.monotonic(), 0) * 1e9))
                self._retire(submission, Status.FAILED if status is Status.TIMEOUT else status)
        finally:
            with self._lock:
                while self._pending:  # The driver raised: what it knows of the others is lost.
                    self._finish(self._pending.popleft(), Status.FAILED)
                self._reap()
                self._close_open()
                self._shrink_free(0)
            self._drop_condemned()

    # -- sight -------------------------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """Exact counts, now. Any thread."""
        with self._lock:
            self._reap()
            spans = [span for slab in self._slabs for span in slab.spans]
            pending = sum(slab is not self._open and slab.pending for slab in self._slabs)
            return Stats(
                leases_live=sum(span.references > 0 for span in spans),
                leases_viewed=sum(not span.references and span.views.alive for span in spans),
                submissions_pending=len(self._pending),
                blocks_free=len(self._free),
                blocks_held=len(self._slabs) - pending,
                blocks_pending=pending,
                blocks_condemned=len(self._condemned),
                bytes_free=sum(slab.block.nbytes for slab in self._free),
                bytes_total=self._bytes(),
                **self._count,
            )

    def _bytes(self) -> int:
        return sum(slab.block.nbytes for slabs in (self._slabs, self._free, self._condemned) for slab in slabs)

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError(f"the staging pool made at {self._site} was closed: make a new one")

    def _run(self, work: Callable[[], T]) -> T:
        """Run work on the thread that owns the context."""
        if self._run_on_owner is None:
            return work()
        result: T = self._run_on_owner(work)
        return result

    def __del__(self, ending: Callable[[], bool] = sys.is_finalizing) -> None:
        # While the interpreter ends, the context goes and the blocks with it; and modules are gone already.
        if not ending() and getattr(self, "_slabs", None) and not self._closed:
            warnings.warn(
                f"the staging pool made at {self._site} was never closed: call close()", ResourceWarning, stacklevel=2
            )


_pools: WeakSet[StagingPool] = WeakSet()


def _forked() -> None:
    """In a forked child: a thread of the parent may have held the lock."""
    for pool in list(_pools):
        pool._lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
