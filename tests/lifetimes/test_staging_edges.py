"""Staging memory where something fails, where two things happen at once, and where small things keep large ones."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import warnings

import numpy as np
import pytest
from child import run
from fake_gl import FakeGL
from flight_lab import end

import gpucanvas
from gpucanvas import memory
from gpucanvas.errors import BackendError, ClosedError, LimitError, LostContextError, MemoryBudgetError
from gpucanvas.gl import slabs, views
from gpucanvas.gl.slabs import LeaseRequest
from gpucanvas.gl.staging import StagingPool
from gpucanvas.gl.sync import Block, HostMemory, MappedGL, load
from gpucanvas.gl.transfer import Counted

MIB = 1 << 20


@pytest.fixture(autouse=True)
def no_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are exact, and guard bytes would change them."""
    monkeypatch.delenv("GPUCANVAS_DEBUG", raising=False)


@pytest.fixture
def canvas(backend: str) -> gpucanvas.Canvas:
    with gpucanvas.Canvas(64, 64, backend=backend) as made:
        yield made


# -- a program's arrays --------------------------------------------------------------------------------------------


def test_an_image_array_is_writeable_again_after_every_flush(canvas: gpucanvas.Canvas) -> None:
    image = canvas.staging_array((16, 16, 4), np.uint8)
    for frame in range(3):
        image[...] = frame
        canvas.get_context("2d").draw_image(image, 0, 0)
        canvas.flush()
    assert image.flags.writeable and not canvas._backend.staging.stats().submissions_pending


def test_whatever_is_made_of_an_arrays_base_keeps_its_memory(canvas: gpucanvas.Canvas) -> None:
    array = canvas.staging_array((4,))
    array[:] = 5
    base = array
    while isinstance(base, np.ndarray):
        base = base.base
    view, cast = np.frombuffer(base, np.float32)[:4], base[:16].cast("f")
    del array, base
    gc.collect()
    canvas.staging_array((4,))[:] = -1
    assert view.tolist() == [5] * 4 == list(cast)


def test_an_array_in_garbage_is_kept_until_its_finalisers_have_run() -> None:
    pool = StagingPool(HostMemory())
    saved: list[np.ndarray] = []

    class Animation:
        def __init__(self) -> None:
            self.points, self.itself = pool.array(4, np.float32), self
            self.points[:] = 5

        def __del__(self) -> None:
            pool.array(4, np.float32)[:] = -1
            saved.append(self.points)

    Animation()
    gc.collect()
    pool.array(4, np.float32)[:] = 99
    assert saved.pop().tolist() == [5] * 4
    pool.close()


def test_memory_of_arrays_that_are_gone_is_back_after_a_frame(canvas: gpucanvas.Canvas) -> None:
    before = memory.snapshot()
    arrays = [canvas.staging_array((20 * MIB,), np.uint8) for _ in range(3)]
    assert (memory.snapshot() - before).host_bytes >= 60 * MIB
    del arrays
    canvas.get_context("2d").fill_rect(0, 0, 9, 9)
    canvas.flush()
    assert (memory.snapshot() - before).host_bytes < 20 * MIB


