"""Where images end, and what their edges are mixed with: HTML, "drawing images", and what browsers make of its gaps."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pytest

import gpucanvas

WHITE = np.full((8, 8, 4), 255, np.uint8)


def alpha_of(backend: str, *rects: tuple[float, float, float, float], turn: float = 0.0) -> np.ndarray:
    """The alpha of white images drawn into rectangles of a canvas of 40 x 20."""
    with gpucanvas.Canvas(40, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.rotate(turn)
        for rect in rects:
            ctx.draw_image(WHITE, *rect)
        return np.array(canvas.to_numpy()[..., 3])


@pytest.mark.parametrize("left", [2.0, 2.25, 2.3, 2.5, 2.7, 3.1])
@pytest.mark.parametrize("side", [1.0, 3.3, 6.4, 7.5])
def test_images_side_by_side_leave_no_seam(backend: str, left: float, side: float) -> None:
    across = alpha_of(backend, *((left + side * i, 4, side, 5) for i in range(4)))[6]
    covered = np.flatnonzero(across)
    assert set(across[covered].tolist()) == {255}
    assert (np.diff(covered) == 1).all()
    assert abs(len(covered) - 4 * side) < 1
    down = alpha_of(backend, *((4, left + side * i, 5, side) for i in range(2)))[:, 6]
    assert set(down.tolist()) == {0, 255}
    assert (np.diff(np.flatnonzero(down)) == 1).all()


def test_an_upright_image_fills_the_pixels_whose_centres_it_covers(backend: str) -> None:
    found = alpha_of(backend, (3.6, 2.4, 5.0, 6.0))
    # Centres are at i + 0.5: 4.5 to 8.5 lie between 3.6 and 8.6, and 2.5 to 7.5 between 2.4 and 8.4.
    wanted = np.zeros((20, 40), np.uint8)
    wanted[2:8, 4:9] = 255
    np.testing.assert_array_equal(found, wanted)


def test_an_image_under_a_pixel_wide_keeps_its_share(backend: str) -> None:
    found = alpha_of(backend, (3.6, 2.0, 0.25, 6.0))
    assert found[4].sum() == pytest.approx(0.25 * 255, abs=1)


def test_a_turned_image_has_soft_edges(backend: str) -> None:
    found = alpha_of(backend, (12.0, 2.0, 9.0, 9.0), turn=0.4)
    assert ((found > 0) & (found < 255)).sum() > 12
    assert found.sum() / 255 == pytest.approx(81, abs=0.5)


def test_a_flipped_image_abuts_the_one_beside_it(backend: str) -> None:
    with gpucanvas.Canvas(40, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(WHITE, 3.3, 2, 8.2, 8)
        ctx.translate(19.7, 0)
        ctx.scale(-1, 1)
        ctx.draw_image(WHITE, 0, 2, 8.2, 8)
        row = canvas.to_numpy()[5, :, 3]
    assert np.flatnonzero(row).tolist() == list(range(3, 20))
    assert set(row[3:20].tolist()) == {255}


def sheet() -> np.ndarray:
    """A sheet of two sprites of 4 x 4: red on the left, opaque blue on the right."""
    pixels = np.zeros((4, 8, 4), np.uint8)
    pixels[:, :4], pixels[:, 4:] = (255, 0, 0, 255), (0, 0, 255, 255)
    return pixels


@pytest.mark.parametrize("kind", ["array", "image", "canvas"])
def test_a_smooth_part_is_mixed_with_what_lies_beside_it_in_the_image(backend: str, kind: str) -> None:
    # HTML, "drawing images": "When the filtering algorithm requires a pixel value from outside the source rectangle but
    # inside the original image data, then the value from the original image data must be used."
    with gpucanvas.Canvas(8, 4, backend=backend) as source, gpucanvas.Canvas(40, 20, backend=backend) as canvas:
        source.get_context("2d").put_image_data(sheet(), 0, 0)
        image = {"array": sheet(), "image": gpucanvas.Image(sheet()), "canvas": source}[kind]
        ctx = canvas.get_context("2d")
        ctx.draw_image(image, 4, 0, 4, 4, 2, 2, 16, 16)
        row = canvas.to_numpy()[10]
    # Four pixels a texel: the centres of the first two are 1/8 and 3/8 of a texel behind the border.
    for x, red in ((2, 0.375), (3, 0.125), (4, 0.0)):
        assert row[x].tolist() == pytest.approx([255 * red, 0, 255 * (1 - red), 255], abs=2)
    # On the right there is nothing beside it: "clamp-to-edge".
    assert row[17].tolist() == [0, 0, 255, 255]


def test_a_part_in_crisp_pixels_takes_none_from_beside_it(backend: str) -> None:
    with gpucanvas.Canvas(40, 20, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_enabled = False
        for i in range(4):
            ctx.draw_image(sheet(), 4, 0, 4, 4, 1.5 + 9.1 * i, 2.5, 9.1, 9.1)
        found = canvas.to_numpy()
    assert not found[..., 0].any()
    assert found[5, 3:37, 2].min() == 255


@pytest.mark.parametrize("quarters", [-3, -1, 1, 2, 5, 400_001])
def test_quarter_turns_keep_images_and_rectangles_upright(backend: str, quarters: int) -> None:
    def pixels(turn: Callable[[Any], None]) -> np.ndarray:
        with gpucanvas.Canvas(40, 40, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.translate(20.3, 19.6)
            turn(ctx)
            ctx.draw_image(np.full((5, 9, 4), 255, np.uint8), 1, 2)
            ctx.fill_rect(-8, -8, 5.5, 3.25)
            return np.array(canvas.to_numpy())

    c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters % 4]
    exact = pixels(lambda ctx: ctx.transform(c, s, -s, c, 0, 0))
    np.testing.assert_array_equal(pixels(lambda ctx: ctx.rotate(quarters * pi / 2)), exact)
    turned = gpucanvas.DOMMatrix().rotate(quarters * 90).to_float64_array()[[0, 1, 4, 5, 12, 13]]
    np.testing.assert_array_equal(pixels(lambda ctx: ctx.transform(*turned)), exact)
