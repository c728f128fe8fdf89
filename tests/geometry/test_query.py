"""flatten and query: polylines within the tolerance, fills with their outline, strokes piece by piece."""

from __future__ import annotations

from itertools import pairwise
from math import cos, nan, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucanvas.geometry import query
from gpucanvas.geometry.flatten import flatten_stream
from gpucanvas.geometry.path import Path2D, PathBuilder
from gpucanvas.geometry.query import contains, flatten, stroke_contains


def circle(radius=40.0, close=True):
    path = PathBuilder()
    path.arc(50, 50, radius, 0, 2 * pi)
    if close:
        path.close_path()
    return path


def polyline(*points, close=False):
    path = PathBuilder()
    for point in points:
        path.line_to(*point)
    if close:
        path.close_path()
    return path


@pytest.mark.parametrize("tolerance", [1.0, 0.1, 1e-3])
def test_a_flattened_circle_stays_within_the_tolerance(tolerance):
    path = circle()
    points, subpath_start, closed = flatten(path.verbs, path.coords, tolerance)
    assert subpath_start.tolist() == [0, len(points)] and closed.tolist() == [True]
    np.testing.assert_allclose(np.hypot(*(points - 50).T), 40)
    middles = 0.5 * (points[1:] + points[:-1])
    assert 40 - np.hypot(*(middles - 50).T).min() <= tolerance * 1.0001
    np.testing.assert_array_equal(points[0], points[-1])


