"""The loop that the project grew out of: a thousand fills of the whole canvas, and how many of them a second.

python examples/seed_fills.py seed_fills.png
"""

from __future__ import annotations

import sys
import time
from math import cos, pi, sin

import gpucanvas

FILLS = 1000


def draw(ctx, width, height):
    """A thousand opaque fills, of which one is seen, then a thousand nearly transparent ones, of which all are."""
    for i in range(FILLS):
        ctx.fill_style = (i / FILLS, 0.2, 0.4)
        ctx.fill_rect(0, 0, width, height)
    for i in range(FILLS):
        turn = 2 * pi * i / FILLS
        ctx.fill_style = (0.5 + 0.5 * cos(turn), 0.5 + 0.5 * sin(turn), 0.5, 0.01)
        ctx.fill_rect(width * i / FILLS / 2, height * i / FILLS / 2, width * (1 - i / FILLS), height * (1 - i / FILLS))


def main():
    """Write the picture to the file named on the command line, and print the calls a second."""
    canvas = gpucanvas.Canvas(800, 600)
    ctx = canvas.get_context("2d")
    draw(ctx, 800, 600)
    canvas.flush()  # the first frame compiles
    start = time.perf_counter()
    draw(ctx, 800, 600)
    canvas.flush()
    seconds = time.perf_counter() - start
    print(f"{2 * FILLS / seconds:,.0f} fills a second on {canvas.backend}")
    canvas.save(sys.argv[1] if len(sys.argv) > 1 else "seed_fills.png")


if __name__ == "__main__":
    main()
