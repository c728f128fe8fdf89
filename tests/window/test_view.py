"""View and Frame: how a draw function is called, with what state and scale, and what happens when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Hit
from gpucanvas.verbs.context import Context2D
from gpucanvas.window.events import Event
from gpucanvas.window.fields import DEFAULTS, REQUIRED
from gpucanvas.window.frame import Frame
from gpucanvas.window.view import View, as_draw_function

RED, GREEN, CLEAR = (255, 0, 0, 255), (0, 128, 0, 255), (0, 0, 0, 0)
TIMES = (100.0, 100.5, 102.0)


def view_of(draw: Callable[..., object] | None = None, **settings: Any) -> View:
    """A view of 20x10 logical pixels."""
    view = View(20, 10, settings.pop("pixel_ratio", 1.0), backend="cpu", **settings)
    if draw is not None:
        view.draw(draw)
    return view


def pixel(view: View, x: int, y: int) -> tuple[int, ...]:
    return tuple(int(channel) for channel in view.canvas.to_numpy()[y, x])


def red_square(ctx: Context2D, frame: Frame) -> None:
    """Covers 4x4 logical pixels."""
    ctx.fill_style = "red"
    ctx.fill_rect(0, 0, 4, 4)


# -- Frame -----------------------------------------------------------------------------------------------------


def test_a_frame_says_when_and_how_large_it_is() -> None:
    frame = Frame(time=1.5, delta=0.5, index=3, width=400.0, height=300.0, pixel_ratio=2.0)
    assert (frame.time, frame.delta, frame.index) == (1.5, 0.5, 3)
    assert (frame.width, frame.height, frame.size, frame.pixel_ratio) == (400.0, 300.0, (400.0, 300.0), 2.0)
    assert repr(frame) == "<Frame 3 at 1.500 s, 400x300>"


@pytest.mark.parametrize("name", ["time", "delta", "index"])
def test_a_frame_remembers_that_it_was_asked_for_what_changes(name: str) -> None:
    frame = Frame(0.0, 0.0, 0, 1.0, 1.0)
    assert not frame.moves
    getattr(frame, name)
    assert frame.moves


@pytest.mark.parametrize("name", ["width", "height", "size", "pixel_ratio"])
def test_a_frame_asked_for_its_size_does_not_move(name: str) -> None:
    frame = Frame(0.0, 0.0, 0, 1.0, 1.0)
    getattr(frame, name)
    repr(frame)
    assert not frame.moves


def test_a_frame_names_the_attribute_that_was_meant() -> None:
    with pytest.raises(AttributeError, match="did you mean width"):
        Frame(0.0, 0.0, 0, 1.0, 1.0).widht  # type: ignore[attr-defined] # noqa: B018


# -- the forms of a draw function ------------------------------------------------------------------------------


class Drawing:
    """Draw functions that are methods and callable objects."""

    def __init__(self, told: list[Any]) -> None:
        self.told = told

    def method(self, ctx: Context2D, frame: Frame) -> None:
        self.told.append(frame)

    def __call__(self, ctx: Context2D, width: float, height: float) -> None:
        self.told.append((width, height))


FRAME_FORMS: list[Callable[[list[Any]], Callable[..., object]]] = [
    lambda told: lambda ctx, frame: told.append(frame),
    lambda told: lambda ctx, frame, color="red": told.append(frame),
    lambda told: lambda *arguments: told.append(arguments[1]),
    lambda told: lambda ctx, *others: told.append(others[0]),
    lambda told: partial(lambda color, ctx, frame: told.append(frame), "red"),
    lambda told: Drawing(told).method,
]
SIZE_FORMS: list[Callable[[list[Any]], Callable[..., object]]] = [
    lambda told: lambda ctx, width, height: told.append((width, height)),
    lambda told: lambda ctx, w, h: told.append((w, h)),
    lambda told: lambda ctx, width=1, height=1: told.append((width, height)),
    lambda told: lambda ctx, w, h, color="red": told.append((w, h)),
    Drawing,
]


@pytest.mark.parametrize("form", FRAME_FORMS)
def test_a_draw_function_that_takes_two_arguments_is_given_the_frame(
    form: Callable[[list[Any]], Callable[..., object]],
) -> None:
    told: list[Any] = []
    frame = view_of(form(told))._paint()
    assert told == [frame]


@pytest.mark.parametrize("form", SIZE_FORMS)
def test_a_draw_function_that_takes_three_arguments_is_given_the_size(
    form: Callable[[list[Any]], Callable[..., object]],
) -> None:
    told: list[Any] = []
    view_of(form(told))._paint()
    assert told == [(20.0, 10.0)]


async def draws_later(ctx: Context2D, frame: Frame) -> None: ...


def draws_in_steps(ctx: Context2D, frame: Frame) -> Any:
    yield


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (3, r"the draw function is 3: give def draw\(ctx, frame\)"),
        (lambda ctx: None, r"takes 1 argument: write def draw\(ctx, frame\)"),
        (lambda: None, "takes 0 arguments"),
        (lambda a, b, c, d: None, "takes 4 arguments"),
        (lambda ctx, frame, *, color: None, "needs color by name"),
        (draws_later, "draws_later is a coroutine or a generator"),
        (draws_in_steps, "draws_in_steps is a coroutine or a generator"),
    ],
)
def test_a_draw_function_that_cannot_be_called_is_refused_when_it_is_given(function: Any, text: str) -> None:
    view = view_of(red_square)
    with pytest.raises(TypeError, match=text):
        view.draw(function)
    view._paint()
    assert pixel(view, 0, 0) == RED  # By the one it had.


def test_draw_is_a_decorator_that_gives_the_function_back() -> None:
    view = view_of()
    assert view.draw(red_square) is red_square
    assert as_draw_function(red_square) is red_square


# -- what a frame begins with ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_draw_function_draws_in_logical_pixels(ratio: float) -> None:
    view = view_of(red_square, pixel_ratio=ratio)
    view._paint()
    side = round(4 * ratio)
    pixels = view.canvas.to_numpy()
    assert (view.canvas.width, view.canvas.height) == (20 * ratio, 10 * ratio)
    assert (pixels[:side, :side] == RED).all()
    assert not pixels[side:].any() and not pixels[:, side:].any()


def test_each_frame_begins_with_the_state_before_the_first() -> None:
    seen = []

    def draw(ctx: Context2D, frame: Frame) -> None:
        seen.append((ctx.fill_style, ctx.global_alpha, ctx.get_transform().a, ctx.get_transform().e))
        ctx.fill_style, ctx.global_alpha = "red", 0.5
        ctx.translate(7, 0)
        ctx.save()

    view = view_of(draw, pixel_ratio=2.0)
    view.canvas.get_context("2d").fill_style = "green"
    for now in TIMES:
        view._paint(now)
    assert seen == [("#008000", 1.0, 2.0, 0.0)] * 3


def test_a_restore_too_many_takes_neither_the_scale_nor_the_state_away() -> None:
    seen = []

    def draw(ctx: Context2D, frame: Frame) -> None:
        ctx.save()
        for _ in range(3):
            ctx.restore()
        seen.append((ctx.fill_style, ctx.get_transform().a))
        ctx.fill_style = "red"

    view = view_of(draw, pixel_ratio=2.0)
    view._paint()
    view._paint()
    assert seen == [("#000000", 2.0)] * 2


@pytest.mark.parametrize("raises", [False, True])
def test_a_layer_that_a_draw_function_leaves_open_is_told_and_closed(
    raises: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def draw(ctx: Context2D, frame: Frame) -> None:
        ctx.save()
        ctx.begin_layer()
        ctx.save()
        ctx.begin_layer("blur(1px)")
        ctx.fill_rect(0, 0, 5, 5)
        if raises:
            raise KeyError("lost")

    view = view_of(draw)
    view._paint(0.0)
    assert ("KeyError" if raises else "left a layer open") in capsys.readouterr().err
    assert view.canvas.to_numpy()[2, 2, 3] > 0
    view._paint(1.0)
    assert view.canvas.get_context("2d")._state.below is None


def test_the_state_is_restored_after_a_draw_function_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def draw(ctx: Context2D, frame: Frame) -> None:
        ctx.fill_style = "red"
        raise ZeroDivisionError

    view = view_of(draw)
    view._paint()
    capsys.readouterr()
    assert view.canvas.get_context("2d").fill_style == "#000000"


def test_the_program_can_save_a_state_of_its_own_below_the_frames() -> None:
    view = view_of(red_square)
    ctx = view.canvas.get_context("2d")
    ctx.fill_style = "green"
    ctx.save()
    ctx.fill_style = "blue"
    view._paint()
    ctx.restore()
    assert ctx.fill_style == "#008000"


def test_the_canvas_keeps_what_earlier_frames_drew() -> None:
    def draw(ctx: Context2D, frame: Frame) -> None:
        ctx.fill_style = "red" if frame.index == 0 else "green"
        ctx.fill_rect(frame.index, 0, 1, 1)

    view = view_of(draw)
    view._paint()
    view._paint()
    assert [pixel(view, x, 0) for x in range(3)] == [RED, GREEN, CLEAR]


# -- time ------------------------------------------------------------------------------------------------------


def test_time_begins_with_the_first_frame_and_delta_is_what_passed() -> None:
    view = view_of()
    frames = [view._paint(now) for now in TIMES]
    assert [(frame.index, frame.time, frame.delta) for frame in frames] == [(0, 0.0, 0.0), (1, 0.5, 0.5), (2, 2.0, 1.5)]


def test_frames_are_told_of_before_they_are_drawn() -> None:
    told: list[Any] = []
    view = view_of(lambda ctx, frame: told.append("draw"))
    view.add_event_handler(lambda event: told.append(event.type), "before_draw")
    view.add_event_handler(lambda event: told.append((event.step, event.catch_up)), "animate")
    for now in TIMES[:2]:
        view._paint(now)
    assert told == [(0.0, False), "before_draw", "draw", (0.5, False), "before_draw", "draw"]


# -- when a frame is wanted ------------------------------------------------------------------------------------


def test_a_view_without_a_draw_function_shows_its_canvas_once_and_on_request() -> None:
    view = view_of()
    assert view._wants_frame
    view._paint()
    assert not view._wants_frame
    view.request_draw()
    assert view._wants_frame


def test_a_picture_that_asks_for_no_time_is_drawn_once() -> None:
    view = view_of(red_square)
    assert view._wants_frame
    view._paint()
    assert not view._wants_frame and not view.continuous


@pytest.mark.parametrize("name", ["time", "delta", "index"])
def test_a_picture_that_asks_for_the_time_is_drawn_on_and_on_until_it_does_not(name: str) -> None:
    asks = True

    def draw(ctx: Context2D, frame: Frame) -> None:
        if asks:
            getattr(frame, name)

    view = view_of(draw)
    view._paint()
    assert view._wants_frame and view.continuous
    asks = False
    view._paint()
    assert not view._wants_frame


def test_what_the_program_says_of_continuous_holds_whatever_is_asked_for() -> None:
    still, moving = view_of(red_square, continuous=True), view_of(lambda ctx, frame: frame.time, continuous=False)
    for view in (still, moving):
        view._paint()
    assert still._wants_frame and not moving._wants_frame
    still.continuous, moving.continuous = False, True
    assert not still._wants_frame and moving._wants_frame
    moving.continuous = None
    still.continuous = None
    assert not still._wants_frame and moving._wants_frame


def test_requests_before_a_frame_make_one_frame() -> None:
    view = view_of(red_square)
    view._paint()
    view.request_draw()
    view.request_draw()
    assert view._wants_frame
    view._paint()
    assert not view._wants_frame


def test_a_request_while_drawing_makes_another_frame() -> None:
    view = view_of()
    view.draw(lambda ctx, frame: view.request_draw())
    view._paint()
    assert view._wants_frame


def test_the_host_is_woken_by_what_it_must_look_at() -> None:
    woken: list[str] = []

    class Woken(View):
        def _wake(self) -> None:
            woken.append("wake")

    view = Woken(20, 10, backend="cpu")
    for act in (
        view.request_draw,
        lambda: view.draw(red_square),
        lambda: view.submit_event(Event("close")),
        lambda: setattr(view, "continuous", True),
    ):
        woken.clear()
        act()
        assert woken


# -- a draw function that fails --------------------------------------------------------------------------------


def test_an_error_is_shown_once_with_its_traceback_though_every_frame_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(ctx: Context2D, frame: Frame) -> None:
        raise ZeroDivisionError("by design")

    view = view_of(fails, continuous=True)
    for now in TIMES:
        view._paint(now)
    shown = capsys.readouterr().err
    assert shown.count("ZeroDivisionError: by design") == 1
    assert "in fails" in shown and "the draw function failed in frame 0" in shown


def test_errors_of_another_text_are_shown_too_but_not_without_end(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(ctx: Context2D, frame: Frame) -> None:
        raise ValueError(f"frame {frame.index} is bad")

    view = view_of(fails)
    for now in range(50):
        view._paint(float(now))
    shown = capsys.readouterr().err
    assert "frame 1 is bad" in shown
    assert "frame 49 is bad" not in shown


def test_errors_of_another_line_are_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(ctx: Context2D, frame: Frame) -> None:
        if frame.index == 0:
            raise ValueError("the same text")
        raise ValueError("the same text")

    view = view_of(fails)
    for now in TIMES:
        view._paint(now)
    assert capsys.readouterr().err.count("ValueError: the same text") == 2


def test_an_animation_goes_on_after_a_frame_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    fails = False

    def draw(ctx: Context2D, frame: Frame) -> None:
        if fails:
            raise ValueError("before the time is asked for")
        assert frame.time >= 0

    view = view_of(draw)
    view._paint()
    fails = True
    view._paint()
    assert view._wants_frame
    assert "before the time is asked for" in capsys.readouterr().err


def test_errors_are_raised_every_time_where_that_is_asked_for() -> None:
    def fails(ctx: Context2D, frame: Frame) -> None:
        ctx.fill_style = "red"
        raise ZeroDivisionError("by design")

    view = view_of(fails, on_error="raise")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="by design"):
            view._paint()
    assert view.canvas.get_context("2d").fill_style == "#000000"


def test_a_handler_that_closes_the_canvas_leaves_nothing_to_draw(capsys: pytest.CaptureFixture[str]) -> None:
    view = view_of(red_square)
    view.add_event_handler(lambda event: view.canvas.close(), "before_draw")
    view._paint()
    assert capsys.readouterr().err == ""


def test_a_draw_function_may_close_the_canvas(capsys: pytest.CaptureFixture[str]) -> None:
    view = view_of()
    view.draw(lambda ctx, frame: view.canvas.close())
    view._paint()
    assert capsys.readouterr().err == ""


# -- sizes -----------------------------------------------------------------------------------------------------


def test_a_view_knows_its_size_in_logical_pixels_and_the_canvas_has_its_own() -> None:
    view = View(20.5, 10, 1.5, backend="cpu")
    assert (view.width, view.height, view.size, view.pixel_ratio) == (20.5, 10.0, (20.5, 10.0), 1.5)
    assert (view.canvas.width, view.canvas.height) == (31, 15)


def test_whole_sizes_are_ints_and_others_floats() -> None:
    told: list[Event] = []
    view = View(20.0, np.float64(10), 2.0, backend="cpu")
    view.add_event_handler(told.append, "resize")
    frame = view._paint()
    assert [*range(frame.width)][-1] == 19 and np.zeros((frame.height, frame.width)).shape == (10, 20)
    assert {type(each) for each in (*view.size, view.width, view.height, *frame.size)} == {int}
    view._set_size(30.5, 10.0, 2.0)
    view._events.flush()
    frame = view._paint()
    for width, height in (view.size, frame.size, (frame.width, frame.height), (told[0].width, told[0].height)):
        assert (type(width), width, type(height), height) == (float, 30.5, int, 10)


def test_a_new_size_makes_the_canvas_new_and_is_told_and_drawn() -> None:
    told: list[Event] = []
    view = view_of(red_square)
    view.add_event_handler(told.append, "resize")
    view._paint()
    assert view._set_size(30, 10, 2.0)
    assert view._wants_frame and told == []  # Handlers are told when the host flushes.
    view._events.flush()
    (event,) = told
    assert (event.type, event.width, event.height, event.pixel_ratio) == ("resize", 30.0, 10.0, 2.0)
    assert (view.canvas.width, view.canvas.height) == (60, 20)
    assert not view.canvas.to_numpy().any()
    frame = view._paint()
    assert (frame.size, frame.pixel_ratio) == ((30.0, 10.0), 2.0)
    assert (view.canvas.to_numpy()[:8, :8] == RED).all()


def test_the_same_size_again_changes_nothing() -> None:
    view = view_of(red_square)
    view._paint()
    assert not view._set_size(20, 10, 1.0)
    view._events.flush()
    assert not view._wants_frame
    assert pixel(view, 0, 0) == RED


def test_a_size_of_the_same_pixels_keeps_the_canvas_and_is_told() -> None:
    told: list[Event] = []
    view = view_of(red_square)
    view.add_event_handler(told.append, "resize")
    view._paint()
    before = np.array(view.canvas.to_numpy())
    assert view._set_size(10, 5, 2.0)
    view._events.flush()
    assert (told[0].width, told[0].pixel_ratio) == (10.0, 2.0)
    assert (view.canvas.to_numpy() == before).all()


def test_a_view_of_no_size_has_a_canvas_of_one_pixel() -> None:
    view = view_of(red_square)
    view._set_size(0, 0, 1.0)
    assert view.size == (0.0, 0.0)
    assert (view.canvas.width, view.canvas.height) == (1, 1)
    view._paint()


# -- events ----------------------------------------------------------------------------------------------------


def test_events_of_a_view_reach_handlers_that_were_added_in_either_form() -> None:
    view, told = view_of(), list[tuple[str, str]]()
    view.add_event_handler(lambda event: told.append(("plain", event.type)), "key_down", order=1)

    @view.on("key_down")
    def handler(event: Event) -> None:
        told.append(("decorated", event.type))

    view.submit_event(Event("key_down", key="a"))
    view.submit_event({"event_type": "key_down", "key": "b"})
    view._events.flush()
    assert told == [("decorated", "key_down"), ("plain", "key_down")] * 2
    view.remove_event_handler(handler)
    view.submit_event(Event("key_down", key="c"))
    view._events.flush()
    assert told[4:] == [("plain", "key_down")]


@pytest.mark.parametrize("event", ["key_down", None, ("key_down", "a")])
def test_what_is_no_event_is_refused_with_what_one_is(event: Any) -> None:
    with pytest.raises(TypeError, match=r"^the event is .*: give an Event, as gpucanvas.Event\('key_down', key='a'\)"):
        view_of().submit_event(event)


def told_of(record: Any) -> Event:
    """What a handler is told of an event that is submitted."""
    view, told = view_of(), list[Event]()
    view.add_event_handler(told.append, "*")
    view.submit_event(record)
    view._events.flush()
    (event,) = told
    return event


@pytest.mark.parametrize("kind", REQUIRED)
def test_a_submitted_event_has_every_field_of_its_type(kind: str) -> None:
    given = dict.fromkeys(REQUIRED[kind], 1)
    for record in (Event(kind, **given), {"event_type": kind, **given}, {"type": kind, **given}):
        event = told_of(record)
        assert event.keys() >= {*REQUIRED[kind], *DEFAULTS.get(kind, ()), "time_stamp"}
    assert all(event[name] == 1 for name in given)


def test_a_press_that_names_no_button_is_of_the_left_one_which_is_held() -> None:
    down, up = (told_of({"event_type": kind, "x": 1, "y": 2}) for kind in ("pointer_down", "pointer_up"))
    assert (down.button, down.buttons, down.modifiers, down.ntouches, down.touches) == (1, (1,), (), 0, {})
    assert (up.button, up.buttons) == (1, ())
    assert told_of(Event("pointer_down", x=1, y=2, button=3)).buttons == (3,)
    move = told_of(Event("pointer_move", x=1, y=2))
    assert (move.button, move.buttons) == (0, ())


def test_fields_that_are_given_stay_and_none_is_shared() -> None:
    given = {"button": 2, "buttons": (1, 2), "modifiers": ("Shift",), "pressure": 0.5}
    event = told_of(Event("pointer_down", x=1, y=2, **given))
    assert {name: event[name] for name in given} == given
    event.touches["mine"] = 1
    assert told_of(Event("pointer_down", x=1, y=2)).touches == {}


@pytest.mark.parametrize(
    ("record", "missing", "example"),
    [
        ({"event_type": "pointer_down", "x": 1}, "no y", "'pointer_down', x=20, y=30"),
        ({"event_type": "wheel"}, "no x and no y", "'wheel', x=20, y=30"),
        (Event("key_repeat"), "no key", "'key_repeat', key='a'"),
        (Event("char", key="a"), "no data", "'char', data='a'"),
    ],
)
def test_an_event_without_a_field_that_has_no_usual_value_is_refused(record: Any, missing: str, example: str) -> None:
    with pytest.raises(ValueError) as caught:
        told_of(record)
    kind = record["event_type"]
    cure = f"give what is missing, as gpucanvas.Event({example})"
    assert str(caught.value) == f"the {kind} event has {missing}: {cure}"


@pytest.mark.parametrize("kind", REQUIRED)
def test_the_example_in_the_error_is_taken(kind: str) -> None:
    with pytest.raises(ValueError) as caught:
        told_of(Event(kind))
    assert told_of(eval(str(caught.value).partition(", as ")[2], {"gpucanvas": gpucanvas})).type == kind


def test_an_async_handler_runs_on_the_loop_that_is_running() -> None:
    view, told = view_of(), list[str]()

    @view.on("key_down")
    async def handler(event: Event) -> None:
        await asyncio.sleep(0)
        told.append(event.key)

    async def main() -> None:
        view.submit_event(Event("key_down", key="a"))
        view._events.flush()
        assert told == []
        while not told:
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(main(), 10))
    assert told == ["a"]


def test_an_async_handler_without_a_loop_is_told_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    view = view_of()

    @view.on("key_down")
    async def handler(event: Event) -> None:
        raise AssertionError("never run")

    view.submit_event(Event("key_down", key="a"))
    view._events.flush()
    shown = capsys.readouterr().err
    assert "RuntimeError: an async handler needs asyncio, which does not run here" in shown
    assert "a handler of key_down failed" in shown


# -- picking ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_pick_takes_places_as_events_have_them(ratio: float) -> None:
    def draw(ctx: Context2D, frame: Frame) -> None:
        ctx.hit_id = 7
        ctx.fill_rect(12, 2, 4, 4)

    view = view_of(draw, pixel_ratio=ratio)
    view._paint()
    assert [view.pick(x, 5.5) for x in (11.5, 12.5, 15.5, 16.5)] == [None, Hit(7), Hit(7), None]
    assert view.canvas.pick(12.5 * ratio, 5.5 * ratio) == Hit(7)


def test_pick_follows_a_canvas_whose_size_is_rounded() -> None:
    view = View(3.5, 1, 1.0, backend="cpu")  # The canvas is 4 pixels wide.
    view.draw(lambda ctx, frame: (setattr(ctx, "hit_id", 1), ctx.fill_rect(3.3, 0, 0.2, 1)))
    view._paint()
    assert view.pick(3.45, 0.5) == Hit(1) and view.pick(3.2, 0.5) is None


def test_pick_refuses_what_is_no_number() -> None:
    with pytest.raises(TypeError, match="pick"):
        view_of().pick("here", 0)  # type: ignore[arg-type]
