"""to_data_url, to_blob, get_context_attributes, is_context_lost and resizing, held to the HTML standard's words."""

from __future__ import annotations

import base64
import io
from array import array
from typing import Any

import numpy as np
import pytest
from PIL import Image

import gpucanvas


def painted(**settings: Any) -> gpucanvas.Canvas:
    """Half of it opaque red, the other half empty."""
    canvas = gpucanvas.Canvas(32, 16, backend="cpu", **settings)
    ctx = canvas.get_context("2d")
    ctx.fill_style = "rgb(200 30 40)"
    ctx.fill_rect(0, 0, 16, 16)
    return canvas


def file_of(url: str) -> tuple[str, bytes]:
    head, _, data = url.partition(",")
    assert head.startswith("data:") and head.endswith(";base64")
    return head[5:-7], base64.b64decode(data, validate=True)


@pytest.mark.parametrize("type", ["image/png", "image/webp", "image/jpeg", "IMAGE/PNG"])
def test_a_data_url_holds_the_picture_as_a_file_of_its_type(type: str) -> None:
    with painted() as canvas:
        found, data = file_of(canvas.to_data_url(type, 1))
        pixels = canvas.to_numpy().astype(int)
        assert canvas.to_blob(type=type, quality=1) == data
    image = Image.open(io.BytesIO(data))
    assert found == type.lower() == image.get_format_mimetype()
    if type == "image/jpeg":
        # The standard lays what has no alpha on opaque black.
        pixels[:, 16:] = 0, 0, 0, 255
    off = np.abs(np.asarray(image.convert("RGBA")).astype(int) - pixels)
    if type == "image/jpeg":
        # Its colours have half the resolution: the edge is soft.
        off = np.delete(off, [14, 15, 16, 17], 1)
    assert off.max() <= (2 if type == "image/jpeg" else 0)


def test_a_lower_quality_makes_a_smaller_file() -> None:
    with gpucanvas.Canvas(64, 64, backend="cpu") as canvas:
        noise = np.random.default_rng(1).integers(0, 255, (64, 64, 4)).astype(np.uint8)
        canvas.get_context("2d").put_image_data(noise, 0, 0)
        for type in ("image/jpeg", "image/webp"):
            sizes = [len(canvas.to_blob(type=type, quality=quality) or b"") for quality in (0, 0.3, 0.95)]
            assert sizes == sorted(set(sizes))


def test_a_callback_gets_the_blob_and_a_canvas_without_pixels_has_none() -> None:
    got: list[bytes | None] = []
    with painted() as canvas:
        assert canvas.to_blob(got.append, "image/webp", 0.5) is None
        assert got == [canvas.to_blob(type="image/webp", quality=0.5)]
        canvas.width = 0
        assert canvas.to_data_url() == "data:,"
        assert canvas.to_blob() is None
        canvas.to_blob(got.append)
        assert got[1:] == [None]
    with pytest.raises(gpucanvas.ClosedError):
        canvas.to_data_url()


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (("image/bmp",), ValueError, "type is 'image/bmp': give 'image/png', 'image/jpeg' or 'image/webp'"),
        ((5,), TypeError, "type is 5"),
        (("image/jpeg", 1.5), ValueError, "quality is 1.5: give 0 to 1"),
        (("image/jpeg", float("nan")), ValueError, "quality is nan: give 0 to 1"),
        (("image/jpeg", "good"), TypeError, "quality is 'good': give a number"),
    ],
)
def test_a_wrong_type_or_quality_is_refused(arguments: Any, error: type[Exception], text: str) -> None:
    with painted() as canvas:
        with pytest.raises(error, match=f"to_data_url: {text}"):
            canvas.to_data_url(*arguments)
        with pytest.raises(error, match=f"to_blob: {text}"):
            canvas.to_blob(None, *arguments)


def test_by_the_standard_s_rule_a_wrong_type_is_png_and_a_wrong_quality_the_type_s_own() -> None:
    with painted(on_invalid="ignore") as canvas:
        assert canvas.to_data_url("image/bmp") == canvas.to_data_url()
        for wrong in (7, "good", None):
            assert canvas.to_data_url("image/jpeg", wrong) == canvas.to_data_url("image/jpeg", 0.92)


