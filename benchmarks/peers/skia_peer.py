"""skia-python's side of the jobs: raster, or with SKIA_GL=1 its OpenGL backend on an EGL context."""

from __future__ import annotations

import os
from functools import lru_cache, partial
from typing import Any

import numpy as np
import skia
import skia_marks
from jobs import (
    BLUR_SIGMA,
    CARD_RADIUS,
    FONT_PX,
    HALO_PX,
    ICON_KINDS,
    PATH_ICON_KINDS,
    SHADOW_BLUR,
    SHADOW_OFFSET,
    SKY,
    ZOOM,
    Label,
    Pixels,
    blur_places,
    blurred,
    by_threads,
    cards,
    circle_rows,
    coasts,
    css_rgba,
    data,
    font_file,
    game_labels,
    game_sprite,
    grid_lines,
    halo_labels,
    in_turn,
    line_rows,
    path_icons,
    sprite_set,
    text_lines,
)
from jobs import cells as cell_list
from jobs import game as game_frames
from jobs import gradients as gradient_list
from jobs import icons as icon_kinds
from jobs import labels as label_list

CHANNELS, PREMULTIPLIED = (2, 1, 0, 3), True
D = data()
KINDS = icon_kinds()
COLORS = [skia.Color4f(*(v / 255 for v in color)) for color in D.rect_color_list]
DEGREES = 180 / np.pi
GL = None
if os.environ.get("SKIA_GL"):
    import moderngl

    CONTEXT = moderngl.create_context(standalone=True, backend="egl")
    # Without an interface MakeGL looks for GLX, finds none and returns None.
    GL = skia.GrDirectContext.MakeGL(skia.GrGLInterface.MakeEGL())
    if GL is None:
        raise SystemExit("skia finds no OpenGL by EGL: install a driver, or leave out --peers 'skia gl'")


def surface(width: int = 800, height: int = 600) -> tuple[skia.Surface, skia.Canvas]:
    info = skia.ImageInfo.MakeN32Premul(width, height)
    made = skia.Surface.MakeRenderTarget(GL, skia.Budgeted.kNo, info) if GL else skia.Surface.MakeRaster(info)
    ctx = made.getCanvas()
    ctx.clear(0)
    return made, ctx


def pixels(made: skia.Surface) -> Pixels:
    out = np.empty((made.height(), made.width(), 4), np.uint8)
    if not made.readPixels(made.imageInfo(), out, out.strides[0]):
        raise RuntimeError("skia could not read its pixels back")
    return out


def paint(color: skia.Color4f, **options: Any) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Color4f=color, **options)


def fills(alpha: float) -> Pixels:
    made, ctx = surface()
    brush = paint(skia.Color4f(0.8, 0.2, 0.1, alpha))
    rect = skia.Rect.MakeXYWH(0, 0, 800, 600)
    for _ in range(1000):
        ctx.drawRect(rect, brush)
    return pixels(made)


def opaque_fills() -> Pixels:
    return fills(1)


def alpha_fills() -> Pixels:
    return fills(0.5)


def rects_10k() -> Pixels:
    made, ctx = surface()
    brush = paint(COLORS[0])
    for rect, color in zip(D.rect_list, COLORS, strict=True):
        brush.setColor4f(color)
        ctx.drawRect(skia.Rect.MakeXYWH(*rect), brush)
    return pixels(made)


def rects_100k() -> Pixels:
    made, ctx = surface()
    brush = paint(skia.Color4f(0.1, 0.4, 0.8, 0.5))
    for rect in D.small_list:
        ctx.drawRect(skia.Rect.MakeXYWH(*rect), brush)
    return pixels(made)


def circles_1m() -> Pixels:
    made, ctx = surface()
    brush = paint(COLORS[0])
    for x, y, (r, g, b, a) in circle_rows(255):
        brush.setColor(a << 24 | r << 16 | g << 8 | b)
        ctx.drawCircle(x, y, 3, brush)
    return pixels(made)


