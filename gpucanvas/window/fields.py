"""fields: the fields of each type of event, by the renderview specification, and what they are where they are left out.

    {"event_type": "pointer_down", "x": 1, "y": 2}  --complete-->  button=1, buttons=(1,), modifiers=(), ...
    {"event_type": "pointer_down", "x": 1}          --complete-->  ValueError: it has no y

Hosts give all fields. Events that a program submits, as in a test, may leave out those that have a usual value, so that
handlers can rely on every field.
"""

from __future__ import annotations

from copy import copy
from typing import Any, Final

from .events import Event

__all__ = ["DEFAULTS", "REQUIRED", "complete"]

MODIFIERS: Final[dict[str, Any]] = {"modifiers": ()}
CLICK: Final[dict[str, Any]] = {"button": 0, "buttons": (), **MODIFIERS}
POINTER: Final[dict[str, Any]] = {**CLICK, "ntouches": 0, "touches": {}}
PLACE: Final = ("x", "y")
LEFT: Final = 1
"""The button of a press, release or double click that names none."""

REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "pointer_down": PLACE,
    "pointer_up": PLACE,
    "pointer_move": PLACE,
    "pointer_enter": PLACE,
    "pointer_leave": PLACE,
    "double_click": PLACE,
    "wheel": PLACE,
    "key_down": ("key",),
    "key_repeat": ("key",),
    "key_up": ("key",),
    "char": ("data",),
    "resize": ("width", "height", "pixel_ratio"),
    "drop": (*PLACE, "paths"),
}
"""The fields that have no usual value."""
DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "pointer_down": {**POINTER, "button": LEFT},
    "pointer_up": {**POINTER, "button": LEFT},
    "pointer_move": POINTER,
    "pointer_enter": POINTER,
    "pointer_leave": POINTER,
    "double_click": {**CLICK, "button": LEFT},
    "wheel": {"dx": 0.0, "dy": 0.0, "buttons": (), **MODIFIERS},
    "key_down": MODIFIERS,
    "key_repeat": MODIFIERS,
    "key_up": MODIFIERS,
    "char": MODIFIERS,
    "close": {"prevent_default": False},
    "animate": {"step": 0.0, "catch_up": False},
}
"""The other fields, and their usual values."""
SAMPLES: Final = {
    "x": "20",
    "y": "30",
    "key": "'a'",
    "data": "'a'",
    "width": "400",
    "height": "300",
    "pixel_ratio": "1.0",
    "paths": "('photo.png',)",
}
"""Values for the example in an error."""


def complete(event: Event) -> Event:
    """Fill in the fields that an event lacks; returns the event.

    Raises
    ------
    ValueError
        Where a field without a usual value is missing.
    """
    kind = event["event_type"]
    required = REQUIRED.get(kind, ())
    missing = [name for name in required if name not in event]
    if missing:
        example = ", ".join(f"{name}={SAMPLES[name]}" for name in required)
        cure = f"give what is missing, as gpucanvas.Event({kind!r}, {example})"
        raise ValueError(f"the {kind} event has no {' and no '.join(missing)}: {cure}")
    if kind == "pointer_down":
        event.setdefault("buttons", (event.get("button", LEFT),))
    for name, value in DEFAULTS.get(kind, {}).items():
        event.setdefault(name, copy(value))
    return event
