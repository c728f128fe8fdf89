"""Input on a real window of glfw: what hands do to it, as events of the specification.

Hands --xdotool--> X server --> glfw --callbacks--> Input --events, as JSON--> the expectations
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from programs import Program
from xdo import LEFT, MIDDLE, RIGHT, Hands
from xserver import Display

BARE = """
    import time

    import glfw
    from gpucanvas.window.input import Input
    from talking import event_loop, plain, say

    assert glfw.init()
    glfw.default_window_hints()
    glfw.window_hint(glfw.CLIENT_API, glfw.NO_API)
    window = glfw.create_window(400, 300, "bare", None, None)
    glfw.set_window_pos(window, 100, 80)
    # A slow clock: a busy machine may take long between the two clicks of a double click.
    told = Input(window, lambda event: say(plain(event)), lambda x, y: (x / 2, y / 2), lambda: time.monotonic() / 100)
    say(glfw.get_x11_window(window))
    event_loop(window, told.settle, detach=told.detach)
    told.detach()
    glfw.destroy_window(window)
    glfw.terminate()
"""


class Bare:
    """A window without a picture, whose logical pixels are two of X11's; the pointer is far from it."""

    def __init__(self, program: Program, display: str) -> None:
        self.program = program
        self.hands = Hands(display, program.line())
        self.begin()

    def begin(self) -> None:
        """Nothing is held, the pointer is outside, the window has just got the focus, and all that is told."""
        self.hands.let_go()
        # glfw tells no move to the place where the pointer was when it left: that is where no test goes.
        self.hands.move(399, 299)
        self.hands.move(-90, -70)
        self.hands.unfocus()
        self.hands.focus()
        self.program.until_event("focus_in")
        self.program.told()

    def told(self, *fields: str) -> list[tuple[Any, ...]]:
        """What has happened since the last look: the type of each event, and these of its fields."""
        return [
            (event["type"], *(as_tuple(event[name]) for name in fields if name in event))
            for event in self.program.told()
        ]


def as_tuple(value: Any) -> Any:
    """JSON has lists only."""
    return tuple(value) if isinstance(value, list) else value


@pytest.fixture(scope="module")
def shared(display: Display) -> Iterator[Bare]:
    """The window of all tests that change nothing about the keyboard."""
    program = Program(BARE, display.environment)
    try:
        yield Bare(program, display.name)
        program.end()
    finally:
        program.kill()


@pytest.fixture
def bare(shared: Bare) -> Bare:
    """A window that has the focus, and a pointer that is outside."""
    shared.begin()
    return shared


POINTER = ("x", "y", "button", "buttons", "modifiers")


def pointer(x: float, y: float, button: int = 0, buttons: tuple[int, ...] = (), *modifiers: str) -> tuple[Any, ...]:
    """The values of POINTER."""
    return x, y, button, buttons, modifiers


# -- the pointer -----------------------------------------------------------------------------------------------


def test_the_pointer_enters_moves_and_leaves(bare: Bare) -> None:
    bare.hands.move(50, 60)
    bare.hands.move(80, 61)
    bare.hands.move(500, 60)
    assert bare.told(*POINTER) == [
        ("pointer_enter", *pointer(25, 30)),
        ("pointer_move", *pointer(25, 30)),
        ("pointer_move", *pointer(40, 30.5)),
        ("pointer_leave", *pointer(250, 30)),
    ]


def test_pointer_events_have_the_fields_of_the_specification(bare: Bare) -> None:
    bare.hands.move(50, 60)
    bare.hands.click()
    fields = {"type", "x", "y", "button", "buttons", "modifiers", "ntouches", "touches"}
    events = bare.program.told()
    assert [event["type"] for event in events] == ["pointer_enter", "pointer_move", "pointer_down", "pointer_up"]
    for event in events:
        assert event.keys() == fields
        assert (event["ntouches"], event["touches"]) == (0, {})


def test_the_pointer_that_comes_back_where_it_left_enters_there(bare: Bare) -> None:
    bare.hands.move(50, 60)
    bare.hands.move(500, 60)
    bare.told()
    bare.hands.move(50, 60)
    bare.hands.press()
    bare.hands.release()
    assert bare.told("x", "y") == [("pointer_enter", 25, 30), ("pointer_down", 25, 30), ("pointer_up", 25, 30)]


def test_buttons_are_told_with_those_that_are_held(bare: Bare) -> None:
    bare.hands.move(20, 40)
    bare.told()
    for button in (RIGHT, LEFT, MIDDLE):
        bare.hands.press(button)
    for button in (LEFT, MIDDLE, RIGHT):
        bare.hands.release(button)
    assert bare.told("button", "buttons") == [
        ("pointer_down", 2, (2,)),
        ("pointer_down", 1, (1, 2)),
        ("pointer_down", 3, (1, 2, 3)),
        ("pointer_up", 1, (2, 3)),
        ("pointer_up", 3, (2,)),
        ("pointer_up", 2, ()),
    ]


