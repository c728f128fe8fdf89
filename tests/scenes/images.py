"""Pictures in the picture: placed, cut, stretched, shrunk, turned, with and without smoothing."""

from __future__ import annotations

from math import pi

import numpy as np
import numpy.typing as npt

from .registry import Context, scene

LETTER = ("........", ".xxxxxx.", ".xx.....", ".xxxx...", ".xx.....", ".xx.....", ".xx.....", "........")


def letter_f() -> npt.NDArray[np.uint8]:
    """A white F on a ground whose four quarters differ: any flip or turn is seen. (8, 8, 4) uint8."""
    picture = np.zeros((8, 8, 4), np.uint8)
    for y, row in enumerate(LETTER):
        for x, mark in enumerate(row):
            ground = ((200, 40, 40), (40, 140, 40), (40, 60, 200), (190, 150, 20))[(x >= 4) + 2 * (y >= 4)]
            picture[y, x] = (255, 255, 255, 255) if mark == "x" else (*ground, 255)
    return picture


def photo(width: int, height: int) -> npt.NDArray[np.uint8]:
    """A smooth landscape: sky, sun and hills, (height, width, 4) uint8."""
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width]).reshape(2, 1, 1)
    hills = y > 0.62 + 0.12 * np.sin(7 * x) + 0.05 * np.sin(19 * x)
    sun = (x - 0.72) ** 2 + (y - 0.28) ** 2 < 0.012
    colour = np.stack([90 + 120 * y, 150 + 70 * y, 235 - 30 * y, np.full_like(x, 255)], axis=2)
    colour[sun] = (255, 235, 120, 255)
    colour[hills] = np.stack([40 + 60 * y, 120 - 40 * y, 40 + 20 * x, np.full_like(x, 255)], axis=2)[hills]
    return colour.astype(np.uint8)


def soft_disc(side: int) -> npt.NDArray[np.uint8]:
    """A violet disc that fades out, with bright green hidden under alpha 0, (side, side, 4) uint8."""
    y, x = (np.mgrid[0:side, 0:side] + 0.5) / side * 2 - 1
    alpha = np.clip(1.25 - np.hypot(x, y) * 1.5, 0, 1)
    colour = np.where(alpha[..., None] > 0, (150, 40, 200), (0, 255, 0))
    return np.concatenate([colour, np.rint(alpha * 255)[..., None]], axis=2).astype(np.uint8)


@scene(64, 64, topics=("images",))
def image_at_whole_pixels(ctx: Context, width: int, height: int) -> None:
    """A photo of 48 x 40, each pixel copied as it is, and an F at the corner."""
    ctx.draw_image(photo(48, 40), 4, 4)
    ctx.draw_image(letter_f(), 54, 54)


@scene(64, 64, topics=("images",))
def image_between_pixels(ctx: Context, width: int, height: int) -> None:
    """Two F's a half and a quarter of a pixel off: soft inside, their edges on whole pixels."""
    ctx.draw_image(letter_f(), 8.5, 8.5)
    ctx.draw_image(letter_f(), 30.25, 30.75)
    ctx.draw_image(photo(16, 16), 40.5, 4)


@scene(112, 64, topics=("images", "smoothing"))
def image_enlarged_smooth_and_nearest(ctx: Context, width: int, height: int) -> None:
    """An F six times as large: soft on the left, in crisp blocks on the right."""
    for x, smooth in ((4, True), (60, False)):
        ctx.image_smoothing_enabled = smooth
        ctx.draw_image(letter_f(), x, 8, 48, 48)


@scene(96, 64, topics=("images", "smoothing"))
def image_reduced_smooth_and_nearest(ctx: Context, width: int, height: int) -> None:
    """A photo at a third of its size, smooth and nearest, and at a fifth."""
    picture = photo(120, 120)
    ctx.draw_image(picture, 2, 4, 40, 40)
    ctx.draw_image(picture, 4, 46, 24, 16)
    ctx.image_smoothing_enabled = False
    ctx.draw_image(picture, 50, 4, 40, 40)


