"""bands: how the cpu backend cuts a stage's work into parts for its threads, and lays out what they count."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..pipeline.scene import Scene
from .scratch import LINE_BYTES, aligned

IDLE, BUSY = 1, 8
"""What a tile without commands costs, and one with commands more, in commands."""


def by_rows(values: NDArray[Any], scene: Scene) -> NDArray[Any]:
    """From (bin, tile of the bin) to tiles counted row by row over the surface."""
    (wide, high), (across, down) = scene.size_in_tiles, scene.size_in_bins
    grid = values.reshape(down, across, c.BIN, c.BIN).transpose(0, 2, 1, 3).reshape(down * c.BIN, across * c.BIN)
    return np.ascontiguousarray(grid[:high, :wide]).reshape(-1)


def aligned_rows(rows: int, columns: int) -> NDArray[np.int64]:
    """Zeros (rows, columns), each row in cache lines of its own."""
    if rows == 1:
        # It shares its lines with nobody who counts.
        return np.zeros((1, columns), np.int64)
    wide = -(-columns * 8 // LINE_BYTES) * LINE_BYTES
    memory = aligned(rows * wide)
    memory[:] = 0
    return memory.view(np.int64).reshape(rows, wide // 8)[:, :columns]


def balanced(starts: NDArray[Any], parts: int) -> NDArray[Any]:
    """Cut bins into parts of about the same number of draws."""
    bins = len(starts) - 1
    if parts == 1:
        return np.array([0, bins])
    weight = starts + np.arange(bins + 1) * 8
    marks = np.searchsorted(weight, np.arange(1, parts) * weight[-1] // parts)
    return np.unique(np.concatenate([[0], marks, [bins]]))


def cut_tiles(counts: NDArray[Any], parts: int) -> list[int]:
    """Cut tiles with so many commands into parts of about the same work."""
    work = (counts + IDLE + (counts > 0) * BUSY).cumsum()
    marks = np.searchsorted(work, np.arange(1, parts) * work[-1] // parts)
    return [0, *marks.tolist(), len(counts)]


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1
