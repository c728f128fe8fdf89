"""Pens wider than the curve they follow: what the standard's line sweeps is solid, whatever it has swept before.

    curve --densely--> points and tangents --the swept line--> is a point in it?  <--held to it--> pixels, hit tests

https://html.spec.whatwg.org/multipage/canvas.html#trace-a-path: a line as long as the pen is wide, square to the path,
is swept along it. So a point is in the stroke where a point of the curve is within half the width of it, and the way
there is square to the tangent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import cos, hypot, pi, sin

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract import records
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import lines_a_vertex
from gpucanvas.stages.flatten import flatten_outlines

from .registry import Context

SIZE = 140
MIDDLE = SIZE / 2
WIDTHS = (1, 2, 3, 5, 8, 12, 16, 20, 26, 33, 40, 60)
RADII = (1, 2, 3, 5, 8, 12, 20, 25, 30, 39)
CURVE_POINTS = 1200
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def cubic(*corners: tuple[float, float]) -> tuple[Floats, Floats]:
    """Points and tangents (N, 2) of a cubic."""
    p = np.array(corners, np.float64)
    t = np.linspace(0, 1, CURVE_POINTS)[:, None]
    s = 1 - t
    points = s**3 * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t**3 * p[3]
    return points, s * s * (p[1] - p[0]) + 2 * s * t * (p[2] - p[1]) + t * t * (p[3] - p[2])


def arc(radius: float, start: float, end: float, radius_y: float | None = None) -> tuple[Floats, Floats]:
    """Points and tangents of an arc about the middle."""
    t = np.linspace(start, end, CURVE_POINTS)
    high = radius if radius_y is None else radius_y
    points = np.stack([MIDDLE + radius * np.cos(t), MIDDLE + high * np.sin(t)], 1)
    return points, np.stack([-radius * np.sin(t), high * np.cos(t)], 1)


def swept(curve: tuple[Floats, Floats], half: float, x: Floats, y: Floats) -> Bools:
    """Whether points are in what a line of this half length sweeps along a curve."""
    points, tangents = curve
    (left, top), (right, bottom) = points.min(0) - half, points.max(0) + half
    near = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    swept_over = np.zeros(x.shape, np.bool_)
    swept_over[near] = swept_near(points, tangents, half, x[near], y[near])
    return swept_over


def swept_near(points: Floats, tangents: Floats, half: float, x: Floats, y: Floats) -> Bools:
    """`swept`, without first looking which points are too far from all of the curve."""
    found = np.zeros(x.shape, np.bool_)
    dx, dy = x - points[0, 0], y - points[0, 1]
    along = dx * tangents[0, 0] + dy * tangents[0, 1]
    for (px, py), (tx, ty) in zip(points[1:], tangents[1:], strict=True):
        dx, dy = x - px, y - py
        ahead = dx * tx + dy * ty
        found |= (along * ahead <= 0) & (dx * dx + dy * dy <= half * half)
        along = ahead
    return found


def clear_cut(inside: Callable[[Floats, Floats], Bools], margin: float = 1.5) -> tuple[Bools, Bools]:
    """Pixels that are, with all that is this close to them, inside; and those that are outside."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    steps = np.linspace(-margin, margin, 5)
    votes = sum(inside(x + a, y + b).astype(int) for a in steps for b in steps)
    return votes == 25, votes == 0


def drawn(draw: Callable[[Context], object], width: float, backend: str) -> NDArray[np.uint8]:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width = width
        draw(ctx)
        ctx.stroke()
        return canvas.to_numpy()[:, :, 3]


@pytest.mark.parametrize("close", [False, True])
def test_circles_of_every_width_and_radius_are_rings_or_discs(backend: str, close: bool) -> None:
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    distance = np.hypot(x - MIDDLE, y - MIDDLE)
    wrong = []
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for width in WIDTHS:
            for radius in RADII:
                ctx.reset()
                ctx.line_width = width
                ctx.arc(MIDDLE, MIDDLE, radius, 0, 2 * pi)
                if close:
                    ctx.close_path()
                ctx.stroke()
                # The area of a pixel on one side of an edge far away, if the edge were upright; at worst 0.11 off.
                expected = np.clip(radius + width / 2 - distance + 0.5, 0, 1)
                if width / 2 < radius:
                    expected -= np.clip(radius - width / 2 - distance + 0.5, 0, 1)
                if np.abs(canvas.to_numpy()[:, :, 3] / 255 - expected).max() > 0.2:
                    wrong.append((width, radius))
    assert not wrong


