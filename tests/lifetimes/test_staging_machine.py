"""Staging memory under any order of lease, retain, release, submit, signal, cancel, trim and close.

The model is plain: what was written, what is referenced, what is in flight. After every step the driver's GPU has read
nothing wrong, every live array still holds its own value, no two pieces of memory in use overlap, and the counts agree.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import numpy as np
import pytest
from fake_gl import FakeGL
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gpucanvas.errors import ClosedError, LimitError
from gpucanvas.gl.staging import Lease, StagingPool, Submission

BLOCK = 512
EXAMPLES, STEPS = 600, 60
taken = 0  # Steps, but for those after which nothing was in use.


@dataclass(eq=False)
class Piece:
    """What the model knows of a lease."""

    lease: Lease
    value: int
    references: int = 1
    flights: int = 0
    arrays: list[np.ndarray] = field(default_factory=list)

    @property
    def span(self) -> tuple[int, int, int]:
        return self.lease.block.name, self.lease.offset, self.lease.offset + max(self.lease.nbytes, 1)


class Staging(RuleBasedStateMachine):
    """A pool on the fake driver, and what must be true of it."""

    def __init__(self) -> None:
        super().__init__()
        self.gl = FakeGL()
        self.pieces: list[Piece] = []
        self.flying: dict[int, tuple[Submission, list[Piece]]] = {}
        self.unsure: set[int] = set()  # Blocks that must never be leased again.
        self.failures = 0
        self.value = 0
        self.closed = False

    @initialize(debug=st.booleans(), budget=st.sampled_from([None, 6 * BLOCK]))
    def start(self, debug: bool, budget: int | None) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GPUCANVAS_DEBUG", "memory" if debug else "")
            self.pool = StagingPool(self.gl, block_bytes=BLOCK, free_bytes=2 * BLOCK, budget_bytes=budget)
        # Hypothesis leaves rules out of some runs: without these a run that may not lease would do nothing.
        self.lease(BLOCK, 1)
        self.lease(64, 256)

    # -- steps -------------------------------------------------------------------------------------------------

    @rule(nbytes=st.integers(0, 2 * BLOCK) | st.sampled_from([1, BLOCK]), alignment=st.sampled_from([1, 64, 256]))
    def lease(self, nbytes: int, alignment: int) -> None:
        try:
            lease = self.pool.lease(nbytes, alignment)
        except ClosedError:
            assert self.closed
            return
        except LimitError:
            assert self.pool.budget_bytes is not None
            self.forget_landed()
            return
        self.forget_landed()
        assert not self.closed and lease.offset % alignment == 0
        assert lease.block.name not in self.unsure, "leased from a block whose fence failed"
        array = lease.array(nbytes, np.uint8)
        assert not array.any(), "a lease shows what a previous user left"
        self.value = self.value % 200 + 1
        array[:] = self.value
        self.pieces.append(Piece(lease, self.value))

    @precondition(lambda self: self.referenced())
    @rule(data=st.data())
    def retain(self, data: st.DataObject) -> None:
        piece = data.draw(st.sampled_from(self.referenced()))
        piece.lease.retain()
        piece.references += 1

    @precondition(lambda self: self.referenced())
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        self.drop_reference(data.draw(st.sampled_from(self.referenced())))

    @precondition(lambda self: self.referenced())
    @rule(data=st.data(), how=st.sampled_from([lambda a: a, lambda a: a[1:], lambda a: a.reshape(-1, 1)]))
    def view(self, data: st.DataObject, how) -> None:
        piece = data.draw(st.sampled_from(self.referenced()))
        piece.arrays.append(how(piece.lease.array(piece.lease.nbytes, np.uint8)))

    @precondition(lambda self: any(piece.arrays for piece in self.pieces))
    @rule(data=st.data())
    def drop_view(self, data: st.DataObject) -> None:
        piece = data.draw(st.sampled_from([piece for piece in self.pieces if piece.arrays]))
        piece.arrays.pop(data.draw(st.integers(0, len(piece.arrays) - 1)))

    @precondition(lambda self: self.referenced())
    @rule(data=st.data(), fate=st.sampled_from(["fence"] * 6 + ["null", "raises", "draw raises"]))
    def submit(self, data: st.DataObject, fate: str) -> None:
        pieces = data.draw(st.lists(st.sampled_from(self.referenced()), min_size=1, max_size=3, unique_by=id))
        leases = [piece.lease for piece in pieces]
        if self.closed:
            with pytest.raises(ClosedError):
                self.pool.submit(leases)
            return
        self.gl.null_fences = int(fate == "null")
        if fate == "raises":
            self.gl.raises["fence"] = OSError("no fence")
        if fate == "draw raises":
            self.gl.raises["draw"] = OSError("no draw")
        submission = None
        with contextlib.suppress(OSError):
            submission = self.pool.submit(leases, self.gl.draw(*leases))
        self.forget_landed()
        if submission is None and fate == "draw raises":
            submission = self.pool._pending[-1]
        if submission is None or submission.failed:
            self.failures += 1
            self.unsure |= {lease.block.name for lease in leases}
        else:
            for piece in pieces:
                piece.flights += 1
            self.flying[self.gl.fence_count] = (submission, pieces)

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def signal(self, data: st.DataObject) -> None:
        """In any order."""
        self.gl.signal(data.draw(st.sampled_from(sorted(self.flying))))

    @rule()
    def poll(self) -> None:
        self.pool.poll()
        self.forget_landed()

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), fails=st.sampled_from([False, False, False, True]))
    def wait(self, data: st.DataObject, fails: bool) -> None:
        sync = data.draw(st.sampled_from(sorted(self.flying)))
        submission, pieces = self.flying[sync]
        self.gl.failing_waits = int(fails)
        self.pool.wait(submission, 0.001)
        if fails:
            assert submission.failed
            self.failures += 1
            self.unsure |= {piece.lease.block.name for piece in pieces}
        self.forget_landed()

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """A job lets go of all it has while its frame is in flight."""
        _, pieces = self.flying[data.draw(st.sampled_from(sorted(self.flying)))]
        for piece in pieces:
            piece.arrays.clear()
            while piece.references:
                self.drop_reference(piece)

    @rule(keep=st.sampled_from([0, BLOCK]))
    def trim(self, keep: int) -> None:
        self.pool.trim(keep)
        assert self.pool.stats().bytes_free <= keep

    @precondition(lambda self: len(self.pieces) > 3)
    @rule(finishes=st.booleans())
    def close(self, finishes: bool) -> None:
        self.gl.finishes = finishes
        self.pool.close(0.001 if finishes else 0)
        self.closed = True
        self.failures += sum(submission.failed for submission, _ in self.flying.values())
        self.forget_landed()
        assert not self.flying

    # -- the model ---------------------------------------------------------------------------------------------

    def referenced(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.references]

    def drop_reference(self, piece: Piece) -> None:
        piece.lease.release()
        piece.references -= 1

    def forget_landed(self) -> None:
        """Submissions that the pool says are over; it may not say so before the GPU was done, or lost."""
        for sync, (submission, pieces) in list(self.flying.items()):
            if submission.done:
                assert submission.failed or sync in self.gl.signalled, "called done before the GPU was"
                del self.flying[sync]
                for piece in pieces:
                    piece.flights -= 1

    # -- what must hold ----------------------------------------------------------------------------------------

    @invariant()
    def holds(self) -> None:
        global taken
        if not hasattr(self, "pool"):
            return
        taken += bool(self.pieces)
        self.pieces = [piece for piece in self.pieces if piece.references or piece.flights or piece.arrays]
        self.gl.check(self.pool)
        stats = self.pool.stats()
        assert stats.leases_live == len(self.referenced())
        assert stats.leases_viewed == sum(bool(not piece.references and piece.arrays) for piece in self.pieces)
        assert stats.submissions_pending == len(self.flying)
        assert stats.failures == self.failures and stats.forgotten == 0
        if self.pool.budget_bytes is not None:
            assert stats.bytes_total <= self.pool.budget_bytes
        in_use = sorted(piece.span for piece in self.pieces)
        for (block, _, end), (next_block, start, _) in zip(in_use, in_use[1:], strict=False):
            assert block != next_block or end <= start, "two leases share memory"
        for piece in self.pieces:
            assert piece.lease.block.name in self.gl.blocks, "deleted while in use"
            content = piece.lease.block.memory[piece.lease.offset : piece.lease.offset + piece.lease.nbytes]
            assert set(content) <= {piece.value}, "somebody else wrote here"
            for array in piece.arrays:
                assert not piece.flights or not array.flags.writeable

    def teardown(self) -> None:
        for piece in self.pieces:
            piece.arrays.clear()
            while piece.references:
                self.drop_reference(piece)
        self.pool.close(0)
        self.pool.poll()
        self.gl.signal_all()
        assert self.gl.wrong == [] and not self.gl.blocks, "lost"


def run(examples: int, steps: int = STEPS, **options) -> int:
    """Search; return how many steps were taken."""
    global taken
    taken = 0
    plan = settings(max_examples=examples, stateful_step_count=steps, deadline=None, **options)
    run_state_machine_as_test(Staging, settings=plan)
    return taken


def test_any_order_of_steps_keeps_what_is_in_use():
    assert run(EXAMPLES) >= 10_000
