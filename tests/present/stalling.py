"""What the tests of sinks share: a picture larger than a pipe, slow readers, and what counts as left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.present import write

PICTURE = np.random.default_rng(3).integers(0, 256, 500_000, dtype=np.uint8)
ENDED_S = 20.0
"""Far above any deadline in here: what takes longer did not end."""


def descriptors() -> set[str]:
    return set(os.listdir("/dev/fd")) if os.path.isdir("/dev/fd") else set()


def threads() -> int:
    """How many threads run, without those that the cpu backend keeps for drawing."""
    return sum(not thread.name.startswith("gpucanvas_") for thread in threading.enumerate())


def settles(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + ENDED_S
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Reader:
    """Reads a descriptor on a thread until it ends."""

    def __init__(self, fd: int, pause_s: float = 0.0) -> None:
        self.data = bytearray()
        self._fd, self._pause_s = fd, pause_s
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while part := os.read(self._fd, 20_000):
            self.data += part
            time.sleep(self._pause_s)

    def all(self) -> bytes:
        self._thread.join(ENDED_S)
        return bytes(self.data)


def late(target: Any, timeout: float = 0.25, data: Any = PICTURE) -> gpucanvas.DeadlineError:
    """Write, and return the error of the deadline."""
    start = time.monotonic()
    with pytest.raises(gpucanvas.DeadlineError) as caught:
        write(target, data, timeout=timeout)
    assert time.monotonic() - start < ENDED_S
    return caught.value


class Blocking:
    """An object whose write does not return until it is told to."""

    def __init__(self) -> None:
        self.go, self.chunks = threading.Event(), []

    def write(self, chunk: bytes) -> int:
        self.chunks.append(len(chunk))
        self.go.wait()
        return len(chunk)
