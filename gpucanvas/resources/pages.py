"""Pages: rectangles on square pages, given and taken back one by one.

    page   +--------------------+
           | A | B |    free    |   shelf of height 32
           | C  |   free        |   shelf of height 40
           |                    |   free rows: shelves are cut from them
           +--------------------+

A shelf holds rectangles side by side that are about as high as itself. What is taken back joins its free neighbours;
a shelf without rectangles becomes free rows again. What is larger than a page is a run of whole pages.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Pages", "Place"]

STEP = 8
"""Shelves are so many rows high, or a multiple: rectangles of about the same height share them."""


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
        # Free stretches, from left to right: x and width.
        self.free: list[tuple[int, int]] = [(0, width)]

    def take(self, width: int) -> int | None:
        """Where a rectangle so wide goes; None where it does not fit."""
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
        """Take a rectangle back; free stretches that touch become one."""
        self.count -= 1
        joined: list[tuple[int, int]] = []
        for start, room in sorted([*self.free, (x, width)]):
            if joined and joined[-1][0] + joined[-1][1] == start:
                joined[-1] = joined[-1][0], joined[-1][1] + room
            else:
                joined.append((start, room))
        self.free = joined


class Pages:
    """Square pages, and which parts of them are in use.

    Parameters
    ----------
    side : int
        Width and height of a page.

    Attributes
    ----------
    count : int
        How many pages there are; `grow` and `shrink` change it.
    """

    def __init__(self, side: int) -> None:
        self.side = side
        # Of each page its shelves, from top to bottom; None where it is a part of a run.
        self._pages: list[list[Shelf] | None] = []

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def used(self) -> int:
        """How many pages there are up to the last one that is in use."""
        count = len(self._pages)
        while count and self._is_empty(count - 1):
            count -= 1
        return count

    def grow(self, count: int) -> None:
        """Have so many pages, empty ones where they are new."""
        while len(self._pages) < count:
            self._pages.append([Shelf(0, self.side, self.side)])

    def shrink(self, count: int) -> None:
        """Have no more pages than so many; the others must be empty."""
        assert self.used <= count
        del self._pages[count:]

    def _is_empty(self, page: int) -> bool:
        shelves = self._pages[page]
        return shelves is not None and len(shelves) == 1 and not shelves[0].count

    def take(self, width: int, height: int) -> Place | None:
        """A place for a rectangle that is no larger than a page; None where no page has room for it."""
        for number, shelves in enumerate(self._pages):
            if shelves is not None:
                found = self._take_from(number, shelves, width, height)
                if found is not None:
                    return found
        return None

    def _take_from(self, page: int, shelves: list[Shelf], width: int, height: int) -> Place | None:
        wanted = min(-(-height // STEP) * STEP, self.side)
        for shelf in shelves:
            # Not much lower than the shelf: the rows below it would be lost.
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
        """So many whole pages one after another; None where there are not as many empty ones in a row."""
        first = 0
        for number in range(len(self._pages)):
            if not self._is_empty(number):
                first = number + 1
            elif number + 1 - first == pages:
                self._pages[first : number + 1] = [None] * pages
                return Place(first, 0, 0, self.side, pages * self.side, pages)
        return None

    def give_back(self, place: Place) -> None:
        """Take a place back."""
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
        """Make free rows of a shelf that is empty, and of its neighbours that are."""
        first, last = at, at + 1
        while first and not shelves[first - 1].count:
            first -= 1
        while last < len(shelves) and not shelves[last].count:
            last += 1
        height = sum(shelf.height for shelf in shelves[first:last])
        shelves[first:last] = [Shelf(shelves[first].y, height, self.side)]
