"""Shapes that are added up and lie side by side, as slices of a pie, stay shapes in vector files."""

from __future__ import annotations

from collections.abc import Callable
from math import tau
from typing import Any

import numpy as np
import pytest

import gpucanvas
from vector.viewers import draw_pdf, draw_svg

Draw = Callable[[Any], None]


def pie(ctx: Any) -> None:
    angle = 0.3
    for share, color in ((0.1, "teal"), (0.25, "navy"), (0.3, "rgb(200 0 0 / 60%)"), (0.35, "olive")):
        ctx.begin_path()
        ctx.move_to(60, 50)
        ctx.arc(60, 50, 40, angle, angle + share * tau)
        ctx.close_path()
        ctx.fill_style = color
        ctx.fill()
        angle += share * tau


def tiles(ctx: Any) -> None:
    ctx.rotate(0.1)
    corners = np.array([[0, 0], [12, 0], [12, 9], [0, 9]])
    places = np.stack(np.meshgrid(np.arange(10, 100, 12), np.arange(10, 70, 9)), -1).reshape(-1, 1, 2)
    ctx.fill_polygons(places + corners, color=np.linspace(0, 1, 4 * len(places)).reshape(-1, 4) ** 0.3)


def bands(ctx: Any) -> None:
    with ctx.layer():
        ctx.fill_style = "tomato"
        ctx.fill(gpucanvas.Path2D("M10 90 L60 40 L110 90Z"))
    ctx.fill_style = "gold"
    ctx.global_composite_operation = "lighter"
    ctx.fill(gpucanvas.Path2D("M10 90 L60 40 L110 90 L110 60 L60 10 L10 60Z"))


def overlapping(ctx: Any) -> None:
    ctx.fill_style = "rgb(200 0 0 / 30%)"
    for x in (50, 60, 70):
        ctx.begin_path()
        ctx.arc(x, 50, 30, 0, 7)
        ctx.fill()


def crossing(ctx: Any) -> None:
    ctx.stroke_style = "#550000"
    for k in range(10):
        ctx.stroke(gpucanvas.Path2D(f"M{10 * k} 10 L{100 - 10 * k} 90"))


def layer_of(draw: Draw) -> gpucanvas.Picture:
    recording = gpucanvas.Recording(120, 100)
    ctx = recording.get_context("2d")
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, 120, 100)
    with ctx.layer():
        ctx.global_composite_operation = "lighter"
        draw(ctx)
    return recording.freeze()


def pixels_of(picture: gpucanvas.Picture) -> Any:
    with gpucanvas.Canvas(120, 100, backend="cpu") as canvas:
        canvas.get_context("2d").draw_picture(picture)
        return canvas.to_numpy()


@pytest.mark.parametrize("draw", [pie, tiles, bands])
def test_shapes_side_by_side_stay_shapes(draw: Draw) -> None:
    picture = layer_of(draw)
    text, document = picture.to_svg(), picture.to_pdf()
    assert "<image" not in text and b"/Image" not in document
    for found in (draw_svg(text), draw_pdf(document, 96 / 72)):
        off = np.abs(found.astype(int) - pixels_of(picture)).max(axis=2)
        # What differs are the pixels of shared edges, through which a quarter of the white shows there.
        assert np.median(off) == 0 and (off > 90).sum() == 0 and (off > 12).mean() < 0.12


@pytest.mark.parametrize("draw", [overlapping, crossing])
def test_shapes_that_add_up_are_pixels(draw: Draw) -> None:
    assert "<image" in layer_of(draw).to_svg()


def test_shapes_that_are_added_to_a_background_are_pixels() -> None:
    recording = gpucanvas.Recording(120, 100)
    ctx = recording.get_context("2d")
    ctx.fill_style = "#222"
    ctx.fill_rect(0, 0, 120, 100)
    ctx.global_composite_operation = "lighter"
    pie(ctx)
    assert "<image" in recording.freeze().to_svg()


def test_a_cleared_rectangle_or_another_operator_leaves_it_pixels() -> None:
    def cleared(ctx: Any) -> None:
        pie(ctx)
        ctx.clear_rect(50, 40, 9, 9)

    def cut(ctx: Any) -> None:
        pie(ctx)
        ctx.global_composite_operation = "destination-out"
        ctx.fill_rect(50, 40, 9, 9)

    for draw in (cleared, cut):
        assert "<image" in layer_of(draw).to_svg()
