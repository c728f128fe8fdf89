"""Outlines as recorded become device streams without arcs: a counting pass, a writing pass, against NumPy's."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from outline_reference import PAIRS, curves_of, expand_arcs, map_pairs, pieces_of, subpaths_of

from gpucanvas.contract import constants as c
from gpucanvas.contract import records
from gpucanvas.contract.outlines import CURVE_TOLERANCE, FILL, GUARD
from gpucanvas.geometry.stream import ARC, CLOSE, CUBIC, LINE, MOVE, QUAD
from gpucanvas.pipeline.outline import new_traces
from gpucanvas.stages.outlines import trace_uses, write_outlines
from gpucanvas.stages.pens import measure_pens
from gpucanvas.stages.trace import count_stream

IDENTITY = np.array([[1.0, 0, 0, 1, 0, 0]])
SIZE_IN_TILES = 20, 15


class Traced:
    """Uses of outlines, traced and written."""

    def __init__(self, verbs, coords, counts, matrices, pens=None, rules=None, numbers=None) -> None:  # type: ignore[no-untyped-def]
        count = len(counts)
        uses = np.zeros((count, 4), np.int64)
        uses[:, :2] = counts
        uses[:, 2] = FILL if pens is None else pens
        uses[:, 3] = 0 if rules is None else rules
        self.numbers = np.zeros((0, 8)) if numbers is None else numbers
        verbs, coords = np.array(verbs, np.uint8), np.array(coords, np.float64)
        self.room = count_stream(verbs, coords, 0, len(verbs), 0)
        self.tables = new_traces(count, *self.room)
        self.left = np.zeros(count, np.bool_)
        made = trace_uses(verbs, coords, uses, np.array(matrices, np.float64), self.numbers, self.tables, self.left)
        self.uses, *sizes = made
        self.vertices, self.curves, self.subpaths = (
            np.empty(size, record.dtype)
            for size, record in zip(sizes, (records.Vertex, records.Curve, records.Subpath), strict=True)
        )
        self.paths = np.empty(self.uses, records.Path.dtype)
        tables = self.vertices, self.curves, self.subpaths, self.paths
        self.tiles = write_outlines(self.tables, self.uses, self.numbers, (100, 10, 1000), SIZE_IN_TILES, *tables)


def test_trace_a_triangle_by_hand() -> None:
    traced = Traced([MOVE, LINE, LINE, CLOSE], [0, 0, 10, 0, 0, 20], [[4, 6]], [[2.0, 0, 0, 1, 5, 7]])
    assert traced.room == (4, 3)
    assert traced.tables[1].tolist() == [[5, 7], [25, 7], [5, 27]]
    assert traced.vertices[["x", "y", "curved"]].tolist() == [(5, 7, 0), (25, 7, 0), (5, 27, 0)]
    assert traced.subpaths.tolist() == [(100, 3, 10, 0, 0)]
    # Tiles of 16 pixels, from (5, 7) to (25, 27), and one more where snapping may move an edge onto the next.
    # It is convex, and so goes round no point more than once.
    assert traced.paths.tolist() == [(0, 0, 2, 2, 1000, c.RULE_SINGLE)]
    assert traced.tiles == 4


def test_trace_a_circle_is_closed_without_a_seam() -> None:
    traced = Traced([MOVE, ARC], [30, 20, 20, 20, 10, 0, 0, 10, 0, 2 * pi], [[2, 10]], IDENTITY)
    verbs, points = traced.tables[:2]
    assert verbs.tolist() == [MOVE] + [CUBIC] * 8
    assert points[0].tolist() == points[-1].tolist()
    radii = np.hypot(*(points[0::3] - 20).T)
    np.testing.assert_allclose(radii, 10, rtol=1e-12)


def test_trace_an_arc_moves_the_end_of_what_it_is_joined_to_and_no_more() -> None:
    """A mapped point and the arc's own first point may differ in the last bit; what follows another arc is free."""
    arc = [20, 20, 10, 0, 0, 10, 0, pi / 4]
    traced = Traced([MOVE, LINE, ARC, ARC], [0, 0, 29, 21, *arc, *arc], [[4, 20]], IDENTITY)
    points = traced.tables[1]
    assert points[1].tolist() == [30, 20]
    assert points[4].tolist() == points[7].tolist() != [30, 20]


@pytest.mark.parametrize("far", [GUARD * 1.001, np.inf, np.nan])
def test_trace_what_is_far_away_is_left_and_takes_no_room(far: float) -> None:
    near = [0, 0, 10, 0, 0, 20]
    coords = [*near, 0, 0, far, 0, 0, 20, *near]
    traced = Traced([MOVE, LINE, LINE] * 3, coords, [[3, 6]] * 3, np.repeat(IDENTITY, 3, 0))
    assert traced.left.tolist() == [False, True, False]
    assert traced.uses == 2
    assert traced.subpaths["path"].tolist() == [10, 11]
    assert traced.subpaths["vertex_start"].tolist() == [100, 103]


def test_trace_an_empty_use_has_an_empty_box() -> None:
    traced = Traced([], [], [[0, 0]], IDENTITY)
    assert traced.uses == 1
    assert traced.tiles == 0
    bounds = traced.tables[4][0]
    assert bounds[0] > bounds[2]


