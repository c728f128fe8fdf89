"""Random strokes wider than their curves, pixel by pixel, against what the standard's line sweeps.

    curve --evenly by length and turn--> points and tangents --wedge by wedge--> samples swept --> coverage <--> pixels

https://html.spec.whatwg.org/multipage/canvas.html#trace-a-path: a line as long as the pen is wide, square to the path,
is swept along it. At a cusp it turns by half a turn, which sweeps a disc. Most faults of a stroke are at a sharp tip,
where a curve turns within a part of a pixel: flat ellipses that begin there, and curves with cusps.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas

from .registry import Context

SIZE = 72
MIDDLE = SIZE / 2
SAMPLES = 4
"""Samples of a pixel, each way."""
STEPS = 400
TOO_FAR = 0.4
"""A pixel that is off by more, of 1: the samples alone are off by up to an eighth, a curve by up to 1/40 pixel."""
Floats = NDArray[np.float64]
Curve = Callable[[Floats], tuple[Floats, Floats]]


def ellipse(x: float, y: float, rx: float, ry: float, turn: float, start: float, end: float) -> Curve:
    """Points and tangents (N, 2) at parameters 0 to 1."""

    def curve(t: Floats) -> tuple[Floats, Floats]:
        angle, way = start + (end - start) * t, 1 if end > start else -1
        px, py, tx, ty = rx * np.cos(angle), ry * np.sin(angle), -way * rx * np.sin(angle), way * ry * np.cos(angle)
        c, s = cos(turn), sin(turn)
        return np.stack([x + c * px - s * py, y + s * px + c * py], 1), np.stack([c * tx - s * ty, s * tx + c * ty], 1)

    return curve


def cubic(points: list[tuple[float, float]]) -> Curve:
    p = np.array(points)

    def curve(t: Floats) -> tuple[Floats, Floats]:
        t = t[:, None]
        s = 1 - t
        at = s**3 * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t**3 * p[3]
        return at, s * s * (p[1] - p[0]) + 2 * s * t * (p[2] - p[1]) + t * t * (p[3] - p[2])

    return curve


def along(curve: Curve) -> tuple[Floats, Floats]:
    """Points of a curve and unit tangents, as many where it turns as where it goes far."""
    t = np.linspace(0, 1, 20 * STEPS)
    points, tangents = curve(t)
    ways = np.hypot(*np.diff(points, axis=0).T)
    ahead, after = tangents[:-1], tangents[1:]
    turns = np.abs(np.arctan2(ahead[:, 0] * after[:, 1] - ahead[:, 1] * after[:, 0], (ahead * after).sum(1)))
    gone = np.concatenate([[0], np.cumsum(ways / ways.sum() + turns / max(turns.sum(), 1e-9) + 1e-9)])
    points, tangents = curve(np.interp(np.linspace(0, gone[-1], STEPS), gone, t))
    return points, tangents / np.hypot(*tangents.T)[:, None]


def swept(curve: Curve, half: float) -> Floats:
    """The coverage of all pixels by what a line of this half length sweeps."""
    points, tangents = along(curve)
    axis = (np.arange(SIZE * SAMPLES) + 0.5) / SAMPLES
    inside = np.zeros((SIZE * SAMPLES, SIZE * SAMPLES), np.bool_)
    for k in range(STEPS - 1):
        (px, py), (tx, ty), (qx, qy), (ux, uy) = points[k], tangents[k], points[k + 1], tangents[k + 1]
        rows = slice(*np.searchsorted(axis, [min(py, qy) - half, max(py, qy) + half]))
        columns = slice(*np.searchsorted(axis, [min(px, qx) - half, max(px, qx) + half]))
        x, y = axis[None, columns], axis[rows, None]
        behind, ahead = (x - px) * tx + (y - py) * ty, (x - qx) * ux + (y - qy) * uy
        share = behind / np.where(behind == ahead, 1.0, behind - ahead)
        near = (x - px - (qx - px) * share) ** 2 + (y - py - (qy - py) * share) ** 2 <= half * half
        inside[rows, columns] |= (behind * ahead <= 0) & near
    return inside.reshape(SIZE, SAMPLES, SIZE, SAMPLES).mean((1, 3))


def random_stroke(seed: int) -> tuple[Callable[[Context], object], Curve, float]:
    """What draws a path of one curve, the curve, and the width of its pen."""
    rng = random.Random(seed)
    u = rng.uniform
    width = rng.choice([1, 2, 3, 5, 8, 12, 20, 33]) * u(0.8, 1.25)
    if seed % 4 == 3:
        # The control legs cross: the curve has a cusp, or nearly one.
        wide, high, off = u(5, 25), u(10, 30), rng.choice([0, 0, u(-1, 1)])
        turn = u(0, 6)
        c, s = cos(turn), sin(turn)
        corners = [(-wide / 2, 0), (wide / 2 + off, -high), (-wide / 2 - off, -high), (wide / 2, 0)]
        at = [(MIDDLE + c * x - s * y, MIDDLE + s * x + c * y) for x, y in corners]
        return lambda ctx: (ctx.move_to(*at[0]), ctx.bezier_curve_to(*at[1], *at[2], *at[3])), cubic(at), width
    rx = u(3, 28)
    ry, turn, start = rx * rng.choice([0.02, 0.05, 0.1, 0.3]), u(0, pi), rng.choice([0, 0, pi / 2, u(0, 6)])
    sweep = rng.choice([2 * pi, -2 * pi, u(0.3, 6.2)])
    args = MIDDLE + u(-2, 2), MIDDLE + u(-2, 2), rx, ry, turn, start, start + sweep

    def draw(ctx: Context) -> None:
        ctx.ellipse(*args, sweep < 0)
        if abs(sweep) == 2 * pi and seed % 4 == 2:
            ctx.close_path()

    return draw, ellipse(*args), width


@pytest.mark.parametrize("first", range(0, 48, 12))
def test_a_random_stroke_covers_what_the_pen_sweeps(backend: str, first: int) -> None:
    wrong = []
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for seed in range(first, first + 12):
            draw, curve, width = random_stroke(seed)
            ctx.reset()
            ctx.line_join = random.Random(seed).choice(["miter", "round", "bevel"])
            ctx.line_width = width
            draw(ctx)
            ctx.stroke()
            off = np.abs(canvas.to_numpy()[:, :, 3] / 255 - swept(curve, width / 2))
            if off.max() > TOO_FAR:
                wrong.append((seed, int((off > TOO_FAR).sum())))
    assert not wrong
