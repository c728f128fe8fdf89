"""Targets of unusual kinds: nothing is lost, nothing is written where it should not be, and errors say so."""

from __future__ import annotations

import asyncio
import codecs
import os
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.present import descriptor, write
from gpucanvas.present.formats import Options

posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX systems")


@posix
def test_sink_the_master_of_a_pseudo_terminal_is_written_itself() -> None:
    import pty
    import tty

    master, slave = pty.openpty()
    tty.setraw(slave)
    try:
        write(master, b"hello", timeout=5)
        assert os.read(slave, 100) == b"hello"
    finally:
        os.close(master)
        os.close(slave)


@posix
def test_sink_a_duplicate_that_was_ended_writes_nothing(tmp_path: Path) -> None:
    with open(tmp_path / "a", "wb") as file:
        copy = descriptor.Duplicate(file.fileno())
        copy.end()
        other = os.open(tmp_path / "b", os.O_WRONLY | os.O_CREAT)  # It gets the number that was closed.
        try:
            assert copy.write(b"late") == 0
            os.fstat(other)
        finally:
            os.close(other)
    assert (tmp_path / "b").read_bytes() == b""


@posix
def test_sink_a_device_is_written_where_it_cannot_be_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty
    import tty

    master, slave = pty.openpty()
    tty.setraw(slave)
    monkeypatch.setattr(descriptor, "_own_description", lambda fd: None)
    try:
        write(os.ttyname(slave), b"hello", timeout=5)
        assert os.read(master, 100) == b"hello"
    finally:
        os.close(master)
        os.close(slave)


class Encrypting(socket.socket):
    """Says "not yet" before every piece, as TLS does."""

    error: Any = ssl.SSLWantWriteError

    def send(self, data: Any, flags: int = 0) -> int:
        self.asked = not getattr(self, "asked", False)
        if self.asked:
            raise self.error("not yet")
        return super().send(data, flags)


@posix
@pytest.mark.parametrize("error", [ssl.SSLWantWriteError, ssl.SSLWantReadError, TimeoutError])
def test_sink_a_socket_that_encrypts_is_asked_again(error: Any) -> None:
    a, b = socket.socketpair()
    ours = Encrypting(fileno=a.detach())
    ours.error = error
    with ours, b:
        write(ours, b"x" * 100_000, timeout=10)
        ours.shutdown(socket.SHUT_WR)
        assert sum(len(piece) for piece in iter(lambda: b.recv(1 << 16), b"")) == 100_000


@posix
def test_sink_a_sockets_own_timeout_counts_where_there_is_no_other() -> None:
    a, b = socket.socketpair()
    ours = Encrypting(fileno=a.detach())
    ours.error = TimeoutError
    with ours, b, pytest.raises(TimeoutError, match="not yet"):
        write(ours, b"x")


@posix
def test_sink_a_datagram_descriptor_is_refused() -> None:
    a, b = socket.socketpair(type=socket.SOCK_DGRAM)
    with a, b, pytest.raises(ValueError, match="is a socket, but no stream"):
        write(a.fileno(), b"x")


def test_sink_a_stream_that_only_collects_is_refused() -> None:
    class Writer:
        def write(self, data: bytes) -> None: ...
        async def drain(self) -> None: ...

    with pytest.raises(TypeError, match=r"await drain\(\)"):
        write(Writer(), b"x")  # type: ignore[arg-type]


def test_sink_every_text_file_is_refused(tmp_path: Path) -> None:
    with (
        tempfile.NamedTemporaryFile("w", encoding="utf-8") as named,
        tempfile.SpooledTemporaryFile(mode="w", encoding="utf-8") as spooled,
        codecs.open(str(tmp_path / "c"), "w", "utf-8") as coded,
    ):
        for target in (named, spooled, coded):
            with pytest.raises(TypeError, match="is a text file"):
                write(target, b"x")  # type: ignore[arg-type]
    with tempfile.SpooledTemporaryFile() as binary:
        write(binary, b"x")
        binary.seek(0)
        assert binary.read() == b"x"


def test_sink_a_folders_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder's name"):
        write(str(tmp_path / "new") + os.sep, b"x")
    assert not (tmp_path / "new").exists()


@posix
def test_sink_standard_output_is_written_behind_what_it_has(tmp_path: Path) -> None:
    code = "print('before')\nfrom gpucanvas.present import write\nwrite('/dev/stdout', b'PICTURE\\n')\nprint('after')"
    log = tmp_path / "log"
    log.write_bytes(b"earlier\n")
    with open(log, "ab") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert log.read_text().split() == ["earlier", "before", "PICTURE", "after"]


@posix
def test_sink_what_replaces_a_private_file_is_private_all_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "private"
    path.write_bytes(b"old")
    path.chmod(0o600)
    seen: list[int] = []
    monkeypatch.setattr(
        "gpucanvas.present.path.write_descriptor",
        lambda fd, transfer: seen.append(stat.S_IMODE(os.fstat(fd).st_mode)),
    )
    write(str(path), b"new")
    assert seen == [0o600]


@posix
def test_sink_the_end_of_the_interpreter_leaves_no_unfinished_file(tmp_path: Path) -> None:
    code = f"""
import os, threading
from gpucanvas.present import path, write
begun = threading.Event()
def slow(fd, transfer):
    begun.set()
    threading.Event().wait()
path.write_descriptor = slow
threading.Thread(target=write, args=({str(tmp_path / "a.png")!r}, b"x"), daemon=True).start()
begun.wait()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert list(tmp_path.iterdir()) == []


@posix
def test_sink_a_closed_loop_ends_its_saves() -> None:
    read, stalled = os.pipe()
    with gpucanvas.Canvas(400, 400, backend="cpu") as canvas:
        canvas.get_context("2d").fill_rect(0, 0, 400, 400)
        loop = asyncio.new_event_loop()
        task = loop.create_task(canvas.save_async(stalled, compress_level=0))
        loop.run_until_complete(asyncio.sleep(0.2))
        loop.close()
    try:
        end = time.monotonic() + 10
        while any(thread.name == "gpucanvas-save" for thread in threading.enumerate()):
            assert time.monotonic() < end, "the thread of a closed loop's save is still there"
            time.sleep(0.01)
    finally:
        os.close(read)
        os.close(stalled)
        task._log_destroy_pending = False  # type: ignore[attr-defined]


def test_encode_takes_numpy_numbers() -> None:
    for kind, options in (("JPEG", Options(quality=np.int64(80))), ("WEBP", Options(lossless=np.bool_(True)))):  # type: ignore[arg-type]
        options.check(kind)
        assert {type(value) for value in options.for_pillow(kind).values()} <= {int, bool}
