"""controlbox: the box of a path's control points, and whether that lies wholly beside a picture.

    Path2D --control_box--> left, top, right, bottom --under the transform, grown by a pen--> beside the picture, or not

A path beside the picture need not be recorded: zooming into a map draws all of its paths, few of which are visible.
Encoding asks the same of what was recorded (`stages/unseen.py`). `verbs/quick/beside.c` is the C version.
"""

from __future__ import annotations

from array import array
from math import nan, sqrt
from typing import Final

import numpy as np

from ..contract.outlines import BESIDE, LEAST_MITER_REACH
from ..contract.verbs import ARC, COORD_COUNT
from .affine import Affine

__all__ = ["control_box", "is_beside", "reach_of"]

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
NO_BOX: Final = (nan, nan, nan, nan)
"""The box of a path without points, which lies beside nothing."""


def control_box(verbs: bytes | bytearray, coords: array[float]) -> Box:
    """Returns the box of a stream's points, which holds the ellipses of its arcs as a whole.

    >>> from gpucanvas.geometry.path import Path2D
    >>> path = Path2D("M 3 -4 L 1 2")
    >>> path.arc(10, 10, 2, 0, 1)
    >>> control_box(path.verbs, path.coords)
    (1.0, -4.0, 12.0, 12.0)
    """
    if not coords:
        return NO_BOX
    # Copies, since an array that has a view cannot grow, should another thread append to the path.
    points = np.frombuffer(coords.tobytes()).reshape(-1, 2)
    if ARC in verbs:
        codes = np.frombuffer(bytes(verbs), np.uint8)
        pair_count = np.array(COORD_COUNT)[codes] // 2
        arcs = (np.cumsum(pair_count) - pair_count)[codes == ARC]
        extent = np.abs(points[arcs + 1]) + np.abs(points[arcs + 2])
        others = np.delete(points, arcs[:, None] + np.arange(4), 0)
        points = np.concatenate([others, points[arcs] - extent, points[arcs] + extent])
    x, y = points.T
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def reach_of(width: float, miter_limit: float, matrix: Affine) -> float:
    """Returns a distance, pixels, beyond which no stroke with this pen extends from its path."""
    a, b, c, d, _, _ = matrix
    return 0.5 * width * max(miter_limit, LEAST_MITER_REACH) * sqrt(a * a + b * b + c * c + d * d)


def is_beside(box: Box, matrix: Affine, size: tuple[int, int], reach: float) -> bool:
    """Returns whether a box under a transform, grown by a reach, lies beyond one side of a picture; False for NaN.

    >>> is_beside((0, 0, 10, 10), (1, 0, 0, 1, -12, 50), (100, 100), 0)
    True
    >>> is_beside((0, 0, 10, 10), (1, 0, 0, 1, -12, 50), (100, 100), 5)
    False
    """
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    more = reach + BESIDE
    left = a * (x0 if a >= 0.0 else x1) + c * (y0 if c >= 0.0 else y1) + e
    right = a * (x1 if a >= 0.0 else x0) + c * (y1 if c >= 0.0 else y0) + e
    top = b * (x0 if b >= 0.0 else x1) + d * (y0 if d >= 0.0 else y1) + f
    bottom = b * (x1 if b >= 0.0 else x0) + d * (y1 if d >= 0.0 else y0) + f
    return right < -more or bottom < -more or left > size[0] + more or top > size[1] + more
