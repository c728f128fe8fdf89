"""overlay: draws statistics of the last frames over a view: frames a second, slow frames, draws and bytes.

    View --time of each frame--> StatsOverlay.began --intervals--> lines --drawn last--> the view's canvas

It is drawn on the canvas itself, so that it stays on a canvas that is never cleared.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..sight.stats import FrameStats
    from ..verbs.context import Context2D

__all__ = ["StatsOverlay"]

KEPT: Final = 120
"""Number of last frames that are included."""
LINE_PX, PADDING_PX, WIDTH_PX, SIZE_PX = 15.0, 6.0, 150.0, 12.0
"""Line height, padding, width and text size of the box, logical pixels."""
SLOWEST_PART: Final = 0.99
UNITS: Final = ("B", "kB", "MB", "GB")


class StatsOverlay:
    """The statistics of one view."""

    def __init__(self) -> None:
        self._intervals: deque[float] = deque(maxlen=KEPT)
        self._last: float | None = None

    def began(self, now: float) -> None:
        """Note that a frame is painted at the time ``now``, seconds."""
        if self._last is not None and now > self._last:
            self._intervals.append(now - self._last)
        self._last = now

    def lines(self, last: FrameStats | None) -> list[str]:
        """The lines of text; ``last`` are the stats of the last drawn frame, if any."""
        intervals = sorted(self._intervals)
        if intervals:
            fps = len(intervals) / sum(intervals)
            p99 = intervals[min(int(SLOWEST_PART * len(intervals)), len(intervals) - 1)]
            out = [f"{fps:.1f} fps", f"p99 {1e3 * p99:.1f} ms"]
        else:
            out = ["- fps", "p99 - ms"]
        if last is not None:
            out.append(f"{last.commands} draws, {last.batches} batches")
            out.append(f"{in_bytes(last.bytes_uploaded)} uploaded")
        return out

    def draw(self, ctx: Context2D, scale: tuple[float, float], last: FrameStats | None) -> None:
        """Draw the box in the top left corner; the context must be in its initial state."""
        lines = self.lines(last)
        ctx.scale(*scale)
        ctx.fill_style = "rgba(0, 0, 0, 0.75)"
        ctx.fill_rect(0, 0, WIDTH_PX, 2 * PADDING_PX + LINE_PX * len(lines))
        ctx.fill_style, ctx.font, ctx.text_baseline = "white", f"{SIZE_PX:g}px sans-serif", "middle"
        for row, line in enumerate(lines):
            ctx.fill_text(line, PADDING_PX, PADDING_PX + LINE_PX * (row + 0.5), WIDTH_PX - 2 * PADDING_PX)


def in_bytes(number: int) -> str:
    """A number of bytes as text with a unit."""
    value = float(number)
    for unit in UNITS:
        if value < 1000 or unit == UNITS[-1]:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"
