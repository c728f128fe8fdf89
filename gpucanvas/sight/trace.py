"""trace: writes all events inside a block to a file for https://ui.perfetto.dev or chrome://tracing.

The file is JSON in the Trace Event Format: complete events ("X", microseconds) on named threads, one for each track and
Python thread. Events that overlap without nesting (two canvases recorded in turn) get separate lanes.
"""

from __future__ import annotations

import io
import json
import os
import threading
from collections import deque
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from time import perf_counter_ns
from types import TracebackType
from typing import IO, Any, Final

from .. import forks
from ..copies import Uncopied
from . import spans

PID: Final = 1
_open: dict[object, str] = {}
_opening = threading.Lock()


@forks.in_child
def _forked() -> None:
    """In a forked child, replace the lock, which may have been held, and forget the parent's traces."""
    global _opening
    _opening = threading.Lock()
    _open.clear()


class trace(Uncopied):
    """A ``with`` block that writes a trace file of all events inside.

    The file is written when the block ends, also after an exception, and is complete or not there at all.

    Parameters
    ----------
    target
        A path, or a file that is open for writing text or bytes.

    Raises
    ------
    ValueError
        Where another trace is being written to the same file.
    OSError
        Where the file cannot be written; raised before anything is drawn.

    Examples
    --------
    >>> import gpucanvas, io, json
    >>> file = io.StringIO()
    >>> with gpucanvas.trace(file):
    ...     canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    ...     canvas.get_context("2d").fill_rect(0, 0, 4, 4)
    ...     pixels = canvas.to_numpy()
    >>> "fine" in [event["name"] for event in json.loads(file.getvalue())["traceEvents"]]
    True
    """

    _copy_cure = "it writes one file: make another trace(target)"

    def __init__(self, target: str | os.PathLike[str] | IO[str] | IO[bytes]) -> None:
        if not isinstance(target, str | os.PathLike) and not hasattr(target, "write"):
            raise TypeError(f"trace: the target is {target!r:.80}: give a path or a file that is open for writing")
        self._target = target
        self._key: object = None
        self._temporary: Path | None = None

    def __repr__(self) -> str:
        return f"<trace to {self._target!r:.80}>"

    def __enter__(self) -> trace:
        target = self._target
        if getattr(target, "closed", False):
            raise ValueError(f"trace: the file {target!r:.80} is closed: give one that is open for writing")
        path = Path(os.fspath(target)).resolve() if isinstance(target, str | os.PathLike) else None
        key = id(target) if path is None else path
        name = repr(target) if path is None else str(path)
        with _opening:
            if key in _open:
                raise ValueError(f"trace: a trace is being written to {name} already: end it, or give another file")
            _open[key] = name
        try:
            if path is not None:
                self._temporary = _beside(path)
        except BaseException:
            _open.pop(key, None)
            raise
        self._key, self._path = key, path
        self._events: deque[spans.Event] = deque()
        self._listener = spans.Listener(self._events, gpu=True)
        self._start = perf_counter_ns()
        spans.listen(self._listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        spans.leave(self._listener)
        try:
            # A copy: another thread may still report an operation that it began before.
            self._write(
                json.dumps(finite(document(tuple(self._events.copy()), self._start)), default=str, allow_nan=False)
            )
        finally:
            _open.pop(self._key, None)
            if self._temporary is not None:
                self._temporary.unlink(missing_ok=True)
                self._temporary = None

    def _write(self, text: str) -> None:
        if self._path is not None:
            written = self._temporary or self._path
            written.write_text(text, encoding="utf-8")
            if self._temporary is not None:
                self._temporary.replace(self._path)
            return
        file: Any = self._target
        try:
            file.write(text)
        except TypeError:
            _write_bytes(file, text.encode())


def _write_bytes(file: Any, data: bytes) -> None:
    left = memoryview(data)
    while left:
        # A raw stream may write only a part, and returns its size; other objects often return nothing.
        taken = file.write(left)
        if taken is None and isinstance(file, io.RawIOBase):
            raise BlockingIOError(f"trace: {file!r:.80} takes no more: give a path, or a stream that blocks")
        left = left[taken if isinstance(taken, int) else len(left) :]


def _beside(path: Path) -> Path | None:
    """The name of a temporary file to replace the path; None for a device or pipe, which is written to directly."""
    if path.is_dir():
        raise IsADirectoryError(f"trace: {path} is a folder: give the name of a file in it")
    if path.exists() and not path.is_file():
        return None
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(b"")
    except OSError as error:
        reason = error.strerror or str(error)
        raise type(error)(error.errno, f"trace: {path} cannot be written: {reason}: give a folder that can") from error
    return temporary


def finite(value: Any) -> Any:
    """A value with strings in place of numbers that JSON does not have, such as NaN."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def document(events: Iterable[spans.Event], start: int) -> dict[str, Any]:
    """The content of a trace file; times count from ``start``, and earlier events are cut there."""
    out: list[dict[str, Any]] = [
        {"ph": "M", "pid": PID, "tid": 0, "name": "process_name", "args": {"name": "gpucanvas"}}
    ]
    lines: dict[tuple[str, str], list[spans.Event]] = {}
    for event in events:
        if event.end >= start:
            lines.setdefault((event.track, event.thread), []).append(event._replace(start=max(event.start, start)))
    order = {track: i for i, track in enumerate(spans.TRACKS)}
    first: set[str] = set()
    tid = 0
    for track, thread in sorted(lines, key=lambda line: (order.get(line[0], len(order)), line)):
        title = f"{track} ({thread})" if track in first else track
        first.add(track)
        for lane, lane_events in enumerate(lanes(lines[track, thread]), 1):
            tid += 1
            label = title if lane == 1 else f"{title} {lane}"
            out.append({"ph": "M", "pid": PID, "tid": tid, "name": "thread_name", "args": {"name": label}})
            out.append({"ph": "M", "pid": PID, "tid": tid, "name": "thread_sort_index", "args": {"sort_index": tid}})
            for event in lane_events:
                ts, dur = (event.start - start) / 1000, (event.end - event.start) / 1000
                found = {"ph": "X", "pid": PID, "tid": tid, "name": event.name, "cat": event.track, "ts": ts}
                out.append({**found, "dur": dur, "args": {**event.args, "thread": event.thread}})
    return {"traceEvents": out, "displayTimeUnit": "ms"}


def lanes(events: list[spans.Event]) -> list[list[spans.Event]]:
    """Events distributed to lanes, such that any two events of a lane are either disjoint or nested."""
    out: list[list[spans.Event]] = []
    open_ends: list[list[int]] = []
    for event in sorted(events, key=lambda event: (event.start, -event.end)):
        at = next((i for i, ends in enumerate(open_ends) if _fits(event, ends)), len(out))
        if at == len(out):
            out.append([])
            open_ends.append([])
        out[at].append(event)
        open_ends[at].append(event.end)
    return out


def _fits(event: spans.Event, ends: list[int]) -> bool:
    """Whether an event fits in a lane: inside its innermost open event, or after all; drops events that have ended."""
    while ends and ends[-1] <= event.start:
        ends.pop()
    return not ends or event.end <= ends[-1]
