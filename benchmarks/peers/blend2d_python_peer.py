"""blend2d-python's side of the jobs. It has no clip by a path, so that job is missing."""

from __future__ import annotations

from functools import lru_cache, partial

import blend2d as b2
import numpy as np
from blend2d_python_marks import markers, weighted_lines  # noqa: F401
from jobs import (
    FONT_PX,
    HALO_PX,
    ICON_KINDS,
    PATH_ICON_KINDS,
    SKY,
    Label,
    Pixels,
    by_threads,
    circle_rows,
    css_rgba,
    data,
    font_file,
    game_labels,
    game_sprite,
    halo_labels,
    in_turn,
    line_rows,
    path_icons,
    sprite_set,
    text_lines,
)
from jobs import game as game_frames
from jobs import gradients as gradient_list
from jobs import icons as icon_kinds
from jobs import labels as label_list

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


OPERATORS = {
    "source-over": b2.BLCompOp.SRC_OVER,
    "multiply": b2.BLCompOp.MULTIPLY,
    "screen": b2.BLCompOp.SCREEN,
}


def gradients() -> Pixels:
    image, ctx = surface()
    ctx.set_fill_style((128 / 255, 128 / 255, 128 / 255, 1.0))
    ctx.fill_all()
    for x, y, line, circle, stops, operator in gradient_list():
        paint = b2.create_linear_gradient(*line) if line else b2.create_radial_gradient(*circle[:2], *circle)
        for offset, color in stops:
            paint.add_stop(offset, (*color, 1.0))
        ctx.set_fill_style(paint)
        ctx.comp_op = OPERATORS[operator]
        ctx.fill_rect(b2.BLRect(x, y, 200, 200))
    return pixels(image, ctx)


@lru_cache(None)
def image_of(frame: bytes, height: int) -> b2.BLImage:
    """An image of straight RGBA, a pixel after another: the package takes no array, and a file has other channels."""
    pixels = np.frombuffer(frame, np.uint8).reshape(height, -1, 4) / 255
    image = b2.BLImage(pixels.shape[1], height, b2.BLFormat.PRGB32)
    ctx = b2.BLContext(image)
    ctx.clear_all()
    for y, row in enumerate(pixels.tolist()):
        for x, color in enumerate(row):
            ctx.set_fill_style(tuple(color))
            ctx.fill_rect(b2.BLRect(x, y, 1, 1))
    ctx.flush()
    return image


def sprites() -> Pixels:
    image, ctx = surface()
    images, corner = [image_of(frame.tobytes(), 32) for frame in D.frames], b2.BLPoint(-16, -16)
    for matrix, k in D.sprite_list:
        ctx.reset_transform()
        ctx.transform(b2.Matrix2D(*matrix))
        ctx.blit_image(corner, images[k])
    return pixels(image, ctx)


def sheet_sprites(job: str) -> Pixels:
    """The sprites of a sheet. The package cannot switch smoothing off, and has no smaller copies of images."""
    made = sprite_set(job)
    image, ctx = surface(*made.size)
    sheet, (_, h, w, _) = image_of(made.sheet.tobytes(), made.frames.shape[1]), made.frames.shape
    corner = b2.BLPoint(-w / 2, -h / 2)
    ctx.comp_op = b2.BLCompOp.PLUS if made.operator == "lighter" else b2.BLCompOp.SRC_OVER
    for matrix, k, alpha in made.rows:
        ctx.reset_transform()
        ctx.transform(b2.Matrix2D(*matrix))
        ctx.global_alpha = alpha
        ctx.blit_image(corner, sheet, b2.BLRectI(k * w, 0, w, h))
    return pixels(image, ctx)


tiles, scaled_down = partial(sheet_sprites, "tiles"), partial(sheet_sprites, "scaled_down")
faded, lit = partial(sheet_sprites, "faded"), partial(sheet_sprites, "lit")


