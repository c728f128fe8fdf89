"""Objects with a write of their own: they may block, take a part, forget to count, raise, or be the wrong thing."""

from __future__ import annotations

import gzip
import io
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stalling import ENDED_S, PICTURE, Blocking, late, settles, threads

import gpucanvas
from gpucanvas.present import sink, worker, write

pytestmark = pytest.mark.skipif(not hasattr(select, "poll"), reason="pipes cannot be polled here")


def test_an_object_that_blocks_is_left_behind_with_one_chunk() -> None:
    target = Blocking()
    error = late(target, 0.5)
    assert (error.written, error.total) == (0, PICTURE.size)
    assert target.chunks == [sink.CHUNK_NBYTES]
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "gpucanvas-writer"] == [True]
    target.go.set()
    assert settles(lambda: worker._slots._value == worker.MAX_WORKERS)
    assert target.chunks == [sink.CHUNK_NBYTES]  # Nothing more was written when it returned.


def test_objects_that_block_take_a_bounded_number_of_threads() -> None:
    before, target = threads(), Blocking()
    try:
        while len(target.chunks) < worker.MAX_WORKERS:  # On a busy machine a deadline may pass before write is called.
            late(target, 0.05)
        assert "8 earlier writes have not returned: end what their files wait for" in str(late(target, 0.05))
        assert threads() == before + worker.MAX_WORKERS
    finally:
        target.go.set()


def test_an_object_is_asked_nothing_where_nothing_may_wait() -> None:
    target = Blocking()
    assert "an object cannot say whether its write would block: give a timeout above 0" in str(late(target, 0))
    assert target.chunks == []
    memory = io.BytesIO()
    write(memory, PICTURE, timeout=0)
    assert memory.getvalue() == PICTURE.tobytes()


