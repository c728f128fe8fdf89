"""Memory of pictures that leave: used again once nobody has an array of it, and never before."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import memory
from gpucanvas.backends import scratch

SIZE = 300, 250


def address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def frames(count: int, canvas: gpucanvas.Canvas) -> list[Any]:
    """Pictures of one colour each, read by drawing, and again without."""
    found = []
    ctx = canvas.get_context("2d")
    for number in range(count):
        ctx.fill_style = (number / 255, 0.5, 0.5)
        ctx.fill_rect(0, 0, *SIZE)
        found += [canvas.to_numpy(), canvas.to_numpy()]
    return found


@pytest.fixture
def canvas() -> gpucanvas.Canvas:
    scratch._left.clear()
    return gpucanvas.Canvas(*SIZE, backend="cpu")


def test_a_picture_that_was_dropped_leaves_its_memory_to_the_next(canvas: gpucanvas.Canvas) -> None:
    seen = set()
    for _ in range(20):
        for picture in frames(1, canvas):
            seen.add(address(picture))
            del picture
            assert scratch._left.left or scratch._left._arrays
    # One of a picture that was drawn, and one of a picture that was only read.
    assert len(seen) <= 4


def test_pictures_that_are_kept_stay_what_they_are(canvas: gpucanvas.Canvas) -> None:
    kept = frames(30, canvas)
    assert len({address(picture) for picture in kept}) == 60
    for number, picture in enumerate(kept):
        assert (picture == (number // 2, 128, 128, 255)).all()


@pytest.mark.parametrize(
    "part",
    [
        lambda picture: picture[10:20, ::3, 1],
        lambda picture: picture.reshape(-1).view(np.uint32)[7:].T,
        lambda picture: memoryview(picture),
        lambda picture: memoryview(picture[5:])[3:],
        lambda picture: np.frombuffer(picture, np.uint8),
        lambda picture: np.asarray(picture).view(np.recarray),
        lambda picture: iter(picture),
    ],
    ids=["slice", "other type", "buffer", "part of a buffer", "from a buffer", "subclass", "iterator"],
)
def test_a_view_of_a_picture_keeps_its_memory(canvas: gpucanvas.Canvas, part: Callable[[Any], Any]) -> None:
    for drawn in (0, 1):
        (picture,) = frames(1, canvas)[drawn : drawn + 1]
        start, view = address(picture), part(picture)
        del picture
        gc.collect()
        others = frames(5, canvas)
        assert start not in {address(other) for other in others}
        values = np.array(next(view) if drawn < 0 or hasattr(view, "__next__") else view)
        assert values.size
        assert not {int(value) for value in values.view(np.uint8).reshape(-1)} - {0, 128, 255}


def test_lent_memory_is_let_go_where_memory_is_asked_for(canvas: gpucanvas.Canvas) -> None:
    frames(3, canvas)
    frames(1, canvas)
    assert scratch._left._arrays
    assert scratch._left.clear() > 0
    assert not scratch._left._arrays
    assert any(cache() == scratch._left.clear for cache in memory._ledger.caches)


def test_small_pictures_are_arrays_of_their_own() -> None:
    with gpucanvas.Canvas(16, 16, backend="cpu") as small:
        small.get_context("2d").fill_rect(0, 0, 9, 9)
        assert small.to_numpy().nbytes < scratch.LENT_LEAST
        scratch._left.left.clear()
        small.to_numpy()
        assert not scratch._left.left
