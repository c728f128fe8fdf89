"""What has no peer: recording one `fill_rect`, hit tests, and a cold start with and without cached kernels.

    python benchmarks/own.py

Recording is timed with no picture asked for; a cold start is a new process from `import` to its first PNG.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from math import cos, pi, sin
from pathlib import Path

ROOT = Path(__file__).parent.parent
CALLS = 100_000
HITS = 10_000
FIRST_PNG = """
import gpucanvas
canvas = gpucanvas.Canvas(800, 600, backend="cpu")
context = canvas.get_context("2d")
context.fill_style = "teal"
context.fill_rect(10, 10, 400, 300)
context.arc(400, 300, 100, 0, 6)
context.stroke()
canvas.to_png()
"""


def recording(changed: bool, repeats: int = 5) -> float:
    """Return microseconds per `fill_rect`, the best of `repeats`, with the style set before every call or only once."""
    import gpucanvas

    styles = [(0.1, 0.4, 0.8, 0.5), (0.8, 0.4, 0.1, 0.5)]
    best = float("inf")
    for _ in range(repeats):
        context = gpucanvas.Canvas(800, 600, backend="cpu").get_context("2d")
        context.fill_style = styles[0]
        fill_rect = context.fill_rect
        start = time.perf_counter()
        if changed:
            for i in range(CALLS):
                context.fill_style = styles[i & 1]
                fill_rect(10, 10, 5, 5)
        else:
            for _ in range(CALLS):
                fill_rect(10, 10, 5, 5)
        best = min(best, time.perf_counter() - start)
    return best / CALLS * 1e6


def hit_test(curves: int, verb: str, changed: bool, repeats: int = 5) -> float:
    """Return microseconds per hit test of a rectangle, or of a closed path of so many curves, the best of `repeats`.

    The point moves at every call; where it is `changed`, the path is built anew, which counts.
    """
    import gpucanvas

    context = gpucanvas.Recording(800, 600).get_context("2d")
    context.line_width = 5
    ask = getattr(context, verb)

    def build() -> None:
        context.begin_path()
        if not curves:
            context.rect(100, 100, 500, 400)
        for k in range(curves):
            a, b, c = ((k + part / 3) * 2 * pi / curves for part in (0, 1, 2))
            if not k:
                context.move_to(400 + 200 * cos(a), 300 + 200 * sin(a))
            end = (k + 1) * 2 * pi / curves
            points = [(400 + r * cos(turn), 300 + r * sin(turn)) for turn, r in ((b, 230), (c, 170), (end, 200))]
            context.bezier_curve_to(*points[0], *points[1], *points[2])

    build()
    best, calls = float("inf"), HITS // 20 if changed else HITS
    for _ in range(repeats):
        start = time.perf_counter()
        for i in range(calls):
            if changed:
                build()
            ask(i % 800, i % 600)
        best = min(best, time.perf_counter() - start)
    return best / calls * 1e6


def cold_start(cache: str) -> float:
    """Return seconds from the start of a process to its first PNG, with numba's kernels kept in the folder `cache`."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST_PNG], check=True, env=environment, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    sys.path.insert(0, str(ROOT))
    print("| gpucanvas cpu alone | |\n| --- | ---: |")
    print(f"| recording `fill_rect`, style unchanged | {recording(False):.2f} us |")
    print(f"| recording `fill_rect`, style changed each call | {recording(True):.2f} us |")
    for name, curves in (("a rectangle", 0), ("100 curves", 100)):
        for verb in ("is_point_in_path", "is_point_in_stroke"):
            print(f"| `{verb}` of {name}, the path unchanged | {hit_test(curves, verb, False):.2f} us |")
            print(f"| `{verb}` of {name}, the path built anew each call | {hit_test(curves, verb, True):.1f} us |")
    with tempfile.TemporaryDirectory() as cache:
        print(f"| cold start to the first PNG, first-ever | {cold_start(cache):.1f} s |")
        print(f"| cold start to the first PNG, kernels cached | {min(cold_start(cache) for _ in range(3)):.2f} s |")


if __name__ == "__main__":
    main()
