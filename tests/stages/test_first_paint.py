"""Paints that are the first of a tile without anything in it: their colours are not blended, and are the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas

SIZE = 70, 53
"""No whole number of tiles."""
TEXELS = np.random.default_rng(3).integers(0, 256, (40, 60, 4)).astype(np.uint8)
STOPS = [(0.0, (1, 0, 0, 0.2)), (0.4, (0, 1, 0, 1)), (1.0, (0, 0, 1, 0.7))]


def gradient(make: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Fill all of a canvas with a gradient."""

    def draw(ctx: Any) -> None:
        paint = make(ctx)
        for offset, color in STOPS:
            paint.add_color_stop(offset, color)
        ctx.fill_style = paint
        ctx.fill_rect(-1, -1, 80, 60)

    return draw


def image(place: tuple[float, ...], smooth: bool = True, turn: float = 0.0) -> Callable[[Any], None]:
    """Draw an image over all of a canvas, or the most of it."""

    def draw(ctx: Any) -> None:
        ctx.image_smoothing_enabled = smooth
        ctx.rotate(turn)
        ctx.draw_image(gpucanvas.Image(TEXELS), *place)

    return draw


def pattern(repetition: str, scale: float) -> Callable[[Any], None]:
    """Fill all of a canvas with a pattern."""

    def draw(ctx: Any) -> None:
        ctx.fill_style = ctx.create_pattern(TEXELS, repetition)
        ctx.scale(scale, scale)
        ctx.fill_rect(0, 0, 80, 60)

    return draw


def layer(ctx: Any) -> None:
    """Compose a layer of rectangles."""
    ctx.begin_layer()
    ctx.fill_style = (1, 0.5, 0, 0.8)
    ctx.fill_rect(3, 4, 60, 40)
    ctx.fill_rect(20, 20, 60, 40)
    ctx.end_layer()


def halves(ctx: Any) -> None:
    """Draw an array of floats, which a canvas of float16 keeps as halves."""
    ctx.draw_image(TEXELS.astype(np.float32) / 300, 0, 0, 70, 53)


DRAWS: dict[str, Callable[[Any], None]] = {
    "linear, down": gradient(lambda ctx: ctx.create_linear_gradient(0, 0, 0, 53)),
    "linear, across": gradient(lambda ctx: ctx.create_linear_gradient(0, 0, 70, 0)),
    "linear, aslant": gradient(lambda ctx: ctx.create_linear_gradient(5, 5, 60, 40)),
    "radial": gradient(lambda ctx: ctx.create_radial_gradient(30, 20, 3, 30, 20, 50)),
    "radial, apart": gradient(lambda ctx: ctx.create_radial_gradient(20, 20, 3, 50, 20, 20)),
    "conic": gradient(lambda ctx: ctx.create_conic_gradient(0.3, 30, 20)),
    "image, moved": image((4, 5)),
    "image, scaled": image((0, 0, 70, 53)),
    "image, not smoothed": image((0, 0, 70, 53), smooth=False),
    "image, turned": image((-10, -10, 90, 90), turn=0.3),
    "pattern, moved": pattern("repeat", 1),
    "pattern, scaled": pattern("repeat", 1.3),
    "pattern, once": pattern("no-repeat", 1),
    "layer": layer,
    "halves": halves,
}


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("alpha", [1.0, 0.6])
@pytest.mark.parametrize("name", DRAWS)
def test_the_first_paint_of_a_canvas_is_what_it_is_on_transparent_pixels(
    name: str, alpha: float, color_type: str
) -> None:
    found = []
    for is_loaded in (False, True):
        with gpucanvas.Canvas(*SIZE, backend="cpu") as canvas:
            ctx = canvas.get_context("2d", color_type=color_type)
            if is_loaded:
                # Nothing is seen of this, but the pixels are no longer known to be all alike.
                ctx.fill_style = "transparent"
                ctx.fill_rect(1, 1, 3, 3)
                canvas.flush()
                ctx.fill_style = "black"
            ctx.global_alpha = alpha
            DRAWS[name](ctx)
            found.append(canvas.to_numpy(pixel_format="rgba-float16"))
    assert found[0][..., 3].max() > 0.1
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("name", DRAWS)
def test_the_first_paint_after_a_clear_is_what_it_is_on_a_new_canvas(name: str) -> None:
    found = []
    for is_new in (False, True):
        with gpucanvas.Canvas(*SIZE, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            if not is_new:
                ctx.fill_rect(0, 0, 40, 40)
                canvas.flush()
                ctx.clear_rect(0, 0, 50, 50)
            DRAWS[name](ctx)
            found.append(canvas.to_numpy())
    np.testing.assert_array_equal(*found)
