"""Which of the three ways kernels run in this process, and why: chosen once, when the first kernel is defined.

    GPUCANVAS_KERNELS=python, NUMBA_DISABLE_JIT=1  -->  python
    the library is there, and of these sources     -->  library
    else                                           -->  jit, and one line on stderr says why at the first compile
"""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Final

from . import library

VARIABLE: Final = "GPUCANVAS_KERNELS"
"""The environment variable that asks for a way by its name."""


class Way(StrEnum):
    """How kernels run."""

    LIBRARY = "library"
    JIT = "jit"
    PYTHON = "python"


def _choose() -> tuple[Way, str]:
    """The way, and where it is not the library, why not."""
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