def test_an_image_array_goes_with_its_canvas(backend: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        pool = canvas._backend.staging
        pool.poll()
        before = pool.stats().leases_viewed
        image = canvas.staging_array((512, 512, 4), np.uint8)
        canvas.get_context("2d").draw_image(image, 0, 0)
        canvas.to_numpy()
    del image, canvas
    pool.poll()
    assert pool.stats().leases_viewed == before


def test_small_arrays_lie_together_whatever_is_drawn_between(gl: str) -> None:
    with gpucanvas.Canvas(1024, 1000, backend="gl") as canvas:
        pool = canvas._backend.staging
        pool.trim(0)
        before = pool.stats().bytes_total
        kept = []
        for _ in range(12):
            kept.append(canvas.staging_array((10,)))
            for _ in range(4):
                canvas.get_context("2d").fill_rect(0, 0, 5, 5)
                canvas.to_numpy()
        assert pool.stats().bytes_total - before <= 48 * MIB


def test_an_array_too_large_for_any_memory_costs_nothing(canvas: gpucanvas.Canvas) -> None:
    pool = canvas._backend.staging
    pool.trim(0)
    before = memory._ledger.host_bytes
    gc.disable()
    try:
        for nbytes in (1 << 46, (1 << 63) - 256, 1 << 64, (1 << 64) + (1 << 24)):
            with pytest.raises(MemoryError):
                canvas.staging_array((nbytes,), np.uint8)
        memory._ledger.settle()
        assert memory._ledger.host_bytes == before
    finally:
        gc.enable()


def test_a_slice_made_while_the_array_is_being_locked_is_locked(canvas: gpucanvas.Canvas, monkeypatch) -> None:
    points = canvas.staging_array((8, 2))
    points[:] = 4
    inside, drawn = threading.Event(), threading.Event()
    covers = views.Views.covers

    def slow(self: views.Views, array: views.StagedArray) -> bool:
        found = covers(self, array)
        if threading.current_thread() is thread:
            inside.set()
            drawn.wait(20)
        return found

    made: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: made.append(points[1:]))
    monkeypatch.setattr(views.Views, "covers", slow)
    thread.start()
    inside.wait(20)
    canvas.get_context("2d").fill_circles(points[:, 0], points[:, 1], 2.0)
    drawn.set()
    thread.join()
    assert not made[0].flags.writeable
    canvas.flush()
    made[0][:] = 1


# -- finalisers inside the pool ------------------------------------------------------------------------------------


class Held:
    """An object of the program's in a cycle, which gives its lease back when the collector finds it."""

    def __init__(self, pool: StagingPool, then=lambda: None) -> None:
        self.lease, self.itself, self.then = pool.lease(64), self, then

    def __del__(self) -> None:
        self.lease.release()
        self.then()


@pytest.fixture
def collecting(monkeypatch: pytest.MonkeyPatch):
    """Has the collector run, once, where a span is made."""
    make = slabs.Span.__init__

    def collect_first(self, *arguments) -> None:
        monkeypatch.setattr(slabs.Span, "__init__", make)
        gc.collect()
        make(self, *arguments)

    gc.collect()
    gc.disable()
    yield lambda: monkeypatch.setattr(slabs.Span, "__init__", collect_first)
    gc.enable()


def test_a_lease_that_a_finaliser_interrupts_shares_its_bytes_with_nobody(collecting) -> None:
    pool = StagingPool(FakeGL(), block_bytes=4096)
    inner = []
    Held(pool, lambda: inner.append(pool.lease(64)))
    collecting()
    first = pool.lease(64)
    second = pool.lease(512)
    places = sorted((lease.offset, lease.offset + lease.nbytes) for lease in (first, second, *inner))
    assert len(inner) == 1 and first.block is second.block is inner[0].block
    assert all(before[1] <= after[0] for before, after in zip(places, places[1:], strict=False))
    for lease in (first, second, *inner):
        lease.release()
    stats = pool.stats()
    assert (stats.leases_live, stats.blocks_held, stats.recycled) == (0, 1, 1)
    pool.close()


def test_a_finaliser_inside_the_pool_that_needs_a_block_is_told_so(collecting) -> None:
    pool = StagingPool(FakeGL(), block_bytes=4096)
    told = []

    def ask() -> None:
        with pytest.raises(LimitError, match="outside __del__"):
            pool.lease(8192)
        assert pool.trim() == 0
        told.append(1)

    Held(pool, ask)
    collecting()
    pool.lease(64).release()
    assert told == [1]
    pool.close()


def test_a_block_that_is_being_made_new_gives_no_bytes_away() -> None:
    pool = StagingPool(FakeGL(), block_bytes=4096)
    pool.lease(8).release()
    slab, request = pool._blocks.open[False], LeaseRequest(8, 256, 0, "here", pool._doomed, False)

    class Noticing:
        def __setitem__(self, where: slice, what: int) -> None:
            # What the collector may run here.
            inner.append(pool._blocks.place(request, nested=True))

    inner: list[object] = []
    real, slab._bytes = slab._bytes, Noticing()
    slab.reset(keep_poison=False)
    slab._bytes = real
    assert inner == [None] and slab._cursor == 0
    pool.close()


