"""descriptor: writes bytes to a file descriptor without blocking beyond the deadline.

    regular file -> write
    pipe, FIFO, terminal
        Linux: /proc/self/fd/N opened again, O_NONBLOCK: a description of our own
        else, a pipe: poll, then at most PIPE_BUF bytes (POSIX: a writable pipe has room for them)
    other device, and the master of a pseudo terminal (opened again, it is another one) -> a thread
    socket -> send(MSG_DONTWAIT), poll where it takes no more
    none of these (Windows) -> write_descriptor returns False, and a thread must do it

The O_NONBLOCK flag belongs to the open file description, which other processes may share (a shell's pipe, a terminal),
so the given description is never changed. Between poll and write another writer of the same pipe may use up the room:
then a write of PIPE_BUF bytes may block, but not one to a description of our own.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable
from math import ceil

from ..errors import DeadlineError
from .transfer import Transfer

PIPE_BUF = int(getattr(select, "PIPE_BUF", 512))
CHUNK_NBYTES = 1 << 16
RETRY_S = 0.005
PTY_MASTER = os.makedev(5, 2) if hasattr(os, "makedev") else -1


def is_regular(fd: int) -> bool:
    """Whether a descriptor is a regular file, where writing does not block."""
    return stat.S_ISREG(os.fstat(fd).st_mode)


def check_writable(fd: int) -> None:
    """Refuse a descriptor that is not open for writing.

    Raises
    ------
    ValueError
        The text names the descriptor, and what to give instead.
    """
    try:
        os.fstat(fd)
    except (OSError, OverflowError):
        raise ValueError(f"file descriptor {fd} is not open: give one that is, or a path") from None
    if _access_mode(fd) == os.O_RDONLY:
        raise ValueError(
            f"file descriptor {fd} is open for reading only: give the other end of a pipe, or open with 'wb'"
        )
    if stat.S_ISSOCK(os.fstat(fd).st_mode) and not _is_stream(fd):
        raise ValueError(f"file descriptor {fd} is a socket, but no stream: a picture does not fit into datagrams")


def _is_stream(fd: int) -> bool:
    if socket.getdefaulttimeout() is not None:
        return True  # Not asked: a new socket object would apply the default timeout, and set O_NONBLOCK.
    with socket.socket(fileno=os.dup(fd)) as copy:
        return copy.type == socket.SOCK_STREAM


def _access_mode(fd: int) -> int:
    try:
        import fcntl
    except ImportError:  # Windows cannot tell: the first write raises the error.
        return os.O_WRONLY
    return fcntl.fcntl(fd, fcntl.F_GETFL) & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)


def write_descriptor(fd: int, transfer: Transfer) -> bool:
    """Write a transfer to a descriptor; returns False, with nothing written, where that could block."""
    mode = os.fstat(fd).st_mode
    if stat.S_ISSOCK(mode):
        return write_socket(fd, transfer)
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        _write_file(fd, transfer)
        return True
    if not hasattr(select, "poll"):
        return False
    own = _own_description(fd)
    if own is not None:
        try:
            write_own(own, transfer)
        finally:
            os.close(own)
        return True
    if not stat.S_ISFIFO(mode):
        return False
    _write_ready(fd, _writer(fd), PIPE_BUF, transfer, ask=True)
    return True


def write_own(fd: int, transfer: Transfer) -> None:
    """Write a transfer to a file description of our own, with O_NONBLOCK where the system has that."""
    if hasattr(select, "poll"):
        _write_ready(fd, _writer(fd), CHUNK_NBYTES, transfer, ask=False)
    else:
        _write_file(fd, transfer)


def write_socket(fd: int, transfer: Transfer, given: socket.socket | None = None) -> bool:
    """Write a transfer to a socket; returns False, with nothing written, where that could block."""
    if not hasattr(select, "poll") or not hasattr(socket, "MSG_DONTWAIT"):
        return False
    if not os.get_blocking(fd):
        # Python makes a socket with a timeout non-blocking: its send() would wait for that timeout, os.write does not.
        _write_ready(fd, _writer(fd), CHUNK_NBYTES, transfer, ask=False)
    elif given is not None:
        _write_ready(fd, _sender(given), CHUNK_NBYTES, transfer, ask=False)
    elif socket.getdefaulttimeout() is not None:
        return False  # A new socket object would apply the default timeout, and set O_NONBLOCK.
    else:
        with socket.socket(fileno=os.dup(fd)) as copy:
            _write_ready(fd, _sender(copy), CHUNK_NBYTES, transfer, ask=False)
    return True


def wait_writable(fd: int, transfer: Transfer) -> None:
    """Wait until a pipe, terminal or socket accepts bytes, or has failed; do not wait where the system cannot poll."""
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(fd, select.POLLOUT)
        _wait(poller, transfer)


def open_special(path: str, transfer: Transfer) -> int:
    """Open a FIFO or device for writing, without blocking; a FIFO must have a reader."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    wait_s = 0.001
    while True:
        try:
            return os.open(path, flags)
        except OSError as error:
            if not (error.errno == errno.ENXIO and stat.S_ISFIFO(os.stat(path).st_mode)):
                raise
        try:
            time.sleep(min(wait_s, transfer.pause()))
        except DeadlineError:
            raise transfer.late("nobody has opened this FIFO for reading: start its reader first") from None
        wait_s = min(2 * wait_s, 0.05)


