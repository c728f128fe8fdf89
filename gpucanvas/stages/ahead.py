"""ahead: the first picture on a machine waits for the compiler; another process compiles half of the kernels meanwhile.

    this process   encode, flatten, binning, coarse --> waits --> fine, from the cache
    the other      fine ------------------------------------^

Where no other process can be started, or it fails, everything is compiled here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..contract import records
from .jit import DISABLED, notice

COMMAND: Final = "from gpucanvas.stages.ahead import compile_fine; compile_fine()"
LONGEST: Final = 120.0
"""Seconds that the other process is waited for."""
OTHER: Final = "GPUCANVAS_COMPILES_AHEAD"
"""The environment variable that tells the other process what it is."""

_process: subprocess.Popen[bytes] | None = None


def start() -> None:
    """Start the other process, where it can be of use: the first kernel of this one is about to be compiled."""
    global _process
    from ..backends.cpu import has_surfaces

    interpreter = Path(sys.executable or "").name.lower()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # An interpreter inside another program is not one that could be started.
    if OTHER in os.environ or DISABLED or cores < 2 or "python" not in interpreter or not has_surfaces():
        return
    paths = os.pathsep.join(path for path in sys.path if path)
    with suppress(OSError):
        _process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths, OTHER: "1"},
        )


def wait() -> None:
    """Wait for the other process, if there is one: what it has compiled is in the cache then."""
    global _process
    process, _process = _process, None
    if process is None:
        return
    for _ in range(int(LONGEST)):
        try:
            process.wait(1.0)
        except subprocess.TimeoutExpired:
            notice.tell()
        else:
            return
    process.kill()
    process.wait()


def compile_fine() -> None:
    """Compile what shades tiles, by shading none: what the other process does."""
    from . import shade

    def table(record: records.Record) -> Any:
        return np.zeros(1, record.dtype)

    scene = (
        table(records.Draw),
        table(records.Path),
        table(records.PathTile),
        table(records.Segment),
        table(records.Clip),
        table(records.Paint),
        table(records.Stop),
        np.zeros(1, np.uint32),
    )
    tiles = np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64), np.zeros(1, np.uint32)
    pixels = np.zeros(1, np.int32), np.zeros(1, np.int32)
    shade.shade_tiles(*tiles, scene, *pixels, 1, 1, 0, False, 0, 0, 0, np.zeros(shade.WORK, np.int32))
