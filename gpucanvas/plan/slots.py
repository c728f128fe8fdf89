"""Slots: rectangles side by side on a target, each on a border of tiles, so that no tile belongs to two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..contract.constants import TILE
from ..pipeline.merge import Slot

__all__ = ["Slot", "place"]


def place(sizes: Sequence[tuple[int, int]], side: int) -> Iterator[tuple[int, int, list[Slot]]]:
    """Targets (width, height, slots) for rectangles of these sizes, in rows, every slot on a tile border.

    Parameters
    ----------
    sizes
        Width and height of each, pixels; what has no pixels gets no slot.
    side
        How wide and high a target may be; a larger rectangle gets a target of its own.
    """
    slots: list[Slot] = []
    x = y = row = width = 0
    for i, (w, h) in enumerate(sizes):
        if not w or not h:
            continue
        wide, high = -(-w // TILE) * TILE, -(-h // TILE) * TILE
        if x + wide > side and x:
            x, y, row = 0, y + row, 0
        if y + high > side and slots:
            yield width, y + row, slots
            slots, x, y, row, width = [], 0, 0, 0, 0
        slots.append((i, x, y, w, h))
        x += wide
        row = high if high > row else row
        width = x if x > width else width
    if slots:
        yield width, y + row, slots