def test_a_drag_goes_on_outside_of_the_window(bare: Bare) -> None:
    bare.hands.move(20, 40)
    bare.hands.press()
    bare.hands.move(-60, 600)
    # Where the pointer leaves is asked for when the window hears of it: it must not have come back by then.
    told = bare.told(*POINTER)
    bare.hands.release()
    bare.hands.move(700, 600)
    bare.hands.move(30, 40)
    assert told + bare.told(*POINTER) == [
        ("pointer_enter", *pointer(10, 20)),
        ("pointer_move", *pointer(10, 20)),
        ("pointer_down", *pointer(10, 20, 1, (1,))),
        ("pointer_leave", *pointer(-30, 300, 0, (1,))),
        ("pointer_move", *pointer(-30, 300, 0, (1,))),
        ("pointer_up", *pointer(-30, 300, 1)),
        ("pointer_enter", *pointer(15, 20)),
        ("pointer_move", *pointer(15, 20)),
    ]


def test_a_drag_that_comes_back_enters_again(bare: Bare) -> None:
    bare.hands.move(20, 40)
    bare.hands.press()
    bare.hands.move(900, 40)
    bare.hands.move(20, 40)
    bare.hands.release()
    kinds = [each[0] for each in bare.told() if each[0] != "pointer_move"]
    assert kinds == ["pointer_enter", "pointer_down", "pointer_leave", "pointer_enter", "pointer_up"]


def test_two_quick_clicks_are_a_double_click(bare: Bare) -> None:
    bare.hands.move(20, 40)
    bare.told()
    bare.hands.click(LEFT, 2, 1)
    clicks = [("pointer_down", *pointer(10, 20, 1, (1,))), ("pointer_up", *pointer(10, 20, 1))] * 2
    assert bare.told(*POINTER) == [*clicks, ("double_click", *pointer(10, 20, 1))]


@pytest.mark.parametrize(
    ("direction", "dx", "dy"), [("up", 0, -100), ("down", 0, 100), ("left", -100, 0), ("right", 100, 0)]
)
def test_the_wheel_turns_in_four_directions(bare: Bare, direction: str, dx: float, dy: float) -> None:
    bare.hands.move(20, 40)
    bare.told()
    bare.hands.wheel(direction, 2)
    fields = ("dx", "dy", "x", "y", "button", "buttons", "modifiers")
    assert bare.told(*fields) == [("wheel", dx, dy, 10, 20, (), ())] * 2


def test_the_wheel_tells_which_modifiers_are_held(bare: Bare) -> None:
    bare.hands.move(20, 40)
    bare.hands.key_down("ctrl")
    bare.told()
    bare.hands.wheel("up")
    bare.hands.key_up("ctrl")
    bare.hands.wheel("up")
    assert bare.told("modifiers") == [("wheel", ("Control",)), ("key_up", ()), ("wheel", ())]


def test_files_are_dropped_where_the_pointer_lets_go_of_them(bare: Bare) -> None:
    bare.hands.drop(100 + 30, 80 + 50, "file:///tmp/a.png", "file:///tmp/b%20%C3%A9.png")
    drops = [event for event in bare.program.told() if event["type"] == "drop"]
    assert drops == [{"type": "drop", "x": 15, "y": 25, "paths": ["/tmp/a.png", "/tmp/b é.png"]}]


def test_a_dropped_path_that_is_no_text_does_not_end_the_program(bare: Bare) -> None:
    bare.hands.drop(130, 130, "file:///tmp/%FF")
    drops = [event for event in bare.program.told() if event["type"] == "drop"]
    assert [os.fsencode(path) for event in drops for path in event["paths"]] == [b"/tmp/\xff"]


# -- the keyboard ----------------------------------------------------------------------------------------------

KEYS = ("key", "data", "modifiers")


def test_a_letter_is_told_as_key_and_character(bare: Bare) -> None:
    bare.hands.key("a")
    assert bare.told(*KEYS) == [("key_down", "a", ()), ("char", "a", ()), ("key_up", "a", ())]


@pytest.mark.parametrize(("key", "name"), [("a", "A"), ("5", "%")])
def test_shift_is_told_and_changes_the_key(bare: Bare, key: str, name: str) -> None:
    for act, each in ((bare.hands.key_down, "shift"), (bare.hands.key_down, key), (bare.hands.key_up, key)):
        act(each)
    bare.hands.key_up("shift")
    assert bare.told(*KEYS) == [
        ("key_down", "Shift", ("Shift",)),
        ("key_down", name, ("Shift",)),
        ("char", name, ("Shift",)),
        ("key_up", name, ("Shift",)),
        ("key_up", "Shift", ()),
    ]


