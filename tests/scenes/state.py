"""The drawing state: saved, restored, reset, and what of it the current path is not."""

from __future__ import annotations

from .registry import Context, scene


@scene(96, 64, topics=("state",))
def state_saved_and_restored(ctx: Context, width: int, height: int) -> None:
    """Frames from outside to inside and back: the right half mirrors the left."""
    colours = ("navy", "teal", "olive", "maroon")
    for i, colour in enumerate(colours):
        ctx.fill_style, ctx.stroke_style, ctx.line_width = colour, "black", 1 + i
        ctx.global_alpha = 1 - 0.15 * i
        ctx.save()
        ctx.fill_rect(4 + 11 * i, 8 + 4 * i, 9, 48 - 8 * i)
    for i in reversed(range(4)):
        ctx.restore()
        ctx.fill_rect(83 - 11 * i, 8 + 4 * i, 9, 48 - 8 * i)


@scene(64, 64, topics=("state",))
def state_restore_without_save(ctx: Context, width: int, height: int) -> None:
    """A restore too many changes nothing: a purple square, turned."""
    ctx.fill_style = "purple"
    ctx.translate(32, 32)
    ctx.rotate(0.5)
    ctx.restore()
    ctx.fill_rect(-18, -18, 36, 36)


@scene(64, 64, topics=("state",))
def state_reset_clears_everything(ctx: Context, width: int, height: int) -> None:
    """After a reset only a black square is seen: the red is gone, so are transform, clip, alpha and path."""
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, width, height)
    ctx.translate(20, 20)
    ctx.global_alpha = 0.2
    ctx.global_composite_operation = "multiply"
    ctx.rect(0, 0, 10, 10)
    ctx.clip()
    ctx.save()
    ctx.reset()
    ctx.restore()
    ctx.fill()
    ctx.fill_rect(16, 16, 32, 32)


@scene(96, 64, topics=("state", "paths"))
def state_does_not_hold_the_path(ctx: Context, width: int, height: int) -> None:
    """The path outlives a restore: both triangles are filled, in the colour of before."""
    ctx.fill_style = "darkorange"
    ctx.begin_path()
    ctx.move_to(8, 56)
    ctx.line_to(26, 8)
    ctx.line_to(44, 56)
    ctx.save()
    ctx.fill_style = "red"
    ctx.move_to(52, 56)
    ctx.line_to(70, 8)
    ctx.line_to(88, 56)
    ctx.restore()
    ctx.fill()


@scene(96, 64, topics=("state", "clear"))
def state_clear_rect_punches_holes(ctx: Context, width: int, height: int) -> None:
    """Windows cut in a wall: crisp, soft-edged and turned; alpha and operator do not matter."""
    ctx.fill_style = "sienna"
    ctx.fill_rect(4, 4, 88, 56)
    ctx.global_alpha = 0.3
    ctx.global_composite_operation = "multiply"
    ctx.clear_rect(12, 12, 16, 40)
    ctx.clear_rect(34.5, 12.5, 16, 39)
    ctx.translate(72, 32)
    ctx.rotate(0.5)
    ctx.clear_rect(-10, -14, 20, 28)


@scene(96, 64, topics=("state", "clear", "clips"))
def state_clear_rect_obeys_the_clip(ctx: Context, width: int, height: int) -> None:
    """A clear of everything under a round clip leaves a round hole."""
    ctx.fill_style = "steelblue"
    ctx.fill_rect(0, 0, width, height)
    ctx.begin_path()
    ctx.ellipse(48, 32, 36, 22, 0.2, 0, 6.283185307179586)
    ctx.clip()
    ctx.clear_rect(0, 0, width, height)


@scene(96, 48, topics=("state", "alpha"))
def state_global_alpha_multiplies(ctx: Context, width: int, height: int) -> None:
    """Black bars at alphas 1, 3/4, 1/2, 1/4; the lower half is half as dark by its colour."""
    for i, alpha in enumerate((1.0, 0.75, 0.5, 0.25)):
        ctx.global_alpha = alpha
        ctx.fill_style = "black"
        ctx.fill_rect(4 + 23 * i, 4, 19, 20)
        ctx.fill_style = "rgb(0 0 0 / 50%)"
        ctx.fill_rect(4 + 23 * i, 24, 19, 20)
