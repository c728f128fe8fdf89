"""Sprites are cut to their image as NumPy would cut whole columns, and none that needs a halved image is missed."""

from __future__ import annotations

import numpy as np
import pytest

import gpucanvas
from gpucanvas.stages.sprites import cut_sprites, is_any_small
from gpucanvas.verbs.sprites import halvings_of_sprites

WIDTH, HEIGHT = 40.0, 24.0


def cut_in_columns(items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sprites that show something, and which they are."""
    out, keep = items.copy(), np.ones(len(items), np.bool_)
    with np.errstate(all="ignore"):
        for axis, limit in enumerate((WIDTH, HEIGHT)):
            s, n, d, m = items[:, axis], items[:, 2 + axis], items[:, 4 + axis], items[:, 6 + axis]
            n = np.where(np.isinf(n), limit, n)
            m = np.where(np.isinf(m), np.abs(n), m)
            keep &= (n != 0) & (m != 0)
            s, n = np.where(n < 0, s + n, s), np.abs(n)
            d, m = np.where(m < 0, d + m, d), np.abs(m)
            first, last = np.maximum(s, 0.0), np.minimum(s + n, limit)
            keep &= first < last
            uncut = (first == s) & (last == s + n)
            out[:, axis], out[:, 2 + axis] = first, np.where(uncut, n, last - first)
            out[:, 4 + axis] = np.where(uncut, d, d + (first - s) * (m / n))
            out[:, 6 + axis] = np.where(uncut, m, (last - first) * (m / n))
    return out[keep], keep


def sprites(seed: int, numbers: list[float]) -> np.ndarray:
    """Three hundred sprites; about a third of their rectangles' numbers are odd ones."""
    rng = np.random.default_rng(seed)
    items = np.concatenate([rng.uniform(-30, 60, (300, 8)), rng.normal(size=(300, 6)) * 3, rng.random((300, 1))], 1)
    odd = rng.random((300, 8)) < 0.3
    items[:, :8][odd] = rng.choice(numbers, int(odd.sum()))
    items[:, [0, 1, 4, 5]] = np.where(np.isinf(items[:, [0, 1, 4, 5]]), 0.0, items[:, [0, 1, 4, 5]])
    return items


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("numbers", [[0.0, -0.0, 16.0, 40.0, 24.0], [np.inf, 8.0], [1e308, -1e308, 1e-308, -8.0]])
def test_sprites_are_cut_to_the_image(seed: int, numbers: list[float]) -> None:
    items = sprites(seed, numbers)
    expected, kept = cut_in_columns(items)
    found = np.empty(len(items), np.bool_)
    count = cut_sprites(items, WIDTH, HEIGHT, found)
    assert 0 < count < len(items)
    np.testing.assert_array_equal(found, kept)
    np.testing.assert_array_equal(items[:count], expected)


@pytest.mark.parametrize("scale", [0.25, 0.4999999, 0.5, 0.5000001, 0.6, 3.0])
@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_a_sprite_that_needs_a_halved_image_is_found(scale: float, turn: float) -> None:
    items = np.zeros((5, 15))
    items[:, 2:4], items[:, 6:8] = 16.0, 16.0
    items[:, 8:12] = [np.cos(turn), np.sin(turn), -np.sin(turn), np.cos(turn)]
    items[3, 6] = 16.0 * scale
    halved = bool(halvings_of_sprites(items, (1, 0, 0, 1, 0, 0), (16, 16)).any())
    assert halved == (scale <= 0.5)
    assert is_any_small(items, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)) == (scale < 0.51)
    items[3, 8:12] = 1.0
    assert not is_any_small(items, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))


def test_of_sprites_beyond_their_image_no_memory_is_kept() -> None:
    ctx = gpucanvas.Recording(64, 64).get_context("2d")
    image = gpucanvas.Image(np.full((8, 8, 4), 255, np.uint8))
    places = np.full((1000, 4), 8.0)
    places[::500, :2] = 0.0
    ctx.draw_images(image, places, [0, 0, 8, 8])
    (batch,) = ctx._recording.batches
    assert len(batch.items) == 2
    assert batch.items.base is None
    assert batch.origins.tolist() == [0, 500]
