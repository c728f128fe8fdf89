"""lines: strokes of one upright segment become rectangles. For both backends: no twin.

    MOVE LINE, horizontal or vertical, under a transform that keeps it so, undashed, without round caps --> rectangle

Axes, ticks, grids and rules are drawn this way, one stroke a line. A rectangle costs a sixth of its outline.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import CAP_ROUND, CAP_SQUARE, SHAPE_RECT
from ..contract.outlines import GUARD, WIDEST
from ..contract.verbs import LINE, MOVE
from ..kernels import kernel
from .items import is_upright, set_corners
from .pens import has_inverse


@kernel
def place_line(draw, op, verbs, coords, first, number, matrix, pen, m):
    """Store the rectangle that the stroke of an outline of two verbs is; returns whether it is one.

    Parameters
    ----------
    draw, op
        The draw, and its operator as a part of Draw.style.
    verbs, coords, first, number
        The streams of outlines, and the indices of the outline's first verb and coordinate.
    matrix
        The transform of the outline, six numbers.
    pen, m
        The pen's numbers, and the transform of the pen.
    """
    if verbs[first] != MOVE or verbs[first + 1] != LINE or pen[4] != 0.0 or pen[2] == CAP_ROUND:
        return False
    if not is_upright(m) or not has_inverse(m[0], m[1], m[2], m[3]):
        return False
    a, b, c, d, e, f = matrix
    x, y, qx, qy = coords[number], coords[number + 1], coords[number + 2], coords[number + 3]
    x0, y0, x1, y1 = a * x + c * y + e, b * x + d * y + f, a * qx + c * qy + e, b * qx + d * qy + f
    # A segment without length has no direction; NaN is equal to nothing.
    flat, tall = y0 == y1 and x0 != x1, x0 == x1 and y0 != y1
    half_x, half_y = 0.5 * pen[0] * (abs(m[0]) + abs(m[2])), 0.5 * pen[0] * (abs(m[1]) + abs(m[3]))
    half = half_y if flat else half_x
    if not (flat or tall) or not 0.0 < half <= WIDEST / 2:
        return False
    if pen[2] != CAP_SQUARE:
        half_x, half_y = (0.0, half_y) if flat else (half_x, 0.0)
    x0, x1 = min(x0, x1) - half_x, max(x0, x1) + half_x
    y0, y1 = min(y0, y1) - half_y, max(y0, y1) + half_y
    if not (min(x0, y0) >= -GUARD and max(x1, y1) <= GUARD):
        return False
    draw.style = np.uint32(SHAPE_RECT) | op
    set_corners(draw, x0, y0, x1, y1)
    return True
