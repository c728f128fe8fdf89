"""The verbs in C record what the verbs in Python record: the same bytes, states and errors, for any arguments."""

from __future__ import annotations

import gc
import inspect
import subprocess
import sys
from math import pi
from typing import Any

import numpy as np
import pytest

import gpucanvas
from calls_made import calls_made
from gpucanvas.kernels.ways import WAY, Way
from gpucanvas.verbs.context import Context2D, quicken
from gpucanvas.verbs.quick import in_python
from quick_programs import SETTINGS, Program, contents, plain, quick

pytestmark = pytest.mark.skipif(WAY is not Way.LIBRARY, reason="the kernels are not those of the compiled library")
quicken()


@pytest.mark.filterwarnings("ignore:overflow encountered", "ignore:Casting complex values")  # Sums of NumPy's scalars.
@pytest.mark.parametrize("odd", [0.0, 0.02, 0.4])
@pytest.mark.parametrize("invalid", ["raise", "ignore"])
@pytest.mark.parametrize(
    "settings", [{}, {"alpha": False}, {"color_space": "display-p3"}, {"color_type": "float16"}], ids=repr
)
def test_random_programs_record_the_same_in_c_and_in_python(odd: float, invalid: str, settings: dict[str, Any]) -> None:
    for seed in range(40):
        kept = []
        for call in (quick, plain):
            recording = gpucanvas.Recording(40, 40, on_invalid=invalid)
            context = recording.get_context("2d", **settings)
            told = Program(seed, odd).run(context, call, 60)
            kept.append((told, contents(context)))
        assert kept[0][0] == kept[1][0]
        assert kept[0][1] == kept[1][1]


def test_texts_after_other_shapes_record_the_same_in_c_and_in_python() -> None:
    """Each is a command of its own: in the state and style of the last text, in others, and where it may be picked."""
    kept = []
    for call in (quick, plain):
        recording = gpucanvas.Recording(400, 400)
        context = recording.get_context("2d")
        for number in range(60):
            call(context, "fill_style", ("silver",))
            call(context, "fill_rect", (9 * number, 9, 5, 5))
            if number % 7 == 3:
                call(context, "stroke_text", ("halo", 9 * number, 30))
            call(context, "fill_style", ("navy" if number % 11 < 8 else (0.1, number / 60, 0.5),))
            call(context, "fill_text", (f"n{number % 5}", 9 * number, 30))
            if number % 5 == 4:
                call(context, "fill_text", ("beside it", 9 * number, 45.5))
                call(context, "save", ())
                call(context, "translate", (number, 1.25))
                call(context, "fill_text", ("moved", 0, 60))
                call(context, "stroke_text", ("halo", 0, 60))
                call(context, "rotate", (pi / 2 if number > 30 else 0.1,))
                call(context, "fill_text", ("turned", 0, 60))
                call(context, "restore", ())
            if number % 13 == 12:
                context.hit_id = number
            if number % 17 == 16:
                context.hit_id = None
                call(context, "translate", (1, 1))
        kept.append(contents(context))
    assert len(kept[0]["texts"]) > 90
    assert kept[0] == kept[1]


def test_texts_after_other_shapes_look_nothing_up() -> None:
    """Only their rows and their batch are made by Python."""
    context: Any = gpucanvas.Recording(400, 400).get_context("2d")
    for number in range(3):
        context.fill_rect(9 * number, 9, 5, 5)
        context.fill_text("text", 9 * number, 30)
    context.fill_rect(9, 9, 5, 5)
    assert calls_made(context.fill_text, "text", 3, 4.5) == ["__init__", "__init__"]


WARM = {
    "fill_rect": (1, 2.5, 3, 4), "stroke_rect": (1, 2, 3, 4), "clear_rect": (0, 0, 2, 2), "fill": (), "stroke": (),
    "draw_image": None, "fill_text": ("text", 1, 2), "stroke_text": ("text", 1, 2),
    "fill_style": "#abcdef", "stroke_style": (0.1, 0.2, 0.3), "global_alpha": 0.5, "line_width": 3,
    "save": (), "restore": (), "translate": (1, 2), "rotate": (0.5,), "scale": (2, 2.0),
    "set_transform": (1, 0, 0, 1, 0, 0), "begin_path": (), "close_path": (), "move_to": (1, 1), "line_to": (2, 2.5),
    "quadratic_curve_to": (1, 2, 3, 4), "bezier_curve_to": (1, 2, 3, 4, 5, 6), "rect": (1, 2, 3, 4),
    "arc": (5, 5, 4, 0, 2 * pi), "round_rect": (1, 2, 30, 4, 2.5),
}  # fmt: skip
"""Arguments of each verb, and values of each property, as programs give them."""


