"""Shapes that programs make as good as infinite cover what the same shapes cover that reach just beyond the canvas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gpucanvas
from compare import assert_same

Draw = Callable[[Any, float], None]
WIDTH, HEIGHT = 60, 40


def to_the_right(ctx: Any, far: float) -> None:
    ctx.rect(10, 2.5, far, 5)
    ctx.fill()


def to_the_left(ctx: Any, far: float) -> None:
    ctx.rect(20.5, 2, -far, 5)
    ctx.fill()


def band(ctx: Any, far: float) -> None:
    ctx.rect(-far, 12, 2 * far, 5.5)
    ctx.fill()


def column(ctx: Any, far: float) -> None:
    ctx.rect(7.25, -far, 6, 2 * far)
    ctx.fill()


def plane(ctx: Any, far: float) -> None:
    ctx.rect(-far, -far, 2 * far, 2 * far)
    ctx.fill()


def hole(ctx: Any, far: float) -> None:
    """All but a rectangle: what a veil with a window is."""
    ctx.rect(-far, -far, 2 * far, 2 * far)
    ctx.rect(10, 10, 20.5, 9)
    ctx.fill("evenodd")


def clipped(ctx: Any, far: float) -> None:
    ctx.rect(-far, -far, 2 * far, 2 * far)
    ctx.move_to(42, 20)
    ctx.arc(30, 20, 12, 0, 7)
    ctx.clip("evenodd")
    ctx.fill_rect(0, 0, WIDTH, HEIGHT)


def half_plane(ctx: Any, far: float) -> None:
    ctx.move_to(-far, -far)
    ctx.line_to(far, far)
    ctx.line_to(-far, far)
    ctx.fill()


def stroked(ctx: Any, far: float) -> None:
    ctx.line_width = 3
    ctx.move_to(-far, 20.5)
    ctx.line_to(far, 20.5)
    ctx.move_to(15, far)
    ctx.line_to(15, -far)
    ctx.stroke()


def path2d(ctx: Any, far: float) -> None:
    ctx.scale(0.5, 2)
    path = gpucanvas.Path2D()
    path.rect(10, 4, far, 6)
    ctx.fill(path)


DRAWS = (to_the_right, to_the_left, band, column, plane, hole, clipped, half_plane, stroked, path2d)


def picture(draw: Draw, far: float, backend: str) -> Any:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.fill_style = ctx.stroke_style = "teal"
        draw(ctx, far)
        return np.array(canvas.to_numpy())


@pytest.mark.parametrize("far", [1e6, 1e9, 3e12, 1e13, 2.0**53, 1e19, 1e20, 1e30, 1e100, 1e307])
@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.__name__)
def test_what_reaches_very_far_is_right_on_the_canvas(draw: Draw, far: float, backend: str, tmp_path: Path) -> None:
    near = picture(draw, 500.0, backend)
    assert near.any()
    found = picture(draw, far, backend)
    names, expected = ("far", "near"), draw is not plane
    # Of paths that reach far, curves are made lines by another stage.
    most = 3 if draw is clipped else 1
    assert_same(found, near, max_difference=most, picture_expected=expected, names=names, folder=tmp_path)


@pytest.mark.parametrize("far", [1e13, 1e20, 1e100])
def test_points_are_in_it(far: float) -> None:
    ctx = gpucanvas.Recording(WIDTH, HEIGHT).get_context("2d")
    ctx.rect(10, 2, far, 5)
    assert [ctx.is_point_in_path(x, y) for x, y in ((9, 4), (11, 4), (59, 4), (30, 8))] == [False, True, True, False]
