"""Masks of glyphs stay on the GPU from frame to frame, and those that had to go are there again when they are drawn."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends.gl import GLBackend, shared
from gpucanvas.resources.growing import ROW_BYTES, GrowingBytes
from gpucanvas.resources.pages import Place
from gpucanvas.resources.residency import Entry
from need_gl import need_gl

SENTENCE = "Pack my box with five dozen liquor jugs"


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> GLBackend:
    """The gl backend, with nothing in its pages that could go."""
    need_gl()
    found = shared()
    found._owner.run(found.texels.evict)
    monkeypatch.setattr(found.texels.resident, "_easy_pages", 1)
    return found


def draw(canvas: gpucanvas.Canvas, sizes: Any, text: str = SENTENCE) -> None:
    ctx = canvas.get_context("2d")
    ctx.fill_style = "white"
    ctx.fill_rect(0, 0, 400, 300)
    ctx.fill_style = "black"
    for number, size in enumerate(sizes):
        ctx.font = f"{size}px sans-serif"
        ctx.fill_text(text, 3, 12 + 290 * number / max(len(sizes), 1))


def texel_bytes(canvas: gpucanvas.Canvas) -> int:
    """What the next frame uploads of images and masks."""
    canvas.flush()
    return canvas.stats.last.texel_bytes_uploaded


def test_a_frame_of_text_that_was_drawn_before_uploads_no_masks(backend: GLBackend) -> None:
    with gpucanvas.Canvas(400, 300, backend="gl") as canvas:
        found = []
        for _ in range(3):
            draw(canvas, (9.25, 11.25, 15.25))
            found.append(texel_bytes(canvas))
        assert found[0] > 0
        assert found[1:] == [0, 0]


def test_of_a_strike_that_has_grown_only_new_rows_are_uploaded(backend: GLBackend) -> None:
    with gpucanvas.Canvas(400, 300, backend="gl") as canvas:
        draw(canvas, (21.75,))
        first = texel_bytes(canvas)
        draw(canvas, (21.75,), "Z")
        second = texel_bytes(canvas)
    # The row that was not full is written again.
    assert first > 2 * ROW_BYTES
    assert 0 < second <= 2 * ROW_BYTES


def test_more_strikes_than_there_is_room_for_are_all_drawn(backend: GLBackend) -> None:
    """A page holds 128 strikes at least: each frame has others, and all come back. As the cpu draws them."""
    frames = [np.arange(8, 8 + 24 * 0.25, 0.25) + 6 * (k % 6) + (k % 6) / 64 for k in range(9)]
    with gpucanvas.Canvas(400, 300, backend="gl") as drawn, gpucanvas.Canvas(400, 300, backend="cpu") as truth:
        uploaded = []
        for sizes in frames:
            for canvas in (drawn, truth):
                draw(canvas, sizes)
            assert np.abs(drawn.to_numpy().astype(int) - truth.to_numpy()).max() <= 1
            uploaded.append(drawn.stats.last.texel_bytes_uploaded)
        assert backend.texels.resident.pages.count == 1
    assert all(uploaded[:6])
    # The first ones had gone, to make room for the last.
    assert any(uploaded[6:])


def test_frames_in_flight_keep_the_masks_that_they_read(backend: GLBackend) -> None:
    """All that is not pinned is evicted after each frame is begun, and its place given to others."""
    with gpucanvas.Canvas(400, 300, backend="gl") as drawn, gpucanvas.Canvas(400, 300, backend="cpu") as truth:
        tickets, wanted = [], []
        for k in range(6):
            draw(drawn, (10 + k, 20 + k))
            tickets.append(drawn.submit())
            backend._owner.run(backend.texels.evict)
            draw(truth, (10 + k, 20 + k))
            wanted.append(truth.to_numpy())
        for ticket, picture in zip(tickets, wanted, strict=True):
            assert np.abs(ticket.result().astype(int) - picture).max() <= 1


def test_masks_are_counted_where_images_are(backend: GLBackend) -> None:
    with gpucanvas.Canvas(400, 300, backend="gl") as canvas:
        draw(canvas, (13.5,))
        canvas.flush()
        assert "texels" in str(gpucanvas.memory.snapshot())
        assert len(backend.texels.resident) > 0


def test_rows_of_masks_lie_one_after_another_through_pages() -> None:
    from gpucanvas.gl.texels import rows_of

    room = GrowingBytes(1500 * ROW_BYTES)
    assert room.rows == 1500
    entry = Entry(weakref.ref(room), Place(3, 0, 0, 1024, 1500, 2), 1024, False)
    parts = rows_of(entry, 1000, 1500)
    found = [(first, part.layer, part.y, part.height) for first, part in parts]
    assert found == [(1000, 3, 1000, 24), (1024, 4, 0, 476)]
