"""create_image_bitmap against slices and Pillow's filters; frames of files that move against Pillow's."""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pictures

import gpucanvas
from gpucanvas import AnimatedImage, Image, ImageBitmap, create_image_bitmap
from gpucanvas.geometry.corners import RangeError

PIXELS = np.random.default_rng(4).integers(0, 256, (20, 30, 4)).astype(np.uint8)
PADDED = np.pad(PIXELS, ((50, 50), (50, 50), (0, 0)))


@pytest.mark.parametrize("rect", [(3, 4, 10, 5), (-5, -6, 10, 12), (25, 15, 20, 20), (40, 0, 5, 5), (0, 0, 30, 20)])
def test_a_part_is_cut_and_transparent_outside_the_picture(rect: tuple[int, int, int, int]) -> None:
    x, y, w, h = rect
    bitmap = create_image_bitmap(PIXELS, *rect)
    assert type(bitmap) is ImageBitmap and (bitmap.width, bitmap.height) == (w, h)
    assert np.array_equal(bitmap.to_numpy(), PADDED[50 + y : 50 + y + h, 50 + x : 50 + x + w])


def test_a_negative_size_reaches_to_the_left_and_up_and_is_not_mirrored() -> None:
    assert np.array_equal(create_image_bitmap(PIXELS, 13, 9, -10, -5).to_numpy(), PIXELS[4:9, 3:13])


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ({"resize_width": 15}, (15, 10)),
        ({"resize_height": 7}, (11, 7)),
        ({"resize_width": 7}, (7, 5)),
        ({"resize_width": np.int64(4), "resize_height": 40}, (4, 40)),
        ({}, (30, 20)),
    ],
)
def test_a_size_that_is_left_out_keeps_the_proportions(given: dict[str, Any], size: tuple[int, int]) -> None:
    bitmap = create_image_bitmap(PIXELS, **given)
    assert (bitmap.width, bitmap.height) == size


def test_every_quality_resizes_and_only_pixelated_takes_pixels_as_they_are() -> None:
    opaque = np.dstack([PIXELS[..., :3], np.full((20, 30), 255, np.uint8)])
    small = create_image_bitmap(opaque, resize_width=10, resize_quality="pixelated").to_numpy()
    assert {tuple(p) for p in small.reshape(-1, 4).tolist()} <= {tuple(p) for p in opaque.reshape(-1, 4).tolist()}
    mean = opaque.reshape(-1, 4).mean(0)
    for quality in ("low", "medium", "high"):
        one = create_image_bitmap(opaque, resize_width=1, resize_height=1, resize_quality=quality).to_numpy()[0, 0]
        assert np.abs(one - mean).max() < 30


def test_resizing_lends_no_colour_of_transparent_pixels() -> None:
    image = np.zeros((8, 8, 4), np.uint8)
    image[:, :4] = 200, 0, 0, 255
    image[:, 4:] = 0, 255, 0, 0
    small = create_image_bitmap(image, resize_width=3).to_numpy()
    assert (small[small[..., 3] > 0][:, 1] == 0).all()


def test_flip_y_turns_the_result_upside_down() -> None:
    cut = create_image_bitmap(PIXELS, 2, 3, 9, 7, image_orientation="flipY")
    assert np.array_equal(cut.to_numpy(), PIXELS[9:2:-1, 2:11])


@pytest.mark.parametrize("options", [{}, {"resize_width": 8}])
def test_a_single_row_turned_upside_down_is_drawn(options: Any, backend: Any) -> None:
    row = np.full((1, 16, 4), (9, 99, 199, 255), np.uint8)
    bitmap = create_image_bitmap(row, image_orientation="flipY", **({"resize_height": 1} | options))
    with gpucanvas.Canvas(16, 2, backend=backend) as canvas:
        canvas.get_context("2d").draw_image(bitmap, 0, 0)
        assert canvas.to_numpy()[0, :8].tolist() == [[9, 99, 199, 255]] * 8


def test_a_part_without_size_comes_before_a_size_to_resize_to() -> None:
    """HTML, "createImageBitmap": the RangeError is that of its first step."""
    with pytest.raises(RangeError):
        create_image_bitmap(PIXELS, 0, 0, 0, 5, resize_width=0)


