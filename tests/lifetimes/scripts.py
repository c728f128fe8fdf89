"""The life of staging memory, told as scripts for a pool on the fake driver: each ends with what must hold.

`test_staging.py` runs them on the pool as it is, `test_mutations.py` on pools from which a part was taken.
"""

from __future__ import annotations

import contextlib

import numpy as np
from fake_gl import FakeGL

from gpucanvas.gl.staging import Lease, StagingPool
from gpucanvas.gl.sync import Status

BLOCK = 1024


def written(pool: StagingPool, nbytes: int, value: int) -> Lease:
    """A lease full of one value."""
    lease = pool.lease(nbytes)
    lease.array(nbytes, np.uint8)[:] = value
    return lease


def frame(pool: StagingPool, gl: FakeGL, value: int, nbytes: int = BLOCK):
    """Draw with a lease full of one value and let go of it, as a frame does."""
    with written(pool, nbytes, value) as lease:
        return pool.submit([lease], gl.draw(lease))


def steady_frames_read_what_was_written(pool: StagingPool, gl: FakeGL) -> None:
    """Twenty frames, the GPU two behind."""
    for number in range(20):
        frame(pool, gl, number + 1)
        if number >= 2:
            gl.signal(number - 1)
        gl.check(pool)
    gl.signal_all()
    pool.poll()
    gl.check(pool)
    stats = pool.stats()
    assert (stats.created, stats.recycled, stats.blocks_pending, stats.fences) == (3, 20, 0, 20)


def nothing_is_reused_while_a_fence_never_signals(pool: StagingPool, gl: FakeGL) -> None:
    """Ten frames and no completion: ten blocks."""
    for number in range(10):
        frame(pool, gl, number + 1)
    assert pool.poll() == 10
    stats = pool.stats()
    gl.signal_all()
    gl.check(pool)
    assert (stats.created, stats.recycled, stats.blocks_pending + stats.blocks_held) == (10, 0, 10)


def a_wait_ends_with_the_gpu_done(pool: StagingPool, gl: FakeGL) -> None:
    """Wait, then overwrite in place: the GPU has read before."""
    gl.finishes = True
    lease = written(pool, 64, 1)
    for value in range(2, 6):
        submission = pool.submit([lease], gl.draw(lease))
        assert pool.wait(submission, 1.0) is Status.SIGNALLED
        lease.array(64, np.uint8)[:] = value
    lease.release()
    gl.signal_all()
    gl.check(pool)


def memory_comes_back_clean(pool: StagingPool, gl: FakeGL) -> None:
    """What a previous user left is never seen."""
    for value in range(1, 5):
        frame(pool, gl, value, BLOCK // 2)
        gl.signal_all()
        pool.poll()
        with pool.lease(BLOCK) as lease:
            assert not lease.array(BLOCK, np.uint8).any()
    gl.check(pool)


def a_lease_twice_in_flight_is_held_twice(pool: StagingPool, gl: FakeGL) -> None:
    """One lease, two frames: the first completion does not free it."""
    lease = written(pool, BLOCK, 7)
    pool.submit([lease], gl.draw(lease))
    pool.submit([lease, lease], gl.draw(lease))
    lease.release()
    gl.signal(1)
    pool.poll()
    frame(pool, gl, 8)
    gl.signal_all()
    pool.poll()
    gl.check(pool)
    assert pool.stats().recycled == 2


def a_view_keeps_its_own_data(pool: StagingPool, gl: FakeGL) -> None:
    """A slice of a released lease is never somebody else's memory."""
    lease = written(pool, BLOCK, 7)
    view = lease.array(BLOCK, np.uint8)[BLOCK // 2 :]
    pool.submit([lease], gl.draw(lease))
    lease.release()
    gl.signal_all()
    pool.poll()
    for value in range(8, 12):
        frame(pool, gl, value)
        gl.signal_all()
        pool.poll()
    gl.check(pool)
    assert (view == 7).all()


def a_block_without_a_fence_is_never_used_again(pool: StagingPool, gl: FakeGL) -> None:
    """Its reads happen last of all, and still find what was drawn."""
    gl.null_fences = 1
    frame(pool, gl, 1)
    for value in range(2, 5):
        frame(pool, gl, value)
    gl.signal_all()
    pool.poll()
    gl.check(pool)
    assert (pool.stats().failures, pool.stats().dropped) == (1, 1)


def writing_in_flight_is_refused(pool: StagingPool, gl: FakeGL) -> None:
    """An array, a slice of it made before, and one made meanwhile."""
    with pool.lease(64) as lease:
        array = lease.array(64, np.uint8)
        part = array[3:9]
        pool.submit([lease], gl.draw(lease))
        for locked in (array, part, lease.array(4, np.uint8)):
            with contextlib.suppress(ValueError):
                locked[0] = 1
        gl.signal_all()
        pool.poll()
        gl.check(pool)
        part[0] = 1
        assert array[3] == 1


SCRIPTS = [
    steady_frames_read_what_was_written,
    nothing_is_reused_while_a_fence_never_signals,
    a_wait_ends_with_the_gpu_done,
    memory_comes_back_clean,
    a_lease_twice_in_flight_is_held_twice,
    a_view_keeps_its_own_data,
    a_block_without_a_fence_is_never_used_again,
    writing_in_flight_is_refused,
]
