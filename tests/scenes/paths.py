"""Paths: every verb, SVG data, Path2D made of others, subpaths, degenerate input."""

from __future__ import annotations

from math import pi

import gpucanvas

from .registry import Context, scene


@scene(96, 96, topics=("paths", "arcs"))
def path_pies_in_both_directions(ctx: Context, width: int, height: int) -> None:
    """Four pie slices: a quarter and three quarters, clockwise and anticlockwise."""
    for x, y, anticlockwise, start, end in (
        (26, 26, False, 0, pi / 2),
        (70, 26, True, 0, pi / 2),
        (26, 70, False, pi, pi * 0.5),
        (70, 70, True, pi, pi * 0.5),
    ):
        ctx.fill_style = "crimson" if anticlockwise else "navy"
        ctx.begin_path()
        ctx.move_to(x, y)
        ctx.arc(x, y, 18, start, end, anticlockwise)
        ctx.close_path()
        ctx.fill()


@scene(96, 64, topics=("paths", "arcs"))
def path_arc_is_joined_by_a_line(ctx: Context, width: int, height: int) -> None:
    """A keyhole outline: arcs continue the path with a straight line to their start."""
    ctx.line_width = 3
    ctx.begin_path()
    ctx.move_to(38, 58)
    ctx.arc(48, 24, 16, 2.2, 0.94)
    ctx.line_to(58, 58)
    ctx.close_path()
    ctx.stroke()
    ctx.begin_path()
    ctx.arc(14, 14, 8, 0, 7)
    ctx.arc(84, 48, 8, 0, -7, True)
    ctx.stroke()


@scene(96, 96, topics=("paths", "arcs"))
def path_arc_to_rounds_a_polygon(ctx: Context, width: int, height: int) -> None:
    """A triangle with round corners, then one corner too flat to be rounded, then radius 0."""
    ctx.fill_style = "mediumseagreen"
    ctx.begin_path()
    ctx.move_to(48, 60)
    ctx.arc_to(88, 60, 48, 6, 8)
    ctx.arc_to(48, 6, 8, 60, 8)
    ctx.arc_to(8, 60, 48, 60, 8)
    ctx.close_path()
    ctx.fill()
    ctx.line_width = 4
    ctx.begin_path()
    ctx.move_to(8, 72)
    ctx.arc_to(40, 72, 80, 72, 10)
    ctx.arc_to(88, 72, 88, 90, 14)
    ctx.move_to(8, 80)
    ctx.arc_to(40, 80, 40, 92, 0)
    ctx.line_to(56, 92)
    ctx.stroke()


@scene(96, 96, topics=("paths", "arcs"))
def path_ellipses_turned(ctx: Context, width: int, height: int) -> None:
    """An atom: three turned orbits, a nucleus, and half an ellipse below."""
    ctx.line_width = 2
    for i in range(3):
        ctx.stroke_style = ("red", "green", "blue")[i]
        ctx.begin_path()
        ctx.ellipse(48, 40, 38, 12, i * pi / 3, 0, 2 * pi)
        ctx.stroke()
    ctx.begin_path()
    ctx.ellipse(48, 40, 5, 5, 0, 0, 2 * pi)
    ctx.move_to(18, 84)
    ctx.ellipse(48, 84, 30, 8, 0, pi, 0)
    ctx.fill()


@scene(112, 80, topics=("paths",))
def path_round_rects(ctx: Context, width: int, height: int) -> None:
    """One radius, two, three, four; radii too large are scaled; a negative size runs the other way."""
    boxes = (
        (6, 6, 30, 28, 8),
        (42, 6, 30, 28, [12, 2]),
        (78, 6, 28, 28, [0, 14, 4]),
        (6, 44, 30, 28, [2, 6, 10, 14]),
        (42, 44, 30, 20, 40),
        (106, 72, -28, -28, [12, 0, 0, 12]),
    )
    ctx.fill_style = "slategray"
    ctx.line_width = 2
    for box in boxes:
        ctx.begin_path()
        ctx.round_rect(*box)
        ctx.fill()
        ctx.stroke()


@scene(96, 96, topics=("paths", "curves"))
def path_heart_and_leaf(ctx: Context, width: int, height: int) -> None:
    """A heart of cubics over a leaf of quadratics."""
    ctx.fill_style = "forestgreen"
    ctx.begin_path()
    ctx.move_to(6, 90)
    ctx.quadratic_curve_to(20, 40, 90, 60)
    ctx.quadratic_curve_to(60, 100, 6, 90)
    ctx.fill()
    ctx.fill_style = "crimson"
    ctx.begin_path()
    ctx.move_to(48, 64)
    ctx.bezier_curve_to(10, 38, 16, 8, 34, 10)
    ctx.bezier_curve_to(42, 10, 48, 18, 48, 22)
    ctx.bezier_curve_to(48, 18, 54, 10, 62, 10)
    ctx.bezier_curve_to(80, 8, 86, 38, 48, 64)
    ctx.fill()


