"""Residency: which keys have a place in the pages, which are pinned, and which goes when room is needed.

    find(key) --> entry, the most recently used one now
    add(key)  --> free room, else another page, else the least recently used entries go, never pinned ones
    key dies  --> its entry goes the next time that anything is asked for

An entry is pinned from the step of a plan that needs it until that frame is over; who pins gives the pin back from any
thread. All other methods run on the thread that owns the pages.
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
    """What is resident of one key.

    Attributes
    ----------
    place : Place
        Where it lies.
    stride : int
        From a row to the next, in items: the page's side, or less where rows follow one another without a gap.
    is_only_copy : bool
        Whether it could not be made again: then it stays for as long as its key lives.
    nbytes : int
        How many bytes of it are there, where it is something that grows.
    """

    __slots__ = ("is_only_copy", "key", "nbytes", "pins", "place", "stride")

    def __init__(self, key: ref[Any], place: Place, stride: int, is_only_copy: bool) -> None:
        self.key, self.place, self.stride, self.is_only_copy = key, place, stride, is_only_copy
        self.pins = self.nbytes = 0


class Pin:
    """Keeps entries where they are until it is given back; twice does no harm."""

    __slots__ = ("_left", "entries")

    def __init__(self, left: deque[list[Entry]]) -> None:
        self.entries: list[Entry] = []
        self._left = left

    def add(self, entry: Entry) -> None:
        """Keep one more; on the thread that owns the pages."""
        entry.pins += 1
        self.entries.append(entry)

    def release(self) -> None:
        """The frame is over. Any thread."""
        entries, self.entries = self.entries, []
        if entries:
            self._left.append(entries)


class Residency:
    """Entries by key, least recently used first.

    Parameters
    ----------
    pages : Pages
        Where the entries lie.
    resize : callable
        Makes the memory of so many pages, of which those in use stay as they are; MemoryBudgetError where the budget
        has no room, LimitError where the driver has none.
    easy_pages : int
        Above so many pages, room is found by letting go of what was not used lately, rather than by another page.
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
        """Unpin what frames have given back, and let go of entries whose keys are gone."""
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
        """The entry of a key, as the most recently used one; None where it has none."""
        entry = self._entries.pop(id(key), None)
        if entry is None:
            return None
        self._entries[id(key)] = entry
        # A dead key's number may be another's by now.
        return entry if entry.key() is key else None

    def pin(self, entries: Iterable[Entry] = ()) -> Pin:
        """Keep entries where they are until the pin is given back."""
        pin = Pin(self._unpinned)
        for entry in entries:
            pin.add(entry)
        return pin

    def add(self, key: object, width: int, height: int, stride: int = 0, is_only_copy: bool = False) -> Entry:
        """Find a place for a key that has none: a rectangle on a page, or whole pages where it is higher than one.

        Raises
        ------
        MemoryBudgetError, LimitError
            Where there is no room, even without all that is not pinned.
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
        """Let go of a key's entry: what should lie there does not."""
        entry = self._entries.get(id(key))
        if entry is not None and entry.key() is key:
            self._drop(id(key))

    def evict(self) -> int:
        """Let go of all that is not pinned and could be made again; returns how many entries that were.

        Nothing is evicted in the middle of `add`: that makes room by itself.
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
        """Grow by half, and at least by what something so high needs; by no more where the half is too much."""
        count, needed = self.pages.count, -(-height // self.pages.side)
        # A run may begin with the empty pages at the end.
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
        """Let go of the least recently used entry that may go; whether there was one."""
        for number, entry in self._entries.items():
            if not entry.pins and not entry.is_only_copy:
                self._drop(number)
                return True
        return False

    def _drop(self, number: int) -> None:
        self.pages.give_back(self._entries.pop(number).place)
