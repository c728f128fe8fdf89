"""Numbers near the ends of float64: pictures that are the same in other units, and scenes in which all is a number."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import asin, cos, pi, sin, tan

import numpy as np
import pytest

import gpucanvas
from gpucanvas import Context2D, IndexSizeError, LimitError
from gpucanvas.contract.constants import PAINT_KIND_BITS
from gpucanvas.contract.paints import PAINTS, Stop
from gpucanvas.pipeline.encode import encode
from gpucanvas.pipeline.scene import Scene

SIZE = 48
Draw = Callable[[Context2D], None]


def picture(backend: str, draw: Draw, on_invalid: str = "raise") -> np.ndarray:
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend, on_invalid=on_invalid) as canvas:
        draw(canvas.get_context("2d"))
        return canvas.to_numpy().astype(int)


def strokes(unit: float) -> Draw:
    """Strokes in pixels, written in a user space of this unit."""

    def draw(ctx: Context2D) -> None:
        ctx.scale(1 / unit, 1 / unit)
        ctx.line_width = 5 * unit
        ctx.line_join = "round"
        ctx.stroke_circles(12 * unit, 12 * unit, 8 * unit)
        ctx.begin_path()
        ctx.move_to(5 * unit, 44 * unit)
        ctx.bezier_curve_to(10 * unit, 10 * unit, 20 * unit, 60 * unit, 44 * unit, 24 * unit)
        ctx.stroke()
        ctx.set_line_dash([6 * unit, 4 * unit])
        ctx.line_width = 2 * unit
        ctx.stroke_rect(28 * unit, 4 * unit, 15 * unit, 12 * unit)

    return draw


@pytest.mark.parametrize("unit", [1e-150, 1e-45, 1e45, 1e150])
def test_strokes_are_the_same_in_any_unit(backend: str, unit: float) -> None:
    expected, found = picture(backend, strokes(1.0)), picture(backend, strokes(unit))
    assert expected.any()
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize("unit", [1e12, 1e30, 1e140])
def test_a_pen_may_be_of_different_units_across_and_down(backend: str, unit: float) -> None:
    def thick(ctx: Context2D) -> None:
        ctx.scale(1 / unit, 1.0)
        ctx.line_width = 10.0
        ctx.begin_path()
        ctx.move_to(8 * unit, 20.5)
        ctx.line_to(40 * unit, 20.5)
        ctx.stroke()

    def rect(ctx: Context2D) -> None:
        ctx.fill_rect(8, 15.5, 32, 10)

    assert np.abs(picture(backend, thick) - picture(backend, rect)).max() <= 1


@pytest.mark.parametrize("far", [1e6, 3e6, 4.5e6])
def test_a_wide_miter_is_drawn_from_far_away(far: float, backend: str) -> None:
    """Its tip is a wedge 10 pixels from the left. At the outline's points float32 has steps of up to a pixel,
    which move the tip by some pixels: its sides lean by 6 to 30 degrees."""
    half = 5e5
    lean = asin(half / (far - 10))
    with gpucanvas.Canvas(SIZE, SIZE, backend=backend) as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width, ctx.miter_limit = 2 * half, 10
        ctx.begin_path()
        ctx.move_to(far + 5e6 * cos(lean), 24 + 5e6 * sin(lean))
        ctx.line_to(far, 24)
        ctx.line_to(far + 5e6 * cos(lean), 24 - 5e6 * sin(lean))
        ctx.stroke()
        seen = canvas.to_numpy()[..., 3].sum() / 255
    wedge = tan(lean) * (SIZE - 10) ** 2
    top = max(tan(lean) * (SIZE - 10) - 24, 0) ** 2 / tan(lean)  # What lies above and below the canvas.
    assert seen == pytest.approx(wedge - top, rel=0.3)


@pytest.mark.parametrize("anticlockwise", [False, True])
def test_angles_whose_difference_is_no_number_are_taken_modulo_a_turn(backend: str, anticlockwise: bool) -> None:
    start, end = 1.7e308, -1.7e308

    def huge(ctx: Context2D) -> None:
        ctx.begin_path()
        ctx.arc(20, 24, 15, start, end, anticlockwise)
        ctx.fill()
        ctx.fill_arcs(28.0, 24.0, 15.0, start, end, anticlockwise)

    def reduced(ctx: Context2D) -> None:
        ctx.begin_path()
        ctx.arc(20, 24, 15, start % (2 * pi), end % (2 * pi), anticlockwise)
        ctx.fill()
        ctx.fill_arcs(28.0, 24.0, 15.0, start % (2 * pi), end % (2 * pi), anticlockwise)

    assert np.abs(picture(backend, huge) - picture(backend, reduced)).max() <= 1


def test_an_arc_to_that_the_transform_takes_out_of_range_does_nothing(backend: str) -> None:
    def draw(ctx: Context2D) -> None:
        ctx.set_transform(1e300, 0, 0, 1e300, 0, 0)
        ctx.begin_path()
        ctx.arc_to(1e300, 1e300, 2.0, 2.0, 3.0)
        ctx.stroke()
        ctx.reset_transform()
        ctx.fill_rect(10, 10, 5, 5)

    found = picture(backend, draw, "ignore")
    assert found[12, 12, 3] == 255
    assert np.count_nonzero(found[..., 3]) == 25
    with pytest.raises(ValueError, match="arc_to|move_to"):
        picture(backend, draw)


TINY_TO_HUGE = [0.0, 5e-324, -2.2e-311, 1e-300, -1e-160, 1e-39, 0.5, -7.25, 30.0, -1e5, 1e7, 1e30, 1e39, 1e150, 1.7e308]
VERBS: dict[str, int] = {
    "move_to": 2,
    "line_to": 2,
    "quadratic_curve_to": 4,
    "bezier_curve_to": 6,
    "arc_to": 5,
    "arc": 5,
    "ellipse": 7,
    "rect": 4,
    "round_rect": 5,
}
LENGTHS: dict[str, tuple[int, ...]] = {"arc_to": (4,), "arc": (2,), "ellipse": (2, 3), "round_rect": (4,)}
IMAGE = np.full((3, 4, 4), 200, np.uint8)


def draw_anything(ctx: Context2D, rng: random.Random) -> None:
    """Some calls of every kind with such numbers; the canvas ignores what is invalid."""

    def number() -> float:
        return rng.choice(TINY_TO_HUGE) * rng.choice((1, -1))

    def pair() -> np.ndarray:
        return np.array([number(), number()])

    batches: list[Draw] = [
        lambda c: c.fill_rects(pair(), pair(), pair(), pair()),
        lambda c: c.stroke_rects(pair(), pair(), pair(), pair()),
        lambda c: c.fill_circles(pair(), pair(), np.abs(pair())),
        lambda c: c.stroke_circles(pair(), pair(), np.abs(pair())),
        lambda c: c.stroke_arcs(pair(), pair(), np.abs(pair()), pair(), pair()),
        lambda c: c.fill_polygons(np.stack([pair(), pair(), pair()])),
        lambda c: c.stroke_lines(np.stack([pair(), pair(), pair()])),
        lambda c: c.stroke_line_segments(np.stack([np.stack([pair(), pair()])])),
        lambda c: c.draw_image(IMAGE, number(), number(), number(), number()),
        lambda c: c.fill_rect(number(), number(), number(), number()),
        lambda c: c.stroke_rect(number(), number(), number(), number()),
    ]
    if rng.random() < 0.5:
        ctx.set_transform(*(number() for _ in range(6)))
    if rng.random() < 0.3:
        ctx.line_width, ctx.miter_limit = abs(number()) or 1.0, abs(number()) or 1.0
    if rng.random() < 0.2:
        ctx.set_line_dash([abs(number()), abs(number())])
    ctx.line_join = rng.choice(("miter", "round", "bevel"))
    gradient = ctx.create_linear_gradient(number(), number(), number(), number())
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "blue")
    ctx.fill_style = rng.choice(("teal", gradient))
    for _ in range(rng.randint(1, 3)):
        ctx.begin_path()
        for verb in rng.choices(list(VERBS), k=3):
            numbers = [number() for _ in range(VERBS[verb])]
            for k in LENGTHS.get(verb, ()):
                numbers[k] = abs(numbers[k])
            getattr(ctx, verb)(*numbers)
        rng.choice((ctx.fill, ctx.stroke, ctx.clip))()
        rng.choice(batches)(ctx)


def paints_of(scene: Scene) -> list[tuple[str, np.ndarray]]:
    """The records of the scene's stream of paints that draws refer to, and the stops of gradients, by name."""
    rows, found = {row.code: row for row in PAINTS.values()}, []
    for word in np.unique(scene.draws["paint"][scene.draws["paint"] > 0]).tolist():
        row, place = rows[word & (1 << PAINT_KIND_BITS) - 1], word >> PAINT_KIND_BITS
        table = scene.paints[place : place + row.record.words].view(row.record.dtype)
        found.append((row.name, table))
        if "stops" in table.dtype.names:
            first, count = int(table["stops"][0]), int(table["count"][0])
            found.append(("stops", scene.paints[first : first + count * Stop.words].view(Stop.dtype)))
    assert len(found) > 0 or not len(scene.paints), "what is in the stream is used"
    return found


