"""single: whether no winding number of an outline is beyond -1 to 1: then both fill rules agree, and filling is cheap.

The algorithm is in stages/single.py.
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

__all__ = ["goes_round_once"]

MOST_VERBS: Final = 50_000
"""Most verbs of an outline that is tested."""


def goes_round_once(verbs: bytearray, coords: array[float]) -> bool:
    """Whether an outline without arcs winds around no point more than once; False where that is not known."""
    count = len(verbs)
    if count > MOST_VERBS:
        return False
    from ..stages.single import MOST_EDGES, is_single

    most = MOST_EDGES * count + 1
    edges, order, starts = np.empty((most, 4)), np.empty(most, np.int64), np.empty(most + 1, np.int64)
    contours, of, boxes = np.empty(count + 2, np.int64), np.empty(most, np.int64), np.empty((count + 1, 4))
    pairs = np.array(coords, np.float64).reshape(-1, 2)
    return bool(is_single(np.array(verbs, np.uint8), pairs, edges, order, starts, contours, of, boxes))
