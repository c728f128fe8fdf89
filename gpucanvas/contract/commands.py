"""The records of a recording's streams: written by pipeline/record.py, read by stages/commands.py."""

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
"""Draws a layer or its shadow: ``extra`` is the layer's index, the first number LAYER or SHADOW. Once a plan has placed
the layer, ``extra`` is its left and top in the target that it is read from (`LAYER_TOP_SHIFT`), and the numbers are the
rectangle that it fills."""
NO_LAYER: Final = 0xFFFFFFFF
"""``extra`` of a DRAW_LAYER whose shadow needs no layer: its paint computes the shadow."""
LAYER: Final = 0.0
SHADOW: Final = 1.0
LAYER_TOP_SHIFT: Final = 16

PATH_IS_LOCAL: Final = 1.0
"""Third number of a path command whose outline is in user space (a Path2D), not in canvas coordinates."""

COMMAND: Final = np.dtype([("kind", "<u4"), ("state", "<u4"), ("paint", "<u4"), ("extra", "<u4"), ("v", "<f8", 4)])
"""kind; state; paint; index of the path, image or batch; four numbers: the rectangle, or rule | pen, 0, is local, 0."""
STATE: Final = np.dtype(
    [("matrix", "<f8", 6), ("alpha", "<f8"), ("op", "<u4"), ("clip", "<u4"), ("origin", "<f8", 2), ("slot", "<u8")]
)
"""Transform, alpha, the operator's part of Draw.style, clip; the canvas's origin on the surface, and the clip of its
slot there."""
USE: Final = np.dtype([("image", "<u4"), ("flags", "<u4"), ("source", "<f8", 4)])
"""A drawn image: its index, the flags USE_SMOOTH and USE_HALVES, and the drawn part: x, y, width and height in the
whole picture."""
USE_SMOOTH: Final = 1
USE_HALVES: Final = 2
PATH_NUMBERS: Final = 2
"""Numbers of a path: the ends of its verbs and of its coordinates; they begin where the previous path's end."""
PEN_NUMBERS: Final = 5
"""Numbers of a pen: line width, miter limit, cap, join, and whether it is dashed."""
GLYPH_NUMBERS: Final = 3
"""Numbers of a glyph of a text: its place across and down from the text's origin, and its number in a strike."""
SPAN_NUMBERS: Final = 2
"""Numbers of a text's span: the address of its glyphs in memory, and how many they are."""
