"""The jobs, as data: every peer draws the same arrays. Seeded, so that every process makes the same ones.

Texts are in `texts.py`, markers in `marks.py`. Rows for libraries that take scalars are made here too and kept, so that
no peer's time has the making of lists in it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from marks import edges, stars
from numpy.typing import NDArray
from texts import (
    FONT_PX,
    GAME_FRAMES,
    HALO_PX,
    LINE_PX,
    Label,
    cells,
    font_file,
    game_labels,
    halo_labels,
    labels,
    text_lines,
)

__all__ = [
    "FONT_PX",
    "HALO_PX",
    "LINE_PX",
    "Label",
    "cells",
    "edges",
    "font_file",
    "game_labels",
    "halo_labels",
    "labels",
    "stars",
    "text_lines",
]

Pixels = NDArray[np.uint8]
"""A peer's finished picture: (height, width, 4), its channels in the peer's own order."""

JOBS = {
    "opaque_fills": "1,000 opaque fills of 800x600",
    "alpha_fills": "1,000 half transparent fills of 800x600",
    "rects_10k": "10,000 rectangles of 2-60 px, scalar calls, own colours",
    "rects_10k_css": "the same, each colour a string, `#rrggbbaa`",
    "rects_10k_batch": "the same, one batch call where there is one",
    "rects_100k": "100,000 rectangles of 2-12 px, scalar calls",
    "rects_100k_batch": "the same, one batch call where there is one",
    "circles_1m": "1,000,000 discs r=3, own colours",
    "polylines": "100 polylines of 10,000 points, width 1.5",
    "chart_frames": "10 polylines of 1,000 points, drawn 100 times",
    "vector": "240 curved paths, filled and stroked, 1000x1000, 10 transforms",
    "grid": "200 grid lines across 800x600, each a path of its own, half a pixel off",
    "zoomed": "200 outlines of 1,000 points, zoomed in 50 times, so that most lie beside the picture",
    "dashes": "1,000 dashed lines of 2 px, each a path of its own",
    "clips": "500 x save, clip(path), fill, restore, 1920x1080",
    "sprites": "10,000 sprites of 32x32, turned and scaled, bilinear, a call each",
    "sprites_batch": "the same, one batch call where there is one",
    "tiles": "5,000 tiles of 16x16 of one sheet, upright, at whole pixels, 1600x800, a call each",
    "tiles_batch": "the same, one batch call where there is one",
    "faded": "the 10,000 sprites as parts of one sheet, each with an alpha of its own, a call each",
    "faded_batch": "the same, one batch call where there is one",
    "lit": "the same, added up (`lighter`), a call each",
    "lit_batch": "the same, one batch call where there is one",
    "pixel_art": "5,000 sprites of 16x16 of one sheet, three times as large, not smoothed, a call each",
    "pixel_art_batch": "the same, one batch call where there is one",
    "scaled_down": "10,000 sprites of 32x32 of one sheet, 6 to 16 px wide, a call each",
    "scaled_down_batch": "the same, one batch call where there is one",
    "gradients": "1,000 gradients of 200x200, 4 stops, linear and radial, half by multiply or screen",
    "shadows": "200 rounded rectangles with a shadow of blur 20",
    "blurs": "50 layers of 400x300, 3 discs each, blurred by 40 px",
    "game": "a game's frame 60 times, 1280x720: gradient, 300 sprites, 200 particles, 50 paths",
    "text": "10,000 letters at 14 px in 200 lines, 800x2900",
    "labels": "1,000 labels of 8 characters at 14 px, a call each",
    "labels_batch": "the same, one batch call where there is one",
    "halos": "500 labels of 8 characters at 14 px, each stroked 3 px wide, then filled",
    "cells": "1,000 cells of a table, each a rectangle and then a label of 8 digits",
    "labelled_game": "40 labels at 14 px that move, 10 of them count, 60 frames of 1280x720",
    "markers": "10,000 stars of 6-10 px, turned, own colours, a call each",
    "markers_batch": "the same, one batch call where there is one",
    "weighted_lines": "10,000 edges of a network, own widths and colours, a call each",
    "weighted_lines_batch": "the same, one batch call where there is one",
    "icons": "5,000 icons of 64x64, 20 rectangles of own colours each",
    "icons_paths": "500 canvases of 64x64, 12 paths and 8 rectangles of own colours each",
    "icons_paths_threads": "the same by 8 threads",
}
"""A job's name, which is the function every peer that can do it has, and its line in the table."""

