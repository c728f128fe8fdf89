"""Shadows that need no layer: which they are, that they are gaussians, and that nothing else about them differs."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, tau
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.plan.steps import Filter

from .trees import plan_of

SIDE = 120
FINE = 8
"""Samples across and down a pixel, of the reference."""
Paint = Callable[[Any], None]


def rect(ctx: Any) -> None:
    ctx.fill_rect(30.25, 41.5, 50.5, 33)


def rounded(ctx: Any) -> None:
    ctx.begin_path()
    ctx.round_rect(28.3, 40.6, 57, 38, 11)
    ctx.fill()


def pill(ctx: Any) -> None:
    ctx.begin_path()
    ctx.round_rect(30, 44, 60, 24, 12)
    ctx.fill()


def elliptical(ctx: Any) -> None:
    ctx.begin_path()
    ctx.round_rect(30, 40, 60, 40, {"x": 18, "y": 9})
    ctx.fill()


def disc(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(60.25, 58.5, 21, 1, 1 - tau, True)
    ctx.fill()


def ellipse(ctx: Any) -> None:
    ctx.begin_path()
    ctx.ellipse(60, 60, 22, 13, pi / 2, 0, 7)
    ctx.close_path()
    ctx.fill()


def dot(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(60.5, 60.25, 2, 0, 6.2831853)
    ctx.fill()


def mirrored(ctx: Any) -> None:
    ctx.translate(120, 0)
    ctx.scale(-1.5, 1)
    ctx.begin_path()
    ctx.round_rect(20, 40, 40, 40, [8])
    ctx.fill()


def quarter_turned(ctx: Any) -> None:
    ctx.transform(0, 1, -1, 0, 120, 0)
    ctx.fill(gpucanvas.Path2D("M20 40 H80 V75 H20 Z"))


def local(ctx: Any) -> None:
    path = gpucanvas.Path2D()
    path.round_rect(0, 0, 30, 20, 5)
    ctx.translate(30.5, 40)
    ctx.scale(2, 2)
    ctx.fill(path)


NEED_NONE: tuple[Paint, ...] = (rect, rounded, pill, elliptical, disc, ellipse, dot, mirrored, quarter_turned, local)


def turned(ctx: Any) -> None:
    ctx.rotate(0.1)
    ctx.fill_rect(40, 30, 50, 40)


def uneven(ctx: Any) -> None:
    ctx.begin_path()
    ctx.round_rect(30, 40, 60, 40, [10, 10, 0, 0])
    ctx.fill()


def half_disc(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(60, 60, 20, 0, pi)
    ctx.fill()


def two(ctx: Any) -> None:
    ctx.begin_path()
    ctx.rect(20, 20, 20, 20)
    ctx.rect(60, 60, 20, 20)
    ctx.fill()


def framed(ctx: Any) -> None:
    ctx.stroke_rect(40, 40, 30, 30)


def faded(ctx: Any) -> None:
    gradient = ctx.create_linear_gradient(30, 0, 90, 0)
    gradient.add_color_stop(0, "transparent")
    gradient.add_color_stop(1, "black")
    ctx.fill_style = gradient
    ctx.fill_rect(30, 30, 60, 60)


def filtered(ctx: Any) -> None:
    ctx.filter = "blur(3px)"
    ctx.fill_rect(30, 30, 60, 60)


def of_another_shape(ctx: Any) -> None:
    """The verbs of a rounded rectangle, whose corners bend inwards."""
    path = gpucanvas.Path2D()
    path.move_to(40, 30)
    for x, y, start in ((90, 30, pi), (90, 80, 1.5 * pi), (30, 80, 0), (30, 30, pi / 2)):
        path.line_to(x + 10 * np.cos(start), y + 10 * np.sin(start))
        path.arc(x, y, 10, start, start - pi / 2, True)
    path.close_path()
    ctx.fill(path)


NEED_ONE: tuple[Paint, ...] = (turned, uneven, half_disc, two, framed, faded, filtered, of_another_shape)


def cast(draw: Paint, blur: float = 12.0) -> Paint:
    """The same with a shadow that is seen beside it, or alone: the shape itself lies outside of the canvas."""

    def shadowed(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_blur = "black", blur
        draw(ctx)

    return shadowed


def recorded(draw: Paint) -> gpucanvas.Recording:
    recording = gpucanvas.Recording(SIDE, SIDE)
    draw(recording.get_context("2d"))
    return recording


def filters_of(draw: Paint) -> int:
    return sum(isinstance(step, Filter) for step in plan_of(recorded(draw)).steps)


@pytest.mark.parametrize("draw", NEED_NONE)
def test_shadows_that_need_no_layer(draw: Paint) -> None:
    assert filters_of(cast(draw)) == 0


@pytest.mark.parametrize("draw", NEED_ONE)
def test_shadows_that_need_one(draw: Paint) -> None:
    assert filters_of(cast(draw)) > 0


@pytest.mark.parametrize("blur", [1, 3.9])
def test_a_narrow_blur_needs_a_layer(blur: float) -> None:
    assert filters_of(cast(rounded, blur)) > 0


def test_a_wide_corner_needs_a_layer() -> None:
    def wide(ctx: Any) -> None:
        ctx.begin_path()
        ctx.arc(60, 60, 50, 0, tau)
        ctx.fill()

    assert filters_of(cast(wide, 8)) > 0 and filters_of(cast(wide, 9)) == 0


def blurred(draw: Paint, sigma: float) -> np.ndarray:
    """Alpha, 0 to 1, of a shape that is drawn FINE times as large, blurred by a gaussian, and averaged: float64."""
    reach = 40
    wide = (SIDE + 2 * reach) * FINE
    canvas = gpucanvas.Canvas(wide, wide, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.scale(FINE, FINE)
    ctx.translate(reach, reach)
    draw(ctx)
    alpha = canvas.to_numpy()[..., 3] / 255.0
    # A row of this matrix is what a pixel sees of the finer ones: the mean of its own, each under the gaussian.
    places = np.arange(wide)
    bells = np.exp(-0.5 * ((places[:, None] - places) / (sigma * FINE)) ** 2)
    bells /= bells.sum(1, keepdims=True)
    seen = bells.reshape(-1, FINE, wide).mean(1)
    mean: np.ndarray = seen @ alpha @ seen.T
    return mean[reach:-reach, reach:-reach]


def shadow_alone(draw: Paint, blur: float, backend: str, **settings: Any) -> np.ndarray:
    """Alpha of a shadow, 0 to 255, of what is drawn beside the canvas."""
    canvas = gpucanvas.Canvas(SIDE, SIDE, backend=backend)  # type: ignore[arg-type]
    ctx: Any = canvas.get_context("2d", **settings)
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "black", blur, 2000
    ctx.translate(-2000, 0)
    draw(ctx)
    return canvas.to_numpy()[..., 3].astype(float)


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
@pytest.mark.parametrize("draw", NEED_NONE[:8])
def test_a_shadow_is_the_shape_under_a_gaussian(draw: Paint, sigma: float) -> None:
    found = shadow_alone(draw, 2 * sigma, "cpu")
    assert found.max() > 2
    # Half a level by rounding, and as much by what lies beyond three sigmas, quadrature and the pixels' own width.
    assert np.abs(found - 255 * blurred(draw, sigma)).max() < 1.0


@pytest.mark.parametrize("blur", [4, 16])
@pytest.mark.parametrize("draw", NEED_NONE)
def test_both_backends_throw_the_same_shadow(draw: Paint, blur: float, gl: str) -> None:
    assert np.abs(shadow_alone(draw, blur, "cpu") - shadow_alone(draw, blur, gl)).max() <= 1


@pytest.mark.parametrize("draw", NEED_NONE)
def test_a_layer_throws_the_same_shadow(draw: Paint, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shadow_alone(draw, 12, "cpu")
    monkeypatch.setattr("gpucanvas.plan.tree.box_shadow_of", lambda use: None)
    assert np.abs(found - shadow_alone(draw, 12, "cpu")).max() <= 2


def in_all_places(ctx: Any) -> None:
    """Shadows under clips, alphas, operators, in layers and pictures, of gradients and translucent colours."""
    ctx.fill_style = "lightblue"
    ctx.fill_rect(10, 10, 80, 100)
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y = "rgb(80 0 90 / 80%)", 10, 3.4, -2.7
    ctx.fill_style = "rgba(255, 200, 0, 0.5)"
    ctx.save()
    ctx.begin_path()
    ctx.ellipse(40, 40, 38, 20, 0.4, 0, tau)
    ctx.clip()
    ctx.global_alpha = 0.7
    ctx.fill_rect(15, 25, 40, 22)
    ctx.restore()
    for k, operator in enumerate(("xor", "multiply", "destination-out", "destination-over", "lighter", "hue")):
        ctx.global_composite_operation = operator
        ctx.begin_path()
        ctx.round_rect(6 + 18 * k, 60, 14, 20, 5)
        ctx.fill()
    ctx.global_composite_operation = "source-over"
    with ctx.layer("saturate(2)", alpha=0.8):
        ctx.shadow_color, ctx.shadow_blur = "navy", 6
        ctx.begin_path()
        ctx.arc(95, 95, 9, 0, tau)
        ctx.fill()
    part = gpucanvas.Recording(60, 60)
    inner = part.get_context("2d")
    inner.shadow_color, inner.shadow_blur = "black", 5
    inner.fill_style = "white"
    inner.fill_rect(5, 5, 20, 12)
    ctx.shadow_color = "transparent"
    ctx.draw_picture(part.freeze(), 60, 5)
    sky = ctx.create_linear_gradient(0, 90, 0, 110)
    sky.add_color_stop(0, "white")
    sky.add_color_stop(1, "gold")
    ctx.shadow_color, ctx.fill_style = "green", sky
    ctx.fill_rect(20, 92, 40, 16)
    ctx.global_composite_operation = "source-in"
    ctx.fill_rect(2, 2, 110, 112)


def picture(draw: Paint, backend: str, color_type: str) -> np.ndarray:
    canvas = gpucanvas.Canvas(SIDE, SIDE, backend=backend)  # type: ignore[arg-type]
    draw(canvas.get_context("2d", color_type=color_type))  # type: ignore[call-overload]
    return canvas.to_numpy().astype(int)


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
def test_shadows_are_the_same_wherever_they_fall(
    backend: str, color_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = picture(in_all_places, backend, color_type)
    monkeypatch.setattr("gpucanvas.plan.tree.box_shadow_of", lambda use: None)
    # Straight colours of what is nearly transparent are of no interest: they are compared as they are seen.
    other = picture(in_all_places, backend, color_type)
    alpha = np.minimum(found[..., 3:], other[..., 3:]) / 255
    assert np.abs(found - other)[..., 3].max() <= 3
    assert (np.abs(found - other)[..., :3] * alpha).max() <= 4
    assert (found != other).any(), "some of them need no layer"
