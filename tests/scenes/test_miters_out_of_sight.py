"""Random turns under wide pens, whose miters reach millions of pixels away: near the canvas, the picture is right.

    two segments, pen --float64--> both rectangles, and the miter's two triangles --is a sample in one?--> coverage
"""

from __future__ import annotations

import random
from math import cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

import gpucanvas

SIZE = 40
SAMPLES = 4
Point = tuple[float, float]
Points = list[Point]
Bools = NDArray[np.bool_]


def random_turn(seed: int) -> tuple[Points, float]:
    """Three points near the canvas that turn back nearly all the way, and a width."""
    rng = random.Random(seed)
    x, y, angle = rng.uniform(-40, 80), rng.uniform(-40, 80), rng.uniform(0, 2 * pi)
    # Below 0.0015 float32 cannot tell a turn from a way back, which has no miter.
    lean = 10 ** rng.uniform(-2.4, -1) * rng.choice((-1, 1))
    first, second = (rng.uniform(20, 200) for _ in range(2))
    start = x + first * cos(angle), y + first * sin(angle)
    end = x + second * cos(angle + lean), y + second * sin(angle + lean)
    return [start, (x, y), end], 10 ** rng.uniform(0, 5)


def normal(p: Point, q: Point, half: float) -> Point:
    """Half the pen's width, square to the way from p to q."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    scale = half / hypot(dx, dy)
    return -dy * scale, dx * scale


def is_in(polygon: Points, x: NDArray[np.float64], y: NDArray[np.float64]) -> Bools:
    """Whether points are in a convex polygon."""
    sides = []
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        sides.append((bx - ax) * (y - ay) - (by - ay) * (x - ax))
    return np.all(np.array(sides) >= 0, 0) | np.all(np.array(sides) <= 0, 0)


def covered(points: Points, width: float) -> NDArray[np.float64]:
    """The coverage of all pixels by a mitered stroke."""
    p, q, r = points
    axis = (np.arange(SIZE * SAMPLES) + 0.5) / SAMPLES
    x, y = np.meshgrid(axis, axis)
    a, b = normal(p, q, width / 2), normal(q, r, width / 2)
    inside = np.zeros(x.shape, np.bool_)
    for (sx, sy), (ex, ey), (nx, ny) in ((p, q, a), (q, r, b)):
        inside |= is_in([(sx + nx, sy + ny), (ex + nx, ey + ny), (ex - nx, ey - ny), (sx - nx, sy - ny)], x, y)
    # The outer side is that on which the second segment leaves the first one's line.
    side = -1.0 if a[0] * (r[0] - q[0]) + a[1] * (r[1] - q[1]) > 0 else 1.0
    scale = side / (1 + (a[0] * b[0] + a[1] * b[1]) / (width / 2) ** 2)
    tip = q[0] + (a[0] + b[0]) * scale, q[1] + (a[1] + b[1]) * scale
    corner, other = (q[0] + side * a[0], q[1] + side * a[1]), (q[0] + side * b[0], q[1] + side * b[1])
    inside |= is_in([q, corner, tip], x, y) | is_in([q, tip, other], x, y)
    return inside.reshape(SIZE, SAMPLES, SIZE, SAMPLES).mean((1, 3))


def test_miters_of_any_length_are_right_near_the_canvas(backend: str) -> None:
    wrong = []
    reached = 0.0
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for seed in range(40):
            points, width = random_turn(seed)
            ctx.reset()
            ctx.line_width, ctx.miter_limit = width, 1e9
            for x, y in points:
                ctx.line_to(x, y)
            ctx.stroke()
            off = np.abs(canvas.to_numpy()[:, :, 3] / 255 - covered(points, width))
            # Where float32 puts a corner, times how flat a miter's sides are, is less than half a pixel.
            if off.max() > 0.5:
                wrong.append((seed, width, float(off.max()), int((off > 0.5).sum())))
            p, q, r = points
            turn = (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0])
            lengths = hypot(q[0] - p[0], q[1] - p[1]) * hypot(r[0] - q[0], r[1] - q[1])
            reached = max(reached, width * lengths / abs(turn))
    assert not wrong
    assert reached > 4e6
