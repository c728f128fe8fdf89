"""path: writes a file atomically: all bytes or none.

    name -> its folder/.gpucanvas-<random>.tmp --all written--> os.replace --> name
                                               --any error----> removed; the old file is unchanged

A FIFO or a device is written to, not replaced. A symbolic link stays: the file it points to is replaced. A hard link of
the old file keeps the old picture. There is no fsync: after a power failure the result depends on the file system.
"""

from __future__ import annotations

import atexit
import errno
import os
import stat
from contextlib import suppress

from .descriptor import open_special, write_descriptor, write_own
from .transfer import Transfer

_temporary: set[str] = set()
"""Temporary files being written. Those of threads that still write at the interpreter's exit are removed then."""
_ending = False


@atexit.register
def _remove_unfinished() -> None:
    global _ending
    _ending = True
    for path in tuple(_temporary):
        with suppress(OSError):
            os.unlink(path)


def write_path(path: str, transfer: Transfer) -> None:
    """Write a transfer to a path.

    Raises
    ------
    OSError
        Where the path is a folder or a socket, or the old file or its folder cannot be written.
    """
    if path.endswith(tuple(filter(None, (os.sep, os.altsep)))):
        raise IsADirectoryError(errno.EISDIR, "is a folder's name: give a file's name in it", path)
    try:
        old: os.stat_result | None = os.stat(path)
    except FileNotFoundError:
        old = None
    except NotADirectoryError:
        raise NotADirectoryError(errno.ENOTDIR, "a part of this path is a file, not a folder", path) from None
    if old is None or stat.S_ISREG(old.st_mode):
        return _replace(path, old, transfer)
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder: give a file's name in it", path)
    if stat.S_ISSOCK(old.st_mode):
        raise OSError(errno.ENXIO, "is a socket: connect to it and give the socket", path)
    fd = open_special(path, transfer)
    try:
        # The description was opened here, so setting O_NONBLOCK affects nobody else.
        write_own(fd, transfer)
    finally:
        os.close(fd)


class NewFile:
    """A temporary file beside a name. It takes the name when it is complete, or is removed when it is given up.

    Errors contain the given name, not the target of a link or the temporary file.

    Attributes
    ----------
    path : str
        The temporary file.
    fd : int
        Its descriptor, open for writing; the caller closes it before `take_place`.

    Raises
    ------
    OSError
        Where the file of that name, or its folder, cannot be written.
    """

    def __init__(self, name: str, old: os.stat_result | None) -> None:
        self._name, self._old, self._place = name, old, os.path.realpath(name)
        if old is not None and not os.access(self._place, os.W_OK):  # os.replace would replace a read-only file.
            why = "the file there is read-only: make it writable, or give another name"
            raise PermissionError(errno.EACCES, why, name)
        self.path = os.path.join(os.path.dirname(self._place), f".gpucanvas-{os.urandom(8).hex()}.tmp")
        # The mode is that of the old file, so that it does not become more readable; else 0o666 less the umask, as
        # open() does. The module tempfile makes files for the owner only.
        mode = 0o666 if old is None else stat.S_IMODE(old.st_mode) & 0o666
        _temporary.add(self.path)
        try:
            self.fd = _open_new(self.path, mode, name)
        except BaseException:
            _temporary.discard(self.path)
            raise

    def take_place(self) -> None:
        """Take the name, with the mode of the file that had it."""
        if self._old is not None:
            _keep_mode(self.path, self._old)
        try:
            os.replace(self.path, self._place)
        except OSError as error:
            raise type(error)(error.errno, error.strerror, self._name) from None
        _temporary.discard(self.path)

    def give_up(self) -> None:
        """Remove the temporary file; does nothing after `take_place`."""
        if self.path in _temporary:
            with suppress(OSError):
                os.unlink(self.path)
            _temporary.discard(self.path)


def _replace(name: str, old: os.stat_result | None, transfer: Transfer) -> None:
    """Write a new file, and give it the name."""
    new = NewFile(name, old)
    try:
        try:
            if _ending:
                raise OSError(errno.EINTR, "was not written: the interpreter is ending", name)
            write_descriptor(new.fd, transfer)
        finally:
            os.close(new.fd)
        new.take_place()
    finally:
        new.give_up()


def _open_new(temporary: str, mode: int, name: str) -> int:
    """Make the temporary file of a name, beside it."""
    try:
        return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except OSError as error:
        folder, kind, why = os.path.dirname(temporary), type(error), error.strerror
        number = error.errno
    if not os.path.exists(folder):
        why = f"the folder {folder!r} does not exist: make it first"
    elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = f"{why}: no file can be made in the folder {folder!r}, give another one"
    raise kind(number, why, name)


def _keep_mode(temporary: str, old: os.stat_result) -> None:
    """Give a new file the mode of the old one and, where permitted, its owner."""
    if hasattr(os, "chown") and os.geteuid() == 0:
        with suppress(OSError):  # Not permitted, or the file system has no owners.
            os.chown(temporary, old.st_uid, old.st_gid)
    os.chmod(temporary, stat.S_IMODE(old.st_mode))


__all__ = ["NewFile", "write_path"]
