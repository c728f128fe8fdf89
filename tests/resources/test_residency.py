"""Residency on scripted memory: who goes, who stays, and that what a frame still reads is never given to another."""

from __future__ import annotations

import gc

import pytest

from gpucanvas.errors import LimitError, MemoryBudgetError
from gpucanvas.resources.pages import Pages
from gpucanvas.resources.residency import Residency

SIDE = 16


class Key:
    """What something resident is known by."""


class Memory:
    """Pages that a test limits: ``most`` is what the budget has room for."""

    def __init__(self, most: int, easy: int = 100) -> None:
        self.most, self.sizes = most, []
        self.resident = Residency(Pages(SIDE), self.resize, easy)

    def resize(self, pages: int) -> None:
        """Refuse what is beyond the budget."""
        if pages > self.most:
            raise MemoryBudgetError(f"{pages} pages of {self.most}")
        self.sizes.append(pages)


def test_residency_finds_again_what_was_added() -> None:
    resident, key = Memory(1).resident, Key()
    assert resident.find(key) is None
    entry = resident.add(key, 4, 4)
    assert resident.find(key) is entry
    assert resident.find(Key()) is None


def test_residency_grows_before_it_evicts_and_evicts_before_it_fails() -> None:
    memory = Memory(2)
    keys = [Key() for _ in range(3)]
    for key in keys:
        memory.resident.add(key, SIDE, SIDE)
    assert memory.sizes == [1, 2]
    assert [memory.resident.find(key) is not None for key in keys] == [False, True, True]


def test_residency_lets_go_of_what_was_used_least_lately() -> None:
    resident = Memory(2).resident
    first, second, third = Key(), Key(), Key()
    resident.add(first, SIDE, SIDE)
    resident.add(second, SIDE, SIDE)
    resident.find(first)
    resident.add(third, SIDE, SIDE)
    assert resident.find(second) is None
    assert resident.find(first) is not None


def test_residency_never_evicts_what_is_pinned() -> None:
    memory = Memory(1)
    pinned, other = Key(), Key()
    entry = memory.resident.add(pinned, SIDE, SIDE)
    pin = memory.resident.pin([entry])
    with pytest.raises(MemoryBudgetError, match="2 pages of 1"):
        memory.resident.add(other, 4, 4)
    assert memory.resident.find(pinned) is entry
    assert memory.resident.evict() == 0
    pin.release()
    pin.release()
    again = memory.resident.pin([entry])
    with pytest.raises(MemoryBudgetError):
        memory.resident.add(other, 4, 4)
    again.release()
    memory.resident.add(other, 4, 4)
    assert memory.resident.find(pinned) is None


def test_residency_keeps_the_place_of_a_dead_key_while_a_frame_reads_it() -> None:
    resident, key = Memory(1).resident, Key()
    pin = resident.pin([resident.add(key, SIDE, SIDE)])
    del key
    gc.collect()
    with pytest.raises(MemoryBudgetError):
        resident.add(Key(), 1, 1)
    pin.release()
    new = Key()
    assert resident.add(new, SIDE, SIDE).place.page == 0
    assert len(resident) == 1


def test_residency_of_dead_keys_is_gone() -> None:
    resident = Memory(9).resident
    keys = [Key() for _ in range(5)]
    for key in keys:
        resident.add(key, 8, 8)
    assert len(resident) == 5
    del keys[1:], key
    gc.collect()
    assert len(resident) == 1


def test_residency_keeps_only_copies_and_says_when_there_is_no_room() -> None:
    memory = Memory(1)
    key = Key()
    memory.resident.add(key, SIDE, SIDE, is_only_copy=True)
    assert memory.resident.evict() == 0
    with pytest.raises(MemoryBudgetError):
        memory.resident.add(Key(), 1, 1)
    del key
    gc.collect()
    memory.resident.add(Key(), 1, 1)


def test_residency_of_what_is_higher_than_a_page_is_a_run_of_pages() -> None:
    memory = Memory(5)
    small, large = Key(), Key()
    memory.resident.add(small, 2, 2)
    place = memory.resident.add(large, SIDE, 3 * SIDE + 1).place
    assert (place.page, place.pages) == (1, 4)
    with pytest.raises(MemoryBudgetError):
        memory.resident.add(Key(), SIDE, 6 * SIDE)
    assert memory.resident.find(small) is None, "it made room, which was not enough"


def test_residency_above_its_easy_size_evicts_first() -> None:
    memory = Memory(100, easy=2)
    keys = [Key() for _ in range(4)]
    for key in keys:
        memory.resident.add(key, SIDE, SIDE)
    assert memory.sizes == [1, 2]
    pins = [memory.resident.pin([memory.resident.find(key)]) for key in keys[2:]]
    memory.resident.add(Key(), SIDE, SIDE)
    assert memory.sizes == [1, 2, 3], "a frame that needs more gets more"
    assert len(pins) == 2


def test_residency_after_a_refused_page_is_as_it_was() -> None:
    class Refusing(Memory):
        """A driver without room for a second page."""

        def resize(self, pages: int) -> None:
            """Refuse a second page."""
            if pages > 1:
                raise LimitError("no room")

    memory = Refusing(9)
    keep = Key()
    pin = memory.resident.pin([memory.resident.add(keep, SIDE, 8)])
    for _ in range(3):
        with pytest.raises(LimitError, match="no room"):
            memory.resident.add(Key(), SIDE, SIDE)
    assert memory.resident.pages.count == 1
    assert memory.resident.add(Key(), SIDE, 8).place.y == 8
    pin.release()
