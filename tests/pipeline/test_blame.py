"""A call beyond a limit: refused where it is made, or named when the scene is, and what else was drawn is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas

ENDLESS = np.array([[-1e30, 0.0], [50.0, 9.0], [9.0, 50.0]])


def endless(ctx: Any) -> None:
    """More dashes than there may be: known only when they are counted."""
    ctx.save()
    ctx.set_line_dash([4, 3])
    ctx.begin_path()
    ctx.move_to(-1e30, 0)
    ctx.line_to(50, 9)
    ctx.line_to(9, 50)
    ctx.stroke()
    ctx.restore()


def fine(ctx: Any, x: float) -> None:
    ctx.begin_path()
    ctx.rect(x, 0, 4, 4)
    ctx.stroke()
    ctx.fill_rect(x, 0, 4, 4)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 3), (1, 0), (2, 5), (7, 1)])
def test_the_call_is_named_by_its_number_and_the_rest_drawn(backend: str, before: int, after: int) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas, gpucanvas.Canvas(64, 64, backend=backend) as other:
        for drawn_on in (canvas, other):
            ctx = drawn_on.get_context("2d")
            for i in range(before):
                fine(ctx, 6.5 * i)
            if drawn_on is canvas:
                endless(ctx)
            for i in range(after):
                fine(ctx, 6.5 * i + 20)
        with pytest.raises(gpucanvas.LimitError, match=rf"^stroke\(\) number {before + 1} of this frame: ") as caught:
            canvas.flush()
        assert caught.value.kept
        assert "What else it draws is kept" in caught.value.__notes__[0]
        assert np.array_equal(canvas.to_numpy(), other.to_numpy())


def test_several_calls_are_named_one_after_another(backend: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for x in (0, 10, 20):
            fine(ctx, x)
            endless(ctx)
        for number in (6, 4, 2):
            with pytest.raises(gpucanvas.LimitError, match=rf"stroke\(\) number {number} of"):
                canvas.to_numpy()
        assert canvas.to_numpy()[2, 21, 3] == 255


def test_what_is_covered_completely_is_not_blamed(backend: str) -> None:
    with gpucanvas.Canvas(64, 64, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        endless(ctx)
        ctx.fill_rect(0, 0, 64, 64)
        endless(ctx)
        with pytest.raises(gpucanvas.LimitError, match=r"stroke\(\) number 2 of"):
            canvas.flush()
        assert (canvas.to_numpy()[..., 3] == 255).all()


def test_render_many_names_the_recording_and_keeps_all_of_them() -> None:
    icons = [gpucanvas.Recording(16, 16) for _ in range(4)]
    for i, icon in enumerate(icons):
        ctx = icon.get_context("2d")
        fine(ctx, i)
        if i == 2:
            endless(ctx)
    for _ in range(2):
        with pytest.raises(gpucanvas.LimitError, match=r"^render_many: item 2: stroke\(\) number 2 of this frame: "):
            gpucanvas.render_many(icons, backend="cpu")
    assert len(gpucanvas.render_many([icons[k] for k in (0, 1, 3)], backend="cpu")) == 3


@pytest.mark.parametrize("matrix", [(1, 0, 0, 1, 0, 0), (0, 1e3, -1e3, 0, 0, 0), (1, 0, 0, 1e6, 0, 0)])
@pytest.mark.parametrize("verb", ["stroke", "stroke_lines", "stroke_polygons", "stroke_arcs"])
def test_a_pen_too_wide_is_refused_by_the_call(backend: str, verb: str, matrix: Any) -> None:
    scale = max(map(abs, matrix))
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_rect(0, 0, 4, 4)
        ctx.set_transform(*matrix)
        ctx.rect(0, 0, 1e-3, 1e-3)
        arguments = {"stroke": (), "stroke_arcs": (0, 0, 1e-3, 0, 1)}.get(verb, (np.zeros((3, 2)),))
        ctx.line_width = 2.01e6 / scale
        with pytest.raises(gpucanvas.LimitError, match=f"^{verb}: a line_width of .* is 2.01e.06 pixels"):
            getattr(ctx, verb)(*arguments)
        assert canvas.to_numpy()[1, 1, 3] == 255
        ctx.line_width = 1.99e6 / scale
        getattr(ctx, verb)(*arguments)
        canvas.flush()


def test_a_transform_set_after_the_pen_is_looked_at(backend: str) -> None:
    with gpucanvas.Canvas(16, 16, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width = 1000
        ctx.rect(0, 0, 1, 1)
        ctx.stroke()
        ctx.save()
        ctx.scale(1e4, 1e4)
        for _ in range(2):
            with pytest.raises(gpucanvas.LimitError, match="stroke: a line_width of 1000 is 1e.07 pixels"):
                ctx.stroke()
        ctx.restore()
        ctx.stroke()
        # What draws nothing is beyond no limit.
        ctx.scale(1e4, 0)
        ctx.stroke()
        assert canvas.to_numpy()[8, 8, 3] == 255
