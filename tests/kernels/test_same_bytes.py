"""However kernels were compiled, they draw the same bytes: by the library, at each processor level, and by numba."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dump_scenes import differing

from gpucanvas.kernels import ways

TESTS = Path(__file__).parents[1]


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


@pytest.mark.skipif(ways.WAY is not ways.Way.LIBRARY, reason=f"there is no library here: {ways.REASON}")
def test_every_scene_has_the_same_bytes_by_the_library_and_by_numba(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    for way in ("jit", "library"):
        dump(tmp_path / f"{way}.npz", way)
    assert differing(str(tmp_path / "library.npz"), str(tmp_path / "jit.npz")) == []


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
