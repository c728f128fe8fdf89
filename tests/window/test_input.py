"""Input without a window: what glfw tells its callbacks, in its numbers, becomes events of the specification."""

from __future__ import annotations

import ctypes
import os
from typing import Any

import pytest

from gpucanvas.window.events import Event
from gpucanvas.window.input import Input

RELEASE, PRESS, REPEAT = 0, 1, 2
LEFT, RIGHT, MIDDLE = 0, 1, 2
SHIFT, CONTROL, ALT, META, CAPS_LOCK = 1, 2, 4, 8, 16
A, C, FIVE, ENTER, ARROW_LEFT, UNKNOWN = 65, 67, 53, 257, 263, -1
LEFT_SHIFT, LEFT_CONTROL, LEFT_ALT, RIGHT_SHIFT, RIGHT_ALT, LEFT_META = 340, 341, 342, 344, 346, 343
W = None
"""The window that callbacks are given."""
POINTER_FIELDS = {"x", "y", "button", "buttons", "modifiers", "ntouches", "touches"}
ALWAYS = {"event_type", "type", "time_stamp", "timestamp"}


class Desk(Input):
    """An input without a window, whose cursor positions are twice the logical pixels, and whose clock is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.now = 10.0
        super().__init__(None, self.events.append, lambda x, y: (x / 2, y / 2), lambda: self.now)

    def take(self, *fields: str) -> list[Any]:
        """The events so far, each as its type and these of its fields; then they are forgotten."""
        told = [(event.type, *(event[name] for name in fields if name in event)) for event in self.events]
        self.events.clear()
        return told

    def click(self, button: int = LEFT) -> None:
        self.on_mouse_button(W, button, PRESS, 0)
        self.on_mouse_button(W, button, RELEASE, 0)

    def press(self, key: int, char: str = "", mods: int = 0, scancode: int = 0) -> None:
        self.on_key(W, key, scancode or key, PRESS, mods)
        if char:
            self.on_char(W, ord(char))

    def release(self, key: int, mods: int = 0, scancode: int = 0) -> None:
        self.on_key(W, key, scancode or key, RELEASE, mods)


@pytest.fixture
def desk() -> Desk:
    """One that the pointer has entered, at (5, 7), with the focus."""
    made = Desk()
    made.on_focus(W, 1)
    made.on_cursor_enter(W, 1)
    made.on_cursor_pos(W, 10.0, 14.0)
    made.events.clear()
    return made


# -- the pointer -----------------------------------------------------------------------------------------------


def test_a_move_is_told_in_logical_pixels_with_all_fields(desk: Desk) -> None:
    desk.on_cursor_pos(W, 31.0, 40.0)
    (event,) = desk.events
    assert event.keys() == POINTER_FIELDS | ALWAYS
    assert (event.type, event.x, event.y, event.button, event.buttons) == ("pointer_move", 15.5, 20.0, 0, ())
    assert (event.modifiers, event.ntouches, event.touches, event.time_stamp) == ((), 0, {}, 10.0)


@pytest.mark.parametrize(("number", "button"), [(LEFT, 1), (RIGHT, 2), (MIDDLE, 3), (3, 4), (4, 5)])
def test_buttons_count_from_one(desk: Desk, number: int, button: int) -> None:
    desk.click(number)
    assert desk.take("button", "buttons") == [("pointer_down", button, (button,)), ("pointer_up", button, ())]


def test_a_press_is_where_the_pointer_is_with_all_fields(desk: Desk) -> None:
    desk.on_mouse_button(W, LEFT, PRESS, 0)
    (event,) = desk.events
    assert event.keys() == POINTER_FIELDS | ALWAYS
    assert (event.x, event.y) == (5.0, 7.0)


def test_held_buttons_are_told_sorted_and_after_the_change(desk: Desk) -> None:
    for button, action in ((MIDDLE, PRESS), (LEFT, PRESS), (MIDDLE, RELEASE)):
        desk.on_mouse_button(W, button, action, 0)
    desk.on_cursor_pos(W, 2.0, 2.0)
    assert desk.take("buttons") == [
        ("pointer_down", (3,)),
        ("pointer_down", (1, 3)),
        ("pointer_up", (1,)),
        ("pointer_move", (1,)),
    ]


def test_a_release_of_a_button_that_is_not_held_is_not_told(desk: Desk) -> None:
    desk.on_mouse_button(W, LEFT, RELEASE, 0)
    assert desk.events == []


def test_entering_and_leaving_are_told_once_each(desk: Desk) -> None:
    for entered in (1, 0, 0, 1, 1, 0):
        desk.on_cursor_enter(W, entered)
        desk.settle()
    assert desk.take("x", "y", "button") == [
        ("pointer_leave", 5.0, 7.0, 0),
        ("pointer_enter", 5.0, 7.0, 0),
        ("pointer_leave", 5.0, 7.0, 0),
    ]


def test_the_pointer_enters_where_glfw_says_next_that_it_is(desk: Desk) -> None:
    desk.on_cursor_enter(W, 0)
    desk.events.clear()
    desk.on_cursor_enter(W, 1)
    assert desk.take() == []
    desk.on_cursor_pos(W, 80.0, 60.0)
    assert desk.take("x", "y") == [("pointer_enter", 40.0, 30.0), ("pointer_move", 40.0, 30.0)]


def test_the_pointer_that_enters_where_it_left_is_not_told_to_have_moved(desk: Desk) -> None:
    desk.on_cursor_enter(W, 0)
    desk.events.clear()
    desk.on_cursor_enter(W, 1)
    desk.on_mouse_button(W, LEFT, PRESS, 0)
    assert desk.take("x", "y") == [("pointer_enter", 5.0, 7.0), ("pointer_down", 5.0, 7.0)]


def test_a_character_is_told_after_the_entering_that_waits(desk: Desk) -> None:
    desk.on_cursor_enter(W, 0)
    desk.on_cursor_enter(W, 1)
    desk.on_char(W, ord("a"))
    assert [each[0] for each in desk.take()] == ["pointer_leave", "pointer_enter", "char"]


def test_enter_and_leave_have_the_fields_of_a_pointer(desk: Desk) -> None:
    desk.on_cursor_enter(W, 0)
    desk.on_cursor_enter(W, 1)
    desk.settle()
    assert [event.keys() for event in desk.events] == [POINTER_FIELDS | ALWAYS] * 2


def test_a_drag_out_of_the_window_is_told_to_its_end(desk: Desk) -> None:
    desk.on_mouse_button(W, LEFT, PRESS, 0)
    desk.on_cursor_enter(W, 0)
    desk.on_cursor_pos(W, 2000.0, 0.0)
    desk.on_mouse_button(W, LEFT, RELEASE, 0)
    desk.on_cursor_enter(W, 0)
    assert desk.take("x", "buttons") == [
        ("pointer_down", 5.0, (1,)),
        ("pointer_leave", 5.0, (1,)),
        ("pointer_move", 1000.0, (1,)),
        ("pointer_up", 1000.0, ()),
    ]


def test_the_first_move_in_a_window_that_opened_below_the_pointer_enters_it() -> None:
    desk = Desk()
    desk.on_cursor_pos(W, 2.0, 4.0)
    desk.on_cursor_enter(W, 1)
    assert desk.take("x", "y") == [("pointer_enter", 1.0, 2.0), ("pointer_move", 1.0, 2.0)]


@pytest.mark.parametrize(
    ("told", "dx", "dy"), [((0, 1), 0, -100), ((0, -1), 0, 100), ((1, 0), -100, 0), ((-0.5, 2), 50, -200)]
)
def test_the_wheel_counts_down_and_right_a_hundred_for_a_notch(
    desk: Desk, told: tuple[float, float], dx: float, dy: float
) -> None:
    desk.on_scroll(W, *told)
    (event,) = desk.events
    assert event.keys() == {"dx", "dy", "x", "y", "buttons", "modifiers"} | ALWAYS
    assert (event.type, event.dx, event.dy, event.x, event.y) == ("wheel", dx, dy, 5.0, 7.0)
    assert "-0.0" not in repr(event)


def test_dropped_files_are_told_where_the_pointer_is(desk: Desk) -> None:
    desk.on_drop(W, ["/tmp/a.png", "/tmp/b c.png"])
    (event,) = desk.events
    assert event.keys() == {"x", "y", "paths"} | ALWAYS
    assert (event.type, event.x, event.y) == ("drop", 5.0, 7.0)
    assert event.paths == ("/tmp/a.png", "/tmp/b c.png")


def test_dropped_paths_need_not_be_text(desk: Desk) -> None:
    desk._on_raw_drop(W, 2, (ctypes.c_char_p * 2)("/tmp/é".encode(), b"/tmp/\xff"))
    (event,) = desk.events
    assert [os.fsencode(path) for path in event.paths] == ["/tmp/é".encode(), b"/tmp/\xff"]


# -- double clicks ---------------------------------------------------------------------------------------------

TWO_CLICKS = ["pointer_down", "pointer_up"] * 2


def kinds(desk: Desk) -> list[str]:
    """What has happened since the last look, without the moves."""
    return [each[0] for each in desk.take() if each[0] != "pointer_move"]


def test_two_clicks_are_a_double_click_told_after_the_second_release(desk: Desk) -> None:
    desk.click()
    desk.on_mouse_button(W, LEFT, PRESS, 0)
    assert kinds(desk) == TWO_CLICKS[:3]
    desk.on_mouse_button(W, LEFT, RELEASE, 0)
    assert [event.type for event in desk.events] == ["pointer_up", "double_click"]
    event = desk.events[-1]
    assert event.keys() == (POINTER_FIELDS | ALWAYS) - {"ntouches", "touches"}
    assert (event.x, event.y, event.button, event.buttons) == (5.0, 7.0, 1, ())


def test_four_clicks_are_two_double_clicks_and_three_are_one(desk: Desk) -> None:
    for _ in range(4):
        desk.click()
    assert kinds(desk) == [*TWO_CLICKS, "double_click"] * 2
    desk.now += 5
    for _ in range(3):
        desk.click()
    assert kinds(desk).count("double_click") == 1


@pytest.mark.parametrize(("seconds", "is_double"), [(0.39, True), (0.41, False)])
def test_slow_clicks_are_no_double_click(desk: Desk, seconds: float, is_double: bool) -> None:
    desk.click()
    desk.now += seconds
    desk.click()
    assert ("double_click" in kinds(desk)) == is_double


def test_a_slow_click_may_be_the_first_of_the_next_double_click(desk: Desk) -> None:
    for wait in (0.0, 1.0, 0.1):
        desk.now += wait
        desk.click()
    assert kinds(desk) == [*TWO_CLICKS, *TWO_CLICKS[:2], "double_click"]


@pytest.mark.parametrize(("distance", "is_double"), [(4.9, True), (5.1, False)])
def test_clicks_apart_are_no_double_click(desk: Desk, distance: float, is_double: bool) -> None:
    desk.click()
    desk.on_cursor_pos(W, 10.0 + 2 * distance, 14.0)
    desk.click()
    assert ("double_click" in kinds(desk)) == is_double


@pytest.mark.parametrize("which", [0, 1])
def test_a_drag_is_no_part_of_a_double_click(desk: Desk, which: int) -> None:
    for index in range(2):
        desk.on_cursor_pos(W, 10.0, 14.0)
        desk.on_mouse_button(W, LEFT, PRESS, 0)
        if index == which:
            desk.on_cursor_pos(W, 90.0, 14.0)
        desk.on_mouse_button(W, LEFT, RELEASE, 0)
    assert kinds(desk) == TWO_CLICKS


def test_clicks_of_two_buttons_are_no_double_click(desk: Desk) -> None:
    for button in (LEFT, RIGHT, LEFT):
        desk.click(button)
    assert "double_click" not in kinds(desk)


def test_a_double_click_does_not_reach_over_a_loss_of_focus(desk: Desk) -> None:
    desk.click()
    desk.on_focus(W, 0)
    desk.on_focus(W, 1)
    desk.click()
    assert "double_click" not in kinds(desk)


# -- keys and characters ---------------------------------------------------------------------------------------


def test_a_key_is_named_by_the_character_that_follows_it(desk: Desk) -> None:
    desk.press(A, "a")
    desk.release(A)
    assert desk.take("key", "data") == [("key_down", "a"), ("char", "a"), ("key_up", "a")]


def test_keys_and_characters_have_the_fields_of_the_specification(desk: Desk) -> None:
    desk.press(A, "a")
    desk.release(A)
    down, char, up = desk.events
    assert down.keys() == up.keys() == {"key", "modifiers"} | ALWAYS
    assert char.keys() == {"data", "modifiers"} | ALWAYS


@pytest.mark.parametrize(
    ("key", "mods", "char"), [(FIVE, SHIFT, "%"), (A, CAPS_LOCK, "A"), (A, SHIFT, "Ä"), (325, 0, "5")]
)
def test_what_is_typed_names_the_key_whatever_the_layout(desk: Desk, key: int, mods: int, char: str) -> None:
    desk.press(key, char, mods)
    desk.release(key, mods)
    assert desk.take("key", "data") == [("key_down", char), ("char", char), ("key_up", char)]


def test_a_key_that_types_nothing_is_told_at_once(desk: Desk) -> None:
    desk.press(ARROW_LEFT)
    assert desk.take("key") == [("key_down", "ArrowLeft")]
    desk.release(ARROW_LEFT)
    assert desk.take("key") == [("key_up", "ArrowLeft")]


def test_a_key_whose_character_does_not_come_is_told_when_the_poll_is_over(desk: Desk) -> None:
    desk.press(C, mods=CONTROL)
    assert desk.take() == []
    desk.settle()
    assert desk.take("key", "modifiers") == [("key_down", "c", ("Control",))]
    desk.settle()
    assert desk.take() == []


def test_a_key_that_waits_keeps_its_place_and_its_time(desk: Desk) -> None:
    desk.press(C, mods=CONTROL)
    desk.now = 11.0
    desk.on_cursor_pos(W, 0.0, 0.0)
    assert desk.take("time_stamp") == [("key_down", 10.0), ("pointer_move", 11.0)]


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("on_key", (ENTER, 1, PRESS, 0), "key_down"),
        ("on_key", (C, C, RELEASE, 0), "key_up"),
        ("on_mouse_button", (LEFT, PRESS, 0), "pointer_down"),
        ("on_scroll", (0, 1), "wheel"),
        ("on_cursor_enter", (0,), "pointer_leave"),
        ("on_focus", (1,), "focus_in"),
        ("on_drop", (["a"],), "drop"),
    ],
)
def test_whatever_comes_next_is_told_after_the_key_that_waits(
    desk: Desk, name: str, arguments: tuple[Any, ...], kind: str
) -> None:
    desk.press(C, mods=CONTROL)
    getattr(desk, name)(W, *arguments)
    assert [event.type for event in desk.events] == ["key_down", kind]


def test_shift_released_first_does_not_rename_the_key(desk: Desk) -> None:
    desk.press(LEFT_SHIFT)
    desk.press(FIVE, "%", SHIFT)
    desk.release(LEFT_SHIFT, SHIFT)
    desk.release(FIVE)
    assert [each[1] for each in desk.take("key") if each[0] == "key_up"] == ["Shift", "%"]


def test_repeats_of_a_key_are_told_as_such_before_their_characters(desk: Desk) -> None:
    desk.press(A, "a")
    for _ in range(2):
        desk.on_key(W, A, A, REPEAT, 0)
        desk.on_char(W, ord("a"))
    desk.release(A)
    repeat = [("key_repeat", "a"), ("char",)]
    assert desk.take("key") == [("key_down", "a"), ("char",), *repeat, *repeat, ("key_up", "a")]


def test_a_repeat_has_the_fields_of_a_press(desk: Desk) -> None:
    desk.press(ARROW_LEFT)
    desk.on_key(W, ARROW_LEFT, ARROW_LEFT, REPEAT, SHIFT)
    down, repeat = desk.events
    assert (repeat.type, repeat.key, repeat.modifiers) == ("key_repeat", "ArrowLeft", ("Shift",))
    assert repeat.keys() == down.keys()


@pytest.mark.parametrize("key", [LEFT_SHIFT, LEFT_CONTROL, RIGHT_ALT, LEFT_META])
def test_modifiers_do_not_repeat_on_any_system(desk: Desk, key: int) -> None:
    desk.press(key)
    desk.on_key(W, key, key, REPEAT, 0)
    assert [each[0] for each in desk.take()] == ["key_down"]


def test_a_repeat_of_a_key_that_is_not_held_is_not_told(desk: Desk) -> None:
    desk.press(ARROW_LEFT)
    desk.on_focus(W, 0)
    desk.events.clear()
    desk.on_key(W, ARROW_LEFT, ARROW_LEFT, REPEAT, 0)
    assert desk.events == []


def test_keys_that_glfw_does_not_know_are_told_apart_by_their_scancodes(desk: Desk) -> None:
    desk.press(UNKNOWN, "é", scancode=200)
    desk.press(UNKNOWN, "ø", scancode=201)
    desk.release(UNKNOWN, scancode=200)
    desk.release(UNKNOWN, scancode=201)
    assert [each[1] for each in desk.take("key") if each[0] != "char"] == ["é", "ø", "é", "ø"]


def test_repeats_of_a_key_that_glfw_does_not_know_look_like_presses(desk: Desk) -> None:
    for _ in range(2):
        desk.press(UNKNOWN, "é", scancode=200)
    assert desk.take("key") == [("key_down", "é"), ("char",), ("key_repeat", "é"), ("char",)]


def test_a_key_without_code_and_character_is_unidentified(desk: Desk) -> None:
    desk.press(UNKNOWN, scancode=200)
    desk.settle()
    assert desk.take("key") == [("key_down", "Unidentified")]


def test_a_release_of_a_key_that_is_not_held_is_not_told(desk: Desk) -> None:
    desk.release(A)
    assert desk.take() == []


def test_a_character_without_a_key_is_told_alone(desk: Desk) -> None:
    desk.on_char(W, ord("語"))
    assert desk.take("data") == [("char", "語")]


# -- modifiers -------------------------------------------------------------------------------------------------


def test_a_modifier_counts_from_its_own_press_to_its_own_release(desk: Desk) -> None:
    desk.press(LEFT_SHIFT, mods=0)  # X11 says what was held before the event.
    desk.on_cursor_pos(W, 0.0, 0.0)
    desk.release(LEFT_SHIFT, mods=SHIFT)
    desk.on_cursor_pos(W, 2.0, 0.0)
    assert desk.take("key", "modifiers") == [
        ("key_down", "Shift", ("Shift",)),
        ("pointer_move", ("Shift",)),
        ("key_up", "Shift", ()),
        ("pointer_move", ()),
    ]


def test_modifiers_are_told_sorted_with_every_event(desk: Desk) -> None:
    held = (LEFT_SHIFT, LEFT_META, LEFT_CONTROL, LEFT_ALT)
    for key in held:
        desk.press(key)
    mods = SHIFT | META | CONTROL | ALT
    desk.events.clear()
    desk.on_scroll(W, 0, 1)
    desk.on_mouse_button(W, LEFT, PRESS, mods)
    desk.on_char(W, ord("x"))
    desk.press(ENTER, mods=mods)
    assert [each[1] for each in desk.take("modifiers")] == [("Alt", "Control", "Meta", "Shift")] * 4


def test_a_modifier_is_held_until_both_its_keys_are_released(desk: Desk) -> None:
    desk.press(LEFT_SHIFT)
    desk.press(RIGHT_SHIFT, mods=SHIFT)
    desk.release(LEFT_SHIFT, mods=SHIFT)
    desk.release(RIGHT_SHIFT, mods=SHIFT)
    assert [each[1] for each in desk.take("modifiers")] == [("Shift",), ("Shift",), ("Shift",), ()]


def test_both_shifts_released_at_once_with_one_scancode_are_both_released(desk: Desk) -> None:
    desk.press(LEFT_SHIFT, scancode=42)
    desk.press(RIGHT_SHIFT, scancode=54)
    desk.release(LEFT_SHIFT, scancode=54)  # As Windows tells it.
    desk.release(RIGHT_SHIFT, scancode=54)
    assert [each[1] for each in desk.take("modifiers") if each[0] == "key_up"] == [("Shift",), ()]


def test_a_modifier_pressed_elsewhere_is_known_from_the_next_key_or_button(desk: Desk) -> None:
    desk.on_mouse_button(W, LEFT, PRESS, CONTROL)
    desk.press(ENTER, mods=CONTROL | SHIFT)
    desk.release(ENTER, mods=0)
    assert [each[1] for each in desk.take("modifiers")] == [("Control",), ("Control", "Shift"), ()]


def test_a_key_that_chooses_characters_is_no_modifier_of_what_is_typed_with_it(desk: Desk) -> None:
    desk.press(RIGHT_ALT)  # AltGr, for which glfw has no other name.
    desk.press(A, "@", mods=0)
    assert desk.take("key", "data", "modifiers")[1:] == [("key_down", "@", ()), ("char", "@", ())]


def test_modifiers_of_a_click_on_a_window_without_the_focus_do_not_stay(desk: Desk) -> None:
    desk.on_focus(W, 0)
    desk.events.clear()
    desk.on_mouse_button(W, LEFT, PRESS, SHIFT)
    desk.on_cursor_pos(W, 0.0, 0.0)
    assert desk.take("modifiers") == [("pointer_down", ("Shift",)), ("pointer_move", ())]


# -- focus -----------------------------------------------------------------------------------------------------


def test_focus_is_told(desk: Desk) -> None:
    desk.on_focus(W, 0)
    desk.on_focus(W, 1)
    assert [event.keys() for event in desk.events] == [ALWAYS] * 2
    assert desk.take() == [("focus_out",), ("focus_in",)]


def test_what_is_held_is_released_once_when_the_focus_is_lost(desk: Desk) -> None:
    desk.press(LEFT_SHIFT)
    desk.press(A, "A", SHIFT)
    desk.press(UNKNOWN, "é", SHIFT, scancode=200)
    desk.on_mouse_button(W, RIGHT, PRESS, SHIFT)
    desk.on_mouse_button(W, LEFT, PRESS, SHIFT)
    desk.events.clear()
    desk.on_focus(W, 0)
    # glfw releases the keys and buttons that it knows; then come the real releases.
    desk.release(LEFT_SHIFT)
    desk.release(A)
    for button in (LEFT, RIGHT, LEFT, RIGHT):
        desk.on_mouse_button(W, button, RELEASE, 0)
    assert desk.take("key", "button", "buttons", "modifiers") == [
        ("key_up", "Shift", ()),
        ("key_up", "A", ()),
        ("key_up", "é", ()),
        ("pointer_up", 1, (2,), ()),
        ("pointer_up", 2, (), ()),
        ("focus_out",),
    ]


def test_a_key_held_before_the_focus_was_lost_can_be_pressed_again(desk: Desk) -> None:
    desk.press(A, "a")
    desk.on_focus(W, 0)
    desk.on_focus(W, 1)
    desk.events.clear()
    desk.press(A, "a")
    assert desk.take("key", "data") == [("key_down", "a"), ("char", "a")]


def test_a_modifier_held_before_the_focus_was_lost_is_held_no_more(desk: Desk) -> None:
    desk.press(LEFT_SHIFT)
    desk.on_focus(W, 0)
    desk.on_focus(W, 1)
    desk.press(RIGHT_SHIFT)
    desk.release(RIGHT_SHIFT)
    assert desk.take("modifiers")[-1] == ("key_up", ())


# -- what goes wrong in a callback -----------------------------------------------------------------------------


def failing(error: BaseException) -> Input:
    def submit(event: Event) -> None:
        raise error

    return Input(None, submit, lambda x, y: (x, y))


def test_a_callback_never_raises_and_settle_does_once() -> None:
    one = failing(ZeroDivisionError("by design"))
    callback = one._guarded(one.on_focus)
    callback(W, 1)
    callback(W, 1)
    with pytest.raises(ZeroDivisionError, match="by design"):
        one.settle()
    one.settle()
    assert not one.interrupted


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interruption_of_a_callback_is_kept_for_the_loop(stop: type[BaseException]) -> None:
    one = failing(stop())
    one._guarded(one.on_focus)(W, 1)
    assert one.interrupted
    one.settle()


def test_an_input_without_a_window_can_be_detached(desk: Desk) -> None:
    desk.detach()
    desk.detach()