@settings(deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=8, max_size=8), st.sampled_from([0.5, 0.01]))
def test_flattened_curves_stay_within_the_tolerance(numbers, tolerance):
    path = PathBuilder()
    path.move_to(*numbers[:2])
    path.bezier_curve_to(*numbers[2:])
    points = flatten(path.verbs, path.coords, tolerance)[0]
    t = np.linspace(0, 1, 200)[:, None]
    p = np.array(numbers).reshape(4, 2)
    curve = (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t**2 * p[2] + t**3 * p[3]
    a, b = points[:-1], points[1:]
    d = b - a
    along = ((curve[:, None] - a) * d).sum(2) / np.maximum((d * d).sum(1), 1e-300)
    gap = curve[:, None] - a - np.clip(along, 0, 1)[..., None] * d
    assert np.hypot(gap[..., 0], gap[..., 1]).min(axis=1).max() <= tolerance * 1.001


def test_flatten_marks_only_vertices_inside_curves():
    path = Path2D()
    path.move_to(0, 0)
    path.quadratic_curve_to(50, 50, 100, 0)
    path.line_to(200, 0)
    lines = flatten_stream(path.verbs, path.coords, 0.1)
    assert lines.smooth[1:-2].all() and not lines.smooth[[0, -2, -1]].any()


def test_flatten_of_an_empty_path_is_empty():
    points, subpath_start, closed = flatten(bytearray(), PathBuilder().coords, 0.1)
    assert points.shape == (0, 2) and subpath_start.tolist() == [0] and len(closed) == 0
    assert contains(PathBuilder(), 0, 0) is False
    assert stroke_contains(PathBuilder(), 0, 0) is False


@pytest.mark.parametrize(
    ("x", "y", "inside"),
    [
        (5, 5, True),
        (0, 0, True),
        (10, 10, True),
        (5, 0, True),
        (0, 5, True),
        (10, 5, True),
        (10.001, 5, False),
        (-1, 0, False),
        (nan, 5, False),
        (float("inf"), 5, False),
    ],
)
def test_the_outline_of_a_rect_is_inside(x, y, inside):
    assert contains(polyline((0, 0), (10, 0), (10, 10), (0, 10)), x, y) is inside


def test_rules_differ_where_a_path_covers_itself():
    path = Path2D()
    path.rect(0, 0, 30, 30)
    path.rect(10, 10, 10, 10)
    assert contains(path, 15, 15) and not contains(path, 15, 15, "evenodd")
    assert contains(path, 5, 5, "evenodd")
    with pytest.raises(ValueError, match="'nonzero' or 'evenodd'"):
        contains(path, 0, 0, "odd")


def test_opposite_windings_cancel():
    path = Path2D()
    path.rect(0, 0, 30, 30)
    path.rect(20, 10, -10, 10)
    assert not contains(path, 15, 15)


@pytest.mark.parametrize("angle", np.linspace(0, 2 * pi, 9))
def test_points_on_a_circle_are_inside(angle):
    for radius, inside in ((40, True), (39.9, True), (40.01, False)):
        assert contains(circle(), 50 + radius * cos(angle), 50 + radius * sin(angle)) is inside


def test_contains_broadcasts():
    x, y = np.meshgrid(np.arange(100), np.arange(80))
    inside = contains(circle(), x, y)
    assert inside.shape == (80, 100)
    np.testing.assert_array_equal(inside, np.hypot(x - 50, y - 50) <= 40)


def test_a_single_point_contains_nothing():
    path = PathBuilder()
    path.move_to(5, 5)
    assert not contains(path, 5, 5)


@pytest.mark.parametrize(
    ("cap", "on", "off"),
    [("butt", (0, 4), (-0.1, 0)), ("square", (-5, 5), (-5.1, 0)), ("round", (-4.9, 0), (-4.9, 2))],
)
def test_caps_end_a_stroke(cap, on, off):
    path = polyline((0, 0), (100, 0))
    assert stroke_contains(path, *on, width=10, cap=cap)
    assert not stroke_contains(path, *off, width=10, cap=cap)
    assert stroke_contains(path, 100 - on[0], on[1], width=10, cap=cap)
    assert not stroke_contains(path, 100 - off[0], off[1], width=10, cap=cap)


def test_joins_fill_the_outer_side():
    path = polyline((0, 0), (100, 0), (100, 100))
    tip, round_edge, bevel_edge = (105, -5), (100 + 4.99 / sqrt(2), -4.99 / sqrt(2)), (102.4, -2.4)
    for join, inside in (("miter", (1, 1, 1)), ("round", (0, 1, 1)), ("bevel", (0, 0, 1))):
        for point, expected in zip((tip, round_edge, bevel_edge), inside, strict=True):
            assert stroke_contains(path, *point, width=10, join=join) == bool(expected), (join, point)
    assert not stroke_contains(path, 102.6, -2.6, width=10, join="bevel")
    assert not stroke_contains(path, *tip, width=10, miter_limit=1.4)
    assert stroke_contains(path, *tip, width=10, miter_limit=1.42)


def test_joins_work_for_both_turns_and_at_the_closing_vertex():
    for sign in (1, -1):
        path = polyline((0, 0), (100, 0), (100, sign * 100), (0, sign * 100), close=True)
        for x, y in ((-5, -5), (105, -5), (105, 105), (-5, 105)):
            assert stroke_contains(path, x, sign * y, width=10)
            assert not stroke_contains(path, x, sign * y, width=10, join="round")
    path = polyline((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    assert not stroke_contains(path, -5, -5, width=10)


def test_a_turn_back_has_no_miter_but_a_round_join():
    path = polyline((0, 0), (100, 0), (50, 0))
    assert not stroke_contains(path, 101, 0, width=10, miter_limit=1000)
    assert stroke_contains(path, 104, 0, width=10, join="round")


def test_segments_of_no_length_are_pruned():
    path = polyline((50, 50), (50, 50))
    for cap in ("butt", "round", "square"):
        assert not stroke_contains(path, 50, 50, width=10, cap=cap)
    path = polyline((0, 0), (100, 0), (100, 0), (100, 100))
    assert stroke_contains(path, 105, -5, width=10)


def test_a_closed_circle_has_no_bump_at_its_seam():
    path = circle()
    angle = np.linspace(-0.05, 0.05, 101)
    for radius, inside in ((44.99, True), (45.01, False), (35.01, True), (34.99, False)):
        assert (
            stroke_contains(path, 50 + radius * np.cos(angle), 50 + radius * np.sin(angle), width=10) == inside
        ).all()


def test_dashes_leave_gaps():
    path = polyline((0, 0), (100, 0))
    style = {"width": 4, "pattern": [10, 10]}
    assert stroke_contains(path, [5, 15, 25], 0, **style).tolist() == [True, False, True]
    assert stroke_contains(path, [5, 15, 25], 0, offset=10, **style).tolist() == [False, True, False]
    dots = {"width": 4, "pattern": [0, 10]}
    assert stroke_contains(path, [20, 21.5, 25], 0, cap="round", **dots).tolist() == [True, True, False]
    assert stroke_contains(path, [21.5, 22.5], 1.9, cap="square", **dots).tolist() == [True, False]
    assert not stroke_contains(path, 21, 0, **dots)


def test_the_pens_matrix_shapes_the_stroke():
    path = polyline((0, 0), (100, 0))
    assert stroke_contains(path, 50, [4.9, 5.1], width=1, matrix=(1, 0, 0, 10, 0, 0)).tolist() == [True, False]
    assert stroke_contains(path, [25, 75], 0, width=2, pattern=[25, 25], matrix=(2, 0, 0, 1, 0, 0)).tolist() == [
        True,
        False,
    ]
    assert stroke_contains(path, 50, 0, matrix=(0, 0, 0, 0, 0, 0)) is False


def test_style_words_are_checked():
    for style in ({"cap": "flat"}, {"join": "mitre"}):
        with pytest.raises(ValueError, match=r"pass '(butt|miter)'"):
            stroke_contains(circle(), 0, 0, **style)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=6), st.integers(1, 12))
def test_a_round_stroke_is_all_within_half_its_width(points, width):
    path = polyline(*points)
    x, y = (grid.ravel() + 0.37 for grid in np.meshgrid(np.arange(-8, 48, 3.0), np.arange(-8, 48, 3.0)))
    found = stroke_contains(path, x, y, width=width, cap="round", join="round")
    best = np.full(len(x), np.inf)
    for a, b in pairwise(points):
        if a != b:
            dx, dy = b[0] - a[0], b[1] - a[1]
            t = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy), 0, 1)
            best = np.minimum(best, np.hypot(x - a[0] - t * dx, y - a[1] - t * dy))
    unclear = np.abs(best - width / 2) < 1e-6
    np.testing.assert_array_equal((found | unclear), (best <= width / 2) | unclear)


@pytest.mark.parametrize(
    "matrix", [(1, 0, 0, 1, 0, 0), (0.5, 2, -1, 0.25, 30, -7), (0, 0, 0, 0, 5, 5), (1e300, 0, 0, 1, 0, 0)]
)
def test_a_point_beyond_all_of_a_long_path_is_answered_without_its_segments(matrix, monkeypatch):
    random = np.random.default_rng(4)
    path = Path2D(random.uniform(-100, 100, (300, 2)))
    points = [tuple(map(float, point)) for point in random.uniform(-700, 700, (200, 2))] + [(5.0, 5.0), (nan, 5.0)]
    mapped = Path2D()
    mapped.add_path(path, matrix)
    wanted = contains(mapped, *np.array(points).T)
    # Another version each time: nothing is kept.
    asked = []
    cut = query._fill_form
    monkeypatch.setattr(query, "_fill_form", lambda *what: asked.append(what) or cut(*what))
    for (x, y), inside in zip(points, wanted, strict=True):
        assert query.is_in_fill(Path2D(path), x, y, False, matrix) == inside
    assert len(asked) < len(points) or matrix[0] == 1e300