def stroke_lines(ctx: skia.Canvas, lines: list[list[list[float]]], brush: skia.Paint) -> None:
    for line in lines:
        path = skia.Path()
        path.addPoly([skia.Point(x, y) for x, y in line], False)
        ctx.drawPath(path, brush)


def polylines() -> Pixels:
    made, ctx = surface()
    brush = paint(skia.Color4f(0, 0, 0.5, 0.5), Style=skia.Paint.kStroke_Style, StrokeWidth=1.5, StrokeMiter=10)
    stroke_lines(ctx, line_rows("lines"), brush)
    return pixels(made)


def chart_frames() -> Pixels:
    made, ctx = surface()
    brush = paint(skia.Color4f(0, 0, 0, 1), Style=skia.Paint.kStroke_Style, StrokeWidth=1.5, StrokeMiter=10)
    for _ in range(100):
        ctx.clear(0)
        stroke_lines(ctx, line_rows("chart"), brush)
        out = pixels(made)
    return out


def vector() -> Pixels:
    paths = []
    for points, color, width in D.vector:
        path = skia.Path()
        path.moveTo(*points[0])
        for j in range(1, 25, 3):
            path.cubicTo(*points[j], *points[j + 1], *points[j + 2])
        path.close()
        fill = paint(skia.Color4f(*(v / 255 for v in color), 1))
        pen = paint(skia.Color4f(0, 0, 0, 1), Style=skia.Paint.kStroke_Style, StrokeWidth=width, StrokeMiter=10)
        paths.append((path, fill, pen if width else None))
    for k in range(10):
        made, ctx = surface(1000, 1000)
        ctx.rotate(np.degrees(k * 0.1), 500, 500)
        for path, fill, pen in paths:
            ctx.drawPath(path, fill)
            if pen:
                ctx.drawPath(path, pen)
        out = pixels(made)
    return out


def dashes() -> Pixels:
    made, ctx = surface()
    pen = paint(skia.Color4f(0, 0.3, 0.6, 0.8), Style=skia.Paint.kStroke_Style, StrokeWidth=2)
    pen.setPathEffect(skia.DashPathEffect.Make([6, 4], 0))
    for x0, y0, x1, y1 in D.dashed_list:
        ctx.drawLine(x0, y0, x1, y1, pen)
    return pixels(made)


def clips() -> Pixels:
    made, ctx = surface(1920, 1080)
    brush = paint(COLORS[0])
    for (x, y, r), color in zip(D.clip_list, COLORS, strict=False):
        ctx.save()
        path = skia.Path()
        path.addCircle(x, y, r)
        ctx.clipPath(path, doAntiAlias=True)
        brush.setColor4f(color)
        ctx.drawRect(skia.Rect.MakeXYWH(x - 200, y - 150, 400, 300), brush)
        ctx.restore()
    return pixels(made)


OPERATORS = {
    "source-over": skia.BlendMode.kSrcOver,
    "multiply": skia.BlendMode.kMultiply,
    "screen": skia.BlendMode.kScreen,
}


def gradients() -> Pixels:
    made, ctx = surface()
    ctx.clear(skia.Color4f(128 / 255, 128 / 255, 128 / 255, 1))
    for x, y, line, circle, stops, operator in gradient_list():
        colors, offsets = [skia.Color4f(*color, 1).toColor() for _, color in stops], [offset for offset, _ in stops]
        if line:
            ends = [skia.Point(*line[:2]), skia.Point(*line[2:])]
            shader = skia.GradientShader.MakeLinear(points=ends, colors=colors, positions=offsets)
        else:
            cx, cy, radius = circle
            shader = skia.GradientShader.MakeRadial((cx, cy), radius, colors, offsets)
        brush = skia.Paint(AntiAlias=True, Shader=shader, BlendMode=OPERATORS[operator])
        ctx.drawRect(skia.Rect.MakeXYWH(x, y, 200, 200), brush)
    return pixels(made)


