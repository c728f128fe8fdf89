"""book: `FrameBook` collects counts and times of one canvas's frames; `FrameStats` are made from it on demand.

A frame begins with the first command recorded after the previous frame. It ends when `flush` or a readback of the whole
canvas has drawn it. A partial readback (`get_image_data`) belongs to the frame and does not end it. A frame in flight
on a GPU stays open, and ends when the GPU has drawn it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Mapping
from time import perf_counter_ns
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol

from . import spans

if TYPE_CHECKING:
    from .stats import CanvasStats, FrameStats

COUNTS: Final = frozenset(
    (
        "commands",
        "batches",
        "flushes",
        "uploads",
        "bytes_uploaded",
        "texel_bytes_uploaded",
        "allocations",
        "growths",
        "evictions",
        "compiles",
        "waits",
        "readbacks",
        "dropped",
        "pictures_rasterised",
        "pictures_reused",
    )
)
UNSUMMED: Final = 4096
EVENTS_KEPT: Final = 10_000
_TRACK_TIMES: Final = {
    "encode_ms": spans.ENCODE,
    "upload_ms": spans.UPLOADS,
    "wait_ms": spans.WAITS,
    "compile_ms": spans.COMPILES,
    "encoder_ms": spans.ENCODERS,
}


class Monitor(Protocol):
    """An object that is fed with frames: a `FrameMonitor`."""

    def feed(self, frame: FrameStats, watch: Watch | None = None) -> None:
        """Add a frame."""


class OpenFrame:
    """The counts and times of an unfinished frame. Times are nanoseconds of ``perf_counter_ns``."""

    __slots__ = ("began", "images_made", "intervals", "log", "record_ns", "runs", "work_ns")

    def __init__(self) -> None:
        self.log = spans.FrameLog()
        self.began = self.record_ns = self.work_ns = self.images_made = 0
        self.intervals: list[tuple[int, int]] = []
        self.runs: dict[str, int] = {}

    def reset(self) -> None:
        """Start over for the next frame."""
        self.log.events.clear()
        self.log.counted.clear()
        self.began = self.record_ns = self.work_ns = self.images_made = 0
        self.intervals.clear()
        if self.runs:
            self.runs = {}

    def worked(self, since: int, until: int) -> None:
        """Add a time interval of work on the frame."""
        self.work_ns += until - since
        self.intervals.append((since, until))


class FrameBook:
    """One canvas's frames: the open one, the last one, the sums, and the monitor."""

    __slots__ = (
        "__weakref__",
        "_blocks",
        "_depth",
        "_drawn",
        "_ends",
        "_frames",
        "_last",
        "_left",
        "_made",
        "_open",
        "_outer",
        "_recording_since",
        "_started",
        "_totals",
        "_unsummed",
        "watch",
    )

    def __init__(self) -> None:
        self.watch: Watch | None = None
        # FrameStats and sums are made on demand: making them takes longer than all the counting.
        # Number, counts and times of the last frame: replaced as a whole, for readers on other threads.
        self._last: tuple[int, tuple[tuple[str, int], ...], dict[str, Any]] = (0, (), {})
        self._unsummed: list[tuple[str, int]] = []
        self._totals: dict[str, int] = {}
        self._outer: spans.FrameLog | None = None
        self._open = OpenFrame()
        self._left: OpenFrame | None = None
        self._made = (0, 0)
        """The thread of the last frame, and the number of canvases that it had made by then."""
        self._drawn = False
        self._frames = self._blocks = self._depth = self._recording_since = self._started = 0
        self._ends = False

    def _reset(self) -> None:
        self._open.reset()
        self._drawn = False

    # -- reported by the canvas --------------------------------------------------------------------------------

    def begin_recording(self) -> None:
        """Note that the first command after a flush is being recorded."""
        self._recording_since = perf_counter_ns()

    def recorded(self) -> tuple[int, int]:
        """The time when recording began, and the present time; zeros where nothing was recorded."""
        return (self._recording_since, perf_counter_ns()) if self._recording_since else (0, 0)

    def taken(self) -> None:
        """Note that the recording was handed over, with the times of `recorded`, to a submitted frame."""
        self._recording_since = 0

    def drawing(self, commands: int, batches: int, recorded: tuple[int, int] | None = None) -> None:
        """Note that commands are about to be drawn; ``recorded`` are the times of a recording handed over before."""
        spans.count_all((("commands", commands), ("batches", batches), ("flushes", 1)))
        since, until = (self._recording_since, self._started) if recorded is None else recorded
        frame = self._open
        frame.began = frame.began or since or self._started
        if since:
            if recorded is None:
                self._recording_since = 0
            until = max(until, since)  # Commands recorded while a frame was read or saved began after it.
            frame.record_ns += until - since
            frame.intervals.append((since, until))
            if spans.on():
                spans.emit("record", spans.RECORDING, since, until, {"commands": commands, "batches": batches})

    def drawn(self) -> None:
        """Note that the commands have been drawn: even after a later error there was a frame."""
        self._drawn = True

    def leave_open(self) -> OpenFrame:
        """Inside a frame's block: keep the frame open after the block, until `end` is called, on any thread."""
        self._left = self._open
        return self._open

    def end(self, frame: OpenFrame, worked: Iterable[tuple[int, int]] = ()) -> None:
        """End a frame left open, once it has been drawn; ``worked`` are intervals of work on other threads."""
        for since, until in worked:
            frame.worked(since, until)
        self._end(perf_counter_ns(), frame)

    def note_recorded(self, name: str) -> None:
        """Count an event of the frame that is being recorded."""
        spans.count(name)
        self._open.log.counted.append((name, 1))

    def note(self, images_made: int, runs: Mapping[str, int]) -> None:
        """Add the findings from a monitored recording."""
        frame = self._open
        frame.images_made += images_made
        for method, length in runs.items():
            frame.runs[method] = max(frame.runs.get(method, 0), length)

    def frame(self, *, ends: bool = True) -> FrameBook:
        """A ``with`` block of work on the frame. The outermost block ends the frame, if that has ``ends``."""
        if not self._depth:
            self._ends = ends
        return self

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._started = perf_counter_ns()
            self._outer = spans.swap_frame(self._open.log)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth:
            return
        spans.swap_frame(self._outer)
        self._outer = None
        if kind is not None and not self._drawn:
            self._left = None
            self._reset()
            return
        frame, now = self._open, perf_counter_ns()
        if self._left is not None:
            self._open, self._left, self._drawn = OpenFrame(), None, False
            frame.worked(self._started, now)
            return
        if not frame.began:
            # Nothing new was drawn: the readback counts for the next frame, its time for no frame.
            frame.log.events.clear()
            self._shorten()
            return
        frame.worked(self._started, now)
        if self._ends or kind is not None:
            try:
                self._end(now, frame)
            finally:
                self._reset()
        else:
            self._shorten()

    def _shorten(self) -> None:
        """Sum up counts and drop old events now and then, since a frame may have any number of parts."""
        log = self._open.log
        if len(log.counted) > UNSUMMED:
            log.counted[:] = summed(log.counted).items()
        del log.events[:-EVENTS_KEPT]

    def _end(self, now: int, frame: OpenFrame) -> None:
        spans.count("frames")
        self._frames += 1
        counted = tuple(frame.log.counted)
        self._unsummed.extend(counted)
        if len(self._unsummed) > UNSUMMED:
            self._sum()
        known: dict[str, Any] = {
            "total_ms": (frame.record_ns + frame.work_ns) / 1e6,
            "record_ms": frame.record_ns / 1e6,
        }
        if spans.on():
            self._measure(now, frame, counted, known)
        watch = self.watch
        if watch is not None:
            thread, made = threading.get_ident(), spans.own_total("canvases")
            # Unknown where the last frame was drawn on another thread.
            known["canvases_made"] = made - self._made[1] if thread == self._made[0] else 0
            known["images_made"], known["runs"] = frame.images_made, frame.runs
            self._made = thread, made
            frame.runs = {}
        self._last = self._frames, counted, known
        if watch is not None:
            # Last, since a warning may raise an error.
            watch.monitor.feed(self._last_frame(), watch)

    def _measure(
        self, now: int, frame: OpenFrame, counted: tuple[tuple[str, int], ...], known: dict[str, Any]
    ) -> None:
        """Add the times that are measured only while a monitor or trace listens."""
        events, counts = frame.log.events, summed(counted)
        args = {name: counts.get(name, 0) for name in ("commands", "batches", "bytes_uploaded")}
        spans.emit(f"frame {self._frames}", spans.FRAMES, frame.began, now, args)
        for name, track in _TRACK_TIMES.items():
            known[name] = covered_ms(event for event in events if event.track == track)
        known["gc_ms"] = sum(spans.pauses(start, end) for start, end in frame.intervals) / 1e6
        known["stage_ms"] = by_name(events, spans.STAGES)
        known["gpu_ms"] = by_name(events, spans.GPU)
        blocks = sys.getallocatedblocks()
        known["python_objects"] = blocks - self._blocks if self._blocks else 0
        known["timed"] = True
        self._blocks = blocks

    def _sum(self) -> None:
        for name, number in self._unsummed:
            self._totals[name] = self._totals.get(name, 0) + number
        self._unsummed.clear()

    # -- for the user ------------------------------------------------------------------------------------------

    def _last_frame(self) -> FrameStats:
        from .stats import FrameStats

        number, counted, times = self._last
        known: dict[str, Any] = {name: n for name, n in summed(counted).items() if name in COUNTS}
        return FrameStats(frame=number, **known, **times)

    def stats(self) -> CanvasStats:
        """The last frame and the sums."""
        from .stats import CanvasStats, as_totals

        self._sum()
        total = as_totals({**self._totals, "frames": self._frames})
        return CanvasStats(self._last_frame() if self._last[0] else None, total)

    def set_watch(self, watch: Watch | None) -> None:
        """Feed every frame from now on to a monitor, or to none."""
        self.watch = watch
        self._made = threading.get_ident(), spans.own_total("canvases")


class Watch:
    """A monitor's subscription to one canvas. It makes the library measure times until it is released."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.warned: set[str] = set()
        self.repeats: dict[str, int] = {}
        self.listener = spans.Listener()
        spans.listen(self.listener)

    def release(self) -> None:
        """Stop measuring for this monitor; a finaliser may call this."""
        spans.leave_soon(self.listener)


def summed(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sums of numbers by name."""
    out: dict[str, int] = {}
    for name, number in counted:
        out[name] = out.get(name, 0) + number
    return out


def covered_ms(events: Iterable[spans.Event]) -> float:
    """Milliseconds during which at least one of the events ran; overlaps count once."""
    total = last = 0
    for start, end in sorted((event.start, event.end) for event in events):
        total += max(end - max(start, last), 0)
        last = max(last, end)
    return total / 1e6


def by_name(events: Iterable[spans.Event], track: str) -> dict[str, float]:
    """Milliseconds of a track's events by their names."""
    out: dict[str, float] = {}
    for event in events:
        if event.track == track:
            out[event.name] = out.get(event.name, 0.0) + (event.end - event.start) / 1e6
    return out
