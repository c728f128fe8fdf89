"""A long run that must leave everything as it was: memory, leases, threads, files, compiled programs.

    python benchmarks/soak.py --frames 20000 [--backend cpu|gl] [--seed 1]

Every frame draws something else, with images made, changed and dropped: small ones, some that are wider than a page of
texels, an array that is written to between frames, a canvas that is drawn on. Some frames are submitted and cancelled
at any moment, some are saved to a pipe that nobody reads. The first tenth warms up. Exit status 0 when it held, 1 with
the reasons when not.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

import numpy as np

import gpucanvas
from gpucanvas import memory

WIDTH, HEIGHT = 320, 240
SLACK = 3 << 20
"""Bytes by which host and device memory may be above where they stood after the warm-up, however many frames follow.

What threads and the allocator keep is some 1.5 MB: two percent of a process that holds a compiler, not of ours."""
LONG, MOST_PERCENT = 20_000, 2.0
"""After so many frames, memory may be above where it stood after the warm-up by no more than this."""
STEADY_FRAMES = 200
LARGE_FRAMES = 50
WIDE_EVERY = 16
"""Frames from one image that is wider than a page of texels to the next."""


def resident() -> int:
    """Return the bytes of this process that are in memory."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Soak:
    """One canvas, and everything that is done to it."""

    def __init__(self, backend: str, seed: int) -> None:
        self.canvas = gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend)
        self.ctx = self.canvas.get_context("2d")
        self.rng = np.random.default_rng(seed)
        self.images: deque[gpucanvas.Image] = deque(maxlen=20)
        self.changing = np.zeros((24, 24, 4), np.uint8)
        self.sprite = gpucanvas.Canvas(24, 24, backend=backend)
        self.counts = dict.fromkeys(("submitted", "cancelled", "late", "stalled", "dropped"), 0)

    def draw(self, frame: int) -> None:
        """Record a scene that is never the same: shapes, outlines, clips, text-sized images, staged points."""
        ctx, rng = self.ctx, self.rng
        ctx.clear_rect(0, 0, WIDTH, HEIGHT)
        # The first frames are the largest, so that buffers have their size when the warm-up is over.
        n = 200 if frame < LARGE_FRAMES else int(rng.integers(1, 200))
        x, y = rng.random(n) * WIDTH, rng.random(n) * HEIGHT
        ctx.fill_circles(x, y, 4.0, color=rng.random((n, 4)))
        ctx.stroke_lines(np.stack([np.sort(x), y], 1))
        size = int(rng.integers(6, 40))
        image = gpucanvas.Image(rng.integers(0, 256, (size, size, 4)).astype(np.uint8))
        self.images.append(image.crop(1, 1, size - 2, size - 2))
        for k, each in enumerate(self.images):
            ctx.draw_image(each, k * 16, (frame + k * 7) % HEIGHT)
        self.draw_changed(frame)
        points = self.canvas.staging_array((50, 2))
        points[:] = rng.random((50, 2)) * HEIGHT
        ctx.save()
        ctx.begin_path()
        ctx.arc(WIDTH / 2, HEIGHT / 2, 20 + frame % 80, 0, 7)
        ctx.clip()
        ctx.fill_rects(points[:, 0], points[:, 1], 6.0)
        ctx.restore()

    def draw_changed(self, frame: int) -> None:
        """Record images that are not what they were: an array, a canvas, now and then one wider than a page."""
        ctx, rng = self.ctx, self.rng
        self.changing[:] = rng.integers(0, 256, 4).astype(np.uint8)
        ctx.draw_image(self.changing, 8, 8)
        pen = self.sprite.get_context("2d")
        pen.fill_style = rng.random(4)
        pen.fill_rect(frame % 20, 2, 4, 20)
        ctx.draw_image(self.sprite, 40, 8)
        if frame % WIDE_EVERY == 0:
            wide = rng.integers(0, 256, (4, int(rng.integers(1100, 1500)), 4)).astype(np.uint8)
            ctx.draw_image(gpucanvas.Image(wide), 0, 80)

    def frame(self, frame: int) -> None:
        """Draw and bring one frame to its end, in one of many ways."""
        self.draw(frame)
        way = self.rng.random()
        if way < 0.5:
            self.canvas.to_numpy()
        elif way < 0.7:
            self.counts["submitted"] += 1
            self.canvas.submit().result(60)
        elif way < 0.9:
            self.cancel()
        elif way < 0.95:
            tickets = [self.canvas.submit(policy="drop_oldest", in_flight=1) for _ in range(3)]
            self.counts["dropped"] += sum(ticket.state == "dropped" for ticket in tickets)
        else:
            self.stall()

    def cancel(self) -> None:
        """Cancel a frame after a random time."""
        self.counts["submitted"] += 1
        ticket = self.canvas.submit()
        if self.rng.random() < 0.5:
            time.sleep(float(self.rng.random()) * 2e-3)
        try:
            ticket.cancel()
            self.counts["cancelled"] += 1
        except gpucanvas.FrameError:
            self.counts["late"] += 1

    def stall(self) -> None:
        """Save into a pipe that nobody reads."""
        read_end, write_end = os.pipe()
        try:
            with suppress(gpucanvas.DeadlineError):
                self.canvas.save(write_end, timeout=0.001)
            self.counts["stalled"] += 1
        finally:
            os.close(read_end)
            os.close(write_end)

    def state(self) -> dict[str, Any]:
        """Return what must not grow."""
        self.canvas.flush()
        for _ in range(100):
            if not any(thread.name.startswith("gpucanvas-frames") for thread in threading.enumerate()):
                break
            time.sleep(0.01)
        pool = self.canvas._backend.staging
        pool.poll()
        stats = pool.stats()
        taken = memory.snapshot()
        return {
            "host": resident(),
            "device": taken.device_bytes,
            "held": taken.host_bytes,
            "leases": stats.leases_live + stats.submissions_pending,
            "threads": threading.active_count(),
            "files": len(os.listdir("/proc/self/fd")),
        }

    def steady(self) -> dict[str, int]:
        """Draw one scene again and again; return what that made anew."""
        rng = np.random.default_rng(7)
        x, y, color = rng.random(100) * WIDTH, rng.random(100) * HEIGHT, rng.random((100, 4))
        image = gpucanvas.Image(rng.integers(0, 256, (20, 20, 4)).astype(np.uint8))

        def scene() -> None:
            self.ctx.clear_rect(0, 0, WIDTH, HEIGHT)
            self.ctx.fill_circles(x, y, 5.0, color=color)
            self.ctx.stroke_lines(np.stack([x, y], 1))
            self.ctx.draw_image(image, 10, 10)
            self.canvas.to_numpy()

        for _ in range(10):
            scene()
        before, made = gpucanvas.stats(), self.canvas._backend.staging.stats().created
        for _ in range(STEADY_FRAMES):
            scene()
        after = gpucanvas.stats()
        return {
            "compiles": after.compiles - before.compiles,
            "allocations": after.allocations + after.growths - before.allocations - before.growths,
            "blocks": self.canvas._backend.staging.stats().created - made,
        }


