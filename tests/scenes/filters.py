"""Filters: of draws, of layers, of all kinds, nested, and at the canvas's edges."""

from __future__ import annotations

from math import pi

from .layers import backdrop, group
from .registry import Context, scene

CURVE = {"type": "table", "tableValues": [0, 0.8, 0.6, 1]}
STEPS = {"type": "discrete", "tableValues": [0.1, 0.9]}


def leaf(ctx: Context, x: float, y: float) -> None:
    """One draw with curved edges."""
    ctx.begin_path()
    ctx.ellipse(x, y, 15, 9, 0.5, 0, 2 * pi)
    ctx.fill()


@scene(128, 96, topics=("filters",))
def filters_of_css(ctx: Context, width: int, height: int) -> None:
    """Each function of CSS on a draw of its own."""
    backdrop(ctx, width, height)
    ctx.fill_style = "rgba(230, 90, 40, 0.8)"
    functions = ("brightness(1.4)", "contrast(40%)", "grayscale(80%)", "hue-rotate(100deg)", "invert(90%)")
    functions += ("opacity(0.4)", "saturate(4)", "sepia()", "blur(2px)", "drop-shadow(3px 4px 1px navy)")
    for i, value in enumerate(functions):
        ctx.filter = value
        leaf(ctx, 20 + i % 4 * 30, 16 + i // 4 * 30)


@scene(96, 80, topics=("filters", "layers"))
def filters_chained_on_a_layer(ctx: Context, width: int, height: int) -> None:
    """Colours, blur and shadow, one after another, on a group."""
    backdrop(ctx, width, height)
    with ctx.layer("saturate(2) blur(1.5px) drop-shadow(4px 5px 2px rgb(0 0 60 / 0.8)) sepia(40%)"):
        group(ctx)


@scene(96, 80, topics=("filters", "layers"))
def filter_objects(ctx: Context, width: int, height: int) -> None:
    """Transfer functions, a convolution and a matrix, on layers in a layer."""
    backdrop(ctx, width, height)
    mean = {"name": "convolveMatrix", "kernelMatrix": [[1, 2, 1], [0, 3, 0], [-1, 0, 2]], "edgeMode": "duplicate"}
    with ctx.layer({"name": "componentTransfer", "funcR": CURVE, "funcG": STEPS, "funcB": CURVE}):
        group(ctx)
        with ctx.layer(mean):
            ctx.fill_style = "teal"
            ctx.fill_rect(60, 30, 40, 60)
    turned = [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0.7, 0]
    ctx.filter = {"name": "colorMatrix", "values": turned}
    ctx.fill_style = "gold"
    leaf(ctx, 14, 12)


@scene(96, 80, topics=("filters", "layers", "clips"))
def filter_that_fills_a_clip(ctx: Context, width: int, height: int) -> None:
    """A matrix that adds to alpha fills all of the clip."""
    backdrop(ctx, width, height)
    ctx.begin_path()
    ctx.arc(48, 40, 30, 0, 2 * pi)
    ctx.clip()
    ctx.filter = {"name": "colorMatrix", "values": [1, 0, 0, 0, 0, 0, 1, 0, 0, 0.3, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0.5]}
    ctx.fill_rect(30, 30, 20, 20)


@scene(96, 80, topics=("filters", "layers", "clips"))
def filter_that_makes_noise(ctx: Context, width: int, height: int) -> None:
    """Noise of a draw and of a turned layer, in clips, blurred and with a shadow."""
    backdrop(ctx, width, height)
    paper = {"name": "turbulence", "baseFrequency": 0.04, "numOctaves": 3, "type": "fractalNoise", "seed": 4}
    with ctx.save():
        ctx.begin_path()
        ctx.ellipse(30, 40, 26, 32, 0, 0, 2 * pi)
        ctx.clip()
        ctx.filter, ctx.global_alpha = [paper, "blur(1px)"], 0.8
        ctx.fill_rect(0, 0, 5, 5)
    ctx.begin_path()
    ctx.rect(50, 10, 40, 60)
    ctx.clip()
    ctx.translate(70, 40)
    ctx.rotate(0.4)
    grain = {"name": "turbulence", "baseFrequency": [0.02, 0.15], "numOctaves": 2}
    with ctx.layer([grain, "drop-shadow(3px 2px 0 navy)"]):
        pass


@scene(96, 80, topics=("filters", "operators", "shadows"))
def filter_with_shadow_and_operator(ctx: Context, width: int, height: int) -> None:
    """Filter, then shadow, then alpha and operator."""
    backdrop(ctx, width, height)
    ctx.filter, ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_y = "invert() blur(1px)", "black", 6, 6
    ctx.global_alpha, ctx.global_composite_operation = 0.8, "multiply"
    ctx.fill_style = "navy"
    leaf(ctx, 40, 30)
    ctx.stroke_style, ctx.line_width = "green", 6
    ctx.stroke_rect(55, 40, 30, 30)
