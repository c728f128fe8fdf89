"""Pictures that are recorded once and drawn again: placed, turned, cut, nested, as a whole."""

from __future__ import annotations

from math import pi

import numpy as np

import gpucanvas

from .images import photo
from .registry import Context, scene

SIDE = 48


def badge() -> gpucanvas.Picture:
    """A badge of all that a picture may hold: paths, gradients, a pattern, an image, text, a batch, a clip, layers."""
    recording = gpucanvas.Recording(SIDE, SIDE)
    ctx = recording.get_context("2d")
    fade = ctx.create_radial_gradient(18, 16, 2, 24, 24, 26)
    fade.add_color_stop(0, "ivory")
    fade.add_color_stop(1, "teal")
    ctx.fill_style = fade
    ctx.begin_path()
    ctx.arc(24, 24, 22, 0, 2 * pi)
    ctx.fill()
    ctx.save()
    ctx.clip()
    checks = np.zeros((2, 2, 4), np.uint8)
    checks[0, 0] = checks[1, 1] = (180, 30, 60, 160)
    ctx.fill_style = ctx.create_pattern(checks)
    ctx.fill_rect(0, 30, 48, 18)
    ctx.draw_image(photo(16, 12), 4, 6, 16, 12)
    ctx.restore()
    ctx.save()
    ctx.translate(30, 14)
    ctx.rotate(0.3)
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "rgba(0, 0, 0, 0.7)", 3, 2
    ctx.fill_style = "gold"
    ctx.fill_rect(-6, -6, 12, 12)
    ctx.stroke_style, ctx.line_width = "black", 1.5
    ctx.begin_path()
    ctx.move_to(-8, 10)
    ctx.quadratic_curve_to(0, 2, 8, 10)
    ctx.stroke()
    ctx.restore()
    with ctx.layer("blur(1px)", alpha=0.7):
        ctx.fill_circles([12, 20, 28], [36, 38, 36], 4, color="navy")
    ctx.fill_style = "black"
    ctx.font = "bold 12px sans-serif"
    ctx.fill_text("Ag", 16, 30)
    ctx.set_line_dash([3, 2])
    ctx.stroke_rect(2.5, 2.5, 43, 43)
    return recording.freeze()


@scene(160, 112, topics=("pictures",))
def picture_replayed_under_transforms(ctx: Context, width: int, height: int) -> None:
    """One picture: as it is, scaled, turned, mirrored."""
    picture = badge()
    ctx.draw_picture(picture, 4, 4)
    ctx.draw_picture(picture, 60, 2, 72, 60)
    ctx.translate(30, 82)
    ctx.rotate(0.5)
    ctx.draw_picture(picture, -24, -24)
    ctx.set_transform(-0.8, 0.1, 0.2, 0.9, 130, 62)
    ctx.draw_picture(picture)


@scene(128, 64, topics=("pictures", "clips"))
def picture_cut_with_the_clip(ctx: Context, width: int, height: int) -> None:
    """The clip of the replay cuts the picture's own."""
    picture = badge()
    ctx.save()
    ctx.begin_path()
    ctx.arc(28, 32, 20, 0, 2 * pi)
    ctx.clip()
    ctx.draw_picture(picture, 4, 8)
    ctx.restore()
    ctx.translate(70, 10)
    ctx.rotate(0.2)
    ctx.begin_path()
    ctx.rect(6, 6, 30, 26)
    ctx.clip()
    ctx.draw_picture(picture)


@scene(160, 64, topics=("pictures", "operators"))
def picture_as_a_whole(ctx: Context, width: int, height: int) -> None:
    """Opacity, an operator, a filter and a shadow are the whole picture's."""
    picture = badge()
    ctx.fill_style = "khaki"
    ctx.fill_rect(0, 20, width, 20)
    ctx.global_alpha = 0.5
    ctx.draw_picture(picture, 2, 8)
    ctx.global_alpha = 1
    ctx.global_composite_operation = "multiply"
    ctx.draw_picture(picture, 40, 8)
    ctx.global_composite_operation = "source-over"
    ctx.filter = "sepia()"
    ctx.draw_picture(picture, 80, 8)
    ctx.filter = "none"
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_y = "navy", 4, 4
    ctx.draw_picture(picture, 118, 6, 40, 40)


@scene(144, 96, topics=("pictures",))
def picture_of_pictures(ctx: Context, width: int, height: int) -> None:
    """A row of badges in a ring of rows, and a group among them."""
    row = gpucanvas.Recording(100, SIDE)
    inner = row.get_context("2d")
    picture = badge()
    for k in range(3):
        inner.draw_picture(picture, 26 * k, 0, 24, 24)
    inner.global_alpha = 0.6
    inner.draw_picture(picture, 78, 0, 24, 24)
    wheel = gpucanvas.Recording(width, height)
    outer = wheel.get_context("2d")
    outer.translate(48, 48)
    frozen = row.freeze()
    for k in range(3):
        outer.rotate(0.7 * k)
        outer.draw_picture(frozen, -10, -20)
    ctx.draw_picture(wheel.freeze())
    ctx.draw_picture(wheel.freeze(), 96, 0, 60, 40)
