"""Gradients: stops in order, and what the standard refuses is refused by its name."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gpucanvas.errors import IndexSizeError
from gpucanvas.paint.color import to_rgba
from gpucanvas.paint.gradient import CanvasGradient


def test_stops_are_sorted_and_equal_ones_keep_their_order() -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    for offset, color in ((1, "red"), (0.5, "lime"), (0.5, "blue"), (0, "black")):
        gradient.add_color_stop(offset, color)
    stops = gradient.stops_array()
    assert stops[:, 0].tolist() == [0, 0.5, 0.5, 1]
    assert stops[1:3, 1:4].tolist() == [[0, 1, 0], [0, 0, 1]]


def test_a_new_stop_changes_the_version_and_the_array() -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    before = gradient.version, len(gradient.stops_array())
    gradient.add_color_stop(0, "red")
    assert (gradient.version, len(gradient.stops_array())) == (before[0] + 1, 1)


@pytest.mark.parametrize("numbers", [(0, 0, -1, 0, 0, np.nan), (np.inf, 0, -1, 0, 0, -1), (0, 0, -1, None, 0, 1)])
def test_no_number_comes_before_a_negative_radius(numbers: tuple[Any, ...]) -> None:
    """WebIDL converts all arguments, with a TypeError, before the standard's steps look at the radii."""
    with pytest.raises(TypeError):
        CanvasGradient.make("radial", *numbers)
    with pytest.raises(IndexSizeError):
        CanvasGradient.make("radial", *(number if number and np.isfinite(number) else 0 for number in numbers))


@pytest.mark.parametrize("offset", [-0.1, 1.1])
def test_an_offset_outside_is_an_index_size_error(offset: float) -> None:
    with pytest.raises(IndexSizeError, match="give a number from 0 to 1"):
        CanvasGradient.make("linear", 0, 0, 1, 0).add_color_stop(offset, "red")


@pytest.mark.parametrize("offset", [np.nan, np.inf, "x", None])
def test_an_offset_that_is_no_number_is_a_type_error(offset: object) -> None:
    with pytest.raises(TypeError, match="offset is"):
        CanvasGradient.make("linear", 0, 0, 1, 0).add_color_stop(offset, "red")  # type: ignore[arg-type]


def test_a_wrong_colour_is_a_syntax_error() -> None:
    with pytest.raises(ValueError, match="is no CSS colour") as caught:
        CanvasGradient.make("linear", 0, 0, 1, 0).add_color_stop(0, "nonsense")
    assert caught.value.name == "SyntaxError"  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", [np.nan, -np.inf, None, "1", 10**400])
@pytest.mark.parametrize(("index", "name"), list(enumerate(("x0", "y0", "x1", "y1"))))
def test_a_coordinate_that_is_no_finite_number_is_named(index: int, name: str, value: object) -> None:
    coordinates: list[object] = [0, 0, 1, 1]
    coordinates[index] = value
    with pytest.raises(TypeError, match=f"create_linear_gradient: {name} is .*: give a (finite )?number"):
        CanvasGradient.make("linear", *coordinates)  # type: ignore[arg-type]


def test_what_is_recorded_of_the_stops_is_kept_until_one_is_added() -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    gradient.add_color_stop(0, "red")
    kept = gradient._stops_bytes()
    assert gradient._stops_bytes() is kept
    gradient.add_color_stop(1, "blue")
    assert gradient._stops_bytes() is not kept


def test_a_refused_stop_leaves_the_gradient_as_it_was() -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    for offset, color in ((2, "red"), (np.nan, "red"), (0, "nonsense"), (0, None)):
        with pytest.raises((TypeError, ValueError)):
            gradient.add_color_stop(offset, color)
    assert gradient.version == 0 and gradient.stops_array().shape == (0, 5)


COLORS = ("red", "#00f8", "rgb(1 2 3)", "hsl(120 50% 50%)", (1, 0, 0.5), (0.25, 0.5, 0.75, 1.0), [0.5, 0, 1])
ARRAYS = (
    np.array([0.25, 0.5, 1], np.float32),
    np.array([10, 20, 255], np.uint8),
    tuple(np.array([1, 0, 255, 128], np.uint8)),
    tuple(np.array([0.25, 0.5, 1])),
)
"""What NumPy's numbers mean is not what they are: a byte of 1 is no channel of 1."""


@pytest.mark.parametrize("color", COLORS + ARRAYS, ids=repr)
@pytest.mark.parametrize("offset", [0.25, np.float32(0.25), np.float64(0.25), Fraction(1, 4), True, 1])
def test_every_spelling_of_a_stop_is_what_a_style_makes_of_it(offset: float, color: Any) -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    gradient.add_color_stop(offset, color)
    assert gradient.stops_array().tolist() == [np.array([float(offset), *to_rgba(color)], np.float32).tolist()]


@pytest.mark.parametrize("color", [(0, 0), (0,) * 5, (0, 0, 2), (0, -1, 0), (0, 0, np.nan), (0, 0, "1"), 7, b"red"])
def test_what_is_no_colour_is_a_syntax_error_whatever_it_is(color: Any) -> None:
    with pytest.raises(ValueError, match="^add_color_stop: ") as caught:
        CanvasGradient.make("linear", 0, 0, 1, 0).add_color_stop(0, color)
    assert caught.value.name == "SyntaxError"  # type: ignore[attr-defined]


def test_stops_that_come_in_any_order_are_sorted_in_any_colour_space() -> None:
    wide = "color(display-p3 0 1 0)"
    stops = [(0.0, "red"), (0.5, wide), (0.5, (0.0, 0.0, 1.0)), (0.75, "#fff"), (1.0, wide)]
    # Of two at one place the first that came is the first.
    orders = ([3, 0, 2, 1, 4], [0, 2, 1, 3, 4], [0, 1, 2, 3, 4])
    shuffled, swapped, sorted_ = (CanvasGradient.make("linear", 0, 0, 1, 0) for _ in orders)
    for gradient, order in zip((shuffled, swapped, sorted_), orders, strict=True):
        for i in order:
            gradient.add_color_stop(*stops[i])
    for space in ("srgb", "display-p3"):
        assert (shuffled.stops_array(space) == swapped.stops_array(space)).all()
    middle = [stop for stop in sorted_.stops_array("display-p3").tolist() if stop[0] == 0.5]
    assert middle[0] == [0.5, 0, 1, 0, 1]
    assert len(middle) == 2


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_keeps_what_is_more_than_srgb(way: Any) -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    gradient.add_color_stop(0.5, "red")
    gradient.add_color_stop(0, "color(display-p3 0 1 0)")
    again = way(gradient)
    gradient.add_color_stop(0.1, "color(display-p3 0 0 1)")
    assert again.stops_array("display-p3").tolist()[0] == [0, 0, 1, 0, 1]
    assert (again.version, gradient.version) == (2, 3)
    again.add_color_stop(0.2, "color(display-p3 1 0 0)")
    assert [np.float32(0.1), 0, 0, 1, 1] in gradient.stops_array("display-p3").tolist()
    assert [np.float32(0.2), 1, 0, 0, 1] in again.stops_array("display-p3").tolist()
    assert [np.float32(0.2), 1, 0, 0, 1] not in gradient.stops_array("display-p3").tolist()
