"""Pixel formats: the layout of a target's pixels in memory, written here once for both backends.

    name      a pixel, premultiplied                        on the host          on the GPU
    rgba8     four bytes in a word, red in the low one      (H, W) uint32        r32ui
    rgba16f   four halves in two words, red in the low one  (H, W) uint64        rg32ui

A half is a float of 16 bits (IEEE 754): 1 sign, 5 exponent, 10 fraction. The steps of a half are 1/2048 just below 1
and smaller further down; from 1/16 down it is 128 times as exact as a byte. Stages compute in float32 and round once,
when a pixel is stored: to the nearest value, for halves to even.

Alpha is 0 to 1. So are the colours of bytes. Those of halves may be outside: they are clamped to LARGEST_HALF on either
side of 0, so that no pixel is infinite, and a colour that is not a number becomes LARGEST_HALF.

`stages/tile.py` and `shaders/shared/pixels.glsl` pack and unpack pixels with integer arithmetic only, because drivers
differ in how they round halves and treat the smallest ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORMATS", "LARGEST_HALF", "RGBA8", "RGBA16F", "PixelFormat", "Pixels", "format_of"]

LARGEST_HALF: Final = 65504.0
"""The largest finite half."""

Pixels = NDArray[np.uint32] | NDArray[np.uint64]
"""Premultiplied pixels (H, W) of one of the formats."""


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """The layout of pixels in memory.

    Attributes
    ----------
    name : str
        The name in plans and errors.
    words : int
        32-bit words per pixel.
    image : str
        The format of an image of such pixels in a shader.
    channel_bits : int
        Bits per channel.
    """

    name: str
    words: int
    image: str
    channel_bits: int

    @property
    def nbytes(self) -> int:
        """Bytes per pixel."""
        return 4 * self.words

    @property
    def is_extended(self) -> bool:
        """Whether colours may be outside of 0 to 1."""
        return self.channel_bits > 8

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of a pixel on the host."""
        return np.dtype(np.uint32 if self.words == 1 else np.uint64)

    def pixel(self, channels: Sequence[float]) -> int:
        """Returns the pixel that stages store for four channels, premultiplied float32: the nearest one."""
        found = [self._channel(channel) for channel in self._clamped(channels)]
        return sum(bits << i * self.channel_bits for i, bits in enumerate(found))

    def holds(self, channels: Sequence[float]) -> bool:
        """Returns whether a pixel can hold these channels exactly, without rounding."""
        cut = self._clamped(channels)
        if self.channel_bits == 8:
            return all(float(np.float32(channel * 255.0)).is_integer() for channel in cut)
        return all(float(np.float16(channel)) == channel for channel in cut)

    def made_opaque(self, pixels: Pixels) -> Pixels:
        """Returns the pixels with an alpha of 1."""
        opaque = self.dtype.type(self.pixel((0.0, 0.0, 0.0, 1.0)))
        colors: Any = pixels
        if self.channel_bits > 8:
            colors = pixels & self.dtype.type((1 << 3 * self.channel_bits) - 1)
        made: Pixels = colors | opaque
        return made

    def split(self, pixel: int) -> tuple[int, ...]:
        """Returns the bits of the four channels of a pixel, red first."""
        most = (1 << self.channel_bits) - 1
        return tuple(pixel >> shift & most for shift in range(0, 4 * self.channel_bits, self.channel_bits))

    def _clamped(self, channels: Sequence[float]) -> list[float]:
        """Returns four channels clamped to what a pixel can hold, without negative zeros."""
        low, high = (-LARGEST_HALF, LARGEST_HALF) if self.is_extended else (0.0, 1.0)
        *color, alpha = channels
        return [*(min(max(channel, low), high) + 0.0 for channel in color), min(max(alpha, 0.0), 1.0)]

    def _channel(self, value: float) -> int:
        """Returns the bits of a channel, clamped."""
        if self.channel_bits == 16:
            return int(np.float16(np.float32(value)).view(np.uint16))
        # Products and sums of two float32 are exact in Python's floats, so that they are rounded once, as in stages.
        return floor(np.float32(float(np.float32(value * 255.0)) + 0.5))

    def __str__(self) -> str:
        return self.name


RGBA8: Final = PixelFormat("rgba8", 1, "r32ui", 8)
RGBA16F: Final = PixelFormat("rgba16f", 2, "rg32ui", 16)
FORMATS: Final = {each.name: each for each in (RGBA8, RGBA16F)}


def format_of(pixels: Pixels) -> PixelFormat:
    """Returns the format of pixels on the host, according to their dtype."""
    return RGBA8 if pixels.dtype.itemsize == RGBA8.nbytes else RGBA16F
