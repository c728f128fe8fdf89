"""Every job by every peer, side by side in one run: repeats go round the peers, so that noise hits all alike.

    python benchmarks/setup_peers.py && python benchmarks/run.py [--repeats 5] [--jobs NAME ...] [--peers NAME ...]
    python benchmarks/run.py --tree ../before --peers "gpucanvas cpu" "gpucanvas gl"

With `--tree`, another checkout takes its turns too, on the backends asked for: what a change costs or saves.
A time counts only with its picture: each repeat's must agree with gpucanvas's, or the cell says `wrong picture`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from jobs import JOBS
from setup_peers import python_of

HERE = Path(__file__).parent
OWN = "gpucanvas cpu"
PEERS: dict[str, tuple[str, str, dict[str, str]]] = {
    OWN: ("gpucanvas", "gpucanvas_peer", {"GPUCANVAS_BACKEND": "cpu"}),
    "gpucanvas gl": ("gpucanvas", "gpucanvas_peer", {"GPUCANVAS_BACKEND": "gl"}),
    "blend2d-python": ("blend2d_python", "blend2d_python_peer", {}),
    "blend2d-py": ("blend2d_py", "blend2d_py_peer", {}),
    "pycairo": ("cairo", "cairo_peer", {}),
    "skia": ("skia", "skia_peer", {}),
    "skia gl": ("skia", "skia_peer", {"SKIA_GL": "1"}),
}
"""A column of the table: its virtual environment, its module under `peers/`, and its environment variables."""
TOLERANCE = 0.04
"""How far pictures may be apart, as a share of ours: an empty one is 1.0 apart, antialiasing well below this."""
TEXTS = "text", "labels", "labels_batch", "halos", "cells", "labelled_game"
LOOSE = {"polylines": 0.08, **dict.fromkeys(TEXTS, 0.25)}
"""Lines that fold back in a pixel: areas that add up and samples that count once differ, by 13% among the peers. Text:
skia-python's black letters are 17 % thinner than pycairo's and ours, and blend2d hints nothing."""


class Worker:
    """A peer's process; it is started again after a job that took too long or ended it."""

    def __init__(self, name: str, limit_seconds: float) -> None:
        self.name = name
        self.limit_seconds = limit_seconds
        self.usable = True
        self.process: subprocess.Popen[str] | None = None

    def ask(self, job: str) -> dict[str, Any]:
        """Run a job once.

        Returns
        -------
        dict
            `seconds` and `picture`, or `missing`, or `error` with its text.
        """
        if not self.usable:
            return {"error": "does not start"}
        if self.process is None:
            self.usable = self._start()
            return self.ask(job)
        found = self._exchange(job)
        if found is None:
            self.close()
            return {"error": f"ended, or took over {self.limit_seconds:g} s"}
        return found

    def _start(self) -> bool:
        venv, module, variables = PEERS[self.name]
        python = python_of(venv)
        if not python.exists():
            return False
        self.process = subprocess.Popen(
            [str(python), str(HERE / "worker.py"), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **variables},
        )
        return self._exchange(None) is not None

    def _exchange(self, job: str | None) -> dict[str, Any] | None:
        assert self.process and self.process.stdin and self.process.stdout
        timer = threading.Timer(self.limit_seconds, self.process.kill)
        timer.start()
        try:
            if job is not None:
                self.process.stdin.write(job + "\n")
                self.process.stdin.flush()
            reply = self.process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        finally:
            timer.cancel()
        return json.loads(reply) if reply else None

    def close(self) -> None:
        """End the process."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def difference(own: list[float], other: list[float]) -> float:
    """Return how far a coarse picture is from ours, as a share of ours."""
    apart = sum(abs(a - b) for a, b in zip(own, other, strict=True))
    return apart / max(sum(own), 1e-9)


def measure(workers: dict[str, Worker], job: str, repeats: int) -> dict[str, list[dict[str, Any]]]:
    """Return each peer's answers; the first round warms up and is dropped, and a peer that fails is not asked again."""
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
    asked = dict(workers)
    scalar = dict.fromkeys(workers, job)
    for turn in range(repeats + 1):
        for name, worker in list(asked.items()):
            found = worker.ask(scalar[name])
            if "missing" in found and scalar[name].endswith("_batch"):
                # A batch is compared with the scalar calls of peers that have no batches.
                scalar[name] = job.removesuffix("_batch")
                found = worker.ask(scalar[name])
            if "seconds" not in found:
                answers[name] = [found]
                del asked[name]
            elif turn:
                answers[name].append(found)
    return answers


def cell(
    name: str, answers: list[dict[str, Any]], own: list[float] | None, tolerance: float
) -> tuple[str, float | None]:
    """Return a peer's text in the table and its median milliseconds, if they count."""
    if "missing" in answers[0]:
        return "-", None
    if "error" in answers[0]:
        print(f"{name}: {answers[0]['error']}", file=sys.stderr)
        return "failed", None
    median = statistics.median(found["seconds"] for found in answers) * 1000
    worst = max(difference(own, found["picture"]) for found in answers) if own else 0.0
    if worst > tolerance:
        return f"wrong picture ({worst:.0%})", None
    return f"{median:.1f}", median


def row(job: str, answers: dict[str, list[dict[str, Any]]]) -> str:
    """Return one line of the table; its last cell is how many times as fast as the fastest peer ours is."""
    own = answers.get(OWN, [{}])[0].get("picture")
    if own is not None and not sum(own):
        raise SystemExit(f"job {job}: gpucanvas's own picture is empty, so no other can be compared: mend that first")
    tolerance = LOOSE.get(job, TOLERANCE)
    cells = {name: cell(name, found, own, tolerance) for name, found in answers.items()}
    rivals = [time for name, (_, time) in cells.items() if time is not None and PEERS[name][0] != "gpucanvas"]
    ours = cells[OWN][1] if OWN in cells else None
    ratio = f"{min(rivals) / ours:.2f}" if rivals and ours else "-"
    return f"| {JOBS[job]} | {' | '.join(text for text, _ in cells.values())} | {ratio} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--jobs", nargs="*", default=list(JOBS), choices=list(JOBS))
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--tree", type=Path, help="another checkout to measure beside this one")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds after which a job is given up")
    arguments = parser.parse_args()
    if arguments.tree:
        for backend in [name.split()[1] for name in arguments.peers if name.startswith("gpucanvas ")]:
            name = f"{backend} of {arguments.tree.name}"
            variables = {"GPUCANVAS_BACKEND": backend, "GPUCANVAS_TREE": str(arguments.tree.resolve())}
            PEERS[name] = ("gpucanvas", "gpucanvas_peer", variables)
            arguments.peers.append(name)
    workers = {name: Worker(name, arguments.limit) for name in arguments.peers}
    print(f"milliseconds, median of {arguments.repeats}; {os.cpu_count()} cores\n")
    print(f"| job | {' | '.join(workers)} | fastest peer / gpucanvas cpu |")
    print("| --- |" + " ---: |" * (len(workers) + 1))
    for job in arguments.jobs:
        print(row(job, measure(workers, job, arguments.repeats)), flush=True)
    for worker in workers.values():
        worker.close()


if __name__ == "__main__":
    main()
