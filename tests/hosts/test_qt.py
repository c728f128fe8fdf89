"""HostedView inside a Qt window, on a screen of X11 with a real mouse and keyboard, and on Qt's screen in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawings import over_white
from needs import need, need_module
from PIL import Image

HERE = Path(__file__).parent
POINTER = {"x", "y", "button", "buttons", "modifiers", "ntouches", "touches"}
DEADLINE = 20.0
XCB = "on Debian: apt-get install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libegl1"


class Program:
    """The program under test, its commands, and the mouse and keyboard that it gets."""

    def __init__(self, platform: str, display: str | None) -> None:
        self.platform = platform
        environment = os.environ | {"QT_QPA_PLATFORM": platform} | ({"DISPLAY": display} if display else {})
        environment["PYTHONPATH"] = os.pathsep.join([*sys.path])
        self.environment = environment
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "qt_program.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def do(self, command: str, /, **more: Any) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": command, **more}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self.process.stdout.readline()
        if not line:
            _, said = self.process.communicate(timeout=DEADLINE)
            need("could not load the Qt platform plugin" not in said.lower(), f"plugin {self.platform} of Qt", XCB)
            raise AssertionError(f"the Qt program ended with {self.process.returncode}:\n{said}")
        return dict(json.loads(line))

    def until(self, what: str, is_so: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The state, as soon as it is as wanted."""
        began = time.monotonic()
        while not is_so(state := self.do("state")):
            assert time.monotonic() - began < DEADLINE, f"waited in vain: {what}; the state is {state}"
            time.sleep(0.02)
        return state

    def xdotool(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True, timeout=DEADLINE)

    def click(self, x: int, y: int, double: bool = False) -> None:
        if self.platform != "xcb":
            self.do("mouse", what="double" if double else "click", x=x, y=y)
            return
        left, top = self.do("state")["corner"]
        self.xdotool("mousemove", left + x, top + y)
        self.xdotool("click", *(("--repeat", 2, "--delay", 60) if double else ()), 1)

    def key(self, letter: str, control: bool = False) -> None:
        if self.platform != "xcb":
            self.do("key", what=letter, control=control)
        else:
            self.xdotool("key", f"ctrl+{letter}" if control else letter)

    def resize(self, width: int, height: int) -> None:
        if self.platform != "xcb":
            self.do("resize", width=width, height=height)
        else:
            self.xdotool("windowsize", self.do("state")["window"], width, height)

    def end(self) -> dict[str, Any]:
        """What the program says last; what it complained of is an error."""
        assert self.process.stdout is not None
        last = self.process.stdout.readline()
        _, said = self.process.communicate(timeout=DEADLINE)
        complaints = [line for line in said.splitlines() if line != "This plugin does not support propagateSizeHints()"]
        assert (self.process.returncode, complaints) == (0, [])
        return dict(json.loads(last))


@pytest.fixture(params=["offscreen", "xcb"])
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    """The program, on each of Qt's platforms in turn."""
    need_module("PySide6.QtWidgets", "pip install -e '.[test-hosts]'")
    display = request.getfixturevalue("display") if request.param == "xcb" else None
    running = Program(request.param, display)
    try:
        running.until("the first frame", lambda state: state["size"] == state["widget"])
        if running.platform == "xcb":
            running.xdotool("windowfocus", "--sync", running.do("state")["window"])
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def told(state: dict[str, Any], *types: str) -> list[dict[str, Any]]:
    return [event for event in state["events"] if event["type"] in types]


def assert_shows_the_canvas(program: Program, path: Path) -> None:
    began = time.monotonic()
    while True:
        program.do("shot", path=str(path))
        with np.load(path) as found:
            shown, drawn = found["shown"], over_white(found["canvas"])
        if np.array_equal(shown, drawn):
            return
        assert time.monotonic() - began < DEADLINE, f"shown {shown.shape}, drawn {drawn.shape}"
        time.sleep(0.05)


def test_widget_shows_the_canvas_hears_of_everything_and_closes(program: Program, tmp_path: Path) -> None:
    """One test, as a program takes longer to start than all of it."""
    assert_shows_the_canvas(program, tmp_path / "first.npz")

    program.click(100, 60)
    state = program.until("a click", lambda state: told(state, "pointer_up"))
    down, up = told(state, "pointer_down", "pointer_up")
    assert (down["x"], down["y"], down["button"], down["buttons"], down["modifiers"]) == (100, 60, 1, [1], [])
    assert (up["x"], up["y"], up["button"], up["buttons"]) == (100, 60, 1, [])
    assert set(down) - {"event_type", "type", "time_stamp", "timestamp"} == POINTER
    assert_shows_the_canvas(program, tmp_path / "clicked.npz")

    program.click(200, 90, double=True)
    state = program.until("a double click", lambda state: told(state, "double_click"))
    clicks = [event["type"] for event in told(state, "pointer_down", "pointer_up", "double_click")]
    assert clicks == ["pointer_down", "pointer_up"] * 3 + ["double_click"]

    program.key("a")
    program.key("s", control=True)
    state = program.until("keys", lambda state: {"a", "s"} <= {event["key"] for event in told(state, "key_up")})
    keys = [event["key"] for event in told(state, "key_down") if event["key"] != "Control"]
    assert keys == ["a", "s"]
    assert [event["data"] for event in told(state, "char")] == ["a"]
    state = program.until("async handlers", lambda state: state["waited"] == len(told(state, "key_down")))

    program.resize(500, 300)
    state = program.until("the new size", lambda state: state["widget"][0] == 500 and state["size"] == state["widget"])
    assert (told(state, "resize")[-1]["width"], told(state, "resize")[-1]["pixel_ratio"]) == (500, 1)
    assert_shows_the_canvas(program, tmp_path / "resized.npz")

    assert program.do("delete")["closed"] == [True, True]
    program.do("close")
    last = program.end()
    assert last["closed"] == [True, True]
    assert [event["type"] for event in last["events"]].count("close") == 1


def test_example_draws_its_flower_in_a_window_with_a_slider(tmp_path: Path) -> None:
    need_module("PySide6.QtWidgets", "pip install -e '.[test-hosts]'")
    code = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSlider
import qt_app

class Flower(qt_app.Flower):
    frames = 0

    def draw(self, ctx, frame):
        super().draw(ctx, frame)
        self.frames += 1
        if self.frames == 5:  # After it: the picture of this frame is not shown yet.
            QTimer.singleShot(0, lambda: (window.grab().save(sys.argv[1]), window.close()))

app = QApplication([])
flower = Flower()
window = qt_app.make_window(flower)
window.show()
window.findChild(QSlider).setValue(5)
app.exec()
print(flower.petals)
"""
    path = os.pathsep.join([str(HERE.parents[1] / "examples" / "hosts"), *sys.path])
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": path}
    command = [sys.executable, "-c", code, str(tmp_path / "window.png")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=True)
    assert done.stdout.split() == ["5"]
    with Image.open(tmp_path / "window.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 500
