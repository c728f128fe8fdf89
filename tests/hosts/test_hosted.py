"""HostedView on canvases of rendercanvas without a screen: offscreen, and one that runs on each kind of loop."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from drawings import Drawing, fields_of, over_white
from rendercanvas.asyncio import AsyncioLoop
from rendercanvas.base import BaseCanvasGroup, BaseRenderCanvas
from rendercanvas.offscreen import OffscreenRenderCanvas
from rendercanvas.raw import RawLoop

import gpucanvas
from gpucanvas.errors import BackendError

pytestmark = pytest.mark.timeout(60)  # A loop that nobody ends would run for ever.


class MemoryCanvas(BaseRenderCanvas):
    """A canvas that keeps what it shows. Subclasses have a loop."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.shown: list[np.ndarray] = []
        self.on_show: Callable[[], None] = lambda: None
        self._closed = False
        self._final_canvas_init()

    def _rc_get_present_info(self, present_methods: list[str]) -> dict[str, Any] | None:
        return {"method": "bitmap", "formats": ["rgba-u8"]} if "bitmap" in present_methods else None

    def _rc_present_bitmap(self, *, data: np.ndarray, format: str, **_: Any) -> None:
        assert format == "rgba-u8"
        self.shown.append(data)
        self.on_show()

    def _rc_set_logical_size(self, width: float, height: float) -> None:
        self._size_info.set_physical_size(round(width), round(height), 1.0)

    def _rc_close(self) -> None:
        self._closed = True

    def _rc_get_closed(self) -> bool:
        return self._closed


def with_loop(loop: object) -> type[MemoryCanvas]:
    """The class of canvases that run on a loop."""
    return type("LoopedCanvas", (MemoryCanvas,), {"_rc_canvas_group": BaseCanvasGroup(loop)})


@pytest.fixture(params=[AsyncioLoop, RawLoop])
def loop(request: pytest.FixtureRequest) -> Any:
    """A loop on asyncio, and one that is not."""
    return request.param()


def offscreen(drawing: Drawing, backend: str = "cpu", **options: Any) -> tuple[OffscreenRenderCanvas, Any]:
    host = OffscreenRenderCanvas(**({"size": (80, 60)} | options))
    return host, gpucanvas.HostedView(host, drawing.draw, drawing.setup, backend=backend)


def press(x: float, y: float) -> dict[str, Any]:
    """A press of the left button, as rendercanvas' hosts tell of it."""
    told = {"event_type": "pointer_down", "x": x, "y": y, "button": 1, "buttons": (1,)}
    return told | {"modifiers": (), "ntouches": 0, "touches": {}}


# -- the picture -----------------------------------------------------------------------------------------------------


def test_hosted_view_shows_the_canvas_over_white_in_opaque_pixels(backend: str) -> None:
    drawing = Drawing()
    host, view = offscreen(drawing, backend)
    shown = host.draw()
    assert shown.dtype == np.uint8
    assert shown.flags.c_contiguous
    assert (shown[..., 3] == 255).all()
    assert np.array_equal(shown[..., :3], over_white(view.canvas.to_numpy()))
    assert len(np.unique(shown.reshape(-1, 4), axis=0)) > 5
    view.close()


@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_hosted_view_draws_in_logical_pixels_on_a_canvas_of_the_hosts_pixels(ratio: float) -> None:
    host, view = offscreen(Drawing(), pixel_ratio=ratio)
    assert host.draw().shape == (60 * ratio, 80 * ratio, 4)
    assert (str(view.size), view.pixel_ratio) == ("(80, 60)", ratio)
    # The navy rectangle begins 10 logical pixels from the right edge.
    edge = round(70 * ratio)
    row = view.canvas.to_numpy()[-1]
    assert row[edge + 1].tolist() == [0, 0, 128, 255]
    assert row[edge - 2].tolist() != [0, 0, 128, 255]
    view.close()


def test_hosted_view_lays_the_canvas_on_the_background_it_is_given() -> None:
    host = OffscreenRenderCanvas(size=(4, 4))
    with pytest.raises(ValueError, match="background is 'rgba.*translucent: give an opaque colour"):
        gpucanvas.HostedView(host, background="rgba(0, 0, 0, 0.5)")
    view = gpucanvas.HostedView(host, lambda ctx, frame: None, backend="cpu", background="#204060")
    assert host.draw()[0, 0].tolist() == [0x20, 0x40, 0x60, 255]
    view.close()


def test_hosted_view_follows_the_hosts_size_and_tells_of_it() -> None:
    drawing = Drawing()
    host, view = offscreen(drawing)
    host.draw()
    host.set_logical_size(33, 44)
    assert host.draw().shape == (44, 33, 4)
    (resize,) = drawing.told("resize")
    assert (resize.width, resize.height, resize.pixel_ratio) == (33, 44, 1)
    view.close()


def test_each_picture_is_an_array_of_its_own() -> None:
    """A host may keep what it shows until the next one, and longer."""
    host, view = offscreen(Drawing())
    first = host.draw()
    kept = first.copy()
    view.submit_event(gpucanvas.Event(**press(20, 20)))
    second = host.draw()
    assert not np.array_equal(first, second)
    assert np.array_equal(first, kept)
    view.close()


