"""Paths wholly beside a canvas are not recorded, and all that can be seen or picked of them is."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.geometry.controlbox import control_box, is_beside
from gpucanvas.verbs.quick import in_python

SIZE = 64
Context = gpucanvas.Context2D
PLACES = [(-20, 30), (75, 30), (30, -20), (30, 75)]
"""To the left of the canvas, to its right, above and below."""


def triangle(x: float, y: float) -> gpucanvas.Path2D:
    """A triangle with corners at (x, y), (x + 10, y + 1) and (x + 2, y + 9)."""
    return gpucanvas.Path2D(f"M {x} {y} l 10 1 l -8 8 z")


def fill(ctx: Context, path: gpucanvas.Path2D) -> None:
    ctx.fill(path)


def fill_evenodd(ctx: Context, path: gpucanvas.Path2D) -> None:
    ctx.fill(path, "evenodd")


def fill_by_gradient(ctx: Context, path: gpucanvas.Path2D) -> None:
    ctx.fill_style = ctx.create_linear_gradient(0, 0, 9, 9)
    ctx.fill(path)


def stroke(ctx: Context, path: gpucanvas.Path2D) -> None:
    ctx.stroke(path)


def fill_in_python(ctx: Context, path: gpucanvas.Path2D) -> None:
    in_python.get("fill", Context.fill)(ctx, path)


def stroke_in_python(ctx: Context, path: gpucanvas.Path2D) -> None:
    in_python.get("stroke", Context.stroke)(ctx, path)


DRAWS = [fill, fill_evenodd, fill_by_gradient, stroke, fill_in_python, stroke_in_python]
Draw = Callable[[Context, gpucanvas.Path2D], None]


def recorded(draw: Callable[[Context], Any], **settings: Any) -> tuple[int, int]:
    """The numbers of commands and coordinates that a program records on a canvas."""
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        draw(canvas.get_context("2d", **settings))
        return len(canvas._commands), len(canvas._commands.coords)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("alpha", [True, False])
def test_a_path_beside_the_canvas_is_not_recorded(draw: Draw, place: tuple[int, int], alpha: bool) -> None:
    path = triangle(*place)
    path.arc(place[0] + 4, place[1] + 4, 4, 0, 5)
    blank = recorded(lambda ctx: None, alpha=alpha)
    assert recorded(lambda ctx: draw(ctx, path), alpha=alpha) == blank


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("place", [(-9.5, 30), (63.5, 30), (30, -8.5), (30, 63.5)])
def test_a_path_that_reaches_half_a_pixel_into_the_canvas_is_recorded(draw: Draw, place: tuple[float, float]) -> None:
    assert recorded(lambda ctx: draw(ctx, triangle(*place)))[0] == 1


@pytest.mark.parametrize("draw", [stroke, stroke_in_python])
def test_a_pen_that_reaches_the_canvas_has_its_path_recorded(draw: Draw) -> None:
    def wide(ctx: Context) -> None:
        ctx.line_width, ctx.line_join = 40, "round"
        draw(ctx, triangle(-20, 30))

    def scaled(ctx: Context) -> None:
        ctx.line_width = 4
        ctx.scale(10, 10)
        draw(ctx, triangle(-11.5, 3))

    assert recorded(wide)[0] == recorded(scaled)[0] == 1


def test_of_a_map_that_is_zoomed_into_only_what_is_seen_is_recorded() -> None:
    rng = np.random.default_rng(5)
    paths = [gpucanvas.Path2D([middle + rng.random((100, 2))]) for middle in rng.random((400, 2)) * SIZE]

    def zoomed(ctx: Context) -> None:
        ctx.scale(40, 40)
        ctx.translate(-SIZE / 2, -SIZE / 2)
        for path in paths:
            ctx.fill(path)
            ctx.stroke(path)

    commands, coords = recorded(zoomed)
    assert 0 < commands < 40
    assert coords < 40 * 200


def test_a_recording_has_every_path_since_it_may_be_drawn_anywhere() -> None:
    recording = gpucanvas.Recording(SIZE, SIZE)
    recording.get_context("2d").fill(triangle(-20, 30))
    assert len(recording._commands) == 1
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        canvas.get_context("2d").draw_picture(recording.freeze(), 40, 0)
        assert canvas.to_numpy().any()


def in_shadow(ctx: Context) -> None:
    ctx.shadow_color, ctx.shadow_offset_x = "black", 50
    ctx.fill(triangle(-20, 30))


def in_filter(ctx: Context) -> None:
    ctx.filter = "drop-shadow(50px 0px black)"
    ctx.fill(triangle(-20, 30))


def in_layer_in_shadow(ctx: Context) -> None:
    ctx.shadow_color, ctx.shadow_offset_x = "black", 50
    ctx.begin_layer()
    ctx.begin_layer()
    ctx.fill(triangle(-20, 30))
    ctx.end_layer()
    ctx.end_layer()


def in_layer(ctx: Context) -> None:
    ctx.begin_layer({"name": "dropShadow", "dx": 50, "dy": 0, "stdDeviation": 0})
    ctx.fill(triangle(-20, 30))
    ctx.end_layer()


def behind_layer(ctx: Context) -> None:
    ctx.fill(triangle(-20, 30))
    in_layer(ctx)
    ctx.fill(triangle(-20, 30))


@pytest.mark.parametrize("draw", [in_shadow, in_filter, in_layer_in_shadow, in_layer, behind_layer])
def test_a_path_beside_the_canvas_that_is_moved_onto_it_is_seen(draw: Callable[[Context], None]) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        draw(canvas.get_context("2d"))
        assert canvas.to_numpy()[33, 34, 3] == 255


def test_a_layer_that_moves_nothing_has_no_path_beside_the_canvas() -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for _ in range(2):
            ctx.global_alpha, ctx.global_composite_operation = 0.5, "multiply"
            ctx.begin_layer()
        for x in (-20, 30):
            ctx.fill(triangle(x, 30))
        ctx.end_layer()
        ctx.end_layer()
        assert [len(each) for each in canvas._commands.with_layers()] == [1, 1, 1]


def in_layers(operator: Any, hit: int | None) -> np.ndarray:
    """Paths about the canvas in a layer; with an id, none of them is left out."""
    rng = np.random.default_rng(8)
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(4, 4, 40, 40)
        for count in (0, 1, 1, 30):
            ctx.save()
            ctx.hit_id, ctx.global_composite_operation, ctx.global_alpha = hit, operator, 0.7
            ctx.begin_layer()
            ctx.fill_style, ctx.line_width = (0.9, 0.3, 0.1, 0.6), 5
            for x, y in rng.uniform(-60, 120, (count, 2)).tolist() if count > 1 else [(-20, 30)] * count:
                ctx.fill(triangle(x, y))
                ctx.stroke(triangle(y, x))
            ctx.end_layer()
            ctx.restore()
        return canvas.to_numpy()


@pytest.mark.parametrize("operator", ["source-over", "xor", "copy", "source-in", "destination-in", "destination-atop"])
def test_the_picture_of_a_layer_is_the_same_where_no_path_is_left_out(operator: Any) -> None:
    np.testing.assert_array_equal(in_layers(operator, None), in_layers(operator, 1))


@pytest.mark.parametrize("operator", ["copy", "source-in", "destination-in", "source-out", "destination-atop"])
@pytest.mark.parametrize("draw", DRAWS)
def test_an_operator_that_clears_around_a_path_clears_for_one_beside_the_canvas(operator: Any, draw: Draw) -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(4, 4, 40, 40)
        ctx.fill(triangle(-20, 30))
        ctx.global_composite_operation = operator
        draw(ctx, triangle(-20, 30))
        assert not canvas.to_numpy().any()


def test_a_path_beside_the_canvas_can_be_picked_there() -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill(triangle(-20, 30))
        ctx.hit_id = 7
        ctx.fill(triangle(-20, 30))
        assert canvas.pick(-17, 33) == (7, None)


@pytest.mark.parametrize("draw", DRAWS)
def test_a_path_that_changes_after_it_was_left_out_is_drawn_as_it_is_then(draw: Draw) -> None:
    path = triangle(-20, 30)

    def changed(ctx: Context) -> None:
        draw(ctx, path)
        path.rect(10, 10, 20, 20)
        draw(ctx, path)
        draw(ctx, path)

    assert recorded(changed) == (2, len(path.coords))


def test_a_path_that_changes_after_it_was_drawn_is_drawn_as_it_was() -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx, path = canvas.get_context("2d"), triangle(20, 30)
        ctx.fill(path)
        path.rect(40, 0, 20, 20)
        assert canvas.to_numpy()[33, 24, 3] == 255
        assert not canvas.to_numpy()[:20].any()


def test_a_canvas_that_has_grown_shows_what_was_beside_it() -> None:
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx, path = canvas.get_context("2d"), triangle(75, 30)
        ctx.fill(path)
        canvas.width = 2 * SIZE
        ctx.fill(path)
        assert canvas.to_numpy()[33, 79, 3] == 255


def test_the_boxes_of_the_verbs_in_c_are_those_of_python() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        path = gpucanvas.Path2D()
        for _ in range(rng.integers(1, 6)):
            p = rng.normal(size=6).tolist()
            path.bezier_curve_to(*p)
            path.quadratic_curve_to(*p[:4])
            if rng.random() < 0.3:
                path.close_path()
            if rng.random() < 0.5:
                path.ellipse(p[2], p[3], abs(p[4]), abs(p[5]), p[0], p[1], p[2])
        recorded(lambda ctx, path=path: ctx.fill(path))
        assert path._box is not None
        assert path._box == (path.version, *control_box(path.verbs, path.coords))


def test_a_path_keeps_its_box_until_it_changes_also_when_it_is_copied_and_pickled() -> None:
    path = triangle(-20, 30)
    recorded(lambda ctx: ctx.fill(path))
    again = pickle.loads(pickle.dumps(path))
    path.rect(10, 10, 9, 9)
    for each, count in ((path, 1), (again, 0), (gpucanvas.Path2D(path), 1), (gpucanvas.Path2D(again), 0)):
        assert recorded(lambda ctx, each=each: ctx.fill(each))[0] == count


def test_a_path_without_points_and_one_that_overflows_lie_beside_nothing() -> None:
    assert not is_beside(control_box(b"", array("d")), (1, 0, 0, 1, -1e9, 0), (SIZE, SIZE), 0)
    path = triangle(-20, 30)
    assert not is_beside(control_box(path.verbs, path.coords), (1e308, 0, 1e308, 1, 0, 0), (SIZE, SIZE), 0)