def random_streams(rng: np.random.Generator, count: int) -> tuple[list[int], list[float], list[tuple[int, int]]]:
    """Streams with every verb, some of them empty."""
    verbs: list[int] = []
    coords: list[float] = []
    counts = []
    for _ in range(count):
        first, number = len(verbs), len(coords)
        for _ in range(rng.integers(0, 4)):
            verbs.append(MOVE)
            coords += (rng.random(2) * 300).tolist()
            for verb in rng.choice([LINE, QUAD, CUBIC, ARC], rng.integers(0, 6)).tolist():
                verbs.append(verb)
                coords += (rng.random(2 * PAIRS[verb]) * 300 - 50).tolist()
                if verb == ARC:
                    coords[-2:] = rng.uniform(-7, 7), rng.choice([-2 * pi, 2 * pi, 1e-9, rng.uniform(-6, 6)])
            if rng.random() < 0.5:
                verbs.append(CLOSE)
        counts.append((len(verbs) - first, len(coords) - number))
    return verbs, coords, counts


@pytest.mark.parametrize("seed", range(8))
def test_trace_random_uses_are_what_numpy_makes_of_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    verbs, coords, counts = random_streams(rng, 60)
    matrices = np.concatenate([rng.normal(size=(60, 4)), rng.random((60, 2)) * 100], 1)
    matrices[::3] = IDENTITY
    pens = np.where(rng.random(60) < 0.5, rng.integers(0, 3, 60), FILL)
    strokes, numbers = np.empty(3, records.Stroke.dtype), np.empty((3, 8))
    rows = np.array([[0.01, 10, 0, 0, 0], [3, 10, 0, 0, 0], [40, 2, 2, 1, 0.0]])
    measure_pens(rows, (1.0, 0.0, 0.0, 1.0), strokes, numbers)
    traced = Traced(verbs, coords, counts, matrices, pens, rng.integers(0, 2, 60), numbers)
    assert traced.uses == 60

    verb_array = np.array(verbs, np.uint8)
    use_of_verb = np.repeat(np.arange(60), [n for n, _ in counts])
    mapped = map_pairs(verb_array, np.array(coords).reshape(-1, 2), use_of_verb, matrices)
    out_verbs, points, old = expand_arcs(verb_array, mapped)
    assert traced.tables[0].tolist() == out_verbs.tolist()
    assert traced.room == (len(out_verbs), len(points))
    np.testing.assert_allclose(traced.tables[1], points, rtol=1e-11, atol=1e-9)

    use_of_pair = np.repeat(use_of_verb[old], PAIRS[out_verbs])
    at = curve = 0
    for use in range(60):
        mine = out_verbs[use_of_verb[old] == use]
        own = points[use_of_pair == use]
        turns = float(numbers[pens[use], 2]) if pens[use] >= 0 else 0.0
        reach = float(numbers[pens[use], 1]) if pens[use] >= 0 else 0.0
        curves = curves_of(mine, own)
        pieces = pieces_of(curves, CURVE_TOLERANCE, turns) if len(curves) else np.zeros(0, np.int64)
        mine_curves = traced.curves[curve : curve + len(curves)]
        tips = (mine_curves["tips"] & 1) + (mine_curves["tips"] >> 1)
        assert pens[use] >= 0 or not tips.any()
        expected = subpaths_of(mine, pieces + tips)
        found = traced.subpaths[at : at + len(expected)]
        assert found["vertex_count"].tolist() == [n for n, _ in expected]
        kinds = [0 if pens[use] < 0 else 2 if closed else 1 for _, closed in expected]
        assert found["kind"].tolist() == kinds
        assert (found["path"] == 10 + use).all()
        flat = np.stack([mine_curves[name] for name in ("x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3")], 1)
        np.testing.assert_allclose(flat, curves.reshape(-1, 8), rtol=1e-6, atol=1e-4)
        assert mine_curves["piece_count"].tolist() == pieces.tolist()
        if len(own):
            low, high = own.min(0) - reach, own.max(0) + reach
            np.testing.assert_allclose(traced.tables[4][use], [*low, *high], rtol=1e-9, atol=1e-6)
        at, curve = at + len(expected), curve + len(curves)
    assert at == len(traced.subpaths)
    assert (
        traced.subpaths["vertex_start"].tolist()
        == (100 + np.cumsum(traced.subpaths["vertex_count"]) - traced.subpaths["vertex_count"]).tolist()
    )


@pytest.mark.parametrize("pen", [[2.0, 10, 0, 0, 0], [2.0, 10, 0, 1, 0], [2.0, 10, 2, 1, 0]])
def test_trace_pens_reach_as_far_as_their_miters_and_caps(pen: list[float]) -> None:
    strokes, numbers = np.empty(1, records.Stroke.dtype), np.empty((1, 8))
    measure_pens(np.array([pen]), (3.0, 0.0, 0.0, 3.0), strokes, numbers)
    half, reach, _, *matrix, width = numbers[0].tolist()
    assert half == pytest.approx(3.0)
    assert reach == pytest.approx(3 * (10 if pen[3] == 0 else 2**0.5 if pen[2] == 2 else 1), abs=2e-3)
    assert matrix == [3, 0, 0, 3]
    assert width == 2
