"""single: whether no winding number of an outline is beyond -1 to 1: then both fill rules agree, and filling is cheap.

The algorithm is in stages/single.py.
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

from .builder import CLOSE, LINE, MOVE

__all__ = ["goes_round_once", "winding_of"]

MOST_VERBS: Final = 50_000
"""Most verbs of an outline that is tested."""
SQUARE: Final = bytes((MOVE, LINE, LINE, LINE, CLOSE))


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


def winding_of(verbs: bytearray, coords: array[float]) -> int:
    """Return the only winding of points inside an outline without arcs, 1 or -1; 0 if it has several or is not known.

    Outlines with the same winding that lie apart make one outline that goes round once.

    >>> winding_of(bytearray(SQUARE), array("d", [0, 0, 2, 0, 2, 2, 0, 2]))
    1
    """
    right, top = max(coords[0::2]), min(coords[1::2])
    size = max(right - min(coords[0::2]), max(coords[1::2]) - top, 1.0)
    low, high = right + size, right + 2.0 * size
    far, near = (high, top), (low, top + size)
    for winding, one, other in ((1, far, near), (-1, near, far)):
        # A square beside the outline lets the test tell one winding from the other.
        square = array("d", (low, top, *one, high, top + size, *other))
        if goes_round_once(verbs + SQUARE, coords + square):
            return winding
    return 0
