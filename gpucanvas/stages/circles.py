"""circles: outlines that are one whole circle become discs and rings. For both backends: no twin.

    MOVE ARC [CLOSE] by a full turn, under a map that keeps it round --circle_of--> centre, radius
                                              its pen, also kept round --half_of_ring--> half the line width

A disc costs a tenth of its outline, and its coverage is more accurate: there is no seam where the ends of a stroke
meet. Programs draw most of their dots, markers and rings this way.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import CAP_SQUARE, SHAPE_CIRCLE
from ..contract.outlines import FULL_TURN, GUARD, WIDEST
from ..contract.verbs import ARC, CLOSE, MOVE
from ..kernels import inlined, kernel

ROUND = 1e-7
"""Relative tolerance within which two lengths are equal for a circle."""
NO_CIRCLE = 0.0, 0.0, 0.0


@inlined
def is_round(ux, uy, vx, vy):
    """Returns whether two vectors have equal lengths and a right angle between them; false for NaN."""
    size = ux * ux + uy * uy
    return abs(size - (vx * vx + vy * vy)) <= ROUND * size and abs(ux * vx + uy * vy) <= ROUND * size


@kernel
def circle_of(verbs, coords, first, count, number, m):
    """Returns x, y and radius of the circle that an outline is under a map; a radius of 0 where it is no whole circle.

    ``first`` and ``count`` say which verbs the outline has; ``number`` is the index of its first coordinate.
    """
    if count < 2 or count > 3 or verbs[first] != MOVE or verbs[first + 1] != ARC:
        return NO_CIRCLE
    if count == 3 and verbs[first + 2] != CLOSE:
        return NO_CIRCLE
    px, py = coords[number], coords[number + 1]
    cx, cy, ux, uy, vx, vy = coords[number + 2 : number + 8]
    start, sweep = coords[number + 8], coords[number + 9]
    c, s = math.cos(start), math.sin(start)
    away = abs(cx + c * ux + s * vx - px) + abs(cy + c * uy + s * vy - py)
    # Where the subpath starts away from the arc, a line leads to the arc.
    if not (abs(sweep) >= FULL_TURN and away <= ROUND * (abs(ux) + abs(uy))):
        return NO_CIRCLE
    ux, uy, vx, vy = (
        m[0] * ux + m[2] * uy,
        m[1] * ux + m[3] * uy,
        m[0] * vx + m[2] * vy,
        m[1] * vx + m[3] * vy,
    )
    if not is_round(ux, uy, vx, vy):
        return NO_CIRCLE
    return m[0] * cx + m[2] * cy + m[4], m[1] * cx + m[3] * cy + m[5], math.sqrt(ux * ux + uy * uy)


@inlined
def half_of_ring(pen, m, closed):
    """Returns half the width of a circle's stroke, pixels; negative where the stroke is no ring.

    An open circle with square caps is no ring: the caps stand out.
    """
    if pen[4] != 0.0 or (pen[2] == CAP_SQUARE and not closed) or not is_round(m[0], m[1], m[2], m[3]):
        return -1.0
    half = 0.5 * pen[0] * math.sqrt(m[0] * m[0] + m[1] * m[1])
    return half if 0.0 < half <= WIDEST / 2 else -1.0


@inlined
def place_circle(draw, op, x, y, radius, half):
    """Store a disc, or a ring where ``half`` is not negative; returns whether it is near enough for float32."""
    outer = radius + max(half, 0.0)
    if not (abs(x) + outer <= GUARD and abs(y) + outer <= GUARD):
        return False
    draw.style = np.uint32(SHAPE_CIRCLE) | op
    draw.x0, draw.y0, draw.x1 = np.float32(x), np.float32(y), np.float32(outer)
    draw.y1 = np.float32(max(radius - half, 0.0) if half >= 0.0 else -1.0)
    return True
