"""builder and Path2D: each rule of the standard's path building, by hand."""

from __future__ import annotations

import sys
from math import cos, inf, nan, pi, sin, sqrt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.errors import IndexSizeError
from gpucanvas.geometry.path import (
    ARC,
    CLOSE,
    COORD_COUNT,
    CUBIC,
    LINE,
    MOVE,
    QUAD,
    Path2D,
    PathBuilder,
    transform_coords,
)

ARGUMENTS = {
    "move_to": 2,
    "line_to": 2,
    "quadratic_curve_to": 4,
    "bezier_curve_to": 6,
    "arc": 5,
    "ellipse": 7,
    "arc_to": 5,
    "rect": 4,
    "round_rect": 5,
}


def stream(path):
    """Verbs with their numbers."""
    numbers = list(path.coords)
    result = []
    for verb in path.verbs:
        result.append((verb, *numbers[: COORD_COUNT[verb]]))
        del numbers[: COORD_COUNT[verb]]
    assert not numbers
    return result


def arc_ends(arc):
    cx, cy, ux, uy, vx, vy, start, sweep = arc[1:]
    return [(cx + ux * cos(t) + vx * sin(t), cy + uy * cos(t) + vy * sin(t)) for t in (start, start + sweep)]


@pytest.fixture
def path():
    return PathBuilder()


def test_line_on_an_empty_path_is_a_move(path):
    path.line_to(1, 2)
    assert stream(path) == [(MOVE, 1, 2)]


def test_curves_on_an_empty_path_begin_at_their_control_point(path):
    path.quadratic_curve_to(1, 2, 3, 4)
    assert stream(path) == [(MOVE, 1, 2), (QUAD, 1, 2, 3, 4)]
    path.clear()
    path.bezier_curve_to(1, 2, 3, 4, 5, 6)
    assert stream(path) == [(MOVE, 1, 2), (CUBIC, 1, 2, 3, 4, 5, 6)]


def test_close_on_an_empty_path_does_nothing(path):
    path.close_path()
    assert not path.verbs


def test_a_verb_after_close_begins_at_the_closed_start(path):
    path.move_to(1, 2)
    path.line_to(3, 4)
    path.close_path()
    path.close_path()
    assert path.current_point == (1, 2)
    path.line_to(5, 6)
    assert stream(path) == [(MOVE, 1, 2), (LINE, 3, 4), (CLOSE,), (MOVE, 1, 2), (LINE, 5, 6)]


def test_rect_is_closed_and_leaves_a_subpath_at_its_corner(path):
    path.rect(1, 2, 10, -20)
    path.line_to(0, 0)
    corners = [(MOVE, 1, 2), (LINE, 11, 2), (LINE, 11, -18), (LINE, 1, -18), (CLOSE,)]
    assert stream(path) == [*corners, (MOVE, 1, 2), (LINE, 0, 0)]


def test_arc_is_joined_by_a_line(path):
    path.move_to(0, 0)
    path.arc(50, 50, 10, 0, 1)
    assert stream(path) == [(MOVE, 0, 0), (LINE, 60, 50), (ARC, 50, 50, 10, 0, 0, 10, 0, 1)]


@pytest.mark.parametrize(
    ("start", "end", "ccw", "sweep"),
    [
        (0, 1, False, 1),
        (0, 1, True, 1 - 2 * pi),
        (1, 0, False, 2 * pi - 1),
        (1, 0, True, -1),
        (0, 2 * pi, False, 2 * pi),
        (0, 99, False, 2 * pi),
        (99, 0, True, -2 * pi),
        (0, -99, True, -2 * pi),
        (0, 2 * pi + 0.25, True, 0.25 - 2 * pi),
        (0, -0.25, False, 2 * pi - 0.25),
        (-1, 2 * pi - 1 + 1e-9, False, 2 * pi),
    ],
)
def test_arc_sweep_follows_the_two_pi_rules(path, start, end, ccw, sweep):
    path.arc(0, 0, 1, start, end, ccw)
    assert stream(path)[-1][0] == ARC
    assert stream(path)[-1][-2:] == pytest.approx((start, sweep))