@scene(96, 64, topics=("images",))
def image_cut_into_parts(ctx: Context, width: int, height: int) -> None:
    """The F's four quarters apart: smooth ones, on the left, show a trace of the next quarter, crisp ones none."""
    picture = letter_f()
    for i, smooth in enumerate((True, False)):
        ctx.image_smoothing_enabled = smooth
        for quarter in range(4):
            sx, sy = 4 * (quarter % 2), 4 * (quarter // 2)
            ctx.draw_image(picture, sx, sy, 4, 4, 4 + 46 * i + 5.5 * sx, 8 + 6 * sy, 20, 22)


@scene(96, 64, topics=("images",))
def image_source_beyond_its_border(ctx: Context, width: int, height: int) -> None:
    """Source rectangles that reach over the picture are cut, and the destination with them."""
    ctx.fill_style = "lightgray"
    ctx.fill_rect(0, 0, width, height)
    ctx.draw_image(letter_f(), -4, -4, 12, 12, 4, 8, 40, 40)
    ctx.draw_image(letter_f(), 2, 2, 12, 12, 50, 8, 40, 40)


@scene(96, 96, topics=("images", "transforms"))
def image_turned(ctx: Context, width: int, height: int) -> None:
    """F's turned in steps of 60 degrees around the centre, tops outward, smooth and nearest by turns."""
    for i in range(6):
        ctx.save()
        ctx.image_smoothing_enabled = i % 2 == 0
        ctx.translate(48, 48)
        ctx.rotate(i * pi / 3)
        ctx.draw_image(letter_f(), -11, -46, 22, 22)
        ctx.restore()


@scene(96, 96, topics=("images", "transforms"))
def image_flipped_and_skewed(ctx: Context, width: int, height: int) -> None:
    """An F mirrored left to right, upside down, skewed, and by a negative width."""
    for matrix in ((-4, 0, 0, 4, 42, 6), (4, 0, 0, -4, 54, 38), (4, 0, 2, 3.5, 4, 58)):
        ctx.set_transform(*matrix)
        ctx.draw_image(letter_f(), 0, 0)
    ctx.reset_transform()
    ctx.draw_image(letter_f(), 92, 56, -30, 32)


@scene(96, 64, topics=("images", "alpha"))
def image_with_soft_alpha(ctx: Context, width: int, height: int) -> None:
    """Fading violet discs over a white and a dark half: no green fringe."""
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, 48, 64)
    ctx.fill_style = "#223"
    ctx.fill_rect(48, 0, 48, 64)
    ctx.draw_image(soft_disc(24), 12, 4)
    ctx.draw_image(soft_disc(9), 30, 16, 40, 40)
    ctx.global_alpha = 0.5
    ctx.draw_image(soft_disc(24), 68.3, 34.6)


@scene(96, 96, topics=("images", "clips"))
def image_in_a_clip(ctx: Context, width: int, height: int) -> None:
    """A photo in a porthole."""
    ctx.save()
    ctx.begin_path()
    ctx.arc(48, 48, 36, 0, 2 * pi)
    ctx.clip()
    ctx.draw_image(photo(32, 32), 4, 4, 88, 88)
    ctx.restore()
    ctx.line_width = 8
    ctx.stroke_style = "saddlebrown"
    ctx.stroke()


@scene(64, 64, topics=("images", "smoothing"))
def image_checkerboard_reduced_by_half(ctx: Context, width: int, height: int) -> None:
    """A checkerboard of one-pixel squares at half its size: an even grey where smooth."""
    y, x = np.mgrid[0:96, 0:96]
    board = np.repeat(((x + y) % 2 * 255).astype(np.uint8)[..., None], 4, axis=2)
    board[..., 3] = 255
    ctx.fill_style = "tan"
    ctx.fill_rect(0, 0, width, height)
    ctx.draw_image(board, 8, 8, 48, 48)


@scene(64, 48, topics=("images",))
def image_of_one_pixel(ctx: Context, width: int, height: int) -> None:
    """One orange pixel stretched to a rectangle, then one at its own size."""
    pixel = np.array([[[255, 140, 0, 255]]], np.uint8)
    ctx.draw_image(pixel, 8, 8, 40, 24)
    ctx.draw_image(pixel, 56, 40)
