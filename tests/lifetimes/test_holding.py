"""What holds memory lets it go: on every way out, and counted exactly."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import sys
import threading
import weakref

import numpy as np
import pytest
from child import run

import gpucanvas
from gpucanvas import memory
from gpucanvas.backends import cpu, workers
from gpucanvas.backends.scratch import Spare


@pytest.fixture
def no_budget() -> None:
    yield
    memory.set_budget()


def test_what_holds_nothing_is_not_counted(backend: str) -> None:
    with gpucanvas.Canvas(32, 32, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        points = canvas.staging_array((4, 2))
        gc.collect()
        before, entries = memory.snapshot(), len(memory._ledger.holdings)
        for _ in range(20):
            ctx.fill_circles(points[:, 0], points[:, 1], 3.0)
            canvas.flush()
            gpucanvas.Image(np.zeros((4, 4, 4), np.uint8)).close()
        gc.collect()
        kinds = (memory.snapshot() - before).kinds
        assert "batch" not in kinds and "image" not in kinds
        assert len(memory._ledger.holdings) <= entries + 2


def test_closing_over_budget_frees_the_canvas(no_budget: None, backend: str) -> None:
    canvas = gpucanvas.Canvas(300, 300, backend=backend)
    canvas.get_context("2d").fill_rect(0, 0, 9, 9)
    canvas.to_numpy()
    gc.collect()
    before = memory.snapshot()
    memory.set_budget(host_bytes=1000, device_bytes=1000)
    canvas.close()
    assert (memory.snapshot() - before).kinds["surface"].count == -1


def test_a_resize_without_room_changes_nothing(no_budget: None, backend: str) -> None:
    with gpucanvas.Canvas(100, 100, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.translate(50, 0)
        ctx.fill_rect(0, 0, 50, 100)
        memory._ledger.evict()
        memory.set_budget(
            host_bytes=memory._ledger.host_bytes + 10_000, device_bytes=memory._ledger.device_bytes + 10_000
        )
        with pytest.raises(gpucanvas.MemoryBudgetError):
            canvas.width = 2000
        memory.set_budget()
        assert (canvas.width, canvas.height) == (100, 100)
        assert canvas.to_numpy()[50, :, 3].tolist() == [0] * 50 + [255] * 50
        assert ctx.get_transform().e == 50


def test_spare_memory_of_any_size_is_found_again() -> None:
    spare = Spare()
    spare.put(np.zeros((500, 500), np.uint32))
    wanted = np.zeros((600, 600), np.uint32)
    spare.put(wanted)
    found = spare.take(360_000)
    assert found is not None and np.shares_memory(found, wanted)
    assert spare.clear() == 1_000_000


def test_a_copied_image_counts_its_own_bytes() -> None:
    gc.collect()
    before = memory.snapshot()
    image = gpucanvas.Image(np.zeros((100, 100, 4), np.uint8))
    other = copy.deepcopy(image)
    assert (memory.snapshot() - before).kinds["image"] == memory.Item(2, 80_000, 0)
    del image
    gc.collect()
    assert (memory.snapshot() - before).kinds["image"] == memory.Item(1, 40_000, 0)
    assert other.width == 100
    again = pickle.loads(pickle.dumps(other))
    assert (memory.snapshot() - before).kinds["image"] == memory.Item(2, 80_000, 0)
    assert again.height == 100
    with pytest.raises(TypeError, match="cannot be copied by copy or pickle"):
        pickle.dumps(other.holding)


def test_two_images_that_had_one_identity_are_two_pictures(backend: str) -> None:
    with gpucanvas.Canvas(64, 8, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        array = canvas.staging_array((8, 8, 4), np.uint8)
        for x, color in enumerate([(255, 0, 0, 255), (0, 0, 255, 255)] * 4):
            if x < 7:
                # Each copy has gone before the next is made, which often lies where it was.
                ctx.draw_image(np.full((8, 8, 4), color, np.uint8), 8 * x, 0)
        array[:] = (0, 255, 0, 255)
        ctx.draw_image(array[:], 56, 0)
        row = canvas.to_numpy()[4, 4::8, :3].tolist()
        assert row == [[255, 0, 0], [0, 0, 255]] * 3 + [[255, 0, 0], [0, 255, 0]]


def test_an_identity_that_was_another_images_is_not_trusted(backend: str) -> None:
    with gpucanvas.Canvas(32, 8, backend=backend) as canvas:
        recording = canvas._commands
        array = canvas.staging_array((8, 8, 4), np.uint8)
        array[:] = (0, 0, 255, 255)
        view = array[:]
        # As if an array with this identity had been drawn and had gone.
        gone = gpucanvas.Image(np.full((8, 8, 4), (255, 0, 0, 255), np.uint8)).pixels
        index = recording.add_image(gone.copy(), object())
        from gpucanvas.pipeline import entries

        recording._known[entries.IMAGE_KEY, id(view)] = (index, None)
        canvas.get_context("2d").draw_image(view, 0, 0)
        assert canvas.to_numpy()[4, 4].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize("way", ["nan", "radius", "reset", "close", "resize"])
def test_a_staging_array_is_writeable_after_every_way_out(backend: str, way: str) -> None:
    canvas = gpucanvas.Canvas(32, 32, backend=backend)
    ctx = canvas.get_context("2d")
    array = canvas.staging_array((4, 2))
    array[:] = 1
    if way == "nan":
        array[2] = np.nan
        with pytest.raises(ValueError, match="item 2 is"):
            ctx.fill_circles(array[:, 0], array[:, 1], 3.0)
    elif way == "radius":
        with pytest.raises(gpucanvas.IndexSizeError):
            ctx.fill_circles(array[:, 0], array[:, 1], -1.0)
        ctx.fill_polygons([[[0, 0], [1, 0], [1, 1]]])
    else:
        ctx.fill_circles(array[:, 0], array[:, 1], 3.0)
        assert not array.flags.writeable
        if way == "reset":
            ctx.reset()
        elif way == "close":
            canvas.close()
        else:
            canvas.width = 16
    array[2] = 0
    canvas.close()


def test_numbers_too_large_for_a_sum_give_no_warning(backend: str) -> None:
    with gpucanvas.Canvas(8, 8, backend=backend, on_invalid="ignore") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rects(np.full(10, 3e38, np.float32), 0, 5, 5)
        ctx.fill_arcs(np.array([1.0, np.inf]), 4.0, 3.0, 0.0, np.inf)
        ctx.fill_polygons(np.full((3, 3, 2), 3e38, np.float32))
        canvas.flush()


def test_many_threads_make_one_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu.shared, "made", None)
    made: list[object] = []
    ready = threading.Barrier(8)

    def make() -> None:
        ready.wait()
        made.append(cpu.shared())

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(set(map(id, made))) == 1


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@needs_fork
@pytest.mark.parametrize(
    "lock",
    [
        "gpucanvas.memory._ledger.lock",
        "gpucanvas.backends.scratch._scratch_lock",
        "canvas._backend.staging._lock",
        "canvas._surface._turn",
    ],
)
def test_a_child_forked_while_a_lock_is_held_draws(lock: str) -> None:
    code = f"""
