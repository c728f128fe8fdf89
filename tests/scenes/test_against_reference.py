"""Edges of fills, strokes, dashes and clips against the exact rasteriser in reference.py, on each backend.

Each case draws a black shape on a transparent canvas: its alpha is its coverage. Areas are integrated exactly by the
library and sampled at 1024 points a pixel by the reference, whose own error is below 1/255.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from pathlib import Path

import numpy as np
import pytest

import gpucanvas
import reference as ref
from compare import assert_same

from .registry import Context

WIDTH, HEIGHT = 48, 40
SAMPLES = 32
MAX_MEAN = 2.0
MAX_DIFFERENCE = 8
MAX_CROSSING = 40


@dataclass(frozen=True)
class Case:
    """The same shape twice: drawn by the library, and covered by the reference.

    ``crossing_pixels`` may differ by more, up to MAX_CROSSING: areas are exact except where edges cross within the
    pixel, of which 32 samples are taken. It is no more than the few pixels of the crossings themselves.
    """

    name: str
    draw: Callable[[Context], object]
    coverage: Callable[[], ref.Floats]
    crossing_pixels: int = 0


def _points(ctx: Context, points: list[tuple[float, float]], close: bool) -> None:
    ctx.begin_path()
    for x, y in points:
        ctx.line_to(x, y)
    if close:
        ctx.close_path()


def fill_case(
    name: str,
    draw: Callable[[Context], object],
    *outlines: ref.Polyline,
    rule: str = "nonzero",
    crossing_pixels: int = 0,
) -> Case:
    """Fill what ``draw`` puts into the path; ``outlines`` is the same for the reference."""

    def drawn(ctx: Context) -> None:
        ctx.begin_path()
        draw(ctx)
        ctx.fill(rule)

    return Case(
        f"fill_{name}",
        drawn,
        lambda: ref.fill_coverage(
            outlines, WIDTH, HEIGHT, rule="evenodd" if rule == "evenodd" else "nonzero", samples=SAMPLES
        ),
        crossing_pixels,
    )


def polygon_case(name: str, points: list[tuple[float, float]], rule: str = "nonzero", crossing_pixels: int = 0) -> Case:
    """Fill one polygon."""
    outline = ref.polyline(points, closed=True)
    return fill_case(name, lambda ctx: _points(ctx, points, True), outline, rule=rule, crossing_pixels=crossing_pixels)


def stroke_case(
    name: str,
    draw: Callable[[Context], object],
    line: ref.Polyline,
    pen: ref.Pen,
    dashes: tuple[float, ...] = (),
    offset: float = 0.0,
    matrix: ref.Matrix = ref.IDENTITY,
) -> Case:
    """Stroke what ``draw`` puts into the path, under ``matrix``; ``line`` is the same for the reference."""

    def drawn(ctx: Context) -> None:
        ctx.set_transform(*matrix)
        ctx.line_width, ctx.line_cap, ctx.line_join = pen.width, pen.cap, pen.join
        ctx.miter_limit = pen.miter_limit
        ctx.set_line_dash(list(dashes))
        ctx.line_dash_offset = offset
        ctx.begin_path()
        draw(ctx)
        ctx.stroke()

    return Case(
        f"stroke_{name}",
        drawn,
        lambda: ref.stroke_coverage(ref.dash(line, dashes, offset), pen, WIDTH, HEIGHT, matrix=matrix, samples=SAMPLES),
    )


def line_case(
    name: str,
    points: list[tuple[float, float]],
    pen: ref.Pen,
    *,
    closed: bool = False,
    dashes: tuple[float, ...] = (),
    offset: float = 0.0,
    matrix: ref.Matrix = ref.IDENTITY,
) -> Case:
    """Stroke straight lines."""
    line = ref.polyline(points, closed=closed)
    return stroke_case(name, lambda ctx: _points(ctx, points, closed), line, pen, dashes, offset, matrix)


def clip_case(name: str, rule: str, *masks: list[tuple[float, float]], crossing_pixels: int = 0) -> Case:
    """Fill a slanted quadrilateral under every mask."""
    shape = [(4.0, 6.3), (44.2, 2.1), (40.7, 37.9), (2.5, 30.0)]

    def drawn(ctx: Context) -> None:
        for mask in masks:
            _points(ctx, mask, True)
            ctx.clip(rule)
        _points(ctx, shape, True)
        ctx.fill()

    def area(points: list[tuple[float, float]], fill_rule: str) -> ref.Floats:
        outline = ref.polyline(points, closed=True)
        return ref.fill_coverage(
            [outline], WIDTH, HEIGHT, rule="evenodd" if fill_rule == "evenodd" else "nonzero", samples=SAMPLES
        )

    def expected() -> ref.Floats:
        return ref.clip(area(shape, "nonzero"), *(area(mask, rule) for mask in masks))

    return Case(f"clip_{name}", drawn, expected, crossing_pixels)


def _curve(ctx: Context) -> None:
    ctx.move_to(5, 34)
    ctx.bezier_curve_to(10, -20, 38, 60, 43, 6)


SQUARE = [(6.3, 5.8), (40.1, 5.8), (40.1, 33.4), (6.3, 33.4)]
TURNED = [(24 + 16 * cos(a + i * pi / 2), 20 + 16 * sin(a + i * pi / 2)) for a in (0.3,) for i in range(4)]
STAR = [(24 + 18 * cos(a), 20.5 + 18 * sin(a)) for a in (4 * pi * i / 5 - pi / 2 for i in range(5))]
ZIGZAG = [(6.0, 30.0), (18.0, 8.0), (28.0, 31.0), (42.0, 12.0)]
WEDGE = [(8.0, 8.0), (40.0, 18.0), (8.0, 28.0)]
CUBIC = ref.cubic_points((5, 34), (10, -20), (38, 60), (43, 6))
CIRCLE = ref.curve(ref.arc_points(24, 20, 15.3), closed=True)
ELLIPSE = ref.curve(ref.arc_points(24, 20, 20, 9, rotation=0.5), closed=True)

CASES = [
    polygon_case("upright_square_between_pixels", SQUARE),
    polygon_case("turned_square", TURNED),
    polygon_case("sliver", [(3.0, 4.0), (45.0, 30.2), (45.0, 31.0)]),
    polygon_case("triangle_beyond_the_border", [(-30.0, 10.0), (70.0, -12.0), (30.0, 80.0)]),
    polygon_case("star_nonzero", STAR, crossing_pixels=6),
    polygon_case("star_evenodd", STAR, rule="evenodd", crossing_pixels=6),
    fill_case("circle", lambda ctx: ctx.arc(24, 20, 15.3, 0, 2 * pi), CIRCLE),
    fill_case("turned_ellipse", lambda ctx: ctx.ellipse(24, 20, 20, 9, 0.5, 0, 2 * pi), ELLIPSE),
    fill_case("cubic_leaf", _curve, ref.curve(CUBIC)),
    fill_case(
        "quadratic_drop",
        lambda ctx: (ctx.move_to(24, 3), ctx.quadratic_curve_to(52, 38, 24, 36), ctx.quadratic_curve_to(-4, 38, 24, 3)),
        ref.curve(ref.quadratic_points((24, 3), (52, 38), (24, 36)), ref.quadratic_points((24, 36), (-4, 38), (24, 3))),
    ),
    fill_case(
        "ring_by_opposite_windings",
        lambda ctx: (ctx.arc(24, 20, 15.3, 0, 2 * pi), ctx.close_path(), ctx.arc(24, 20, 8.6, 0, 2 * pi, True)),
        CIRCLE,
        ref.curve(ref.arc_points(24, 20, 8.6, start=2 * pi, end=0.0), closed=True),
    ),
    line_case("level_line_between_pixels", [(5.0, 20.3), (43.0, 20.3)], ref.Pen(3.5)),
    line_case("slanted_line_round_caps", [(9.0, 9.5), (39.0, 29.0)], ref.Pen(9.0, "round")),
    line_case("slanted_line_square_caps", [(9.0, 9.5), (39.0, 29.0)], ref.Pen(9.0, "square")),
    line_case("zigzag_miter", ZIGZAG, ref.Pen(4.0)),
    line_case("zigzag_round", ZIGZAG, ref.Pen(5.0, "round", "round")),
    line_case("zigzag_bevel", ZIGZAG, ref.Pen(5.0, "butt", "bevel")),
    line_case("wedge_within_the_miter_limit", WEDGE, ref.Pen(3.0, miter_limit=4.0)),
    line_case("wedge_beyond_the_miter_limit", WEDGE, ref.Pen(5.0, miter_limit=3.0)),
    line_case("closed_square", TURNED, ref.Pen(3.0), closed=True),
    line_case("repeated_points", [p for p in ZIGZAG for _ in range(2)], ref.Pen(4.0, "square")),
    stroke_case("circle", lambda ctx: (ctx.arc(24, 20, 15.3, 0, 2 * pi), ctx.close_path()), CIRCLE, ref.Pen(4.0)),
    stroke_case("cubic_round_caps", _curve, ref.curve(CUBIC), ref.Pen(3.0, "round")),
    line_case(
        "pen_stretched_by_the_transform",
        [(2.0, 8.0), (8.0, 30.0), (13.0, 9.0)],
        ref.Pen(2.0, "round", "round"),
        matrix=(3.0, 0.0, 0.0, 1.0, 2.0, 0.5),
    ),
    line_case(
        "pen_skewed_by_the_transform",
        [(6.0, 6.0), (22.0, 10.0), (10.0, 22.0)],
        ref.Pen(4.0, "square", "bevel"),
        matrix=(1.2, 0.3, 0.5, 1.1, 2.0, 0.0),
    ),
    line_case("dashed_line", [(3.0, 5.0), (45.0, 36.0)], ref.Pen(4.0), dashes=(7.0, 4.0), offset=3.0),
    line_case("dashed_round_caps", [(5.0, 8.0), (43.0, 30.0)], ref.Pen(3.0, "round"), dashes=(4.0, 7.5)),
    line_case("dashed_zigzag", ZIGZAG, ref.Pen(3.0), dashes=(9.0, 4.0, 2.0), offset=-2.0),
    line_case("dashed_closed_square", SQUARE, ref.Pen(3.0), closed=True, dashes=(13.0, 6.0), offset=13.0),
    stroke_case("dashed_cubic", _curve, ref.curve(CUBIC), ref.Pen(3.0), (6.0, 4.0)),
    clip_case("to_a_turned_square", "nonzero", TURNED),
    clip_case("to_a_star_evenodd", "evenodd", STAR, crossing_pixels=6),
    clip_case("to_a_shape_and_a_rectangle", "nonzero", TURNED, SQUARE),
    clip_case("to_a_rectangle_and_a_shape", "nonzero", SQUARE, TURNED),
    clip_case("to_two_areas", "nonzero", TURNED, [(2.0, 2.0), (46.0, 10.0), (20.0, 39.0)]),
]


def alpha_of(draw: Callable[[Context], object], backend: str, width: int = WIDTH, height: int = HEIGHT) -> ref.Floats:
    """Return the coverage that the library drew in black, (height, width) float64, 0 to 1."""
    canvas = gpucanvas.Canvas(width, height, backend=backend)
    draw(canvas.get_context("2d"))
    return np.asarray(canvas.to_numpy())[..., 3] / 255.0


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_edges_match_the_reference(case: Case, backend: str, tmp_path: Path) -> None:
    black = (0.0, 0.0, 0.0, 1.0)
    expected = ref.paint(case.coverage(), black)
    found = ref.paint(alpha_of(case.draw, backend), black)
    # The mean counts alpha alone, over drawn pixels, not over an empty surround that would hide a wrong edge.
    drawn = (expected[..., 3] > 0) | (found[..., 3] > 0)
    gap = np.abs(expected[..., 3].astype(int) - found[..., 3])
    assert gap[drawn].mean() <= MAX_MEAN
    beyond = gap > MAX_DIFFERENCE
    if np.count_nonzero(beyond) <= case.crossing_pixels:
        beyond &= gap <= MAX_CROSSING
        found[beyond] = expected[beyond]
    assert_same(expected, found, max_difference=MAX_DIFFERENCE, names=("reference", backend), folder=tmp_path)


@pytest.mark.parametrize("line_width", [0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("angle", [0.0, 0.1, 0.5, pi / 4, 1.2, pi / 2])
def test_thin_line_covers_its_length_times_its_width(line_width: float, angle: float, backend: str) -> None:
    length = 36.0
    dx, dy = cos(angle) * length / 2, sin(angle) * length / 2

    def draw(ctx: Context) -> None:
        ctx.line_width = line_width
        ctx.begin_path()
        ctx.move_to(24.3 - dx, 24.6 - dy)
        ctx.line_to(24.3 + dx, 24.6 + dy)
        ctx.stroke()

    assert alpha_of(draw, backend, 48, 48).sum() == pytest.approx(length * line_width, rel=0.03)


@pytest.mark.parametrize("radius", [0.3, 1.0, 3.7, 15.2])
def test_disc_covers_its_area(radius: float, backend: str) -> None:
    def draw(ctx: Context) -> None:
        ctx.arc(24.2, 19.7, radius, 0, 2 * pi)
        ctx.fill()

    # A flattened curve may lie a fortieth of a pixel inside the true one, all around.
    assert alpha_of(draw, backend).sum() == pytest.approx(pi * radius**2, abs=2 * pi * radius / 40 + 0.01)


@pytest.mark.parametrize("same_direction", [True, False])
@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_shared_edges_leave_no_seam(same_direction: bool, rule: str, backend: str) -> None:
    """Two triangles that share a slanted edge in one path cover their square fully."""
    lower = [(8.0, 4.0), (40.0, 36.0), (8.0, 36.0)]

    def draw(ctx: Context) -> None:
        ctx.begin_path()
        for corners in ([(8.0, 4.0), (40.0, 4.0), (40.0, 36.0)], lower if same_direction else lower[::-1]):
            ctx.move_to(*corners[0])
            ctx.line_to(*corners[1])
            ctx.line_to(*corners[2])
            ctx.close_path()
        ctx.fill(rule)

    assert (alpha_of(draw, backend)[4:36, 8:40] >= 254 / 255).all()


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.6, 0.8), (0.0, -1.0)])
def test_wide_line_is_as_wide_as_it_says(direction: tuple[float, float], backend: str) -> None:
    ux, uy = direction
    assert hypot(ux, uy) == pytest.approx(1.0)

    def draw(ctx: Context) -> None:
        ctx.line_width = 9.5
        ctx.begin_path()
        ctx.move_to(24 - 12 * ux, 20 - 12 * uy)
        ctx.line_to(24 + 12 * ux, 20 + 12 * uy)
        ctx.stroke()

    assert alpha_of(draw, backend).sum() == pytest.approx(24 * 9.5, rel=0.005)
