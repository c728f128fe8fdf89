"""present: encodes pixels as picture files and writes these to a target, within a deadline.

    to_numpy --copy--> encode --bytes--> sink --> path | file descriptor | pipe | socket | object with write()
                                          |
                                          +-- the deadline has passed: DeadlineError, all resources freed

No module here holds a lock of a canvas: encoding works on a copy of the pixels.
"""

from __future__ import annotations

from .formats import FORMATS, Options, encode, format_of
from .sink import write

__all__ = ["FORMATS", "Options", "encode", "format_of", "write"]
