"""Arrays over staging memory: whether any is alive, and whether they may be written.

NumPy views keep their base alive, so one weak reference to the lowest says whether any array, slice or memoryview over
a lease still exists. Each view has a writable flag of its own though, so views are counted as they are made
(`StagedArray`), to be locked together while the GPU reads the memory.

    memory <- root (watched) <- memoryview <- StagedArray <- slices, reshapes, field views: StagedArrays, lockable
                                          |              <- np.asarray(), memoryview(), records: alive is seen,
                                          +- what is made of an array's lowest base                locking is not

The root is a plain array, which the collector does not track: its weak reference goes when its memory is free. A
tracked object's goes before the finalisers of the garbage it is in are run, and those may still use it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np


class Views:
    """The arrays over one range of memory.

    Parameters
    ----------
    memory : memoryview
        The range: bytes, at least one.
    address : int
        Where it starts.
    died : callable
        Called with nothing when an array's memory is let go, on any thread, perhaps inside the garbage collector.
    """

    def __init__(self, memory: memoryview, address: int, died: Callable[[], None]) -> None:
        self._memory = memory
        self._died = died
        self._anchors: list[weakref.ref[Any]] = []
        self._arrays: weakref.WeakValueDictionary[int, StagedArray] = weakref.WeakValueDictionary()
        self._locked: list[weakref.ref[Any]] = []
        self._address = address
        self.locked = False
        # Holds the memory for a reader on the host; the pool puts it here.
        self.reader: Callable[[], Any] | None = None

    @property
    def alive(self) -> bool:
        """Whether anything still reaches the memory."""
        self._anchors = [anchor for anchor in self._anchors if anchor() is not None]
        return bool(self._anchors)

    def make(self, shape: tuple[int, ...], dtype: np.dtype[Any], nbytes: int) -> StagedArray:
        """An array over the first ``nbytes`` of the range, read-only while it is locked."""
        root: Any = np.frombuffer(self._memory, np.uint8)
        died = self._died
        # The callback must not hold the views: they hold the reference that holds it.
        self._anchors.append(weakref.ref(root, lambda _: died()))
        # NumPy would give every view the root's own base for a base. A memoryview it keeps, and that keeps the root.
        array = np.frombuffer(memoryview(root), np.uint8)[:nbytes].view(dtype).reshape(shape).view(StagedArray)
        array._views = self
        self.add(array)
        return array

    def read(self) -> Any:
        """Hold the memory, read-only, until the `Reading` that is returned is released."""
        if self.reader is None:
            raise ValueError("the staging memory of this array belongs to no pool any more: make a new array")
        return self.reader()

    def forget(self) -> None:
        """Nothing reaches the memory any more: let go of who wanted to know, which breaks a reference cycle."""
        self._anchors = []
        self._died = _nothing

    def add(self, array: StagedArray) -> None:
        """Count a view that was just made, on any thread; lock it where the memory is locked or just being locked."""
        self._arrays[id(array)] = array
        if self.locked and array.flags.writeable:
            self._lock_one(array)
            if not self.locked:
                # It was unlocked meanwhile, perhaps before this one could be.
                array.flags.writeable = True

    def covers(self, array: StagedArray) -> bool:
        """Whether an array made from one of these still lies in their memory (an index array gives a copy)."""
        start = int(array.__array_interface__["data"][0])
        return self._address <= start < self._address + len(self._memory)

    def lock(self) -> None:
        """Make every array read-only."""
        self.locked = True
        for reference in self._arrays.valuerefs():
            array = reference()
            if array is not None and array.flags.writeable:
                self._lock_one(array)

    def unlock(self) -> None:
        """Make those that `lock` made read-only writable again."""
        self.locked = False
        # A finaliser that the collector runs here may lock them again.
        while self._locked and not self.locked:
            array = self._locked.pop()()
            if array is not None:
                array.flags.writeable = True
                if self.locked:
                    self._lock_one(array)

    def _lock_one(self, array: StagedArray) -> None:
        array.flags.writeable = False
        self._locked.append(weakref.ref(array))


class StagedArray(np.ndarray[Any, Any]):
    """An array in staging memory. Views of it are StagedArrays; what is computed from it is a plain array."""

    _views: Views | None

    def __array_finalize__(self, parent: Any) -> None:
        views = getattr(parent, "_views", None)
        self._views = None
        if views is not None and views.covers(self):
            self._views = views
            views.add(self)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        if array is self:
            return array
        return array[()] if return_scalar else np.asarray(array)


def _nothing() -> None:
    pass
