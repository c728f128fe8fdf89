"""An opaque image at whole pixels is copied, and shows what it shows where it is sampled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends.host_surface import words_of
from gpucanvas.backends.stage_runner import host_images
from gpucanvas.contract.constants import COMMAND_BITS, COMMAND_FULL, COMMAND_SHAPE, TILE
from gpucanvas.pipeline.encode import encode
from gpucanvas.stages.fast.texels import copy_texels

SIZE = 70
"""Sides of the canvas, which are no multiple of a tile's."""
Draw = Callable[[gpucanvas.Context2D, Any], None]


def texels(alpha: int = 255) -> np.ndarray:
    """An image of 80 x 90 texels with every value of each channel."""
    image = np.random.default_rng(4).integers(0, 256, (80, 90, 4), dtype=np.uint8)
    image[0, :, 0], image[1:4, :86, 1] = np.arange(90), np.arange(258).reshape(3, 86) % 256
    image[..., 3] = alpha
    return image


def copied(
    draw: Draw, image: np.ndarray, command: int = COMMAND_FULL, x0: int = TILE, y0: int = TILE
) -> np.ndarray | None:
    """The pixels of a tile, copied; None where fine must draw it."""
    recording = gpucanvas.Recording(SIZE, SIZE)
    draw(recording.get_context("2d"), gpucanvas.Image(image))
    scene = encode(recording._commands, SIZE, SIZE)
    images, held = host_images(scene.images)
    tables = scene.draws, None, None, None, None, scene.paints, images, None, None
    surface, edge = np.zeros((SIZE, SIZE), np.uint32), np.empty(TILE, np.int32)
    word = np.int64(0 << COMMAND_BITS | command)
    done = copy_texels(tables, word, edge, words_of(surface), SIZE, SIZE, x0, y0)
    assert len(held) == 1
    assert bool(surface.any()) == bool(done)
    return surface[y0 : y0 + TILE, x0 : x0 + TILE].copy().view(np.uint8).reshape(TILE, TILE, 4) if done else None


def at_whole_pixels(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.draw_image(image, -3, 5)


def a_part(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.draw_image(image, 10, 20, 60, 50, 7, 15, 60, 50)


@pytest.mark.parametrize(("draw", "left", "top"), [(at_whole_pixels, -3, 5), (a_part, -3, -5)])
def test_a_tile_that_an_opaque_image_covers_is_copied(draw: Draw, left: int, top: int) -> None:
    image = texels()
    found = copied(draw, image)
    assert found is not None
    y, x = TILE - top, TILE - left
    np.testing.assert_array_equal(found, image[y : y + TILE, x : x + TILE])


def faded(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.global_alpha = 0.99
    ctx.draw_image(image, 0, 0)


def multiplied(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.global_composite_operation = "multiply"
    ctx.draw_image(image, 0, 0)


def off_by_half(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.draw_image(image, 0.5, 0)


def scaled(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.draw_image(image, 0, 0, 180, 160)


def mirrored(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.scale(-1, 1)
    ctx.draw_image(image, -80, 0)


def beginning_in_the_tile(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.draw_image(image, TILE + 1, 0)


def ending_in_the_tile(ctx: gpucanvas.Context2D, image: Any) -> None:
    ctx.draw_image(image, 0, 2 * TILE - 81)


@pytest.mark.parametrize(
    "draw", [faded, multiplied, off_by_half, scaled, mirrored, beginning_in_the_tile, ending_in_the_tile]
)
def test_a_tile_of_an_image_that_is_not_only_moved_or_ends_there_is_left_to_fine(draw: Draw) -> None:
    assert copied(draw, texels()) is None


def test_a_tile_with_a_translucent_texel_or_partly_covered_or_beyond_the_surface_is_left_to_fine() -> None:
    image = texels()
    assert copied(at_whole_pixels, image, COMMAND_SHAPE) is None
    assert copied(at_whole_pixels, image, x0=64) is None
    assert copied(at_whole_pixels, image, y0=64) is None
    image[TILE + 8, TILE + 9, 3] = 254
    assert copied(at_whole_pixels, image) is None


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("backdrop", [None, "#12345678", "white"])
@pytest.mark.parametrize("place", [(0, 0), (-16, 16), (-7, -9), (5, 11), (48, 48)])
def test_an_opaque_image_shows_its_own_pixels(place: tuple[int, int], backdrop: str | None, color_type: Any) -> None:
    image = texels()
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_type=color_type)
        if backdrop is not None:
            ctx.fill_style = backdrop
            ctx.fill_rect(0, 0, SIZE, SIZE)
            canvas.flush()
        ctx.draw_image(gpucanvas.Image(image), *place)
        left, top = max(place[0], 0), max(place[1], 0)
        found = canvas.to_numpy()[top:, left:]
        np.testing.assert_array_equal(found, image[top - place[1] :, left - place[0] :][: SIZE - top, : SIZE - left])


@pytest.mark.parametrize("side", [16, 32])
@pytest.mark.parametrize("is_batch", [False, True])
def test_tiles_of_a_sheet_are_drawn_beside_each_other(side: int, is_batch: bool) -> None:
    image = texels()
    image[:32, 32:64, 3] = 100  # One tile, or some, is translucent.
    sheet, rng = gpucanvas.Image(image), np.random.default_rng(side)
    parts = rng.integers(0, 48, (25, 2)).astype(float)
    places = np.stack(np.divmod(np.arange(25), 5), 1)[:, ::-1] * side
    with gpucanvas.Canvas(5 * side, 5 * side, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        if is_batch:
            sides = np.full((25, 2), side)
            ctx.draw_images(sheet, np.concatenate([parts, sides], 1), np.concatenate([places, sides], 1))
        else:
            for (x, y), (left, top) in zip(parts.tolist(), places.tolist(), strict=True):
                ctx.draw_image(sheet, x, y, side, side, left, top, side, side)
        found = canvas.to_numpy().astype(int)
    for (x, y), (left, top) in zip(parts.astype(int), places, strict=True):
        expected = image[y : y + side, x : x + side].astype(int)
        difference = np.abs(found[top : top + side, left : left + side] - expected)
        opaque = expected[..., 3] == 255
        assert not difference[opaque].any()
        # Straight pixels of an alpha of 100 are rounded twice.
        assert difference[~opaque].max(initial=0) <= 2
