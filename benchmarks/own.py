"""What has no peer: recording one `fill_rect`, hit tests, text, small pictures and their parts, and a cold start.

    python benchmarks/own.py

Recording is timed with no picture asked for; a cold start is a new process from `import` to its first PNG.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path
from typing import Any

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
FIRST_CANVAS = """
import time
import gpucanvas
start = time.perf_counter()
canvas = gpucanvas.Canvas(64, 64, backend="cpu")
canvas.get_context("2d").fill_rect(10, 10, 40, 30)
canvas.to_numpy()
"""
FIRST_TEXT = """
import time
import gpucanvas
canvas = gpucanvas.Canvas(400, 64, backend="cpu")
context = canvas.get_context("2d")
context.fill_rect(10, 10, 40, 30)
canvas.to_numpy()
start = time.perf_counter()
context.font = "14px sans-serif"
context.fill_text("The first text of a process", 10, 50)
canvas.to_numpy()
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


def texts() -> dict[str, tuple[Callable[[], object], int]]:
    """What text takes: by what is said of it, a call and how many of them the call makes."""
    import random
    import string

    import gpucanvas

    rng = random.Random(5)
    lines = ["".join(rng.choice(string.ascii_letters + "    ") for _ in range(50)) for _ in range(200)]
    labels = [f"{rng.randrange(10**7):08d}" for _ in range(1000)]
    places = [[rng.randrange(size) for _ in labels] for size in (800, 600)]
    canvas = gpucanvas.Canvas(800, 2900, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.font = "14px sans-serif"
    ctx.measure_text(lines[0])
    number = iter(range(10**9))

    def labels_new() -> None:
        ctx.clear_rect(0, 0, 800, 2900)
        for left, top in zip(*places, strict=True):
            ctx.fill_text(f"{next(number):08d}", left, top)
        canvas.flush()

    def labels_moved() -> None:
        ctx.clear_rect(0, 0, 800, 2900)
        for label, left, top in zip(labels, *places, strict=True):
            ctx.save()
            ctx.translate(left, top)
            ctx.fill_text(label, 0, 0)
            ctx.restore()
        canvas.flush()

    def measure_new() -> float:
        return ctx.measure_text(f"{next(number):08d}{lines[0][8:]}").width

    def page() -> None:
        ctx.clear_rect(0, 0, 800, 2900)
        for row, line in enumerate(lines):
            ctx.fill_text(line, 5, 14 * row + 14)
        canvas.flush()

    def label_all() -> None:
        ctx.clear_rect(0, 0, 800, 2900)
        ctx.fill_texts(labels, *places)
        canvas.flush()

    return {
        "`measure_text` of a text measured before": (lambda: ctx.measure_text(lines[0]).width, 1),
        "`measure_text` of a new text of 50 letters": (measure_new, 1),
        "one of 10,000 letters in 200 lines at 14 px": (page, 10_000),
        "one of 1,000 labels of 8 letters by `fill_texts`": (label_all, 1000),
        "one of 1,000 labels that were never drawn before, by `fill_text`": (labels_new, 1000),
        "one of 1,000 labels, each under a transform of its own": (labels_moved, 1000),
        "`layout_text` of 1,700 words": (lambda: gpucanvas.layout_text(" ".join(lines), 400), 1),
    }


def small_pictures() -> dict[str, tuple[Callable[[], object], int]]:
    """What small pictures are made of: by what is said of it, a call and how many of them the call draws."""
    import numpy as np

    import gpucanvas

    rng = np.random.default_rng(3)
    lines = (rng.random((10, 60, 2)) * [640, 480]).tolist()
    spark = np.cumsum(rng.normal(size=60)).tolist()
    chart = gpucanvas.Canvas(640, 480, backend="cpu")

    def draw(ctx: Any) -> None:
        ctx.fill_style = "#4080c0"
        ctx.begin_path()
        ctx.round_rect(4.0, 4.0, 56.0, 56.0, 8.0)
        ctx.fill()
        ctx.begin_path()
        ctx.arc(32.0, 32.0, 20.0, 0.0, 5.0)
        ctx.stroke()
        ctx.begin_path()
        ctx.move_to(10.0, 50.0)
        ctx.bezier_curve_to(20.0, 0.0, 40.0, 64.0, 54.0, 10.0)
        ctx.stroke()

    def polyline(ctx: Any, points: list[list[float]]) -> None:
        ctx.begin_path()
        for x, y in points:
            ctx.line_to(x, y)
        ctx.stroke()

    def empty() -> None:
        with gpucanvas.Canvas(64, 64, backend="cpu") as canvas:
            canvas.get_context("2d")

    def icon(leave: Callable[[Any], object]) -> object:
        with gpucanvas.Canvas(64, 64, backend="cpu") as canvas:
            draw(canvas.get_context("2d"))
            return leave(canvas)

    def frame() -> object:
        ctx = chart.get_context("2d")
        ctx.clear_rect(0, 0, 640, 480)
        for points in lines:
            polyline(ctx, points)
        return chart.to_numpy()

    def sparkline() -> object:
        with gpucanvas.Canvas(120, 30, backend="cpu") as canvas:
            polyline(canvas.get_context("2d"), [[2.0 * k, 15.0 + y] for k, y in enumerate(spark)])
            return canvas.to_numpy()

    def many() -> object:
        recordings = [gpucanvas.Recording(64, 64) for _ in range(1000)]
        for recording in recordings:
            draw(recording.get_context("2d"))
        return gpucanvas.render_many(recordings, "cpu")

    return {
        "`Canvas(64, 64)`, its context, and closing": (empty, 1),
        "an icon of 3 paths, read as NumPy": (lambda: icon(lambda canvas: canvas.to_numpy()), 1),
        "an icon of 3 paths, `to_png`": (lambda: icon(lambda canvas: canvas.to_png()), 1),
        "one of 1,000 icons of 3 paths by `render_many`": (many, 1000),
        "a frame of 10 polylines of 60 points on one 640x480 canvas": (frame, 1),
        "a sparkline of 60 points, 120x30": (sparkline, 1),
    }


def microseconds(call: Callable[[], object], pictures: int, seconds: float = 1.0) -> float:
    """Return the least time that a call took for each of its pictures."""
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best / pictures * 1e6


def first_of(code: str) -> float:
    """Return the milliseconds that a new process takes from where its code notes the start, with cached kernels."""
    code += "print(1e3 * (time.perf_counter() - start))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return float(done.stdout)


def cold_start(kernels: str, cache: str) -> float:
    """Return seconds from the start of a process to its first PNG; `cache` is where numba keeps its kernels."""
    environment = {**os.environ, "GPUCANVAS_KERNELS": kernels, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
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
    for name, (call, pictures) in texts().items():
        print(f"| {name} | {microseconds(call, pictures):.2f} us |")
    for name, (call, pictures) in small_pictures().items():
        print(f"| {name} | {microseconds(call, pictures):.0f} us |")
    for what, code in (("the first `Canvas` of a process", FIRST_CANVAS), ("its first text", FIRST_TEXT)):
        first_of(code)
        first = min(first_of(code) for _ in range(3))
        print(f"| {what} to its pixels, kernels cached | {first:.0f} ms |")
    with tempfile.TemporaryDirectory() as cache:
        library = min(cold_start("library", cache) for _ in range(5))
        print(f"| cold start to the first PNG, kernels compiled ahead of time | {library:.2f} s |")
        print(f"| the same by numba, first-ever | {cold_start('jit', cache):.1f} s |")
        print(f"| the same by numba, kernels kept | {min(cold_start('jit', cache) for _ in range(3)):.2f} s |")


if __name__ == "__main__":
    main()
