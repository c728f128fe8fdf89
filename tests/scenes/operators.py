"""Composite operators, each with and without clip, alpha, soft edges, gradients, images and batches.

source-over       the disc lies on the square         destination-over   the square lies on the disc
source-in         the disc where the square was       destination-in     the square where the disc is
source-out        the disc where no square was        destination-out    the square with a bite
source-atop       the disc on the square alone        destination-atop   the square in the disc
xor               each where the other is not         lighter            the sum; copy: only the disc is left
multiply and the other blend modes                    both, and their colours mixed in the overlap
"""

from __future__ import annotations

from math import pi

from .images import letter_f, soft_disc
from .registry import Context, Draw, scene

OPERATORS = (
    "source-over", "copy", "destination-out", "source-in", "multiply", "source-out", "source-atop", "destination-over",
    "destination-in", "destination-atop", "lighter", "xor", "screen", "overlay", "darken", "lighten", "color-dodge",
    "color-burn", "hard-light", "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity",
)  # fmt: skip
UNBOUNDED = ("copy", "source-in", "source-out", "destination-in", "destination-atop")
"""Operators by which each shape of a batch clears what is not its own."""


def backdrop_square(ctx: Context) -> None:
    """Put a blue square at the top left."""
    ctx.fill_style = "rgb(30 90 220)"
    ctx.fill_rect(8.5, 8.5, 44, 44)


def disc(ctx: Context, x: float = 46, y: float = 46, radius: float = 26) -> None:
    """Begin a disc that overlaps the square."""
    ctx.begin_path()
    ctx.arc(x, y, radius, 0, 2 * pi)


def _opaque(operator: str) -> Draw:
    def draw(ctx: Context, width: int, height: int) -> None:
        backdrop_square(ctx)
        ctx.global_composite_operation = operator
        ctx.fill_style = "rgb(240 180 20)"
        disc(ctx)
        ctx.fill()

    return draw


def _translucent(operator: str) -> Draw:
    def draw(ctx: Context, width: int, height: int) -> None:
        backdrop_square(ctx)
        ctx.global_composite_operation = operator
        ctx.global_alpha = 0.6
        ctx.fill_style = "rgb(240 60 20 / 70%)"
        disc(ctx)
        ctx.fill()

    return draw


def _clipped(operator: str) -> Draw:
    def draw(ctx: Context, width: int, height: int) -> None:
        backdrop_square(ctx)
        ctx.begin_path()
        ctx.move_to(4, 76)
        ctx.line_to(76, 4)
        ctx.line_to(76, 76)
        ctx.clip()
        ctx.global_composite_operation = operator
        ctx.fill_style = "rgb(240 180 20 / 80%)"
        disc(ctx)
        ctx.fill()

    return draw


def _mixed(operator: str) -> Draw:
    def draw(ctx: Context, width: int, height: int) -> None:
        backdrop_square(ctx)
        gradient = ctx.create_linear_gradient(8, 60, 72, 60)
        gradient.add_color_stop(0, "rgb(255 255 255 / 90%)")
        gradient.add_color_stop(1, "rgb(220 0 60 / 40%)")
        ctx.fill_style = gradient
        ctx.begin_path()
        ctx.rect(4, 4, 72, 72)
        ctx.arc(40, 40, 12, 0, 2 * pi, True)
        ctx.clip("evenodd")
        ctx.global_composite_operation = operator
        ctx.global_alpha = 0.9
        disc(ctx, 40, 44, 32.5)
        ctx.fill()
        ctx.global_composite_operation = "source-over"
        ctx.draw_image(soft_disc(16), 50, 4, 26, 26)

    return draw


def _pictures(operator: str) -> Draw:
    def draw(ctx: Context, width: int, height: int) -> None:
        ctx.draw_image(soft_disc(16), 2, 2, 60, 60)
        ctx.save()
        ctx.global_composite_operation = operator
        ctx.translate(44, 10)
        ctx.rotate(0.5)
        ctx.draw_image(letter_f(), 0, 0, 40, 48)
        ctx.restore()
        ctx.global_composite_operation = operator
        x = [20.0] if operator in UNBOUNDED else [20.0, 26.0, 60.0]
        ctx.fill_circles(
            x, 44, 22.5, color=[(0.9, 0.5, 0.2, 0.7), (0.1, 0.9, 0.4, 1.0), (0.4, 0.4, 1.0, 0.4)][: len(x)]
        )

    return draw


def _register() -> None:
    """Register each operator in each setting: five scenes each."""
    for operator in OPERATORS:
        for setting, make in (
            ("opaque", _opaque),
            ("translucent", _translucent),
            ("clipped", _clipped),
            ("with_gradient_hole_and_alpha", _mixed),
            ("with_images_and_a_batch", _pictures),
        ):
            draw = make(operator)
            draw.__name__ = f"operator_{operator.replace('-', '_')}_{setting}"
            scene(80, 80, topics=("operators", operator))(draw)


_register()


@scene(80, 80, topics=("operators", "images"))
def operator_multiply_tints_an_image(ctx: Context, width: int, height: int) -> None:
    """A letter tinted by a pink square: white becomes pink, dark stays dark."""
    ctx.draw_image(letter_f(), 8, 8, 64, 64)
    ctx.global_composite_operation = "multiply"
    ctx.fill_style = "pink"
    ctx.fill_rect(20, 20, 56, 56)


@scene(80, 80, topics=("operators", "strokes"))
def operator_destination_out_erases_with_strokes(ctx: Context, width: int, height: int) -> None:
    """A soft cross and a dashed ring rubbed out of a plate."""
    ctx.fill_style = "darkolivegreen"
    ctx.fill_rect(6, 6, 68, 68)
    ctx.global_composite_operation = "destination-out"
    ctx.line_width, ctx.line_cap = 8, "round"
    ctx.begin_path()
    ctx.move_to(24, 24)
    ctx.line_to(56, 56)
    ctx.move_to(56, 24)
    ctx.line_to(24, 56)
    ctx.stroke()
    ctx.line_width, ctx.line_cap = 4, "butt"
    ctx.set_line_dash([7, 4])
    disc(ctx, 40, 40, 28)
    ctx.stroke()


@scene(80, 80, topics=("operators", "images"))
def operator_source_in_masks_an_image(ctx: Context, width: int, height: int) -> None:
    """A letter cut out by a disc that was there before."""
    disc(ctx, 40, 40, 30)
    ctx.fill()
    ctx.global_composite_operation = "source-in"
    ctx.draw_image(letter_f(), 4, 4, 72, 72)


@scene(80, 80, topics=("operators",))
def operator_sequence(ctx: Context, width: int, height: int) -> None:
    """Operators one after the other, twice each: order is kept."""
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, width, height)
    for i in range(10):
        ctx.global_composite_operation = ("source-over", "multiply", "destination-out", "multiply", "source-over")[
            i % 5
        ]
        ctx.fill_style = f"hsl({i * 36} 80% 55% / 75%)"
        disc(ctx, 16 + 5.5 * i, 20 + 4 * i, 15)
        ctx.fill()
