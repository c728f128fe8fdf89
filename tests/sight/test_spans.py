"""Spans: who is told what, from which thread; and that nobody pays while nobody listens."""

from __future__ import annotations

import gc
import inspect
import threading
from collections import deque

import pytest

import gpucanvas
from gpucanvas.sight import spans


def heard() -> spans.Listener:
    return spans.Listener(deque())


def test_spans_are_not_made_while_nobody_listens(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    true_init = spans.Span.__init__
    monkeypatch.setattr(spans.Span, "__init__", lambda self, *a: (made.append(a), true_init(self, *a))[1])
    emitted = []
    monkeypatch.setattr(spans, "emit", lambda *a: emitted.append(a))

    def picture() -> None:
        canvas = gpucanvas.Canvas(40, 40, backend=backend)
        ctx = canvas.get_context("2d")
        for i in range(50):
            ctx.fill_rect(i, i, 5, 5)
        ctx.fill(gpucanvas.Path2D("M 0 0 L 20 30 L 5 30 Z"))
        ctx.get_image_data(0, 0, 4, 4)
        canvas.to_png()

    picture()
    assert (made, emitted) == ([], [])
    assert spans._on_collect not in gc.callbacks
    # The same picture with a listener: the test above would notice.
    listener = heard()
    spans.listen(listener)
    try:
        picture()
    finally:
        spans.leave(listener)
    assert len(made) > 5


def test_spans_cost_a_recorded_command_nothing() -> None:
    """The verbs of a context know nothing of sight: their code names none of it."""
    for verb in (gpucanvas.Context2D.fill_rect, gpucanvas.Context2D.fill, gpucanvas.Context2D.draw_image):
        assert not {"span", "count", "spans", "_book"} & set(inspect.unwrap(verb).__code__.co_names)


def test_span_off_is_one_shared_object() -> None:
    assert spans.span("fine") is spans.span("coarse", spans.STAGES, tiles=3) is spans.NOTHING


def test_span_reports_its_error_and_lets_it_through() -> None:
    listener = heard()
    spans.listen(listener)
    try:
        with pytest.raises(KeyError), spans.span("fine", tiles=4):
            raise KeyError
    finally:
        spans.leave(listener)
    (event,) = listener.events or ()
    assert (event.name, event.track, event.args) == ("fine", "stages", {"tiles": 4, "error": "KeyError"})
    assert event.start <= event.end


def test_listeners_come_and_go_by_themselves() -> None:
    first, second = heard(), heard()
    spans.listen(first)
    spans.listen(second)
    with spans.span("both"):
        pass
    spans.leave(first)
    spans.leave(first)
    with spans.span("second only"):
        pass
    spans.leave(second)
    assert [event.name for event in first.events or ()] == ["both"]
    assert [event.name for event in second.events or ()] == ["both", "second only"]


def test_spans_from_many_threads_are_all_heard() -> None:
    listener = heard()
    spans.listen(listener)

    def work(number: int) -> None:
        for i in range(500):
            with spans.span(f"{number} {i}"):
                spans.count("threaded")

    before = spans.totals().get("threaded", 0)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spans.leave(listener)
    names = {event.name for event in listener.events or () if event.track == "stages"}
    assert names == {f"{number} {i}" for number in range(8) for i in range(500)}
    assert spans.totals()["threaded"] - before == 4000
    # The counts of threads that ended are kept in one place, not in one for each thread.
    assert not any(name.is_alive() for name in threads)
    assert len(spans._threads) <= threading.active_count()


def test_bound_work_reports_to_the_frame_of_the_thread_that_bound_it() -> None:
    frame = spans.FrameLog()
    before = spans.swap_frame(frame)
    work = spans.bound(lambda: spans.count("elsewhere", 3))
    spans.swap_frame(before)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    spans.count("elsewhere", 5)
    assert frame.counted == [("elsewhere", 3)]


def test_bound_work_without_a_frame_is_the_work_itself() -> None:
    assert spans.bound(len) is len


def test_a_finaliser_that_stops_listening_never_waits() -> None:
    """The collector may run it inside the very lock that it would need."""
    first, second = heard(), heard()
    spans.listen(first)
    with spans._changing:
        spans.leave_soon(first)
    # Whoever changes listeners next does it.
    spans.listen(second)
    assert spans._listeners == (second,)
    spans.leave_soon(second)
    assert not spans.on()


def test_a_count_inside_the_registering_of_its_own_thread_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    true_fold = spans._fold

    def fold_with_a_finaliser() -> None:
        monkeypatch.setattr(spans, "_fold", true_fold)
        spans.count("nested")

    before = spans.totals().get("nested", 0)
    monkeypatch.setattr(spans, "_fold", fold_with_a_finaliser)
    thread = threading.Thread(target=spans.count, args=("nested",))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert spans.totals()["nested"] - before == 2
