"""Filled areas: rules, overlaps, edges between pixels, shapes that meet tiles in every way."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from .registry import Context, scene


def star(ctx: Context, x: float, y: float, radius: float, points: int = 5, step: int = 2) -> None:
    """Begin the star polygon {points/step} around (x, y), one corner up."""
    ctx.begin_path()
    for i in range(points):
        angle = 2 * pi * step * i / points - pi / 2
        ctx.line_to(x + radius * cos(angle), y + radius * sin(angle))
    ctx.close_path()


@scene(96, 64, topics=("fills",))
def fill_rects_on_and_between_pixels(ctx: Context, width: int, height: int) -> None:
    """Crisp, half-pixel and quarter-pixel edges side by side."""
    for i, shift in enumerate((0.0, 0.25, 0.5, 0.75)):
        ctx.fill_style = ("black", "crimson", "seagreen", "navy")[i]
        ctx.fill_rect(4 + 23 * i + shift, 6 + shift, 16, 20)
        ctx.fill_rect(4 + 23 * i, 34, 16, 0.5 + shift)
        ctx.fill_rect(4 + 23 * i + shift, 40, 0.5, 18)
        ctx.fill_rect(12 + 23 * i, 44 + shift, 0.25, 0.25)


@scene(96, 96, topics=("fills", "rules"))
def fill_star_nonzero(ctx: Context, width: int, height: int) -> None:
    """A five-pointed star without a hole."""
    ctx.fill_style = "goldenrod"
    star(ctx, 48, 50, 44)
    ctx.fill("nonzero")


@scene(96, 96, topics=("fills", "rules"))
def fill_star_evenodd(ctx: Context, width: int, height: int) -> None:
    """A five-pointed star with a pentagonal hole."""
    ctx.fill_style = "goldenrod"
    star(ctx, 48, 50, 44)
    ctx.fill("evenodd")


@scene(128, 64, topics=("fills", "rules"))
def fill_heptagrams_in_both_rules(ctx: Context, width: int, height: int) -> None:
    """{7/3} filled nonzero on the left; evenodd on the right shows rings of triangles."""
    for x, rule in ((32, "nonzero"), (96, "evenodd")):
        ctx.fill_style = "rebeccapurple"
        star(ctx, x, 32, 30, 7, 3)
        ctx.fill(rule)


@scene(96, 96, topics=("fills", "rules"))
def fill_ring_by_opposite_windings(ctx: Context, width: int, height: int) -> None:
    """A ring: the inner circle runs against the outer; beside it a small disc that runs along."""
    ctx.fill_style = "teal"
    ctx.begin_path()
    ctx.arc(48, 48, 42, 0, 2 * pi)
    ctx.close_path()
    ctx.arc(48, 48, 26, 0, 2 * pi, True)
    ctx.close_path()
    ctx.move_to(58, 48)
    ctx.arc(48, 48, 10, 0, 2 * pi)
    ctx.fill()


@scene(80, 80, topics=("fills",))
def fill_translucent_discs(ctx: Context, width: int, height: int) -> None:
    """Three discs of light; where they overlap the colours mix in painter's order."""
    for angle, colour in ((90, "rgb(255 0 0 / 50%)"), (210, "rgb(0 255 0 / 50%)"), (330, "rgb(0 0 255 / 50%)")):
        ctx.fill_style = colour
        ctx.begin_path()
        ctx.arc(40 + 14 * cos(angle * pi / 180), 40 - 14 * sin(angle * pi / 180), 22, 0, 2 * pi)
        ctx.fill()


@scene(96, 96, topics=("fills",))
def fill_bow_ties(ctx: Context, width: int, height: int) -> None:
    """Self-crossing quadrilaterals upright, flat and slanted."""
    ctx.fill_style = (0.8, 0.2, 0.1)
    ctx.begin_path()
    for x0, y0, x1, y1 in ((4, 4, 44, 44), (92, 6, 56, 40)):
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.line_to(x1, y0)
        ctx.line_to(x0, y1)
        ctx.close_path()
    ctx.fill()
    ctx.fill_style = (0.1, 0.2, 0.8, 0.6)
    ctx.begin_path()
    for x, y in ((10.3, 54.7), (86.1, 90.2), (84.4, 58.8), (14.9, 88.1)):
        ctx.line_to(x, y)
    ctx.fill("evenodd")


