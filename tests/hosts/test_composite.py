"""Backdrop: premultiplied pixels laid on an opaque colour, to the unit, for every alpha."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gpucanvas
from gpucanvas.window.composite import Backdrop, read_over


def test_every_alpha_over_every_colour_is_the_exact_sum_rounded() -> None:
    alphas = np.arange(256, dtype=np.uint32)
    channels = np.stack([alphas * 0, alphas // 2, alphas], 1)  # Premultiplied: none is above its alpha.
    words = channels[:, 0] | channels[:, 1] << 8 | channels[:, 2] << 16 | alphas << 24
    for color in [(255, 255, 255), (0, 0, 0), (1, 127, 128), (200, 3, 254)]:
        laid = Backdrop(np.array([*color], np.uint8)).over(words.reshape(16, 16)).reshape(256, 4)
        for alpha in range(256):
            exact = [
                int(channel) + Fraction((255 - alpha) * below, 255)
                for channel, below in zip(channels[alpha], color, strict=True)
            ]
            assert laid[alpha].tolist() == [*(int(each + Fraction(1, 2)) for each in exact), 255], (color, alpha)


@given(st.integers(0, 70), st.integers(0, 5), st.sampled_from(["white", "red"]))
def test_pictures_of_any_size_are_laid_whole(height: int, width: int, color: str) -> None:
    laid = Backdrop(color).over(np.zeros((height, width), np.uint32))
    assert laid.shape == (height, width, 4)
    assert np.array_equal(
        laid, np.broadcast_to(laid.dtype.type([255, *[255 * (color == "white")] * 2, 255]), laid.shape)
    )


def test_the_surface_stays_as_it_is_and_is_read_once() -> None:
    with gpucanvas.Canvas(50, 40, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = "rgba(10, 200, 30, 0.3)"
        ctx.fill_rect(0, 0, 25, 40)
        read_over(canvas, Backdrop("white"))
        assert canvas.stats.total.readbacks == 1
        assert canvas.stats.total.frames == 1
        pixels = canvas.to_numpy()
        assert pixels[0, 0, 3] == 77
        assert (pixels[0, 49] == 0).all()


def test_an_opaque_canvas_is_shown_as_it_is() -> None:
    with gpucanvas.Canvas(8, 4, backend="cpu") as canvas:
        canvas.get_context("2d", alpha=False)
        assert read_over(canvas, Backdrop("white"))[0, 0].tolist() == [0, 0, 0, 255]


@pytest.mark.parametrize("color", ["transparent", "rgb(0 0 0 / 99%)"])
def test_a_translucent_background_is_refused(color: str) -> None:
    with pytest.raises(ValueError, match="translucent: give an opaque colour"):
        Backdrop(color)
