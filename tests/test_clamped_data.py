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
    assert repr(data) == "<ClampedBytes of 16>"
    with pytest.raises(IndexError):
        data[16] = 1
    with pytest.raises(TypeError):
        hash(data)


def test_results_of_numpy_take_any_number_too(ctx: Any) -> None:
    darker = ctx.get_image_data(0, 0, 2, 2) // np.uint8(2)
    darker.data[0] = 300.5
    assert darker[0, 0].tolist() == [255, 100, 50, 127]


def test_strict_canvases_say_what_is_wrong() -> None:
    with gpucanvas.Canvas(2, 2, backend="cpu") as canvas:
        data: Any = canvas.get_context("2d").get_image_data(0, 0, 2, 2).data
        assert isinstance(data, memoryview)
        with pytest.raises(ValueError, match="format"):
            data[0] = 300
        with pytest.raises(TypeError, match="format"):
            data[0] = 1.5
