"""Links object files to the library, with the machine's C compiler or Zig's, which comes from PyPI and needs no other.

Zig's compiler can link against an old glibc, so that the library runs on old systems; portable wheels are linked by it.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

GLIBC: Final = "2.17"
"""The oldest glibc on which a wheel runs: manylinux2014's."""
FLAGS: Final = (
    *("-shared", "-O2", "-fPIC", "-fvisibility=hidden", "-std=gnu11", "-Wall", "-Wno-unused-function"),
    # Coordinates are computed with Python's own roundings, sine and cosine each by its own function.
    *("-ffp-contract=off", "-fno-builtin-sin", "-fno-builtin-cos"),
)
FOLDERS: Final = (Path(__file__).parent, Path(__file__).parents[2] / "verbs" / "quick")
"""The folders of the C files."""


class NoCompilerError(Exception):
    """There is no working C compiler."""


def own_compiler() -> list[str] | None:
    """Returns the command of the machine's C compiler; None where none works."""
    for name in filter(None, (os.environ.get("CC"), "cc", "gcc", "clang")):
        command = name.split()
        if shutil.which(command[0]) and _works(command):
            return command
    return None


def _works(command: list[str]) -> bool:
    """Returns whether a compiler builds a library: some are installed without a linker or the C library's headers."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "try.c")
        source.write_text("#include <math.h>\n#include <stdint.h>\ndouble f(double x) { return sqrt(x); }\n")
        done = subprocess.run(
            [*command, "-shared", "-fPIC", str(source), "-o", str(Path(folder, "try.out")), *libraries()],
            capture_output=True,
            check=False,
        )
        return done.returncode == 0


def zig(portable: bool) -> list[str] | None:
    """Returns the command of Zig's compiler; None where it is not installed."""
    if importlib.util.find_spec("ziglang") is None:
        return None
    linux = portable and sys.platform == "linux"
    target = ["-target", f"{platform.machine()}-linux-gnu.{GLIBC}"] if linux else []
    return [sys.executable, "-m", "ziglang", "cc", *target]


def libraries() -> list[str]:
    """Returns the linker's arguments for other libraries."""
    if sys.platform == "darwin":
        return ["-undefined", "dynamic_lookup"]
    if sys.platform == "win32":
        return [str(Path(sys.base_prefix, "libs", "python3.lib"))]
    return ["-lm"]


def link(objects: list[Path], table: str, level_count: int, out: Path, portable: bool) -> str:
    """Link the library; returns the name of the compiler that linked it.

    Parameters
    ----------
    objects
        The kernels' object files.
    table
        The text of the table of entries.
    level_count
        The number of processor levels in the table.
    out
        The library to write.
    portable
        Whether it must run on other machines, which on Linux requires Zig's compiler.

    Raises
    ------
    NoCompilerError
        There is no compiler, or it fails.
    """
    needs_zig = sys.platform == "win32" or (portable and sys.platform == "linux")
    command = zig(portable) if needs_zig else own_compiler() or zig(portable)
    if command is None:
        raise NoCompilerError("there is no C compiler: install one, or python -m pip install ziglang")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kernels_table.h").write_text(table, encoding="utf-8")
        sources = [str(file) for each in FOLDERS for file in sorted(each.glob("*.c"))]
        places = [f"-I{each}" for each in (folder, *FOLDERS)]
        made = Path(folder, out.name)
        done = subprocess.run(
            [*command, *FLAGS, f"-DLEVELS={level_count}", *places, *sources, *map(str, objects)]
            + ["-o", str(made), *libraries(), *(["-s"] if sys.platform == "linux" else [])],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoCompilerError(f"{' '.join(command)} failed:\n{done.stderr}")
        # The file is replaced in one step, so that a process that has the old library loaded keeps it.
        beside = out.with_suffix(f".{os.getpid()}")
        shutil.copy(made, beside)
        os.replace(beside, out)
    return Path(command[0]).name if "ziglang" not in command else "ziglang"