# -- two at once ---------------------------------------------------------------------------------------------------


def test_a_lease_that_another_thread_releases_while_it_is_submitted_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    gl = FakeGL()
    pool = StagingPool(gl, block_bytes=4096)
    lease = pool.lease(64)
    lease.array(64, np.uint8)[:] = 1
    issue, others = pool._issue, []

    def later(submission, draw):
        thread = threading.Thread(target=lease.release)
        thread.start()
        thread.join()
        others.append(pool.lease(64))
        others[0].array(64, np.uint8)[:] = 9
        return issue(submission, draw)

    monkeypatch.setattr(pool, "_issue", later)
    pool.submit([lease], gl.draw(lease))
    gl.signal_all()
    pool.poll()
    assert gl.wrong == [] and others[0].offset != lease.offset
    others[0].release()
    pool.close()


def test_blocks_condemned_by_many_threads_are_deleted_once() -> None:
    pool = StagingPool(HostMemory(), block_bytes=4096)
    pool.lease(8192).release()
    found = pool._blocks.condemned

    class Racing(type(found)):
        def __bool__(self) -> bool:
            # Another thread deletes what this one has just seen.
            seen = len(self) > 0
            if seen and not pool._lock._is_owned():
                thread = threading.Thread(target=lambda: pool._blocks.condemned.clear())
                thread.start()
                thread.join()
            return seen

    pool._blocks.condemned = Racing(found)
    pool._drop_condemned()
    pool.close()


