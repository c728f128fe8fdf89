"""pacing: when a window's next frame is due, and what became of those before.

    due --record--> in flight --shown--> Pacer.shown: the interval since the frame before; late, if it is too long

A frame that comes late is not made up for by two quick ones.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

__all__ = ["FrameTimes", "Pacer"]

USUAL_RATE = 60.0
"""Frames a second where the display does not say how many it shows."""
AHEAD = 1.03
"""How much quicker than its display a window that waits for it asks for frames: the wait sets the pace then."""
LATE = 1.5
"""Intervals of more than so many periods are late: the display has shown a frame twice."""
KEPT = 600
"""Intervals remembered: ten seconds at the usual rate."""


@dataclass(frozen=True)
class FrameTimes:
    """How smoothly a window's frames follow one another.

    Attributes
    ----------
    shown : int
        Frames shown so far.
    late : int
        Those that came more than one and a half periods after the frame before, while frames were drawn continuously.
    p50_ms, p99_ms : float
        Of the last intervals between frames, milliseconds; NaN before there is one.
    """

    shown: int
    late: int
    p50_ms: float
    p99_ms: float


class Pacer:
    """The clock of one window.

    Parameters
    ----------
    rate
        Frames a second.
    """

    def __init__(self, rate: float) -> None:
        self.period = 1 / rate
        self._due = 0.0
        self._lock = threading.Lock()
        self._last_shown: float | None = None
        self._intervals: deque[float] = deque(maxlen=KEPT)
        self._shown = self._late = 0

    def set_rate(self, rate: float) -> None:
        """Go on at another rate."""
        self.period = 1 / rate

    def left(self, now: float) -> float:
        """Seconds until the next frame is due; 0 where it is."""
        return max(self._due - now, 0.0)

    def began(self, now: float) -> None:
        """A frame is being recorded: the next is due a period after this one was, or, if that is over, after now."""
        self._due = self._due + self.period if now - self._due < self.period else now + self.period

    def rested(self) -> None:
        """No frame is wanted: the time until the next one is no interval."""
        with self._lock:
            self._last_shown = None

    def shown(self) -> None:
        """A frame has been given to the window; called on the thread that did it."""
        now = time.perf_counter()
        with self._lock:
            self._shown += 1
            if self._last_shown is not None:
                interval = now - self._last_shown
                self._intervals.append(interval)
                self._late += interval > LATE * self.period
            self._last_shown = now

    @property
    def times(self) -> FrameTimes:
        """What is known of the frames shown."""
        with self._lock:
            intervals, shown, late = sorted(self._intervals), self._shown, self._late
        if not intervals:
            return FrameTimes(shown, late, float("nan"), float("nan"))
        last = len(intervals) - 1
        return FrameTimes(shown, late, intervals[last // 2] * 1e3, intervals[min(round(last * 0.99), last)] * 1e3)