def test_a_failing_frame_is_shown_once_and_the_host_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    host = OffscreenRenderCanvas(size=(4, 4))

    def draw(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        raise ZeroDivisionError("of this test")

    view = gpucanvas.HostedView(host, draw, backend="cpu")
    assert (host.draw() == 255).all()
    assert (host.draw() == 255).all()
    assert capsys.readouterr().err.count("ZeroDivisionError: of this test") == 1
    view.close()


def test_a_canvas_that_cannot_be_read_does_not_stop_the_host(
    capsys: pytest.CaptureFixture[str], loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rendercanvas waits for ever for a frame whose presenting has raised."""
    host = with_loop(loop)(size=(8, 8))
    view = gpucanvas.HostedView(host, lambda ctx, frame: frame.time, backend="cpu")
    read = gpucanvas.window.hosted.read_over
    calls: list[int] = []

    def fail_first(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise MemoryError("of this test")
        return read(*arguments)

    monkeypatch.setattr("gpucanvas.window.hosted.read_over", fail_first)
    host.on_show = view.close
    loop.run()
    assert len(host.shown) == 1
    assert "MemoryError: of this test" in capsys.readouterr().err


# -- events ----------------------------------------------------------------------------------------------------------


def test_handlers_are_told_in_the_form_of_every_view() -> None:
    drawing = Drawing()
    host, view = offscreen(drawing)
    told = press(3, 4) | {"modifiers": ("Shift", "Alt"), "time_stamp": 5.0}
    host.submit_event(told)
    host._process_events()
    (event,) = drawing.events
    assert isinstance(event, gpucanvas.Event)
    assert (event.x, event.y, event.button, event.buttons, event.modifiers) == (3, 4, 1, (1,), ("Alt", "Shift"))
    assert event.type == event.event_type == "pointer_down"
    assert event.timestamp == event.time_stamp
    assert fields_of(event) == {"x", "y", "button", "buttons", "modifiers", "ntouches", "touches"}
    view.close()


def test_events_before_a_frame_are_this_views_and_come_once() -> None:
    host, view = offscreen(Drawing())
    told: list[str] = []
    view.on(lambda event: told.append(event.type), "*")
    host.draw()
    assert told == ["animate", "before_draw"]
    view.close()


def test_setup_waits_for_a_host_that_knows_no_size_yet() -> None:
    drawing = Drawing()
    host, view = offscreen(drawing, size=None)
    assert drawing.views == []
    host.set_logical_size(20, 10)
    host.draw()
    host.draw()
    assert drawing.views == [view]
    view.close()


def test_setup_is_called_at_once_where_the_host_has_a_size() -> None:
    drawing = Drawing()
    _, view = offscreen(drawing)
    assert drawing.views == [view]
    view.close()


def test_async_handlers_may_use_asyncio_on_any_loop(loop: Any) -> None:
    host = with_loop(loop)(size=(8, 8))
    view = gpucanvas.HostedView(host, lambda ctx, frame: None, backend="cpu")
    done: list[float] = []

    @view.on("pointer_down")
    async def handler(event: gpucanvas.Event) -> None:
        await asyncio.gather(asyncio.sleep(0.01), asyncio.sleep(0.005))
        done.append(event.x)
        if len(done) == 2:
            view.close()

    host.submit_event(press(1, 0))
    host.submit_event(press(2, 0))
    loop.run()
    assert done == [1, 2]


def test_async_handlers_of_a_host_without_a_loop_go_on_with_each_frame() -> None:
    host, view = offscreen(Drawing())
    done: list[bool] = []

    @view.on("pointer_down")
    async def handler(event: gpucanvas.Event) -> None:
        await asyncio.sleep(0)
        done.append(True)

    view.submit_event(gpucanvas.Event(**press(1, 1)))
    for _ in range(4):
        host.draw()
    assert done == [True]
    view.close()


def test_async_handlers_of_a_host_without_a_loop_run_on_asyncios_where_it_runs() -> None:
    host, view = offscreen(Drawing())
    done = asyncio.Event()

    @view.on("pointer_down")
    async def handler(event: gpucanvas.Event) -> None:
        await asyncio.sleep(0.001)
        done.set()

    async def program() -> None:
        view.submit_event(gpucanvas.Event(**press(1, 1)))
        host.draw()
        await asyncio.wait_for(done.wait(), 30)

    asyncio.run(program())
    assert done.is_set()
    view.close()


def test_an_async_handler_that_fails_is_shown(capsys: pytest.CaptureFixture[str], loop: Any) -> None:
    host = with_loop(loop)(size=(8, 8))
    view = gpucanvas.HostedView(host, lambda ctx, frame: frame.time, backend="cpu")

    @view.on("pointer_down")
    async def handler(event: gpucanvas.Event) -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError("of this test")

    host.submit_event(press(1, 0))
    host.on_show = lambda: view.close() if len(host.shown) == 5 else None
    loop.run()
    assert capsys.readouterr().err.count("ZeroDivisionError: of this test") == 1


# -- when it is drawn ------------------------------------------------------------------------------------------------


def test_a_view_whose_drawing_asks_for_the_time_is_drawn_on_and_on(loop: Any) -> None:
    drawing = Drawing(moves=True)
    host = with_loop(loop)(size=(8, 8), max_fps=200)
    view = gpucanvas.HostedView(host, drawing.draw, backend="cpu")
    host.on_show = lambda: view.close() if len(host.shown) == 5 else None
    loop.run()
    assert len(drawing.times) == len(host.shown) == 5
    assert drawing.times[0] == 0
    assert all(a < b for a, b in pairwise(drawing.times))


def test_a_view_that_does_not_move_is_drawn_once_for_each_request(loop: Any) -> None:
    host = with_loop(loop)(size=(8, 8), max_fps=200)
    frames: list[int] = []

    def draw(ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        frames.append(len(frames))

    view = gpucanvas.HostedView(host, draw, backend="cpu")
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(len(frames))
        if len(ticks) == 20:
            view.request_draw()
            view.request_draw()
        if len(ticks) == 40:
            view.close()

    host._rc_gui_poll = tick  # Called in each turn of the host's schedule.
    loop.run()
    assert ticks[19] == 1
    assert ticks[39] == 2


# -- the end ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["view", "host"])
def test_closing_the_view_or_the_host_closes_both_and_tells_once(end: str) -> None:
    drawing = Drawing()
    host, view = offscreen(drawing)
    host.draw()
    open_then: list[bool] = []
    view.on(lambda event: open_then.append(view.canvas.to_numpy().shape == (60, 80, 4)), "close")
    (view if end == "view" else host).close()
    view.close()
    host.close()
    view.request_draw()
    assert (view.closed, host.get_closed(), view.canvas._closed) == (True, True, True)
    assert drawing.kinds() == ["close"]
    assert open_then == [True]


def test_a_view_that_is_closed_while_it_draws_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    host = OffscreenRenderCanvas(size=(4, 4))
    view = gpucanvas.HostedView(host, lambda ctx, frame: view.close(), backend="cpu")
    assert host.draw() is None
    assert view.closed
    assert capsys.readouterr().err == ""


def test_closing_a_view_cancels_its_async_handlers() -> None:
    host, view = offscreen(Drawing())
    ended: list[str] = []

    @view.on("pointer_down")
    async def handler(event: gpucanvas.Event) -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    view.submit_event(gpucanvas.Event(**press(1, 1)))
    host.draw()
    host.draw()
    view.close()
    assert ended == ["cancelled"]


def test_closed_views_leave_nothing_behind() -> None:
    gc.collect()
    before = gpucanvas.memory.snapshot()
    views = []
    for _ in range(10):
        host, view = offscreen(Drawing())
        host.draw()
        view.close()
        views.append(weakref.ref(view))
    del host, view
    gc.collect()
    assert [view() for view in views] == [None] * 10
    left = gpucanvas.memory.snapshot() - before
    assert "surface" not in left.kinds or left.kinds["surface"].count <= 0


# -- what cannot be --------------------------------------------------------------------------------------------------


def test_a_host_that_shows_no_bitmaps_is_refused_with_the_cure() -> None:
    class ScreenCanvas(MemoryCanvas):
        def _rc_get_present_info(self, present_methods: list[str]) -> dict[str, Any] | None:
            return None

    with pytest.raises(BackendError, match=r"ScreenCanvas of .* shows no bitmaps: make a gpucanvas.Window.*qt"):
        gpucanvas.HostedView(ScreenCanvas())


def test_a_host_has_one_view_and_no_other_context() -> None:
    host, view = offscreen(Drawing())
    with pytest.raises(TypeError, match="OffscreenRenderCanvas has a view already: make another canvas"):
        gpucanvas.HostedView(host)
    view.close()
    other = OffscreenRenderCanvas()
    other.get_bitmap_context()
    with pytest.raises(TypeError, match="OffscreenRenderCanvas shows something else already: make another"):
        gpucanvas.HostedView(other)


@pytest.mark.parametrize("host", [None, 3, gpucanvas.Canvas])
def test_what_is_no_canvas_of_rendercanvas_is_refused(host: object) -> None:
    with pytest.raises(TypeError, match="give a canvas of rendercanvas"):
        gpucanvas.HostedView(host)


def test_without_rendercanvas_the_error_says_how_to_get_it() -> None:
    code = """
import sys
sys.modules["rendercanvas.contexts"] = None
import gpucanvas
class Host:
    def get_context(self, kind): ...
    def request_draw(self): ...
try:
    gpucanvas.HostedView(Host())
except gpucanvas.BackendError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "rendercanvas >= 2.7 is missing: pip install 'gpucanvas[hosts]'" in done.stdout


def test_hosted_view_loads_rendercanvas_when_it_is_made() -> None:
    code = "import gpucanvas, sys; gpucanvas.HostedView; print([m for m in sys.modules if 'rendercanvas' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