def judge(warm: dict[str, Any], end: dict[str, Any], steady: dict[str, int]) -> list[str]:
    """Return what did not hold, in words."""
    wrong = []
    for name in ("host", "device"):
        if end[name] > warm[name] + SLACK:
            wrong.append(f"{name} bytes grew from {warm[name]} to {end[name]}, more than {SLACK}")
    if end["leases"]:
        wrong.append(f"{end['leases']} leases or submissions are alive at the end")
    for name in ("threads", "files"):
        if end[name] > warm[name]:
            wrong.append(f"{name} grew from {warm[name]} to {end[name]}")
    wrong += [f"a steady scene made {number} {name}" for name, number in steady.items() if number]
    return wrong


def percent(before: int, after: int) -> float:
    """By how much something grew."""
    return round(100 * (after - before) / before, 2) if before else 0.0


def main() -> int:
    """Run it; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--backend", default="cpu", choices=("cpu", "gl"))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    soak = Soak(given.backend, given.seed)
    started = time.perf_counter()
    warm_up = max(given.frames // 10, 50)
    for frame in range(warm_up):
        soak.frame(frame)
    warm = soak.state()
    for frame in range(warm_up, given.frames):
        soak.frame(frame)
    end = soak.state()
    steady = soak.steady()
    wrong = judge(warm, end, steady)
    growth = {name: percent(warm[name], end[name]) for name in ("host", "device")}
    if given.frames >= LONG:
        wrong += [f"{name} bytes grew by {by} %" for name, by in growth.items() if by > MOST_PERCENT]
    report = {
        "frames": given.frames,
        "seconds": round(time.perf_counter() - started, 1),
        **soak.counts,
        "warm": warm,
        "end": end,
        "steady": steady,
        "growth_percent": growth,
    }
    print(json.dumps(report, indent=2))
    for line in wrong:
        print("did not hold:", line, file=sys.stderr)
    soak.sprite.close()
    soak.canvas.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