@pytest.mark.parametrize(("keys", "name"), [("shift+a", "A"), ("shift+5", "%")])
def test_a_key_keeps_its_name_though_shift_is_released_first(bare: Bare, keys: str, name: str) -> None:
    bare.hands.key(keys)
    events = bare.told("key", "data")
    assert [each for each in events if each[0] != "key_up"] == [
        ("key_down", "Shift"),
        ("key_down", name),
        ("char", name),
    ]
    assert sorted(each[1] for each in events if each[0] == "key_up") == sorted(["Shift", name])


def test_control_types_no_character(bare: Bare) -> None:
    bare.hands.key_down("ctrl")
    bare.hands.key("c")
    bare.hands.key_up("ctrl")
    assert bare.told(*KEYS) == [
        ("key_down", "Control", ("Control",)),
        ("key_down", "c", ("Control",)),
        ("key_up", "c", ("Control",)),
        ("key_up", "Control", ()),
    ]


def test_keys_that_type_nothing_are_named_as_the_dom_names_them(bare: Bare) -> None:
    names = {
        "Left": "ArrowLeft",
        "Return": "Enter",
        "Escape": "Escape",
        "BackSpace": "Backspace",
        "Prior": "PageUp",
        "F5": "F5",
        "Alt_L": "Alt",
        "Super_L": "Meta",
        "Menu": "ContextMenu",
    }
    bare.hands.key(*names)
    events = [each for each in bare.told("key") if each[0] == "key_down"]
    assert events == [("key_down", name) for name in names.values()]


def test_what_is_held_is_released_when_the_focus_is_lost(bare: Bare) -> None:
    bare.hands.move(20, 40)
    bare.hands.key_down("shift")
    bare.hands.key_down("b")
    bare.hands.press()
    bare.told()
    bare.hands.unfocus()
    assert bare.told("key", "button", "modifiers") == [
        ("key_up", "Shift", ()),
        ("key_up", "B", ()),
        ("pointer_up", 1, ()),
        ("focus_out",),
    ]
    bare.hands.key_up("b")
    bare.hands.key_up("shift")
    bare.hands.release()
    assert bare.told() == []
    bare.hands.focus()
    bare.hands.key("b")
    assert bare.told(*KEYS) == [("focus_in",), ("key_down", "b", ()), ("char", "b", ()), ("key_up", "b", ())]


