"""events: the events of a view, in the form of the renderview specification, and their handlers.

    host --submit--> queue (moves, wheels, resizes in a row become one) --flush--> handlers, in order
                            |
                            +-- the last move has all of them as `Event.coalesced`

Names and fields are those of rendercanvas and jupyter_rfb, so that handlers work in all hosts:
https://jupyter-rfb.readthedocs.io/en/stable/events.html. Each record also carries the newer spelling of two fields,
``type`` and ``timestamp``. ``key_repeat``, ``focus_in``, ``focus_out`` and ``drop`` are ours.
"""

from __future__ import annotations

import inspect
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final, Literal, TypeVar, overload

from .. import later
from ..names import nearest, snake
from .words import EVENT_WORDS

__all__ = ["EVENT_TYPES", "Event", "EventHub", "Handler", "OnError"]

EVENT_TYPES: Final = (
    "resize",
    "close",
    "pointer_down",
    "pointer_up",
    "pointer_move",
    "pointer_enter",
    "pointer_leave",
    "double_click",
    "wheel",
    "key_down",
    "key_repeat",
    "key_up",
    "char",
    "focus_in",
    "focus_out",
    "drop",
    "before_draw",
    "animate",
)
MERGED: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "pointer_move": (("button", "buttons", "modifiers", "ntouches"), ()),
    "wheel": (("buttons", "modifiers"), ("dx", "dy")),
    "resize": ((), ()),
}
"""Events that are merged when they follow one another: the fields that must be equal, and those that are summed."""
MOST_COALESCED: Final = 4096
"""Most moves of one event, about 3 MB. A mouse of 1000 Hz makes as many in 4 s; of more, the oldest are thinned out."""

OnError = Literal["show", "raise"]
Handler = Callable[["Event"], Any]
H = TypeVar("H", bound=Handler)


