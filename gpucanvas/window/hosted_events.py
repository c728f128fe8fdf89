"""hosted_events: translates events of rendercanvas to those of all other views.

    event of rendercanvas --take--> none, one or two of our events, with all fields, in the same form and order

The hosts differ: Qt gives no position when the pointer enters, names keys with Control by control characters, and sends
a double click before the second release; a browser sends moves late, with times of the page's own clock.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from .events import Event
from .fields import DEFAULTS, REQUIRED

__all__ = ["EventTranslator"]

OWN_TYPES: Final = ("resize", "key_repeat", "drop")
"""Events that a view makes itself, or that hosts do not have."""
FIELDS: Final = {kind: (*REQUIRED[kind], *DEFAULTS[kind]) for kind in REQUIRED if kind not in OWN_TYPES}
"""The events that are passed on, and the fields of each."""


class EventTranslator:
    """Translates the events of one canvas, and fills in missing fields from earlier events."""

    def __init__(self) -> None:
        self._last: dict[str, Any] = {
            "x": 0.0, "y": 0.0, "button": 0, "buttons": (), "modifiers": (), "ntouches": 0, "touches": {},
            "dx": 0.0, "dy": 0.0, "key": "", "data": "",
        }  # fmt: skip
        self._clock = float("inf")
        self._latest = 0.0
        self._double_click: Event | None = None

    def take(self, told: Mapping[str, Any]) -> list[Event]:
        """The events to pass on for a host's event."""
        kind = told["event_type"]
        if kind not in FIELDS:
            return []
        event = self._event(kind, told)
        if kind == "char":
            return [event] if is_text(event["data"], event["modifiers"]) and not told.get("is_composing") else []
        if kind.startswith("key"):
            event["key"] = key_name(event["key"], event["modifiers"])
            return [event]
        if event["time_stamp"] < self._latest and kind == "pointer_move":
            return []  # A browser delays moves: this one reports a button that is up again by now.
        self._latest = event["time_stamp"]
        return self._clicks(event, told)

    def _event(self, kind: str, told: Mapping[str, Any]) -> Event:
        found = {name: told[name] for name in FIELDS[kind] if told.get(name) is not None}
        for name in ("buttons", "modifiers"):
            if name in found:
                found[name] = tuple(sorted(found[name]))
        for name in ("x", "y", "dx", "dy"):
            if name in found:
                found[name] = float(found[name])
        self._last |= {name: found[name] for name in ("x", "y", "buttons", "modifiers") if name in found}
        fields = {name: found.get(name, self._last[name]) for name in FIELDS[kind]}
        if kind == "pointer_move":
            fields["button"] = 0  # A browser gives the dragging button; other hosts give it only in `buttons`.
        return Event(kind, time_stamp=self._time(told.get("time_stamp")), **fields)

    def _time(self, stamp: float | None) -> float:
        """A host's time in seconds of `time.perf_counter`. The smallest delay of any event so far counts as zero."""
        now = time.perf_counter()
        if stamp is None:
            return now
        self._clock = min(self._clock, now - stamp)
        return stamp + self._clock

    def _clicks(self, event: Event, told: Mapping[str, Any]) -> list[Event]:
        """Delay a double click until after the second release, as in every host but Qt."""
        kind, waiting = event["event_type"], self._double_click
        if kind == "double_click" and event["button"] in event["buttons"]:
            self._double_click = event
            return []
        if kind == "pointer_up" and waiting is not None and waiting["button"] == event["button"]:
            self._double_click = None
            return [event, self._event("double_click", told)]
        return [event]


def is_text(data: str, modifiers: tuple[str, ...]) -> bool:
    """Whether a character is typed text: Qt also sends characters for Return, and for Control with a letter."""
    is_command = "Control" in modifiers and "Alt" not in modifiers  # With both it is AltGr.
    return bool(data) and data.isprintable() and not is_command


def key_name(key: str, modifiers: tuple[str, ...]) -> str:
    """The DOM name of a key for which a host gives the typed character.

    >>> key_name("\\x13", ("Control",)), key_name("\\r", ()), key_name("a", ())
    ('s', 'Enter', 'a')
    """
    if key == "\r":
        return "Enter"
    if len(key) == 1 and key < " ":
        typed = chr(ord(key) + 64)
        return typed if "Shift" in modifiers else typed.lower()
    return key or "Unidentified"
