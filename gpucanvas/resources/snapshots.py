"""snapshots: copies of arrays as they were last drawn, so that an unchanged array is not copied and uploaded again.

    array, drawn again --unchanged--> the same snapshot object, whose GPU copy stays valid
                       --changed----> a new snapshot

Writes to an array cannot be detected, so each call that draws it compares it with its snapshot: some 0.1 ms a megabyte,
or less, up to the first difference. Images that cannot change need no comparison: `gpucanvas.Image`, picture files,
arrays in staging memory, and canvases, which have versions of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..memory import Holding, add_cache
from ..sight.spans import count

__all__ = ["Snapshot", "snapshot_of"]

Pixels = NDArray[np.uint32]
MOST_BYTES: Final = 64 << 20
"""Most bytes of all snapshots that are kept for later frames."""
MOST: Final = 1 << 16
"""Most snapshots that are kept, of whatever size."""
CHUNK: Final = 1 << 15
"""Pixels compared at a time: they fit in the CPU's cache, and comparing stops at the first difference."""


class Snapshot:
    """Immutable pixels, and their entry in the memory ledger."""

    __slots__ = ("__weakref__", "holding", "pixels", "source")

    def __init__(self, pixels: Pixels, source: ref[Any] | None) -> None:
        self.holding = Holding("image", pixels.nbytes)
        count("bytes_copied", pixels.nbytes)
        self.pixels = pixels.copy()
        self.pixels.flags.writeable = False
        self.source = source


class Snapshots:
    """The latest snapshot of each source array, the least recently drawn first."""

    def __init__(self) -> None:
        self._known: dict[int, Snapshot] = {}
        # An upper bound of their bytes: it still counts snapshots whose sources have died.
        self._bytes_at_most = 0
        add_cache(self.evict)

    def take(self, pixels: Pixels, source: object) -> Snapshot:
        """A snapshot of ``pixels``, which were made from the array ``source``."""
        number = id(source)
        known = self._known.pop(number, None)
        is_of_source = known is not None and known.source is not None and known.source() is source
        if known is not None and is_of_source and is_same(known.pixels, pixels):
            self._known[number] = known
            return known
        # The old snapshot is freed first: the budget may have no room for both.
        known = None
        try:
            made = Snapshot(pixels, ref(source, self._forget(number)))
        except TypeError:
            # Objects without weak references, such as lists, are not kept.
            return Snapshot(pixels, None)
        self._known[number] = made
        self._bytes_at_most += pixels.nbytes
        if self._bytes_at_most > MOST_BYTES or len(self._known) > MOST:
            self._trim()
        return made

    def _forget(self, number: int) -> Callable[[ref[Any]], None]:
        """The weak reference callback for a source's death, which may run inside any other code."""
        known = self._known

        def gone(died: ref[Any]) -> None:
            found = known.get(number)
            if found is not None and found.source is died:
                known.pop(number, None)

        return gone

    def _trim(self) -> None:
        """Drop the oldest snapshots where there are too many, or too many bytes.

        A quarter of them goes at a time: to find the oldest takes as long as to list them all.
        """
        kept = list(self._known.items())
        total = sum(each.pixels.nbytes for _, each in kept)
        if total > MOST_BYTES or len(kept) > MOST:
            for number, each in kept:
                if total <= MOST_BYTES * 3 // 4 and len(self._known) <= MOST * 3 // 4:
                    break
                self._known.pop(number, None)
                total -= each.pixels.nbytes
        self._bytes_at_most = total

    def evict(self) -> int:
        """Drop all snapshots, except for recordings that hold them. Returns the bytes freed."""
        dropped = list(self._known.values())
        self._known.clear()
        self._bytes_at_most = 0
        return sum(each.pixels.nbytes for each in dropped)


def is_same(before: Pixels, now: Pixels) -> bool:
    """Whether two arrays of pixels are equal; stops at the first difference."""
    if before.shape != now.shape:
        return False
    if before.size <= CHUNK:
        return bool((before == now).all())
    step = max(1, CHUNK // now.shape[1])
    return all(bool((before[y : y + step] == now[y : y + step]).all()) for y in range(0, len(now), step))


_snapshots: Final = Snapshots()
snapshot_of: Final = _snapshots.take