import gpucanvas, os, threading
canvas = gpucanvas.Canvas(8, 8, backend="cpu")
canvas.get_context("2d").fill_rect(0, 0, 4, 8)
canvas.to_numpy()
array = canvas.staging_array(4)
held, go = threading.Event(), threading.Event()
def hold():
    with {lock}:
        held.set()
        go.wait(20)
holder = threading.Thread(target=hold)
holder.start()
held.wait()
child = os.fork()
if not child:
    import faulthandler
    faulthandler.dump_traceback_later(15, exit=True)
    canvas.get_context("2d").fill_rect(0, 0, 8, 8)
    canvas.get_context("2d").fill_circles(canvas.staging_array(4), 4.0, 1.0)
    os._exit(0 if canvas.to_numpy()[4, 6, 3] == 255 else 3)
status = os.waitpid(child, 0)[1]
go.set()
print(status)
"""
    assert run(code) == "0\n"


@needs_fork
def test_what_a_forked_child_would_replace_is_freed_when_it_is_dropped() -> None:
    for make in (cpu.CPUBackend, workers.Workers):
        made = make(2)
        found = weakref.ref(made)
        del made
        gc.collect()
        assert found() is None, make


@needs_fork
def test_frames_of_a_forked_parent_have_ended_in_the_child(backend: str) -> None:
    code = f"""
import gpucanvas, os
canvas = gpucanvas.Canvas(400, 400, backend={backend!r})
ctx = canvas.get_context("2d")
ctx.fill_rect(0, 0, 9, 9)
canvas.to_numpy()
for _ in range(2000):
    ctx.begin_path(); ctx.arc(200, 200, 150, 0, 6); ctx.fill()
tickets = [canvas.submit()]
ctx.fill_rect(0, 0, 1, 1)
tickets.append(canvas.submit())
child = os.fork()
if not child:
    os._exit(0 if all(ticket.wait(5) for ticket in tickets) else 3)
print(os.waitpid(child, 0)[1])
canvas.close()
"""
    assert run(code) == "0\n"


@pytest.mark.parametrize("named", ["after", "before"])
def test_drawing_while_the_interpreter_ends_works_or_says_why(backend: str, named: str) -> None:
    imports, register = "import gpucanvas", "atexit.register(last)"
    code = f"""
import atexit
def last():
    for i in range(9000):
        ctx.fill_rect(i % 800, i % 700, 99, 99)
    try:
        print("drawn", canvas.to_numpy()[50, 50, 3])
    except gpucanvas.LostContextError as error:
        print("the interpreter is ending" in str(error))
    canvas.close()
{register if named == "before" else imports}
{imports if named == "before" else register}
canvas = gpucanvas.Canvas(900, 900, backend={backend!r})
ctx = canvas.get_context("2d")
ctx.fill_rect(0, 0, 9, 9)
canvas.to_numpy()
"""
    # What is named last is done first: the library ends before handlers that were there before it.
    assert run(code) == ("True\n" if (backend, named) == ("gl", "before") else "drawn 255\n")
