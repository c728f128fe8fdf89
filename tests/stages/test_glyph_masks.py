"""Masks against areas counted point by point."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from gpucanvas.stages.masks import SLOT_NUMBERS, SLOTS, draw_masks

GREY, PHASE = 3, 1
"""The tone that changes coverage least: by 5 levels at most."""
POINTS = 64
MOVE, LINE, QUAD, CUBIC, CLOSE = range(5)


def mask_of(verbs: list[int], coords: list[float]) -> tuple[NDArray[np.float64], int, int]:
    """The coverages of a mask, 0 to 255, before its tone; and its left and top."""
    slots = np.full((SLOTS, SLOT_NUMBERS), -1, np.int32)
    masks, sums = np.zeros(20_000, np.uint8), np.empty(20_000)
    row = GREY * 4 + PHASE
    outline = np.array([[0, len(verbs), 0]], np.int64)
    stream = np.array(verbs, np.uint8), np.array(coords)
    used = draw_masks(np.array([row]), *stream, outline, False, slots, sums, masks, 16)
    start, left, top, wide, high = slots[row].tolist()
    assert start == 16
    assert used == start + high * (wide + 16)
    bytes_ = masks[start:used].reshape(high, wide + 16)
    assert not bytes_[:, wide:].any()
    return bytes_[:, :wide].astype(float), left, top


def counted(points: NDArray[np.float64], left: int, top: int, wide: int, high: int) -> NDArray[np.float64]:
    """The coverages of a polygon, by the nonzero rule, of POINTS * POINTS points a pixel."""
    y = top + (np.arange(high * POINTS) + 0.5) / POINTS
    x = left + (np.arange(wide * POINTS) + 0.5) / POINTS
    winding = np.zeros((len(y), len(x)), int)
    for (x0, y0), (x1, y1) in pairwise([*points, points[0]]):
        if y0 == y1:
            continue
        crosses = (np.minimum(y0, y1) <= y) & (y < np.maximum(y0, y1))
        at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        winding += np.where(crosses[:, None] & (x[None, :] > at[:, None]), 1 if y1 > y0 else -1, 0)
    inside = (winding != 0).reshape(high, POINTS, wide, POINTS)
    return inside.mean((1, 3)) * 255


def toned(c: NDArray[np.float64]) -> NDArray[np.float64]:
    c = c / 255
    return 255 * (c + c * (1 - c) * (0.0723 + c * (0.0018 + c * 0.0002)))


@pytest.mark.parametrize("seed", range(12))
def test_a_mask_is_the_area_of_its_polygon(seed: int) -> None:
    """Star-shaped ones, so that no part lies over another."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(3, 20))
    angles = np.sort(rng.random(count)) * 2 * np.pi
    points = np.stack([np.cos(angles), np.sin(angles)], 1) * rng.uniform(0.3, 12, (count, 1)) + rng.uniform(-9, 9, 2)
    verbs = [MOVE, *[LINE] * (count - 1), CLOSE]
    if seed % 2:
        points = points[::-1]
        verbs.pop()  # It is closed all the same.
    mask, left, top = mask_of(verbs, points.reshape(-1).tolist())
    expected = toned(counted(points + (PHASE / 4, 0), left, top, mask.shape[1], mask.shape[0]))
    assert mask.max() > 0
    # What points miss along an edge: its length in them, over their number.
    assert np.abs(mask - expected).max() < 255 * 2.5 / POINTS
    assert abs(mask.sum() - expected.sum()) < 0.01 * expected.sum() + 100


def test_a_mask_of_curves_is_that_of_many_lines() -> None:
    def bezier(points: list[tuple[float, float]], t: float) -> tuple[float, float]:
        while len(points) > 1:
            points = [(a + (c - a) * t, b + (d - b) * t) for (a, b), (c, d) in pairwise(points)]
        return points[0]

    quad, cubic = [(1.0, 9.0), (4.0, -6.0), (15.0, 3.0)], [(15.0, 3.0), (16.0, 14.0), (3.0, 18.0), (1.0, 9.0)]
    steps = np.linspace(0, 1, 200)[1:]
    lines = [quad[0], *(bezier(quad, t) for t in steps), *(bezier(cubic, t) for t in steps)]
    flat = [value for point in lines for value in point]
    curved, *corner = mask_of([MOVE, QUAD, CUBIC, CLOSE], [v for p in (*quad, *cubic[1:]) for v in p])
    straight, left, top = mask_of([MOVE, *[LINE] * (len(lines) - 1), CLOSE], flat)
    # The box of curves is that of their control points.
    dx, dy = left - corner[0], top - corner[1]
    high, wide = straight.shape
    assert np.abs(curved[dy : dy + high, dx : dx + wide] - straight).max() <= 3
    assert curved.sum() == pytest.approx(straight.sum(), rel=0.002)


def test_a_hole_is_none_of_the_area_and_what_lies_twice_counts_once() -> None:
    ring = [0.0, 0, 8, 0, 8, 8, 0, 8, 2, 2, 2, 6, 6, 6, 6, 2]
    square = [MOVE, LINE, LINE, LINE, CLOSE]
    mask, _, _ = mask_of(square + square, ring)
    assert mask.sum() / 255 == pytest.approx(64 - 16, abs=1)
    twice, _, _ = mask_of(square + square, [0.0, 0, 8, 0, 8, 8, 0, 8] * 2)
    once, _, _ = mask_of(square, [0.0, 0, 8, 0, 8, 8, 0, 8])
    assert (twice[:, 1:-1] == once[:, 1:-1]).all()


def test_a_glyph_without_an_outline_has_an_empty_mask() -> None:
    slots = np.full((SLOTS, SLOT_NUMBERS), -1, np.int32)
    masks = np.zeros(64, np.uint8)
    nothing = np.zeros(1, np.uint8), np.zeros(1), np.zeros((1, 3), np.int64)
    used = draw_masks(np.array([5]), *nothing, False, slots, np.empty(9), masks, 16)
    assert used == 16
    assert slots[5].tolist() == [0, 0, 0, 0, 0]
