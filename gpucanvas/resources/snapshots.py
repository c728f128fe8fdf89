"""Snapshots: what arrays held when they were last drawn, so that one that has not changed is not copied again.

    array, drawn again --compared--> the snapshot of before, the same object: what is resident of it stays resident
                       --is another--> a new snapshot

Nothing tells of a write to an array, so that it is read once for each call that draws it: a megabyte takes some 0.1
ms, and no more than up to the first difference where it has changed. What cannot change is never looked at:
`gpucanvas.Image`, picture files, arrays in staging memory, canvases, which have versions of their own.
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
"""Snapshots that are kept for the next frame hold no more than this together."""
MOST: Final = 4096
CHUNK: Final = 1 << 15
"""Pixels that are compared at a time: they stay in the cache, and the first difference ends it."""


class Snapshot:
    """Pixels that nobody changes, and what counts them."""

    __slots__ = ("__weakref__", "holding", "pixels", "source")

    def __init__(self, pixels: Pixels, source: ref[Any] | None) -> None:
        self.holding = Holding("image", pixels.nbytes)
        count("bytes_copied", pixels.nbytes)
        self.pixels = pixels.copy()
        self.pixels.flags.writeable = False
        self.source = source


class Snapshots:
    """The latest snapshot of each source, the least recently drawn first."""

    def __init__(self) -> None:
        self._known: dict[int, Snapshot] = {}
        # No less than they hold: those whose sources died are still counted.
        self._bytes_at_most = 0
        add_cache(self.evict)

    def take(self, pixels: Pixels, source: object) -> Snapshot:
        """What ``pixels`` are now, which were made of ``source``."""
        number = id(source)
        known = self._known.pop(number, None)
        is_of_source = known is not None and known.source is not None and known.source() is source
        if known is not None and is_of_source and is_same(known.pixels, pixels):
            self._known[number] = known
            return known
        # A new one is made where the budget may have no room for both.
        known = None
        try:
            made = Snapshot(pixels, ref(source, self._forget(number)))
        except TypeError:
            # Lists cannot be referred to weakly.
            return Snapshot(pixels, None)
        self._known[number] = made
        self._bytes_at_most += pixels.nbytes
        if self._bytes_at_most > MOST_BYTES or len(self._known) > MOST:
            self._trim()
        return made

    def _forget(self, number: int) -> Callable[[ref[Any]], None]:
        """What is called when a source dies; it may be in the middle of anything."""
        known = self._known

        def gone(died: ref[Any]) -> None:
            found = known.get(number)
            if found is not None and found.source is died:
                known.pop(number, None)

        return gone

    def _trim(self) -> None:
        """Let go of the oldest, where there are too many or they are too large."""
        kept = list(self._known.items())
        total = sum(each.pixels.nbytes for _, each in kept)
        for number, each in kept:
            if total <= MOST_BYTES and len(self._known) <= MOST:
                break
            self._known.pop(number, None)
            total -= each.pixels.nbytes
        self._bytes_at_most = total

    def evict(self) -> int:
        """Let go of all; recordings keep theirs. Returns how many bytes that were."""
        dropped = list(self._known.values())
        self._known.clear()
        self._bytes_at_most = 0
        return sum(each.pixels.nbytes for each in dropped)


def is_same(before: Pixels, now: Pixels) -> bool:
    """Whether two pictures are the same, looking no further than the first difference."""
    if before.shape != now.shape:
        return False
    if before.size <= CHUNK:
        return bool((before == now).all())
    step = max(1, CHUNK // now.shape[1])
    return all(bool((before[y : y + step] == now[y : y + step]).all()) for y in range(0, len(now), step))


_snapshots: Final = Snapshots()
snapshot_of: Final = _snapshots.take
