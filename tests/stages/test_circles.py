"""Outlines that are one whole circle are discs and rings, whoever draws them; all others stay outlines."""

from __future__ import annotations

from math import pi, tau
from typing import Any

import numpy as np
import pytest

import gpucanvas
from drawn import SIZE, Draw, pixels_of, shapes_of
from gpucanvas.contract.constants import SHAPE_CIRCLE, SHAPE_PATH


def circle(ctx: gpucanvas.Context2D, sweep: float = tau, start: float = 0.0, closed: bool = False) -> None:
    ctx.begin_path()
    ctx.arc(40, 35, 20, start, start + sweep, sweep < 0)
    if closed:
        ctx.close_path()


TRANSFORMS = {
    "none": (1, 0, 0, 1, 0, 0),
    "moved": (1, 0, 0, 1, 3.3, -2.7),
    "scaled": (1.5, 0, 0, 1.5, 1, 2),
    "turned": (0.6, 0.8, -0.8, 0.6, 30, 5),
    "mirrored": (-1, 0, 0, 1, 90, 0),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=list(TRANSFORMS))
@pytest.mark.parametrize("width", [0, 0.5, 3, 50])
@pytest.mark.parametrize("as_path", [False, True], ids=["current", "Path2D"])
def test_a_circle_by_calls_is_that_of_a_batch(
    backend: str, transform: tuple[float, ...], width: float, as_path: bool
) -> None:
    def calls(ctx: gpucanvas.Context2D) -> None:
        ctx.set_transform(*transform)
        ctx.line_width = width or 1
        path = gpucanvas.Path2D()
        path.arc(40, 35, 20, 0, tau)
        circle(ctx)
        arguments = (path,) if as_path else ()
        (ctx.stroke if width else ctx.fill)(*arguments)

    def batch(ctx: gpucanvas.Context2D) -> None:
        ctx.set_transform(*transform)
        ctx.line_width = width or 1
        (ctx.stroke_circles if width else ctx.fill_circles)([40], [35], [20])

    assert shapes_of(calls) == shapes_of(batch) == [SHAPE_CIRCLE]
    # A path's centre is mapped where it is recorded, a batch's later: they may be a rounding of float32 apart.
    assert np.abs(pixels_of(backend, calls).astype(int) - pixels_of(backend, batch)).max() <= 1


@pytest.mark.parametrize("sweep, start", [(tau, 1.0), (-tau, 0.5), (6.2831853, 0.0), (20.0, 0.3), (tau, -7.0)])
@pytest.mark.parametrize("closed", [False, True])
def test_whole_turns_are_circles(sweep: float, start: float, closed: bool) -> None:
    assert shapes_of(lambda ctx: (circle(ctx, sweep, start, closed), ctx.fill(), ctx.stroke())) == [SHAPE_CIRCLE] * 2
    arcs = [40], [35], [20], [start], [start + sweep], sweep < 0
    assert shapes_of(lambda ctx: (ctx.fill_arcs(*arcs), ctx.stroke_arcs(*arcs))) == [SHAPE_CIRCLE] * 2


def skewed(ctx: gpucanvas.Context2D) -> None:
    ctx.transform(1, 0, 0.3, 1, 0, 0)
    circle(ctx)
    ctx.fill()


def skewed_pen(ctx: gpucanvas.Context2D) -> None:
    circle(ctx)
    ctx.transform(1, 0, 0, 2, 0, 0)
    ctx.stroke()


def ellipse(ctx: gpucanvas.Context2D) -> None:
    ctx.ellipse(40, 35, 20, 15, 0, 0, tau)
    ctx.fill()


def dashed(ctx: gpucanvas.Context2D) -> None:
    ctx.set_line_dash([5, 3])
    circle(ctx)
    ctx.stroke()


def with_square_caps(ctx: gpucanvas.Context2D) -> None:
    ctx.line_cap, ctx.line_width = "square", 10
    circle(ctx)
    ctx.stroke()


