"""Levels of patterns against exact means of areas in float64, and patterns drawn small against means of the tiling."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import memory
from gpucanvas.pipeline.mips import levels_of, shrink


def shares(side: int, new: int) -> Any:
    """The share of each old pixel in each new pixel of a side, (new, side)."""
    first, last = (np.arange(new + i)[i:, None] * side / new for i in (0, 1))
    old = np.arange(side)
    return np.clip(np.minimum(old + 1, last) - np.maximum(old, first), 0, None) * new / side


def area_means(rgba: Any, width: int, height: int) -> Any:
    """Means of premultiplied colours over the area of each new pixel, straight again, not rounded."""
    planes = rgba.astype(float)
    planes[..., :3] *= planes[..., 3:] / 255
    planes = np.einsum("hy,yxc->hxc", shares(rgba.shape[0], height), planes, optimize=True)
    planes = np.einsum("wx,hxc->hwc", shares(rgba.shape[1], width), planes, optimize=True)
    alpha = planes[..., 3:]
    planes[..., :3] = np.where(alpha > 0, planes[..., :3] * 255 / np.maximum(alpha, 1e-9), 0)
    return planes


def noise(width: int, height: int, alpha: str = "opaque") -> Any:
    rng = np.random.default_rng(width)
    rgba = rng.integers(0, 256, (height, width, 4)).astype(np.uint8)
    if alpha == "opaque":
        rgba[..., 3] = 255
    elif alpha == "mixed":
        rgba[..., 3] = np.where(rng.random((height, width)) < 0.5, 0, 255)
    return rgba


def words(rgba: Any) -> Any:
    return np.ascontiguousarray(rgba).view(np.uint32)[..., 0]


def bytes_of(pixels: Any) -> Any:
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)


def tiled(image: Any, scale: float, backend: str, quality: str = "high", **told: Any) -> Any:
    """A canvas of 60 x 48 pixels filled with a pattern of an image under a scale."""
    with gpucanvas.Canvas(60, 48, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality = quality
        ctx.scale(scale, scale)
        ctx.fill_style = ctx.create_pattern(image, told.get("repetition", "repeat"))
        ctx.fill_rect(0, 0, 60 / scale, 48 / scale)
        return canvas.to_numpy()


@pytest.mark.parametrize("alpha", ["opaque", "random", "mixed"])
@pytest.mark.parametrize(
    ("size", "new"),
    [((7, 5), (4, 2)), ((101, 33), (50, 16)), ((101, 33), (51, 33)), ((64, 48), (32, 24)), ((3, 3), (1, 1))],
)
@pytest.mark.parametrize("scale", [1, 12])
def test_each_pixel_of_a_level_is_the_mean_of_its_area(
    alpha: str, size: tuple[int, int], new: tuple[int, int], scale: int
) -> None:
    image = noise(scale * size[0], scale * size[1], alpha)
    expected = area_means(image, scale * new[0], scale * new[1])
    found = bytes_of(shrink(words(image), scale * new[0], scale * new[1]))
    assert found.shape == expected.shape
    # Where alpha is rounded, colours are not multiplied by it again: they keep their own precision.
    assert np.abs(found - expected).max() <= 0.5 + 1e-3


@pytest.mark.parametrize(("side", "new"), [(370, 92), (370, 185), (101, 50)])
def test_transparent_pixels_beside_an_edge_stay_empty(side: int, new: int) -> None:
    # 370 / 92 * 46 is 185 but for the last bit: the sums there have a trace of the white before.
    for edge in {side // 2, round(side / new * (new // 2))}:
        image = np.zeros((3, side, 4), np.uint8)
        image[:, :edge] = 255
        found = bytes_of(shrink(words(image), new, 2))
        assert np.abs(found[..., 3] - area_means(image, new, 2)[..., 3]).max() <= 0.5 + 1e-3
        assert (found[found[..., 3] == 0] == 0).all() and (found[found[..., 3] > 0][:, :3] == 255).all()


@pytest.mark.parametrize("sides", [(64, 32, 16, 8), (96, 48, 24, 12), (100, 50, 25, 12), (51, 26, 13, 6)])
def test_a_tile_as_large_as_its_level_has_the_means_of_the_levels_before(sides: tuple[int, ...], backend: str) -> None:
    image = noise(sides[0], sides[0])
    tile: Any = image
    for side in sides[1:]:
        tile = area_means(tile, side, side)
    found = tiled(image, sides[-1] / sides[0], backend)
    # Levels are rounded one after another: half a step each.
    assert np.abs(found - np.tile(tile, (8, 10, 1))[:48, :60]).max() <= 2


@pytest.mark.parametrize("side", [64, 100, 101, 127])
@pytest.mark.parametrize("scale", [0.25, 0.11, 0.07])
def test_a_pattern_drawn_much_smaller_shows_no_aliasing(side: int, scale: float, backend: str) -> None:
    # Single pixels of black and white, 40 % black: from afar an even grey.
    y, x = np.mgrid[:side, :side]
    image = np.full((side, side, 4), 255, np.uint8)
    image[..., :3] = np.where((x * 7 + y * 13) % 5 < 2, 0, 255)[..., None]
    found, by_default = tiled(image, scale, backend)[..., 0], tiled(image, scale, backend, "low")[..., 0]
    assert abs(found.mean() - image[..., 0].mean()) < 1
    # Chromium's pictures at 0.25 and 0.1 have 7.8 and 1.2. With a low quality they are the same if the image is an
    # image there, and if it is a canvas or a bitmap, they have 31.
    assert found.std() < {0.25: 9, 0.11: 2, 0.07: 2}[scale]
    assert np.array_equal(by_default, found)
    assert tiled(gpucanvas.create_image_bitmap(image), scale, backend, "low")[..., 0].std() > 25


def test_the_edge_of_a_pattern_that_is_not_repeated_stays_in_place(backend: str) -> None:
    image = np.full((101, 101, 4), 255, np.uint8)
    found = tiled(image, 0.25, backend, repetition="no-repeat")[..., 3].astype(int)
    # It ends at 25.25. At the other edges, too, it is interpolated with nothing, from a texel's centre on.
    assert (found[:25, :25] > 250).all() and (found[26:] == 0).all() and (found[:, 26:] == 0).all()
    assert (np.abs(found[1:25, 25] - 64) <= 1).all()


@pytest.mark.parametrize("how", ["image", "array", "canvas"])
def test_the_patterns_own_transform_counts_and_every_kind_of_image_has_levels(how: str, backend: str) -> None:
    array = noise(64, 64)
    source: Any = {"image": gpucanvas.Image, "array": np.asarray}.get(how, lambda _: gpucanvas.Canvas(64, 64))(array)
    if how == "canvas":
        source.get_context("2d").put_image_data(array, 0, 0)
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality = "medium"
        pattern = ctx.create_pattern(source, "repeat")
        ctx.stroke_style = pattern
        ctx.line_width = 100
        pattern.set_transform(1 / 16, 0, 0, 1 / 8, 0, 0)
        ctx.stroke_rect(-8, 8, 32, 0)
        assert sorted(levels_of(pattern)._known) == [(1, 1), (2, 2), (3, 3), (4, 3)]
        expected = np.tile(area_means(array, 4, 8), (2, 4, 1))
        assert np.abs(canvas.to_numpy() - expected).max() <= 2


def test_two_scales_in_one_frame_are_drawn_from_two_levels(backend: str) -> None:
    image = noise(48, 48)
    with gpucanvas.Canvas(24, 12, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality = "high"
        ctx.fill_style = ctx.create_pattern(image, "repeat")
        for side in (12, 6, 12, 6):
            ctx.set_transform(side / 48, 0, 0, side / 48, 12 if side == 6 else 0, 0)
            ctx.fill_rect(0, 0, 12 * 48 / side, 12 * 48 / side)
        found = canvas.to_numpy()
    assert np.abs(found[:, :12] - area_means(image, 12, 12)).max() <= 2
    assert np.abs(found[:, 12:] - np.tile(area_means(image, 6, 6), (2, 2, 1))).max() <= 2


def test_patterns_of_one_image_share_its_levels_which_the_budget_may_drop() -> None:
    image = gpucanvas.Image(noise(101, 101))
    first, second = (tiled(image, 0.11, "cpu") for _ in range(2))
    assert np.array_equal(first, second)
    level = image.levels.fitted(3, 3)
    assert level.pixels.shape == (13, 13) and image.levels.fitted(3, 3) is level
    gc.collect()  # Of what tests before have left, nothing may go meanwhile.
    before = memory.snapshot().host_bytes
    dropped = image.levels.drop()
    del level
    assert dropped == 4 * (13**2 + 25**2 + 50**2) == before - memory.snapshot().host_bytes
    assert np.array_equal(tiled(image, 0.11, "cpu"), first)


def test_low_quality_and_unsmoothed_patterns_are_drawn_from_the_image_itself() -> None:
    image = gpucanvas.create_image_bitmap(noise(64, 64))
    tiled(image, 0.1, "cpu", "low")
    with gpucanvas.Canvas(8, 8, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality, ctx.image_smoothing_enabled = "high", False
        ctx.scale(1 / 8, 1 / 8)
        ctx.fill_style = ctx.create_pattern(image, "repeat")
        ctx.fill_rect(0, 0, 64, 64)
        assert np.array_equal(canvas.to_numpy(), image.to_numpy()[3::8, 3::8])
    assert not image.levels._known


def test_a_pattern_outlives_its_closed_image_and_a_copy_draws_the_same() -> None:
    image = gpucanvas.Image(noise(64, 64))
    with gpucanvas.Canvas(16, 16, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.image_smoothing_quality = "high"
        ctx.scale(1 / 8, 1 / 8)
        pattern = ctx.create_pattern(image, "repeat")
        image.close()
        found = []
        for style in (pattern, pattern.__copy__()):
            ctx.fill_style = style
            ctx.fill_rect(0, 0, 128, 128)
            found.append(canvas.to_numpy())
        assert np.array_equal(*found)
        assert np.abs(found[0][:8, :8] - area_means(noise(64, 64), 8, 8)).max() <= 2
