"""Frame times of the examples that move: gpucanvas on both backends, and pygame-ce where it draws the like.

    python benchmarks/frames.py [--frames 120] [--rounds 3] [--jobs NAME ...] [--columns NAME ...]

    frames.py --a process a round and column, in turns--> --play JOB COLUMN: scripted frames --JSON--> table

A frame is the program's own work (motion, recording) and finished pixels of 800x600; nothing is shown, so that neither
a display's rate nor a window system is measured. A time of pygame's counts only with a picture that is like ours.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from math import cos, sin
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "peers"), str(HERE.parent)]
from run import difference  # noqa: E402
from setup_peers import python_of  # noqa: E402
from worker import coarse  # noqa: E402

JOBS = {
    "clock": "clock",
    "paint": "paint, one stroke after another",
    "live_chart": "1,080,000 samples, panned by a drag",
    "boids": "3,000 boids, chased",
    "game": "the game, in play",
    "particles": "100,000 particles, stirred",
    "particles_pixels": "the same, one pixel each by NumPy",
}
OWN = ("gpucanvas cpu", "gpucanvas gl")
COLUMNS = (*OWN, "pygame-ce")
WIDTH, HEIGHT, STEP, WARM_UP = 800, 600, 1 / 60, 5
PICTURE_AT = WARM_UP + 9
"""The frame whose picture is compared: one that the slowest draws, too."""
LIMIT = 5.0
"""Seconds for one process's frames: software OpenGL draws what it can in them, at least ten."""
LIKE = 0.4
"""How far a coarse picture may be from ours; an empty one is 1 apart. pygame rounds down each time that it blends: a
particle's trail, blended 40 times, is a third darker. The game's pictures are 0.01 apart."""


def load(name: str) -> ModuleType:
    """An example as a module."""
    spec = importlib.util.spec_from_file_location(name, HERE.parent / "examples" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# -- one process: one job in one column ------------------------------------------------------------------------


def steer(job: str, example: ModuleType, index: int, tell: Callable[..., None]) -> None:
    """What a hand would do before a frame. ``tell`` submits an event, to gpucanvas's view alone."""
    x, y = WIDTH / 2 + 220 * cos(index / 23), HEIGHT / 2 + 160 * sin(index / 17)
    if job == "particles":
        example.swarm.pointer = (x, y)
    elif job == "boids":
        example.flock.pointer = complex(x, y)
    elif job == "game":
        if example.game.scene != "play":
            example.game.act()
        example.game.paddle = example.game.ball[0] + 40 * sin(index / 7)
    elif job in ("paint", "live_chart"):
        stroke = index % 40
        kind = "pointer_down" if stroke == 0 else "pointer_up" if stroke == 39 else "pointer_move"
        tell(kind, x=x, y=max(y, HEIGHT * 0.5) if job == "live_chart" else y, time_stamp=index * STEP)


def coarse_of_opaque(picture: Any) -> list[float]:
    """The mean RGB of some hundred cells of a picture without alpha."""
    kind = ModuleType("opaque")
    kind.CHANNELS, kind.PREMULTIPLIED = (0, 1, 2), True  # type: ignore[attr-defined]
    return coarse(picture, kind)


def play_own(job: str, backend: Any, frames: int) -> dict[str, Any]:
    """Play an example on a view of gpucanvas."""
    import gpucanvas

    example = load(job)
    view = gpucanvas.View(WIDTH, HEIGHT, backend=backend, on_error="raise")
    view.draw(example.draw)
    example.setup(view)
    context = view.canvas.get_context("2d")

    def tell(kind: str, **fields: Any) -> None:
        view.submit_event(gpucanvas.Event(kind, button=1, buttons=(1,), modifiers=(), ntouches=0, **fields))
        view._events.flush()

    record: list[float] = []
    draw: list[float] = []
    busy: list[float] = []
    for index in range(WARM_UP + frames):
        if len(draw) >= WARM_UP + 10 and sum(draw) > LIMIT:
            break
        start, work = time.perf_counter(), time.process_time()
        steer(job, example, index, tell)
        view._paint(index * STEP)
        middle = time.perf_counter()
        view.canvas.flush()
        context.get_image_data(0, 0, 1, 1)  # On gl too the frame is finished then.
        record.append(middle - start)
        draw.append(time.perf_counter() - middle)
        busy.append(time.process_time() - work)
        if index == PICTURE_AT:
            picture = coarse_of_opaque(view.canvas.to_numpy())
    return {"record": record[WARM_UP:], "draw": draw[WARM_UP:], "busy": busy[WARM_UP:], "picture": picture}


def play_pygame(job: str, frames: int) -> dict[str, Any]:
    """Play an example's motion in pygame's drawing."""
    import pygame_peer as peer

    name = job.removesuffix("_pixels")
    example = load(name)
    player = peer.PLAYERS[job](example)
    # Our first picture of the particles draws half a second.
    for _ in range(30 if name == "particles" else 0):
        player.frame(0.0, STEP)
    times: list[float] = []
    busy: list[float] = []
    for index in range(WARM_UP + frames):
        start, work = time.perf_counter(), time.process_time()
        steer(name, example, index, lambda kind, **fields: None)
        player.frame(index * STEP, STEP if index else 0.0)
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - work)
        if index == PICTURE_AT:
            picture = coarse_of_opaque(player.picture())
    return {"record": [], "draw": times[WARM_UP:], "busy": busy[WARM_UP:], "picture": picture}


