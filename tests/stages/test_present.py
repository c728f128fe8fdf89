"""Premultiplied pixels become straight ones: rounded to nearest, whatever the length of a run."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gpucanvas.backends.cpu import present


def straight_exactly(pixels: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(H, W, 4) in whole numbers."""
    channels = (pixels[..., None] >> np.array([0, 8, 16, 24], np.uint32) & 255).astype(np.int64)
    alpha = channels[..., 3:]
    out = np.minimum((255 * channels[..., :3] + alpha // 2) // np.maximum(alpha, 1), 255)
    return np.concatenate([np.where(alpha > 0, out, 0), alpha], -1).astype(np.uint8)


def test_present_every_channel_under_every_alpha() -> None:
    channel, alpha = np.meshgrid(np.arange(256, dtype=np.uint32), np.arange(256, dtype=np.uint32))
    pixels = channel | channel[::-1] << np.uint32(8) | channel[:, ::-1] << np.uint32(16) | alpha << np.uint32(24)
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))


@pytest.mark.parametrize("odd", range(0, 150, 7))
def test_present_one_translucent_pixel_among_opaque_and_empty_ones(odd: int) -> None:
    pixels = np.full((3, 50), 0xFF010203, np.uint32)
    pixels[1] = 0
    pixels.reshape(-1)[odd] = 0x80402010
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (1, 15), (4, 4), (1, 17), (7, 11), (1, 65), (401, 331)])
def test_present_any_size(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).integers(0, 1 << 32, size, np.uint32)
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))


def test_present_nothing() -> None:
    assert present(np.zeros((0, 4), np.uint32)).shape == (0, 4, 4)
