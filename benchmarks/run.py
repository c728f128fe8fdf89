"""Every job by every peer, side by side in one run: repeats go round the peers, so that noise hits all alike.

    python benchmarks/setup_peers.py && python benchmarks/run.py [--repeats 5] [--jobs NAME ...] [--peers NAME ...]

A time counts only with its picture: coarse coverage must agree with gpucanvas's, or the peer's cell says so.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path

from jobs import JOBS
from setup_peers import python_of

HERE = Path(__file__).parent
PEERS = {
    "gpucanvas cpu": ("gpucanvas", "gpucanvas_peer", {"GPUCANVAS_BACKEND": "cpu"}),
    "gpucanvas gl": ("gpucanvas", "gpucanvas_peer", {"GPUCANVAS_BACKEND": "gl"}),
    "blend2d-python": ("blend2d_python", "blend2d_python_peer", {}),
    "blend2d-py": ("blend2d_py", "blend2d_py_peer", {}),
    "pycairo": ("cairo", "cairo_peer", {}),
    "skia": ("skia", "skia_peer", {}),
    "skia gl": ("skia", "skia_peer", {"SKIA_GL": "1"}),
}
TOLERANCE = 12.0
"""Levels of 255 that a cell's mean coverage may differ by: antialiasing differs, emptiness differs more."""


class Worker:
    """A peer's process."""

    def __init__(self, venv, module, variables):
        command = [str(python_of(venv)), str(HERE / "worker.py"), module]
        environment = {**os.environ, **variables}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        self.alive = bool(self.process.stdout.readline())

    def ask(self, job):
        """Run a job once: the worker's answer, or None where it cannot."""
        if not self.alive:
            return None
        try:
            self.process.stdin.write(job + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        self.alive = bool(answer)
        found = json.loads(answer) if answer else {}
        return found if "seconds" in found else None


def measure(workers, job, repeats):
    """Seconds of every repeat and the last picture, by peer."""
    times, pictures = {}, {}
    for repeat in range(repeats + 1):
        for name, worker in workers.items():
            found = worker.ask(job)
            if found and repeat:
                times.setdefault(name, []).append(found["seconds"])
                pictures[name] = found["picture"]
    return times, pictures


def row(job, times, pictures, names):
    """One line of the table: median milliseconds, and how many times as fast as the fastest peer ours is."""
    own = pictures.get("gpucanvas cpu")
    cells, rivals = [], []
    for name in names:
        if name not in times:
            cells.append("-")
            continue
        median = statistics.median(times[name]) * 1000
        off = max(abs(a - b) for a, b in zip(own, pictures[name], strict=True)) if own else 0.0
        if off > TOLERANCE:
            cells.append(f"wrong picture ({off:.0f})")
            continue
        if not name.startswith("gpucanvas"):
            rivals.append(median)
        cells.append(f"{median:.1f}")
    ours = statistics.median(times["gpucanvas cpu"]) * 1000 if "gpucanvas cpu" in times else 0.0
    ratio = f"{min(rivals) / ours:.2f}" if rivals and ours else "-"
    return f"| {JOBS[job]} | {' | '.join(cells)} | {ratio} |"


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--jobs", nargs="*", default=list(JOBS))
    parser.add_argument("--peers", nargs="*", default=list(PEERS))
    arguments = parser.parse_args()
    workers = {name: Worker(*PEERS[name]) for name in arguments.peers}
    print(f"milliseconds, median of {arguments.repeats}; {os.cpu_count()} cores\n")
    print(f"| job | {' | '.join(workers)} | fastest peer / gpucanvas cpu |")
    print("| --- |" + " ---: |" * (len(workers) + 1))
    for job in arguments.jobs:
        times, pictures = measure(workers, job, arguments.repeats)
        # A batch job is compared with the scalar calls of peers that have no batches.
        scalar = job.removesuffix("_batch")
        if scalar != job:
            others = {name: worker for name, worker in workers.items() if name not in times}
            more, shown = measure(others, scalar, arguments.repeats)
            times.update(more)
            pictures.update(shown)
        print(row(job, times, pictures, list(workers)), flush=True)


if __name__ == "__main__":
    main()
