"""Which backend "auto" takes is looked up once a process, not for each canvas."""

from __future__ import annotations

import glob

import pytest

import gpucanvas
from gpucanvas.backends import choose


def test_many_canvases_look_for_a_gpu_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    look = glob.glob
    monkeypatch.setattr(glob, "glob", lambda pattern: (looks.append(pattern), look(pattern))[1])
    choose.hardware_gl.cache_clear()
    chosen = {gpucanvas.Canvas(8, 8).backend for _ in range(10)}
    assert len(chosen) == 1
    assert len(looks) == len(set(looks)), f"looked again: {looks}"
