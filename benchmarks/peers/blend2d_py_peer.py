"""blend2d-py's side of the jobs. It neither strokes nor clips nor draws curves, so those jobs are missing."""

from __future__ import annotations

import blend2d as b2
from jobs import data, icon_rects

D = data()
COLORS = [tuple(color) for color in D.rect_color_list]


def surface(width=800, height=600):
    image = b2.Image(width, height)
    return image, b2.Context(image)


def pixels(image, ctx):
    ctx.end()
    return image.asarray()[..., [2, 1, 0, 3]]


def fills(alpha):
    image, ctx = surface()
    ctx.set_fill_style_rgba(204, 51, 26, alpha)
    for _ in range(1000):
        ctx.fill_rect(0, 0, 800, 600)
    return pixels(image, ctx)


def opaque_fills():
    return fills(255)


def alpha_fills():
    return fills(128)


def rects_10k():
    image, ctx = surface()
    for rect, color in zip(D.rect_list, COLORS, strict=True):
        ctx.set_fill_style_rgba(*color)
        ctx.fill_rect(*rect)
    return pixels(image, ctx)


def rects_100k():
    image, ctx = surface()
    ctx.set_fill_style_rgba(26, 102, 204, 128)
    for rect in D.small_list:
        ctx.fill_rect(*rect)
    return pixels(image, ctx)


def circles_1m():
    image, ctx = surface()
    for (x, y), color in zip(D.circles.tolist(), D.circle_colors.tolist(), strict=True):
        ctx.set_fill_style_rgba(*color)
        ctx.fill_circle(x, y, 3)
    return pixels(image, ctx)


def icons():
    for i in range(5000):
        image, ctx = surface(64, 64)
        rects, rows = icon_rects(i)
        for rect, k in zip(rects, rows, strict=True):
            ctx.set_fill_style_rgba(*COLORS[k])
            ctx.fill_rect(*rect)
        out = pixels(image, ctx)
    return out
