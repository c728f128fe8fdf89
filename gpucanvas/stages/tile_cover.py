"""How a draw's shape covers a tile: not at all, partly or fully. Twin: shaders/coarse.comp.

    cover_of_shape   rectangles, frames, discs, rings and segments: by comparing coordinates
    cover_of_path    outlines: by the path tile's segments and backdrop

NONE and FULLY are certain; PARTLY may also stand for a tile that is not covered, or covered fully.
"""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import (
    RULE_EVENODD,
    SHAPE_CIRCLE,
    SHAPE_EVERYWHERE,
    SHAPE_FRAME,
    SHAPE_RECT,
    SHAPE_SEGMENT,
)
from ..kernels import inlined, kernel

F0 = np.float32(0.0)
F1 = np.float32(1.0)
HALF = np.float32(0.5)
SQRT2 = np.float32(constants.SQRT2)
NONE = 0
PARTLY = 1
FULLY = 2


@kernel
def cover_of_rect(x0, y0, x1, y1, left, top, right, bottom):
    """Returns how a rectangle covers a tile: NONE, PARTLY or FULLY."""
    if x1 <= left or x0 >= right or y1 <= top or y0 >= bottom:
        return NONE
    if x0 <= left and x1 >= right and y0 <= top and y1 >= bottom:
        return FULLY
    return PARTLY


@kernel
def cover_of_circle(cx, cy, outer, inner, left, top, right, bottom):
    """Returns how a disc or ring covers a tile; PARTLY where that is uncertain."""
    near_x = max(max(left - cx, cx - right), F0)
    near_y = max(max(top - cy, cy - bottom), F0)
    far_x = max(abs(left - cx), abs(right - cx))
    far_y = max(abs(top - cy), abs(bottom - cy))
    near = near_x * near_x + near_y * near_y
    far = far_x * far_x + far_y * far_y
    if near > (outer + F1) * (outer + F1):
        return NONE
    if inner > F1 and far < (inner - F1) * (inner - F1):
        return NONE
    if outer > F1 and far < (outer - F1) * (outer - F1) and inner < F0:
        return FULLY
    return PARTLY


@kernel
def cover_of_tile(path, path_tile):
    """Returns how an outline covers a tile."""
    if path_tile.segment_count != 0:
        return PARTLY
    if path.rule == RULE_EVENODD:
        return FULLY if path_tile.backdrop & 1 != 0 else NONE
    return FULLY if path_tile.backdrop != 0 else NONE


@kernel
def find_path_tile(path, tx, ty):
    """Returns the index of a path's tile, or -1 outside the path's box."""
    if tx < path.tx0 or tx >= path.tx1 or ty < path.ty0 or ty >= path.ty1:
        return np.int64(-1)
    return np.int64(path.tile_start) + (ty - path.ty0) * (path.tx1 - path.tx0) + (tx - path.tx0)


@inlined
def misses_strip(x0, y0, x1, y1, half_width, left, top, right, bottom):
    """Returns whether a tile is certainly outside a segment's strip, as are most tiles in the box of a long segment."""
    dx, dy = x1 - x0, y1 - y0
    wide, high = HALF * (right - left), HALF * (bottom - top)
    across = dy * (left + wide - HALF * (x0 + x1)) - dx * (top + high - HALF * (y0 + y1))
    # One pixel of margin for antialiased sides and rounding.
    reach = (half_width + F1) * np.sqrt(dx * dx + dy * dy)
    return abs(across) > reach + abs(dy) * wide + abs(dx) * high


@kernel
def cover_of_shape(shape, x0, y0, x1, y1, h, left, top, right, bottom):
    """Returns how a simple shape covers a tile. Its numbers are passed by value, so that they stay in registers."""
    if shape == SHAPE_RECT:
        return cover_of_rect(x0, y0, x1, y1, left, top, right, bottom)
    if shape == SHAPE_CIRCLE:
        return cover_of_circle(x0, y0, x1, y1, left, top, right, bottom)
    if shape == SHAPE_EVERYWHERE:
        return FULLY
    if shape == SHAPE_FRAME:
        outer = cover_of_rect(x0 - h, y0 - h, x1 + h, y1 + h, left, top, right, bottom)
        hole = cover_of_rect(x0 + h, y0 + h, x1 - h, y1 - h, left, top, right, bottom)
        return NONE if outer == NONE or hole == FULLY else PARTLY
    if shape == SHAPE_SEGMENT and misses_strip(x0, y0, x1, y1, h, left, top, right, bottom):
        return NONE
    reach = h * SQRT2
    sx0, sy0, sx1, sy1 = min(x0, x1) - reach, min(y0, y1) - reach, max(x0, x1) + reach, max(y0, y1) + reach
    return NONE if cover_of_rect(sx0, sy0, sx1, sy1, left, top, right, bottom) == NONE else PARTLY


@kernel
def cover_of_path(path, path_tiles, tx, ty):
    """Returns how an outline covers a tile, and the path tile's index, or -1 outside the path's box."""
    index = find_path_tile(path, tx, ty)
    if index < 0:
        return NONE, index
    return cover_of_tile(path, path_tiles[index]), index
