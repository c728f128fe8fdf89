"""present: how pixels leave the process: pixels -> bytes of a picture file -> a target, within a deadline.

    to_numpy --copy--> encode --bytes--> sink --> path | file descriptor | pipe | socket | object with write()
                                          |
                                          +-- the deadline has passed: DeadlineError, everything let go

Nothing in here holds a lock of a renderer: the pixels are a copy before the first byte is encoded.
"""

from __future__ import annotations

from .formats import FORMATS, Options, encode, format_of
from .sink import write

__all__ = ["FORMATS", "Options", "encode", "format_of", "write"]
