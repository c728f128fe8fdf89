"""What hatchling calls when a wheel is made or the project is installed: it adds the library of compiled kernels.

    pip install -e .             a library for this machine's processor, inside the checkout, unless it is there
    pip install . , -m build     one for every x86-64-v2 processor and Linux since glibc 2.17, or for the platform it
                                 is built on, inside the wheel
    GPUCANVAS_BUILD=none         no library: numba compiles the kernels when they are called

Where the kernels cannot be compiled the install goes on, with numba among what the package depends on, and a note of
why that `python -m gpucanvas info` shows. GPUCANVAS_BUILD=portable or native asks for one kind, and then fails instead.
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
    """Whether PyPI has numba's compiled packages for this interpreter: to ask pip for others ends the install."""
    known = platform.machine().lower() in ("x86_64", "amd64", "aarch64", "arm64")
    cpython = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    return known and cpython and "musl" not in str(sysconfig.get_config_var("HOST_GNU_TYPE"))


class KernelsHook(BuildHookInterface):
    """Compiles the kernels into each wheel."""

    def _kind(self, version: str) -> str:
        asked = os.environ.get(VARIABLE, "")
        if asked not in ("", "none", "native", "portable"):
            raise ValueError(f"{VARIABLE} is {asked!r}: give none, native or portable, or leave it unset")
        return asked or ("native" if version == "editable" else "portable")

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI."""
        # Which kind of wheel is asked for, only the call tells.
        editable = any(frame.function == "get_requires_for_build_editable" for frame in inspect.stack(0))
        kind = self._kind("editable" if editable else "standard")
        if self.target_name != "wheel" or kind == "none" or not can_have_numba() or (editable and self._is_current()):
            return []
        # Zig's compiler is large: only where it will be used.
        own = sys.platform == "darwin" or (kind == "native" and sys.platform != "win32")
        return [NUMBA, *([] if own and self._load("aot/link.py").own_compiler() else ["ziglang>=0.13"])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library, or what to do without it."""
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
        """Make the library; returns why it could not be made, or an empty string."""
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
        """numba will compile the kernels, where there is one."""
        self.app.display_warning(f"gpucanvas: {reason}; numba will compile them when they are called")
        if can_have_numba():
            build_data["dependencies"].append(NUMBA)
        folder.joinpath(NOTE).write_text(reason.strip().splitlines()[-1] + "\n", encoding="utf-8")

    def _platform(self, kind: str) -> str:
        """The platform's part of the wheel's tag."""
        if kind == "portable" and sys.platform == "linux":
            return f"manylinux_{self._load('aot/link.py').GLIBC.replace('.', '_')}_{platform.machine()}"
        from packaging.tags import platform_tags

        return next(iter(platform_tags()))

    def _is_current(self) -> bool:
        """Whether the checkout has a library of its sources: then an editable install is a matter of seconds."""
        digest = self._load("sources.py").digest().encode()
        return any(digest in file.read_bytes() for file in Path(self.root, FOLDER).glob("_library.*"))

    def _load(self, name: str) -> Any:
        """A module of the kernels by its file: the package cannot be imported before NumPy is installed."""
        file = Path(self.root, FOLDER, name)
        spec = importlib.util.spec_from_file_location(f"_gpucanvas_{file.stem}", file)
        if spec is None or spec.loader is None:
            raise ImportError(f"{file} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