class Event(dict[str, Any]):
    """One event: a dict whose fields are also attributes.

    ``event_type`` (also ``type``) is its type, ``time_stamp`` (also ``timestamp``) its time: seconds of
    `time.perf_counter`. Setting ``stop_propagation`` to True skips the handlers that come later.

    Examples
    --------
    >>> from gpucanvas.window.events import Event
    >>> event = Event("pointer_down", x=3.0, y=4.0, button=1)
    >>> event.x, event["y"], event.type
    (3.0, 4.0, 'pointer_down')
    """

    # No field, so that the dict has the specification's fields alone, and an event does not contain itself.
    __slots__ = ("_earlier",)

    def __init__(self, event_type: str, **fields: Any) -> None:
        fields.setdefault("time_stamp", time.perf_counter())
        super().__init__(event_type=event_type, type=event_type, timestamp=fields["time_stamp"], **fields)
        self._earlier: tuple[Event, ...] = ()

    @property
    def coalesced(self) -> tuple[Event, ...]:
        """The events that were merged into this one, from the first to the last, which is this event itself.

        Moves of the pointer that follow one another while a handler or a frame takes its time reach the handlers as one
        event. Draw through all of them, as with a browser's `getCoalescedEvents()`. For other events it is the event
        alone.
        """
        return (*self._earlier, self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # Such as __setstate__, which copy looks for before the event has its fields.
            raise AttributeError(f"an event has no attribute {name!r}")
        try:
            return self[name]
        except KeyError:
            meant = field_meant(self, name)
            cure = f"did you mean {meant}?" if meant else f"it has {', '.join(sorted(self))}"
            raise AttributeError(f"a {self['event_type']} event has no field {name!r}: {cure}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in Event.__slots__:
            super().__setattr__(name, value)
        else:
            self[name] = value

    def __repr__(self) -> str:
        hidden = ("event_type", "type", "time_stamp", "timestamp")
        fields = ", ".join(f"{name}={value!r}" for name, value in self.items() if name not in hidden)
        return f"<Event {self['event_type']}{': ' if fields else ''}{fields}>"


def field_meant(event: Event, name: str) -> str | None:
    """What was probably meant by a field that an event does not have."""
    word = EVENT_WORDS.get(snake(name))
    is_here = word is not None and (not word.isidentifier() or word in event or hasattr(Event, word))
    return word if is_here else nearest([*event, "coalesced"], name)


def as_event(record: Mapping[str, Any]) -> Event:
    """An event from a record of another host: a dict with at least ``event_type`` (or ``type``).

    Raises
    ------
    TypeError
        For what is no dict.
    ValueError
        For a record of an unknown type, or without a type.
    """
    if not isinstance(record, Mapping):
        raise TypeError(
            f"the event is {record!r:.80}: give an Event, as gpucanvas.Event('key_down', key='a'), or a dict"
        )
    kind = record.get("event_type", record.get("type"))
    if kind not in EVENT_TYPES:
        raise ValueError(f"the event_type is {kind!r}: give one of {', '.join(EVENT_TYPES)}")
    if isinstance(record, Event):
        return record
    fields = {name: value for name, value in record.items() if name not in ("event_type", "type", "timestamp")}
    if "timestamp" in record:
        fields.setdefault("time_stamp", record["timestamp"])
    return Event(kind, **fields)


def checked_types(types: tuple[Any, ...], where: str) -> tuple[str, ...]:
    """The given types of events, checked, each once."""
    for each in types:
        if not isinstance(each, str):
            cure = ": give the handler first, then the events" if callable(each) else ""
            raise TypeError(f"{where}: {each!r:.80} is no text that names an event{cure}")
        if each != "*" and each not in EVENT_TYPES:
            raise ValueError(f"{where}: {each!r} is no event: give '*' or {', '.join(EVENT_TYPES)}")
    return tuple(dict.fromkeys(types))


class EventHub:
    """The handlers of one view, and the queue of its events. Events may be submitted on any thread.

    Parameters
    ----------
    start_task
        Runs the coroutine of an ``async`` handler.
    on_error
        How to treat an exception in a handler: ``"show"`` prints its traceback and goes on, ``"raise"`` raises it from
        `flush`; that of an ``async`` handler from the next `flush`.
    """

    def __init__(self, start_task: Callable[[Coroutine[Any, Any, Any]], None], on_error: OnError = "show") -> None:
        if on_error not in ("show", "raise"):
            raise ValueError(f"on_error is {on_error!r}: give 'show' or 'raise'")
        self.on_error = on_error
        self._start_task = start_task
        self._lock = threading.Lock()
        # Each entry is an event, last, after the events that were merged into it and whose places are kept.
        self._pending: deque[list[Event]] = deque()
        self._failures: deque[Exception] = deque()
        # Never changed in place: handlers may add and remove others while `emit` iterates over it.
        self._handlers: list[tuple[float, int, str, Handler]] = []
        self._added = 0
        self._closed = False

    # -- handlers ----------------------------------------------------------------------------------------------

    @overload
    def add(self, handler: H, /, *types: str, order: float = 0) -> H: ...
    @overload
    def add(self, first_type: str, /, *types: str, order: float = 0) -> Callable[[H], H]: ...
    def add(self, *args: Any, order: float = 0) -> Any:
        """Add a handler for events; without a handler, it returns a decorator that adds one.

        Parameters
        ----------
        args
            The handler and the types of events, or types only; ``"*"`` stands for all.
        order
            Handlers of a lower order are called first; those of equal order in the order in which they were added. A
            handler that is added again for the same type moves to the end.

        Raises
        ------
        TypeError, ValueError
            Without a type, and for an unknown type.
        """
        handlers, types = (args[:1], args[1:]) if args and callable(args[0]) else ((), args)
        if not types:
            raise TypeError(f"add_event_handler: no event is named: give one or more of {', '.join(EVENT_TYPES)}")
        named, place = checked_types(types, "add_event_handler"), float(order)

        def add(handler: H) -> H:
            if not callable(handler):
                raise TypeError(f"add_event_handler: the handler is {handler!r:.80}: give def handler(event): ...")
            self.remove(handler, *named)
            fresh = [(place, self._added + index, each, handler) for index, each in enumerate(named)]
            self._added += len(fresh)
            self._handlers = sorted([*self._handlers, *fresh], key=lambda entry: entry[:2])
            return handler

        return add(handlers[0]) if handlers else add

    def remove(self, handler: Handler, *types: str) -> None:
        """Remove a handler for these types of events; for all types where none is given.

        A handler that has not yet been called for the present event will not be called for it.

        Raises
        ------
        TypeError, ValueError
            For an unknown type.
        """
        named = checked_types(types, "remove_event_handler")
        self._handlers = [entry for entry in self._handlers if entry[3] != handler or (named and entry[2] not in named)]

    def wants(self, event_type: str) -> bool:
        """Whether there is a handler for a type of events."""
        return any(entry[2] in ("*", event_type) for entry in self._handlers)

    def _has(self, event_type: str, handler: Handler) -> bool:
        return any(entry[2:] == (event_type, handler) for entry in self._handlers)

    # -- events ------------------------------------------------------------------------------------------------

    def submit(self, event: Mapping[str, Any]) -> None:
        """Queue an event for the next `flush`; it is merged with the last event where both are of the same kind.

        Parameters
        ----------
        event
            An `Event`, or a dict with the same fields.

        Raises
        ------
        ValueError
            For an event of an unknown type.
        """
        fresh = as_event(event)
        with self._lock:
            if self._closed:
                return
            entry = [*fresh._earlier, fresh]
            if self._pending and merges(self._pending[-1][-1], fresh):
                last = self._pending.pop()
                for name in MERGED[fresh["event_type"]][1]:
                    fresh[name] = fresh.get(name, 0.0) + last[-1].get(name, 0.0)
                if fresh["event_type"] == "pointer_move":
                    last += entry
                    entry = last
                    if len(entry) > MOST_COALESCED:
                        del entry[1:-1:2]  # The first and the last stay.
            self._pending.append(entry)

    def flush(self) -> None:
        """Call the handlers for every queued event. Call it where the program's code may run."""
        while True:
            if self._failures:
                raise self._failures.popleft()
            with self._lock:
                if not self._pending:
                    return
                *earlier, event = self._pending.popleft()
            event._earlier = tuple(earlier)
            self.emit(event)

    def emit(self, event: Event) -> None:
        """Call the handlers for an event at once; none after `close`, except for the rest of those of ``close``."""
        kind = event["event_type"]
        handlers = self._handlers
        for entry in handlers:
            if event.get("stop_propagation") or (self._closed and kind != "close"):
                return
            if entry[2] not in ("*", kind) or not (self._handlers is handlers or self._has(*entry[2:])):
                continue
            try:
                found = later.call(partial(entry[3], event))
                if inspect.iscoroutine(found):
                    self._start(found, kind)
            except Exception as error:
                self.report(error, f"a handler of {kind} failed")

    def close(self) -> None:
        """Drop queued and later events, after the view was closed."""
        with self._lock:
            self._closed = True
            self._pending.clear()

    def _start(self, coroutine: Coroutine[Any, Any, Any], kind: str) -> None:
        """Run the coroutine of an ``async`` handler, so that its exception is treated as that of any handler."""

        async def watched() -> None:
            try:
                await later.finish(coroutine)
            except Exception as error:
                if self.on_error == "raise":  # Kept for the next flush: raised here, it would be lost in the task.
                    self._failures.append(error)
                else:
                    self.report(error, f"an async handler of {kind} failed")

        task = watched()
        try:
            self._start_task(task)
        except BaseException:
            task.close()  # Prevents Python's warning about a coroutine that was never awaited.
            coroutine.close()
            raise

    def report(self, error: BaseException, what: str) -> None:
        """Print an exception of the program, or raise it, as ``on_error`` says."""
        if self.on_error == "raise":
            raise error
        traceback.print_exception(error)
        print(f"gpucanvas: {what}", file=sys.stderr)


def merges(last: Event, fresh: Event) -> bool:
    """Whether two consecutive events are merged."""
    kind = fresh["event_type"]
    return (
        kind in MERGED
        and last["event_type"] == kind
        and all(last.get(name) == fresh.get(name) for name in MERGED[kind][0])
    )
