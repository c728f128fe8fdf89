"""The verbs in C among all others, on canvases: the same streams, errors and pixels as with the verbs in Python.

Between their calls canvases are drawn, because a program asks for pixels or has recorded much; layers begin and end;
contexts are reset; gradients and paths change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.verbs.quick import in_python
from quick_programs import Call, Program, contents, plain, quick
from test_quick_verbs import pytestmark  # noqa: F401


class CanvasProgram(Program):
    """A random program for a canvas, which also calls verbs that have no quick version."""

    def __init__(self, seed: int, odd: float, canvas: gpucanvas.Canvas) -> None:
        super().__init__(seed, odd)
        self._canvas, self._other_canvas = canvas, gpucanvas.Canvas(9, 9, backend="cpu")
        self._other_canvas.get_context("2d").fill_rect(1, 1, 5, 5)
        recording = gpucanvas.Recording(8, 8)
        recording.get_context("2d").stroke_rect(1, 1, 3, 3)
        self._picture = recording.freeze()
        self._colors = [f"#{self._random.randrange(1 << 24):06x}" for _ in range(400)]
        self._changes = changes(self._random.random)
        self._gradient = self._new_gradient()

    def _new_gradient(self) -> Any:
        gradient = self._canvas.get_context("2d").create_linear_gradient(0, 0, 20, 0)
        gradient.add_color_stop(0, "red")
        return gradient

    def _arguments(self, name: str) -> tuple[Any, ...]:
        choose = self._random.choice
        if name in ("fill_style", "stroke_style") and self._random.random() < 0.5:
            return (choose(self._colors),)
        if name == "draw_image" and self._random.random() < 0.4:
            image = choose([self._other_canvas, self._canvas, *self._images])
            part = choose([(), (0, 0, 4, 4), (1, np.float64(1), 3.5, 3), (np.array(1.0), 1, 3, 3)])
            return (image, *part, 1, 2, 8, 8)
        return super()._arguments(name)

    def _step(self, context: Any, call: Call) -> str:
        # The same call again is what quick versions are for.
        name = self._random.choice(list(in_python))
        arguments = self._arguments(name)
        told = []
        if self._random.random() < 0.25:
            told.append(outcome(lambda: self._change(context)))
        for _ in range(self._random.choice([1, 1, 1, 2, 20])):
            told.append(outcome(lambda: call(context, name, arguments)))
        return f"{name}{arguments!r}: {told}".replace(repr(context), "itself")

    def _change(self, context: Any) -> Any:
        choice = self._random.randrange(14)
        if choice == 0:
            return self._canvas.flush()
        if choice == 1:
            return int(self._canvas.to_numpy().sum(dtype=int))
        if choice == 2:
            return self._other_canvas.get_context("2d").fill_rect(self._random.random(), 1, 2, 2)
        if choice == 3:
            context.stroke_style = self._gradient = self._new_gradient()
        elif choice == 4:
            self._gradient.add_color_stop(self._random.random(), "blue")
        elif choice == 5:
            self._canvas.width = 40 + self._random.randrange(3)
        elif choice == 6:
            context.draw_picture(self._picture)
        elif choice == 7:
            self._other(context)
        else:
            return self._random.choice(self._changes)(context)
        return None


def changes(number: Callable[[], float]) -> list[Callable[[Any], Any]]:
    """Verbs and settings without a quick version, with random numbers."""

    def grow(context: Any) -> None:
        context.begin_path()
        for i in range(6000 if number() < 0.2 else 20):
            context.line_to(i % 40, 40 * number())

    def dash(context: Any) -> None:
        context.set_line_dash([3 * number(), 2])
        context.line_cap = "round"

    def settle(context: Any) -> None:
        context.shadow_color, context.filter, context.global_composite_operation = "transparent", "none", "source-over"

    def take_wide_color(context: Any) -> None:
        context.fill_style = context.stroke_style = "color(display-p3 1 0 0)"

    return [
        *(grow, dash, settle, take_wide_color),
        lambda context: context.begin_layer(),
        lambda context: context.end_layer(),
        lambda context: context.end_layer(),
        lambda context: context.reset() if number() < 0.2 else None,
        lambda context: context.round_rect(9 * number(), 1, 9, 9, 3),
        lambda context: context.ellipse(4, 4, 3, 2, number(), 0, 5),
        lambda context: context.arc_to(1, 2, 30, 20 * number(), 4),
        lambda context: (context.is_point_in_path(9 * number(), 4), context.is_point_in_stroke(3, 3)),
        lambda context: context.put_image_data(context.get_image_data(0, 0, 5, 5), 3, 3),
        lambda context: context.fill_circles([1, 2.0], [3, 4.0], 2.0),
        lambda context: context.fill_texts(["a", "b"], [1, 2], [3, 4]),
        lambda context: context.stroke_text("ab", 1, 3),
        lambda context: context.reset_transform(),
        lambda context: context.clip("evenodd"),
    ]


def outcome(call: Callable[[], Any]) -> str:
    """What a call returns or raises."""
    try:
        return repr(call())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def noted(context: Any) -> dict[str, Any]:
    """Everything that a context has recorded, and its state, as text: a NaN equals another one there."""
    tables = contents(context)
    # A matrix by Python may have NumPy's floats, and the text of a layer has its address.
    tables["state matrix"], tables["state layer"] = list(map(float, context._state.matrix)), len(context._layers)
    path = context._path
    tables["path"] = None if path is None else (bytes(path.verbs), path.coords, path._open)
    # Equal text styles may have been read from different texts.
    return {name: value if name == "state text" else repr(value) for name, value in tables.items()}


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore:Casting complex values")
@pytest.mark.parametrize("unread_bytes", [3 << 20, 100 * 48, 480])
@pytest.mark.parametrize(
    "settings", [{}, {"alpha": False}, {"color_space": "display-p3"}, {"color_type": "float16"}], ids=repr
)
def test_random_programs_draw_the_same_in_c_and_in_python(
    unread_bytes: int, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpucanvas.verbs.indices.UNREAD_BYTES", unread_bytes)
    for seed in range(8):
        kept = []
        for call in (quick, plain):
            canvas = gpucanvas.Canvas(40, 40, backend="cpu", on_invalid="ignore" if seed % 2 else "raise")
            context = canvas.get_context("2d", **settings)
            program, told = CanvasProgram(seed, 0.02 * (seed % 3), canvas), []
            for _ in range(12):
                told.append((program.run(context, call, 12), noted(context)))
            while context._layers:
                outcome(context.end_layer)
                outcome(context.restore)
            told.append(outcome(lambda canvas=canvas: canvas.to_numpy().tobytes()))
            outcome(canvas.close)
            kept.append((told, program.run(context, call, 12)))
        assert kept[0] == kept[1]


IMAGES = [gpucanvas.Image(np.full((3, 3, 4), [50 * i, 9, 9, 255], np.uint8)) for i in range(5)]


def draw_images(call: Call, context: Any, number: int) -> None:
    call(context, "set_transform", (1, 0, 0, 1, number % 40, number // 4))
    call(context, "draw_image", (IMAGES[number % 5], 0, 0))


def stroke(call: Call, context: Any, number: int) -> None:
    call(context, "line_width", (2 + 2 * (number % 5),))
    call(context, "stroke_rect", (number % 40, number // 4, 3, 3))


def shade(call: Call, context: Any, number: int) -> None:
    """In one state: nothing is looked up."""
    if number == 0:
        context.shadow_color, context.shadow_offset_x = "red", 2
    call(context, "fill_rect", (number % 40, number // 4, 1, 1))


@pytest.mark.parametrize("call", [quick, plain])
@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("draw", [draw_images, stroke, shade])
def test_what_is_drawn_while_much_is_undrawn_is_what_was_asked_for(
    call: Call, alpha: bool, draw: Callable[[Call, Any, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording that is begun in the middle has none of the images and pens of the one before."""
    monkeypatch.setattr("gpucanvas.verbs.indices.UNREAD_BYTES", 480)
    canvas, each = gpucanvas.Canvas(40, 30, backend="cpu"), gpucanvas.Canvas(40, 30, backend="cpu")
    for one in (canvas, each):
        context = one.get_context("2d", alpha=alpha)
        for number in range(100):
            draw(call, context, number)
            if one is each:
                one.flush()
    assert 5 <= canvas.stats.total.flushes <= 20
    assert np.array_equal(canvas.to_numpy(), each.to_numpy())


@pytest.mark.parametrize("call", [quick, plain])
@pytest.mark.parametrize("between", [False, True])
def test_a_gradient_that_changes_is_stroked_as_it_is(call: Call, between: bool) -> None:
    recording = gpucanvas.Recording(40, 40)
    context: Any = recording.get_context("2d")
    call(context, "fill_rect", (0, 0, 1, 1))
    gradient = context.create_linear_gradient(0, 0, 40, 0)
    gradient.add_color_stop(0, "red")
    context.stroke_style = gradient
    call(context, "stroke_rect", (1, 1, 9, 9))
    if between:
        call(context, "fill_rect", (0, 0, 1, 1))
    gradient.add_color_stop(1, "blue")
    call(context, "stroke_rect", (1, 1, 9, 9))
    stops = [len(paint.stops) for paint in recording._commands.paints if not isinstance(paint, tuple)]
    assert stops == [1, 2]
