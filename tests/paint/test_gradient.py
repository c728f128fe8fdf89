"""Gradients: stops in order, and what the standard refuses is refused by its name."""

from __future__ import annotations

import numpy as np
import pytest

from gpucanvas.errors import IndexSizeError
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


def test_the_array_is_kept_until_a_stop_is_added() -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    gradient.add_color_stop(0, "red")
    kept = gradient.stops_array()
    assert gradient.stops_array() is kept
    gradient.add_color_stop(1, "blue")
    assert gradient.stops_array() is not kept


def test_a_refused_stop_leaves_the_gradient_as_it_was() -> None:
    gradient = CanvasGradient.make("linear", 0, 0, 1, 0)
    for offset, color in ((2, "red"), (np.nan, "red"), (0, "nonsense"), (0, None)):
        with pytest.raises((TypeError, ValueError)):
            gradient.add_color_stop(offset, color)
    assert gradient.version == 0 and gradient.stops_array().shape == (0, 5)
