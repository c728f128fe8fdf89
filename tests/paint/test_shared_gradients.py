"""A gradient is a value: what is drawn is what it was then, on whatever canvas, and however often."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from coloraide import Color

import gpucanvas


def gradient_on(ctx: Any, *colors: Any) -> gpucanvas.CanvasGradient:
    """A gradient from left to right over 20 pixels."""
    gradient: gpucanvas.CanvasGradient = ctx.create_linear_gradient(0, 0, 20, 0)
    for i, color in enumerate(colors):
        gradient.add_color_stop(i / max(len(colors) - 1, 1), color)
    return gradient


def test_a_stop_that_is_added_to_a_style_counts_from_the_next_draw_on(backend: str) -> None:
    with gpucanvas.Canvas(20, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        gradient = gradient_on(ctx, "red")
        ctx.fill_style = ctx.stroke_style = gradient
        ctx.fill_rect(0, 0, 20, 10)
        gradient.add_color_stop(0.0, "blue")
        ctx.fill_rect(0, 10, 20, 5)
        gradient.add_color_stop(0.0, "lime")
        ctx.line_width = 5
        ctx.stroke_lines(np.array([[0, 17.5], [20, 17.5]]))
        picture = canvas.to_numpy()
    assert picture[[5, 12, 17], 10].tolist() == [[255, 0, 0, 255], [0, 0, 255, 255], [0, 255, 0, 255]]


def test_a_gradient_without_stops_paints_nothing_until_it_has_one(backend: str) -> None:
    with gpucanvas.Canvas(20, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        gradient = gradient_on(ctx)
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, 20, 10)
        gradient.add_color_stop(0, "red")
        ctx.fill_rect(0, 10, 20, 10)
        picture = canvas.to_numpy()
    assert not picture[:10].any() and (picture[10:] == (255, 0, 0, 255)).all()


def test_one_gradient_on_two_canvases_of_two_colour_spaces(backend: str) -> None:
    gradient = gradient_on(gpucanvas.Recording(1, 1).get_context("2d"), "color(display-p3 0 1 0)", "red")
    pictures = {}
    for space in ("srgb", "display-p3", "srgb"):
        with gpucanvas.Canvas(20, 4, backend=backend) as canvas:
            ctx = canvas.get_context("2d", color_space=space)
            ctx.fill_style = gradient
            ctx.fill_rect(0, 0, 20, 4)
            picture = canvas.to_numpy(color_space=space)
            assert (pictures.setdefault(space, picture) == picture).all()
    # Halfway of the first pixel, in Oklab, the green of each space: that of display-p3 is not in sRGB.
    color = Color("display-p3", [0, 1, 0]).mix("red", 0.5 / 20, space="oklab")
    for space, picture in pictures.items():
        expected = 255 * np.clip(color.convert(space).coords(), 0, 1)
        assert np.abs(picture[0, 0, :3] - expected).max() <= 1
    assert (pictures["srgb"] != pictures["display-p3"]).any()


def test_a_transform_and_an_alpha_of_before_are_found_again_only_where_they_are_the_same(backend: str) -> None:
    with gpucanvas.Canvas(60, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = gradient_on(ctx, "black", "white")
        rows = []
        for x, alpha in ((0, 1.0), (20, 1.0), (0, 0.5), (0, 1.0)):
            ctx.set_transform(1, 0, 0, 1, x, 0)
            ctx.global_alpha = alpha
            ctx.clear_rect(0, 0, 20, 20)
            ctx.fill_rect(0, 0, 20, 20)
            rows.append(canvas.to_numpy()[5, x : x + 20].astype(int))
    first, moved, faded, again = rows
    assert (first == moved).all() and (first == again).all()
    assert (first[:, 3] == 255).all() and (np.abs(faded[:, 3] - 128) <= 1).all()


@pytest.mark.parametrize("name", ["multiply", "screen", "hue", "lighter", "source-in", "source-over"])
def test_a_full_cover_and_a_part_of_one_compose_alike(backend: str, name: Any) -> None:
    """Tiles that a shape fills, where coverage is not looked at, and tiles that it ends in; freely and under a clip."""
    pictures = []
    for clip in (False, True):
        with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.fill_style = gradient_on(ctx, "teal", "orange")
            ctx.fill_rect(0, 0, 64, 64)
            if clip:
                ctx.begin_path()
                ctx.rect(3, 5, 41, 40)
                ctx.clip()
            ctx.global_composite_operation = name
            ctx.fill_style = gradient_on(ctx, (0.9, 0.2, 0.1, 0.75), (0.1, 0.4, 0.9, 0.5))
            ctx.fill_rect(3, 5, 41, 40)
            pictures.append(canvas.to_numpy().astype(int))
    assert abs(pictures[0] - pictures[1])[5:45, 3:44].max() <= 1
    assert (pictures[0][10, 3:20] == pictures[0][40, 3:20]).all(), "a gradient to the right is the same in every row"
