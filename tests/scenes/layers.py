"""Layers: opacity and operators of groups, nested, clipped, filtered, partly off the canvas."""

from __future__ import annotations

from math import pi

from .fills import star
from .registry import Context, scene


def backdrop(ctx: Context, width: int, height: int) -> None:
    """Something to compose with: a half transparent field and two bars."""
    ctx.fill_style = "rgba(240, 200, 120, 0.8)"
    ctx.fill_rect(8, 8, width - 24, height - 16)
    ctx.fill_style = "steelblue"
    ctx.fill_rect(0, 20, width, 14)
    ctx.fill_style = "rgba(20, 120, 40, 0.5)"
    ctx.fill_rect(30, 0, 12, height)


def group(ctx: Context) -> None:
    """Shapes that overlap."""
    ctx.fill_style = "crimson"
    ctx.fill_rect(20, 20, 34, 30)
    ctx.fill_style = "gold"
    ctx.begin_path()
    ctx.arc(58, 50, 20, 0, 2 * pi)
    ctx.fill()
    ctx.stroke_style = "rgba(0, 0, 80, 0.6)"
    ctx.line_width = 5
    ctx.stroke_rect(30.5, 34.5, 40, 30)


@scene(96, 80, topics=("layers",))
def layer_with_opacity(ctx: Context, width: int, height: int) -> None:
    """Overlaps inside of a half transparent group do not show through each other."""
    backdrop(ctx, width, height)
    with ctx.layer(alpha=0.5):
        group(ctx)


@scene(96, 80, topics=("layers", "operators"))
def layer_multiplied(ctx: Context, width: int, height: int) -> None:
    """A group by a blend mode."""
    backdrop(ctx, width, height)
    with ctx.layer(operator="multiply", alpha=0.8):
        group(ctx)


@scene(96, 80, topics=("layers", "operators"))
def layer_source_in(ctx: Context, width: int, height: int) -> None:
    """An operator that clears what lies outside of the group."""
    backdrop(ctx, width, height)
    with ctx.layer(operator="source-in"):
        group(ctx)


@scene(96, 80, topics=("layers", "operators", "clips"))
def layer_copied_in_a_clip(ctx: Context, width: int, height: int) -> None:
    """Copy replaces what is in the clip, and no more."""
    backdrop(ctx, width, height)
    ctx.begin_path()
    ctx.arc(48, 40, 30, 0, 2 * pi)
    ctx.clip()
    with ctx.layer(operator="copy", alpha=0.7):
        group(ctx)


@scene(96, 80, topics=("layers", "operators"))
def layer_erases_inside(ctx: Context, width: int, height: int) -> None:
    """What erases in a layer makes holes in the layer, not in what lies under it."""
    backdrop(ctx, width, height)
    with ctx.layer():
        group(ctx)
        ctx.global_composite_operation = "destination-out"
        star(ctx, 48, 42, 26)
        ctx.fill()
        ctx.clear_rect(22, 22, 10, 10)


@scene(96, 80, topics=("layers",))
def layers_nested(ctx: Context, width: int, height: int) -> None:
    """Groups in groups, each with opacity and operator of its own."""
    backdrop(ctx, width, height)
    with ctx.layer(alpha=0.8):
        group(ctx)
        with ctx.layer(operator="screen"):
            ctx.fill_style = "navy"
            ctx.fill_rect(10, 40, 60, 20)
            with ctx.layer(alpha=0.4):
                ctx.fill_style = "white"
                ctx.fill_rect(4, 46, 80, 8)
                ctx.fill_rect(50, 10, 8, 60)
        ctx.fill_style = "black"
        ctx.fill_rect(80, 2, 6, 70)


@scene(96, 80, topics=("layers", "clips"))
def layer_with_clips_inside_and_outside(ctx: Context, width: int, height: int) -> None:
    """The clip around a layer cuts it as a whole; clips in it cut what is drawn in it."""
    backdrop(ctx, width, height)
    star(ctx, 48, 42, 38)
    ctx.clip()
    with ctx.layer(alpha=0.7):
        group(ctx)
        ctx.begin_path()
        ctx.arc(40, 40, 18, 0, 2 * pi)
        ctx.clip()
        ctx.fill_style = "lime"
        ctx.fill_rect(0, 0, 96, 80)