def test_arc_of_no_sweep_or_no_radius_is_its_start_point(path):
    path.move_to(0, 0)
    path.arc(50, 50, 10, 1.5, 1.5)
    path.arc(50, 50, 0, 0, 6)
    assert [step[0] for step in stream(path)] == [MOVE, LINE, LINE]
    assert path.current_point == (50, 50)


def test_ellipse_turns_its_axes(path):
    path.ellipse(10, 20, 4, 2, pi / 2, 0, pi)
    (_, *begin), arc = stream(path)
    assert begin == pytest.approx([10, 24])
    assert arc[1:] == pytest.approx((10, 20, 0, 4, -2, 0, 0, pi))
    assert path.current_point == pytest.approx((10, 16))


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("arc", (0, 0, -1, 0, 1)),
        ("ellipse", (0, 0, 1, -1, 0, 0, 1)),
        ("ellipse", (0, 0, -1, 1, 0, 0, 1)),
        ("arc_to", (0, 0, 1, 1, -1)),
    ],
)
def test_a_negative_radius_is_an_index_size_error(path, method, arguments):
    with pytest.raises(IndexSizeError, match=f"{method}: .*negative"):
        getattr(path, method)(*arguments)


def test_arc_to_touches_both_lines(path):
    path.move_to(0, 0)
    path.arc_to(100, 0, 100, 100, 20)
    _, line, arc = stream(path)
    assert line == (LINE, 80, 0)
    assert arc[1:3] == (80, 20)
    assert arc_ends(arc) == [pytest.approx((80, 0)), pytest.approx((100, 20))]
    assert arc[-1] == pytest.approx(pi / 2)


def test_arc_to_can_turn_the_other_way(path):
    path.move_to(0, 0)
    path.arc_to(100, 0, 0, -100, 10)
    arc = stream(path)[-1]
    assert arc[-1] == pytest.approx(-3 * pi / 4)
    assert arc_ends(arc)[1] == pytest.approx((100 - 10 * (1 + sqrt(2)) / sqrt(2), -10 * (1 + sqrt(2)) / sqrt(2)))


def test_arc_to_begins_a_subpath_before_it_refuses_the_radius(path):
    """The standard's order of steps: "ensure there is a subpath" comes first."""
    with pytest.raises(IndexSizeError):
        path.arc_to(1, 2, 3, 4, -5)
    assert path.current_point == (1.0, 2.0)


def test_arc_to_on_an_empty_path_is_a_move_and_a_line_to_the_same_point(path):
    path.arc_to(1, 2, 3, 4, 5)
    assert stream(path) == [(MOVE, 1, 2), (LINE, 1, 2)]


@pytest.mark.parametrize(
    "arguments",
    [(0, 0, 9, 9, 5), (5, 5, 5, 5, 5), (5, 5, 9, 0, 0), (5, 5, 9, 9, 5), (5, 5, -9, -9, 5), (5, 5, 1, 1, 5)],
)
@pytest.mark.parametrize("matrix", [None, (0.3, 0.1, -0.7, 1.1, 13.7, -3.3)])
def test_arc_to_degenerates_to_a_line(arguments, matrix):
    path = PathBuilder(matrix)
    path.move_to(0, 0)
    path.arc_to(*arguments)
    expected = PathBuilder(matrix)
    expected.move_to(0, 0)
    expected.line_to(*arguments[:2])
    assert stream(path) == stream(expected)


def test_arc_to_works_in_todays_user_space(path):
    path.move_to(0, 0)
    path.matrix = (2.0, 0.0, 0.0, 1.0, 10.0, 0.0)
    path.arc_to(45, 0, 45, 50, 20)
    _, line, arc = stream(path)
    assert line == (LINE, pytest.approx(60), pytest.approx(0))
    assert arc_ends(arc)[1] == pytest.approx((100, 20))


