"""A scene of one opaque rectangle over all of the surface is a clear: no stage runs; the pixels are those of fine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.pipeline.parts import halves

COLORS = ["#0a1428", (0.501, 0.5, 0.4999, 1.0), "color(display-p3 1 0.2 0)", "oklch(0.9 0.4 150)", "white"]


def cover(ctx: gpucanvas.Context2D, color: Any) -> None:
    ctx.fill_style = color
    ctx.fill_rect(-1, 0, 41, 30)


@pytest.mark.parametrize("color", COLORS)
def test_a_clear_has_the_pixels_of_the_stages(backend: str, color: Any) -> None:
    pictures = []
    for more in (False, True):
        with gpucanvas.Canvas(40, 30, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            cover(ctx, color)
            if more:
                ctx.fill_rect(-9, -9, 3, 3)
            pictures.append(canvas.to_numpy())
    assert (pictures[0] == pictures[1]).all()
    assert (pictures[0] == pictures[0][0, 0]).all()


def test_a_clear_makes_what_was_there_transparent(backend: str) -> None:
    with gpucanvas.Canvas(40, 30, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(3, 3, 9, 9)
        assert canvas.to_numpy()[5, 5, 3] == 255
        ctx.clear_rect(0, 0, 40, 30)
        assert not canvas.to_numpy().any()
        ctx.fill_rect(3, 3, 9, 9)
        assert canvas.to_numpy()[..., 3].astype(int).sum() == 81 * 255


def test_a_translucent_or_clipped_or_smaller_fill_is_no_clear(backend: str) -> None:
    with gpucanvas.Canvas(40, 30, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        cover(ctx, "blue")
        canvas.flush()
        ctx.global_alpha = 0.5
        cover(ctx, "red")
        assert canvas.to_numpy()[9, 9].tolist() in ([128, 0, 127, 255], [128, 0, 128, 255])
        ctx.global_alpha = 1
        ctx.fill_style = "lime"
        ctx.fill_rect(0, 0, 39.5, 30)
        right = canvas.to_numpy()[9, 38:]
        assert right[0].tolist() == [0, 255, 0, 255]
        assert 0 < right[1, 0] < 128
        ctx.rect(0, 0, 20, 30)
        ctx.clip()
        cover(ctx, "white")
        assert canvas.to_numpy()[9, 18:22].tolist() == [[255] * 4] * 2 + [[0, 255, 0, 255]] * 2


def test_a_thousand_covers_cost_the_gpu_nothing(gl: str) -> None:
    with gpucanvas.Canvas(40, 30, backend=gl) as canvas:
        before = canvas._backend.counters()
        ctx = canvas.get_context("2d")
        for _ in range(1000):
            cover(ctx, "teal")
        assert (canvas.to_numpy() == (0, 128, 128, 255)).all()
        after = canvas._backend.counters()
        assert (after["dispatches"], after["uploads"]) == (before["dispatches"], before["uploads"])
        ctx.fill_rect(1, 1, 2, 2)
        canvas.flush()
        assert canvas._backend.counters()["dispatches"] > before["dispatches"]


@pytest.mark.parametrize("start", ["new", "cleared", "drawn", "cleared again"])
def test_a_frame_that_fails_halfway_leaves_the_surface_as_it_was(
    gl: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gpucanvas.Canvas(40, 30, backend=gl) as canvas:
        ctx = canvas.get_context("2d")
        if start != "new":
            cover(ctx, "orange")
            canvas.flush()
        if start in ("drawn", "cleared again"):
            ctx.fill_circles(20.0, 15.0, 8.0, color=(0.0, 0.0, 1.0))
            canvas.flush()
        if start == "cleared again":
            cover(ctx, "orange")
        before = canvas.to_numpy()

        backend: Any = canvas._backend
        draw, parts = backend._draw, []

        def fails(this: Any, frame: Any, index: int) -> None:
            parts.append(this.scene)
            if len(parts) == 2:
                raise gpucanvas.BackendError("no more room")
            draw(this, frame, index)

        with monkeypatch.context() as patch:
            patch.setattr("gpucanvas.backends.llvmpipe.parts", halves)
            patch.setattr(backend, "_software", True)
            patch.setattr(backend, "_draw", fails)
            ctx.fill_rects(np.arange(4) * 8.0, 4.0, 6.0, 6.0, color=(0.0, 1.0, 0.0))
            with pytest.raises(gpucanvas.BackendError, match="no more room"):
                canvas.flush()
        assert len(parts) == 2
        assert (canvas._surface.to_numpy() == before).all()
        # The frame was kept: the driver may have room the next time.
        after = canvas.to_numpy()
        assert after[6, 2].tolist() == [0, 255, 0, 255]
        assert (after[12:] == before[12:]).all()
