"""`import gpucanvas` is quick and works anywhere: what is heavy, or needs a GPU, is loaded by what uses it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gpucanvas

LAZY = {"moderngl", "glcontext", "glfw", "numba", "llvmlite", "freetype", "PIL", "tinycss2", "uharfbuzz"}
LAZY |= {"unicode_segmentation_rs"}
LAZY |= {"av", "rendercanvas", "IPython", "pathops"}
FILES = {"socket", "selectors", "queue", "subprocess", "asyncio", "logging", "json", "pathlib", "urllib", "traceback"}
"""What the standard library has for files and other programs: each of these takes a while to load."""
LATE = {
    "gl",
    "present",
    "window",
    "sight.stats",
    "sight.monitor",
    "geometry.query",
    "geometry.svg",
    "geometry.measure",
    "geometry.segments",
    "geometry.transforms",
    "images.animated",
    "images.bitmap",
    "images.files",
    "pipeline.mips",
    "kernels",
    "stages",
    "text",
    "fonts",
}
"""Parts of the package that a program may never need."""
PACKAGE = Path(gpucanvas.__file__).parent


def modules_after(code: str) -> set[str]:
    """The modules that a fresh Python holds after running code, with all packages that they are in."""
    report = f"{code}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", report], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert modules_after("import gpucanvas") & LAZY == set()


def test_importing_the_package_loads_nothing_for_files_that_numpy_does_not() -> None:
    assert (modules_after("import gpucanvas") - modules_after("import numpy")) & FILES == set()


def test_importing_the_package_loads_no_part_that_a_program_may_never_need() -> None:
    late = {f"gpucanvas.{name}" for name in LATE}
    for name in late:
        assert importlib.util.find_spec(name), f"{name} is gone: name what took its place"
    assert modules_after("import gpucanvas") & late == set()


def test_saving_a_png_loads_nothing_of_pillow(tmp_path: Path) -> None:
    code = f"""
import gpucanvas
with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
    canvas.save({str(tmp_path / "picture.png")!r})
    canvas.to_png()
"""
    assert not {name for name in modules_after(code) if name.partition(".")[0] == "PIL"}


def test_a_recording_needs_no_backend() -> None:
    code = "import gpucanvas\ngpucanvas.Recording(4, 4).get_context('2d').fill_rect(0, 0, 2, 2)"
    assert modules_after(code) & LAZY == set()


def test_the_cpu_backend_needs_no_opengl() -> None:
    loaded = modules_after("import gpucanvas\ngpucanvas.Canvas(4, 4, backend='cpu').to_numpy()")
    assert loaded & {"moderngl", "glcontext", "glfw"} == set()


def test_lines_of_points_load_no_masked_arrays() -> None:
    code = "import gpucanvas\ngpucanvas.Recording(4, 4).get_context('2d').stroke_lines([(0, 0), (2, 2)])"
    assert "numpy.ma" not in modules_after(code) - modules_after("import numpy")


def test_the_first_text_loads_neither_freetype_py_nor_masked_arrays() -> None:
    code = """
import gpucanvas
with gpucanvas.Canvas(40, 20, backend="cpu") as canvas:
    canvas.get_context("2d").fill_text("text", 2, 14)
    canvas.to_numpy()
"""
    assert modules_after(code) & {"freetype", "numpy.ma", "subprocess", "tempfile", "random"} == set()


def test_every_public_name_exists_once() -> None:
    assert len(gpucanvas.__all__) == len(set(gpucanvas.__all__))
    assert [name for name in gpucanvas.__all__ if not hasattr(gpucanvas, name)] == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX file modes")
def test_a_read_only_install_still_draws(tmp_path: Path) -> None:
    """Kernels are cached beside their modules; where that place is read-only, numba must find another or none."""
    copy = tmp_path / "site" / "gpucanvas"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [copy, *(path for path in copy.rglob("*") if path.is_dir())]:
        if os.geteuid() == 0:
            # Root may write anywhere: a file where the cache folder would go refuses root too.
            (folder / "__pycache__").write_text("", encoding="utf-8")
        else:
            folder.chmod(0o555)
    code = "import gpucanvas\nprint(gpucanvas.__file__)\nprint(gpucanvas.Canvas(4, 4, backend='cpu').to_numpy().shape)"
    environment = os.environ | {"PYTHONPATH": str(copy.parent), "HOME": str(tmp_path), "XDG_CACHE_HOME": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, cwd=tmp_path
    )
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)  # So that pytest can remove it.
    assert done.stderr == ""
    assert done.stdout.split("\n")[:2] == [str(copy / "__init__.py"), "(4, 4, 4)"]


AT_ONCE = """
import sys, threading, time
import numpy as np
from gpucanvas.backends.cpu import present

faults = []
def load():
    try:
        import gpucanvas.kernels
    except BaseException as fault:
        faults.append(repr(fault))
sys.setswitchinterval(1e-6)
other = threading.Thread(target=load)
other.start()
time.sleep({wait})
try:
    present(np.zeros((4, 4), np.uint32))
finally:
    other.join()
assert not faults, faults
"""


@pytest.mark.parametrize("wait", [0.0, 0.0005, 0.001, 0.002, 0.004])
def test_two_threads_that_load_the_kernels_at_once_both_get_them(wait: float) -> None:
    """A file of a package that another thread is loading may be imported from the package only, which waits for it."""
    subprocess.run([sys.executable, "-c", AT_ONCE.format(wait=wait)], check=True, timeout=120)
