"""Text of scripts is where a headless Chromium puts it, where there is one: `chromium_scripts` has the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from chromium_scripts import BOXES, CASES, METRICS, Case, chromium, ours
from numpy.typing import NDArray

import left_out
from chromium_filters import binary

PLACES, SQUEEZED = 0.08, 0.16
"""How far pixels may be apart, all together, in the ink. Chromium puts squeezed glyphs at quarters of a pixel."""
ROUNDED = 1.2
"""How far the ink's box may be from Chromium's, which rounds outwards, px."""
Answer = tuple[dict[str, float], NDArray[np.uint8]]


@pytest.fixture(scope="session")  # One of a module is made twice: pytest runs all tests on cpu, then those on gl.
def theirs() -> dict[str, Answer]:
    program = binary()
    if program is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert program is not None
    return {case.name: answer for case, answer in zip(CASES, chromium(program), strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_text_of_a_script_is_chromiums(case: Case, backend: str, theirs: dict[str, Answer]) -> None:
    (mine, picture), (other, wanted) = ours(case, backend), theirs[case.name]
    ink = (255.0 - wanted).sum()
    assert ink > 10_000
    assert np.abs(picture.astype(float) - wanted).sum() / ink <= (SQUEEZED if case.room else PLACES)
    assert [mine[name] for name in METRICS] == pytest.approx([other[name] for name in METRICS], abs=0.01)
    assert [mine[name] for name in BOXES] == pytest.approx([other[name] for name in BOXES], abs=ROUNDED)


def test_text_of_another_direction_is_elsewhere(theirs: dict[str, Answer]) -> None:
    """So that the comparison can fail."""
    case = next(case for case in CASES if "123" in case.text and case.settings["direction"] == "rtl")
    _, picture = ours(case._replace(settings={**case.settings, "direction": "ltr"}))
    _, wanted = theirs[case.name]
    assert np.abs(picture.astype(float) - wanted).sum() / (255.0 - wanted).sum() > SQUEEZED
