"""Images and bitmaps of float16 or of display-p3 keep their colours on canvases of float16, and bytes stay bytes."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from coloraide import Color
from numpy.typing import NDArray

import gpucanvas
from gpucanvas import Image, ImageBitmap, ImageData, create_image_bitmap

HALVES: dict[str, Any] = {"pixel_format": "rgba-float16"}
WIDE = np.array([1.0, 2.0, -1.0, 1.0])
"""A colour that bytes cannot hold."""
P3_RED = Color("color(display-p3 1 0 0)").convert("srgb").coords()


def noise(width: int = 6, height: int = 5) -> NDArray[np.float16]:
    """Opaque colours from -1 to 3."""
    pixels = np.random.default_rng(7).uniform(-1, 3, (height, width, 4)).astype(np.float16)
    pixels[..., 3] = 1
    return pixels


def drawn(backend: str, image: Any, *place: float, size: tuple[int, int] = (12, 10), **settings: Any) -> Any:
    """What a canvas shows of an image drawn at its corner, or elsewhere."""
    with gpucanvas.Canvas(*size, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", **{"color_type": "float16", **settings})
        ctx.image_smoothing_enabled = False
        ctx.draw_image(image, *(place or (0, 0)))
        return np.asarray(canvas.to_numpy(**HALVES), np.float64)


@pytest.fixture(autouse=True)
def _no_warning() -> Any:
    """Floats above 1 are what float16 is for: no warning that they are cut off."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# -- float16 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [create_image_bitmap, Image])
def test_image_data_of_halves_keep_all_that_halves_hold(backend: str, make: Any) -> None:
    data = ImageData(6, 5, pixel_format="rgba-float16")
    data[:] = noise()
    image = make(data)
    assert np.array_equal(drawn(backend, image)[:5, :6], noise())
    data[:] = 0
    assert np.array_equal(drawn(backend, image)[:5, :6], noise())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_arrays_of_floats_keep_their_precision(backend: str, dtype: Any) -> None:
    grey = np.linspace(0, 1, 60, dtype=dtype).reshape(10, 6)
    expected = grey.astype(np.float16)
    for array in (grey, np.stack([grey] * 3, 2)):
        assert np.array_equal(drawn(backend, create_image_bitmap(array))[:, :6, 1], expected)


def test_a_canvas_of_halves_becomes_a_bitmap_of_halves(backend: str) -> None:
    with gpucanvas.Canvas(2, 1, backend=backend) as source:  # type: ignore[arg-type]
        ctx = source.get_context("2d", color_type="float16")
        ctx.fill_style = "color(srgb 1 2 -1)"
        ctx.fill_rect(0, 0, 1, 1)
        bitmap, image = create_image_bitmap(source), Image(source)
        ctx.clear_rect(0, 0, 2, 1)
    for each in (bitmap, image):
        assert drawn(backend, each)[0, :2].tolist() == [WIDE.tolist(), [0, 0, 0, 0]]


@pytest.mark.parametrize("rect", [(1, 2, 3, 2), (-2, -1, 5, 4), (4, 3, 6, 5), (5, 4, -3, -2), (20, 20, 2, 2)])
@pytest.mark.parametrize("orientation", ["from-image", "flipY"])
def test_a_part_is_cut_and_flipped(backend: str, rect: tuple[int, int, int, int], orientation: Any) -> None:
    x, y, w, h = rect
    left, top, width, height = min(x, x + w), min(y, y + h), abs(w), abs(h)
    padded = np.pad(noise(), ((30, 30), (30, 30), (0, 0)))
    expected = padded[30 + top : 30 + top + height, 30 + left : 30 + left + width]
    expected = expected[::-1] if orientation == "flipY" else expected
    bitmap = create_image_bitmap(noise(), *rect, image_orientation=orientation)
    assert (bitmap.width, bitmap.height) == (width, height)
    assert np.array_equal(drawn(backend, bitmap)[:height, :width], expected)


def test_resizing_takes_the_nearest_pixels_or_averages_them(backend: str) -> None:
    pixels = noise(8, 4)
    nearest = create_image_bitmap(pixels, resize_width=16, resize_height=8, resize_quality="pixelated")
    assert np.array_equal(drawn(backend, nearest, size=(16, 8)), pixels.repeat(2, 0).repeat(2, 1))
    # A bilinear filter of a picture that is halved has the weights 1, 3, 3, 1, fewer at an edge.
    weights = np.zeros((4, 8))
    for i in range(4):
        for k, weight in zip(range(2 * i - 1, 2 * i + 3), (1, 3, 3, 1), strict=True):
            if 0 <= k < 8:
                weights[i, k] = weight
    across = weights / weights.sum(1, keepdims=True)
    down = weights[:2, :4].copy()
    down[1, 3] = 3
    down /= down.sum(1, keepdims=True)
    expected = np.einsum("ij,jkc,lk->ilc", down, pixels.astype(float), across)
    half = create_image_bitmap(pixels, resize_width=4, resize_height=2)
    assert np.abs(drawn(backend, half)[:2, :4] - expected).max() <= 0.004


