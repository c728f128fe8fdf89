"""Pipes, terminals and sockets: whatever stalls, a write ends at its deadline and a slow reader gets all."""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from stalling import ENDED_S, PICTURE, Reader, descriptors, late, settles

from gpucanvas.present import descriptor, worker, write

pytestmark = pytest.mark.skipif(not hasattr(select, "poll"), reason="pipes cannot be polled here")


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    a, b = socket.socketpair()
    with a, b:
        yield a, b


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


@pytest.mark.parametrize("timeout", [0, 0.25])
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


@pytest.mark.parametrize("timeout", [0, 0.25])
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


@pytest.mark.parametrize("timeout", [0, 0.25])
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
    late(sockets[0], 0.25, np.tile(PICTURE, 8))
    assert sockets[0].gettimeout() == 3600


def test_a_default_timeout_of_sockets_changes_nothing(sockets: tuple[socket.socket, socket.socket]) -> None:
    socket.setdefaulttimeout(3600)
    try:
        late(sockets[0].fileno(), 0.25, np.tile(PICTURE, 8))
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
