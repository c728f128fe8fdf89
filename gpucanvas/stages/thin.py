r"""thin: traces long polylines without most of the points that are beside the picture. For both backends: no twin.

                o---o---o---o           o-----------o      a run of points above the window; the lines between them
               /             \    -->  /             \     cover no pixel, and neither does the line that replaces them
    __________/_______________\______________________________ top of the window

A run's points lie beyond the same side of the window. Its first and last points stay, so that the lines that cross the
window are the same to the bit. tests/stages/test_thin.py compares pictures.
"""

from __future__ import annotations

import numpy as np

from ..contract.outlines import FARTHEST
from ..contract.verbs import CLOSE, LINE
from ..kernels import inlined, kernel
from .trace import is_near, pairs_of

LONG = 64
"""Verbs from which on an outline is thinned."""
LEFT, RIGHT, ABOVE, BELOW = 1, 2, 4, 8
ALL_SIDES = 15
FILLED_SIDES = RIGHT | ABOVE | BELOW
"""The sides beyond which a fill's lines have no effect: those to the left count for the winding."""
STROKED_ENDS = 4
"""Points that stay at each end of a run of a stroke: a visible segment depends on the joins at its own ends and on the
segments next to it."""
FILLED_ENDS = 1


@inlined
def sides_of(x, y, window):
    """Returns the sides of a window that a point is beyond; 0 for NaN."""
    across = LEFT * np.int64(x < window[0]) + RIGHT * np.int64(x > window[2])
    return across + ABOVE * np.int64(y < window[1]) + BELOW * np.int64(y > window[3])


@kernel
def trace_thinned(verbs, coords, first, count, number, matrix, window, rule, traced, points, at, pair):
    """Write the trace of a stream without arcs; as `trace_use`.

    Parameters
    ----------
    window
        Left, top, right and bottom of what is visible, grown by the pen's reach.
    rule
        (sides, ends, is_far): the sides beyond which runs are thinned, and how many points stay at each end of a run.
        With ``is_far`` points too far for float32 are traced as well; else the trace ends at the first of these.

    Returns
    -------
    (int, int, bool)
        The ends of verbs and points, and whether all is near; with ``is_far``, whether the ends of all verbs are near.
        The first is -1 where the tables are too short, or, with ``is_far``, where a number is NaN.
    """
    a, b, c, d, e, f = matrix
    thinned, ends, is_far = rule
    near = True
    run = common = last = np.int64(0)
    for k in range(first, first + count):
        verb = verbs[k]
        pairs = pairs_of(verb)
        if at >= len(traced) or pair + pairs > len(points):
            return np.int64(-1), pair, near
        traced[at] = verb
        at += 1
        if verb == CLOSE:
            run = common = last = np.int64(0)
            continue
        x = y = 0.0
        for j in range(pairs):
            px, py = coords[number], coords[number + 1]
            x, y = a * px + c * py + e, b * px + d * py + f
            points[pair, 0] = min(max(x, -FARTHEST), FARTHEST)
            points[pair, 1] = min(max(y, -FARTHEST), FARTHEST)
            if is_far and (x != x or y != y):
                return np.int64(-1), pair, near
            near &= is_near(x, y) or (is_far and j < pairs - 1)
            pair += 1
            number += 2
        if not near and not is_far:
            return at, pair, near
        sides = sides_of(x, y, window) & thinned
        if verb == LINE and sides & common != 0:
            common, run = common & sides, run + 1
            if run > 2 * ends:
                for j in range(pair - 1 - ends, pair - 1):
                    points[j, 0], points[j, 1] = points[j + 1, 0], points[j + 1, 1]
                at, pair, run = at - 1, pair - 1, run - 1
        elif verb == LINE and sides & last != 0:
            common, run = sides & last, np.int64(2)
        else:
            common, run = sides, np.int64(1)
        last = sides
    return at, pair, near
