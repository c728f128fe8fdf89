"""halves: premultiplied pixels as straight float16, for canvases of float16 that are drawn or read.

    premultiplied bytes or halves --strip by strip, divided by alpha--> straight halves
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import LARGEST_HALF, RGBA8, PixelFormat, Pixels

__all__ = ["straight_halves"]

STRIP_PIXELS: Final = 1 << 14
"""Pixels that are converted at once: their floats stay in the processor's cache."""
HALF_OF_ONE: Final = 0x3C00
"""The bits of 1.0 as a half."""


def straight_halves(pixels: Pixels, format: PixelFormat) -> NDArray[np.float16]:
    """Premultiplied pixels (H, W) as straight halves (H, W, 4); transparent black where there is no alpha."""
    height, width = pixels.shape
    out = np.empty((height, width, 4), np.float16)
    # In strips that stay in the processor's cache.
    step = max(STRIP_PIXELS // max(width, 1), 1)
    for top in range(0, height, step):
        rows: Pixels = np.ascontiguousarray(pixels[top : top + step])  # type: ignore[assignment]
        to = out[top : top + step]
        if format is not RGBA8:
            halves = rows.view(np.float16).reshape(to.shape)
            if (halves.view(np.uint16)[..., 3] == HALF_OF_ONE).all():
                # Opaque pixels are straight ones, which only bytes' range limits.
                np.clip(halves, None if format.is_extended else -1.0, None if format.is_extended else 1.0, out=to)
                continue
        _straighten(rows, format, to)
    return out


def _straighten(pixels: Pixels, format: PixelFormat, out: NDArray[np.float16]) -> None:
    channels: NDArray[np.float32]
    if format is RGBA8:
        channels = pixels.view(np.uint8).astype(np.float32)
        channels *= np.float32(1 / 255)
    else:
        channels = pixels.view(np.float16).astype(np.float32)
    channels = channels.reshape(out.shape)
    alpha = channels[..., 3]
    with np.errstate(divide="ignore"):
        inverse = np.float32(1.0) / alpha
    inverse[alpha <= 0] = 0.0
    # The quotient of a faint pixel may be beyond the largest half, and of bytes beyond 1.
    most = np.float32(LARGEST_HALF if format.is_extended else 1.0)
    for channel in range(3):
        color = channels[..., channel]
        color *= inverse
        np.clip(color, -most, most, out=color)
    out[...] = channels