def shadows() -> Pixels:
    made, ctx = surface()
    blur = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, SHADOW_BLUR / 2)
    under = paint(skia.Color4f(0, 0, 0, 0.5), MaskFilter=blur)
    for x, y, width, height, color in cards():
        box = skia.Rect.MakeXYWH(x, y + SHADOW_OFFSET, width, height)
        ctx.drawRRect(skia.RRect.MakeRectXY(box, CARD_RADIUS, CARD_RADIUS), under)
        box = skia.Rect.MakeXYWH(x, y, width, height)
        ctx.drawRRect(skia.RRect.MakeRectXY(box, CARD_RADIUS, CARD_RADIUS), paint(skia.Color4f(*color, 1)))
    return pixels(made)


def blurs() -> Pixels:
    made, ctx = surface()
    layered = skia.Paint(ImageFilter=skia.ImageFilters.Blur(BLUR_SIGMA, BLUR_SIGMA))
    for (x, y), layer in zip(blur_places(), blurred(), strict=True):
        ctx.saveLayer(skia.Rect.MakeXYWH(x, y, 400, 300), layered)
        for cx, cy, radius, color in layer:
            ctx.drawCircle(x + cx, y + cy, radius, paint(skia.Color4f(*color, 1)))
        ctx.restore()
    return pixels(made)


def game() -> Pixels:
    made, ctx = surface(1280, 720)
    sprite = skia.Image.fromarray(game_sprite(), colorType=skia.kRGBA_8888_ColorType)
    colors = [skia.Color4f(*color, 1).toColor() for _, color in SKY]
    shader = skia.GradientShader.MakeLinear([skia.Point(0, 0), skia.Point(0, 720)], colors, [o for o, _ in SKY])
    sky, hill = skia.Paint(Shader=shader), paint(skia.Color4f(0.2, 0.5, 0.3, 0.7))
    smooth, spark = skia.SamplingOptions(skia.FilterMode.kLinear), paint(skia.Color4f(1, 1, 1, 1))
    for frame in game_frames():
        ctx.drawRect(skia.Rect.MakeWH(1280, 720), sky)
        for path in frame.paths:
            ctx.drawPath(traced("lines", path), hill)
        for x, y, angle in frame.sprites:
            ctx.save()
            ctx.translate(x, y)
            ctx.rotate(angle * DEGREES)
            ctx.drawImage(sprite, -16, -16, smooth)
            ctx.restore()
        for x, y, radius, alpha in frame.particles:
            spark.setColor4f(skia.Color4f(1, 0.9, 0.5, alpha))
            ctx.drawCircle(x, y, radius, spark)
        out = pixels(made)
    return out


def icons() -> Pixels:
    brush = paint(COLORS[0])
    for i in range(5000):
        made, ctx = surface(64, 64)
        for rect, k in KINDS[i % ICON_KINDS]:
            brush.setColor4f(COLORS[k])
            ctx.drawRect(skia.Rect.MakeXYWH(*rect), brush)
        out = pixels(made)
    return out


LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear)


def sprites() -> Pixels:
    made, ctx = surface()
    images = [skia.Image.fromarray(frame, colorType=skia.kRGBA_8888_ColorType) for frame in D.frames]
    brush = skia.Paint(AntiAlias=True)
    for (a, b, c, d, e, f), k in D.sprite_list:
        ctx.setMatrix(skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1))
        ctx.drawImage(images[k], -16, -16, LINEAR, brush)
    return pixels(made)


def sprites_batch() -> Pixels:
    made, ctx = surface()
    sheet = skia.Image.fromarray(D.sheet, colorType=skia.kRGBA_8888_ColorType)
    moves, frames = [], []
    for (a, b, _, _, e, f), k in D.sprite_list:
        moves.append(skia.RSXform(a, b, e - 16 * a + 16 * b, f - 16 * b - 16 * a))
        frames.append(skia.Rect.MakeXYWH(32 * k, 0, 32, 32))
    white = [0xFFFFFFFF] * len(moves)
    ctx.drawAtlas(sheet, moves, frames, white, skia.BlendMode.kModulate, LINEAR, None, skia.Paint(AntiAlias=True))
    return pixels(made)


