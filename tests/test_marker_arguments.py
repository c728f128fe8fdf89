"""What batches of paths, ellipses and round rectangles take, leave out and refuse, and so the widths of lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gpucanvas
from marked import PATHS, Ctx, Draw, pixels

HOLES = np.array([0, 1, 0], bool)
THREE: dict[str, Callable[[Ctx, Any], None]] = {
    "x": lambda ctx, some: ctx.fill_paths(PATHS["star"], some([10.0, 40, 80]), 20),
    "scale": lambda ctx, some: ctx.fill_paths(PATHS["star"], some([10, 40, 80], False), 20, scale=some([1.0, 2, 3])),
    "angle": lambda ctx, some: ctx.fill_paths(PATHS["star"], some([10, 40, 80], False), 20, angle=some([1.0, 2, 3])),
    "radius": lambda ctx, some: ctx.fill_ellipses(some([10, 40, 80], False), 20, some([7.0, 8, 9]), 4),
    "radii": lambda ctx, some: ctx.fill_round_rects(some([10, 40, 80], False), 20, 15, 9, some([2.0, 3, 4])),
    "width": lambda ctx, some: ctx.stroke_circles(some([10, 40, 80], False), 20, 9, line_width=some([2.0, 3, 4])),
    "line": lambda ctx, some: ctx.stroke_lines(
        some(np.arange(12.0).reshape(3, 2, 2) * 9, False), line_width=some([2.0, 3, 4])
    ),
}


@pytest.mark.parametrize("name", THREE)
def test_items_that_are_masked_or_nan_are_left_out(name: str) -> None:
    def holed(values: Any, is_holed: bool = True) -> Any:
        return np.ma.array(values, mask=HOLES) if is_holed else values

    def nan(values: Any, is_holed: bool = True) -> Any:
        return np.where(HOLES, np.nan, values) if is_holed else values

    wanted = pixels(lambda ctx: THREE[name](ctx, lambda values, is_holed=True: np.asarray(values)[~HOLES]))
    assert wanted.any()
    assert np.array_equal(pixels(lambda ctx: THREE[name](ctx, holed)), wanted)
    assert np.array_equal(pixels(lambda ctx: THREE[name](ctx, nan), on_invalid="ignore"), wanted)
    with pytest.raises(ValueError, match=r"(item|line_width) 1 is .*nan.*: give finite numbers"):
        pixels(lambda ctx: THREE[name](ctx, nan))


def test_masked_colours_rows_of_radii_and_a_masked_width_are_left_out() -> None:
    colors = np.ma.array(np.full((3, 4), 0.5), mask=HOLES[:, None] & np.ones(4, bool))
    x = np.array([10.0, 40, 80])
    wanted = pixels(lambda ctx: ctx.fill_paths(PATHS["star"], x[~HOLES], 9, color=np.full((2, 4), 0.5)))
    assert np.array_equal(pixels(lambda ctx: ctx.fill_paths(PATHS["star"], x, 9, color=colors)), wanted)
    radii = np.ma.array(np.full((3, 4), 3.0), mask=False)
    radii[1, 2] = np.ma.masked
    wanted = pixels(lambda ctx: ctx.fill_round_rects(x[~HOLES], 9, 9, 9, 3))
    assert np.array_equal(pixels(lambda ctx: ctx.fill_round_rects(x, 9, 9, 9, radii)), wanted)
    assert not pixels(lambda ctx: ctx.stroke_circles(x, 9, 9, line_width=np.ma.masked)).any()
    assert not pixels(lambda ctx: ctx.stroke_circles(x, 9, 9, line_width=0)).any()


BAD: dict[str, tuple[Draw, type[Exception], str]] = {
    "a path that is none": (
        lambda c: c.fill_paths([(0, 0)], 1, 1),
        TypeError,
        r"fill_paths: path is \[\(0, 0\)\]: give",
    ),
    "path data with an error": (lambda c: c.fill_paths("M1 1 oops", 1, 1), ValueError, "oops"),
    "a rule": (lambda c: c.fill_paths("", 1, 1, fill_rule="odd"), TypeError, "fill_paths: fill_rule is 'odd': give"),
    "text for x": (lambda c: c.fill_paths("", "1", 1), TypeError, "fill_paths: x is '1': give numbers"),
    "an angle of text": (lambda c: c.stroke_paths("", 1, 1, angle="up"), TypeError, "stroke_paths: angle is 'up'"),
    "lengths": (lambda c: c.fill_paths("", [1, 2], [1, 2, 3]), ValueError, "fill_paths: .* do not fit together"),
    "scales": (lambda c: c.fill_paths("", 1, 1, scale=np.ones((1, 3))), ValueError, r"scale has shape \(1, 3\): give"),
    "two of x": (lambda c: c.fill_paths("", np.ones((2, 2)), 1), ValueError, r"fill_paths: x has shape \(2, 2\)"),
    "nan": (lambda c: c.fill_paths("", [1, np.nan], 1), ValueError, r"fill_paths: item 1 is \[nan, 1.0, 0.0, 1.0\]"),
    "radius": (
        lambda c: c.fill_ellipses(1, 1, [1, -2], 1),
        gpucanvas.IndexSizeError,
        r"item 1 are \[-2.0, 1.0\]: give",
    ),
    "corner": (lambda c: c.fill_round_rects(1, 1, 9, 9, -1), ValueError, "fill_round_rects: the radii of item 0 are"),
    "corners": (lambda c: c.fill_round_rects(1, 1, 9, 9, [[1, 2]]), ValueError, r"radii has shape \(1, 2\): give"),
    "width": (
        lambda c: c.stroke_lines([[(0, 0)]] * 2, line_width=[1, -1]),
        ValueError,
        "stroke_lines: line_width 1 is -1",
    ),
    "widths": (
        lambda c: c.stroke_circles([1, 2], 1, 1, line_width=[1, 2, 3]),
        ValueError,
        r"line_width has shape \(3,\)",
    ),
    "a width of text": (lambda c: c.stroke_circles(1, 1, 1, line_width="3"), TypeError, "line_width is '3'"),
    "an infinite width": (lambda c: c.stroke_rects(1, 1, 1, line_width=np.inf), ValueError, "line_width 0 is inf"),
    "a width beyond all": (
        lambda c: c.stroke_circles(1, 1, 1, line_width=1e9),
        gpucanvas.LimitError,
        "line_width of 1e",
    ),
    "a colour too few": (lambda c: c.fill_paths("", [1, 2, 3], 1, color=["red", "blue"]), ValueError, "color"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_by_name_and_nothing_is_recorded(name: str) -> None:
    call, kind, text = BAD[name]
    recording = gpucanvas.Recording(20, 20)
    with pytest.raises(kind, match=text):
        call(recording.get_context("2d"))
    assert len(recording._commands) == 0


def test_no_items_and_empty_paths_draw_nothing(backend: str) -> None:
    def nothing(ctx: Ctx) -> None:
        ctx.fill_paths(PATHS["star"], [], [])
        ctx.stroke_paths(PATHS["star"], [], 5, line_width=[])
        ctx.fill_paths(PATHS["nothing"], [1, 2], 3)
        ctx.stroke_paths("", [1, 2], 3, line_width=[1, 2])
        ctx.fill_paths(PATHS["star"], [30, 60], 30, scale=0)
        ctx.stroke_paths(PATHS["star"], [30, 60], 30, scale=0, scale_width=True)
        ctx.fill_ellipses([], 1, 1, 1)
        ctx.stroke_round_rects([], 1, 1, 1, np.zeros((0, 4)), line_width=[])
        ctx.stroke_lines([], line_width=[])
        ctx.stroke_line_segments(np.zeros((0, 2, 2)), line_width=3)

    assert not pixels(nothing, backend).any()


def test_numbers_of_any_type_and_layout_are_the_same() -> None:
    x = np.array([10, 40, 80])
    wanted = pixels(lambda ctx: ctx.fill_paths(PATHS["star"], x, 20, scale=[1, 2, 3], angle=1))
    for dtype in (np.uint8, np.int64, np.float16, np.float32, object):
        got = pixels(
            lambda ctx, dtype=dtype: ctx.fill_paths(
                PATHS["star"], np.repeat(x, 2).astype(dtype)[::2], 20, scale=np.array([1, 2, 3], dtype), angle=1
            )
        )
        assert np.array_equal(got, wanted)
