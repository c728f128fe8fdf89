"""What does nothing at all: an operator that clears outside its source then clears nothing.

The standard returns early for filled rectangles without width or height, and for images without (HTML, "drawing
rectangles to the bitmap", "drawing images"). Where it is silent (empty paths, singular transforms), these are
Chromium's answers; so are the counter-examples, which clear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from compositing import UNBOUNDED

SIZE = 40
IMAGE = np.full((4, 4, 4), 255, np.uint8)
Drawing = Callable[[Any], object]


def singular(ctx: Any, then: Drawing) -> None:
    ctx.scale(0, 1)
    then(ctx)


NOTHING: dict[str, Drawing] = {
    "rectangle without width": lambda ctx: ctx.fill_rect(2, 2, 0, 5),
    "rectangle without height": lambda ctx: ctx.fill_rect(2, 2, 5, 0),
    "turned rectangle without height": lambda ctx: (ctx.rotate(0.3), ctx.fill_rect(2, 2, 5, 0)),
    "frame without width and height": lambda ctx: ctx.stroke_rect(2, 2, 0, 0),
    "fill of an empty path": lambda ctx: ctx.fill(),
    "stroke of an empty path": lambda ctx: ctx.stroke(),
    "dashed stroke of an empty path": lambda ctx: (ctx.set_line_dash([2, 1]), ctx.stroke()),
    "fill of an empty Path2D": lambda ctx: ctx.fill(gpucanvas.Path2D()),
    "image without width": lambda ctx: ctx.draw_image(IMAGE, 2, 2, 0, 5),
    "image of no part": lambda ctx: ctx.draw_image(IMAGE, 0, 0, 0, 2, 2, 2, 5, 5),
    "image of a part outside it": lambda ctx: ctx.draw_image(IMAGE, 10, 10, 2, 2, 2, 2, 5, 5),
    "flattened rectangle": lambda ctx: singular(ctx, lambda ctx: ctx.fill_rect(2, 2, 5, 5)),
    "rectangle flattened to a slanted line": lambda ctx: (ctx.transform(1, 1, 1, 1, 0, 0), ctx.fill_rect(2, 2, 5, 5)),
    "flattened frame": lambda ctx: singular(ctx, lambda ctx: ctx.stroke_rect(2, 2, 5, 5)),
    "flattened Path2D": lambda ctx: singular(ctx, lambda ctx: ctx.fill(gpucanvas.Path2D("M2 2H9V9Z"))),
    "flattened stroke": lambda ctx: singular(ctx, lambda ctx: ctx.stroke(gpucanvas.Path2D("M2 2H9V9Z"))),
    "flattened image": lambda ctx: singular(ctx, lambda ctx: ctx.draw_image(IMAGE, 2, 2)),
    "batch of rectangles without height": lambda ctx: ctx.fill_rects([1, 9], [1, 9], 5, 0),
    "turned batch of rectangles without height": lambda ctx: (ctx.rotate(0.3), ctx.fill_rects([1, 9], [1, 9], 5, 0)),
    "batch of frames without width and height": lambda ctx: ctx.stroke_rects([1, 9], [1, 9], 0, 0),
    "empty batch": lambda ctx: ctx.fill_rects([], [], 5, 5),
    "flattened batch": lambda ctx: singular(ctx, lambda ctx: ctx.fill_circles([5, 9], [5, 9], 3)),
    "flattened batch of lines": lambda ctx: singular(ctx, lambda ctx: ctx.stroke_line_segments([[[1, 1], [9, 9]]])),
    "empty clip": lambda ctx: (ctx.clip(), ctx.fill_rect(2, 2, 5, 5)),
}
CLEARS: dict[str, Drawing] = {
    "rectangle outside the canvas": lambda ctx: ctx.fill_rect(100, 100, 5, 5),
    "frame without height": lambda ctx: ctx.stroke_rect(100, 100, 5, 0),
    "path of one point": lambda ctx: (ctx.move_to(2, 2), ctx.fill()),
    "stroke without length": lambda ctx: (ctx.move_to(2, 2), ctx.line_to(2, 2), ctx.stroke()),
    "polygon without area": lambda ctx: ctx.fill(gpucanvas.Path2D("M2 2L8 5L14 8Z")),
    "rectangle in a path without width": lambda ctx: (ctx.rect(2, 2, 0, 5), ctx.fill()),
    "outline outside the canvas": lambda ctx: (ctx.rect(102, 2, 5, 5), ctx.fill()),
    "rectangle of alpha 0": lambda ctx: (setattr(ctx, "global_alpha", 0), ctx.fill_rect(2, 2, 5, 5)),
    "image of alpha 0": lambda ctx: (setattr(ctx, "global_alpha", 0), ctx.draw_image(IMAGE, 2, 2)),
    "image outside the canvas": lambda ctx: ctx.draw_image(IMAGE, 100, 100),
    "gradient without stops": lambda ctx: (
        setattr(ctx, "fill_style", ctx.create_linear_gradient(0, 0, 5, 0)),
        ctx.fill_rect(2, 2, 5, 5),
    ),
    "batch outside the canvas": lambda ctx: ctx.fill_rects([100, 200], [1, 9], 5, 5),
}


def blue(backend: str, alpha: bool = True) -> tuple[Any, Any]:
    """A canvas all blue, and its context."""
    canvas = gpucanvas.Canvas(SIZE, SIZE, backend=backend)
    ctx = canvas.get_context("2d", alpha=alpha)
    ctx.fill_style = "#00f"
    ctx.fill_rect(0, 0, SIZE, SIZE)
    ctx.fill_style = ctx.stroke_style = "#f00"
    return canvas, ctx


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("operator", UNBOUNDED)
@pytest.mark.parametrize("name", NOTHING)
def test_what_draws_nothing_clears_nothing(backend: str, name: str, operator: str, alpha: bool) -> None:
    canvas, ctx = blue(backend, alpha)
    ctx.global_composite_operation = operator
    NOTHING[name](ctx)
    assert (canvas.to_numpy() == (0, 0, 255, 255)).all()


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("operator", UNBOUNDED)
@pytest.mark.parametrize("name", CLEARS)
def test_what_draws_out_of_sight_clears_everything(backend: str, name: str, operator: str, alpha: bool) -> None:
    canvas, ctx = blue(backend, alpha)
    ctx.global_composite_operation = operator
    CLEARS[name](ctx)
    assert (canvas.to_numpy() == (0, 0, 0, 0 if alpha else 255)).all()


def test_items_that_are_nothing_among_others_change_nothing(backend: str) -> None:
    canvas, ctx = blue(backend)
    ctx.global_composite_operation = "copy"
    ctx.fill_rects([3, 20], [3, 20], [5, 0], [5, 9])
    expected = np.zeros((SIZE, SIZE, 4), np.uint8)
    expected[3:8, 3:8] = (255, 0, 0, 255)
    assert (canvas.to_numpy() == expected).all()


def test_the_last_item_that_is_something_is_copied_to_an_opaque_canvas(backend: str) -> None:
    canvas, ctx = blue(backend, alpha=False)
    ctx.global_composite_operation = "copy"
    ctx.fill_rects([3, 9, 20], [3, 9, 20], [5, 5, 0], [5, 5, 9], color=["lime", "red", "white"])
    expected = np.full((SIZE, SIZE, 4), (0, 0, 0, 255), np.uint8)
    expected[9:14, 9:14] = (255, 0, 0, 255)
    assert (canvas.to_numpy() == expected).all()


@pytest.mark.parametrize("operator", UNBOUNDED)
def test_recordings_drawn_together_are_left_alone_too(backend: str, operator: str) -> None:
    recordings = []
    for _ in range(3):
        recording = gpucanvas.Recording(9, 7)
        ctx = recording.get_context("2d")
        ctx.fill_style = "#00f"
        ctx.fill_rect(0, 0, 9, 7)
        ctx.global_composite_operation = operator
        ctx.fill_rect(2, 2, 0, 5)
        recordings.append(recording)
    for picture in gpucanvas.render_many(recordings, backend=backend):
        assert (np.asarray(picture) == (0, 0, 255, 255)).all()


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("setting", ["shadow", "filter"])
@pytest.mark.parametrize("name", NOTHING)
def test_what_draws_nothing_has_no_shadow_or_filter_either(backend: str, name: str, setting: str, alpha: bool) -> None:
    """A shadow or filter needs a layer, which an unbounded operator would compose: that clears the canvas."""
    canvas, ctx = blue(backend, alpha)
    ctx.global_composite_operation = "copy"
    if setting == "shadow":
        ctx.shadow_color, ctx.shadow_offset_x = "lime", 3
    else:
        ctx.filter = "invert(1)"
    NOTHING[name](ctx)
    assert (canvas.to_numpy() == (0, 0, 255, 255)).all()
