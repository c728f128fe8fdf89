"""What lies far outside the canvas, is huge, or has no size: the picture near the canvas is as if it were not there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Context2D, IndexSizeError, LimitError

SIZE = 100
Draw = Callable[[Context2D], None]


def picture(backend: str, draw: Draw) -> np.ndarray:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy().astype(int)


def far_rect(far: float, cap: str) -> Draw:
    def draw(ctx: Context2D) -> None:
        ctx.line_width, ctx.line_cap = 20, cap
        ctx.begin_path()
        ctx.rect(50, 50, far, far)
        ctx.stroke()

    return draw


@pytest.mark.parametrize("cap", ["butt", "round"])
def test_far_a_closed_path_keeps_the_corner_that_can_be_seen(backend: str, cap: str) -> None:
    near, far = picture(backend, far_rect(1e4, cap)), picture(backend, far_rect(1e5, cap))
    assert near[45, 45, 3] == 255
    np.testing.assert_array_equal(far, near)


def test_far_a_wide_line_is_drawn_as_far_as_it_reaches(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        ctx.line_width = 12000
        ctx.begin_path()
        ctx.move_to(-5000, -3e4)
        ctx.line_to(-5000, 3e4)
        ctx.stroke()

    assert (picture(backend, draw)[..., 3] == 255).all()


@pytest.mark.parametrize("far", [1e6, 1e8, 1e9])
def test_far_points_do_not_make_curves_near_the_canvas_coarse(backend: str, far: float) -> None:
    def draw(k: float) -> Draw:
        def hole(ctx: Context2D) -> None:
            ctx.begin_path()
            ctx.rect(-k, -k, 2 * k, 2 * k)
            ctx.arc(50, 50, 40, 0, 7)
            ctx.fill("evenodd")

        return hole

    assert np.abs(picture(backend, draw(far)) - picture(backend, draw(1e4))).max() <= 6


@pytest.mark.parametrize("width", [1e9, 1e15, 1e300])
def test_huge_a_line_too_wide_is_refused_and_the_canvas_goes_on(backend: str, width: float) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width = width
        ctx.begin_path()
        ctx.move_to(10, 50)
        ctx.quadratic_curve_to(50, 90, 90, 50)
        with pytest.raises(LimitError, match="stroke: a line_width of .* pixels under this transform: the limit is"):
            ctx.stroke()
        ctx.fill_rect(0, 0, 10, 10)
        assert canvas.to_numpy()[5, 5, 3] == 255


@pytest.mark.parametrize(("x", "radius"), [(2e7, 1.5e7), (3e6, 3e6 - 50), (2e5, 2e5 - 30)])
def test_huge_discs_of_a_batch_are_where_single_ones_are(backend: str, x: float, radius: float) -> None:
    def batch(ctx: Context2D) -> None:
        ctx.fill_circles([x, 20], [50, 20], [radius, 5])

    def single(ctx: Context2D) -> None:
        for cx, cy, r in ((x, 50, radius), (20, 20, 5)):
            ctx.begin_path()
            ctx.arc(cx, cy, r, 0, 7)
            ctx.fill()

    together, alone = picture(backend, batch), picture(backend, single)
    assert together[20, 20, 3] == 255
    assert np.abs(together - alone)[:, 30:].max() <= 1


@pytest.mark.parametrize("size", [(0, 0), (0, 20), (20, 0), (5, 5)])
def test_flat_rectangles_are_stroked_in_a_batch_as_one_by_one(backend: str, size: tuple[int, int]) -> None:
    def batch(ctx: Context2D) -> None:
        ctx.line_width = 8
        ctx.stroke_rects([50], [50], *([side] for side in size))

    def single(ctx: Context2D) -> None:
        ctx.line_width = 8
        ctx.stroke_rect(50, 50, *size)

    np.testing.assert_array_equal(picture(backend, batch), picture(backend, single))


def test_flat_circles_without_a_radius_have_no_outline(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        ctx.line_width = 8
        ctx.stroke_circles([50], [50], [0])

    assert not picture(backend, draw).any()


@pytest.mark.parametrize(("start", "end", "back"), [(2 * np.pi, 0, False), (0, 2 * np.pi, True), (1, 1, False)])
def test_arcs_of_a_batch_turn_as_far_as_single_ones(backend: str, start: float, end: float, back: bool) -> None:
    def single(ctx: Context2D) -> None:
        ctx.begin_path()
        ctx.arc(50, 50, 30, start, end, back)
        ctx.fill()

    batch = picture(backend, lambda ctx: ctx.fill_arcs([50], [50], [30], [start], [end], back))
    assert np.abs(batch - picture(backend, single)).max() <= 1


def test_huge_gradients_paint_nothing(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        gradient = ctx.create_linear_gradient(-1e200, 0, 1e200, 0)
        gradient.add_color_stop(0, "red")
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, SIZE, SIZE)

    assert not picture(backend, draw).any()


def test_huge_rectangles_that_overflow_hide_nothing(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        ctx.fill_rect(0, 0, 10, 10)
        ctx.scale(1e300, 1e300)
        ctx.fill_rect(-1e200, -1e200, 2e200, 2e200)

    assert picture(backend, draw)[5, 5, 3] == 255


def test_radii_that_are_no_numbers_hide_no_negative_one() -> None:
    ctx = gpucanvas.Canvas(SIZE, SIZE, backend="cpu", on_invalid="ignore").get_context("2d")
    with pytest.raises(IndexSizeError, match="radius of item 1 is -5"):
        ctx.stroke_circles([10, 50], 50, [np.nan, -5])


def test_scalars_that_float32_would_move_are_kept(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        ctx.translate(-(2.0**25), 0)
        ctx.fill_rects(2.0**25 + 3, np.zeros(1, np.float32), 5, 5)

    assert np.flatnonzero(picture(backend, draw)[2, :, 3]).tolist() == [3, 4, 5, 6, 7]


def test_points_that_are_complex_or_ragged_are_refused() -> None:
    ctx = gpucanvas.Recording(SIZE, SIZE).get_context("2d")
    with pytest.raises(TypeError, match="give numbers"):
        ctx.fill_rects(np.array([1 + 2j]), 0, 5, 5)
    with pytest.raises(ValueError, match="every point with x and y"):
        ctx.stroke_lines([[(0, 0), (1,)]])


def test_watched_canvases_draw_with_staged_images_as_others_do() -> None:
    with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
        canvas.monitor = gpucanvas.FrameMonitor()
        image = canvas.staging_array((4, 4, 4), np.uint8)
        image[:] = 255
        canvas.get_context("2d").draw_image(image, 0, 0)
        assert not image.flags.writeable
        assert canvas.to_numpy()[1, 1].tolist() == [255, 255, 255, 255]
        assert image.flags.writeable


@pytest.mark.parametrize("count", [1, 1000, 32767, 32768, 40000])
def test_many_outlines_one_over_another_stay_opaque(backend: str, count: int) -> None:
    path = gpucanvas.Path2D()
    for _ in range(count):
        path.rect(4, 4, 9, 9)
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        canvas.get_context("2d").fill(path)
        alpha = canvas.to_numpy()[..., 3]
    assert (alpha[4:13, 4:13] == 255).all()
    assert not alpha[:4].any()
    assert not alpha[13:].any()
