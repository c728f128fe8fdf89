"""What tests of windows share: an X server of their own, and programs that run on it.

display (one for each process of pytest) --DISPLAY--> program(text) --JSON lines--> the test
     +-- Hands(display.name, window): moves, clicks, types
"""

from __future__ import annotations

import importlib.util
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import pytest
from programs import DEADLINE, Program
from xdo import Hands

import left_out

TOOLS = ("Xvfb", "xdotool", "xprop", "xset", "xmodmap", "setxkbmap", "import")


@cache
def why_no_windows() -> str | None:
    """Return why windows cannot be tested here, None where they can."""
    if not sys.platform.startswith("linux"):
        return f"tests of windows need an X server, and this is {sys.platform}"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    missing += [name for name in ("glfw",) if importlib.util.find_spec(name) is None]
    return f"{', '.join(missing)} cannot be found" if missing else None


class Display:
    """An X server that nobody sees, of 1280x1024 pixels."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        # Without -noreset it forgets its properties whenever the last program leaves it.
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-noreset", "-nolisten", "tcp"],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(writing)
        with os.fdopen(reading) as answers:
            ready, _, _ = select.select([answers], [], [], DEADLINE)
            number = answers.readline().strip() if ready else ""
        if not number:
            self.end()
            pytest.fail(f"Xvfb did not start within {DEADLINE:g} s")
        self.name = f":{number}"
        """What DISPLAY is to be."""
        Hands(self.name, 0).repeat(False)

    @property
    def environment(self) -> dict[str, str | None]:
        """What programs need to open their windows here."""
        return {
            "DISPLAY": self.name,
            "WAYLAND_DISPLAY": None,
            "XDG_SESSION_TYPE": "x11",
            "PYGLFW_LIBRARY_VARIANT": "x11",
            "LC_ALL": "C.UTF-8",
        }

    @contextmanager
    def scaled(self, scale: float) -> Iterator[None]:
        """Tell programs that start meanwhile that the content scale is another: 2 for a display of high density."""
        self._set_dpi(round(96 * scale))
        try:
            yield
        finally:
            self._set_dpi(96)

    def _set_dpi(self, dpi: int) -> None:
        words = ["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{dpi}"]
        environment = {**os.environ, "DISPLAY": self.name}
        subprocess.run(words, env=environment, check=True, capture_output=True, timeout=DEADLINE)

    def end(self) -> None:
        """Stop the server."""
        self._server.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(10)
        if self._server.poll() is None:
            self._server.kill()
            self._server.wait(DEADLINE)


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    """An X server for this process of pytest."""
    reason = why_no_windows()
    if reason is not None:
        left_out.WINDOWS.missing(reason)
    made = Display()
    yield made
    made.end()


@pytest.fixture
def start(display: Display) -> Iterator[Callable[..., Program]]:
    """A function that starts a program on the display; what still runs when the test is over is killed."""
    programs: list[Program] = []

    def start(text: str, **environment: str | None) -> Program:
        programs.append(Program(text, {**display.environment, **environment}))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()
