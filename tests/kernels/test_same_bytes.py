"""However kernels were compiled, they draw the same bytes: by the library, at each processor level, and by numba."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from dump_scenes import differing

from gpucanvas.kernels import ways

TESTS = Path(__file__).parents[1]
DRAWN = "GPUCANVAS_SCENES_BY_NUMBA"
"""The variable that names a file of all scenes, drawn on cpu by numba's kernels of these sources in another process.

That one may still be at it: the file is there when all are drawn.
"""
PATIENCE = 240.0
"""Seconds to wait for it: compiling takes most of them."""


def dump(out: Path, way: str, *topics: str) -> None:
    """Draw the scenes in a process of its own."""
    environment = os.environ | {
        "GPUCANVAS_KERNELS": way,
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)]),
    }
    command = [sys.executable, str(TESTS / "kernels" / "dump_scenes.py"), str(out), "cpu", *topics]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert f"kernels: {way}" in done.stdout


def wait_for(file: Path) -> None:
    """Wait until another process has written a file."""
    last = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < last, f"{DRAWN} is {file}, which is not there after {PATIENCE:.0f} s"
        time.sleep(0.5)


@pytest.mark.skipif(ways.WAY is not ways.Way.LIBRARY, reason=f"there is no library here: {ways.REASON}")
def test_every_scene_has_the_same_bytes_by_the_library_and_by_numba(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    by_numba = os.environ.get(DRAWN)
    if by_numba is None:
        by_numba = str(tmp_path / "jit.npz")
        dump(Path(by_numba), "jit")
    dump(tmp_path / "library.npz", "library")
    wait_for(Path(by_numba))
    assert differing(str(tmp_path / "library.npz"), by_numba) == []


def test_the_comparison_sees_one_byte_and_one_scene(tmp_path: Path) -> None:
    picture = np.zeros((2, 2, 4), np.uint8)
    changed = picture.copy()
    changed[1, 1, 3] = 1
    for name, scenes in {"a": {"x": picture}, "b": {"x": changed}, "c": {"x": picture, "y": picture}, "d": {}}.items():
        np.savez(tmp_path / name, **scenes)
    first = str(tmp_path / "a.npz")
    assert differing(first, first) == []
    assert differing(first, str(tmp_path / "b.npz")) == ["x"]
    assert differing(first, str(tmp_path / "c.npz")) == ["y"]
    with pytest.raises(ValueError, match="holds no scene"):
        differing(str(tmp_path / "d.npz"), first)
