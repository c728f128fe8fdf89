"""Staging memory: what the host writes and the GPU reads, leased by reference count, recycled on completion only.

    free --lease--> held --submit--> pending(fence) --signalled--> free
                                                    --wait failed, no fence, context lost--> dropped, never recycled

A block is cut into leases. A lease keeps its block while it has references, while a submission that reads it is in
flight, and while anything made of its arrays (view, slice, memoryview) is alive: so a view of a released lease may be
stale but never reads somebody else's data. Only when no lease keeps the block is it cleaned and used again; no count
of frames and no clock ever decides.

While a submission is in flight, the arrays over its leases are read-only: writing raises NumPy's ValueError. Slices
made before follow; a slice made meanwhile stays read-only, as any view of a read-only array. What the pool cannot lock
is a plain view, a record or a memoryview taken before (`np.asarray(array)`, ``array[0]`` of a structured array): it
keeps the memory alive, but writing to it is a race. After a failed fence the arrays over what it covers stay read-only
for good: nobody can tell when the GPU is done.

Threads: leases are made and released, and arrays made and dropped, on any thread. GL is called only through ``run``,
which moves work to the thread that owns the context: in `submit`, `poll`, `wait`, `trim`, `close` and when `lease`
needs a new block. Finalisers of what the pool hands out never call GL, take no lock and free nothing: they queue on a
list that the next call empties. Those of the program may call anything; leasing.py says what they find.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any
from weakref import WeakSet

from .lease import Lease, Submission
from .leasing import Leasing, Place
from .slabs import Span, Stats
from .sync import Status, SyncGL

__all__ = ["Lease", "Place", "StagingPool", "Stats", "Submission"]


class StagingPool(Leasing):
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
        super().__init__(gl, run, block_bytes, free_bytes, budget_bytes)
        self._pending: deque[Submission] = deque()
        _pools.add(self)

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

    def submit_place(self, place: Place, draw: Callable[[], object]) -> Submission:
        """As `submit`, for commands that read an array of which only the address is known."""
        return self._run(lambda: self._issue(self._held([place.span]), draw))

    def hold(self, leases: Iterable[Lease]) -> Submission:
        """Hold leases for commands that are about to be issued, on the owner's thread. `fence` must follow.

        For commands that are issued bit by bit, and for those that write what the host will read.

        Raises
        ------
        ClosedError
            A lease was released, or the pool closed.
        """
        handles = list(leases)
        with self._lock:
            self._check_open()
            for handle in handles:
                handle._span.check_live()
            return self._held(list(dict.fromkeys(handle._span for handle in handles)))

    def fence(self, submission: Submission) -> None:
        """Put the fence behind what was issued since `hold`, and send all of it to the GPU, without waiting."""
        self._fence(submission)
        if not submission.done:
            submission._flushed = True
            self._gl.wait(submission._sync, 0, True)

    def _submit(self, handles: list[Lease], draw: Callable[[], object] | None) -> Submission:
        self._poll()
        with self._lock:
            self._check_open()
            for handle in handles:
                if handle._pool is not self:
                    raise ValueError(f"{handle._span} belongs to another pool: submit it there")
                handle._span.check_live()
            # Not later: a release on another thread would give the bytes to somebody else.
            submission = self._held(list(dict.fromkeys(handle._span for handle in handles)))
        return self._issue(submission, draw)

    def _held(self, spans: list[Span]) -> Submission:
        """A submission that holds what it reads."""
        with self._lock:
            submission = Submission(spans)
            self._hold(spans)
            return submission

    def _issue(self, submission: Submission, draw: Callable[[], object] | None) -> Submission:
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
                    span.tainted = True
                    self._blocks.taint(span.slab)
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
        self._reap()
        self._drop_condemned()
        return len(self._pending)

    def tidy(self) -> None:
        """On the owner: give back what arrays that are gone have left. Costs next to nothing where there is none."""
        if self._doomed or self.read or self._blocks.condemned:
            self._poll()

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
        self._closed = f"the staging pool made at {self._site} was closed: make a new one"
        self._blocks.closed = True
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
            with self._lock:
                self._blocks.close_open()
                self._blocks.shrink_free(0)
            self._drop_condemned()

    def abandon(self) -> None:
        """In a forked child: the memory is the parent's, who would see what is written to a driver's mapping."""
        self._closed = (
            "this staging memory belongs to the process that this one was forked from: start the other with the "
            '"spawn" method, or use backend="cpu" here'
        )
        self._blocks.closed = True
        for slab in (*self._blocks.used, *self._blocks.free):
            slab.tainted = True
            for span in tuple(slab.spans):
                span.tainted = True
                span.views.lock()

    # -- sight -------------------------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """Exact counts, now. Any thread."""
        self._reap()
        with self._lock:
            blocks = self._blocks
            slabs, free = tuple(blocks.used), tuple(blocks.free)
            spans = [span for slab in slabs for span in tuple(slab.spans)]
            pending = sum(not blocks.is_open(slab) and slab.pending for slab in slabs)
            return Stats(
                leases_live=sum(span.references > 0 for span in spans),
                leases_viewed=sum(not span.references and span.views.alive for span in spans),
                submissions_pending=len(self._pending),
                blocks_free=len(free),
                blocks_held=len(slabs) - pending,
                blocks_pending=pending,
                blocks_condemned=len(blocks.condemned),
                bytes_free=sum(slab.block.nbytes for slab in free),
                bytes_total=blocks.nbytes,
                recycled=blocks.recycled,
                **self._count,
            )

    def __del__(self, ending: Callable[[], bool] = sys.is_finalizing) -> None:
        # While the interpreter ends, the context goes and the blocks with it; and modules are gone already.
        # A backend's pool goes with its context, and nobody can close it.
        blocks = None if ending() else getattr(self, "_blocks", None)
        if blocks is not None and blocks.used and self._run_on_owner is None and not self._closed:
            warnings.warn(
                f"the staging pool made at {self._site} was never closed: call close()", ResourceWarning, stacklevel=2
            )


_pools: WeakSet[StagingPool] = WeakSet()


def _forked() -> None:
    """In a forked child: a thread of the parent may have held the lock."""
    for pool in list(_pools):
        pool._lock = threading.RLock()
        if pool._run_on_owner is not None:
            pool.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
