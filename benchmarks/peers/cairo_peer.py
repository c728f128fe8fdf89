"""pycairo's side of the jobs."""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache, partial
from math import pi
from pathlib import Path
from typing import Any

import cairo
import numpy as np
from cairo_marks import markers, weighted_lines  # noqa: F401
from jobs import (
    FONT_PX,
    HALO_PX,
    ICON_KINDS,
    PATH_ICON_KINDS,
    Label,
    Pixels,
    by_threads,
    circle_rows,
    css_rgba,
    data,
    font_file,
    game_labels,
    grid_lines,
    halo_labels,
    in_turn,
    line_rows,
    path_icons,
    sprite_set,
    text_lines,
)
from jobs import cells as cell_list
from jobs import gradients as gradient_list
from jobs import icons as icon_kinds
from jobs import labels as label_list

CHANNELS, PREMULTIPLIED = (2, 1, 0, 3), True
D = data()
KINDS = icon_kinds()
COLORS = [tuple(v / 255 for v in color) for color in D.rect_color_list]


def surface(width: int = 800, height: int = 600) -> tuple[cairo.ImageSurface, cairo.Context[cairo.ImageSurface]]:
    made = cairo.ImageSurface(cairo.FORMAT_ARGB32, width, height)
    return made, cairo.Context(made)


def pixels(made: cairo.ImageSurface) -> Pixels:
    made.flush()
    return np.frombuffer(made.get_data(), np.uint8).reshape(made.get_height(), made.get_width(), 4)


def fills(alpha: float) -> Pixels:
    made, ctx = surface()
    ctx.set_source_rgba(0.8, 0.2, 0.1, alpha)
    for _ in range(1000):
        ctx.rectangle(0, 0, 800, 600)
        ctx.fill()
    return pixels(made)


def opaque_fills() -> Pixels:
    return fills(1)


def alpha_fills() -> Pixels:
    return fills(0.5)


def rects_10k() -> Pixels:
    made, ctx = surface()
    for rect, color in zip(D.rect_list, COLORS, strict=True):
        ctx.set_source_rgba(*color)
        ctx.rectangle(*rect)
        ctx.fill()
    return pixels(made)


def rects_100k() -> Pixels:
    made, ctx = surface()
    ctx.set_source_rgba(0.1, 0.4, 0.8, 0.5)
    for rect in D.small_list:
        ctx.rectangle(*rect)
        ctx.fill()
    return pixels(made)


def circles_1m() -> Pixels:
    made, ctx = surface()
    for x, y, color in circle_rows(1.0):
        ctx.set_source_rgba(*color)
        ctx.arc(x, y, 3, 0, 6.2831853)
        ctx.fill()
    return pixels(made)


def stroke_lines(ctx: cairo.Context[cairo.ImageSurface], lines: list[list[list[float]]]) -> None:
    for line in lines:
        ctx.move_to(*line[0])
        for x, y in line:
            ctx.line_to(x, y)
        ctx.stroke()


def polylines() -> Pixels:
    made, ctx = surface()
    ctx.set_line_width(1.5)
    ctx.set_source_rgba(0, 0, 0.5, 0.5)
    stroke_lines(ctx, line_rows("lines"))
    return pixels(made)


def chart_frames() -> Pixels:
    made, ctx = surface()
    ctx.set_line_width(1.5)
    for _ in range(100):
        ctx.set_operator(cairo.OPERATOR_CLEAR)
        ctx.paint()
        ctx.set_operator(cairo.OPERATOR_OVER)
        ctx.set_source_rgba(0, 0, 0, 1)
        stroke_lines(ctx, line_rows("chart"))
        out = pixels(made)
    return out


def vector() -> Pixels:
    for k in range(10):
        made, ctx = surface(1000, 1000)
        ctx.translate(500, 500)
        ctx.rotate(k * 0.1)
        ctx.translate(-500, -500)
        for points, (r, g, b), width in D.vector:
            ctx.move_to(*points[0])
            for j in range(1, 25, 3):
                ctx.curve_to(*points[j], *points[j + 1], *points[j + 2])
            ctx.close_path()
            ctx.set_source_rgb(r / 255, g / 255, b / 255)
            if width:
                ctx.fill_preserve()
                ctx.set_line_width(width)
                ctx.set_source_rgb(0, 0, 0)
                ctx.stroke()
            else:
                ctx.fill()
        out = pixels(made)
    return out


def dashes() -> Pixels:
    made, ctx = surface()
    ctx.set_line_width(2)
    ctx.set_source_rgba(0, 0.3, 0.6, 0.8)
    ctx.set_dash([6, 4])
    for x0, y0, x1, y1 in D.dashed_list:
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.stroke()
    return pixels(made)


