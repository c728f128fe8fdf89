"""The stats overlay: a key shows it, it is drawn last, whatever the state, and it says the right figures."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from gpucanvas import Event
from gpucanvas.sight.stats import FrameStats
from gpucanvas.window.overlay import StatsOverlay, in_bytes
from gpucanvas.window.view import View


def draw(ctx, frame):  # type: ignore[no-untyped-def]
    ctx.global_alpha = 0.5
    ctx.fill_style = "orange"
    ctx.fill_rect(0, 0, frame.width, frame.height)
    ctx.rect(0, 0, 1, 1)
    ctx.clip()


def press(view: View, key: str) -> None:
    view.submit_event(Event("key_down", key=key, modifiers=()))
    view._events.flush()


@pytest.fixture
def view() -> View:
    made = View(200, 100, backend="cpu")
    made.draw(draw)
    return made


def test_a_key_shows_the_figures_and_takes_them_away(view: View) -> None:
    pictures = []
    for _ in range(3):
        view.canvas.get_context("2d").clear_rect(0, 0, 200, 100)
        view._paint()
        pictures.append(view.canvas.to_numpy().copy())
        press(view, "F3")
        assert view._wants_frame
    plain, shown, again = pictures
    assert np.array_equal(plain, again)
    assert not np.array_equal(plain, shown)
    assert (shown[:60, :150] != plain[:60, :150]).any(2).mean() > 0.9
    assert np.array_equal(shown[80:], plain[80:])


def test_the_key_can_be_another_or_none(view: View) -> None:
    press(view, "a")
    assert not view.stats_overlay
    view.stats_key = "a"
    press(view, "F3")
    assert not view.stats_overlay
    press(view, "a")
    assert view.stats_overlay
    view.stats_key = None
    press(view, "a")
    assert view.stats_overlay


def test_the_overlay_leaves_the_state_of_the_context_alone(view: View) -> None:
    ctx = view.canvas.get_context("2d")
    ctx.fill_style, ctx.font = "#123456", "20px serif"
    view.stats_overlay = True
    view._paint()
    assert (ctx.fill_style, ctx.font, ctx.global_alpha) == ("#123456", "20px serif", 1.0)


def test_figures_are_of_the_last_frames() -> None:
    overlay = StatsOverlay()
    assert overlay.lines(None) == ["- fps", "p99 - ms"]
    for frame in range(101):
        overlay.began(frame * 0.02 + (0.08 if frame == 100 else 0))
    lines = overlay.lines(FrameStats(frame=1, commands=12, batches=3, bytes_uploaded=45_600))
    assert lines == ["48.1 fps", "p99 100.0 ms", "12 draws, 3 batches", "45.6 kB uploaded"]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (123_456, "123 kB"), (5_000_000_000, "5.0 GB")]
)
def test_bytes_are_short(number: int, text: str) -> None:
    assert in_bytes(number) == text


def test_a_view_that_is_dropped_goes() -> None:
    known = weakref.ref(View(8, 8, backend="cpu"))
    gc.collect()
    assert known() is None
