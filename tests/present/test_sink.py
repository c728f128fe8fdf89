"""Sinks: whatever stalls, a save ends at its deadline, with an error, and leaves nothing behind.

Every test runs between two counts of threads and of file descriptors. Where one asks whether pixels are free, the error
is still alive: a traceback must not keep them.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import io
import os
import select
import socket
import stat
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.present import descriptor, sink, worker, write
from gpucanvas.present.background import MAX_THREADS
from gpucanvas.present.transfer import Stopped

pytestmark = pytest.mark.skipif(not hasattr(select, "poll"), reason="pipes cannot be polled here")

PICTURE = np.random.default_rng(3).integers(0, 256, 500_000, dtype=np.uint8)
ENDED_S = 20.0
"""Far above any deadline in here: what takes longer did not end."""


def descriptors() -> set[str]:
    return set(os.listdir("/dev/fd"))


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


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    a, b = socket.socketpair()
    with a, b:
        yield a, b


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


def late(target: Any, timeout: float = 0.1, data: Any = PICTURE) -> gpucanvas.DeadlineError:
    """Write, and return the error of the deadline."""
    start = time.monotonic()
    with pytest.raises(gpucanvas.DeadlineError) as caught:
        write(target, data, timeout=timeout)
    assert time.monotonic() - start < ENDED_S
    return caught.value


# -- pipes and sockets ----------------------------------------------------------------------------------------------

Ends = Callable[[int], Any]
TARGETS: dict[str, Ends] = {
    "descriptor": lambda fd: fd,
    "unbuffered": lambda fd: os.fdopen(fd, "wb", buffering=0, closefd=False),
    "buffered": lambda fd: os.fdopen(fd, "wb", closefd=False),
}


@pytest.fixture(params=["own description", "shared description"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to write to a pipe: the second is that of systems where a pipe cannot be opened again."""
    if request.param == "shared description":
        monkeypatch.setattr(descriptor, "_own_description", lambda fd: None)
    elif not sys.platform.startswith("linux"):
        pytest.skip("only Linux opens a pipe again")
    return str(request.param)


@pytest.mark.parametrize("timeout", [0, 0.1])
@pytest.mark.parametrize("kind", TARGETS)
def test_a_pipe_that_nobody_reads_ends_at_the_deadline(
    pipe: tuple[int, int], way: str, kind: str, timeout: float
) -> None:
    target = TARGETS[kind](pipe[1])
    error = late(target, timeout)
    assert isinstance(error, TimeoutError)
    assert (error.total, error.timeout) == (PICTURE.size, timeout)
    assert 0 < error.written < error.total
    assert os.read(pipe[0], PICTURE.size) == PICTURE[: error.written].tobytes()
    assert f"{error.written} of 500000 bytes were written in the timeout of {timeout:g} s; the target" in str(error)
    assert str(error).startswith(error.target)
    assert os.get_blocking(pipe[1])


def test_a_full_pipe_takes_nothing(pipe: tuple[int, int], way: str) -> None:
    late(pipe[1])
    assert late(pipe[1]).written == 0
    assert late(pipe[1], 0).written == 0
    with os.fdopen(pipe[1], "wb", closefd=False) as target:
        assert late(target, 0).written == 0


@pytest.mark.parametrize("timeout", [None, ENDED_S])
@pytest.mark.parametrize("kind", TARGETS)
def test_a_slow_reader_gets_every_byte(pipe: tuple[int, int], way: str, kind: str, timeout: float | None) -> None:
    reader = Reader(pipe[0], 0.002)
    write(TARGETS[kind](pipe[1]), PICTURE, timeout=timeout)
    os.close(pipe[1])
    assert reader.all() == PICTURE.tobytes()


def test_a_pipe_that_is_non_blocking_already_works_and_stays_so(pipe: tuple[int, int], way: str) -> None:
    os.set_blocking(pipe[1], False)
    assert late(pipe[1]).written > 0
    reader = Reader(pipe[0])
    write(os.fdopen(pipe[1], "wb", closefd=False), PICTURE, timeout=None)
    assert not os.get_blocking(pipe[1])
    os.close(pipe[1])
    assert reader.all().endswith(PICTURE.tobytes())


def test_what_a_file_object_holds_in_its_buffer_comes_first(pipe: tuple[int, int], way: str) -> None:
    reader = Reader(pipe[0])
    with os.fdopen(pipe[1], "wb", closefd=False) as target:
        target.write(b"before")
        write(target, b"picture", timeout=ENDED_S)
        target.write(b"after")
    os.close(pipe[1])
    assert reader.all() == b"beforepictureafter"


