"""Paths: a file is written whole or not at all; what is no file is written to, not replaced."""

from __future__ import annotations

import os
import select
import socket
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from stalling import ENDED_S, PICTURE, Reader, late

from gpucanvas.present import write

pytestmark = pytest.mark.skipif(not hasattr(select, "poll"), reason="pipes cannot be polled here")


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
    held = os.open(path, os.O_WRONLY)  # Or the reader could find no writer, and end, before ours has opened it.
    reader = Reader(fd)
    write(path, PICTURE, timeout=ENDED_S)
    os.close(held)
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