@pytest.mark.parametrize("quality", ["low", "medium", "high", "pixelated"])
def test_resizing_keeps_one_colour_and_takes_none_of_transparent_pixels(backend: str, quality: Any) -> None:
    pixels = np.zeros((8, 8, 4), np.float16)
    pixels[:, 4:] = WIDE
    pixels[:, :4] = (30, -30, 30, 0)
    found = drawn(backend, create_image_bitmap(pixels, resize_width=5, resize_quality=quality), size=(5, 5))
    assert (found[..., 3] >= 0).all() and (found[..., 3] <= 1).all()
    seen = found[found[..., 3] > 0.05]
    # Straight from premultiplied halves.
    assert len(seen) and np.abs(seen[:, :3] - WIDE[:3]).max() <= 0.01
    whole = create_image_bitmap(np.full((4, 4, 4), WIDE, np.float16), resize_width=7, resize_quality=quality)
    assert np.abs(drawn(backend, whole, size=(7, 7)) - WIDE).max() <= 0.002


def test_canvases_of_bytes_clip_and_round(backend: str) -> None:
    bitmap = create_image_bitmap(noise())
    expected = np.floor(noise().astype(np.float64).clip(0, 1) * 255 + 0.5)
    for found in (bitmap.to_numpy(), drawn(backend, bitmap, color_type="unorm8")[:5, :6] * 255):
        # Halves times 255 are rounded to halves before they are rounded to bytes.
        assert np.abs(np.rint(found) - expected).max() <= 1
    assert bitmap.to_numpy().dtype == np.uint8


def test_parts_of_an_image_are_drawn_again_as_halves(backend: str) -> None:
    """The quick path: the recording has the image, and then the part."""
    image = Image(noise())
    with gpucanvas.Canvas(24, 10, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_type="float16")
        ctx.draw_image(image, 0, 0)
        for x in (6, 12):
            ctx.draw_image(image, x, 0)
            ctx.draw_image(image, 1, 2, 3, 2, x, 5, 3, 2)
        ctx.save()
        ctx.translate(18, 0)
        ctx.draw_image(image, 0, 0, 6, 5)
        ctx.restore()
        found = np.asarray(canvas.to_numpy(**HALVES))
        # As texels: the image is in the recording once.
    for x in (0, 6, 12, 18):
        assert np.array_equal(found[:5, x : x + 6], noise())
    for x in (6, 12):
        assert np.array_equal(found[5:7, x : x + 3], noise()[2:4, 1:4])


def test_one_image_is_kept_once_in_a_recording() -> None:
    image = Image(noise())
    recording = gpucanvas.Recording(10, 10)
    ctx = recording.get_context("2d", color_type="float16")
    for x in range(4):
        ctx.draw_image(image, x, 0)
        ctx.draw_image(image, x, 0, 2, 2, 0, 0, 2, 2)
    assert len(recording._commands.images) == 1


def test_an_image_is_drawn_on_canvases_of_all_kinds_in_turn(backend: str) -> None:
    image = Image(np.full((2, 2, 4), WIDE, np.float16))
    expected = {("float16", "srgb"): WIDE, ("unorm8", "srgb"): [1, 1, 0, 1]}
    p3 = Color("srgb", WIDE[:3]).convert("display-p3").coords()
    expected["float16", "display-p3"] = np.array([*p3, 1])
    for _ in range(2):
        for (color_type, space), color in expected.items():
            found = drawn(backend, image, color_type=color_type, color_space=space)
            assert found[1, 1] == pytest.approx(np.array(color), abs=0.002)


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, Image.copy, lambda it: pickle.loads(pickle.dumps(it))])
def test_copies_and_crops_have_the_halves(backend: str, way: Any) -> None:
    bitmap = create_image_bitmap(noise())
    again = way(bitmap)
    assert type(again) is ImageBitmap
    assert np.array_equal(again.to_numpy(), bitmap.to_numpy())
    part = again.crop(2, 1, 3, 4)
    again.close()
    bitmap.close()
    assert np.array_equal(drawn(backend, part)[:4, :3], noise()[1:5, 2:5])
    assert np.array_equal(drawn(backend, way(part))[:4, :3], noise()[1:5, 2:5])


def test_bitmaps_of_bitmaps_keep_the_halves(backend: str) -> None:
    bitmap = create_image_bitmap(create_image_bitmap(noise()), 1, 1, 4, 3)
    assert np.array_equal(drawn(backend, Image(bitmap))[:3, :4], noise()[1:4, 1:5])