def test_a_bitmap_keeps_its_pixels_whatever_its_source_does() -> None:
    source = PIXELS.copy()
    with gpucanvas.Canvas(30, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.put_image_data(source, 0, 0)
        bitmaps = [create_image_bitmap(each) for each in (source, canvas, Image(source), Pictures.fromarray(source))]
        parts = [create_image_bitmap(source, 0, 0, 30, 10), create_image_bitmap(source, image_orientation="flipY")]
        source[:] = 0
        ctx.reset()
        canvas.flush()
    read = [bitmap.to_numpy().astype(int) for bitmap in bitmaps]
    seen = PIXELS[..., 3] > 200
    assert all(np.abs(each - PIXELS)[seen].max() <= 1 for each in read)
    assert np.array_equal(parts[0].to_numpy(), PIXELS[:10]) and np.array_equal(parts[1].to_numpy(), PIXELS[::-1])


def test_a_bitmap_is_drawn_until_it_is_closed() -> None:
    bitmap = create_image_bitmap(np.full((4, 4, 4), 255, np.uint8), premultiply_alpha="premultiply")
    again = pickle.loads(pickle.dumps(bitmap))
    assert np.array_equal(again.to_numpy(), bitmap.to_numpy())
    with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(bitmap, 0, 0)
        assert (bitmap.width, bitmap.height) == (4, 4)
        bitmap.close()
        bitmap.close()
        assert (bitmap.width, bitmap.height) == (0, 0), "the standard's value of a detached bitmap"
        assert (canvas.to_numpy() == 255).all()
        with pytest.raises(gpucanvas.ClosedError):
            ctx.draw_image(bitmap, 0, 0)
        with pytest.raises(gpucanvas.ClosedError):
            create_image_bitmap(bitmap)


def test_a_colour_profile_is_ignored_where_no_conversion_is_asked_for() -> None:
    """HTML, ImageBitmapOptions. A canvas of sRGB shows what the file has; else its colours in sRGB, from Chromium."""
    from gpucanvas.images.icc import display_p3_profile

    file = io.BytesIO()
    Pictures.new("RGB", (4, 4), (200, 128, 60)).save(file, "PNG", icc_profile=display_p3_profile())
    for source in (file.getvalue(), Pictures.open(file)):
        for conversion, expected in (("none", [200, 128, 60, 255]), ("default", [212, 124, 40, 255])):
            bitmap = create_image_bitmap(source, color_space_conversion=conversion)  # type: ignore[call-overload]
            with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
                canvas.get_context("2d").draw_image(bitmap, 0, 0)
                assert canvas.to_numpy()[2, 2].tolist() == expected
    marked = gpucanvas.ImageData(PIXELS, color_space="display-p3")
    assert create_image_bitmap(marked, color_space_conversion="none").color_space == "display-p3"


@pytest.mark.parametrize(
    ("arguments", "options", "error", "text"),
    [
        ((0, 0, 0, 5), {}, RangeError, "the part is 0x5: give an sw and sh other than 0"),
        ((0, 0, 5), {}, TypeError, "0 or 4 numbers, not 3"),
        ((0, 0, float("nan"), 5), {}, TypeError, "sw is nan: give a finite number"),
        ((0, 0, 1e9, 1e9), {}, gpucanvas.LimitError, "1000000000x1000000000 is more than"),
        ((), {"resize_width": 0}, gpucanvas.InvalidStateError, "resize_width is 0: give 1 or more"),
        ((), {"resize_height": 2.5}, TypeError, "resize_height is 2.5: give a whole number"),
        ((), {"resize_width": 10**9}, gpucanvas.LimitError, "is more than .* pixels: make it smaller"),
        ((), {"image_orientation": "up"}, ValueError, "image_orientation is 'up': give one of from-image, flipY, none"),
        ((), {"resize_quality": "best"}, ValueError, "resize_quality is 'best': give one of low, medium"),
        ((), {"premultiply_alpha": True}, ValueError, "premultiply_alpha is True"),
        ((), {"color_space_conversion": "srgb"}, ValueError, "color_space_conversion is 'srgb': give one of default"),
    ],
)
def test_what_is_wrong_is_refused(arguments: Any, options: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=f"create_image_bitmap.*{text}"):
        create_image_bitmap(PIXELS, *arguments, **options)


# -- files that move -------------------------------------------------------------------------------------------------


def film(kind: str, durations: list[int], **options: Any) -> tuple[bytes, list[Any]]:
    """A file of frames of one colour each, and of a dot that stays where it was."""
    frames = []
    for index in range(len(durations)):
        pixels = np.zeros((8, 12, 4), np.uint8)
        pixels[..., 3] = 255
        pixels[:, :6, index % 3] = 255
        frames.append(pixels)
    out = io.BytesIO()
    first, *rest = map(Pictures.fromarray, frames)
    first.save(out, kind, save_all=True, append_images=rest, duration=durations, **options)
    return out.getvalue(), frames


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_a_file_that_moves_has_its_frames_and_their_times(kind: str) -> None:
    data, frames = film(kind, [100, 200, 50], **({"lossless": True} if kind == "WEBP" else {}))
    moving = AnimatedImage.open(data)
    assert len(moving) == 3 and (moving.width, moving.height) == (12, 8)
    assert moving.durations == pytest.approx((0.1, 0.2, 0.05))
    assert moving.duration == pytest.approx(0.35)
    for (image, _), expected in zip(moving, frames, strict=True):
        assert np.abs(image.to_numpy().astype(int) - expected).max() <= (60 if kind == "AVIF" else 0)
    assert Image.open(data).width == 12, "a still is its first frame"


@pytest.mark.parametrize(
    ("kind", "options", "loops"),
    [
        ("GIF", {}, 1),
        ("GIF", {"loop": 0}, None),
        ("GIF", {"loop": 2}, 3),
        ("WEBP", {"loop": 0}, None),
        ("WEBP", {"loop": 2}, 2),
        ("PNG", {"loop": 4}, 4),
    ],
)
def test_a_file_says_how_often_it_is_played(kind: str, options: dict[str, int], loops: int | None) -> None:
    moving = AnimatedImage.open(film(kind, [100, 300], **options)[0])
    assert moving.loops == loops
    first, second = moving.images
    assert [moving.frame_at(t) for t in (-5, 0, 0.05, 0.1, 0.39)] == [first, first, first, second, second]
    if loops is None:
        assert moving.frame_at(40_000.05) is first and moving.frame_at(40_000.25) is second
    else:
        assert moving.frame_at(0.4 * loops + 0.05) is second and moving.frame_at(1e9) is second
        assert loops == 1 or moving.frame_at(0.45) is first


def test_frames_without_a_time_are_shown_for_a_tenth_of_a_second() -> None:
    assert AnimatedImage.open(film("GIF", [0, 10, 20])[0]).durations == pytest.approx((0.1, 0.1, 0.02))


def test_a_still_is_one_frame() -> None:
    out = io.BytesIO()
    Pictures.fromarray(PIXELS).save(out, "PNG")
    still = AnimatedImage.open(out.getvalue())
    assert len(still) == 1 and np.array_equal(still[0][0].to_numpy(), PIXELS)
    assert still.frame_at(1e6) is still.images[0]
    assert repr(still) == "<AnimatedImage of 1 frames, 0.1 s, played for ever>"


def test_a_png_s_picture_for_programs_without_animation_is_no_frame() -> None:
    out = io.BytesIO()
    red, green, blue = (Pictures.new("RGB", (4, 4), color) for color in ("red", "lime", "blue"))
    red.save(out, "PNG", save_all=True, append_images=[green, blue], default_image=True, duration=100)
    moving = AnimatedImage.open(out.getvalue())
    assert [image.to_numpy()[0, 0, :3].tolist() for image in moving.images] == [[0, 255, 0], [0, 0, 255]]


def test_a_file_that_is_cut_off_between_frames_is_refused_or_read() -> None:
    data, _ = film("GIF", [100] * 6)
    for length in range(20, len(data), 37):
        try:
            assert 1 <= len(AnimatedImage.open(data[:length])) <= 6
        except ValueError as error:
            assert f"the file of {length} bytes" in str(error)


def test_frames_of_more_pixels_than_a_gib_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.images import animated

    monkeypatch.setattr(animated, "MAX_DATA_PIXELS", 200)
    with pytest.raises(gpucanvas.LimitError, match="has 3 frames of 12x8, more than 200 pixels: make a film of it"):
        AnimatedImage.open(film("GIF", [100, 100, 100])[0])


def test_pages_of_many_sizes_count_with_the_pixels_that_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page of a TIFF says nothing of the others: together they may be any number of gibibytes."""
    from gpucanvas.images import animated

    out = io.BytesIO()
    small, large = Pictures.new("L", (2, 3), 50), Pictures.new("L", (20, 30), 90)
    small.save(out, "TIFF", save_all=True, append_images=[large, large])
    assert [image.width for image in AnimatedImage.open(out.getvalue()).images] == [2, 20, 20]
    monkeypatch.setattr(animated, "MAX_DATA_PIXELS", 6 + 600 + 599)
    with pytest.raises(gpucanvas.LimitError, match="has 3 frames of 20x30, more than 1205 pixels"):
        AnimatedImage.open(out.getvalue())


def gif_of_points(count: int) -> bytes:
    """A GIF of one pixel, with any number of frames, 23 bytes each."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\1\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
    return head + frame * count + b";"


def test_a_file_of_more_frames_than_anyone_draws_is_refused() -> None:
    assert len(AnimatedImage.open(gif_of_points(3))) == 3
    with pytest.raises(gpucanvas.LimitError, match="has 65537 frames, more than 65536: make a film of it"):
        AnimatedImage.open(gif_of_points(65537))
    assert Image.open(gif_of_points(65537)).width == 1


def test_an_animation_of_one_s_own_images() -> None:
    images = [Image(np.full((2, 2, 4), shade, np.uint8)) for shade in (10, 20)]
    moving = AnimatedImage(images, [1, 2], loops=2)
    assert moving.frame_at(3.5) is images[0] and moving.frame_at(7) is images[1]
    assert moving[-1] == (images[1], 2.0) and moving[:1] == [(images[0], 1.0)]
    moving.close()
    with pytest.raises(gpucanvas.ClosedError):
        images[0].to_numpy()
    for wrong, text in (
        ((images, [1]), "2 images, 1 durations"),
        (([], []), "0 images"),
        ((images, [1, 0]), "duration 1 is 0.0: give seconds"),
        ((images, [1, 1], 0), "loops is 0: give 1 or more"),
    ):
        with pytest.raises(ValueError, match=text):
            AnimatedImage(*wrong)
    with pytest.raises(TypeError, match="image 0 is 5: give a gpucanvas.Image"):
        AnimatedImage([5], [1])
    for wrong_time in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="frame_at: seconds is"):
            moving.frame_at(wrong_time)