BLENDS = {"source-over": skia.BlendMode.kSrcOver, "lighter": skia.BlendMode.kPlus}


def sheet_sampling(job: str) -> skia.SamplingOptions:
    if job == "scaled_down":
        return skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    return LINEAR if sprite_set(job).smooth else skia.SamplingOptions(skia.FilterMode.kNearest)


def sheet_sprites(job: str) -> Pixels:
    made, sampling = sprite_set(job), sheet_sampling(job)
    target, ctx = surface(*made.size)
    sheet, (_, h, w, _) = skia.Image.fromarray(made.sheet, colorType=skia.kRGBA_8888_ColorType), made.frames.shape
    brush = skia.Paint(AntiAlias=True, BlendMode=BLENDS[made.operator])
    to = skia.Rect.MakeXYWH(-w / 2, -h / 2, w, h)
    for (a, b, c, d, e, f), k, alpha in made.rows:
        ctx.setMatrix(skia.Matrix.MakeAll(a, c, e, b, d, f, 0, 0, 1))
        brush.setAlphaf(alpha)
        ctx.drawImageRect(sheet, skia.Rect.MakeXYWH(k * w, 0, w, h), to, sampling, brush)
    return pixels(target)


def sheet_sprites_batch(job: str) -> Pixels:
    made, sampling = sprite_set(job), sheet_sampling(job)
    target, ctx = surface(*made.size)
    sheet, (_, h, w, _) = skia.Image.fromarray(made.sheet, colorType=skia.kRGBA_8888_ColorType), made.frames.shape
    moves, frames, colors = [], [], []
    for (a, b, _, _, e, f), k, alpha in made.rows:
        moves.append(skia.RSXform(a, b, e - w / 2 * a + h / 2 * b, f - w / 2 * b - h / 2 * a))
        frames.append(skia.Rect.MakeXYWH(w * k, 0, w, h))
        colors.append(int(alpha * 255 + 0.5) << 24 | 0xFFFFFF)
    brush = skia.Paint(AntiAlias=True, BlendMode=BLENDS[made.operator])
    ctx.drawAtlas(sheet, moves, frames, colors, skia.BlendMode.kModulate, sampling, None, brush)
    return pixels(target)


tiles, tiles_batch = partial(sheet_sprites, "tiles"), partial(sheet_sprites_batch, "tiles")
faded, faded_batch = partial(sheet_sprites, "faded"), partial(sheet_sprites_batch, "faded")
lit, lit_batch = partial(sheet_sprites, "lit"), partial(sheet_sprites_batch, "lit")
pixel_art, pixel_art_batch = partial(sheet_sprites, "pixel_art"), partial(sheet_sprites_batch, "pixel_art")
scaled_down, scaled_down_batch = partial(sheet_sprites, "scaled_down"), partial(sheet_sprites_batch, "scaled_down")


@lru_cache(None)
def css(color: str) -> skia.Color4f:
    r, g, b, a = css_rgba(color)
    return skia.Color4f(r / 255, g / 255, b / 255, a)


def traced(shape: str, numbers: list[float]) -> skia.Path:
    path = skia.Path()
    if shape == "lines":
        path.moveTo(*numbers[:2])
        path.lineTo(*numbers[2:4])
        path.lineTo(*numbers[4:6])
        path.lineTo(*numbers[6:])
    elif shape == "curves":
        path.moveTo(*numbers[:2])
        path.cubicTo(*numbers[2:8])
        path.cubicTo(*numbers[8:])
    elif shape == "arc":
        x, y, r, start, end = numbers
        path.addArc(skia.Rect.MakeLTRB(x - r, y - r, x + r, y + r), start * DEGREES, (end - start) * DEGREES)
    else:
        x, y, w, h, r = numbers
        path.addRoundRect(skia.Rect.MakeXYWH(x, y, w, h), r, r)
    return path


