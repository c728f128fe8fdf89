"""unseen: finds recorded outlines that lie wholly beside the picture: they are not traced. For both backends: no twin.

    box of an outline in its own space --transform--> box on the surface --beside the window, grown by a pen--> unseen

A program that zooms into a map draws all of its outlines, of which few are visible. To look at a point takes a tenth of
the time of drawing it, and of a visible outline only the points up to the first visible part are looked at.
"""

from __future__ import annotations

import numpy as np

from ..contract.outlines import BESIDE
from ..contract.verbs import ARC
from ..kernels import inlined, kernel
from .trace import pairs_of

PORTION = 256
"""Numbers of a stream between two comparisons with the window."""


@inlined
def is_beside(x0, y0, x1, y1, matrix, window):
    """Returns whether a box under a transform lies beyond one side of a window; false where that is NaN.

    Rounding keeps order: no point of the box is mapped beyond the box's mapped sides.
    """
    a, b, c, d, e, f = matrix
    left = a * (x0 if a >= 0.0 else x1) + c * (y0 if c >= 0.0 else y1) + e
    right = a * (x1 if a >= 0.0 else x0) + c * (y1 if c >= 0.0 else y0) + e
    top = b * (x0 if b >= 0.0 else x1) + d * (y0 if d >= 0.0 else y1) + f
    bottom = b * (x1 if b >= 0.0 else x0) + d * (y1 if d >= 0.0 else y0) + f
    return right < window[0] or bottom < window[1] or left > window[2] or top > window[3]


@inlined
def has_arc(verbs, first, count):
    """Returns whether a stream has an arc."""
    found = np.uint8(0)
    for k in range(first, first + count):
        found |= np.uint8(verbs[k] == ARC)
    return found != 0


@kernel
def are_points_unseen(coords, number, end, matrix, window):
    """Returns whether all points of the numbers ``number`` to ``end`` - 1 lie beyond the same side of a window."""
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    while number < end:
        behind = min(number + PORTION, end)
        for k in range(number, behind - 1, 2):
            x, y = coords[k], coords[k + 1]
            # A NaN is left out: an outline with a NaN draws nothing.
            x0, y0 = x if x < x0 else x0, y if y < y0 else y0
            x1, y1 = x if x > x1 else x1, y if y > y1 else y1
        if not is_beside(x0, y0, x1, y1, matrix, window):
            return False
        number = behind
    return True


@kernel
def are_arcs_unseen(verbs, coords, first, count, number, matrix, window):
    """Returns whether an outline, the whole ellipses of its arcs included, lies beyond one side of a window."""
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for k in range(first, first + count):
        dx = dy = 0.0
        verb = verbs[k]
        pairs = pairs_of(verb)
        if verb == ARC:
            dx, dy = (
                abs(coords[number + 2]) + abs(coords[number + 4]),
                abs(coords[number + 3]) + abs(coords[number + 5]),
            )
            pairs = 1
        for _ in range(pairs):
            x, y = coords[number], coords[number + 1]
            x0, y0, x1, y1 = min(x0, x - dx), min(y0, y - dy), max(x1, x + dx), max(y1, y + dy)
            number += 2
        if verb == ARC:
            number += 6
    return is_beside(x0, y0, x1, y1, matrix, window)


@inlined
def is_unseen(verbs, coords, first, count, number, end, matrix, window):
    """Returns whether an outline lies wholly beside a window (left, top, right, bottom).

    The outline has the verbs ``first`` to ``first + count - 1`` and the numbers ``number`` to ``end`` - 1.
    """
    if number == end:
        return False
    if has_arc(verbs, first, count):
        return are_arcs_unseen(verbs, coords, first, count, number, matrix, window)
    return are_points_unseen(coords, number, end, matrix, window)


@inlined
def window_of(state, slots, size, reach):
    """Returns the window that a draw is visible in: the surface, or the draw's slot there, grown by a pen's reach."""
    left, top, right, bottom = 0.0, 0.0, float(size[0]), float(size[1])
    if 0 < state.slot <= len(slots):
        slot = np.int64(state.slot) - 1
        left, top, right, bottom = slots[slot, 0], slots[slot, 1], slots[slot, 2], slots[slot, 3]
    more = reach + BESIDE
    return left - more, top - more, right + more, bottom + more