def with_a_line(ctx: gpucanvas.Context2D) -> None:
    ctx.move_to(40, 35)
    ctx.arc(40, 35, 20, 0, tau)
    ctx.fill()


def two(ctx: gpucanvas.Context2D) -> None:
    ctx.arc(40, 35, 20, 0, tau)
    ctx.move_to(50, 35)
    ctx.arc(40, 35, 10, 0, tau, True)
    ctx.fill()


def of_no_radius(ctx: gpucanvas.Context2D) -> None:
    ctx.arc(40, 35, 0, 0, tau)
    ctx.line_cap = "round"
    ctx.stroke()


def most_of_one(ctx: gpucanvas.Context2D) -> None:
    circle(ctx, 6.28)
    ctx.stroke()


def far_away(ctx: gpucanvas.Context2D) -> None:
    ctx.arc(0, 1e6, 1e6, 0, tau)
    ctx.fill()


@pytest.mark.parametrize(
    "draw",
    [skewed, skewed_pen, ellipse, dashed, with_square_caps, with_a_line, two, of_no_radius, most_of_one, far_away],
    ids=lambda draw: draw.__name__,
)
def test_what_is_no_circle_stays_an_outline(draw: Draw) -> None:
    assert shapes_of(draw) == [SHAPE_PATH]


def test_square_caps_stand_out_of_an_open_circle_only() -> None:
    """One that is closed has no caps."""

    def closed(ctx: gpucanvas.Context2D) -> None:
        ctx.line_cap, ctx.line_width = "square", 10
        circle(ctx, closed=True)
        ctx.stroke()

    assert shapes_of(closed) == [SHAPE_CIRCLE]
    # The outer corner of a cap is half a pixel further from the middle than the ring.
    caps, none = (int(pixels_of("cpu", draw)[39, 64, 3]) for draw in (with_square_caps, closed))
    assert caps > none + 50


@pytest.mark.parametrize("operator", ["source-over", "source-in", "copy", "destination-atop", "multiply"])
def test_circles_obey_paints_clips_and_operators(backend: str, operator: Any) -> None:
    """As the same circle does that is the larger part of a path with nothing else in it that is seen."""

    def draw(ctx: gpucanvas.Context2D, more: bool) -> None:
        ctx.fill_style = "#4080c0a0"
        ctx.fill_rect(20, 20, 40, 60)
        gradient = ctx.create_linear_gradient(20, 0, 60, 0)
        gradient.add_color_stop(0, "red")
        gradient.add_color_stop(1, "#00ff0080")
        ctx.fill_style, ctx.global_alpha, ctx.global_composite_operation = gradient, 0.8, operator
        ctx.begin_path()
        ctx.rect(10.5, 10, 45, 45)
        ctx.clip()
        circle(ctx)
        if more:
            ctx.rect(200, 200, 5, 5)
        ctx.fill()

    one, other = (pixels_of(backend, lambda ctx, more=more: draw(ctx, more)) for more in (False, True))
    a, b = (image.astype(float) for image in (one, other))
    assert np.abs(a[..., 3] - b[..., 3]).max() <= 8
    assert np.abs(a[..., :3] * a[..., 3:] - b[..., :3] * b[..., 3:]).max() <= 8 * 255


@pytest.mark.parametrize("width", [0.5, 1, 2, 6, 20])
@pytest.mark.parametrize("radius", [1.0, 3.0, 8.0, 30.0])
def test_a_stroked_circle_has_no_seam(backend: str, radius: float, width: float) -> None:
    """Against a mask of 16 times 16 points a pixel."""
    x, y = 50.3, 49.6
    points = (np.arange(16 * SIZE) + 0.5) / 16
    away = np.hypot(points[None] - x, points[:, None] - y)
    inside = np.abs(away - radius) <= width / 2
    truth = 255 * inside.reshape(SIZE, 16, SIZE, 16).mean((1, 3))

    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.line_width = width
        ctx.arc(x, y, radius, pi / 3, pi / 3 + tau)
        ctx.stroke()

    assert np.abs(pixels_of(backend, draw)[..., 3] - truth).max() <= 8
