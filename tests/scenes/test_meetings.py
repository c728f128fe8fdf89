"""Outlines that meet themselves inside a pixel, against numbers known beforehand and the rasteriser in reference.py.

Nothing here is measured against an earlier picture. Before there were samples, the fill rule was applied to the mean
winding of a pixel: each of these tests failed, most by 50 to 255 levels.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np
import pytest

import gpucanvas
import reference as ref

from .meetings import SLIT, add_line, add_polygons, chart, spirograph
from .registry import Context

Alpha = np.ndarray
PARTLY = 1.5 / 255
"""Pixels whose coverage is nearer than this to nothing, or to all, are not counted as covered in part."""


def alpha_of(backend: str, width: int, height: int, draw: Callable[[Context], object]) -> Alpha:
    """The alpha of a picture, 0 to 255."""
    with gpucanvas.Canvas(width, height, backend=backend) as canvas:
        draw(canvas.get_context("2d"))
        return np.array(canvas.to_numpy()[..., 3], np.int64)


def draw_as(way: str, ctx: Context, rule: str) -> None:
    """Fill the path in black; or clip with it and fill all; or paint it with a gradient, which is black."""
    if way == "clip":
        ctx.clip(rule)
        ctx.fill_rect(0, 0, 200, 200)
    elif way == "second clip":
        ctx.save()
        path = gpucanvas.Path2D("M-5 -5H300V300H-5Z M400 400H410V410Z")
        ctx.clip(path)
        ctx.clip(rule)
        ctx.fill_rect(0, 0, 200, 200)
        ctx.restore()
    elif way == "gradient":
        gradient = ctx.create_linear_gradient(0, 0, 100, 0)
        gradient.add_color_stop(0, "black")
        gradient.add_color_stop(1, "black")
        ctx.fill_style = gradient
        ctx.fill(rule)
    else:
        ctx.fill(rule)


WAYS = ["fill", "clip", "second clip", "gradient"]


@pytest.mark.parametrize("way", WAYS)
def test_an_evenodd_border_without_width_is_not_there(backend: str, way: str) -> None:
    def draw(ctx: Context) -> None:
        ctx.rect(2, 2.5, 10, 10)
        ctx.rect(4, 2.5, 6, 8)
        draw_as(way, ctx, "evenodd")

    alpha = alpha_of(backend, 16, 16, draw)
    # Half of the row is above both; below, the outer rectangle alone is there left of x = 4.
    assert (alpha[2, 6], alpha[2, 3], alpha[6, 6], alpha[11, 6]) == (0, 128, 0, 255)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("times", [1, 2, 3, 130, 300, 1001])
def test_a_rectangle_drawn_several_times_is_one_rectangle(backend: str, way: str, times: int) -> None:
    def draw(rule: str) -> Callable[[Context], None]:
        def drawn(ctx: Context) -> None:
            for _ in range(times):
                ctx.rect(2.25, 2.5, 10, 10)
            draw_as(way, ctx, rule)

        return drawn

    alpha = alpha_of(backend, 16, 16, draw("nonzero"))
    assert (alpha[2, 6], alpha[6, 2], alpha[6, 6], alpha[1, 6]) == (128, 191, 255, 0)
    alpha = alpha_of(backend, 16, 16, draw("evenodd"))
    assert (alpha[2, 6], alpha[6, 2], alpha[6, 6]) == ((128, 191, 255) if times % 2 else (0, 0, 0))


@pytest.mark.parametrize("way", WAYS)
def test_shapes_with_a_common_edge_have_no_slit_between_them(backend: str, way: str) -> None:
    def draw(ctx: Context) -> None:
        add_polygons(ctx, SLIT)
        draw_as(way, ctx, "nonzero")

    alpha = alpha_of(backend, 80, 66, draw)
    assert (alpha[5:60, 5:70] == 255).all()
    assert alpha.sum() == 255 * 55 * 65


def test_a_circle_drawn_four_times_is_one_circle(backend: str) -> None:
    def draw(times: int) -> Callable[[Context], None]:
        def drawn(ctx: Context) -> None:
            for _ in range(times):
                ctx.move_to(38.3, 20.4)
                ctx.arc(20, 20.4, 18.3, 0, 2 * pi)
            ctx.fill()

        return drawn

    once, four = (alpha_of(backend, 40, 40, draw(times)) for times in (1, 4))
    assert np.abs(once - four).max() <= 1


def edge_errors(alpha: Alpha, expected: ref.Floats) -> tuple[float, float]:
    """Mean, over the pixels that are covered in part, and greatest error, of 255."""
    apart = np.abs(alpha - 255 * expected)
    partly = (expected > PARTLY) & (expected < 1 - PARTLY)
    assert np.count_nonzero(partly) > 300
    return float(apart[partly].mean()), float(apart.max())


@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_a_spirograph_is_filled_as_the_reference_has_it(backend: str, rule: str) -> None:
    points = spirograph(160, 11, 600)

    def draw(ctx: Context) -> None:
        add_line(ctx, points)
        ctx.fill(rule)

    outline = ref.polyline(points, closed=True)
    given = "evenodd" if rule == "evenodd" else "nonzero"
    expected = ref.fill_coverage([outline], 160, 160, rule=given, samples=24)  # type: ignore[arg-type]
    mean, greatest = edge_errors(alpha_of(backend, 160, 160, draw), expected)
    assert mean < 1.5
    assert greatest < 40


def test_a_spirograph_is_stroked_as_the_reference_has_it(backend: str) -> None:
    points = spirograph(160, 11, 600)

    def draw(ctx: Context) -> None:
        ctx.line_width = 1.2
        add_line(ctx, points)
        ctx.close_path()
        ctx.stroke()

    expected = ref.stroke_coverage([ref.polyline(points, closed=True)], ref.Pen(1.2), 160, 160, samples=16)
    mean, greatest = edge_errors(alpha_of(backend, 160, 160, draw), expected)
    assert mean < 1.5
    assert greatest < 30


def test_a_chart_is_stroked_as_the_reference_has_it(backend: str) -> None:
    points = chart(128, 72, 1)

    def draw(ctx: Context) -> None:
        ctx.line_width, ctx.line_join = 1.5, "bevel"
        add_line(ctx, points)
        ctx.stroke()

    expected = ref.stroke_coverage([ref.polyline(points)], ref.Pen(1.5, join="bevel"), 128, 72, samples=16)
    mean, greatest = edge_errors(alpha_of(backend, 128, 72, draw), expected)
    assert mean < 1.5
    assert greatest < 30
