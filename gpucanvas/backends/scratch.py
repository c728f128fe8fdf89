"""scratch: memory of the cpu backend that outlives a frame: working arrays, and what dropped surfaces leave behind."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..errors import MemoryBudgetError
from ..sight import spans

SPARE_BYTES = 64 << 20
SPARE_LEAST = 1 << 16
"""Surfaces from this size on leave their memory to the next of the same size; so much is kept at most."""
LENT_LEAST = 1 << 18
"""Bytes of a picture from which on it pays to use its memory again: below, fresh pages take less time than the books."""
LINE_BYTES = 64
TRIM_FRAMES = 64
TRIM_BYTES = 1 << 20
"""Every so many frames, working arrays above this size are dropped that the frames used less than a quarter of."""


class Scratch:
    """Working arrays that live from frame to frame: they grow when a frame needs more, and are dropped when none does.

    Attributes
    ----------
    growths : int
        How often an array was replaced by a larger one.
    changes : int
        How often an array was made or dropped: what was taken before is the same as long as this is.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self.growths = self.changes = 0
        self.small: Any = None
        """What small.py keeps here: the tables of small scenes, made for the first one."""
        self._holding = memory.Holding("scratch")
        self._most: dict[str, int] = {}
        self._needed: dict[str, int] = {}
        self._frames = 0

    def take(self, name: str, count: int, dtype: Any, kept: int = 0) -> NDArray[Any]:
        """At least ``count`` items of the named array; what they hold is undefined, the first ``kept`` apart."""
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
        """Note that a frame uses arrays that were taken before, and so many items of each."""
        self._needed = counts

    def settle(self) -> None:
        """A frame is done. Now and then, drop large arrays that the last frames used little of."""
        self._frames += 1
        if self._frames % TRIM_FRAMES == 0:
            for name, array in list(self.arrays.items()):
                most = max(self._most.get(name, 0), self._needed.get(name, 0))
                if array.nbytes > TRIM_BYTES and 4 * most < len(array):
                    self._drop(name)
            self._most.clear()
            self._needed = {}

    def clear(self) -> int:
        """Drop all arrays; returns how many bytes they had."""
        before = self._holding.host_bytes
        for name in list(self.arrays):
            self._drop(name)
        return before

    def _drop(self, name: str) -> None:
        self.changes += 1
        self._holding.resize(self._holding.host_bytes - self.arrays.pop(name).nbytes)


def aligned(nbytes: int) -> NDArray[np.uint8]:
    """Memory that begins at a cache line: a row of pixels then never lies across two."""
    memory = np.empty(nbytes + LINE_BYTES, np.uint8)
    first = -memory.ctypes.data % LINE_BYTES
    return memory[first : first + nbytes]


_scratch_lock = threading.RLock()
"""Bands of one frame take arrays of one scratch. A finaliser that the collector runs meanwhile may draw, too."""


def _forked() -> None:
    """In a forked child: a thread of the parent may have held the lock."""
    global _scratch_lock
    _scratch_lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One piece of spare memory and what counts it."""

    array: NDArray[np.uint32]
    holding: memory.Holding


class Spare:
    """Memory of surfaces that were dropped, at most `SPARE_BYTES` of it."""

    def __init__(self) -> None:
        self._arrays: deque[Entry] = deque()
        self.left: deque[NDArray[Any]] = deque(maxlen=2)
        """What finalizers have left, which may do no more than append."""

    def put(self, surface: NDArray[Any]) -> None:
        """Keep it; the ones kept longest go where there is too much."""
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
        """An array of so many 32-bit words, as it was left."""
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
        """Let all of it go; returns how many bytes that were."""
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
    """What arrays of lent memory keep alive: it is gone when the last of them is, and their views and buffers."""

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