def test_arc_to_under_a_singular_matrix_is_a_line(path):
    path.move_to(3, 3)
    path.matrix = (0.0, 0.0, 0.0, 0.0, 7.0, 8.0)
    path.arc_to(1, 2, 3, 4, 5)
    assert stream(path) == [(MOVE, 3, 3), (LINE, 7, 8)]


def test_arc_maps_with_the_matrix():
    path = PathBuilder((2.0, 0.0, 0.0, 3.0, 10.0, 20.0))
    path.arc(1, 1, 5, 0, pi / 2)
    assert stream(path)[-1][1:] == pytest.approx((12, 23, 10, 0, 0, 15, 0, pi / 2))
    assert path.current_point == pytest.approx((12, 38))


@pytest.mark.parametrize(
    ("radii", "corners"),
    [
        (5, [(5, 5)] * 4),
        ([5], [(5, 5)] * 4),
        ([1, 2], [(1, 1), (2, 2), (1, 1), (2, 2)]),
        ((1, 2, 3), [(1, 1), (2, 2), (3, 3), (2, 2)]),
        (np.array([1, 2, 3, 4]), [(1, 1), (2, 2), (3, 3), (4, 4)]),
        ({"x": 3, "y": 6}, [(3, 6)] * 4),
        ([SimpleNamespace(x=3, y=6), (1, 2)], [(3, 6), (1, 2), (3, 6), (1, 2)]),
        (50, [(20, 20)] * 4),
        ([60, 20], [(30, 30), (10, 10), (30, 30), (10, 10)]),
    ],
)
def test_round_rect_reads_and_fits_radii(path, radii, corners):
    path.round_rect(10, 20, 100, 40, radii)
    assert path.verbs[0] == MOVE and path.verbs[-1] == CLOSE
    arcs = [step for step in stream(path) if step[0] == ARC]
    expected = [
        ((110 - corners[1][0], 20), (110, 20 + corners[1][1])),
        ((110, 60 - corners[2][1]), (110 - corners[2][0], 60)),
        ((10 + corners[3][0], 60), (10, 60 - corners[3][1])),
        ((10, 20 + corners[0][1]), (10 + corners[0][0], 20)),
    ]
    for arc, (begin, end) in zip(arcs, expected, strict=True):
        assert arc_ends(arc) == [pytest.approx(begin), pytest.approx(end)]


@pytest.mark.parametrize(
    "matrix", [None, (1, 0, 0, 1, 3.5, -7), (2.5, 0, 0, 2.5, 1, 2), (2, 0, 0, 3, 1, 2), (0, 1, -1, 0, 5, 5)]
)
@pytest.mark.parametrize("radius", [8, 8.25, [8], [6.5], 1000])
@pytest.mark.parametrize("size", [(30, 20), (-30, 20), (5, 400)])
def test_one_radius_is_four_equal_ones(matrix: Any, radius: Any, size: tuple[float, float]) -> None:
    """Under every transform: one radius is what most programs give, and has a way of its own."""
    one, four = PathBuilder(), PathBuilder()
    one.matrix = four.matrix = matrix
    number = radius[0] if isinstance(radius, list) else radius
    for path, radii in ((one, radius), (four, [number] * 4)):
        path.round_rect(1.5, 2.25, *size, radii)
        path.line_to(3, 4)
    assert one.verbs == four.verbs
    assert list(one.coords) == pytest.approx(list(four.coords), rel=1e-14, abs=1e-12)


def test_round_rect_without_radii_is_a_rect(path):
    path.round_rect(1, 2, 3, 4, [0, {"x": 0, "y": 0}])
    other = PathBuilder()
    other.rect(1, 2, 3, 4)
    assert stream(path) == stream(other)


