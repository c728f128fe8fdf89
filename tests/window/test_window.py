"""Window on a real X server: what is seen, what hands do to it, what goes wrong."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from programs import Program
from windows import ANSWERS, SCENE, WindowProgram
from xserver import Display

import gpucanvas
from gpucanvas.window import system
from gpucanvas.window.composite import Backdrop, read_over

Start = Callable[..., Program]
BACKENDS = ["cpu", "gl"]
pytestmark = pytest.mark.usefixtures("gl")


def offscreen(backend: str, width: int, height: int, ratio: float = 1.0, background: str = "white") -> np.ndarray:
    """The scene of the window drawn without one: (H, W, 3)."""
    space: dict[str, Any] = {}
    exec(SCENE, space)
    with gpucanvas.Canvas(round(width * ratio), round(height * ratio), backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.scale(ratio, ratio)
        space["scene"](ctx, gpucanvas.Frame(0, 0, 0, width, height, ratio))
        return read_over(canvas, Backdrop(background))[..., :3]


def seen(window: WindowProgram, folder: Path) -> np.ndarray:
    """What the X server shows of a window: (H, W, 3)."""
    window.settle()
    window.hands.screenshot(folder / "seen.png")
    with Image.open(folder / "seen.png") as picture:
        return np.asarray(picture.convert("RGB"))


# -- what is seen ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", ["egl", "native"])
@pytest.mark.parametrize("name", BACKENDS)
def test_window_shows_the_offscreen_picture_to_the_byte_at_every_size(
    name: str, api: str, start: Start, display: Display, tmp_path: Path
) -> None:
    window = WindowProgram(
        start, display, backend=name, background="#234567", environment={"GPUCANVAS_WINDOW_API": api}
    )
    for width, height in ((300, 200), (333, 150), (120, 400)):
        window.hands.resize(width, height)
        window.wait_for("window.size", [width, height])
        picture = seen(window, tmp_path)
        np.testing.assert_array_equal(picture, offscreen(name, width, height, background="#234567"))
        window.ask(f"window.screenshot({str(tmp_path / 'own.png')!r})")
        with Image.open(tmp_path / "own.png") as own:
            np.testing.assert_array_equal(np.asarray(own.convert("RGB")), picture)
    window.program.end("window.close()")


@pytest.mark.parametrize("name", BACKENDS)
def test_a_window_that_the_one_context_cannot_draw_into_has_its_own(
    name: str, start: Start, display: Display, tmp_path: Path
) -> None:
    text = """
        egl, hidden = window._desktop._egl, window._desktop.hidden
        bind = egl.bind
        def refusing(handle):
            if handle is not hidden:
                raise gpucanvas.BackendError("EGL error 0x3009")  # EGL_BAD_MATCH
            bind(handle)
        egl.bind = refusing
        window.draw(scene)
        other = gpucanvas.Window(200, 100, position=(500, 30), transparent=True, backend=OPTIONS["backend"])
        other.draw(scene)
    """
    window = WindowProgram(start, display, text, backend=name)
    np.testing.assert_array_equal(seen(window, tmp_path), offscreen(name, 300, 200))
    window.hands.resize(260, 180)
    window.wait_for("window.size", [260, 180])
    np.testing.assert_array_equal(seen(window, tmp_path), offscreen(name, 260, 180))
    window.wait_for("other.frame_times.shown > 0")
    assert window.ask("[other._screen.has_own_context, other.pixels()[0, 0].tolist()]") == [True, [0, 0, 0, 0]]
    window.ask("other.close()")
    # glfw reads from the window that it bound last when it binds the next one: it must not remember a destroyed one.
    assert window.ask("bool(window._desktop.run(__import__('glfw').get_current_context))") is False
    window.program.end("window.close()")
    assert window.program.errors == ""


@pytest.mark.parametrize("space", ["srgb", "display-p3"])
@pytest.mark.parametrize("name", BACKENDS)
def test_a_window_shows_colours_outside_of_0_to_1_clipped(
    name: str, space: str, start: Start, display: Display, tmp_path: Path
) -> None:
    text = f"""
        window.canvas.get_context("2d", color_space="{space}", color_type="float16")
        def draw(ctx, frame):
            ctx.fill_style = "color({space} 1.5 -1 0 / 0.5)"
            ctx.fill_rect(0, 0, 100, 200)
            ctx.fill_style = "color({space} 2 0 -4)"
            ctx.fill_rect(100, 0, 200, 200)
        window.draw(draw)
    """
    window = WindowProgram(start, display, text, backend=name)
    picture = seen(window, tmp_path)
    # Half of a full red over white: no channel overflows.
    assert abs(picture[50, 50].astype(int) - [255, 127, 127]).max() <= 1
    assert picture[50, 200].tolist() == [255, 0, 0]
    window.program.end("window.close()")
    assert window.program.errors == ""


@pytest.mark.parametrize("kind", ["unorm8", "float16"])
@pytest.mark.parametrize("name", BACKENDS)
def test_a_window_whose_canvas_is_display_p3_shows_srgb(
    name: str, kind: str, start: Start, display: Display, tmp_path: Path
) -> None:
    text = f"""
        window.canvas.get_context("2d", color_space="display-p3", color_type="{kind}")
        def wide_scene(ctx, frame):
            scene(ctx, frame)
            ctx.fill_style = "color(display-p3 0 1 0)"
            ctx.fill_rect(200, 50, 60, 60)
        window.draw(wide_scene)
    """
    window = WindowProgram(start, display, text, backend=name)
    picture = seen(window, tmp_path).astype(int)
    space: dict[str, Any] = {}
    exec(SCENE, space)
    with gpucanvas.Canvas(300, 200, backend=name) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_space="display-p3", color_type=kind)  # type: ignore[call-overload]
        space["scene"](ctx, gpucanvas.Frame(0, 0, 0, 300, 200, 1.0))
        ctx.fill_style = "color(display-p3 0 1 0)"
        ctx.fill_rect(200, 50, 60, 60)
        expected = read_over(canvas, Backdrop("white"))[..., :3].astype(float)
        if (name, kind) == ("gl", "float16"):
            # Only this is not rounded to bytes before it is converted.
            exact = np.asarray(canvas.to_numpy(pixel_format="rgba-float16", color_space="srgb"), float)
            expected = 255 * (exact[..., :3].clip(0, 1) * exact[..., 3:] + 1 - exact[..., 3:])
    # The greenest that sRGB has in its place.
    assert picture[80, 230].tolist() == [0, 255, 0]
    # The shader computes powers where the host looks them up.
    assert abs(picture - expected).max() <= 1.01
    window.program.end("window.close()")
    assert window.program.errors == ""


@pytest.mark.parametrize("name", BACKENDS)
def test_window_at_content_scale_2_has_four_times_the_pixels(
    name: str, start: Start, display: Display, tmp_path: Path
) -> None:
    with display.scaled(2):
        window = WindowProgram(
            start,
            display,
            "window.draw(scene)\n@window.on('pointer_down', 'resize')\ndef tell(event): say(plain(event))",
            backend=name,
        )
        assert window.ask("[str(window.size), window.pixel_ratio, window.canvas.width]") == ["(300, 200)", 2, 600]
        np.testing.assert_array_equal(seen(window, tmp_path), offscreen(name, 300, 200, 2))
        window.hands.move(100, 60)
        window.hands.press()
        (pressed,) = [each for each in window.program.until_event("pointer_down") if each.get("type")]
        assert (pressed["x"], pressed["y"]) == (50, 30)
        window.hands.release()
        window.hands.resize(500, 320)
        resized = window.program.until_event("resize")[-1]
        assert (resized["width"], resized["height"], resized["pixel_ratio"]) == (250, 160, 2)
        np.testing.assert_array_equal(seen(window, tmp_path), offscreen(name, 250, 160, 2))
        window.program.end("window.close()")


@pytest.mark.parametrize("name", BACKENDS)
def test_window_resized_while_it_draws_ends_with_the_right_picture(
    name: str, start: Start, display: Display, tmp_path: Path
) -> None:
    window = WindowProgram(start, display, "window.draw(scene)", backend=name, continuous=True)
    for step in range(30):
        window.hands.run("windowsize", window.hands.window, 200 + 7 * step % 90, 150 + 11 * step % 70)
    window.hands.resize(260, 180)
    window.wait_for("window.size", [260, 180])
    window.ask("setattr(window, 'continuous', False)")
    np.testing.assert_array_equal(seen(window, tmp_path), offscreen(name, 260, 180))
    window.program.end("window.close()")
    assert window.program.errors == ""


def test_windows_share_an_image_with_one_another_and_with_a_canvas_without_a_window(
    start: Start, display: Display
) -> None:
    text = """
        import numpy as np
        image = gpucanvas.Image(np.tile(np.array([10, 200, 30, 255], np.uint8), (20, 20, 1)))
        other = gpucanvas.Window(300, 200, position=(500, 30), backend=OPTIONS["backend"])
        def picture(ctx, frame):
            ctx.draw_image(image, 5, 5)
        window.draw(picture)
        other.draw(picture)
        def pixels(canvas):
            return canvas.to_numpy()[10, 10].tolist()
        def without():
            with gpucanvas.Canvas(40, 40, backend=OPTIONS["backend"]) as canvas:
                picture(canvas.get_context("2d"), None)
                return pixels(canvas)
    """
    for name in BACKENDS:
        window = WindowProgram(start, display, text, backend=name)
        window.settle()
        window.wait_for("other.frame_times.shown > 0")
        green = [10, 200, 30, 255]
        assert window.ask("[pixels(window.canvas), pixels(other.canvas), without()]") == [green, green, green]
        window.ask("other.close()")
        assert window.ask("[other.closed, window.closed]") == [True, False]
        window.program.end("window.close()")


# -- hands -----------------------------------------------------------------------------------------------------


def test_hands_on_a_window_reach_its_handlers(start: Start, display: Display) -> None:
    text = """
        window.draw(scene)
        @window.on("pointer_down", "pointer_up", "double_click", "wheel", "key_down", "char")
        def tell(event):
            say([event.type, event.get("x"), event.get("key") or event.get("data") or event.get("dy")])
    """
    window = WindowProgram(start, display, text)
    window.hands.focus()
    window.hands.move(30, 40)
    window.hands.click(repeat=2)
    window.hands.wheel("down")
    window.hands.type("hi")
    heard = window.program.until(lambda value: value == ["char", None, "i"])
    assert heard == [
        ["pointer_down", 30, None],
        ["pointer_up", 30, None],
        ["pointer_down", 30, None],
        ["pointer_up", 30, None],
        ["double_click", 30, None],
        ["wheel", 30, 100],
        ["key_down", None, "h"],
        ["char", None, "h"],
        ["key_down", None, "i"],
        ["char", None, "i"],
    ]
    window.program.end("window.close()")


def test_close_button_tells_the_handlers_and_one_of_them_may_keep_the_window(start: Start, display: Display) -> None:
    text = """
        window.draw(scene)
        asked = []
        @window.on("close")
        def closing(event):
            asked.append(1)
            event.prevent_default = len(asked) == 1
            say(len(asked))
    """
    window = WindowProgram(start, display, text, run="window.run()\nsay('over')")
    window.hands.close()
    assert window.program.line() == 1
    assert window.ask("window.closed") is False
    window.hands.close()
    assert window.program.line() == 2
    assert window.program.end(None) == ["over"]


def test_ctrl_c_closes_the_windows_and_is_raised_by_run(start: Start, display: Display) -> None:
    run = """
        try:
            window.run()
        except KeyboardInterrupt:
            say([window.closed, "interrupted"])
    """
    for continuous in (True, False):
        window = WindowProgram(start, display, run=run, continuous=continuous)
        window.settle()
        window.program.process.send_signal(signal.SIGINT)
        assert window.program.end(None) == [[True, "interrupted"]]
        assert window.program.errors == ""


@pytest.mark.parametrize("how", ["raise KeyboardInterrupt", "window.close()"])
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_frames_in_flight_end_before_their_window_goes(start: Start, display: Display, kind: str, how: str) -> None:
    # A frame that is drawn into a destroyed window fails, or crashes.
    text = f"""
        window.draw(scene)

        @window.on("key_down")
        {kind} end(event):
            {how}

        def destroy(desktop, handle, really=gpucanvas.window.system.destroy):
            say(window.canvas._surface.pixels is None)
            really(desktop, handle)

        gpucanvas.window.system.destroy = destroy
    """
    run = """
        try:
            window.run()
        except KeyboardInterrupt:
            pass
    """
    window = WindowProgram(start, display, text, run=run)
    window.settle()
    window.program.send("window.submit_event(gpucanvas.Event('key_down', key='a'))")
    assert window.program.end(None) == [{"answer": None}, True]
    assert window.program.errors == ""


def test_title_place_pointer_clipboard_icon_and_fullscreen_are_those_of_the_system(
    start: Start, display: Display
) -> None:
    window = WindowProgram(start, display, title="before")
    number = window.hands.window

    def property_of(name: str) -> str:
        words = ["xprop", "-display", display.name, "-id", str(number), name]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    assert "before" in property_of("WM_NAME")
    window.ask("setattr(window, 'title', 'after')")
    assert "after" in property_of("WM_NAME")
    assert window.ask("window.position") == [40, 30]
    window.ask("setattr(window, 'position', (60, 70))")
    window.wait_for("window.position", [60, 70])
    window.ask("setattr(window, 'clipboard', 'käse')")
    assert window.ask("window.clipboard") == "käse"
    for cursor in ("pointer", "none", "default"):
        window.ask(f"setattr(window, 'cursor', {cursor!r})")
    window.ask("window.set_icon(gpucanvas.Canvas(16, 16))")
    assert "16 x 16" in property_of("_NET_WM_ICON")
    window.ask("setattr(window, 'fullscreen', True)")
    window.wait_for("window.size", [1280, 1024])
    window.ask("setattr(window, 'fullscreen', False)")
    window.wait_for("window.size", [300, 200])
    window.ask("setattr(window, 'visible', False)")
    assert window.ask("window.visible") is False
    window.program.end("window.close()")


# -- frames ----------------------------------------------------------------------------------------------------


def test_a_picture_that_asks_for_no_time_is_drawn_once_and_again_on_request(start: Start, display: Display) -> None:
    text = """
        calls = []
        @window.draw
        def draw(ctx, frame):
            calls.append(frame.width)
            ctx.fill_rect(0, 0, 9, 9)
    """
    window = WindowProgram(start, display, text)
    window.settle()
    before = window.ask("len(calls)")
    assert window.ask("len(calls)") == before
    window.ask("[window.request_draw() for _ in range(5)] and None")
    window.wait_for(f"len(calls) == {before + 1} and not window._requested")
    assert window.ask("window.continuous") is False
    window.ask("setattr(window, 'continuous', True)")
    window.wait_for(f"len(calls) > {before + 5}")
    window.program.end("window.close()")


def test_what_is_drawn_without_a_draw_function_is_shown(start: Start, display: Display, tmp_path: Path) -> None:
    text = """
        ctx = window.canvas.get_context("2d")
        ctx.fill_style = "red"
        ctx.fill_rect(0, 0, 20, 20)
    """
    window = WindowProgram(start, display, text)
    assert seen(window, tmp_path)[10, 10].tolist() == [255, 0, 0]
    window.ask("[setattr(ctx, 'fill_style', 'blue'), ctx.fill_rect(0, 0, 20, 20)] and None")
    assert seen(window, tmp_path)[10, 10].tolist() == [0, 0, 255]
    window.program.end("window.close()")


@pytest.mark.parametrize("name", BACKENDS)
def test_steady_frames_make_nothing_new(name: str, start: Start, display: Display) -> None:
    text = """
        import threading
        @window.draw
        def draw(ctx, frame):
            scene(ctx, frame)
            ctx.fill_rect(frame.index % 50, 0, 5, 5)
    """
    window = WindowProgram(start, display, text, backend=name)
    window.wait_for("window.frame_times.shown > 20")
    counters = (
        "[window.canvas._backend.counters()[name] for name in ('growths', 'compiles')] + [threading.active_count()]"
    )
    window.ask("window.canvas._settle_frames() and None")
    before, shown = window.ask(counters), window.ask("window.frame_times.shown")
    window.wait_for(f"window.frame_times.shown > {shown + 60}")
    window.ask("window.canvas._settle_frames() and None")
    assert window.ask(counters) == before
    window.program.end("window.close()")


def test_policy_drop_newest_keeps_the_rate_and_loses_no_drawing(start: Start, display: Display) -> None:
    text = """
        import time
        shown = window._shown
        def slow(surface):
            time.sleep(0.05)
            shown(surface)
        window._shown = slow
        recorded = []
        @window.draw
        def draw(ctx, frame):
            if frame.index < 40:
                recorded.append(frame.index)
                ctx.fill_rect(frame.index, 0, 1, 1)
    """
    window = WindowProgram(start, display, text, policy="drop_newest", backend="cpu", continuous=True)
    window.wait_for("len(recorded)", 40)
    window.ask("setattr(window, 'continuous', False)")
    assert window.ask("window.canvas.to_numpy()[0, :40, 3].tolist()") == [255] * 40
    assert window.ask("window.canvas.stats.total.dropped") > 0
    window.program.end("window.close()")


def test_a_monitor_explains_a_late_frame_of_a_window(start: Start, display: Display) -> None:
    text = """
        import time
        window.frame_monitor = gpucanvas.FrameMonitor(budget_ms=40)
        @window.draw
        def draw(ctx, frame):
            ctx.fill_rect(0, 0, 9, 9)
            if frame.index == 30:
                time.sleep(0.2)
    """
    window = WindowProgram(start, display, text, backend="cpu")
    window.wait_for("window.frame_times.shown > 40")
    assert "recording" in window.ask("[one.cause for one in window.frame_monitor.stalls if one.total_ms > 190]")
    assert window.ask("window.frame_times.late") > 0
    window.program.end("window.close()")


def test_asyncio_tasks_and_async_handlers_go_on_beside_windows(start: Start, display: Display) -> None:
    text = """
        import asyncio
        @window.draw
        def draw(ctx, frame):
            ctx.fill_rect(frame.index, 0, 1, 1)
        @window.on("key_down")
        async def key(event):
            await asyncio.sleep(0.01)
            say("handled " + event.key)
        async def main():
            running = asyncio.create_task(window.run_async())
            for _ in range(20):
                await asyncio.sleep(0.005)
            say("ticked")
            window.submit_event(gpucanvas.Event("key_down", key="q", modifiers=()))
            await running
            say("over")
    """
    window = WindowProgram(start, display, text, run="asyncio.run(main())")
    assert window.program.line() == "ticked"
    assert window.program.line() == "handled q"
    assert window.program.end("window.close()")[-1] == "over"


def test_async_handlers_work_without_asyncio(start: Start, display: Display) -> None:
    text = """
        import asyncio
        window.draw(scene)
        @window.on("key_down")
        async def key(event):
            await asyncio.sleep(0.01)
            say("handled")
    """
    window = WindowProgram(start, display, text)
    window.ask("window.submit_event(gpucanvas.Event('key_down', key='q', modifiers=()))")
    assert window.program.line() == "handled"
    window.program.end("window.close()")


@pytest.mark.parametrize("name", BACKENDS)
def test_record_makes_a_film_of_what_is_shown(name: str, start: Start, display: Display, tmp_path: Path) -> None:
    text = """
        @window.draw
        def draw(ctx, frame):
            ctx.fill_style = "red" if frame.time < 0.5 else "blue"
            ctx.fill_rect(0, 0, frame.width, frame.height)
    """
    window = WindowProgram(start, display, text, backend=name)
    path = tmp_path / "film.webp"
    window.ask(f"globals().update(film=window.record({str(path)!r}, fps=20))")
    window.wait_for("film._written >= 20")
    window.ask("film.close()")
    with Image.open(path) as film:
        assert film.size == (300, 200)
        colors, seconds = [], 0.0
        for index in range(film.n_frames):
            film.seek(index)
            film.load()
            seconds += film.info["duration"] / 1000
            colors.append(film.convert("RGB").getpixel((5, 5)))
    assert seconds >= 1
    assert {max(range(3), key=color.__getitem__) for color in colors} <= {0, 2}
    assert max(range(3), key=colors[-1].__getitem__) == 2
    window.program.end("window.close()")


def test_a_film_that_cannot_be_written_is_told_once_and_the_window_goes_on(
    start: Start, display: Display, tmp_path: Path
) -> None:
    text = """
        from gpucanvas.film import FilmWriter
        def full(self, pixels, count=1):
            raise OSError("no space left on device")
        FilmWriter.add = full
        @window.draw
        def draw(ctx, frame):
            ctx.fill_rect(frame.index % 300, 0, 5, 5)
    """
    window = WindowProgram(start, display, text, backend="cpu")
    window.ask(f"globals().update(film=window.record({str(tmp_path / 'film.webp')!r}))")
    window.wait_for("len(window._films)", 0)
    shown = window.ask("window.frame_times.shown")
    window.wait_for(f"window.frame_times.shown > {shown + 10}")
    window.program.end("window.close()")
    assert window.program.errors.count("OSError: no space left on device") == 1
    assert not list(tmp_path.iterdir())


# -- what goes wrong -------------------------------------------------------------------------------------------


def test_errors_of_the_program_are_shown_and_the_window_lives_on(start: Start, display: Display) -> None:
    text = """
        @window.draw
        def draw(ctx, frame):
            if frame.index == 2:
                raise ArithmeticError("in a frame")
        @window.on("key_down")
        def key(event):
            raise LookupError("in a handler")
    """
    window = WindowProgram(start, display, text)
    window.wait_for("window.frame_times.shown > 10")
    window.ask("window.submit_event(gpucanvas.Event('key_down', key='q', modifiers=()))")
    assert window.ask("window.closed") is False
    window.program.end("window.close()")
    assert "ArithmeticError: in a frame" in window.program.errors
    assert "LookupError: in a handler" in window.program.errors


def test_on_error_raise_ends_the_loop_and_closes_every_window(start: Start, display: Display) -> None:
    run = """
        other = gpucanvas.Window(100, 100)
        try:
            window.run()
        except ArithmeticError as error:
            say([str(error), window.closed, other.closed])
    """
    text = """
        @window.draw
        def draw(ctx, frame):
            if frame.index == 5:
                raise ArithmeticError("in a frame")
    """
    window = WindowProgram(start, display, text, run=run, on_error="raise")
    assert window.program.end(None) == [["in a frame", True, True]]


@pytest.mark.parametrize("name", BACKENDS)
def test_a_lost_context_is_told_and_the_window_goes_on_with_another(name: str, start: Start, display: Display) -> None:
    window = WindowProgram(start, display, "window.draw(scene)", backend=name, continuous=True)
    window.settle()
    window.ask("setattr(window._desktop.owner, 'lost', 'the device was removed')")
    window.wait_for("not window._desktop.owner.lost")
    shown = window.ask("window.frame_times.shown")
    window.wait_for(f"window.frame_times.shown > {shown + 10}")
    assert window.ask("window.canvas.to_numpy()[60, 70].tolist()") == [0, 128, 0, 255]
    window.program.end("window.close()")
    assert "the device was removed" in window.program.errors


@pytest.mark.parametrize("name", BACKENDS)
def test_a_window_closed_with_frames_in_flight_waits_for_them(name: str, start: Start, display: Display) -> None:
    text = """
        import numpy as np
        other = gpucanvas.Window(200, 100, backend=OPTIONS["backend"])
        @window.draw
        def draw(ctx, frame):
            ctx.fill_circles(np.random.rand(20_000) * 300, np.random.rand(20_000) * 200, 20.0)
            if frame.index == 3:
                window.close()
                say("closed")
        @other.draw
        def other_draw(ctx, frame):
            ctx.fill_rect(0, 0, 9, 9)
            if frame.index > 10 and window.closed:
                other.close()
    """
    window = WindowProgram(start, display, text, backend=name, continuous=True)
    assert window.program.end(None) == ["closed"]
    assert window.program.errors == ""


@pytest.mark.parametrize("name", BACKENDS)
def test_windows_opened_and_closed_by_the_hundred_leave_nothing(name: str, start: Start, display: Display) -> None:
    text = (
        ANSWERS
        + f"""