@scene(112, 112, topics=("fills", "tiles"))
def fill_shapes_on_tile_borders(ctx: Context, width: int, height: int) -> None:
    """A checkerboard whose squares end exactly on multiples of 16, and diamonds that touch them."""
    ctx.fill_style = "#222"
    for row in range(7):
        for column in range(row % 2, 7, 2):
            ctx.fill_rect(16 * column, 16 * row, 16, 16)
    ctx.fill_style = "orange"
    for x, y in ((32, 32), (80, 32), (32, 80), (80, 80)):
        ctx.begin_path()
        ctx.move_to(x, y - 16)
        ctx.line_to(x + 16, y)
        ctx.line_to(x, y + 16)
        ctx.line_to(x - 16, y)
        ctx.fill()


@scene(96, 96, topics=("fills",))
def fill_fan_of_thin_triangles(ctx: Context, width: int, height: int) -> None:
    """A sunburst of 48 slivers that meet in one point: no bright or dark spot but the centre."""
    for i in range(48):
        a, b = 2 * pi * i / 48, 2 * pi * (i + 0.5) / 48
        ctx.fill_style = "black" if i % 2 else "firebrick"
        ctx.begin_path()
        ctx.move_to(48, 48)
        ctx.line_to(48 + 46 * cos(a), 48 + 46 * sin(a))
        ctx.line_to(48 + 46 * cos(b), 48 + 46 * sin(b))
        ctx.fill()


@scene(64, 64, topics=("fills",))
def fill_covers_everything_and_more(ctx: Context, width: int, height: int) -> None:
    """An opaque backdrop hides everything below it; only the last disc is seen."""
    ctx.fill_style = "red"
    ctx.fill_rect(10, 10, 40, 40)
    ctx.fill_style = "lightsteelblue"
    ctx.fill_rect(-100, -100, 300, 300)
    ctx.fill_style = "darkslateblue"
    ctx.begin_path()
    ctx.arc(32, 32, 20, 0, 2 * pi)
    ctx.fill()


@scene(97, 61, topics=("fills", "tiles"))
def fill_many_random_polygons(ctx: Context, width: int, height: int) -> None:
    """Sixty translucent random polygons of 3 to 9 corners, some outside the picture."""
    rng = np.random.default_rng(7)
    for i in range(60):
        ctx.fill_style = tuple(float(v) for v in rng.uniform(0.1, 0.9, 4))
        centre = rng.uniform((-10, -10), (width + 10, height + 10))
        ctx.begin_path()
        for x, y in centre + rng.normal(0, 14, (int(rng.integers(3, 10)), 2)):
            ctx.line_to(float(x), float(y))
        ctx.fill("evenodd" if i % 2 else "nonzero")


@scene(96, 48, topics=("fills",))
def fill_alpha_ramp(ctx: Context, width: int, height: int) -> None:
    """Steps of alpha from nearly nothing to opaque over nothing (above) and over white (below)."""
    ctx.fill_style = "white"
    ctx.fill_rect(0, 24, 96, 24)
    for i in range(24):
        ctx.fill_style = (0.9, 0.3, 0.1, (i + 1) / 24)
        ctx.fill_rect(4 * i, 0, 4, 48)


@scene(96, 64, topics=("fills",))
def fill_colour_notations(ctx: Context, width: int, height: int) -> None:
    """Twelve swatches, each colour written another way: three rows of red, green, blue and grey."""
    notations = (
        ("red", "lime", "blue", "gray"),
        ("#f00", "#00ff00ff", "rgb(0, 0, 255)", "hsl(0 0% 50%)"),
        ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0, 1.0), "hsl(240deg 100% 50%)", "rgb(50% 50% 50%)"),
    )
    for row, colours in enumerate(notations):
        for column, colour in enumerate(colours):
            ctx.fill_style = colour
            ctx.fill_rect(4 + 23 * column, 4 + 20 * row, 19, 16)
