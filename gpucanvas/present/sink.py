"""sink: bytes -> a path, a file descriptor, a pipe, a socket, or any object with write(); never past the deadline.

    path ----------------------> a temporary file beside it, os.replace: all of it or nothing   (path.py)
    path of a FIFO or device --+
    fd, file object: pipe, tty +-> poll, write what cannot block                                (descriptor.py)
                     socket ---+-> poll, send(MSG_DONTWAIT)
                     file -----+-> write, looking at the clock between pieces
    any other object ----------> a daemon thread makes each call of write()                     (worker.py)

What no program can bound: a disk that hangs inside one write (a dead NFS server), and an object whose write() never
returns, which keeps its thread and one chunk until it does. A TLS socket without a timeout is one: close() does not end
its send, shutdown() does.
"""

from __future__ import annotations

import io
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from inspect import iscoroutine, iscoroutinefunction
from typing import IO, Any

from numpy.typing import NDArray

from ..errors import DeadlineError
from . import descriptor
from .path import write_path
from .transfer import Stopped, Transfer, check_timeout
from .worker import Worker

Target = str | os.PathLike[str] | int | socket.socket | IO[bytes]

CHUNK_NBYTES = 1 << 16
RETRY_S = 0.005
GRACE_S = 0.05
_STANDARD = re.compile(r"/dev/(stdout|stderr)|(?:/dev|/proc/self)/fd/(\d+)")
CURE = "give a path, a file opened with 'wb', a file descriptor, a socket, or an object with write()"


def check_target(target: object, timeout: object = None) -> None:
    """Refuse what nothing can be written to, before anything is drawn or encoded for it.

    Raises
    ------
    TypeError, ValueError
        For another kind of object, a text file, a closed file, one open for reading only, or a wrong timeout.
    """
    check_timeout(timeout)
    if isinstance(target, str | os.PathLike):
        if not isinstance(os.fspath(target), str) or not os.fspath(target):
            raise ValueError(f"target is {target!r}: give a file's name as text")
    elif isinstance(target, socket.socket):
        if target.fileno() < 0:
            raise ValueError(f"target {name_of(target)} is closed: give a connected socket")
        if target.type != socket.SOCK_STREAM:
            raise ValueError(f"target {name_of(target)} is no stream: a picture does not fit into datagrams")
    elif isinstance(target, int) and not isinstance(target, bool):
        descriptor.check_writable(target)
    elif not callable(getattr(target, "write", None)):
        raise TypeError(f"target is {target!r:.80}: {CURE}")
    elif iscoroutinefunction(getattr(target, "drain", None)):
        raise TypeError(
            f"target {name_of(target)} only collects what is written: write(canvas.to_png()) to it, and await drain()"
        )
    elif isinstance(target, io.TextIOBase) or isinstance(getattr(target, "encoding", None), str):
        raise TypeError(f"target {name_of(target)} is a text file: open it with 'wb', or give its .buffer")
    elif getattr(target, "closed", False) is True:
        raise ValueError(f"target {name_of(target)} is closed: give an open file")
    elif isinstance(target, io.IOBase) and not target.writable():
        raise ValueError(f"target {name_of(target)} is not open for writing: open it with 'wb'")


def write(
    target: Target,
    data: bytes | bytearray | memoryview | NDArray[Any],
    *,
    timeout: float | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Write all bytes to a target, within a deadline.

    Parameters
    ----------
    target
        A path: the file there is replaced when all bytes are written, and else stays as it was. An open file object,
        a file descriptor or a stream socket: it stays open, and may have taken a part when this fails.
    data
        The bytes; let go of as soon as this returns or raises.
    timeout
        Seconds from now; None waits without limit, 0 writes what can be written without waiting.
    stop
        Set it to end the work between two pieces; then `transfer.Stopped` is raised.

    Raises
    ------
    TypeError, ValueError
        As `check_target`; and for an object whose write returns what no write returns.
    DeadlineError
        When the time is over; it says how many bytes the target took.
    OSError
        From the system or the object, with a note that names the target.

    Examples
    --------
    >>> import io
    >>> out = io.BytesIO()
    >>> write(out, b"abc", timeout=1.0)
    >>> out.getvalue()
    b'abc'
    """
    check_target(target, timeout)
    transfer = Transfer(_as_bytes(data), name_of(target), timeout, stop)
    del data
    try:
        _write(target, transfer)
    except (DeadlineError, Stopped):
        raise
    except BaseException as error:
        error.add_note(f"while writing to {transfer.name}: {transfer.written} of {transfer.total} bytes were written")
        raise
    finally:
        transfer.close()


def _as_bytes(data: Any) -> memoryview:
    try:
        return memoryview(data).cast("B")
    except TypeError as error:
        raise TypeError(f"data is {type(data).__name__}: give bytes, or a contiguous array") from error


def _write(target: Any, transfer: Transfer) -> None:
    if isinstance(target, str | os.PathLike):
        path = os.fspath(target)
        standard = _STANDARD.fullmatch(path)
        if standard is None or os.name != "posix":
            write_path(path, transfer)
        else:
            _write_standard({"stdout": 1, "stderr": 2}.get(standard[1]) or int(standard[2]), transfer)
    elif isinstance(target, int):
        _write_descriptor(target, transfer)
    elif isinstance(target, socket.socket):
        # A subclass may encrypt: only its own send knows how.
        if not (type(target) is socket.socket and descriptor.write_socket(target.fileno(), transfer, target)):
            _write_calls(target.send, None, transfer)
    elif _is_plain_stream(target):
        if descriptor.is_regular(target.fileno()):
            return _write_here(target, transfer)
        _flush(target, transfer)
        _write_descriptor(target.fileno(), transfer)
    elif getattr(type(target), "write", None) is io.BytesIO.write:
        _write_here(target, transfer)
    else:
        _write_calls(target.write, getattr(target, "flush", None), transfer)


def _write_standard(fd: int, transfer: Transfer) -> None:
    """Write to a descriptor that was given as the path of one: behind what it has, not in its file's place."""
    descriptor.check_writable(fd)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):
            if stream.fileno() == fd:
                stream.flush()
    _write_descriptor(fd, transfer)


