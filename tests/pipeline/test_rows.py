"""A draw of a few tiles costs what these cost, however large the surface is; and the picture is the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends import stage_runner
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract.stages import Stage
from gpucanvas.frames.surface import Surface
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene
from gpucanvas.stages import shade
from test_reads import counted

WIDTH, HEIGHT = 500, 900


def draw(ctx: gpucanvas.Context2D, seed: int) -> None:
    """Some small things close to each other, clipped in every third picture."""
    rng = np.random.default_rng(seed)
    ctx.save()
    ctx.translate(rng.integers(-20, WIDTH), rng.integers(-20, HEIGHT))
    if seed % 3 == 0:
        ctx.begin_path()
        ctx.arc(20, 20, 25, 0, 7)
        ctx.clip()
    ctx.fill_style = ctx.stroke_style = (*rng.random(3).tolist(), 0.6)
    ctx.fill_rect(0, 0, 33.3, 21)
    ctx.fill_circles(rng.random(3) * 50, rng.random(3) * 40, 6.5)
    ctx.line_width = 3
    ctx.stroke_rect(4, 6, 40, 19)
    ctx.stroke_line_segments([[[3, 30], [60, 9]]])
    ctx.fill(gpucanvas.Path2D("M10 0 L50 30 L0 44 Z"))
    ctx.restore()


def pictures(backend: str) -> list[np.ndarray]:
    """A canvas after each of many small frames, read on the way, read later or drawn in the background."""
    out = []
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for seed in range(24):
            draw(ctx, seed)
            if seed % 4 == 1:
                canvas.flush()
            if seed % 4 == 2:
                out.append(canvas.submit().result(timeout=60))
            out.append(canvas.to_numpy())
    return out


def test_a_small_draw_shows_the_same_on_rows_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pictures("cpu")
    with monkeypatch.context() as patch:
        patch.setattr(stage_runner, "touched_rows", lambda scene: (stage_runner.all_rows(scene), False))
        patch.setattr(stage_runner, "IDLE_TILES", 0)
        expected = pictures("cpu")
    assert len(np.unique(expected[-1])) > 50
    for mine, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_small_draw_shows_the_same_in_a_box_of_its_own(gl: str) -> None:
    for mine, other in zip(pictures(gl), pictures("cpu"), strict=True):
        assert abs(mine.astype(int) - other).max() <= 1


def small(width: int = 2000, height: int = 3000) -> Scene:
    """One rectangle of one tile."""
    recording = gpucanvas.Recording(width, height)
    recording.get_context("2d").fill_rect(1000, 1601, 5, 5)
    return encode(recording._commands, width, height)


def test_a_small_draw_is_shaded_in_its_row_of_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    shaded: list[int] = []
    shade_tiles = shade.shade_tiles

    def shading(*args: Any) -> None:
        *_, first, last, _ = args
        shaded.append(last - first)
        shade_tiles(*args)

    monkeypatch.setattr(shade, "shade_tiles", shading)
    with CPUBackend(1).workers.runner() as runner:
        runner.draw(small(), np.zeros((3000, 2000), np.uint32), None)
    assert shaded == [125]


def test_gl_shades_the_tiles_of_a_small_draw_alone(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with gpucanvas.Canvas(2000, 3000, backend=gl) as canvas:
        backend: Any = canvas._backend
        groups: list[tuple[int, int]] = []
        stages = backend._stages
        dispatch = stages._dispatch

        def dispatching(stage: Stage, size: tuple[int, int], *more: Any) -> None:
            if stage.name == "fine":
                groups.append(size)
            dispatch(stage, size, *more)

        monkeypatch.setattr(stages, "_dispatch", dispatching)
        ctx = canvas.get_context("2d")
        ctx.fill_rect(1000, 1601, 5, 5)
        ctx.fill_circles(1040, 1610, 4)
        canvas.flush()
        ctx.fill_rect(-100, 0, 50, 50)
        canvas.flush()
        assert groups == [(4, 1)]
        found = canvas.to_numpy()
        assert found[1601:1606, 1000:1005, 3].all()
        assert found[1610, 1040, 3] == 255


def test_a_frame_that_may_be_cancelled_keeps_the_rows_that_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    backend: Any = CPUBackend(1)
    surface = Surface(backend, 2000, 3000)
    try:
        whole, part = (gpucanvas.Recording(2000, 3000) for _ in range(2))
        whole.get_context("2d").fill_circles([500, 1000], [700, 1605], 400)
        part.get_context("2d").clear_rect(1000, 1601, 5, 5)
        surface.draw([whole._commands])
        before = surface.to_numpy()
        with counted() as found:
            surface.draw([part._commands], lambda: False)
        assert found["bytes_copied"] == 2000 * 16 * 4
        after = surface.to_numpy()
        assert not after[1601:1606, 1000:1005].any()
        after[1601:1606, 1000:1005] = before[1601:1606, 1000:1005]
        np.testing.assert_array_equal(after, before)

        changed, drawn, draw_one = surface.to_numpy(), [], backend._draw

        def drawing(*args: Any) -> bool:
            done: bool = draw_one(*args)
            drawn.append(surface.pixels.memory.copy())
            if len(drawn) == 2:
                raise gpucanvas.FrameCancelledError("the frame was cancelled")
            return done

        monkeypatch.setattr(backend, "_draw", drawing)
        part.get_context("2d").fill_rect(40, 40, 9, 9)
        whole.get_context("2d").fill_circles(300, 2000, 300)
        with pytest.raises(gpucanvas.FrameCancelledError):
            surface.draw([part._commands, whole._commands], lambda: False)
        assert (drawn[0] != drawn[1]).any()
        np.testing.assert_array_equal(surface.to_numpy(), changed)
    finally:
        surface.close()


def test_a_frame_without_commands_that_can_be_cancelled_leaves_the_surface_as_it_is() -> None:
    with gpucanvas.Canvas(20, 20, backend="cpu") as canvas:
        canvas.get_context("2d").fill_rect(0, 0, 5, 5)
        canvas.flush()
        before = canvas.to_numpy()
        canvas.submit().result(timeout=60)
        np.testing.assert_array_equal(canvas.to_numpy(), before)
