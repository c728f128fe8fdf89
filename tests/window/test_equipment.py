"""The equipment of these tests does what it says: programs end, failures are seen, hands reach the window."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from programs import DEADLINE, Program
from xdo import Hands
from xserver import Display

SOON = 0.3
"""Seconds to wait in vain for what does not come."""

SIZES = """
    import glfw
    from talking import event_loop, say

    assert glfw.init()
    glfw.window_hint(glfw.CLIENT_API, glfw.NO_API)
    window = glfw.create_window(400, 300, "bare", None, None)
    glfw.set_framebuffer_size_callback(window, lambda _, width, height: say({"type": "size", "size": [width, height]}))
    glfw.set_window_close_callback(window, lambda _: say({"type": "close"}))
    say({"window": glfw.get_x11_window(window), "scale": glfw.get_window_content_scale(window)})
    event_loop(window, lambda: None)
    glfw.terminate()
"""


@pytest.fixture
def run() -> Any:
    """A function that starts a program without a display."""
    programs: list[Program] = []

    def run(text: str) -> Program:
        programs.append(Program(text))
        return programs[-1]

    yield run
    for program in programs:
        program.kill()


def is_running(process: int) -> bool:
    """Whether a process runs; one that has ended may wait for its parent to look."""
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def why(act: Callable[[], object]) -> str:
    """What a test that fails in this is told."""
    with pytest.raises(pytest.fail.Exception) as found:
        act()
    return str(found.value)


# -- programs --------------------------------------------------------------------------------------------------


def test_a_program_says_values_and_is_told_lines(run: Callable[[str], Program]) -> None:
    program = run("""
        from talking import say
        say([1, "é"])
        say({"type": "told", "line": input()})
        say("last")
    """)
    assert program.line() == [1, "é"]
    program.send("hello")
    assert program.until_event("told") == [{"type": "told", "line": "hello"}]
    assert program.end(None) == ["last"]


def test_a_program_that_fails_fails_the_test_with_all_that_it_said(run: Callable[[str], Program]) -> None:
    program = run("""
        print('"before"', flush=True)
        raise ZeroDivisionError("by design")
    """)
    assert program.line() == "before"
    text = why(program.line)
    assert "it ended and had nothing more to say" in text
    assert '"before"' in text and "ZeroDivisionError: by design" in text
    assert "it ended with 1" in why(lambda: program.end(None))


def test_a_warning_of_a_program_is_a_failure(run: Callable[[str], Program]) -> None:
    program = run("import warnings; warnings.warn('by design')")
    assert "UserWarning: by design" in why(lambda: program.end(None))


def test_a_program_that_says_nothing_fails_the_test_in_time(run: Callable[[str], Program]) -> None:
    program = run("""
        print("1", flush=True)
        input()
    """)
    program.line()
    assert "it said nothing for 0.3 s" in why(lambda: program.line(SOON))
    assert "it did not end within 0.3 s" in why(lambda: program.end(None, SOON))


def test_a_program_that_was_killed_is_gone_with_all_that_it_started(run: Callable[[str], Program]) -> None:
    program = run("""
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        print(child.pid, flush=True)
        time.sleep(1000)
    """)
    child = program.line()
    program.kill()
    assert program.process.returncode == -9
    assert not program.path.exists()
    end = time.monotonic() + DEADLINE
    while is_running(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not is_running(child)


def test_a_program_can_be_interrupted(run: Callable[[str], Program]) -> None:
    program = run("""
        import time
        try:
            print("1", flush=True)
            time.sleep(1000)
        except KeyboardInterrupt:
            print('"interrupted"')
    """)
    program.line()
    program.interrupt()
    assert program.end(None) == ["interrupted"]


# -- the display and hands -------------------------------------------------------------------------------------


def test_every_process_of_pytest_has_a_display_of_its_own(display: Display) -> None:
    assert display.name.startswith(":")
    assert display.name != os.environ.get("DISPLAY")


def test_hands_resize_and_close_a_window(start: Callable[..., Program], display: Display) -> None:
    program = start(SIZES)
    hands = Hands(display.name, program.line()["window"])
    hands.resize(320, 200)
    assert program.told() == [{"type": "size", "size": [320, 200]}]
    hands.close()
    assert program.told() == [{"type": "close"}]
    program.end()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_display_can_be_of_high_density(start: Callable[..., Program], display: Display, scale: float) -> None:
    with display.scaled(scale):
        program = start(SIZES)
        assert program.line()["scale"] == [scale, scale]
    program.end()


def test_a_screenshot_shows_the_window(start: Callable[..., Program], display: Display, tmp_path: Path) -> None:
    program = start(SIZES)
    window = program.line()["window"]
    Hands(display.name, window).screenshot(tmp_path / "shot.png")
    program.end()
    with Image.open(tmp_path / "shot.png") as picture:
        assert picture.size == (400, 300)
        assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) == 1


def test_hands_say_what_they_could_not_do(display: Display) -> None:
    with pytest.raises(AssertionError, match="failed"):
        Hands(display.name, 12345).focus()
