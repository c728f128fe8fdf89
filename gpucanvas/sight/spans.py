"""spans: the one place that stages report to. Nothing is timed while nobody listens; reporting takes no lock.

    with span("fine", track="stages"):      count("uploads", 2)
             |                                    |
             v                                    v
    every listener's deque, this thread's frame   this thread's totals, this thread's frame

Counts are always kept: a few additions a frame. `span` gives one shared object that does nothing until a trace, a
monitor or `stats(timers=True)` listens. A frame belongs to the thread that draws it; `bound` takes it along to others.
"""

from __future__ import annotations

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar
from weakref import ref

P = ParamSpec("P")
R = TypeVar("R")

RECORDING: Final = "recording"
ENCODE: Final = "encode"
STAGES: Final = "stages"
GPU: Final = "gpu"
UPLOADS: Final = "uploads"
WAITS: Final = "fence waits"
GC: Final = "garbage collector"
COMPILES: Final = "compiles"
ENCODERS: Final = "encoders"
FRAMES: Final = "frames"
TRACKS: Final = (FRAMES, RECORDING, ENCODE, STAGES, GPU, UPLOADS, WAITS, COMPILES, ENCODERS, GC)
"""Every track, in the order in which a trace shows them."""


class Event(NamedTuple):
    """One thing that took time. Times are ``perf_counter_ns``."""

    name: str
    track: str
    start: int
    end: int
    thread: str
    args: dict[str, Any]


class Listener:
    """Who is told. ``events`` only grows at its end, so that any thread may append to it; None keeps nothing."""

    def __init__(self, events: deque[Event] | None = None, *, gpu: bool = False) -> None:
        self.events = events
        self.gpu = gpu


class FrameLog:
    """What happened in one frame, from any thread: both lists only grow."""

    __slots__ = ("counted", "events")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.counted: list[tuple[str, int]] = []


class Nothing:
    """A span that nobody wants."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, *error: object) -> None:
        """Do nothing."""


class Span:
    """A span that is being timed. It is reported when it ends, with an exception as without."""

    __slots__ = ("args", "name", "start", "track")

    def __init__(self, name: str, track: str, args: dict[str, Any]) -> None:
        self.name, self.track, self.args = name, track, args
        self.start = 0

    def __enter__(self) -> None:
        self.start = perf_counter_ns()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.args["error"] = kind.__name__
        emit(self.name, self.track, self.start, perf_counter_ns(), self.args)


NOTHING: Final = Nothing()
PAUSES_KEPT: Final = 4096

_listeners: tuple[Listener, ...] = ()
"""Replaced as a whole, never changed: readers need no lock."""
_changing = threading.Lock()
_changes: deque[tuple[Listener, bool]] = deque()
"""Who wants to come (True) or go; a finaliser may run inside `_changing`, so it only appends here."""
_pauses: deque[tuple[int, int]] = deque(maxlen=PAUSES_KEPT)
_collect_start = 0


class _Local(threading.local):
    """What a thread knows of itself."""

    frame: FrameLog | None = None
    totals: dict[str, int] | None = None


_local = _Local()
_ended: dict[str, int] = {}
_registering = threading.RLock()
"""Reentrant: the collector may run a finaliser that counts while its thread is being registered."""
_folding = False
_threads: list[tuple[ref[threading.Thread], dict[str, int]]] = []


# -- reporting -------------------------------------------------------------------------------------------------


def span(name: str, track: str = STAGES, **args: Any) -> AbstractContextManager[None]:
    """Time what happens inside, if anybody listens.

    Parameters
    ----------
    name
        What it is.
    track
        Where a trace shows it, one of `TRACKS`.
    args
        What is known of it: bytes, counts. Give what costs nothing to find out.
    """
    if not _listeners:
        return NOTHING
    return Span(name, track, args)


def emit(name: str, track: str, start: int, end: int, args: dict[str, Any]) -> None:
    """Report what took from ``start`` to ``end``, ``perf_counter_ns``."""
    event = Event(name, track, start, end, threading.current_thread().name, args)
    for listener in _listeners:
        if listener.events is not None:
            listener.events.append(event)
    frame = _local.frame
    if frame is not None and _listeners:
        frame.events.append(event)


def count(name: str, number: int = 1) -> None:
    """Add to a count of this thread's frame, if it draws one, and to the process's."""
    totals = _local.totals
    if totals is None:
        totals = _local.totals = _new_totals()
    totals[name] = totals.get(name, 0) + number
    frame = _local.frame
    if frame is not None:
        frame.counted.append((name, number))


def count_all(numbers: tuple[tuple[str, int], ...]) -> None:
    """Add to several counts, as `count` does."""
    totals = _local.totals
    if totals is None:
        totals = _local.totals = _new_totals()
    for name, number in numbers:
        totals[name] = totals.get(name, 0) + number
    frame = _local.frame
    if frame is not None:
        frame.counted.extend(numbers)


def bound(work: Callable[P, R]) -> Callable[P, R]:
    """The same work, reporting to this thread's frame on whatever thread it will run."""
    frame = _local.frame
    if frame is None:
        return work

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        before = swap_frame(frame)
        try:
            return work(*args, **kwargs)
        finally:
            swap_frame(before)

    return run