def test_a_buffer_that_a_full_pipe_cannot_take_ends_at_the_deadline(pipe: tuple[int, int], way: str) -> None:
    target = os.fdopen(pipe[1], "wb", closefd=False)
    late(pipe[1])
    target.write(b"before")
    assert late(target).written == 0
    reader = Reader(pipe[0])
    target.close()
    os.close(pipe[1])
    assert reader.all().endswith(b"before")


@pytest.mark.parametrize("timeout", [0, 0.1])
def test_a_flush_that_does_not_return_is_left_behind_until_it_does(pipe: tuple[int, int], timeout: float) -> None:
    late(pipe[1])
    os.read(pipe[0], select.PIPE_BUF)  # Room for a piece, not for the whole buffer.
    target = os.fdopen(pipe[1], "wb", buffering=1 << 16, closefd=False)
    target.write(b"x" * 60_000)
    assert late(target, timeout).written == 0
    reader = Reader(pipe[0])
    target.close()
    os.close(pipe[1])
    assert reader.all().endswith(b"x" * 60_000)


def test_a_reader_that_went_away_is_an_error_that_names_the_target(pipe: tuple[int, int], way: str) -> None:
    os.close(pipe[0])
    with pytest.raises(BrokenPipeError) as caught:
        write(pipe[1], PICTURE, timeout=ENDED_S)
    assert caught.value.__notes__ == [f"while writing to file descriptor {pipe[1]}: 0 of 500000 bytes were written"]


@pytest.mark.parametrize("timeout", [0, 0.1])
@pytest.mark.parametrize(
    "end",
    [lambda s: s, lambda s: s.fileno(), lambda s: s.makefile("wb"), lambda s: s.makefile("wb", buffering=0)],
    ids=["socket", "descriptor", "buffered", "unbuffered"],
)
def test_a_socket_whose_peer_stopped_reading_ends_at_the_deadline(
    sockets: tuple[socket.socket, socket.socket], end: Callable[[socket.socket], Any], timeout: float
) -> None:
    big = np.tile(PICTURE, 8)
    target = end(sockets[0])
    error = late(target, timeout, big)
    assert 0 < error.written < error.total
    assert os.get_blocking(sockets[0].fileno())
    if not isinstance(target, int | socket.socket):
        target.close()


def test_a_socket_with_a_timeout_of_its_own_keeps_to_ours(sockets: tuple[socket.socket, socket.socket]) -> None:
    sockets[0].settimeout(3600)
    late(sockets[0], 0.1, np.tile(PICTURE, 8))
    assert sockets[0].gettimeout() == 3600


def test_a_default_timeout_of_sockets_changes_nothing(sockets: tuple[socket.socket, socket.socket]) -> None:
    socket.setdefaulttimeout(3600)
    try:
        late(sockets[0].fileno(), 0.1, np.tile(PICTURE, 8))
        assert os.get_blocking(sockets[0].fileno())
    finally:
        socket.setdefaulttimeout(None)
    reader = Reader(sockets[1].fileno())  # Ends the write that was left behind.
    assert settles(lambda: worker._slots._value == worker.MAX_WORKERS)
    sockets[0].close()
    assert reader.all()


def test_a_socket_that_is_read_gets_every_byte(sockets: tuple[socket.socket, socket.socket]) -> None:
    reader = Reader(sockets[1].fileno(), 0.001)
    write(sockets[0], PICTURE, timeout=ENDED_S)
    sockets[0].shutdown(socket.SHUT_WR)
    assert reader.all() == PICTURE.tobytes()


def test_a_socket_that_encrypts_is_written_through_its_own_send(sockets: tuple[socket.socket, socket.socket]) -> None:
    class Rot(socket.socket):
        def send(self, data: Any, flags: int = 0, /) -> int:
            return super().send(bytes(byte ^ 1 for byte in data[:100]), flags)

    with Rot(fileno=os.dup(sockets[0].fileno())) as target:
        write(target, b"abc" * 100, timeout=ENDED_S)
    assert sockets[1].recv(1000) == b"`cb" * 100