CURVES = {
    "a quarter of a small circle": (lambda c: c.arc(MIDDLE, MIDDLE, 2, 0, pi / 2), arc(2, 0, pi / 2), 30),
    "half a circle": (lambda c: c.arc(MIDDLE, MIDDLE, 12, 0.3, 0.3 + pi), arc(12, 0.3, 0.3 + pi), 40),
    "most of a circle": (lambda c: c.arc(MIDDLE, MIDDLE, 11, 0, 5), arc(11, 0, 5), 24),
    "a long arc": (lambda c: c.arc(MIDDLE, MIDDLE, 20, 0, 2.5), arc(20, 0, 2.5), 80),
    "a flat ellipse": (
        lambda c: (c.ellipse(MIDDLE, MIDDLE, 25, 5, 0, 0.5, 0.5 + 2 * pi), c.close_path()),
        arc(25, 0.5, 0.5 + 2 * pi, 5),
        24,
    ),
    "a hairpin": (
        lambda c: (c.move_to(60, 110), c.bezier_curve_to(62, 20, 72, 20, 76, 110)),
        cubic((60, 110), (62, 20), (72, 20), (76, 110)),
        30,
    ),
    "a cusp": (
        lambda c: (c.move_to(40, 110), c.bezier_curve_to(100, 40, 40, 40, 100, 110)),
        cubic((40, 110), (100, 40), (40, 40), (100, 110)),
        24,
    ),
    "a loop": (
        lambda c: (c.move_to(45, 100), c.bezier_curve_to(115, 40, 25, 40, 95, 100)),
        cubic((45, 100), (115, 40), (25, 40), (95, 100)),
        20,
    ),
    "an S": (
        lambda c: (c.move_to(63, 63), c.bezier_curve_to(78, 63, 58, 76, 76, 76)),
        cubic((63, 63), (78, 63), (58, 76), (76, 76)),
        36,
    ),
}


@cache
def clear_cut_along(name: str) -> tuple[Bools, Bools]:
    """`clear_cut` of what the pen sweeps along a curve; the same for each backend."""
    _, curve, width = CURVES[name]
    return clear_cut(lambda x, y: swept(curve, width / 2, x, y))


@pytest.mark.parametrize("name", CURVES)
def test_what_the_pen_sweeps_is_drawn_and_hit(name: str, backend: str) -> None:
    draw, _, width = CURVES[name]
    inside, outside = clear_cut_along(name)
    assert inside.sum() > 100
    alpha = drawn(draw, width, backend)
    assert (alpha[inside] == 255).all()
    assert (alpha[outside] == 0).all()
    ctx = gpucanvas.Recording(SIZE, SIZE).get_context("2d")
    ctx.line_width = width
    draw(ctx)
    for places, expected in ((inside, True), (outside, False)):
        for y, x in np.argwhere(places)[::37]:
            assert ctx.is_point_in_stroke(x + 0.5, y + 0.5) is expected


@pytest.mark.parametrize("radius", [3.0, 9.0])
def test_a_pen_that_a_transform_makes_an_ellipse_sweeps_a_disc_mapped(radius: float, backend: str) -> None:
    a, b, c, d = 2.0, 0.5, -0.3, 1.4
    half = 12.0

    def inside(x: Floats, y: Floats) -> Bools:
        det = a * d - b * c
        x, y = x - MIDDLE, y - MIDDLE
        return np.hypot((d * x - c * y) / det, (a * y - b * x) / det) <= radius + half

    def draw(ctx: Context) -> None:
        ctx.set_transform(a, b, c, d, MIDDLE, MIDDLE)
        ctx.arc(0, 0, radius, 0, 2 * pi)

    solid, empty = clear_cut(inside)
    alpha = drawn(draw, 2 * half, backend)
    assert (alpha[solid] == 255).all()
    assert (alpha[empty] == 0).all()


