"""Rectangles on pages: no two overlap, none leaves its page, and what is given back can be taken again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucanvas.resources.pages import Pages, Place

SIDE = 64


def covered(places: list[Place], count: int) -> np.ndarray:
    """How many places lie on each item of each page."""
    found = np.zeros((count, SIDE, SIDE), np.int64)
    for place in places:
        if place.pages > 1 or place.height > SIDE:
            found[place.page : place.page + place.pages] += 1
        else:
            assert place.x + place.width <= SIDE and place.y + place.height <= SIDE
            found[place.page, place.y : place.y + place.height, place.x : place.x + place.width] += 1
    return found


SIZES = st.tuples(st.integers(1, SIDE), st.integers(1, SIDE))
STEPS = st.lists(st.one_of(SIZES, st.integers(2, 3), st.floats(0, 1, exclude_max=True)), max_size=60)


@given(STEPS)
def test_pages_never_give_an_item_twice(steps: list[tuple[int, int] | int | float]) -> None:
    pages, taken = Pages(SIDE), []
    pages.grow(4)
    for step in steps:
        if isinstance(step, float):
            if taken:
                pages.give_back(taken.pop(int(step * len(taken))))
        else:
            place = pages.take_run(step) if isinstance(step, int) else pages.take(*step)
            if place is not None:
                taken.append(place)
        assert covered(taken, 4).max() <= 1
    for place in taken:
        pages.give_back(place)
    assert pages.used == 0
    assert pages.take_run(4) is not None, "all of it is free again"


def test_pages_hold_as_many_small_ones_as_fit() -> None:
    pages = Pages(SIDE)
    pages.grow(1)
    found = [pages.take(16, 16) for _ in range(16)]
    assert None not in found
    assert pages.take(1, 1) is None
    pages.give_back(found[5])
    assert pages.take(16, 16) == found[5]


def test_pages_join_what_was_given_back() -> None:
    pages = Pages(SIDE)
    pages.grow(1)
    rows = [pages.take(SIDE, 8) for _ in range(8)]
    for place in rows[2:6]:
        pages.give_back(place)
    assert pages.take(SIDE, 32) == Place(0, 0, 16, SIDE, 32)


def test_pages_shrink_to_those_in_use() -> None:
    pages = Pages(SIDE)
    pages.grow(3)
    pages.take(SIDE, SIDE)
    last = pages.take(4, 4)
    assert (last.page, pages.used) == (1, 2)
    pages.shrink(2)
    with pytest.raises(AssertionError):
        pages.shrink(1)
    pages.give_back(last)
    pages.shrink(1)
    assert pages.count == 1
