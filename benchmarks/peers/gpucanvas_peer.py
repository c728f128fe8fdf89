"""gpucanvas's side of the jobs; the backend is the environment variable GPUCANVAS_BACKEND."""

from __future__ import annotations

import os
from functools import lru_cache, partial
from typing import Any

import numpy as np
from gpucanvas_marks import markers, markers_batch, weighted_lines, weighted_lines_batch  # noqa: F401
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
    coasts,
    data,
    font_file,
    game_labels,
    game_sprite,
    grid_lines,
    halo_labels,
    in_turn,
    path_icons,
    sprite_set,
    text_lines,
)
from jobs import cells as cell_list
from jobs import game as game_frames
from jobs import gradients as gradient_list
from jobs import icons as icon_kinds
from jobs import labels as label_list

import gpucanvas

BACKEND = os.environ.get("GPUCANVAS_BACKEND", "cpu")
CHANNELS, PREMULTIPLIED = (0, 1, 2, 3), False
D = data()
KINDS = icon_kinds()
CSS_COLORS = [f"#{r:02x}{g:02x}{b:02x}{a:02x}" for r, g, b, a in D.rect_color_list]
LABEL_COLUMNS = [list(column) for column in zip(*label_list(), strict=True)]
COLORS = [tuple(v / 255 for v in color) for color in D.rect_color_list]


def canvas(width: int = 800, height: int = 600) -> tuple[gpucanvas.Canvas, Any]:
    made = gpucanvas.Canvas(width, height, backend=BACKEND)
    return made, made.get_context("2d")


def fills(color: tuple[float, ...]) -> Pixels:
    c, ctx = canvas()
    ctx.fill_style = color
    for _ in range(1000):
        ctx.fill_rect(0, 0, 800, 600)
    return c.to_numpy()


def opaque_fills() -> Pixels:
    return fills((0.8, 0.2, 0.1, 1.0))


def alpha_fills() -> Pixels:
    return fills((0.8, 0.2, 0.1, 0.5))


def rects_10k() -> Pixels:
    c, ctx = canvas()
    for (x, y, w, h), color in zip(D.rect_list, COLORS, strict=True):
        ctx.fill_style = color
        ctx.fill_rect(x, y, w, h)
    return c.to_numpy()


def rects_10k_css() -> Pixels:
    c, ctx = canvas()
    for (x, y, w, h), color in zip(D.rect_list, CSS_COLORS, strict=True):
        ctx.fill_style = color
        ctx.fill_rect(x, y, w, h)
    return c.to_numpy()


def rects_10k_batch() -> Pixels:
    c, ctx = canvas()
    ctx.fill_rects(*D.rects.T, color=D.rect_colors)
    return c.to_numpy()


def rects_100k() -> Pixels:
    c, ctx = canvas()
    ctx.fill_style = (0.1, 0.4, 0.8, 0.5)
    for x, y, w, h in D.small_list:
        ctx.fill_rect(x, y, w, h)
    return c.to_numpy()


def rects_100k_batch() -> Pixels:
    c, ctx = canvas()
    ctx.fill_style = (0.1, 0.4, 0.8, 0.5)
    ctx.fill_rects(*D.small.T)
    return c.to_numpy()


def circles_1m() -> Pixels:
    c, ctx = canvas()
    ctx.fill_circles(*D.circles.T, 3.0, color=D.circle_colors)
    return c.to_numpy()


def polylines() -> Pixels:
    c, ctx = canvas()
    ctx.line_width, ctx.stroke_style = 1.5, (0.0, 0.0, 0.5, 0.5)
    ctx.stroke_lines(D.lines)
    return c.to_numpy()


def chart_frames() -> Pixels:
    c, ctx = canvas()
    ctx.line_width = 1.5
    for _ in range(100):
        ctx.clear_rect(0, 0, 800, 600)
        ctx.stroke_lines(D.chart)
        out = c.to_numpy()
    return out


def blob_path(points: list[list[float]]) -> gpucanvas.Path2D:
    path = gpucanvas.Path2D()
    path.move_to(*points[0])
    for k in range(1, 25, 3):
        path.bezier_curve_to(*points[k], *points[k + 1], *points[k + 2])
    path.close_path()
    return path


def vector() -> Pixels:
    paths = [blob_path(points) for points, _, _ in D.vector]
    for k in range(10):
        c, ctx = canvas(1000, 1000)
        ctx.translate(500, 500)
        ctx.rotate(k * 0.1)
        ctx.translate(-500, -500)
        for path, (_, (r, g, b), width) in zip(paths, D.vector, strict=True):
            ctx.fill_style = (r / 255, g / 255, b / 255, 1.0)
            ctx.fill(path)
            if width:
                ctx.line_width = width
                ctx.stroke(path)
        out = c.to_numpy()
    return out


def dashes() -> Pixels:
    c, ctx = canvas()
    ctx.line_width, ctx.stroke_style = 2.0, (0.0, 0.3, 0.6, 0.8)
    ctx.set_line_dash([6, 4])
    for x0, y0, x1, y1 in D.dashed_list:
        ctx.begin_path()
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.stroke()
    return c.to_numpy()


