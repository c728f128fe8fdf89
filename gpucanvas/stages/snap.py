"""snap: places lines on the subpixel grid. Twins: shaders/shared/snap.glsl; shaders/binning_crossings.comp, far lines.

Coordinates on the grid have 32 bits in both backends: lines that go far beyond any surface are cut first, in float32.
"""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import SUBPIXEL
from ..kernels import inlined, kernel

FSUBPIXEL = np.float32(SUBPIXEL)
FAR_LINE = np.float32(constants.FAR_LINE)
HALF = np.float32(0.5)
F0 = np.float32(0.0)
NOWHERE = (np.int64(0),) * 6
"""Two lines of no length."""


@kernel
def snap(x):
    """Returns a coordinate rounded to the subpixel grid."""
    return np.int64(np.floor(x * FSUBPIXEL + HALF))


@inlined
def is_far(x0, y0, x1, y1):
    """Returns whether a line goes beyond FAR_LINE."""
    return max(max(abs(x0), abs(x1)), max(abs(y0), abs(y1))) > FAR_LINE


@inlined
def at_limit(limit, a0, b0, a1, b1):
    """Returns coordinate b of a line where its coordinate a, from a0 to a1, is at a limit; from the nearer end."""
    slope = (b1 - b0) / (a1 - a0)
    return b0 + (limit - a0) * slope if abs(a0) < abs(a1) else b1 + (limit - a1) * slope


@kernel
def cut_far(x0, y0, x1, y1):
    """Returns a far line cut to two lines on the grid, as x, y of three points; equal points where nothing is left.

    Parts above, below and to the right cover nothing and are dropped. The part to the left is moved to the limit, to
    keep its winding.
    """
    far = FAR_LINE
    if max(y0, y1) <= -far or min(y0, y1) >= far or min(x0, x1) >= far:
        return NOWHERE
    ax, ay, bx, by = x0, y0, x1, y1
    if abs(y0) > far:
        ay = far if y0 > F0 else -far
        ax = at_limit(ay, y0, x0, y1, x1)
    if abs(y1) > far:
        by = far if y1 > F0 else -far
        bx = at_limit(by, y0, x0, y1, x1)
    # Rounding may have moved the cut beyond the line's ends.
    ay, by = min(max(ay, min(y0, y1)), max(y0, y1)), min(max(by, min(y0, y1)), max(y0, y1))
    sx, sy, ex, ey = ax, ay, bx, by
    if max(ax, bx) > far:
        y = min(max(at_limit(far, x0, y0, x1, y1), min(ay, by)), max(ay, by))
        if ax > far:
            sx, sy = far, y
        if bx > far:
            ex, ey = far, y
        if min(ax, bx) > far:
            return NOWHERE
    mx, my = ex, ey
    if min(sx, ex) < -far:
        y = min(max(at_limit(-far, x0, y0, x1, y1), min(sy, ey)), max(sy, ey))
        mx, my = -far, y
        if max(sx, ex) < -far:
            my = ey
        sx, ex = max(sx, -far), max(ex, -far)
    return snap(sx), snap(sy), snap(mx), snap(my), snap(ex), snap(ey)
