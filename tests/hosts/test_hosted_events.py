"""EventTranslator: what the hosts of rendercanvas tell in forms of their own becomes what every view tells."""

from __future__ import annotations

from typing import Any

import pytest
from drawings import fields_of

from gpucanvas.window.events import EVENT_TYPES
from gpucanvas.window.hosted_events import EventTranslator

POINTER = {"x", "y", "button", "buttons", "modifiers", "ntouches", "touches"}


def pointer(kind: str, **more: Any) -> dict[str, Any]:
    """A pointer event as a host tells of it."""
    told = {"event_type": kind, "x": 10, "y": 20, "button": 0, "buttons": (), "modifiers": ()}
    return told | {"ntouches": 0, "touches": {}} | more


def test_events_of_every_type_have_the_fields_of_every_view() -> None:
    """By the specification; a host may leave out any."""
    wanted = {kind: POINTER for kind in EVENT_TYPES if kind.startswith("pointer")}
    wanted["double_click"] = POINTER - {"ntouches", "touches"}
    wanted["wheel"] = {"dx", "dy", "x", "y", "buttons", "modifiers"}
    wanted["key_down"] = wanted["key_up"] = {"key", "modifiers"}
    for kind, fields in wanted.items():
        (event,) = EventTranslator().take({"event_type": kind})
        assert fields_of(event) == fields, kind


@pytest.mark.parametrize("kind", ["before_draw", "animate", "resize", "close", "of_tomorrow"])
def test_what_a_view_tells_of_itself_and_what_is_unknown_is_not_passed_on(kind: str) -> None:
    assert EventTranslator().take({"event_type": kind, "width": 3}) == []


def test_what_a_host_leaves_out_is_as_it_was_last() -> None:
    """Qt tells of the pointer's coming and going without a place, and of characters without modifiers."""
    translator = EventTranslator()
    translator.take(pointer("pointer_move", x=3, y=4, buttons=(2, 1), modifiers=("Shift",)))
    (leave,) = translator.take({"event_type": "pointer_leave"})
    assert (leave.x, leave.y, leave.buttons, leave.modifiers) == (3, 4, (1, 2), ("Shift",))
    (char,) = translator.take({"event_type": "char", "data": "A", "modifiers": None, "char_str": "A"})
    assert (char.data, char.modifiers) == ("A", ("Shift",))
    assert fields_of(char) == {"data", "modifiers"}


def test_a_browsers_button_that_drags_is_told_of_in_buttons_alone() -> None:
    (move,) = EventTranslator().take(pointer("pointer_move", button=1, buttons=(1,)))
    assert (move.button, move.buttons) == (0, (1,))


def test_a_move_that_comes_after_the_release_before_which_it_was_is_left_out() -> None:
    translator = EventTranslator()
    translator.take(pointer("pointer_down", button=1, buttons=(1,), time_stamp=1.0))
    translator.take(pointer("pointer_up", button=1, time_stamp=1.2))
    assert translator.take(pointer("pointer_move", buttons=(1,), time_stamp=1.1)) == []
    assert len(translator.take(pointer("pointer_move", time_stamp=1.3))) == 1


def test_a_double_click_is_told_of_after_the_second_release() -> None:
    """A browser does so; Qt tells of it after the second press."""
    translator = EventTranslator()
    told = [
        pointer("pointer_down", button=1, buttons=(1,)),
        pointer("double_click", button=1, buttons=(1,)),
        pointer("pointer_up", button=1),
        pointer("pointer_down", button=1, buttons=(1,)),
        pointer("pointer_up", button=1),
    ]
    events = [event for each in told for event in translator.take(each)]
    kinds = [event.type for event in events]
    assert kinds == ["pointer_down", "pointer_up", "double_click", "pointer_down", "pointer_up"]
    assert events[2].buttons == ()
    assert translator.take(pointer("double_click", button=1))[0].type == "double_click"


@pytest.mark.parametrize(
    ("told", "modifiers", "key"),
    [
        ("a", (), "a"),
        ("%", ("Shift",), "%"),
        ("ArrowUp", (), "ArrowUp"),
        ("\r", (), "Enter"),
        ("\x13", ("Control",), "s"),
        ("\x13", ("Control", "Shift"), "S"),
        ("\x1b", ("Control",), "["),
        ("", (), "Unidentified"),
    ],
)
def test_keys_are_named_as_in_the_dom(told: str, modifiers: tuple[str, ...], key: str) -> None:
    (event,) = EventTranslator().take({"event_type": "key_down", "key": told, "modifiers": modifiers})
    assert (event.key, event.modifiers) == (key, modifiers)


@pytest.mark.parametrize(
    ("data", "modifiers", "is_told"),
    [
        ("a", (), True),
        ("é", ("Shift",), True),
        ("日本", (), True),
        ("@", ("Alt", "Control"), True),
        ("", (), False),
        (None, (), False),
        ("\r", (), False),
        ("\x13", ("Control",), False),
        ("s", ("Control",), False),
    ],
)
def test_char_is_text_alone(data: str | None, modifiers: tuple[str, ...], is_told: bool) -> None:
    events = EventTranslator().take({"event_type": "char", "data": data, "modifiers": modifiers})
    assert [event.data for event in events] == ([data] if is_told else [])


def test_text_that_is_being_composed_is_not_typed_yet() -> None:
    assert EventTranslator().take({"event_type": "char", "data": "k", "is_composing": True}) == []


def test_times_of_another_clock_become_those_of_perf_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's clock begins when it is opened; the quickest event sets the two against each other."""
    clock = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    translator = EventTranslator()
    stamps = []
    for now, stamp in ((1000.5, 0.25), (1001.25, 1.125), (1003.25, 3.0)):
        clock[0] = now
        (move,) = translator.take(pointer("pointer_move", time_stamp=stamp))
        stamps.append(move.time_stamp)
    assert stamps == [1000.5, 1001.25, 1003.125]
