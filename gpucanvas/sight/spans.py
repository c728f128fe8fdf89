"""spans: where all parts of the library report times and counts. Reporting takes no lock.

    with span("fine", track="stages"):      count("uploads", 2)
             |                                    |
             v                                    v
    every listener's deque, this thread's frame   this thread's totals, this thread's frame

Counts are always kept: a few additions a frame. Times are measured only while a trace, a monitor or
`stats(timers=True)` listens; otherwise `span` returns a shared object that does nothing. A frame belongs to the thread
that draws it; `bound` passes it on to other threads.
"""

from __future__ import annotations

import gc
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar
from weakref import ref

from .. import forks

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
    """A timed operation. Times are ``perf_counter_ns``."""

    name: str
    track: str
    start: int
    end: int
    thread: str
    args: dict[str, Any]


class Listener:
    """A receiver of events. Any thread may append to ``events``; None keeps no events."""

    def __init__(self, events: deque[Event] | None = None, *, gpu: bool = False) -> None:
        self.events = events
        self.gpu = gpu


class FrameLog:
    """The events and counts of one frame, from any thread: both lists are only appended to."""

    __slots__ = ("counted", "events")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.counted: list[tuple[str, int]] = []


class Nothing:
    """The span while nobody listens: it does nothing."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, *error: object) -> None:
        """Do nothing."""


class Span:
    """A span that is being timed. It is reported when it ends, also after an exception."""

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
"""All listeners. The tuple is replaced as a whole, so that readers need no lock."""
_changing = threading.Lock()
_changes: deque[tuple[Listener, bool]] = deque()
"""Listeners to add (True) or remove. Finalisers only append here, since they may run while `_changing` is held."""
_pauses: deque[tuple[int, int]] = deque(maxlen=PAUSES_KEPT)
_collect_start = 0


class _Local(threading.local):
    """The state of a thread: its frame and its counts."""

    frame: FrameLog | None = None
    totals: dict[str, int] | None = None


_local = _Local()
_ended: dict[str, int] = {}
_registering = threading.RLock()
"""Reentrant: a finaliser that counts may run while its thread is being registered."""
_folding = False
_threads: list[tuple[ref[threading.Thread], dict[str, int]]] = []


# -- reporting -------------------------------------------------------------------------------------------------


def span(name: str, track: str = STAGES, **args: Any) -> AbstractContextManager[None]:
    """A ``with`` block that is timed while a listener exists.

    Parameters
    ----------
    name
        Name of the operation.
    track
        The track that shows it in a trace, one of `TRACKS`.
    args
        Details such as bytes and counts, which must be cheap to find out.
    """
    if not _listeners:
        return NOTHING
    return Span(name, track, args)


def emit(name: str, track: str, start: int, end: int, args: dict[str, Any]) -> None:
    """Report an operation from ``start`` to ``end``, ``perf_counter_ns``."""
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
    """A function that does the work, on any thread, reporting to this thread's present frame."""
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
    """Set this thread's frame; returns the previous one."""
    before = _local.frame
    _local.frame = frame
    return before


# -- listening -------------------------------------------------------------------------------------------------


def on() -> bool:
    """Whether there is a listener."""
    return bool(_listeners)


def gpu_on() -> bool:
    """Whether a listener wants GPU timer queries."""
    return any(listener.gpu for listener in _listeners)


def listen(listener: Listener) -> None:
    """Add a listener."""
    _changes.append((listener, True))
    _settle(True)


def leave(listener: Listener) -> None:
    """Remove a listener. Removing it twice is harmless."""
    _changes.append((listener, False))
    _settle(True)


def leave_soon(listener: Listener) -> None:
    """As `leave`, for finalisers: it never waits. A thread that is changing listeners just now does it instead."""
    _changes.append((listener, False))
    _settle(False)


def _settle(wait: bool) -> None:
    global _listeners
    # Checked again after the lock is released: a finaliser that found the lock taken may have appended meanwhile.
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
    """Forget a garbage collection whose start was seen, but not its end."""
    global _collect_start
    _collect_start = 0


def pauses(start: int, end: int) -> int:
    """Nanoseconds between two times during which the garbage collector ran, while there was a listener."""
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
    """Make this thread's counts; counts of ended threads are summed up, so that the list stays short."""
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
            # A foreign thread that comes again gets the same Thread object, but new counts.
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
        # copy() is atomic: the thread may be changing its counts.
        yield from counts.copy().items()


@forks.in_child
def _forked() -> None:
    """In a forked child, replace locks and drop listeners and counts of threads that exist only in the parent."""
    global _changing, _registering, _folding, _listeners
    _changing, _registering, _folding = threading.Lock(), threading.RLock(), False
    _changes.clear()
    _listeners = tuple(listener for listener in _listeners if listener.events is None)


def own_total(name: str) -> int:
    """This thread's count."""
    return (_local.totals or {}).get(name, 0)
