"""UAX 9 against Unicode's own cases: samples that lie here, and a tenth of the whole files where there are any."""

from __future__ import annotations

from pathlib import Path

import pytest
from unicode_files import SAMPLES, UNICODE, bidi_cases

from gpucanvas.text.bidi import MAX_DEPTH, levels_of, needs_bidi, reorder, resolve

BASES = {"0": 0, "1": 1, "2": None}
BITS = {1: None, 2: 0, 4: 1}
"""Directions that a bit of BidiTest.txt asks for."""
PART = 10
"""One case in so many of the whole files is run: all of them take 20 s."""


def problem(levels: list[int], expected_levels: str, expected_order: str) -> str | None:
    """What is wrong with the levels of a case; characters that X9 removes have none."""
    expected = expected_levels.split()
    kept = [i for i, level in enumerate(expected) if level != "x"]
    if len(expected) != len(levels) or any(int(expected[i]) != levels[i] for i in kept):
        return f"levels {levels}, not {expected_levels}"
    order = [kept[i] for i in reorder([levels[i] for i in kept])]
    return None if order == [int(each) for each in expected_order.split()] else f"order {order}, not {expected_order}"


def files(name: str) -> list[tuple[Path, int]]:
    whole = UNICODE / f"{name}.txt"
    return [(SAMPLES / f"{name}.sample.txt", 1), *([(whole, PART)] if whole.exists() else [])]


def sampled(path: Path) -> list[list[str]]:
    return [line.rsplit(";", 3) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("path", "part"), files("BidiTest"), ids=lambda each: getattr(each, "name", ""))
def test_bidi_gives_the_levels_of_unicodes_class_cases(path: Path, part: int) -> None:
    cases = sampled(path) if part == 1 else list(bidi_cases(path))[::part]
    assert len(cases) > 400
    for classes, bits, levels, order in cases:
        kinds = classes.split()
        for bit, base in BITS.items():
            if int(bits, 16) & bit:
                wrong = problem(levels_of(kinds, [0] * len(kinds), base)[0], levels, order)
                assert wrong is None, f"{classes} in base {base}: {wrong}"


@pytest.mark.parametrize(("path", "part"), files("BidiCharacterTest"), ids=lambda each: getattr(each, "name", ""))
def test_bidi_gives_the_levels_of_unicodes_character_cases(path: Path, part: int) -> None:
    cases = sampled(path) if part == 1 else list(bidi_cases(path))[::part]
    assert len(cases) > 600
    for codes, direction, levels, order in cases:
        text = "".join(chr(int(code, 16)) for code in codes.split())
        wrong = problem(resolve(text, BASES[direction]), levels, order)
        assert wrong is None, f"{codes} in direction {direction}: {wrong}"


def test_bidi_is_needed_by_what_does_not_run_left_to_right() -> None:
    assert not needs_bidi("Grüße, 12 \u20ac \u4e2d")
    for sign in ("\u05d0", "\u0627", "\u0661", "\u202e", "\u2067"):
        assert needs_bidi(f"a{sign}b"), ascii(sign)


def test_bidi_of_a_hundred_thousand_nested_controls_ends() -> None:
    """Each of the two deepens, opens or scans without end where it is written carelessly."""
    for opening, closing in (("\u2068", "\u2069"), ("\u202b", "\u202c"), ("(", ")")):
        text = opening * 50_000 + "\u05d0" + closing * 50_000
        levels = resolve(text, 0)
        assert len(levels) == len(text)
        assert max(levels) <= MAX_DEPTH + 1