def test_a_callback_that_is_none_is_refused_with_the_cure() -> None:
    with painted() as canvas, pytest.raises(TypeError, match=r"callback is 'image/png': give a function .* by name"):
        canvas.to_blob("image/png")  # type: ignore[call-overload]


def test_context_attributes_are_those_that_count() -> None:
    plain = gpucanvas.Recording(4, 4).get_context("2d")
    assert plain.get_context_attributes() == {
        "alpha": True,
        "desynchronized": False,
        "color_space": "srgb",
        "color_type": "unorm8",
        "will_read_frequently": False,
    }
    icon = gpucanvas.Recording(4, 4)
    other = icon.get_context("2d", {"alpha": False, "willReadFrequently": True, "desynchronized": True})
    icon.get_context("2d", {"alpha": True})
    found = other.get_context_attributes()
    # The settings are those that were asked for, the first time (HTML, "getContextAttributes").
    assert (found["alpha"], found["will_read_frequently"], found["desynchronized"]) == (False, True, True)


def test_a_context_is_lost_where_its_backend_s_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gpucanvas.Recording(4, 4).get_context("2d").is_context_lost() is False
    with painted() as canvas:
        ctx = canvas.get_context("2d")
        assert ctx.is_context_lost() is False
        monkeypatch.setattr(type(canvas._backend), "lost", True, raising=False)
        assert ctx.is_context_lost() is True


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("alpha", [True, False])
def test_setting_a_side_makes_canvas_and_state_new_even_to_the_same_value(side: str, alpha: bool) -> None:
    with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", alpha=alpha)
        ctx.save()
        ctx.translate(3, 3)
        ctx.fill_style, ctx.line_width, ctx.global_alpha, ctx.image_smoothing_enabled = "red", 7, 0.25, False
        ctx.shadow_color, ctx.shadow_blur, ctx.global_composite_operation = "blue", 4, "xor"
        ctx.set_line_dash([1, 2])
        ctx.rect(0, 0, 8, 8)
        ctx.clip()
        ctx.fill_rect(0, 0, 8, 8)
        canvas.flush()
        setattr(canvas, side, getattr(canvas, side))
        assert canvas.get_context("2d") is ctx
        ground = [0, 0, 0, 0 if alpha else 255]
        assert (canvas.to_numpy() == ground).all()
        fresh = gpucanvas.Recording(8, 8).get_context("2d", alpha=alpha)
        for name in (
            "fill_style",
            "line_width",
            "global_alpha",
            "image_smoothing_enabled",
            "shadow_color",
            "shadow_blur",
        ):
            assert getattr(ctx, name) == getattr(fresh, name), name
        assert ctx.global_composite_operation == "source-over" and ctx.get_line_dash() == []
        assert ctx.get_transform().is_identity and ctx.get_context_attributes()["alpha"] is alpha
        ctx.restore()
        assert ctx.get_transform().is_identity, "the stack of states is empty"
        ctx.fill()
        assert (canvas.to_numpy() == ground).all(), "the current path is empty"
        ctx.fill_style = "white"
        ctx.fill_rect(0, 0, 8, 8)
        assert (canvas.to_numpy() == 255).all(), "and there is no clip"


def test_data_of_image_data_are_the_flat_bytes_that_javascript_has(backend: str) -> None:
    """MDN's greyscale filter, line by line: sums of Python's numbers do not wrap as those of uint8 would."""
    canvas = gpucanvas.Canvas(3, 2, backend=backend)  # type: ignore[arg-type]
    ctx = canvas.get_context("2d")
    ctx.fill_style = "rgb(250, 200, 150)"
    ctx.fill_rect(0, 0, 2, 2)
    image_data = ctx.get_image_data(0, 0, canvas.width, canvas.height)
    data = image_data.data
    assert len(data) == 3 * 2 * 4
    for i in range(0, len(data), 4):
        data[i] = data[i + 1] = data[i + 2] = (data[i] + data[i + 1] + data[i + 2]) // 3
    assert image_data[1, 1].tolist() == [200, 200, 200, 255]
    ctx.put_image_data(image_data, 0, 0)
    assert canvas.to_numpy()[:, :, 0].tolist() == [[200, 200, 0], [200, 200, 0]]
    with pytest.raises(ValueError, match="is set to 256: give a whole number from 0 to 255"):
        data[0] = 256


