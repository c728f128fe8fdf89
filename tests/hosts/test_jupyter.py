"""A live canvas in a real JupyterLab, in a real browser: what is shown, and what reaches the handlers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from browser import DEADLINE, Browser, open_browser, until
from drawings import Drawing, over_white
from needs import need_module

import gpucanvas

CELLS = (
    f"""
import ipywidgets, json, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import gpucanvas
from drawings import Drawing
from gpucanvas.window.notebook import show_in_notebook
views = globals().get("views", [])
drawing = Drawing()
views.append(show_in_notebook(drawing.draw, 300, 200, drawing.setup, backend="cpu"))
views[-1]
""",
    """
still = gpucanvas.Canvas(40, 30, backend="cpu")
still.get_context("2d").fill_rect(0, 0, 20, 30)
still
""",
    "views[-1]",
)
LIVE = ".renderview-view"
STILL = ".jp-OutputArea img[src^='data:image/png']"
PANEL = "[...jupyterapp.shell.widgets('main')].find(w => w.sessionContext?.session?.kernel)"
KERNEL = f"{PANEL}.sessionContext.session.kernel"


@asynccontextmanager
async def open_lab(home: Path) -> AsyncIterator[str]:
    """A server of JupyterLab with one notebook; its address."""
    folder = home / "notebooks"
    folder.mkdir()
    cells = [
        {"cell_type": "code", "id": f"cell{i}", "metadata": {}, "outputs": [], "execution_count": None, "source": code}
        for i, code in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "t.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    path = os.pathsep.join(sys.path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *("--ServerApp.port=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
        *("--LabApp.news_url=None", f"--ServerApp.root_dir={folder}"),
        env=os.environ | {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/", said)):
            line = await asyncio.wait_for(process.stderr.readline(), DEADLINE)
            said += line.decode()
            assert line, f"JupyterLab ended with {await process.wait()}:\n{said}"
        drain = asyncio.create_task(process.stderr.read())
        yield found[0]
        drain.cancel()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), DEADLINE)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


class Lab:
    """The page of a notebook."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def open(self, address: str) -> None:
        """Open the notebook and wait for its kernel."""
        await self.browser.call("Page.navigate", url=f"{address}lab/tree/t.ipynb?reset")
        await self.browser.wait_for("window.jupyterapp?.restored.then(() => true)")
        await self.browser.wait_for(f"{KERNEL}.connectionStatus == 'connected' && {KERNEL}.status == 'idle'")

    async def run_cells(self) -> None:
        """Run all cells, and wait until they have run."""
        assert await self.browser.evaluate("jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)")

    async def ask(self, expression: str) -> Any:
        """The value of a Python expression in the kernel."""
        request = json.dumps(
            {"code": "", "store_history": False, "user_expressions": {"x": f"json.dumps({expression})"}}
        )
        answer = await self.browser.evaluate(f"{KERNEL}.requestExecute({request}).done.then(r => r.content)")
        found = answer["user_expressions"]["x"]
        assert found["status"] == "ok", found
        return json.loads(found["data"]["text/plain"].strip("'").replace("\\\\", "\\"))

    async def corner(self, selector: str, width: int, height: int) -> tuple[float, float]:
        """Where an element of this size is."""
        x, y, *size = await self.browser.rectangle(selector)
        assert size == [width, height]
        return x, y

    async def until_shown(self, selector: str, expected: Any) -> None:
        """Wait until an element looks like this."""
        height, width = expected.shape[:2]

        async def same() -> bool:
            x, y = await self.corner(selector, width, height)
            return np.array_equal(await self.browser.screenshot(x, y, width, height), expected)

        await until(f"{selector} as it was drawn", same)


def picture(drawing: Drawing) -> Any:
    """What a drawing looks like, drawn offscreen."""
    with gpucanvas.Canvas(300, 200, backend="cpu") as canvas:
        drawing.draw(canvas.get_context("2d"), gpucanvas.Frame(0, 0, 0, 300, 200))
        return over_white(canvas.to_numpy())


def test_notebook_shows_a_live_canvas_that_hears_and_closes_it_when_its_cell_runs_again(
    chromium: str, home: Path
) -> None:
    """One test, as the server and its kernel take longer to start than all of it."""
    for name in ("jupyterlab", "anywidget", "rendercanvas.anywidget"):
        need_module(name, "pip install -e '.[test-hosts]'")

    async def whole() -> None:
        async with open_lab(home) as address, open_browser(chromium, home) as browser:
            lab = Lab(browser)
            await lab.open(address)
            await lab.run_cells()
            await look(lab)

    asyncio.run(whole())


async def look(lab: Lab) -> None:
    """What the test looks at."""
    drawing = Drawing()
    await lab.until_shown(LIVE, picture(drawing))
    await lab.browser.wait_for(f"document.querySelectorAll({LIVE!r}).length == 2")  # It is the value of two cells.
    square = np.full((30, 40, 3), 255, np.uint8)
    square[:, :20] = 0
    await lab.until_shown(STILL, square)

    x, y = await lab.corner(LIVE, 300, 200)
    await lab.browser.click(x + 70, y + 90)
    drawing.at = (70, 90)
    await lab.until_shown(LIVE, picture(drawing))
    await lab.browser.type("k")
    await until("a key", lambda: lab.ask("[e.key for e in drawing.told('key_down')] == ['k']"))
    down = await lab.ask("drawing.told('pointer_down')")
    assert [(each["x"], each["y"], each["buttons"]) for each in down] == [(70, 90, [1])]

    await lab.ask("[setattr(drawing, 'moves', True), views[-1].request_draw()]")
    await until("twenty frames", lambda: lab.ask("len(drawing.times) > 20"))
    times = await lab.ask("drawing.times[:20]")
    assert all(a < b for a, b in zip(times, times[1:], strict=False))

    widgets = await lab.ask("len(ipywidgets.Widget.widgets)")
    await lab.run_cells()
    assert await lab.ask("[[view.closed, view.canvas._closed] for view in views]") == [[True, True], [False, False]]
    await lab.until_shown(LIVE, picture(Drawing()))
    assert await lab.ask("len(ipywidgets.Widget.widgets)") == widgets
