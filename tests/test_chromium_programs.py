"""Random programs answer and draw what they do in a headless Chromium, where there is one: see `chromium_programs`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import left_out
from chromium_programs import TOPICS, Answers, binary, chromium, is_same, off, ours, programs

COUNT = 8
"""Programs of each topic."""
FAR = 64
"""Of 255: pixels on edges, which are antialiased in another way, differ by less."""
MOST_FAR = 24
"""Pixels, of 1,920, that may: shadows of what lies outside of the canvas, which Chromium leaves out, dashes along
curves, whose lengths it measures by chords, and many edges."""
Found = dict[str, tuple[Answers, np.ndarray[Any, Any]]]


@pytest.fixture(scope="module")
def theirs() -> Found:
    program = binary()
    if program is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert program is not None
    played = programs(COUNT)
    return dict(zip(played, chromium(program, list(played.values())), strict=True))


@pytest.mark.parametrize("topic", TOPICS)
def test_programs_answer_and_draw_what_they_do_in_chromium(topic: str, backend: str, theirs: Found) -> None:
    for name, program in programs(COUNT).items():
        if name.startswith(topic):
            (answers, pixels), (mine, drawn) = theirs[name], ours(backend, program)
            assert is_same(mine, answers), f"{name}: {mine} is not {answers}"
            assert (off(drawn, pixels) > FAR).sum() <= MOST_FAR, name


@pytest.mark.parametrize("topic", TOPICS)
def test_programs_of_a_topic_are_not_all_alike(topic: str, theirs: Found) -> None:
    found = {(str(answers), pixels.tobytes()) for name, (answers, pixels) in theirs.items() if name.startswith(topic)}
    assert len(found) > COUNT // 2


def test_another_answer_and_another_picture_are_seen() -> None:
    assert is_same([1, "a", True, None, [0.5]], [1.0, "a", True, None, [0.5]])
    for mine, their in ((1, 1.1), ("a", "b"), ([1], [1, 2]), (True, False), (None, 0), ("!InvalidStateError", None)):
        assert not is_same(mine, their)
    one = np.zeros((2, 2, 4), np.uint8)
    other = one.copy()
    other[1, 0] = 255, 0, 0, 100
    assert off(one, other).tolist() == [[0, 0], [100, 0]]
