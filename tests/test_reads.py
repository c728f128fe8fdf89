"""Reads cost what they read: a rectangle of a canvas is all that is converted, downloaded or kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import gpucanvas
from gpucanvas.sight import spans
from gpucanvas.verbs.indices import UNREAD_COORDS, UNREAD_TEXTS

WIDTH, HEIGHT = 70, 50


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """What was counted inside, by name, when the block has ended."""
    before, out = spans.totals(), dict[str, int]()
    yield out
    out.update({name: number - before.get(name, 0) for name, number in spans.totals().items()})


def discs(ctx: gpucanvas.Context2D) -> None:
    """Translucent discs, and an opaque square."""
    ctx.fill_style = (0.2, 0.5, 0.7, 0.4)
    ctx.fill_circles([10, 30, 50], [10, 20, 30], 12.3)
    ctx.fill_style = "red"
    ctx.fill_rect(30, 30, 9, 9)


@pytest.fixture
def canvas(backend: str) -> Iterator[gpucanvas.Canvas]:
    """A canvas of discs, all of them drawn."""
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        discs(canvas.get_context("2d"))
        canvas.flush()
        yield canvas


def cut(pixels: NDArray[np.uint8], x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
    """What the standard says of a rectangle: negative sizes go the other way, what lies outside is transparent."""
    x, width = (x + width, -width) if width < 0 else (x, width)
    y, height = (y + height, -height) if height < 0 else (y, height)
    out = np.zeros((height, width, 4), np.uint8)
    for row in range(height):
        for column in range(width):
            if 0 <= y + row < pixels.shape[0] and 0 <= x + column < pixels.shape[1]:
                out[row, column] = pixels[y + row, x + column]
    return out


sides = st.integers(-90, 90).filter(bool)


@settings(max_examples=40)
@given(x=st.integers(-40, 100), y=st.integers(-40, 80), width=sides, height=sides)
def test_a_read_rectangle_is_that_of_the_picture(backend: str, x: int, y: int, width: int, height: int) -> None:
    for opaque in (False, True):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
            ctx = canvas.get_context("2d", alpha=not opaque)
            discs(ctx)
            first = ctx.get_image_data(x, y, width, height)
            whole = canvas.to_numpy()
            np.testing.assert_array_equal(first, cut(whole, x, y, width, height))
            np.testing.assert_array_equal(ctx.get_image_data(x, y, width, height), first)
            assert first.flags.writeable
            assert first.dtype == np.uint8


@pytest.mark.parametrize("size", [(5, 7), (3, 90), (90, 3), (16, 16)])
def test_a_read_after_a_resize_is_of_the_new_canvas(backend: str, size: tuple[int, int]) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        discs(ctx)
        assert ctx.get_image_data(30, 30, 2, 2).any()
        canvas.width, canvas.height = size
        assert not ctx.get_image_data(1, 1, 60, 60).any()
        ctx.fill_style = "lime"
        ctx.fill_rect(1, 1, 1, 1)
        found = ctx.get_image_data(0, 0, 100, 100)
        assert found[1, 1].tolist() == [0, 255, 0, 255]
        assert found.astype(int).sum() == 510


def test_a_thousand_pixels_read_are_a_thousand_pixels_converted(canvas: gpucanvas.Canvas) -> None:
    ctx, backend = canvas.get_context("2d"), canvas._backend
    frames = backend.counters()["frames"]
    with counted() as found:
        for k in range(1000):
            ctx.get_image_data(k % WIDTH, k % HEIGHT, 1, 1)
    assert found["bytes_presented"] == 4000
    assert found["readbacks"] == 1000
    assert backend.counters()["frames"] == frames
    if canvas.backend == "gl":
        assert found["bytes_downloaded"] == 4000


def test_a_read_after_a_draw_converts_only_what_is_read(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    with counted() as found:
        for k in range(50):
            ctx.fill_rect(k, 3, 1, 1)
            assert ctx.get_image_data(k, 3, 2, 3)[0, 0].tolist() == [255, 0, 0, 255]
    assert found["bytes_presented"] == 50 * 24
    assert found.get("bytes_copied", 0) == 0


def test_what_lies_outside_is_not_read(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    with counted() as found:
        assert not ctx.get_image_data(-20, 5, 20, 5).any()
        assert not ctx.get_image_data(WIDTH, HEIGHT, 3, 3).any()
    assert found.get("bytes_presented", 0) == found.get("readbacks", 0) == 0
    canvas.close()
    with pytest.raises(gpucanvas.ClosedError, match="the canvas is closed"):
        ctx.get_image_data(-20, 5, 20, 5)


def test_gl_reads_back_the_rectangle_alone(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        discs(ctx)
        ctx.get_image_data(0, 0, 1, 1)
        surface: Any = canvas._surface.pixels
        asked: list[dict[str, Any]] = []

        class Framebuffer:
            """The surface's, and what it is asked for."""

            def read_into(self, buffer: Any, **part: Any) -> Any:
                asked.append(part)
                return surface._target.read_into(buffer, **part)

        monkeypatch.setattr(type(surface), "_framebuffer", lambda self: Framebuffer())
        ctx.get_image_data(9, 4, 21, 3)
        ctx.get_image_data(60, 40, 30, 30)
        assert [part["viewport"] for part in asked] == [(9, 4, 21, 3), (60, 40, 10, 10)]


