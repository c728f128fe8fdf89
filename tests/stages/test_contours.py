"""Outlines of FreeType's as paths, held to FreeType's own way through them."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable

import numpy as np
import pytest

from gpucanvas.text.hinting import LONG, NOTHING, Loaded, read_outlines

OFF, ON, CUBIC_TAG = 0, 1, 2
MOVE, LINE, QUAD, CUBIC, CLOSE = range(5)
Commands = list[tuple[int, ...]]
"""A verb and its coordinates each, FreeType's units, y up; without lines that end a contour at its start."""
Contour = list[tuple[int, int, int]]
"""Each point's x, y and tag."""


def loaded(contours: list[Contour]) -> Loaded:
    points = [point for contour in contours for point in contour]
    ends = np.cumsum([len(contour) for contour in contours]) - 1
    places = np.array([point[:2] for point in points], LONG)
    return Loaded(places.tobytes(), bytes(tag for *_, tag in points), ends.astype(np.int16).tobytes())


def read(contours: list[Contour]) -> Commands | None:
    """What gpucanvas makes of an outline between two others; None where it is damaged."""
    around = [(0, 0, ON), (64, 0, ON), (64, 64, OFF)]
    first, found, last = read_outlines([loaded([around]), loaded(contours), loaded([around, around])])
    assert first is not None
    assert last is not None
    assert first.verbs + first.verbs == last.verbs
    assert np.array_equal(np.tile(first.coords, 2), last.coords)
    if found is None:
        return None
    numbers = (found.coords.reshape(-1, 2) * (64, -64)).reshape(-1)
    assert (numbers == numbers.round()).all()
    commands: Commands = []
    at = 0
    for verb in found.verbs:
        if verb != CLOSE:
            count = (2, 2, 4, 6)[verb]
            commands.append((verb, *map(int, numbers[at : at + count])))
            at += count
    assert at == len(numbers)
    assert found.verbs.count(CLOSE) == found.verbs.count(MOVE) == len(contours)
    return without_last_lines(commands)


def decomposed(contours: list[Contour]) -> Commands | None:
    """What FreeType makes of it; None where it says that it is damaged."""
    raw = pytest.importorskip("freetype.raw")
    points = [point for contour in contours for point in contour]
    outline = raw.FT_Outline()
    vectors = (raw.FT_Vector * len(points))(*[raw.FT_Vector(x, y) for x, y, _ in points])
    tags = (ctypes.c_ubyte * len(points))(*[tag for *_, tag in points])
    ends = (ctypes.c_short * len(contours))(*(np.cumsum([len(each) for each in contours]) - 1).tolist())
    outline.n_points, outline.n_contours = len(points), len(contours)
    outline.points = ctypes.cast(vectors, type(outline.points))
    outline.tags = ctypes.cast(tags, type(outline.tags))
    outline.contours = ctypes.cast(ends, type(outline.contours))
    commands: Commands = []

    def noting(verb: int) -> Callable[..., int]:
        def note(*arguments: object) -> int:
            numbers = [n for each in arguments[:-1] for n in (each.contents.x, each.contents.y)]  # type: ignore[attr-defined]
            commands.append((verb, *numbers))
            return 0

        return note

    kinds = (
        raw.FT_Outline_MoveToFunc,
        raw.FT_Outline_LineToFunc,
        raw.FT_Outline_ConicToFunc,
        raw.FT_Outline_CubicToFunc,
    )
    calls = [kind(noting(verb)) for verb, kind in enumerate(kinds)]
    functions = raw.FT_Outline_Funcs(*calls, 0, 0)
    if raw.FT_Outline_Decompose(ctypes.byref(outline), ctypes.byref(functions), ctypes.py_object(commands)):
        return None
    return without_last_lines(commands)


def without_last_lines(commands: Commands) -> Commands:
    kept: Commands = []
    start: tuple[int, ...] = ()
    for number, command in enumerate(commands):
        if command[0] == MOVE:
            start = command[1:]
        ends = number + 1 == len(commands) or commands[number + 1][0] == MOVE
        if not (ends and command[0] == LINE and command[1:] == start):
            kept.append(command)
    return kept


def random_contour(rng: random.Random) -> Contour:
    """Points at even places, so that those half way between two of them are whole."""
    count, kinds = rng.randint(1, 9), rng.choice(((OFF, ON), (ON, ON, CUBIC_TAG), (OFF,), (OFF, ON, CUBIC_TAG)))
    tags: list[int] = []
    while len(tags) < count:
        tag = rng.choice(kinds)
        tags += [tag] * (2 if tag == CUBIC_TAG and rng.random() < 0.9 else 1)
        tags += [ON] if tag == CUBIC_TAG else []
    return [(2 * rng.randint(-500, 500), 2 * rng.randint(-500, 500), tag) for tag in tags]


def test_outlines_at_random_are_freetypes() -> None:
    rng = random.Random(11)
    whole = damaged = 0
    for _ in range(3000):
        contours = [random_contour(rng) for _ in range(rng.randint(1, 3))]
        wanted = decomposed(contours)
        # FreeType looks more closely at cubic curves, and takes contours that begin with half of one.
        if wanted is not None:
            assert read(contours) == wanted, contours
        whole += wanted is not None
        damaged += wanted is None
    assert whole > 1500
    assert damaged > 100


def test_a_contour_that_begins_off_the_curve_begins_half_way_to_its_last_point() -> None:
    assert read([[(0, 0, OFF), (64, 0, OFF), (64, 64, OFF)]]) == [
        (MOVE, 32, 32),
        (QUAD, 0, 0, 32, 0),
        (QUAD, 64, 0, 64, 32),
        (QUAD, 64, 64, 32, 32),
    ]


@pytest.mark.parametrize("ends", [[0, 0], [3], [-1], [1, 0], [2, 5]], ids=str)
def test_an_outline_whose_contours_end_elsewhere_is_damaged_and_its_neighbours_are_not(ends: list[int]) -> None:
    good = loaded([[(0, 0, ON), (64, 0, ON), (64, 64, ON)]])
    bad = good._replace(ends=np.array(ends, np.int16).tobytes())
    first, between, last = read_outlines([good, bad, good])
    assert between is None
    assert first is not None
    assert last is not None
    assert first.verbs == last.verbs == bytes((MOVE, LINE, LINE, CLOSE))


def test_half_a_cubic_curve_is_damage() -> None:
    assert read([[(0, 0, ON), (64, 0, CUBIC_TAG)]]) is None
    assert read([[(0, 0, CUBIC_TAG), (64, 0, ON)]]) is None


def test_what_is_not_there_stays_apart_from_what_is_empty() -> None:
    nothing, empty = read_outlines([None, NOTHING])
    assert nothing is None
    assert empty is not None
    assert (empty.verbs, len(empty.coords)) == (b"", 0)