def test_round_rect_mirrors_with_a_negative_size_and_keeps_the_named_corner(path):
    path.round_rect(100, 0, -100, 50, [10, 0, 0, 0])
    arcs = [step for step in stream(path) if step[0] == ARC]
    assert len(arcs) == 1
    assert arc_ends(arcs[0]) == [pytest.approx((100, 10)), pytest.approx((90, 0))]


def test_round_rect_leaves_a_subpath_at_its_corner(path):
    path.matrix = (1.0, 0.0, 0.0, 1.0, 5.0, 5.0)
    path.round_rect(10, 20, 100, 40, 5)
    assert path.current_point == (15, 25)
    path.line_to(0, 0)
    assert stream(path)[-2:] == [(MOVE, 15, 25), (LINE, 5, 5)]


@pytest.mark.parametrize("radii", [-1, [1, -1], {"x": 1, "y": -1}, [], [1] * 5])
def test_round_rect_range_errors(path, radii):
    with pytest.raises(ValueError, match="round_rect") as caught:
        path.round_rect(0, 0, 10, 10, radii)
    assert caught.value.name == "RangeError"
    assert not path.verbs


@pytest.mark.parametrize("radii", ["5", None, object(), [None]])
def test_round_rect_refuses_what_is_no_radius(path, radii):
    with pytest.raises(TypeError, match="round_rect: radius"):
        path.round_rect(0, 0, 10, 10, radii)


@pytest.mark.parametrize("method", ARGUMENTS)
@pytest.mark.parametrize("bad", [nan, inf, -inf, 10**400])
def test_arguments_that_are_not_finite_are_ignored_or_named(method, bad):
    for position in range(ARGUMENTS[method]):
        arguments = [1.0] * ARGUMENTS[method]
        arguments[position] = bad
        lax, strict = PathBuilder(strict=False), PathBuilder(strict=True)
        getattr(lax, method)(*arguments)
        assert not lax.verbs
        with pytest.raises(ValueError, match=rf"{method}: \w+ is .*finite number"):
            getattr(strict, method)(*arguments)
        assert not strict.verbs and not strict.coords


@pytest.mark.parametrize("method", [name for name in ARGUMENTS if name != "round_rect"])
def test_arguments_of_a_wrong_type_are_named_or_converted(method):
    lax, same, strict = PathBuilder(strict=False), PathBuilder(), PathBuilder()
    arguments = [1.0] * ARGUMENTS[method]
    arguments[1] = "2"
    with pytest.raises(TypeError, match=rf"{method}: \w+ is '2': give a number"):
        getattr(strict, method)(*arguments)
    assert not strict.verbs and not strict.coords
    getattr(lax, method)(*arguments)
    arguments[1] = 2.0
    getattr(same, method)(*arguments)
    assert (lax.verbs, lax.coords) == (same.verbs, same.coords)


def test_finite_arguments_whose_sum_overflows_are_drawn(path):
    path.move_to(1.5e308, 1.5e308)
    assert path.current_point == (1.5e308, 1.5e308)


def test_a_point_mapped_beyond_float64_is_not_drawn():
    path = PathBuilder((1e10, 0.0, 0.0, 1.0, 0.0, 0.0), strict=False)
    for method in ("move_to", "line_to", "round_rect", "arc", "bezier_curve_to"):
        getattr(path, method)(*[1e305] * ARGUMENTS[method])
    assert not path.verbs
    path.strict = True
    with pytest.raises(ValueError, match=r"move_to: the matrix .* maps to"):
        path.move_to(1e305, 0)


def test_a_rectangle_mapped_beyond_float64_contains_what_it_contained():
    """web-platform-tests, 2d.path.isPointInPath.basic."""
    ctx = gpucanvas.Recording(100, 100, on_invalid="ignore").get_context("2d")
    ctx.scale(sys.float_info.max, sys.float_info.max)
    ctx.rect(-10, -10, 20, 20)
    assert ctx.is_point_in_path(0, 0)
    assert ctx.is_point_in_path(0, 0, "evenodd")
    ctx.begin_path()
    ctx.rect(10, 10, 20, 20)
    assert not ctx.is_point_in_path(0, 0)
    ctx.begin_path()
    ctx.transform(1, 1, -1, 1, 0, 0)
    ctx.rect(10, 10, 20, 20)
    assert not ctx.is_point_in_path(0, 0)


