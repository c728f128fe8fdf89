"""progress: a progress bar for films, shown only on a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

__all__ = ["ProgressBar", "format_seconds"]

SHORTEST_S: Final = 0.1
"""Least seconds between two updates, so that they can be read."""


def format_seconds(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any.

    >>> format_seconds(7.4), format_seconds(3725)
    ('0:07', '1:02:05')
    """
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


class ProgressBar:
    """Shows the number of frames written, their rate, and the remaining time.

    Parameters
    ----------
    label
        Name of the film.
    stream
        Where to print, if it is a terminal; the standard error if None.
    clock
        Returns seconds.
    """

    def __init__(
        self, label: str, stream: TextIO | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._label, self._clock = label, clock
        self._stream = sys.stderr if stream is None else stream
        self._is_seen = self._stream.isatty()
        self._began = clock()
        self._told = -SHORTEST_S
        self.written = 0

    def __call__(self, written: int, frames: int) -> None:
        """Show that ``written`` of ``frames`` are written."""
        self.written = written
        now = self._clock() - self._began
        if not self._is_seen or (now - self._told < SHORTEST_S and written < frames):
            return
        self._told = now
        self._stream.write("\r" + self._line(written, frames, now) + "\x1b[K")
        self._stream.flush()

    def clear(self) -> None:
        """Erase the line."""
        if self._is_seen:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, written: int, frames: int, now: float) -> str:
        rate = written / now if now > 0 else 0.0
        left = f", {format_seconds((frames - written) / rate)} left" if rate else ""
        figures = f" {written}/{frames} frames, {100 * written // frames} %, {rate:.1f} a second{left}"
        room = shutil.get_terminal_size().columns - 1
        length = min(room - len(self._label) - len(figures) - 3, 40)
        if length < 5:
            return (self._label + figures)[:room]
        done = length * written // frames
        return f"{self._label} [{'#' * done}{'.' * (length - done)}]{figures}"
