"""Images and patterns that are not smoothed show the texels that Chromium shows, also half way between two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas

SHEET = np.zeros((16, 16, 4), np.uint8)
SHEET[..., 0], SHEET[..., 1], SHEET[..., 3] = np.arange(16) * 16, np.arange(16)[:, None] * 16, 255
"""The red of a texel is its column, and its green its row, times 16."""
HALF, ALL = [*range(0, 16, 2)], [*range(16)]
BY_THREE_HALVES = [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10, 10, 11, 12, 12, 13, 14, 14, 15]
NOTHING = -1
PLACES = {"half": (0.5, 0), "moved": (1, 0.5), "larger": (1.5, 0)}
"""Scale and offset."""
IMAGES = {"half": HALF, "moved": [NOTHING, *ALL], "larger": BY_THREE_HALVES}
PATTERNS = {
    ("half", "repeat"): [*HALF, *HALF],
    ("moved", "repeat"): [15, *ALL, 0],
    ("larger", "repeat"): [*BY_THREE_HALVES, 0, 0, 1],
    ("half", "no-repeat"): [*HALF, NOTHING],
    ("moved", "no-repeat"): [0, *ALL[:-1], NOTHING],
    ("larger", "no-repeat"): [*BY_THREE_HALVES, NOTHING],
}
"""The texels that Chromium 156 shows one after another. An image ends at whole pixels, and a pattern does not."""
SOURCES: dict[str, Any] = {"array": np.copy, "image": gpucanvas.Image, "bitmap": gpucanvas.create_image_bitmap}


def context(backend: Any, matrix: tuple[float, ...]) -> Any:
    ctx = gpucanvas.Canvas(40, 40, backend=backend).get_context("2d")
    ctx.image_smoothing_enabled = False
    ctx.transform(*matrix)
    return ctx


def shown(ctx: Any, count: int) -> list[list[int]]:
    """The columns of the sheet along the second row of the canvas, and the rows along its second column."""
    pixels = ctx.canvas.to_numpy()[:count, :count].astype(int)
    found = np.where(pixels[..., 3:] > 0, pixels[..., :2] // 16, NOTHING)
    return [found[1, :, 0].tolist(), found[:, 1, 1].tolist()]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", PLACES)
def test_an_image_half_way_between_texels_shows_the_first(backend: str, name: str, source: str) -> None:
    scale, offset = PLACES[name]
    matrix = scale, 0, 0, scale, offset, offset
    one, many = context(backend, matrix), context(backend, matrix)
    one.draw_image(SOURCES[source](SHEET), 0, 0)
    many.draw_images(SOURCES[source](SHEET))
    for ctx in (one, many):
        assert shown(ctx, len(IMAGES[name])) == [IMAGES[name]] * 2


@pytest.mark.parametrize("is_turned", [False, True])
def test_mirrored_and_turned_the_first_texel_is_shown_too(backend: str, is_turned: bool) -> None:
    ctx = context(backend, (0, -0.5, -0.5, 0, 8, 8) if is_turned else (-0.5, 0, 0, -0.5, 8, 8))
    ctx.draw_image(SHEET.transpose(1, 0, 2) if is_turned else SHEET, 0, 0)
    assert shown(ctx, 8) == [HALF[::-1]] * 2


@pytest.mark.parametrize(("name", "repetition"), PATTERNS)
def test_a_pattern_half_way_between_texels_shows_the_first(backend: str, name: str, repetition: Any) -> None:
    scale, offset = PLACES[name]
    ctx = context(backend, (scale, 0, 0, scale, offset, offset))
    ctx.fill_style = ctx.create_pattern(SHEET, repetition)
    ctx.fill_rect(-50, -50, 150, 150)
    expected = PATTERNS[name, repetition]
    assert shown(ctx, len(expected)) == [expected] * 2
