"""blocks: the staging pool's blocks and their states. Plain data: the pool has the lock and makes the GL calls.

    new --begin--> open --full--> used --nothing needs it--> free --place--> open
                                      \\--may not be used again--> condemned --> deleted on the owner's thread

The garbage collector may run a finaliser inside any step here. It may take a lease, since the pool's lock is reentrant.
Such a nested `place` changes only the cursor of a block and the ends of the list of free blocks.
"""

from __future__ import annotations

from collections import deque

from ..errors import LimitError
from .slabs import LeaseRequest, Slab, Span


class Blocks:
    """The blocks of one pool.

    Attributes
    ----------
    open : dict of bool to Slab
        The blocks that leases are cut from, by whether the leases are lasting.
    used, free, condemned : collections of Slab
        Blocks with leases, and the open ones; blocks ready for use; blocks waiting for deletion.
    recycled : int
        How often a block was made free again.
    """

    def __init__(self, block_bytes: int, free_bytes: int, keep_poison: bool) -> None:
        self.block_bytes, self.free_bytes, self._keep_poison = block_bytes, free_bytes, keep_poison
        self.open: dict[bool, Slab] = {}
        self.used: set[Slab] = set()
        self.free: deque[Slab] = deque()
        self.condemned: deque[Slab] = deque()
        self.recycled = 0
        self.closed = False

    @property
    def nbytes(self) -> int:
        """Bytes of all blocks."""
        return sum(slab.block.nbytes for slab in (*self.used, *self.free, *self.condemned))

    def place(self, request: LeaseRequest, nested: bool = False) -> Span | None:
        """Cut a lease from the open block, or open a free one; None when a new block is needed.

        With ``nested``, for a finaliser inside another step, the open block stays the open one.
        """
        if request.need > self.block_bytes:
            return None
        slab = self.open.get(request.lasting)
        span = slab.cut(request) if slab is not None else None
        if span is None:
            try:
                slab = self.free.pop()
            except IndexError:
                return None
            self.used.add(slab)
            if not nested:
                self.begin(slab, request.lasting)
            span = slab.cut(request)
        return span

    def begin(self, slab: Slab, lasting: bool) -> None:
        """Make a block the open one."""
        self.used.add(slab)
        before = self.open.pop(lasting, None)
        self.open[lasting] = slab
        if before is not None:
            self._free_unused(before)

    def close_unused(self) -> None:
        """Free open blocks without leases."""
        for lasting, slab in list(self.open.items()):
            if not slab.spans:
                del self.open[lasting]
                self._free_unused(slab)

    def close_open(self) -> None:
        """Close the open blocks: no more leases are cut from them."""
        while self.open:
            self._free_unused(self.open.popitem()[1])

    def _free_unused(self, slab: Slab) -> None:
        """Free an open block from which nothing was cut."""
        if not slab.spans:
            self.used.remove(slab)
            self.free.append(slab)

    def is_open(self, slab: Slab) -> bool:
        """Whether leases are cut from a block."""
        return slab in self.open.values()

    def taint(self, slab: Slab) -> None:
        """Retire a block that the GPU may read without end: it is never reused."""
        slab.tainted = True
        self._close(slab)

    def _close(self, slab: Slab) -> None:
        """Close a block: no more leases are cut from it."""
        for lasting, known in list(self.open.items()):
            if known is slab:
                del self.open[lasting]

    def vacate(self, slab: Slab) -> None:
        """Recycle or condemn a block that is no longer needed."""
        reusable = slab.pooled and not slab.tainted and not self.closed
        if reusable:
            # The next user must not see old content.
            if not slab.reset(keep_poison=self._keep_poison):
                return
            self.recycled += 1
            if self.is_open(slab):
                return
        self._close(slab)
        self.used.remove(slab)
        (self.free if reusable else self.condemned).append(slab)
        self.shrink_free(self.free_bytes)

    def make_room(self, size: int, budget_bytes: int | None) -> None:
        """Condemn free blocks until a new one fits in the budget; LimitError where it cannot fit."""
        if budget_bytes is None:
            return
        used = sum(slab.block.nbytes for slab in tuple(self.used))
        if used + size > budget_bytes:
            raise LimitError(
                f"a staging block of {size} bytes on top of {used} in use is over the budget of {budget_bytes}: "
                f"release leases, wait for submissions, or raise budget_bytes"
            )
        self.shrink_free(budget_bytes - used - size)

    def shrink_free(self, keep_bytes: int) -> None:
        """Condemn free blocks, oldest first, until at most ``keep_bytes`` of them are left."""
        free = sum(slab.block.nbytes for slab in tuple(self.free))
        while free > keep_bytes and self.free:
            slab = self.free.popleft()
            free -= slab.block.nbytes
            self.condemned.append(slab)
