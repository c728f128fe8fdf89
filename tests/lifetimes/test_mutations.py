"""Tests of the tests: with a part of the staging pool taken out, the same scripts and the same search must fail.

On real OpenGL, `test_staging_gl.py` does so with the wait.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
import scripts
import test_staging_machine as machine
from fake_gl import FakeGL

from gpucanvas.gl.lease import Submission
from gpucanvas.gl.slabs import Slab
from gpucanvas.gl.staging import StagingPool
from gpucanvas.gl.sync import Status
from gpucanvas.gl.views import Views


@pytest.fixture(autouse=True)
def no_debugging(monkeypatch):
    """Counts are exact, and guard bytes would change them."""
    monkeypatch.delenv("GPUCANVAS_DEBUG", raising=False)


def without_the_wait(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StagingPool, "_ask", lambda self, submission, timeout_ns: Status.SIGNALLED)


def without_the_reference_increment(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StagingPool, "_hold", lambda self, spans: None)


def without_the_reset(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Slab, "reset", lambda self, keep_poison: setattr(self, "_cursor", 0) is None)


def without_looking_for_arrays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Views, "alive", False)


def without_the_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Views, "lock", lambda self: None)


def with_failure_taken_for_success(patch: pytest.MonkeyPatch) -> None:
    finish = StagingPool._finish

    def lenient(self: StagingPool, submission: Submission, status: Status) -> None:
        finish(self, submission, Status.SIGNALLED)

    patch.setattr(StagingPool, "_finish", lenient)


CAUGHT: dict[Callable[[pytest.MonkeyPatch], None], list[Callable[[StagingPool, FakeGL], None]]] = {
    without_the_wait: [
        scripts.steady_frames_read_what_was_written,
        scripts.nothing_is_reused_while_a_fence_never_signals,
        scripts.a_wait_ends_with_the_gpu_done,
        scripts.a_lease_twice_in_flight_is_held_twice,
    ],
    without_the_reference_increment: [
        scripts.steady_frames_read_what_was_written,
        scripts.nothing_is_reused_while_a_fence_never_signals,
        scripts.a_lease_twice_in_flight_is_held_twice,
    ],
    without_the_reset: [scripts.memory_comes_back_clean],
    without_looking_for_arrays: [scripts.a_view_keeps_its_own_data],
    without_the_lock: [scripts.writing_in_flight_is_refused],
    with_failure_taken_for_success: [scripts.a_block_without_a_fence_is_never_used_again],
}


@pytest.mark.parametrize(
    ("mutate", "script"),
    [(mutate, script) for mutate, caught_by in CAUGHT.items() for script in caught_by],
    ids=lambda part: part.__name__,
)
def test_a_mutation_makes_the_script_fail(mutate, script, monkeypatch):
    gl = FakeGL()
    pool = StagingPool(gl, block_bytes=scripts.BLOCK, free_bytes=4 * scripts.BLOCK)
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        script(pool, gl)
    abandon(pool)


def abandon(pool: StagingPool) -> None:
    """Leave a pool that failed: what it forgot to free must not be reported in some later test."""
    pool._closed = "abandoned"
    for slab in pool._blocks.used:
        for span in slab.spans:
            span.references = 0


class Found(BaseException):
    """A search has found a failure. Hypothesis lets it through, instead of looking for a smaller one for seconds."""


def leave_when_found(state: machine.Staging) -> None:
    """Instead of the machine's teardown, which runs while the failure is on its way out."""
    error = sys.exc_info()[1]
    abandon(state.pool)
    if isinstance(error, AssertionError):
        raise Found(str(error)) from None


@pytest.mark.parametrize("mutate", CAUGHT, ids=lambda part: part.__name__)
def test_a_mutation_makes_the_search_fail(mutate, monkeypatch):
    mutate(monkeypatch)
    monkeypatch.setattr(machine.Staging, "teardown", leave_when_found)
    with pytest.raises(Found):
        machine.run(machine.EXAMPLES, database=None)
