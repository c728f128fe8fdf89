"""Filters draw what a headless Chromium draws through them, where there is one: `chromium_filters` has the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import left_out
from chromium_filters import FILTERS, LEFT, TOP, binary, chromium, ours, premultiplied

MARGIN = 14
"""Pixels from the picture's edges, where it shows most that Chromium's blurs are three means, not gaussians."""


@pytest.fixture(scope="session")  # One of a module is made twice: pytest runs all tests on cpu, then those on gl.
def theirs() -> dict[str, NDArray[np.uint8]]:
    program = binary()
    if program is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert program is not None
    return dict(zip(FILTERS, chromium(program, FILTERS), strict=True))


def inside(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is away from the picture's edges."""
    return values[TOP + MARGIN : TOP + 68 - MARGIN, LEFT + MARGIN : LEFT + 90 - MARGIN]


@pytest.mark.parametrize("value", FILTERS)
def test_a_filter_is_that_of_chromium(value: str, backend: str, theirs: dict[str, NDArray[np.uint8]]) -> None:
    off = abs(premultiplied(ours(backend, value)) - premultiplied(theirs[value]))
    assert inside(off).mean() <= 1
    assert off.mean() <= 3
    if "blur" not in value and "drop-shadow" not in value:
        assert off.max() <= 3


def test_filters_are_seen(theirs: dict[str, NDArray[np.uint8]]) -> None:
    plain = premultiplied(theirs["none"])
    for value in FILTERS[1:]:
        assert abs(premultiplied(theirs[value]) - plain).mean() > 0.5, value
