"""leftover: windows whose program ended by an exception before it ran them, in a session that goes on, as a REPL's.

open_window()          a frame that opens windows    --callers--> kept with the window, until it runs
Traceback ...          a frame that an exception ended     -----> sys.last_value
the next run()         a window with a frame that is both is closed: nobody runs it any more
"""

from __future__ import annotations

import sys
from types import FrameType

__all__ = ["callers", "ended_by_exception"]


def callers() -> tuple[FrameType, ...]:
    """The frames that called the caller of this function, the nearest first."""
    found: list[FrameType] = []
    frame = sys._getframe(1).f_back
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return tuple(found)


def ended_by_exception(frames: tuple[FrameType, ...]) -> bool:
    """Whether one of these frames was ended by the exception that the session has shown last."""
    error = getattr(sys, "last_value", None)
    entry = getattr(error, "__traceback__", None)
    while entry is not None:
        if any(frame is entry.tb_frame for frame in frames):
            return True
        entry = entry.tb_next
    return False