def test_gl_reads_make_no_objects_after_the_first(gl: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        discs(ctx)
        ctx.get_image_data(0, 0, 1, 1)
        target = canvas._surface.pixels._target
        blocks = canvas._backend.staging.stats().bytes_total
        with counted() as found:
            for k in range(30):
                ctx.get_image_data(k, k, 5, 5)
        assert found.get("allocations", 0) == 0
        assert canvas._surface.pixels._target is target
        assert canvas._backend.staging.stats().bytes_total == blocks


# -- canvases drawn into canvases ----------------------------------------------------------------------------------

rectangle = st.tuples(*[st.floats(-30, 100, width=32)] * 4)


@settings(max_examples=30)
@given(source=rectangle, target=rectangle, turn=st.sampled_from([0.0, 0.3]), smooth=st.booleans())
def test_a_part_of_a_canvas_is_drawn_as_that_of_its_pixels(
    backend: str, source: Any, target: Any, turn: float, smooth: bool
) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as picture:
        discs(picture.get_context("2d"))
        found = []
        for image in (picture, picture.to_numpy()):
            with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
                ctx = canvas.get_context("2d")
                ctx.rotate(turn)
                ctx.image_smoothing_enabled = smooth
                ctx.draw_image(image, *source, *target)
                found.append(canvas.to_numpy())
    np.testing.assert_array_equal(*found)


def test_a_small_part_of_a_canvas_is_kept_alone(backend: str) -> None:
    with gpucanvas.Canvas(300, 200, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        discs(ctx)
        before = canvas.to_numpy()
        with counted() as found:
            ctx.draw_image(canvas, 28.5, 29.25, 12, 11.5, 200, 150, 12, 11.5)
        # Its pixels from 28 to 41 and from 28 to 42: of its own rows 29 to 40, and half a pixel beyond.
        # On gl they are copied on the GPU.
        assert found["bytes_presented"] == (4 * 13 * 14 if backend == "cpu" else 0)
        assert canvas._commands.images[0].size == (13, 14)
        assert canvas._commands.images[0].pixels.shape == (14, 13)
        after = canvas.to_numpy()
        assert (after[155, 205] == (255, 0, 0, 255)).all()
        after[149:163, 199:214] = 0
        np.testing.assert_array_equal(after, before)


def test_a_canvas_that_stays_as_it_is_is_read_once(backend: str) -> None:
    with (
        gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as sprite,
        gpucanvas.Canvas(90, 90, backend=backend) as canvas,
    ):
        pen = sprite.get_context("2d")
        discs(pen)
        ctx = canvas.get_context("2d")
        with counted() as found:
            for k in range(20):
                ctx.draw_image(sprite, 0, 0, 8, 8, k, k, 8, 8)
        # Smooth ones are mixed with the row and the column beside the part.
        assert found["bytes_presented"] == (4 * 81 if backend == "cpu" else 0)
        assert len(canvas._commands.images) == 1
        pen.fill_style = "lime"
        pen.fill_rect(0, 0, 8, 8)
        ctx.draw_image(sprite, 0, 0, 8, 8, 60, 60, 8, 8)
        assert len(canvas._commands.images) == 2
        assert canvas.to_numpy()[64, 64].tolist() == [0, 255, 0, 255]


def test_an_image_of_a_canvas_is_its_own(backend: str) -> None:
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        discs(canvas.get_context("2d"))
        image, before = gpucanvas.Image(canvas), canvas.to_numpy()
        canvas.get_context("2d").clear_rect(0, 0, WIDTH, HEIGHT)
        assert not canvas.to_numpy().any()
        np.testing.assert_array_equal(image.to_numpy(), before)
        assert image.pins == f"{WIDTH}x{HEIGHT}: keeps its own {4 * WIDTH * HEIGHT} bytes"


def test_a_canvas_that_becomes_opaque_is_another_picture(backend: str) -> None:
    with gpucanvas.Canvas(9, 9, backend=backend) as picture, gpucanvas.Canvas(9, 9, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(picture, 0, 0)
        picture.get_context("2d", alpha=False)
        ctx.draw_image(picture, 0, 0, 4, 4, 0, 0, 4, 4)
        ctx.draw_image(picture, 0, 0)
        assert (canvas.to_numpy()[..., 3] == 255).all()


def test_a_closed_canvas_and_one_of_no_pixels_are_refused(backend: str) -> None:
    with gpucanvas.Canvas(9, 9, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        closed = gpucanvas.Canvas(5, 5, backend=backend)
        closed.close()
        with pytest.raises(gpucanvas.ClosedError, match="its pixels are gone"):
            ctx.draw_image(closed, 0, 0, 1, 1, 0, 0, 1, 1)
        with gpucanvas.Canvas(0, 5, backend=backend) as empty, pytest.raises(ValueError, match="no pixels to draw"):
            ctx.draw_image(empty, 0, 0)


def clear(ctx: Any) -> None:
    ctx.clear_rect(0, 0, 40, 30)


def cover(ctx: Any) -> None:
    ctx.fill_style = "#fff"
    ctx.fill_rect(0, 0, 40, 30)


def cover_by_half(ctx: Any) -> None:
    ctx.fill_style = "#ffffff80"
    ctx.fill_rect(0, 0, 40, 30)


def rectangles(ctx: Any, number: int) -> None:
    for i in range(30):
        ctx.fill_style = f"rgb({8 * i}, {number}, 0)"
        ctx.fill_rect(i + number % 5, i, 5, 5)


def lines(ctx: Any, number: int) -> None:
    for i in range(30):
        ctx.begin_path()
        ctx.move_to(i, number % 30)
        ctx.line_to(40, i)
        ctx.stroke()


def words(ctx: Any, number: int) -> None:
    for i in range(30):
        ctx.save()
        ctx.translate(i, 20)
        ctx.fill_text(str(number), 0, 0)
        ctx.restore()


def layers(ctx: Any, number: int) -> None:
    with ctx.layer():
        rectangles(ctx, number)
    ctx.shadow_color, ctx.shadow_offset_x = "#00000040", 3
    rectangles(ctx, number)
    ctx.shadow_color = "transparent"


def squares(ctx: Any, number: int) -> None:
    """The same path, image and rectangle in an unchanged state: nothing is looked up."""
    for _ in range(10):
        ctx.fill(SQUARE)
        ctx.stroke(SQUARE)
        ctx.draw_image(IMAGE, 3, 3)
        ctx.fill_rect(20, 10, 2, 2)


SQUARE = gpucanvas.Path2D("M10 10 h9 v9 h-9 z")
IMAGE = gpucanvas.Image(np.full((4, 4, 4), 200, np.uint8))
BEGINNINGS = clear, cover, cover_by_half
CONTENTS = rectangles, lines, words, layers, squares


@pytest.mark.parametrize(("begin", "draw"), [*product(BEGINNINGS, CONTENTS)])
@pytest.mark.parametrize("alpha", [True, False])
def test_a_canvas_that_is_never_read_records_no_more_than_so_much(
    backend: Any, alpha: bool, begin: Any, draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its picture is that of a canvas which draws each frame by itself.

    Pixels are rounded each time that something is drawn on them, and here that is once more.
    """
    monkeypatch.setattr("gpucanvas.verbs.indices.UNREAD_BYTES", 100 * 48)
    canvas, each = gpucanvas.Canvas(40, 30, backend=backend), gpucanvas.Canvas(40, 30, backend=backend)
    ctx, other = canvas.get_context("2d", alpha=alpha), each.get_context("2d", alpha=alpha)
    for number in range(20):
        for one in (ctx, other):
            begin(one)
            draw(one, number)
        each.flush()
        assert len(canvas._commands.commands) <= (100 + 2 * 61) * 48
    assert canvas.stats.total.flushes >= 3
    assert np.abs(canvas.to_numpy().astype(int) - each.to_numpy()).max() <= 1


@pytest.mark.parametrize(
    "draw",
    [lambda ctx, array: ctx.fill_rects(*np.ones((4, 100))), lambda ctx, array: ctx.draw_image(array, 0, 0)],
    ids=["batches", "images"],
)
def test_what_waits_to_be_drawn_is_limited_in_bytes_too(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpucanvas.verbs.recorder.UNREAD_KEPT_BYTES", 5_000)
    canvas = gpucanvas.Canvas(40, 30, backend="cpu")
    ctx = canvas.get_context("2d")
    for number in range(100):
        draw(ctx, np.full((20, 20, 4), number, np.uint8))
    assert 3 <= canvas.stats.total.flushes <= 50


def test_labels_that_wait_to_be_drawn_are_limited_in_number_too() -> None:
    canvas = gpucanvas.Canvas(40, 30, backend="cpu")
    ctx = canvas.get_context("2d")
    for x in range(UNREAD_TEXTS + 10):
        ctx.fill_text("12", 9 * x, 20)
    assert canvas.stats.total.flushes == 1
    ctx.fill_texts(["12"] * (UNREAD_TEXTS + 5_000), 9, 20)
    assert canvas.stats.total.flushes == 2
    assert len(canvas._commands.batches) == 1


def test_paths_that_wait_to_be_drawn_are_limited_in_coordinates_too() -> None:
    canvas = gpucanvas.Canvas(40, 30, backend="cpu")
    ctx = canvas.get_context("2d")
    points = 100_000
    for x in range(points):
        ctx.line_to(-9 - x, x)
    for number in range(2 * UNREAD_COORDS // (2 * points) + 2):
        ctx.line_to(-9, number)
        ctx.stroke()
    assert canvas.stats.total.flushes == 2


def test_what_has_no_pixels_yet_is_not_drawn_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer is drawn when it ends, and a recording when it is told to."""
    monkeypatch.setattr("gpucanvas.verbs.indices.UNREAD_BYTES", 0)
    canvas, recording = gpucanvas.Canvas(40, 30, backend="cpu"), gpucanvas.Recording(40, 30)
    ctx = canvas.get_context("2d")
    with ctx.layer():
        rectangles(ctx, 1)
        assert canvas.stats.total.flushes == 0
    rectangles(ctx, 1)
    assert canvas.stats.total.flushes > 0
    recorded = recording.get_context("2d")
    rectangles(recorded, 1)
    clear(recorded)
    assert recording.freeze().command_count == 31
