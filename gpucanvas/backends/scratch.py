"""scratch: memory that the cpu backend reuses from frame to frame: working arrays, and that of dropped surfaces."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import forks, memory
from ..errors import MemoryBudgetError
from ..sight import spans

SPARE_BYTES = 64 << 20
SPARE_LEAST = 1 << 16
"""Most bytes of dropped surfaces that are kept for reuse, and the least size of such a surface, bytes."""
LENT_LEAST = 1 << 18
"""Bytes of a picture from which on its memory is used again: fresh pages for a smaller one take less time."""
LINE_BYTES = 64
TRIM_FRAMES = 64
TRIM_BYTES = 1 << 20
"""Every TRIM_FRAMES frames, working arrays above TRIM_BYTES are dropped if less than a quarter of them was used."""


class Scratch:
    """Working arrays kept from frame to frame. They grow when a frame needs more, and are dropped when little used.

    Attributes
    ----------
    growths : int
        How often an array was replaced by a larger one.
    changes : int
        How often an array was made or dropped: arrays taken before stay valid while this is unchanged.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self.growths = self.changes = 0
        self.small: Any = None
        """The `SmallTables` of small.py, made on first use."""
        self._holding = memory.Holding("scratch")
        self._most: dict[str, int] = {}
        self._needed: dict[str, int] = {}
        self._frames = 0

    def take(self, name: str, count: int, dtype: Any, kept: int = 0) -> NDArray[Any]:
        """The named array, with at least ``count`` items. Its content is undefined, except the first ``kept`` items."""
        array = self.arrays.get(name)
        self._most[name] = max(self._most.get(name, 0), count)
        if array is None or len(array) < count:
            room = max(count, 64) * 5 // 4
            nbytes = room * np.dtype(dtype).itemsize
            with _scratch_lock:
                old = 0 if array is None else array.nbytes
                self._holding.resize(self._holding.host_bytes + nbytes - old)
            self.growths += array is not None
            self.changes += 1
            spans.count("allocations" if array is None else "growths")
            grown = aligned(nbytes).view(dtype)
            if array is not None:
                grown[:kept] = array[:kept]
            array = self.arrays[name] = grown
        return array

    def need(self, counts: dict[str, int]) -> None:
        """Note how many items a frame uses of arrays that were taken before."""
        self._needed = counts

    def settle(self) -> None:
        """End a frame. Every TRIM_FRAMES frames, drop large arrays that were little used."""
        self._frames += 1
        if self._frames % TRIM_FRAMES == 0:
            for name, array in list(self.arrays.items()):
                most = max(self._most.get(name, 0), self._needed.get(name, 0))
                if array.nbytes > TRIM_BYTES and 4 * most < len(array):
                    self._drop(name)
            self._most.clear()
            self._needed = {}

    def clear(self) -> int:
        """Drop all arrays; returns the bytes freed."""
        before = self._holding.host_bytes
        for name in list(self.arrays):
            self._drop(name)
        return before

    def _drop(self, name: str) -> None:
        self.changes += 1
        self._holding.resize(self._holding.host_bytes - self.arrays.pop(name).nbytes)


def aligned(nbytes: int) -> NDArray[np.uint8]:
    """Memory aligned to cache lines, so that a tile's row of pixels lies in one line."""
    memory = np.empty(nbytes + LINE_BYTES, np.uint8)
    first = -memory.ctypes.data % LINE_BYTES
    return memory[first : first + nbytes]


_scratch_lock = threading.RLock()
"""Threads of one frame share a scratch. Reentrant: a finaliser that runs while the lock is held may draw."""


@forks.in_child
def _forked() -> None:
    """In a forked child, replace the lock: a thread of the parent may have held it."""
    global _scratch_lock
    _scratch_lock = threading.RLock()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """The memory of a dropped surface, and its entry in the memory ledger."""

    array: NDArray[np.uint32]
    holding: memory.Holding


class Spare:
    """The memory of dropped surfaces, at most `SPARE_BYTES`."""

    def __init__(self) -> None:
        self._arrays: deque[Entry] = deque()
        self.left: deque[NDArray[Any]] = deque(maxlen=2)
        """Surfaces queued by finalisers, which must not take the lock."""

    def put(self, surface: NDArray[Any]) -> None:
        """Keep the memory of a surface; drop the oldest where there is too much."""
        if not SPARE_LEAST <= surface.nbytes <= SPARE_BYTES:
            return
        flat: NDArray[np.uint32] = surface.reshape(-1).view(np.uint32)
        if memory.debugging():
            flat.view(np.uint8)[:] = memory.POISON
        try:
            holding = memory.Holding("spare", flat.nbytes)
        except MemoryBudgetError:
            return
        self._arrays.append(Entry(flat, holding))
        while sum(entry.array.nbytes for entry in self._arrays.copy()) > SPARE_BYTES:
            self._drop_oldest()

    def take(self, words: int) -> NDArray[np.uint32] | None:
        """An array of exactly ``words`` 32-bit words with its old content, or None."""
        while self.left:
            self.put(self.left.popleft())
        for entry in self._arrays.copy():
            if len(entry.array) == words:
                try:
                    self._arrays.remove(entry)
                except ValueError:  # Another thread was first.
                    continue
                entry.holding.release()
                return entry.array
        return None

    def clear(self) -> int:
        """Drop all kept memory; returns the bytes freed."""
        freed = 0
        while self._arrays:
            freed += self._drop_oldest()
        return freed

    def _drop_oldest(self) -> int:
        try:
            entry = self._arrays.popleft()
        except IndexError:
            return 0
        entry.holding.release()
        return int(entry.array.nbytes)


# -- pixels that leave ---------------------------------------------------------------------------------------------

_left = Spare()
memory.add_cache(_left.clear)


class Owner:
    """The base of arrays of lent memory: it lives until the last array, view or buffer of that memory is gone."""

    __slots__ = ("__array_interface__", "__weakref__")

    def __init__(self, words: NDArray[np.uint32]) -> None:
        self.__array_interface__ = words.__array_interface__


def lend(words: int) -> NDArray[np.int32]:
    """Memory for a picture that leaves, so many 32-bit words: that of one that nobody has any more, if it is as large.

    Fresh pages are slow: for a program that reads frame after frame they take longer than the pixels do.
    """
    found = _left.take(words) if 4 * words >= LENT_LEAST else None
    if found is None:
        found = np.empty(words, np.uint32)
    if not LENT_LEAST <= found.nbytes <= SPARE_BYTES:
        return found.view(np.int32)
    owner = Owner(found)
    # The collector may run anywhere: the memory is only queued.
    weakref.finalize(owner, _left.left.append, found).atexit = False
    return np.asarray(owner).view(np.int32)
