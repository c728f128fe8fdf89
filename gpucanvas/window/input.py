"""input: turns glfw's callbacks into events of the renderview specification.

    poll --> key --> waits for its character --> char --------> key_down "%", char "%"
               |                        +--> anything else, settle --> key_down "c"
         --> the key is held on -----------------------------> key_repeat
         --> mouse_button, cursor_pos, scroll, focus, drop ---> pointer_*, double_click, wheel, focus_*, drop

Events carry the held buttons and modifiers and the pointer's position. This state is kept here, since glfw only reports
changes. A callback never raises: pyGLFW would drop all following callbacks, and raise from the next call of glfw, on
any thread. Errors of callbacks are kept, and `Input.settle` raises them after the poll.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .events import Event
from .keys import MODIFIER_KEYS, UNKNOWN_KEY, asks_for_layout, fixed_name, modifier_names, name_without_character

__all__ = ["Input"]

RELEASE, PRESS, REPEAT = 0, 1, 2  # glfw's actions.
WHEEL_NOTCH: Final = 100.0
"""``dx`` or ``dy`` of one notch of a wheel, for which glfw gives 1."""
DOUBLE_CLICK_SECONDS: Final = 0.4
"""Longest time between the two presses, seconds; desktops use 0.4 to 0.5."""
DOUBLE_CLICK_DISTANCE: Final = 5.0
"""Greatest distance of the second press from the first, logical pixels."""


class WaitingKey(NamedTuple):
    """A pressed key. glfw reports its character, if it has one, in the next callback."""

    key: int
    scancode: int
    mods: int
    modifiers: tuple[str, ...]
    time_stamp: float


class Click(NamedTuple):
    """A press that may belong to a double click."""

    button: int
    x: float
    y: float
    time_stamp: float
    presses: int


class Input:
    """Makes events from the callbacks of one glfw window.

    The methods ``on_*`` take the arguments of glfw's callbacks, so that they can be tested without a window.

    Parameters
    ----------
    handle
        The glfw window, whose callbacks are set to this object's methods; None sets none. Make this object on the
        thread that polls.
    submit
        Called with each event; it must not call the program's handlers (they may raise, and poll again).
    to_logical
        Converts glfw's cursor position, whose unit depends on the platform, to logical pixels.
    clock
        Returns seconds, as `time.perf_counter`, for the time stamps of events.

    Attributes
    ----------
    interrupted : bool
        Whether Ctrl-C (or another signal that ends the program) came in a callback, so that the loop must raise
        KeyboardInterrupt.
    """

    def __init__(
        self,
        handle: Any,
        submit: Callable[[Event], object],
        to_logical: Callable[[float, float], tuple[float, float]],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.interrupted = False
        self._failure: Exception | None = None
        self._submit, self._to_logical, self._clock = submit, to_logical, clock
        self._position: tuple[float, float] | None = None
        self._is_inside = False
        self._enter_waits = False
        self._buttons: set[int] = set()
        self._modifiers: set[str] = set()
        self._modifier_keys: set[int] = set()
        self._key_names: dict[int, str] = {}
        self._waiting: WaitingKey | None = None
        self._click: Click | None = None
        self._is_focused = False
        self._handle = handle
        self._drop_function: Any = None
        if handle is not None:
            self._attach()

    # -- callbacks of glfw -------------------------------------------------------------------------------------

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "set_cursor_pos_callback": self.on_cursor_pos,
            "set_cursor_enter_callback": self.on_cursor_enter,
            "set_mouse_button_callback": self.on_mouse_button,
            "set_scroll_callback": self.on_scroll,
            "set_key_callback": self.on_key,
            "set_char_callback": self.on_char,
            "set_window_focus_callback": self.on_focus,
        }

    def _attach(self) -> None:
        import glfw

        for setter, method in self._callbacks().items():
            getattr(glfw, setter)(self._handle, self._guarded(method))
        # pyGLFW's own wrapper of the drop callback fails for a path that is not UTF-8.
        inside: Any = glfw
        self._drop_function = inside._GLFWdropfun(self._guarded(self._on_raw_drop))
        inside._glfw.glfwSetDropCallback(self._handle, self._drop_function)
        # This mode makes glfw report CapsLock and NumLock in the modifier bits.
        glfw.set_input_mode(self._handle, glfw.LOCK_KEY_MODS, glfw.TRUE)

    def detach(self) -> None:
        """Remove the callbacks; called before the window is destroyed, on the thread that polls."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        import glfw

        for setter in (*self._callbacks(), "set_drop_callback"):
            # Not None: pyGLFW would wrap None as a callback, which fails when called.
            getattr(glfw, setter)(handle, ignore)

    def settle(self) -> None:
        """Submit an event that still waits for the next callback; the loop calls this after each poll.

        Raises
        ------
        Exception
            An error of ``submit`` or ``to_logical`` that a callback could not raise.
        """
        self._give_out()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _guarded(self, method: Callable[..., None]) -> Callable[..., None]:
        """A callback that calls a method, and never raises."""

        def callback(*arguments: Any) -> None:
            try:
                method(*arguments)
            except Exception as error:
                self._failure = self._failure or error
            except BaseException:  # KeyboardInterrupt, SystemExit: ctypes would print and ignore them.
                self.interrupted = True

        return callback

    def _give_out(self) -> None:
        """Submit the waiting key or pointer_enter event, if any. At most one event waits at a time."""
        self._give_out_enter()
        self._give_out_key()

    # -- the pointer -------------------------------------------------------------------------------------------

    def on_cursor_pos(self, window: Any, x: float, y: float) -> None:
        """Handle a move of the pointer, in the window or, while a button is held, anywhere."""
        self._give_out_key()
        self._position = self._to_logical(x, y)
        if not self._is_inside and not self._buttons:
            if not self._is_hovered():
                return
            self._is_inside = self._enter_waits = True
        self._give_out_enter()
        self._submit_pointer("pointer_move", 0)

    def on_cursor_enter(self, window: Any, entered: int) -> None:
        """Handle the pointer entering or leaving. Either may come twice, when a button is released outside."""
        self._give_out()
        if bool(entered) == self._is_inside:
            return
        self._is_inside = self._enter_waits = bool(entered)
        if not entered:
            self._submit(Event("pointer_leave", **{**self._pointer_fields(0), **self._asked_place()}, **no_touches()))

    def _give_out_enter(self) -> None:
        """Submit pointer_enter, which waits for the position: glfw reports a position afterwards, if it has changed."""
        if self._enter_waits:
            self._enter_waits = False
            self._submit_pointer("pointer_enter", 0)

    def on_mouse_button(self, window: Any, button: int, action: int, mods: int) -> None:
        """Handle a press or release of a button: glfw counts buttons from 0, events from 1."""
        self._give_out()
        self._take_modifiers(mods)
        if action == PRESS:
            self._press_button(button + 1)
        elif action == RELEASE:
            self._release_button(button + 1)
        if not self._is_focused:  # A window without the focus is not told when a modifier is released.
            self._clear_modifiers()

    def _press_button(self, button: int) -> None:
        self._buttons.add(button)
        self._submit_pointer("pointer_down", button)
        x, y = self._where()
        now = self._clock()
        first = self._click
        is_second = first is not None and first.presses == 1 and first.button == button and self._is_near(first)
        if is_second and first is not None and now - first.time_stamp <= DOUBLE_CLICK_SECONDS:
            self._click = first._replace(presses=2)
        else:
            self._click = Click(button, x, y, now, 1)

    def _release_button(self, button: int) -> None:
        # When the focus is lost, glfw reports held buttons as released, and later the real release, too.
        if button not in self._buttons:
            return
        self._buttons.discard(button)
        self._submit_pointer("pointer_up", button)
        click = self._click
        if click is not None and not (click.button == button and self._is_near(click)):
            self._click = None
        elif click is not None and click.presses == 2:
            self._click = None
            self._submit(Event("double_click", **self._pointer_fields(button)))

    def on_scroll(self, window: Any, dx: float, dy: float) -> None:
        """Handle the wheel: up and left are positive in glfw, down and right in the DOM."""
        self._give_out()
        # The subtraction from 0.0 avoids -0.0.
        turned = {"dx": 0.0 - WHEEL_NOTCH * dx, "dy": 0.0 - WHEEL_NOTCH * dy}
        fields = self._pointer_fields(0)
        self._submit(Event("wheel", **turned, **{name: fields[name] for name in ("x", "y", "buttons", "modifiers")}))

    def on_drop(self, window: Any, paths: list[str]) -> None:
        """Handle files dropped at the pointer."""
        self._give_out()
        x, y = self._where()
        self._submit(Event("drop", x=x, y=y, paths=tuple(paths), time_stamp=self._clock()))

    def _on_raw_drop(self, window: Any, count: int, paths: Any) -> None:
        self.on_drop(window, [os.fsdecode(paths[index]) for index in range(count)])

    def _where(self) -> tuple[float, float]:
        """The last reported position, which fits the order of events better than the pointer's present position."""
        if self._position is None:  # Some events come before the first move.
            asked = self._asked_place()
            self._position = asked.get("x", 0.0), asked.get("y", 0.0)
        return self._position

    def _is_near(self, click: Click) -> bool:
        x, y = self._where()
        return bool((x - click.x) ** 2 + (y - click.y) ** 2 <= DOUBLE_CLICK_DISTANCE**2)

    def _asked_place(self) -> dict[str, float]:
        """The pointer's present position by glfw, inside or outside the window; empty without a window."""
        if self._handle is None:
            return {}
        import glfw

        x, y = self._to_logical(*glfw.get_cursor_pos(self._handle))
        return {"x": x, "y": y}

    def _is_hovered(self) -> bool:
        if self._handle is None:
            return True
        import glfw

        return bool(glfw.get_window_attrib(self._handle, glfw.HOVERED))

    def _pointer_fields(self, button: int) -> dict[str, Any]:
        x, y = self._where()
        return {
            "x": x,
            "y": y,
            "button": button,
            "buttons": tuple(sorted(self._buttons)),
            "modifiers": tuple(sorted(self._modifiers)),
            "time_stamp": self._clock(),
        }

    def _submit_pointer(self, event_type: str, button: int) -> None:
        self._submit(Event(event_type, **self._pointer_fields(button), **no_touches()))

    # -- keys --------------------------------------------------------------------------------------------------

    def on_key(self, window: Any, key: int, scancode: int, action: int, mods: int) -> None:
        """Handle a press, repeat or release of a key."""
        self._give_out()
        self._is_focused = True
        held = identity(key, scancode)
        # glfw reports repeats of keys that it does not know as presses.
        if action in (PRESS, REPEAT) and held in self._key_names:
            if key not in MODIFIER_KEYS:  # Only Windows repeats them.
                self._take_modifiers(mods)
                self._submit_key("key_repeat", self._key_names[held])
        elif action == PRESS:
            self._key_names[held] = ""
            modifier = MODIFIER_KEYS.get(key)
            if modifier is None:
                self._take_modifiers(mods)
            else:  # For modifier keys, mods are those before the press on some platforms, and those after it on others.
                self._modifier_keys.add(key)
                self._modifiers.add(modifier)
            self._waiting = WaitingKey(key, scancode, mods, tuple(sorted(self._modifiers)), self._clock())
            name = fixed_name(key)
            if name is not None:  # Other keys wait for their character.
                self._give_out_key(name)
        elif action == RELEASE and held in self._key_names:
            if key in MODIFIER_KEYS:
                self._release_modifier(key)
            else:
                self._take_modifiers(mods)
            self._submit_key("key_up", self._key_names.pop(held))

    def on_char(self, window: Any, codepoint: int) -> None:
        """Handle a typed character, which names the key that was pressed just before, if any."""
        character = chr(codepoint)
        self._give_out_enter()
        self._give_out_key(character)
        modifiers = tuple(sorted(self._modifiers))
        self._submit(Event("char", data=character, modifiers=modifiers, time_stamp=self._clock()))

    def on_focus(self, window: Any, focused: int) -> None:
        """Handle a change of the focus. On losing it, all held keys and buttons count as released."""
        self._give_out()
        self._is_focused = bool(focused)
        if not focused:
            self._click = None
            self._clear_modifiers()
            for name in [*self._key_names.values()]:
                self._submit_key("key_up", name)
            self._key_names.clear()
            for button in sorted(self._buttons):
                self._release_button(button)
        self._submit(Event("focus_in" if focused else "focus_out", time_stamp=self._clock()))

    def _give_out_key(self, name: str | None = None) -> None:
        """Submit the waiting key, if any, with the given name or else that of the keyboard layout."""
        waiting = self._waiting
        if waiting is None:
            return
        self._waiting = None
        if name is None:
            layout_name = self._layout_name(waiting.key, waiting.scancode)
            name = name_without_character(waiting.key, layout_name, waiting.mods, sys.platform != "darwin")
        self._key_names[identity(waiting.key, waiting.scancode)] = name
        fields = {"modifiers": waiting.modifiers, "time_stamp": waiting.time_stamp}
        self._submit(Event("key_down", key=name, **fields))

    def _layout_name(self, key: int, scancode: int) -> str | None:
        """The character that a key types by itself in the keyboard layout, or None."""
        if self._handle is None or not asks_for_layout(key):
            return None
        import glfw

        name: str | None = glfw.get_key_name(key, scancode)
        return name

    def _submit_key(self, event_type: str, name: str) -> None:
        modifiers = tuple(sorted(self._modifiers))
        self._submit(Event(event_type, key=name, modifiers=modifiers, time_stamp=self._clock()))

    # -- modifiers ---------------------------------------------------------------------------------------------

    def _take_modifiers(self, mods: int) -> None:
        """Take the modifiers from the event of another key or button: their own presses may have gone elsewhere."""
        self._modifiers = set(modifier_names(mods))
        self._modifier_keys = {key for key in self._modifier_keys if MODIFIER_KEYS[key] in self._modifiers}

    def _release_modifier(self, key: int) -> None:
        """Release a modifier key; the modifier stays while its other key is held."""
        self._modifier_keys.discard(key)
        name = MODIFIER_KEYS[key]
        if all(MODIFIER_KEYS[other] != name for other in self._modifier_keys):
            self._modifiers.discard(name)

    def _clear_modifiers(self) -> None:
        self._modifiers.clear()
        self._modifier_keys.clear()


def identity(key: int, scancode: int) -> int:
    """A unique number for each key, also for keys without a glfw code."""
    # Not the scancode alone: on Windows both Shift keys have the same one when released.
    return key if key != UNKNOWN_KEY else UNKNOWN_KEY - 1 - scancode


def no_touches() -> dict[str, Any]:
    """The touch fields of pointer events: glfw reports no touches."""
    return {"ntouches": 0, "touches": {}}


def ignore(*arguments: Any) -> None:
    """A callback that does nothing."""
