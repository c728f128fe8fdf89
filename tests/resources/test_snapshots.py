"""Copies of arrays for later frames: bounded, and without a cliff where there are more than the bound."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import gpucanvas
from gpucanvas.resources import snapshots


def arrays(count: int) -> list[np.ndarray]:
    return [np.full((4, 4), i, np.uint32) for i in range(count)]


def test_arrays_beyond_the_bound_cost_a_look_at_all_of_them_only_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn one after another, frame by frame, none is found again. Each would look through all others."""
    monkeypatch.setattr(snapshots, "MOST", 100)
    kept, trims = snapshots.Snapshots(), 0
    trim = kept._trim

    def counted() -> None:
        nonlocal trims
        trims += 1
        trim()

    monkeypatch.setattr(kept, "_trim", counted)
    given = arrays(150)
    for _ in range(4):
        for each in given:
            kept.take(each, each)
            assert len(kept._known) <= 100
    assert trims <= 4 * 150 / 25 + 1
    assert kept._bytes_at_most >= sum(each.pixels.nbytes for each in kept._known.values())


def test_bytes_beyond_the_bound_are_dropped_from_the_oldest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_BYTES", 10 * 64)
    kept, given = snapshots.Snapshots(), arrays(11)
    made = [kept.take(each, each) for each in given]
    assert [kept.take(each, each) is one for each, one in zip(given[::-1], made[::-1], strict=True)][:7] == [True] * 7
    assert kept.take(given[0], given[0]) is not made[0]


def test_thousands_of_small_arrays_are_kept_from_frame_to_frame() -> None:
    kept, given = snapshots.Snapshots(), arrays(5000)
    made = [kept.take(each, each) for each in given]
    assert all(kept.take(each, each) is one for each, one in zip(given, made, strict=True))


@pytest.mark.parametrize("make", [np.copy, gpucanvas.Image], ids=["array", "image"])
def test_the_pixels_of_a_pattern_go_with_it(make: object) -> None:
    """Without the garbage collector, which counts objects and not their bytes."""
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    gc.collect()
    gc.disable()
    try:
        pattern = ctx.create_pattern(make(np.zeros((8, 8, 4), np.uint8)), "repeat")  # type: ignore[operator]
        pixels = weakref.ref(pattern._pixels)
        del pattern
        assert pixels() is None
    finally:
        gc.enable()


def test_a_name_that_a_class_lacks_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas import names

    canvas, searched = gpucanvas.Canvas(4, 4, backend="cpu"), []
    monkeypatch.setattr(names, "nearest", lambda known, name: searched.append(name))
    assert not any(hasattr(canvas, "no_such_name_at_all") for _ in range(3))
    assert searched == ["no_such_name_at_all"]
    canvas.get_context("2d").create_pattern(canvas, "repeat")
    assert len(searched) == 1
