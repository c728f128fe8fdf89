"""Slots: packs rectangles on targets, each aligned to tiles, so that no tile belongs to two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..contract.constants import TILE
from ..pipeline.merge import Slot

__all__ = ["Slot", "place"]


def place(sizes: Sequence[tuple[int, int]], side: int) -> Iterator[tuple[int, int, list[Slot]]]:
    """Pack rectangles in rows on targets (width, height, slots), every slot aligned to tiles.

    Parameters
    ----------
    sizes
        Width and height of each rectangle, pixels; an empty one gets no slot.
    side
        Greatest width and height of a target, pixels; a larger rectangle gets a target of its own.
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