def test_an_object_that_blocks_does_not_keep_python_from_exiting() -> None:
    code = """
import threading
from gpucanvas.present import write
class Blocking:
    def write(self, chunk):
        threading.Event().wait()
try:
    write(Blocking(), b"abc", timeout=0.05)
except TimeoutError:
    print("late")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "late\n", "")


class Object:
    """An object with a write that returns what it is told to."""

    def __init__(self, takes: Callable[[bytes], Any]) -> None:
        self.data, self.takes, self.flushed = bytearray(), takes, False

    def write(self, chunk: bytes) -> Any:
        count = self.takes(chunk)
        self.data += chunk[:count]
        return count

    def flush(self) -> None:
        self.flushed = True


@pytest.mark.parametrize("timeout", [None, ENDED_S])
def test_an_object_that_takes_a_part_is_given_the_rest(timeout: float | None) -> None:
    for takes in (lambda chunk: min(len(chunk), 3000), lambda chunk: np.int64(len(chunk)), lambda chunk: None):
        target = Object(takes)
        write(target, PICTURE, timeout=timeout)
        assert target.data == PICTURE.tobytes()
        assert target.flushed


def test_an_object_that_takes_nothing_ends_at_the_deadline() -> None:
    assert late(Object(lambda chunk: 0)).written == 0


@pytest.mark.parametrize("timeout", [None, ENDED_S])
def test_an_object_that_returns_nonsense_is_refused(timeout: float | None) -> None:
    with pytest.raises(ValueError, match="write was given 3 bytes and returned 4: it must return how many it took"):
        write(Object(lambda chunk: 4), b"abc", timeout=timeout)
    with pytest.raises(TypeError, match="write returned 'abc': give a file whose write returns a count or None"):
        write(type("Text", (), {"write": lambda self, chunk: "abc"})(), b"abc", timeout=timeout)


def test_a_write_that_must_be_awaited_is_refused() -> None:
    class Asynchronous:
        async def write(self, chunk: bytes) -> None:
            raise AssertionError("awaited")

    with pytest.raises(TypeError, match="write is a coroutine function: await write"):
        write(Asynchronous(), b"abc")


@pytest.mark.parametrize("timeout", [None, ENDED_S])
def test_what_an_object_raises_comes_through_with_a_note(timeout: float | None) -> None:
    def takes(chunk: bytes) -> int:
        if len(target.data) > 100_000:
            raise RuntimeError("broken")
        return len(chunk)

    target = Object(takes)
    with pytest.raises(RuntimeError, match="broken") as caught:
        write(target, PICTURE, timeout=timeout)
    assert "131072 of 500000 bytes were written" in caught.value.__notes__[0]


def test_a_raw_stream_that_takes_nothing_for_now_is_asked_again() -> None:
    class Raw(io.RawIOBase):
        data, calls = b"", 0

        def writable(self) -> bool:
            return True

        def write(self, chunk: Any, /) -> int | None:
            self.calls += 1
            if self.calls % 2:
                return None
            self.data += bytes(chunk[:40_000])
            return min(len(chunk), 40_000)

    for timeout in (None, ENDED_S):
        with Raw() as target:
            write(target, PICTURE, timeout=timeout)
            assert target.data == PICTURE.tobytes()


def test_a_file_that_compresses_is_written_through_itself(tmp_path: Path) -> None:
    """It has a descriptor as well, and writing there would go around it."""
    with gzip.open(tmp_path / "a.gz", "wb") as target:
        write(target, PICTURE, timeout=ENDED_S)
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == PICTURE.tobytes()


@pytest.mark.parametrize("buffering", [0, -1])
def test_an_open_file_is_written_at_its_place(tmp_path: Path, buffering: int) -> None:
    with open(tmp_path / "a", "wb", buffering=buffering) as target:
        target.write(b"before")
        write(target, b"picture", timeout=0)
        assert (tmp_path / "a").read_bytes() == b"beforepicture"
        target.write(b"after")
    assert (tmp_path / "a").read_bytes() == b"beforepictureafter"


@pytest.mark.parametrize(
    ("timeout", "kind", "text"),
    [
        (-1, ValueError, r"timeout is -1.0: give at least 0 seconds, or None for no limit"),
        (float("nan"), ValueError, "timeout is nan"),
        ("1", TypeError, "timeout is '1': give seconds as a number, or None"),
        (True, TypeError, "timeout is True"),
    ],
)
def test_a_wrong_timeout_is_refused(timeout: Any, kind: type[Exception], text: str) -> None:
    canvas = gpucanvas.Canvas(4, 4, backend="cpu")
    for save in (canvas.save, canvas.save_async):
        with pytest.raises(kind, match=text):
            save(io.BytesIO(), timeout=timeout)


def test_targets_that_take_no_bytes_are_refused(tmp_path: Path, pipe: tuple[int, int]) -> None:
    canvas = gpucanvas.Canvas(4, 4, backend="cpu")
    with open(tmp_path / "a", "wb") as closed, open(tmp_path / "b", "w", encoding="utf-8") as text:
        closed.close()
        for target, kind, match in (
            (None, TypeError, "target is None: give a path, a file opened with 'wb'"),
            (b"a.png", TypeError, "target is b'a.png': give a path"),
            (True, TypeError, "target is True: give a path"),
            ("", ValueError, "target is '': give a file's name"),
            (closed, ValueError, "is closed: give an open file"),
            (text, TypeError, "is a text file: open it with 'wb', or give its .buffer"),
            (999, ValueError, "file descriptor 999 is not open"),
            (-1, ValueError, "file descriptor -1 is not open"),
            (pipe[0], ValueError, f"file descriptor {pipe[0]} is open for reading only: give the other end"),
        ):
            with pytest.raises(kind, match=match):
                canvas.save(target, "png", timeout=1)
    with open(tmp_path / "a", "rb") as reading, pytest.raises(ValueError, match="is not open for writing"):
        canvas.save(reading)
    shut = socket.socket()
    shut.close()
    with pytest.raises(ValueError, match="is closed: give a connected socket"):
        canvas.save(shut)
    with (
        socket.socket(type=socket.SOCK_DGRAM) as datagrams,
        pytest.raises(ValueError, match="does not fit into datagrams"),
    ):
        canvas.save(datagrams)