ICON_KINDS = 495
PATH_ICONS = 500
"""Small canvases that `icons_paths` draws, one after another or by so many threads:"""
THREADS = 8
PATH_ICON_KINDS = 50


@lru_cache(1)
def data() -> SimpleNamespace:
    """All arrays. Positions and sizes are px, colours 8 bit straight RGBA."""
    rng = np.random.default_rng(20)
    d = SimpleNamespace()
    r = rng.random((10_000, 4))
    d.rects = np.stack([r[:, 0] * 780, r[:, 1] * 580, 2 + 58 * r[:, 2], 2 + 58 * r[:, 3]], 1)
    d.rect_colors = rng.integers(40, 220, (10_000, 4)).astype(np.uint8)
    r = rng.random((100_000, 4))
    d.small = np.stack([r[:, 0] * 790, r[:, 1] * 590, 2 + 10 * r[:, 2], 2 + 10 * r[:, 3]], 1)
    d.circles = (rng.random((1_000_000, 2)) * [800, 600]).astype(np.float32)
    d.circle_colors = rng.integers(40, 220, (1_000_000, 4)).astype(np.uint8)
    x = np.linspace(0, 800, 10_000)
    d.lines = [np.stack([x, 300 + np.cumsum(rng.normal(size=10_000)) * 2], 1) for _ in range(100)]
    d.chart = [line[::10].copy() for line in d.lines[:10]]
    d.vector = [_blob(rng) for _ in range(240)]
    d.clips = np.stack([rng.random(500) * 1920, rng.random(500) * 1080, 30 + rng.random(500) * 170], 1)
    d.dashed_list = (rng.random((1000, 4)) * [800, 600, 800, 600]).tolist()
    rng = np.random.default_rng(22)
    y, x = np.mgrid[:32, :32]
    d.frames = [_sprite(rng, x, y) for _ in range(16)]
    d.sheet = np.concatenate(d.frames, 1)
    d.sprite_frames = rng.integers(0, 16, 10_000)
    turn, scale = rng.random(10_000) * 2 * np.pi, 0.7 + 0.7 * rng.random(10_000)
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    d.sprites = np.stack([cos, sin, -sin, cos, *(rng.random((2, 10_000)) * [[800], [600]])], 1)
    d.sprite_list = list(zip(d.sprites.tolist(), d.sprite_frames.tolist(), strict=True))
    d.rect_list, d.small_list, d.clip_list = d.rects.tolist(), d.small.tolist(), d.clips.tolist()
    d.rect_color_list = d.rect_colors.tolist()
    return d


class SpriteSet(NamedTuple):
    """Sprites that are parts of one sheet, of equal frames side by side; each is drawn around its origin.

    ``frames`` are (K, height, width, 4), straight RGBA, ``sheet`` the same side by side; ``rows`` are matrix, frame and
    alpha of each sprite, for scalar calls, and ``matrices``, ``chosen`` and ``alphas`` the same as arrays; ``size`` is
    that of what is drawn on.
    """

    frames: NDArray[np.uint8]
    sheet: NDArray[np.uint8]
    rows: list[tuple[list[float], int, float]]
    matrices: NDArray[np.float64]
    chosen: NDArray[np.int64]
    alphas: NDArray[np.float64]
    operator: str
    smooth: bool
    size: tuple[int, int]