def test_clear_empties_the_path_and_changes_the_version(path):
    path.rect(0, 0, 1, 1)
    version = path.version
    path.clear()
    assert not path.verbs and not path.coords and path.current_point is None
    path.rect(0, 0, 2, 2)
    assert path.version != version


@pytest.mark.parametrize("stream", ["verbs", "coords"])
def test_clear_leaves_a_stream_alone_that_is_looked_at(path, stream):
    path.rect(0, 0, 1, 1)
    view = memoryview(getattr(path, stream))
    before = view.tobytes()
    path.clear()
    assert view.tobytes() == before and not path.verbs and not path.coords


def test_path2d_copies(path):
    original = Path2D()
    original.rect(0, 0, 5, 5)
    copy = Path2D(original)
    original.line_to(9, 9)
    assert len(copy.verbs) == 5
    copy.line_to(1, 1)
    assert stream(copy)[-2:] == [(MOVE, 0, 0), (LINE, 1, 1)]


def test_path2d_of_svg_begins_a_subpath_at_its_end():
    path = Path2D("M0 0 L10 20")
    assert stream(path) == [(MOVE, 0, 0), (LINE, 10, 20), (MOVE, 10, 20)]
    assert stream(Path2D("")) == []


def test_path2d_refuses_what_is_invalid_unless_told_to_ignore_it():
    path = Path2D("M1 1 L2 2 L oops", on_invalid="ignore")
    path.line_to(nan, 0)
    assert path.current_point == (2, 2)
    with pytest.raises(ValueError, match="position 12, at 'oops'"):
        Path2D("M1 1 L2 2 L oops")
    with pytest.raises(ValueError, match="line_to: x is nan"):
        Path2D().line_to(nan, 0)


def test_path2d_follows_the_configuration():
    import gpucanvas

    before = gpucanvas.configure(on_invalid="ignore")
    try:
        assert len(Path2D("M1 1 L2 2 L oops").verbs) == 3
    finally:
        gpucanvas.configure(on_invalid=before.on_invalid)
    with pytest.raises(ValueError, match="position"):
        Path2D("M1 1 L2 2 L oops")


@pytest.mark.parametrize("source", [5, [1, 2], b"M0 0"])
def test_path2d_refuses_what_is_no_path(source):
    with pytest.raises(TypeError, match="is no path"):
        Path2D(source)


def test_add_path_maps_and_begins_a_subpath_at_the_end():
    path, other = Path2D(), Path2D()
    path.move_to(1, 1)
    other.rect(0, 0, 10, 10)
    path.add_path(other, {"a": 2, "e": 5})
    assert stream(path)[1:] == [(MOVE, 5, 0), (LINE, 25, 0), (LINE, 25, 10), (LINE, 5, 10), (CLOSE,), (MOVE, 5, 0)]
    path.line_to(7, 7)
    path.close_path()
    assert path.current_point == (5, 0)


def test_add_path_of_itself_and_of_nothing():
    path = Path2D()
    path.add_path(Path2D())
    assert not path.verbs
    path.move_to(0, 0)
    path.line_to(1, 0)
    path.add_path(path, [1, 0, 0, 1, 0, 5])
    assert stream(path) == [(MOVE, 0, 0), (LINE, 1, 0), (MOVE, 0, 5), (LINE, 1, 5), (MOVE, 1, 5)]


def test_add_path_by_a_transform_that_is_not_finite_adds_nothing():
    path, other = Path2D(on_invalid="ignore"), Path2D()
    other.rect(0, 0, 1, 1)
    with pytest.raises(ValueError, match="add_path: transform .* is not finite"):
        Path2D().add_path(other, [nan, 0, 0, 1, 0, 0])
    path.add_path(other, [nan, 0, 0, 1, 0, 0])
    assert not path.verbs
    with pytest.raises(TypeError, match="is no path"):
        path.add_path("M0 0")


