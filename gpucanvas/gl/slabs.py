"""slabs: the staging pool's records: blocks cut into spans, and counts. The pool has the lock and makes the GL calls.

slab (one GL buffer)   | guard span guard |  gap  | guard span guard |   free   |
                                                                     ^ cursor
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import ClosedError
from .sync import Block
from .views import Views

DEBUG_GUARD = 64
GUARD_BYTE = 0xB6
FREED_BYTE = 0xA5


@dataclass(frozen=True)
class Stats:
    """Exact counts of a staging pool.

    Attributes
    ----------
    leases_live, leases_viewed : int
        Leases with references; leases without, whose arrays are alive.
    submissions_pending : int
        Submissions in flight.
    blocks_free, blocks_held, blocks_pending, blocks_condemned : int
        Blocks ready for use; with leases or arrays, or open for them; only read by the GPU; waiting for deletion on
        the owner thread. Their sum is ``created - dropped``.
    bytes_free, bytes_total : int
        Bytes of free blocks, and of all blocks.
    created, recycled, dropped : int
        Blocks made, made free again, and deleted so far.
    fences, failures : int
        Fences inserted; submissions whose completion could never be known.
    waits : int
        Blocking waits for a fence.
    forgotten : int
        Leases dropped without `release`.
    """

    leases_live: int
    leases_viewed: int
    submissions_pending: int
    blocks_free: int
    blocks_held: int
    blocks_pending: int
    blocks_condemned: int
    bytes_free: int
    bytes_total: int
    created: int
    recycled: int
    dropped: int
    fences: int
    failures: int
    waits: int
    forgotten: int


def aligned(offset: int, alignment: int) -> int:
    """The offset rounded up to a multiple of the alignment."""
    return -(-offset // alignment) * alignment


def needed(nbytes: int, alignment: int, guard: int) -> int:
    """Least size of a block that has room for a lease."""
    return aligned(guard, alignment) + max(nbytes, 1) + guard


class LeaseRequest(NamedTuple):
    """The size and kind of a lease to make.

    Attributes
    ----------
    lasting : bool
        Whether the program decides when it ends, so that it must not share blocks with leases that end with a frame.
    """

    nbytes: int
    alignment: int
    guard: int
    site: str
    doomed: deque[tuple[Span, bool]]
    lasting: bool

    @property
    def need(self) -> int:
        """Bytes that a block must have left for it, in the worst case of alignment."""
        return needed(self.nbytes, self.alignment, self.guard)


class Slab:
    """A block, and the spans cut from it.

    Attributes
    ----------
    pooled : bool
        Whether it has the pool's block size; other blocks are dropped when empty.
    tainted : bool
        Whether a submission that read it failed, so that the GPU may read it without end.
    spans : set of Span
        The spans that keep it in use.
    address : int
        Address of its memory.
    """

    def __init__(self, block: Block, pooled: bool) -> None:
        self.block = block
        self.pooled = pooled
        self.tainted = False
        self.spans: set[Span] = set()
        self._bytes = np.frombuffer(block.memory, np.uint8)
        self.address = int(self._bytes.__array_interface__["data"][0])
        self._cursor = 0

    @property
    def pending(self) -> bool:
        """Whether only the GPU still uses it."""
        return bool(self.spans) and not any(span.references or span.views.alive for span in self.spans)

    def cut(self, request: LeaseRequest) -> Span | None:
        """Cut the next zeroed bytes; None when too few are left."""
        guard, taken = request.guard, False
        while not taken:
            before = self._cursor
            offset = aligned(before + guard, request.alignment)
            end = offset + max(request.nbytes, 1) + guard
            if end > self.block.nbytes:
                return None
            span = Span(self, offset, request.nbytes, guard, request.site, request.doomed)
            # A finaliser may just have taken these bytes. None can run between the next two lines, since they allocate
            # no object.
            if self._cursor == before:
                self._cursor = end
                self.spans.add(span)
                taken = True
        if guard:
            self._bytes[offset - guard : end] = GUARD_BYTE
            self._bytes[offset : offset + request.nbytes] = 0
        return span

    def reset(self, keep_poison: bool) -> bool:
        """Zero the block for reuse; returns False where it is in use again."""
        # Marked as full meanwhile, so that a finaliser that runs here takes no bytes that are being zeroed.
        end, self._cursor = self._cursor, self.block.nbytes
        if self.spans:
            self._cursor = end
            return False
        self._bytes[:end] = FREED_BYTE if keep_poison else 0
        self._cursor = 0
        return True

    def poison(self, span: Span) -> None:
        """Fill freed memory with a pattern that makes its later use visible."""
        self._bytes[span.offset - span.guard : span.offset + max(span.nbytes, 1) + span.guard] = FREED_BYTE

    def outside(self, span: Span) -> tuple[int, int]:
        """Number of guard bytes before and after a span that were overwritten."""
        before = self._bytes[span.offset - span.guard : span.offset]
        end = span.offset + span.nbytes
        after = self._bytes[end : end + span.guard]
        return int((before != GUARD_BYTE).sum()), int((after != GUARD_BYTE).sum())


class Span:
    """The memory of a lease. It outlives the lease while a submission or an array needs the memory.

    Attributes
    ----------
    references, flights : int
        References of the lease; submissions in flight that read it.
    tainted : bool
        Whether a submission that read it failed: the GPU may go on reading, so its arrays stay read-only.
    views : Views
        The arrays over it.
    """

    def __init__(
        self, slab: Slab, offset: int, nbytes: int, guard: int, site: str, doomed: deque[tuple[Span, bool]]
    ) -> None:
        self.slab = slab
        self.offset = offset
        self.nbytes = nbytes
        self.guard = guard
        self.site = site
        self.references = 1
        self.flights = 0
        self.tainted = False
        window = slab.block.memory[offset : offset + max(nbytes, 1)]
        self.views = Views(window, slab.address + offset, lambda: doomed.append((self, False)))

    def check_live(self) -> None:
        """ClosedError when the lease was released."""
        if not self.references:
            raise ClosedError(f"{self} was released before: lease again")

    def damage(self) -> str:
        """The error text about overwritten guard bytes; empty when there are none."""
        before, after = self.slab.outside(self) if self.guard else (0, 0)
        if not before and not after:
            return ""
        return (
            f"{self} was overrun: {before} bytes before it and {after} after it were written; "
            f"look for as_strided, ctypes or a shader that writes out of bounds"
        )

    def __repr__(self) -> str:
        return f"the lease of {self.nbytes} bytes at offset {self.offset}, made at {self.site},"
