"""Random programs of canvas calls: the CPU and GPU backends draw the same picture, and each repeats itself.

A program is plain data, (verb, arguments) pairs: hypothesis can shrink it, and its report can become a scene.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from math import ceil, floor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

import gpucanvas
from compare import assert_same
from compositing import PORTER_DUFF

from .registry import Context

Call: TypeAlias = tuple[str, tuple[Any, ...]]
WIDTH, HEIGHT = 70, 50
# Two roundings of one translucent layer may differ by one, and each layer above keeps a part of that.
MAX_DIFFERENCE = 2
MAX_FRACTION = 0.02


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """Multiples of 1/16 (edges that fall on pixels and tiles) and any float between."""
    return st.integers(ceil(low * 16), floor(high * 16)).map(lambda v: v / 16) | st.floats(low, high)


def call(verb: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    """Return calls of ``verb`` with those arguments."""
    return st.tuples(st.just(verb), st.tuples(*arguments))


def one_of_values(*values: Any) -> st.SearchStrategy[Any]:
    """Return one of ``values``."""
    return st.sampled_from(values)


X, Y = number(-20, WIDTH + 20), number(-20, HEIGHT + 20)
LENGTH = number(-30, 60)
RADIUS = number(0, 40)
ANGLE = number(-7, 7)
FACTOR = number(-2.5, 2.5).filter(lambda v: abs(v) > 0.05)
SEED = st.integers(0, 2**16)
COUNT = st.integers(0, 12)
COLOUR = st.tuples(*[number(0, 1)] * 4) | one_of_values("black", "white", "#e63", "rgb(0 90 200 / 40%)")
RULE = one_of_values("nonzero", "evenodd")
SVG = one_of_values(
    "M10 10 h30 v20 z M20 15 l30 5 -20 20z",
    "M5 25 C20 -20 40 70 65 25 S 30 0 10 40",
    "M35 5 A20 20 0 1 1 34 5 Z m0 10 a10 10 0 1 0 1 0z",
    "M0 0 Q70 0 70 50 T 10 45",
)
MATRIX = st.tuples(FACTOR, number(-1, 1), number(-1, 1), FACTOR, number(-20, 60), number(-20, 40)).filter(
    lambda m: abs(m[0] * m[3] - m[1] * m[2]) > 0.02
)

STOPS = st.lists(st.tuples(number(0, 1), COLOUR), max_size=5)

PATH_CALLS = st.one_of(
    call("begin_path"),
    call("close_path"),
    call("move_to", X, Y),
    call("line_to", X, Y),
    call("quadratic_curve_to", X, Y, X, Y),
    call("bezier_curve_to", X, Y, X, Y, X, Y),
    call("arc", X, Y, RADIUS, ANGLE, ANGLE, st.booleans()),
    call("arc_to", X, Y, X, Y, RADIUS),
    call("ellipse", X, Y, RADIUS, RADIUS, ANGLE, ANGLE, ANGLE, st.booleans()),
    call("rect", X, Y, LENGTH, LENGTH),
    call("round_rect", X, Y, LENGTH, LENGTH, RADIUS | st.lists(RADIUS, min_size=1, max_size=4)),
)
STATE_CALLS = st.one_of(
    call("fill_style", COLOUR),
    call("stroke_style", COLOUR),
    call("gradient", st.just("linear"), st.tuples(X, Y, X, Y), STOPS),
    call("gradient", st.just("radial"), st.tuples(X, Y, RADIUS, X, Y, RADIUS), STOPS),
    call("gradient", st.just("conic"), st.tuples(ANGLE, X, Y), STOPS),
    call("pattern", SEED, one_of_values("repeat", "repeat-x", "repeat-y", "no-repeat"), MATRIX),
    call("global_alpha", number(0, 1)),
    call(
        "global_composite_operation",
        # Software OpenGL compiles a shader for each set of blend modes: some of them stand for all.
        one_of_values(*PORTER_DUFF, "multiply", "overlay", "luminosity"),
    ),
    call("image_smoothing_enabled", st.booleans()),
    call("line_width", number(0.1, 25)),
    call("line_cap", one_of_values("butt", "round", "square")),
    call("line_join", one_of_values("miter", "round", "bevel")),
    call("miter_limit", number(0.5, 12)),
    call("set_line_dash", st.lists(number(0.5, 20), max_size=4)),
    call("line_dash_offset", number(-30, 30)),
    call("shadow_color", COLOUR),
    call("shadow_blur", one_of_values(0, 0, 1, 3.5, 20, 300)),
    call("shadow_offset_x", number(-20, 20)),
    call("shadow_offset_y", number(-20, 20)),
    call("save"),
    call("restore"),
    call("reset"),
)
LAYER_CALLS = st.one_of(
    call("begin", one_of_values(None, None, "blur(0.7px)", "blur(4px)", "blur(90px) blur(1px)")), call("end")
)
TRANSFORM_CALLS = st.one_of(
    call("translate", number(-20, 20), number(-20, 20)),
    call("rotate", ANGLE),
    call("scale", FACTOR, FACTOR),
    call("transform_by", MATRIX),
    call("set_transform_to", MATRIX),
    call("set_transform_to_itself"),
    call("reset_transform"),
)
DRAW_CALLS = st.one_of(
    call("fill", RULE),
    call("stroke"),
    call("fill_rect", X, Y, LENGTH, LENGTH),
    call("stroke_rect", X, Y, LENGTH, LENGTH),
    call("clear_rect", X, Y, LENGTH, LENGTH),
    call("clip", RULE),
    call("svg", SVG, MATRIX, one_of_values("fill", "stroke", "clip")),
    call("image", SEED, st.tuples(X, Y)),
    call("image", SEED, st.tuples(X, Y, LENGTH, LENGTH)),
    call("image", SEED, st.tuples(number(-4, 8), number(-4, 8), number(1, 12), number(1, 12), X, Y, LENGTH, LENGTH)),
    call("put_pixels", SEED, st.integers(-10, WIDTH), st.integers(-10, HEIGHT)),
    call("move_pixels", *[st.integers(-10, 40)] * 4),
    call("batch", one_of_values("rects", "circles", "arcs", "polygons"), one_of_values("fill", "stroke"), SEED, COUNT),
    call("batch", one_of_values("line_segments", "lines"), st.just("stroke"), SEED, COUNT),
)
# A figure sets something, builds on the path and draws: loose calls in any order would rarely show a thing.
FIGURES = st.tuples(
    st.lists(STATE_CALLS | TRANSFORM_CALLS | LAYER_CALLS, max_size=4),
    st.lists(PATH_CALLS, max_size=6),
    st.lists(DRAW_CALLS, max_size=3),
).map(lambda figure: [*figure[0], *figure[1], *figure[2]])
PROGRAMS = st.lists(FIGURES, min_size=1, max_size=8).map(
    lambda figures: [call for figure in figures for call in figure]
)


def noise(seed: int) -> npt.NDArray[np.uint8]:
    """Return a small random translucent picture, (5 to 12, 5 to 12, 4) uint8."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(5, 13, 2)
    return rng.integers(0, 256, (int(height), int(width), 4), np.uint8)