def test_a_held_key_repeats_itself_and_its_character(bare: Bare) -> None:
    bare.hands.repeat(True)
    try:
        bare.hands.key_down("a")
        events = bare.program.until_event("char")
        for _ in range(3):
            events += bare.program.until_event("char")
        bare.hands.key_up("a")
        events += bare.program.told()
    finally:
        bare.hands.repeat(False)
    kinds = [event["type"] for event in events]
    assert kinds == ["key_down", "char", *["key_repeat", "char"] * ((len(kinds) - 3) // 2), "key_up"]
    assert {event.get("data", event.get("key")) for event in events} == {"a"} and len(kinds) > 8


def test_a_held_key_without_a_character_repeats(bare: Bare) -> None:
    bare.hands.repeat(True)
    try:
        bare.hands.key_down("BackSpace")
        events = bare.program.until_event("key_repeat") + bare.program.until_event("key_repeat")
        bare.hands.key_up("BackSpace")
        events += bare.program.told()
    finally:
        bare.hands.repeat(False)
    kinds = [event["type"] for event in events]
    assert (kinds[0], kinds[-1]) == ("key_down", "key_up") and set(kinds[1:-1]) == {"key_repeat"}
    assert {event["key"] for event in events} == {"Backspace"}


@pytest.fixture
def on_keyboard(display: Display, start: Callable[..., Program]) -> Iterator[Callable[..., Bare]]:
    """A function that opens a window on a server with the keyboard of another country."""
    hands = Hands(display.name, 0)
    windows: list[Bare] = []

    def on_keyboard(*words: str, mapped: tuple[str, ...] = ()) -> Bare:
        hands.layout(*words)
        if mapped:
            hands.map_key(248, *mapped)
        windows.append(Bare(start(BARE), display.name))
        return windows[-1]

    yield on_keyboard
    hands.layout("us")
    for window in windows:
        window.program.end()


FAILING = """
    import signal

    import glfw
    from gpucanvas.window.input import Input
    from talking import event_loop, plain, say

    def submit(event):
        if event.type == "key_down" and event.key == "F1":
            signal.raise_signal(signal.SIGINT)
        if event.type == "key_down" and event.key == "F2":
            raise ZeroDivisionError("by design")
        say(plain(event))

    def settle():
        try:
            told.settle()
        except ZeroDivisionError as error:
            say({"type": "failed", "error": str(error)})
        if told.interrupted:
            told.interrupted = False
            say({"type": "interrupted"})

    assert glfw.init()
    glfw.window_hint(glfw.CLIENT_API, glfw.NO_API)
    window = glfw.create_window(400, 300, "failing", None, None)
    told = Input(window, submit, lambda x, y: (x, y))
    say(glfw.get_x11_window(window))
    event_loop(window, settle)
    glfw.terminate()
"""


def test_what_goes_wrong_in_a_callback_reaches_the_loop_and_loses_no_other_event(
    start: Callable[..., Program], display: Display
) -> None:
    bare = Bare(start(FAILING), display.name)
    bare.hands.key("F1", "F2", "a")
    events = bare.told("key", "data", "error")
    assert sorted(each for each in events if each[0] in ("interrupted", "failed")) == [
        ("failed", "by design"),
        ("interrupted",),
    ]
    assert [each for each in events if each[0] not in ("interrupted", "failed")] == [
        ("key_up", "F1"),
        ("key_up", "F2"),
        ("key_down", "a"),
        ("char", "a"),
        ("key_up", "a"),
    ]
    assert bare.program.errors == ""


def test_a_window_that_was_detached_is_told_of_nothing_and_fails_nothing(
    start: Callable[..., Program], display: Display
) -> None:
    bare = Bare(start(BARE), display.name)
    bare.program.send("detach")
    bare.hands.drop(130, 130, "file:///tmp/a.png")
    bare.hands.move(20, 40)
    bare.hands.click()
    bare.hands.wheel("up")
    bare.hands.key("a")
    bare.hands.unfocus()
    assert bare.program.told() == []
    bare.program.end()


def test_typed_text_comes_as_characters(on_keyboard: Callable[..., Bare]) -> None:
    # xdotool would give a free key this character while it types, and take it back before the program looks.
    bare = on_keyboard("us", mapped=("eacute", "Eacute"))
    bare.hands.type("Café 5%")
    events = bare.told("key", "data")
    assert "".join(each[1] for each in events if each[0] == "char") == "Café 5%"
    for kind in ("key_down", "key_up"):
        assert "".join(each[1] for each in events if each[0] == kind and len(each[1]) == 1) == "Café 5%"


def test_keys_are_named_by_the_layout_of_the_keyboard(on_keyboard: Callable[..., Bare]) -> None:
    bare = on_keyboard("de")
    bare.hands.key("odiaeresis", "z")
    bare.hands.key_down("ctrl")
    bare.hands.key("odiaeresis")
    bare.hands.key_up("ctrl")
    down = [each[1:] for each in bare.told("key", "modifiers") if each[0] == "key_down"]
    assert down == [("ö", ()), ("z", ()), ("Control", ("Control",)), ("ö", ("Control",))]


def test_the_third_level_of_a_keyboard_is_no_modifier_of_what_it_types(on_keyboard: Callable[..., Bare]) -> None:
    bare = on_keyboard("de")
    bare.hands.key_down("ISO_Level3_Shift")
    bare.hands.key("q")
    bare.hands.key_up("ISO_Level3_Shift")
    assert bare.told(*KEYS)[1:4] == [("key_down", "@", ()), ("char", "@", ()), ("key_up", "@", ())]


def test_a_dead_key_puts_its_accent_on_the_next(on_keyboard: Callable[..., Bare]) -> None:
    bare = on_keyboard("us", "-variant", "intl")
    bare.hands.key("dead_acute", "e")
    assert bare.told("key", "data") == [
        ("key_down", "Dead"),
        ("key_up", "Dead"),
        ("key_down", "é"),
        ("char", "é"),
        ("key_up", "é"),
    ]


def test_locks_change_what_keys_are_and_are_no_modifiers(on_keyboard: Callable[..., Bare]) -> None:
    keypad_7, num_lock, caps_lock = "79", "77", "66"  # Keycodes: xdotool would turn the locks itself.
    bare = on_keyboard("us")
    for lock in (num_lock, caps_lock):
        bare.hands.key(keypad_7, "a")
        bare.hands.key(lock)
        bare.hands.key(keypad_7, "a")
        bare.hands.key(lock)
    down = [each[1:] for each in bare.told("key", "modifiers") if each[0] == "key_down"]
    with_num_lock = ["Home", "a", "NumLock", "7", "a", "NumLock"]
    with_caps_lock = ["Home", "a", "CapsLock", "Home", "A", "CapsLock"]
    assert down == [(name, ()) for name in with_num_lock + with_caps_lock]