def test_a_closed_bitmap_is_not_drawn() -> None:
    bitmap = create_image_bitmap(noise())
    ctx = gpucanvas.Recording(4, 4).get_context("2d", color_type="float16")
    ctx.draw_image(bitmap, 0, 0)
    bitmap.close()
    with pytest.raises(gpucanvas.ClosedError, match="the image is closed"):
        ctx.draw_image(bitmap, 0, 0)
    assert (bitmap.width, bitmap.height) == (0, 0)


def test_halves_count_as_memory_beside_their_bytes() -> None:
    halves, plain = Image(noise()), Image(np.zeros((5, 6, 4), np.uint8))
    assert (plain.nbytes, halves.nbytes) == (6 * 5 * 4, 6 * 5 * 12)
    part = halves.crop(0, 0, 2, 2)
    assert (part.nbytes, part.pinned_bytes) == (2 * 2 * 12, 6 * 5 * 12)
    assert halves.pins == "6x5: keeps its own 360 bytes"


def test_a_picture_keeps_the_halves(backend: str) -> None:
    recording = gpucanvas.Recording(6, 5)
    recording.get_context("2d", color_type="float16").draw_image(create_image_bitmap(noise()), 0, 0)
    picture = gpucanvas.Picture.from_bytes(recording.freeze().to_bytes())
    with gpucanvas.Canvas(6, 5, backend=backend) as canvas:  # type: ignore[arg-type]
        canvas.get_context("2d", color_type="float16").draw_picture(picture)
        assert np.array_equal(np.asarray(canvas.to_numpy(**HALVES)), noise())


def test_floats_of_bytes_are_still_warned_of() -> None:
    for make in (Image, create_image_bitmap):
        with pytest.warns(UserWarning, match="divide it by 255"):
            make(np.full((2, 2, 3), 255.0))


# -- display-p3 --------------------------------------------------------------------------------------------------------


def p3_red(height: int = 4, width: int = 4) -> ImageData[np.uint8]:
    data = ImageData(width, height, color_space="display-p3")
    data[:] = (255, 0, 0, 255)
    return data


@pytest.mark.parametrize("make", [create_image_bitmap, Image, lambda data: Image(data).crop(1, 1, 2, 2)])
def test_bytes_of_display_p3_keep_their_colours_on_halves_of_srgb(backend: str, make: Any) -> None:
    assert P3_RED[1] < -0.2
    found = drawn(backend, make(p3_red()))[:2, :2]
    assert found == pytest.approx(np.full((2, 2, 4), [*P3_RED, 1]), abs=0.001)


@pytest.mark.parametrize("options", [{"resize_width": 2}, {"image_orientation": "flipY"}, {}])
def test_a_bitmap_of_display_p3_is_read_back_as_it_was(backend: str, options: Any) -> None:
    bitmap = create_image_bitmap(p3_red(), **options)
    with gpucanvas.Canvas(4, 4, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_type="float16")
        ctx.draw_image(bitmap, 0, 0)
        assert ctx.get_image_data(0, 0, 1, 1, color_space="display-p3")[0, 0].tolist() == [255, 0, 0, 255]


def test_halves_of_display_p3_are_converted(backend: str) -> None:
    data = ImageData(2, 2, color_space="display-p3", pixel_format="rgba-float16")
    data[:] = (2, 0.5, 0.25, 1)
    expected = Color("display-p3", [2, 0.5, 0.25]).convert("srgb").coords()
    found = drawn(backend, create_image_bitmap(data))[0, 0]
    assert found == pytest.approx(np.array([*expected, 1]), abs=0.004)
    assert drawn(backend, create_image_bitmap(data), color_space="display-p3")[0, 0].tolist() == [2, 0.5, 0.25, 1]


def test_a_conversion_is_made_once(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.pipeline import converted

    calls: list[Any] = []
    convert = converted._halves._convert
    monkeypatch.setattr(converted._halves, "_convert", lambda *all_: calls.append(all_) or convert(*all_))
    image = Image(p3_red())
    for _ in range(3):
        drawn(backend, image)
    assert len(calls) == 1
    image.close()
    assert image not in converted._halves._kept


# -- bytes -------------------------------------------------------------------------------------------------------------


def test_bytes_have_no_halves_and_are_exact(backend: str) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (5, 6, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    for image in (Image(pixels), create_image_bitmap(pixels), create_image_bitmap(pixels, 0, 0, 6, 5).crop(0, 0, 6, 5)):
        assert image.halves is None
        assert np.array_equal(image.to_numpy(), pixels)
        for color_type in ("unorm8", "float16"):
            found = drawn(backend, image, color_type=color_type)[:5, :6]
            assert np.abs(found - pixels / 255).max() <= 2.0**-11
