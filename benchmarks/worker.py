"""One peer in a process of its own: reads a job's name a line, answers a line of JSON: seconds and a coarse picture.

    run.py --job name--> worker: job() timed, then coarse(picture) untimed --JSON line--> run.py

A job is run until SECONDS are over, at least once, and the median of its times counts: processors that have idled while
the other peers had their turn are slow at first, which would be most of a job of a few milliseconds.

A peer returns its own finished pixels, in its own order of channels (`CHANNELS`, and `PREMULTIPLIED` or not): putting
them in one form is the comparison's work and not in the time.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "peers"), os.environ.get("GPUCANVAS_TREE", str(HERE.parent))]
CELLS = (15, 20)
SECONDS = 0.25


def coarse(picture: NDArray[np.uint8], peer: ModuleType) -> list[float]:
    """Return the mean premultiplied RGBA of 15 x 20 cells: blind to antialiasing, not to colour and place."""
    rgba = np.asarray(picture)[..., list(peer.CHANNELS)].astype(np.float32)
    if not peer.PREMULTIPLIED:
        rgba[..., :3] *= rgba[..., 3:] / 255
    for axis, cells in enumerate(CELLS):
        edges = np.arange(cells) * rgba.shape[axis] // cells
        counts = np.diff(np.append(edges, rgba.shape[axis])).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        rgba = np.add.reduceat(rgba, edges, axis) / counts.astype(np.float32)
    return [round(value, 2) for value in rgba.ravel().tolist()]


def answer(peer: ModuleType, name: str) -> dict[str, Any]:
    """Run one job: its seconds and picture, or what it lacks or raised."""
    job = getattr(peer, name, None)
    if job is None:
        return {"missing": True}
    try:
        times: list[float] = []
        while sum(times) < SECONDS:
            start = time.perf_counter()
            picture = job()
            times.append(time.perf_counter() - start)
    except Exception as error:  # The table goes on without this cell, and says why.
        return {"error": f"{type(error).__name__}: {error}"}
    return {"seconds": statistics.median(times), "picture": coarse(picture, peer)}


def main() -> None:
    """Answer jobs until the input ends."""
    # A library that prints would break the protocol: its standard output becomes the error stream.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = importlib.import_module(sys.argv[1])
    print(json.dumps({"ready": True}), file=replies, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(peer, line.strip())), file=replies, flush=True)


if __name__ == "__main__":
    main()
