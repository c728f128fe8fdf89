"""The verbs in C record what the verbs in Python record: the same bytes, states and errors, for any arguments."""

from __future__ import annotations

import gc
import inspect
import random
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import inf, nan, pi
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.kernels.ways import WAY, Way
from gpucanvas.verbs.context import Context2D, quicken
from gpucanvas.verbs.quick import in_python
from gpucanvas.verbs.state import State

pytestmark = pytest.mark.skipif(WAY is not Way.LIBRARY, reason="the kernels are not those of the compiled library")
quicken()
Call = Callable[[Any, str, tuple[Any, ...]], Any]

SETTINGS = ("fill_style", "stroke_style", "global_alpha", "line_width")
NUMBERS: list[Any] = [
    *(0, 1, -3, 7.5, -0.0, 12, 40.25, 0.1, pi, -pi / 2, 2 * pi, 6.5, 30.0, 1e-300, 3e5),
    *(np.float64(2.5), np.float32(1.5), np.int32(4), True),
]
ODD: list[Any] = [
    *(nan, inf, -inf, 1e308, 1e300, 10**400, 2**70, Decimal("1.5"), Fraction(1, 3), np.array(2.0)),
    *("2", None, [1], (), 1j, object()),
]
COLORS: list[Any] = [
    *("red", "#12345678", "rgb(1 2 3)", "nonsense", "", (0.5, 0.25, 1), (0, 1, 1, 0.5), (1, 0.0, 0, 0), [0.1, 0.2, 0]),
    *((2, 0, 0), (nan, 0, 0), (0.1,), (), (0.1, 0.2, 0.3, 0.4, 0.5), (True, 0, 0), (np.float64(0.5), 0, 0), None, 3),
    np.array([0.1, 0.2, 0.3]),
]
COUNTS = {
    "fill_rect": (4,), "stroke_rect": (4,), "clear_rect": (4,), "translate": (2,), "rotate": (1,), "scale": (2,),
    "set_transform": (6,), "move_to": (2,), "line_to": (2,), "quadratic_curve_to": (4,), "bezier_curve_to": (6,),
    "rect": (4,), "arc": (5, 5, 6), "global_alpha": (1,), "line_width": (1,),
}  # fmt: skip


class Program:
    """A random program of calls, the same for the same seed."""

    def __init__(self, seed: int, odd: float) -> None:
        self._random, self._odd = random.Random(seed), odd
        self._images = [gpucanvas.Image(np.full((8, 8, 4), 90 * i, np.uint8)) for i in (1, 2)]
        self._paths = [gpucanvas.Path2D("M0 0 L10 0 L5 9 Z"), gpucanvas.Path2D()]

    def run(self, context: Any, call: Call, steps: int) -> list[str]:
        """Run the program; returns what each call returned or raised."""
        return [self._step(context, call) for _ in range(steps)]

    def _step(self, context: Any, call: Call) -> str:
        name = self._random.choice(list(in_python))
        arguments = self._arguments(name)
        if self._random.random() < 0.08:
            self._other(context)
        try:
            returned = call(context, name, arguments)
        except Exception as error:
            return f"{name}{arguments!r}: {type(error).__name__}: {error}"
        return "itself" if returned is context else repr(returned)

    def _number(self) -> Any:
        return self._random.choice(ODD if self._random.random() < self._odd else NUMBERS)

    def _arguments(self, name: str) -> tuple[Any, ...]:
        choose = self._random.choice
        if name in ("fill_style", "stroke_style"):
            return (choose(COLORS),)
        if name in ("save", "restore", "begin_path", "close_path"):
            return () if self._random.random() > self._odd / 5 else (1,)
        if name in ("fill", "stroke"):
            return choose([(), (), (), *((each,) for each in (*self._paths, "evenodd", None, 3))])
        if name == "draw_image":
            part: tuple[Any, ...] = choose([(), (5, 6), (1.5, 2, 3, 4), (0, 0, 8, 8)])
            return (choose(self._images), *part, *(self._number() for _ in range(choose([2, 4]) if not part else 4)))
        if name == "fill_text":
            return choose(["12.5", "Label", "", "é 7", 5]), self._number(), self._number()
        count = choose(COUNTS[name])
        if name not in SETTINGS and self._random.random() < self._odd / 4:
            count += choose([-1, 1])
        return tuple(self._number() for _ in range(count))

    def _other(self, context: Any) -> None:
        """Something that has no quick version, and changes what quick versions look at."""
        choice = self._random.randrange(10)
        if choice == 0:
            context.global_composite_operation = self._random.choice(["source-over", "multiply", "copy"])
        elif choice == 1:
            context.shadow_color, context.shadow_blur = self._random.choice(["transparent", "black"]), 2
        elif choice == 2:
            context.image_smoothing_enabled = self._random.random() < 0.5
        elif choice == 3:
            context.image_smoothing_quality = self._random.choice(["low", "high"])
        elif choice == 4:
            context.hit_id = self._random.choice([None, 3])
        elif choice == 5:
            context.filter = self._random.choice(["none", "blur(1px)"])
        elif choice == 6:
            context.fill_style = context.create_linear_gradient(0, 0, 5, 5)
        elif choice == 7:
            context.clip()
        elif choice == 8:
            context.font = self._random.choice(["14px sans-serif", "10.5px sans-serif"])
            context.text_align = self._random.choice(["left", "center"])
        else:
            self._paths[1].line_to(self._random.random(), 4)


