"""words and arrow: pixels of every form as words, each held to the plain way of saying the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gpucanvas.images import arrow
from gpucanvas.images.arrow import bytes_in
from gpucanvas.images.imagedata import ImageData
from gpucanvas.images.pillow import rgba_of, words_of_picture
from gpucanvas.images.words import PART, bytes_of, words_of

WAYS: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda array: array,
    "cropped": lambda array: array[1:, 2:],
    "mirrored": lambda array: array[:, ::-1],
    "channels turned": lambda array: array[..., ::-1] if array.ndim == 3 else array.T,
    "every second": lambda array: array[::2, ::2],
    "one pixel": lambda array: array[:1, :1],
    "one column": lambda array: array[:, 3:4],
    "in Fortran's order": np.asfortranarray,
    "read only": lambda array: np.frombuffer(array.tobytes(), np.uint8).reshape(array.shape),
    "image data": lambda array: ImageData(array) if array.shape[2:] == (4,) else array,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_words_of_an_array_are_its_colors(way: str, channels: tuple[int, ...]) -> None:
    array = WAYS[way](np.random.default_rng(3).integers(0, 256, (7, 9, *channels), np.uint8))
    before = array.copy()
    height, width = array.shape[:2]
    wanted = np.full((height, width, 4), 255, np.uint8)
    wanted[..., : max(3, *channels, 0)] = array if channels else array[..., None]
    words = words_of(array)
    assert words.shape == (height, width) and words.dtype == np.uint32
    np.testing.assert_array_equal(words[..., None].view(np.uint8), wanted)
    np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3, 5), (2, PART, 3), (PART // 4, 5, 4), (1, 1), (0, 3)])
def test_floats_become_bytes_as_if_cut_off_and_rounded(dtype: Any, shape: Any) -> None:
    floats = np.random.default_rng(1).uniform(-0.2, 1.2, shape).astype(dtype)
    special = [np.nan, np.inf, -np.inf, -0.0, 0.0, 1.0, 0.5, np.finfo(dtype).max, -np.finfo(dtype).max, 1 / 510]
    floats.reshape(-1)[: len(special)] = special[: floats.size]
    # Halves are converted in single precision.
    wide = floats.astype(np.float32) if dtype == np.float16 else floats
    wanted = (np.clip(np.nan_to_num(wide), 0, 1) * 255 + 0.5).astype(np.uint8)
    np.testing.assert_array_equal(bytes_of(floats)[0], wanted)


def picture(mode: str, size: tuple[int, int]) -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, size, np.random.default_rng(2).bytes(size[0] * size[1] * channels))


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (300, 200), (2500, 2000)])
@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_the_memory_of_a_picture_is_copied(mode: str, size: tuple[int, int]) -> None:
    # The largest ones take several of Pillow's blocks.
    image = picture(mode, size)
    found = bytes_in(image, len(mode))
    if not hasattr(image, "__arrow_c_array__"):
        assert found is None
        return
    assert found is not None
    wanted = np.asarray(image).reshape(size[1], size[0], -1)
    np.testing.assert_array_equal(found, wanted)
    image.paste(0, (0, 0, 1, 1))
    np.testing.assert_array_equal(found, wanted)


def test_memory_of_another_layout_is_not_taken() -> None:
    assert bytes_in(picture("L", (4, 4)), 4) is None
    assert bytes_in(object(), 4) is None


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV"])
def test_a_picture_s_words_are_pillow_s_own(mode: str, is_shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_shown:
        monkeypatch.setattr(arrow, "_copy", lambda image, target: False)
    image = picture("RGB", (40, 30)).convert(mode) if mode != "RGBX" else picture(mode, (40, 30))
    words = words_of_picture(image)
    np.testing.assert_array_equal(words[..., None].view(np.uint8), np.asarray(image.convert("RGBA")))


@pytest.mark.parametrize(("mode", "clear"), [("L", 7), ("RGB", (1, 2, 3))])
def test_a_color_that_is_told_to_be_transparent_is(mode: str, clear: Any) -> None:
    image = Image.new(mode, (3, 1), clear)
    image.putpixel((1, 0), 9 if mode == "L" else (9, 9, 9))
    image.info["transparency"] = clear
    assert rgba_of(image)[0, :, 3].tolist() == [0, 255, 0]


def test_a_new_picture_without_alpha_is_opaque() -> None:
    assert rgba_of(Image.new("RGB", (2, 1))).tolist() == [[[0, 0, 0, 255]] * 2]