class Duplicate:
    """A duplicate of a descriptor for a thread that may be abandoned: the original may be closed and reused meanwhile.

    It is closed by `end`, or by the write that is still running then (on Windows, closing would wait for that write).
    """

    def __init__(self, fd: int) -> None:
        self._fd = os.dup(fd)
        self._lock = threading.Lock()
        self._writing = self._ended = False

    def write(self, chunk: bytes) -> int:
        """Write a chunk; may block. After `end` nothing is written."""
        with self._lock:
            if self._ended:
                return 0
            self._writing = True
        try:
            return os.write(self._fd, chunk)
        finally:
            with self._lock:
                self._writing = False
                if self._ended:
                    os.close(self._fd)

    def end(self) -> None:
        """Close the duplicate, now or when the running write returns."""
        with self._lock:
            self._ended = True
            if not self._writing:
                os.close(self._fd)


def _own_description(fd: int) -> int | None:
    """The same pipe or terminal, opened again with a description of our own; None where the system is not Linux."""
    if not sys.platform.startswith("linux"):
        return None
    status = os.fstat(fd)
    # Many devices become another one when opened again: a pseudo terminal's master becomes that of a new terminal.
    if not stat.S_ISFIFO(status.st_mode) and (status.st_rdev == PTY_MASTER or not os.isatty(fd)):
        return None
    try:
        return os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:  # No /proc, another user's pipe, or no reader: writing to the descriptor itself gives the error.
        return None


def _writer(fd: int) -> Callable[[memoryview], int]:
    return lambda piece: os.write(fd, piece)


def _sender(given: socket.socket) -> Callable[[memoryview], int]:
    return lambda piece: given.send(piece, socket.MSG_DONTWAIT)


def _write_file(fd: int, transfer: Transfer) -> None:
    while transfer.left():
        transfer.check()
        with transfer.piece(CHUNK_NBYTES) as piece:
            transfer.took(os.write(fd, piece), piece.nbytes)


def _write_ready(fd: int, send: Callable[[memoryview], int], chunk_nbytes: int, transfer: Transfer, ask: bool) -> None:
    """Write pieces; with ``ask``, poll before each write, which may block; else only after one that found no room."""
    poller = select.poll()
    poller.register(fd, select.POLLOUT)
    while transfer.left():
        transfer.check()
        if ask:
            _wait(poller, transfer)
        with transfer.piece(chunk_nbytes) as piece:
            try:
                taken = transfer.took(send(piece), piece.nbytes)
            except BlockingIOError:
                taken = 0
        if ask and not taken:  # Another writer used up the room: pause, or this would be a busy loop.
            time.sleep(min(RETRY_S, transfer.pause()))
        ask = ask or not taken


def _wait(poller: select.poll, transfer: Transfer) -> None:
    """Wait for any event: the next write reports an error or a hang-up."""
    while not poller.poll(0):
        if poller.poll(ceil(1000 * transfer.pause())):
            return


__all__ = [
    "Duplicate",
    "check_writable",
    "is_regular",
    "open_special",
    "wait_writable",
    "write_descriptor",
    "write_own",
    "write_socket",
]
