"""monitor: finds slow frames and their causes, and warns of habits of the program that make frames slow.

    frames --feed--> window of times --> p50, p95, p99
                 |-> stalls: frames over the budget, each with its main cause
                 `-> PerformanceWarning, once for each habit and canvas

A cause is named only when it explains at least half of the time over the budget; else it is "unknown".
"""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final, Literal, Protocol

from ..copies import Uncopied
from ..names import Hinted
from .callers import callers_level
from .stats import FrameStats, merged

if TYPE_CHECKING:
    from .book import Watch

Cause = Literal["gc", "upload", "fence wait", "compile", "encode", "encoder", "recording", "drawing", "unknown"]
MANY_EQUAL: Final = 200
"""Single commands in a row that one batch call can replace, from which a warning is given."""
MANY_UPLOADS: Final = 64
SMALL_UPLOAD: Final = 16384
MANY_READBACKS: Final = 3
MANY_FRAMES: Final = 8
"""Frames in a row that make the same object anew, from which a warning is given."""


class PerformanceWarning(UserWarning):
    """A habit that makes frames slow, with what to do instead."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A frame that took longer than the budget.

    Attributes
    ----------
    frame : int
        Number of the frame.
    total_ms : float
        Duration of the frame.
    cause : str
        ``"gc"``, ``"upload"``, ``"fence wait"``, ``"compile"``, ``"encode"`` (making the scene), ``"encoder"`` (writing
        PNG and the like), ``"recording"`` (the program's own code, from its first command on), ``"drawing"`` (the
        stages), or ``"unknown"``.
    cause_ms : float
        The part due to the cause; 0 where it is unknown.
    """

    frame: int
    total_ms: float
    cause: Cause
    cause_ms: float

    def __str__(self) -> str:
        return f"frame {self.frame}: {self.total_ms:.1f} ms, {self.cause} {self.cause_ms:.1f} ms"


class Watched(Protocol):
    """An object that a monitor can watch: a `Canvas`."""

    @property  # Not a plain attribute: pyright takes no property for one that can be set.
    def monitor(self) -> FrameMonitor | None:
        """The monitor that is fed."""

    @monitor.setter
    def monitor(self, monitor: FrameMonitor | None, /) -> None: ...


class FrameMonitor(Hinted, Uncopied):
    """Keeps the times of the last frames, finds stalls and their causes, and warns of habits that cause them.

    Parameters
    ----------
    budget_ms
        Time allowed for a frame; 16.7 ms are 60 frames a second.
    window
        Number of frames that are remembered.

    Attributes
    ----------
    frames : int
        Frames fed so far.
    stalls : deque of Stall
        The last stalls, at most as many as the window.

    Examples
    --------
    >>> from gpucanvas import FrameMonitor, FrameStats
    >>> monitor = FrameMonitor(budget_ms=10)
    >>> for number in range(1, 100):
    ...     monitor.feed(FrameStats(frame=number, total_ms=4.0))
    >>> monitor.feed(FrameStats(frame=100, total_ms=30.0, gc_ms=24.0))
    >>> monitor.p50, monitor.stalls[-1].cause
    (4.0, 'gc')
    """

    __slots__ = ("__weakref__", "_local", "_own", "_times", "budget_ms", "frames", "stalls")
    _copy_cure = "it counts the frames of canvases: make another FrameMonitor(budget_ms, window)"

    def __init__(self, budget_ms: float = 16.7, window: int = 600) -> None:
        if not isinstance(budget_ms, int | float) or not isfinite(budget_ms) or budget_ms <= 0:
            raise ValueError(f"FrameMonitor: budget_ms is {budget_ms!r}: give more than 0 milliseconds")
        if not isinstance(window, int) or window < 1:
            raise ValueError(f"FrameMonitor: window is {window!r}: give a whole number of frames from 1 on")
        self.budget_ms = float(budget_ms)
        self.frames = 0
        self.stalls: deque[Stall] = deque(maxlen=window)
        self._times: deque[float] = deque(maxlen=window)
        self._own = _Habits()
        self._local = threading.local()

    def watch(self, canvas: Watched) -> FrameMonitor:
        """Watch a canvas, as by ``canvas.monitor = self``; returns the monitor."""
        canvas.monitor = self
        return self

    def feed(self, frame: FrameStats, watch: Watch | None = None) -> None:
        """Add a frame. A watched canvas calls this by itself.

        Parameters
        ----------
        frame
            The frame.
        watch
            The subscription of the frame's canvas; each warning is given once for it.
        """
        held: list[tuple[FrameStats, Watch | None]] | None = getattr(self._local, "held", None)
        if held is not None:
            held.append((frame, watch))
            return
        self.frames += 1
        self._times.append(frame.total_ms)
        if frame.total_ms > self.budget_ms:
            self.stalls.append(stall(frame, self.budget_ms))
        habits = self._own if watch is None else watch
        for habit, text in found_habits(frame, habits.repeats):
            if habit not in habits.warned:
                habits.warned.add(habit)
                warnings.warn(text, PerformanceWarning, stacklevel=callers_level())

    @contextlib.contextmanager
    def frame(self) -> Iterator[None]:
        """A ``with`` block whose draws on this thread count as one frame for each canvas.

        Use it where one frame of the program flushes or reads a canvas several times.
        """
        if getattr(self._local, "held", None) is not None:
            raise RuntimeError("FrameMonitor.frame: a frame is open on this thread already: end it first")
        held: list[tuple[FrameStats, Watch | None]] = []
        self._local.held = held
        try:
            yield
        finally:
            self._local.held = None
            watches = {id(watch): watch for _, watch in held}
            with contextlib.ExitStack() as feeds:
                # A warning that raises an error must not keep other canvases' frames from being counted.
                for key, watch in reversed(watches.items()):
                    feeds.callback(self.feed, merged([frame for frame, of in held if id(of) == key]), watch)

    # -- results -----------------------------------------------------------------------------------------------

    @property
    def p50(self) -> float:
        """The median of the window's frame times, ms."""
        return self.percentile(50)

    @property
    def p95(self) -> float:
        """The 95th percentile of the window's frame times, ms."""
        return self.percentile(95)

    @property
    def p99(self) -> float:
        """The 99th percentile of the window's frame times, ms."""
        return self.percentile(99)

    def percentile(self, percent: float) -> float:
        """A percentile of the window's frame times, ms, interpolated between neighbours; NaN before the first frame."""
        if not 0 <= percent <= 100:
            raise ValueError(f"percentile: percent is {percent!r}: give 0 to 100")
        times = sorted(self._times.copy())
        if not times:
            return float("nan")
        place = (len(times) - 1) * percent / 100
        below = int(place)
        above = min(below + 1, len(times) - 1)
        return times[below] + (times[above] - times[below]) * (place - below)

    def report(self) -> str:
        """A summary of a few lines: percentiles, and the number of stalls by cause."""
        causes: dict[str, int] = {}
        for one in self.stalls.copy():
            causes[one.cause] = causes.get(one.cause, 0) + 1
        late = ", ".join(f"{number} {cause}" for cause, number in sorted(causes.items())) or "none"
        return (
            f"{self.frames} frames: p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms, p99 {self.p99:.1f} ms\n"
            f"over the budget of {self.budget_ms:.1f} ms: {late}"
        )

    def __repr__(self) -> str:
        return f"<FrameMonitor: {self.frames} frames, {len(self.stalls)} stalls over {self.budget_ms:.1f} ms>"


