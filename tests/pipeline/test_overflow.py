"""Nothing is dropped, however much there is: buffers grow and are counted, heavy tiles and scenes run in passes."""

from __future__ import annotations

import numpy as np
import pytest

import gpucanvas
from compare import assert_same
from gpucanvas.backends.llvmpipe import count_segments
from gpucanvas.pipeline.encode import encode

BLUE = (0.0, 0.0, 1.0, 0.01)


def last_is_red(count: int) -> np.ndarray:
    colors = np.full((count, 4), BLUE, np.float32)
    colors[-1] = (1, 0, 0, 1)
    return colors


def test_overflow_a_hundred_thousand_commands_in_one_tile_are_all_run(backend: str) -> None:
    canvas = gpucanvas.Canvas(16, 16, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_rects(np.full(100_000, 2.0), 2.0, 12.0, 12.0, color=last_is_red(100_000))
    pixels = canvas.to_numpy()
    assert pixels[8, 8].tolist() == [255, 0, 0, 255]
    assert pixels[0, 0, 3] == 0


@pytest.mark.parametrize("kind", ["discs", "rings", "arcs", "segments", "polygons", "strokes"])
def test_overflow_ten_thousand_of_a_kind_in_one_tile_are_all_run(backend: str, kind: str) -> None:
    count = 10_000
    canvas = gpucanvas.Canvas(16, 16, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.line_width = 3
    colors = last_is_red(count)
    if kind == "discs":
        ctx.fill_circles(np.full(count, 8.5), 8.5, 1.9, color=colors)
    elif kind == "rings":
        ctx.stroke_circles(np.full(count, 8.5), 8.5, 1.0, color=colors)
    elif kind == "arcs":
        ctx.fill_arcs(np.full(count, 8.0), 8.0, 6.0, 0.0, 6.0, color=colors)
    elif kind == "segments":
        ctx.stroke_line_segments(np.tile([[2.0, 8.5], [14.0, 8.5]], (count, 1, 1)), color=colors)
    elif kind == "polygons":
        ctx.fill_polygons(np.tile([[2.0, 2.0], [14.0, 2.0], [8.0, 15.0]], (count, 1, 1)), color=colors)
    else:
        ctx.line_cap = "round"
        ctx.stroke_lines(np.tile([[2.0, 8.5], [14.0, 8.5], [3.0, 14.0]], (count, 1, 1)), color=colors)
    assert canvas.to_numpy()[8, 8].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("size", [200, 112, 256], ids=["most of a bin", "within a bin", "everything"])
def test_overflow_twenty_thousand_covers_of_many_tiles_are_all_run(backend: str, size: int) -> None:
    canvas = gpucanvas.Canvas(256, 256, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_rects(np.zeros(20_000), 0.0, size, size, color=last_is_red(20_000))
    pixels = canvas.to_numpy()
    expected = np.zeros((256, 256, 4), np.uint8)
    expected[:size, :size] = (255, 0, 0, 255)
    assert (pixels == expected).all()


def test_overflow_a_million_discs_are_all_drawn(backend: str) -> None:
    # A lattice of discs that do not touch: every one can be told, and their area is known.
    side = 1000
    y, x = np.mgrid[0:side, 0:side].reshape(2, -1) * 2.0 + 1.0
    canvas = gpucanvas.Canvas(2 * side, 2 * side, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_circles(x, y, 0.9)
    alpha = canvas.to_numpy()[..., 3].astype(np.float64).reshape(side, 2, side, 2).sum((1, 3)) / 255
    assert alpha.min() > 0.9 * np.pi * 0.81
    assert alpha.max() < 1.1 * np.pi * 0.81


def test_overflow_a_path_of_a_million_segments_is_drawn(backend: str) -> None:
    turn = np.linspace(0, 2 * np.pi, 1_000_000)
    radius = 180 + 10 * np.cos(turn * 5000)
    points = np.stack([200 + radius * np.cos(turn), 200 + radius * np.sin(turn)], 1)
    canvas = gpucanvas.Canvas(400, 400, backend=backend)
    ctx = canvas.get_context("2d")
    ctx.fill_polygons(points)
    alpha = canvas.to_numpy()[..., 3] / 255
    # Area between the polar curve's turns: half the integral of radius squared.
    assert alpha.sum() == pytest.approx(np.pi * (180**2 + 50), rel=2e-3)
    assert alpha[200, 200] == 1.0


def test_overflow_growth_is_counted_and_changes_nothing(backend: str) -> None:
    rng = np.random.default_rng(4)
    centers, colors = rng.random((3000, 2)) * 300, rng.random((3000, 4))

    def picture() -> np.ndarray:
        canvas = gpucanvas.Canvas(300, 300, backend=backend)
        ctx = canvas.get_context("2d")
        lines = np.stack([centers[:-1], centers[1:]], 1)
        ctx.stroke_lines(lines, color=colors[1:])
        ctx.fill_circles(*centers.T, 4, color=colors)
        return canvas.to_numpy()

    first = picture()
    again = picture()
    assert (first == again).all()
    counters = gpucanvas.Canvas(1, 1, backend=backend)._backend.counters()
    assert counters["growths"] >= 1


def test_overflow_a_scene_beyond_the_drivers_limit_runs_in_parts(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = []
    for backend in ("cpu", gl):
        canvas = gpucanvas.Canvas(200, 200, backend=backend)
        ctx = canvas.get_context("2d")
        rng = np.random.default_rng(1)
        ctx.fill_rects(*(rng.random((4, 4000)) * [[200], [200], [30], [30]]), color=rng.random((4000, 3)))
        ctx.stroke_polygons(rng.random((300, 5, 2)) * 200)
        if backend == gl:
            monkeypatch.setattr(canvas._backend._buffers, "limit", 1 << 16)  # type: ignore[attr-defined]
            monkeypatch.setattr(canvas._backend._buffers, "_buffers", {})  # type: ignore[attr-defined]
        pictures.append(canvas.to_numpy())
    # Every part is rounded to 8 bits when it is stored: half a level each, and there are about eight.
    assert_same(*pictures, max_difference=4, names=("cpu", "gl in parts"))


def test_overflow_many_outlines_under_nested_clips_in_one_tile(gl: str) -> None:
    """Each clip's outline costs a thread as much as the draw's own: software OpenGL ends loops that take too long."""
    turn = np.linspace(0, 2 * np.pi, 150, endpoint=False)
    pictures = []
    for backend in ("cpu", gl):
        rng = np.random.default_rng(4)
        canvas = gpucanvas.Canvas(16, 16, backend=backend)
        ctx = canvas.get_context("2d")
        for _ in range(150):
            ctx.save()
            for _ in range(4):
                wave = 7 + 0.5 * np.sin(9 * turn + rng.uniform(0, 6))
                clip = gpucanvas.Path2D()
                for x, y in zip(8 + wave * np.cos(turn), 8 + wave * np.sin(turn), strict=True):
                    clip.line_to(x, y)
                ctx.clip(clip)
            ctx.fill_style = (*rng.random(3).tolist(), 0.3)
            ctx.fill_circles(8.0, 8.0, 6.0)
            ctx.restore()
        ctx.fill_style = "red"
        ctx.fill_circles(8.0, 8.0, 3.0)
        pictures.append(canvas.to_numpy().astype(int))
    assert pictures[0][8, 8].tolist() == [255, 0, 0, 255]
    # Each part of the scene is rounded to 8 bits by itself.
    assert np.abs(pictures[0] - pictures[1]).max() <= 4


@pytest.mark.parametrize(("count", "lines"), [(200, 300), (60, 3000), (5, 50_000)])
def test_overflow_many_outlines_of_many_lines_in_one_tile(gl: str, count: int, lines: int) -> None:
    pictures = []
    for backend in ("cpu", gl):
        rng = np.random.default_rng(1)
        canvas = gpucanvas.Canvas(32, 32, backend=backend)
        ctx = canvas.get_context("2d")
        for _ in range(count):
            ctx.fill_polygons(rng.uniform(0, 16, (1, lines, 2)), color=np.array([[*rng.random(3), 0.3]]))
        pixels = canvas.to_numpy().astype(int)
        pixels[..., :3] = pixels[..., :3] * pixels[..., 3:] // 255
        pictures.append(pixels)
    assert pictures[0][8, 8, 3] > 100
    assert np.abs(pictures[0] - pictures[1]).max() <= 2


def test_overflow_the_segments_of_curves_count() -> None:
    """What software OpenGL gets through is reckoned with them. An ellipse of radius 100 touches some 50 tiles."""
    recording = gpucanvas.Recording(256, 256)
    ctx = recording.get_context("2d")
    ctx.ellipse(128, 128, 100, 99, 0, 0, 6.2831853)
    ctx.fill()
    tiles = count_segments(encode(recording._commands, 256, 256))
    assert 40 <= np.count_nonzero(tiles["segment_count"]) <= 60
