"""Events and who is told of them: the order, what is merged, what happens when a handler fails."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest

from gpucanvas.window.events import EVENT_TYPES, MOST_COALESCED, Event, EventHub


def run_now(coroutine: Coroutine[Any, Any, Any]) -> None:
    """What starts a task where no loop runs: the whole of it at once."""
    asyncio.run(coroutine)


def hub_that_shows() -> EventHub:
    return EventHub(run_now)


def names_told(hub: EventHub, *names: tuple[str, list[str], float]) -> list[str]:
    """Handlers that write their names down, one for each of (name, types, order)."""
    told = []
    for name, types, order in names:
        hub.add(lambda event, name=name: told.append(name), *types, order=order)
    return told


# -- Event -----------------------------------------------------------------------------------------------------


def test_an_event_is_a_dict_whose_fields_are_attributes() -> None:
    event = Event("pointer_down", x=3.0, button=1)
    event.stop_propagation = True
    assert (event.x, event["x"], event.button, event["stop_propagation"]) == (3.0, 3.0, 1, True)
    assert event.type == event["event_type"] == "pointer_down"


def test_an_event_has_its_time_by_both_names() -> None:
    event = Event("close", time_stamp=12.5)
    assert event["time_stamp"] == event["timestamp"] == 12.5


def test_an_event_without_a_field_names_those_it_has() -> None:
    with pytest.raises(AttributeError, match="a close event has no field 'x': it has event_type"):
        Event("close").x  # noqa: B018


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("clientX", "x"),
        ("offsetY", "y"),
        ("pos", "x and y"),
        ("shiftKey", '"Shift" in event.modifiers'),
        ("ctrlKey", '"Control" in event.modifiers'),
        ("preventDefault", "event.prevent_default = True, which only close events have"),
        ("stopPropagation", "event.stop_propagation = True"),
        ("getCoalescedEvents", "coalesced"),
        ("butons", "buttons"),
        ("timeStamp", "time_stamp"),
    ],
)
def test_an_event_s_fields_have_other_names_in_browsers_and_pygame(name: str, meant: str) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(Event("pointer_move", x=1, y=2, buttons=(), modifiers=()), name)
    assert str(caught.value) == f"a pointer_move event has no field {name!r}: did you mean {meant}?"


@pytest.mark.parametrize("name", ["clientX", "deltaY", "files"])
def test_no_field_is_suggested_that_the_event_does_not_have(name: str) -> None:
    with pytest.raises(AttributeError, match=f"a key_down event has no field '{name}': it has event_type, key"):
        getattr(Event("key_down", key="a"), name)


def test_an_event_is_shown_by_what_happened() -> None:
    assert repr(Event("key_down", key="a", modifiers=())) == "<Event key_down: key='a', modifiers=()>"
    assert repr(Event("close")) == "<Event close>"


def test_an_event_can_be_copied_and_pickled() -> None:
    event = Event("key_up", key="a", time_stamp=1.0)
    for other in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert other == event and type(other) is Event and other.key == "a"


# -- who is told -----------------------------------------------------------------------------------------------


def test_handlers_are_told_in_the_order_in_which_they_were_added() -> None:
    hub = hub_that_shows()
    told = names_told(hub, ("first", ["key_down"], 0), ("second", ["key_down"], 0), ("third", ["key_down"], 0))
    hub.emit(Event("key_down"))
    assert told == ["first", "second", "third"]


def test_handlers_of_a_lower_order_are_told_first_also_by_the_wildcard() -> None:
    hub = hub_that_shows()
    told = names_told(hub, ("late", ["key_down"], 1), ("any", ["*"], -1), ("usual", ["key_down"], 0))
    hub.emit(Event("key_down"))
    assert told == ["any", "usual", "late"]


def test_the_order_of_a_handler_that_names_none_is_zero() -> None:
    hub, told = hub_that_shows(), list[str]()
    hub.add(lambda event: told.append("just after"), "close", order=0.5)
    hub.add(lambda event: told.append("usual"), "close")
    hub.add(lambda event: told.append("just before"), "close", order=-0.5)
    hub.emit(Event("close"))
    assert told == ["just before", "usual", "just after"]


def test_a_handler_is_told_of_the_types_it_named_only() -> None:
    hub, told = hub_that_shows(), []
    hub.add(lambda event: told.append(event.type), "key_down", "wheel")
    for kind in ("key_up", "wheel", "key_down", "close"):
        hub.emit(Event(kind))
    assert told == ["wheel", "key_down"]


def test_the_wildcard_is_told_of_every_type() -> None:
    hub, told = hub_that_shows(), []
    hub.add(lambda event: told.append(event.type), "*")
    for kind in EVENT_TYPES:
        hub.emit(Event(kind))
    assert told == [*EVENT_TYPES]


def test_a_handler_that_is_added_again_is_told_once_and_last() -> None:
    hub, told = hub_that_shows(), []

    def first(event: Event) -> None:
        told.append("first")

    hub.add(first, "close", "close")
    hub.add(lambda event: told.append("second"), "close")
    hub.add(first, "close")
    hub.emit(Event("close"))
    assert told == ["second", "first"]


def test_add_is_a_decorator_that_gives_the_function_back() -> None:
    hub, told = hub_that_shows(), []

    @hub.add("key_down", "key_up", order=2)
    def handler(event: Event) -> None:
        told.append(event.type)

    assert handler.__name__ == "handler"
    hub.emit(Event("key_up"))
    assert told == ["key_up"]


def test_a_handler_is_removed_from_one_type_or_from_all() -> None:
    hub, told = hub_that_shows(), []

    def handler(event: Event) -> None:
        told.append(event.type)

    hub.add(handler, "key_down", "key_up", "wheel")
    hub.remove(handler, "key_up")
    for kind in ("key_down", "key_up", "wheel"):
        hub.emit(Event(kind))
    hub.remove(handler)
    hub.emit(Event("wheel"))
    assert told == ["key_down", "wheel"]


def test_a_method_can_be_removed_though_each_access_makes_a_new_one() -> None:
    class Tool:
        told = 0

        def use(self, event: Event) -> None:
            self.told += 1

    hub, tool = hub_that_shows(), Tool()
    hub.add(tool.use, "close")
    hub.remove(tool.use, "close")
    hub.emit(Event("close"))
    assert tool.told == 0


def test_a_handler_that_another_removes_is_not_told_of_the_same_event() -> None:
    hub, told = hub_that_shows(), []

    def second(event: Event) -> None:
        told.append("second")

    hub.add(lambda event: hub.remove(second), "close")
    hub.add(second, "close")
    hub.emit(Event("close"))
    assert told == []


def test_a_handler_that_another_adds_is_told_from_the_next_event_on() -> None:
    hub, told = hub_that_shows(), []

    def late(event: Event) -> None:
        told.append(event.key)

    hub.add(lambda event: hub.add(late, "key_down"), "key_down")
    hub.emit(Event("key_down", key="a"))
    assert told == []
    hub.emit(Event("key_down", key="b"))
    assert told == ["b"]


def test_stop_propagation_keeps_an_event_from_later_handlers() -> None:
    hub, told = hub_that_shows(), []

    def stops(event: Event) -> None:
        told.append("stops")
        event.stop_propagation = True

    hub.add(stops, "key_down")
    hub.add(lambda event: told.append("later"), "*")
    hub.emit(Event("key_down"))
    hub.emit(Event("key_up"))
    assert told == ["stops", "later"]


def test_wants_knows_whether_anybody_is_told() -> None:
    hub = hub_that_shows()
    assert not hub.wants("animate")
    hub.add(print, "animate")
    assert hub.wants("animate") and not hub.wants("close")
    hub.add(repr, "*")
    assert hub.wants("close")


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((), TypeError, "no event is named: give one or more of resize"),
        ((print,), TypeError, "no event is named"),
        ((print, "pointer_drag"), ValueError, r"'pointer_drag' is no event: give '\*' or resize"),
        (("pointer_drag",), ValueError, "'pointer_drag' is no event"),
        (("close", print), TypeError, "give the handler first, then the events"),
        ((print, 3), TypeError, "3 is no text that names an event"),
    ],
)
def test_add_refuses_what_names_no_event(arguments: tuple[Any, ...], error: type[Exception], text: str) -> None:
    hub = hub_that_shows()
    with pytest.raises(error, match=text):
        hub.add(*arguments)
    assert not hub.wants("close")


def test_the_decorator_refuses_what_cannot_be_called() -> None:
    with pytest.raises(TypeError, match="the handler is 3: give def handler"):
        hub_that_shows().add("close")(3)


def test_remove_refuses_a_type_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="remove_event_handler: 'klose' is no event"):
        hub_that_shows().remove(print, "klose")


# -- submit, merge, flush --------------------------------------------------------------------------------------


def flushed(*events: Any) -> list[Event]:
    """What a handler of everything is told of the events submitted."""
    hub, told = hub_that_shows(), []
    hub.add(told.append, "*")
    for event in events:
        hub.submit(event)
    assert told == []
    hub.flush()
    return told


def test_submitted_events_wait_for_the_flush_and_keep_their_order() -> None:
    told = flushed(Event("key_down", key="a"), Event("pointer_down"), Event("key_up", key="a"))
    assert [event.type for event in told] == ["key_down", "pointer_down", "key_up"]


def move(x: float, **fields: Any) -> Event:
    """A move with nothing held, but for what is said."""
    return Event("pointer_move", x=x, **{"buttons": (), "modifiers": (), "ntouches": 0, **fields})


def test_moves_in_a_row_become_the_last_of_them() -> None:
    told = flushed(move(1), move(2), move(3))
    assert [event.x for event in told] == [3]


def places(event: Event) -> list[float]:
    return [each.x for each in event.coalesced]


def test_a_move_has_all_those_that_it_was_merged_of() -> None:
    (event,) = flushed(*(move(x, time_stamp=float(x)) for x in range(60)))
    assert places(event) == [*range(60)]
    assert [each.time_stamp for each in event.coalesced] == [float(x) for x in range(60)]
    assert event.coalesced[-1] is event
    assert "coalesced" not in event and "_earlier" not in event, "fields are those of the specification"


def test_moves_of_another_button_have_their_own_places() -> None:
    told = flushed(move(1), move(2), move(3, buttons=(1,)), move(4, buttons=(1,)))
    assert [places(event) for event in told] == [[1, 2], [3, 4]]


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_any_other_event_is_its_only_one(kind: str) -> None:
    made = [Event(kind, x=x, dx=0, dy=0) for x in range(2)]
    for event in flushed(*made):
        assert event.coalesced[-1] is event
        assert (len(event.coalesced) == 1) == (kind != "pointer_move")


def test_a_handler_that_takes_long_is_told_all_places_later() -> None:
    hub, told = hub_that_shows(), list[list[float]]()

    def slow(event: Event) -> None:
        told.append(places(event))
        if event.x == 0:
            for x in range(1, 4):
                hub.submit(move(x))

    hub.add(slow, "pointer_move")
    hub.submit(move(0))
    hub.flush()
    assert told == [[0], [1, 2, 3]]


def test_a_merged_move_that_is_submitted_again_has_the_same_places() -> None:
    (event,) = flushed(move(1), move(2))
    for _ in range(2):
        (again,) = flushed(event)
        assert places(again) == [1, 2]
    (more,) = flushed(event, move(3))
    assert places(more) == [1, 2, 3] and places(event) == [1, 2]


def test_places_of_a_move_are_bounded_and_keep_both_ends() -> None:
    count = 3 * MOST_COALESCED
    (event,) = flushed(*(move(x) for x in range(count)))
    kept = places(event)
    assert MOST_COALESCED / 2 < len(kept) <= MOST_COALESCED
    assert (kept[0], kept[-1]) == (0, count - 1) and kept == sorted(set(kept))
    assert max(np.diff(kept)) <= 64 and kept[-100:] == [*range(count - 100, count)], "the oldest are thinned out"


def test_a_merged_move_can_be_copied_and_pickled() -> None:
    (event,) = flushed(move(1), move(2))
    for other in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert places(other) == [1, 2] and other == event and other.coalesced[-1] is other


@pytest.mark.parametrize("fields", [{"buttons": (1,)}, {"modifiers": ("Shift",)}, {"ntouches": 1}])
def test_moves_that_differ_in_what_is_held_stay_apart(fields: dict[str, Any]) -> None:
    assert [event.x for event in flushed(move(1), move(2, **fields), move(3))] == [1, 2, 3]


def test_moves_on_both_sides_of_another_event_stay_apart() -> None:
    told = flushed(move(1), move(2), Event("pointer_down", x=2), move(3))
    assert [(event.type, event.x) for event in told] == [("pointer_move", 2), ("pointer_down", 2), ("pointer_move", 3)]


def test_wheels_in_a_row_are_summed_and_are_where_the_last_was() -> None:
    wheels = [Event("wheel", dx=1.0, dy=100.0 * n, x=n, modifiers=(), buttons=()) for n in (1, 2, 3)]
    (wheel,) = flushed(*wheels)
    assert (wheel.dx, wheel.dy, wheel.x, len(wheel.coalesced)) == (3.0, 600.0, 3, 1)


def test_wheels_with_other_modifiers_stay_apart() -> None:
    told = flushed(Event("wheel", dx=0, dy=100, modifiers=()), Event("wheel", dx=0, dy=100, modifiers=("Control",)))
    assert [event.dy for event in told] == [100, 100]


def test_a_wheel_without_one_of_its_distances_counts_that_as_none() -> None:
    (wheel,) = flushed(Event("wheel", dy=100), Event("wheel", dx=7))
    assert (wheel.dx, wheel.dy) == (7, 100)


def test_resizes_in_a_row_become_the_last_of_them() -> None:
    told = flushed(*(Event("resize", width=w, height=1.0, pixel_ratio=1.0) for w in (5.0, 6.0, 7.0)))
    assert [event.width for event in told] == [7.0]


@pytest.mark.parametrize("kind", ["key_down", "char", "pointer_down", "double_click"])
def test_other_events_are_never_merged(kind: str) -> None:
    assert len(flushed(Event(kind), Event(kind))) == 2


def test_events_that_a_handler_submits_are_told_in_the_same_flush() -> None:
    hub, told = hub_that_shows(), []
    hub.add(lambda event: hub.submit(Event("char", data="x")), "key_down")
    hub.add(lambda event: told.append(event.data), "char")
    hub.submit(Event("key_down"))
    hub.flush()
    assert told == ["x"]


def test_a_dict_is_taken_as_other_hosts_give_it() -> None:
    (event,) = flushed({"event_type": "key_down", "key": "a", "time_stamp": 4.0})
    assert type(event) is Event and (event.key, event.timestamp) == ("a", 4.0)


def test_a_dict_is_taken_with_the_newer_names_of_its_type_and_time() -> None:
    (event,) = flushed({"type": "key_down", "key": "a", "timestamp": 4.0})
    assert (event["event_type"], event["time_stamp"], event.key) == ("key_down", 4.0, "a")


@pytest.mark.parametrize("record", [Event("pointer_drag"), {"event_type": "pointer_drag"}, {"key": "a"}])
def test_an_event_of_no_known_type_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the event_type is .*: give one of resize"):
        hub_that_shows().submit(record)


def test_nothing_is_told_after_the_hub_is_closed() -> None:
    hub, told = hub_that_shows(), []
    hub.add(lambda event: hub.close(), "close")
    hub.add(lambda event: told.append(event.type), "*")
    for kind in ("key_down", "close", "key_up"):
        hub.submit(Event(kind))
    hub.flush()
    hub.submit(Event("key_up"))
    hub.flush()
    assert told == ["key_down", "close"]


def test_a_handler_that_closes_the_hub_is_the_last_but_for_those_of_close() -> None:
    hub, told = hub_that_shows(), []
    hub.add(lambda event: hub.close(), "key_down")
    hub.add(lambda event: told.append(event.type), "*")
    hub.emit(Event("key_down"))
    hub.emit(Event("animate"))
    assert told == []


def test_events_of_many_threads_are_all_told() -> None:
    hub, wheel_sum, keys = hub_that_shows(), [], []
    hub.add(lambda event: wheel_sum.append(event.dy), "wheel")
    hub.add(lambda event: keys.append(event.key), "key_down")

    def submit(number: int) -> None:
        for index in range(500):
            hub.submit(Event("wheel", dx=0, dy=1))
            if index % 50 == 0:
                hub.submit(Event("key_down", key=(number, index)))

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        hub.flush()
    for thread in threads:
        thread.join()
    hub.flush()
    assert sum(wheel_sum) == 4 * 500
    assert sorted(keys) == [(number, index) for number in range(4) for index in range(0, 500, 50)]


# -- handlers that fail ----------------------------------------------------------------------------------------


def fails(event: Event) -> None:
    raise ZeroDivisionError("by design")


def test_an_exception_is_shown_with_its_traceback_and_others_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    hub = hub_that_shows()
    hub.add(fails, "key_down")
    told = names_told(hub, ("next", ["key_down"], 0))
    hub.emit(Event("key_down"))
    shown = capsys.readouterr().err
    assert told == ["next"]
    assert "in fails" in shown and "ZeroDivisionError: by design" in shown and "a handler of key_down failed" in shown


def test_an_exception_is_raised_from_flush_where_that_is_asked_for_and_the_rest_still_waits() -> None:
    hub = EventHub(run_now, on_error="raise")
    hub.add(fails, "key_down")
    told = names_told(hub, ("up", ["key_up"], 0))
    hub.submit(Event("key_down"))
    hub.submit(Event("key_up"))
    with pytest.raises(ZeroDivisionError, match="by design"):
        hub.flush()
    assert told == []
    hub.flush()
    assert told == ["up"]


def test_ctrl_c_in_a_handler_is_not_shown_but_raised() -> None:
    hub = hub_that_shows()

    def stop(event: Event) -> None:
        raise KeyboardInterrupt

    hub.add(stop, "close")
    with pytest.raises(KeyboardInterrupt):
        hub.emit(Event("close"))


def test_on_error_refuses_another_word() -> None:
    with pytest.raises(ValueError, match="on_error is 'ignore': give 'show' or 'raise'"):
        EventHub(run_now, on_error="ignore")


def test_an_async_handler_is_started_as_a_task() -> None:
    hub, told = hub_that_shows(), []

    @hub.add("key_down")
    async def handler(event: Event) -> None:
        await asyncio.sleep(0)
        told.append(event.key)

    hub.emit(Event("key_down", key="a"))
    assert told == ["a"]


def test_an_exception_of_an_async_handler_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    hub = hub_that_shows()

    @hub.add("key_down")
    async def fails_later(event: Event) -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError("by design")

    hub.emit(Event("key_down"))
    shown = capsys.readouterr().err
    assert "in fails_later" in shown and "ZeroDivisionError: by design" in shown
    assert "an async handler of key_down failed" in shown


def test_an_exception_of_an_async_handler_is_raised_from_the_next_flush() -> None:
    hub = EventHub(run_now, on_error="raise")

    @hub.add("key_down")
    async def fails_later(event: Event) -> None:
        raise ZeroDivisionError("by design")

    hub.emit(Event("key_down"))
    with pytest.raises(ZeroDivisionError, match="by design"):
        hub.flush()
    hub.flush()


def test_a_task_that_cannot_be_started_is_an_exception_of_the_handler(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(coroutine: Coroutine[Any, Any, Any]) -> None:
        raise RuntimeError("no loop here")

    hub = EventHub(refuse)

    @hub.add("close")
    async def handler(event: Event) -> None:
        raise AssertionError("never run")

    hub.emit(Event("close"))
    assert "RuntimeError: no loop here" in capsys.readouterr().err
