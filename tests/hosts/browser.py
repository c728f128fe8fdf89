"""A real browser without a screen, driven over its debugging protocol: what it shows, and mouse and keys for it."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DEADLINE = 30.0
"""Seconds that anything may take on a busy machine."""


async def until(what: str, asks: Callable[[], Awaitable[Any]], limit: float = DEADLINE) -> Any:
    """Ask again and again until the answer is true, and give it."""
    began = time.monotonic()
    while not (answer := await asks()):
        assert time.monotonic() - began < limit, f"waited {limit} s in vain: {what}"
        await asyncio.sleep(0.02)
    return answer


class Browser:
    """One page of a browser."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._number = socket, 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        self._number += 1
        await self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(await asyncio.wait_for(self._socket.recv(), DEADLINE))
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])

    async def evaluate(self, code: str) -> Any:
        """The value of an expression of JavaScript, awaited; None where it raises."""
        answer = await self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def wait_for(self, code: str, limit: float = DEADLINE) -> Any:
        """Wait until an expression is true, and give its value."""
        return await until(code, lambda: self.evaluate(code), limit)

    async def rectangle(self, selector: str) -> tuple[float, float, float, float]:
        """Where an element lies: x, y, width, height in CSS pixels. It is scrolled into view."""
        code = (
            f"(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height] })()"
        )
        x, y, width, height = await self.wait_for(code)
        return x, y, width, height

    async def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        """Move, press, release or turn the wheel of the mouse."""
        await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    async def click(self, x: float, y: float) -> None:
        """Press and release the left button."""
        await self.mouse("mouseMoved", x, y)
        await self.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
        await self.mouse("mouseReleased", x, y, button="left", buttons=0, clickCount=1)

    async def type(self, key: str, modifiers: int = 0) -> None:
        """Press and release the key of a letter."""
        where = {"key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=key, modifiers=modifiers, **where)
        await self.call("Input.dispatchKeyEvent", type="keyUp", modifiers=modifiers, **where)

    async def screenshot(self, x: float, y: float, width: float, height: float) -> NDArray[np.uint8]:
        """What is shown in a rectangle of CSS pixels: (height, width, 3) uint8."""
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        answer = await self.call("Page.captureScreenshot", format="png", clip=clip)
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB"))


@asynccontextmanager
async def open_browser(chromium: str, home: Path, *flags: str) -> AsyncIterator[Browser]:
    """A browser with one empty page, closed afterwards."""
    from websockets.asyncio.client import connect

    process = await asyncio.create_subprocess_exec(
        chromium,
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
        *("--remote-debugging-port=0", "--force-color-profile=srgb", "--window-size=1000,900"),
        *(f"--user-data-dir={home / 'chromium'}", *flags, "about:blank"),
        env=os.environ | {"HOME": str(home)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        said = b""
        while b"DevTools listening on" not in said:
            said = await asyncio.wait_for(process.stderr.readline(), DEADLINE)
            assert said, f"chromium ended with {await process.wait()}"
        drain = asyncio.create_task(process.stderr.read())
        server = said.split(b"ws://")[1].split(b"/")[0].decode()
        page = await page_of(server)
        async with connect(f"ws://{server}/devtools/page/{page}", max_size=None, open_timeout=DEADLINE) as socket:
            yield Browser(socket)
        drain.cancel()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def page_of(server: str) -> str:
    """The name of the browser's first page."""
    from urllib.request import urlopen

    def ask() -> list[str]:
        with urlopen(f"http://{server}/json", timeout=DEADLINE) as answer:
            return [each["id"] for each in json.load(answer) if each["type"] == "page"]

    return str((await until("a page", lambda: asyncio.to_thread(ask)))[0])
