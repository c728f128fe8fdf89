"""The ends of the range: hairlines, specks, giants, far coordinates, many layers."""

from __future__ import annotations

from math import cos, pi, sin

from .registry import Context, scene


@scene(96, 96, topics=("thin",))
def thin_fan_of_hairlines(ctx: Context, width: int, height: int) -> None:
    """A tenth of a pixel wide, in all directions: an even, faint fan without gaps."""
    ctx.line_width = 0.1
    for i in range(36):
        ctx.begin_path()
        ctx.move_to(48 + 6 * cos(i * pi / 18), 48 + 6 * sin(i * pi / 18))
        ctx.line_to(48 + 46 * cos(i * pi / 18), 48 + 46 * sin(i * pi / 18))
        ctx.stroke()


@scene(96, 64, topics=("thin", "strokes"))
def thin_rings_and_frames(ctx: Context, width: int, height: int) -> None:
    """Hairline circles and frames at 0.1, 0.3 and 0.6 pixels."""
    for i, pen_width in enumerate((0.1, 0.3, 0.6)):
        ctx.line_width = pen_width
        ctx.begin_path()
        ctx.arc(18 + 30 * i, 32, 13, 0, 2 * pi)
        ctx.stroke()
        ctx.stroke_rect(4.3 + 30 * i, 4.7, 26, 54)


@scene(96, 64, topics=("thin", "transforms"))
def thin_by_scaling(ctx: Context, width: int, height: int) -> None:
    """A picture a thousand times as large, scaled down: a frame and a cross as fine as 0.2 px."""
    ctx.scale(0.001, 0.001)
    ctx.line_width = 200
    ctx.stroke_rect(8_000, 8_000, 80_000, 48_000)
    ctx.line_width = 1_500
    ctx.begin_path()
    ctx.move_to(8_000, 8_000)
    ctx.line_to(88_000, 56_000)
    ctx.move_to(88_000, 8_000)
    ctx.line_to(8_000, 56_000)
    ctx.stroke()


@scene(96, 64, topics=("thin", "transforms"))
def thick_by_scaling(ctx: Context, width: int, height: int) -> None:
    """A picture of a thousandth of the size, scaled up: a smooth ellipse and a round-capped line."""
    ctx.scale(1000, 1000)
    ctx.line_width, ctx.line_cap = 0.008, "round"
    ctx.begin_path()
    ctx.ellipse(0.048, 0.032, 0.04, 0.022, 0.1, 0, 2 * pi)
    ctx.stroke()
    ctx.begin_path()
    ctx.move_to(0.03, 0.03)
    ctx.line_to(0.066, 0.036)
    ctx.stroke()


@scene(96, 64, topics=("thin",))
def thin_specks(ctx: Context, width: int, height: int) -> None:
    """A grid of squares from 1/16 of a pixel to a pixel wide."""
    for i in range(16):
        for j in range(10):
            side = (i + 1) / 16
            ctx.fill_rect(4 + 5.8 * i, 4 + 5.7 * j, side, side)


@scene(64, 64, topics=("huge",))
def huge_polygon_edges_cross_the_picture(ctx: Context, width: int, height: int) -> None:
    """A half plane whose corners lie ten million pixels away; its edge runs through the middle."""
    far = 1e7
    ctx.fill_style = "darkcyan"
    ctx.begin_path()
    ctx.move_to(-far + 32, -far + 32)
    ctx.line_to(far + 32, far + 32)
    ctx.line_to(-far, far)
    ctx.close_path()
    ctx.fill()
    ctx.fill_style = "white"
    ctx.fill_rect(8, 40, 12, 12)


@scene(64, 64, topics=("huge",))
def huge_rects(ctx: Context, width: int, height: int) -> None:
    """Rectangles ten million wide: a band, a column, and one that lies wholly outside."""
    ctx.fill_style = "orange"
    ctx.fill_rect(-1e7, 20.5, 2e7, 10)
    ctx.fill_style = "navy"
    ctx.fill_rect(40, -1e7, 8.25, 2e7)
    ctx.fill_style = "red"
    ctx.fill_rect(1e7, 1e7, 1e7, 1e7)


@scene(64, 64, topics=("huge", "strokes"))
def huge_lines_cross_the_picture(ctx: Context, width: int, height: int) -> None:
    """An upright cross and a diagonal whose ends lie ten million pixels away."""
    ctx.line_width = 6
    for colour, line in (
        ("black", (-1e7, 20, 1e7, 20)),
        ("seagreen", (44, -1e7, 44, 1e7)),
        ("crimson", (-1e7, -1e7, 1e7, 1e7)),
    ):
        ctx.stroke_style = colour
        ctx.begin_path()
        ctx.move_to(line[0], line[1])
        ctx.line_to(line[2], line[3])
        ctx.stroke()


@scene(64, 64, topics=("huge", "dashes"))
def huge_dashed_line(ctx: Context, width: int, height: int) -> None:
    """Dashes on a line that begins a hundred thousand pixels to the left."""
    ctx.line_width = 6
    ctx.set_line_dash([8, 8])
    ctx.begin_path()
    ctx.move_to(-100_000, 32)
    ctx.line_to(100_000, 32)
    ctx.stroke()


@scene(64, 64, topics=("huge", "arcs"))
def huge_circle_looks_straight(ctx: Context, width: int, height: int) -> None:
    """The edge of a disc of radius 100,000 is a nearly straight upright line at x = 30; a ring follows it."""
    ctx.fill_style = "slateblue"
    ctx.begin_path()
    ctx.arc(30 - 100_000, 32, 100_000, 0, 2 * pi)
    ctx.fill()
    ctx.line_width = 3
    ctx.begin_path()
    ctx.arc(45 - 100_000, 32, 100_000, 0, 2 * pi)
    ctx.stroke()


@scene(64, 64, topics=("huge", "transforms"))
def huge_translation_there_and_back(ctx: Context, width: int, height: int) -> None:
    """A disc drawn ten million pixels away, in a space that was moved back as far."""
    ctx.translate(-1e7, -1e7)
    ctx.fill_style = "purple"
    ctx.begin_path()
    ctx.arc(1e7 + 32, 1e7 + 32, 20, 0, 2 * pi)
    ctx.fill()
    ctx.fill_rect(1e7 + 2, 1e7 + 2, 8, 8)


@scene(200, 24, topics=("many", "alpha"))
def many_translucent_layers(ctx: Context, width: int, height: int) -> None:
    """Two hundred faint rectangles, each shorter: a staircase from light to dark without bands of dirt."""
    ctx.fill_style = (0.2, 0.1, 0.5, 0.02)
    for i in range(200):
        ctx.fill_rect(i, 2, 200 - i, 20)


@scene(300, 20, topics=("sizes",))
def wide_and_low_picture(ctx: Context, width: int, height: int) -> None:
    """A sine wave along a picture that is no multiple of a tile."""
    ctx.line_width = 2
    ctx.begin_path()
    for x in range(0, 301, 2):
        ctx.line_to(x, 10 + 7 * sin(x / 9))
    ctx.stroke()


@scene(3, 3, topics=("sizes",))
def tiny_picture(ctx: Context, width: int, height: int) -> None:
    """Three pixels by three: a red diagonal of squares."""
    ctx.fill_style = "red"
    for i in range(3):
        ctx.fill_rect(i, i, 1, 1)