def current_frame() -> FrameLog | None:
    """The frame that this thread draws."""
    return _local.frame


def swap_frame(frame: FrameLog | None) -> FrameLog | None:
    """Make a frame this thread's; returns the one before."""
    before = _local.frame
    _local.frame = frame
    return before


# -- listening -------------------------------------------------------------------------------------------------


def on() -> bool:
    """Whether anybody listens."""
    return bool(_listeners)


def gpu_on() -> bool:
    """Whether anybody wants GPU timer queries."""
    return any(listener.gpu for listener in _listeners)


def listen(listener: Listener) -> None:
    """Tell a listener everything from now on."""
    _changes.append((listener, True))
    _settle(True)


def leave(listener: Listener) -> None:
    """Tell it no more. Leaving twice is harmless."""
    _changes.append((listener, False))
    _settle(True)


def leave_soon(listener: Listener) -> None:
    """As `leave`, for finalisers: never waits. Where another thread changes listeners just now, that one does it."""
    _changes.append((listener, False))
    _settle(False)


def _settle(wait: bool) -> None:
    global _listeners
    # Looked at again after the lock is let go: what a finaliser added meanwhile found it taken.
    while _changes:
        if not _changing.acquire(wait):
            return
        try:
            while _changes:
                listener, comes = _changes.popleft()
                others = tuple(other for other in _listeners if other is not listener)
                _listeners = (*others, listener) if comes else others
            told = _on_collect in gc.callbacks
            if _listeners and not told:
                _forget_collect()
                gc.callbacks.append(_on_collect)
            elif told and not _listeners:
                gc.callbacks.remove(_on_collect)
        finally:
            _changing.release()


def _forget_collect() -> None:
    """A collection whose start was heard and whose end was not is none that goes on."""
    global _collect_start
    _collect_start = 0


def pauses(start: int, end: int) -> int:
    """Nanoseconds between two times for which the garbage collector held the interpreter, while somebody listened."""
    total = 0
    for a, b in reversed(_pauses.copy()):
        if b <= start:
            break
        total += max(min(b, end) - max(a, start), 0)
    return total


def _on_collect(phase: str, info: dict[str, int]) -> None:
    # Only one collection runs at a time, and no thread runs Python during it.
    global _collect_start
    now = perf_counter_ns()
    if phase == "start":
        _collect_start = now
    elif _collect_start:
        _pauses.append((_collect_start, now))
        args = {"generation": info["generation"], "collected": info["collected"]}
        emit(f"generation {info['generation']}", GC, _collect_start, now, args)
        _collect_start = 0


# -- totals ----------------------------------------------------------------------------------------------------


def _new_totals() -> dict[str, int]:
    """This thread's counts; those of threads that ended are added up, so that the list stays short."""
    mine: dict[str, int] = {}
    with _registering:
        _fold()
        _threads.append((ref(threading.current_thread()), mine))
    return mine


def _fold() -> None:
    global _folding
    if _folding:
        return
    _folding, here = True, threading.current_thread() if _local.totals is None else None
    try:
        for entry in tuple(_threads):
            thread = entry[0]()
            # A thread that Python did not start gets the same object when it comes again, and new counts.
            if thread is None or not thread.is_alive() or thread is here:
                _threads.remove(entry)
                for name, number in entry[1].items():
                    _ended[name] = _ended.get(name, 0) + number
    finally:
        _folding = False


def totals() -> dict[str, int]:
    """The process's counts since it started."""
    with _registering:
        _fold()
        out = dict(_ended)
        for name, number in _items():
            out[name] = out.get(name, 0) + number
    return out


def _items() -> Iterator[tuple[str, int]]:
    for _, counts in _threads:
        # A copy in one step: its thread may be adding.
        yield from counts.copy().items()


def _forked() -> None:
    """In a forked child: other threads of the parent held locks and listened, and none of them is here."""
    global _changing, _registering, _folding, _listeners
    _changing, _registering, _folding = threading.Lock(), threading.RLock(), False
    _changes.clear()
    _listeners = tuple(listener for listener in _listeners if listener.events is None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def own_total(name: str) -> int:
    """This thread's count."""
    return (_local.totals or {}).get(name, 0)