def clips() -> Pixels:
    c, ctx = canvas(1920, 1080)
    for (x, y, r), color in zip(D.clip_list, COLORS, strict=False):
        ctx.save()
        ctx.begin_path()
        ctx.arc(x, y, r, 0, 6.2831853)
        ctx.clip()
        ctx.fill_style = color
        ctx.fill_rect(x - 200, y - 150, 400, 300)
        ctx.restore()
    return c.to_numpy()


def gradients() -> Pixels:
    c, ctx = canvas()
    ctx.fill_style = "#808080"
    ctx.fill_rect(0, 0, 800, 600)
    for x, y, line, circle, stops, operator in gradient_list():
        if line:
            paint = ctx.create_linear_gradient(*line)
        else:
            cx, cy, radius = circle
            paint = ctx.create_radial_gradient(cx, cy, 0, cx, cy, radius)
        for offset, color in stops:
            paint.add_color_stop(offset, color)
        ctx.fill_style = paint
        ctx.global_composite_operation = operator
        ctx.fill_rect(x, y, 200, 200)
    return c.to_numpy()


def shadows() -> Pixels:
    c, ctx = canvas()
    ctx.shadow_blur, ctx.shadow_offset_y, ctx.shadow_color = SHADOW_BLUR, SHADOW_OFFSET, (0.0, 0.0, 0.0, 0.5)
    for x, y, width, height, color in cards():
        ctx.fill_style = color
        ctx.begin_path()
        ctx.round_rect(x, y, width, height, CARD_RADIUS)
        ctx.fill()
    return c.to_numpy()


def blurs() -> Pixels:
    c, ctx = canvas()
    for (x, y), layer in zip(blur_places(), blurred(), strict=True):
        ctx.begin_layer({"name": "gaussianBlur", "stdDeviation": BLUR_SIGMA})
        for cx, cy, radius, color in layer:
            ctx.fill_style = color
            ctx.begin_path()
            ctx.arc(x + cx, y + cy, radius, 0, 6.2831853)
            ctx.fill()
        ctx.end_layer()
    return c.to_numpy()


def game() -> Pixels:
    c, ctx = canvas(1280, 720)
    sprite = gpucanvas.Image(game_sprite())
    sky = ctx.create_linear_gradient(0, 0, 0, 720)
    for offset, color in SKY:
        sky.add_color_stop(offset, color)
    for frame in game_frames():
        ctx.fill_style = sky
        ctx.fill_rect(0, 0, 1280, 720)
        ctx.fill_style = (0.2, 0.5, 0.3, 0.7)
        for path in frame.paths:
            trace(ctx, "lines", path)
            ctx.fill()
        for x, y, angle in frame.sprites:
            ctx.save()
            ctx.translate(x, y)
            ctx.rotate(angle)
            ctx.draw_image(sprite, -16, -16)
            ctx.restore()
        for x, y, radius, alpha in frame.particles:
            ctx.fill_style = (1.0, 0.9, 0.5, alpha)
            ctx.begin_path()
            ctx.arc(x, y, radius, 0, 6.2831853)
            ctx.fill()
        out = c.to_numpy()
    return out


def icons() -> Pixels:
    recordings = []
    for i in range(5000):
        recording = gpucanvas.Recording(64, 64)
        ctx = recording.get_context("2d")
        for rect, k in KINDS[i % ICON_KINDS]:
            ctx.fill_style = COLORS[k]
            ctx.fill_rect(*rect)
        recordings.append(recording)
    return gpucanvas.render_many(recordings, BACKEND)[-1]


def sprites() -> Pixels:
    c, ctx = canvas()
    images = [gpucanvas.Image(frame) for frame in D.frames]
    for matrix, k in D.sprite_list:
        ctx.set_transform(*matrix)
        ctx.draw_image(images[k], -16, -16)
    return c.to_numpy()


def sprites_batch() -> Pixels:
    c, ctx = canvas()
    frames = np.stack([32 * D.sprite_frames, *np.broadcast_to([[0], [32], [32]], (3, len(D.sprites)))], 1)
    ctx.draw_images(gpucanvas.Image(D.sheet), frames, [-16, -16, 32, 32], D.sprites)
    return c.to_numpy()


def sheet_sprites(job: str) -> Pixels:
    made = sprite_set(job)
    c, ctx = canvas(*made.size)
    sheet, (_, h, w, _) = gpucanvas.Image(made.sheet), made.frames.shape
    ctx.image_smoothing_enabled, ctx.global_composite_operation = made.smooth, made.operator
    for matrix, k, alpha in made.rows:
        ctx.set_transform(*matrix)
        if alpha != 1:
            ctx.global_alpha = alpha
        ctx.draw_image(sheet, k * w, 0, w, h, -w / 2, -h / 2, w, h)
    return c.to_numpy()


