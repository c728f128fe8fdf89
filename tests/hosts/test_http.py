"""HostedView in a web page: rendercanvas' server, and a real browser that shows its page and moves its mouse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser, open_browser, until
from drawings import Drawing, fields_of, over_white
from needs import need_module

import gpucanvas

IMAGE = ".renderview-view"


@asynccontextmanager
async def serve(drawing: Drawing) -> AsyncIterator[tuple[gpucanvas.HostedView, int]]:
    """A view on a page, and the port where it is served."""
    uvicorn = need_module("uvicorn", "pip install -e '.[test]'")
    from rendercanvas import http

    host = http.RenderCanvas(size=(640, 480), max_fps=60)
    view = gpucanvas.HostedView(host, drawing.draw, drawing.setup, backend="cpu")
    server = uvicorn.Server(uvicorn.Config(http.asgi, port=0, log_level="error", ws="websockets-sansio"))
    task = asyncio.create_task(server.serve())

    async def started() -> bool:
        return bool(server.started)

    await until("the server", started)
    try:
        yield view, server.servers[0].sockets[0].getsockname()[1]
    finally:
        view.close()
        server.should_exit = server.force_exit = True
        await task


async def open_page(browser: Browser, port: int) -> tuple[float, float]:
    """Show the page; where the picture's corner is, CSS pixels."""
    await browser.call("Page.navigate", url=f"http://127.0.0.1:{port}/")
    await browser.wait_for(f"document.querySelector({IMAGE!r}).naturalWidth > 1")
    x, y, width, height = await browser.rectangle(IMAGE)
    assert (width, height) == (640, 480)
    return x, y


def run(chromium: str, home: Path, drawing: Drawing, test: Callable[..., Awaitable[None]], *flags: str) -> None:
    """Run a coroutine ``test(browser, view, x, y)`` with a page that is open."""

    async def whole() -> None:
        async with serve(drawing) as (view, port), open_browser(chromium, home, *flags) as browser:
            await test(browser, view, *await open_page(browser, port))

    asyncio.run(whole())


@pytest.mark.parametrize("scale", [1, 2])
def test_page_shows_the_canvas_over_white_at_the_scale_of_the_screen(chromium: str, home: Path, scale: int) -> None:
    drawing = Drawing()

    async def test(browser: Browser, view: gpucanvas.HostedView, x: float, y: float) -> None:
        async def same() -> bool:
            shown = await browser.screenshot(x, y, 640, 480)
            return np.array_equal(shown, over_white(view.canvas.to_numpy()))

        # The first frame comes as JPEG, where there is an encoder, and the exact one when nothing moves any more.
        await until("the picture in the page", same)
        assert view.pixel_ratio == scale
        assert (view.canvas.width, view.canvas.height) == (640 * scale, 480 * scale)
        assert view.size == (640, 480)

    run(chromium, home, drawing, test, f"--force-device-scale-factor={scale}")


def test_page_tells_of_mouse_wheel_and_keys_as_every_view_does(chromium: str, home: Path) -> None:
    drawing = Drawing()

    async def test(browser: Browser, view: gpucanvas.HostedView, x: float, y: float) -> None:
        async def told(kind: str, number: int = 1) -> bool:
            return len(drawing.told(kind)) >= number

        await browser.click(x + 100, y + 50)
        await until("pointer_up", lambda: told("pointer_up"))
        await browser.mouse("mouseWheel", x + 100, y + 50, deltaX=0, deltaY=100)
        await until("wheel", lambda: told("wheel"))
        await browser.type("a")
        await until("key_up", lambda: told("key_up"))
        await browser.type("b", modifiers=8)
        await until("key_up", lambda: told("key_up", 2))
        await until("the disc", lambda: asyncio.sleep(0, view.canvas.to_numpy()[50, 100, 1] == 160))

    run(chromium, home, drawing, test)
    down, up = drawing.told("pointer_down", "pointer_up")
    assert (down.x, down.y, down.button, down.buttons, down.modifiers) == (100, 50, 1, (1,), ())
    assert (up.x, up.y, up.button, up.buttons) == (100, 50, 1, ())
    pointer = {"x", "y", "button", "buttons", "modifiers", "ntouches", "touches"}
    assert fields_of(down) == fields_of(up) == pointer
    (wheel,) = drawing.told("wheel")
    assert (wheel.dx, wheel.dy) == (0, 100)
    keys = [(event.type, event.get("key", event.get("data"))) for event in drawing.told("key_down", "char", "key_up")]
    assert keys[:3] == [("key_down", "a"), ("char", "a"), ("key_up", "a")]
    assert drawing.told("key_down")[1].modifiers == ("Shift",)
    assert drawing.kinds()[-1] == "close"
    stamps = [event.time_stamp for event in drawing.events]
    assert stamps == sorted(stamps)


def test_page_moves_on_with_the_time(chromium: str, home: Path) -> None:
    drawing = Drawing(moves=True)

    async def test(browser: Browser, view: gpucanvas.HostedView, x: float, y: float) -> None:
        async def drawn() -> Any:
            return len(drawing.times) >= 10

        await until("ten frames", drawn)
        assert drawing.times[0] == 0
        assert all(a < b for a, b in zip(drawing.times, drawing.times[1:], strict=False))

    run(chromium, home, drawing, test)
