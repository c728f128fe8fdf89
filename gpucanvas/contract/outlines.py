"""Limits and tolerances of flattening that the host and its kernels share; lengths in pixels."""

from __future__ import annotations

from math import pi
from typing import Final

CURVE_TOLERANCE: Final = 1 / 40
"""The largest distance of a piece's chord from the curve, before flatten moves the chords outwards.

Moving them makes up for the lost area. Of the distance, two thirds remain at the vertices, one third half way between.
"""
TOLERANCE: Final = 1 / 64
"""The largest distance of a flattened curve from the true one."""
DASH_TOLERANCE: Final = TOLERANCE / 16
"""The same for dashed outlines. Dashes end square to a chord: shorter chords keep the ends square to the curve."""
RELATIVE: Final = 1e-8
"""Tolerance of a curve far away, relative to its coordinates."""
GUARD: Final = 24000.0
"""Outlines that go further than this from the origin are too far away for float32: they are clipped in float64."""
FARTHEST: Final = 1e150
"""Coordinates of dashed and far outlines are clamped to this, so that their squares stay finite in float64."""
LINE_MARGIN: Final = 4096.0
"""Dashed and far outlines are cut this far outside the canvas, plus what a stroke reaches."""
DASH_MARGIN: Final = 16.0
"""Dashes this far outside the canvas, plus what a stroke reaches, are left out."""
DOT: Final = 1e-3
"""Length given to a dash of length 0: long enough to keep its direction in float32."""
FINEST_PERIOD: Final = 1 / 32
"""The shortest period of a dash pattern. A shorter one is lengthened: no pixel shows the difference, as dashes cover
the same part of it, and a line far away has neither a thousand dashes in a pixel nor dots that overlap."""
FARTHEST_CORNER: Final = 1e7
"""Corners of rectangles and clips are clamped to this distance from the origin, which does not change what they cover
of a canvas."""
SAME_POINT: Final = 1e-12
"""Neighbours this close, relative to the largest coordinate, are one point: an arc's end has such an error."""
SAME_POINT_PX: Final = 1e-3
"""Pixels. Neighbours farther apart than this are two points, however large the coordinates are."""
MAX_PIECES: Final = 65535
"""Most pieces of a curve."""
BESIDE: Final = 1.0
"""How far beyond a side of the picture an outline must be to be left out: more than snapping and flattening move an
edge."""
LEAST_MITER_REACH: Final = 1.5
"""Half line widths. The corners of a square cap, or of a bevel, are within this distance from the line."""
WIDEST: Final = 2e6
"""Wider lines are refused: their edges are too far away to be seen, and counts of tiles would overflow."""
FULL_TURN: Final = 2.0 * pi - 1e-6
"""Radians. An arc of this or more is a whole circle: the gap, a millionth of the radius, is not visible."""
FILL: Final = -1
"""Stands for a pen's index where the outline is filled."""
LARGEST: Final = 1e30
"""Limit of numbers in a scene: products with larger ones would exceed float32."""
MAX_DASHES: Final = 10_000_000
"""Most dashes of one outline; more are refused."""