@scene(96, 80, topics=("layers", "transforms"))
def layer_under_a_transform(ctx: Context, width: int, height: int) -> None:
    """The transform applies in the layer; the layer itself is not resampled."""
    backdrop(ctx, width, height)
    ctx.translate(48, 40)
    ctx.rotate(0.4)
    ctx.scale(0.8, 0.8)
    ctx.translate(-48, -40)
    with ctx.layer(alpha=0.6):
        group(ctx)


@scene(96, 80, topics=("layers",))
def layers_partly_off_the_canvas(ctx: Context, width: int, height: int) -> None:
    """Groups that lie across every side of the canvas."""
    backdrop(ctx, width, height)
    for x, y in ((-30, -20), (60, -30), (-36, 44), (58, 50)):
        ctx.save()
        ctx.translate(x, y)
        with ctx.layer(alpha=0.7):
            group(ctx)
        ctx.restore()


@scene(96, 80, topics=("layers", "images", "gradients"))
def layer_of_images_and_gradients(ctx: Context, width: int, height: int) -> None:
    """Paints in a layer lie where they lie on the canvas."""
    backdrop(ctx, width, height)
    gradient = ctx.create_linear_gradient(10, 10, 80, 60)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(0.5, "rgba(255, 255, 0, 0.3)")
    gradient.add_color_stop(1, "blue")
    pixels = ctx.create_image_data(8, 8)
    pixels[..., 0], pixels[..., 3] = 200, 255
    pixels[::2, ::2, 1] = 255
    with ctx.layer(alpha=0.75):
        ctx.fill_style = gradient
        ctx.fill_rect(12, 12, 60, 40)
        ctx.draw_image(pixels, 40, 36, 37, 29)
        ctx.fill_circles([20, 30, 40], [60, 62, 64], [6, 7, 8])


@scene(96, 80, topics=("layers", "filters"))
def layer_blurred(ctx: Context, width: int, height: int) -> None:
    """A group with soft edges; nothing of it is lost at its box."""
    backdrop(ctx, width, height)
    with ctx.layer("blur(3px)", alpha=0.9):
        group(ctx)


@scene(96, 80, topics=("layers", "filters"))
def layers_blurred_in_a_blurred_one(ctx: Context, width: int, height: int) -> None:
    """Filters of several depths, across and down, one after another."""
    backdrop(ctx, width, height)
    with ctx.layer({"name": "gaussianBlur", "stdDeviation": [5, 0]}):
        group(ctx)
        with ctx.layer(["blur(1px)", "blur(2px)"], operator="xor"):
            ctx.fill_style = "black"
            ctx.fill_rect(10, 30, 70, 12)


@scene(96, 80, topics=("layers", "filters", "clips"))
def layer_blurred_at_the_canvas_edge(ctx: Context, width: int, height: int) -> None:
    """What lies beyond the canvas is blurred into it."""
    with ctx.layer("blur(6px)"):
        ctx.fill_style = "navy"
        ctx.fill_rect(-40, -40, 60, 200)
        ctx.fill_style = "orange"
        ctx.fill_rect(82, -20, 60, 140)


@scene(96, 80, topics=("layers",))
def layers_side_by_side(ctx: Context, width: int, height: int) -> None:
    """Many small groups: each in its slot."""
    backdrop(ctx, width, height)
    for i in range(35):
        with ctx.layer(alpha=0.2 + i / 50):
            ctx.fill_style = f"hsl({i * 10} 80% 45%)"
            ctx.fill_rect(i % 7 * 13 + 2, i // 7 * 15 + 2, 9, 9)
            ctx.fill_style = "white"
            ctx.fill_rect(i % 7 * 13 + 6.5, i // 7 * 15 + 6.5, 7, 7)
