"""Outlines wholly beside the surface are not traced, and nothing that is visible is left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gpucanvas
from gpucanvas.pipeline.encode import encode

SIZE = 64
Draw = Callable[[gpucanvas.Context2D], None]


def vertices_of(draw: Draw) -> int:
    recording = gpucanvas.Recording(SIZE, SIZE)
    draw(recording.get_context("2d"))
    return len(encode(recording._commands, SIZE, SIZE).vertices)


def triangle(x: float, y: float) -> gpucanvas.Path2D:
    """A triangle with corners at (x, y), (x + 10, y + 1) and (x + 2, y + 9)."""
    return gpucanvas.Path2D(f"M {x} {y} l 10 1 l -8 8 z")


PLACES = [(-20.0, 30.0), (75.0, 30.0), (30.0, -20.0), (30.0, 75.0)]
"""To the left of the surface, to its right, above and below."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("arc", [False, True])
def test_an_outline_beside_the_surface_has_no_vertices_filled_stroked_or_dashed(place, arc):
    def draw(ctx: gpucanvas.Context2D) -> None:
        path = triangle(*place)
        if arc:
            path.arc(place[0] + 4, place[1] + 4, 4, 0, 5)
        ctx.fill(path)
        ctx.stroke(path)
        ctx.set_line_dash([3, 2])
        ctx.stroke(path)

    assert vertices_of(draw) == 0


@pytest.mark.parametrize("place", [(-9.5, 30.0), (63.5, 30.0), (30.0, -8.5), (30.0, 63.5)])
def test_an_outline_that_touches_the_surface_by_half_a_pixel_is_drawn(place):
    assert vertices_of(lambda ctx: ctx.fill(triangle(*place))) > 0
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        canvas.get_context("2d").fill(triangle(*place))
        assert canvas.to_numpy().any()


@pytest.mark.parametrize("place", PLACES)
def test_a_wide_pen_reaches_from_an_outline_beside_the_surface_into_it(place):
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width, ctx.line_join = 40.0, "round"
        ctx.stroke(triangle(*place))
        assert canvas.to_numpy().any()


def test_the_tip_of_a_miter_and_the_corner_of_a_square_cap_are_visible():
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width, ctx.miter_limit = 4.0, 30.0
        ctx.stroke(gpucanvas.Path2D("M -60 28 L -10 30 L -60 32"))
        assert canvas.to_numpy()[30, 0, 3] > 0
        ctx.clear_rect(0, 0, SIZE, SIZE)
        ctx.line_width, ctx.line_cap = 8.0, "square"
        ctx.stroke(gpucanvas.Path2D("M -30 30 L -3 30"))
        assert canvas.to_numpy()[30, 0, 3] == 255


def random_outline(rng: np.random.Generator) -> gpucanvas.Path2D:
    """One to three subpaths of all verbs, each about a random point of the plane."""
    path = gpucanvas.Path2D()
    for _ in range(rng.integers(1, 4)):
        at = rng.uniform(-60, 120, 2)
        path.move_to(*at.tolist())
        for _ in range(rng.integers(1, 6)):
            p = (at + rng.normal(size=(3, 2)) * 15).tolist()
            verb = rng.integers(4)
            if verb == 0:
                path.line_to(*p[0])
            elif verb == 1:
                path.quadratic_curve_to(*p[0], *p[1])
            elif verb == 2:
                path.bezier_curve_to(*p[0], *p[1], *p[2])
            else:
                path.arc(*p[0], float(rng.integers(1, 12)), 0, float(rng.integers(1, 7)))
        if rng.random() < 0.5:
            path.close_path()
    return path


MATRICES = [((1, 0, 0, 1, 0, 0), (32, 32)), ((0, 2, -2, 0, 8, 4), (14, -12)), ((1, 0.5, 0, 1, 0, -8), (32, 24))]
"""Transforms, and the point that each maps to the middle of the surface."""


def drawn(seed: int, with_a_point: bool) -> np.ndarray:
    """Forty outlines about the surface; with a point in its middle, which draws nothing, none of them is beside it."""
    rng = np.random.default_rng(seed)
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for _ in range(40):
            matrix, middle = MATRICES[rng.integers(3)]
            ctx.set_transform(*matrix)
            ctx.fill_style = ctx.stroke_style = (*rng.random(3).tolist(), 0.5)
            ctx.line_width, ctx.line_join = float(rng.integers(1, 9)), ("miter", "round", "bevel")[rng.integers(3)]
            ctx.line_cap = ("butt", "round", "square")[rng.integers(3)]
            path = random_outline(rng)
            if with_a_point:
                path.move_to(*middle)
            if rng.random() < 0.5:
                ctx.fill(path, ("nonzero", "evenodd")[rng.integers(2)])
            else:
                ctx.set_line_dash([[], [6, 3]][rng.integers(2)])
                ctx.stroke(path)
        return canvas.to_numpy()


@pytest.mark.parametrize("seed", range(12))
def test_a_picture_is_the_same_where_no_outline_is_left_out(seed):
    assert np.array_equal(drawn(seed, False), drawn(seed, True))


@pytest.mark.parametrize("operator", ["copy", "source-in", "destination-in", "source-out", "destination-atop"])
def test_an_operator_that_clears_around_what_it_draws_clears_all_for_an_outline_beside_the_surface(operator):
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(4, 4, 40, 40)
        ctx.global_composite_operation = operator
        ctx.fill(triangle(-20, 30))
        assert not canvas.to_numpy().any()


