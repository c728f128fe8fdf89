"""staging: memory that the host writes and the GPU reads, leased by reference count, recycled only on completion.

    free --lease--> held --submit--> pending(fence) --signalled--> free
                                                    --wait failed, no fence, context lost--> dropped, never recycled

A block is cut into leases. A lease keeps its block while it has references, while a submission that reads it is in
flight, and while any view of its arrays (slice, memoryview) is alive. So a view of a released lease may be stale, but
never shows another lease's data. A block is zeroed and reused only when no lease keeps it; a number of frames or a time
never decides.

While a submission is in flight, the arrays over its leases are read-only: writing raises NumPy's ValueError. Slices
made before are locked too; a slice made in that time stays read-only, as any view of a read-only array. The pool cannot
lock plain views, records and memoryviews made before (`np.asarray(array)`, ``array[0]`` of a structured array): they
keep the memory alive, but writing to them is a race. After a failed fence the arrays that it covers stay read-only for
good, since the completion cannot be known.

Threads: leases and arrays may be made and released on any thread. GL is called only through ``run``, which moves work
to the thread that owns the context: in `submit`, `poll`, `wait`, `trim`, `close` and when `lease` needs a new block.
The pool's own finalisers never call GL, take no lock and free nothing: they append to a queue that the next call
empties. Finalisers of the program may call anything: see leasing.py.
"""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any
from weakref import WeakSet

from .. import forks
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
        Most bytes of free blocks that are kept for later.
    budget_bytes : int, optional
        Most bytes of all blocks together.
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
        """Make the leases' content visible to the GPU, issue the commands that read it, and insert a fence after them.

        Parameters
        ----------
        leases : iterable of Lease
            The leases that the commands read. They are held until the fence has signalled, released or not.
        draw : callable, optional
            Issues the commands, on the owner thread. Without it the fence is for commands issued before, which read
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
        An error of ``draw`` is raised after a fence was inserted, since some of its commands may have been issued.
        """
        handles = list(leases)
        return self._run(lambda: self._submit(handles, draw))

    def submit_place(self, place: Place, draw: Callable[[], object]) -> Submission:
        """As `submit`, for commands that read an array at a `Place`."""
        return self._run(lambda: self._issue(self._held([place.span]), draw))

    def hold(self, leases: Iterable[Lease]) -> Submission:
        """Hold leases for commands that will be issued, on the owner thread. `fence` must follow.

        It is for commands issued one by one, and for commands that write memory which the host will read.

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
        """Insert the fence after the commands issued since `hold`, and flush them to the GPU, without waiting."""
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
            # Held under the lock: otherwise a release on another thread could free the bytes first.
            submission = self._held(list(dict.fromkeys(handle._span for handle in handles)))
        return self._issue(submission, draw)

    def _held(self, spans: list[Span]) -> Submission:
        """A submission that holds the spans it reads."""
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
        """Insert the fence of a submission; where the driver gives none, its blocks can never be reused."""
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
        """Drop the submission's references."""
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
        """Check which submissions have completed, in order, without waiting, and recycle their memory.

        It does not flush commands to the GPU; a blocking `wait`, a readback or a swap of buffers does.

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
        """Free the memory of arrays that have died. Runs on the owner thread; cheap where there is none."""
        if self._doomed or self.read or self._blocks.condemned:
            self._poll()

    def wait(self, submission: Submission, timeout: float) -> Status:
        """Wait for a submission. It blocks the owner thread meanwhile.

        Parameters
        ----------
        submission : Submission
            The submission to wait for.
        timeout : float
            Most seconds to wait; 0 only checks.

        Returns
        -------
        Status
            SIGNALLED: the GPU is done. TIMEOUT: not yet. FAILED: it can never be known; the blocks are dropped.
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
        """The status of a submission's fence; the first blocking wait also flushes commands to the GPU."""
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
        """Wait for submissions in flight, at most ``timeout`` seconds in all, then drop every block.

        A block with a living lease or array is dropped later, by `poll`. Closing twice is harmless.
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
                # In order: when one is not done in time, neither are the later ones.
                submission = self._pending[0]
                status = self._ask(submission, int(max(deadline - time.monotonic(), 0) * 1e9))
                self._retire(submission, Status.FAILED if status is Status.TIMEOUT else status)
        finally:
            with self._lock:
                while self._pending:  # The driver raised: the state of the others cannot be known.
                    self._finish(self._pending.popleft(), Status.FAILED)
            self._reap()
            with self._lock:
                self._blocks.close_open()
                self._blocks.shrink_free(0)
            self._drop_condemned()

    def abandon(self) -> None:
        """Give up the memory in a forked child: writing to a driver's mapping would change the parent's memory."""
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

    # -- statistics --------------------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The present counts, on any thread."""
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
        # No warning at exit, when the context frees the blocks and modules may be gone already; nor for a
        # backend's pool (`_run_on_owner`), which is freed with its context.
        blocks = None if ending() else getattr(self, "_blocks", None)
        if blocks is not None and blocks.used and self._run_on_owner is None and not self._closed:
            warnings.warn(
                f"the staging pool made at {self._site} was never closed: call close()", ResourceWarning, stacklevel=2
            )


_pools: WeakSet[StagingPool] = WeakSet()


@forks.in_child
def _forked() -> None:
    """In a forked child, replace locks: a thread of the parent may have held one."""
    for pool in list(_pools):
        pool._lock = threading.RLock()
        if pool._run_on_owner is not None:
            pool.abandon()
