"""A frame that draws a long path again and again is drawn in parts: its memory is bounded, its picture the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.frames import apart

ANGLES = np.linspace(0, 2 * np.pi, 100)
RING = gpucanvas.Path2D(np.stack([50 + 30 * np.cos(ANGLES), 40 + 25 * np.sin(3 * ANGLES)], 1))


def draw(ctx: Any) -> None:
    """Forty draws of a hundred points, shadows among them, and other draws between."""
    ctx.line_width, ctx.line_join = 3, "round"
    for k in range(20):
        ctx.shadow_color, ctx.shadow_offset_x = ("rgba(0, 0, 0, 0.5)", 3) if k % 3 else ("transparent", 0)
        ctx.stroke_style = ctx.fill_style = f"hsl({18 * k} 80% 50% / 0.6)"
        ctx.translate(0.5, 0.25)
        ctx.stroke(RING)
        ctx.fill(RING)
        ctx.fill_rect(4 * k, 2, 3, 3)
        ctx.fill_text("a", 5 * k, 75)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The draws of each plan that the cpu backend runs."""
    found: list[int] = []
    run = CPUBackend.run

    def counted(self: CPUBackend, plan: Any, *more: Any) -> bool:
        found.append(sum(len(step.scene.draws) for step in plan.steps if hasattr(step, "scene")))
        return run(self, plan, *more)

    monkeypatch.setattr(CPUBackend, "run", counted)
    return found


def picture() -> np.ndarray:
    with gpucanvas.Canvas(100, 80, backend="cpu") as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy()


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    return np.concatenate([pixels[..., :3] * (pixels[..., 3:] / 255), pixels[..., 3:]], 2)


def test_parts_make_the_same_picture(plans: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = picture()
    assert len(plans) == 1
    monkeypatch.setattr(apart, "MOST_POINTS", 500)
    plans.clear()
    parts = picture()
    assert len(plans) >= 5
    # Each part rounds the pixels to bytes once more.
    apart_by = abs(premultiplied(whole) - premultiplied(parts))
    assert apart_by.max() <= 4 and (apart_by > 1.5).mean() < 0.01
    assert whole[..., 3].any()


def test_a_part_that_fails_is_drawn_later_and_none_twice(plans: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_POINTS", 500)
    wanted = picture()
    run = CPUBackend.run
    with gpucanvas.Canvas(100, 80, backend="cpu") as canvas:
        draw(canvas.get_context("2d"))
        plans.clear()

        def failing(self: CPUBackend, plan: Any, *more: Any) -> bool:
            if len(plans) == 3:
                raise MemoryError("on purpose")
            return run(self, plan, *more)

        with monkeypatch.context() as patch, pytest.raises(MemoryError, match="on purpose"):
            patch.setattr(CPUBackend, "run", failing)
            canvas.flush()
        assert len(plans) == 3
        np.testing.assert_array_equal(canvas.to_numpy(), wanted)


def test_the_parts_of_a_recording_are_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = gpucanvas.Recording(100, 80)
    draw(recording.get_context("2d"))
    commands = recording._commands
    assert apart.light_parts(commands) == [(0, len(commands))] and not apart.is_heavy(commands)
    points = apart.points_of(commands)
    for most in (1, 99, 100, 101, 250, 1000, 10**6):
        monkeypatch.setattr(apart, "MOST_POINTS", most)
        parts = apart.light_parts(commands)
        assert [first for first, _ in parts] == [0, *(last for _, last in parts[:-1])]
        assert parts[-1][1] == len(commands)
        shadows = apart.are_shadows(commands)
        assert not any(shadows[last - 1] for _, last in parts)
        for first, last in parts:
            assert last > first
            heavy = points[first:last]
            # What throws a shadow follows it, and a single command may be more.
            assert heavy[:-1].sum() <= most or np.count_nonzero(heavy[~shadows[first:last]]) == 1
