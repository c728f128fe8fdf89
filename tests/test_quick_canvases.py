"""The verbs in C among all others, on canvases: the same pixels as with the verbs in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from quick_programs import Call, plain, quick
from test_quick_verbs import pytestmark  # noqa: F401


IMAGES = [gpucanvas.Image(np.full((3, 3, 4), [50 * i, 9, 9, 255], np.uint8)) for i in range(5)]


def draw_images(call: Call, context: Any, number: int) -> None:
    call(context, "set_transform", (1, 0, 0, 1, number % 40, number // 4))
    call(context, "draw_image", (IMAGES[number % 5], 0, 0))


def stroke(call: Call, context: Any, number: int) -> None:
    call(context, "line_width", (2 + 2 * (number % 5),))
    call(context, "stroke_rect", (number % 40, number // 4, 3, 3))


def shade(call: Call, context: Any, number: int) -> None:
    """In one state: nothing is looked up."""
    if number == 0:
        context.shadow_color, context.shadow_offset_x = "red", 2
    call(context, "fill_rect", (number % 40, number // 4, 1, 1))


@pytest.mark.parametrize("call", [quick, plain])
@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("draw", [draw_images, stroke, shade])
def test_what_is_drawn_while_much_is_undrawn_is_what_was_asked_for(
    call: Call, alpha: bool, draw: Callable[[Call, Any, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording that is begun in the middle has none of the images and pens of the one before."""
    monkeypatch.setattr("gpucanvas.verbs.indices.UNREAD_BYTES", 480)
    canvas, each = gpucanvas.Canvas(40, 30, backend="cpu"), gpucanvas.Canvas(40, 30, backend="cpu")
    for one in (canvas, each):
        context = one.get_context("2d", alpha=alpha)
        for number in range(100):
            draw(call, context, number)
            if one is each:
                one.flush()
    assert 5 <= canvas.stats.total.flushes <= 20
    assert np.array_equal(canvas.to_numpy(), each.to_numpy())


@pytest.mark.parametrize("call", [quick, plain])
@pytest.mark.parametrize("between", [False, True])
def test_a_gradient_that_changes_is_stroked_as_it_is(call: Call, between: bool) -> None:
    recording = gpucanvas.Recording(40, 40)
    context: Any = recording.get_context("2d")
    call(context, "fill_rect", (0, 0, 1, 1))
    gradient = context.create_linear_gradient(0, 0, 40, 0)
    gradient.add_color_stop(0, "red")
    context.stroke_style = gradient
    call(context, "stroke_rect", (1, 1, 9, 9))
    if between:
        call(context, "fill_rect", (0, 0, 1, 1))
    gradient.add_color_stop(1, "blue")
    call(context, "stroke_rect", (1, 1, 9, 9))
    stops = [len(paint.stops) for paint in recording._commands.paints if not isinstance(paint, tuple)]
    assert stops == [1, 2]
