"""views: NumPy arrays over staging memory: whether any is alive, and locking them against writes.

NumPy views keep their base alive, so a weak reference to the root array tells whether any array, slice or memoryview
over a lease still exists. Each view has a writable flag of its own, so all views are registered as they are made
(`StagedArray`), and locked together while the GPU reads the memory.

    memory <- root (weakly referenced) <- memoryview <- StagedArray <- slices, reshapes, field views: StagedArrays
                                                                    <- np.asarray(), memoryview(), records: these keep
                                                                       the root alive, but cannot be locked

The root is a plain array, which the garbage collector does not track, so its weak reference dies only when its memory
is free. The weak reference of a tracked object would die before the finalisers of its garbage run, which may still use
the memory.
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
        Its address.
    died : callable
        Called without arguments when the last array over the memory dies, on any thread, also inside the garbage
        collector.
    """

    def __init__(self, memory: memoryview, address: int, died: Callable[[], None]) -> None:
        self._memory = memory
        self._died = died
        self._anchors: list[weakref.ref[Any]] = []
        self._arrays: weakref.WeakValueDictionary[int, StagedArray] = weakref.WeakValueDictionary()
        self._locked: list[weakref.ref[Any]] = []
        self._address = address
        self.locked = False
        # Set by the pool: holds the memory for a reader on the host.
        self.reader: Callable[[], Any] | None = None

    @property
    def alive(self) -> bool:
        """Whether any array over the memory is alive."""
        self._anchors = [anchor for anchor in self._anchors if anchor() is not None]
        return bool(self._anchors)

    def make(self, shape: tuple[int, ...], dtype: np.dtype[Any], nbytes: int) -> StagedArray:
        """An array over the first ``nbytes`` of the range, read-only while it is locked."""
        root: Any = np.frombuffer(self._memory, np.uint8)
        died = self._died
        # The callback must not refer to this object, which holds the weak reference: that would be a cycle.
        self._anchors.append(weakref.ref(root, lambda _: died()))
        # Through a memoryview: NumPy would make the root's base the base of every view, and skip the root.
        array = np.frombuffer(memoryview(root), np.uint8)[:nbytes].view(dtype).reshape(shape).view(StagedArray)
        array._views = self
        self.add(array)
        return array

    def read(self) -> Any:
        """Lock the memory until the returned `Reading` is released."""
        if self.reader is None:
            raise ValueError("the staging memory of this array belongs to no pool any more: make a new array")
        return self.reader()

    def forget(self) -> None:
        """Drop the callbacks after the last array has died, which breaks a reference cycle."""
        self._anchors = []
        self._died = _nothing

    def add(self, array: StagedArray) -> None:
        """Register a view that was just made, on any thread; lock it where the memory is locked or being locked."""
        self._arrays[id(array)] = array
        if self.locked and array.flags.writeable:
            self._lock_one(array)
            if not self.locked:
                # The memory was unlocked meanwhile, perhaps before this view was registered.
                array.flags.writeable = True

    def covers(self, array: StagedArray) -> bool:
        """Whether an array derived from one of these is in this memory: fancy indexing, for one, makes a copy."""
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
        """Make the arrays writable again that `lock` made read-only."""
        self.locked = False
        # A finaliser that runs inside this loop may lock them again.
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
    """An array in staging memory. Views of it are StagedArrays; results of computations are plain arrays."""

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
