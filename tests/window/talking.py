"""talking: what programs that tests start use: they print JSON lines, and are told what to do in lines on stdin.

test --"mark"--> stdin --> Commands --> the program's loop --> say({"mark": 0}) --> stdout --> test
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Commands", "event_loop", "plain", "say"]

HIDDEN = ("event_type", "time_stamp", "timestamp")


def say(value: Any) -> None:
    """Print a value as one line of JSON, at once."""
    print(json.dumps(value), flush=True)


def plain(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event by one of the names of its type, without its time."""
    return {name: value for name, value in event.items() if name not in HIDDEN}


class Commands:
    """The lines on stdin, as they come; "end" where it is closed.

    Parameters
    ----------
    wake
        Called for each line on another thread, so that a loop that waits looks here.
    """

    def __init__(self, wake: Callable[[], object] = lambda: None) -> None:
        self.lines: deque[str] = deque()
        self._wake = wake
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.lines.append(line.strip())
            self._wake()
        self.lines.append("end")
        self._wake()


def event_loop(handle: Any, settle: Callable[[], object], **others: Callable[[], object]) -> None:
    """Poll glfw until stdin says "end", and do what ``others`` have names for.

    "mark" is answered when all that had happened by then has been told.
    """
    import glfw

    def mark() -> None:
        # An answer of the server comes after the events that came before the question.
        glfw.get_cursor_pos(handle)
        glfw.poll_events()
        settle()
        say({"type": "mark"})

    verbs = {"mark": mark, **others}
    commands = Commands(glfw.post_empty_event)
    while True:
        glfw.wait_events_timeout(1.0)
        settle()
        while commands.lines:
            line = commands.lines.popleft()
            if line == "end":
                return
            verbs[line]()
