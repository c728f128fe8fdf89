"""Shadows of every kind of draw: soft, sharp, moved, coloured, clipped, by operators, of layers."""

from __future__ import annotations

from math import pi

import numpy as np

from .fills import star
from .registry import Context, scene


def cast(ctx: Context, color: str = "rgba(0, 0, 0, 0.6)", blur: float = 6, x: float = 5, y: float = 4) -> None:
    """Set the shadow."""
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y = color, blur, x, y


@scene(96, 80, topics=("shadows",))
def shadows_of_every_verb(ctx: Context, width: int, height: int) -> None:
    """Rectangles, frames, paths and lines."""
    ctx.fill_style = "ivory"
    ctx.fill_rect(0, 0, width, height)
    cast(ctx)
    ctx.fill_style = "tomato"
    ctx.fill_rect(6, 6, 24, 18)
    ctx.line_width = 4
    ctx.stroke_rect(42, 8, 20, 14)
    star(ctx, 78, 20, 14)
    ctx.fill()
    ctx.begin_path()
    ctx.move_to(8, 70)
    ctx.bezier_curve_to(20, 30, 40, 90, 60, 44)
    ctx.stroke()
    ctx.fill_circles([70, 82], [50, 62], [6, 8])


@scene(128, 96, topics=("shadows", "clips", "layers"))
def shadows_in_closed_form(ctx: Context, width: int, height: int) -> None:
    """Rectangles, rounded ones, discs and ellipses: clipped, mirrored, in a layer, wider than the shape, hidden."""
    ctx.fill_style = "#f4efe6"
    ctx.fill_rect(0, 0, width, height)
    cast(ctx, "rgba(20, 10, 60, 0.7)", 8, 3.3, 2.6)
    ctx.fill_style = "white"
    ctx.begin_path()
    ctx.round_rect(8.4, 8.7, 40, 26, 7)
    ctx.fill()
    ctx.begin_path()
    ctx.ellipse(74, 22, 16, 9, pi / 2, 0, 2 * pi)
    ctx.fill()
    ctx.save()
    ctx.begin_path()
    ctx.arc(108, 20, 16, 0, 2 * pi)
    ctx.clip()
    ctx.fill_rect(100, 8, 40, 12)
    ctx.restore()
    with ctx.layer(alpha=0.6):
        cast(ctx, "crimson", 5, -2, 4)
        ctx.begin_path()
        ctx.arc(26, 66, 11, 0, 2 * pi)
        ctx.fill()
    ctx.translate(120, 0)
    ctx.scale(-1, 1)
    cast(ctx, "black", 40, 0, 0)
    ctx.fill_style = "rgba(90, 160, 90, 0.8)"
    ctx.fill_rect(20, 60, 6, 24)
    ctx.begin_path()
    ctx.round_rect(40, 58, 30, 24, {"x": 12, "y": 6})
    ctx.fill()


@scene(96, 80, topics=("shadows",))
def shadow_without_blur(ctx: Context, width: int, height: int) -> None:
    """A sharp copy in one colour."""
    cast(ctx, "navy", 0, 8, 6)
    ctx.fill_style = "rgba(255, 120, 0, 0.5)"
    star(ctx, 40, 36, 28)
    ctx.fill()


@scene(96, 80, topics=("shadows", "gradients", "images"))
def shadows_of_paints(ctx: Context, width: int, height: int) -> None:
    """A gradient's and an image's shadows have their alpha."""
    cast(ctx, "black", 4, 6, 6)
    gradient = ctx.create_linear_gradient(0, 0, 60, 0)
    gradient.add_color_stop(0, "rgba(255, 0, 0, 0)")
    gradient.add_color_stop(1, "red")
    ctx.fill_style = gradient
    ctx.fill_rect(6, 6, 54, 24)
    pixels = np.zeros((6, 6, 4), np.uint8)
    pixels[1:5, 1:5] = (0, 160, 90, 255)
    pixels[2:4, 2:4, 3] = 0
    ctx.draw_image(pixels, 20, 36, 36, 36)


@scene(96, 80, topics=("shadows", "clips", "transforms"))
def shadow_in_a_clip_under_a_transform(ctx: Context, width: int, height: int) -> None:
    """The clip cuts the shadow; the transform turns the shape, but neither offset nor blur."""
    ctx.begin_path()
    ctx.rect(10, 10, 70, 56)
    ctx.clip()
    cast(ctx, "purple", 5, 12, 0)
    ctx.translate(40, 38)
    ctx.rotate(pi / 5)
    ctx.scale(1.5, 0.8)
    ctx.fill_style = "khaki"
    ctx.fill_rect(-16, -16, 32, 32)


@scene(96, 80, topics=("shadows", "operators"))
def shadows_by_operators(ctx: Context, width: int, height: int) -> None:
    """Shadow and shape meet what is there one after the other, each by the operator."""
    ctx.fill_style = "lightblue"
    ctx.fill_rect(10, 10, 76, 60)
    for i, operator in enumerate(("multiply", "xor", "destination-over", "destination-out", "lighter", "source-atop")):
        ctx.global_composite_operation = operator
        cast(ctx, "rgba(200, 0, 60, 0.8)", 3, 5, 5)
        ctx.global_alpha = 0.7
        ctx.fill_style = "green"
        ctx.fill_rect(4 + i % 3 * 30, 4 + i // 3 * 40, 18, 20)


@scene(96, 80, topics=("shadows", "layers"))
def shadow_of_a_layer(ctx: Context, width: int, height: int) -> None:
    """A group throws one shadow; what is drawn in it throws none."""
    cast(ctx, "black", 8, 6, 6)
    with ctx.layer(alpha=0.8):
        ctx.fill_style = "tomato"
        ctx.fill_rect(14, 14, 30, 30)
        ctx.fill_style = "teal"
        ctx.fill_rect(34, 30, 36, 30)


@scene(96, 80, topics=("shadows", "layers"))
def shadows_inside_a_blurred_layer(ctx: Context, width: int, height: int) -> None:
    """Shadows of the depth below."""
    with ctx.layer("blur(2px)"):
        cast(ctx, "black", 0, 9, 9)
        ctx.fill_style = "gold"
        ctx.fill_rect(10, 10, 30, 20)
        star(ctx, 60, 50, 18)
        ctx.fill()


@scene(96, 80, topics=("shadows",))
def shadow_of_what_is_not_on_the_canvas(ctx: Context, width: int, height: int) -> None:
    """Only the shadow can be seen."""
    cast(ctx, "rgb(0, 90, 160)", 4, 120, 20)
    ctx.fill_rect(-90, 10, 40, 30)
