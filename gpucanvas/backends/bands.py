"""bands: cuts the work of a stage of the cpu backend into parts for threads, and aligns their counters."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .scratch import LINE_BYTES, aligned

SMALL_PICTURE = 1 << 17
"""Pixels that one thread converts in less time than it takes to wake other threads."""


def aligned_rows(rows: int, columns: int) -> NDArray[np.int64]:
    """Zeros (rows, columns), each row in cache lines of its own."""
    if rows == 1:
        # A single row shares no cache line with another thread's counters.
        return np.zeros((1, columns), np.int64)
    wide = -(-columns * 8 // LINE_BYTES) * LINE_BYTES
    memory = aligned(rows * wide)
    memory[:] = 0
    return memory.view(np.int64).reshape(rows, wide // 8)[:, :columns]


def balanced(starts: NDArray[Any], parts: int) -> NDArray[Any]:
    """Cut bins into parts with about equal numbers of draws."""
    bins = len(starts) - 1
    if parts == 1:
        return np.array([0, bins])
    weight = starts + np.arange(bins + 1) * 8
    marks = np.searchsorted(weight, np.arange(1, parts) * weight[-1] // parts)
    return np.unique(np.concatenate([[0], marks, [bins]]))


def available_cores() -> int:
    """Number of CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1