def _write_descriptor(fd: int, transfer: Transfer) -> None:
    if descriptor.write_descriptor(fd, transfer):
        return
    copy = descriptor.Duplicate(fd)
    try:
        _write_calls(copy.write, None, transfer)
    finally:
        copy.end()


def _is_plain_stream(target: object) -> bool:
    """Whether writing to the object's file descriptor is writing to the object.

    Others have a fileno() as well and change what is written: gzip files compress, sockets of ssl encrypt.
    """
    raw = target.raw if type(target) in (io.BufferedWriter, io.BufferedRandom) else target  # type: ignore[attr-defined]
    if type(raw) is socket.SocketIO:
        return type(getattr(raw, "_sock", None)) is socket.socket
    return type(raw) is io.FileIO


def _flush(target: Any, transfer: Transfer) -> None:
    """Write what the object holds in its own buffer, which comes before the picture.

    A flush that has begun cannot be ended. So it begins when the pipe has room for PIPE_BUF bytes, which is all that
    most buffers hold; for a fuller one, a worker waits.
    """
    if isinstance(target, io.RawIOBase):
        return
    descriptor.wait_writable(target.fileno(), transfer)
    patience = _grace(transfer) if transfer.timeout == 0 else transfer.pause
    while True:
        try:
            with _caller(transfer, patience) as call:
                call(target.flush)
            return
        except BlockingIOError:  # Its owner made it non-blocking: part of the buffer is gone, the rest needs room.
            time.sleep(min(RETRY_S, transfer.pause()))


def _grace(transfer: Transfer) -> Callable[[], float]:
    """Patience for a flush that most likely has nothing to do, where nothing may wait: a thread needs a moment."""
    end = time.monotonic() + GRACE_S

    def patience() -> float:
        left = end - time.monotonic()
        if left <= 0:
            raise transfer.late("the file's own buffer could not be flushed: flush it before, or give a longer timeout")
        return left

    return patience


@contextmanager
def _caller(transfer: Transfer, patience: Callable[[], float]) -> Iterator[Callable[..., Any]]:
    """What makes calls that may block: directly where nothing can end the wait, else on a worker."""
    if transfer.may_wait_for_ever:
        yield lambda function, *arguments: function(*arguments)
        return
    worker = Worker(transfer)
    try:
        yield partial(worker.call, patience)
    finally:
        worker.end()


def _write_calls(write: Callable[..., Any], flush: Callable[[], Any] | None, transfer: Transfer) -> None:
    """Write through an object's own write, which may block."""
    if transfer.timeout == 0:
        raise transfer.late("an object cannot say whether its write would block: give a timeout above 0")
    with _caller(transfer, transfer.pause) as call:
        _write_pieces(partial(call, write), transfer, _is_raw(write))
        if flush is not None:
            call(flush)


def _write_here(target: Any, transfer: Transfer) -> None:
    """Write through an object's own write, which does not block."""
    _write_pieces(target.write, transfer, _is_raw(target.write))
    target.flush()


def _is_raw(write: Callable[..., Any]) -> bool:
    return isinstance(getattr(write, "__self__", None), io.RawIOBase)


def _write_pieces(write: Callable[[bytes], Any], transfer: Transfer, is_raw: bool) -> None:
    while transfer.left():
        transfer.check()
        with transfer.piece(CHUNK_NBYTES) as view:
            chunk = bytes(view)  # A copy: whoever never returns from write must not hold the whole picture.
        try:
            count = write(chunk)
        except BlockingIOError as error:
            count = getattr(error, "characters_written", 0)
        except OSError as error:
            if not _wants_again(error, write, transfer):
                raise
            count = 0
        if count is None:  # A raw stream says "not now"; of other objects, many forget to count.
            count = 0 if is_raw else len(chunk)
        if iscoroutine(count):
            count.close()
            raise TypeError(
                f"{transfer.name}: write is a coroutine function: await write(canvas.encode('png')) yourself"
            )
        if not transfer.took(count, len(chunk)):
            time.sleep(min(RETRY_S, transfer.pause()))


def _wants_again(error: OSError, write: object, transfer: Transfer) -> bool:
    """Whether a socket only says that it could not write yet: the deadline that counts is the transfer's."""
    owner = getattr(getattr(write, "args", (write,))[-1], "__self__", None)
    if not isinstance(owner, socket.socket):
        return False
    ssl = sys.modules.get("ssl")
    if ssl is not None and isinstance(error, ssl.SSLWantWriteError | ssl.SSLWantReadError):
        return True
    return isinstance(error, TimeoutError) and not transfer.may_wait_for_ever


def name_of(target: object) -> str:
    """What a target is called in errors."""
    if isinstance(target, str | os.PathLike):
        return repr(os.fspath(target))
    if isinstance(target, int):
        return f"file descriptor {target}"
    try:
        return f"{target!r:.120}"
    except Exception:  # The object's own __repr__; it is not what went wrong.
        return f"a {type(target).__name__}"


__all__ = ["CHUNK_NBYTES", "Target", "check_target", "name_of", "write"]
