"""The boxes of layers, against sets of pixels: dilated, moved, intersected and enclosed one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gpucanvas.contract.commands import CLEAR_RECT, COMMAND, FILL_RECT, STATE
from gpucanvas.contract.constants import STYLE_UNBOUNDED, TILE
from gpucanvas.stages.layers import SOFT_EDGE, fill_rows, fit_layers, show_layers

MARGIN, WIDE, HIGH = 60, 50, 40
"""Pixels beside the canvas that are looked at, on each side, and its size."""
Mask = NDArray[np.bool_]
NOTHING = [0, 0, 0, 0]


def mask_of(box: Any) -> Mask:
    """The pixels of a box."""
    mask = np.zeros((HIGH + 2 * MARGIN, WIDE + 2 * MARGIN), np.bool_)
    left, top, right, bottom = (int(value) + MARGIN for value in box)
    mask[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    return mask


def box_of(mask: Mask) -> list[int]:
    """The smallest box that holds some pixels."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return NOTHING
    return [int(value) - MARGIN for value in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)]


def moved(mask: Mask, x: int, y: int) -> Mask:
    return np.roll(mask, (y, x), (0, 1))


def dilated(mask: Mask, across: int, down: int) -> Mask:
    """The pixels within a distance, across and down."""
    out = np.zeros_like(mask)
    for y in range(-down, down + 1):
        for x in range(-across, across + 1):
            out |= moved(mask, x, y)
    return out


class Layer:
    """A layer at random, and what its pixels say about it."""

    def __init__(self, rng: np.random.Generator) -> None:
        left, top = rng.integers(-5, WIDE - 5), rng.integers(-5, HIGH - 5)
        self.shown = [left, top, left + rng.integers(0, 25), top + rng.integers(0, 25)]
        x, y = (rng.random(2) * [WIDE - 10, HIGH - 10]).round(2)
        self.drawn = [x, y, x + rng.integers(1, 12), y + rng.integers(1, 12)]
        self.reaches = rng.integers(0, 5, (int(rng.integers(0, 3)), 2)).tolist()
        self.has_shadow, self.fills, self.wraps = rng.random(3) < [0.5, 0.2, 0.2]
        self.is_drawn = not self.has_shadow or rng.random() < 0.7
        self.blur = rng.integers(0, 5, 2).tolist() if self.has_shadow else [0, 0]
        self.offset = rng.integers(-6, 7, 2).tolist() if self.has_shadow else [0, 0]

    def numbers(self, first: int) -> list[int]:
        second = self.has_shadow and self.is_drawn
        flags = self.has_shadow, self.is_drawn, second, self.fills, self.wraps
        return [first, first + len(self.reaches), *self.blur, *self.offset, *map(int, flags)]

    def boxes(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Boxes of the visible result and content, of the drawn content, and the slot."""
        shown, (x, y) = mask_of(self.shown), self.offset
        result = shown if self.is_drawn else shown & False
        if self.has_shadow:
            result = mask_of(box_of(result | dilated(moved(shown, -x, -y), *self.blur)))
        if self.wraps and result.any():
            result = mask_of(box_of(result | mask_of((0, 0, WIDE, HIGH))))
        carried, left = np.zeros(2, int), np.sum(self.reaches, 0, int) if self.reaches else np.zeros(2, int)
        content = dilated(result, *left)
        edges = np.floor(self.drawn[:2]) - SOFT_EDGE, np.ceil(self.drawn[2:]) + SOFT_EDGE
        drawn = mask_of(np.concatenate(edges))
        seen = content if self.fills else drawn & content
        slot = seen
        for reach in self.reaches:
            carried, left = carried + reach, left - reach
            slot = mask_of(box_of(slot | (dilated(seen, *carried) & dilated(result, *left))))
        if self.has_shadow:
            slot = mask_of(box_of(slot | (dilated(seen, *(carried + self.blur)) & moved(shown, -x, -y))))
        return box_of(result), box_of(content), box_of(drawn), box_of(slot)


@pytest.mark.parametrize("seed", range(12))
def test_boxes_are_those_of_the_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layers = [Layer(rng) for _ in range(9)]
    firsts = np.cumsum([0] + [len(layer.reaches) for layer in layers])
    numbers = np.array([layer.numbers(first) for layer, first in zip(layers, firsts.tolist(), strict=False)])
    reaches = np.array(sum((layer.reaches for layer in layers), []), np.int64).reshape(-1, 2)
    shown = np.array([layer.shown for layer in layers], np.int64)
    results, contents, slots, filled = np.empty((4, len(layers), 4), np.int64)
    show_layers(numbers, reaches, (WIDE, HIGH), shown, results, contents)
    commands, states = np.zeros(len(layers), COMMAND), np.zeros(len(layers), STATE)
    commands["kind"], every = FILL_RECT, np.arange(len(layers))
    commands["kind"][3], states["op"][5] = CLEAR_RECT, STYLE_UNBOUNDED
    seconds, sizes = np.empty((2, len(layers), 2), np.int64)
    is_cut = np.empty(len(layers), np.bool_)
    recorded = commands, states, every, np.arange(len(layers) + 1)
    boxes = np.array([layer.drawn for layer in layers])
    fit_layers(numbers, reaches, recorded, boxes, (shown, results, contents), (slots, seconds, sizes, is_cut))
    owners = np.stack([every, [layer.has_shadow for layer in layers]], 1).astype(np.int64)
    fill_rows(owners, numbers, shown, slots, filled)
    for k, layer in enumerate(layers):
        result, content, drawn, slot = layer.boxes()
        assert box_of(mask_of(results[k])) == result
        assert box_of(mask_of(contents[k])) == content
        assert slots[k].tolist() == slot
        seen = content if layer.fills else box_of(mask_of(drawn) & mask_of(content))
        assert is_cut[k] == (seen != drawn or k in (3, 5))
        assert filled[k].tolist() == box_of(moved(mask_of(slot), *layer.offset) & mask_of(layer.shown))
        wide, high = slot[2] - slot[0], slot[3] - slot[1]
        is_beside = -(-high // TILE) > -(-wide // TILE)
        second = [is_beside * -(-wide // TILE) * TILE, (not is_beside) * -(-high // TILE) * TILE]
        assert seconds[k].tolist() == (second if layer.has_shadow and layer.is_drawn else [0, 0])
        assert sizes[k].tolist() == [wide + seconds[k, 0], high + seconds[k, 1]]


def test_a_box_that_is_not_a_number_is_empty_and_one_that_is_not_finite_is_limited() -> None:
    numbers, reaches = np.array([[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]]), np.empty((0, 2), np.int64)
    commands, states = np.zeros(2, COMMAND), np.zeros(1, STATE)
    shown = np.array([[0, 0, WIDE, HIGH]])
    slots, seconds = np.empty((1, 4), np.int64), np.empty((1, 2), np.int64)
    fitted = slots, seconds, seconds.copy(), np.empty(1, np.bool_)
    recorded = commands, states, np.zeros(1, np.int64), np.array([0, 2])
    for odd, expected in (([np.nan] * 4, NOTHING), ([-np.inf, -np.inf, np.inf, np.inf], [0, 0, WIDE, HIGH])):
        boxes = np.array([[3.0, 3.0, 4.0, 4.0], odd])
        fit_layers(numbers, reaches, recorded, boxes, (shown, shown, shown), fitted)
        assert slots[0].tolist() == expected
