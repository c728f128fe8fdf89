"""The frame monitor: percentiles against NumPy, every cause, every warning once for each canvas, and no false ones."""

from __future__ import annotations

import contextlib
import gc
import time
import warnings
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from weakref import ref

import numpy as np
import pytest

import gpucanvas
from gpucanvas import FrameMonitor, FrameStats, PerformanceWarning
from gpucanvas.sight import spans


def made_up(count: int = 1, **fields: Any) -> list[FrameStats]:
    return [FrameStats(frame=number, **fields) for number in range(1, count + 1)]


@pytest.mark.parametrize(("count", "window"), [(1, 600), (2, 600), (99, 600), (1000, 600), (1000, 7)])
def test_percentiles_are_those_of_numpy(count: int, window: int) -> None:
    times = np.random.default_rng(count).gamma(2, 4, count).tolist()
    monitor = FrameMonitor(window=window)
    for number, ms in enumerate(times, 1):
        monitor.feed(FrameStats(frame=number, total_ms=ms))
    expected = np.percentile(times[-window:], [50, 95, 99, 12.5])
    assert [monitor.p50, monitor.p95, monitor.p99, monitor.percentile(12.5)] == pytest.approx(expected)
    assert monitor.frames == count


def test_percentile_of_no_frames_is_nan() -> None:
    assert np.isnan(FrameMonitor().p50)
    with pytest.raises(ValueError, match="percent is 101"):
        FrameMonitor().percentile(101)


@pytest.mark.parametrize("budget", [0, -1, float("nan"), "16"])
def test_monitor_refuses_a_budget_that_is_none(budget: Any) -> None:
    with pytest.raises(ValueError, match="budget_ms is"):
        FrameMonitor(budget_ms=budget)


@pytest.mark.parametrize("window", [0, 2.5])
def test_monitor_refuses_a_window_that_is_none(window: Any) -> None:
    with pytest.raises(ValueError, match="window is"):
        FrameMonitor(window=window)


CAUSES = {
    "gc": "gc_ms",
    "upload": "upload_ms",
    "fence wait": "wait_ms",
    "compile": "compile_ms",
    "encode": "encode_ms",
    "encoder": "encoder_ms",
    "recording": "record_ms",
}


@pytest.mark.parametrize(("cause", "field"), CAUSES.items())
def test_stall_names_the_cause_that_was_seen(cause: str, field: str) -> None:
    monitor = FrameMonitor(budget_ms=10)
    script = made_up(5, total_ms=8.0, **{field: 7.0}) + made_up(total_ms=40.0, encode_ms=1.0, gc_ms=2.0) * 1
    script.append(FrameStats(frame=7, total_ms=40.0, **{"gc_ms": 1.0, field: 30.0}))
    for frame in script:
        monitor.feed(frame)
    assert [(one.cause, one.cause_ms) for one in monitor.stalls] == [("unknown", 0.0), (cause, 30.0)]
    assert str(monitor.stalls[-1]) == f"frame 7: 40.0 ms, {cause} 30.0 ms"
    assert f"1 {cause}" in monitor.report()


Watched = Callable[..., tuple[gpucanvas.Canvas, gpucanvas.Context2D, FrameMonitor]]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Makes a canvas that a monitor of so many ms watches. It is closed whatever becomes of the test."""
    with contextlib.ExitStack() as canvases:

        def make(budget_ms: float, backend: str = "cpu") -> tuple[Any, ...]:
            canvas = gpucanvas.Canvas(32, 32, backend=backend)
            canvases.callback(canvas.close)
            ctx = canvas.get_context("2d")
            ctx.fill_rect(0, 0, 9, 9)
            canvas.to_png()
            return canvas, ctx, FrameMonitor(budget_ms=budget_ms).watch(canvas)

        yield make


def test_stall_of_a_real_canvas_by_the_garbage_collector(watched: Watched) -> None:
    canvas, ctx, monitor = watched(0.001)
    rubbish = [[[] for _ in range(300_000)]]
    ctx.fill_rect(0, 0, 9, 9)
    gc.collect()
    canvas.flush()
    del rubbish
    assert monitor.stalls[-1].cause == "gc"
    canvas.close()


def slow(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, that takes 60 ms longer."""

    def run(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.06)
        return work(*args, **kwargs)

    return run


