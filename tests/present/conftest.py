"""Every test in here runs between two counts of threads and of file descriptors."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from stalling import descriptors, settles, threads

from gpucanvas.present import worker


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """No thread, no file descriptor and no slot of a worker."""
    gc.collect()
    before = threads(), len(descriptors())
    yield
    assert settles(lambda: (threads(), len(descriptors())) == before), (threading.enumerate(), before)
    assert worker._slots._value == worker.MAX_WORKERS


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    for fd in (reader, writer):
        with suppress(OSError):  # The test closed it.
            os.close(fd)
