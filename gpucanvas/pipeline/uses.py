"""uses: many outlines to be drawn, as arrays: encode gathers them, outline.py and hostflat.py write their tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ints", "Uses", "ranges"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Uses:
    """Outlines to be drawn: ranges of the streams, each with a matrix, a pen (or FILL) and a fill rule.

    Attributes
    ----------
    verbs, coords : uint8 and float64 arrays
        The streams, one use after another.
    verb_counts, coord_counts : int64 arrays (U,)
        Number of verbs and coordinates of each use.
    matrices : float64 array (U, 6)
        From the streams' coordinates to device space.
    pens : int64 array (U,)
        Index of a stroke, from `Outlines.add_pen`, or FILL.
    rules : int64 array (U,)
        RULE_*.
    """

    verbs: NDArray[np.uint8]
    coords: Floats
    verb_counts: Ints
    coord_counts: Ints
    matrices: Floats
    pens: Ints
    rules: Ints


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Returns the indices starts[i] .. starts[i] + counts[i] - 1 for all i, concatenated."""
    total = int(counts.sum())
    ends = np.cumsum(counts)
    indices: Ints = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return indices
