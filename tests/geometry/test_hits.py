"""Hit tests of a context: what is kept between questions, what changes do to it, and a plain reference."""

from __future__ import annotations

import random
from math import atan2, cos, hypot, inf, nan, pi, sin
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Context2D, Path2D
from gpucanvas.geometry import query

Points = list[tuple[float, float]]


@pytest.fixture
def ctx() -> Context2D:
    return gpucanvas.Recording(200, 200).get_context("2d")


def rect(*numbers: float) -> Path2D:
    path = Path2D()
    path.rect(*numbers)
    return path


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many segments each cutting of a path has had room for."""
    made: list[int] = []
    new_tables = query._new_tables

    def counted(count: int) -> Any:
        made.append(count)
        return new_tables(count)

    monkeypatch.setattr(query, "_new_tables", counted)
    return made


def test_hits_a_path_that_does_not_change_is_cut_twice_at_most(ctx: Context2D, cuts: list[int]) -> None:
    path = Path2D("M10 10 C 100 0 0 100 90 90 L 10 90 Z")
    ctx.line_width = 4
    for k in range(50):
        ctx.is_point_in_path(path, k, 40)
        ctx.is_point_in_path(path, k, 40, "evenodd")
        ctx.is_point_in_stroke(path, k, 40)
        ctx.line_width = 4 + k % 3
        ctx.line_cap = ("butt", "round")[k % 2]
    assert len(cuts) == 4


def test_hits_a_path_that_changes_is_cut_only_near_the_point(ctx: Context2D, cuts: list[int]) -> None:
    for k in range(5):
        ctx.begin_path()
        ctx.arc(50, 50, 40 + k, 0, 7)
        ctx.move_to(500, 50)
        ctx.bezier_curve_to(900, 0, 100, 900, 800, 800)
        assert ctx.is_point_in_path(20, 50)
        assert not ctx.is_point_in_path(150, 400)
    whole = cuts[1]
    assert cuts[0] < whole
    assert cuts[2] < whole


def test_hits_follow_every_change_of_the_path(ctx: Context2D) -> None:
    assert not ctx.is_point_in_path(5, 5)
    for _ in range(2):
        ctx.begin_path()
        ctx.rect(0, 0, 10, 10)
        assert [ctx.is_point_in_path(x, 5) for x in (5, 15, 5, 15)] == [True, False] * 2
        ctx.rect(12, 0, 10, 10)
        assert [ctx.is_point_in_path(x, 5) for x in (5, 15, 5, 15)] == [True] * 4
        assert ctx.is_point_in_stroke(12, 5)
        ctx.begin_path()
        assert not ctx.is_point_in_path(5, 5)
        assert not ctx.is_point_in_stroke(0, 5)
    path = rect(0, 0, 10, 10)
    assert [ctx.is_point_in_path(path, 15, 5) for _ in range(3)] == [False] * 3
    path.add_path(path, [1, 0, 0, 1, 10, 0])
    assert ctx.is_point_in_path(path, 15, 5)


def test_hits_a_path2d_is_mapped_as_it_is_asked_for_and_the_current_path_as_it_was_built(ctx: Context2D) -> None:
    path = rect(0, 0, 10, 10)
    for shift in (0, 100, 50, 0):
        ctx.set_transform(1, 0, 0, 1, shift, 0)
        for _ in range(3):
            assert ctx.is_point_in_path(path, shift + 5, 5)
            assert not ctx.is_point_in_path(path, shift + 15, 5)
            assert ctx.is_point_in_stroke(path, shift + 10, 5)
    ctx.set_transform(2, 0, 0, 2, 20, 0)
    ctx.rect(0, 0, 10, 10)
    ctx.reset_transform()
    for _ in range(3):
        assert ctx.is_point_in_path(39, 19)
        assert not ctx.is_point_in_path(41, 19)


def test_hits_the_stroke_is_that_of_the_pen_and_transform_of_now(ctx: Context2D) -> None:
    path = Path2D("M0 50 H100")
    ctx.line_width = 4
    assert [ctx.is_point_in_stroke(path, 50, y) for y in (51, 53, 51, 53)] == [True, False] * 2
    ctx.line_width = 8
    assert ctx.is_point_in_stroke(path, 50, 53)
    ctx.scale(1, 2)
    assert ctx.is_point_in_stroke(path, 50, 107)
    assert not ctx.is_point_in_stroke(path, 50, 53)
    ctx.reset_transform()
    ctx.set_line_dash([10, 10])
    assert [ctx.is_point_in_stroke(path, x, 50) for x in (5, 15)] == [True, False]
    ctx.line_dash_offset = 10
    assert [ctx.is_point_in_stroke(path, x, 50) for x in (5, 15)] == [False, True]
    ctx.line_cap = "square"
    assert ctx.is_point_in_stroke(path, 7, 50)
    ctx.set_line_dash([])
    assert ctx.is_point_in_stroke(path, 5, 50)
    ctx.set_transform(0, 0, 0, 0, 0, 0)
    assert not ctx.is_point_in_stroke(path, 0, 0)


def test_hits_dashes_of_an_outline_that_returns_to_its_start_begin_there(ctx: Context2D) -> None:
    """They once began at its second corner, unlike those that are drawn."""
    for d in ("M0 0 H10 V10 H0 V0 Z", "M0 0 H10 V10 H0 Z"):
        path = Path2D(d)
        ctx.set_line_dash([7, 7])
        assert [ctx.is_point_in_stroke(path, x, 0) for x in (3, 6.9, 7.1, 8.5)] == [True, True, False, False]
        assert [ctx.is_point_in_stroke(path, 10, y) for y in (3.9, 4.1)] == [False, True]


def test_hits_take_every_form_of_arguments(ctx: Context2D) -> None:
    path = rect(0, 0, 30, 30)
    path.rect(10, 10, 10, 10)
    ctx.rect(100, 0, 30, 30)
    assert ctx.is_point_in_path(110, 15)
    assert ctx.is_point_in_path(110, 15, "evenodd")
    assert ctx.is_point_in_path(path, 15, 15)
    assert ctx.is_point_in_path(path, np.float32(15), np.int64(15), "nonzero")
    assert not ctx.is_point_in_path(path, 15, 15, "evenodd")
    assert ctx.is_point_in_stroke(100, 15)
    assert ctx.is_point_in_stroke(path, 0, 15)
    for x in (nan, inf, -inf):
        assert ctx.is_point_in_path(path, x, 15) is False
        assert ctx.is_point_in_stroke(path, 15, x) is False
    with pytest.raises(TypeError, match="the fill rule is 'odd'"):
        ctx.is_point_in_path(path, 1, 1, "odd")
    with pytest.raises(TypeError, match="x is .left.: give a number"):
        ctx.is_point_in_path(path, "left", 1)
    with pytest.raises(TypeError, match=r"is_point_in_stroke takes \(\[path,\] x, y\)"):
        ctx.is_point_in_stroke(path, 1, 1, "nonzero")


@pytest.mark.parametrize("far", [1e6, 1e12, 1e300])
def test_hits_far_and_huge_paths_answer(ctx: Context2D, far: float) -> None:
    path = rect(-far, -far, 2 * far, 2 * far)
    assert ctx.is_point_in_path(path, 0, 0)
    assert not ctx.is_point_in_path(path, 1.5 * far, 0)
    ctx.set_transform(1e300, 0, 0, 1e300, 0, 0)
    assert not ctx.is_point_in_path(rect(-1e300, -1e300, 2e300, 2e300), 0, 0)


@pytest.mark.parametrize("angle", np.linspace(0, 2 * pi, 17))
def test_hits_an_outline_that_ends_at_its_start_but_for_rounding_has_no_gap(ctx: Context2D, angle: float) -> None:
    path = Path2D()
    path.arc(50, 50, 40, angle, angle + 2 * pi)
    for turn in np.linspace(0, 2 * pi, 33):
        for radius, inside in ((39.99, True), (40.01, False), (1e6, False)):
            assert ctx.is_point_in_path(path, 50 + radius * cos(turn), 50 + radius * sin(turn)) is inside
    for y in (50.0, 50 + 40 * sin(angle)):
        assert not ctx.is_point_in_path(path, 1000.0, y)
        assert not ctx.is_point_in_path(path, -1000.0, y)


def winding_and_distance(subpaths: list[Points], x: float, y: float) -> tuple[int, float]:
    """The winding number as the sum of angles seen from the point, and the distance to the outline."""
    total, nearest = 0.0, inf
    for points in subpaths:
        for (px, py), (qx, qy) in zip(points, [*points[1:], points[0]], strict=True):
            ax, ay, bx, by = px - x, py - y, qx - x, qy - y
            total += atan2(ax * by - ay * bx, ax * bx + ay * by)
            squared = (qx - px) ** 2 + (qy - py) ** 2
            t = min(max(-(ax * (qx - px) + ay * (qy - py)) / squared, 0.0), 1.0) if squared else 0.0
            nearest = min(nearest, hypot(ax + t * (qx - px), ay + t * (qy - py)))
    return round(total / (2 * pi)), nearest


def random_path(rng: random.Random) -> tuple[Path2D, list[Points]]:
    """A path of some subpaths, and the points of each on a fine grid of its curves."""
    path, subpaths = Path2D(), []

    def number() -> float:
        return round(rng.uniform(0, 100), rng.choice((0, 3)))

    for _ in range(rng.randint(1, 3)):
        points = [(number(), number())]
        path.move_to(*points[0])
        for _ in range(rng.randint(1, 4)):
            c = [*points[-1], *(number() for _ in range(6))]
            if rng.random() < 0.4:
                path.line_to(c[6], c[7])
                points.append((c[6], c[7]))
                continue
            path.bezier_curve_to(*c[2:])
            for k in range(1, 201):
                t, s = k / 200, 1 - k / 200
                w = s**3, 3 * s * s * t, 3 * s * t * t, t**3
                points.append((sum(w[i] * c[2 * i] for i in range(4)), sum(w[i] * c[2 * i + 1] for i in range(4))))
        if rng.random() < 0.5:
            path.close_path()
        subpaths.append(points)
    return path, subpaths


@pytest.mark.parametrize("seed", range(25))
def test_hits_are_those_of_a_plain_sum_of_angles(ctx: Context2D, seed: int) -> None:
    rng = random.Random(seed)
    path, subpaths = random_path(rng)
    asked = 0
    for _ in range(40):
        x, y = rng.uniform(-5, 105), rng.uniform(-5, 105)
        winding, distance = winding_and_distance(subpaths, x, y)
        if distance < 0.05:
            continue
        asked += 1
        assert ctx.is_point_in_path(path, x, y) is (winding != 0)
        assert ctx.is_point_in_path(path, x, y, "evenodd") is (winding % 2 == 1)
    assert asked > 20


@pytest.mark.parametrize("seed", range(25))
def test_hits_of_round_strokes_are_those_of_the_distance(ctx: Context2D, seed: int) -> None:
    rng = random.Random(seed)
    subpaths = random_path(rng)[1]
    path = Path2D()
    for first, *others in subpaths:
        # Closed, since the reference's outlines are.
        path.move_to(*first)
        for x, y in others:
            path.line_to(x, y)
        path.close_path()
    ctx.line_join = "round"
    for _ in range(40):
        ctx.line_width = width = rng.choice((0.5, 6.0, 30.0))
        x, y = rng.uniform(-20, 120), rng.uniform(-20, 120)
        _, distance = winding_and_distance(subpaths, x, y)
        if abs(distance - width / 2) > 1e-3:
            assert ctx.is_point_in_stroke(path, x, y) is (distance < width / 2)
