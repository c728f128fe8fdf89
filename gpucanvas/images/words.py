"""words: converts arrays of colours to one uint32 word per pixel, the form of images: straight RGBA8, red lowest.

    (H, W) grey    (H, W, 3) RGB    (H, W, 4) RGBA    --words_of--------> (H, W) uint32
    the same as floats, 0 to 1                        --words_of_floats-> (H, W) uint32, and the greatest float
                                                      `-bytes_of--------> uint8

Each conversion passes over the pixels as few times as possible: a film's frame is converted for every draw. So the
greatest float is found on the way. It is NaN where there is a NaN, which makes its pixel transparent.
"""

from __future__ import annotations

from math import inf, isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["OPAQUE", "bytes_of", "missing_pixels", "words_of", "words_of_floats"]

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


def words_of_floats(floats: NDArray[Any]) -> tuple[NDArray[np.uint32], float]:
    """Return floats of 0 to 1 in the forms of `words_of` as words, and the greatest of them.

    A pixel with a NaN in any channel is transparent.
    """
    found, greatest, has_nan = bytes_of(floats)
    words = words_of(found)
    if has_nan:
        words[missing_pixels(np.isnan(floats))] = 0
    return words, greatest


def missing_pixels(missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (H, W): which pixels lack a channel, from (H, W) or (H, W, channels)."""
    if missing.ndim == 2:
        return missing
    found = missing[..., 0]
    # Far quicker than `any(2)`, which reduces a few channels at a time.
    for channel in range(1, missing.shape[2]):
        found = found | missing[..., channel]
    return found


def bytes_of(floats: NDArray[Any]) -> tuple[NDArray[np.uint8], float, bool]:
    """Return floats of 0 to 1 as rounded bytes, the greatest of them, and whether one is NaN, which becomes 0.

    Values outside of 0 to 1 are clamped. The greatest is -inf where there is none.
    """
    found = np.empty(floats.shape, np.uint8)
    step = max(1, PART * len(floats) // max(floats.size, 1))
    greatest, has_nan = -inf, False
    # Processors have no arithmetic for halves: NumPy converts them one by one in every operation.
    dtype = np.float32 if floats.dtype == np.float16 else floats.dtype
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(floats), step):
            part = floats[start : start + step].astype(dtype, copy=False)
            top = float(part.max(initial=-inf))
            if isnan(top):
                has_nan, top = True, float(np.fmax.reduce(part, axis=None, initial=-inf))
            greatest = max(greatest, top)
            part = part * 255
            part += 0.5
            # `maximum` is quicker, and keeps a NaN.
            (np.fmax if has_nan else np.maximum)(part, 0, out=part)
            np.minimum(part, 255, out=part)
            found[start : start + step] = part
    return found, greatest, has_nan