@scene(96, 96, topics=("paths", "svg"))
def path_from_svg_data(ctx: Context, width: int, height: int) -> None:
    """A speech bubble with relative and absolute commands of every kind, holes evenodd."""
    bubble = "M12 8h72a8 8 0 0 1 8 8v36q0 8-8 8H44L26 80c-2 3-6 1-4-3L26 60H12Q4 60 4 52V16A8 8 0 0 1 12 8z"
    dots = "m24 34a6 6 0 1 0 12 0a6 6 0 1 0-12 0m18 0t6-6 6 6-6 6-6-6m18 0s1-6 7-6 6 6 6 6-1 6-6 6-7-6-7-6z"
    ctx.fill_style = "steelblue"
    ctx.fill(gpucanvas.Path2D(bubble + dots), "evenodd")
    ctx.line_width = 2
    ctx.stroke(gpucanvas.Path2D(bubble))


@scene(96, 96, topics=("paths", "Path2D"))
def path_made_of_other_paths(ctx: Context, width: int, height: int) -> None:
    """A flower: one petal added eight times, each turned; a copy stays as it was."""
    petal = gpucanvas.Path2D()
    petal.ellipse(28, 0, 14, 6, 0, 0, 2 * pi)
    flower = gpucanvas.Path2D()
    for matrix in (
        (1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0),
        (0.71, 0.71, -0.71, 0.71), (-0.71, 0.71, -0.71, -0.71), (-0.71, -0.71, 0.71, -0.71), (0.71, -0.71, 0.71, 0.71),
    ):  # fmt: skip
        flower.add_path(petal, (*matrix, 48, 48))
    copy = gpucanvas.Path2D(flower)
    flower.rect(0, 0, 96, 96)
    ctx.fill_style = "orchid"
    ctx.fill(copy)
    ctx.stroke(copy)


@scene(96, 64, topics=("paths", "Path2D"))
def path_drawn_again_elsewhere(ctx: Context, width: int, height: int) -> None:
    """One house drawn three times: filled, stroked and small; the current path (a dot) is not touched."""
    ctx.begin_path()
    ctx.rect(46, 2, 4, 4)
    house = gpucanvas.Path2D("M2 14 L14 2 L26 14 V28 H2 Z M10 28 V18 H18 V28")
    for x, scale, fill in ((4, 1.0, True), (36, 1.0, False), (70, 0.7, True)):
        ctx.save()
        ctx.translate(x, 20)
        ctx.scale(scale, scale)
        if fill:
            ctx.fill(house)
        else:
            ctx.stroke(house)
        ctx.restore()
    ctx.fill_style = "red"
    ctx.fill()


@scene(96, 64, topics=("paths",))
def path_goes_on_after_closing(ctx: Context, width: int, height: int) -> None:
    """After close_path the next line begins at the closed subpath's start: a flag on a line."""
    ctx.line_width = 3
    ctx.begin_path()
    ctx.move_to(12, 12)
    ctx.line_to(60, 22)
    ctx.line_to(12, 34)
    ctx.close_path()
    ctx.line_to(84, 56)
    ctx.rect(70, 8, 16, 12)
    ctx.line_to(90, 40)
    ctx.stroke()


@scene(64, 64, topics=("paths", "empty"))
def path_without_area_draws_nothing(ctx: Context, width: int, height: int) -> None:
    """Lone points, lines and empty boxes filled: nothing red; the green diamond is all."""
    ctx.fill_style = "green"
    ctx.fill(gpucanvas.Path2D("M32 8 L56 32 L32 56 L8 32 Z"))
    ctx.fill_style = "red"
    ctx.begin_path()
    ctx.move_to(20, 20)
    ctx.move_to(4, 4)
    ctx.line_to(60, 50)
    ctx.close_path()
    ctx.rect(10, 10, 40, 0)
    ctx.rect(10, 10, 0, 40)
    ctx.arc(30, 30, 0, 0, 7)
    ctx.fill()
    ctx.fill(gpucanvas.Path2D(""))


@scene(96, 96, topics=("paths", "many"))
def path_with_a_thousand_subpaths(ctx: Context, width: int, height: int) -> None:
    """A net of 32 x 32 small squares in one path, every other one turned around: no difference."""
    ctx.begin_path()
    for row in range(32):
        for column in range(32):
            side = 2 if (row + column) % 2 else -2
            ctx.rect(3 * column + (0 if side > 0 else 2), 3 * row, side, 2)
    ctx.fill_style = "darkslategray"
    ctx.fill()