def play(job: str, column: str, frames: int) -> None:
    """Print the times of the frames of one job, seconds, and its last picture, as JSON."""
    if column in OWN:
        print(json.dumps(play_own(job, column.split()[1], frames)))
    else:
        print(json.dumps(play_pygame(job, frames)))


# -- all of them -----------------------------------------------------------------------------------------------


def ask(job: str, column: str, frames: int) -> dict[str, Any] | None:
    """Play a job in a process of its own."""
    has = job != "particles_pixels" if column in OWN else job in ("particles", "particles_pixels", "game")
    if not has:
        return None
    python = python_of("gpucanvas" if column in OWN else "pygame")
    command = [str(python if python.exists() else sys.executable), __file__, "--play", job, column]
    done = subprocess.run([*command, "--frames", str(frames)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{job}, {column}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def cell(answers: list[dict[str, Any]], own_picture: list[float]) -> str:
    """Median and 99th percentile of all frames, medians of recording and drawing where known, and processor time."""
    if not answers:
        return "-"
    if difference(own_picture, answers[-1]["picture"]) > LIKE:
        return "wrong picture"
    record, draw, busy = ([1e3 * t for answer in answers for t in answer[name]] for name in ("record", "draw", "busy"))
    p50, p99 = np.percentile(np.add(record, draw) if record else draw, (50, 99))
    part = f" ({statistics.median(record):.1f} + {statistics.median(draw):.1f})" if record else ""
    return f"{p50:.1f}, {p99:.1f}{part}; {statistics.median(busy):.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--frames", type=int, default=120, help="of a process; at least 10")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS))
    parser.add_argument("--columns", nargs="+", choices=COLUMNS, default=list(COLUMNS))
    parser.add_argument("--play", nargs=2, metavar=("JOB", "COLUMN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.play:
        play(*options.play, options.frames)
        return
    print("milliseconds a frame: p50, p99 (median recording + median drawing); median processor time of all threads\n")
    print(f"| example | {' | '.join(options.columns)} |\n|{' --- |' * (len(options.columns) + 1)}")
    pictures: dict[str, list[float]] = {}
    for job in options.jobs:
        answers: dict[str, list[dict[str, Any]]] = {column: [] for column in options.columns}
        for _ in range(options.rounds):
            for column, found in answers.items():
                answer = ask(job, column, options.frames)
                if answer is not None:
                    found.append(answer)
        first = next((found[-1] for found in answers.values() if found), None)
        if first is not None:
            pictures.setdefault(job.removesuffix("_pixels"), first["picture"])
        like = pictures.get(job.removesuffix("_pixels"), [])
        print(f"| {JOBS[job]} | {' | '.join(cell(found, like) for found in answers.values())} |", flush=True)


if __name__ == "__main__":
    main()
