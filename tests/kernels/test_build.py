"""What an install and a wheel build: a library for this machine alone, or one for all processors of its kind."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import gpucanvas

PACKAGE = Path(gpucanvas.__file__).parent
INTERFACE = "hatchling.builders.hooks.plugin.interface"
PORTABLE = "portable"
CALL = """
import json
import numpy as np
from gpucanvas.kernels import _library, library
from gpucanvas.kernels.watch import watch

assert json.loads(_library.about)["levels"] == [library.level]
flag = np.full(1, 200, np.int64)
print(*library.names(), watch(flag, 200, 3, 0), watch(flag, -200, 3, 1))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package without a library, in a folder that is returned."""
    shutil.copytree(PACKAGE, tmp_path / "gpucanvas", ignore=shutil.ignore_patterns("__pycache__", "_library.*"))
    return tmp_path


def test_a_library_for_this_machine_is_linked_by_its_own_compiler(tree: Path) -> None:
    """Of two kernels: the others go the same way, and in .ci/run that of a library for all machines."""
    pytest.importorskip("numba", reason="the build needs numba: pip install gpucanvas[test]")
    from gpucanvas.kernels.aot import link, make

    compiler = link.own_compiler()
    if compiler is None:
        pytest.skip("needs a C compiler: on Debian or Ubuntu apt-get install gcc libc6-dev")
    told: list[str] = []
    make.build(tree / "gpucanvas" / "kernels" / make.LIBRARY.name, None, told.append, ("watch", "narrow_halves"))
    assert f"linked by {Path(compiler[0]).name}: " in told[-1]
    environment = os.environ | {"PYTHONPATH": str(tree), "GPUCANVAS_KERNELS": "library"}
    environment.pop("GPUCANVAS_KERNELS_LEVEL", None)
    done = subprocess.run(
        [sys.executable, "-c", CALL], capture_output=True, text=True, check=False, env=environment, cwd=tree
    )
    assert (done.stdout, done.stderr) == ("kernels.watch.watch stages.present.narrow_halves False True\n", "")


class Interface:
    """hatchling's base class, as far as the hook uses it: only a build has hatchling."""

    def __init__(self, root: Path) -> None:
        self.root, self.target_name = str(root), "wheel"
        self.app = SimpleNamespace(display_info=print, display_warning=print)


def hook_of(tree: Path, patch: pytest.MonkeyPatch) -> ModuleType:
    """The hook's module."""
    stub: Any = ModuleType(INTERFACE)
    stub.BuildHookInterface = Interface
    patch.setitem(sys.modules, INTERFACE, stub)
    spec = importlib.util.spec_from_file_location("hook", tree / "gpucanvas/kernels/aot/hook.py")
    assert spec is not None and spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    return hook


def initialized(module: ModuleType, tree: Path, version: str) -> dict[str, Any]:
    """What the hook adds to a wheel of this version."""
    data: dict[str, Any] = {"force_include": {}, "dependencies": []}
    hook = module.KernelsHook(tree)
    hook.initialize(version, data)
    hook._work.cleanup()
    return data


@pytest.mark.parametrize(
    ("version", "asked", "kind"),
    [
        ("editable", "", "native"),
        ("editable", "native", "native"),
        ("editable", PORTABLE, PORTABLE),
        ("standard", "", PORTABLE),
        ("standard", "native", "native"),
    ],
)
def test_a_checkout_gets_a_library_for_this_machine_and_a_wheel_one_for_all(
    tree: Path, monkeypatch: pytest.MonkeyPatch, version: str, asked: str, kind: str
) -> None:
    pytest.importorskip("numba", reason="the build needs numba: pip install gpucanvas[test]")
    from gpucanvas.kernels.aot import make

    built: list[tuple[Path, list[str] | None]] = []

    def build(out: Path, levels: list[str] | None, tell: object) -> None:
        out.write_bytes(b"")
        built.append((out, levels))

    monkeypatch.setattr(make, "build", build)
    monkeypatch.setenv("GPUCANVAS_BUILD", asked)
    data = initialized(hook_of(tree, monkeypatch), tree, version)
    [(out, levels)] = built
    assert levels == (make.portable_levels() if kind == PORTABLE else None)
    assert not data["pure_python"] and data["tag"].startswith("cp311-abi3-") and data["dependencies"] == []
    if version == "editable":
        assert out == tree / "gpucanvas" / "kernels" / make.LIBRARY.name and not data["force_include"]
    else:
        assert data["force_include"] == {str(out): f"gpucanvas/kernels/{make.LIBRARY.name}"}


def test_without_a_library_an_install_depends_on_numba_and_says_why(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPUCANVAS_BUILD", "none")
    hook = hook_of(tree, monkeypatch)
    data = initialized(hook, tree, "editable")
    assert data["dependencies"] == ([hook.NUMBA] if hook.can_have_numba() else [])
    note = tree / "gpucanvas" / "kernels" / "_library.txt"
    assert note.read_text(encoding="utf-8") == "it was installed with GPUCANVAS_BUILD=none\n"
