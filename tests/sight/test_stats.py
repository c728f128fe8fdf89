"""Stats count exactly what a known scene has, on every backend, thread and canvas."""

from __future__ import annotations

import dataclasses
import gc
import threading

import numpy as np
import pytest

import gpucanvas
from gpucanvas.sight.book import covered_ms
from gpucanvas.sight.spans import Event
from gpucanvas.sight.stats import merged


def scene(ctx: gpucanvas.Context2D) -> None:
    """Seven commands, two of them batches."""
    for i in range(4):
        ctx.fill_rect(4 * i, 0, 3, 3)
    ctx.fill_circles([5, 9, 14], 20, 3)
    ctx.stroke_line_segments(np.zeros((5, 2, 2)) + [[0, 0], [9, 9]])
    ctx.stroke(gpucanvas.Path2D("M 0 0 L 20 30"))


def test_stats_are_none_before_the_first_frame() -> None:
    stats = gpucanvas.Canvas(8, 8, backend="cpu").stats
    assert stats.last is None
    assert stats.total == type(stats.total)()


def test_stats_count_what_the_scene_has(backend: str) -> None:
    canvas = gpucanvas.Canvas(40, 40, backend=backend)
    for number in range(1, 4):
        scene(canvas.get_context("2d"))
        canvas.to_numpy()
        last = canvas.stats.last
        assert last is not None
        assert (last.frame, last.commands, last.batches, last.flushes, last.readbacks) == (number, 7, 2, 1, 1)
        assert last.total_ms >= last.record_ms > 0
        assert not last.timed
    # A steady scene allocates, grows and compiles nothing after its first frame.
    assert (last.allocations, last.growths, last.compiles, last.evictions, last.dropped) == (0, 0, 0, 0, 0)
    total = canvas.stats.total
    assert (total.frames, total.commands, total.batches, total.readbacks) == (3, 21, 6, 3)


def test_stats_count_uploads_and_waits_as_the_backend_does(gl: str) -> None:
    canvas = gpucanvas.Canvas(40, 40, backend=gl)
    before = canvas._backend.counters()
    scene(canvas.get_context("2d"))
    canvas.to_numpy()
    after = canvas._backend.counters()
    last = canvas.stats.last
    assert last is not None
    for name in ("uploads", "bytes_uploaded", "allocations", "growths", "compiles"):
        assert getattr(last, name) == after[name] - before[name]
    assert last.uploads == 2
    assert last.waits == 2 + last.growths > 0 or last.growths


def test_stats_of_the_process_are_the_sum_over_canvases_and_threads() -> None:
    before = gpucanvas.stats()

    def work() -> None:
        canvas = gpucanvas.Canvas(16, 16, backend="cpu")
        for _ in range(5):
            scene(canvas.get_context("2d"))
            canvas.flush()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    after = gpucanvas.stats()
    assert (after.frames - before.frames, after.commands - before.commands) == (25, 175)
    assert after.batches - before.batches == 50


def test_stats_count_many_small_recordings(backend: str) -> None:
    recordings = [gpucanvas.Recording(16, 16) for _ in range(6)]
    for recording in recordings:
        scene(recording.get_context("2d"))
    before = gpucanvas.stats()
    gpucanvas.render_many(recordings, backend)
    after = gpucanvas.stats()
    assert (after.frames - before.frames, after.commands - before.commands) == (1, 42)


