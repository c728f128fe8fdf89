"""Batches: many shapes from NumPy columns in one call, each beside or over others of its kind."""

from __future__ import annotations

from math import pi

import numpy as np

from .registry import Context, scene


def sunflower(count: int, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the x and y, each (count,) float64, of seeds that fill a disc evenly."""
    k = np.arange(count)
    radius, angle = side * 0.46 * np.sqrt((k + 0.5) / count), k * pi * (3 - 5**0.5)
    return side / 2 + radius * np.cos(angle), side / 2 + radius * np.sin(angle)


def hues(count: int, alpha: float = 1.0) -> np.ndarray:
    """Return ``count`` colours around the wheel, (count, 4) float64 straight."""
    turn = np.arange(count) / count
    rgb = 0.5 + 0.5 * np.cos(2 * pi * (turn[:, None] - np.array([0.0, 1 / 3, 2 / 3])))
    return np.concatenate([rgb, np.full((count, 1), alpha)], axis=1)


@scene(96, 96, topics=("batches",))
def batch_fill_rects_bar_chart(ctx: Context, width: int, height: int) -> None:
    """A bar chart of 16 bars, colours float RGBA; below a row of squares (no height given), uint8 RGB."""
    x = 4 + 5.6 * np.arange(16)
    tall = 20 + 40 * np.abs(np.sin(np.arange(16) * 0.7))
    ctx.fill_rects(x, 76 - tall, 4.5, tall, color=hues(16))
    ctx.fill_rects(x, 84.0, 4.0, color=(hues(16)[:, :3] * 255).astype(np.uint8))


@scene(96, 96, topics=("batches",))
def batch_stroke_rects_nested(ctx: Context, width: int, height: int) -> None:
    """Nested frames, every second one between pixels."""
    inset = 4.0 + 5.5 * np.arange(8)
    ctx.line_width = 2.5
    ctx.stroke_rects(inset, inset, 96 - 2 * inset, 96 - 2 * inset, color=hues(8))


@scene(96, 96, topics=("batches",))
def batch_fill_circles_sunflower(ctx: Context, width: int, height: int) -> None:
    """Two hundred seeds in a spiral, growing outward."""
    x, y = sunflower(200, 96)
    ctx.fill_circles(x, y, np.linspace(1.0, 3.4, 200), color=hues(200))


@scene(96, 96, topics=("batches", "alpha"))
def batch_fill_circles_translucent_in_order(ctx: Context, width: int, height: int) -> None:
    """Thirty large discs over each other: the last lies on top."""
    x, y = sunflower(30, 60)
    ctx.fill_circles(x + 18, y + 18, 14, color=hues(30, 0.6))


@scene(96, 96, topics=("batches",))
def batch_stroke_circles_ripples(ctx: Context, width: int, height: int) -> None:
    """Ripples from three drops; stroke_style colours the last group."""
    radius = 3.0 + 5 * np.arange(6)
    ctx.line_width = 1.5
    ctx.stroke_circles(30.0, 30.0, radius, color=hues(6))
    ctx.stroke_circles(np.full(6, 66.5), np.full(6, 40.5), radius, color=hues(6)[::-1])
    ctx.stroke_style = "black"
    ctx.stroke_circles(np.full(6, 44.0), np.full(6, 66.0), radius)


@scene(96, 96, topics=("batches", "arcs"))
def batch_fill_arcs_pie_chart(ctx: Context, width: int, height: int) -> None:
    """Segments cut off by their chords: eight around a disc, then a half disc the other way round."""
    start = np.arange(8) * pi / 4
    ctx.fill_arcs(np.full(8, 48.0), np.full(8, 48.0), np.full(8, 42.0), start, start + pi / 4, color=hues(8))
    ctx.fill_style = "black"
    ctx.fill_arcs(np.array([48.0]), np.array([48.0]), np.array([20.0]), np.array([0.0]), np.array([pi]), True)


@scene(96, 96, topics=("batches", "arcs"))
def batch_stroke_arcs_gauges(ctx: Context, width: int, height: int) -> None:
    """Eight concentric gauges, each further along, with round caps."""
    radius = 6.0 + 5 * np.arange(8)
    start = np.full(8, -pi / 2)
    ctx.line_width, ctx.line_cap = 3, "round"
    ctx.stroke_arcs(np.full(8, 48.0), np.full(8, 48.0), radius, start, start + 0.6 + 0.6 * np.arange(8), color=hues(8))


@scene(96, 96, topics=("batches",))
def batch_fill_polygons_hexagons(ctx: Context, width: int, height: int) -> None:
    """A honeycomb from one (N, 6, 2) array; two odd polygons from a list of arrays on top."""
    angle = np.arange(6) * pi / 3
    hexagon = 11 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    row, column = np.divmod(np.arange(25), 5)
    centre = np.stack([12 + 18 * column, 12 + 18 * row + 9 * (column % 2)], axis=1)
    ctx.fill_polygons(centre[:, None, :] + hexagon * 0.85, color=hues(25))
    triangle = np.array([[40.0, 40.0], [60.0, 44.0], [44.0, 62.0]])
    square = np.array([[70.0, 70.0], [90.0, 72.0], [88.0, 92.0], [68.0, 90.0]])
    ctx.fill_style = "black"
    ctx.fill_polygons([triangle, square])


@scene(96, 96, topics=("batches", "strokes"))
def batch_stroke_polygons_closed(ctx: Context, width: int, height: int) -> None:
    """Growing triangles, squares and pentagons; every corner is mitred, none is open."""
    polygons = []
    for i, corners in enumerate((3, 4, 5)):
        angle = np.arange(corners) * 2 * pi / corners - pi / 2
        for radius in (9.0, 17.0, 25.0):
            centre = np.array([30 + 18 * i, 34 + 15 * i])
            polygons.append(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    ctx.line_width = 2
    ctx.stroke_polygons(polygons, color=hues(9))


@scene(96, 96, topics=("batches", "strokes"))
def batch_stroke_line_segments_hairbrush(ctx: Context, width: int, height: int) -> None:
    """Sixty segments around a circle, each of its own hue, all as wide."""
    angle = np.arange(60) * 2 * pi / 60
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    segments = np.stack([48 + 18 * direction, 48 + (30 + 14 * (np.arange(60) % 2))[:, None] * direction], axis=1)
    ctx.line_width = 2
    ctx.stroke_line_segments(segments, color=hues(60))


@scene(96, 72, topics=("batches", "strokes", "caps"))
def batch_stroke_line_segments_with_every_cap(ctx: Context, width: int, height: int) -> None:
    """Three rows of short thick segments; some of no length."""
    ctx.line_width = 8
    for i, cap in enumerate(("butt", "round", "square")):
        ctx.line_cap = cap
        x = 12.0 + 18 * np.arange(5)
        start = np.stack([x, np.full(5, 14.0 + 22 * i)], axis=1)
        ctx.stroke_line_segments(np.stack([start, start + np.array([[2.0, 1.0]]) * np.arange(5)[:, None]], axis=1))


@scene(112, 64, topics=("batches", "strokes"))
def batch_stroke_lines_time_series(ctx: Context, width: int, height: int) -> None:
    """One polyline of (N, 2) and a list of three of different lengths."""
    t = np.linspace(0, 1, 200)
    ctx.line_width = 1.5
    ctx.stroke_lines(np.stack([4 + 104 * t, 32 + 24 * np.sin(20 * t) * np.exp(-2 * t)], axis=1))
    lines = [
        np.stack([4 + 104 * t[: 60 * (i + 1)], 12 + 18 * i + 5 * np.cos(30 * t[: 60 * (i + 1)])], axis=1)
        for i in range(3)
    ]
    ctx.stroke_lines(lines, color=hues(3))


@scene(96, 96, topics=("batches", "transforms", "clips"))
def batch_under_transform_and_clip(ctx: Context, width: int, height: int) -> None:
    """Skewed discs and turned squares in a round clip: circles become ellipses."""
    ctx.arc(48, 48, 42, 0, 2 * pi)
    ctx.clip()
    x, y = sunflower(40, 96)
    ctx.set_transform(1, 0.4, -0.6, 0.7, 24, 0)
    ctx.fill_circles(x, y, 7.0, color=hues(40, 0.8))
    ctx.set_transform(0.8, 0.8, -0.8, 0.8, 48, -30)
    ctx.fill_rects(x, y, 4.0, color=hues(40)[::-1])
    ctx.stroke_circles(x, y, 3.0)


@scene(96, 96, topics=("batches", "operators", "alpha"))
def batch_under_operator_and_alpha(ctx: Context, width: int, height: int) -> None:
    """Discs multiplied onto a ramp, then rectangles that rub lines out."""
    gradient = ctx.create_linear_gradient(0, 0, 96, 0)
    gradient.add_color_stop(0, "white")
    gradient.add_color_stop(1, "khaki")
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, width, height)
    x, y = sunflower(24, 96)
    ctx.global_composite_operation, ctx.global_alpha = "multiply", 0.7
    ctx.fill_circles(x, y, 12.0, color=hues(24))
    ctx.global_composite_operation = "destination-out"
    ctx.fill_rects(np.full(6, 8.0), 8.0 + 14 * np.arange(6), 80.0, 3.3)


@scene(96, 96, topics=("batches", "dashes"))
def batch_strokes_with_dashes(ctx: Context, width: int, height: int) -> None:
    """Dashed circles, frames and lines."""
    ctx.line_width = 3
    ctx.set_line_dash([6, 4])
    ctx.stroke_circles(np.array([30.0, 66.0]), np.array([30.0, 30.0]), np.array([22.0, 16.0]), color=hues(2))
    ctx.stroke_rects(np.array([8.0, 52.0]), np.array([60.0, 58.0]), np.array([34.0, 36.0]), np.array([28.0, 30.0]))
    ctx.stroke_line_segments(np.array([[[4.0, 54.0], [92.0, 54.0]], [[48.0, 4.0], [48.0, 92.0]]]), color=hues(2))


@scene(128, 128, topics=("batches", "many"))
def batch_of_twenty_thousand_points(ctx: Context, width: int, height: int) -> None:
    """A cloud of 20,000 discs of half a pixel: denser in the middle, tinted from left to right."""
    rng = np.random.default_rng(11)
    at = rng.normal(64, 22, (20_000, 2))
    colour = np.stack([at[:, 0] / 128, np.full(20_000, 0.3), 1 - at[:, 0] / 128, np.full(20_000, 0.5)], axis=1)
    ctx.fill_circles(at[:, 0], at[:, 1], 0.5, color=np.clip(colour, 0, 1))


@scene(64, 64, topics=("batches", "empty"))
def batch_of_nothing_draws_nothing(ctx: Context, width: int, height: int) -> None:
    """Empty arrays are fine; only the green square is seen."""
    none = np.zeros(0)
    ctx.fill_style = "green"
    ctx.fill_rect(16, 16, 32, 32)
    ctx.fill_rects(none, none, none, none)
    ctx.fill_circles(none, none, none)
    ctx.fill_polygons(np.zeros((0, 3, 2)))
    ctx.stroke_line_segments(np.zeros((0, 2, 2)))


@scene(96, 96, topics=("batches", "gradients"))
def batch_takes_a_gradient(ctx: Context, width: int, height: int) -> None:
    """Every shape of a batch takes the gradient, not only its first."""
    gradient = ctx.create_linear_gradient(0, 0, width, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "rgb(0 0 255 / 50%)")
    ctx.fill_style = ctx.stroke_style = gradient
    ctx.global_alpha = 0.8
    x = np.arange(8) * width / 8
    ctx.fill_rects(x, 0.0, width / 10, height / 4)
    ctx.fill_circles(x + width / 16, height * 0.4, width / 20)
    ctx.stroke_lines(np.stack([x, np.full(8, height * 0.7)], 1))
    ctx.fill_polygons([[(v, height * 0.8), (v + 8, height * 0.8), (v + 4, height)] for v in x])
