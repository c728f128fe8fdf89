"""Outlines that meet themselves inside a pixel: shared edges, outlines drawn twice, crossings as dense as pixels."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from .registry import Context, scene

SLIT = (
    ((5.0, 5.0), (30.0, 5.0), (42.0, 60.0), (5.0, 60.0)),
    ((42.0, 60.0), (70.0, 60.0), (70.0, 5.0), (30.0, 5.0)),
)
"""Two quadrilaterals that go round in opposite directions and share the edge from (30, 5) to (42, 60)."""


def add_polygons(ctx: Context, polygons: object) -> None:
    """Add closed polygons to the path."""
    for points in polygons:  # type: ignore[attr-defined]
        ctx.move_to(*points[0])
        for point in points[1:]:
            ctx.line_to(*point)
        ctx.close_path()


def spirograph(size: float, turns: int = 23, points: int = 1100) -> list[tuple[float, float]]:
    """The corners of a hypotrochoid that fills a square of this size."""
    found = []
    for k in range(points):
        t = 2 * pi * turns * k / points
        x = 0.28 * cos(t) + 0.2 * cos(t * 31 / turns)
        y = 0.28 * sin(t) - 0.2 * sin(t * 31 / turns)
        found.append((size * (0.5 + x), size * (0.5 + y)))
    return found


def chart(width: int, height: int, points_a_pixel: int = 4) -> list[tuple[float, float]]:
    """A random walk."""
    walk = np.random.default_rng(3).normal(0, 4, points_a_pixel * width).cumsum()
    walk = (walk - walk.min()) / np.ptp(walk) * (height - 8) + 4 + np.random.default_rng(4).normal(0, 2, len(walk))
    return [(float(x), float(y)) for x, y in zip(np.linspace(2, width - 2, len(walk)), walk, strict=True)]


def add_line(ctx: Context, points: list[tuple[float, float]]) -> None:
    """Begin a path of these points."""
    ctx.begin_path()
    for point in points:
        ctx.line_to(*point)


@scene(80, 66, topics=("meetings", "fills"))
def meeting_slit(ctx: Context, width: int, height: int) -> None:
    """Two shapes of one path that share a slanted edge and go round in opposite directions: without a gap."""
    ctx.fill_style = "navy"
    add_polygons(ctx, SLIT)
    ctx.fill()


@scene(120, 80, topics=("meetings", "fills"))
def meeting_bars_with_borders(ctx: Context, width: int, height: int) -> None:
    """Bars whose borders are two rectangles in one path, by the even-odd rule; edges that coincide show no border."""
    for i in range(6):
        x, top, border = 6.3 + 19 * i, 10.5 + 7.2 * i, (0.5, 1, 1.75, 2, 3, 4)[i]
        ctx.fill_style = "steelblue"
        ctx.fill_rect(x, top, 13.4, 72 - top)
        ctx.fill_style = "black"
        ctx.begin_path()
        ctx.rect(x, top, 13.4, 72 - top)
        ctx.rect(x + border, top, 13.4 - 2 * border, 72 - top - border)
        ctx.fill("evenodd")


@scene(96, 48, topics=("meetings", "fills"))
def meeting_drawn_several_times(ctx: Context, width: int, height: int) -> None:
    """A circle and a rectangle, once on the left and four times in one path on the right: both look the same."""
    for times, x in ((1, 24.0), (4, 72.0)):
        ctx.begin_path()
        for _ in range(times):
            ctx.move_to(x + 18.3, 24.4)
            ctx.arc(x, 24.4, 18.3, 0, 2 * pi)
            ctx.rect(x - 22.75, 3.5, 7.5, 40.25)
        ctx.fill()


@scene(96, 96, topics=("meetings", "strokes"))
def meeting_spirograph_stroked(ctx: Context, width: int, height: int) -> None:
    """A line of 1.2 pixels that crosses itself nearly everywhere."""
    ctx.line_width = 1.2
    add_line(ctx, spirograph(96))
    ctx.close_path()
    ctx.stroke()


@scene(96, 96, topics=("meetings", "fills"))
def meeting_spirograph_evenodd(ctx: Context, width: int, height: int) -> None:
    """The same, filled by the even-odd rule."""
    add_line(ctx, spirograph(96))
    ctx.fill("evenodd")


@scene(128, 72, topics=("meetings", "strokes"))
def meeting_dense_chart(ctx: Context, width: int, height: int) -> None:
    """A line chart with four points a pixel."""
    ctx.line_width, ctx.line_join = 1.5, "bevel"
    add_line(ctx, chart(width, height))
    ctx.stroke()


@scene(80, 66, topics=("meetings", "clips"))
def meeting_clip(ctx: Context, width: int, height: int) -> None:
    """Clips whose outlines meet themselves: two shapes with a common edge, and a star of five points, even-odd."""
    add_polygons(ctx, SLIT)
    ctx.clip()
    ctx.begin_path()
    for k in range(5):
        ctx.line_to(40.2 + 38 * sin(4 * pi * k / 5), 33.1 - 38 * cos(4 * pi * k / 5))
    ctx.rect(5.25, 50.5, 60, 9.25)
    ctx.rect(5.25, 50.5, 60, 9.25)
    ctx.rect(5.25, 50.5, 60, 9.25)
    ctx.clip("evenodd")
    gradient = ctx.create_linear_gradient(0, 0, 80, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "blue")
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, width, height)


@scene(96, 96, topics=("meetings", "strokes"))
def meeting_wide_stroke_on_tight_curves(ctx: Context, width: int, height: int) -> None:
    """A stroke much wider than the curls that it follows covers itself many times over."""
    ctx.line_width = 26
    ctx.begin_path()
    for k in range(600):
        t = 2 * pi * k / 60
        ctx.line_to(18 + 0.1 * k + 3 * cos(t), 48 + 22 * sin(0.08 * t) + 3 * sin(t))
    ctx.stroke()


@scene(64, 64, topics=("meetings", "fills"))
def meeting_a_thousand_edges_in_a_tile(ctx: Context, width: int, height: int) -> None:
    """Chords of a circle by the even-odd rule, from few to more than a thousand edges a tile."""
    rng = np.random.default_rng(8)
    for column, count in enumerate((3, 20, 150, 1200)):
        ctx.begin_path()
        for t in rng.uniform(0, 2 * pi, count):
            ctx.line_to(8 + 16 * column + 7.5 * cos(t), 20 + 14 * sin(t))
        ctx.fill("evenodd" if column % 2 else "nonzero")
        ctx.begin_path()
        for x, y in rng.uniform((1, 36), (15, 62), (count, 2)):
            ctx.line_to(16 * column + float(x), float(y))
        ctx.fill("nonzero" if column % 2 else "evenodd")
