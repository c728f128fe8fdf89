"""file: the temporary file that a film is written into."""

from __future__ import annotations

import errno
import os
import stat
from typing import IO

from ..present.path import NewFile

__all__ = ["begin_file", "open_file"]


def begin_file(path: str) -> NewFile:
    """Make an empty temporary file beside a name, closed.

    Raises
    ------
    OSError
        Where the name is that of a folder or device, or its folder cannot be written.
    """
    try:
        old: os.stat_result | None = os.stat(path)
    except FileNotFoundError:
        old = None
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder: give a file's name in it", path)
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise OSError(errno.ESPIPE, "is no file that a film can be written to: its beginning is written last", path)
    new = NewFile(path, old)
    os.close(new.fd)
    return new


def open_file(new: NewFile) -> IO[bytes]:
    """The file, open for writing."""
    try:
        return open(new.path, "wb")
    except BaseException:
        new.give_up()
        raise
