"""pages: a shelf allocator for rectangles on square pages.

    page   +--------------------+
           | A | B |    free    |   shelf of height 32
           | C  |   free        |   shelf of height 40
           |                    |   free rows: shelves are cut from them
           +--------------------+

A shelf holds rectangles of about its own height, side by side. A freed rectangle is merged with free neighbours; an
empty shelf becomes free rows again. Anything larger than a page gets a run of whole pages.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Pages", "Place"]

STEP = 8
"""Shelf heights are multiples of this, rows, so that rectangles of about equal height share a shelf."""


class Place(NamedTuple):
    """A rectangle on a page, or ``pages`` whole pages from ``page`` on."""

    page: int
    x: int
    y: int
    width: int
    height: int
    pages: int = 1


class Shelf:
    """Rows ``y`` to ``y + height`` of a page: rectangles side by side, or free rows where it is not in use."""

    __slots__ = ("count", "free", "height", "y")

    def __init__(self, y: int, height: int, width: int) -> None:
        self.y, self.height = y, height
        self.count = 0
        # Free intervals from left to right: x and width.
        self.free: list[tuple[int, int]] = [(0, width)]

    def take(self, width: int) -> int | None:
        """Allocate a width; returns its x, or None where it does not fit."""
        for i, (x, room) in enumerate(self.free):
            if room >= width:
                if room == width:
                    del self.free[i]
                else:
                    self.free[i] = x + width, room - width
                self.count += 1
                return x
        return None

    def give_back(self, x: int, width: int) -> None:
        """Free a rectangle, merging adjacent free intervals."""
        self.count -= 1
        joined: list[tuple[int, int]] = []
        for start, room in sorted([*self.free, (x, width)]):
            if joined and joined[-1][0] + joined[-1][1] == start:
                joined[-1] = joined[-1][0], joined[-1][1] + room
            else:
                joined.append((start, room))
        self.free = joined


class Pages:
    """The allocator of rectangles on square pages.

    Parameters
    ----------
    side : int
        Width and height of a page.

    Attributes
    ----------
    count : int
        Number of pages; `grow` and `shrink` change it.
    """

    def __init__(self, side: int) -> None:
        self.side = side
        # The shelves of each page, from top to bottom; None for a page in a run.
        self._pages: list[list[Shelf] | None] = []

    @property
    def count(self) -> int:
        """Number of pages."""
        return len(self._pages)

    @property
    def used(self) -> int:
        """Number of pages up to the last one in use."""
        count = len(self._pages)
        while count and self._is_empty(count - 1):
            count -= 1
        return count

    def grow(self, count: int) -> None:
        """Add empty pages up to a number of ``count``."""
        while len(self._pages) < count:
            self._pages.append([Shelf(0, self.side, self.side)])

    def shrink(self, count: int) -> None:
        """Remove pages down to a number of ``count``; the removed ones must be empty."""
        assert self.used <= count
        del self._pages[count:]

    def _is_empty(self, page: int) -> bool:
        shelves = self._pages[page]
        return shelves is not None and len(shelves) == 1 and not shelves[0].count

    def take(self, width: int, height: int) -> Place | None:
        """Allocate a rectangle no larger than a page; None where no page has room for it."""
        for number, shelves in enumerate(self._pages):
            if shelves is not None:
                found = self._take_from(number, shelves, width, height)
                if found is not None:
                    return found
        return None

    def _take_from(self, page: int, shelves: list[Shelf], width: int, height: int) -> Place | None:
        wanted = min(-(-height // STEP) * STEP, self.side)
        for shelf in shelves:
            # Not much lower than the shelf: the rows below the rectangle would be wasted.
            if shelf.count and height <= shelf.height <= wanted + wanted // 4:
                x = shelf.take(width)
                if x is not None:
                    return Place(page, x, shelf.y, width, height)
        for i, shelf in enumerate(shelves):
            if not shelf.count and shelf.height >= wanted:
                if shelf.height > wanted:
                    shelves.insert(i + 1, Shelf(shelf.y + wanted, shelf.height - wanted, self.side))
                    shelf.height = wanted
                x = shelf.take(width)
                assert x is not None
                return Place(page, x, shelf.y, width, height)
        return None

    def take_run(self, pages: int) -> Place | None:
        """Allocate consecutive whole pages; None where there are not enough empty ones in a row."""
        first = 0
        for number in range(len(self._pages)):
            if not self._is_empty(number):
                first = number + 1
            elif number + 1 - first == pages:
                self._pages[first : number + 1] = [None] * pages
                return Place(first, 0, 0, self.side, pages * self.side, pages)
        return None

    def give_back(self, place: Place) -> None:
        """Free a place."""
        shelves = self._pages[place.page]
        if shelves is None:
            for number in range(place.page, place.page + place.pages):
                self._pages[number] = [Shelf(0, self.side, self.side)]
            return
        at = next(i for i, shelf in enumerate(shelves) if shelf.y == place.y)
        shelves[at].give_back(place.x, place.width)
        if not shelves[at].count:
            self._join_rows(shelves, at)

    def _join_rows(self, shelves: list[Shelf], at: int) -> None:
        """Merge an empty shelf and its empty neighbours into free rows."""
        first, last = at, at + 1
        while first and not shelves[first - 1].count:
            first -= 1
        while last < len(shelves) and not shelves[last].count:
            last += 1
        height = sum(shelf.height for shelf in shelves[first:last])
        shelves[first:last] = [Shelf(shelves[first].y, height, self.side)]
