"""wholes: masks of whole texts, for texts whose letters would show through each other if each were drawn by itself.

    PlacedText --glyphtexts.py--> masks of its glyphs, wherever they are --join_masks--> one mask of the text

Translucent strokes of neighbouring letters overlap, and so do the letters of scripts that join them. As one mask a text
is one shape, under any operator. The masks of all texts that are drawn alike are in one table, which is replaced by a
new one when it is full.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import BASELINE_TIE
from ..contract.tones import TONE_COUNT
from ..recent import RecentGrowing
from ..stages.masks import PHASES, SLOTS, join_masks
from .glyphtexts import GlyphText, KeptStrikes, MaskedText, masks_of
from .line import PlacedText
from .masktable import Mask, MaskTable
from .registry import emptied_on_removal
from .strike import MOVED, MaskKey

__all__ = ["whole_of"]

MOST_BYTES: Final = 32 << 20
"""Most bytes of all cached tables."""
FULL_BYTES: Final = 4 << 20
"""Bytes from which a table takes no more texts: a text that counts has a mask for each number."""
LARGEST_WHOLE: Final = 512.0
"""Largest distance of a text's ink from its origin, pixels: masks of longer texts are large, and seldom used again."""
ORIGIN: Final = np.zeros(1)

Floats = NDArray[np.float64]
Parts = tuple[GlyphText, ...]
"""The glyphs of a text, by strike."""


class Wholes(MaskTable[Parts]):
    """The masks of all texts that are drawn alike, numbered by their glyphs."""

    def __init__(self, key: MaskKey) -> None:
        self._key = key
        self._parts: list[Parts] = []
        self._strikes = KeptStrikes()
        super().__init__(key.is_vertical)

    @property
    def all_bytes(self) -> int:
        """Approximate bytes of the table and of the strikes that it keeps alive."""
        return self.nbytes + self._strikes.nbytes

    @property
    def is_full(self) -> bool:
        """Whether more texts need a new table."""
        return self.nbytes > FULL_BYTES or self._strikes.are_many

    def _add(self, new: list[Parts]) -> Floats:
        self._parts[len(self._numbers) :] = new
        for parts in new:
            self._strikes.take(parts)
        return np.array([bounds_of(parts, self._key) for parts in new])

    def _draw(self, rows: NDArray[np.int64]) -> None:
        self._store(rows, [self._joined(*divmod(row, SLOTS)) for row in rows.tolist()])

    def _joined(self, number: int, slot: int) -> Mask:
        """Draw the mask of a text for a tone and a quarter of a pixel, which ``slot`` has together."""
        tone, phase = divmod(slot, PHASES)
        found = []
        for part in self._parts[number]:
            x, y = places_of(part, self._key).T
            along, beside = (y, x) if self.is_vertical else (x, y)
            quarters = np.floor(along * PHASES + (phase + 0.5)).astype(np.int64)
            line = np.floor(beside + (0.5 + BASELINE_TIE)).astype(np.int64)
            rows = (numbers_of(part) * TONE_COUNT + tone) * PHASES + quarters % PHASES
            part.strike.draw(rows)
            pixels = (line, quarters // PHASES) if self.is_vertical else (quarters // PHASES, line)
            slots = part.strike.slots[rows].astype(np.int64)
            slots[:, 1:3] += np.stack(pixels, 1)
            found.append((slots, part.strike.masks))
        inked = np.concatenate([slots[slots[:, 3] > 0] for slots, _ in found])
        if not len(inked):
            return Mask(0, 0, np.zeros((0, 0), np.uint8))
        left, top = inked[:, 1:3].min(0).tolist()
        right, bottom = (inked[:, 1:3] + inked[:, 3:5]).max(0).tolist()
        out = np.zeros((bottom - top, right - left), np.uint8)
        for slots, masks in found:
            join_masks(slots, masks, left, top, out)
        return Mask(left, top, out)


class Kept(NamedTuple):
    """Where a text's mask is: a weak reference to its table, since texts outlive full tables, and its number there."""

    key: MaskKey
    table: ref[Wholes]
    number: int


_tables: RecentGrowing[MaskKey, Wholes] = RecentGrowing(MOST_BYTES, lambda table: table.all_bytes)
emptied_on_removal(_tables.clear)


def whole_of(text: PlacedText, key: MaskKey) -> MaskedText | None:
    """Return the glyphs without colours of a text as one mask; None if it is too large."""
    kept: Kept | None = text.whole  # type: ignore[assignment]
    table = None if kept is None or kept.key != key else kept.table()
    if kept is None or table is None:
        masked = masks_of(text, key)
        if masked is None or not masked.parts:
            return masked
        if not np.abs(bounds_of(masked.parts, key)).max() <= LARGEST_WHOLE:
            return None
        table = _table_of(key)
        (number,) = table.numbered([masked.parts])
        kept = text.whole = Kept(key, ref(table), number)
        _tables.put(key, table, table.all_bytes)
    placed = text.placed
    part = GlyphText.of(table, [kept.number], ORIGIN, ORIGIN, lambda: placed)
    return MaskedText((part,), False, None)


def _table_of(key: MaskKey) -> Wholes:
    """Return the table for more texts: the last one, or where that is full a new one."""
    found = _tables.get(key)
    if found is None or found.is_full:
        found = Wholes(key)
        _tables.add(key, found)
    return found


def numbers_of(part: GlyphText) -> NDArray[np.int64]:
    """Return the numbers of a part's glyphs in their strike."""
    return part.rows[:, 2].astype(np.int64)


def places_of(part: GlyphText, key: MaskKey) -> Floats:
    """Return the places of a part's glyphs, pixels from the text's origin."""
    places = part.rows[:, :2] * key.scale
    return places if key.turn is None else places @ np.array(key.turn).reshape(2, 2)


def bounds_of(parts: Parts, key: MaskKey) -> Floats:
    """Return left, top, right and bottom of a text, pixels; zeros without ink."""
    corners = []
    for part in parts:
        bounds, places = part.strike.bounds[numbers_of(part)], places_of(part, key)
        corners.append(np.concatenate([bounds[:, :2] + places, bounds[:, 2:] + places], 1))
    boxes = np.concatenate(corners)
    boxes = boxes[boxes[:, 0] <= boxes[:, 2]]
    if not len(boxes):
        return np.zeros(4)
    return np.concatenate([boxes[:, :2].min(0) - MOVED, boxes[:, 2:].max(0) + MOVED])
