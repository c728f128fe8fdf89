"""What is alive and what it costs: snapshots, budgets, origins, forgotten closes."""

from __future__ import annotations

import gc
import threading
import warnings
from types import SimpleNamespace
from typing import Any

import moderngl
import numpy as np
import pytest

import gpucanvas
from gpucanvas import memory
from gpucanvas.backends import gl as gl_backend
from gpucanvas.backends.scratch import Scratch
from gpucanvas.errors import MemoryBudgetError
from gpucanvas.gl import program


@pytest.fixture
def no_budget() -> None:
    yield
    memory.set_budget()


def test_a_surface_counts_while_it_is_open(backend: str) -> None:
    gc.collect()
    before = memory.snapshot()
    canvas = gpucanvas.Canvas(100, 50, backend=backend)
    item = (memory.snapshot() - before).kinds["surface"]
    assert (item.count, item.host_bytes + item.device_bytes) == (1, 20000)
    assert (item.device_bytes > 0) == (backend == "gl")
    canvas.close()
    assert "surface" not in (memory.snapshot() - before).kinds


def test_a_canvas_and_its_context_are_freed_without_the_collector(backend: str) -> None:
    with gpucanvas.Canvas(100, 50, backend=backend) as first:
        first.get_context("2d").fill_rect(0, 0, 10, 10)
        first.to_numpy()  # What the backend makes once for all canvases is there.
    gc.collect()
    gc.disable()
    try:
        before = memory.snapshot()
        canvas = gpucanvas.Canvas(100, 50, backend=backend)
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 10, 10)
        del canvas
        ctx.canvas.to_numpy()
        assert ctx.canvas.get_context("2d") is ctx
        assert "surface" in (memory.snapshot() - before).kinds
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            del ctx
        assert (memory.snapshot() - before).kinds.keys() <= {"scratch", "buffer"}
    finally:
        gc.enable()


def test_recordings_paths_and_images_are_found() -> None:
    gc.collect()
    before = memory.snapshot()
    path = gpucanvas.Path2D("M 0 0 L 10 0 L 10 10 Z")
    image = gpucanvas.Image(np.zeros((10, 20, 4), np.uint8))
    recording = gpucanvas.Recording(10, 10)
    ctx = recording.get_context("2d")
    ctx.fill(path)
    ctx.draw_image(image, 0, 0)
    ctx.draw_image(image.crop(0, 0, 5, 5), 0, 0)
    kinds = (memory.snapshot() - before).kinds
    assert kinds["path"].host_bytes == path.nbytes >= 4 + 6 * 8
    assert kinds["image"].host_bytes == 800, "an image, its use and its crop are one block of pixels"
    assert kinds["recording"].count == 1 and kinds["recording"].host_bytes > 0
    del path, image, recording, ctx
    gc.collect()
    assert not (memory.snapshot() - before).kinds


def test_snapshots_subtract_and_print() -> None:
    a = memory.Snapshot({"surface": memory.Item(3, 300, 0)}, {})
    b = memory.Snapshot({"surface": memory.Item(1, 100, 0), "path": memory.Item(1, 8, 0)}, {})
    assert (a - b).kinds == {"surface": memory.Item(2, 200, 0), "path": memory.Item(-1, -8, 0)}
    assert (a - a).kinds == {} and a.host_bytes == 300 and a.device_bytes == 0
    assert "surface" in str(a) and "300" in str(a)


def test_origins_name_the_line(backend: str) -> None:
    with memory.origins():
        canvas = gpucanvas.Canvas(10, 10, backend=backend)
    places = [place for place in memory.snapshot().origins if place.startswith("surface ")]
    assert any("test_memory.py:" in place for place in places)
    canvas.close()
    assert not any(place.startswith("surface ") and "test_memory" in place for place in memory.snapshot().origins)


def test_a_forgotten_close_warns_with_its_origin(backend: str) -> None:
    with memory.origins():
        canvas = gpucanvas.Canvas(12, 10, backend=backend)
    with pytest.warns(ResourceWarning, match=r"a Canvas of 12x10 made at .*test_memory\.py:\d+ was never closed"):
        del canvas
        gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gpucanvas.Canvas(12, 10, backend=backend).close()
        gc.collect()


