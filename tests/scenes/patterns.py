"""Patterns: four repetitions, moved, turned and shrunk, smoothed or not; in strokes, batches and under operators."""

from __future__ import annotations

from math import pi

import numpy as np
import numpy.typing as npt

from .images import letter_f
from .registry import Context, scene

REPETITIONS = ("repeat", "repeat-x", "repeat-y", "no-repeat")


def tile() -> npt.NDArray[np.uint8]:
    """Thirteen by nine pixels, no two rows or columns alike, some of them transparent: (9, 13, 4) uint8."""
    y, x = np.mgrid[0:9, 0:13]
    picture = np.stack([20 * x, 28 * y, 255 - 10 * (x + y), np.full_like(x, 255)], 2).astype(np.uint8)
    picture[(x + 2 * y) % 7 == 0] = (255, 255, 255, 90)
    picture[(x - y) % 11 == 0] = 0
    return picture


def fill_with_each(ctx: Context, matrix: tuple[float, ...], width: int, height: int) -> None:
    """Fill four fields, each with another repetition, around each field's own middle."""
    for i, repetition in enumerate(REPETITIONS):
        pattern = ctx.create_pattern(tile(), repetition)
        pattern.set_transform(matrix)
        left, top = i % 2 * width // 2, i // 2 * height // 2
        ctx.save()
        ctx.translate(left + width / 4 - 9, top + height / 4 - 6)
        ctx.fill_style = pattern
        ctx.fill_rect(9 - width / 4, 6 - height / 4, width / 2 - 2, height / 2 - 2)
        ctx.restore()


@scene(128, 96, topics=("patterns",))
def pattern_repetitions(ctx: Context, width: int, height: int) -> None:
    """Repeated both ways, across, down, and not at all, also to the left of and above the origin."""
    fill_with_each(ctx, (1, 0, 0, 1, 0, 0), width, height)


@scene(128, 96, topics=("patterns",))
def pattern_moved_by_part_of_a_pixel(ctx: Context, width: int, height: int) -> None:
    """The same half way between pixels, and far away, where it looks the same again."""
    fill_with_each(ctx, (1, 0, 0, 1, 0.5, 0.25), width, height)
    pattern = ctx.create_pattern(tile())
    pattern.set_transform(1, 0, 0, 1, -1300000, 900000.5)
    ctx.fill_style = pattern
    ctx.fill_rect(40, 30, 48, 30)


@scene(128, 96, topics=("patterns", "transforms"))
def pattern_turned_and_stretched(ctx: Context, width: int, height: int) -> None:
    """Smooth, and pixels one can count; transparent around it where it does not repeat itself."""
    fill_with_each(ctx, (1.9, 0.7, -0.6, 1.4, 3, -2), width, height)


@scene(128, 96, topics=("patterns", "transforms"))
def pattern_of_nearest_pixels(ctx: Context, width: int, height: int) -> None:
    """The same, not smoothed."""
    ctx.image_smoothing_enabled = False
    fill_with_each(ctx, (1.9, 0.7, -0.6, 1.4, 3, -2), width, height)


@scene(128, 96, topics=("patterns", "transforms"))
def pattern_mirrored_and_shrunk(ctx: Context, width: int, height: int) -> None:
    """A letter that is mirrored, one upside down and shrunk, and one of a single pixel."""
    for i, matrix in enumerate(((-2, 0, 0, 2, 1, 1), (0.7, 0, 0, -0.6, 0.3, 5), (0, 1.5, 1.5, 0, 4, 0))):
        pattern = ctx.create_pattern(letter_f())
        pattern.set_transform(matrix)
        ctx.fill_style = pattern
        ctx.fill_rect(4 + 32 * i, 4, 28, 88)
    ctx.fill_style = ctx.create_pattern(np.full((1, 1, 4), (0, 128, 64, 128), np.uint8))
    ctx.fill_rect(100, 4, 24, 88)


@scene(96, 96, topics=("patterns", "strokes", "alpha"))
def pattern_in_strokes_and_under_clips(ctx: Context, width: int, height: int) -> None:
    """A thick ring, dashes, and a clipped field at half alpha."""
    ctx.stroke_style = ctx.fill_style = ctx.create_pattern(letter_f())
    ctx.line_width = 16
    ctx.begin_path()
    ctx.arc(40, 40, 28, 0, 2 * pi)
    ctx.stroke()
    ctx.set_line_dash([9, 5])
    ctx.stroke_rect(10.5, 84, 76, 40)
    ctx.begin_path()
    ctx.ellipse(66, 60, 28, 20, 0.5, 0, 2 * pi)
    ctx.clip()
    ctx.global_alpha = 0.5
    ctx.fill_rect(0, 0, width, height)


@scene(96, 64, topics=("patterns", "batches"))
def pattern_in_batches(ctx: Context, width: int, height: int) -> None:
    """Circles and rectangles of one batch each show parts of one pattern."""
    x, y = np.linspace(8, 88, 7), np.full(7, 14.0)
    ctx.fill_style = ctx.create_pattern(tile())
    ctx.fill_circles(x, y, 6)
    ctx.fill_rects(x - 6, y + 18, 11, 24)


@scene(96, 64, topics=("patterns", "operators"))
def pattern_by_operators(ctx: Context, width: int, height: int) -> None:
    """Over a blue bar by four operators."""
    ctx.fill_style = "#36c"
    ctx.fill_rect(0, 16, width, 32)
    pattern = ctx.create_pattern(tile())
    ctx.fill_style = pattern
    for i, operator in enumerate(("multiply", "destination-over", "xor", "luminosity")):
        ctx.global_composite_operation = operator
        ctx.fill_rect(24 * i, 4, 23, 56)


@scene(64, 48, topics=("patterns", "empty"))
def pattern_without_inverse_paints_nothing(ctx: Context, width: int, height: int) -> None:
    """A pattern that is squeezed into nothing leaves the green alone; the one after it does not."""
    ctx.fill_style = "green"
    ctx.fill_rect(0, 0, width, height)
    pattern = ctx.create_pattern(letter_f())
    ctx.fill_style = pattern
    pattern.set_transform(1, 1, 1, 1, 0, 0)
    ctx.fill_rect(0, 0, 32, height)
    pattern.set_transform()
    ctx.fill_rect(32, 0, 32, height)