def what_is_no_number(scene: Scene) -> list[str]:
    """The columns of a scene that hold what is not finite, vertices that flatten writes apart."""
    found = []
    tables = [(name, getattr(scene, name)) for name in ("draws", "strokes", "clips", "curves")]
    for name, table in [*tables, *paints_of(scene)]:
        columns = [column for column in table.dtype.names if table.dtype[column].kind == "f"]
        found += [f"{name}.{column}" for column in columns if not np.isfinite(table[column]).all()]
    written = np.zeros(len(scene.vertices), np.bool_)
    for curve in scene.curves:
        count = curve["piece_count"] + (curve["tips"] & 1) + (curve["tips"] >> 1)
        written[curve["vertex_start"] : curve["vertex_start"] + count] = True
    found += [f"vertices.{axis}" for axis in "xy" if not np.isfinite(scene.vertices[axis][~written]).all()]
    return found


@pytest.mark.parametrize("seed", range(120))
def test_whatever_is_drawn_all_of_the_scene_is_a_number(seed: int) -> None:
    rng = random.Random(seed)
    with gpucanvas.Canvas(SIZE, SIZE, backend="cpu", on_invalid="ignore") as canvas:
        ctx = canvas.get_context("2d")
        try:
            draw_anything(ctx, rng)
            assert what_is_no_number(encode(canvas._commands, SIZE, SIZE)) == []
            canvas.to_numpy()
        except (LimitError, IndexSizeError):
            pass  # It names the number and the cure.
        ctx.reset()
        ctx.fill_rect(0, 0, SIZE, SIZE)
        assert (canvas.to_numpy()[..., 3] == 255).all()