def test_a_surface_beyond_the_budget_is_refused_before_it_is_made(backend: str, no_budget: None) -> None:
    memory._ledger.evict()
    kind = "device_bytes" if backend == "gl" else "host_bytes"
    memory.set_budget(**{kind: getattr(memory._ledger, kind) + 30_000})
    canvas = gpucanvas.Canvas(50, 50, backend=backend)
    before = memory.snapshot()
    with pytest.raises(MemoryBudgetError, match=r"a surface of 40000 bytes does not fit.*set_budget") as caught:
        gpucanvas.Canvas(100, 100, backend=backend)
    assert isinstance(caught.value, MemoryError)
    assert (memory.snapshot() - before).kinds.get("surface") is None
    canvas.get_context("2d").fill_rect(0, 0, 50, 50)
    memory.set_budget()
    assert (canvas.to_numpy()[..., 3] == 255).all()
    canvas.close()


def test_the_budget_evicts_working_arrays_first(no_budget: None) -> None:
    canvas = gpucanvas.Canvas(200, 200, backend="cpu")
    ctx = canvas.get_context("2d")
    rng = np.random.default_rng(1)
    ctx.fill_circles(rng.random(50_000) * 200, rng.random(50_000) * 200, 3.0)
    canvas.to_numpy()
    held = memory.snapshot()
    assert held.kinds["scratch"].host_bytes > 1_000_000
    evictions = memory._ledger.evictions
    memory.set_budget(host_bytes=memory._ledger.host_bytes + 100_000)
    other = gpucanvas.Canvas(400, 400, backend="cpu")
    assert memory._ledger.evictions > evictions
    assert memory.snapshot().kinds.get("scratch", memory.Item()).host_bytes < 100_000
    other.close()
    canvas.close()


@pytest.mark.parametrize("value", [-1, 1.5, "1", True])
def test_a_budget_that_is_none_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError), match="set_budget: host_bytes is"):
        memory.set_budget(host_bytes=value)


def test_totals_are_exact_with_many_threads() -> None:
    gc.collect()
    memory._ledger.settle()
    before = memory._ledger.host_bytes

    def work() -> None:
        for i in range(200):
            holding = memory.Holding("surface", 100 + i)
            holding.resize(50)
            holding.release()
            memory.Holding("scratch", 10)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    memory._ledger.settle()
    assert memory._ledger.host_bytes == before


def test_working_arrays_that_no_frame_needs_are_dropped() -> None:
    scratch = Scratch()
    scratch.take("lines", 1_000_000, np.float32)
    for _ in range(200):
        scratch.take("lines", 100, np.float32)
        scratch.settle()
    assert scratch.arrays["lines"].nbytes < 10_000 if "lines" in scratch.arrays else True
    assert scratch.clear() < 10_000
    assert not scratch.arrays


def test_image_is_a_copy_and_a_crop_shares() -> None:
    source = np.zeros((64, 128, 4), np.uint8)
    image = gpucanvas.Image(source)
    source[:] = 255
    assert image.to_numpy().max() == 0
    crop = image.crop(16, 8, 16, 4)
    assert (crop.width, crop.height, crop.nbytes, crop.pinned_bytes) == (16, 4, 256, 128 * 64 * 4)
    assert crop.pins == "16x4 of an image of 128x64: keeps all of its 32768 bytes"
    own = crop.crop(1, 1, 2, 2).copy()
    assert own.pins == "2x2: keeps its own 16 bytes"
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 1


@pytest.mark.parametrize("box", [(0, 0, 0, 1), (-1, 0, 2, 2), (120, 0, 9, 1), (0, 60, 1, 5)])
def test_a_crop_outside_its_image_is_refused(box: tuple[int, int, int, int]) -> None:
    image = gpucanvas.Image(np.zeros((64, 128, 4), np.uint8))
    with pytest.raises(gpucanvas.IndexSizeError, match="is not inside the image of 128x64"):
        image.crop(*box)