class _Habits:
    """The state for warnings that a `Watch` keeps for a canvas, for frames that are fed without one."""

    def __init__(self) -> None:
        self.warned: set[str] = set()
        self.repeats: dict[str, int] = {}


def stall(frame: FrameStats, budget_ms: float) -> Stall:
    """The stall of a late frame, with its cause."""
    over = frame.total_ms - budget_ms
    # The times of these are parts of the other times.
    inner: tuple[tuple[float, Cause], ...] = ((frame.gc_ms, "gc"), (frame.compile_ms, "compile"))
    ms, cause = max(inner, key=lambda entry: entry[0])
    if ms * 2 >= over:
        return Stall(frame.frame, frame.total_ms, cause, ms)
    seen: list[tuple[float, Cause]] = [
        (frame.wait_ms, "fence wait"),
        (frame.upload_ms, "upload"),
        (frame.encode_ms, "encode"),
        (frame.encoder_ms, "encoder"),
        (frame.record_ms, "recording"),
        (sum(frame.stage_ms.values()), "drawing"),
    ]
    ms, cause = max(seen, key=lambda entry: entry[0])
    if ms * 2 < over:
        return Stall(frame.frame, frame.total_ms, "unknown", 0.0)
    return Stall(frame.frame, frame.total_ms, cause, ms)


def found_habits(frame: FrameStats, repeats: dict[str, int]) -> Iterator[tuple[str, str]]:
    """The habits found in a frame, each with its warning; ``repeats`` counts consecutive frames by habit."""
    for method, length in frame.runs.items():
        if length >= MANY_EQUAL:
            cure = f"draw them with one call of {method}(), which takes arrays and is one command"
            yield f"equal {method}", f"frame {frame.frame} draws {length} equal shapes one by one: {cure}"
    if frame.uploads >= MANY_UPLOADS and frame.bytes_uploaded < frame.uploads * SMALL_UPLOAD:
        each = frame.bytes_uploaded // frame.uploads
        yield (
            "uploads",
            f"frame {frame.frame} makes {frame.uploads} uploads of {each} bytes each, in {frame.flushes} flushes: "
            "record everything first and flush or read once, or draw with the batch methods",
        )
    if frame.readbacks >= MANY_READBACKS:
        yield (
            "readbacks",
            f"frame {frame.frame} reads pixels back {frame.readbacks} times: each time waits until all is drawn; read "
            "once at the end of the frame and keep the array",
        )
    for habit, made, text in (
        ("images", frame.images_made, "draws images that did not exist before: make them once and keep them"),
        ("canvases", frame.canvases_made, "makes canvases: make them once, keep them, and reset() them"),
    ):
        repeats[habit] = repeats.get(habit, 0) + 1 if made else 0
        if repeats[habit] >= MANY_FRAMES:
            yield habit, f"each of the last {MANY_FRAMES} frames (up to {frame.frame}) {text}, frame after frame"