def test_a_reading_released_by_two_threads_is_released_once() -> None:
    pool = StagingPool(FakeGL(), block_bytes=4096)
    array = pool.array(4, "f4")
    first, second = (array._views.read() for _ in range(2))
    barrier = threading.Barrier(4)

    def release() -> None:
        barrier.wait()
        first.release()

    threads = [threading.Thread(target=release) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not array.flags.writeable
    second.release()
    assert array.flags.writeable
    del array
    pool.close()


def test_threads_that_evict_at_once_forget_a_cache_that_is_gone_once() -> None:
    class Cache:
        def evict(self) -> int:
            return 0

    class Slow:
        def evict(self) -> int:
            # Another eviction comes and goes meanwhile.
            if not done:
                done.append(1)
                memory._ledger.evict()
            return 0

    done: list[int] = []
    slow, gone = Slow(), Cache()
    memory.add_cache(slow.evict)
    memory.add_cache(gone.evict)
    del gone
    memory._ledger.evict()
    assert done == [1]


# -- failures ------------------------------------------------------------------------------------------------------


def test_a_failed_submission_leaves_the_arrays_beside_it_writeable() -> None:
    gl = FakeGL()
    pool = StagingPool(gl, block_bytes=4096)
    own = pool.lease(64)
    array, failed = own.array(4, "f4"), pool.lease(64)
    view = failed.array(4, "f4")
    assert own.block is failed.block
    gl.null_fences = 1
    pool.submit([failed], gl.draw(failed))
    array._views.read().release()
    assert array.flags.writeable and not view.flags.writeable
    del array, view
    own.release()
    failed.release()
    pool.close()
    assert not gl.blocks


def test_a_block_that_cannot_be_wrapped_is_given_back() -> None:
    class Context:
        def external_buffer(self, name: int, nbytes: int) -> None:
            raise RuntimeError("no wrapper")

    gc.collect()  # Of what tests before have left, nothing may go meanwhile.
    memory._ledger.settle()
    gl, before = FakeGL(), memory._ledger.host_bytes
    pool = StagingPool(Counted(gl, Context()), block_bytes=4096)
    with pytest.raises(RuntimeError, match="no wrapper"):
        pool.lease(8)
    assert not gl.blocks and memory._ledger.host_bytes == before
    pool.close()


def test_a_block_of_impossible_size_leaves_no_buffer_behind(gl: str) -> None:
    def ask() -> list[int]:
        driver = MappedGL(backend._context)
        made: list[int] = []
        new, delete = driver._new_name, driver._delete_name
        driver._new_name = lambda: made.append(new()) or made[-1]
        driver._delete_name = lambda name: made.remove(name) or delete(name)
        with pytest.raises((MemoryError, OverflowError)):
            driver.new_block((1 << 64) + (1 << 24))
        return made

    with gpucanvas.Canvas(1, 1, backend="gl") as canvas:
        backend = canvas._backend
        assert backend._owner.run(ask) == []
        backend.transfers.missed_error()


def test_an_opengl_error_before_a_new_block_is_not_passed_over(gl: str) -> None:
    with gpucanvas.Canvas(64, 64, backend="gl") as canvas:
        backend, ctx = canvas._backend, canvas.get_context("2d")
        enable = load(backend._context, {"glEnable": (None, ctypes.c_uint32)})["glEnable"]
        reserve = backend._stages.reserve
        backend._stages.reserve = lambda scene: (reserve(scene), backend.staging.trim(0), enable(0xDEAD))
        try:
            ctx.fill_rect(0, 0, 9, 9)
            made = backend.staging.stats().created
            with pytest.raises(BackendError, match="GL_INVALID_ENUM"):
                canvas.flush()
            assert backend.staging.stats().created > made
        finally:
            del backend._stages.reserve
        canvas.flush()


def test_a_pool_of_a_lost_context_asks_nobody_to_close_it() -> None:
    pool = StagingPool(FakeGL(), run=lambda work: work())
    pool.lease(8).release()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del pool
        gc.collect()


def test_a_thread_with_the_number_of_an_owner_that_ended_evicts(gl: str) -> None:
    from gpucanvas.backends.gl import GLBackend

    ended, backend = GLBackend(), GLBackend()
    number = ended._owner._thread.ident
    assert ended._owner.run(backend.transfers._evict) == 0, "owners that evict for each other wait for each other"
    ended.transfers.close()
    end(ended)
    backend.staging.lease(64).release()
    freed: list[int] = []

    def evict() -> None:
        if threading.get_ident() == number:
            freed.append(backend.transfers._evict())

    for _ in range(50):
        thread = threading.Thread(target=evict)
        thread.start()
        thread.join()
        if freed:
            break
    backend.transfers.close()
    end(backend)
    if not freed:
        pytest.skip("this system gives no thread the number of one that ended")
    assert freed[0] > 0


# -- fork ----------------------------------------------------------------------------------------------------------

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@needs_fork
@pytest.mark.parametrize("step", ["new", "drop", "write"])
def test_a_forked_child_leaves_the_parents_staging_memory_alone(step: str) -> None:
    import mmap

    class Shared(FakeGL):
        """A driver's mapping: parent and child have one memory."""

        def new_block(self, nbytes: int) -> Block:
            super().new_block(nbytes)
            block = self.blocks[self.created] = Block(self.created, nbytes, memoryview(mmap.mmap(-1, nbytes)))
            return block

    parent = os.getpid()

    def owner(work):
        if os.getpid() != parent:
            raise LostContextError("forked")
        return work()

    pool = StagingPool(Shared(), run=owner, block_bytes=4096)
    array = pool.array(16, np.float32)
    array[:] = 5
    child = os.fork()
    if not child:
        status = 0
        try:
            if step == "new":
                pool.array(16, np.float32)[:] = -1
            elif step == "write":
                array[:] = -1
            else:
                del array
                pool.stats()
                status = 7
        except (ClosedError, ValueError):
            status = 7
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert (array == 5).all() and not pool.array(16, np.float32).any()
    del array
    pool.close()


@needs_fork
def test_a_staging_array_of_a_gl_canvas_is_refused_in_a_forked_child(gl: str) -> None:
    code = """
import gpucanvas, os
canvas = gpucanvas.Canvas(8, 8, backend="gl")
canvas.staging_array(4)
child = os.fork()
if not child:
    try:
        canvas.staging_array(4)
    except gpucanvas.ClosedError as error:
        os._exit(7 if "forked" in str(error) else 1)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run(code) == "7\n"


def test_a_budget_refuses_before_anything_is_allocated() -> None:
    memory.set_budget(host_bytes=memory._ledger.host_bytes + 1000)
    try:
        with pytest.raises(MemoryBudgetError):
            HostMemory().new_block(1 << 46)
    finally:
        memory.set_budget()
