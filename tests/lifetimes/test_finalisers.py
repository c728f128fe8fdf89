"""Finalisers that the collector runs inside the library: they wait for nobody, and what they close goes soon."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

import numpy as np
import pytest
from child import run

import gpucanvas
from gpucanvas import later
from gpucanvas.backends.stage_runner import StageRunner

SECONDS = 20.0


class Closing:
    """Closes a canvas when the library asks for its pixels: the program's code, inside a call."""

    def __init__(self, canvas: gpucanvas.Canvas) -> None:
        self.canvas = canvas

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        self.canvas.close()
        return np.zeros((2, 2, 4), np.uint8)


def test_a_canvas_that_is_closed_inside_a_call_goes_with_the_next_call(backend: str) -> None:
    with gpucanvas.Canvas(8, 8, backend=backend) as canvas:
        other = gpucanvas.Canvas(8, 8, backend=backend)
        canvas.get_context("2d").draw_image(Closing(other), 0, 0)
        assert other._surface.pixels is not None
        with pytest.raises(gpucanvas.ClosedError):
            other.to_numpy()
        canvas.flush()
        assert other._surface.pixels is None


@pytest.mark.parametrize("verb", ["make", "flush", "submit", "to_numpy", "close", "staging_array", "stats", "snapshot"])
def test_whatever_uses_a_canvas_finishes_what_is_left(verb: str) -> None:
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    done: list[int] = []
    later._left.append(lambda: done.append(1))
    if verb == "make":
        gpucanvas.Canvas(1, 1, backend="cpu").close()
    elif verb == "snapshot":
        gpucanvas.memory.snapshot()
    elif verb == "stats":
        assert canvas.stats
    else:
        getattr(canvas, verb)(*([4] if verb == "staging_array" else []))
    assert done == [1]
    canvas.close()


def test_a_done_callback_closes_its_canvas_at_once(backend: str) -> None:
    canvas = gpucanvas.Canvas(8, 8, backend=backend)
    canvas.get_context("2d").fill_rect(0, 0, 4, 4)
    closed = threading.Event()

    def close() -> None:
        canvas.close()
        assert canvas._surface.pixels is None
        closed.set()

    canvas.submit().add_done_callback(close)
    assert closed.wait(SECONDS)


