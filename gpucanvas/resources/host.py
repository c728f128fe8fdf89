"""host: Image records with the addresses of images in host memory, where the cpu kernels read them without a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..contract.records import Image

__all__ = ["NO_IMAGES", "HasTexels", "host_images"]

NO_IMAGES: NDArray[Any] = np.zeros(0, Image.dtype)
WORD = 0xFFFFFFFF


class HasTexels(Protocol):
    """An image, or a part of one.

    Attributes
    ----------
    left, top : int
        Position of the part in the whole picture, pixels.
    """

    left: int
    top: int

    @property
    def pixels(self) -> NDArray[np.uint32]:
        """(H, W) uint32, straight RGBA8, red in the low byte."""


def host_images(images: Sequence[HasTexels]) -> tuple[NDArray[Any], list[NDArray[np.uint32]]]:
    """Image records of images, and the arrays to keep alive while the records are used."""
    out, kept = np.zeros(len(images), Image.dtype), []
    for number, image in enumerate(images):
        pixels = image.pixels
        stride, step = pixels.strides
        # Row slices can be used in place; arrays with other strides are copied.
        if (step != 4 and pixels.shape[1] > 1) or stride < 4 * pixels.shape[1] or stride % 4:
            pixels = np.ascontiguousarray(pixels)
            stride = pixels.strides[0]
        height, width = pixels.shape
        stride //= 4
        address = int(pixels.__array_interface__["data"][0])
        start = -(image.top * stride + image.left) & WORD
        out[number] = start, stride, (height - 1) * stride + width, address & WORD, address >> 32
        kept.append(pixels)
    return out, kept
