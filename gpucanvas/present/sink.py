"""sink: writes bytes to a path, file descriptor, pipe, socket or any object with write(), within a deadline.

    path ----------------------> a temporary file beside it, os.replace: all bytes or none      (path.py)
    path of a FIFO or device --+
    fd, file object: pipe, tty +-> poll, write what cannot block                                (descriptor.py)
                     socket ---+-> poll, send(MSG_DONTWAIT)
                     file -----+-> write, checking the deadline between pieces
    any other object ----------> a daemon thread makes each call of write()                     (worker.py)

Two waits cannot be bounded: a disk that hangs inside one write (a dead NFS server), and an object whose write() never
returns, which keeps its thread and one chunk until it does. An example is a TLS socket without a timeout: shutdown()
ends its send, close() does not.
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
    """Refuse a target that cannot be written to, before anything is drawn or encoded for it.

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
        A path: the file is replaced when all bytes are written, and else left unchanged. An open file object, a file
        descriptor or a stream socket: it stays open, and may have got a part of the bytes after an error.
    data
        The bytes; not referred to any more when this returns or raises.
    timeout
        Seconds from now; None waits without limit, 0 writes what can be written without waiting.
    stop
        Setting it ends the work between two pieces; `transfer.Stopped` is raised then.

    Raises
    ------
    TypeError, ValueError
        As `check_target`; and for an object whose write() returns an invalid value.
    DeadlineError
        When the time is over; it says how many bytes were written.
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
        # A subclass of socket may encrypt, so its own send() must be called.
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
    """Write to a descriptor given as a path such as /dev/stdout: append to it, do not replace its file."""
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
    """Whether writing to an object's file descriptor is equivalent to writing to the object.

    Other objects with a fileno() transform the bytes: gzip files compress, ssl sockets encrypt.
    """
    raw = target.raw if type(target) in (io.BufferedWriter, io.BufferedRandom) else target  # type: ignore[attr-defined]
    if type(raw) is socket.SocketIO:
        return type(getattr(raw, "_sock", None)) is socket.socket
    return type(raw) is io.FileIO


def _flush(target: Any, transfer: Transfer) -> None:
    """Flush an object's own buffer, whose bytes come before the picture.

    A running flush cannot be cancelled. So it starts only when the pipe has room for PIPE_BUF bytes, which is the size
    of most buffers; with more bytes in the buffer, a worker thread does it.
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
        except BlockingIOError:  # The descriptor is non-blocking: a part was written, the rest needs room.
            time.sleep(min(RETRY_S, transfer.pause()))


def _grace(transfer: Transfer) -> Callable[[], float]:
    """A wait limit for a flush with a timeout of 0: most likely nothing is buffered, but a thread needs a moment."""
    end = time.monotonic() + GRACE_S

    def patience() -> float:
        left = end - time.monotonic()
        if left <= 0:
            raise transfer.late("the file's own buffer could not be flushed: flush it before, or give a longer timeout")
        return left

    return patience


@contextmanager
def _caller(transfer: Transfer, patience: Callable[[], float]) -> Iterator[Callable[..., Any]]:
    """A function that makes calls which may block: directly where there is no limit, else on a worker thread."""
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
            chunk = bytes(view)  # A copy: a write() that never returns must not keep the whole picture alive.
        try:
            count = write(chunk)
        except BlockingIOError as error:
            count = getattr(error, "characters_written", 0)
        except OSError as error:
            if not _wants_again(error, write, transfer):
                raise
            count = 0
        if count is None:  # A raw stream could not write now; other objects often return no count.
            count = 0 if is_raw else len(chunk)
        if iscoroutine(count):
            count.close()
            raise TypeError(
                f"{transfer.name}: write is a coroutine function: await write(canvas.encode('png')) yourself"
            )
        if not transfer.took(count, len(chunk)):
            time.sleep(min(RETRY_S, transfer.pause()))


def _wants_again(error: OSError, write: object, transfer: Transfer) -> bool:
    """Whether an error only says that a socket could not write yet: only the transfer's deadline counts."""
    owner = getattr(getattr(write, "args", (write,))[-1], "__self__", None)
    if not isinstance(owner, socket.socket):
        return False
    ssl = sys.modules.get("ssl")
    if ssl is not None and isinstance(error, ssl.SSLWantWriteError | ssl.SSLWantReadError):
        return True
    return isinstance(error, TimeoutError) and not transfer.may_wait_for_ever


def name_of(target: object) -> str:
    """The name of a target in errors."""
    if isinstance(target, str | os.PathLike):
        return repr(os.fspath(target))
    if isinstance(target, int):
        return f"file descriptor {target}"
    try:
        return f"{target!r:.120}"
    except Exception:  # The object's __repr__ failed: it must not hide the actual error.
        return f"a {type(target).__name__}"


__all__ = ["CHUNK_NBYTES", "Target", "check_target", "name_of", "write"]