def test_stats_a_readback_in_the_middle_belongs_to_the_frame(backend: str) -> None:
    canvas = gpucanvas.Canvas(16, 16, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_rect(0, 0, 4, 4)
    assert ctx.get_image_data(1, 1, 1, 1)[0, 0, 3] == 255
    assert canvas.stats.last is None
    ctx.fill_rect(8, 8, 4, 4)
    canvas.flush()
    last = canvas.stats.last
    assert last is not None
    assert (last.frame, last.commands, last.flushes, last.readbacks) == (1, 2, 2, 1)


def test_stats_reading_again_makes_no_frame() -> None:
    canvas = gpucanvas.Canvas(16, 16, backend="cpu")
    canvas.get_context("2d").fill_rect(0, 0, 4, 4)
    for _ in range(3):
        canvas.to_numpy()
    assert canvas.stats.total.frames == 1
    canvas.get_context("2d").fill_rect(0, 0, 4, 4)
    canvas.to_numpy()
    last = canvas.stats.last
    assert last is not None
    assert (last.frame, last.readbacks) == (2, 3)


def test_stats_a_frame_that_raised_is_none_and_its_commands_are_the_next_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = gpucanvas.Canvas(16, 16, backend="cpu")
    with monkeypatch.context() as patch:
        patch.setattr(type(canvas._backend), "run", lambda *a: 1 / 0)
        scene(canvas.get_context("2d"))
        with pytest.raises(ZeroDivisionError):
            canvas.flush()
    scene(canvas.get_context("2d"))
    canvas.flush()
    last = canvas.stats.last
    assert last is not None
    assert (last.frame, last.commands) == (1, 14)


def test_stats_timers_measure_every_stage(backend: str) -> None:
    canvas = gpucanvas.Canvas(40, 40, backend=backend)
    gpucanvas.stats(timers=True)
    try:
        scene(canvas.get_context("2d"))
        gc.collect()
        canvas.to_png()
    finally:
        gpucanvas.stats(timers=False)
    last = canvas.stats.last
    assert last is not None
    assert last.timed
    # On the cpu, who shades a tile makes it straight, too.
    presented = {"present"} if backend == "gl" else set()
    assert set(last.stage_ms) == {"flatten", "binning", "coarse", "fine"} | presented
    assert min(last.encode_ms, last.encoder_ms, last.gc_ms, *last.stage_ms.values()) > 0
    assert last.gc_ms <= last.record_ms
    assert last.encode_ms + last.encoder_ms < last.total_ms
    assert last.gpu_ms == {}


def test_stats_gpu_timers_ask_the_gpu_only_while_they_are_on(gl: str) -> None:
    canvas = gpucanvas.Canvas(40, 40, backend=gl)
    gpucanvas.stats(gpu_timers=True)
    try:
        for _ in range(3):
            scene(canvas.get_context("2d"))
            canvas.flush()
        last = canvas.stats.last
    finally:
        gpucanvas.stats(gpu_timers=False)
    assert last is not None
    assert set(last.gpu_ms) == {"flatten", "binning", "coarse", "fine"}
    timers = canvas._backend._timers  # type: ignore[attr-defined]
    made = len(timers._free)
    assert timers._used == []
    scene(canvas.get_context("2d"))
    canvas.flush()
    assert canvas.stats.last is not None
    assert canvas.stats.last.gpu_ms == {}
    assert len(timers._free) == made


def test_stats_python_objects_of_a_steady_scene_are_bounded() -> None:
    canvas = gpucanvas.Canvas(40, 40, backend="cpu")
    gpucanvas.stats(timers=True)
    try:
        kept = []
        for _ in range(40):
            scene(canvas.get_context("2d"))
            canvas.flush()
            last = canvas.stats.last
            assert last is not None
            kept.append(last.python_objects)
    finally:
        gpucanvas.stats(timers=False)
    assert kept[0] == 0
    assert sum(kept[10:]) / 30 < 100


def test_covered_ms_does_not_count_twice() -> None:
    events = [Event("", "", a * 10**6, b * 10**6, "", {}) for a, b in ((0, 10), (2, 5), (8, 12), (20, 21))]
    assert covered_ms(events) == 13.0


def test_merged_frames_add_up() -> None:
    one = gpucanvas.FrameStats(frame=1, commands=3, total_ms=2.0, timed=True, stage_ms={"fine": 1.0}, runs={"a": 4})
    two = dataclasses.replace(one, frame=2, stage_ms={"fine": 2.0, "coarse": 1.0}, runs={"a": 3, "b": 9})
    both = merged([one, two])
    assert (both.frame, both.commands, both.total_ms, both.timed) == (2, 6, 4.0, True)
    assert both.stage_ms == {"fine": 3.0, "coarse": 1.0}
    assert both.runs == {"a": 4, "b": 9}


def test_frame_stats_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        gpucanvas.FrameStats(frame=1).frame = 2  # type: ignore[misc]
