"""Halved copies of images against means by NumPy in float64, and pictures drawn small against Pillow's box filter."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pictures

import gpucanvas
from gpucanvas import memory
from gpucanvas.pipeline.mips import halve, halvings


def halved(rgba: Any, across: bool, down: bool) -> Any:
    """Means of premultiplied colours, straight again, not rounded."""
    height, width = rgba.shape[:2]
    padded = np.pad(rgba, ((0, height % 2 if down else 0), (0, width % 2 if across else 0), (0, 0)), "edge").astype(
        float
    )
    padded[..., :3] *= padded[..., 3:] / 255
    if across:
        padded = (padded[:, ::2] + padded[:, 1::2]) / 2
    if down:
        padded = (padded[::2] + padded[1::2]) / 2
    alpha = padded[..., 3:]
    padded[..., :3] = np.where(alpha > 0, padded[..., :3] * 255 / np.maximum(alpha, 1e-9), 0)
    return padded


def words(rgba: Any) -> Any:
    return np.ascontiguousarray(rgba).view(np.uint32)[..., 0]


def bytes_of(pixels: Any) -> Any:
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)


@pytest.mark.parametrize("ties_up", [True, False])
@pytest.mark.parametrize(("across", "down"), [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (8, 8), (37, 51), (300, 1000), (301, 1001)])
@pytest.mark.parametrize("alpha", ["opaque", "random", "mixed"])
def test_a_level_is_the_mean_of_premultiplied_pixels(
    alpha: str, size: tuple[int, int], across: bool, down: bool, ties_up: bool
) -> None:
    rng = np.random.default_rng(5)
    rgba = rng.integers(0, 256, (*size, 4)).astype(np.uint8)
    if alpha == "opaque":
        rgba[..., 3] = 255
    elif alpha == "mixed":
        rgba[..., 3] = np.where(rng.random(size) < 0.5, 0, 255)
    found = bytes_of(halve(words(rgba), across, down, ties_up))
    expected = halved(rgba, across, down)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 0.5 + 1e-9


def test_levels_do_not_drift_from_the_mean_brightness() -> None:
    rng = np.random.default_rng(8)
    rgba = rng.integers(0, 256, (1024, 1024, 4)).astype(np.uint8)
    rgba[..., 3] = 255
    last = gpucanvas.Image(rgba).levels.level(6, 6)
    means = bytes_of(last.pixels)[..., :3].reshape(-1, 3).mean(0)
    assert np.abs(means - rgba[..., :3].reshape(-1, 3).mean(0)).max() < 0.2


@pytest.mark.parametrize(
    ("scale", "side", "times"),
    [
        (1, 100, 0),
        (2, 100, 0),
        (0.51, 100, 0),
        (0.5, 100, 1),
        (0.26, 100, 1),
        (0.25, 100, 2),
        (1e-9, 100, 7),
        (1e-9, 1, 0),
    ],
)
def test_what_is_left_of_the_scale_is_more_than_a_half(scale: float, side: int, times: int) -> None:
    assert halvings(scale, side) == times
    assert halvings(float("nan"), side) == halvings(-1, side) == 0


def drawn(image: Any, width: int, height: int, quality: str, backend: str = "cpu", **settings: Any) -> Any:
    with gpucanvas.Canvas(width, height, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality = quality  # type: ignore[assignment]
        for name, value in settings.items():
            setattr(ctx, name, value)
        ctx.draw_image(image, 0, 0, width, height)
        return canvas.to_numpy()


def zone_plate(width: int, height: int) -> Any:
    """Rings that are ever finer: what is drawn smaller shows rings where there are none, unless it is filtered."""
    y, x = np.mgrid[:height, :width]
    grey = 127.5 + 127.5 * np.cos(((x - width / 2) ** 2 + (y - height / 2) ** 2) / 300)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)]).astype(np.uint8)


@pytest.mark.parametrize("quality", ["medium", "high"])
def test_an_image_drawn_much_smaller_shows_no_aliasing(quality: str, backend: str) -> None:
    plate = zone_plate(1200, 900)
    means = np.asarray(Pictures.fromarray(plate).resize((60, 45), Pictures.Resampling.BOX)).astype(int)
    for image in (plate, gpucanvas.Image(plate), Pictures.fromarray(plate)):
        off = np.abs(drawn(image, 60, 45, quality, backend).astype(int) - means)
        assert off.mean() < 2.5


def test_images_are_filtered_with_a_low_quality_too_and_canvases_and_bitmaps_are_not(backend: str) -> None:
    """As in Chromium, for an image, a canvas and a bitmap."""
    plate = zone_plate(1200, 900)
    means = np.asarray(Pictures.fromarray(plate).resize((60, 45), Pictures.Resampling.BOX)).astype(int)
    for image in (plate, gpucanvas.Image(plate), Pictures.fromarray(plate)):
        assert np.abs(drawn(image, 60, 45, "low", backend).astype(int) - means).mean() < 2.5
    with gpucanvas.Canvas(1200, 900, backend=backend) as other:
        other.get_context("2d").put_image_data(plate, 0, 0)
        for image in (other, gpucanvas.create_image_bitmap(plate)):
            assert np.abs(drawn(image, 60, 45, "low", backend).astype(int) - means).mean() > 20


@pytest.mark.parametrize("quality", ["low", "high"])
def test_an_image_drawn_small_again_and_again_is_drawn_the_same(quality: str, backend: str) -> None:
    """The first draw makes the halved copy; those after it are quicker. Parts, sizes and transforms take turns."""
    sheet = gpucanvas.Image(zone_plate(300, 200))
    parts = (0, 0, 200, 100, 50, 5, 40, 30), (100, 50, 100, 100, 5, 60, 60, 20)
    places = [(10, 10, 90, 60), *parts, (0, 0), (3, 3, 40, 150)]

    def draw(ctx: Any, place: tuple[int, ...], image: Any) -> None:
        with ctx.save():
            ctx.scale(0.8, 0.9)
            ctx.draw_image(image, *place)

    for place in places:
        with gpucanvas.Canvas(160, 120, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.image_smoothing_quality = quality  # type: ignore[assignment]
            for _ in range(3):
                for other in places:
                    draw(ctx, other, sheet)
            ctx.clear_rect(0, 0, 160, 120)
            draw(ctx, place, sheet)
            found = canvas.to_numpy()
            ctx.clear_rect(0, 0, 160, 120)
            draw(ctx, place, gpucanvas.Image(zone_plate(300, 200)))
            assert np.array_equal(canvas.to_numpy(), found), place


def test_a_checkerboard_of_single_pixels_becomes_even_grey(backend: str) -> None:
    board = np.full((1000, 1000, 4), 255, np.uint8)
    board[..., :3] = ((np.indices((1000, 1000)).sum(0) % 2) * 255)[..., None]
    grey = drawn(board, 25, 25, "high", backend)
    assert set(np.unique(grey[..., :3])) <= {127, 128}


def test_stripes_are_not_blurred_along_the_side_that_is_not_scaled() -> None:
    stripes = np.full((40, 1600, 4), 255, np.uint8)
    stripes[::2, :, :3] = 0
    narrow = drawn(stripes, 40, 40, "high")
    assert (narrow[::2, :, :3] == 0).all() and (narrow[1::2, :, :3] == 255).all()


def test_transparent_pixels_lend_no_colour() -> None:
    image = np.zeros((64, 64, 4), np.uint8)
    image[...] = 0, 255, 0, 0
    image[::2] = 200, 0, 0, 255
    small = drawn(image, 8, 8, "high")
    assert (np.abs(small.astype(int) - [200, 0, 0, 128]) <= 1).all()


def test_low_quality_and_unsmoothed_images_are_drawn_from_the_image_itself() -> None:
    image = gpucanvas.create_image_bitmap(zone_plate(300, 200))
    low = drawn(image, 30, 20, "low")
    assert image._levels is None
    assert not np.array_equal(low, drawn(image, 30, 20, "high"))
    exact = drawn(image, 30, 20, "high", image_smoothing_enabled=False)
    assert np.array_equal(exact, image.to_numpy()[4::10, 4::10])
    assert np.array_equal(drawn(image, 300, 200, "high"), image.to_numpy())


def test_a_part_is_drawn_from_where_it_is_in_the_levels(backend: str) -> None:
    image = np.zeros((256, 512, 4), np.uint8)
    image[...] = 0, 0, 255, 255
    image[64:192, 128:256] = 255, 0, 0, 255
    with gpucanvas.Canvas(24, 16, backend=backend) as canvas, gpucanvas.Canvas(512, 256, backend=backend) as other:
        other.get_context("2d").put_image_data(image, 0, 0)
        for source in (image, gpucanvas.Image(image), other):
            ctx = canvas.get_context("2d")
            ctx.image_smoothing_quality = "high"
            ctx.draw_image(source, 64, 0, 384, 256, 0, 0, 24, 16)
            found = canvas.to_numpy()
            assert (found[5:11, 5:11] == [255, 0, 0, 255]).all()
            assert (found[:3] == [0, 0, 255, 255]).all() and (found[:, 14:] == [0, 0, 255, 255]).all()


def test_the_transform_counts_as_scale_and_a_turn_does_not() -> None:
    image = gpucanvas.Image(zone_plate(512, 512))
    with gpucanvas.Canvas(64, 64, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality = "medium"
        ctx.translate(32, 32)
        ctx.rotate(0.5)
        ctx.scale(1 / 16, -1 / 8)
        ctx.draw_image(image, 0, 0)
        assert sorted(image.levels._known) == [(1, 1), (2, 2), (3, 3), (4, 3)]
        ctx.scale(0, 1)
        ctx.draw_image(image, 0, 0)
        canvas.flush()
        assert len(image.levels._known) == 4


def test_levels_are_counted_made_once_and_dropped_for_the_budget() -> None:
    gc.collect()
    before = memory.snapshot().host_bytes
    image = gpucanvas.Image(zone_plate(256, 256))
    level = image.levels.level(2, 2)
    assert image.levels.level(2, 2) is level
    assert memory.snapshot().host_bytes - before == 4 * (256**2 + 128**2 + 64**2)
    assert not level.pixels.flags.writeable
    del level
    limit = memory.set_budget(host_bytes=before + 4 * (256**2 + 128**2 + 64**2) + 1000)
    try:
        other = gpucanvas.Image(zone_plate(64, 64))
    finally:
        memory.set_budget(host_bytes=limit.host_bytes, device_bytes=limit.device_bytes)
    assert image.levels._known == {}
    other.close()
    again = drawn(image, 64, 64, "high")
    assert np.abs(again.astype(int) - halved(halved(image.to_numpy(), True, True), True, True)).max() <= 1.5


def test_a_closed_image_has_no_levels() -> None:
    image = gpucanvas.Image(zone_plate(64, 64))
    image.levels.level(1, 1)
    image.close()
    with pytest.raises(gpucanvas.ClosedError):
        drawn(image, 8, 8, "high")
