"""What the tests of other programs' canvases share: whether a machine has the programs, and screens of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from needs import need, need_module

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    need(found, "chromium", "on Debian: apt-get install chromium")
    need_module("websockets", "pip install -e '.[test]'")
    return str(found)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen of its own: the name of an X display, 1280x1024, without a window manager."""
    need(shutil.which("Xvfb"), "Xvfb", "on Debian: apt-get install xvfb")
    need(shutil.which("xdotool"), "xdotool", "on Debian: apt-get install xdotool")
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x1024x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end, encoding="ascii") as answer:
            number = answer.readline().strip()  # Written when the screen is there; nothing, where Xvfb ends.
        assert number, f"Xvfb ended with {server.wait(10)}"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder for programs that keep something there."""
    path = tmp_path / "home"
    path.mkdir()
    return path