def clips() -> Pixels:
    made, ctx = surface(1920, 1080)
    for (x, y, r), color in zip(D.clip_list, COLORS, strict=False):
        ctx.save()
        ctx.arc(x, y, r, 0, 6.2831853)
        ctx.clip()
        ctx.set_source_rgba(*color)
        ctx.rectangle(x - 200, y - 150, 400, 300)
        ctx.fill()
        ctx.restore()
    return pixels(made)


OPERATORS = {
    "source-over": cairo.OPERATOR_OVER,
    "multiply": cairo.OPERATOR_MULTIPLY,
    "screen": cairo.OPERATOR_SCREEN,
}


def gradients() -> Pixels:
    made, ctx = surface()
    ctx.set_source_rgb(128 / 255, 128 / 255, 128 / 255)
    ctx.paint()
    for x, y, line, circle, stops, operator in gradient_list():
        if line:
            paint = cairo.LinearGradient(*line)
        else:
            cx, cy, radius = circle
            paint = cairo.RadialGradient(cx, cy, 0, cx, cy, radius)
        for offset, color in stops:
            paint.add_color_stop_rgb(offset, *color)
        ctx.set_source(paint)
        ctx.set_operator(OPERATORS[operator])
        ctx.rectangle(x, y, 200, 200)
        ctx.fill()
    return pixels(made)


def icons() -> Pixels:
    for i in range(5000):
        made, ctx = surface(64, 64)
        for rect, k in KINDS[i % ICON_KINDS]:
            ctx.set_source_rgba(*COLORS[k])
            ctx.rectangle(*rect)
            ctx.fill()
        out = pixels(made)
    return out


def image_of(frame: np.ndarray[Any, Any]) -> cairo.ImageSurface:
    bgra = frame[..., [2, 1, 0, 3]].astype(np.uint16)
    bgra[..., :3] = (bgra[..., :3] * bgra[..., 3:] + 127) // 255
    height, width = frame.shape[:2]
    data = bytearray(bgra.astype(np.uint8).tobytes())
    return cairo.ImageSurface.create_for_data(data, cairo.FORMAT_ARGB32, width, height)


def sprites() -> Pixels:
    made, ctx = surface()
    images = [image_of(frame) for frame in D.frames]
    for matrix, k in D.sprite_list:
        ctx.set_matrix(cairo.Matrix(*matrix))
        ctx.set_source_surface(images[k], -16, -16)
        ctx.get_source().set_filter(cairo.FILTER_BILINEAR)
        ctx.rectangle(-16, -16, 32, 32)
        ctx.fill()
    return pixels(made)


def sheet_sprites(job: str) -> Pixels:
    """The sprites of a sheet, each frame an image of its own: parts of an image are no faster, and mix with others."""
    made = sprite_set(job)
    target, ctx = surface(*made.size)
    images, (_, h, w, _) = [image_of(frame) for frame in made.frames], made.frames.shape
    if made.operator == "lighter":
        ctx.set_operator(cairo.OPERATOR_ADD)
    kind = cairo.FILTER_GOOD if job == "scaled_down" else cairo.FILTER_BILINEAR
    kind = kind if made.smooth else cairo.FILTER_NEAREST
    for matrix, k, alpha in made.rows:
        ctx.set_matrix(cairo.Matrix(*matrix))
        ctx.set_source_surface(images[k], -w / 2, -h / 2)
        ctx.get_source().set_filter(kind)
        ctx.rectangle(-w / 2, -h / 2, w, h)
        if alpha == 1:
            ctx.fill()
        else:
            ctx.clip()
            ctx.paint_with_alpha(alpha)
            ctx.reset_clip()
    return pixels(target)


tiles, pixel_art = partial(sheet_sprites, "tiles"), partial(sheet_sprites, "pixel_art")
faded, lit = partial(sheet_sprites, "faded"), partial(sheet_sprites, "lit")
scaled_down = partial(sheet_sprites, "scaled_down")


@lru_cache(None)
def css(color: str) -> tuple[float, float, float, float]:
    r, g, b, a = css_rgba(color)
    return r / 255, g / 255, b / 255, a


