"""Pixels put and read back: copied as they are, whatever transform, clip, alpha and operator say."""

from __future__ import annotations

from math import pi

import numpy as np

from .fills import star
from .images import letter_f, photo, soft_disc
from .registry import Context, scene


@scene(64, 64, topics=("image data",))
def pixels_put_as_they_are(ctx: Context, width: int, height: int) -> None:
    """A landscape put at (8, 10), and a part of it beyond the right border."""
    ctx.put_image_data(photo(40, 30), 8, 10)
    ctx.put_image_data(photo(30, 20), 50, 44)
    ctx.put_image_data(letter_f(), -3, -3)


@scene(64, 64, topics=("image data", "alpha"))
def pixels_put_replace_what_was_there(ctx: Context, width: int, height: int) -> None:
    """A fading disc put on a blue plate leaves a square hole around itself."""
    ctx.fill_style = "royalblue"
    ctx.fill_rect(0, 0, width, height)
    ctx.put_image_data(soft_disc(40), 12, 12)


@scene(64, 64, topics=("image data", "state"))
def pixels_put_ignore_the_state(ctx: Context, width: int, height: int) -> None:
    """Transform, clip, alpha and operator do not touch what is put: a full, upright F."""
    ctx.fill_style = "silver"
    ctx.fill_rect(0, 0, width, height)
    ctx.rotate(0.4)
    ctx.rect(0, 0, 20, 20)
    ctx.clip()
    ctx.global_alpha = 0.3
    ctx.global_composite_operation = "multiply"
    ctx.put_image_data(np.repeat(np.repeat(letter_f(), 5, axis=0), 5, axis=1), 12, 12)


@scene(96, 48, topics=("image data",))
def pixels_read_and_put_beside(ctx: Context, width: int, height: int) -> None:
    """A star and its copy look the same."""
    ctx.fill_style = "darkorange"
    star(ctx, 24, 25, 20)
    ctx.fill()
    ctx.put_image_data(np.array(ctx.get_image_data(0, 0, 48, 48)), 48, 0)


@scene(96, 48, topics=("image data",))
def pixels_changed_between_draws(ctx: Context, width: int, height: int) -> None:
    """The right half is turned negative by hand, then a white bar is drawn over both."""
    gradient = ctx.create_linear_gradient(0, 0, 96, 48)
    gradient.add_color_stop(0, "black")
    gradient.add_color_stop(1, "orange")
    ctx.fill_style = gradient
    ctx.fill_rect(0, 0, width, height)
    pixels = np.array(ctx.get_image_data(48, 0, 48, 48))
    pixels[..., :3] = 255 - pixels[..., :3]
    ctx.put_image_data(pixels, 48, 0)
    ctx.fill_style = "white"
    ctx.fill_rect(8, 20, 80, 8)


@scene(64, 64, topics=("image data",))
def pixels_read_beyond_the_border_are_transparent(ctx: Context, width: int, height: int) -> None:
    """What lies outside reads as nothing: put back, it clears a corner of an orange plate."""
    ctx.fill_style = "orange"
    ctx.fill_rect(0, 0, width, height)
    corner = np.array(ctx.get_image_data(-12, -12, 24, 24))
    ctx.put_image_data(corner, 34, 34)


@scene(64, 64, topics=("image data",))
def pixels_created_and_painted(ctx: Context, width: int, height: int) -> None:
    """Created transparent, then painted: rings of red and half transparent blue."""
    pixels = np.array(ctx.create_image_data(48, 48))
    y, x = np.mgrid[0:48, 0:48] - 23.5
    ring = (np.hypot(x, y) // 6).astype(int)
    pixels[(ring % 2 == 0) & (ring < 4)] = (220, 30, 30, 255)
    pixels[(ring % 2 == 1) & (ring < 4)] = (30, 30, 220, 128)
    ctx.put_image_data(pixels, 8, 8)


@scene(64, 64, topics=("image data", "tiles"))
def pixels_put_in_many_small_pieces(ctx: Context, width: int, height: int) -> None:
    """A photo in 64 pieces of 8 x 8, put in reverse order with gaps of nothing; a ring drawn after half."""
    picture = photo(64, 64)
    for i in reversed(range(64)):
        y, x = 8 * (i // 8), 8 * (i % 8)
        ctx.put_image_data(np.ascontiguousarray(picture[y : y + 7, x : x + 7]), x, y)
        if i == 32:
            ctx.line_width = 6
            ctx.begin_path()
            ctx.arc(32, 32, 24, 0, 2 * pi)
            ctx.stroke()
