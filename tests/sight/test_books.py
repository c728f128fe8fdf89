"""What frames are counted as: on any thread, after errors, in parts, beside the collector, in a fork."""

from __future__ import annotations

import gc
import io
import json
import math
import os
import signal
import threading
import time
import warnings
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

import gpucanvas
from gpucanvas import FrameMonitor
from gpucanvas.sight import spans


def draw(canvas: gpucanvas.Canvas, alpha: float = 1.0) -> None:
    ctx = canvas.get_context("2d")
    ctx.fill_style = (0.0, 0.0, 0.0, alpha)
    ctx.fill_rect(0, 0, 8, 8)


@pytest.fixture
def canvas() -> Iterator[gpucanvas.Canvas]:
    with gpucanvas.Canvas(8, 8, backend="cpu") as made:
        yield made


def test_books_canvases_are_counted_on_the_thread_that_made_them(canvas: gpucanvas.Canvas) -> None:
    canvas.monitor = FrameMonitor()
    made = []
    for k in range(6):
        draw(canvas)
        gpucanvas.Canvas(1, 1, backend="cpu").close()
        canvas.submit().wait() if k % 2 else canvas.flush()
        assert canvas.stats.last is not None
        made.append(canvas.stats.last.canvases_made)
    assert min(made) >= 0


def test_books_a_pause_inside_encoding_is_the_cause() -> None:
    frame = gpucanvas.FrameStats(frame=1, total_ms=70.0, gc_ms=64.0, encode_ms=65.0)
    monitor = FrameMonitor(budget_ms=10)
    monitor.feed(frame)
    assert monitor.stalls[-1].cause == "gc"


def test_books_pauses_between_recording_and_drawing_are_nobodys(canvas: gpucanvas.Canvas) -> None:
    canvas.monitor = FrameMonitor()
    draw(canvas)
    canvas.flush()
    ticket_started = time.perf_counter()
    draw(canvas)
    canvas.get_context("2d").get_image_data(0, 0, 1, 1)  # A part of the frame; what follows is none of it.
    trash = [[[] for _ in range(200_000)]]
    trash.append(trash)  # type: ignore[arg-type]
    gc.collect()
    gc.collect()
    canvas.flush()
    draw(canvas)
    canvas.flush()
    last = canvas.stats.last
    assert last is not None
    assert last.gc_ms <= last.total_ms <= (time.perf_counter() - ticket_started) * 1e3


@pytest.mark.skipif(os.name != "posix", reason="pipes that stall")
def test_books_a_save_that_is_late_has_drawn_a_frame() -> None:
    read, stalled = os.pipe()
    with gpucanvas.Canvas(400, 400, backend="cpu") as canvas:
        draw(canvas)
        try:
            with pytest.raises(gpucanvas.DeadlineError):
                canvas.save(stalled, compress_level=0, timeout=0.05)
        finally:
            os.close(read)
            os.close(stalled)
        assert canvas.stats.total.frames == 1
        assert canvas.stats.last is not None
        assert canvas.stats.last.commands == 1


def test_books_stay_short_whatever_is_read(canvas: gpucanvas.Canvas) -> None:
    for _ in range(10_000):
        canvas.to_numpy()
    assert len(canvas._book._open.log.counted) <= 5_000
    draw(canvas)
    canvas.flush()
    assert canvas.stats.last is not None
    assert canvas.stats.last.readbacks == 10_000


def test_books_monitors_that_come_and_go_leave_nothing(canvas: gpucanvas.Canvas) -> None:
    before = len(weakref.finalize._registry)  # type: ignore[attr-defined]
    monitor = FrameMonitor()
    for _ in range(50):
        canvas.monitor = monitor
        canvas.monitor = None
    assert len(weakref.finalize._registry) <= before + 1  # type: ignore[attr-defined]


def test_books_a_warning_made_an_error_draws_nothing_twice(canvas: gpucanvas.Canvas) -> None:
    canvas.monitor = FrameMonitor()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(300):
            canvas.get_context("2d").fill_rect(0, 0, 1, 1)
        draw(canvas, 0.3)
        with pytest.raises(gpucanvas.PerformanceWarning):
            canvas.submit().result(60)
    assert canvas.to_numpy()[5, 5, 3] == 77


def test_books_one_canvas_warning_keeps_no_other_from_being_counted() -> None:
    monitor = FrameMonitor()
    canvases = [gpucanvas.Canvas(8, 8, backend="cpu") for _ in range(3)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(gpucanvas.PerformanceWarning), monitor.frame():
            for canvas in canvases:
                canvas.monitor = monitor
                for _ in range(300):
                    canvas.get_context("2d").fill_rect(0, 0, 1, 1)
                canvas.flush()
    assert monitor.frames == 3
    for canvas in canvases:
        canvas.close()


def test_spans_a_collection_that_was_half_heard_is_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "_collect_start", 1)
    listener = spans.Listener()
    spans.listen(listener)
    try:
        assert spans._collect_start == 0
    finally:
        spans.leave(listener)


def test_spans_threads_that_python_did_not_start_are_kept_once() -> None:
    import _thread

    done = threading.Semaphore(0)
    idents = []

    def foreign() -> None:
        idents.append(threading.get_ident())
        spans.count("nothing")
        done.release()

    for _ in range(20):
        _thread.start_new_thread(foreign, ())
        done.acquire()
        time.sleep(0.005)
    spans.totals()
    # How many there are is the system's to say: it gives the numbers of threads that ended to new ones, or not.
    kept = [thread() for thread, _ in spans._threads]
    foreign_threads = [each for each in kept if isinstance(each, threading._DummyThread) and each.ident in idents]
    assert len(foreign_threads) == len(set(foreign_threads)) <= len(set(idents))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="of systems that fork")
def test_spans_a_forked_child_counts_and_collects_nothing(tmp_path: Path) -> None:
    with gpucanvas.trace(tmp_path / "t.json"), spans._registering, spans._changing:
        child = os.fork()
        if not child:
            signal.alarm(30)  # A child that waits for the parent's locks ends, and not well.
            spans.totals()
            listener = spans.Listener()
            spans.listen(listener)
            os._exit(7 if any(one.events is not None for one in spans._listeners) else 0)
        assert os.waitpid(child, 0)[1] == 0


def test_trace_a_raw_stream_gets_all_of_it(canvas: gpucanvas.Canvas) -> None:
    class Slow(io.RawIOBase):
        taken = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            piece = bytes(data)[:100]  # type: ignore[call-overload]
            self.taken += piece
            return len(piece)

    raw = Slow()
    with gpucanvas.trace(raw):  # type: ignore[arg-type]
        draw(canvas)
        canvas.flush()
    assert json.loads(raw.taken)["traceEvents"]


def test_trace_numbers_that_json_lacks_are_text() -> None:
    out = io.StringIO()
    with gpucanvas.trace(out), spans.span("odd", value=math.nan):
        pass
    found = json.loads(out.getvalue(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert [event["args"]["value"] for event in found["traceEvents"] if event["name"] == "odd"] == ["nan"]