def set_gradient(ctx: Context, kind: str, numbers: tuple[float, ...], stops: list[Any]) -> None:
    """Make a gradient the fill style."""
    gradient = getattr(ctx, f"create_{kind}_gradient")(*numbers)
    for t, colour in stops:
        gradient.add_color_stop(t, colour)
    ctx.fill_style = gradient


def draw_svg(ctx: Context, data: str, matrix: tuple[float, ...], verb: str) -> None:
    """Fill, stroke or clip to a Path2D that was added to another one."""
    path = gpucanvas.Path2D()
    path.add_path(gpucanvas.Path2D(data), matrix)
    getattr(ctx, verb)(path)


def draw_batch(ctx: Context, shape: str, verb: str, seed: int, count: int) -> None:
    """Draw ``count`` random shapes, every second time with colours of their own."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-5, WIDTH + 5, count), rng.uniform(-5, HEIGHT + 5, count)
    lengths = rng.uniform(0.5, 20, (3, count))
    points = np.stack([x, y], axis=1)
    arguments: dict[str, tuple[Any, ...]] = {
        "rects": (x, y, lengths[0], lengths[1]),
        "circles": (x, y, lengths[0]),
        "arcs": (x, y, lengths[0], lengths[1], lengths[2], bool(seed & 2)),
        "polygons": (points[:, None, :] + rng.normal(0, 12, (count, 5, 2)),),
        "line_segments": (np.stack([points, points + rng.normal(0, 20, (count, 2))], axis=1),),
        "lines": ([points + rng.normal(0, 5, (count, 2)), points[: count // 2]] if count > 3 else [],),
    }
    drawn = len(arguments["lines"][0]) if shape == "lines" else count
    colour = {"color": rng.integers(0, 256, (drawn, 4), np.uint8)} if seed & 1 and drawn else {}
    getattr(ctx, f"{verb}_{shape}")(*arguments[shape], **colour)


def perform(ctx: Context, program: list[Call]) -> None:
    """Run a program; a verb is a method, a property to set, or one of the compound ones above."""
    for verb, arguments in program:
        match verb:
            case "gradient":
                set_gradient(ctx, *arguments)
            case "pattern":
                pattern = ctx.create_pattern(noise(arguments[0]), arguments[1])
                pattern.set_transform(arguments[2])
                ctx.stroke_style = ctx.fill_style = pattern
            case "begin":
                ctx.begin_layer(*arguments)
            case "end":
                end_layer(ctx)
            case "restore":
                with suppress(gpucanvas.InvalidStateError):
                    ctx.restore()
            case "put_pixels" | "move_pixels" if is_in_layer(ctx):
                pass
            case "svg":
                draw_svg(ctx, *arguments)
            case "batch":
                draw_batch(ctx, *arguments)
            case "image":
                ctx.draw_image(noise(arguments[0]), *arguments[1])
            case "put_pixels":
                ctx.put_image_data(noise(arguments[0]), *arguments[1:])
            case "move_pixels":
                ctx.put_image_data(np.array(ctx.get_image_data(*arguments[:2], 9, 13)), *arguments[2:])
            case "transform_by":
                ctx.transform(*arguments[0])
            case "set_transform_to":
                ctx.set_transform(*arguments[0])
            case "set_transform_to_itself":
                ctx.set_transform(ctx.get_transform())
            case _ if callable(getattr(ctx, verb)):
                getattr(ctx, verb)(*arguments)
            case _:
                setattr(ctx, verb, *arguments)


def is_in_layer(ctx: Context) -> bool:
    """Whether a layer is open, in which pixels are neither read nor put."""
    return bool(ctx._layers)


def end_layer(ctx: Context) -> None:
    """End the innermost layer, if there is one, and what was saved in it."""
    while is_in_layer(ctx):
        try:
            ctx.end_layer()
        except gpucanvas.InvalidStateError:
            ctx.restore()
        else:
            break


def render(program: list[Call], backend: str) -> npt.NDArray[np.uint8]:
    """Return the picture of a program over a ramp, so that every operator has a backdrop to work on."""
    canvas = gpucanvas.Canvas(WIDTH, HEIGHT, backend=backend)
    ctx = canvas.get_context("2d")
    set_gradient(ctx, "linear", (0, 0, WIDTH, 0), [(0, "rgb(250 240 200)"), (1, "rgb(60 90 160 / 60%)")])
    ctx.fill_rect(0, 0, WIDTH, HEIGHT)
    ctx.fill_style = "black"
    perform(ctx, program)
    while is_in_layer(ctx):
        end_layer(ctx)
    return np.array(canvas.to_numpy())


@given(program=PROGRAMS)
def test_random_scene_agrees_between_cpu_and_gl_and_repeats_itself(gl: str, program: list[Call]) -> None:
    # hypothesis refuses function-scoped tmp_path: the last failure's pictures go to one place.
    folder = Path(tempfile.gettempdir()) / "gpucanvas-random-scene"
    first = render(program, gl)
    # Not in a test of its own: software OpenGL would compile shaders for as many other programs.
    assert_repeated(first, render(program, gl))
    assert_same(
        render(program, "cpu"),
        first,
        max_difference=MAX_DIFFERENCE,
        max_fraction=MAX_FRACTION,
        picture_expected=False,  # reset() and copy may end in one flat colour
        names=("cpu", gl),
        folder=folder,
    )


@given(program=PROGRAMS)
def test_random_scene_is_deterministic_on_cpu(program: list[Call]) -> None:
    assert_repeated(render(program, "cpu"), render(program, "cpu"))


def assert_repeated(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> None:
    """The second picture of a program is the first, to the byte."""
    assert_same(
        first,
        second,
        max_difference=0,
        premultiplied=False,
        picture_expected=False,  # reset() and copy may end in one flat colour
    )
