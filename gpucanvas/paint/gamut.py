"""gamut: converts pixels and arrays of colours between the colour spaces of canvases.

    sRGB bytes --table--> linear light --matrix--> linear light of display-p3 --table--> bytes, clipped to 0..255

Both spaces have sRGB's transfer function and the white point D65, so that greys do not change. Alpha does not change.

https://www.w3.org/TR/css-color-4/#color-conversion-code
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.formats import LARGEST_HALF
from ..images.colorspace import ColorSpace
from .spaces import P3_TO_XYZ, XYZ_TO_LINEAR_SRGB

__all__ = [
    *("convert_bytes", "convert_colors", "convert_extended", "convert_halves", "convert_premultiplied"),
    *("convert_words", "linear_matrix"),
]

BAND: Final = 1 << 15
"""Pixels converted at a time, so that intermediate values stay in the CPU's cache."""
LEVELS: Final = 1 << 16
"""Levels of linear light in the tables for encoding. A step of one byte is at least 20 levels, at black."""
FINE: Final = 4095
"""Levels of an encoded value after the division by its alpha."""


@cache
def linear_matrix(source: ColorSpace, target: ColorSpace) -> NDArray[np.float64]:
    """(3, 3) matrix from linear light in one space to that in another. Its rows sum to 1, so that white stays white."""
    to_srgb = np.reshape(XYZ_TO_LINEAR_SRGB, (3, 3)) @ np.reshape(P3_TO_XYZ, (3, 3))
    matrix = np.eye(3) if source == target else to_srgb if target == "srgb" else np.linalg.inv(to_srgb)
    whole: NDArray[np.float64] = matrix / matrix.sum(1, keepdims=True)
    return whole


def _decoded(values: NDArray[Any]) -> NDArray[Any]:
    """Linear light of encoded values, which may be negative."""
    size = np.abs(values)
    light: NDArray[Any] = np.copysign(np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4), values)
    return light


def _encoded(values: NDArray[Any]) -> NDArray[Any]:
    """Encoded values of linear light, which may be negative."""
    size = np.abs(values)
    found = np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    signed: NDArray[Any] = np.copysign(found, values)
    return signed


@cache
def _light(steps: int) -> NDArray[np.float32]:
    """(steps + 1,) linear light of encoded values from 0 to 1."""
    return _decoded(np.arange(steps + 1) / steps).astype(np.float32)


@cache
def _encoded_of_light() -> NDArray[np.float32]:
    """(LEVELS,) the encoded value, 0 to 255, of each level of linear light."""
    return (_encoded(np.arange(LEVELS) / (LEVELS - 1)) * 255).astype(np.float32)


@cache
def _byte_of_light() -> NDArray[np.uint8]:
    """(LEVELS,) the nearest byte of each level of linear light."""
    return np.rint(_encoded_of_light()).astype(np.uint8)


def _levels(linear: list[NDArray[np.float32]], matrix: NDArray[np.float32]) -> Iterator[NDArray[np.int32]]:
    """The levels of red, green and blue in another space, from linear light."""
    for red, green, blue in matrix * np.float32(LEVELS - 1):
        level = linear[0] * red
        level += linear[1] * green
        level += linear[2] * blue
        level += np.float32(0.5)
        np.clip(level, 0, LEVELS - 1, out=level)
        yield level.astype(np.int32)


def convert_words(words: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint32]:
    """Convert straight RGBA8 pixels, red in the low byte, (H, W), to another space: a new array."""
    height, width = words.shape
    out = np.empty((height, width), np.uint32)
    if not words.size:
        return out
    light, table = _light(255), _byte_of_light()
    matrix = linear_matrix(source, target).astype(np.float32)
    step = max(1, BAND // width)
    for first in range(0, height, step):
        channels = np.ascontiguousarray(words[first : first + step]).view(np.uint8).reshape(-1, 4)
        made = out[first : first + step].view(np.uint8).reshape(-1, 4)
        linear = [light.take(channels[:, each]) for each in range(3)]
        for each, level in enumerate(_levels(linear, matrix)):
            made[:, each] = table.take(level)
        made[:, 3] = channels[:, 3]
    return out


def convert_bytes(pixels: NDArray[np.uint8], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint8]:
    """Convert straight pixels (H, W, 4) to another space: a new array."""
    plain = np.ascontiguousarray(pixels)
    return convert_words(plain.view(np.uint32)[..., 0], source, target).view(np.uint8).reshape(plain.shape)


def convert_colors(colors: NDArray[Any], source: ColorSpace, target: ColorSpace) -> NDArray[np.float32]:
    """Convert straight colours (..., 4), floats or uint8, to another space: new float32, clamped to 0..1."""
    out = convert_extended(colors, source, target)
    np.clip(out[..., :3], 0, 1, out=out[..., :3])
    return out


def convert_extended(colors: NDArray[Any], source: ColorSpace, target: ColorSpace) -> NDArray[np.float32]:
    """Convert straight colours (..., 4), floats or uint8, to another space: new float32, unclamped."""
    out = np.empty(colors.shape, np.float32)
    if colors.dtype == np.uint8:
        linear, out[..., 3] = _light(255)[colors[..., :3]], colors[..., 3] / np.float32(255)
    else:
        linear, out[..., 3] = _decoded(colors[..., :3].astype(np.float32)), colors[..., 3]
    out[..., :3] = _encoded(linear @ linear_matrix(source, target).T.astype(np.float32))
    return out


def convert_halves(colors: NDArray[Any], source: ColorSpace, target: ColorSpace) -> NDArray[np.float16]:
    """Convert straight colours (..., 4), floats or uint8, to another space: new float16, perhaps outside of 0 to 1."""
    halves: NDArray[np.float16] = np.clip(convert_extended(colors, source, target), -LARGEST_HALF, LARGEST_HALF).astype(
        np.float16
    )
    return halves


def convert_premultiplied(words: NDArray[np.uint32], source: ColorSpace, target: ColorSpace) -> NDArray[np.uint32]:
    """Convert premultiplied RGBA8 pixels (H, W) to another space: a new array."""
    made = convert_words(words, source, target)
    at = words < np.uint32(0xFF000000)
    if not at.any():
        return made
    # Translucent pixels are converted to straight ones, in finer levels than bytes, and premultiplied again.
    channels = words[at].view(np.uint8).reshape(-1, 4).astype(np.float32)
    alpha = channels[:, 3]
    scale = np.float32(FINE) / np.maximum(alpha, 1)
    light, table = _light(FINE), _encoded_of_light()
    linear = [
        light.take(np.minimum(channels[:, each] * scale + np.float32(0.5), FINE).astype(np.int32)) for each in range(3)
    ]
    for each, level in enumerate(_levels(linear, linear_matrix(source, target).astype(np.float32))):
        channels[:, each] = table.take(level) * alpha * np.float32(1 / 255)
    made[at] = np.rint(channels).astype(np.uint8).view(np.uint32)[:, 0]
    return made