def trace(ctx: cairo.Context[cairo.ImageSurface], shape: str, numbers: list[float]) -> None:
    if shape == "lines":
        ctx.move_to(*numbers[:2])
        ctx.line_to(*numbers[2:4])
        ctx.line_to(*numbers[4:6])
        ctx.line_to(*numbers[6:])
    elif shape == "curves":
        ctx.move_to(*numbers[:2])
        ctx.curve_to(*numbers[2:8])
        ctx.curve_to(*numbers[8:])
    elif shape == "arc":
        ctx.arc(*numbers)
    else:
        x, y, w, h, r = numbers
        ctx.new_sub_path()
        ctx.arc(x + w - r, y + r, r, -pi / 2, 0)
        ctx.arc(x + w - r, y + h - r, r, 0, pi / 2)
        ctx.arc(x + r, y + h - r, r, pi / 2, pi)
        ctx.arc(x + r, y + r, r, pi, 3 * pi / 2)
        ctx.close_path()


def path_icon(i: int) -> Pixels:
    icon = path_icons()[i % PATH_ICON_KINDS]
    made, ctx = surface(64, 64)
    for rect, color in icon.rects:
        ctx.set_source_rgba(*css(color))
        ctx.rectangle(*rect)
        ctx.fill()
    for shape, numbers, color, width in icon.paths:
        ctx.set_source_rgba(*css(color))
        trace(ctx, shape, numbers)
        if width:
            ctx.set_line_width(width)
            ctx.stroke()
        else:
            ctx.fill()
    return pixels(made)


def icons_paths() -> Pixels:
    return in_turn(path_icon)


def icons_paths_threads() -> Pixels:
    return by_threads(path_icon)


@lru_cache(1)
def font() -> tuple[cairo.FontFace, cairo.FontOptions]:
    # pycairo opens no files: fontconfig is told of a folder that has this font alone.
    folder = Path(tempfile.mkdtemp())
    (folder / "fonts").mkdir()
    (folder / "fonts" / "NotoSans.ttf").symlink_to(font_file())
    rules = f"<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    (folder / "fonts.conf").write_text(rules)
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    options = cairo.FontOptions()
    options.set_antialias(cairo.ANTIALIAS_GRAY)
    options.set_hint_style(cairo.HINT_STYLE_SLIGHT)
    options.set_hint_metrics(cairo.HINT_METRICS_OFF)
    # Left to itself, fontconfig takes another weight of a variable font.
    options.set_variations("wght=400,wdth=100")
    return cairo.ToyFontFace("Noto Sans"), options


def show_labels(ctx: cairo.Context[cairo.ImageSurface], texts: list[Label]) -> None:
    face, options = font()
    ctx.set_font_face(face)
    ctx.set_font_size(FONT_PX)
    ctx.set_font_options(options)
    ctx.set_source_rgb(0, 0, 0)
    for text, x, y in texts:
        ctx.move_to(x, y)
        ctx.show_text(text)


def text() -> Pixels:
    made, ctx = surface(800, 2900)
    show_labels(ctx, text_lines())
    return pixels(made)


def labels() -> Pixels:
    made, ctx = surface()
    show_labels(ctx, label_list())
    return pixels(made)


def halos() -> Pixels:
    made, ctx = surface()
    face, options = font()
    ctx.set_font_face(face)
    ctx.set_font_size(FONT_PX)
    ctx.set_font_options(options)
    ctx.set_line_width(HALO_PX)
    ctx.set_line_join(cairo.LINE_JOIN_ROUND)
    for text, x, y in halo_labels():
        ctx.move_to(x, y)
        ctx.text_path(text)
        ctx.set_source_rgb(1, 1, 1)
        ctx.stroke()
        ctx.move_to(x, y)
        ctx.set_source_rgb(0, 0, 0)
        ctx.show_text(text)
    return pixels(made)


def cells() -> Pixels:
    made, ctx = surface()
    face, options = font()
    ctx.set_font_face(face)
    ctx.set_font_size(FONT_PX)
    ctx.set_font_options(options)
    for rect, (text, x, y) in cell_list():
        ctx.set_source_rgb(216 / 255, 228 / 255, 240 / 255)
        ctx.rectangle(*rect)
        ctx.fill()
        ctx.set_source_rgb(0, 0, 0)
        ctx.move_to(x, y)
        ctx.show_text(text)
    return pixels(made)


def grid() -> Pixels:
    made, ctx = surface()
    ctx.set_source_rgb(0.3, 0.3, 0.3)
    ctx.set_line_width(1)
    for x0, y0, x1, y1 in grid_lines():
        ctx.move_to(x0, y0)
        ctx.line_to(x1, y1)
        ctx.stroke()
    return pixels(made)


def labelled_game() -> Pixels:
    made, ctx = surface(1280, 720)
    for frame in game_labels():
        ctx.set_operator(cairo.OPERATOR_CLEAR)
        ctx.paint()
        ctx.set_operator(cairo.OPERATOR_OVER)
        show_labels(ctx, frame)
        out = pixels(made)
    return out
