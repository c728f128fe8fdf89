"""What a recording's streams hold: written by pipeline/record.py, read by stages/commands.py."""

from __future__ import annotations

from typing import Final

import numpy as np

FILL_RECT: Final = 0
STROKE_RECT: Final = 1
CLEAR_RECT: Final = 2
FILL_PATH: Final = 3
STROKE_PATH: Final = 4
DRAW_IMAGE: Final = 5
PUT_IMAGE: Final = 6
BATCH: Final = 7
DRAW_LAYER: Final = 8
"""A layer, or its shadow: its index, and whether it is the shadow (LAYER, SHADOW) in the first number. Where a plan has
given it a place, its extra is its left and top in the target that it is read from (`LAYER_TOP_SHIFT`), and its numbers
are the rectangle that it fills."""
NO_LAYER: Final = 0xFFFFFFFF
"""In place of a DRAW_LAYER's extra, of a shadow that needs no layer: its paint is all of it."""
LAYER: Final = 0.0
SHADOW: Final = 1.0
LAYER_TOP_SHIFT: Final = 16

PATH_IS_LOCAL: Final = 1.0
"""In a path command's third number: the outline is in user space (a Path2D), not on the canvas yet."""

COMMAND: Final = np.dtype([("kind", "<u4"), ("state", "<u4"), ("paint", "<u4"), ("extra", "<u4"), ("v", "<f8", 4)])
"""kind; state; paint; index of the path, image or batch; four numbers: the rectangle, or rule | pen, 0, is local, 0."""
STATE: Final = np.dtype(
    [("matrix", "<f8", 6), ("alpha", "<f8"), ("op", "<u4"), ("clip", "<u4"), ("origin", "<f8", 2), ("slot", "<u8")]
)
"""Transform, alpha, the operator's part of Draw.style, clip; where the canvas lies on the surface, and the clip that
bounds it there."""
USE: Final = np.dtype([("image", "<u4"), ("flags", "<u4"), ("source", "<f8", 4)])
"""Of each drawn image: which it is, USE_SMOOTH and USE_HALVES where they hold, and the part that is drawn: x, y, width
and height in the whole picture."""
USE_SMOOTH: Final = 1
USE_HALVES: Final = 2
PATH_NUMBERS: Final = 2
"""Of each path: where its verbs and where its coordinates end; they begin where the last path's end."""
PEN_NUMBERS: Final = 5
"""Of each pen: line width, miter limit, cap, join, and whether it is dashed."""