def test_add_path_that_maps_beyond_float64_adds_nothing():
    path, other = Path2D(on_invalid="ignore"), Path2D()
    other.rect(0, 0, 1e300, 1)
    with pytest.raises(ValueError, match="add_path: .* maps beyond"):
        Path2D().add_path(other, [1e10, 0, 0, 1, 0, 0])
    path.add_path(other, [1e10, 0, 0, 1, 0, 0])
    assert not path.verbs


def test_transform_coords_is_the_builders_matrix():
    matrix = (0.5, 0.25, -0.75, 2.0, 10.0, -20.0)
    plain, mapped = PathBuilder(), PathBuilder(matrix)
    for path in (plain, mapped):
        path.move_to(1, 2)
        path.arc(3, 4, 5, 0.5, 2)
        path.bezier_curve_to(1, 2, 3, 4, 5, 6)
        path.ellipse(1, 2, 3, 4, 0.5, 1, 2)
        path.quadratic_curve_to(1, 2, 3, 4)
        path.close_path()
    assert plain.verbs == mapped.verbs
    np.testing.assert_allclose(transform_coords(plain.verbs, plain.coords, matrix), mapped.coords, atol=1e-12)


# -- of points ------------------------------------------------------------------------------------------------------

SQUARE = ((0, 0), (10, 0), (10, 10), (0, 10))


@pytest.mark.parametrize(
    "points",
    [SQUARE, list(map(list, SQUARE)), np.array(SQUARE), np.array(SQUARE, np.float32)[::1], np.array(SQUARE)[:, ::1]],
)
def test_points_become_a_subpath_of_lines(points: Any) -> None:
    path = Path2D(points)
    assert path.to_svg() == "M0 0 L10 0 L10 10 L0 10"
    assert path.current_point == (0, 10)
    path.close_path()
    path.line_to(5, 5)
    assert path.to_svg() == "M0 0 L10 0 L10 10 L0 10 Z M0 0 L5 5"


def test_points_that_do_not_lie_one_behind_another_in_memory() -> None:
    columns = np.array(SQUARE, np.float64).T.copy()
    assert Path2D(columns.T).to_svg() == Path2D(columns.T[::-1][::-1]).to_svg() == "M0 0 L10 0 L10 10 L0 10"


def test_lists_of_arrays_become_as_many_subpaths() -> None:
    lines = np.array([[[0, 0], [1, 2]], [[3, 4], [5, 6]]])
    assert Path2D(lines).to_svg() == Path2D(list(lines)).to_svg() == "M0 0 L1 2 M3 4 L5 6"
    ragged = Path2D([np.array(SQUARE), [(3, 4)], np.zeros((0, 2))])
    assert list(ragged.verbs) == [MOVE, LINE, LINE, LINE, MOVE]
    assert ragged.current_point == (3, 4)
    for empty in ([], (), np.zeros((0, 2)), np.zeros((3, 0, 2))):
        assert not Path2D(empty).verbs


def test_arrays_of_a_list_may_differ_in_type_and_have_gaps_of_their_own() -> None:
    whole, single = np.array([[1, 2], [3, 4]], np.uint8), np.array([[5.5, 6]], np.float32)
    exact = np.array([[0.1, 1 / 3]])
    mixed = Path2D([whole, single, exact, np.zeros((0, 2)), np.arange(8.0).reshape(4, 2)[::-2]])
    assert mixed.to_svg() == f"M1 2 L3 4 M5.5 6 M0.1 {1 / 3} M6 7 L2 3"
    with_gap = np.array([[7, 8], [np.nan, 0], [9, 9]])
    assert Path2D([whole, with_gap, single], on_invalid="ignore").to_svg() == "M1 2 L3 4 M7 8 M9 9"
    with pytest.raises(ValueError, match=r"^Path2D: point 1 is \[nan, 0.0\]: give finite numbers"):
        Path2D([whole, with_gap, single])
    with pytest.raises(TypeError, match="is no path: pass a Path2D"):
        Path2D([whole, np.zeros((2, 3))])