def test_drawing_an_image_copies_nothing_and_a_closed_one_says_so(backend: str) -> None:
    image = gpucanvas.Image(np.full((4, 4, 4), 255, np.uint8))
    with gpucanvas.Canvas(8, 8, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(image, 0, 0)
        ctx.draw_image(image, 4, 4)
        assert [kept.pixels is image.pixels for kept in canvas._commands.images] == [True]
        image.close()
        image.close()
        assert canvas.to_numpy()[..., 3].sum() == 32 * 255
        with pytest.raises(gpucanvas.ClosedError, match="the image is closed"):
            ctx.draw_image(image, 0, 0)


def test_a_with_block_closes_images() -> None:
    red = np.full((2, 2, 4), (255, 0, 0, 255), np.uint8)
    canvas = gpucanvas.Canvas(8, 2, backend="cpu")
    ctx = canvas.get_context("2d")
    with gpucanvas.Image(red) as image, gpucanvas.AnimatedImage([gpucanvas.Image(red)], [1]) as film:
        ctx.draw_image(image, 0, 0)
        ctx.draw_image(film.frame_at(0), 2, 0)
    with pytest.raises(gpucanvas.ClosedError, match="the image is closed"):
        ctx.draw_image(image, 0, 0)
    with pytest.raises(gpucanvas.ClosedError, match="the image is closed"):
        ctx.draw_image(film.images[0], 0, 0)
    assert canvas.to_numpy()[0, :5].tolist() == [[255, 0, 0, 255]] * 4 + [[0, 0, 0, 0]]


def test_a_budget_refuses_a_scene_before_it_is_made(backend: str) -> None:
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 16, 16)
        canvas.flush()
        points = np.zeros(200_000, np.float32)
        ctx.fill_rects(points, points, 4.0, 4.0, color=(1.0, 0.0, 0.0))
        limit = memory.snapshot().host_bytes + 4_000_000
        memory.set_budget(host_bytes=limit)
        # On gl the first table of this size is one that is uploaded, and lies in staging memory.
        kind = "scene" if backend == "cpu" else "(scene|staging)"
        try:
            with pytest.raises(gpucanvas.MemoryBudgetError, match=f"a {kind} of .* bytes does not fit"):
                canvas.flush()
        finally:
            memory.set_budget()
        assert "scene" not in memory.snapshot().kinds
        assert canvas.to_numpy()[2, 2].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("most", [2, 128])
def test_shaders_for_sets_of_features_that_were_not_used_for_longest_go(
    gl: str, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    backend: Any = gl_backend.shared()
    programs, context = backend._programs, backend._context
    made: list[Any] = []

    def compiled(text: str) -> Any:
        made.append(context.compute_shader(text))
        return made[-1]

    def pictures() -> list[np.ndarray]:
        found = []
        for number in range(4):
            with gpucanvas.Canvas(40, 30, backend=gl) as canvas:
                ctx = canvas.get_context("2d")
                ctx.begin_path()
                ctx.rect(2, 3, 9, 9) if number == 0 else ctx.arc(20, 15, 9.5, 0, 2 * number)
                ctx.clip() if number == 3 else ctx.stroke() if number == 2 else ctx.fill()
                ctx.fill_rect(12, 3, 9, 9)
                found.append(canvas.to_numpy())
        return found

    monkeypatch.setattr(backend, "_software", True)
    expected = pictures()
    monkeypatch.setattr(program, "MOST_SPECIALISED", most)
    monkeypatch.setattr(programs, "_programs", {})
    kept = {name: getattr(context, name) for name in ("program", "vertex_array")}
    monkeypatch.setattr(programs, "_context", SimpleNamespace(compute_shader=compiled, **kept))
    np.testing.assert_array_equal(pictures(), expected)
    first = len(made)
    np.testing.assert_array_equal(pictures(), expected)
    specialised = [shader for key, shader in programs._programs.items() if key[1] is not None]
    released = [shader for shader in made if isinstance(shader.mglo, moderngl.InvalidObject)]
    assert not any(shader in released for shader in programs._programs.values())
    if most == 2:
        assert len(specialised) == 2 and len(made) > first
        assert len(made) - len(released) == sum(shader in made for shader in programs._programs.values())
    else:
        assert len(specialised) > 6 and len(made) == first and not released
