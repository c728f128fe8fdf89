"""What batch verbs take: no items at all, one value for all items, and errors that name the item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas

PICTURE = np.full((4, 4, 4), 255, np.uint8)
NOTHING: dict[str, Callable[[Any], None]] = {
    "fill_rects": lambda ctx: ctx.fill_rects([], [], 1),
    "fill_rects in one colour": lambda ctx: ctx.fill_rects([], [], 1, color=["red"]),
    "fill_circles": lambda ctx: ctx.fill_circles([], [], 1),
    "fill_arcs": lambda ctx: ctx.fill_arcs([], [], 1, 0, 1),
    "stroke_lines": lambda ctx: ctx.stroke_lines([]),
    "stroke_lines of an array": lambda ctx: ctx.stroke_lines(np.array([])),
    "stroke_lines of empty lists": lambda ctx: ctx.stroke_lines([[], []]),
    "fill_polygons": lambda ctx: ctx.fill_polygons([[], []]),
    "stroke_line_segments": lambda ctx: ctx.stroke_line_segments([]),
    "fill_texts": lambda ctx: ctx.fill_texts([], [], []),
    "draw_images from nothing": lambda ctx: ctx.draw_images(PICTURE, []),
    "draw_images to nothing": lambda ctx: ctx.draw_images(PICTURE, None, []),
    "draw_images without transforms": lambda ctx: ctx.draw_images(PICTURE, transforms=[]),
    "draw_images without alphas": lambda ctx: ctx.draw_images(PICTURE, alpha=[]),
}


def pixels(draw: Callable[[Any], None], **settings: Any) -> Any:
    with gpucanvas.Canvas(40, 30, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", **settings)
        draw(ctx)
        return canvas.to_numpy(pixel_format="rgba-float16")


@pytest.mark.parametrize("name", NOTHING)
def test_no_items_draw_nothing(name: str) -> None:
    assert not pixels(NOTHING[name]).any()


TRIANGLE = [(2, 2), (30, 5), (9, 25)]


@pytest.mark.parametrize("verb", ["fill_polygons", "stroke_polygons", "stroke_lines"])
@pytest.mark.parametrize("points", [[[], TRIANGLE], [TRIANGLE, []], [[(9, 9)], TRIANGLE, []]], ids=["1", "2", "3"])
def test_runs_without_points_are_no_error(verb: str, points: Any) -> None:
    colors = ["red"] * len(points)
    drawn = pixels(lambda ctx: getattr(ctx, verb)(points, color=colors))
    assert drawn.any()
    assert np.array_equal(drawn, pixels(lambda ctx: getattr(ctx, verb)([TRIANGLE], color="red")))


def test_segments_are_pairs_of_points_or_four_numbers() -> None:
    rows = np.array([[2, 3, 30, 5], [9, 25, 20, 2]])
    drawn = pixels(lambda ctx: ctx.stroke_line_segments(rows))
    assert drawn.any() and np.array_equal(drawn, pixels(lambda ctx: ctx.stroke_line_segments(rows.reshape(2, 2, 2))))


def test_a_path_takes_lists_without_points() -> None:
    assert gpucanvas.Path2D([[], [(1, 2), (3, 4)]]).to_svg() == "M1 2 L3 4"
    assert gpucanvas.Path2D([[(1, 2), (3, 4)], []]).to_svg() == "M1 2 L3 4"
    assert gpucanvas.Path2D(np.array([])).to_svg() == ""


ONE = {"list": ["red"], "array": np.array([[1.0, 0, 0]]), "bytes": np.array([[255, 0, 0, 255]], np.uint8)}


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("color_space", ["srgb", "display-p3"])
@pytest.mark.parametrize("name", ONE)
def test_a_colour_array_of_one_row_is_for_all_items(name: str, color_space: str, color_type: str) -> None:
    def draw(ctx: Any, color: Any, x: Any) -> None:
        ctx.fill_rects([2, 12], [1, 1], 5, color=color)
        ctx.fill_texts(["a", "b"], x, [18, 28], color=color)
        ctx.fill_texts(["a", "b"], [3, 18], [28], color=color)

    settings = {"color_space": color_space, "color_type": color_type}
    wanted = pixels(lambda ctx: draw(ctx, "red", 4), **settings)
    assert np.abs(pixels(lambda ctx: draw(ctx, ONE[name], [4]), **settings) - wanted).max() < 0.002


def test_arcs_have_the_standards_name_for_their_direction() -> None:
    def quarter(ctx: Any) -> None:
        ctx.fill_arcs(15, 15, 10, 0, np.pi / 2, counterclockwise=True)
        ctx.stroke_arcs(15, 15, 12, 0, np.pi / 2, counterclockwise=True)

    def same(ctx: Any) -> None:
        for radius, verb in ((10, ctx.fill), (12, ctx.stroke)):
            ctx.begin_path()
            ctx.arc(15, 15, radius, 0, np.pi / 2, counterclockwise=True)
            verb()

    assert np.abs(pixels(quarter) - pixels(same)).max() < 0.02


def test_an_error_names_the_item() -> None:
    ctx: Any = gpucanvas.Recording(9, 9).get_context("2d")
    with pytest.raises(gpucanvas.IndexSizeError, match="fill_circles: the radius of item 1 is -1: give at least 0"):
        ctx.fill_circles([1, 2], [1, 2], [1, -1])
    with pytest.raises(ValueError, match=r"fill_texts: text 1 is at \[nan, 4.0\]: give finite numbers"):
        ctx.fill_texts(["a", "b"], [1, np.nan], [3, 4])
    with pytest.raises(ValueError, match=r"color 1 is \[nan, 0.0, 0.0\], with NaN: give floats from 0 to 1"):
        ctx.fill_rects([1, 2], 1, 1, color=[[1, 0, 0], [np.nan, 0, 0]])
