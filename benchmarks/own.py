"""What has no peer: the cost of recording one `fill_rect`, and a cold start with and without cached kernels.

    python benchmarks/own.py

Recording is timed with no picture asked for; a cold start is a new process from `import` to its first PNG.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
CALLS = 100_000
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
    with tempfile.TemporaryDirectory() as cache:
        print(f"| cold start to the first PNG, first-ever | {cold_start(cache):.1f} s |")
        print(f"| cold start to the first PNG, kernels cached | {min(cold_start(cache) for _ in range(3)):.2f} s |")


if __name__ == "__main__":
    main()
