"""The staging pool's records: blocks cut into spans, and the counts. No GL, no locks: the pool has both.

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
        the owner's thread. Together these are all there are: ``created - dropped``.
    bytes_free, bytes_total : int
        Bytes of free blocks, and of all.
    created, recycled, dropped : int
        Blocks made, made ready to be used again, and deleted, ever.
    fences, failures : int
        Fences put; submissions whose completion could never be known.
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
    """The next multiple of the alignment."""
    return -(-offset // alignment) * alignment


def needed(nbytes: int, alignment: int, guard: int) -> int:
    """How large a block must be at least to give a lease."""
    return aligned(guard, alignment) + max(nbytes, 1) + guard


class LeaseRequest(NamedTuple):
    """What a lease is to be like.

    Attributes
    ----------
    lasting : bool
        The program decides when it goes. What a frame is done with gets other blocks: small arrays would keep them.
    """

    nbytes: int
    alignment: int
    guard: int
    site: str
    doomed: deque[tuple[Span, bool]]
    lasting: bool

    @property
    def need(self) -> int:
        """Bytes of a block that has room for it anywhere."""
        return needed(self.nbytes, self.alignment, self.guard)


class Slab:
    """A block and what is cut from it.

    Attributes
    ----------
    pooled : bool
        Whether it has the pool's block size; any other is dropped when empty.
    tainted : bool
        Whether a submission that read it failed: the GPU may read it for ever.
    spans : set of Span
        What keeps it.
    address : int
        Where its memory starts.
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
        """Whether only the GPU keeps it."""
        return bool(self.spans) and not any(span.references or span.views.alive for span in self.spans)

    def cut(self, request: LeaseRequest) -> Span | None:
        """Take the next bytes, zeros; None when too few are left."""
        guard, taken = request.guard, False
        while not taken:
            before = self._cursor
            offset = aligned(before + guard, request.alignment)
            end = offset + max(request.nbytes, 1) + guard
            if end > self.block.nbytes:
                return None
            span = Span(self, offset, request.nbytes, guard, request.site, request.doomed)
            # The collector may just have run a finaliser that took these bytes. It must not run between the next
            # lines: they make no object.
            if self._cursor == before:
                self._cursor = end
                self.spans.add(span)
                taken = True
        if guard:
            self._bytes[offset - guard : end] = GUARD_BYTE
            self._bytes[offset : offset + request.nbytes] = 0
        return span

    def reset(self, keep_poison: bool) -> bool:
        """Make it as new; False where it is in use again."""
        # Full meanwhile: a finaliser that the collector runs here would take bytes that are being made new.
        end, self._cursor = self._cursor, self.block.nbytes
        if self.spans:
            self._cursor = end
            return False
        self._bytes[:end] = FREED_BYTE if keep_poison else 0
        self._cursor = 0
        return True

    def poison(self, span: Span) -> None:
        """Make a later use of freed memory visible."""
        self._bytes[span.offset - span.guard : span.offset + max(span.nbytes, 1) + span.guard] = FREED_BYTE

    def outside(self, span: Span) -> tuple[int, int]:
        """How many guard bytes before and after a span are not as they were."""
        before = self._bytes[span.offset - span.guard : span.offset]
        end = span.offset + span.nbytes
        after = self._bytes[end : end + span.guard]
        return int((before != GUARD_BYTE).sum()), int((after != GUARD_BYTE).sum())


class Span:
    """What a lease stands for; it lives on while a submission or an array needs the memory.

    Attributes
    ----------
    references, flights : int
        References of the lease; submissions in flight that read it.
    tainted : bool
        A submission that read it failed: the GPU may go on reading, so its arrays stay read-only.
    views : Views
        Its arrays.
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
        """What to say about overwritten guard bytes; empty when there are none."""
        before, after = self.slab.outside(self) if self.guard else (0, 0)
        if not before and not after:
            return ""
        return (
            f"{self} was overrun: {before} bytes before it and {after} after it were written; "
            f"look for as_strided, ctypes or a shader that writes out of bounds"
        )

    def __repr__(self) -> str:
        return f"the lease of {self.nbytes} bytes at offset {self.offset}, made at {self.site},"
