"""pacing: schedules a window's frames, and measures the intervals between shown frames.

    due --record--> in flight --shown--> Pacer.shown: the interval since the frame before; late, if it is too long

After a late frame, the schedule is shifted: no frames are drawn in quick succession to catch up.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

__all__ = ["FrameTimes", "Pacer"]

USUAL_RATE = 60.0
"""Frames a second where the display's refresh rate is unknown."""
AHEAD = 1.03
"""Factor on the refresh rate for a window that waits for the display, so that this wait sets the pace."""
LATE = 1.5
"""Intervals longer than this number of periods count as late: the display has shown a frame twice."""
KEPT = 600
"""Number of intervals remembered: ten seconds at the usual rate."""


@dataclass(frozen=True)
class FrameTimes:
    """Statistics of the intervals between a window's frames.

    Attributes
    ----------
    shown : int
        Frames shown so far.
    late : int
        Frames shown more than one and a half periods after the previous one, while frames were drawn continuously.
    p50_ms, p99_ms : float
        Percentiles of the last intervals between frames, milliseconds; NaN before there is one.
    """

    shown: int
    late: int
    p50_ms: float
    p99_ms: float


class Pacer:
    """The frame schedule of one window.

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
        """Change the rate."""
        self.period = 1 / rate

    def left(self, now: float) -> float:
        """Seconds until the next frame is due; 0 where it is due."""
        return max(self._due - now, 0.0)

    def began(self, now: float) -> None:
        """Note that a frame is recorded: the next is due a period after this one was due, but not before now."""
        self._due = self._due + self.period if now - self._due < self.period else now + self.period

    def rested(self) -> None:
        """Note a pause without requested frames, which does not count as an interval."""
        with self._lock:
            self._last_shown = None

    def shown(self) -> None:
        """Note that a frame was shown; called on the thread that showed it."""
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
        """The statistics of the frames shown."""
        with self._lock:
            intervals, shown, late = sorted(self._intervals), self._shown, self._late
        if not intervals:
            return FrameTimes(shown, late, float("nan"), float("nan"))
        last = len(intervals) - 1
        return FrameTimes(shown, late, intervals[last // 2] * 1e3, intervals[min(round(last * 0.99), last)] * 1e3)
