"""Frames in flight: a 60-frame animation of 300 rectangles or sprites by `submit`, and what its frames waited for.

    python benchmarks/flight.py [--backend gl] [--rounds 3] [--sprites] [--tree PATH ...]

    flight.py --a process a round and tree, in turns--> --play: 60 frames --JSON--> table

With ``--tree`` other checkouts take turns with this one: what was before and what is now, in one run. A frame's time is
from its `submit` to the next one's; nothing is shown, and every ticket's pixels are there at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
FRAMES, WARM_UP, WIDTH, HEIGHT, COUNT, SPRITES = 60, 10, 1280, 720, 300, 30


def play(backend: str, with_sprites: bool) -> dict[str, float]:
    """Draw the animation; milliseconds of its frames, its waits and the bytes that it uploads, a frame."""
    import gpucanvas

    rng = np.random.default_rng(1)
    places, speed = rng.random((2, COUNT)), rng.random((2, COUNT)) * 0.02
    colors = rng.random((COUNT, 4))
    sprites = [gpucanvas.Image(rng.integers(0, 256, (32, 32, 4), dtype=np.uint8)) for _ in range(SPRITES)]
    with gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        starts, waits, uploaded, ticket = [], 0, 0, None
        for number in range(WARM_UP + FRAMES):
            if number == WARM_UP and ticket is not None:
                ticket.result(60)
                waits, uploaded = canvas.stats.total.waits, canvas.stats.total.bytes_uploaded
            starts.append(time.perf_counter())
            x, y = (places + number * speed) % 1 * [[WIDTH], [HEIGHT]]
            ctx.clear_rect(0, 0, WIDTH, HEIGHT)
            if with_sprites:
                for k in range(COUNT):
                    ctx.draw_image(sprites[k % SPRITES], x[k], y[k])
            else:
                ctx.fill_rects(x, y, 32.0, 32.0, color=colors)
            ticket = canvas.submit(in_flight=3)
        if ticket is not None:
            ticket.result(60)
        starts.append(time.perf_counter())
        times = np.diff(starts[WARM_UP:]) * 1e3
        waited = (canvas.stats.total.waits - waits) / FRAMES
        uploaded = canvas.stats.total.bytes_uploaded - uploaded
    return {
        "p50": float(np.percentile(times, 50)),
        "p99": float(np.percentile(times, 99)),
        "mean": float(times.mean()),
        "waits": waited,
        "kilobytes": uploaded / FRAMES / 1e3,
    }


def main(arguments: list[str]) -> int:
    """Run the rounds and print the table; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--backend", default="gl")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sprites", action="store_true", help="small images, each by a call of draw_image")
    parser.add_argument("--tree", action="append", default=[], help="another checkout that takes turns with this one")
    parser.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.play:
        print(json.dumps(play(told.backend, told.sprites)))
        return 0
    trees = [*told.tree, str(HERE.parent)]
    found: dict[str, list[dict[str, float]]] = {tree: [] for tree in trees}
    for _ in range(told.rounds):
        for tree in trees:
            command = [sys.executable, str(HERE / "flight.py"), "--play", "--backend", told.backend]
            command += ["--sprites"] * told.sprites
            done = subprocess.run(
                command, env={**os.environ, "PYTHONPATH": tree}, stdout=subprocess.PIPE, text=True, check=True
            )
            found[tree].append(json.loads(done.stdout.splitlines()[-1]))
    names = {"p50": "p50 ms", "p99": "p99 ms", "mean": "mean ms", "waits": "waits a frame", "kilobytes": "kB a frame"}
    print("| checkout | " + " | ".join(names.values()) + " |\n| --- |" + " ---: |" * len(names))
    for tree, rounds in found.items():
        cells = [statistics.median(each[name] for each in rounds) for name in names]
        print(f"| {tree} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
