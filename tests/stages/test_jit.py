"""How kernels are compiled and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gpucanvas

PACKAGE = Path(gpucanvas.__file__).parent
PRESENT = """
import numpy as np

from gpucanvas.stages.jit import notice
from gpucanvas.stages.present import unpremultiply

unpremultiply(np.zeros(16, np.int32), np.zeros(16, np.int32), 0, 16)
print(notice.compiles)
"""


@pytest.mark.parametrize("changed", ["stages/row.py", "contract/constants.py"])
def test_a_kernel_is_compiled_anew_when_what_is_inlined_in_it_changes(tmp_path: Path, changed: str) -> None:
    copy = tmp_path / "site" / "gpucanvas"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(copy.parent), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    environment.pop("NUMBA_DISABLE_JIT", None)

    def compiles() -> int:
        done = subprocess.run(
            [sys.executable, "-c", PRESENT], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
        )
        return int(done.stdout)

    first = compiles()
    assert first > 0
    assert compiles() == 0
    with (copy / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert compiles() == first
