"""Pillow and NumPy: images of every mode are drawn right or refused, and a canvas is read as one of theirs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

import gpucanvas

COLORS = [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 128, 0), (30, 60, 200), (127, 127, 127)]
RGB = np.array([COLORS], np.uint8)
GREY = np.array([[0, 1, 127, 128, 254, 255]], np.uint8)
ALPHA = np.array([[255, 255, 255, 128, 200, 0]], np.uint8)


def drawn(image: Any) -> Any:
    """What an image looks like on a canvas of its own size."""
    width, height = image.size
    with gpucanvas.Canvas(width, height, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_enabled = False
        ctx.draw_image(image, 0, 0)
        pixels = canvas.to_numpy().astype(int)
    assert (np.abs(gpucanvas.Image(image).to_numpy().astype(int) - pixels)[pixels[..., 3] == 255] <= 1).all()
    return pixels


def with_alpha(rgb: Any, alpha: Any) -> Any:
    return np.concatenate([rgb, alpha[..., None]], 2)


def grey(values: Any) -> Any:
    return np.repeat(np.asarray(values)[..., None], 3, 2)


def opaque(rgb: Any) -> Any:
    return with_alpha(np.asarray(rgb), np.full(np.shape(rgb)[:2], 255))


def palette(mode: str) -> Image.Image:
    image = Image.new(mode, (6, 1))
    image.putpalette(RGB.tobytes())
    for x in range(6):
        image.putpixel((x, 0), x if mode == "P" else (x, int(ALPHA[0, x])))
    return image


def lab() -> Image.Image:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.applyTransform(Image.fromarray(RGB), ImageCms.buildTransform(*profiles, "RGB", "LAB"))


def sixteen(mode: str) -> Image.Image:
    order = ">u2" if mode == "I;16B" else "<u2"
    return Image.frombytes(mode, (6, 1), (GREY.astype(np.uint32) * 257).astype(order).tobytes())


PREMULTIPLIED = np.array([[(10, 20, 30, 40), (100, 0, 50, 200), (0, 0, 0, 0), (1, 2, 3, 255)]], np.uint8)
STRAIGHT = [[(64, 128, 191, 40), (128, 0, 64, 200), (0, 0, 0, 0), (1, 2, 3, 255)]]
MODES: dict[str, tuple[Any, Any, int]] = {
    "1": (lambda: Image.fromarray(GREY).convert("1", dither=0), opaque(grey((GREY > 127) * 255)), 0),
    "L": (lambda: Image.fromarray(GREY), opaque(grey(GREY)), 0),
    "LA": (lambda: Image.fromarray(np.stack([GREY, ALPHA], 2)), with_alpha(grey(GREY), ALPHA), 1),
    "La": (
        lambda: Image.frombytes("La", (2, 1), bytes([100, 200, 7, 255])),
        np.array([[(128, 128, 128, 200), (7, 7, 7, 255)]]),
        1,
    ),
    "P": (lambda: palette("P"), opaque(RGB), 0),
    "PA": (lambda: palette("PA"), with_alpha(RGB, ALPHA), 1),
    "RGB": (lambda: Image.fromarray(RGB), opaque(RGB), 0),
    "RGBA": (lambda: Image.fromarray(with_alpha(RGB, ALPHA)), with_alpha(RGB, ALPHA), 1),
    "RGBa": (lambda: Image.frombytes("RGBa", (4, 1), PREMULTIPLIED.tobytes()), np.array(STRAIGHT), 4),
    "RGBX": (lambda: Image.frombytes("RGBX", (6, 1), with_alpha(RGB, ALPHA).tobytes()), opaque(RGB), 0),
    "CMYK": (lambda: Image.fromarray(RGB).convert("CMYK"), opaque(RGB), 1),
    "YCbCr": (lambda: Image.fromarray(RGB).convert("YCbCr"), opaque(RGB), 3),
    "HSV": (lambda: Image.fromarray(RGB).convert("HSV"), opaque(RGB), 4),
    # Eight bits of lightness and of each hue move a strong colour by so much.
    "LAB": (lab, opaque(RGB), 8),
    "I;16": (lambda: sixteen("I;16"), opaque(grey(GREY)), 0),
    "I;16B": (lambda: sixteen("I;16B"), opaque(grey(GREY)), 0),
    "I;16L": (lambda: sixteen("I;16L"), opaque(grey(GREY)), 0),
    "F": (lambda: Image.fromarray((GREY / 255).astype(np.float32)), opaque(grey(GREY)), 0),
}


@pytest.mark.parametrize("mode", MODES)
def test_an_image_of_a_mode_is_drawn_as_it_looks(mode: str) -> None:
    make, expected, tolerance = MODES[mode]
    image = make()
    assert image.mode == mode
    pixels = drawn(image)
    seen = expected[..., 3] > 0
    assert pixels.shape == expected.shape
    assert (pixels[..., 3] == expected[..., 3]).all()
    assert np.abs(pixels - expected)[seen].max() <= tolerance


def test_every_mode_of_pillow_is_drawn_or_refused() -> None:
    known = set(Image.MODES) | {"La", "PA", "I;16B", "I;16L"}
    assert known - set(MODES) - {"I", "I;16N"} == set()


@pytest.mark.parametrize("value", [0, 200, 65535, -1])
def test_32_bit_integers_are_refused_with_the_cure(value: int) -> None:
    image = Image.new("I", (2, 2), value)
    for use in (gpucanvas.Image, drawn):
        with pytest.raises(TypeError, match=r"mode 'I', 32-bit integers.*numpy\.asarray\(image\) / 65535"):
            use(image)


@pytest.mark.parametrize("value", [255.0, -0.5, float("inf")])
def test_floats_beyond_0_to_1_are_refused_with_the_cure(value: float) -> None:
    with pytest.raises(ValueError, match="mode 'F' has floats from .* they are taken as 0 to 1, give"):
        drawn(Image.new("F", (2, 2), value))


@pytest.mark.parametrize("sixteen_bit", [0, 128, 129, 257, 32768, 65279, 65535])
def test_16_bits_are_rounded_not_cut(sixteen_bit: int) -> None:
    image = Image.fromarray(np.full((1, 1), sixteen_bit, np.uint16))
    assert gpucanvas.Image(image).to_numpy()[0, 0, 0] == round(sixteen_bit / 257)


def test_a_canvas_is_an_array_and_a_pillow_image(backend: str) -> None:
    with gpucanvas.Canvas(5, 3, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_style = (1, 0, 0, 0.5)
        ctx.fill_rect(0, 0, 2, 2)
        read = canvas.to_numpy()
        assert read[0, 0].tolist() == [255, 0, 0, 128]
        as_array, as_image = np.asarray(canvas), Image.fromarray(canvas)
        assert (as_image.mode, as_image.size) == ("RGBA", (5, 3))
        assert canvas.tobytes() == read.tobytes()
        ctx.clear_rect(0, 0, 5, 3)
        assert not np.asarray(canvas).any(), "each time as it is then"
    for found in (as_array, np.asarray(as_image)):
        assert (found.shape, found.dtype) == ((3, 5, 4), np.uint8)
        assert np.array_equal(found, read), "what was read outlives the canvas"
    with pytest.raises(gpucanvas.ClosedError, match="the canvas is closed"):
        np.asarray(canvas)


def test_an_image_is_an_array_and_a_pillow_image() -> None:
    pixels = np.arange(96, dtype=np.uint8).reshape(4, 6, 4)
    crop = gpucanvas.Image(pixels).crop(1, 1, 4, 2)
    assert np.array_equal(np.asarray(crop), pixels[1:3, 1:5])
    assert np.array_equal(np.asarray(Image.fromarray(crop)), pixels[1:3, 1:5])


def test_arrays_read_from_canvases_take_part_in_numpy() -> None:
    with gpucanvas.Canvas(4, 2, backend="cpu") as canvas:
        canvas.get_context("2d").fill_rect(0, 0, 4, 2)
        assert np.stack([canvas, canvas]).shape == (2, 2, 4, 4)
        assert np.asarray(canvas, dtype=np.float32).sum() == 8 * 255
    with gpucanvas.Canvas(0, 3, backend="cpu") as empty:
        assert np.asarray(empty).shape == (3, 0, 4)
        assert Image.fromarray(empty).size == (0, 3)
