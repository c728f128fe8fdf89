"""A scripted driver for the staging pool: fences that a test signals by hand, and every way in which a driver fails.

Its GPU reads as late as it may: what was drawn is looked at when the fence is signalled. Memory that was reused, freed
or overwritten before shows as an entry in `wrong`. Deleted blocks are filled with 0xDD: an array over one shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gpucanvas.gl.staging import Lease, StagingPool
from gpucanvas.gl.sync import Block, Status

DELETED_BYTE = 0xDD


@dataclass
class Read:
    """What the GPU will read, and what it must find."""

    block: Block
    first: int
    expected: bytes

    def happen(self) -> str:
        """Read; return what is wrong."""
        found = bytes(self.block.memory[self.first : self.first + len(self.expected)])
        if found == self.expected:
            return ""
        return f"the GPU read {found[:8]!r} at {self.first} of block {self.block.name}, not {self.expected[:8]!r}"


@dataclass
class FakeGL:
    """A driver that does what a test says.

    Attributes
    ----------
    raises : dict
        By step (flush, draw, fence, wait, delete_fence, new_block, drop_block): what its next call raises. A deletion
        raises when it is done: nobody may try it again.
    null_fences, failing_waits : int
        So many fences come back null; so many waits fail.
    lost : bool
        The context is lost: no fences, no blocks, every wait fails.
    finishes : bool
        A wait with a timeout ends with the GPU being done, not with the timeout.
    wrong : list of str
        What the GPU read that it should not have, and what was deleted twice.
    log : list of str
        Steps, in order.
    """

    raises: dict[str, BaseException] = field(default_factory=dict)
    null_fences: int = 0
    failing_waits: int = 0
    lost: bool = False
    finishes: bool = False
    wrong: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    blocks: dict[int, Block] = field(default_factory=dict)
    fences: dict[int, list[Read]] = field(default_factory=dict)
    signalled: set[int] = field(default_factory=set)
    issued: list[Read] = field(default_factory=list)
    unfenced: list[Read] = field(default_factory=list)
    flushes: list[bool] = field(default_factory=list)
    created: int = 0
    dropped: int = 0
    fence_count: int = 0

    # -- what the pool calls -----------------------------------------------------------------------------------

    def fence(self) -> int:
        """A fence behind what was drawn."""
        self._step("fence")
        reads, self.issued = self.issued, []
        if self.lost or self.null_fences:
            self.null_fences = max(self.null_fences - 1, 0)
            self.unfenced += reads
            return 0
        self.fence_count += 1
        self.fences[self.fence_count] = reads
        return self.fence_count

    def wait(self, sync: int, timeout_ns: int, flush: bool) -> Status:
        """Whether the test has signalled it."""
        self._step("wait")
        self.flushes.append(flush)
        if self.lost or self.failing_waits:
            self.failing_waits = max(self.failing_waits - 1, 0)
            return Status.FAILED
        if self.finishes and timeout_ns:
            for earlier in [number for number in self.fences if number <= sync]:
                self.signal(earlier)
        return Status.SIGNALLED if sync in self.signalled else Status.TIMEOUT

    def delete_fence(self, sync: int) -> None:
        """Forget a fence; the GPU goes on reading what it has not read."""
        if sync not in self.fences:
            self.wrong.append(f"fence {sync} was deleted twice")
        self.unfenced += self.fences.pop(sync, [])
        self._step("delete_fence", str(sync))

    def new_block(self, nbytes: int) -> Block:
        """A block of zeros."""
        self._step("new_block", str(nbytes))
        if self.lost:
            raise MemoryError("the context is lost")
        self.created += 1
        block = self.blocks[self.created] = Block(self.created, nbytes, memoryview(bytearray(nbytes)))
        return block

    def drop_block(self, block: Block) -> None:
        """Delete a block. A driver keeps what the GPU still reads, so those reads see the block as it is now."""
        if self.blocks.pop(block.name, None) is None:
            self.wrong.append(f"block {block.name} was deleted twice")
        for reads in self.reading():
            for read in [read for read in reads if read.block is block]:
                reads.remove(read)
                self._read(read)
        self.dropped += 1
        block.memory[:] = bytes([DELETED_BYTE]) * block.nbytes
        self._step("drop_block", str(block.name))

    def flush(self, block: Block, first: int, last: int) -> None:
        """Memory is shared: nothing to do."""
        self._step("flush")

    # -- what a test calls -------------------------------------------------------------------------------------

    def draw(self, *leases: Lease) -> Callable[[], None]:
        """Commands that read leases as they are now."""

        def issue() -> None:
            self._step("draw")
            for lease in leases:
                content = bytes(lease.block.memory[lease.offset : lease.offset + lease.nbytes])
                self.issued.append(Read(lease.block, lease.offset, content))

        return issue

    def signal(self, sync: int) -> None:
        """The GPU reads what is before this fence, and is done with it."""
        self.signalled.add(sync)
        for read in self.fences.get(sync, []):
            self._read(read)
        if sync in self.fences:
            self.fences[sync] = []

    def signal_all(self) -> None:
        """The GPU does all it has, even what no fence covers."""
        for sync in list(self.fences):
            self.signal(sync)
        for reads in self.reading():
            for read in reads:
                self._read(read)
            reads.clear()

    def reading(self) -> list[list[Read]]:
        """What the GPU has not read yet."""
        return [*self.fences.values(), self.issued, self.unfenced]

    def check(self, pool: StagingPool) -> None:
        """No block recycled early, none lost, counts exact."""
        stats = pool.stats()
        assert self.wrong == []
        assert stats.blocks_free + stats.blocks_held + stats.blocks_pending + stats.blocks_condemned == len(self.blocks)
        assert stats.created == self.created and stats.created - stats.dropped == len(self.blocks)
        assert stats.bytes_total == sum(block.nbytes for block in self.blocks.values())
        assert stats.bytes_free <= pool.free_bytes
        assert stats.fences == self.fence_count and stats.submissions_pending == len(self.fences)

    def _step(self, name: str, what: str = "") -> None:
        self.log.append(f"{name} {what}".strip())
        if name in self.raises:
            raise self.raises.pop(name)

    def _read(self, read: Read) -> None:
        mistake = read.happen()
        if mistake:
            self.wrong.append(mistake)
