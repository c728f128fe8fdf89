"""Images of halves on a canvas of float16: what is put, drawn and copied keeps all that halves hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from gpucanvas.errors import IndexSizeError
from gpucanvas.sight.spans import totals

SIZE = 24
HALVES: dict[str, Any] = {"pixel_format": "rgba-float16"}


def canvas_of(backend: str, color_type: str = "float16", **settings: Any) -> tuple[gpucanvas.Canvas, Any]:
    canvas = gpucanvas.Canvas(SIZE, SIZE, backend=backend)  # type: ignore[arg-type]
    return canvas, canvas.get_context("2d", color_type=color_type, **settings)


def noise(width: int, height: int, opaque: bool = True, seed: int = 1) -> NDArray[np.float16]:
    pixels = np.random.default_rng(seed).uniform(0, 1, (height, width, 4)).astype(np.float16)
    if opaque:
        pixels[..., 3] = 1
    return pixels


def test_every_half_is_put_and_got_as_it_was(backend: str) -> None:
    every = np.arange(0x3C01, dtype=np.uint16).view(np.float16)
    pixels = np.ones((128, 128, 4), np.float16)
    pixels[..., 1].reshape(-1)[: len(every)] = every
    with gpucanvas.Canvas(128, 128, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d", color_type="float16")
        ctx.put_image_data(pixels, 0, 0)
        got = ctx.get_image_data(0, 0, 128, 128, **HALVES)
    assert np.array_equal(np.asarray(got), pixels)


def test_what_is_put_with_an_alpha_comes_back_within_a_step(backend: str) -> None:
    pixels = noise(SIZE, SIZE, opaque=False)
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.put_image_data(pixels, 0, 0)
        got = np.asarray(canvas.to_numpy(**HALVES), np.float64)
    assert np.array_equal(got[..., 3], pixels[..., 3])
    # Premultiplied, a channel has eleven bits: so has the quotient, but for one rounding more.
    assert np.abs(got - pixels)[..., :3].max() <= 2.0**-10
    assert np.abs(got - pixels)[..., :3].max() > 0


def test_a_canvas_of_bytes_rounds_what_is_put(backend: str) -> None:
    pixels = noise(SIZE, SIZE)
    canvas, ctx = canvas_of(backend, "unorm8")
    with canvas:
        ctx.put_image_data(pixels, 0, 0)
        got = canvas.to_numpy()
    assert np.array_equal(got, np.floor(pixels.astype(np.float32) * 255 + 0.5).astype(np.uint8))


def test_a_dirty_rectangle_is_put_and_no_more(backend: str) -> None:
    pixels = noise(10, 8)
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.put_image_data(pixels, -3, 2, 4, 1, 5, 4)
        got = np.asarray(canvas.to_numpy(**HALVES))
    expected = np.zeros((SIZE, SIZE, 4), np.float16)
    expected[3:7, 1:6] = pixels[1:5, 4:9]
    assert np.array_equal(got, expected)


def test_bytes_cut_floats_beyond_the_range_and_what_is_no_number_is_zero(backend: str) -> None:
    pixels = np.ones((1, 4, 4), np.float32)
    pixels[0, :, 0] = [2.5, -1, np.nan, np.inf]
    canvas, ctx = canvas_of(backend, "unorm8")
    with canvas:
        ctx.put_image_data(pixels, 0, 0)
        assert np.asarray(canvas.to_numpy(**HALVES))[0, :4, 0].tolist() == [1, 0, 0, 1]


def test_an_opaque_canvas_takes_no_alpha(backend: str) -> None:
    pixels = noise(SIZE, SIZE, opaque=False)
    canvas, ctx = canvas_of(backend, alpha=False)
    with canvas:
        ctx.put_image_data(pixels, 0, 0)
        got = np.asarray(canvas.to_numpy(**HALVES))
    assert np.array_equal(got[..., :3], pixels[..., :3])
    assert (got[..., 3] == 1).all()


@pytest.mark.parametrize("smooth", [False, True])
def test_an_array_of_floats_is_drawn_as_halves(backend: str, smooth: bool) -> None:
    pixels = noise(SIZE, SIZE).astype(np.float32)
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.image_smoothing_enabled = smooth
        ctx.draw_image(pixels, 0, 0)
        got = np.asarray(canvas.to_numpy(**HALVES))
    assert np.array_equal(got, pixels.astype(np.float16))


def test_between_texels_is_the_mean_of_halves(backend: str) -> None:
    pixels = noise(2, 1)
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.draw_image(pixels, 0, 0, 4, 1)
        got = np.asarray(canvas.to_numpy(**HALVES), np.float64)[0, :4, :3]
    left, right = pixels[0, :, :3].astype(np.float64)
    expected = [left, 0.75 * left + 0.25 * right, 0.25 * left + 0.75 * right, right]
    assert np.abs(got - expected).max() <= 2.0**-11


def test_grey_and_rgb_arrays_are_opaque(backend: str) -> None:
    grey = np.full((4, 4), 0.3, np.float32)
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.draw_image(grey, 0, 0)
        ctx.draw_image(np.stack([grey, grey / 2, grey / 3], 2), 4, 0)
        got = np.asarray(canvas.to_numpy(**HALVES))
    third = np.float32(0.3)
    assert np.array_equal(got[0, 0], np.array([third] * 3 + [1], np.float16))
    assert np.array_equal(got[0, 4], np.array([third, third / 2, third / 3, 1], np.float16))


def test_turned_and_clipped_halves_agree_on_both_backends(gl: str) -> None:
    pictures = []
    for name in ("cpu", gl):
        canvas, ctx = canvas_of(name)
        with canvas:
            ctx.arc(12, 12, 11, 0, 7)
            ctx.clip()
            ctx.translate(12, 12)
            ctx.rotate(0.4)
            ctx.global_alpha = 0.7
            ctx.draw_image(noise(9, 7, opaque=False), -8, -6, 20, 15)
            ctx.global_composite_operation = "multiply"
            ctx.draw_image(noise(9, 7), 1, 1, 7, 3, -8, -6, 16, 12)
            pictures.append(np.asarray(canvas.to_numpy(**HALVES), np.float64))
    assert np.abs(pictures[0] - pictures[1]).max() <= 1 / 255
    assert pictures[0].max() > 0.5


def test_a_canvas_of_halves_keeps_them_on_another(backend: str) -> None:
    pixels = noise(SIZE, SIZE)
    source, drawing = canvas_of(backend)
    canvas, ctx = canvas_of(backend)
    with source, canvas:
        drawing.put_image_data(pixels, 0, 0)
        ctx.draw_image(source, 2, 1)
        ctx.draw_image(source, 3, 5, 4, 4, 20, 20, 4, 4)
        got = np.asarray(canvas.to_numpy(**HALVES))
    assert np.array_equal(got[1:20, 2:20], pixels[:19, :18])
    assert np.array_equal(got[20:24, 20:24], pixels[5:9, 3:7])


def test_a_canvas_is_drawn_into_itself(backend: str) -> None:
    pixels = noise(4, 4)
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.put_image_data(pixels, 0, 0)
        for _ in range(3):
            ctx.draw_image(canvas, 4, 4)
        got = np.asarray(canvas.to_numpy(**HALVES))
    assert all(np.array_equal(got[i : i + 4, i : i + 4], pixels) for i in (0, 4, 8, 12))


def test_nothing_of_a_canvas_comes_to_the_host(gl: str) -> None:
    source, drawing = canvas_of(gl)
    canvas, ctx = canvas_of(gl)
    with source, canvas:
        drawing.put_image_data(noise(SIZE, SIZE), 0, 0)
        source.flush()
        before = dict(totals())
        ctx.draw_image(source, 0, 0)
        canvas.flush()
        after = totals()
        assert np.array_equal(canvas.to_numpy(**HALVES), source.to_numpy(**HALVES))
    for name in ("bytes_downloaded", "readbacks", "texel_bytes_uploaded"):
        assert after.get(name, 0) == before.get(name, 0)


def test_display_p3_is_converted_before_it_is_rounded(backend: str) -> None:
    data = gpucanvas.ImageData(noise(4, 4), color_space="display-p3")
    canvas, ctx = canvas_of(backend, color_space="display-p3")
    other, elsewhere = canvas_of(backend)
    with canvas, other:
        ctx.put_image_data(data, 0, 0)
        assert np.array_equal(np.asarray(ctx.get_image_data(0, 0, 4, 4, **HALVES)), np.asarray(data))
        elsewhere.put_image_data(data, 0, 0)
        put = np.asarray(elsewhere.get_image_data(0, 0, 4, 4, **HALVES), np.float64)
        elsewhere.draw_image(canvas, 8, 8)
        drawn = np.asarray(elsewhere.get_image_data(8, 8, 4, 4, **HALVES), np.float64)
        read = np.asarray(ctx.get_image_data(0, 0, 4, 4, color_space="srgb", **HALVES), np.float64)
    assert np.array_equal(put, read)
    assert np.array_equal(drawn, read)


def test_a_picture_keeps_halves(backend: str) -> None:
    pixels = noise(8, 8)
    recording = gpucanvas.Recording(SIZE, SIZE)
    recording.get_context("2d", color_type="float16").draw_image(pixels, 3, 2)
    picture = gpucanvas.Picture.from_bytes(recording.freeze().to_bytes())
    canvas, ctx = canvas_of(backend)
    with canvas:
        ctx.draw_picture(picture)
        got = np.asarray(canvas.to_numpy(**HALVES))
    assert np.array_equal(got[2:10, 3:11], pixels)


def test_image_data_of_halves_are_made() -> None:
    canvas, ctx = canvas_of("cpu")
    with canvas:
        made = ctx.create_image_data(3, 2, pixel_format="rgba-float16")
        assert (made.dtype, made.shape) == (np.float16, (2, 3, 4))
        assert ctx.create_image_data(made).dtype == np.float16
        assert ctx.create_image_data(made, pixel_format="rgba-unorm8").dtype == np.uint8
        assert ctx.create_image_data(3, 2).dtype == np.uint8
        with pytest.raises(ValueError, match="pixel_format is 'half'"):
            ctx.create_image_data(1, 1, pixel_format="half")
        with pytest.raises(IndexSizeError):
            ctx.create_image_data(0, 1, pixel_format="rgba-float16")
        with pytest.raises(TypeError, match="give \\(H, W, 4\\), uint8 or float"):
            ctx.put_image_data(np.zeros((2, 2, 3), np.float16), 0, 0)
