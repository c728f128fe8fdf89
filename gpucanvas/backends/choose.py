"""Which backend draws: the asked one, or for "auto" OpenGL where there is hardware for it, else the CPU."""

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
    """The process's backend of a name.

    Raises
    ------
    ValueError
        For a name that is none.
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
    """Whether OpenGL truly works here on hardware. Cheap where no GPU can be there at all, and asked once a process.

    A program that makes a canvas for each small picture asks as often; two looks into /dev would cost it ten times
    what the canvas does.
    """
    if sys.platform.startswith("linux") and not (glob.glob("/dev/dri/renderD*") or glob.glob("/dev/nvidia[0-9]*")):
        return False
    from ..gl.context import probe

    found = probe()
    return found.ok and found.hardware
