"""Images that are too large, of no size, changed or closed: a right picture, or an error that says what to do."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest

import gpucanvas
from gpucanvas import memory


def picture(number: int, width: int = 16, height: int = 16) -> np.ndarray:
    """An opaque picture that no other number has."""
    out = np.random.default_rng(number).integers(0, 256, (height, width, 4), dtype=np.uint8)
    out[..., 3] = 255
    return out


@pytest.fixture
def canvas(backend: str) -> Iterator[gpucanvas.Canvas]:
    with gpucanvas.Canvas(64, 32, backend=backend) as made:
        yield made


@pytest.fixture
def no_budget() -> Iterator[None]:
    yield
    memory.set_budget()


@pytest.mark.parametrize("size", [(40_000, 3), (3, 40_000)], ids=["wide", "high"])
def test_an_image_larger_than_any_texture_is_drawn(canvas: gpucanvas.Canvas, size: tuple[int, int]) -> None:
    width, height = size
    large = picture(1, width, height)
    ctx = canvas.get_context("2d")
    for end, (x, y) in enumerate(((0, 0), (width - 3, height - 3))):
        ctx.draw_image(gpucanvas.Image(large), x, y, 3, 3, 8 * end, 0, 3, 3)
    pixels = canvas.to_numpy()
    np.testing.assert_array_equal(pixels[:3, :3], large[:3, :3])
    np.testing.assert_array_equal(pixels[:3, 8:11], large[-3:, -3:])


def test_an_image_beyond_all_pages_of_the_driver_says_so_and_the_rest_is_drawn(
    gl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gpucanvas.Canvas(64, 32, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        ctx.draw_image(picture(1), 0, 0)
        canvas.flush()
        pages = canvas._backend.texels  # type: ignore[attr-defined]
        monkeypatch.setattr(pages, "_most_pages", pages.resident.pages.count)
        most = pages.resident.pages.count * 1024 * 1024
        ctx.draw_image(picture(2, 1024, 1024 * pages.resident.pages.count + 1), 0, 0)
        with pytest.raises(gpucanvas.LimitError, match=rf"is beyond this driver's {most} pixels: draw it in parts, or"):
            canvas.flush()
        ctx.draw_image(picture(3), 20, 0)
        pixels = canvas.to_numpy()
        np.testing.assert_array_equal(pixels[:16, 20:36], picture(3))
        np.testing.assert_array_equal(pixels[:16, :16], picture(1))


def test_images_that_fill_all_pages_of_the_driver_take_turns_and_too_many_are_drawn_in_parts(
    gl: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gpucanvas.Canvas(64, 32, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        pages = canvas._backend.texels  # type: ignore[attr-defined]
        gc.collect()
        memory._ledger.evict()
        count = max(pages.resident.pages.count, 2)
        monkeypatch.setattr(pages, "_most_pages", count)
        images = [gpucanvas.Image(picture(number, 1024, 1024)) for number in range(count + 1)]
        for image in images:
            ctx.draw_image(image, 0, 0)
            np.testing.assert_array_equal(canvas.to_numpy(), image.to_numpy()[:32, :64])
        for number, image in enumerate(images):
            ctx.draw_image(image, 0, 0, 8, 8, 8 * number, 0, 8, 8)
        ticket = canvas.submit()
        found = ticket.result(30)
        for number, image in enumerate(images):
            np.testing.assert_array_equal(found[:8, 8 * number : 8 * number + 8], image.to_numpy()[:8, :8])


def test_an_array_beyond_the_hosts_budget_is_refused_and_nothing_else(
    canvas: gpucanvas.Canvas, no_budget: None
) -> None:
    ctx = canvas.get_context("2d")
    ctx.draw_image(picture(1), 0, 0)
    canvas.flush()
    gc.collect()
    memory._ledger.evict()
    large = picture(2, 800, 800)
    memory.set_budget(host_bytes=memory.snapshot().host_bytes + (1 << 20))
    with pytest.raises(gpucanvas.MemoryBudgetError, match="an image of 2560000 bytes does not fit"):
        gpucanvas.Image(large)
    with pytest.raises(gpucanvas.MemoryBudgetError, match="an image of 2560000 bytes does not fit"):
        ctx.draw_image(large, 20, 0)
    ctx.draw_image(picture(3), 40, 0)
    memory.set_budget()
    pixels = canvas.to_numpy()
    np.testing.assert_array_equal(pixels[:16, :16], picture(1))
    np.testing.assert_array_equal(pixels[:16, 40:56], picture(3))
    assert not pixels[:16, 20:36].any()


def test_a_canvas_of_no_size_is_refused_as_an_image(canvas: gpucanvas.Canvas, backend: str) -> None:
    ctx = canvas.get_context("2d")
    for size in ((0, 9), (9, 0), (0, 0)):
        with (
            gpucanvas.Canvas(*size, backend=backend) as source,
            pytest.raises(ValueError, match="no pixels to draw"),
        ):
            ctx.draw_image(source, 0, 0)
    assert not canvas.to_numpy().any()


def test_an_array_changed_after_its_frame_was_submitted_is_drawn_as_it_was(canvas: gpucanvas.Canvas) -> None:
    ctx, array = canvas.get_context("2d"), picture(0)
    tickets, wanted = [], []
    for number in range(12):
        array[:] = picture(number)
        wanted.append(array.copy())
        ctx.draw_image(array, 16 * (number % 4), 0)
        tickets.append(canvas.submit(in_flight=3))
        array[:] = 99
    for number, ticket in enumerate(tickets):
        x = 16 * (number % 4)
        np.testing.assert_array_equal(ticket.result(30)[:16, x : x + 16], wanted[number])


def test_a_canvas_drawn_in_frames_that_fly_is_as_it_was_at_each_call(canvas: gpucanvas.Canvas, backend: str) -> None:
    with gpucanvas.Canvas(16, 16, backend=backend) as sprite:
        ctx, pen = canvas.get_context("2d"), sprite.get_context("2d")
        tickets = []
        for number in range(8):
            pen.fill_style = f"rgb({number * 30}, 7, 9)"
            pen.fill_rect(0, 0, 16, 16)
            sprite.submit()
            ctx.draw_image(sprite, 16 * (number % 4), 0)
            tickets.append(canvas.submit(in_flight=3))
        found = [ticket.result(30)[8, 16 * (n % 4) + 8].tolist() for n, ticket in enumerate(tickets)]
    assert found == [[number * 30, 7, 9, 255] for number in range(8)]


def test_a_source_closed_while_its_frame_flies_is_drawn(canvas: gpucanvas.Canvas, backend: str) -> None:
    ctx = canvas.get_context("2d")
    image = gpucanvas.Image(picture(5))
    with gpucanvas.Canvas(16, 16, backend=backend) as sprite:
        sprite.get_context("2d").draw_image(picture(6), 0, 0)
        ctx.draw_image(image, 0, 0)
        ctx.draw_image(sprite, 20, 0)
        ticket = canvas.submit()
        image.close()
    pixels = ticket.result(30)
    np.testing.assert_array_equal(pixels[:16, :16], picture(5))
    np.testing.assert_array_equal(pixels[:16, 20:36], picture(6))
    for closed in (image, sprite):
        with pytest.raises(gpucanvas.ClosedError, match="closed"):
            ctx.draw_image(closed, 0, 0)


def test_a_canvas_closed_with_images_in_flight_ends_its_frames(backend: str) -> None:
    canvas = gpucanvas.Canvas(64, 32, backend=backend)
    ctx, tickets = canvas.get_context("2d"), []
    for number in range(3):
        ctx.draw_image(picture(number, 300, 20), 0, 0)
        tickets.append(canvas.submit(in_flight=3))
    canvas.close()
    assert all(ticket.done for ticket in tickets)
    assert {ticket.state for ticket in tickets} <= {"done", "cancelled"}