@lru_cache(None)
def sprite_set(job: str) -> SpriteSet:
    """Return what a job with sprites of a sheet draws."""
    d, rng = data(), np.random.default_rng(27)
    frames, moved, chosen, size = np.stack(d.frames), d.sprites.copy(), d.sprite_frames, (800, 600)
    alphas = np.ones(len(moved))
    if job in ("tiles", "pixel_art"):
        frames, moved = frames[:, 8:24, 8:24], np.zeros((5000, 6))
        chosen, alphas = rng.integers(0, 16, 5000), np.ones(5000)
    if job == "tiles":
        y, x = np.divmod(np.arange(5000), 100)
        moved[:, [0, 3]], moved[:, 4], moved[:, 5], size = 1, 16 * x + 8, 16 * y + 8, (1600, 800)
    elif job == "pixel_art":
        moved[:, [0, 3]], moved[:, 4:] = 3, rng.random((5000, 2)) * [800, 600]
    elif job == "scaled_down":
        turn, scale = rng.random(10_000) * 2 * np.pi, 0.2 + 0.3 * rng.random(10_000)
        moved[:, :4] = (np.stack([np.cos(turn), np.sin(turn), -np.sin(turn), np.cos(turn)]) * scale).T
    else:
        # Added up, some twenty lie over one another.
        alphas = (0.1 + 0.8 * rng.random(10_000)) * (0.1 if job == "lit" else 1)
    rows = list(zip(moved.tolist(), chosen.tolist(), alphas.tolist(), strict=True))
    operator = "lighter" if job == "lit" else "source-over"
    sheet = np.concatenate(list(frames), 1)
    return SpriteSet(frames, sheet, rows, moved, chosen, alphas, operator, job != "pixel_art", size)


class Gradient(NamedTuple):
    """A square of 200 px filled with a gradient: along a line of two points, or outwards from a point to a radius."""

    x: float
    y: float
    line: tuple[float, float, float, float] | None
    circle: tuple[float, float, float] | None
    stops: list[tuple[float, tuple[float, float, float]]]
    operator: str


