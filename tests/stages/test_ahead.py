"""The first picture on a machine: another process compiles what shades tiles, and where it cannot, this one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gpucanvas.stages import ahead

FIRST = """
from numba.core import event

compiled = []


class Names(event.Listener):
    def on_start(self, event):
        compiled.append(event.data["dispatcher"].py_func.__name__)

    def on_end(self, event):
        pass


event.register("numba:compile", Names())
import gpucanvas

with gpucanvas.Canvas(40, 30, backend="cpu") as canvas:
    ctx = canvas.get_context("2d")
    ctx.fill_style = "red"
    ctx.fill_circles([8, 20], 8, 3)
    assert canvas.to_numpy()[8, 8].tolist() == [255, 0, 0, 255]
print(*compiled)
"""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core compiles one kernel at a time")
def test_ahead_the_other_process_compiles_what_shades_tiles(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    environment.pop(ahead.OTHER, None)
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True, env=environment)
    names = done.stdout.split()
    assert "list_tiles" in names
    assert "shade_tiles" not in names
    assert "compiles its CPU kernels" in done.stderr


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process of several cores that is about to draw its first picture."""
    monkeypatch.setattr("gpucanvas.backends.cpu.has_surfaces", lambda: True)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.delenv(ahead.OTHER, raising=False)


def test_ahead_no_process_can_be_started(drawing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **more: Any) -> None:
        raise OSError("no process for you")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    ahead.start()
    ahead.wait()


def test_ahead_a_process_that_fails_is_not_waited_for(drawing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "COMMAND", "raise SystemExit(3)")
    ahead.start()
    process = ahead._process
    assert process is not None
    ahead.wait()
    assert process.returncode == 3


def test_ahead_a_process_that_hangs_is_ended(drawing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "COMMAND", "import time; time.sleep(600)")
    monkeypatch.setattr(ahead, "LONGEST", 1.0)
    ahead.start()
    process = ahead._process
    assert process is not None
    ahead.wait()
    assert process.returncode is not None


def test_ahead_an_interpreter_inside_another_program_is_left_alone(
    drawing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/painter/painter")
    ahead.start()
    assert ahead._process is None
