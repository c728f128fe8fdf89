"""Pixel formats: what the contract says of them, and what the kernels make of them."""

from __future__ import annotations

import numpy as np
import pytest

from gpucanvas.contract.constants import TILE
from gpucanvas.contract.formats import FORMATS, LARGEST_HALF, RGBA8, RGBA16F, format_of
from gpucanvas.stages import tile

ALL_HALVES = np.arange(0x3C00 + 1, dtype=np.uint16)
"""Every half from 0 to 1."""
EVERY = np.arange(1 << 16, dtype=np.uint16)
FINITE_HALVES = EVERY[np.isfinite(EVERY.view(np.float16))]
"""Every half that is a number, those below 0 after the others."""


def test_a_pixel_of_halves_is_what_numpy_makes_of_its_channels() -> None:
    for channels in np.random.default_rng(1).random((50, 4)).astype(np.float32).tolist():
        words = np.array(channels, np.float32).astype(np.float16).view(np.uint16)
        assert RGBA16F.pixel(channels) == sum(int(word) << 16 * i for i, word in enumerate(words))
        assert RGBA16F.split(RGBA16F.pixel(channels)) == tuple(words.tolist())


def test_a_pixel_of_bytes_has_red_in_the_low_one() -> None:
    assert RGBA8.pixel((1.0, 0.5, 0.0, 2.0)) == 0xFF0080FF
    assert RGBA8.split(0xFF0080FF) == (255, 128, 0, 255)


def test_a_format_says_what_it_holds_exactly() -> None:
    assert RGBA8.holds((0.0, 1.0, float(np.float32(51 / 255)), 1.0))
    assert not RGBA8.holds((0.0, 0.5, 0.0, 1.0))
    assert RGBA16F.holds((0.0, 0.5, 0.25, 1.0))
    assert not RGBA16F.holds((0.0, float(np.float32(51 / 255)), 0.0, 1.0))


@pytest.mark.parametrize("name", FORMATS)
def test_pixels_made_opaque_keep_their_colours(name: str) -> None:
    each = FORMATS[name]
    pixels = np.array([[each.pixel((0.25, 0.5, 0.75, 0.9)), 0]], each.dtype)
    assert each.made_opaque(pixels).tolist() == [[each.pixel((0.25, 0.5, 0.75, 1.0)), each.pixel((0.0, 0.0, 0.0, 1.0))]]
    assert format_of(pixels) is each
    assert each.nbytes == each.dtype.itemsize


def stored(values: np.ndarray) -> np.ndarray:
    """What the kernel stores for one number a channel and pixel: (N,) uint16 halves, N a multiple of a tile's."""
    px, edge = np.zeros(tile.SCRATCH, np.float32), np.zeros((TILE, 2), np.int32)
    planes = px[: 4 * TILE * TILE]
    out = []
    for part in values.reshape(-1, 4 * TILE * TILE):
        planes[:] = part
        surface = np.zeros((TILE * TILE, 2), np.int32)
        tile.store_tile(px, edge, surface, TILE, TILE, 0, 0)
        out.append(surface.view(np.uint16).T.reshape(-1))
    return np.concatenate(out)


def padded(values: np.ndarray) -> np.ndarray:
    size = 4 * TILE * TILE
    return np.append(values, np.zeros(-len(values) % size, values.dtype))


def test_numbers_are_rounded_to_the_nearest_half_and_to_the_even_one() -> None:
    halves = ALL_HALVES.view(np.float16).astype(np.float32)
    between = (halves[1:] + halves[:-1]) / 2
    near = np.concatenate([np.nextafter(between, np.float32(0)), np.nextafter(between, np.float32(1))])
    random = np.random.default_rng(2).random(50_000).astype(np.float32)
    faint = random * np.float32(1e-4)
    values = padded(np.concatenate([halves, between, near, random, faint, random**8]))
    assert (stored(values) == values.astype(np.float16).view(np.uint16)).all()


def test_an_alpha_outside_of_0_to_1_is_cut_off() -> None:
    values = np.array([-1.0, -1e-9, -0.0, 1.0000001, 2.0, 1e9, np.inf, -np.inf], np.float32)
    alphas = np.concatenate([np.zeros(3 * TILE * TILE, np.float32), values, np.zeros(TILE * TILE - 8, np.float32)])
    assert stored(alphas)[3 * TILE * TILE :][:8].tolist() == [0, 0, 0, 0x3C00, 0x3C00, 0x3C00, 0x3C00, 0]


def test_colours_outside_of_0_to_1_are_rounded_to_the_nearest_finite_half() -> None:
    halves = FINITE_HALVES.view(np.float16).astype(np.float32)
    between = (halves[1:] + halves[:-1]) / 2
    between = between[np.abs(between) < LARGEST_HALF]
    values = np.concatenate([halves, between, np.random.default_rng(4).normal(0, 300, 50_000).astype(np.float32)])
    colors = np.zeros((-(-len(values) // (3 * TILE * TILE)), 4 * TILE * TILE), np.float32)
    flat = np.append(values, np.zeros(colors.shape[0] * 3 * TILE * TILE - len(values), np.float32))
    colors[:, : 3 * TILE * TILE] = flat.reshape(len(colors), -1)
    found = stored(colors.reshape(-1)).view(np.float16).astype(np.float32)
    assert (found == colors.reshape(-1).astype(np.float16).astype(np.float32)).all()
    beyond = np.array([65504, 65519, 65521, 1e9, np.inf, -65521, -np.inf, np.nan], np.float32)
    expected = [65504.0] * 5 + [-65504.0] * 2 + [65504.0]
    assert stored(padded(beyond))[:8].view(np.float16).astype(float).tolist() == expected


def test_a_pixel_that_the_host_packs_is_clamped_as_the_kernel_does() -> None:
    for color in (-70000.0, -2.5, -1e-9, -0.0, 0.3, 1.5, 65519.0, 1e9):
        bits = int(stored(padded(np.array([color], np.float32)))[0])
        assert RGBA16F.split(RGBA16F.pixel((color, 0.0, 0.0, 2.0))) == (bits, 0, 0, 0x3C00)
    assert RGBA16F.holds((-2.5, 1.5, 0.0, 1.0))
    assert not RGBA16F.holds((1.2, 0.0, 0.0, 1.0))


def test_every_half_is_loaded_as_what_it_is() -> None:
    halves = padded(FINITE_HALVES)
    px, edge = np.zeros(tile.SCRATCH, np.float32), np.zeros((TILE, 2), np.int32)
    for part in halves.reshape(-1, 4, TILE * TILE):
        surface = np.ascontiguousarray(part.T).view(np.int32)
        tile.load_tile(px, edge, surface, TILE, TILE, 0, 0)
        assert (px[: 4 * TILE * TILE] == part.reshape(-1).view(np.float16).astype(np.float32)).all()
