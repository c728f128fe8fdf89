"""What happens to the whole process: forks, exits, threads, a lost OpenGL context, a configuration that is swapped."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from flight_lab import end

import gpucanvas
from gpucanvas import config
from gpucanvas.errors import BackendError, LostContextError

ROOT = Path(__file__).resolve().parents[2]
SCENE = """
import gpucanvas, numpy as np
def draw(backend, submit=False):
    canvas = gpucanvas.Canvas(300, 300, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_style = (1.0, 0.0, 0.0, 1.0)
    ctx.fill_rects(np.arange(5000) % 300, np.arange(5000) // 20, 9.0)
    return canvas.submit() if submit else canvas.to_numpy()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run a program that may not end well."""
    command, environment = [sys.executable, "-c", SCENE + code], {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_draws_on_the_cpu() -> None:
    done = run(
        """
import os, sys
first = draw("cpu")
child = os.fork()
if not child:
    os._exit(0 if (draw("cpu") == first).all() else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_is_told_about_gl_and_about_frames(gl: str) -> None:
    done = run(
        """
import os, sys
draw("gl")
canvas = gpucanvas.Canvas(2000, 2000, backend="cpu")
canvas.get_context("2d").fill_circles(np.full(30000, 900.0), np.full(30000, 900.0), 300.0)
ticket = canvas.submit()
child = os.fork()
if not child:
    try:
        draw("gl")
    except gpucanvas.LostContextError as error:
        print(error, flush=True)
    try:
        ticket.result(20)
    except gpucanvas.FrameError as error:
        print(error, flush=True)
    os._exit(0)
assert ticket.result(60).shape == (2000, 2000, 4)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    )
    assert done.returncode == 0, done.stderr
    assert "this process was forked from the one that owns the OpenGL context" in done.stdout
    assert "is drawn by the process that this one was forked from" in done.stdout


@pytest.mark.parametrize("ending", ["", "sys.exit(0)", "canvas = draw", "raise SystemExit"])
def test_the_interpreter_ends_with_frames_in_flight(backend: str, ending: str) -> None:
    done = run(f"import sys\ntickets = [draw({backend!r}, submit=True) for _ in range(3)]\n{ending}\n")
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr and "Fatal" not in done.stderr


def test_canvases_are_made_drawn_and_dropped_on_any_thread(backend: str) -> None:
    expected = None
    pictures: list[np.ndarray] = []

    def work() -> None:
        for _ in range(5):
            canvas = gpucanvas.Canvas(40, 40, backend=backend)
            canvas.get_context("2d").fill_circles([10.0, 30.0], [10.0, 30.0], 8.0)
            pictures.append(canvas.to_numpy())
            canvas.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    work()
    expected = pictures[-1]
    assert len(pictures) == 35 and all((picture == expected).all() for picture in pictures)


def test_a_canvas_dropped_on_another_thread_frees_its_memory(backend: str) -> None:
    gc.collect()
    before = gpucanvas.memory.snapshot()
    box = [gpucanvas.Canvas(64, 64, backend=backend)]
    thread = threading.Thread(target=lambda: box.pop().close())
    thread.start()
    thread.join(30)
    assert "surface" not in (gpucanvas.memory.snapshot() - before).kinds


def test_a_lost_context_is_a_clear_error_and_the_next_canvas_has_a_new_one(gl: str) -> None:
    from gpucanvas.backends import gl as backend_module

    backend = backend_module.GLBackend()

    class Lost:
        """The context, as it is after a reset."""

        error = "GL_CONTEXT_LOST"
        info = backend._owner.context.info

    surface = backend.new_surface(8, 8)
    backend._owner.context, real = Lost(), backend._owner.context
    with pytest.raises(LostContextError, match="lost its OpenGL context .* make new ones"):
        backend._owner.run(backend._owner.check)
    assert backend.lost
    with pytest.raises(LostContextError, match="lost its OpenGL context"):
        backend.read(surface, (0, 0, 8, 8))
    assert backend.transfers._evict() == 0, "an eviction must not fail for what is gone"
    backend._owner.context = real
    before = backend_module._shared
    try:
        backend_module._shared = backend
        other = backend_module.shared()
        assert other is not backend
    finally:
        backend_module._shared = before
    end(backend)
    end(other)


def test_an_opengl_error_is_not_passed_over(gl: str) -> None:
    from gpucanvas.backends.gl import shared

    owner = shared()._owner
    real = owner.context

    class Wrong:
        error = "GL_INVALID_OPERATION"
        info = real.info

    owner.context = Wrong()
    try:
        with pytest.raises(BackendError, match="reports GL_INVALID_OPERATION after a frame"):
            owner.run(owner.check)
        assert not owner.lost
    finally:
        owner.context = real


@pytest.fixture
def defaults() -> None:
    before = config.current()
    yield
    config._current = before


def test_configuration_sets_defaults(defaults: None) -> None:
    before = gpucanvas.configure(backend="cpu", on_invalid="ignore", in_flight=2)
    assert before.on_invalid == "raise"
    canvas = gpucanvas.Canvas(4, 4)
    assert canvas.backend == "cpu"
    canvas.get_context("2d").fill_style = "no colour"
    canvas.close()


def test_a_recording_keeps_the_theme_it_began_with(defaults: None) -> None:
    gpucanvas.configure(colors={"accent": "red"})
    recording = gpucanvas.Recording(4, 4)
    ctx = recording.get_context("2d")
    ctx.fill_rect(3, 3, 1, 1)
    gpucanvas.configure(colors={"accent": "lime"})
    ctx.fill_style = "var(--accent)"
    ctx.fill_rect(0, 0, 4, 4)
    later = gpucanvas.Recording(4, 4)
    later.get_context("2d").fill_style = "var( --accent )"
    later.get_context("2d").fill_rect(0, 0, 4, 4)
    red, lime = gpucanvas.render_many([recording, later])
    assert red[0, 0].tolist() == [255, 0, 0, 255] and lime[0, 0].tolist() == [0, 255, 0, 255]


def test_a_canvas_that_has_been_drawn_takes_the_next_theme(defaults: None, backend: str) -> None:
    with gpucanvas.Canvas(4, 4, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 1, 1)
        canvas.flush()
        gpucanvas.configure(colors={"accent": "blue"})
        ctx.fill_style = "var(--accent)"
        ctx.fill_rect(0, 0, 4, 4)
        assert canvas.to_numpy()[2, 2].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"theme": 1}, "'theme' is no setting: give backend"),
        ({"backend": "vulkan"}, "backend is 'vulkan'"),
        ({"in_flight": 0}, "in_flight is 0"),
        ({"colors": ["red"]}, "colors is"),
        ({"colors": {"a b": "red"}}, "the colour name is 'a b'"),
        ({"colors": {"a": "no colour"}}, "no colour"),
    ],
)
def test_a_setting_that_is_none_is_refused_and_nothing_changes(
    defaults: None, changes: dict[str, object], text: str
) -> None:
    before = config.current()
    with pytest.raises((TypeError, ValueError), match=text):
        gpucanvas.configure(**changes)
    assert config.current() is before


def test_a_theme_name_is_the_same_with_its_dashes(defaults: None) -> None:
    gpucanvas.configure(colors={"--accent": "red", "ink": "blue"})
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    ctx.fill_style = "var(--accent)"
    assert ctx.fill_style == "#ff0000"
    gpucanvas.configure(colors={"accent": "lime", "--ink": None})
    assert dict(config.current().colors) == {"accent": (0, 1, 0, 1)}
    with pytest.raises(ValueError, match="the colour name is '--'"):
        gpucanvas.configure(colors={"--": "red"})


@pytest.mark.parametrize(
    ("style", "color"),
    [
        ("var(--nope, blue)", "#0000ff"),
        ("var(--nope,rgb(0, 128, 0))", "#008000"),
        ("var( --nope , var(--neither, #123456) )", "#123456"),
        ("var(--nope, var(--accent))", "#ff0000"),
        ("var(--accent, blue)", "#ff0000"),
        ("var(--accent, no colour)", "#ff0000"),
    ],
)
def test_a_theme_colour_has_a_fallback(defaults: None, style: str, color: str) -> None:
    gpucanvas.configure(colors={"accent": "red"})
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    ctx.fill_style = ctx.stroke_style = style
    assert ctx.fill_style == ctx.stroke_style == color


def test_a_fallback_that_is_no_colour_is_refused_or_ignored(defaults: None) -> None:
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    for style, said in (("var(--x, blak)", "did you mean 'black'"), ("var(--x,)", "'' is no CSS colour")):
        with pytest.raises(ValueError, match=said):
            ctx.fill_style = style
        lenient = gpucanvas.Recording(1, 1, on_invalid="ignore").get_context("2d")
        lenient.fill_style = style
        assert lenient.fill_style == "#000000"


def test_an_unknown_theme_colour_says_which_there_are(defaults: None) -> None:
    gpucanvas.configure(colors={"ink": "#123"})
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    with pytest.raises(ValueError, match=r"the theme has no colour for 'var\(--accent\)' but ink: .*configure"):
        ctx.fill_style = "var(--accent)"


def test_a_steady_animation_leaves_no_python_objects(backend: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        ctx = canvas.get_context("2d")

        def frame() -> None:
            ctx.clear_rect(0, 0, 64, 64)
            for k in range(20):
                ctx.fill_style = (k / 20, 0.5, 0.5, 1.0)
                ctx.begin_path()
                ctx.arc(32, 32, k + 1, 0, 6)
                ctx.stroke()
            canvas.to_numpy()

        for _ in range(50):
            frame()
        canvas.stats  # noqa: B018 - adds up what the last frames have counted
        gc.collect()
        gc.disable()
        try:
            unreachable, kept = [], []
            # What is allocated once is in the first windows, each time less; what a frame leaves is in all of them.
            for _ in range(6):
                blocks = sys.getallocatedblocks()
                for _ in range(200):
                    frame()
                canvas.stats  # noqa: B018 - adds up what the last frames have counted
                # The collector also empties Python's own store of free tuples, which counts as memory.
                unreachable.append(gc.collect())
                kept.append(sys.getallocatedblocks() - blocks)
        finally:
            gc.enable()
    assert min(unreachable) == 0, f"{unreachable} objects had to be found by the collector after 200 frames"
    assert min(kept) < 100, f"{kept} blocks of memory more after 200 frames"


def test_configuration_readers_never_wait() -> None:
    with config._writers:
        started = time.perf_counter()
        gpucanvas.Recording(2, 2).get_context("2d").fill_rect(0, 0, 1, 1)
        assert config.current().in_flight >= 1
    assert time.perf_counter() - started < 5
