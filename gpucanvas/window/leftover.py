"""leftover: finds windows of a REPL whose program ended with an exception before it called `run`.

open_window()     --callers--> the calling frames, kept with the window until it runs
an exception      -----------> the frames that it ended, in sys.last_value
the next run()    closes each window with a frame in both: no program will run it any more
"""

from __future__ import annotations

import sys
from types import FrameType

__all__ = ["callers", "ended_by_exception"]


def callers() -> tuple[FrameType, ...]:
    """Return the frames that called the caller of this function, the nearest first."""
    found: list[FrameType] = []
    frame = sys._getframe(1).f_back
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return tuple(found)


def ended_by_exception(frames: tuple[FrameType, ...]) -> bool:
    """Whether one of these frames was ended by the exception that the session showed last."""
    error = getattr(sys, "last_value", None)
    entry = getattr(error, "__traceback__", None)
    while entry is not None:
        if any(frame is entry.tb_frame for frame in frames):
            return True
        entry = entry.tb_next
    return False
