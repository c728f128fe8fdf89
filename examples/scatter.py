"""A million points in one call: a de Jong attractor, each point a translucent disc of its own colour.

python -m gpucanvas render examples/scatter.py -o scatter.png --size 900x900
"""

from __future__ import annotations

import sys

import numpy as np

import gpucanvas

COUNT = 1_000_000
STEPS = 12
"""From anywhere, so many lead to the attractor; many more, and the last bit of a sine decides where to."""


def de_jong(a=1.4, b=-2.3, c=2.4, d=-2.1):
    """Points (N, 2) of the attractor x' = sin(a y) - cos(b x), y' = sin(c x) - cos(d y)."""
    x, y = np.random.default_rng(7).uniform(-1, 1, (2, COUNT))
    for _ in range(STEPS):
        x, y = np.sin(a * y) - np.cos(b * x), np.sin(c * x) - np.cos(d * y)
    return np.stack([x, y], 1)


def colors(points):
    """A colour for each point by its direction: (N, 4) floats."""
    turn = np.arctan2(points[:, 1], points[:, 0])[:, None]
    rgb = 0.55 + 0.45 * np.cos(turn + np.array([0.3, 1.9, 3.6]))
    return np.concatenate([rgb, np.full((len(points), 1), 0.11)], 1).astype(np.float32)


def draw(ctx, width, height):
    """Draw the attractor on the whole canvas."""
    ctx.fill_style = "#08080f"
    ctx.fill_rect(0, 0, width, height)
    points = de_jong()
    low, high = points.min(0), points.max(0)
    scale = 0.94 * ([width, height] / (high - low)).min()
    place = (points - (low + high) / 2) * scale + [width / 2, height / 2]
    ctx.fill_circles(place[:, 0], place[:, 1], min(width, height) / 1400, color=colors(points))


def main():
    """Write the picture to the file named on the command line."""
    canvas = gpucanvas.Canvas(900, 900)
    draw(canvas.get_context("2d"), canvas.width, canvas.height)
    canvas.save(sys.argv[1] if len(sys.argv) > 1 else "scatter.png")


if __name__ == "__main__":
    main()
