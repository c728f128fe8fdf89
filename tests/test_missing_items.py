"""Items of batch calls that are missing, masked by `numpy.ma` or, where that is ignored, NaN, are not drawn."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas

NAN = np.nan
MASK = np.array([0, 1, 0], bool)
COLORS = np.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]], np.uint8)


def drawn(draw: Callable[[Any], object], on_invalid: Any = "raise", **settings: Any) -> NDArray[np.uint8]:
    with gpucanvas.Canvas(60, 60, backend="cpu", on_invalid=on_invalid) as canvas:
        ctx = canvas.get_context("2d", **settings)
        ctx.line_width = 3
        draw(ctx)
        return canvas.to_numpy()


def masked(values: Any, dtype: Any = float) -> Any:
    return np.ma.array(values, dtype, mask=MASK)


COLUMNS: dict[str, tuple[Any, ...]] = {
    "fill_rects": ([5, 25, 45], [5, 20, 40], 10, 10),
    "stroke_rects": ([5, 25, 45], [5, 20, 40], 10, 10),
    "fill_circles": ([10, 30, 50], [10, 30, 50], 8),
    "stroke_circles": ([10, 30, 50], [10, 30, 50], 8),
    "fill_arcs": ([10, 30, 50], [10, 30, 50], 8, 0, [1, 2, 3]),
    "stroke_arcs": ([10, 30, 50], [10, 30, 50], 8, 0, [1, 2, 3]),
}


@pytest.mark.parametrize("dtype", [int, np.uint8, np.float16, np.float32, np.float64, object])
@pytest.mark.parametrize("verb", COLUMNS)
def test_an_item_with_a_masked_number_is_not_drawn(verb: str, dtype: Any) -> None:
    columns = [np.array(each, dtype) for each in COLUMNS[verb]]
    two = [each[~MASK] if each.ndim else each for each in columns]
    wanted = drawn(lambda ctx: getattr(ctx, verb)(*two, color=COLORS[~MASK]))
    assert wanted.any()
    for k in (k for k, each in enumerate(columns) if each.ndim):
        some = [masked(each, dtype) if i == k else each for i, each in enumerate(columns)]
        got = drawn(lambda ctx, some=some: getattr(ctx, verb)(*some, color=COLORS))
        assert np.array_equal(got, wanted)


@pytest.mark.parametrize("settings", [{}, {"color_type": "float16"}, {"color_space": "display-p3"}])
@pytest.mark.parametrize("dtype", [np.uint8, float])
def test_an_item_with_a_masked_color_is_not_drawn(dtype: Any, settings: Any) -> None:
    x, numbers = np.array([10, 30, 50]), (COLORS / (1 if dtype == np.uint8 else 255)).astype(dtype)
    if dtype is float:
        numbers[1] = 1e20  # What is below a mask is not looked at.
    colors = np.ma.array(numbers, mask=np.repeat(MASK[:, None], 4, 1))
    wanted = drawn(lambda ctx: ctx.fill_circles(x[~MASK], 10, 5, color=numbers[~MASK]), **settings)
    assert np.array_equal(drawn(lambda ctx: ctx.fill_circles(x, 10, 5, color=colors), **settings), wanted)


def test_a_masked_radius_may_be_negative_and_a_masked_number_be_any() -> None:
    wanted = drawn(lambda ctx: ctx.fill_circles([10, 50], 10, 5))
    assert np.array_equal(drawn(lambda ctx: ctx.fill_circles([10, 30, 50], 10, masked([5, -9, 5]))), wanted)
    assert np.array_equal(drawn(lambda ctx: ctx.fill_circles(masked([10, NAN, 50]), 10, 5)), wanted)
    assert not drawn(lambda ctx: ctx.fill_circles([10, 50], np.ma.masked, 5)).any()
    assert not drawn(lambda ctx: ctx.fill_circles(np.ma.masked_all(3), 10, 5)).any()


def test_a_nan_beside_a_masked_number_stays_an_error_that_says_what_to_do() -> None:
    cure = r"to leave it out, mask it \(numpy\.ma\.masked_invalid\) or use on_invalid=\"ignore\""
    with pytest.raises(ValueError, match=rf"^fill_circles: item 2 is \[nan, 10\.0, 5\.0\]: give .*; {cure}$"):
        drawn(lambda ctx: ctx.fill_circles(masked([10, 30, NAN]), 10, 5))
    with pytest.raises(ValueError, match=r"^stroke_lines: point 1 is \[1\.0, nan\]: .*; for a gap there, mask it"):
        drawn(lambda ctx: ctx.stroke_lines([[0, 0], [1, NAN]]))
    with pytest.raises(ValueError, match=r"^fill_polygons: point 1 is .*; to leave it out, mask it"):
        drawn(lambda ctx: ctx.fill_polygons([[0, 0], [1, NAN]]))


def test_segments_may_be_masked() -> None:
    segments = np.array([[[5, 5], [55, 5]], [[5, 30], [55, 30]], [[5, 50], [55, 50]]], float)
    wanted = drawn(lambda ctx: ctx.stroke_line_segments(segments[~MASK], color=COLORS[~MASK]))
    holed = np.ma.array(segments, mask=False)
    holed[1, 0, 1] = np.ma.masked
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_line_segments(holed, color=COLORS)), wanted)
    segments[1, 1, 0] = NAN
    got = drawn(lambda ctx: ctx.stroke_line_segments(segments, color=COLORS), on_invalid="ignore")
    assert np.array_equal(got, wanted)


LINE = np.array([[5, 5], [20, 5], [NAN, 30], [40, 50], [55, 50], [55, 30]], float)
PARTS = [LINE[:2], LINE[3:]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_missing_point_leaves_a_gap_in_a_line(dtype: Any) -> None:
    line = LINE.astype(dtype)
    wanted = drawn(lambda ctx: ctx.stroke_lines(PARTS))
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines(line), on_invalid="ignore"), wanted)
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines(np.ma.masked_invalid(line))), wanted)
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines([np.ma.masked_invalid(line)])), wanted)
    numbers = np.ma.array(np.where(np.isnan(line), 7, line).astype(int), mask=np.isnan(line))
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines(numbers)), wanted)


def test_each_part_of_a_line_with_gaps_has_the_color_of_the_line() -> None:
    other = np.array([[5, 20], [30, 20]], float)
    lines = [other, LINE, np.zeros((0, 2)), other + 5, LINE[2:3], other + 15]
    colors = np.concatenate([COLORS, COLORS])
    parts = [other, *PARTS, other + 5, other + 15]
    wanted = drawn(lambda ctx: ctx.stroke_lines(parts, color=colors[[0, 1, 1, 3, 5]]))
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines(lines, color=colors), on_invalid="ignore"), wanted)
    holed = [np.ma.masked_invalid(each) for each in lines]
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines(holed, color=colors)), wanted)
    # A line whose colour is masked is not drawn, with all of its parts.
    mask = np.zeros((6, 4), bool)
    mask[1, 2] = True
    wanted = drawn(lambda ctx: ctx.stroke_lines([other, other + 5, other + 15], color=colors[[0, 3, 5]]))
    assert np.array_equal(drawn(lambda ctx: ctx.stroke_lines(holed, color=np.ma.array(colors, mask=mask))), wanted)


def test_gaps_at_random_are_those_of_the_lines_between_them() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        lines = [rng.uniform(0, 60, (rng.integers(0, 9), 2)) for _ in range(4)]
        for line in lines:
            line[rng.random(len(line)) < 0.4, 1] = NAN
        parts: list[Any] = []
        for line in lines:
            parts.append([])
            for point in line:
                if np.isnan(point).any():
                    parts.append([])
                else:
                    parts[-1].append(point)
        parts = [np.array(part) for part in parts if part]
        got = drawn(lambda ctx, lines=lines: ctx.stroke_lines(lines), on_invalid="ignore")
        assert np.array_equal(got, drawn(lambda ctx, parts=parts: ctx.stroke_lines(parts)))


@pytest.mark.parametrize("verb", ["fill_polygons", "stroke_polygons"])
def test_a_missing_point_of_a_polygon_is_left_out(verb: str) -> None:
    polygon = np.array([[5, 5], [55, 5], [NAN, 30], [55, 55], [5, 55]])
    wanted = drawn(lambda ctx: getattr(ctx, verb)(polygon[[0, 1, 3, 4]]))
    assert np.array_equal(drawn(lambda ctx: getattr(ctx, verb)(np.ma.masked_invalid(polygon))), wanted)
    assert np.array_equal(drawn(lambda ctx: getattr(ctx, verb)(polygon), on_invalid="ignore"), wanted)


def test_a_text_at_a_masked_place_is_left_out() -> None:
    texts, x, y = ["one", "two", "six"], [5, 10, 15], [15, 30, 45]
    listed = ["red", "lime", "blue"], ["red", "blue"]
    for color, two in ((None, None), (COLORS, COLORS[~MASK]), ("red", "red"), listed):
        wanted = drawn(lambda ctx, two=two: ctx.fill_texts(["one", "six"], [5, 15], [15, 45], color=two))
        assert wanted.any()
        assert np.array_equal(
            drawn(lambda ctx, color=color: ctx.fill_texts(texts, masked(x), y, color=color)), wanted
        )
        assert np.array_equal(
            drawn(lambda ctx, color=color: ctx.fill_texts(texts, x, masked([15, NAN, 45]), color=color)), wanted
        )
    colors = np.ma.array(COLORS, mask=np.repeat(MASK[:, None], 4, 1))
    wanted = drawn(lambda ctx: ctx.fill_texts(["one", "six"], [5, 15], [15, 45], color=COLORS[~MASK]))
    assert np.array_equal(drawn(lambda ctx: ctx.fill_texts(texts, x, y, color=colors)), wanted)
    with pytest.raises(ValueError, match=r"text 0 is at \[nan, 15.0\]"):
        drawn(lambda ctx: ctx.fill_texts(texts, masked([NAN, 10, 15]), y))


def test_a_sprite_with_a_masked_number_is_left_out() -> None:
    image = np.full((8, 8, 4), 255, np.uint8)
    targets = np.array([[5, 5, 8, 8], [25, 25, 8, 8], [45, 45, 8, 8]], float)
    wanted = drawn(lambda ctx: ctx.draw_images(image, None, targets[~MASK]))
    assert wanted.any()
    holed = np.ma.array(targets, mask=False)
    holed[1, 2] = np.ma.masked
    assert np.array_equal(drawn(lambda ctx: ctx.draw_images(image, None, holed)), wanted)
    assert np.array_equal(drawn(lambda ctx: ctx.draw_images(image, None, targets, alpha=masked([1, 7, 1]))), wanted)
    with pytest.raises(ValueError, match="alpha 1 is 7"):
        drawn(lambda ctx: ctx.draw_images(image, None, targets, alpha=np.ma.array([1, 7, 1], mask=False)))


def test_a_picked_item_is_that_of_the_arrays_given() -> None:
    with gpucanvas.Canvas(60, 60, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.hit_id, ctx.line_width = 1, 4
        ctx.fill_circles(masked([10, 30, 50]), 10, 5)
        ctx.stroke_lines([np.ma.masked_invalid(LINE) + 5, np.array([[5, 40], [25, 40]])])
        image = np.full((4, 4), 255, np.uint8)
        sources = [[0, 0, 4, 4], [9, 9, 4, 4], [0, 0, 4, 4]]
        ctx.draw_images(image, sources, [[0, 20, 4, 4], [0, 25, 4, 4], [0, 30, 4, 4]])
        items = [canvas.pick(x, y).item for x, y in ((10, 10), (50, 10), (15, 10), (55, 55), (15, 40), (2, 32))]  # type: ignore[union-attr]
        assert items == [0, 2, 0, 0, 1, 2]
        assert canvas.pick(30, 10) is None


def test_single_masked_points_of_a_list_leave_a_gap() -> None:
    mask = np.ma.array
    listed = [mask([0.0, 5.0]), mask([20.0, 5.0], mask=[1, 1]), mask([40.0, 5.0]), mask([60.0, 5.0])]
    with gpucanvas.Canvas(70, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.line_width = 4
        ctx.stroke_lines(listed)
        assert (canvas.to_numpy()[5, :, 3] > 0).tolist() == [40 <= x < 60 for x in range(70)]


def test_numpy_ma_may_be_imported_by_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module is among the loaded ones before it has its classes."""
    from gpucanvas import masked

    monkeypatch.setitem(sys.modules, "numpy.ma", types.ModuleType("numpy.ma"))
    assert masked.mask_of([1.0, 2.0]) is None
    assert masked.without_mask(3) == 3
