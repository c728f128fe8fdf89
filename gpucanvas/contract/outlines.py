"""How outlines become lines: lengths that the host and its kernels share, pixels."""

from __future__ import annotations

from math import pi
from typing import Final

CURVE_TOLERANCE: Final = 1 / 40
"""How far the chord of a curve's piece may lie from the curve before flatten moves the chords outwards.

As much area is gained there as was lost: two thirds of it remain at the vertices, one third half way between them."""
TOLERANCE: Final = 1 / 64
"""A flattened curve leaves the true one by no more than this."""
GUARD: Final = 24000.0
"""Outlines that go further than this from the origin are too far away for float32: they are clipped in float64."""
FARTHEST_CORNER: Final = 1e7
"""Corners of rectangles and clips that lie further than this from the origin are moved here, where they still cover
what they covered."""
MAX_PIECES: Final = 65535
"""Pieces that a curve is cut into, at most."""
WIDEST: Final = 2e6
"""Lines wider than this are refused: nobody can tell their edges, and counts of what they touch overflow."""
FULL_TURN: Final = 2.0 * pi - 1e-6
"""Radians. An arc by this or more is a whole circle: what is left open, a millionth of the radius, is not seen."""
FILL: Final = -1
"""In place of a pen: the outline is filled."""
LARGEST: Final = 1e30
"""Numbers beyond this have no place in a scene: products with them would leave the range of 32 bits."""
MAX_DASHES: Final = 10_000_000
"""More dashes than this of one outline are refused."""
