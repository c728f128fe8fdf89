"""Strokes of one upright segment are rectangles, the pixels of `fill_rect`; all other strokes stay what they were."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from drawn import Draw, pixels_of, shapes_of
from gpucanvas.contract.constants import SHAPE_PATH, SHAPE_RECT, SHAPE_SEGMENT

Segment = tuple[float, float, float, float]


def line(ctx: gpucanvas.Context2D, segment: Segment) -> None:
    ctx.begin_path()
    ctx.move_to(*segment[:2])
    ctx.line_to(*segment[2:])
    ctx.stroke()


SEGMENTS: dict[str, Segment] = {
    "flat": (10, 20.25, 80.5, 20.25),
    "backwards": (80.5, 20.25, 10, 20.25),
    "tall": (33.3, 70, 33.3, 5.5),
    "beyond": (-50, 40, 500, 40),
}
TRANSFORMS = {
    "none": (1, 0, 0, 1, 0, 0),
    "moved": (1, 0, 0, 1, 3.3, -2.7),
    "stretched": (1.5, 0, 0, 0.5, 1, 2),
    "a quarter turned": (0, 1, -1, 0, 95, 5),
    "mirrored": (-1, 0, 0, 1, 90, 0),
}


@pytest.mark.parametrize("way", TRANSFORMS)
@pytest.mark.parametrize("name", SEGMENTS)
@pytest.mark.parametrize("cap", ["butt", "square"])
def test_a_stroked_upright_segment_has_the_pixels_of_a_rectangle(name: str, way: str, cap: Any, backend: str) -> None:
    x, y, x1, y1 = SEGMENTS[name]
    width = 2.5
    reach = width / 2 if cap == "square" else 0.0
    left, right, top, bottom = min(x, x1), max(x, x1), min(y, y1), max(y, y1)
    if top == bottom:
        rect = left - reach, top - width / 2, right - left + 2 * reach, width
    else:
        rect = left - width / 2, top - reach, width, bottom - top + 2 * reach

    def stroked(ctx: gpucanvas.Context2D) -> None:
        ctx.set_transform(*TRANSFORMS[way])
        ctx.line_width, ctx.line_cap, ctx.stroke_style = width, cap, "rgb(200 30 60 / 70%)"
        line(ctx, SEGMENTS[name])

    def segments(ctx: gpucanvas.Context2D) -> None:
        ctx.set_transform(*TRANSFORMS[way])
        ctx.line_width, ctx.line_cap, ctx.stroke_style = width, cap, "rgb(200 30 60 / 70%)"
        ctx.stroke_line_segments(np.reshape(SEGMENTS[name], (1, 2, 2)))

    def filled(ctx: gpucanvas.Context2D) -> None:
        ctx.set_transform(*TRANSFORMS[way])
        ctx.fill_style = "rgb(200 30 60 / 70%)"
        ctx.fill_rect(*rect)

    assert shapes_of(stroked) == [SHAPE_RECT]
    wanted = pixels_of(backend, filled).astype(int)
    assert wanted.any()
    assert np.abs(pixels_of(backend, stroked) - wanted).max() <= 1
    assert np.abs(pixels_of(backend, segments) - wanted).max() <= 1
    if way != "stretched":
        assert shapes_of(segments) == [SHAPE_RECT]


def test_a_path_that_was_made_under_another_transform_has_the_pen_of_the_present_one(backend: str) -> None:
    def stroked(ctx: gpucanvas.Context2D) -> None:
        ctx.scale(2, 2)
        ctx.begin_path()
        ctx.move_to(10, 20)
        ctx.line_to(40, 20)
        ctx.set_transform(1, 0, 0, 3, 0, 0)
        ctx.line_width = 4
        ctx.stroke()

    assert shapes_of(stroked) == [SHAPE_RECT]
    assert (pixels_of(backend, stroked) == pixels_of(backend, lambda ctx: ctx.fill_rect(20, 34, 60, 12))).all()


def outlined(how: str) -> Draw:
    def draw(ctx: gpucanvas.Context2D) -> None:
        segment: Segment = 10, 20, 80, 20
        if how == "round caps":
            ctx.line_cap = "round"
        elif how == "dashed":
            ctx.set_line_dash([4, 3])
        elif how == "slanted":
            segment = 10, 20, 80, 20.01
        elif how == "turned":
            ctx.rotate(0.1)
        elif how == "without length":
            segment, ctx.line_cap = (10, 20, 10, 20), "square"
        elif how == "far away":
            segment = 10, 20, 1e9, 20
        elif how == "flattened":
            ctx.set_transform(1, 0, 0, 0, 0, 20)
        line(ctx, segment)

    return draw


@pytest.mark.parametrize(
    "how", ["round caps", "dashed", "slanted", "turned", "without length", "far away", "flattened"]
)
def test_other_strokes_stay_outlines(how: str) -> None:
    assert shapes_of(outlined(how)) == [SHAPE_PATH]


def test_slanted_segments_of_a_batch_stay_segments() -> None:
    def draw(ctx: gpucanvas.Context2D) -> None:
        segments = [(0, 5, 50, 5), (0, 5, 50, 9), (7, 0, 7, 60), (3, 3, 3, 3)]
        ctx.stroke_line_segments(np.reshape(segments, (-1, 2, 2)))

    assert shapes_of(draw) == [SHAPE_RECT, SHAPE_SEGMENT, SHAPE_RECT, SHAPE_RECT]


def test_a_line_with_a_gradient_under_a_clip_is_what_its_rectangle_is(backend: str) -> None:
    def with_style(draw: Draw) -> Draw:
        def work(ctx: gpucanvas.Context2D) -> None:
            gradient = ctx.create_linear_gradient(0, 0, 90, 0)
            gradient.add_color_stop(0, "red")
            gradient.add_color_stop(1, "rgb(0 0 255 / 30%)")
            ctx.begin_path()
            ctx.arc(50, 50, 40, 0, 7)
            ctx.clip()
            ctx.global_composite_operation = "source-out"
            ctx.fill_style = ctx.stroke_style = gradient
            ctx.line_width = 9
            draw(ctx)

        return work

    stroked = pixels_of(backend, with_style(lambda ctx: line(ctx, (5, 50.5, 95, 50.5))))
    filled = pixels_of(backend, with_style(lambda ctx: ctx.fill_rect(5, 46, 90, 9)))
    assert filled.any()
    assert (stroked == filled).all()
