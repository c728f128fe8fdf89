"""Straight halves are premultiplied pixels divided by alpha, whatever strips they are converted in."""

from __future__ import annotations

import numpy as np
import pytest

from gpucanvas.contract.formats import LARGEST_HALF, RGBA8, RGBA16F
from gpucanvas.present import halves


def expected(premultiplied: np.ndarray, most: float) -> np.ndarray:
    """By the formula, in float64."""
    given = premultiplied.astype(np.float64)
    alpha = given[..., 3:]
    color = np.divide(given[..., :3], alpha, out=np.zeros_like(given[..., :3]), where=alpha > 0)
    return np.concatenate([color.clip(-most, most), alpha], 2)


@pytest.mark.parametrize("strip", [1, 70, 1 << 14])
@pytest.mark.parametrize("is_opaque", [False, True])
def test_halves_are_divided_by_alpha(strip: int, is_opaque: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "STRIP_PIXELS", strip)
    rng = np.random.default_rng(3)
    channels = rng.random((9, 30, 4)).astype(np.float16)
    channels[..., :3] *= channels[..., 3:]
    channels[0], channels[1, :, 3] = 0.0, 1e-7
    channels[2] = 3.0, -2.0, 0.5, 1.0
    if is_opaque:
        channels[..., 3] = 1.0
    pixels = channels.view(RGBA16F.dtype).reshape(9, 30)
    found = halves.straight_halves(pixels, RGBA16F)
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, expected(channels, LARGEST_HALF), rtol=1e-3, atol=1e-6)
    if is_opaque:
        assert np.array_equal(found, channels)


def test_bytes_are_halves_from_0_to_1() -> None:
    channels = np.random.default_rng(4).integers(0, 256, (7, 20, 4), dtype=np.uint8)
    channels[..., :3] = np.minimum(channels[..., :3], channels[..., 3:])
    channels[0] = 0
    found = halves.straight_halves(channels.view(np.uint32).reshape(7, 20), RGBA8)
    np.testing.assert_allclose(found, expected(channels / 255, 1.0), atol=6e-4)
    assert found.max() <= 1.0
