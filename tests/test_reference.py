"""The reference rasteriser against areas known by hand."""

from __future__ import annotations

import ast
from math import pi, sqrt
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

import reference as ref

SQUARE = ref.polyline([(2, 3), (10, 3), (10, 9), (2, 9)], closed=True)


def test_reference_does_not_import_the_library() -> None:
    tree = ast.parse(Path(ref.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in imports if isinstance(node, ast.ImportFrom)]
    assert names
    assert not any(name.split(".")[0] == "gpucanvas" for name in names)


def test_reference_fills_whole_pixels_exactly() -> None:
    expected = np.zeros((12, 12))
    expected[3:9, 2:10] = 1.0
    assert (ref.fill_coverage([SQUARE], 12, 12) == expected).all()


@pytest.mark.parametrize("samples", [8, 16])
@pytest.mark.parametrize("part", [0.1, 0.25, 0.5, 0.77])
def test_reference_measures_upright_edges_finely(samples: int, part: float) -> None:
    outline = ref.polyline([(1, 1), (4 + part, 1), (4 + part, 4 + part), (1, 4 + part)], closed=True)
    coverage = ref.fill_coverage([outline], 6, 6, samples=samples)
    limit = 2.0 / samples**2
    assert coverage[2, 4] == pytest.approx(part, abs=limit)
    assert coverage[4, 2] == pytest.approx(part, abs=limit)
    assert coverage[4, 4] == pytest.approx(part * part, abs=limit)


def test_reference_measures_diagonal_edges_finely() -> None:
    coverage = ref.fill_coverage([ref.polyline([(0, 0), (6, 0), (0, 6)], closed=True)], 6, 6, samples=16)
    assert np.diagonal(np.fliplr(coverage)) == pytest.approx(0.5, abs=2 / 256)


def test_reference_fills_a_circle_of_the_right_area() -> None:
    coverage = ref.fill_coverage([ref.curve(ref.arc_points(16, 16, 12.3), closed=True)], 32, 32)
    assert coverage.sum() == pytest.approx(pi * 12.3**2, rel=1e-3)


def test_reference_clips_what_lies_outside_the_picture() -> None:
    outline = ref.polyline([(-50, -50), (4, -50), (4, 50), (-50, 50)], closed=True)
    coverage = ref.fill_coverage([outline], 8, 8)
    assert (coverage[:, :4] == 1.0).all()
    assert (coverage[:, 4:] == 0.0).all()


@pytest.mark.parametrize(("rule", "inner"), [("nonzero", 1.0), ("evenodd", 0.0)])
def test_reference_knows_both_fill_rules(rule: Literal["nonzero", "evenodd"], inner: float) -> None:
    hole = ref.polyline([(4, 5), (8, 5), (8, 7), (4, 7)], closed=True)
    coverage = ref.fill_coverage([SQUARE, hole], 12, 12, rule=rule)
    assert coverage[6, 6] == inner
    assert coverage[4, 3] == 1.0


def test_reference_cancels_opposite_windings() -> None:
    hole = ref.polyline([(4, 7), (8, 7), (8, 5), (4, 5)], closed=True)
    assert ref.fill_coverage([SQUARE, hole], 12, 12)[6, 6] == 0.0


@pytest.mark.parametrize(("cap", "extra"), [("butt", 0.0), ("square", 4.0 * 4.0), ("round", pi * 2.0**2)])
def test_reference_adds_caps(cap: Literal["butt", "round", "square"], extra: float) -> None:
    line = ref.polyline([(6, 7), (20, 12)])
    area = 4.0 * sqrt(14**2 + 5**2)
    assert ref.stroke_coverage([line], ref.Pen(4.0, cap), 32, 20).sum() == pytest.approx(area + extra, rel=2e-3)


@pytest.mark.parametrize(
    ("join", "limit", "extra"),
    [("bevel", 10.0, 2.0), ("miter", 10.0, 4.0), ("miter", 1.4, 2.0), ("miter", 1.42, 4.0), ("round", 10.0, pi)],
)
def test_reference_adds_joins(join: Literal["miter", "round", "bevel"], limit: float, extra: float) -> None:
    corner = ref.polyline([(4, 4), (20, 4), (20, 18)])
    legs = 4.0 * 16 + 4.0 * 14 - 4.0
    coverage = ref.stroke_coverage([corner], ref.Pen(4.0, "butt", join, limit), 28, 24, samples=16)
    assert coverage.sum() == pytest.approx(legs + extra, rel=2e-3)


def test_reference_joins_the_ends_of_a_closed_line() -> None:
    coverage = ref.stroke_coverage([SQUARE], ref.Pen(2.0), 16, 16)
    assert coverage.sum() == pytest.approx(10 * 8 - 6 * 4)
    assert coverage[2, 1] == 1.0


def test_reference_draws_no_line_of_zero_length() -> None:
    dot = ref.polyline([(5, 5), (5, 5)])
    assert ref.stroke_coverage([dot], ref.Pen(4.0, "round"), 10, 10).sum() == 0.0


def test_reference_draws_a_half_disc_where_a_line_turns_back() -> None:
    line = ref.polyline([(4, 8), (12, 8), (4, 8)])
    coverage = ref.stroke_coverage([line], ref.Pen(4.0, "butt", "round"), 20, 16, samples=16)
    assert coverage.sum() == pytest.approx(8 * 4 + pi * 2.0, rel=2e-3)


def test_reference_transforms_the_pen_with_the_line() -> None:
    line = ref.polyline([(1, 4), (3, 4)])
    coverage = ref.stroke_coverage([line], ref.Pen(2.0), 16, 8, matrix=(4.0, 0.0, 0.0, 1.0, 1.0, 0.0))
    assert (coverage[3:5, 5:13] == 1.0).all()
    assert coverage.sum() == 16.0


def test_reference_strokes_a_ring() -> None:
    ring = ref.curve(ref.arc_points(16, 16, 10), closed=True)
    assert ref.stroke_coverage([ring], ref.Pen(3.0), 32, 32).sum() == pytest.approx(2 * pi * 10 * 3, rel=2e-3)


@pytest.mark.parametrize(
    ("offset", "starts"), [(0.0, [0.0, 6.0, 12.0]), (5.0, [1.0, 7.0, 13.0]), (-1.0, [1.0, 7.0, 13.0])]
)
def test_reference_walks_dashes(offset: float, starts: list[float]) -> None:
    dashes = ref.dash(ref.polyline([(0, 0), (16, 0)]), [4.0, 2.0], offset)
    assert [float(d.points[0, 0]) for d in dashes] == pytest.approx(starts)
    assert [float(d.points[-1, 0]) for d in dashes] == pytest.approx([min(s + 4.0, 16.0) for s in starts])


def test_reference_keeps_corners_inside_a_dash() -> None:
    dashes = ref.dash(SQUARE, [20.0, 100.0])
    assert len(dashes) == 1
    assert dashes[0].points.tolist() == [[2, 3], [10, 3], [10, 9], [4, 9]]


def test_reference_doubles_an_odd_dash_pattern() -> None:
    dashes = ref.dash(ref.polyline([(0, 0), (12, 0)]), [2.0])
    assert [float(d.points[0, 0]) for d in dashes] == pytest.approx([0.0, 4.0, 8.0])


def test_reference_multiplies_clips() -> None:
    half = np.full((2, 2), 0.5)
    assert (ref.clip(np.ones((2, 2)), half, half) == 0.25).all()


def test_reference_paints_straight_colours() -> None:
    picture = ref.paint(np.array([[0.0, 0.5, 1.0]]), (1.0, 0.5, 0.0, 0.8))
    assert picture.tolist() == [[[0, 0, 0, 0], [255, 128, 0, 102], [255, 128, 0, 204]]]


def test_reference_refuses_no_samples() -> None:
    with pytest.raises(ValueError, match="samples is 0"):
        ref.sample_offsets(0)
