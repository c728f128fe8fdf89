"""Gradients: stops in order, and what the standard refuses is refused by its name."""

from __future__ import annotations

import numpy as np
import pytest

from gpucanvas.errors import IndexSizeError
from gpucanvas.paint.gradient import CanvasGradient


def test_stops_are_sorted_and_equal_ones_keep_their_order() -> None:
    gradient = CanvasGradient.linear(0, 0, 1, 0)
    for offset, color in ((1, "red"), (0.5, "lime"), (0.5, "blue"), (0, "black")):
        gradient.add_color_stop(offset, color)
    stops = gradient.stops_array()
    assert stops[:, 0].tolist() == [0, 0.5, 0.5, 1]
    assert stops[1:3, 1:4].tolist() == [[0, 1, 0], [0, 0, 1]]


def test_a_new_stop_changes_the_version_and_the_array() -> None:
    gradient = CanvasGradient.linear(0, 0, 1, 0)
    before = gradient.version, len(gradient.stops_array())
    gradient.add_color_stop(0, "red")
    assert (gradient.version, len(gradient.stops_array())) == (before[0] + 1, 1)


@pytest.mark.parametrize("offset", [-0.1, 1.1])
def test_an_offset_outside_is_an_index_size_error(offset: float) -> None:
    with pytest.raises(IndexSizeError, match="give a number from 0 to 1"):
        CanvasGradient.linear(0, 0, 1, 0).add_color_stop(offset, "red")


@pytest.mark.parametrize("offset", [np.nan, np.inf, "x", None])
def test_an_offset_that_is_no_number_is_a_type_error(offset: object) -> None:
    with pytest.raises(TypeError, match="offset is"):
        CanvasGradient.linear(0, 0, 1, 0).add_color_stop(offset, "red")  # type: ignore[arg-type]


def test_a_wrong_colour_is_a_syntax_error() -> None:
    with pytest.raises(ValueError, match="is no CSS colour") as caught:
        CanvasGradient.linear(0, 0, 1, 0).add_color_stop(0, "nonsense")
    assert caught.value.name == "SyntaxError"  # type: ignore[attr-defined]
