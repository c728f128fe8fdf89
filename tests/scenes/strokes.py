"""Stroked lines: caps, joins, miter limits, closed outlines, tight curves under wide pens."""

from __future__ import annotations

from math import cos, pi, sin

from .fills import star
from .registry import Context, scene

CAPS = ("butt", "round", "square")
JOINS = ("miter", "round", "bevel")


@scene(96, 72, topics=("strokes", "caps"))
def stroke_caps(ctx: Context, width: int, height: int) -> None:
    """Three thick lines, each with another cap, over thin white ones that mark their true ends."""
    for i, cap in enumerate(CAPS):
        y = 14 + 22 * i
        for pen_width, colour, line_cap in ((14, "black", cap), (1, "white", "butt")):
            ctx.line_width, ctx.stroke_style, ctx.line_cap = pen_width, colour, line_cap
            ctx.begin_path()
            ctx.move_to(16, y)
            ctx.line_to(80, y)
            ctx.stroke()


@scene(128, 128, topics=("strokes", "caps", "joins"))
def stroke_every_cap_with_every_join(ctx: Context, width: int, height: int) -> None:
    """Nine zigzags: caps change from row to row, joins from column to column."""
    ctx.line_width = 7
    for row, cap in enumerate(CAPS):
        for column, join in enumerate(JOINS):
            ctx.line_cap, ctx.line_join = cap, join
            x, y = 8 + 42 * column, 10 + 41 * row
            ctx.begin_path()
            ctx.move_to(x, y)
            ctx.line_to(x + 26, y + 6)
            ctx.line_to(x + 2, y + 18)
            ctx.line_to(x + 26, y + 24)
            ctx.stroke()


@scene(120, 80, topics=("strokes", "joins"))
def stroke_miters_up_to_their_limit(ctx: Context, width: int, height: int) -> None:
    """Ever sharper wedges; the lower row's limit of 2 bevels those sharper than 60 degrees."""
    ctx.line_width = 4
    for row, limit in enumerate((10, 2)):
        ctx.miter_limit = limit
        for i, half in enumerate((14, 10, 7, 4.5, 2.5, 1)):
            x, y = 14 + 19 * i, 36 + 38 * row
            ctx.begin_path()
            ctx.move_to(x - half, y)
            ctx.line_to(x, y - 18)
            ctx.line_to(x + half, y)
            ctx.stroke()


@scene(96, 96, topics=("strokes", "joins"))
def stroke_closed_triangles(ctx: Context, width: int, height: int) -> None:
    """Nested triangles, outline closed: every corner has its join, none a cap."""
    ctx.line_width = 5
    for i, join in enumerate(JOINS):
        ctx.line_join = join
        ctx.stroke_style = ("black", "tomato", "slateblue")[i]
        inset = 14 * i
        ctx.begin_path()
        ctx.move_to(48, 10 + inset * 1.4)
        ctx.line_to(88 - inset, 86 - inset * 0.7)
        ctx.line_to(8 + inset, 86 - inset * 0.7)
        ctx.close_path()
        ctx.stroke()


@scene(96, 64, topics=("strokes", "joins"))
def stroke_left_open_and_closed(ctx: Context, width: int, height: int) -> None:
    """Two squares: the left one ends where it began without closing, so its corner lacks a join."""
    ctx.line_width = 10
    for x, close in ((12, False), (58, True)):
        ctx.begin_path()
        ctx.move_to(x, 16)
        ctx.line_to(x + 28, 16)
        ctx.line_to(x + 28, 48)
        ctx.line_to(x, 48)
        ctx.line_to(x, 16)
        if close:
            ctx.close_path()
        ctx.stroke()


@scene(96, 60, topics=("strokes", "caps", "zero-length"))
def stroke_zero_length_with_every_cap(ctx: Context, width: int, height: int) -> None:
    """Lines of no length (above) beside short ones (below), in all three caps."""
    ctx.line_width = 12
    for i, cap in enumerate(CAPS):
        ctx.line_cap = cap
        x = 18 + 30 * i
        ctx.begin_path()
        ctx.move_to(x, 14)
        ctx.line_to(x, 14)
        ctx.stroke()
        ctx.begin_path()
        ctx.move_to(x - 2, 42)
        ctx.line_to(x + 2, 42)
        ctx.line_to(x + 2, 42)
        ctx.stroke()


@scene(96, 64, topics=("strokes", "joins", "zero-length"))
def stroke_repeated_points_change_nothing(ctx: Context, width: int, height: int) -> None:
    """Two equal corners with miters; the lower repeats each of its points."""
    ctx.line_width = 8
    for y, repeats in ((6, 1), (36, 3)):
        ctx.begin_path()
        for px, py in ((12, y + 20), (48, y + 4), (84, y + 20)):
            for _ in range(repeats):
                ctx.line_to(px, py)
        ctx.stroke()


@scene(96, 96, topics=("strokes", "joins"))
def stroke_turning_back(ctx: Context, width: int, height: int) -> None:
    """Lines that run back over themselves: miter and bevel end flat, round ends round."""
    ctx.line_width = 16
    for i, join in enumerate(JOINS):
        ctx.line_join = join
        ctx.begin_path()
        ctx.move_to(16, 18 + 30 * i)
        ctx.line_to(72, 18 + 30 * i)
        ctx.line_to(32, 18 + 30 * i)
        ctx.stroke()


@scene(96, 96, topics=("strokes", "curves"))
def stroke_circles_and_rings(ctx: Context, width: int, height: int) -> None:
    """Concentric rings of growing width; the innermost pen is wider than its circle: a disc."""
    for radius, pen_width, colour in ((42, 1, "black"), (35, 4, "teal"), (22, 9, "coral"), (4, 12, "indigo")):
        ctx.line_width, ctx.stroke_style = pen_width, colour
        ctx.begin_path()
        ctx.arc(48, 48, radius, 0, 2 * pi)
        ctx.close_path()
        ctx.stroke()


