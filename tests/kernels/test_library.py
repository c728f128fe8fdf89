"""The library of compiled kernels: it is used where it is of these sources, and it holds all that Python calls."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.kernels import library, sources, ways
from gpucanvas.kernels.aot import entries
from gpucanvas.kernels.watch import watch

PACKAGE = Path(gpucanvas.__file__).parent
DRAW = """
import sys
import gpucanvas
from gpucanvas.kernels import ways

with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
    canvas.get_context("2d").fill_rect(0, 0, 2, 4)
    assert canvas.to_numpy()[:, :, 3].tolist() == [[255, 255, 0, 0]] * 4
print(ways.WAY, "numba" in sys.modules)
"""

needs_library = pytest.mark.skipif(
    ways.WAY is not ways.Way.LIBRARY, reason=f"the kernels are not compiled ahead of time here: {ways.REASON}"
)


def run(code: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh Python, with the package in `folder`."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GPUCANVAS_KERNELS", "NUMBA_"))}
    environment |= {"PYTHONPATH": str(folder), **variables}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)


def copied(tmp_path: Path) -> Path:
    """A copy of the package, the library with it, in a folder that is returned."""
    shutil.copytree(PACKAGE, tmp_path / "gpucanvas", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@needs_library
def test_the_library_draws_without_numba(tmp_path: Path) -> None:
    done = run(DRAW, copied(tmp_path))
    assert (done.stdout, done.stderr) == ("library False\n", "")


@needs_library
@pytest.mark.parametrize("changed", ["stages/fine.py", "contract/verbs.py", "kernels/row.py", "kernels/aot/caller.c"])
def test_a_library_of_other_sources_is_not_used(tmp_path: Path, changed: str) -> None:
    folder = copied(tmp_path)
    with (folder / "gpucanvas" / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    reason = "the sources of its kernels have changed since they were compiled"
    told = "from gpucanvas.kernels import ways; print(ways.WAY, ways.REASON)"
    assert run(told, folder).stdout == f"jit {reason}\n"
    refused = run(told, folder, GPUCANVAS_KERNELS="library")
    assert f"GPUCANVAS_KERNELS=library, but {reason}: install numba" in refused.stderr


def test_without_a_library_and_without_numba_the_error_says_what_to_do(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for file in (folder / "gpucanvas" / "kernels").glob("_library.*"):
        file.unlink()
    (folder / "numba.py").write_text("raise ImportError('there is none')\n", encoding="utf-8")
    done = run(DRAW, folder)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: gpucanvas was installed without compiled kernels, and numba cannot be")
    assert "python -m pip install 'gpucanvas[jit]'" in last


def test_a_way_that_there_is_not_is_refused(tmp_path: Path) -> None:
    done = run("import gpucanvas.kernels", PACKAGE.parent, GPUCANVAS_KERNELS="fast")
    assert "ValueError: GPUCANVAS_KERNELS is 'fast': give library, jit or python" in done.stderr


@needs_library
def test_the_library_holds_every_kernel_that_python_calls() -> None:
    """Found by reading the package's own modules: a kernel that is called and not there would wait for numba."""
    told = "from gpucanvas.kernels.aot import entries; print(*sorted(entries.called()))"
    called = run(told, PACKAGE.parent, GPUCANVAS_KERNELS="python").stdout.split()
    assert len(called) >= 20
    assert set(called) <= set(library.names())


@needs_library
def test_kernels_are_imported_from_folders_that_the_digest_knows() -> None:
    """A constant that a kernel takes from elsewhere would not make the library stale."""
    known = {f"gpucanvas.{folder.replace('/', '.')}" for folder in sources.FOLDERS} | {"gpucanvas.kernels.library"}
    for file in sorted((PACKAGE / "stages").rglob("*.py")):
        package = ["gpucanvas", *file.relative_to(PACKAGE).parts[:-1]]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = package[: len(package) + 1 - node.level]
                module = ".".join([*base, node.module or ""]).rstrip(".")
                assert any(module == each or module.startswith(f"{each}.") for each in known), f"{file.name}: {module}"


