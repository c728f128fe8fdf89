"""The verbs of a path stream, on which recordings and kernels agree. `geometry/stream.py` draws the stream."""

from __future__ import annotations

from typing import Final

MOVE: Final = 0
LINE: Final = 1
QUAD: Final = 2
CUBIC: Final = 3
CLOSE: Final = 4
ARC: Final = 5
COORD_COUNT: Final = (2, 2, 4, 6, 0, 8)
"""Numbers in coords that each verb owns."""
