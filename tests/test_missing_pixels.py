"""Pixels that are missing from an image, NaN or masked by `numpy.ma`, are transparent, and so are those of a mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pictures

import gpucanvas

BLUE = [0, 0, 255, 255]
SHAPES: dict[str, tuple[int, ...]] = {"grey": (), "rgb": (3,), "rgba": (4,)}


def drawn(image: Any, way: str = "draw_image", backend: str = "cpu", **settings: Any) -> NDArray[np.uint8]:
    """An image of 4x3 pixels as it is seen on blue."""
    with gpucanvas.Canvas(4, 3, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", **settings)
        ctx.fill_style = "blue"
        ctx.fill_rect(0, 0, 4, 3)
        ctx.image_smoothing_enabled = False
        if way == "create_pattern":
            ctx.fill_style = ctx.create_pattern(image)
            ctx.fill_rect(0, 0, 4, 3)
        else:
            make: Callable[[Any], Any] = {
                "Image": gpucanvas.Image,
                "create_image_bitmap": gpucanvas.create_image_bitmap,
                "Pillow": lambda each: Pictures.fromarray(each),
            }.get(way, lambda each: each)
            ctx.draw_image(make(image), 0, 0)
        return canvas.to_numpy()


def holed(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """White pixels, one of them NaN in its last channel and one in all."""
    image = np.ones((3, 4, *shape), dtype)
    image[(0, 1, -1) if shape else (0, 1)] = np.nan
    image[2, 3] = np.nan
    return image


def assert_holes(pixels: NDArray[np.uint8]) -> None:
    holes = np.zeros((3, 4), bool)
    holes[0, 1] = holes[2, 3] = True
    assert pixels[holes].tolist() == [BLUE, BLUE]
    assert (pixels[~holes] == 255).all()


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("form", SHAPES)
@pytest.mark.parametrize("way", ["draw_image", "create_pattern", "Image", "create_image_bitmap"])
def test_a_pixel_with_nan_is_transparent(way: str, form: str, dtype: Any, color_type: str) -> None:
    assert_holes(drawn(holed(SHAPES[form], dtype), way, color_type=color_type))


def test_a_pixel_with_nan_is_transparent_on_both_backends(backend: str) -> None:
    assert_holes(drawn(holed((3,), np.float32), backend=backend))


def test_a_pillow_image_of_floats_may_have_nan() -> None:
    assert_holes(drawn(holed((), np.float32), "Pillow"))


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("dtype", [np.uint8, np.bool_, np.float16, np.float32, np.float64])
@pytest.mark.parametrize("form", SHAPES)
@pytest.mark.parametrize("way", ["draw_image", "create_pattern", "Image", "create_image_bitmap"])
def test_a_masked_pixel_is_transparent(way: str, form: str, dtype: Any, color_type: str) -> None:
    floats = holed(SHAPES[form], np.float64)
    white = 255 if dtype == np.uint8 else 1
    numbers = np.full(floats.shape, white, dtype)
    if numbers.dtype.kind == "f":
        numbers[2, 3] = 60_000  # What is below a mask is not looked at: no warning.
    image = np.ma.array(numbers, mask=np.isnan(floats))
    assert_holes(drawn(image, way, color_type=color_type))
    assert (image.data[0] == white).all(), "the program's own numbers are as they were"


@pytest.mark.parametrize("color_type", ["unorm8", "float16"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_a_masked_pixel_is_transparent_on_a_canvas_of_another_space(dtype: Any, color_type: str) -> None:
    mask = np.isnan(holed((4,), float))
    image = np.ma.array(np.full(mask.shape, 255 if dtype == np.uint8 else 1, dtype), mask=mask)
    with gpucanvas.Canvas(4, 3, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", color_space="display-p3", color_type=color_type)  # type: ignore[call-overload]
        ctx.draw_image(image, 0, 0)
        alpha = np.asarray(canvas.to_numpy())[..., 3]
    assert np.array_equal(alpha, np.where(mask.any(2), 0, 255))


def test_an_array_whose_mask_is_empty_is_drawn_as_any() -> None:
    assert (drawn(np.ma.array(np.full((3, 4, 4), 255, np.uint8))) == 255).all()
    assert (drawn(np.ma.array(np.ones((3, 4)), mask=False)) == 255).all()


def test_a_masked_pixel_is_put_as_transparent_and_nan_as_zero() -> None:
    with gpucanvas.Canvas(2, 1, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 2, 1)
        ctx.put_image_data(np.ma.array(np.full((1, 2, 4), 255, np.uint8), mask=[[[0] * 4, [1, 0, 0, 0]]]), 0, 0)
        assert canvas.to_numpy()[0].tolist() == [[255] * 4, [0] * 4]


@pytest.mark.parametrize("color", ["red", "gradient"])
def test_a_mask_paints_nothing_where_it_is_missing(color: str) -> None:
    for mask in (
        np.array([[1, np.nan, 1]]),
        np.ma.array([[1.0, 7.0, 1.0]], mask=[[0, 1, 0]]),
        np.ma.array(np.full((1, 3), 255, np.uint8), mask=[[0, 1, 0]]),
        np.ma.array([[True, True, True]], mask=[[0, 1, 0]]),
    ):
        with gpucanvas.Canvas(3, 1, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            gradient = ctx.create_linear_gradient(0, 0, 3, 0)
            gradient.add_color_stop(0, "red")
            ctx.fill_style = "red" if color == "red" else gradient
            ctx.draw_mask(mask, 0, 0)
            assert canvas.to_numpy()[0, :, 3].tolist() == [255, 0, 255]


@pytest.mark.parametrize("form", SHAPES)
def test_true_is_white_and_false_is_black(form: str) -> None:
    image = np.ones((3, 4, *SHAPES[form]), bool)
    image[0, 0] = False
    pixels = drawn(image)
    assert pixels[0, 0].tolist() == (BLUE if form == "rgba" else [0, 0, 0, 255])
    assert (pixels[1:] == 255).all()


@pytest.mark.parametrize("form", SHAPES)
def test_halves_become_the_bytes_that_wider_floats_become(form: str) -> None:
    numbers = np.random.default_rng(3).uniform(-0.1, 1.1, (60, 80, *SHAPES[form])).astype(np.float16)
    first, second = (gpucanvas.Image(numbers.astype(dtype)).to_numpy() for dtype in (np.float16, np.float32))
    assert np.array_equal(first, second)
