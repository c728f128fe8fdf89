"""gamut: pixels and arrays of colours from one colour space of canvases to another.

    sRGB bytes --table--> linear light --matrix--> linear light of display-p3 --table--> bytes, clipped to 0..255

Both spaces have sRGB's transfer function and D65 for white, so greys stay what they are. Alpha stays what it is.

https://www.w3.org/TR/css-color-4/#color-conversion-code
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..colorspace import ColorSpace
from .spaces import P3_TO_XYZ, XYZ_TO_LINEAR_SRGB

__all__ = ["convert_bytes", "convert_colors", "convert_premultiplied", "convert_words", "linear_matrix"]

BAND: Final = 1 << 15
"""Pixels that are converted at a time: what is between the steps stays in the core's cache."""
LEVELS: Final = 1 << 16
"""Levels of linear light in the table back to bytes. A byte's step is 20 of them where they are closest, at black."""


@cache
def linear_matrix(source: ColorSpace, target: ColorSpace) -> NDArray[np.float64]:
    """(3, 3) from linear light in one space to linear light in another. Its rows add up to 1: white stays white."""
    to_srgb = np.reshape(XYZ_TO_LINEAR_SRGB, (3, 3)) @ np.reshape(P3_TO_XYZ, (3, 3))
    matrix = np.eye(3) if source == target else to_srgb if target == "srgb" else np.linalg.inv(to_srgb)
    return matrix / matrix.sum(1, keepdims=True)


def _decoded(values: NDArray[Any]) -> NDArray[Any]:
    """Linear light of encoded values, which may be negative."""
    size = np.abs(values)
    return np.copysign(np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4), values)


def _encoded(values: NDArray[Any]) -> NDArray[Any]:
    """Encoded values, 0 to 1, of linear light that is not negative."""
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)


@cache
def _light_of_bytes() -> NDArray[np.float32]:
    """(256,) linear light of each byte."""
    return _decoded(np.arange(256) / 255).astype(np.float32)


@cache
def _bytes_of_light() -> NDArray[np.uint8]:
    """(LEVELS,) the nearest byte of each level of linear light."""
    return np.rint(_encoded(np.arange(LEVELS) / (LEVELS - 1)) * 255).astype(np.uint8)


def convert_words(words: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint32]:
    """Straight RGBA8 pixels, red in the low byte, of any shape, in another space: a new array, C-contiguous."""
    out = np.empty(words.shape, np.uint32)
    if not words.size:
        return out
    width = words.shape[-1] if words.ndim > 1 else 1
    light, table = _light_of_bytes(), _bytes_of_light()
    # Rows, so that a part of a picture is copied no more than it must.
    rows, out_rows = words.reshape(-1, width), out.reshape(-1, width)
    matrix = linear_matrix(source, target).astype(np.float32) * np.float32(LEVELS - 1)
    step = max(1, BAND // width)
    for first in range(0, len(rows), step):
        given = np.ascontiguousarray(rows[first : first + step])
        channels = given.reshape(-1).view(np.uint8).reshape(-1, 4)
        made = out_rows[first : first + step].reshape(-1).view(np.uint8).reshape(-1, 4)
        linear = [light.take(channels[:, each]) for each in range(3)]
        for each, (red, green, blue) in enumerate(matrix):
            level = linear[0] * red
            level += linear[1] * green
            level += linear[2] * blue
            level += np.float32(0.5)
            np.clip(level, 0, LEVELS - 1, out=level)
            made[:, each] = table.take(level.astype(np.int32))
        made[:, 3] = channels[:, 3]
    return out


def convert_bytes(pixels: NDArray[np.uint8], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint8]:
    """Straight pixels (H, W, 4) in another space: a new array."""
    plain = np.ascontiguousarray(pixels)
    return convert_words(plain.view(np.uint32)[..., 0], source, target).view(np.uint8).reshape(plain.shape)


def convert_colors(colors: NDArray[Any], source: ColorSpace, target: ColorSpace) -> NDArray[np.float32]:
    """Straight colours (..., 4), floats 0 to 1 or uint8, in another space: new float32, clipped to 0..1."""
    is_byte = colors.dtype == np.uint8
    out = np.empty(colors.shape, np.float32)
    if is_byte:
        linear, out[..., 3] = _light_of_bytes()[colors[..., :3]], colors[..., 3] / np.float32(255)
    else:
        linear, out[..., 3] = _decoded(colors[..., :3].astype(np.float32)), colors[..., 3]
    mixed = np.clip(linear @ linear_matrix(source, target).T.astype(np.float32), 0, 1)
    out[..., :3] = np.clip(_encoded(mixed), 0, 1)
    return out


def convert_premultiplied(words: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint32]:
    """Premultiplied RGBA8 pixels (H, W) in another space: a new array."""
    made = convert_words(words, source, target)
    alpha = words >> np.uint32(24)
    if int(alpha.min(initial=255)) == 255:
        return made
    # What is translucent is made straight first, and premultiplied again.
    at = alpha < 255
    channels = words[at].view(np.uint8).reshape(-1, 4).astype(np.float32)
    share = np.maximum(channels[:, 3:], 1) * np.float32(1 / 255)
    channels[:, :3] = np.minimum(channels[:, :3] / share + np.float32(0.5), 255)
    straight = convert_words(channels.astype(np.uint8).view(np.uint32)[:, 0], source, target)
    channels = straight.view(np.uint8).reshape(-1, 4).astype(np.float32)
    channels[:, :3] *= channels[:, 3:] * np.float32(1 / 255)
    made[at] = np.rint(channels).astype(np.uint8).view(np.uint32)[:, 0]
    return made