@pytest.mark.parametrize("name", sorted(in_python))
def test_a_quick_verb_runs_no_python(name: str) -> None:
    image = gpucanvas.Image(np.zeros((8, 8, 4), np.uint8))
    context: Any = gpucanvas.Recording(40, 40).get_context("2d")
    for _ in range(2):
        # What makes the indices and tables, which later calls use.
        context.fill_style, context.stroke_style = "#abcdef", "black"
        context.draw_image(image, 0, 0, 8, 8)
        context.move_to(1, 2)
        context.line_to(3, 4)
        context.stroke()
        context.fill()
        context.fill_text("text", 3, 4.5)
        context.save()
        context.begin_path()
        context.move_to(5, 6)
    if name in ("fill_text", "stroke_text"):
        # After a text that looks alike: one after another shape is a new command, whose batch Python makes.
        getattr(context, name)("text", 3, 4.5)
    arguments: Any = (image, 1, 2) if name == "draw_image" else WARM[name]
    if name in SETTINGS:
        called = calls_made(setattr, context, name, arguments)
    else:
        called = calls_made(getattr(context, name), *arguments)
    assert not called


def test_a_quick_verb_is_described_as_the_verb_in_python() -> None:
    import pickle
    from typing import get_overloads, get_type_hints

    verb, original = Context2D.fill_rect, in_python["fill_rect"]
    assert verb is not original
    assert inspect.signature(verb) == inspect.signature(original)
    assert (verb.__doc__, verb.__name__, verb.__qualname__) == (original.__doc__, "fill_rect", "Context2D.fill_rect")
    assert get_type_hints(verb) == get_type_hints(original)
    assert len(get_overloads(Context2D.draw_image)) == 3
    assert inspect.isroutine(verb)
    assert repr(verb) == repr(original)
    assert pickle.loads(pickle.dumps(verb)) is verb
    assert Context2D.fill_style.__doc__ == vars(gpucanvas.verbs.settings.Settings)["fill_style"].__doc__


def test_a_quick_verb_can_be_taken_from_its_class_and_its_context() -> None:
    recording = gpucanvas.Recording(8, 8)
    context = recording.get_context("2d")
    draw, set_alpha = context.fill_rect, Context2D.global_alpha.fset
    draw(0, 0, 1, 1)
    draw(x=0, y=0, width=1, height=1)
    Context2D.fill_rect(context, 0, 0, height=1, width=1)
    assert set_alpha is not None
    set_alpha(context, 0.25)
    assert (len(recording._commands), context.global_alpha) == (3, 0.25)
    with pytest.raises(AttributeError):
        Context2D.fill_rect(recording, 0, 0, 1, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Context2D.fill_rect\(\) missing 1 required positional argument: 'height'"):
        context.fill_rect(0, 0, 1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'depth'"):
        context.fill_rect(0, 0, 1, 1, depth=1)  # type: ignore[call-arg]


def test_a_stream_that_has_a_view_is_left_as_it_is() -> None:
    """A view forbids to resize: nothing may be half recorded."""
    recording = gpucanvas.Recording(8, 8)
    context = recording.get_context("2d")
    context.rect(1, 1, 2, 2)
    context.fill()
    context.begin_path()
    context.rect(2, 2, 3, 3)
    commands = recording._commands
    for stream in (commands.commands, commands.paths, commands.verbs, commands.coords):
        before = contents(context)
        with memoryview(stream), pytest.raises(BufferError):
            context.fill()
        after = contents(context)
        assert after["commands"] == before["commands"]
        context.fill()
        context.begin_path()
        context.rect(2, 2, 3, 3)
    assert len(commands.paths) // 16 >= 2


def test_contexts_that_threads_make_at_once_are_quick() -> None:
    code = """
import sys, threading
sys.setswitchinterval(1e-6)
import gpucanvas
from gpucanvas.verbs.context import Context2D
faults = []
def draw():
    try:
        for _ in range(50):
            context = gpucanvas.Recording(4, 4).get_context("2d")
            context.fill_rect(0, 0, 1, 1)
    except BaseException as fault:
        faults.append(repr(fault))
threads = [threading.Thread(target=draw) for _ in range(4)]
[each.start() for each in threads], [each.join() for each in threads]
from gpucanvas.verbs.quick import in_python
assert not faults, faults
assert in_python and Context2D.fill_rect is not in_python["fill_rect"]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize("odd", [0.0, 0.4])
@pytest.mark.filterwarnings("ignore:overflow encountered", "ignore:Casting complex values")
def test_quick_verbs_keep_nothing_and_release_nothing_twice(odd: float) -> None:
    """A reference too many would keep memory; one too few would end the process sooner or later."""

    def draw() -> int:
        for seed in range(10):
            context = gpucanvas.Recording(40, 40, on_invalid="ignore").get_context("2d")
            Program(seed, odd).run(context, quick, 100)
            context.reset()
        del context
        gc.collect()
        return sys.getallocatedblocks()

    for _ in range(3):
        draw()
    before = draw()
    counts = [draw() - before for _ in range(5)]
    assert min(map(abs, counts)) < 20, counts