@scene(112, 96, topics=("strokes", "curves"))
def stroke_tight_curve_with_wide_pen(ctx: Context, width: int, height: int) -> None:
    """A hairpin under a 30 px pen: no notch, no spike, no hole inside the bend."""
    ctx.line_width = 30
    ctx.stroke_style = "rgb(40 90 160)"
    ctx.begin_path()
    ctx.move_to(20, 80)
    ctx.bezier_curve_to(30, 0, 80, 0, 90, 80)
    ctx.stroke()
    ctx.line_width, ctx.stroke_style = 1, "white"
    ctx.stroke()


@scene(120, 80, topics=("strokes", "curves"))
def stroke_pens_wider_than_their_curves(ctx: Context, width: int, height: int) -> None:
    """A circle, arcs, a hairpin and a tiny square, all narrower than their pens: solid, without spokes or holes."""
    ctx.line_width, ctx.stroke_style = 20, "seagreen"
    ctx.begin_path()
    ctx.arc(18, 18, 2, 0, 2 * pi)
    ctx.stroke()
    ctx.line_width, ctx.stroke_style = 24, "sienna"
    ctx.begin_path()
    ctx.arc(58, 16, 8, 0, 2 * pi)
    ctx.close_path()
    ctx.stroke()
    ctx.stroke_style = "slateblue"
    ctx.begin_path()
    ctx.arc(98, 22, 7, 0.2, 0.2 + pi)
    ctx.stroke()
    ctx.line_width, ctx.stroke_style, ctx.line_cap = 18, "black", "round"
    ctx.begin_path()
    ctx.move_to(14, 68)
    ctx.bezier_curve_to(18, 34, 24, 34, 28, 68)
    ctx.stroke()
    ctx.line_width, ctx.stroke_style, ctx.line_join = 14, "crimson", "round"
    ctx.begin_path()
    ctx.rect(54, 56, 10, 10)
    ctx.stroke()
    ctx.line_width, ctx.stroke_style, ctx.line_cap = 20, "rgb(30 60 90 / 60%)", "butt"
    ctx.set_line_dash([7, 5])
    ctx.begin_path()
    ctx.arc(98, 60, 8, 0, 2 * pi)
    ctx.stroke()


@scene(112, 80, topics=("strokes", "curves", "cusps"))
def stroke_cusps_and_loops(ctx: Context, width: int, height: int) -> None:
    """Cubics with a loop, with a cusp and nearly a cusp, side by side."""
    ctx.line_width = 6
    for i, reach in enumerate((44, 30, 26)):
        x = 20 + 36 * i
        ctx.stroke_style = ("purple", "green", "maroon")[i]
        ctx.begin_path()
        ctx.move_to(x - 10, 70)
        ctx.bezier_curve_to(x - 10 + reach, 10, x + 10 - reach, 10, x + 10, 70)
        ctx.stroke()


@scene(96, 64, topics=("strokes", "curves", "cusps"))
def stroke_flat_curves_that_turn_back(ctx: Context, width: int, height: int) -> None:
    """Curves whose control points lie on one line overshoot their end and return: straight bars."""
    ctx.line_width = 8
    for y, cap in ((12, "butt"), (32, "round"), (52, "square")):
        ctx.line_cap = cap
        ctx.begin_path()
        ctx.move_to(20, y)
        ctx.bezier_curve_to(110, y, 0, y, 70, y)
        ctx.stroke()


@scene(96, 96, topics=("strokes", "self-intersection"))
def stroke_translucent_star(ctx: Context, width: int, height: int) -> None:
    """One translucent outline that crosses itself: the crossings are no darker than the rest."""
    ctx.line_width = 9
    ctx.stroke_style = "rgb(200 30 30 / 50%)"
    star(ctx, 48, 50, 38)
    ctx.stroke()


@scene(96, 96, topics=("strokes",))
def stroke_rects(ctx: Context, width: int, height: int) -> None:
    """Frames with every join, a degenerate frame that is a line, and one wider than its hole."""
    for i, join in enumerate(JOINS):
        ctx.line_join, ctx.line_width = join, 8
        ctx.stroke_rect(8 + 30 * i, 10, 18, 26)
    ctx.line_join = "miter"
    ctx.stroke_rect(8, 56, 34, 0)
    ctx.stroke_rect(64, 50, 0, 34)
    ctx.line_width = 14
    ctx.stroke_rect(20, 76, 12, 6)


@scene(96, 96, topics=("strokes", "curves"))
def stroke_spiral(ctx: Context, width: int, height: int) -> None:
    """An Archimedean spiral of 300 short lines with an even width."""
    ctx.line_width = 3
    ctx.line_join = "round"
    ctx.begin_path()
    for i in range(301):
        angle = i * 0.1
        ctx.line_to(48 + 1.45 * angle * cos(angle), 48 + 1.45 * angle * sin(angle))
    ctx.stroke()


@scene(96, 64, topics=("strokes",))
def stroke_widths(ctx: Context, width: int, height: int) -> None:
    """Slanted lines from a quarter of a pixel to eight pixels wide."""
    for i, pen_width in enumerate((0.25, 0.5, 1, 1.5, 2, 3, 5, 8)):
        ctx.line_width = pen_width
        ctx.begin_path()
        ctx.move_to(8 + 11 * i, 6)
        ctx.line_to(3 + 11 * i, 58)
        ctx.stroke()
