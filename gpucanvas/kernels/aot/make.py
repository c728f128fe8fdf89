"""Runs all steps of the build, with one process per core."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

from ..sources import digest
from ..ways import VARIABLE
from .compile import host_level
from .link import link
from .table import Table

PACKAGE: Final = Path(__file__).parents[2]
SUFFIX: Final = ".pyd" if sys.platform == "win32" else ".abi3.so"
LIBRARY: Final = PACKAGE / "kernels" / f"_library{SUFFIX}"


class BuildError(Exception):
    """The library could not be built; the text gives the reason."""


def portable_levels() -> list[str]:
    """Returns the processor levels of a wheel for other machines."""
    return ["x86-64-v2", "x86-64-v3"] if platform.machine().lower() in ("x86_64", "amd64") else ["baseline"]


def build(
    out: Path = LIBRARY,
    levels: list[str] | None = None,
    tell: Callable[[str], None] = print,
    only: Collection[str] = (),
) -> None:
    """Build the library.

    Parameters
    ----------
    out
        The file to write.
    levels
        The processor levels, lowest first, for a library that runs on other machines. None: this machine's level only.
    tell
        Called with a line of text after each step.
    only
        The names of the kernels to compile; all if it is empty. Where others are called, numba compiles them.

    Raises
    ------
    BuildError
        A step fails.
    NoCompilerError
        There is no C compiler.
    """
    portable = levels is not None
    chosen = levels if levels is not None else [host_level()]
    started, made_of = time.perf_counter(), digest()
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entries = folder / "entries.json"
        _run([["entries", str(entries)]], "python")
        listed = json.loads(entries.read_text(encoding="utf-8"))
        if only:
            listed = [each for each in listed if each["name"] in only]
            entries.write_text(json.dumps(listed), encoding="utf-8")
        count = len(listed)
        tell(f"{count} kernels are called from Python, found in {time.perf_counter() - started:.0f} s")
        shares = range(min(processes, count))
        _run([["compile", str(entries), str(i), str(len(shares)), name, *chosen] for i in shares], "jit")
        rows = [row for i in shares for row in json.loads((folder / f"rows_{i}.json").read_text(encoding="utf-8"))]
        tell(f"compiled for {', '.join(chosen)} by {len(shares)} processes, {time.perf_counter() - started:.0f} s")
        table = Table(rows, chosen, made_of).text()
        compiler = link(sorted(folder.glob("*.o")), table, len(chosen), out, portable)
        size = out.stat().st_size / 1024
        tell(f"linked by {compiler}: {out.name}, {size:.0f} kB, {time.perf_counter() - started:.0f} s in all")


def _run(commands: list[list[str]], way: str) -> None:
    """Run modules of this package at the same time, each in its own process."""
    environment: dict[str, Any] = os.environ | {
        VARIABLE: way,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PACKAGE.parent), *sys.path))),
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.{module}", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for module, *arguments in commands
    ]
    failed = ""
    for process in running:
        _, errors = process.communicate()
        if process.returncode:
            failed = errors
    if failed:
        raise BuildError(failed)
