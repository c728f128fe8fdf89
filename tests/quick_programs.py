"""Random programs of calls, for tests that run them with the verbs in C and with the verbs in Python."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import inf, nan, pi
from typing import Any

import numpy as np

import gpucanvas
from gpucanvas.verbs.context import Context2D
from gpucanvas.verbs.quick import in_python
from gpucanvas.verbs.state import State

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
    "rect": (4,), "arc": (5, 5, 6), "round_rect": (5, 5, 4), "global_alpha": (1,), "line_width": (1,),
}  # fmt: skip


@cache
def pictures() -> list[gpucanvas.Image]:
    """The images that programs draw, made once: NumPy keeps a little memory with each new one."""
    return [gpucanvas.Image(np.full((8, 8, 4), 90 * i, np.uint8)) for i in (1, 2)]


class Program:
    """A random program of calls, the same for the same seed."""

    def __init__(self, seed: int, odd: float) -> None:
        self._random, self._odd = random.Random(seed), odd
        self._images = pictures()
        curved = gpucanvas.Path2D("M2 3 Q9 1 8 8 C5 12 4 12 3 9 A3 4 0 0 1 2 3 Z")
        self._paths = [gpucanvas.Path2D("M0 0 L10 0 L5 9 Z"), gpucanvas.Path2D(), curved]

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
        if name in ("fill_text", "stroke_text"):
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
    tables["kept bytes"] = commands.kept_bytes
    drawn = [each for each in commands.batches if each.kind == "glyphs"]
    tables["texts"] = [[(part.glyphs, x, y, color) for part, x, y, color in each.items.texts()] for each in drawn]
    state, depth = context._state, 0
    for name in State.__slots__:
        if name not in ("below", "clip", "fill", "stroke"):
            tables[f"state {name}"] = getattr(state, name)
    while state.below is not None:
        state, depth = state.below, depth + 1
    path = context._path
    # As text: a NaN equals another one there.
    tables["state matrix"] = repr([*map(float, context._state.matrix)])
    if path is not None:
        matrix = repr([*map(float, path.matrix or ())])
        tables["path"] = path.verbs, path.coords, matrix, path._open, path._restart
    return tables | {"depth": depth}
