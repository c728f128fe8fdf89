"""Linear gradients: directions, hard stops, alpha, text-book pitfalls of stops, transforms."""

from __future__ import annotations

from math import cos, pi, sin

from .fills import star
from .registry import Context, scene

RAINBOW = ("red", "orange", "yellow", "green", "blue", "violet")


@scene(96, 64, topics=("gradients",))
def gradient_level_and_upright(ctx: Context, width: int, height: int) -> None:
    """Black to white from left to right; below, blue to yellow from top to bottom."""
    for box, line, colours in (
        ((4, 4, 88, 26), (4, 0, 92, 0), ("black", "white")),
        ((4, 34, 88, 26), (0, 34, 0, 60), ("blue", "yellow")),
    ):
        gradient = ctx.create_linear_gradient(*line)
        gradient.add_color_stop(0, colours[0])
        gradient.add_color_stop(1, colours[1])
        ctx.fill_style = gradient
        ctx.fill_rect(*box)


@scene(96, 96, topics=("gradients",))
def gradient_slanted_rainbow(ctx: Context, width: int, height: int) -> None:
    """A rainbow from corner to corner."""
    gradient = ctx.create_linear_gradient(0, 0, 96, 96)
    for i, colour in enumerate(RAINBOW):
        gradient.add_color_stop(i / 5, colour)
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, width, height)


@scene(96, 64, topics=("gradients", "stops"))
def gradient_hard_stops_make_flags(ctx: Context, width: int, height: int) -> None:
    """Two stops at one place make a sharp border: a tricolour, and a slanted two-colour field below."""
    flag = ctx.create_linear_gradient(8, 0, 88, 0)
    for t, colour in ((0, "#0055a4"), (1 / 3, "#0055a4"), (1 / 3, "white"), (2 / 3, "white"), (2 / 3, "#ef4135")):
        flag.add_color_stop(t, colour)
    ctx.fill_style = flag
    ctx.fill_rect(8, 4, 80, 26)
    field = ctx.create_linear_gradient(40.3, 34, 60.7, 58)
    field.add_color_stop(0.5, "black")
    field.add_color_stop(0.5, "gold")
    ctx.fill_style = field
    ctx.fill_rect(8, 34, 80, 26)


@scene(96, 64, topics=("gradients", "stops"))
def gradient_stops_in_any_order(ctx: Context, width: int, height: int) -> None:
    """Stops added out of order, three of them at one place (first and last count): red | white .. blue."""
    gradient = ctx.create_linear_gradient(8, 0, 88, 0)
    for t, colour in ((1, "blue"), (0.5, "red"), (0.5, "lime"), (0.5, "white"), (0, "black")):
        gradient.add_color_stop(t, colour)
    ctx.fill_style = gradient
    ctx.fill_rect(0, 8, width, 48)


@scene(96, 64, topics=("gradients", "alpha"))
def gradient_to_transparent(ctx: Context, width: int, height: int) -> None:
    """Red fades to transparent red, and below to transparent black (darker: colours are not premultiplied)."""
    for y, end in ((4, "rgb(255 0 0 / 0)"), (34, "transparent")):
        gradient = ctx.create_linear_gradient(4, 0, 92, 0)
        gradient.add_color_stop(0, "red")
        gradient.add_color_stop(1, end)
        ctx.fill_style = gradient
        ctx.fill_rect(4, y, 88, 26)


@scene(96, 64, topics=("gradients", "stops"))
def gradient_pads_beyond_its_ends(ctx: Context, width: int, height: int) -> None:
    """A short ramp amid the picture; both sides keep the end colours."""
    gradient = ctx.create_linear_gradient(40, 0, 56, 0)
    gradient.add_color_stop(0.25, "navy")
    gradient.add_color_stop(0.75, "orange")
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, width, height)


@scene(96, 64, topics=("gradients", "empty"))
def gradient_of_no_length_paints_nothing(ctx: Context, width: int, height: int) -> None:
    """Start and end are one point, or there is no stop: the green square stays whole."""
    ctx.fill_style = "green"
    ctx.fill_rect(24, 8, 48, 48)
    point = ctx.create_linear_gradient(40, 30, 40, 30)
    point.add_color_stop(0, "red")
    point.add_color_stop(1, "red")
    for gradient in (point, ctx.create_linear_gradient(0, 0, 96, 0)):
        ctx.fill_style = gradient
        ctx.fill_rect(0, 0, width, height)


@scene(96, 96, topics=("gradients", "transforms"))
def gradient_turns_with_the_transform(ctx: Context, width: int, height: int) -> None:
    """Four squares around the centre; each shade runs away from the centre."""
    gradient = ctx.create_linear_gradient(0, 8, 0, 40)
    gradient.add_color_stop(0, "white")
    gradient.add_color_stop(1, "midnightblue")
    ctx.fill_style = gradient
    for i in range(4):
        ctx.set_transform(
            cos(i * pi / 2 + 0.3), sin(i * pi / 2 + 0.3), -sin(i * pi / 2 + 0.3), cos(i * pi / 2 + 0.3), 48, 48
        )
        ctx.fill_rect(-10, 8, 20, 30)


@scene(96, 96, topics=("gradients", "strokes"))
def gradient_on_strokes_and_stars(ctx: Context, width: int, height: int) -> None:
    """A star in a rainbow with an outline in the reverse rainbow."""
    for colours, name in ((RAINBOW, "fill_style"), (RAINBOW[::-1], "stroke_style")):
        gradient = ctx.create_linear_gradient(4, 20, 92, 70)
        for i, colour in enumerate(colours):
            gradient.add_color_stop(i / 5, colour)
        setattr(ctx, name, gradient)
    star(ctx, 48, 52, 40)
    ctx.line_width = 6
    ctx.fill()
    ctx.stroke()


@scene(96, 48, topics=("gradients", "stops"))
def gradient_of_forty_stops(ctx: Context, width: int, height: int) -> None:
    """Forty stops, light and dark by turns, ever closer to each other."""
    gradient = ctx.create_linear_gradient(0, 0, 96, 0)
    for i in range(40):
        gradient.add_color_stop(1 - (1 - i / 39) ** 2, f"hsl({i * 9} 70% {30 + 50 * (i % 2)}%)")
    ctx.fill_style = gradient
    ctx.fill_rect(0, 4, width, 40)


@scene(96, 64, topics=("gradients", "alpha"))
def gradient_with_global_alpha(ctx: Context, width: int, height: int) -> None:
    """A grey ramp over black bars at three alphas."""
    ctx.fill_rect(0, 26, width, 12)
    gradient = ctx.create_linear_gradient(0, 0, 96, 0)
    gradient.add_color_stop(0, "white")
    gradient.add_color_stop(1, "rgb(0 160 80 / 80%)")
    ctx.fill_style = gradient
    for i, alpha in enumerate((0.25, 0.6, 1.0)):
        ctx.global_alpha = alpha
        ctx.fill_rect(0, 4 + 20 * i, width, 16)
