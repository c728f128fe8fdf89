"""recent: a bounded cache that drops the entries used longest ago, without a lock or a list.

    young  --half of the room is full-->  old  --the next time-->  forgotten
      ^------------- found in old ---------'

It has two dictionaries; an entry found in the old one moves to the young one. Any thread may use it: at worst, two
threads make the same entry twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

__all__ = ["Recent", "RecentGrowing"]

WEIGHED_SHARE: Final = 16
"""Entries that are weighed again for each new one, on average; making one takes a hundred times longer."""


class Recent(Generic[K, V]):
    """A cache of a total weight of ``room``; an entry weighs 1, or as much as `put` is told last.

    >>> table = Recent(4)
    >>> for each in range(10):
    ...     table.put(each, str(each))
    >>> table.get(9), table.get(0), len(table) <= 4
    ('9', None, True)
    """

    __slots__ = ("_half", "_old", "_used", "_young")

    def __init__(self, room: int) -> None:
        self._half = max(room // 2, 1)
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}
        self._used = 0

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())

    def get(self, key: K) -> V | None:
        """Return the value of a key, or None."""
        found = self._young.get(key)
        if found is not None:
            return found[0]
        found = self._old.get(key)
        if found is None:
            return None
        self.put(key, *found)
        return found[0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Store a value under a key, in place of the one there. A value that has grown is put again."""
        known = self._young.get(key)
        grown = weight if known is None else weight - known[1]
        if grown > 0 and self._used + grown > self._half:
            self._old, self._young, self._used = self._young, {}, 0
            grown = weight
        self._young[key] = value, weight
        self._used += grown

    def clear(self) -> None:
        """Drop all entries."""
        self._young, self._old, self._used = {}, {}, 0


class RecentGrowing(Recent[K, V]):
    """A cache of values that grow after they were put, such as tables of masks that are drawn on first use.

    Parameters
    ----------
    room
        The total weight.
    weigh
        Returns the weight of a value as it is now.

    >>> table = RecentGrowing(100, len)
    >>> for each in range(10):
    ...     value = bytearray(1)
    ...     table.add(each, value)
    ...     value += bytes(19)
    >>> len(table) < 7
    True
    """

    __slots__ = ("_unweighed", "_weigh")

    def __init__(self, room: int, weigh: Callable[[V], int]) -> None:
        super().__init__(room)
        self._weigh, self._unweighed = weigh, 0

    def add(self, key: K, value: V) -> None:
        """Store a value under a key, and from time to time weigh all young values again."""
        self._unweighed += 1
        if WEIGHED_SHARE * self._unweighed > len(self._young):
            self._unweighed = 0
            # Listed first: another thread may put an entry meanwhile.
            self._young = {key: (value, self._weigh(value)) for key, (value, _) in list(self._young.items())}
            self._used = sum(weight for _, weight in list(self._young.values()))
        self.put(key, value, self._weigh(value))
