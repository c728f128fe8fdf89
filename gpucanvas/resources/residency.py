"""residency: an LRU cache of places in the pages by key, with pinning.

    find(key) --> entry, now the most recently used one
    add(key)  --> free room, else another page, else the least recently used unpinned entries are evicted
    key dies  --> its entry is removed at the next call

An entry is pinned from the step of a plan that needs it until that frame has ended. `Pin.release` may be called on any
thread; all other methods run on the thread that owns the pages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any
from weakref import ref

from ..errors import LimitError, MemoryBudgetError
from .pages import Pages, Place

__all__ = ["Entry", "Pin", "Residency"]


class Entry:
    """The resident copy of one key's content.

    Attributes
    ----------
    place : Place
        Its place in the pages.
    stride : int
        Distance of rows, in items: the page's side, or less where rows are packed without gaps.
    is_only_copy : bool
        Whether it cannot be uploaded again, so that it stays for as long as its key lives.
    nbytes : int
        Bytes uploaded so far, for content that grows.
    """

    __slots__ = ("is_only_copy", "key", "nbytes", "pins", "place", "stride")

    def __init__(self, key: ref[Any], place: Place, stride: int, is_only_copy: bool) -> None:
        self.key, self.place, self.stride, self.is_only_copy = key, place, stride, is_only_copy
        self.pins = self.nbytes = 0


class Pin:
    """Keeps entries resident until it is released; releasing twice is harmless."""

    __slots__ = ("_left", "entries")

    def __init__(self, left: deque[list[Entry]]) -> None:
        self.entries: list[Entry] = []
        self._left = left

    def add(self, entry: Entry) -> None:
        """Pin one more entry. Runs on the thread that owns the pages."""
        entry.pins += 1
        self.entries.append(entry)

    def release(self) -> None:
        """Unpin the entries, on any thread."""
        entries, self.entries = self.entries, []
        if entries:
            self._left.append(entries)


class Residency:
    """Entries by key, least recently used first.

    Parameters
    ----------
    pages : Pages
        The allocator of places.
    resize : callable
        Resizes the memory to a number of pages, keeping those in use; raises MemoryBudgetError where the budget has no
        room, LimitError where the driver has none.
    easy_pages : int
        Number of pages above which old entries are evicted rather than pages added.
    """

    def __init__(self, pages: Pages, resize: Callable[[int], None], easy_pages: int) -> None:
        self.pages, self._resize, self._easy_pages = pages, resize, easy_pages
        self._entries: dict[int, Entry] = {}
        self._dead: deque[tuple[int, ref[Any]]] = deque()
        self._unpinned: deque[list[Entry]] = deque()
        self._adding = False

    def __len__(self) -> int:
        self.settle()
        return len(self._entries)

    def settle(self) -> None:
        """Unpin entries of released pins, and remove entries whose keys have died."""
        while self._unpinned:
            for entry in self._unpinned.popleft():
                entry.pins -= 1
        waiting = []
        while self._dead:
            number, key = self._dead.popleft()
            found = self._entries.get(number)
            if found is None or found.key is not key:
                continue
            if found.pins:
                waiting.append((number, key))
            else:
                self._drop(number)
        self._dead.extend(waiting)

    def find(self, key: object) -> Entry | None:
        """The entry of a key, which becomes the most recently used one; None where it has none."""
        entry = self._entries.pop(id(key), None)
        if entry is None:
            return None
        self._entries[id(key)] = entry
        # Another object may have got the id() of a dead key.
        return entry if entry.key() is key else None

    def pin(self, entries: Iterable[Entry] = ()) -> Pin:
        """Keep entries resident until the pin is released."""
        pin = Pin(self._unpinned)
        for entry in entries:
            pin.add(entry)
        return pin

    def add(self, key: object, width: int, height: int, stride: int = 0, is_only_copy: bool = False) -> Entry:
        """Add a key that has no entry, with a rectangle on a page, or whole pages where it is higher than one.

        Raises
        ------
        MemoryBudgetError, LimitError
            Where there is no room, even after evicting all unpinned entries.
        """
        self.settle()
        number = id(key)
        if number in self._entries:
            self._drop(number)
        self._adding = True
        try:
            place = self._place(width, height)
        finally:
            self._adding = False

        def gone(died: ref[Any], number: int = number, dead: deque[tuple[int, ref[Any]]] = self._dead) -> None:
            dead.append((number, died))

        entry = self._entries[number] = Entry(ref(key, gone), place, stride or self.pages.side, is_only_copy)
        return entry

    def forget(self, key: object) -> None:
        """Remove a key's entry, whose upload failed."""
        entry = self._entries.get(id(key))
        if entry is not None and entry.key() is key:
            self._drop(id(key))

    def evict(self) -> int:
        """Evict all unpinned entries that can be uploaded again; returns their number.

        It does nothing inside `add`, which evicts entries itself.
        """
        if self._adding:
            return 0
        self.settle()
        old = [number for number, entry in self._entries.items() if not entry.pins and not entry.is_only_copy]
        for number in old:
            self._drop(number)
        return len(old)

    def _place(self, width: int, height: int) -> Place:
        while True:
            place = self._take(width, height)
            if place is not None:
                return place
            if self.pages.count < self._easy_pages:
                try:
                    self._add_pages(height)
                    continue
                except (MemoryBudgetError, LimitError):
                    if not self._drop_oldest():
                        raise
            elif not self._drop_oldest():
                self._add_pages(height)

    def _take(self, width: int, height: int) -> Place | None:
        if height > self.pages.side:
            return self.pages.take_run(-(-height // self.pages.side))
        return self.pages.take(width, height)

    def _add_pages(self, height: int) -> None:
        """Add half as many pages, but at least those needed for ``height``; only those where half is too much."""
        count, needed = self.pages.count, -(-height // self.pages.side)
        # A run of pages may begin in the empty pages at the end.
        least = max(self.pages.used + needed, count + 1)
        most = max(least, min(count + count // 2, self._easy_pages))
        try:
            self._resize(most)
        except (MemoryBudgetError, LimitError):
            if most == least:
                raise
            most = least
            self._resize(most)
        self.pages.grow(most)

    def _drop_oldest(self) -> bool:
        """Evict the least recently used entry that is allowed to; returns whether there was one."""
        for number, entry in self._entries.items():
            if not entry.pins and not entry.is_only_copy:
                self._drop(number)
                return True
        return False

    def _drop(self, number: int) -> None:
        self.pages.give_back(self._entries.pop(number).place)
