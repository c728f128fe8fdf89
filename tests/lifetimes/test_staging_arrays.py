"""Arrays in staging memory: nothing is copied, nothing changes under a picture, nobody reads another's data."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas.errors import MemoryBudgetError
from gpucanvas.sight import spans

SIDE = 32


@pytest.fixture
def canvas(backend: str) -> gpucanvas.Canvas:
    with gpucanvas.Canvas(SIDE, SIDE, backend=backend) as made:
        yield made


def copied() -> int:
    return spans.totals().get("bytes_copied", 0)


def points(canvas: gpucanvas.Canvas) -> np.ndarray:
    array = canvas.staging_array((4, 3), np.float32)
    array[:] = [[8, 8, 5], [24, 8, 5], [8, 24, 5], [24, 24, 5]]
    return array


def test_drawing_batches_copies_nothing(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    array, colors = points(canvas), canvas.staging_array((4, 4), np.uint8)
    colors[:] = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [9, 8, 7, 255]]
    before = copied()
    ctx.fill_circles(array[:, 0], array[:, 1], array[:, 2], color=colors)
    ctx.stroke_lines(array[:, :2])
    assert copied() == before
    with gpucanvas.Canvas(SIDE, SIDE, backend=canvas.backend) as other:
        plain = other.get_context("2d")
        plain.fill_circles(*np.array(array).T, color=np.array(colors))
        plain.stroke_lines(np.array(array[:, :2]))
        assert copied() == before + 4 * 3 * 4 + 16 + 4 * 2 * 4
        assert (canvas.to_numpy() == other.to_numpy()).all()


def test_drawing_an_image_copies_nothing(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    image = canvas.staging_array((SIDE, SIDE, 4), np.uint8)
    image[:] = np.random.default_rng(2).integers(0, 256, image.shape)
    image[..., 3] = 255
    expected = np.array(image)
    before = copied()
    ctx.draw_image(image, 0, 0)
    assert (canvas.to_numpy() == expected).all()
    assert copied() == before
    image[:] = 255
    ctx.draw_image(image, 0, 0)
    assert (canvas.to_numpy() == 255).all()


def test_images_of_both_kinds_are_drawn_together(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    staged = [canvas.staging_array((8, 8, 4), np.uint8) for _ in range(2)]
    staged[0][:], staged[1][:] = [255, 0, 0, 255], [0, 255, 0, 255]
    ctx.draw_image(staged[0], 0, 0)
    ctx.draw_image(np.full((8, 8, 4), [0, 0, 255, 255], np.uint8), 8, 0)
    ctx.draw_image(staged[1], 16, 0)
    ctx.draw_image(staged[1][2:6, 2:6], 24, 0)
    row = canvas.to_numpy()[2, :, :3]
    assert (row[:8] == [255, 0, 0]).all() and (row[8:16] == [0, 0, 255]).all()
    assert (row[16:28] == [0, 255, 0]).all()


def test_an_array_is_read_only_from_the_call_that_draws_with_it_until_it_is_drawn(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    array = points(canvas)
    part = array[1:]
    ctx.fill_circles(array[:, 0], array[:, 1], array[:, 2])
    for view in (array, part, array[0]):
        with pytest.raises(ValueError, match="read-only"):
            view[...] = 0
    picture = canvas.to_numpy()
    array[:] = 1
    part[:] = 2
    assert array[1, 0] == 2
    assert (canvas.to_numpy() == picture).all()


def held(canvas: gpucanvas.Canvas, hold: threading.Event) -> Callable[[], None]:
    """Have submitted frames wait for an event before they are drawn, until what is returned is called."""
    backend = canvas._surface._backend
    verb = "begin" if hasattr(backend, "begin") else "run"  # Frames that overlap are only begun.
    draw = getattr(backend, verb)
    setattr(backend, verb, lambda *arguments: hold.wait(30) and draw(*arguments))
    return lambda: delattr(backend, verb)


def test_an_array_is_read_only_while_a_submitted_frame_waits(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    array = points(canvas)
    hold = threading.Event()
    release = held(canvas, hold)
    try:
        ctx.fill_circles(array[:, 0], array[:, 1], array[:, 2])
        ticket = canvas.submit()
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
        hold.set()
        ticket.result(60)
    finally:
        release()
    array[:] = 0


def test_a_cancelled_frame_gives_its_arrays_back(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    array = points(canvas)
    hold = threading.Event()
    release = held(canvas, hold)
    try:
        ctx.fill_rect(0, 0, 1, 1)
        first = canvas.submit()
        ctx.fill_circles(array[:, 0], array[:, 1], array[:, 2])
        canvas.submit().cancel()
        array[:] = 0
        hold.set()
        first.wait(60)
    finally:
        release()


def test_a_recording_holds_its_arrays_as_long_as_it_lives(canvas: gpucanvas.Canvas) -> None:
    array = points(canvas)
    recording = gpucanvas.Recording(SIDE, SIDE)
    recording.get_context("2d").fill_circles(array[:, 0], array[:, 1], array[:, 2])
    first = gpucanvas.render_many([recording], canvas.backend)[0]
    with pytest.raises(ValueError, match="read-only"):
        array[:] = 0
    assert (gpucanvas.render_many([recording], canvas.backend)[0] == first).all()
    del recording
    gc.collect()
    canvas.staging_array(1)
    array[:] = 0


def test_an_ordinary_array_is_snapshotted(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    array = np.array(points(canvas))
    colors = np.full((4, 4), 200, np.uint8)
    image = np.full((4, 4, 4), 200, np.uint8)
    ctx.fill_circles(array[:, 0], array[:, 1], array[:, 2], color=colors)
    ctx.draw_image(image, 14, 14)
    array[:], colors[:], image[:] = 0, 0, 0
    pixels = canvas.to_numpy()
    assert pixels[8, 8].tolist() == [200] * 4 == pixels[15, 15].tolist()


def test_a_view_of_let_go_memory_never_reads_anothers(canvas: gpucanvas.Canvas) -> None:
    array = canvas.staging_array(1 << 16, np.uint8)
    array[:] = 77
    view = array[100:200]
    del array
    gc.collect()
    for _ in range(50):
        other = canvas.staging_array(1 << 20, np.uint8)
        other[:] = 99
        del other
        canvas.get_context("2d").fill_rect(0, 0, 4, 4)
        canvas.to_numpy()
    assert (view == 77).all()


def test_new_arrays_are_zeros_whatever_was_there_before(canvas: gpucanvas.Canvas) -> None:
    for _ in range(40):
        array = canvas.staging_array((1 << 18,), np.uint32)
        assert not array.any()
        array[:] = 0xDEADBEEF
        del array


@pytest.mark.parametrize("shape, dtype", [((-1, 2), "f4"), ((2, 2), object), (3.5, "f4")])
def test_a_shape_or_type_that_is_none_is_refused(canvas: gpucanvas.Canvas, shape: object, dtype: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        canvas.staging_array(shape, dtype)


def test_staging_memory_counts_and_obeys_the_budget(canvas: gpucanvas.Canvas) -> None:
    canvas.staging_array(1000)
    assert "staging" in gpucanvas.memory.snapshot().kinds
    gpucanvas.memory._ledger.evict()
    gpucanvas.memory.set_budget(host_bytes=gpucanvas.memory._ledger.host_bytes + 1000)
    try:
        with pytest.raises(MemoryBudgetError, match="set_budget"):
            canvas.staging_array(1 << 27, np.uint8)
    finally:
        gpucanvas.memory.set_budget()
    assert canvas.staging_array(10).shape == (10,)
