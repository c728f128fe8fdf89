"""Tones: curves that adjust the coverage of text to the brightness of its colour.

    coverage --toned--> coverage     c + c (1 - c) (first + c (second + c third))

White text on black looks thinner than black text on white. So browsers pass the coverage of text through a curve that
its colour chooses: Skia's, of contrast 0.2 and gamma 1.2, which is what Chromium draws with on Linux. Each row below
is that curve as a polynomial, wrong by 1.6 of 255 levels at most for black and white, 0.2 between; it changes neither 0
nor 1, and never falls. `tests/contract/test_tones.py` holds the rows to the curve.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .constants import STYLE_TONE_SHIFT, STYLE_TONED

__all__ = ["GREY_TONE", "TONES", "TONE_BITS", "TONE_COUNT", "style_of_tone", "tone_of", "tones_of"]

TONES: Final = (
    (-0.1096, 0.5546, -0.8258),
    (0.024, 0.0124, -0.0815),
    (0.0498, -0.0048, -0.0084),
    (0.0723, 0.0018, 0.0002),
    (0.1056, -0.0099, 0.0018),
    (0.1601, -0.0707, 0.0266),
    (0.27, -0.2699, 0.1452),
    (0.6565, -1.3752, 1.0193),
)
"""The three factors of each tone, from black to white."""
TONE_COUNT: Final = len(TONES)
TONE_BITS: Final = STYLE_TONED | (TONE_COUNT - 1) << STYLE_TONE_SHIFT
"""The bits of Draw.style that hold a tone."""
GREY_TONE: Final = 3
"""The tone of gradients and patterns, which have no single brightness."""
RED_SHARE, GREEN_SHARE, BLUE_SHARE = 54, 183, 19
"""Shares of the channels in a colour's brightness, of 256."""
TONE_STEP: Final = 256 * 256 // TONE_COUNT
"""Brightness from one tone to the next, of 256 * 255."""


@lru_cache(256)
def tone_of(red: float, green: float, blue: float) -> int:
    """Returns the tone of a colour with channels 0 to 1; its alpha does not matter."""
    r, g, b = (min(max(int(channel * 255.0 + 0.5), 0), 255) for channel in (red, green, blue))
    return (RED_SHARE * r + GREEN_SHARE * g + BLUE_SHARE * b) // TONE_STEP


def tones_of(colors: NDArray[Any]) -> NDArray[np.int32]:
    """Returns the tone of each colour (C, 4), as `tone_of` does."""
    r, g, b = np.clip(colors[:, :3] * 255.0 + 0.5, 0.0, 255.0).astype(np.int32).T
    tones: NDArray[np.int32] = (RED_SHARE * r + GREEN_SHARE * g + BLUE_SHARE * b) // TONE_STEP
    return tones


def style_of_tone(tone: int) -> int:
    """Returns the bits of Draw.style for a tone."""
    return STYLE_TONED | tone << STYLE_TONE_SHIFT
