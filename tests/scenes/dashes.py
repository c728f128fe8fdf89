"""Dashed lines: patterns, offsets, corners, closed outlines, dots."""

from __future__ import annotations

from math import pi

from .registry import Context, scene
from .strokes import CAPS


@scene(96, 80, topics=("dashes", "caps"))
def dash_patterns_with_every_cap(ctx: Context, width: int, height: int) -> None:
    """Three groups of three dashed lines; round and square caps lengthen each dash."""
    ctx.line_width = 4
    for i, cap in enumerate(CAPS):
        ctx.line_cap = cap
        for j, pattern in enumerate(([12, 8], [2, 7], [10, 6, 2, 6])):
            ctx.set_line_dash(pattern)
            ctx.begin_path()
            ctx.move_to(6, 8 + 26 * i + 8 * j)
            ctx.line_to(90, 8 + 26 * i + 8 * j)
            ctx.stroke()


@scene(96, 96, topics=("dashes",))
def dash_offsets_move_the_pattern(ctx: Context, width: int, height: int) -> None:
    """Twelve equal dashed lines, each shifted by two pixels more: a diagonal weave; offsets below zero too."""
    ctx.line_width = 5
    ctx.set_line_dash([10, 6])
    for i in range(12):
        ctx.line_dash_offset = 2 * i - 8
        ctx.begin_path()
        ctx.move_to(2, 6 + 7.5 * i)
        ctx.line_to(94, 6 + 7.5 * i)
        ctx.stroke()


@scene(96, 64, topics=("dashes",))
def dash_odd_patterns_are_doubled(ctx: Context, width: int, height: int) -> None:
    """[5], [9, 3, 2] and an empty list (solid)."""
    ctx.line_width = 6
    for y, pattern in ((12, [5]), (32, [9, 3, 2]), (52, [])):
        ctx.set_line_dash(pattern)
        ctx.begin_path()
        ctx.move_to(6, y)
        ctx.line_to(90, y)
        ctx.stroke()


@scene(96, 96, topics=("dashes", "closed"))
def dash_closed_outlines(ctx: Context, width: int, height: int) -> None:
    """A dashed square whose corners have miters, a dashed triangle with round joins, a dashed circle."""
    ctx.line_width = 6
    ctx.set_line_dash([14, 6])
    ctx.stroke_rect(8, 8, 80, 80)
    ctx.line_join, ctx.line_cap, ctx.stroke_style = "round", "round", "crimson"
    ctx.set_line_dash([9, 12])
    ctx.begin_path()
    ctx.move_to(48, 22)
    ctx.line_to(74, 70)
    ctx.line_to(22, 70)
    ctx.close_path()
    ctx.stroke()
    ctx.line_width, ctx.line_cap, ctx.stroke_style = 3, "butt", "navy"
    ctx.set_line_dash([4, 2.5])
    ctx.begin_path()
    ctx.arc(48, 54, 11, 0, 2 * pi)
    ctx.close_path()
    ctx.stroke()


@scene(96, 96, topics=("dashes", "curves"))
def dash_along_curves(ctx: Context, width: int, height: int) -> None:
    """Even dashes along an S, an ellipse and a parabola, whatever the curve's parameter does."""
    ctx.line_width = 4
    ctx.set_line_dash([8, 5])
    ctx.begin_path()
    ctx.move_to(8, 88)
    ctx.bezier_curve_to(120, 70, -30, 30, 88, 8)
    ctx.stroke()
    ctx.stroke_style = "darkgreen"
    ctx.begin_path()
    ctx.ellipse(70, 70, 20, 10, 0.6, 0, 2 * pi)
    ctx.stroke()
    ctx.stroke_style = "chocolate"
    ctx.begin_path()
    ctx.move_to(6, 8)
    ctx.quadratic_curve_to(28, 90, 46, 8)
    ctx.stroke()


@scene(96, 48, topics=("dashes", "zero-length", "caps"))
def dash_of_no_length_makes_dots(ctx: Context, width: int, height: int) -> None:
    """Round dots above, square dots below; with butt caps (the middle) at most nothing is seen."""
    ctx.line_width = 8
    ctx.set_line_dash([0, 14])
    for y, cap in ((10, "round"), (24, "butt"), (38, "square")):
        ctx.line_cap = cap
        ctx.begin_path()
        ctx.move_to(10, y)
        ctx.line_to(90, y)
        ctx.stroke()


@scene(96, 64, topics=("dashes", "thin"))
def dash_much_finer_than_a_pixel(ctx: Context, width: int, height: int) -> None:
    """Dashes of a tenth of a pixel look like an even grey, half as dark as the solid line below."""
    ctx.line_width = 10
    ctx.set_line_dash([0.1, 0.1])
    ctx.begin_path()
    ctx.move_to(8, 18)
    ctx.line_to(88, 18)
    ctx.stroke()
    ctx.set_line_dash([])
    ctx.begin_path()
    ctx.move_to(8, 46)
    ctx.line_to(88, 46)
    ctx.stroke()


@scene(96, 64, topics=("dashes", "transforms"))
def dash_under_a_stretched_transform(ctx: Context, width: int, height: int) -> None:
    """A frame scaled 3:1: upright sides are thick with short dashes, level ones thin with long dashes."""
    ctx.scale(3, 1)
    ctx.line_width = 4
    ctx.set_line_dash([6, 4])
    ctx.stroke_rect(5, 8, 22, 48)


@scene(96, 64, topics=("dashes",))
def dash_begins_anew_with_each_subpath(ctx: Context, width: int, height: int) -> None:
    """A comb: every tooth begins with a full dash."""
    ctx.line_width = 3
    ctx.set_line_dash([9, 5])
    ctx.begin_path()
    for i in range(9):
        ctx.move_to(8 + 10 * i, 4)
        ctx.line_to(8 + 10 * i, 20 + 5 * i)
    ctx.stroke()