def test_an_outline_beside_the_surface_casts_its_shadow_into_it():
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.shadow_color, ctx.shadow_offset_x = "black", 50
        ctx.fill(triangle(-20, 30))
        assert canvas.to_numpy()[33, 34, 3] == 255


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_an_outline_with_a_number_that_is_not_finite_or_huge_draws_as_ever(number):
    path = triangle(-20, 30)
    path.coords[2] = number
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill(path)
        ctx.stroke(path)
        # Only a corner far to the right brings it into the picture.
        assert canvas.to_numpy().any() == (number == 1e300)


def test_an_outline_without_points_and_one_with_only_a_point_draw_nothing():
    empty, point = gpucanvas.Path2D(), gpucanvas.Path2D("M 30 30")
    for path in (empty, point):
        with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
            canvas.get_context("2d").fill(path)
            canvas.get_context("2d").stroke(path)
            assert not canvas.to_numpy().any()


def test_outlines_beside_the_slot_of_one_of_many_pictures_do_not_show_in_another():
    recordings = []
    for k in range(5):
        recording = gpucanvas.Recording(SIZE, SIZE)
        ctx = recording.get_context("2d")
        for place in [*PLACES, (-5.0, 30.0), (30.0, 60.0)]:
            ctx.fill_style = (k / 5, 0.5, 0.2)
            ctx.fill(triangle(*place))
        recordings.append(recording)
    for together, recording in zip(gpucanvas.render_many(recordings, backend="cpu"), recordings, strict=True):
        alone = gpucanvas.render_many([recording], backend="cpu")[0]
        assert np.array_equal(together, alone) and np.asarray(alone).any()


def polygons_about_the_surface(seed: int) -> np.ndarray:
    """Two hundred polygons of 5 points, of which about a tenth touch the surface."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-130, 190, (200, 1, 2)) + rng.normal(size=(200, 5, 2)) * 8


def touches(polygon: np.ndarray, reach: float) -> bool:
    """Whether a polygon's box, grown by a reach and a pixel more, touches the surface."""
    more = reach + 1
    return bool((polygon.max(0) >= -more).all() and (polygon.min(0) <= SIZE + more).all())


@pytest.mark.parametrize("seed", range(4))
def test_the_vertices_of_a_batch_are_those_of_the_polygons_that_touch_the_surface(seed):
    polygons = polygons_about_the_surface(seed)
    recording = gpucanvas.Recording(SIZE, SIZE)
    recording.get_context("2d").fill_polygons(polygons)
    scene = encode(recording._commands, SIZE, SIZE)
    seen = [bool(touches(each, 0)) for each in polygons]
    assert 0 < sum(seen) < 100
    assert (scene.subpaths["vertex_count"] == 5 * np.array(seen)).all()
    kept = np.stack([scene.vertices["x"], scene.vertices["y"]], 1)
    assert np.array_equal(kept, polygons[seen].reshape(-1, 2).astype(np.float32))
    assert (scene.subpaths["vertex_start"] + scene.subpaths["vertex_count"] <= len(kept)).all()


def draw_polygons(ctx: gpucanvas.Context2D, polygons: np.ndarray) -> None:
    ctx.fill_polygons(polygons, color=(0.2, 0.4, 0.8, 0.5))
    ctx.line_width, ctx.stroke_style = 6.0, (0.7, 0.1, 0.3, 0.5)
    ctx.stroke_lines(polygons)
    ctx.stroke_polygons(polygons)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("farther", [0.0, 1e5, 1e30])
def test_a_batch_shows_the_polygons_that_touch_the_surface_however_far_away_the_others_are(seed, farther):
    polygons = polygons_about_the_surface(seed)
    seen = np.array([touches(each, 60) for each in polygons])
    moved = polygons.copy()
    moved[~seen] += np.sign(moved[~seen, :1] - SIZE / 2) * farther
    pictures = []
    for drawn in (moved, polygons[seen]):
        with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
            draw_polygons(canvas.get_context("2d"), drawn)
            pictures.append(canvas.to_numpy())
    assert np.array_equal(*pictures) and pictures[0].any()


def test_polygons_far_beside_the_surface_are_not_flattened_by_the_host():
    recording = gpucanvas.Recording(SIZE, SIZE)
    near = np.array([[10.0, 10.0], [40.0, 12.0], [20.0, 50.0]])
    recording.get_context("2d").fill_polygons(np.stack([near, near + 1e9, near - [1e9, 0]]))
    scene = encode(recording._commands, SIZE, SIZE)
    assert scene.subpaths["vertex_count"].tolist() == [3, 0, 0]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_batch_with_a_number_that_is_not_finite_draws_the_others(number):
    near = np.array([[10.0, 10.0], [40.0, 12.0], [20.0, 50.0]])
    odd = near + 500
    odd[1, 0] = number
    pictures = []
    for drawn in (np.stack([near, odd]), near[None]):
        with gpucanvas.Canvas(SIZE, SIZE, backend="cpu", on_invalid="ignore") as canvas:
            canvas.get_context("2d").fill_polygons(drawn)
            pictures.append(canvas.to_numpy())
    assert np.array_equal(*pictures)
