"""events: what happens to a view, as records of the renderview specification, and who is told.

    host --submit--> queue (moves, wheels, resizes in a row become one) --flush--> handlers, in order

Names and fields are those that rendercanvas and jupyter_rfb share, so that handlers move between hosts:
https://jupyter-rfb.readthedocs.io/en/stable/events.html. Each record also carries the newer spelling of two fields,
``type`` and ``timestamp``. ``focus_in``, ``focus_out`` and ``drop`` are ours.
"""

from __future__ import annotations

import inspect
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, Literal, TypeVar, overload

from .. import later

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
"""Events of which those in a row become one: the fields in which they must be equal, and those that are summed."""

OnError = Literal["show", "raise"]
Handler = Callable[["Event"], Any]
H = TypeVar("H", bound=Handler)


class Event(dict[str, Any]):
    """One event: a dict whose fields are attributes, too.

    ``event_type`` (also ``type``) says which it is, ``time_stamp`` (also ``timestamp``) when it was: seconds of
    `time.perf_counter`. Set ``stop_propagation`` to True, and handlers that come later are not told.

    Examples
    --------
    >>> from gpucanvas.window.events import Event
    >>> event = Event("pointer_down", x=3.0, y=4.0, button=1)
    >>> event.x, event["y"], event.type
    (3.0, 4.0, 'pointer_down')
    """

    __slots__ = ()

    def __init__(self, event_type: str, **fields: Any) -> None:
        fields.setdefault("time_stamp", time.perf_counter())
        super().__init__(event_type=event_type, type=event_type, timestamp=fields["time_stamp"], **fields)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            known = ", ".join(sorted(self))
            raise AttributeError(f"a {self['event_type']} event has no field {name!r}: it has {known}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __repr__(self) -> str:
        hidden = ("event_type", "type", "time_stamp", "timestamp")
        fields = ", ".join(f"{name}={value!r}" for name, value in self.items() if name not in hidden)
        return f"<Event {self['event_type']}{': ' if fields else ''}{fields}>"


class EventHub:
    """The handlers of one view, and the events that wait for them.

    Parameters
    ----------
    start_task
        Runs the coroutine of an ``async`` handler.
    on_error
        What becomes of an exception in a handler: ``"show"`` prints its traceback and goes on, ``"raise"`` raises it
        from `flush`.
    """

    def __init__(self, start_task: Callable[[Coroutine[Any, Any, Any]], None], on_error: OnError = "show") -> None:
        if on_error not in ("show", "raise"):
            raise ValueError(f"on_error is {on_error!r}: give 'show' or 'raise'")
        self.on_error = on_error
        self._start_task = start_task
        self._pending: deque[Event] = deque()
        self._handlers: list[tuple[float, int, str, Handler]] = []
        self._added = 0

    # -- who is told -------------------------------------------------------------------------------------------

    @overload
    def add(self, handler: H, /, *types: str, order: float = 0) -> H: ...
    @overload
    def add(self, first_type: str, /, *types: str, order: float = 0) -> Callable[[H], H]: ...
    def add(self, first: Any, /, *types: str, order: float = 0) -> Any:
        """Tell a handler of events; without one, a decorator that does so.

        Parameters
        ----------
        first, types
            The handler and the types of events, or types only; ``"*"`` stands for all.
        order
            Handlers of a lower order are told first; those of the same in the order in which they were added.

        Raises
        ------
        TypeError, ValueError
            For no type, and for one that does not exist.
        """
        if not callable(first):
            return lambda handler: self.add(handler, first, *types, order=order)
        if not types:
            raise TypeError(f"add_event_handler: no event is named: give one or more of {', '.join(EVENT_TYPES)}")
        for each in types:
            if each != "*" and each not in EVENT_TYPES:
                raise ValueError(f"add_event_handler: {each!r} is no event: give '*' or {', '.join(EVENT_TYPES)}")
        self.remove(first, *types)
        for each in types:
            self._added += 1
            self._handlers.append((float(order), self._added, each, first))
        self._handlers.sort(key=lambda entry: entry[:2])
        return first

    def remove(self, handler: Handler, *types: str) -> None:
        """Tell a handler no more of these events; of none at all where no type is named."""
        self._handlers = [entry for entry in self._handlers if entry[3] != handler or (types and entry[2] not in types)]

    def wants(self, event_type: str) -> bool:
        """Whether any handler is told of events of a type."""
        return any(entry[2] in ("*", event_type) for entry in self._handlers)

    # -- what is told ------------------------------------------------------------------------------------------

    def submit(self, event: Event) -> None:
        """Leave an event for the next `flush`; it is merged with the last one where that is of its kind."""
        last = self._pending[-1] if self._pending else None
        if last is not None and last["event_type"] == event["event_type"] in MERGED:
            same, summed = MERGED[event["event_type"]]
            if all(last.get(name) == event.get(name) for name in same):
                for name in summed:
                    event[name] += last[name]
                self._pending.pop()
        self._pending.append(event)

    def flush(self) -> None:
        """Tell the handlers of every event that waits; called where the program's code may run."""
        while self._pending:
            self.emit(self._pending.popleft())

    def emit(self, event: Event) -> None:
        """Tell the handlers of an event at once."""
        kind = event["event_type"]
        for _, _, wanted, handler in [*self._handlers]:
            if event.get("stop_propagation"):
                return
            if wanted not in ("*", kind):
                continue
            try:
                found = later.call(partial(handler, event))
                if inspect.iscoroutine(found):
                    self._start_task(found)
            except Exception as error:
                self.report(error, f"a handler of {kind} failed")

    def report(self, error: BaseException, what: str) -> None:
        """Show an exception of the program's and go on, or raise it, as ``on_error`` says."""
        if self.on_error == "raise":
            raise error
        traceback.print_exception(error)
        print(f"gpucanvas: {what}", file=sys.stderr)