@pytest.mark.parametrize("join", ["miter", "round", "bevel"])
def test_a_square_smaller_than_its_pen_has_no_hole(join: str, backend: str) -> None:
    def draw(ctx: Context) -> None:
        ctx.line_join = join
        for x, y in ((65, 65), (75, 65), (75, 75), (65, 75)):
            ctx.line_to(x, y)
        ctx.close_path()

    alpha = drawn(draw, 14, backend)
    assert (alpha[59:81, 66:74] == 255).all()
    assert (alpha[66:74, 59:81] == 255).all()


@cache
def inside_of_dashes() -> Bools:
    """Pixels clearly inside what a pen of 30 sweeps along dashes of a radian; the same for each backend and cap."""
    inside, _ = clear_cut(lambda x, y: np.logical_or.reduce([swept(arc(10, k, k + 1), 15, x, y) for k in (0, 2, 4)]))
    # All lines meet in the middle, where what is between two dashes is thinner than a pixel.
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    inside &= np.hypot(x - MIDDLE, y - MIDDLE) > 6
    return inside


@pytest.mark.parametrize("cap", ["butt", "round", "square"])
def test_dashes_on_a_circle_narrower_than_the_pen_are_solid(cap: str, backend: str) -> None:
    """Dashes of a whole radian on a circle of 10: wherever one is on, so is the line from there through the middle."""

    def draw(ctx: Context) -> None:
        ctx.line_cap = cap
        ctx.set_line_dash([10, 10])
        ctx.arc(MIDDLE, MIDDLE, 10, 0, 2 * pi)

    inside = inside_of_dashes()
    assert inside.sum() > 100
    assert (drawn(draw, 30, backend)[inside] == 255).all()


def lines_of(draw: Callable[[Context], object], width: float) -> Floats:
    """The lines (N, 4) that flatten makes of a stroke."""
    recording = gpucanvas.Recording(SIZE, SIZE)
    ctx = recording.get_context("2d")
    ctx.line_width = width
    draw(ctx)
    ctx.stroke()
    scene = encode(recording._commands, SIZE, SIZE)
    with CPUBackend(1).workers.runner() as runner:
        runner.flatten_curves(scene)
    lines = np.zeros(len(scene.vertices) * lines_a_vertex(scene) + 1, records.Line.dtype)
    n = flatten_outlines(scene.subpaths, scene.vertices, scene.strokes, lines, 0, len(scene.vertices))
    return np.stack([lines[name][:n] for name in ("x0", "y0", "x1", "y1")], 1).astype(np.float64)


@pytest.mark.parametrize("width", [3.0, 17.0, 40.0, 90.0])
@pytest.mark.parametrize("name", CURVES)
def test_no_part_of_a_stroke_is_taken_off_another(name: str, width: float) -> None:
    """Windings are 0 or of one sign everywhere: where parts overlap they add up, and none cancels another."""
    draw, _, _ = CURVES[name]
    x0, y0, x1, y1 = lines_of(draw, width).T
    rng = np.random.default_rng(1)
    windings = []
    near = rng.integers(0, len(x0), 1500)
    for x, y in np.stack([x0[near], y0[near]], 1) + rng.normal(size=(1500, 2)) * width / 3:
        crosses = (y0 <= y) != (y1 <= y)
        at = x0[crosses] + (y - y0[crosses]) * (x1 - x0)[crosses] / (y1 - y0)[crosses]
        windings.append(int((np.sign(y1 - y0)[crosses] * (at <= x)).sum()))
    signs = {np.sign(each) for each in windings if each}
    assert len(signs) == 1, f"windings from {min(windings)} to {max(windings)}"


def test_a_polyline_round_a_point_has_no_hole(backend: str) -> None:
    """A thousand lines a turn: corners so flat that they are always shared, and closer than the pen is wide."""

    def draw(ctx: Context) -> None:
        for k in range(1000):
            ctx.line_to(MIDDLE + 3 * cos(k * pi / 500), MIDDLE + 3 * sin(k * pi / 500))
        ctx.close_path()

    alpha = drawn(draw, 10, backend)
    for y in range(SIZE):
        for x in range(SIZE):
            if hypot(x + 0.5 - MIDDLE, y + 0.5 - MIDDLE) < 7:
                assert alpha[y, x] == 255
