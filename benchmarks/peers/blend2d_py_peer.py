"""blend2d-py's side of the jobs. It neither strokes nor clips nor draws curves, so those jobs are missing."""

from __future__ import annotations

import blend2d as b2
from jobs import ICON_KINDS, Pixels, circle_rows, data
from jobs import icons as icon_kinds

CHANNELS, PREMULTIPLIED = (2, 1, 0, 3), True
D = data()
KINDS = icon_kinds()
KEPT: list[b2.Image] = []
COLORS = [tuple(color) for color in D.rect_color_list]


def surface(width: int = 800, height: int = 600) -> tuple[b2.Image, b2.Context]:
    image = b2.Image(width, height)
    ctx = b2.Context(image)
    # A new image has whatever its memory had.
    ctx.set_comp_op(b2.CompOp.SRC_COPY)
    ctx.set_fill_style_rgba(0, 0, 0, 0)
    ctx.fill_all()
    ctx.set_comp_op(b2.CompOp.SRC_OVER)
    return image, ctx


def pixels(image: b2.Image, ctx: b2.Context) -> Pixels:
    ctx.end()
    # The array is a view that does not keep its image: without this it shows freed memory.
    KEPT[:] = [image]
    return image.asarray()


def fills(alpha: int) -> Pixels:
    image, ctx = surface()
    ctx.set_fill_style_rgba(204, 51, 26, alpha)
    for _ in range(1000):
        ctx.fill_rect(0, 0, 800, 600)
    return pixels(image, ctx)


def opaque_fills() -> Pixels:
    return fills(255)


def alpha_fills() -> Pixels:
    return fills(128)


def rects_10k() -> Pixels:
    image, ctx = surface()
    for rect, color in zip(D.rect_list, COLORS, strict=True):
        ctx.set_fill_style_rgba(*color)
        ctx.fill_rect(*rect)
    return pixels(image, ctx)


def rects_100k() -> Pixels:
    image, ctx = surface()
    ctx.set_fill_style_rgba(26, 102, 204, 128)
    for rect in D.small_list:
        ctx.fill_rect(*rect)
    return pixels(image, ctx)


def circles_1m() -> Pixels:
    image, ctx = surface()
    for x, y, color in circle_rows(255):
        ctx.set_fill_style_rgba(*color)
        ctx.fill_circle(x, y, 3)
    return pixels(image, ctx)


def icons() -> Pixels:
    for i in range(5000):
        image, ctx = surface(64, 64)
        for rect, k in KINDS[i % ICON_KINDS]:
            ctx.set_fill_style_rgba(*COLORS[k])
            ctx.fill_rect(*rect)
        out = pixels(image, ctx)
    return out