def test_stall_of_a_real_canvas_by_encoding(monkeypatch: pytest.MonkeyPatch, watched: Watched) -> None:
    from gpucanvas.pipeline import encode

    canvas, ctx, monitor = watched(30)
    monkeypatch.setattr(encode, "encode_small", slow(encode.encode_small))
    ctx.fill_rect(0, 0, 9, 9)
    canvas.flush()
    assert [one.cause for one in monitor.stalls] == ["encode"]
    canvas.close()


def test_stall_of_a_real_canvas_by_writing_a_file(monkeypatch: pytest.MonkeyPatch, watched: Watched) -> None:
    from gpucanvas.present import formats

    canvas, ctx, monitor = watched(30)
    monkeypatch.setattr(formats, "write_png", slow(formats.write_png))
    ctx.fill_rect(0, 0, 9, 9)
    canvas.to_png()
    assert [one.cause for one in monitor.stalls] == ["encoder"]
    canvas.close()


def test_stall_by_the_stages_together_is_drawing() -> None:
    monitor = FrameMonitor(budget_ms=10)
    monitor.feed(FrameStats(frame=1, total_ms=40.0, encode_ms=3.0, stage_ms={"coarse": 12.0, "fine": 20.0}))
    assert [(one.cause, one.cause_ms) for one in monitor.stalls] == [("drawing", 32.0)]


def test_stall_of_a_real_canvas_in_the_callers_code_is_recording(watched: Watched) -> None:
    canvas, ctx, monitor = watched(30)
    ctx.fill_rect(0, 0, 9, 9)
    time.sleep(0.06)
    canvas.flush()
    assert [one.cause for one in monitor.stalls] == ["recording"]
    canvas.close()


@pytest.mark.parametrize("cause", ["upload", "fence wait", "compile"])
def test_stall_of_a_real_gl_canvas(gl: str, cause: str, monkeypatch: pytest.MonkeyPatch, watched: Watched) -> None:
    canvas, ctx, monitor = watched(30, gl)
    backend: Any = canvas._backend
    if cause == "upload":
        take = backend._buffers.take
        # It is taken once to reserve it, and once inside the span of its upload.
        monkeypatch.setattr(
            backend._buffers, "take", lambda name, n: (slow(take) if name == "scene" else take)(name, n)
        )
    elif cause == "fence wait":
        monkeypatch.setattr(backend._owner, "run", slow(backend._owner.run))
    else:
        monkeypatch.setattr(backend._programs, "_programs", {})
        context = backend._context
        kept = {name: getattr(context, name) for name in ("program", "vertex_array")}
        compiler = SimpleNamespace(compute_shader=slow(context.compute_shader), **kept)
        monkeypatch.setattr(backend._programs, "_context", compiler)
    ctx.fill_rect(0, 0, 9, 9)
    canvas.to_numpy()
    assert [one.cause for one in monitor.stalls] == [cause]
    canvas.close()


# -- habits ----------------------------------------------------------------------------------------------------