def game() -> Pixels:
    image, ctx = surface(1280, 720)
    sprite = image_of(game_sprite().tobytes(), 32)
    sky = b2.create_linear_gradient(0, 0, 0, 720)
    for offset, color in SKY:
        sky.add_stop(offset, (*color, 1.0))
    for frame in game_frames():
        ctx.set_fill_style(sky)
        ctx.fill_rect(b2.BLRect(0, 0, 1280, 720))
        ctx.set_fill_style((0.2, 0.5, 0.3, 0.7))
        for path in frame.paths:
            ctx.fill_path(traced("lines", path))
        for x, y, angle in frame.sprites:
            ctx.save()
            ctx.translate(x, y)
            ctx.rotate(angle)
            ctx.blit_image(b2.BLPoint(-16, -16), sprite)
            ctx.restore()
        for x, y, radius, alpha in frame.particles:
            ctx.set_fill_style((1.0, 0.9, 0.5, alpha))
            ctx.fill_circle(x, y, radius)
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


@lru_cache(None)
def css(color: str) -> tuple[float, float, float, float]:
    r, g, b, a = css_rgba(color)
    return r / 255, g / 255, b / 255, a


def traced(shape: str, numbers: list[float]) -> b2.BLPath:
    path = b2.BLPath()
    if shape == "lines":
        path.move_to(*numbers[:2])
        path.line_to(*numbers[2:4])
        path.line_to(*numbers[4:6])
        path.line_to(*numbers[6:])
    elif shape == "curves":
        path.move_to(*numbers[:2])
        path.cubic_to(*numbers[2:8])
        path.cubic_to(*numbers[8:])
    elif shape == "arc":
        x, y, r, start, end = numbers
        path.arc_to(x, y, r, r, start, end - start, True)
    else:
        x, y, w, h, r = numbers
        path.add_round_rect(b2.BLRect(x, y, w, h), r, r)
    return path


def path_icon(i: int) -> Pixels:
    icon = path_icons()[i % PATH_ICON_KINDS]
    image, ctx = surface(64, 64)
    for rect, color in icon.rects:
        ctx.set_fill_style(css(color))
        ctx.fill_rect(b2.BLRect(*rect))
    for shape, numbers, color, width in icon.paths:
        path = traced(shape, numbers)
        if width:
            ctx.set_stroke_style(css(color))
            ctx.stroke_width = width
            ctx.stroke_path(path)
        else:
            ctx.set_fill_style(css(color))
            ctx.fill_path(path)
    return pixels(image, ctx)


def icons_paths() -> Pixels:
    return in_turn(path_icon)


def icons_paths_threads() -> Pixels:
    return by_threads(path_icon)


@lru_cache(1)
def font() -> b2.BLFont:
    return b2.BLFont.create_new(b2.BLFontFace.create_from_file(font_file()), float(FONT_PX))


def fill_labels(ctx: b2.BLContext, texts: list[Label]) -> None:
    face = font()
    ctx.set_fill_style((0.0, 0.0, 0.0, 1.0))
    for text, x, y in texts:
        ctx.fill_text(b2.BLPoint(x, y), face, text)


def text() -> Pixels:
    image, ctx = surface(800, 2900)
    fill_labels(ctx, text_lines())
    return pixels(image, ctx)


def labels() -> Pixels:
    image, ctx = surface()
    fill_labels(ctx, label_list())
    return pixels(image, ctx)


def halos() -> Pixels:
    image, ctx = surface()
    face = font()
    ctx.stroke_width = float(HALO_PX)
    ctx.stroke_join = b2.BLStrokeJoin.JOIN_ROUND
    ctx.set_stroke_style((1.0, 1.0, 1.0, 1.0))
    ctx.set_fill_style((0.0, 0.0, 0.0, 1.0))
    for text, x, y in halo_labels():
        ctx.stroke_text(b2.BLPoint(x, y), face, text)
        ctx.fill_text(b2.BLPoint(x, y), face, text)
    return pixels(image, ctx)


def labelled_game() -> Pixels:
    image, ctx = surface(1280, 720)
    for frame in game_labels():
        ctx.clear_all()
        fill_labels(ctx, frame)
        out = pixels(image, ctx)
    return out