def test_where_nothing_can_be_polled_a_thread_writes(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(select, "poll")
    copies = len(descriptors())
    late(pipe[1])
    assert len(descriptors()) == copies + 1  # The thread's, until its write returns.
    reader = Reader(pipe[0])
    assert settles(lambda: len(descriptors()) == copies)
    write(pipe[1], PICTURE, timeout=ENDED_S)
    os.close(pipe[1])
    assert reader.all().endswith(PICTURE.tobytes())


def test_a_terminal_that_nobody_reads_ends_at_the_deadline() -> None:
    pty = pytest.importorskip("pty")
    controller, terminal = pty.openpty()
    try:
        assert late(terminal).written < PICTURE.size
    finally:
        os.close(controller)
        os.close(terminal)


# -- paths ----------------------------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """The second piece of a file cannot be written."""
    real, calls = os.write, []

    def write_once(fd: int, data: Any) -> int:
        calls.append(fd)
        if len(calls) > 1:
            raise error
        return real(fd, data)

    monkeypatch.setattr(os, "write", write_once)


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.png"
    path.write_bytes(b"old")
    failing(monkeypatch, OSError(28, "No space left on device"))
    with pytest.raises(OSError, match="No space left") as caught:
        write(path, PICTURE)
    assert caught.value.__notes__ == [f"while writing to {str(path)!r}: 65536 of 500000 bytes were written"]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_slow_disk_ends_at_the_deadline_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def slow(fd: int, data: Any) -> int:
        time.sleep(0.06)
        return real(fd, data)

    path = tmp_path / "old.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "write", slow)
    error = late(path)
    assert 0 < error.written < error.total
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write(path, PICTURE[:1000], timeout=0)
    assert path.read_bytes() == PICTURE[:1000].tobytes()


def test_a_file_keeps_its_mode_and_a_new_one_gets_that_of_open(tmp_path: Path) -> None:
    (tmp_path / "opened").write_bytes(b"")
    write(tmp_path / "new", b"abc")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "opened").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write(tmp_path / "new", b"defg")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert (tmp_path / "new").read_bytes() == b"defg"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "folder" / "real")
    for data in (b"one", b"two"):  # The first time it leads nowhere.
        write(link, data)
        assert link.is_symlink()
        assert (tmp_path / "folder" / "real").read_bytes() == data


def test_a_fifo_is_written_to_and_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    assert "nobody has opened this FIFO for reading: start its reader first" in str(late(path))
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(fd, True)
    assert late(path).written > 0
    reader = Reader(fd)
    write(path, PICTURE, timeout=ENDED_S)
    assert reader.all().endswith(PICTURE.tobytes())
    os.close(fd)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_device_is_written_to() -> None:
    write("/dev/null", PICTURE, timeout=0)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_paths_that_cannot_be_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder: give a file's name in it"):
        write(tmp_path, b"abc")
    with pytest.raises(FileNotFoundError) as caught:
        write(tmp_path / "none" / "a.png", b"abc")
    assert str(tmp_path) in caught.value.__notes__[0]
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(OSError, match="is a socket: connect to it and give the socket"):
            write(tmp_path / "s", b"abc")


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anything")
def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="the file there is read-only"):
        write(path, b"new")
    assert path.read_bytes() == b"old"


# -- objects --------------------------------------------------------------------------------------------------------


class Blocking:
    """An object whose write does not return until it is told to."""

    def __init__(self) -> None:
        self.go, self.chunks = threading.Event(), []

    def write(self, chunk: bytes) -> int:
        self.chunks.append(len(chunk))
        self.go.wait()
        return len(chunk)


def test_an_object_that_blocks_is_left_behind_with_one_chunk() -> None:
    target = Blocking()
    error = late(target)
    assert (error.written, error.total) == (0, PICTURE.size)
    assert target.chunks == [sink.CHUNK_NBYTES]
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "gpucanvas-writer"] == [True]
    target.go.set()
    assert settles(lambda: worker._slots._value == worker.MAX_WORKERS)
    assert target.chunks == [sink.CHUNK_NBYTES]  # Nothing more was written when it returned.


def test_objects_that_block_take_a_bounded_number_of_threads() -> None:
    before, target = threads(), Blocking()
    for _ in range(worker.MAX_WORKERS):
        late(target, 0.01)
    assert "8 earlier writes have not returned: end what their files wait for" in str(late(target, 0.01))
    assert threads() == before + worker.MAX_WORKERS
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


# -- bad input ------------------------------------------------------------------------------------------------------


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


# -- canvases -------------------------------------------------------------------------------------------------------


@pytest.fixture
def noise(backend: str) -> Iterator[gpucanvas.Canvas]:
    """A canvas whose picture is larger than a pipe."""
    with gpucanvas.Canvas(256, 256, backend=backend) as canvas:
        pixels = np.random.default_rng(5).integers(0, 256, (256, 256, 4), dtype=np.uint8)
        pixels[..., 3] = 255
        canvas.get_context("2d").put_image_data(pixels, 0, 0)
        yield canvas


