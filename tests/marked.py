"""Items for tests of batches of paths, ellipses, round rectangles and lines of many widths; loops that draw them."""

from __future__ import annotations

from collections.abc import Callable
from math import degrees
from typing import Any

import numpy as np
from numpy.typing import NDArray

import gpucanvas
from gpucanvas import DOMMatrix, Path2D

COUNT = 70
RNG = np.random.default_rng(44)
X, Y = RNG.random((2, COUNT)) * 100
SCALES, ANGLES = RNG.uniform(0.3, 2.5, COUNT), RNG.uniform(0, 7, COUNT)
ANGLES[:4] = 0, np.pi / 2, -np.pi, 4.5 * np.pi
COLORS, WIDTHS = RNG.random((COUNT, 4)), RNG.uniform(0.2, 5, COUNT)
SIDES = RNG.uniform(-20, 20, (2, COUNT))
SIDES[0, 7] = SIDES[1, 8] = 0
RADII = RNG.uniform(0, 9, (COUNT, 4)) * (RNG.random((COUNT, 4)) < 0.8)
RADII[1], RADII[2] = 0, (0, 0, 0, 3)
AXES = RNG.uniform(0, 9, (2, COUNT))
AXES[0, 3] = AXES[1, 4] = AXES[0, 5] = AXES[1, 5] = 0
AXES[0, 6] = AXES[1, 6]
PATHS = {
    "star": Path2D("M0 -4L1 -1L4 0L1 1L0 4L-1 1L-4 0L-1 -1Z"),
    "curves": Path2D("M-1 -1 a3 2 0 1 1 2 2 Q4 4 3 9 C 1 2 3 4 5 6 M-4 -4 h3 v3 Z"),
    "disc": Path2D("M4 0 A4 4 0 1 1 -4 0 A4 4 0 1 1 4 0 Z"),
    "line": Path2D("M-5 0 H5"),
    "nothing": Path2D(),
}
Ctx = Any
Draw = Callable[[Ctx], object]


def pixels(draw: Draw, backend: Any = "cpu", on_invalid: Any = "raise", **settings: Any) -> NDArray[np.uint8]:
    with gpucanvas.Canvas(100, 100, backend=backend, on_invalid=on_invalid) as canvas:
        draw(canvas.get_context("2d", **settings))
        return canvas.to_numpy()


def turned(ctx: Ctx) -> None:
    ctx.transform(1.1, 0.2, -0.3, 0.9, 5, 3)


def dashed(ctx: Ctx) -> None:
    ctx.set_line_dash([3, 2])
    ctx.line_cap = "round"


def faded(ctx: Ctx) -> None:
    ctx.fill_style = "#88f"
    ctx.fill_rect(0, 0, 50, 80)
    ctx.global_alpha, ctx.global_composite_operation = 0.7, "xor"


def copied(ctx: Ctx) -> None:
    ctx.global_composite_operation = "copy"


def clipped(ctx: Ctx) -> None:
    ctx.clip(Path2D("M50 0 L100 100 H0 Z"))


STATES: dict[str, Draw] = {
    "plain": lambda ctx: None,
    "turned": turned,
    "dashed": dashed,
    "turned and dashed": lambda ctx: (turned(ctx), dashed(ctx)),
    "faded": faded,
    "copied": copied,
    "clipped": clipped,
    "far": lambda ctx: ctx.transform(500, 0, 0, 1, -500 * X[9], 0),
    "singular": lambda ctx: ctx.scale(1, 0),
}


def each(draw: Callable[[Ctx, int], object], style: str, with_widths: bool = False) -> Draw:
    """Draw the items one by one, each in its colour, and with its width."""

    def drawn(ctx: Ctx) -> None:
        for i in range(COUNT):
            setattr(ctx, style, tuple(COLORS[i]))
            if with_widths:
                ctx.line_width = float(WIDTHS[i])
            draw(ctx, i)

    return drawn


def assert_equal(batch: Draw, loop: Draw, state: str, **settings: Any) -> None:
    prepare = STATES[state]
    wanted = pixels(lambda ctx: (prepare(ctx), loop(ctx)), **settings)
    assert wanted.any() or state == "singular"
    assert np.array_equal(pixels(lambda ctx: (prepare(ctx), batch(ctx)), **settings), wanted)


def placed(ctx: Ctx, i: int, draw: Callable[[], object]) -> None:
    with ctx.save():
        ctx.translate(X[i], Y[i])
        ctx.rotate(ANGLES[i])
        ctx.scale(SCALES[i], SCALES[i])
        draw()


def moved(path: Path2D, i: int) -> Path2D:
    out = Path2D()
    out.add_path(path, DOMMatrix().translate(X[i], Y[i]).rotate(degrees(ANGLES[i])).scale(SCALES[i]))
    return out


SEGMENTS = RNG.random((COUNT, 2, 2)) * 100
SEGMENTS[3, 1], SEGMENTS[4, :, 0], SEGMENTS[5, :, 1] = SEGMENTS[3, 0], 50, 20.5
LINES = [RNG.random((k % 6, 2)) * 100 for k in range(COUNT)]
STROKES: dict[str, tuple[Any, ...]] = {
    "stroke_line_segments": (SEGMENTS,),
    "stroke_lines": (LINES,),
    "stroke_polygons": (LINES,),
    "stroke_circles": (X, Y, np.abs(SIDES[0])),
    "stroke_rects": (X, Y, *SIDES),
    "stroke_arcs": (X, Y, np.abs(SIDES[0]), ANGLES, 1.5 * ANGLES),
}


def row(arguments: tuple[Any, ...], i: int) -> list[Any]:
    return [given[i : i + 1] for given in arguments]


def all_verbs(ctx: Ctx, at: Any = slice(None), prefix: str = "") -> None:
    """Every new verb, of the items at some indices; each call gets widths or colours."""
    where = {"scale": SCALES[at], "angle": ANGLES[at]}
    calls: list[tuple[str, Callable[[], object]]] = [
        ("fill_paths", lambda: ctx.fill_paths(PATHS["curves"], X[at], Y[at], **where, color=COLORS[at])),
        ("stroke_paths", lambda: ctx.stroke_paths(PATHS["star"], X[at], Y[at], **where, line_width=WIDTHS[at])),
        ("stroke_scaled", lambda: ctx.stroke_paths(PATHS["star"], X[at], Y[at], **where, scale_width=True)),
        ("fill_ellipses", lambda: ctx.fill_ellipses(X[at], Y[at], *AXES[:, at], 1, color=COLORS[at])),
        ("stroke_ellipses", lambda: ctx.stroke_ellipses(X[at], Y[at], *AXES[:, at], 1, line_width=WIDTHS[at])),
        ("fill_round_rects", lambda: ctx.fill_round_rects(X[at], Y[at], *SIDES[:, at], RADII[at])),
        ("stroke_round_rects", lambda: ctx.stroke_round_rects(X[at], Y[at], *SIDES[:, at], 2, line_width=WIDTHS[at])),
        ("segments", lambda: ctx.stroke_line_segments(SEGMENTS[at], line_width=WIDTHS[at])),
        ("rects", lambda: ctx.stroke_rects(X[at], Y[at], *SIDES[:, at], line_width=WIDTHS[at])),
        ("circles", lambda: ctx.stroke_circles(X[at], Y[at], SCALES[at], line_width=WIDTHS[at], color=COLORS[at])),
        ("polygons", lambda: ctx.stroke_polygons(SEGMENTS[at], line_width=WIDTHS[at])),
    ]
    for name, call in calls:
        if name.startswith(prefix):
            call()
