"""How long a question takes: what is at a point, of 10,000 draws and of a batch of as many.

python benchmarks/picking.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import pi

import numpy as np

import gpucanvas

COUNT = 10_000
SIDE = 1000


def paths(ctx: gpucanvas.Context2D) -> None:
    """Small discs, side by side."""
    for number in range(COUNT):
        ctx.hit_id = number
        ctx.begin_path()
        ctx.arc(5 + 10 * (number % 100), 5 + 10 * (number // 100), 4, 0, 2 * pi)
        ctx.fill()


def rings(ctx: gpucanvas.Context2D) -> None:
    """Stroked circles in one another: the box of every one holds the middle, and none of them does."""
    for number in range(COUNT):
        ctx.hit_id = number
        ctx.begin_path()
        ctx.arc(SIDE / 2, SIDE / 2, 50 + number / 25, 0, 2 * pi)
        ctx.stroke()


def batch(ctx: gpucanvas.Context2D) -> None:
    """Discs in one batch."""
    ctx.hit_id = 1
    x, y = np.divmod(np.arange(COUNT), 100)
    ctx.fill_circles(5.0 + 10 * x, 5.0 + 10 * y, 4.0)


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of some runs."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(1e3 * (time.perf_counter() - started))
    return float(np.median(found))


def main() -> None:
    """Print the first and the following questions of each scene."""
    for draw in (paths, rings, batch):
        for attempt in range(2):  # The first loads kernels.
            recording = gpucanvas.Recording(SIDE, SIDE)
            draw(recording.get_context("2d"))
            first = milliseconds(lambda recording=recording: recording.pick(SIDE / 2, SIDE / 2), 1)
            later = milliseconds(lambda recording=recording: recording.pick(SIDE / 2, SIDE / 2), 20)
            if attempt:
                print(f"{draw.__name__:8} first {first:8.3f} ms   then {later:8.3f} ms   {recording.pick(555, 455)}")


if __name__ == "__main__":
    main()
