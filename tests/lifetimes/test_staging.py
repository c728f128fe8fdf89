"""Staging memory under every driver that misbehaves: no block recycled early, none lost, counts exact."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest
import scripts
from fake_gl import DELETED_BYTE, FakeGL
from scripts import BLOCK, frame, written

from gpucanvas.errors import ClosedError, LimitError
from gpucanvas.gl.staging import StagingPool
from gpucanvas.gl.sync import Status


@pytest.fixture(autouse=True)
def no_debugging(monkeypatch):
    """Counts are exact, and guard bytes would change them."""
    monkeypatch.delenv("GPUCANVAS_DEBUG", raising=False)


@pytest.fixture
def gl():
    return FakeGL()


@pytest.fixture
def pool(gl):
    pool = StagingPool(gl, block_bytes=BLOCK, free_bytes=4 * BLOCK)
    yield pool
    gl.raises.clear()
    pool.close(0)
    pool.poll()
    gc.collect()
    gl.signal_all()
    gl.check(pool)
    assert not gl.blocks, "a block was left after close"


@pytest.mark.parametrize("script", scripts.SCRIPTS)
def test_script(script, pool, gl):
    script(pool, gl)


# -- fences --------------------------------------------------------------------------------------------------------


def test_a_wait_that_times_out_recycles_nothing(pool, gl):
    submission = frame(pool, gl, 1)
    assert pool.wait(submission, 0.5) is Status.TIMEOUT
    assert not submission.done and pool.stats().waits == 1 and pool.stats().recycled == 0
    gl.signal(1)
    assert pool.wait(submission, 0.5) is Status.SIGNALLED
    assert submission.done and pool.stats().recycled == 1


def test_only_the_first_blocking_wait_flushes(pool, gl):
    submission = frame(pool, gl, 1)
    pool.poll()
    for _ in range(3):
        pool.wait(submission, 0.1)
    # Each wait also polls.
    assert gl.flushes == [False, True, False, False, False, False, False]


@pytest.mark.parametrize("how", ["wait", "poll"])
def test_a_failed_wait_drops_the_block_and_never_recycles_it(how, pool, gl):
    submission = frame(pool, gl, 1)
    gl.failing_waits = 1
    if how == "wait":
        assert pool.wait(submission, 0.1) is Status.FAILED
    else:
        pool.poll()
    stats = pool.stats()
    assert submission.failed
    assert (stats.failures, stats.dropped, stats.recycled, stats.bytes_total) == (1, 1, 0, 0)
    gl.check(pool)


def test_a_null_fence_drops_the_block_and_never_recycles_it(pool, gl):
    gl.null_fences = 1
    submission = frame(pool, gl, 1)
    assert submission.failed and pool.wait(submission, 1) is Status.FAILED
    pool.poll()
    stats = pool.stats()
    assert (stats.failures, stats.dropped, stats.recycled, stats.fences) == (1, 1, 0, 0)


def test_a_failed_block_with_a_live_lease_stays_until_it_is_released(pool, gl):
    lease = written(pool, 64, 3)
    other = written(pool, 64, 4)
    array = other.array(64, np.uint8)
    gl.null_fences = 1
    pool.submit([lease])
    pool.poll()
    assert len(gl.blocks) == 1 and (array == 4).all()
    with pool.lease(64) as next_lease:
        assert next_lease.block is not lease.block
    lease.release()
    other.release()
    del array
    pool.poll()
    assert pool.stats().dropped == 1


def test_arrays_of_a_failed_submission_stay_read_only(pool, gl):
    with written(pool, 64, 3) as lease:
        array = lease.array(64, np.uint8)
        gl.null_fences = 1
        pool.submit([lease])
        assert not array.flags.writeable


def test_completion_out_of_order_frees_in_order(pool, gl):
    first, second = frame(pool, gl, 1), frame(pool, gl, 2)
    gl.signal(2)
    assert pool.poll() == 2 and not second.done
    gl.signal(1)
    assert pool.poll() == 0 and first.done and second.done
    gl.check(pool)


def test_waiting_for_the_second_completes_it_alone(pool, gl):
    first, second = frame(pool, gl, 1), frame(pool, gl, 2)
    gl.signal(2)
    assert pool.wait(second, 0.1) is Status.SIGNALLED
    assert not first.done and pool.stats().recycled == 1
    gl.check(pool)


def test_a_lost_context_recycles_nothing_and_loses_nothing(pool, gl):
    submissions = [frame(pool, gl, number) for number in range(3)]
    held = written(pool, 64, 9)
    gl.lost = True
    assert frame(pool, gl, 5, 64).failed
    pool.poll()
    assert all(submission.failed for submission in submissions)
    with pytest.raises(MemoryError, match="the context is lost"):
        pool.lease(BLOCK)
    stats = pool.stats()
    assert (stats.recycled, stats.failures, stats.submissions_pending, stats.leases_live) == (0, 4, 0, 1)
    held.release()
    pool.poll()
    assert not gl.blocks
    gl.check(pool)


# -- allocation ----------------------------------------------------------------------------------------------------


def test_a_refused_block_is_asked_for_again_after_a_trim(pool, gl):
    frame(pool, gl, 1)
    gl.signal_all()
    big = pool.lease(BLOCK)
    frame(pool, gl, 1)
    gl.signal_all()
    pool.poll()
    gl.raises["new_block"] = MemoryError("refused")
    large = pool.lease(3 * BLOCK)
    assert pool.stats().dropped == 1
    large.release()
    big.release()


def test_a_refused_block_leaves_the_pool_as_it_was(pool, gl):
    gl.raises["new_block"] = MemoryError("refused")
    with pytest.raises(MemoryError, match="refused"):
        pool.lease(64)
    gl.check(pool)
    assert pool.stats().created == 0
    pool.lease(64).release()


def test_an_oversize_lease_is_dropped_at_completion(pool, gl):
    frame(pool, gl, 1, 5 * BLOCK)
    assert pool.stats().bytes_total == 5 * BLOCK
    gl.signal_all()
    pool.poll()
    stats = pool.stats()
    assert (stats.bytes_total, stats.dropped, stats.recycled) == (0, 1, 0)


def test_leases_share_a_block_and_keep_their_alignment(pool, gl):
    leases = [pool.lease(10), pool.lease(10), pool.lease(10, 16), pool.lease(0, 1), pool.lease(10, 1)]
    assert [lease.offset for lease in leases] == [0, 256, 272, 282, 283]
    assert len({lease.block.name for lease in leases}) == 1
    for lease in leases:
        lease.release()
    assert pool.stats().recycled == 1


def test_the_free_list_is_bounded(pool, gl):
    for number in range(10):
        frame(pool, gl, number)
    gl.signal_all()
    pool.poll()
    stats = pool.stats()
    assert stats.bytes_free <= 4 * BLOCK and stats.dropped >= 5


def test_trim_gives_free_blocks_back(pool, gl):
    for number in range(4):
        frame(pool, gl, number)
    gl.signal_all()
    pool.poll()
    assert pool.trim(BLOCK) == 3 * BLOCK and pool.trim() == BLOCK and pool.trim() == 0
    gl.check(pool)


def test_over_the_budget_is_an_error_that_names_it(gl):
    pool = StagingPool(gl, block_bytes=BLOCK, budget_bytes=3 * BLOCK)
    leases = [pool.lease(BLOCK) for _ in range(3)]
    with pytest.raises(LimitError, match="1024 bytes on top of 3072 in use is over the budget of 3072: release"):
        pool.lease(1)
    for lease in leases:
        lease.release()
    large = pool.lease(2 * BLOCK)  # Free blocks are evicted for it.
    assert pool.stats().bytes_total <= 3 * BLOCK
    large.release()
    pool.close()


# -- exceptions in every step --------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError("driver"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["flush", "draw", "fence", "wait", "delete_fence", "new_block", "drop_block"])
def test_an_exception_in_any_step_loses_nothing(step, error, pool, gl):
    for _ in range(2):
        frame(pool, gl, 1)
        frame(pool, gl, 2, 2 * BLOCK)
    gl.signal(1)
    gl.raises[step] = error
    with pytest.raises(type(error)):
        frame(pool, gl, 3, 2 * BLOCK)
        gl.signal(2)
        pool.poll()
    for number in range(4):
        frame(pool, gl, number + 4)
    gl.signal_all()
    pool.poll()
    stats = pool.stats()
    assert (stats.leases_live, stats.submissions_pending, stats.blocks_pending) == (0, 0, 0)
    assert gl.wrong == []


def test_commands_that_raise_still_get_their_fence(pool, gl):
    lease = written(pool, BLOCK, 1)

    def draw():
        gl.draw(lease)()
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        pool.submit([lease], draw)
    lease.release()
    frame(pool, gl, 2)
    assert pool.stats().created == 2
    gl.signal_all()
    pool.poll()
    gl.check(pool)


# -- arrays --------------------------------------------------------------------------------------------------------


def test_arrays_are_read_only_while_a_submission_is_in_flight(pool, gl):
    lease = pool.lease(64)
    array = lease.array((4, 4), np.float32)
    part = array[1:, ::2]
    submission = pool.submit([lease], gl.draw(lease))
    late = lease.array(16, np.uint32)
    for locked in (array, part, late):
        with pytest.raises(ValueError, match="read-only"):
            locked[:] = 1
    gl.signal_all()
    pool.wait(submission, 1)
    for unlocked in (array, part, late):
        unlocked[:] = 1
    lease.release()


def test_another_lease_of_the_same_block_stays_writable(pool, gl):
    drawn, other = pool.lease(64), pool.lease(64)
    array = other.array(64, np.uint8)
    pool.submit([drawn], gl.draw(drawn))
    array[:] = 1
    drawn.release()
    other.release()


@pytest.mark.parametrize(
    "keep", [lambda a: a, lambda a: a[3:5], np.asarray, memoryview, lambda a: memoryview(a)[2:], lambda a: a.base]
)
def test_a_view_of_a_released_lease_never_reads_somebody_elses_data(keep, pool, gl):
    lease = written(pool, BLOCK, 7)
    view = keep(lease.array(BLOCK, np.uint8))
    pool.submit([lease], gl.draw(lease))
    lease.release()
    gl.signal_all()
    pool.poll()
    assert pool.stats().leases_viewed == 1
    for _ in range(3):
        frame(pool, gl, 9)
    gl.signal_all()
    pool.trim()
    assert (np.asarray(view) == 7).all()
    before = pool.stats().recycled
    del view
    gc.collect()
    assert pool.stats().leases_viewed == 0 and pool.stats().recycled == before + 1


def test_an_array_outlives_the_pool(gl):
    pool = StagingPool(gl, block_bytes=BLOCK)
    lease = written(pool, 64, 5)
    array = lease.array(64, np.uint8)
    lease.release()
    pool.close()
    assert (array == 5).all() and pool.stats().leases_viewed == 1
    del array
    pool.poll()
    assert not gl.blocks


def test_what_is_computed_from_an_array_is_a_plain_array(pool):
    with pool.lease(64) as lease:
        array = lease.array(16, np.float32)
        array += 1
        array[::2] *= 3
        assert type(array + 1) is np.ndarray and type(array[:2]) is not np.ndarray
        assert array.sum() == 32 and isinstance(array.sum(), np.floating)
        chosen = array[[1, 2]]
        pool.submit([lease])
        chosen[:] = 4
        array.copy()[:] = 4


def test_arrays_that_do_not_fit_are_refused(pool):
    with pool.lease(64) as lease:
        with pytest.raises(ValueError, match=r"\(17,\) of float32 needs 68 bytes, the lease has 64: lease more"):
            lease.array(17, np.float32)
        with pytest.raises(ValueError, match="without Python objects"):
            lease.array(1, object)
        with pytest.raises(ValueError, match="negative"):
            lease.array((-1, -1), np.uint8)
        assert lease.array((0, 4), np.float32).shape == (0, 4)
        assert lease.array((), np.float32).shape == ()


# -- leases --------------------------------------------------------------------------------------------------------


def test_a_retained_lease_needs_as_many_releases(pool):
    lease = pool.lease(64).retain()
    lease.release()
    assert lease.references == 1
    lease.release()
    for use in (lease.release, lease.retain, lambda: lease.array(1, np.uint8), lambda: pool.submit([lease])):
        with pytest.raises(ClosedError, match=r"lease of 64 bytes at offset 0, made at .*test_staging.py:\d+, was rel"):
            use()


def test_a_forgotten_lease_warns_with_its_site_and_is_freed(pool, gl):
    lease = pool.lease(64).retain()
    with pytest.warns(ResourceWarning, match=r"made at .*test_staging.py:\d+, was never released"):
        del lease
        gc.collect()
    stats = pool.stats()
    assert (stats.forgotten, stats.leases_live, stats.recycled) == (1, 0, 1)


def test_a_forgotten_lease_in_flight_is_kept_until_completion(pool, gl):
    lease = written(pool, BLOCK, 6)
    pool.submit([lease], gl.draw(lease))
    with pytest.warns(ResourceWarning):
        del lease
        gc.collect()
    frame(pool, gl, 1)
    gl.signal_all()
    pool.poll()
    gl.check(pool)


def test_a_forgotten_pool_warns(gl):
    pool = StagingPool(gl)
    pool.lease(1).release()
    with pytest.warns(ResourceWarning, match=r"staging pool made at .*test_staging.py:\d+ was never closed"):
        del pool
        gc.collect()


def test_bad_input_is_refused(pool, gl):
    submission = frame(pool, gl, 1)
    other = StagingPool(FakeGL())
    lease = other.lease(1)
    for call, text in [
        (lambda: pool.lease(-1), "-1 bytes: give at least 0"),
        (lambda: pool.lease(1, 3), "alignment 3: give a power of two"),
        (lambda: pool.wait(submission, -1), "timeout -1: give"),
        (lambda: pool.wait(submission, float("nan")), "timeout nan: give"),
        (lambda: pool.close(float("inf")), "timeout inf: give"),
        (lambda: pool.trim(-1), "keep_bytes -1"),
        (lambda: pool.submit([lease]), "belongs to another pool"),
        (lambda: other.wait(submission, 1), "belongs to another pool"),
        (lambda: StagingPool(gl, block_bytes=0), "block_bytes is 0"),
    ]:
        with pytest.raises(ValueError, match=text):
            call()
    lease.release()
    other.close()


# -- closing -------------------------------------------------------------------------------------------------------


def test_close_waits_for_what_is_in_flight(pool, gl):
    gl.finishes = True
    submissions = [frame(pool, gl, number) for number in range(3)]
    pool.close()
    assert all(submission.done and not submission.failed for submission in submissions)
    assert not gl.blocks and not gl.fences


def test_close_gives_up_on_a_gpu_that_is_never_done(pool, gl):
    submissions = [frame(pool, gl, number) for number in range(3)]
    pool.close(0.01)
    assert all(submission.failed for submission in submissions)
    assert not gl.blocks and not gl.fences and pool.stats().failures == 3


def test_a_closed_pool_refuses_work_and_still_lets_go(pool, gl):
    lease = pool.lease(64)
    pool.close()
    pool.close()
    for use in (lambda: pool.lease(1), lambda: pool.submit([lease])):
        with pytest.raises(ClosedError, match=r"staging pool made at .*test_staging.py:\d+ was closed"):
            use()
    assert len(gl.blocks) == 1
    lease.release()
    pool.poll()
    assert not gl.blocks


# -- debugging -----------------------------------------------------------------------------------------------------


@pytest.fixture
def debug_pool(gl, monkeypatch):
    monkeypatch.setenv("GPUCANVAS_DEBUG", "memory")
    pool = StagingPool(gl, block_bytes=BLOCK)
    yield pool
    pool.close(0)


def test_debug_poisons_what_is_freed(debug_pool, gl):
    keep = debug_pool.lease(16)
    lease = written(debug_pool, 64, 1)
    debug_pool.submit([lease], gl.draw(lease))
    block, offset = lease.block, lease.offset
    lease.release()
    assert set(block.memory[offset : offset + 64]) == {1}, "poisoned while the GPU reads"
    gl.signal_all()
    debug_pool.poll()
    assert set(block.memory[offset : offset + 64]) == {0xA5}
    keep.release()
    with debug_pool.lease(64) as clean:
        assert not clean.array(64, np.uint8).any()


@pytest.mark.parametrize(("where", "text"), [(-1, "1 bytes before it and 0 after"), (64, "0 bytes before it and 1")])
def test_debug_finds_what_is_written_outside_a_lease(where, text, debug_pool):
    lease = debug_pool.lease(64)
    lease.block.memory[lease.offset + where] = 0
    with pytest.raises(BufferError, match=rf"of 64 bytes .* made at .*test_staging.py:\d+, was overrun: {text}"):
        lease.release()
    assert debug_pool.stats().leases_live == 0


def test_debug_runs_the_same_life(debug_pool, gl):
    for _ in range(5):
        frame(debug_pool, gl, 1, 700)
        frame(debug_pool, gl, 2, BLOCK)
        gl.signal_all()
        debug_pool.poll()
        gl.check(debug_pool)


# -- threads -------------------------------------------------------------------------------------------------------


def test_leases_are_made_and_released_on_any_thread(gl):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as owner:
        called_on = set()
        new_block = gl.new_block
        gl.new_block = lambda nbytes: called_on.add(threading.get_ident()) or new_block(nbytes)

        def run(work):
            if threading.get_ident() == owner_ident:
                return work()
            return owner.submit(work).result(30)

        owner_ident = owner.submit(threading.get_ident).result()
        gl.finishes = True
        pool = StagingPool(gl, run=run, block_bytes=BLOCK, free_bytes=4 * BLOCK)
        wrong = []

        def job(value):
            for turn in range(60):
                with pool.lease(100 + turn) as lease:
                    array = lease.array(100, np.uint8)
                    array[:] = value
                    submission = pool.submit([lease], gl.draw(lease))
                    if (array != value).any() or (turn % 7 == 0 and not pool.wait(submission, 5)):
                        wrong.append(value)

        jobs = [threading.Thread(target=job, args=(value,)) for value in range(1, 9)]
        for thread in jobs:
            thread.start()
        for thread in jobs:
            thread.join(60)
        pool.close()
        assert not wrong and called_on == {owner_ident}
        gl.check(pool)
        assert not gl.blocks


def test_finalisers_call_no_gl(pool, gl):
    lease = pool.lease(2 * BLOCK)
    array = lease.array(BLOCK, np.uint8)
    lease.release()
    steps = len(gl.log)
    del array
    gc.collect()
    assert len(gl.log) == steps and len(gl.blocks) == 1
    pool.poll()
    assert not gl.blocks


def test_a_lease_leaves_no_reference_cycle(pool, gl):
    gc.collect()
    gc.disable()
    try:
        for number in range(5):
            frame(pool, gl, number)
            gl.signal_all()
            pool.poll()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_deleted_memory_is_never_seen(pool, gl):
    lease = written(pool, 3 * BLOCK, 5)
    array = lease.array(BLOCK, np.uint8)
    pool.submit([lease])
    lease.release()
    gl.failing_waits = 1
    pool.poll()
    pool.close()
    assert not (array == DELETED_BYTE).any()
    del array
