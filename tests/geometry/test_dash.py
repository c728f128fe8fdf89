"""dash: cuts by hand, against a plain loop at random, and the guard."""

from __future__ import annotations

import time
from itertools import pairwise
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucanvas.errors import LimitError
from gpucanvas.geometry.dash import Polylines, dash

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """What is timed below is not the compiler."""
    dash(*polylines([(0, 0), (10, 0)]), [4, 2])


def polylines(*subpaths, closed=False):
    points = np.array([point for subpath in subpaths for point in subpath], dtype=np.float64).reshape(-1, 2)
    starts = np.cumsum([0] + [len(subpath) for subpath in subpaths])
    return Polylines(points, starts, np.full(len(subpaths), closed), np.zeros(len(points), dtype=bool))


def pieces(result):
    return [result.points[a:b].round(5).tolist() for a, b in zip(result.starts[:-1], result.starts[1:], strict=True)]


def test_a_line_is_cut_at_the_pattern():
    result = dash(*polylines([(0, 0), (10, 0)]), [4, 2])
    assert pieces(result) == [[[0, 0], [4, 0]], [[6, 0], [10, 0]]]
    assert not result.closed.any()


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (1, [(0, 3), (5, 9)]),
        (4, [(2, 6), (8, 10)]),
        (5, [(1, 5), (7, 10)]),
        (-1, [(1, 5), (7, 10)]),
        (6, [(0, 4), (6, 10)]),
        (-600 + 1, [(0, 3), (5, 9)]),
    ],
)
def test_the_offset_moves_the_pattern_backwards(offset, expected):
    result = dash(*polylines([(0, 0), (10, 0)]), [4, 2], offset)
    assert pieces(result) == [[[a, 0], [b, 0]] for a, b in expected]


def test_an_odd_pattern_is_taken_twice():
    result = dash(*polylines([(0, 0), (10, 0)]), [3])
    assert pieces(result) == [[[0, 0], [3, 0]], [[6, 0], [9, 0]]]


def test_a_dash_keeps_the_vertices_it_passes():
    lines = polylines(SQUARE)
    lines.smooth[1] = True
    result = dash(*lines, [15, 5])
    assert pieces(result) == [[[0, 0], [10, 0], [10, 5]], [[10, 10], [0, 10]]]
    assert result.smooth.tolist() == [False, True, False, False, False]


def test_each_subpath_begins_the_pattern_anew():
    result = dash(*polylines([(0, 0), (3, 0)], [(0, 5), (0, 9)]), [2, 1.5])
    assert pieces(result) == [[[0, 0], [2, 0]], [[0, 5], [0, 7]], [[0, 8.5], [0, 9]]]


def test_a_closed_subpath_has_one_dash_across_its_start():
    result = dash(*polylines(SQUARE, closed=True), [10, 10], 5)
    assert pieces(result) == [[[10, 5], [10, 10], [5, 10]], [[0, 5], [0, 0], [5, 0]]]
    assert not result.closed.any()


def test_a_closed_subpath_that_is_off_at_its_end_is_not_joined():
    result = dash(*polylines(SQUARE, closed=True), [5, 5])
    assert len(pieces(result)) == 4
    assert pieces(result)[0] == [[0, 0], [5, 0]]


def test_one_long_dash_around_a_closed_subpath_and_into_itself():
    result = dash(*polylines(SQUARE, closed=True), [35, 5], 30)
    assert pieces(result) == [[[10, 0], [10, 10], [0, 10], [0, 0], [5, 0]]]


def test_a_dash_across_the_start_may_go_on_beyond_the_last_vertex():
    result = dash(*polylines([(0, 0), (0, 4)], closed=True), [5, 1])
    assert pieces(result) == [[[0, 2], [0, 0], [0, 4], [0, 3]]]


def test_a_closed_subpath_that_is_on_all_the_way_stays_closed():
    result = dash(*polylines(SQUARE, [(50, 50), (90, 50), (90, 90)], closed=True), [41, 20])
    assert result.closed.tolist()[0] and pieces(result)[0] == SQUARE_AS_LISTS
    assert not result.closed[1:].any()


SQUARE_AS_LISTS = [list(map(float, point)) for point in SQUARE]


@pytest.mark.parametrize("pattern", [[], [0, 0], [5, 0], [0]])
def test_a_pattern_without_gaps_changes_nothing(pattern):
    lines = polylines(SQUARE, closed=True)
    result = dash(*lines, pattern)
    assert all(a is b for a, b in zip(result, lines, strict=True))


def test_dashes_without_a_gap_between_them_are_one():
    result = dash(*polylines([(0, 0), (20, 0)]), [3, 0, 2, 5])
    assert pieces(result) == [[[0, 0], [5, 0]], [[10, 0], [15, 0]]]
    result = dash(*polylines([(0, 0), (20, 0)]), [3, 5, 2, 0])
    assert pieces(result) == [[[0, 0], [3, 0]], [[8, 0], [13, 0]], [[18, 0], [20, 0]]]


def test_dots_keep_a_direction():
    result = dash(*polylines([(0, 0), (10, 0), (10, 10)]), [0, 4])
    assert pieces(result) == [[[x, y], [x, y]] for x, y in [(0, 0), (4, 0), (8, 0), (10, 2), (10, 6)]]
    steps = result.points[1::2] - result.points[::2]
    np.testing.assert_allclose(steps, [[1e-6, 0]] * 3 + [[0, 1e-6]] * 2, atol=1e-12)
    result = dash(*polylines([(0, 0), (10, 0)]), [0, 4], dot_length=0.5)
    np.testing.assert_allclose((result.points[1::2] - result.points[::2])[:, 0], 0.5)