def watch(canvas: gpucanvas.Canvas, monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """Weak references to every array that the canvas hands out."""
    read, seen = canvas.to_numpy, []

    def to_numpy() -> Any:
        pixels = read()
        seen.append(weakref.ref(pixels))
        return pixels

    monkeypatch.setattr(canvas, "to_numpy", to_numpy)
    return seen


def still_draws(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    ctx.fill_style = "lime"
    ctx.fill_rect(0, 0, 256, 256)
    assert (canvas.to_numpy() == [0, 255, 0, 255]).all()


def test_a_save_that_timed_out_keeps_no_pixels_and_the_canvas_draws(
    noise: gpucanvas.Canvas, pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watch(noise, monkeypatch)
    blocking = Blocking()
    errors = []
    for target in (pipe[1], blocking):
        with pytest.raises(gpucanvas.DeadlineError) as caught:
            noise.save(target, timeout=0.1)
        errors.append(caught)
    assert [pixels() for pixels in seen] == [None, None]
    still_draws(noise)
    blocking.go.set()


def test_the_bytes_are_let_go_while_the_error_lives(pipe: tuple[int, int]) -> None:
    data = PICTURE.copy()
    seen = weakref.ref(data)
    box = [data]
    del data
    with pytest.raises(gpucanvas.DeadlineError) as caught:
        write(pipe[1], box.pop(), timeout=0.1)
    assert seen() is None
    assert caught.value.written


def test_a_canvas_draws_while_its_save_stalls(noise: gpucanvas.Canvas, pipe: tuple[int, int]) -> None:
    data, stop = noise.to_png(), threading.Event()

    def stall() -> None:
        with pytest.raises(Stopped):
            write(pipe[1], data, stop=stop)

    thread = threading.Thread(target=stall)
    thread.start()
    still_draws(noise)
    assert thread.is_alive()
    stop.set()
    thread.join(ENDED_S)


# -- tasks ----------------------------------------------------------------------------------------------------------


def test_a_save_is_awaited_and_saves_the_picture_of_its_call(noise: gpucanvas.Canvas, tmp_path: Path) -> None:
    before = noise.to_png()

    async def main() -> None:
        saving = noise.save_async(tmp_path / "a.png", timeout=ENDED_S)
        still_draws(noise)
        await saving

    asyncio.run(main())
    assert (tmp_path / "a.png").read_bytes() == before


def test_an_awaited_save_ends_at_its_deadline(
    noise: gpucanvas.Canvas, pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watch(noise, monkeypatch)

    async def main() -> None:
        with pytest.raises(gpucanvas.DeadlineError, match="file descriptor .* bytes were written"):
            await noise.save_async(pipe[1], timeout=0.1)
        assert [pixels() for pixels in seen] == [None]

    asyncio.run(main())
    still_draws(noise)


@pytest.mark.parametrize("kind", ["pipe", "object", "fifo"])
def test_a_cancelled_save_ends_and_frees_its_pixels(
    noise: gpucanvas.Canvas, pipe: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    seen, blocking = watch(noise, monkeypatch), Blocking()
    os.mkfifo(tmp_path / "fifo")
    target = {"pipe": pipe[1], "object": blocking, "fifo": tmp_path / "fifo"}[kind]

    async def main() -> None:
        task = asyncio.create_task(noise.save_async(target, "png"))
        await asyncio.sleep(0.2)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [pixels() for pixels in seen] == [None]

    asyncio.run(main())
    still_draws(noise)
    blocking.go.set()


def test_a_save_cancelled_while_it_encodes_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.present import background

    begun, encode = threading.Event(), background.encode

    def slow(pixels: Any, kind: str, options: Any, *, check: Callable[[], None]) -> bytes:
        begun.set()

        def wait() -> None:
            time.sleep(0.05)
            check()

        return encode(pixels, kind, options, check=wait)

    monkeypatch.setattr(background, "encode", slow)

    async def main() -> None:
        with gpucanvas.Canvas(300, 300, backend="cpu") as canvas:
            task = asyncio.create_task(canvas.save_async(tmp_path / "a.png"))
            while not begun.is_set():
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_saves_wait_for_a_turn_as_long_as_their_timeout(pipe: tuple[int, int]) -> None:
    late(pipe[1])

    async def main() -> None:
        with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
            stalled = [asyncio.create_task(canvas.save_async(pipe[1])) for _ in range(MAX_THREADS)]
            await asyncio.sleep(0.05)
            with pytest.raises(gpucanvas.DeadlineError, match="8 other saves were still writing"):
                await canvas.save_async(io.BytesIO(), timeout=0.05)
            out = io.BytesIO()
            waiting = [asyncio.create_task(canvas.save_async(out)) for _ in range(2)]
            await asyncio.sleep(0.05)
            waiting[0].cancel()
            for task in stalled:
                task.cancel()
            ends = await asyncio.gather(*stalled, *waiting, return_exceptions=True)
            assert [type(end) for end in ends] == [asyncio.CancelledError] * (MAX_THREADS + 1) + [type(None)]
            assert out.getvalue() == canvas.to_png()

    asyncio.run(main())


def test_work_that_is_stopped_says_so() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        write(io.BytesIO(), b"abc", stop=stop)
