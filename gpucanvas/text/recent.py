"""recent: a bounded cache that drops the entries used longest ago, without a lock or a list.

    young  --half of the room is full-->  old  --the next time-->  forgotten
      ^------------- found in old ---------'

It has two dictionaries; an entry found in the old one moves to the young one. Any thread may use it: at worst, two
threads make the same entry twice.
"""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

__all__ = ["Recent"]


class Recent(Generic[K, V]):
    """A cache of a total weight of ``room``; an entry weighs 1, or as much as `put` is told.

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
        """Store a value under a key. One that is stored again has grown by the weight."""
        known = self._young.get(key)
        total = weight if known is None or known[0] is not value else known[1] + weight
        if self._used + weight > self._half:
            self._old, self._young, self._used = self._young, {}, 0
            weight = total
        self._young[key] = value, total
        self._used += weight

    def clear(self) -> None:
        """Drop all entries."""
        self._young, self._old, self._used = {}, {}, 0
