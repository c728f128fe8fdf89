"""What tests of windows share: an X server of their own, and programs that run on it.

display (one for each process of pytest) --DISPLAY--> program(text) --JSON lines--> the test
     +-- Hands(display.name, window): moves, clicks, types
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from programs import Program
from xserver import Display

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