import os, threading
def state():
    with open("/proc/self/statm") as told:
        pages = int(told.read().split()[1])
    counted = gpucanvas.memory.snapshot()
    held = counted.host_bytes + counted.device_bytes
    return [threading.active_count(), len(os.listdir("/proc/self/fd")), held, pages * 4096]
for number in range(100):
    with gpucanvas.Window(120, 90, backend={name!r}) as window:
        window.draw(lambda ctx, frame: ctx.fill_rect(10, 10, 50, 50))
        draw_until(1, window)
    if number in (19, 99):
        say(state())
"""
    )
    program = start(text)
    first, last = program.line(), program.line()
    program.end(None)
    assert last[:2] == first[:2]
    assert last[2] <= first[2]
    assert last[3] - first[3] < 8 << 20, "each window may leave a page or two in the driver, not a picture"


def test_without_a_display_the_error_says_what_to_do(start: Start, display: Display) -> None:
    program = start(
        """
        import gpucanvas
        from talking import say
        try:
            gpucanvas.Window()
        except gpucanvas.BackendError as error:
            say(str(error))
        say(gpucanvas.Canvas(2, 2, backend="cpu").to_numpy().shape)
        """,
        DISPLAY=None,
        WAYLAND_DISPLAY=None,
    )
    text = program.line()
    assert "no window can be opened here" in text
    assert "xvfb-run" in text
    assert program.end(None) == [[2, 2, 4]]


def test_without_opengl_the_error_says_what_to_install(start: Start, display: Display) -> None:
    program = start(
        """
        import gpucanvas
        from talking import say
        try:
            gpucanvas.Window()
        except gpucanvas.BackendError as error:
            say(str(error))
        """,
        __EGL_VENDOR_LIBRARY_DIRS="/nowhere",
        LIBGL_DRIVERS_PATH="/nowhere",
    )
    assert "apt-get install libegl1" in program.line()
    program.end(None)


def test_windows_are_refused_on_other_threads_and_in_forked_children(start: Start, display: Display) -> None:
    program = start(
        """
        import os, sys, threading
        import gpucanvas
        from talking import say
        def attempt():
            try:
                gpucanvas.Window()
            except gpucanvas.BackendError as error:
                say(str(error))
        def attempt_in_thread():
            thread = threading.Thread(target=attempt)
            thread.start()
            thread.join()
        attempt_in_thread()
        window = gpucanvas.Window()
        attempt_in_thread()
        child = os.fork()
        if not child:
            attempt()
            os._exit(0)
        os.waitpid(child, 0)
        window.close()
        """
    )
    assert "main thread" in program.line(), "of the first window"
    assert "main thread" in program.line(), "of a further one"
    assert "forked" in program.line()
    program.end(None)


@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "1 / 0"])
@pytest.mark.parametrize("name", BACKENDS)
def test_a_program_that_ends_with_windows_open_ends_well(
    name: str, ending: str, start: Start, display: Display
) -> None:
    program = start(
        ANSWERS
        + f"""