def told(work: Callable[[], Any]) -> list[str]:
    """The performance warnings that work gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        work()
    assert all(one.category is PerformanceWarning for one in caught)
    # They point at this file, not into the library.
    assert all(one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


def fill_rects(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.fill_style = (i / 300, 0.0, 0.0, 1.0)
    ctx.fill_rect(i, i, 2, 2)


def fill_discs(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.begin_path()
    ctx.arc(i, 9, 3, 0, 7)
    ctx.fill()


def stroke_arcs(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.begin_path()
    ctx.arc(i, 9, 3, 0, 2)
    ctx.stroke()


def fill_triangles(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.fill(gpucanvas.Path2D(f"M {i} 0 L 9 9 L 0 9 Z"))


def stroke_zigzags(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.stroke(gpucanvas.Path2D(f"M {i} 0 L 9 9 L 0 9"))


def stroke_segments(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.begin_path()
    ctx.move_to(i, 0)
    ctx.line_to(9, 9)
    ctx.stroke()


HOUSE = gpucanvas.Path2D("M0 0 H9 V-6 L4.5 -9 L0 -6 Z M3 0 V-4 H6 V0")


def place_houses(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.save()
    ctx.translate(i % 20, 9)
    ctx.fill_style = (i / 300, 0.5, 0.5)
    ctx.fill(HOUSE)
    ctx.restore()


def turn_outlines(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.rotate(0.1)
    ctx.stroke(HOUSE)


METHODS: dict[str, Callable[[gpucanvas.Context2D, int], object]] = {
    "fill_rects": fill_rects,
    "stroke_rects": lambda ctx, i: ctx.stroke_rect(i, i, 3, 3),
    "fill_circles": fill_discs,
    "stroke_arcs": stroke_arcs,
    "fill_polygons": fill_triangles,
    "stroke_lines": stroke_zigzags,
    "stroke_line_segments": stroke_segments,
    "fill_paths": place_houses,
    "stroke_paths": turn_outlines,
    "stroke_circles": lambda ctx, i: ctx.stroke_circles([i], [3], [2]),
}


@pytest.mark.parametrize("method", METHODS)
def test_many_equal_draws_are_told_the_batch_method_once(method: str, watched: Watched) -> None:
    canvas, ctx, _ = watched(1e9)
    other, other_ctx, _ = watched(1e9)

    def frame(canvas: gpucanvas.Canvas, ctx: gpucanvas.Context2D) -> None:
        for i in range(300):
            METHODS[method](ctx, i)
        canvas.flush()

    (text,) = told(lambda: frame(canvas, ctx))
    assert "300 equal shapes" in text
    assert f"one call of {method}()" in text
    assert callable(getattr(gpucanvas.Context2D, method))
    assert told(lambda: frame(canvas, ctx)) == []
    assert len(told(lambda: frame(other, other_ctx))) == 1
    canvas.close()
    other.close()


def test_draws_that_no_batch_replaces_are_not_told(watched: Watched) -> None:
    canvas, ctx, _ = watched(1e9)

    def frame() -> None:
        for i in range(300):
            ctx.global_alpha = 0.5 + i / 1000
            ctx.fill_rect(i, 0, 2, 2)
            ctx.fill(gpucanvas.Path2D("M 0 0 C 9 0 9 9 0 9 Z"))
            ctx.fill(gpucanvas.Path2D("M 0 0 L 9 0 L 9 9 Z"), "evenodd")
        ctx.fill_circles(np.arange(300), 3, 2)
        canvas.flush()

    assert told(frame) == []
    canvas.close()


def test_readbacks_in_the_middle_of_a_frame_are_told(watched: Watched) -> None:
    canvas, ctx, _ = watched(1e9)

    def frame(reads: int) -> None:
        for i in range(reads):
            ctx.fill_rect(i, 0, 2, 2)
            ctx.get_image_data(0, 0, 1, 1)
        ctx.fill_rect(0, 0, 2, 2)
        canvas.to_numpy()

    assert told(lambda: [frame(0), frame(1)]) == []
    (text,) = told(lambda: frame(2))
    assert "reads pixels back 3 times" in text
    assert told(lambda: frame(5)) == []
    canvas.close()


def test_readbacks_in_a_frame_that_the_caller_marks_are_told(watched: Watched) -> None:
    canvas, ctx, monitor = watched(1e9)

    def draw() -> None:
        ctx.fill_rect(0, 0, 2, 2)
        canvas.to_numpy()

    def marked() -> None:
        with monitor.frame():
            for _ in range(3):
                draw()

    assert told(lambda: [draw() for _ in range(9)]) == []
    frames = monitor.frames
    (text,) = told(marked)
    assert "reads pixels back 3 times" in text
    assert monitor.frames == frames + 1
    with monitor.frame(), pytest.raises(RuntimeError, match="open on this thread already"), monitor.frame():
        pass
    canvas.close()


def test_many_small_uploads_are_told(gl: str, watched: Watched) -> None:
    canvas, ctx, monitor = watched(1e9, gl)

    def frame() -> None:
        with monitor.frame():
            for i in range(70):
                ctx.fill_rect(i, 0, 2, 2)
                canvas.flush()

    (text,) = told(frame)
    assert "70 uploads" in text
    assert "in 70 flushes" in text
    canvas.close()


def test_few_or_large_uploads_are_not_told() -> None:
    monitor = FrameMonitor()
    many_large = FrameStats(frame=1, uploads=100, bytes_uploaded=100 << 20)
    assert told(lambda: [monitor.feed(one) for one in (*made_up(uploads=63, bytes_uploaded=63), many_large)]) == []
    assert "uploads" in told(lambda: monitor.feed(FrameStats(frame=2, uploads=64, bytes_uploaded=6400)))[0]


def test_images_made_anew_in_each_frame_are_told(watched: Watched) -> None:
    canvas, ctx, _ = watched(1e9)
    kept = np.full((4, 4, 4), 200, np.uint8)

    def frame(image: Any) -> None:
        ctx.draw_image(image, 0, 0)
        ctx.put_image_data(kept, 8, 8)
        canvas.flush()

    assert told(lambda: [frame(kept) for _ in range(20)]) == []
    assert told(lambda: [frame(kept[:3]) for _ in range(20)]) == []
    (text,) = told(lambda: [frame(np.full((4, 4, 4), 200, np.uint8)) for _ in range(20)])
    assert "draws images that did not exist before: make them once and keep them" in text
    canvas.close()


def test_canvases_made_in_each_frame_are_told(watched: Watched) -> None:
    canvas, ctx, _ = watched(1e9)
    kept = gpucanvas.Canvas(4, 4, backend="cpu")

    def frame(anew: bool) -> None:
        sprite = gpucanvas.Canvas(4, 4, backend="cpu") if anew else kept
        ctx.draw_image(sprite, 0, 0)
        canvas.flush()
        if anew:
            sprite.close()

    assert told(lambda: [frame(False) for _ in range(20)]) == []
    # A new canvas is also a new image.
    images, canvases = told(lambda: [frame(True) for _ in range(20)])
    assert "draws images that did not exist before" in images
    assert "makes canvases: make them once, keep them, and reset() them" in canvases
    canvas.close()


# -- life ------------------------------------------------------------------------------------------------------


def test_monitor_is_set_and_taken_away() -> None:
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    assert canvas.monitor is None
    monitor = FrameMonitor()
    assert monitor.watch(canvas) is monitor is canvas.monitor
    canvas.monitor = FrameMonitor()
    assert spans.on()
    canvas.monitor = None
    assert not spans.on()
    canvas.get_context("2d").fill_rect(0, 0, 2, 2)
    canvas.flush()
    assert monitor.frames == 0
    with pytest.raises(TypeError, match="monitor is 5: give a FrameMonitor or None"):
        canvas.monitor = 5  # type: ignore[assignment]


def test_monitor_set_in_the_middle_of_a_frame_loses_nothing() -> None:
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, 8, 8)
    canvas.monitor = FrameMonitor()
    ctx.fill_rect(4, 0, 4, 8)
    assert canvas.to_numpy()[0, 0].tolist() == [255, 0, 0, 255]
    ctx.reset()
    ctx.fill_rect(0, 0, 8, 8)
    canvas.flush()
    assert canvas.monitor.frames == 2
    canvas.close()


def test_a_canvas_that_is_dropped_stops_the_measuring() -> None:
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    FrameMonitor().watch(canvas)
    dropped = ref(canvas)
    del canvas
    gc.collect()
    assert dropped() is None
    assert not spans.on()


def test_one_monitor_watches_two_canvases() -> None:
    monitor = FrameMonitor()
    canvases = [gpucanvas.Canvas(8, 8, backend="cpu") for _ in range(2)]
    for canvas in canvases:
        monitor.watch(canvas)
        canvas.get_context("2d").fill_rect(0, 0, 2, 2)
        canvas.flush()
    assert monitor.frames == 2
    for canvas in canvases:
        canvas.close()


def test_a_warning_made_an_error_leaves_the_canvas_whole(watched: Watched) -> None:
    canvas, ctx, monitor = watched(1e9)
    for i in range(300):
        ctx.fill_rect(i, 0, 2, 2)
    with pytest.raises(PerformanceWarning, match="300 equal"):
        canvas.to_numpy()
    assert canvas.to_numpy()[0, 5, 3] == 255
    assert monitor.frames == 1
    canvas.close()
