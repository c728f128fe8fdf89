"""`gpucanvas watch` on a real X server: a window shows the file, its next version, its errors, and ends cleanly."""

from __future__ import annotations

import io
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programs import DEADLINE, Program
from xserver import Display

FILL = "def draw(ctx, frame):\n    ctx.fill_style = {color!r}\n    ctx.fill_rect(0, 0, frame.width, frame.height)\n"


def shown(display: Display) -> np.ndarray:
    """The upper left corner of the screen: (300, 400, 3)."""
    words = ["import", "-window", "root", "-crop", "400x300+0+0", "png:-"]
    environment = {**os.environ, "DISPLAY": display.name}
    done = subprocess.run(words, env=environment, capture_output=True, check=True, timeout=DEADLINE)
    return np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGB"))


def wait_for(display: Display, program: Program, is_wanted: Callable[[np.ndarray], bool]) -> np.ndarray:
    end = time.monotonic() + DEADLINE
    while not is_wanted(pixels := shown(display)):
        if time.monotonic() > end or program.process.poll() is not None:
            program.fail(f"the screen shows {pixels[5, 5]} above and {pixels[-5, 5]} below")
        time.sleep(0.05)
    return pixels


@pytest.mark.usefixtures("gl")
def test_window_shows_what_is_saved_and_what_is_wrong_with_it(
    start: Callable[..., Program], display: Display, tmp_path: Path
) -> None:
    path = tmp_path / "drawing.py"
    path.write_text(FILL.format(color="red"), encoding="utf-8")
    program = start(f"""
        import json, signal
        from gpucanvas import cli
        signal.signal(signal.SIGINT, signal.default_int_handler)
        words = ["watch", {str(path)!r}, "--size", "400x300", "--backend", "cpu"]
        print(json.dumps(cli.main(words)), flush=True)
    """)
    wait_for(display, program, lambda pixels: bool((pixels == (255, 0, 0)).all()))
    path.write_text(FILL.format(color="blue"), encoding="utf-8")
    wait_for(display, program, lambda pixels: bool((pixels == (0, 0, 255)).all()))
    path.write_text("def draw(ctx, frame:\n", encoding="utf-8")
    pixels = wait_for(display, program, lambda pixels: len(np.unique(pixels[-60:].reshape(-1, 3), axis=0)) > 20)
    assert (pixels[5, 5] == (0, 0, 255)).all(), "the last good picture is behind"
    assert "SyntaxError" in program.errors
    path.write_text(FILL.format(color="lime"), encoding="utf-8")
    wait_for(display, program, lambda pixels: bool((pixels == (0, 255, 0)).all()))
    program.interrupt()
    assert program.end(None) == [130]
    assert "is good again" in program.errors
    assert program.errors.endswith("gpucanvas: stopped\n")