def quick(context: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    if name in SETTINGS:
        return setattr(context, name, *arguments)
    return getattr(context, name)(*arguments)


def plain(context: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    if inspect.getattr_static(type(context), name) is not inspect.getattr_static(Context2D, name):
        return quick(context, name, arguments)  # A wide context has setters of its own.
    return in_python[name](context, *arguments)


def contents(context: Any) -> dict[str, Any]:
    """Everything that a context has recorded, and its state."""
    commands = context.canvas._commands
    names = "commands", "states", "verbs", "coords", "paths", "uses", "hits"
    tables = {name: getattr(commands, name) for name in names}
    tables |= {"pens": commands.pens, "paints": [each if type(each) is tuple else "other" for each in commands.paints]}
    drawn = [each for each in commands.batches if each.kind == "glyphs"]
    tables["texts"] = [[(part[1:3], x, y, color) for part, x, y, color in each.items.texts()] for each in drawn]
    state, depth = context._state, 0
    for name in State.__slots__:
        if name not in ("below", "clip", "fill", "stroke"):
            tables[f"state {name}"] = getattr(state, name)
    while state.below is not None:
        state, depth = state.below, depth + 1
    path = context._path
    tables["path"] = None if path is None else (path.verbs, path.coords, path.matrix, path._open, path._restart)
    return tables | {"depth": depth}


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


WARM = {
    "fill_rect": (1, 2.5, 3, 4), "stroke_rect": (1, 2, 3, 4), "clear_rect": (0, 0, 2, 2), "fill": (), "stroke": (),
    "draw_image": None, "fill_text": ("text", 1, 2),
    "fill_style": "#abcdef", "stroke_style": (0.1, 0.2, 0.3), "global_alpha": 0.5, "line_width": 3,
    "save": (), "restore": (), "translate": (1, 2), "rotate": (0.5,), "scale": (2, 2.0),
    "set_transform": (1, 0, 0, 1, 0, 0), "begin_path": (), "close_path": (), "move_to": (1, 1), "line_to": (2, 2.5),
    "quadratic_curve_to": (1, 2, 3, 4), "bezier_curve_to": (1, 2, 3, 4, 5, 6), "rect": (1, 2, 3, 4),
    "arc": (5, 5, 4, 0, 2 * pi),
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
    called = []
    arguments: Any = (image, 1, 2) if name == "draw_image" else WARM[name]

    def note(frame: Any, event: str, _: object) -> None:
        if event == "call":
            called.append(frame.f_code.co_name)

    is_setting = name in SETTINGS
    verb = None if is_setting else getattr(context, name)
    sys.setprofile(note)
    try:
        if is_setting:
            setattr(context, name, arguments)
        else:
            verb(*arguments)
    finally:
        sys.setprofile(None)
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
