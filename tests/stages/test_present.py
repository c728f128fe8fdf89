"""Premultiplied pixels become straight ones: rounded to nearest, in a run of any length, and tile by tile."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend, present
from gpucanvas.frames.surface import Surface
from gpucanvas.pipeline.encode import encode
from gpucanvas.stages import shade
from scenes import SCENES


def straight_exactly(pixels: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(H, W, 4) in whole numbers."""
    channels = (pixels[..., None] >> np.array([0, 8, 16, 24], np.uint32) & 255).astype(np.int64)
    alpha = channels[..., 3:]
    out = np.minimum((255 * channels[..., :3] + alpha // 2) // np.maximum(alpha, 1), 255)
    return np.concatenate([np.where(alpha > 0, out, 0), alpha], -1).astype(np.uint8)


def test_present_every_channel_under_every_alpha() -> None:
    channel, alpha = np.meshgrid(np.arange(256, dtype=np.uint32), np.arange(256, dtype=np.uint32))
    pixels = channel | channel[::-1] << np.uint32(8) | channel[:, ::-1] << np.uint32(16) | alpha << np.uint32(24)
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))


@pytest.mark.parametrize("odd", range(0, 150, 7))
def test_present_one_translucent_pixel_among_opaque_and_empty_ones(odd: int) -> None:
    pixels = np.full((3, 50), 0xFF010203, np.uint32)
    pixels[1] = 0
    pixels.reshape(-1)[odd] = 0x80402010
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (1, 15), (4, 4), (1, 17), (7, 11), (1, 65), (401, 331)])
def test_present_any_size(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).integers(0, 1 << 32, size, np.uint32)
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))


def test_present_nothing() -> None:
    assert present(np.zeros((0, 4), np.uint32)).shape == (0, 4, 4)


# -- as they are shaded --------------------------------------------------------------------------------------------


def touched(pixels: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """What a frame that draws one small disc on a surface gives straight, on the way; the surface is changed."""
    height, width = pixels.shape
    recording = gpucanvas.Recording(width, height)
    ctx = recording.get_context("2d")
    ctx.fill_style = (0.2, 0.4, 0.6, 0.5)
    ctx.fill_circles(width / 2, height / 2, 2.5)
    scene = encode(recording._commands, width, height)
    straight = np.full(width * height, 0x55555555, np.int32)
    with CPUBackend(2).workers.runner() as runner:
        runner.draw(scene, pixels, None, straight)
    return straight.view(np.uint8).reshape(height, width, 4)


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (16, 16), (17, 31), (33, 47), (200, 15), (401, 331)])
def test_present_tiles_of_any_surface(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    pixels = rng.integers(0, 1 << 32, size, np.uint32)
    before = pixels.copy()
    straight = touched(pixels)
    assert (pixels != before).any()
    np.testing.assert_array_equal(straight, straight_exactly(pixels))


@pytest.mark.parametrize("odd", [0, 15, 16, 37, 40 * 40 - 1])
def test_present_tiles_of_opaque_and_empty_pixels(odd: int) -> None:
    pixels = np.full((40, 40), 0xFF010203, np.uint32)
    pixels[:, 16:] = 0
    pixels[20:] = 0x00030201
    pixels.reshape(-1)[odd] = 0x80402010
    np.testing.assert_array_equal(touched(pixels), straight_exactly(pixels))


@pytest.mark.parametrize("odd", [None, 0, 15, 16, 37, 40 * 40 - 1])
def test_present_black_pixels_of_every_alpha(odd: int | None) -> None:
    """Black ones are copied, but not where one of another colour is near."""
    pixels = (np.arange(40 * 40, dtype=np.uint32) % 256 << np.uint32(24)).reshape(40, 40)
    if odd is not None:
        pixels.reshape(-1)[odd] = 0x80000010
    np.testing.assert_array_equal(present(pixels), straight_exactly(pixels))
    np.testing.assert_array_equal(touched(pixels), straight_exactly(pixels))


@pytest.mark.parametrize("name", sorted(SCENES))
def test_present_on_the_way_is_present_later(name: str) -> None:
    scene = SCENES[name]
    later = gpucanvas.Canvas(scene.width, scene.height, backend="cpu")
    scene.draw(later.get_context("2d"), scene.width, scene.height)
    later.flush()
    np.testing.assert_array_equal(scene.render("cpu"), later.to_numpy())


def test_present_after_several_recordings() -> None:
    recordings = []
    for k in range(3):
        recording = gpucanvas.Recording(70, 50)
        ctx = recording.get_context("2d")
        ctx.fill_style = (k / 2, 0.5, 1 - k / 2, 0.6)
        ctx.fill_rect(5 + 7 * k, 5, 40, 30 - 3 * k)
        recordings.append(recording._commands)
    surfaces = [Surface(CPUBackend(2), 70, 50) for _ in range(2)]
    try:
        straight = surfaces[0].draw(recordings, read=True)
        surfaces[1].draw(recordings)
        assert straight is not None
        np.testing.assert_array_equal(straight, surfaces[1].to_numpy())
        np.testing.assert_array_equal(straight, surfaces[0].to_numpy())
    finally:
        for surface in surfaces:
            surface.close()


@pytest.mark.parametrize("parts", [1, 2, 8, 30])
def test_tiles_are_cut_into_parts_of_like_work(parts: int) -> None:
    rng = np.random.default_rng(5)
    sizes = rng.integers(0, 40, (2, 300)) * (rng.random(300) < 0.5)
    starts = np.cumsum(sizes).reshape(2, 300) - sizes
    cuts = np.full(parts + 1, -1)
    busy = shade.cut_tiles(starts, starts + sizes, 300, cuts)
    assert busy == np.count_nonzero(sizes.sum(0))
    assert cuts[0] == 0
    assert cuts[-1] == 300
    work = np.where(sizes.sum(0) > 0, sizes.sum(0) + shade.BUSY, shade.IDLE)
    shares = [work[first:last].sum() for first, last in zip(cuts[:-1], cuts[1:], strict=True)]
    assert sum(shares) == work.sum()
    assert max(shares) <= work.sum() / parts + work.max()


def test_present_a_large_surface_with_little_in_it() -> None:
    pixels = np.random.default_rng(6).integers(0, 1 << 32, (700, 900), np.uint32)
    np.testing.assert_array_equal(touched(pixels), straight_exactly(pixels))


def test_tiles_without_commands_are_one_part_or_several() -> None:
    nothing, cuts = np.zeros((1, 9), np.int64), np.zeros(4, np.int64)
    assert shade.cut_tiles(nothing, nothing, 9, cuts) == 0
    assert cuts.tolist() == [0, 3, 6, 9]
