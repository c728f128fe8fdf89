"""single: does an outline go round no point more than once? Then both fill rules are the same, and filling it is cheap.

The loops are those of stages/single.py, which says how.
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

__all__ = ["goes_round_once"]

MOST_VERBS: Final = 50_000
"""Outlines of more verbs are not looked at."""


def goes_round_once(verbs: bytearray, coords: array[float]) -> bool:
    """Whether an outline without arcs goes round no point more than once; False where that is not known."""
    count = len(verbs)
    if count > MOST_VERBS:
        return False
    from ..stages.single import MOST_EDGES, is_single

    most = MOST_EDGES * count + 1
    edges, order, starts = np.empty((most, 4)), np.empty(most, np.int64), np.empty(most + 1, np.int64)
    contours, of, boxes = np.empty(count + 2, np.int64), np.empty(most, np.int64), np.empty((count + 1, 4))
    pairs = np.array(coords, np.float64).reshape(-1, 2)
    return bool(is_single(np.array(verbs, np.uint8), pairs, edges, order, starts, contours, of, boxes))
