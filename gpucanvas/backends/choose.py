"""Chooses the backend by its name: "cpu", "gl", or "auto", which is gl where there is hardware for it, else cpu."""

from __future__ import annotations

import glob
import sys
from functools import cache
from typing import Final, Literal

from .base import Backend
from .cpu import shared as shared_cpu

BackendName = Literal["auto", "cpu", "gl"]
NAMES: Final[tuple[BackendName, ...]] = ("auto", "cpu", "gl")


def get_backend(name: str) -> Backend:
    """The process's backend with a name.

    Raises
    ------
    ValueError
        For an unknown name.
    BackendError
        Where the backend cannot run here.
    """
    if name not in NAMES:
        raise ValueError(f"backend is {name!r}: give one of {', '.join(NAMES)}")
    if name == "gl" or (name == "auto" and hardware_gl()):
        from .gl import shared as shared_gl

        return shared_gl()
    return shared_cpu()


@cache
def hardware_gl() -> bool:
    """Whether OpenGL works here on hardware. Cheap where there is no GPU device at all, and cached for the process.

    Programs may make a canvas for each of many small pictures: looking into /dev each time would cost ten times as much
    as making the canvas.
    """
    if sys.platform.startswith("linux") and not (glob.glob("/dev/dri/renderD*") or glob.glob("/dev/nvidia[0-9]*")):
        return False
    from ..gl.context import probe

    found = probe()
    return found.ok and found.hardware