@lru_cache(1)
def gradients() -> list[Gradient]:
    """Return what `gradients` draws: colours are red, green and blue of 1, and operators are named as in CSS."""
    rng = np.random.default_rng(22)
    made = []
    for i in range(1000):
        x, y = (rng.random(2) * [600, 400]).tolist()
        colors = rng.random((4, 3)).tolist()
        stops = [(offset, (r, g, b)) for offset, (r, g, b) in zip((0.0, 0.3, 0.6, 1.0), colors, strict=True)]
        x0, y0, x1, y1 = (rng.random(4) * 200).tolist()
        line = (x + x0, y + y0, x + x1, y + y1) if i % 2 else None
        circle = None if line else (x + 50 + x0 / 2, y + 50 + y0 / 2, 60 + x1 / 4)
        operator = ("source-over", "source-over", "multiply", "screen")[i // 2 % 4]
        made.append(Gradient(x, y, line, circle, stops, operator))
    return made


class Card(NamedTuple):
    """A rounded rectangle (radius 8) with its colour, red, green and blue of 1; its shadow is black of alpha 0.5."""

    x: float
    y: float
    width: float
    height: float
    color: tuple[float, float, float]


SHADOW_BLUR, SHADOW_OFFSET, CARD_RADIUS = 20, 6, 8
"""A shadow's blur is twice its sigma."""


@lru_cache(1)
def cards() -> list[Card]:
    """Return what `shadows` draws."""
    rng = np.random.default_rng(23)
    rows = rng.random((200, 7)) * [700, 520, 80, 60, 1, 1, 1] + [10, 10, 20, 20, 0, 0, 0]
    return [Card(x, y, w, h, (r, g, b)) for x, y, w, h, r, g, b in rows.tolist()]


BLUR_SIGMA = 40


@lru_cache(1)
def blurred() -> list[list[tuple[float, float, float, tuple[float, float, float]]]]:
    """Return the layers of `blurs`: each 3 discs, (x, y, radius, colour) from (0, 0) of a layer of 400x300."""
    rng = np.random.default_rng(24)
    rows = (rng.random((50, 3, 6)) * [280, 180, 40, 1, 1, 1] + [60, 60, 20, 0, 0, 0]).tolist()
    return [[(x, y, radius, (r, g, b)) for x, y, radius, r, g, b in layer] for layer in rows]


@lru_cache(1)
def blur_places() -> list[tuple[float, float]]:
    """Return where the top left corner of each layer of `blurs` lies."""
    return [(x, y) for x, y in (np.random.default_rng(25).random((50, 2)) * [400, 300]).tolist()]


class Game(NamedTuple):
    """A frame of the game: sprites are (x, y, angle), particles (x, y, radius, alpha), paths 4 points each."""

    sprites: list[list[float]]
    particles: list[list[float]]
    paths: list[list[float]]


SKY = [(0.0, (0.1, 0.2, 0.5)), (0.6, (0.4, 0.6, 0.9)), (1.0, (0.9, 0.8, 0.7))]
"""The game's background, from top to bottom."""


@lru_cache(1)
def game_sprite() -> NDArray[np.uint8]:
    """Return the game's one sprite, 32x32, straight RGBA: a disc that fades."""
    y, x = np.mgrid[:32, :32] - 15.5
    alpha = np.clip(16 - np.hypot(x, y), 0, 1)
    return (np.stack([0.9 - y / 40, 0.5 + x / 40, 0.4 + 0 * x, alpha], 2).clip(0, 1) * 255).astype(np.uint8)


@lru_cache(1)
def game() -> list[Game]:
    """Return the game's frames."""
    rng = np.random.default_rng(26)
    sprites, speeds = rng.random((300, 3)) * [1280, 720, 6.28], rng.normal(size=(300, 3)) * [3, 3, 0.05]
    frames = []
    for k in range(GAME_FRAMES):
        particles = rng.random((200, 4)) * [1280, 720, 4, 0.8] + [0, 0, 1, 0.1]
        centers = rng.random((50, 1, 2)) * [1280, 720]
        paths = (centers + rng.normal(size=(50, 4, 2)) * 40).reshape(50, 8)
        frames.append(Game((sprites + k * speeds).tolist(), particles.tolist(), paths.tolist()))
    return frames


@lru_cache(1)
def grid_lines() -> list[tuple[float, float, float, float]]:
    """Return what `grid` draws: the ends of each line."""
    tall = [(8 * k + 0.5, 0.0, 8 * k + 0.5, 600.0) for k in range(100)]
    return tall + [(0.0, 6 * k + 0.5, 800.0, 6 * k + 0.5) for k in range(100)]


ZOOM = 50
"""How many times `zoomed` enlarges the middle of the picture."""


@lru_cache(1)
def coasts() -> list[NDArray[np.float64]]:
    """Return what `zoomed` draws: outlines with ragged edges, one of them over the middle."""
    rng = np.random.default_rng(32)
    angles = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
    middles = np.concatenate([[[400.0, 300.0]], rng.random((199, 2)) * [800, 600]])
    radii = (5 + 25 * rng.random((200, 1))) * (1 + 0.02 * rng.normal(size=(200, 1000)))
    return [
        middle + np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)
        for middle, radius in zip(middles, radii, strict=True)
    ]


@lru_cache(1)
def circle_rows(full: float) -> list[tuple[Any, ...]]:
    """Return (x, y, color) of every disc; a colour is a tuple whose full channel is `full`: int 255 or float 1.0."""
    d = data()
    colors = d.circle_colors.tolist() if full == 255 else (d.circle_colors * (full / 255)).tolist()
    return [(x, y, tuple(color)) for (x, y), color in zip(d.circles.tolist(), colors, strict=True)]


@lru_cache(2)
def line_rows(name: str) -> list[list[list[float]]]:
    """Return the points of `lines` or `chart` as lists."""
    return [line.tolist() for line in getattr(data(), name)]


def _sprite(rng: np.random.Generator, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.uint8]:
    """Make a soft ball of 32x32, straight RGBA."""
    out = np.empty((32, 32, 4), np.uint8)
    out[..., :3] = rng.integers(60, 230, 3) + (x[..., None] - y[..., None]) // 2
    out[..., 3] = np.clip(255 * (16 - np.hypot(x - 15.5, y - 15.5)), 0, 255)
    return out


