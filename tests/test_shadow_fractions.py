"""Shadows whose offset is no whole number of pixels lie where they are told, whatever throws them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas

WHITE = np.full((4, 6, 4), 255, np.uint8)


def rectangle(ctx: Any) -> None:
    ctx.fill_rect(2, 3, 6, 4)


def image(ctx: Any) -> None:
    ctx.draw_image(WHITE, 2, 3)


def images(ctx: Any) -> None:
    ctx.draw_images(WHITE, dst_rects=[[2, 3, 6, 4]])


def filtered_rectangle(ctx: Any) -> None:
    ctx.filter = "invert()"
    rectangle(ctx)


def filtered_image(ctx: Any) -> None:
    ctx.filter = "sepia(20%)"
    image(ctx)


def layer(ctx: Any) -> None:
    """Two shapes with one edge: what they are together is moved, not each of them."""
    with ctx.layer():
        rectangle(ctx)
        ctx.fill_rect(2, 3, 3, 4)


def turned_image(ctx: Any) -> None:
    ctx.transform(0, 1, -1, 0, 8, 3)
    ctx.draw_image(WHITE.transpose(1, 0, 2).copy(), 0, 0)


DRAWN = (rectangle, image, images, filtered_rectangle, filtered_image, layer, turned_image)
OFFSETS = [(10.25, 0.0), (9.5, 0.0), (9.75, 6.25), (-0.4, 7.6), (12.0, -0.125)]


def moved(x: float, y: float) -> np.ndarray:
    """Where the shadow of a box of 6x4 pixels at (2, 3) covers how much of each pixel, 0 to 1."""

    def covered(low: float, high: float, count: int) -> np.ndarray:
        at = np.arange(count)
        return np.clip(np.minimum(at + 1, high) - np.maximum(at, low), 0, 1)

    return np.outer(covered(3 + y, 7 + y, 20), covered(2 + x, 8 + x, 30))


def shadow_of(draw: Callable[[Any], None], x: float, y: float, backend: str) -> np.ndarray:
    with gpucanvas.Canvas(30, 20, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "blue", x, y
        draw(ctx)
        ctx.reset_transform()
        ctx.filter = "none"
        ctx.shadow_color = "transparent"
        ctx.clear_rect(2, 3, 6, 4)
        return np.array(canvas.to_numpy()[..., 3])


@pytest.mark.parametrize("offset", OFFSETS, ids=str)
@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_a_shadow_lies_at_parts_of_pixels(
    draw: Callable[[Any], None], offset: tuple[float, float], backend: str
) -> None:
    found = shadow_of(draw, *offset, backend).astype(float)
    wanted = 255 * moved(*offset)
    wanted[3:7, 2:8] = 0
    # Products of two shares are rounded twice.
    assert np.abs(found - wanted).max() <= 2


def test_a_drop_shadow_lies_at_parts_of_pixels(backend: str) -> None:
    def dropped(ctx: Any) -> None:
        ctx.shadow_color = "transparent"
        ctx.filter = "drop-shadow(10.25px -0.5px red)"
        rectangle(ctx)

    found = shadow_of(dropped, 0, 0, backend).astype(float)
    wanted = 255 * moved(10.25, -0.5)
    assert np.abs(found - wanted).max() <= 2
