"""A style is read the same whether it takes the short way (a tuple of four floats) or the long one (`to_rgba`)."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest

import gpucanvas
from gpucanvas.paint.color import serialize, to_rgba

STYLES = [
    (0.2, 0.4, 0.6, 0.8),
    (1, 0, 0, 1),
    (1, 0, 0, 1.0),
    (True, 0, 0.5, 1),
    (0.5, 0.5, 0.5),
    (np.float64(0.5), 0.0, 0.0, 1.0),
    (np.float32(0.5), 0.0, 0.0, 1.0),
    (np.uint8(200), np.uint8(100), np.uint8(0), np.uint8(255)),
    (np.uint8(1), 0.0, 0.0, 1.0),
    (Fraction(1, 2), 0.0, 0.0, 1.0),
    (np.array(0.25), 0.0, 0.0, 1.0),
]


@pytest.mark.parametrize("style", STYLES, ids=repr)
def test_a_tuple_means_the_same_on_every_way(style: tuple[object, ...]) -> None:
    with gpucanvas.Canvas(2, 2, backend="cpu") as canvas, warnings.catch_warnings():
        warnings.simplefilter("error")
        ctx = canvas.get_context("2d")
        for _ in range(2):
            ctx.fill_style = style
            ctx.fill_rect(0, 0, 2, 2)
            expected = to_rgba(style)
            assert ctx.fill_style == serialize(expected)
            # A translucent colour is rounded once more, when it is premultiplied.
            assert canvas.to_numpy()[0, 0] == pytest.approx(np.array(expected) * 255, abs=1)
            ctx.clear_rect(0, 0, 2, 2)


@pytest.mark.parametrize(
    "style",
    [
        (float("nan"), 0.0, 0.0, 1.0),
        (0.0, 0.0, 0.0, 1.5),
        (-0.1, 0.0, 0.0, 1.0),
        (10**400, 0.0, 0.0, 1.0),
        (1j, 0, 0, 1.0),
    ],
    ids=str,
)
def test_a_tuple_that_is_no_colour_leaves_the_style(style: tuple[object, ...]) -> None:
    with gpucanvas.Canvas(2, 2, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = (0.0, 1.0, 0.0, 1.0)
        with pytest.raises((ValueError, TypeError), match="colo"):
            ctx.fill_style = style
        ctx.fill_rect(0, 0, 2, 2)
        assert canvas.to_numpy()[0, 0].tolist() == [0, 255, 0, 255]
