"""FrameBook: the books of one canvas's frames, kept while they are drawn; `FrameStats` are made when asked for.

A frame begins with the first command recorded after the last one, and ends when `flush` or a readback of the whole
canvas has drawn it. Pixels read in between (`get_image_data`) belong to the frame and do not end it. One that a GPU
draws while others follow is left open, and ends when it has landed.
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
    """What is fed with frames: a `FrameMonitor`."""

    def feed(self, frame: FrameStats, watch: Watch | None = None) -> None:
        """Take a frame in."""


class OpenFrame:
    """What is known of one frame so far. Its times are nanoseconds of ``perf_counter_ns``."""

    __slots__ = ("began", "images_made", "intervals", "log", "record_ns", "runs", "work_ns")

    def __init__(self) -> None:
        self.log = spans.FrameLog()
        self.began = self.record_ns = self.work_ns = self.images_made = 0
        self.intervals: list[tuple[int, int]] = []
        self.runs: dict[str, int] = {}

    def reset(self) -> None:
        """Be the next frame."""
        self.log.events.clear()
        self.log.counted.clear()
        self.began = self.record_ns = self.work_ns = self.images_made = 0
        self.intervals.clear()
        if self.runs:
            self.runs = {}

    def worked(self, since: int, until: int) -> None:
        """It took this time."""
        self.work_ns += until - since
        self.intervals.append((since, until))


class FrameBook:
    """One canvas's frames: what is open, the last one, the sums, and who watches."""

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
        # FrameStats and sums are made when asked for: making them takes longer than all the counting.
        # The number of the last frame, its counts and its times: replaced as a whole, for readers on other threads.
        self._last: tuple[int, tuple[tuple[str, int], ...], dict[str, Any]] = (0, (), {})
        self._unsummed: list[tuple[str, int]] = []
        self._totals: dict[str, int] = {}
        self._outer: spans.FrameLog | None = None
        self._open = OpenFrame()
        self._left: OpenFrame | None = None
        self._made = (0, 0)
        """This thread, and how many canvases it had made."""
        self._drawn = False
        self._frames = self._blocks = self._depth = self._recording_since = self._started = 0
        self._ends = False

    def _reset(self) -> None:
        self._open.reset()
        self._drawn = False

    # -- what the canvas reports -------------------------------------------------------------------------------

    def begin_recording(self) -> None:
        """The first command after a flush is about to be recorded."""
        self._recording_since = perf_counter_ns()

    def recorded(self) -> tuple[int, int]:
        """When recording began, and now; zeros where nothing was recorded."""
        return (self._recording_since, perf_counter_ns()) if self._recording_since else (0, 0)

    def taken(self) -> None:
        """What `recorded` told is another frame's now."""
        self._recording_since = 0

    def drawing(self, commands: int, batches: int, recorded: tuple[int, int] | None = None) -> None:
        """So many recorded commands are about to be drawn; ``recorded`` is for those that were taken before."""
        spans.count_all((("commands", commands), ("batches", batches), ("flushes", 1)))
        since, until = (self._recording_since, self._started) if recorded is None else recorded
        frame = self._open
        frame.began = frame.began or since or self._started
        if since:
            if recorded is None:
                self._recording_since = 0
            until = max(until, since)  # What is recorded while a frame is read or saved began after it.
            frame.record_ns += until - since
            frame.intervals.append((since, until))
            if spans.on():
                spans.emit("record", spans.RECORDING, since, until, {"commands": commands, "batches": batches})

    def drawn(self) -> None:
        """It has been: whatever is raised from here on, there was a frame."""
        self._drawn = True

    def leave_open(self) -> OpenFrame:
        """Inside a block: the frame goes on elsewhere when the block ends; `end` ends it, on any thread."""
        self._left = self._open
        return self._open

    def end(self, frame: OpenFrame, worked: Iterable[tuple[int, int]] = ()) -> None:
        """A frame that was left open has been drawn, and took these times elsewhere. One that was not never ends."""
        for since, until in worked:
            frame.worked(since, until)
        self._end(perf_counter_ns(), frame)

    def note_recorded(self, name: str) -> None:
        """Count something that was done while the next frame was recorded."""
        spans.count(name)
        self._open.log.counted.append((name, 1))

    def note(self, images_made: int, runs: Mapping[str, int]) -> None:
        """What was found in a watched recording."""
        frame = self._open
        frame.images_made += images_made
        for method, length in runs.items():
            frame.runs[method] = max(frame.runs.get(method, 0), length)

    def frame(self, *, ends: bool = True) -> FrameBook:
        """What is drawn and read inside belongs to the frame; it ends with the outermost block, if that ``ends`` it."""
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
            # Nothing new was drawn: the readback counts for the next frame, its time for none.
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
        """A frame may have any number of parts: its counts are added up now and then, old events are let go."""
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
            # Of another thread than the last frame's, nobody knows how many it had made then.
            known["canvases_made"] = made - self._made[1] if thread == self._made[0] else 0
            known["images_made"], known["runs"] = frame.images_made, frame.runs
            self._made = thread, made
            frame.runs = {}
        self._last = self._frames, counted, known
        if watch is not None:
            # Last, as a warning may have been made an error.
            watch.monitor.feed(self._last_frame(), watch)

    def _measure(
        self, now: int, frame: OpenFrame, counted: tuple[tuple[str, int], ...], known: dict[str, Any]
    ) -> None:
        """The times that are only known while somebody listens."""
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

    # -- what the user asks ------------------------------------------------------------------------------------

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
    """A monitor that watches one canvas: it makes the library measure, until it is released."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.warned: set[str] = set()
        self.repeats: dict[str, int] = {}
        self.listener = spans.Listener()
        spans.listen(self.listener)

    def release(self) -> None:
        """Stop measuring for it; a finaliser may call this."""
        spans.leave_soon(self.listener)


def summed(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Numbers by name."""
    out: dict[str, int] = {}
    for name, number in counted:
        out[name] = out.get(name, 0) + number
    return out


def covered_ms(events: Iterable[spans.Event]) -> float:
    """Milliseconds in which at least one of the events ran: what lies inside another is not counted twice."""
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
