"""Filters draw what a headless Chromium draws through them, where there is one: `chromium_filters` has the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import left_out
from chromium_filters import FILTERS, binary, chromium, ours, premultiplied


@pytest.fixture(scope="module")
def theirs() -> dict[str, NDArray[np.uint8]]:
    program = binary()
    if program is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert program is not None
    return dict(zip(FILTERS, chromium(program, FILTERS), strict=True))


@pytest.mark.parametrize("value", FILTERS)
def test_a_filter_is_that_of_chromium(value: str, backend: str, theirs: dict[str, NDArray[np.uint8]]) -> None:
    off = abs(premultiplied(ours(backend, value)) - premultiplied(theirs[value]))
    assert off.mean() <= 1
    # Large sigmas are three means there, not a gaussian.
    assert np.percentile(off, 99.5) <= (6 if "px)" in value or "em" in value else 2)


def test_filters_are_seen(theirs: dict[str, NDArray[np.uint8]]) -> None:
    plain = premultiplied(theirs["none"])
    for value in FILTERS[1:]:
        assert abs(premultiplied(theirs[value]) - plain).mean() > 0.5, value