@needs_library
def test_a_kernel_refuses_arguments_that_it_was_not_compiled_for() -> None:
    good: list[Any] = [np.zeros(2, np.int64), 1, 1, 1]
    assert watch(*good) is True
    read_only = np.zeros(2, np.int64)
    read_only.flags.writeable = False
    text = "kernel kernels.watch.watch: argument {} is not of the kind it was compiled for"
    for index, bad in [
        (0, np.zeros(2, np.int32)), (0, np.zeros((2, 2), np.int64)), (0, [0, 0]), (0, read_only),
        (0, np.zeros(4, np.int64)[::2]), (1, 1.5), (2, np.float32(1)),
    ]:  # fmt: skip
        args = [*good[:index], bad, *good[index + 1 :]]
        with pytest.raises(TypeError, match=text.format(index + 1)):
            watch(*args)
    with pytest.raises(TypeError, match=r"watch takes 4 arguments, not 3"):
        watch(*good[:3])
    with pytest.raises(OverflowError):
        watch(*good[:3], 1 << 80)


@needs_library
def test_integers_of_numpy_are_taken_as_they_are() -> None:
    flag = np.full(1, 200, np.int64)
    assert watch(flag, np.uint8(200), np.int16(3), np.int64(0)) is False
    assert watch(flag, np.int64(-200), np.uint32(3), True) is True


@needs_library
def test_the_processor_has_the_level_that_is_used() -> None:
    """By what the operating system says of it: an own look at the processor may be wrong."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists() or not library.level.startswith("x86-64-v"):
        pytest.skip("needs Linux's list of the processor's features, and a portable library")
    flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")).split()
    has_v3 = {"avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"} <= set(flags)
    assert library.level == ("x86-64-v3" if has_v3 else "x86-64-v2")


def test_pictures_reach_every_kernel_that_python_calls() -> None:
    """As the build asks before it compiles; what decides which kernel is called may have changed since the last one."""
    done = run("from gpucanvas.kernels.aot import entries; entries.find()", PACKAGE.parent, GPUCANVAS_KERNELS="python")
    assert done.returncode == 0, done.stderr


def test_the_build_finds_a_kernel_that_no_picture_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "record", lambda draw: [])
    monkeypatch.setattr(entries, "called", lambda: {"stages.fine.glow": "gpucanvas.backends.stage_runner"})
    gone = r"reaches stages\.fine\.glow \(in gpucanvas\.backends\.stage_runner\)"
    with pytest.raises(entries.EntryError, match=gone):
        entries.find()


@pytest.mark.parametrize("shares", [1, 2, 3, 8])
def test_processes_of_the_build_begin_apart_and_leave_no_kernel_out(tmp_path: Path, shares: int) -> None:
    pytest.importorskip("numba", reason="the build needs numba: pip install gpucanvas[test]")
    from gpucanvas.kernels.aot import compile as build

    orders = [list(build.in_turn(60, share, shares)) for share in range(shares)]
    assert all(sorted(order) == list(range(60)) for order in orders)
    assert len({order[0] for order in orders}) == shares
    taken = [number for turn in zip(*orders, strict=True) for number in turn if build.take(tmp_path, number)]
    assert sorted(taken) == list(range(60))


def test_the_build_refuses_calls_with_different_types() -> None:
    array = entries.describe(np.zeros(3, np.float32))
    strided = entries.describe(np.zeros(6, np.float32)[::2])
    assert entries.merge(array, strided, "k")[3] is False
    with pytest.raises(entries.EntryError, match=r"k is called with \['int', 64, True\] and with \['float', 64\]"):
        entries.merge(entries.describe(1), entries.describe(1.0), "k")
    with pytest.raises(entries.EntryError, match="a kernel is given a str"):
        entries.describe("red")
