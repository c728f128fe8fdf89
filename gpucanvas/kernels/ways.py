"""The choice between the three ways to run kernels, made once per process, when the first kernel is defined.

    GPUCANVAS_KERNELS=python, NUMBA_DISABLE_JIT=1  -->  python
    the library exists and is of these sources     -->  library
    otherwise                                      -->  jit; a line on stderr gives the reason at the first compile
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Final

from . import library

VARIABLE: Final = "GPUCANVAS_KERNELS"
"""The environment variable that requests a way by name."""


class Way(StrEnum):
    """The ways to run kernels."""

    LIBRARY = "library"
    JIT = "jit"
    PYTHON = "python"


def _choose() -> tuple[Way, str]:
    """Returns the way, and the reason where it is not the library."""
    asked = os.environ.get(VARIABLE, "").lower()
    if asked not in ("", *Way):
        raise ValueError(f"{VARIABLE} is {asked!r}: give library, jit or python, or leave it unset")
    if asked == Way.PYTHON or (not asked and os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")):
        return Way.PYTHON, "plain Python was asked for"
    if asked == Way.JIT:
        return Way.JIT, f"{VARIABLE}=jit asks for numba"
    reason = library.load()
    if not reason:
        return Way.LIBRARY, ""
    if asked == Way.LIBRARY:
        raise ImportError(f"{VARIABLE}=library, but {reason}: {library.CURE}")
    return Way.JIT, reason


WAY, REASON = _choose()