def test_data_of_halves_and_whole_rows_are_flat_and_those_of_other_slices_have_their_shape() -> None:
    pixels = gpucanvas.ImageData(np.arange(96, dtype=np.uint8).reshape(4, 6, 4))
    assert pixels[:, 1:3].data.shape == (4, 2, 4)
    assert pixels[1:3].data.tolist() == list(range(24, 72))
    assert gpucanvas.ImageData(np.zeros((2, 2, 4), np.float16)).data.shape == (16,)
    assert gpucanvas.ImageData(np.zeros((0, 2, 4), np.uint8)).data.shape == (0,)


def test_image_data_is_made_of_a_size() -> None:
    data = gpucanvas.ImageData(3, 2, color_space="display-p3")
    assert data.shape == (2, 3, 4) and data.dtype == np.uint8 and not data.any() and data.color_space == "display-p3"
    assert gpucanvas.ImageData(np.int64(3), 2.9, pixel_format="rgba-float16").dtype == np.float16
    for size in ((0, 2), (3, 0), (-1, 1), (1, -1)):
        with pytest.raises(gpucanvas.IndexSizeError, match="ImageData: the size is"):
            gpucanvas.ImageData(*size)
    with pytest.raises(TypeError, match="ImageData: the pixels are 3: give an array .* or a width and a height"):
        gpucanvas.ImageData(3)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="ImageData: width is 'a'"):
        gpucanvas.ImageData("a", 3)  # type: ignore[call-overload]


@pytest.mark.parametrize("height", [(), (2,), (None,)])
def test_image_data_is_made_of_numbers_in_a_row_which_it_shares(height: Any) -> None:
    numbers = np.arange(24, dtype=np.uint8)
    data = gpucanvas.ImageData(numbers, 3, *height)
    assert np.array_equal(data, numbers.reshape(2, 3, 4)) and np.shares_memory(data, numbers)
    for same in (bytes(numbers), memoryview(numbers), array("B", bytes(numbers)), data.data):
        assert np.array_equal(gpucanvas.ImageData(same, 3, *height), data)
    room = bytearray(24)
    gpucanvas.ImageData(room, 3, *height)[1, 2, 3] = 7
    assert room[23] == 7
    assert gpucanvas.ImageData(numbers.astype(np.float16), 3, *height).dtype == np.float16


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ((bytes(23), 3), gpucanvas.InvalidStateError, "the data are 23 numbers: give four for each pixel"),
        ((b"", 3), gpucanvas.InvalidStateError, "the data are 0 numbers"),
        ((bytes(24), 4), gpucanvas.IndexSizeError, "width 4 does not go with data of 6 pixels"),
        ((bytes(24), 0), gpucanvas.IndexSizeError, "width 0 does not go with data of 6 pixels"),
        ((bytes(24), -3), gpucanvas.IndexSizeError, "width -3 does not go"),
        ((bytes(24), 3, 3), gpucanvas.IndexSizeError, "3x3 does not go with data of 6 pixels"),
        (([1, 2, 3, 4], 1), TypeError, r"the data are int64 \(4,\): give flat uint8 or float16, or bytes"),
        ((np.zeros((2, 2, 4), np.uint8), 2), TypeError, r"the data are uint8 \(2, 2, 4\): give flat"),
    ],
)
def test_data_that_make_up_no_picture_are_refused(arguments: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=f"^ImageData: {said}"):
        gpucanvas.ImageData(*arguments)


def test_image_data_of_another_pixel_format_than_told_is_refused() -> None:
    with pytest.raises(TypeError, match="the pixels are uint8, and pixel_format is 'rgba-float16'"):
        gpucanvas.ImageData(bytes(4), 1, pixel_format="rgba-float16")
    with pytest.raises(ValueError, match="ImageData: pixel_format is 'rgba8'"):
        gpucanvas.ImageData(1, 1, pixel_format="rgba8")  # type: ignore[call-overload]