def test_what_a_close_that_was_left_raises_is_reported_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.append(args.exc_type))
    later._left.append(lambda: 1 // 0)
    gpucanvas.Canvas(1, 1, backend="cpu").close()
    assert reported == [ZeroDivisionError]


class Widget:
    """An object of the program's in a cycle: the collector runs its ``__del__``."""

    def __init__(self, last: Callable[[], object]) -> None:
        self.last, self.itself = last, self
        self.raised: list[BaseException] = []

    def __del__(self) -> None:
        with pytest.raises(gpucanvas.FrameError, match="do it elsewhere"):
            self.last()
        WAITED.append(1)


WAITED: list[int] = []


@pytest.mark.parametrize("where", ["owner", "pool", "ledger"])
def test_a_finaliser_that_draws_where_it_cannot_wait_is_told_so(gl: str, where: str) -> None:
    with gpucanvas.Canvas(8, 8, backend="gl") as canvas:
        backend = canvas._backend
        gc.collect()
        WAITED.clear()
        Widget(canvas.to_numpy)
        if where == "owner":
            backend._owner.run(gc.collect)
        else:
            with backend.staging._lock if where == "pool" else gpucanvas.memory._ledger.lock:
                gc.collect()
        assert WAITED == [1]
        canvas.to_numpy()


@pytest.mark.parametrize("verb", ["wait", "submit", "flush"])
def test_a_finaliser_on_the_owner_does_not_wait_for_a_frame_that_needs_it(gl: str, verb: str) -> None:
    with gpucanvas.Canvas(8, 8, backend="gl") as canvas:
        backend = canvas._backend
        gc.collect()
        WAITED.clear()
        busy, go = threading.Event(), threading.Event()

        def work() -> None:
            busy.set()
            go.wait(SECONDS)
            gc.collect()

        thread = threading.Thread(target=lambda: backend._owner.run(work))
        thread.start()
        assert busy.wait(SECONDS)
        canvas.get_context("2d").fill_rect(0, 0, 4, 4)
        ticket = canvas.submit()
        Widget({"wait": ticket.wait, "submit": lambda: canvas.submit(in_flight=1), "flush": canvas.flush}[verb])
        go.set()
        thread.join(SECONDS)
        assert WAITED == [1] and ticket.wait(SECONDS)


def test_a_finaliser_that_draws_on_the_canvas_being_drawn_is_told_so(backend: str) -> None:
    with gpucanvas.Canvas(8, 8, backend=backend) as canvas:
        gc.collect()
        WAITED.clear()
        Widget(canvas.to_numpy)
        with canvas._surface._turn:
            gc.collect()
        assert WAITED == [1]
        canvas.to_numpy()


def test_a_frame_that_a_finaliser_interrupts_with_another_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(64, 64, backend="cpu") as canvas, gpucanvas.Canvas(8, 8, backend="cpu") as other:
        shade, scratches = StageRunner.shade, []

        def interrupted(runner: StageRunner, *arguments: object) -> None:
            scratches.append(runner.scratch)
            if len(scratches) == 1:
                other.get_context("2d").fill_rect(0, 0, 7, 8)
                other.to_numpy()
            shade(runner, *arguments)

        monkeypatch.setattr(StageRunner, "shade", interrupted)
        canvas.get_context("2d").fill_rect(0, 0, 63, 64)
        assert canvas.to_numpy()[9, 9, 3] == 255 == other.to_numpy()[4, 4, 3]
        assert len(set(map(id, scratches))) == 2


ANIMATION = """
import faulthandler, gc, threading, gpucanvas
faulthandler.dump_traceback_later(20, exit=True)
def animation(box, backend):
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        yield canvas
        canvas.get_context("2d").fill_rect(0, 0, 9, 9)
        canvas.submit()
        yield
def suspended(backend):
    box = []
    box.append(animation(box, backend))
    return box[0], next(box[0])
gc.disable()
go = threading.Event()
"""


def test_a_frame_thread_that_closes_its_own_canvas_does_not_wait_for_itself() -> None:
    code = """
dropped, canvas = suspended("cpu")
backend = canvas._backend
draw = backend._draw
def collecting(*arguments):
    go.wait()
    gc.collect()
    draw(*arguments)
backend._draw = collecting
next(dropped)
frame = canvas._frames._thread
surface = canvas._surface
del dropped, canvas
go.set()
frame.join()
gpucanvas.memory.snapshot()
print(surface.pixels is None)
"""
    assert run(ANIMATION + code) == "True\n"


def test_the_owner_of_the_context_does_not_wait_for_a_frame_that_waits_for_it(gl: str) -> None:
    code = """
busy = threading.Event()
owner = gpucanvas.Canvas(16, 16, backend="gl")._backend._owner
dropped, canvas = suspended("gl")
def work():
    busy.set()
    go.wait()
    gc.collect()
thread = threading.Thread(target=lambda: owner.run(work))
thread.start()
busy.wait()
next(dropped)
surface = canvas._surface
del dropped, canvas
go.set()
thread.join()
gpucanvas.memory.snapshot()
print(surface.pixels is None)
"""
    assert run(ANIMATION + code) == "True\n"


def test_a_thread_that_is_being_started_does_not_wait_for_who_starts_it(gl: str) -> None:
    code = """
dropped, canvas = suspended("gl")
surface = canvas._surface
started = threading.Event.set
def collecting(event):
    if event is not go and threading.get_ident() in readers:
        go.wait()
        gc.collect()
    started(event)
readers = set()
bootstrap = threading.Thread._bootstrap
def noted(thread):
    if thread.name == "gpucanvas-frames-read":
        readers.add(threading.get_ident())
    bootstrap(thread)
threading.Thread._bootstrap, threading.Event.set = noted, collecting
next(dropped)
del dropped, canvas
go.set()
while surface.pixels is not None:
    gpucanvas.later.settle()
print(len(readers))
"""
    assert run(ANIMATION + code) == "1\n"


def test_who_holds_a_lock_of_the_library_does_not_wait_for_the_owner(gl: str) -> None:
    code = """
import gpucanvas.gl.slabs as slabs
canvas, other = (gpucanvas.Canvas(64, 64, backend="gl") for _ in range(2))
canvas.get_context("2d").fill_rect(0, 0, 9, 9)
canvas.to_numpy()
kept = canvas.staging_array(4)  # From here on the owner is not needed for a small one.
dropped, last = suspended("gl")
surface = last._surface
del dropped, last
main, locked, drawing = threading.current_thread(), threading.Event(), threading.Event()
make = slabs.Span.__init__
def collecting(self, *arguments):
    if threading.current_thread() is main:
        locked.set()
        drawing.wait(5)
        gc.collect()
    make(self, *arguments)
slabs.Span.__init__ = collecting
upload = other._backend.transfers.upload
def noted(*arguments):
    drawing.set()
    return upload(*arguments)
other._backend.transfers.upload = noted
def draw():
    locked.wait()
    other.get_context("2d").fill_rect(0, 0, 5, 5)
    other.flush()
thread = threading.Thread(target=draw)
thread.start()
canvas.staging_array(4)
thread.join()
gpucanvas.memory.snapshot()
print(surface.pixels is None)
"""
    assert run(ANIMATION + code) == "True\n"