import sys
window = gpucanvas.Window(120, 90, backend={name!r}, continuous=True)
window.draw(lambda ctx, frame: ctx.fill_rect(frame.index, 10, 50, 50))
draw_until(3, window)
say("drawn")
{ending}
"""
    )
    assert program.line() == "drawn"
    program.process.wait(60)
    assert program.process.returncode == {"": 0, "sys.exit(3)": 3, "1 / 0": 1}[ending]
    assert "Fatal" not in program.errors


def test_wrong_arguments_are_refused_with_the_cure(start: Start, display: Display) -> None:
    program = start(
        """
        import gpucanvas
        from talking import say
        for wrong in (
            {"width": 0}, {"fps": 0}, {"background": "rgb(0 0 0 / 50%)"}, {"monitor": 7}, {"on_error": "ignore"},
            {"policy": "hurry"}, {"in_flight": 0}, {"backend": "metal"}, {"title": 3}, {"position": 5},
        ):
            try:
                gpucanvas.Window(**wrong)
            except (TypeError, ValueError) as error:
                say([next(iter(wrong)), str(error)])
            else:
                say([next(iter(wrong)), "was taken"])
        """
    )
    said = [program.line() for _ in range(10)]
    program.end(None)
    for name, text in said:
        assert name in text and "give" in text, text


def test_a_closed_window_says_so(start: Start, display: Display) -> None:
    program = start(
        """
        import gpucanvas
        from talking import say
        window = gpucanvas.Window(100, 80)
        window.close()
        window.close()
        for use in (window.run, window.pixels, lambda: window.title, lambda: setattr(window, "title", "x")):
            try:
                say(use())
            except gpucanvas.ClosedError as error:
                say(str(error))
        """
    )
    said = [program.line() for _ in range(4)]
    program.end(None)
    assert [text.startswith("the window is closed") for text in said] == [True, True, False, True]


@pytest.mark.parametrize("run", ["window.run()", "asyncio.run(window.run_async())"])
def test_a_window_that_an_exception_left_open_does_not_keep_the_next_program(
    run: str, start: Start, display: Display
) -> None:
    program = start(
        f"""
        import asyncio, code, gpucanvas
        from talking import say
        console = code.InteractiveConsole(globals())
        console.push("early = gpucanvas.Window(60, 60)")
        console.push("_ = early.draw(lambda ctx, frame: frame.index > 2 and early.close())")
        def fails():
            global left
            left = gpucanvas.Window(90, 90)
            opened = gpucanvas.Window(90, 90)
            opened.close()
            raise ArithmeticError("before it runs")
        console.push("fails()")
        window = gpucanvas.Window(100, 100)
        @window.draw
        def draw(ctx, frame):
            if frame.index == 5:
                say([left.closed, early.closed])
                window.close()
        console.push({run!r})
        say("ended")
        """
    )
    assert program.end(None) == [[True, True], "ended"]
    assert "ArithmeticError: before it runs" in program.errors


def test_a_window_that_an_exception_left_open_can_still_be_run(start: Start, display: Display) -> None:
    program = start(
        """
        import code, gpucanvas
        from talking import say
        console = code.InteractiveConsole(globals())
        def fails():
            global window
            window = gpucanvas.Window(90, 90)
            raise ArithmeticError("before it runs")
        console.push("fails()")
        @window.draw
        def draw(ctx, frame):
            if frame.index == 3:
                say("drawn")
                window.close()
        console.push("window.run()")
        """
    )
    assert program.end(None) == ["drawn"]


@pytest.mark.parametrize("size", [(300.5, 200), (300, "200"), (True, 5), (0, 5), (5, 10**30)])
def test_a_window_s_size_is_checked_before_it_is_opened(size: Any) -> None:
    name, value = ("height", size[1]) if size[0] in (300, 5) else ("width", size[0])
    with pytest.raises((TypeError, ValueError), match=rf"^Window {name} is {value!r}: give "):
        gpucanvas.Window(*size)


@pytest.mark.parametrize(
    ("size", "kind"),
    [((0, 5), ValueError), ((5, float("nan")), ValueError), (("9", 5), TypeError), ((1e6, 5), ValueError)],
)
def test_a_window_is_resized_to_no_size_that_is_none(size: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^resize: (width|height) is "):
        system.resize(None, *size)
