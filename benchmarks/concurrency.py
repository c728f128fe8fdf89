"""Eight threads that record and render icons while another swaps the theme; and what the collector costs an animation.

    python benchmarks/concurrency.py [--seconds 3] [--backend cpu|gl]

Reports pictures a second without a shared lock and with one big lock round each picture, the wrong pictures (an icon
with two themes in it, or another's pixels), and the p99 of 60-step animations with the collector inside and outside
their frames. Exit status 1 where a picture was wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import gpucanvas

THREADS, ICONS, SIDE = 8, 20, 32
THEMES = ("#d04020", "#20a040", "#3050d0")
STEPS, ROUNDS = 60, 10


def icon(number: int) -> gpucanvas.Recording:
    """Record an icon: a frame in the theme's colour, looked up twice, round a square of its own grey."""
    recording = gpucanvas.Recording(SIDE, SIDE)
    ctx = recording.get_context("2d")
    ctx.fill_style = "var(--accent)"
    ctx.fill_rect(0, 0, SIDE, SIDE / 2)
    ctx.fill_style = "rgb(0 0 0)"
    ctx.fill_style = "var(--accent)"
    ctx.fill_rect(0, SIDE / 2, SIDE, SIDE / 2)
    grey = number % 256 / 255
    ctx.fill_style = (grey, grey, grey, 1.0)
    ctx.begin_path()
    ctx.rect(8, 8, 16, 16)
    ctx.fill()
    return recording


def wrong(pictures: list[np.ndarray], first: int) -> int:
    """Return how many of the pictures are not what they should be."""
    allowed = {tuple(bytes.fromhex(color[1:])) for color in THEMES}
    bad = 0
    for k, picture in enumerate(pictures):
        ring = picture.copy()
        ring[8:24, 8:24] = picture[0, 0]
        square = picture[8:24, 8:24, 0]
        one_theme = (ring == picture[0, 0]).all() and tuple(picture[0, 0, :3].tolist()) in allowed
        bad += not (one_theme and (square == (first + k) % 256).all())
    return bad


def run(backend: str, seconds: float, lock: Any) -> dict[str, float]:
    """Let the threads work; return pictures a second and wrong ones."""
    done, bad, errors = [0] * THREADS, [0] * THREADS, []
    stop = threading.Event()

    def work(me: int) -> None:
        try:
            while not stop.is_set():
                first = done[me] + me
                with lock:
                    pictures = gpucanvas.render_many([icon(first + k) for k in range(ICONS)], backend)
                bad[me] += wrong(pictures, first)
                done[me] += ICONS
        except Exception as error:
            errors.append(error)

    def swap() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            gpucanvas.configure(colors={"accent": THEMES[turn % len(THEMES)]})
            time.sleep(0.0005)

    threads = [threading.Thread(target=work, args=(me,)) for me in range(THREADS)] + [threading.Thread(target=swap)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return {"pictures_a_second": round(sum(done) / (time.perf_counter() - started)), "wrong": sum(bad)}


def animate(backend: str, between: Callable[[], object]) -> dict[str, float]:
    """Draw animations of 60 steps; return the p50 and p99 of a step in ms. ``between`` is called outside the steps."""
    times = []
    with gpucanvas.Canvas(400, 300, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        for _ in range(ROUNDS):
            for step in range(STEPS):
                started = time.perf_counter()
                ctx.clear_rect(0, 0, 400, 300)
                for k in range(60):
                    ctx.fill_style = (k / 60, 0.5, step / STEPS, 0.8)
                    ctx.begin_path()
                    ctx.arc(20 + 6 * k, 150 + 100 * np.sin(k / 9 + step / 10), 8, 0, 7)
                    ctx.fill()
                canvas.to_numpy()
                times.append((time.perf_counter() - started) * 1e3)
                between()
    p50, p99 = np.percentile(times[STEPS:], [50, 99])
    return {"p50_ms": round(float(p50), 3), "p99_ms": round(float(p99), 3)}


def main() -> int:
    """Run everything; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--backend", default="cpu", choices=("cpu", "gl"))
    given = parser.parse_args()
    gpucanvas.configure(colors={"accent": THEMES[0]})
    gpucanvas.render_many([icon(0)], given.backend)
    # Alternately, so that noise hits both alike.
    free = [run(given.backend, given.seconds / 2, contextlib.nullcontext())]
    locked = [run(given.backend, given.seconds / 2, threading.Lock())]
    free.append(run(given.backend, given.seconds / 2, contextlib.nullcontext()))
    locked.append(run(given.backend, given.seconds / 2, threading.Lock()))
    inside = animate(given.backend, lambda: None)
    gc.disable()
    outside = animate(given.backend, lambda: gc.collect(0))
    gc.enable()
    report = {
        "threads": THREADS,
        "free": free,
        "one_big_lock": locked,
        "collector_inside_frames": inside,
        "collector_outside_frames": outside,
    }
    print(json.dumps(report, indent=2))
    bad = sum(int(each["wrong"]) for each in (*free, *locked))
    if bad:
        print(f"{bad} pictures are wrong", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
