"""masktable: the masks of many glyphs, or of whole texts, in one buffer, each drawn on first use.

           slots (N * SLOTS, 5)                           masks, bytes
    one    tone 0: quarter 0 1 2 3, tone 1: ... --start-->  | gap | mask | mask | ...

Written masks never move: recordings refer to the tables that they draw with, and other threads may read while masks
are added.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import MASK_GAP
from ..resources.growing import GrowingBytes, Written
from ..stages.masks import SLOT_NUMBERS, SLOTS

__all__ = ["Mask", "MaskTable"]

TABLE_BYTES, ENTRY_BYTES = 4000, 500
"""Approximate bytes of a table and of each of its entries, without slots and masks."""
FIRST_ENTRIES: Final = 16
FIRST_BYTES: Final = 1 << 13
"""Initial room, in entries and in bytes of masks. Zoomed text makes a table of a few glyphs each frame."""

K = TypeVar("K", bound=Hashable)
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Mask(NamedTuple):
    """Coverage, (H, W) bytes, and the place of its first byte, whole pixels from the origin."""

    left: int
    top: int
    bytes: NDArray[np.uint8]


class MaskTable(Generic[K]):
    """The masks of glyphs or texts.

    Parameters
    ----------
    is_vertical
        Whether they are those of text with a vertical baseline.

    Attributes
    ----------
    slots : int32 array (N * SLOTS, SLOT_NUMBERS)
        For each mask its offset in the bytes, or -1, and its left, top, width and height, px: see `masks.draw_masks`.
    bounds : float64 array (N, 4)
        Left, top, right and bottom of each entry, pixels, which its ink does not exceed; inverted where there is none.
    masks : uint8 array
        The bytes of all masks so far.
    """

    def __init__(self, is_vertical: bool) -> None:
        self.is_vertical = is_vertical
        self._lock = Lock()
        self._numbers: dict[K, int] = {}
        self._room = GrowingBytes(FIRST_BYTES)
        self._used = MASK_GAP
        self.slots: Ints = np.full((FIRST_ENTRIES * SLOTS, SLOT_NUMBERS), -1, np.int32)
        self.bounds: Floats = np.empty((0, 4))

    def written(self) -> Written:
        """The bytes of all masks so far."""
        with self._lock:
            return Written(self._room, self._used)

    @property
    def masks(self) -> NDArray[np.uint8]:
        """The bytes of all masks so far, padded to whole words."""
        return self.written().bytes

    @property
    def nbytes(self) -> int:
        """Approximate bytes of the table."""
        return TABLE_BYTES + len(self._numbers) * ENTRY_BYTES + self.slots.nbytes + len(self._room.bytes)

    def numbered(self, keys: Sequence[K]) -> list[int]:
        """Each entry's number, which locates its slots; those that have none get one."""
        known = self._numbers
        found = [known.get(key, -1) for key in keys]
        if -1 in found:
            with self._lock:
                new = [key for key in dict.fromkeys(keys) if key not in known]
                if new:
                    self._number(new)
            found = [known[key] for key in keys]
        return found

    def _number(self, new: list[K]) -> None:
        first = len(self._numbers)
        count = first + len(new)
        if count * SLOTS > len(self.slots):
            slots = np.full((max(2 * len(self.slots), count * SLOTS), SLOT_NUMBERS), -1, np.int32)
            slots[: len(self.slots)] = self.slots
            self.slots = slots
        self.bounds = np.concatenate((self.bounds[:first], self._add(new)))
        # Assigned last: for other threads, an entry with a number must be complete.
        self._numbers.update(zip(new, range(first, count), strict=True))

    def _add(self, new: list[K]) -> Floats:
        """Take entries that get the next numbers, from ``len(self._numbers)`` on; returns their bounds (N, 4)."""
        raise NotImplementedError

    def draw(self, rows: NDArray[np.int64]) -> None:
        """Draw the masks of some rows of ``slots`` that have no mask yet."""
        with self._lock:
            rows = rows[self.slots[rows, 0] < 0]
            if len(rows):
                # Not `np.unique`: its first call imports numpy.ma, which takes 16 ms.
                rows = np.sort(rows)
                is_first = np.ones(len(rows), np.bool_)
                np.not_equal(rows[1:], rows[:-1], out=is_first[1:])
                self._draw(rows[is_first])

    def _draw(self, rows: NDArray[np.int64]) -> None:
        raise NotImplementedError

    def _make_room(self, nbytes: int) -> None:
        """Make room for so many more bytes of masks."""
        room = self._used + nbytes
        if room + 4 > len(self._room.bytes):
            larger = GrowingBytes(max(2 * len(self._room.bytes), room + 4))
            larger.bytes[: self._used] = self._room.bytes[: self._used]
            self._room = larger

    def _store(self, rows: NDArray[np.int64], masks: Sequence[Mask]) -> None:
        """Append masks, and write the slots in these rows."""
        self._make_room(sum(len(each.bytes) * (each.bytes.shape[1] + MASK_GAP) for each in masks))
        for row, (left, top, ink) in zip(rows.tolist(), masks, strict=True):
            high, wide = ink.shape
            end = self._used + high * (wide + MASK_GAP)
            self._room.bytes[self._used : end].reshape(high, wide + MASK_GAP)[:, :wide] = ink
            self.slots[row, 1:] = left, top, wide, high
            # Written last: to a thread that reads slots meanwhile it says that the rest is complete.
            self.slots[row, 0] = self._used
            self._used = end
