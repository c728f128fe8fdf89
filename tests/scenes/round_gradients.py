"""Radial and conic gradients: one circle inside another, touching, outside; around a point; strokes, batches, stops."""

from __future__ import annotations

from math import pi

import numpy as np

from .fills import star
from .registry import Context, scene

Circles = tuple[float, float, float, float, float, float]


def add_stops(gradient: Context, *colours: str) -> Context:
    """Add colours at equal distances; returns the gradient."""
    for i, colour in enumerate(colours):
        gradient.add_color_stop(i / max(len(colours) - 1, 1), colour)
    return gradient


def fill_cells(ctx: Context, cells: list[Circles], side: int, across: int) -> None:
    """Fill a square of this side with each radial gradient, in rows."""
    for i, circles in enumerate(cells):
        ctx.save()
        ctx.translate(i % across * side, i // across * side)
        ctx.fill_style = add_stops(ctx.create_radial_gradient(*circles), "red", "gold", "#0a0", "blue")
        ctx.fill_rect(0, 0, side, side)
        ctx.restore()


@scene(128, 64, topics=("gradients", "radial"))
def radial_around_one_centre(ctx: Context, width: int, height: int) -> None:
    """From the centre out; and from a ring inwards."""
    fill_cells(ctx, [(32, 32, 0, 32, 32, 30), (32, 32, 28, 32, 32, 6)], 64, 2)


@scene(128, 128, topics=("gradients", "radial"))
def radial_one_circle_inside_the_other(ctx: Context, width: int, height: int) -> None:
    """A light to one side, growing and shrinking; a focus near the border; circles that share nearly all."""
    fill_cells(
        ctx,
        [
            (24, 26, 4, 34, 32, 28),
            (34, 32, 28, 24, 26, 4),
            (10.5, 32.5, 0, 32, 32, 22.5),
            (32, 32, 20, 32.001, 32, 28),
        ],
        64,
        2,
    )


@scene(192, 64, topics=("gradients", "radial"))
def radial_circles_that_touch(ctx: Context, width: int, height: int) -> None:
    """The inner circle touches the outer one: half of the plane, or all but a half line, has no circle."""
    fill_cells(ctx, [(20, 32, 8, 36, 32, 24), (36, 32, 24, 20, 32, 8), (22, 20, 0, 34, 36, 20)], 64, 3)


@scene(192, 128, topics=("gradients", "radial"))
def radial_circles_outside_one_another(ctx: Context, width: int, height: int) -> None:
    """Cones that open and close, a strip between equal circles, overlapping ones, and one seen from its tip."""
    fill_cells(
        ctx,
        [
            (14, 32, 4, 50, 32, 12),
            (14, 32, 12, 50, 34, 4),
            (14, 26, 10, 50, 38, 10),
            (26, 32, 16, 40, 34, 20),
            (14, 32, 0, 50, 32, 14),
            (14, 32, 12, 50, 30, 12.001),
        ],
        64,
        3,
    )


@scene(128, 64, topics=("gradients", "radial", "empty"))
def radial_that_paints_nothing(ctx: Context, width: int, height: int) -> None:
    """Equal circles, two points, no stops: the green stays; one stop is one colour where there are circles."""
    ctx.fill_style = "green"
    ctx.fill_rect(0, 0, width, height)
    for circles in ((40, 30, 9, 40, 30, 9), (10, 10, 0, 60, 50, 0)):
        ctx.fill_style = add_stops(ctx.create_radial_gradient(*circles), "red", "red")
        ctx.fill_rect(0, 0, width, height)
    ctx.fill_style = ctx.create_radial_gradient(10, 10, 5, 30, 30, 50)
    ctx.fill_rect(0, 0, width, height)
    ctx.fill_style = add_stops(ctx.create_radial_gradient(80, 32, 4, 104, 32, 16), "gold")
    ctx.fill_rect(0, 0, width, height)


@scene(96, 96, topics=("gradients", "radial", "transforms"))
def radial_under_a_skew(ctx: Context, width: int, height: int) -> None:
    """Turned, stretched and skewed circles in a star, with an outline in another gradient."""
    ctx.set_transform(1.1, 0.4, -0.5, 0.8, 22, -8)
    ctx.fill_style = add_stops(ctx.create_radial_gradient(40, 50, 3, 52, 52, 44), "white", "teal", "black")
    ctx.stroke_style = add_stops(ctx.create_radial_gradient(48, 52, 10, 48, 52, 44), "red", "yellow")
    ctx.line_width = 5
    star(ctx, 48, 52, 40)
    ctx.fill()
    ctx.stroke()


@scene(96, 64, topics=("gradients", "radial", "alpha"))
def radial_with_alpha_and_operators(ctx: Context, width: int, height: int) -> None:
    """Halves of transparent discs by multiply, screen, xor and source-in over stripes."""
    ctx.fill_style = "#36c"
    ctx.fill_rect(0, 8, width, 20)
    ctx.fill_style = "rgb(255 200 0 / 60%)"
    ctx.fill_rect(0, 34, width, 20)
    for i, operator in enumerate(("multiply", "screen", "xor", "source-atop")):
        ctx.global_composite_operation = operator
        ctx.global_alpha = 0.8
        gradient = ctx.create_radial_gradient(12 + 24 * i, 32, 2, 14 + 24 * i, 32, 26)
        gradient.add_color_stop(0, "rgb(255 0 0 / 90%)")
        gradient.add_color_stop(0.5, "white")
        gradient.add_color_stop(0.5, "rgb(0 0 0 / 50%)")
        gradient.add_color_stop(1, "transparent")
        ctx.fill_style = gradient
        ctx.fill_rect(24 * i, 0, 23, height)


@scene(128, 64, topics=("gradients", "conic"))
def conic_wheels(ctx: Context, width: int, height: int) -> None:
    """A wheel of colours whose ends meet at the top; and one with hard stops."""
    ctx.fill_style = add_stops(
        ctx.create_conic_gradient(-pi / 2, 32.3, 31.8), "red", "yellow", "lime", "cyan", "blue", "magenta", "red"
    )
    ctx.fill_rect(0, 0, 64, 64)
    pie = ctx.create_conic_gradient(0.4, 96, 32)
    for start, end, colour in ((0.05, 0.3, "crimson"), (0.3, 0.55, "gold"), (0.6, 0.95, "rgb(0 90 160 / 50%)")):
        pie.add_color_stop(start, colour)
        pie.add_color_stop(end, colour)
    ctx.fill_style = pie
    ctx.fill_rect(64, 0, 64, 64)


@scene(96, 96, topics=("gradients", "conic", "transforms", "strokes"))
def conic_rings_and_text_book_pies(ctx: Context, width: int, height: int) -> None:
    """A thick ring stroked with a wheel, under a stretched and turned transform, and a wheel whose point is outside."""
    ctx.set_transform(0.9, 0.35, -0.2, 0.6, 12, 6)
    ctx.stroke_style = add_stops(ctx.create_conic_gradient(1, 48, 48), "black", "orange", "white", "black")
    ctx.line_width = 14
    ctx.begin_path()
    ctx.arc(48, 48, 34, 0, 2 * pi)
    ctx.stroke()
    ctx.reset_transform()
    ctx.fill_style = add_stops(ctx.create_conic_gradient(pi, 110, 100), "purple", "lightgreen", "purple")
    ctx.fill_rect(8, 72, 80, 20)


@scene(96, 64, topics=("gradients", "batches"))
def round_gradients_in_batches(ctx: Context, width: int, height: int) -> None:
    """Circles, rings, rectangles and lines of one batch each, with one gradient over all of the batch."""
    x, y = np.linspace(8, 88, 9), np.full(9, 12.0)
    ctx.fill_style = add_stops(ctx.create_radial_gradient(48, 12, 4, 48, 12, 44), "black", "red", "gold")
    ctx.fill_circles(x, y, 5)
    ctx.fill_style = add_stops(ctx.create_conic_gradient(0, 48, 33), "navy", "white", "navy")
    ctx.fill_rects(x - 4, y + 12, 8, 9)
    ctx.stroke_style = add_stops(ctx.create_radial_gradient(8, 52, 0, 88, 52, 80), "green", "magenta", "blue")
    ctx.line_width = 2.5
    ctx.stroke_circles(x, y + 40, 4)


@scene(96, 48, topics=("gradients", "stops"))
def radial_of_two_hundred_stops(ctx: Context, width: int, height: int) -> None:
    """Rings, light and dark by turns, ever closer to each other."""
    gradient = ctx.create_radial_gradient(48, 60, 0, 48, 60, 80)
    for i in range(200):
        gradient.add_color_stop(1 - (1 - i / 199) ** 2, f"hsl({i * 7 % 360} 70% {40 + 15 * (i % 2)}%)")
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, width, height)
