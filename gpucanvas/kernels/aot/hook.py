"""Hatchling's build hook, which adds the library of compiled kernels to wheels and editable installations.

    pip install -e .             a library for this machine's processor, inside the checkout, unless it is up to date
    pip install . , -m build     a library inside the wheel, for every x86-64-v2 processor and Linux since glibc 2.17,
                                 or for the platform on which it is built
    GPUCANVAS_BUILD=none         no library: numba compiles the kernels when they are called

Where the kernels cannot be compiled, the installation goes on with numba as another dependency, and with a note of the
reason, which `python -m gpucanvas info` shows. GPUCANVAS_BUILD=portable or native requests one kind of library, and
makes the installation fail instead.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import platform
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE: Final = "GPUCANVAS_BUILD"
NUMBA: Final = "numba>=0.60"
FOLDER: Final = "gpucanvas/kernels"
NOTE: Final = "_library.txt"


def can_have_numba() -> bool:
    """Returns whether PyPI has a wheel of numba for this interpreter; without one, pip would fail."""
    known = platform.machine().lower() in ("x86_64", "amd64", "aarch64", "arm64")
    cpython = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    return known and cpython and "musl" not in str(sysconfig.get_config_var("HOST_GNU_TYPE"))


class KernelsHook(BuildHookInterface):
    """Adds compiled kernels to each wheel."""

    def _kind(self, version: str) -> str:
        asked = os.environ.get(VARIABLE, "")
        if asked not in ("", "none", "native", "portable"):
            raise ValueError(f"{VARIABLE} is {asked!r}: give none, native or portable, or leave it unset")
        return asked or ("native" if version == "editable" else "portable")

    def dependencies(self) -> list[str]:
        """Returns the packages from PyPI that the build needs."""
        # Only the caller's name shows whether an editable installation is built.
        editable = any(frame.function == "get_requires_for_build_editable" for frame in inspect.stack(0))
        kind = self._kind("editable" if editable else "standard")
        if self.target_name != "wheel" or kind == "none" or not can_have_numba() or (editable and self._is_current()):
            return []
        # Zig's compiler is a large package: it is requested only where it will be used.
        own = sys.platform == "darwin" or (kind == "native" and sys.platform != "win32")
        return [NUMBA, *([] if own and self._load("aot/link.py").own_compiler() else ["ziglang>=0.13"])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library; where there is none, add a dependency on numba and a note of the reason."""
        if self.target_name != "wheel":
            return
        kind = self._kind(version)
        self._work = tempfile.TemporaryDirectory()
        folder = Path(self.root, FOLDER) if version == "editable" else Path(self._work.name)
        Path(self.root, FOLDER, NOTE).unlink(missing_ok=True)
        if kind == "none":
            reason = f"it was installed with {VARIABLE}=none"
        else:
            reason = "" if version == "editable" and self._is_current() else self._build(kind, folder)
        if reason:
            if kind != "none" and os.environ.get(VARIABLE):
                raise RuntimeError(f"{VARIABLE}={kind}, but {reason}")
            self._do_without(reason, folder, build_data)
        else:
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{self._platform(kind)}"
        if version != "editable":
            for file in folder.glob("_library.*"):
                build_data["force_include"][str(file)] = f"{FOLDER}/{file.name}"

    def _build(self, kind: str, folder: Path) -> str:
        """Build the library; returns an empty string, or the reason why it could not be built."""
        sys.path.insert(0, self.root)
        try:
            make = importlib.import_module("gpucanvas.kernels.aot.make")
            levels = make.portable_levels() if kind == "portable" else None
            make.build(folder / make.LIBRARY.name, levels, self.app.display_info)
        except Exception as error:
            return f"its kernels could not be compiled when it was installed ({type(error).__name__}: {error})"
        finally:
            sys.path.remove(self.root)
        return ""

    def _do_without(self, reason: str, folder: Path, build_data: dict[str, Any]) -> None:
        """Add numba to the dependencies, if it exists for this interpreter, and write the note."""
        self.app.display_warning(f"gpucanvas: {reason}; numba will compile them when they are called")
        if can_have_numba():
            build_data["dependencies"].append(NUMBA)
        folder.joinpath(NOTE).write_text(reason.strip().splitlines()[-1] + "\n", encoding="utf-8")

    def _platform(self, kind: str) -> str:
        """Returns the platform part of the wheel's tag."""
        if kind == "portable" and sys.platform == "linux":
            return f"manylinux_{self._load('aot/link.py').GLIBC.replace('.', '_')}_{platform.machine()}"
        from packaging.tags import platform_tags

        return next(iter(platform_tags()))

    def _is_current(self) -> bool:
        """Returns whether the checkout's library is of its sources, so that an editable install takes only seconds."""
        digest = self._load("sources.py").digest().encode()
        return any(digest in file.read_bytes() for file in Path(self.root, FOLDER).glob("_library.*"))

    def _load(self, name: str) -> Any:
        """Returns a module of the kernels, loaded from its file: importing the package needs NumPy."""
        file = Path(self.root, FOLDER, name)
        spec = importlib.util.spec_from_file_location(f"_gpucanvas_{file.stem}", file)
        if spec is None or spec.loader is None:
            raise ImportError(f"{file} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
