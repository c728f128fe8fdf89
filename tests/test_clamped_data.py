"""Image data of canvases that take JavaScript's values take any number, rounded and clamped, as in JavaScript."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas

NUMBERS = [
    (0, 0),
    (300, 255),
    (-5, 0),
    (1.5, 2),
    (2.5, 2),
    (254.5, 254),
    (0.5, 0),
    (76.3, 76),
    (float("nan"), 0),
    (float("inf"), 255),
    ("12", 12),
    (None, 0),
    (True, 1),
    (np.float32(99.6), 100),
    (np.int64(70), 70),
    (1e300, 255),
]
"""Numbers, and the bytes that ECMAScript's ToUint8Clamp makes of them."""


@pytest.fixture
def ctx() -> Any:
    canvas = gpucanvas.Canvas(4, 3, backend="cpu", on_invalid="ignore")
    ctx = canvas.get_context("2d")
    ctx.fill_style = "rgb(10 200 100)"
    ctx.fill_rect(0, 0, 4, 3)
    return ctx


@pytest.mark.parametrize(("given", "byte"), NUMBERS, ids=repr)
def test_a_number_is_rounded_and_clamped(ctx: Any, given: Any, byte: int) -> None:
    for data in (ctx.get_image_data(0, 0, 2, 2), ctx.create_image_data(2, 2), ctx.get_image_data(9, 9, 2, 2)):
        data.data[5] = given
        assert data.data[5] == byte
        assert type(data.data[5]) is int
        assert data[0, 1, 1] == byte


def test_a_program_ported_line_by_line_makes_a_picture_grey(ctx: Any) -> None:
    image = ctx.get_image_data(0, 0, 4, 3)
    d = image.data
    for i in range(0, len(d), 4):
        d[i] = d[i + 1] = d[i + 2] = 0.299 * d[i] + 0.587 * d[i + 1] + 0.114 * d[i + 2]
    ctx.put_image_data(image, 0, 0)
    assert ctx.get_image_data(2, 1, 1, 1)[0, 0].tolist() == [132, 132, 132, 255]


def test_they_are_bytes_otherwise(ctx: Any) -> None:
    data = ctx.get_image_data(0, 0, 2, 2).data
    assert len(data) == 16
    assert list(data)[:4] == [10, 200, 100, 255]
    assert bytes(data[:4]) == bytes([10, 200, 100, 255])
    assert np.asarray(data).tolist() == list(data)
    np.asarray(data)[0] = 7
    assert data[0] == 7
    data[0:4] = [1.2, 300, -1, "7"]
    assert data[:4] == bytes([1, 255, 0, 7])
    assert data != bytes(16)
    assert gpucanvas.ImageData(data, 2).tolist() == gpucanvas.ImageData(bytes(data), 2).tolist()
    assert repr(data) == "<FlatData of 16, uint8>"
    with pytest.raises(IndexError):
        data[16] = 1
    with pytest.raises(TypeError):
        hash(data)


def test_results_of_numpy_take_any_number_too(ctx: Any) -> None:
    darker = ctx.get_image_data(0, 0, 2, 2) // np.uint8(2)
    darker.data[0] = 300.5
    assert darker[0, 0].tolist() == [255, 100, 50, 127]


@pytest.fixture
def strict() -> Any:
    canvas = gpucanvas.Canvas(4, 3, backend="cpu")
    return canvas.get_context("2d").get_image_data(0, 0, 4, 3)


@pytest.mark.parametrize("number", [300, -1, np.int64(256), 1.5, 76.0, "7", None, np.float32(3)], ids=repr)
def test_strict_canvases_say_what_to_write(strict: Any, number: Any) -> None:
    is_whole = isinstance(number, int | np.integer)
    cure = 'give a whole number from 0 to 255, as round.. makes, or make the canvas with on_invalid="ignore"'
    with pytest.raises(ValueError if is_whole else TypeError, match=rf"data\[0\] is set to .*: {cure}"):
        strict.data[0] = number
    with pytest.raises(ValueError if is_whole else TypeError, match=rf"data is set to .*: {cure}"):
        strict.data[0::4] = [number] * 12
    assert not strict.any()


@pytest.mark.parametrize("clamps", [False, True])
def test_a_slice_of_the_data_takes_one_number_for_all(strict: Any, ctx: Any, clamps: bool) -> None:
    image = ctx.get_image_data(0, 0, 4, 3) if clamps else strict
    image.data[0::4] = 255
    image.data[1::4] = 300 if clamps else np.arange(12)
    image.data[3] = np.int32(7)
    assert (image[..., 0] == 255).all()
    assert image[..., 1].ravel().tolist() == ([255] * 12 if clamps else list(range(12)))
    assert image.data[3::4][0] == 7
    assert type(image.data[3::4][0]) is int


def test_data_are_passed_on_as_a_memoryview_is(strict: Any) -> None:
    strict.data[5] = 9
    data = strict.data
    assert memoryview(data).tobytes() == bytes(data) == strict.tobytes() == bytearray(data)
    assert data == strict.tobytes()
    assert (data != strict.tobytes()) is False
    assert data != 5
    assert 9 in data
    assert 10 not in data
    assert sum(data) == max(data) == 9
    assert sum(data[i] for i in range(len(data))) == 9
    assert (data + 1).tolist()[5] == 10
    assert type(data + 1) is np.ndarray


def test_the_data_of_a_slice_say_how_to_index_it(strict: Any) -> None:
    cure = r"data\[0\]: .* of shape \(2, 4, 4\), has no flat data: index it as image\[y, x, channel\], or .* image.copy"
    with pytest.raises(IndexError, match=cure):
        strict[::2].data[0]
    with pytest.raises(IndexError, match=cure):
        strict[::2].data[0] = 1
    strict[::2].copy().data[0] = 1
    assert memoryview(strict[::2].data).tobytes() == strict[::2].tobytes()


def test_the_data_of_half_floats_are_flat_and_take_any_number() -> None:
    image: Any = gpucanvas.ImageData(2, 2, pixel_format="rgba-float16")
    image.data[4:] = 0.25
    image.data[5] = 1.5
    assert image.data[5] == image[0, 1, 1] == 1.5
    assert type(image.data[5]) is float
    assert list(image.data)[:6] == [0, 0, 0, 0, 0.25, 1.5]
