"""Text has the ink that a headless Chromium gives it, where there is one: `chromium_text` has the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import left_out
from chromium_filters import binary
from chromium_text import CASES, OTHER_CASES, Case, chromium, ink, ours

WEIGHT = 0.03
"""How far our ink may be from Chromium's."""
PLACES = 0.08
"""How far pixels may be apart, all together, in the ink. Glyphs a quarter of a pixel aside are 0.2 apart at 10 px."""
OTHER_PLACES = {"stroked": 0.05, "squeezed": 0.13, "wide": 0.1, "running up": 0.12, "mirrored": 0.11}
"""The same of outlines. Chromium puts the glyphs of these at quarters of a pixel, and we put them where they are."""


@pytest.fixture(scope="session")  # One of a module is made twice: pytest runs all tests on cpu, then those on gl.
def theirs() -> dict[Case, NDArray[np.uint8]]:
    program = binary()
    if program is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert program is not None
    return dict(zip(CASES + OTHER_CASES, chromium(program), strict=True))


@pytest.mark.parametrize("case", CASES + OTHER_CASES, ids=lambda case: case.name)
def test_text_has_the_weight_of_chromiums(case: Case, backend: str, theirs: dict[Case, NDArray[np.uint8]]) -> None:
    mine, other = ours(case, backend), theirs[case]
    assert ink(other) > 10_000
    assert abs(ink(mine) / ink(other) - 1) <= WEIGHT
    assert np.abs(mine.astype(float) - other).sum() / ink(other) <= OTHER_PLACES.get(case.way, PLACES)


def test_other_text_has_another_weight(theirs: dict[Case, NDArray[np.uint8]]) -> None:
    """So that the comparison can fail."""
    case = CASES[3]
    wrong = ours(case._replace(size=case.size + 1))
    assert abs(ink(wrong) / ink(theirs[case]) - 1) > WEIGHT
    moved = np.roll(ours(case), 1, axis=1)
    assert np.abs(moved.astype(float) - theirs[case]).sum() / ink(theirs[case]) > PLACES
