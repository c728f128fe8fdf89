"""Transforms: order, skews, mirrors, pens that are stretched, matrices read back, singular ones."""

from __future__ import annotations

from math import pi

from .registry import Context, scene


def arrow(ctx: Context) -> None:
    """Begin an arrow of 20 x 10 that points to +x, notched below so that mirrors are seen."""
    ctx.begin_path()
    for x, y in ((0, -2), (12, -2), (12, -5), (20, 0), (12, 5), (12, 2), (8, 2), (6, 4), (4, 2), (0, 2)):
        ctx.line_to(x, y)
    ctx.close_path()


@scene(96, 96, topics=("transforms",))
def transform_rose_of_arrows(ctx: Context, width: int, height: int) -> None:
    """Twelve arrows outward like the hours of a clock."""
    ctx.translate(48, 48)
    for i in range(12):
        ctx.fill_style = f"hsl({30 * i} 70% 45%)"
        ctx.save()
        ctx.rotate(i * pi / 6)
        ctx.translate(20, 0)
        arrow(ctx)
        ctx.fill()
        ctx.restore()


@scene(96, 96, topics=("transforms",))
def transform_order_matters(ctx: Context, width: int, height: int) -> None:
    """Move then turn (black) and turn then move (red) end at different places."""
    for colour, calls in (("black", ("translate", "rotate")), ("red", ("rotate", "translate"))):
        ctx.reset_transform()
        for call in calls:
            if call == "translate":
                ctx.translate(50, 20)
            else:
                ctx.rotate(0.5)
        ctx.scale(1.6, 1.6)
        ctx.fill_style = colour
        arrow(ctx)
        ctx.fill()


@scene(112, 64, topics=("transforms", "skew"))
def transform_skews(ctx: Context, width: int, height: int) -> None:
    """Arrows skewed along x, along y and both."""
    for i, (b, c) in enumerate(((0, 0.8), (0.6, 0), (0.3, -0.7))):
        ctx.set_transform(1.5, b, c, 2.4, 4 + 38 * i, 28)
        ctx.fill_style = ("seagreen", "peru", "steelblue")[i]
        arrow(ctx)
        ctx.fill()
        ctx.line_width = 1
        ctx.stroke()


@scene(96, 96, topics=("transforms", "strokes"))
def transform_stretches_the_pen(ctx: Context, width: int, height: int) -> None:
    """A ring scaled 4:1: thick at the sides, thin above and below; the frame around it likewise."""
    ctx.translate(48, 48)
    ctx.scale(4, 1)
    ctx.line_width = 3
    ctx.begin_path()
    ctx.arc(0, 0, 7.5, 0, 2 * pi)
    ctx.close_path()
    ctx.stroke()
    ctx.line_join = "round"
    ctx.stroke_rect(-10, -40, 20, 80)


@scene(96, 96, topics=("transforms", "strokes", "skew"))
def transform_skews_the_pen(ctx: Context, width: int, height: int) -> None:
    """A zigzag with round caps and joins under a skew: every round end is a slanted ellipse."""
    ctx.set_transform(1.4, 0.5, -0.9, 0.8, 34, 2)
    ctx.line_width, ctx.line_cap, ctx.line_join = 12, "round", "round"
    ctx.begin_path()
    for x, y in ((12, 14), (40, 14), (16, 44), (44, 48)):
        ctx.line_to(x, y)
    ctx.stroke()


@scene(96, 64, topics=("transforms", "strokes"))
def transform_between_path_and_stroke(ctx: Context, width: int, height: int) -> None:
    """The path keeps its form, the pen takes the transform of the stroke: a square with uneven sides."""
    ctx.begin_path()
    ctx.rect(20, 12, 56, 40)
    ctx.scale(6, 1)
    ctx.line_width = 2
    ctx.stroke()


@scene(96, 96, topics=("transforms", "mirror"))
def transform_mirrors(ctx: Context, width: int, height: int) -> None:
    """An arrow and its mirror images in the four quarters; notches face the level axis."""
    for sx in (1, -1):
        for sy in (1, -1):
            ctx.set_transform(2 * sx, 0, 0, -2 * sy, 48, 48)
            ctx.translate(2, 12)
            ctx.fill_style = "black" if sx * sy > 0 else "crimson"
            arrow(ctx)
            ctx.fill()


@scene(96, 96, topics=("transforms", "state"))
def transform_read_back_and_set_again(ctx: Context, width: int, height: int) -> None:
    """Two arrows in one place: the red one, drawn by the matrix read back, hides the black one."""
    ctx.translate(20, 60)
    ctx.rotate(-0.7)
    ctx.transform(3, 0.2, -0.1, 2.5, 1, 2)
    matrix = ctx.get_transform()
    arrow(ctx)
    ctx.fill()
    ctx.reset_transform()
    ctx.fill_rect(2, 2, 10, 10)
    ctx.set_transform(matrix)
    ctx.fill_style = "red"
    arrow(ctx)
    ctx.fill()


@scene(64, 64, topics=("transforms", "empty"))
def transform_to_nothing_draws_nothing(ctx: Context, width: int, height: int) -> None:
    """Scaled to a line, a square has no area: the green square stays whole."""
    ctx.fill_style = "green"
    ctx.fill_rect(12, 12, 40, 40)
    ctx.fill_style = "red"
    ctx.translate(32, 0)
    ctx.scale(0, 1)
    ctx.fill_rect(0, 0, 64, 64)
    ctx.stroke_rect(4, 4, 30, 30)


@scene(96, 96, topics=("transforms", "paths"))
def transform_while_a_path_is_built(ctx: Context, width: int, height: int) -> None:
    """One path, its points set under changing transforms: a staircase with turned steps."""
    ctx.begin_path()
    for _ in range(6):
        ctx.line_to(0, 8)
        ctx.line_to(10, 10)
        ctx.translate(14, 12)
        ctx.rotate(0.06)
    ctx.line_width = 3
    ctx.stroke()
    ctx.fill_style = "rgb(255 160 0 / 60%)"
    ctx.fill()


@scene(96, 96, topics=("transforms", "nested"))
def transform_nested_squares(ctx: Context, width: int, height: int) -> None:
    """Twenty squares, each turned and shrunk in the one before."""
    ctx.translate(48, 48)
    for i in range(20):
        ctx.fill_style = "white" if i % 2 else "midnightblue"
        ctx.fill_rect(-44, -44, 88, 88)
        ctx.rotate(0.12)
        ctx.scale(0.9, 0.9)
