"""blend2d-python's side of the jobs. It has no clip by a path, so that job is missing."""

from __future__ import annotations

import blend2d as b2
from jobs import ICON_KINDS, Pixels, circle_rows, data, line_rows
from jobs import icons as icon_kinds

CHANNELS, PREMULTIPLIED = (0, 1, 2, 3), True
D = data()
KINDS = icon_kinds()
COLORS = [tuple(v / 255 for v in color) for color in D.rect_color_list]


def surface(width: int = 800, height: int = 600) -> tuple[b2.BLImage, b2.BLContext]:
    image = b2.BLImage(width, height, b2.BLFormat.PRGB32)
    ctx = b2.BLContext(image)
    ctx.clear_all()
    return image, ctx


def pixels(image: b2.BLImage, ctx: b2.BLContext) -> Pixels:
    ctx.flush()
    return image.getDataAsNumPy()


def fills(alpha: float) -> Pixels:
    image, ctx = surface()
    ctx.set_fill_style((0.8, 0.2, 0.1, alpha))
    rect = b2.BLRect(0, 0, 800, 600)
    for _ in range(1000):
        ctx.fill_rect(rect)
    return pixels(image, ctx)


def opaque_fills() -> Pixels:
    return fills(1.0)


def alpha_fills() -> Pixels:
    return fills(0.5)


def rects_10k() -> Pixels:
    image, ctx = surface()
    for rect, color in zip(D.rect_list, COLORS, strict=True):
        ctx.set_fill_style(color)
        ctx.fill_rect(b2.BLRect(*rect))
    return pixels(image, ctx)


def rects_100k() -> Pixels:
    image, ctx = surface()
    ctx.set_fill_style((0.1, 0.4, 0.8, 0.5))
    for rect in D.small_list:
        ctx.fill_rect(b2.BLRect(*rect))
    return pixels(image, ctx)


def circles_1m() -> Pixels:
    image, ctx = surface()
    for x, y, color in circle_rows(1.0):
        ctx.set_fill_style(color)
        ctx.fill_circle(x, y, 3)
    return pixels(image, ctx)


def stroke_lines(ctx: b2.BLContext, lines: list[list[list[float]]]) -> None:
    for line in lines:
        path = b2.BLPath()
        path.move_to(*line[0])
        for x, y in line:
            path.line_to(x, y)
        ctx.stroke_path(path)


def polylines() -> Pixels:
    image, ctx = surface()
    ctx.set_stroke_style((0.0, 0.0, 0.5, 0.5))
    ctx.stroke_width = 1.5
    stroke_lines(ctx, line_rows("lines"))
    return pixels(image, ctx)


def chart_frames() -> Pixels:
    image, ctx = surface()
    ctx.set_stroke_style((0.0, 0.0, 0.0, 1.0))
    ctx.stroke_width = 1.5
    for _ in range(100):
        ctx.clear_all()
        stroke_lines(ctx, line_rows("chart"))
        out = pixels(image, ctx)
    return out


def vector() -> Pixels:
    paths = []
    for points, color, width in D.vector:
        path = b2.BLPath()
        path.move_to(*points[0])
        for j in range(1, 25, 3):
            path.cubic_to(*points[j], *points[j + 1], *points[j + 2])
        path.close()
        paths.append((path, (*(v / 255 for v in color), 1.0), width))
    for k in range(10):
        image, ctx = surface(1000, 1000)
        ctx.translate(500, 500)
        ctx.rotate(k * 0.1)
        ctx.translate(-500, -500)
        ctx.set_stroke_style((0.0, 0.0, 0.0, 1.0))
        for path, color, width in paths:
            ctx.set_fill_style(color)
            ctx.fill_path(path)
            if width:
                ctx.stroke_width = width
                ctx.stroke_path(path)
        out = pixels(image, ctx)
    return out


def icons() -> Pixels:
    for i in range(5000):
        image, ctx = surface(64, 64)
        for rect, k in KINDS[i % ICON_KINDS]:
            ctx.set_fill_style(COLORS[k])
            ctx.fill_rect(b2.BLRect(*rect))
        out = pixels(image, ctx)
    return out
