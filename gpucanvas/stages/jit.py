"""How a kernel is compiled: no GIL, cached on disk, IEEE division, and no fused or reordered arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call. Never fastmath: both backends must round alike."""
    compiled: Callable[P, R] = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    return compiled


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """As `kernel`, for what is called a pixel at a time: a loop around a call that stays a call is no vector loop."""
    compiled: Callable[P, R] = numba.njit(nogil=True, cache=True, error_model="numpy", forceinline=True)(function)
    return compiled