def path_icon(i: int) -> Pixels:
    icon = path_icons()[i % PATH_ICON_KINDS]
    made, ctx = surface(64, 64)
    brush = skia.Paint(AntiAlias=True, StrokeMiter=10)
    for rect, color in icon.rects:
        brush.setColor4f(css(color))
        ctx.drawRect(skia.Rect.MakeXYWH(*rect), brush)
    for shape, numbers, color, width in icon.paths:
        brush.setColor4f(css(color))
        brush.setStyle(skia.Paint.kStroke_Style if width else skia.Paint.kFill_Style)
        brush.setStrokeWidth(width)
        ctx.drawPath(traced(shape, numbers), brush)
    return pixels(made)


def icons_paths() -> Pixels:
    return in_turn(path_icon)


def icons_paths_threads() -> Pixels:
    return by_threads(path_icon)


@lru_cache(1)
def font() -> skia.Font:
    made = skia.Font(skia.Typeface.MakeFromFile(font_file()), FONT_PX)
    made.setSubpixel(True)
    made.setEdging(skia.Font.Edging.kAntiAlias)
    made.setHinting(skia.FontHinting.kSlight)
    return made


def draw_labels(ctx: skia.Canvas, texts: list[Label]) -> None:
    ink, face = paint(skia.Color4f(0, 0, 0, 1)), font()
    for text, x, y in texts:
        ctx.drawString(text, x, y, face, ink)


def text() -> Pixels:
    made, ctx = surface(800, 2900)
    draw_labels(ctx, text_lines())
    return pixels(made)


def labels() -> Pixels:
    made, ctx = surface()
    draw_labels(ctx, label_list())
    return pixels(made)


def halos() -> Pixels:
    made, ctx = surface()
    halo, ink, face = paint(skia.Color4f(1, 1, 1, 1)), paint(skia.Color4f(0, 0, 0, 1)), font()
    halo.setStyle(skia.Paint.kStroke_Style)
    halo.setStrokeWidth(HALO_PX)
    halo.setStrokeJoin(skia.Paint.kRound_Join)
    for text, x, y in halo_labels():
        ctx.drawString(text, x, y, face, halo)
        ctx.drawString(text, x, y, face, ink)
    return pixels(made)


def cells() -> Pixels:
    made, ctx = surface()
    ground, ink, face = paint(skia.Color4f(216 / 255, 228 / 255, 240 / 255, 1)), paint(skia.Color4f(0, 0, 0, 1)), font()
    for rect, (text, x, y) in cell_list():
        ctx.drawRect(skia.Rect.MakeXYWH(*rect), ground)
        ctx.drawString(text, x, y, face, ink)
    return pixels(made)


def grid() -> Pixels:
    made, ctx = surface()
    pen = paint(skia.Color4f(0.3, 0.3, 0.3, 1), Style=skia.Paint.kStroke_Style, StrokeWidth=1)
    for ends in grid_lines():
        ctx.drawLine(*ends, pen)
    return pixels(made)


@lru_cache(1)
def coast_paths() -> list[skia.Path]:
    return [skia.Path.Polygon([skia.Point(*point) for point in points.tolist()], True) for points in coasts()]


def zoomed() -> Pixels:
    made, ctx = surface()
    ctx.translate(400, 300)
    ctx.scale(ZOOM, ZOOM)
    ctx.translate(-400, -300)
    fill = paint(skia.Color4f(0.2, 0.5, 0.3, 1))
    for path in coast_paths():
        ctx.drawPath(path, fill)
    return pixels(made)


def labelled_game() -> Pixels:
    made, ctx = surface(1280, 720)
    for frame in game_labels():
        ctx.clear(0)
        draw_labels(ctx, frame)
        out = pixels(made)
    return out


def marks(draw: Any) -> Pixels:
    made, ctx = surface()
    draw(ctx)
    return pixels(made)


markers, weighted_lines = partial(marks, skia_marks.markers), partial(marks, skia_marks.weighted_lines)
