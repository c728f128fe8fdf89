"""words: names of pygame, tkinter, glfw and browsers that are tried on views and events, and what is used here.

    window.mainloop()   -->   Window has no attribute 'mainloop': did you mean run?
    event.clientX       -->   a pointer_move event has no field 'clientX': did you mean x?

The names are in snake_case: names.py converts those of JavaScript.
"""

from __future__ import annotations

from typing import Final

__all__ = ["EVENT_WORDS", "FILM_WORDS", "HOSTED_WORDS", "VIEW_WORDS", "WINDOW_WORDS"]

CONTEXT: Final = 'the ctx of draw(ctx, frame), or canvas.get_context("2d")'
HANDLERS: Final = "on(), which adds event handlers"
STOP: Final = "event.stop_propagation = True"

VIEW_WORDS: Final = {
    "ctx": CONTEXT,
    "context": CONTEXT,
    "update": "request_draw",
    "flip": "request_draw",
    "refresh": "request_draw",
    "redraw": "request_draw",
    "repaint": "request_draw",
    "invalidate": "request_draw",
    "request_animation_frame": "draw, whose function is called for every frame",
    "after": "frame.time in the draw function",
    "bind": HANDLERS,
    "events": HANDLERS,
    "get_events": HANDLERS,
    "poll_events": HANDLERS,
    "add_event_listener": "on",
    "remove_event_listener": "remove_event_handler",
    "dispatch_event": "submit_event",
    "device_pixel_ratio": "pixel_ratio",
    "scale_factor": "pixel_ratio",
}
"""For all views."""

HOSTED_WORDS: Final = {
    **VIEW_WORDS,
    "set_title": "title",
    "caption": "title",
    "set_caption": "title",
    "set_cursor": "cursor",
    "destroy": "close",
    "should_close": "closed",
    "is_open": "closed",
}
"""For views in other programs' windows."""

WINDOW_WORDS: Final = {
    **HOSTED_WORDS,
    "mainloop": "run",
    "main_loop": "run",
    "exec": "run",
    "start": "run",
    "wait": "run",
    "show": "run",
    "poll_events": "run, which calls the handlers that on() adds",
    "set_clipboard": "clipboard",
    "set_position": "position",
    "set_size": "resize",
    "geometry": "resize",
    "save": "screenshot",
    "quit": "close",
}
"""For windows."""

FILM_WORDS: Final = {
    **VIEW_WORDS,
    "run": "frames",
    "mainloop": "frames",
    "save": "canvas.save for a picture, gpucanvas.render_film for a film",
}
"""For film views."""

EVENT_WORDS: Final = {
    **{f"{prefix}_{axis}": axis for axis in "xy" for prefix in ("client", "offset", "page", "layer")},
    "pos": "x and y",
    "position": "x and y",
    **{f"{key}_key": f'"{name}" in event.modifiers' for key, name in (("alt", "Alt"), ("ctrl", "Control"))},
    **{f"{key}_key": f'"{name}" in event.modifiers' for key, name in (("meta", "Meta"), ("shift", "Shift"))},
    "mod": "modifiers",
    "mods": "modifiers",
    "code": "key",
    "key_code": "key",
    "keysym": "key",
    "which": "key",
    "repeat": "events of the type key_repeat",
    "unicode": "data of the event char",
    "text": "data of the event char",
    "char": "data of the event char",
    "delta_x": "dx",
    "delta_y": "dy",
    "files": "paths",
    "time": "time_stamp",
    "get_coalesced_events": "coalesced",
    "stop_propagation": STOP,
    "stop_immediate_propagation": STOP,
    "prevent_default": "event.prevent_default = True, which only close events have",
}
"""For events. A single word is suggested only for an event that has it."""