def test_a_cut_at_a_vertex_makes_no_stray_segment():
    third = [(0, 0), (0.1 + 0.2, 0), (0.1 + 0.2, 0.6), (5, 0.6)]
    result = dash(*polylines(third), [0.3, 0.3])
    lengths = [hypot(*(np.array(b) - a)) for piece in pieces(result) for a, b in pairwise(piece)]
    assert min(lengths) > 1e-3


def test_subpaths_of_no_length_have_no_dashes():
    result = dash(*polylines([(5, 5)], [], [(1, 1), (1, 1)], [(0, 0), (3, 0)]), [2, 1])
    assert pieces(result) == [[[0, 0], [2, 0]]]
    assert len(dash(*polylines(), [2, 1]).points) == 0
    assert len(dash(*polylines([(5, 5)], closed=True), [2, 1]).points) == 0


@pytest.mark.parametrize(("pattern", "offset"), [([-1, 2], 0), ([float("nan"), 1], 0), ([1, 2], float("inf"))])
def test_a_bad_pattern_is_named(pattern, offset):
    with pytest.raises(ValueError, match="finite lengths of 0 or more"):
        dash(*polylines(SQUARE), pattern, offset)


@pytest.mark.parametrize("length", [1e12, 1e300, float("inf")])
def test_too_many_dashes_are_refused_with_the_cure(length):
    begin = time.perf_counter()
    with pytest.raises(LimitError, match="longer pattern"):
        dash(*polylines([(0, 0), (length, 0)]), [1, 1])
    assert time.perf_counter() - begin < 1.0


@pytest.mark.parametrize("closed", [False, True])
def test_a_window_leaves_out_dashes_and_moves_none(closed):
    """Of the dashes of a far line those remain that reach into the window, as they are without one."""
    from gpucanvas.geometry.dash import NO_LINES, new_lines, on_intervals
    from gpucanvas.stages.dash import dash_lines

    lines = polylines([(-3000, 40), (900, -20), (40, 5000), (-70, -900), (80, 30)], closed=closed)
    every = dash(*lines, [7, 5, 0, 9], 3.5)
    period, ons = on_intervals([7, 5, 0, 9])
    tables = lines.points, lines.smooth.view(np.uint8), lines.starts, lines.closed.view(np.uint8), np.array([0, 1])
    row = np.array([[period, 3.5, 0, len(ons), 1, 0, 0, 1, 1e-6]])
    left, top, right, bottom = window = [-100.0, -50.0, 120.0, 90.0]
    rest = np.zeros(1, np.int64), row, np.array(ons), np.array([window]), np.empty(len(lines.points))
    count, subpaths, refused, _ = dash_lines(tables, *rest, False, NO_LINES)
    assert refused == -1
    out = new_lines(count, subpaths, 1)
    dash_lines(tables, *rest, True, out)
    found = [out[0][a:b].tolist() for a, b in pairwise(out[2])]
    everything = [every.points[a:b].tolist() for a, b in pairwise(every.starts)]
    seen = [
        piece
        for piece in everything
        if any(
            left <= p[0] + t * (q[0] - p[0]) <= right and top <= p[1] + t * (q[1] - p[1]) <= bottom
            for p, q in pairwise(piece)
            for t in np.linspace(0, 1, 50)
        )
    ]
    assert all(piece in everything for piece in found)
    assert all(piece in found for piece in seen)
    assert len(seen) <= len(found) < len(seen) + 20 < len(everything)


def reference_total(subpaths, closed, pattern, offset):
    """On-length of each subpath by a plain walk."""
    total = 0.0
    for subpath in subpaths:
        ring = [*subpath, subpath[0]] if closed else subpath
        length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring))
        at, index = -(offset % sum(pattern)), 0
        while at < length:
            end = at + pattern[index % len(pattern)]
            if index % 2 == 0:
                total += max(0.0, min(end, length) - max(at, 0.0))
            at, index = end, index + 1
    return total


coordinate = st.integers(-50, 50).map(float)
subpath = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(subpath, min_size=1, max_size=5),
    st.booleans(),
    st.lists(st.floats(0.5, 60), min_size=2, max_size=6).filter(lambda p: len(p) % 2 == 0),
    st.floats(-200, 200),
)
def test_dashes_have_the_total_length_and_lie_on_the_outline(subpaths, closed, pattern, offset):
    lines = polylines(*subpaths, closed=closed)
    result = dash(*lines, pattern, offset)
    total = 0.0
    for a, b, ring in zip(result.starts[:-1], result.starts[1:], result.closed, strict=True):
        piece = result.points[a:b]
        if ring:
            piece = np.vstack((piece, piece[:1]))
        steps = np.diff(piece, axis=0)
        total += np.hypot(*steps.T).sum()
        assert len(piece) >= 2
    assert total == pytest.approx(reference_total(subpaths, closed, pattern, offset), abs=1e-5)
    assert result.starts[-1] == len(result.points) == len(result.smooth)


def test_a_million_segments_take_less_than_two_seconds():
    points = np.random.default_rng(1).uniform(-3, 3, (1_000_000, 2)).cumsum(axis=0)
    starts, closed = np.arange(0, 1_000_001, 10), np.arange(100_000) % 2 == 0
    begin = time.perf_counter()
    result = dash(points, starts, closed, np.zeros(1_000_000, dtype=bool), [5, 3])
    assert time.perf_counter() - begin < 2.0
    assert len(result.starts) > 100_000
