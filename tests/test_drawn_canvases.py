"""Canvases that are drawn on others, part by part: what is read of them, and that each draw shows what they were."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any
from weakref import ref

import numpy as np
import pytest

import gpucanvas
from gpucanvas.frames.surface import Surface

TILES = [(16 * (i % 4), 16 * (i // 4)) for i in range(16)]


@pytest.fixture
def canvases() -> Iterator[Callable[..., Any]]:
    """Makes canvases of the cpu backend that end with the test."""
    made: list[gpucanvas.Canvas] = []

    def make(width: int = 64, height: int = 64) -> Any:
        made.append(gpucanvas.Canvas(width, height, backend="cpu"))
        return made[-1], made[-1].get_context("2d")

    yield make
    for canvas in made:
        canvas.close()


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The boxes of surfaces that are made images of."""
    found: list[Any] = []
    real = Surface._read

    def read(self: Surface, box: Any) -> Any:
        found.append(box)
        return real(self, box)

    monkeypatch.setattr(Surface, "_read", read)
    return found


def paint(ctx: Any) -> None:
    """Squares of sixteen colours."""
    for i, (x, y) in enumerate(TILES):
        ctx.fill_style = (i / 16, 1 - i / 16, 0.5, 0.3 + i / 25)
        ctx.fill_rect(x, y, 16, 16)


def test_many_parts_of_a_canvas_are_read_twice_at_most(canvases: Any, boxes: list[Any]) -> None:
    (sheet, drawing), (canvas, ctx) = canvases(), canvases()
    paint(drawing)
    for _ in range(3):
        for x, y in TILES:
            ctx.draw_image(sheet, x, y, 16, 16, 48 - x, 48 - y, 16, 16)
        canvas.flush()
    assert boxes == [(0, 0, 17, 17), (0, 0, 64, 64)]
    paint(drawing)
    expected = sheet.to_numpy().reshape(4, 16, 4, 16, 4)[::-1, :, ::-1].reshape(64, 64, 4)
    canvas.get_context("2d").clear_rect(0, 0, 64, 64)
    for x, y in TILES:
        ctx.draw_image(sheet, x, y, 16, 16, 48 - x, 48 - y, 16, 16)
    np.testing.assert_array_equal(canvas.to_numpy(), expected)


def test_one_part_of_a_large_canvas_is_all_that_is_read(canvases: Any, boxes: list[Any]) -> None:
    (sheet, drawing), (canvas, ctx) = canvases(2000, 2000), canvases()
    paint(drawing)
    for x in (0, 16, 0):
        ctx.draw_image(sheet, x, 0, 8, 8, x, 0, 8, 8)
    canvas.flush()
    assert boxes == [(0, 0, 9, 9), (15, 0, 25, 9)]


def test_each_draw_shows_the_canvas_as_it_was(canvases: Any) -> None:
    (sheet, drawing), (canvas, ctx) = canvases(16, 16), canvases()
    for i, (x, y) in enumerate(TILES):
        drawing.fill_style = (i / 15, 0, 0)
        drawing.fill_rect(0, 0, 16, 16)
        ctx.draw_image(sheet, x, y)
        ctx.draw_image(sheet, 0, 0, 8, 8, x + 2, y, 8, 8)
    reds = canvas.to_numpy()[::16, ::16, 0].ravel().tolist()
    assert reds == [17 * i for i in range(16)]


def test_a_canvas_that_is_drawn_on_itself_shows_what_it_was(canvases: Any) -> None:
    canvas, ctx = canvases(32, 8)
    ctx.fill_rect(0, 0, 4, 8)
    for x in (4, 8, 16):
        ctx.draw_image(canvas, 0, 0, x, 8, x, 0, x, 8)
    assert canvas.to_numpy()[0, :, 3].tolist() == [255] * 32


def test_a_closed_canvas_is_refused_though_it_was_drawn_before(canvases: Any) -> None:
    (sheet, drawing), (_, ctx) = canvases(), canvases()
    paint(drawing)
    ctx.draw_image(sheet, 0, 0)
    sheet.close()
    with pytest.raises(gpucanvas.ClosedError, match="closed"):
        ctx.draw_image(sheet, 0, 0)


def test_an_open_layer_is_refused_though_the_canvas_was_drawn_before(canvases: Any) -> None:
    (sheet, drawing), (_, ctx) = canvases(), canvases()
    paint(drawing)
    ctx.draw_image(sheet, 0, 0)
    drawing.begin_layer()
    with pytest.raises(gpucanvas.InvalidStateError):
        ctx.draw_image(sheet, 0, 0)
    drawing.end_layer()


def test_a_drawn_canvas_goes_when_the_program_lets_it_go(canvases: Any) -> None:
    _, ctx = canvases()
    with gpucanvas.Canvas(8, 8, backend="cpu") as sheet:
        paint(sheet.get_context("2d"))
        ctx.draw_image(sheet, 0, 0)
    gone, collects = ref(sheet), gc.isenabled()
    gc.disable()
    try:
        del sheet
        assert gone() is None
    finally:
        if collects:
            gc.enable()
