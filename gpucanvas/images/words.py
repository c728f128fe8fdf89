"""words: converts arrays of colours to one uint32 word per pixel, the form of images: straight RGBA8, red lowest.

    (H, W) grey    (H, W, 3) RGB    (H, W, 4) RGBA    --words_of--> (H, W) uint32
    floats, 0 to 1                                    --bytes_of--> uint8

Each conversion passes over the pixels as few times as possible: a film's frame is converted for every draw.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["OPAQUE", "bytes_of", "words_of"]

OPAQUE: Final = np.uint32(0xFF000000)
GREY: Final = np.uint32(0x00010101)
PART: Final = 1 << 15
"""Numbers converted at a time, so that they stay in the processor's cache."""


def words_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return pixels (H, W), (H, W, 3) or (H, W, 4), at least one, as words; RGBA pixels are not copied."""
    if pixels.ndim == 2:
        words = pixels.astype(np.uint32)
        words *= GREY
        words |= OPAQUE
        return words
    if pixels.shape[2] == 3:
        return _opaque(pixels)
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]


def _opaque(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    height, width, _ = pixels.shape
    words = np.empty((height, width), np.uint32)
    own_bytes = words.view(np.uint8).reshape(height, width, 4)
    if pixels.flags.c_contiguous:
        # Reads 4 bytes at each 3-byte pixel: the fourth byte is the next pixel's red, which alpha replaces. The last
        # pixel has no next pixel.
        count = height * width - 1
        overlapping: NDArray[np.uint32] = np.ndarray((count,), np.uint32, pixels.data, 0, (3,))
        np.bitwise_or(overlapping, OPAQUE, out=words.reshape(-1)[:count])
        own_bytes[-1, -1, :3] = pixels[-1, -1]
        own_bytes[-1, -1, 3] = 255
        return words
    for channel in range(3):
        own_bytes[..., channel] = pixels[..., channel]
    own_bytes[..., 3] = 255
    return words


def bytes_of(floats: NDArray[Any]) -> NDArray[np.uint8]:
    """Return floats of 0 to 1 as rounded bytes; values outside are clamped, and NaN is 0."""
    found = np.empty(floats.shape, np.uint8)
    step = max(1, PART * len(floats) // max(floats.size, 1))
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(floats), step):
            part = floats[start : start + step] * 255
            part += 0.5
            np.fmax(part, 0, out=part)
            np.minimum(part, 255, out=part)
            found[start : start + step] = part
    return found