def _blob(rng: np.random.Generator) -> tuple[list[list[float]], list[int], float]:
    """Make a closed path of 8 cubics: 25 points, a fill, and a stroke width (0 for none)."""
    center, size = rng.random(2) * 1000, 20 + rng.random() * 130
    turn = np.linspace(0, 2 * np.pi, 25)
    radius = size * (0.7 + 0.5 * rng.random(25))
    radius[-1] = radius[0]
    points = center + np.stack([np.cos(turn), np.sin(turn)], 1) * radius[:, None]
    return points.tolist(), rng.integers(30, 230, 3).tolist(), float(rng.integers(0, 2) * (1 + 4 * rng.random()))


@lru_cache(1)
def icons() -> list[list[tuple[list[float], int]]]:
    """Return the kinds of icon, each 20 rectangles with the index of their colour; icon i is kind i % ICON_KINDS."""
    d = data()
    kinds = [range(k * 20, k * 20 + 20) for k in range(ICON_KINDS)]
    rect = d.rect_list
    return [[([rect[i][0] % 60, rect[i][1] % 60, rect[i][2] / 2, rect[i][3] / 2], i) for i in kind] for kind in kinds]


class IconPath(NamedTuple):
    """A path of an icon: what it is, its numbers, its colour, and the width of its stroke, 0 where it is filled."""

    shape: str
    numbers: list[float]
    color: str
    width: float


class PathIcon(NamedTuple):
    """An icon: rectangles, each with its colour, and over them paths."""

    rects: list[tuple[list[float], str]]
    paths: list[IconPath]


SHAPES = ("lines", "curves", "arc", "round") * 3
"""What the paths of an icon are: 4 points joined by lines, or by two cubics over 7; (x, y, radius, start angle, end
angle), and (x, y, width, height, radius)."""


@lru_cache(1)
def path_icons() -> list[PathIcon]:
    """Return the kinds of icon that `icons_paths` draws; icon i is kind i % PATH_ICON_KINDS."""
    rng = np.random.default_rng(21)
    return [_path_icon(rng) for _ in range(PATH_ICON_KINDS)]


def _path_icon(rng: np.random.Generator) -> PathIcon:
    rects = [([*(rng.random(2) * 56).tolist(), *(4 + rng.random(2) * 16).tolist()], _css(rng)) for _ in range(8)]
    paths = []
    for k, shape in enumerate(SHAPES):
        numbers = {
            "lines": (rng.random(8) * 60).tolist(),
            "curves": (rng.random(14) * 60).tolist(),
            "arc": [*(16 + rng.random(2) * 32).tolist(), 4 + 12 * rng.random(), 0.3, 0.8 + 5 * rng.random()],
            "round": [*(rng.random(2) * 40).tolist(), *(8 + rng.random(2) * 16).tolist(), 3.0],
        }[shape]
        paths.append(IconPath(shape, numbers, _css(rng), 0.0 if k % 2 == 0 else 1 + 2 * rng.random()))
    return PathIcon(rects, paths)


def _css(rng: np.random.Generator) -> str:
    """Make a colour as most programs write it: half of them opaque."""
    r, g, b, a = rng.integers(30, 230, 4).tolist()
    return f"rgba({r}, {g}, {b}, {a / 255:.2f})" if rng.random() < 0.5 else f"#{r:02x}{g:02x}{b:02x}"


def css_rgba(color: str) -> tuple[int, int, int, float]:
    """Return red, green and blue of 255, and alpha of 1, for libraries that do not read CSS: outside of any time."""
    if color.startswith("#"):
        return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16), 1.0
    r, g, b, a = color.removeprefix("rgba(").removesuffix(")").split(",")
    return int(r), int(g), int(b), float(a)


def in_turn(draw: Callable[[int], Pixels]) -> Pixels:
    """Draw every icon of `icons_paths`; return the last."""
    for i in range(PATH_ICONS):
        out = draw(i)
    return out


def by_threads(draw: Callable[[int], Pixels]) -> Pixels:
    """Draw every icon of `icons_paths` by THREADS threads; return the last."""
    with ThreadPoolExecutor(THREADS) as pool:
        chunks = [range(k, PATH_ICONS, THREADS) for k in range(THREADS)]
        pictures = list(pool.map(lambda chunk: [draw(i) for i in chunk][-1], chunks))
    return pictures[(PATH_ICONS - 1) % THREADS]