def sheet_sprites_batch(job: str) -> Pixels:
    made = sprite_set(job)
    c, ctx = canvas(*made.size)
    sheet, (_, h, w, _) = gpucanvas.Image(made.sheet), made.frames.shape
    ctx.image_smoothing_enabled, ctx.global_composite_operation = made.smooth, made.operator
    frames = np.stack([w * made.chosen, 0 * made.chosen, w + 0 * made.chosen, h + 0 * made.chosen], 1)
    ctx.draw_images(sheet, frames, [-w / 2, -h / 2, w, h], made.matrices, made.alphas)
    return c.to_numpy()


tiles, tiles_batch = partial(sheet_sprites, "tiles"), partial(sheet_sprites_batch, "tiles")
faded, faded_batch = partial(sheet_sprites, "faded"), partial(sheet_sprites_batch, "faded")
lit, lit_batch = partial(sheet_sprites, "lit"), partial(sheet_sprites_batch, "lit")
pixel_art, pixel_art_batch = partial(sheet_sprites, "pixel_art"), partial(sheet_sprites_batch, "pixel_art")
scaled_down, scaled_down_batch = partial(sheet_sprites, "scaled_down"), partial(sheet_sprites_batch, "scaled_down")


def trace(ctx: Any, shape: str, numbers: list[float]) -> None:
    ctx.begin_path()
    if shape == "lines":
        ctx.move_to(*numbers[:2])
        ctx.line_to(*numbers[2:4])
        ctx.line_to(*numbers[4:6])
        ctx.line_to(*numbers[6:])
    elif shape == "curves":
        ctx.move_to(*numbers[:2])
        ctx.bezier_curve_to(*numbers[2:8])
        ctx.bezier_curve_to(*numbers[8:])
    elif shape == "arc":
        ctx.arc(*numbers)
    else:
        ctx.round_rect(*numbers)


def path_icon(i: int) -> Pixels:
    icon = path_icons()[i % PATH_ICON_KINDS]
    with gpucanvas.Canvas(64, 64, backend=BACKEND) as c:
        ctx = c.get_context("2d")
        for rect, color in icon.rects:
            ctx.fill_style = color
            ctx.fill_rect(*rect)
        for shape, numbers, color, width in icon.paths:
            trace(ctx, shape, numbers)
            if width:
                ctx.stroke_style = color
                ctx.line_width = width
                ctx.stroke()
            else:
                ctx.fill_style = color
                ctx.fill()
        return c.to_numpy()


def icons_paths() -> Pixels:
    return in_turn(path_icon)


def icons_paths_threads() -> Pixels:
    return by_threads(path_icon)


@lru_cache(1)
def font() -> str:
    gpucanvas.fonts.register(font_file(), family="benchmark")
    return f"{FONT_PX}px benchmark"


def fill_labels(ctx: Any, texts: list[Label]) -> None:
    fill_text = ctx.fill_text
    for text, x, y in texts:
        fill_text(text, x, y)


def text() -> Pixels:
    c, ctx = canvas(800, 2900)
    ctx.font = font()
    fill_labels(ctx, text_lines())
    return c.to_numpy()


def labels() -> Pixels:
    c, ctx = canvas()
    ctx.font = font()
    fill_labels(ctx, label_list())
    return c.to_numpy()


def labels_batch() -> Pixels:
    c, ctx = canvas()
    ctx.font = font()
    ctx.fill_texts(*LABEL_COLUMNS)
    return c.to_numpy()


def halos() -> Pixels:
    c, ctx = canvas()
    ctx.font, ctx.line_width, ctx.line_join, ctx.stroke_style = font(), HALO_PX, "round", "white"
    stroke_text, fill_text = ctx.stroke_text, ctx.fill_text
    for text, x, y in halo_labels():
        stroke_text(text, x, y)
        fill_text(text, x, y)
    return c.to_numpy()


def cells() -> Pixels:
    c, ctx = canvas()
    ctx.font = font()
    fill_rect, fill_text = ctx.fill_rect, ctx.fill_text
    for rect, (text, x, y) in cell_list():
        ctx.fill_style = "#d8e4f0"
        fill_rect(*rect)
        ctx.fill_style = "black"
        fill_text(text, x, y)
    return c.to_numpy()


def grid() -> Pixels:
    c, ctx = canvas()
    ctx.stroke_style = (0.3, 0.3, 0.3, 1.0)
    for x0, y0, x1, y1 in grid_lines():
        ctx.begin_path()
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.stroke()
    return c.to_numpy()


@lru_cache(1)
def coast_paths() -> list[gpucanvas.Path2D]:
    return [gpucanvas.Path2D([points]) for points in coasts()]


def zoomed() -> Pixels:
    c, ctx = canvas()
    ctx.translate(400, 300)
    ctx.scale(ZOOM, ZOOM)
    ctx.translate(-400, -300)
    ctx.fill_style = (0.2, 0.5, 0.3, 1.0)
    for path in coast_paths():
        ctx.fill(path)
    return c.to_numpy()


def labelled_game() -> Pixels:
    c, ctx = canvas(1280, 720)
    ctx.font = font()
    for frame in game_labels():
        ctx.clear_rect(0, 0, 1280, 720)
        fill_labels(ctx, frame)
        out = c.to_numpy()
    return out
