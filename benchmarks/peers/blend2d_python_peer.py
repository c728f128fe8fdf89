"""blend2d-python's side of the jobs. It has no clip by a path, so that job is missing."""

from __future__ import annotations

import blend2d as b2
from jobs import data, icon_rects

D = data()
COLORS = [tuple(color) for color in D.rect_color_list]


def surface(width=800, height=600):
    image = b2.BLImage(width, height, b2.BLFormat.PRGB32)
    ctx = b2.BLContext(image)
    ctx.clear_all()
    return image, ctx


def pixels(image, ctx):
    ctx.flush()
    return image.getDataAsNumPy()[..., [2, 1, 0, 3]]


def fills(alpha):
    image, ctx = surface()
    ctx.set_fill_style((204, 51, 26, alpha))
    rect = b2.BLRect(0, 0, 800, 600)
    for _ in range(1000):
        ctx.fill_rect(rect)
    return pixels(image, ctx)


def opaque_fills():
    return fills(255)


def alpha_fills():
    return fills(128)


def rects_10k():
    image, ctx = surface()
    for rect, color in zip(D.rect_list, COLORS, strict=True):
        ctx.set_fill_style(color)
        ctx.fill_rect(b2.BLRect(*rect))
    return pixels(image, ctx)


def rects_100k():
    image, ctx = surface()
    ctx.set_fill_style((26, 102, 204, 128))
    for rect in D.small_list:
        ctx.fill_rect(b2.BLRect(*rect))
    return pixels(image, ctx)


def circles_1m():
    image, ctx = surface()
    for (x, y), color in zip(D.circles.tolist(), D.circle_colors.tolist(), strict=True):
        ctx.set_fill_style(tuple(color))
        ctx.fill_circle(x, y, 3)
    return pixels(image, ctx)


def stroke_lines(ctx, lines):
    for line in lines:
        path = b2.BLPath()
        points = line.tolist()
        path.move_to(*points[0])
        for x, y in points[1:]:
            path.line_to(x, y)
        ctx.stroke_path(path)


def polylines():
    image, ctx = surface()
    ctx.set_stroke_style((0, 0, 128, 128))
    ctx.stroke_width = 1.5
    stroke_lines(ctx, D.lines)
    return pixels(image, ctx)


def chart_frames():
    image, ctx = surface()
    ctx.set_stroke_style((0, 0, 0, 255))
    ctx.stroke_width = 1.5
    for _ in range(100):
        ctx.clear_all()
        stroke_lines(ctx, D.chart)
        out = pixels(image, ctx)
    return out


def vector():
    paths = []
    for points, color, width in D.vector:
        path = b2.BLPath()
        path.move_to(*points[0])
        for j in range(1, 25, 3):
            path.cubic_to(*points[j], *points[j + 1], *points[j + 2])
        path.close()
        paths.append((path, (*color, 255), width))
    for k in range(10):
        image, ctx = surface(1000, 1000)
        ctx.translate(500, 500)
        ctx.rotate(k * 0.1)
        ctx.translate(-500, -500)
        ctx.set_stroke_style((0, 0, 0, 255))
        for path, color, width in paths:
            ctx.set_fill_style(color)
            ctx.fill_path(path)
            if width:
                ctx.stroke_width = width
                ctx.stroke_path(path)
        out = pixels(image, ctx)
    return out


def icons():
    for i in range(5000):
        image, ctx = surface(64, 64)
        rects, rows = icon_rects(i)
        for rect, k in zip(rects, rows, strict=True):
            ctx.set_fill_style(COLORS[k])
            ctx.fill_rect(b2.BLRect(*rect))
        out = pixels(image, ctx)
    return out