def test_flattened_paths_are_paths_again() -> None:
    path = Path2D("M0 0 C 0 50 50 50 50 0 Z M60 0 L70 0")
    again = Path2D(path.flatten(0.01))
    assert again.bounds() == pytest.approx(path.bounds(), abs=0.01)
    assert again.length() == pytest.approx(path.length(), abs=0.05)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (np.zeros(4), r"an array of shape \(4,\)"),
        (np.zeros((2, 10)), r"an array of shape \(2, 10\)"),
        ([1, 2, 3, 4], r"an array of shape \(4,\)"),
        ([(0, 0), (1,)], r"\[\(0, 0\), \(1,\)\]"),
        (["M0 0"], r"\['M0 0'\]"),
        (np.zeros((2, 2), complex), r"array\(\[\["),
        (5, "5"),
        (b"M0 0", "b'M0 0'"),
    ],
)
def test_what_is_no_array_of_points_is_refused(points: Any, said: str) -> None:
    cure = r"is no path: pass a Path2D, .* points of shape \(V, 2\)"
    with pytest.raises(TypeError, match=rf"(?s)^Path2D: {said}.* {cure}"):
        Path2D(points)


def test_points_that_are_not_finite_are_refused_or_leave_a_gap() -> None:
    points = [(0, 0), (1, float("nan")), (float("inf"), 2), (3, 4)]
    with pytest.raises(ValueError, match=r"^Path2D: point 1 is \[1.0, nan\]: give finite numbers"):
        Path2D(points)
    assert Path2D([(5, 5), *points, (6, 6)], on_invalid="ignore").to_svg() == "M5 5 L0 0 M3 4 L6 6"
    assert Path2D([[(7, 7), *points], [(8, 8), (9, 9)]], on_invalid="ignore").to_svg() == "M7 7 L0 0 M3 4 M8 8 L9 9"


def test_a_masked_point_leaves_a_gap_on_every_path() -> None:
    points = np.arange(10.0).reshape(5, 2)
    masked = np.ma.array(points, mask=[[0, 0], [0, 0], [1, 0], [0, 0], [0, 0]])
    assert Path2D(masked).to_svg() == "M0 1 L2 3 M6 7 L8 9"
    assert Path2D([points[:2], masked]).to_svg() == "M0 1 L2 3 M0 1 L2 3 M6 7 L8 9"
    assert Path2D(np.ma.stack([masked, masked + 10])[1:]).to_svg() == "M10 11 L12 13 M16 17 L18 19"
    assert Path2D(np.ma.array(points.astype(int), mask=masked.mask)).to_svg() == "M0 1 L2 3 M6 7 L8 9"
    points[0, 0] = np.nan
    with pytest.raises(ValueError, match=r"^Path2D: point 0 is \[nan, 1.0\]: .* for a gap there, mask it"):
        Path2D(np.ma.array(points, mask=masked.mask))


@pytest.mark.parametrize("verb", ["move_to", "line_to", "quadratic_curve_to", "rect"])
def test_points_of_single_precision_are_mapped_in_double_precision(verb: str) -> None:
    """100,000.1 has no neighbour nearer than 1/128 among floats of 32 bits."""
    given = np.float32([1.5, 2.25, 3.5, 4.125][: 4 if verb in ("quadratic_curve_to", "rect") else 2])
    paths = [PathBuilder((0.1, 0.2, 0.3, 0.4, 100_000.1, 7.0)) for _ in range(2)]
    getattr(paths[0], verb)(*given)
    getattr(paths[1], verb)(*given.tolist())
    assert paths[0].coords == paths[1].coords
