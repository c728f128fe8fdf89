"""How numba compiles kernels where it must, and how they are kept."""

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

from gpucanvas.kernels.notice import notice
from gpucanvas.stages.present import unpremultiply

unpremultiply(np.zeros(16, np.int32), np.zeros(32, np.int32), 0, 16, 16, 0, 1)
print(notice.compiles)
"""


class Copy:
    """A copy of the package with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder, folder / "site" / "gpucanvas"
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("__pycache__"))

    def compiles(self) -> int:
        """How many kernels are compiled by a process that draws nothing but a few pixels."""
        cache = {"PYTHONPATH": str(self.package.parent), "NUMBA_CACHE_DIR": str(self.folder / "cache")}
        environment = os.environ | cache
        environment.pop("NUMBA_DISABLE_JIT", None)
        environment["GPUCANVAS_KERNELS"] = "jit"
        command = [sys.executable, "-c", PRESENT]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=self.folder)
        return int(done.stdout)


@pytest.mark.parametrize("changed", ["kernels/row.py", "contract/constants.py", "contract/verbs.py"])
def test_a_kernel_is_compiled_anew_when_what_is_inlined_in_it_changes(tmp_path: Path, changed: str) -> None:
    copy = Copy(tmp_path)
    first = copy.compiles()
    assert first > 0
    assert copy.compiles() == 0
    with (copy.package / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert copy.compiles() == first


def test_a_kernel_is_compiled_anew_when_a_type_that_its_cache_knows_is_gone(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    first = copy.compiles()
    for file in (copy.package / "kernels").glob("llvm*.py"):
        file.write_text(file.read_text(encoding="utf-8").replace("RowType", "LineType"), encoding="utf-8")
    assert copy.compiles() == first


def test_a_copied_tree_finds_the_kernels_of_the_first(tmp_path: Path) -> None:
    """They are kept by what they were compiled from, not by where it lay or when it was written."""
    first = Copy(tmp_path / "first")
    assert first.compiles() > 0
    second = Copy(tmp_path / "second")
    for file in second.package.rglob("*.py"):
        os.utime(file, (1, 1))
    shutil.move(tmp_path / "first" / "cache", tmp_path / "second" / "cache")
    assert second.compiles() == 0


def test_old_kernels_are_thrown_away(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    cache = tmp_path / "cache"
    for k in range(6):
        (cache / f"kernels-{k}").mkdir(parents=True)
        os.utime(cache / f"kernels-{k}", (k, k))
    (cache / "another").mkdir()
    copy.compiles()
    kept = sorted(folder.name for folder in cache.iterdir())
    assert [name for name in kept if name in ("another", *(f"kernels-{k}" for k in range(6)))] == [
        "another", "kernels-3", "kernels-4", "kernels-5",
    ]  # fmt: skip
    assert len(kept) == 5


def test_a_kernel_is_inlined_always_only_where_it_says_so() -> None:
    """numba hands that wish down to whatever a kernel calls, which made the library twice as large."""

    from numba import types

    from gpucanvas.kernels import jit

    def leaf(x: int) -> int:
        return x + 1

    leaf_kernel = jit.compiled(leaf, inline=False)

    def middle(x: int) -> int:
        called: int = leaf_kernel(x)
        return called

    middle_kernel = jit.compiled(middle, inline=True)

    def whole(x: int) -> int:
        called: int = middle_kernel(x)
        return called

    assert jit.compiled(whole, inline=False)(1) == 2
    code = {each: each.part.inspect_llvm((types.int64,)) for each in (leaf_kernel, middle_kernel)}
    assert "alwaysinline" in code[middle_kernel]
    assert "alwaysinline" not in code[leaf_kernel]
