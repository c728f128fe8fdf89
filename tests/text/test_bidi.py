"""UAX 9 against Unicode's own cases: samples that lie here, and a tenth of the whole files where there are any."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest
from unicode_files import SAMPLES, UNICODE, bidi_cases

from gpucanvas.text import characters
from gpucanvas.text.bidi import MAX_DEPTH, bracket_of, levels_of, reorder
from gpucanvas.text.characters import resolve
from gpucanvas.text.itemize import Item, itemize

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


def test_text_without_bidi_characters_runs_left_to_right() -> None:
    text = "Grüße, 12 \u20ac (\u4e2d)\xa0\xad e\u0301"
    assert resolve(text, 0) == [0] * len(text)
    for sign in ("\u05d0", "\u0627", "\u0661", "\u202e1"):
        assert max(resolve(f"a{sign}b", 0)) > 0, ascii(sign)


def test_all_brackets_are_found() -> None:
    for code in range(0x110000):
        if unicodedata.category(chr(code)) == "Ps" and unicodedata.mirrored(chr(code)):
            assert bracket_of(chr(code)) > 0, hex(code)


def test_characters_up_to_the_last_latin_letter_make_one_item() -> None:
    text = "".join(map(chr, range(0x20, 0x2B0)))
    assert itemize(text) == [Item(0, len(text), 0, "Latn", False)]
    kinds = {(kind.script, kind.is_emoji) for kind in map(characters.kind_of, text)}
    assert kinds == {("Latn", False), ("Zyyy", False)}


BIDI_CHARACTERS = {
    "letters": "aaab\u4e2d\u05d0\u05d0\u05d1\u0627\u0627\u0644",
    "numbers": "112\u0661\u0662\u06f1",
    "weak": "+-,,.:/$%%\u20ac\u0301\u0301\u05b8\u064b",
    "neutral": "  \t!?*\u2026\x1c\u2029",
    "brackets": "()[]\u27e8\u27e9\u2329\u3009",
    "controls": "\u200b\xad\u200e\u200f\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069",
}


@pytest.mark.parametrize("seed", range(20))
def test_runs_of_equal_characters_have_the_levels_of_each_character(seed: int) -> None:
    rng = random.Random(seed)
    for number in range(300):
        kinds = rng.sample(sorted(BIDI_CHARACTERS), rng.randint(2, 6))
        pool = "".join(BIDI_CHARACTERS[kind] for kind in kinds)
        text = "".join(rng.choice(pool) * rng.choice((1, 1, 1, 2, 3, 7)) for _ in range(rng.randint(1, 14)))
        base = (0, 1, None)[number % 3]
        classes = [unicodedata.bidirectional(each) or "L" for each in text]
        brackets = [bracket_of(each) if kind == "ON" else 0 for each, kind in zip(text, classes, strict=True)]
        assert resolve(text, base) == levels_of(classes, brackets, base)[0], ascii(text)


def test_what_is_cached_of_characters_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(characters, "MOST_TOKENS", 50)
    characters._tokens.clear()
    for first in range(0x5D0, 0x3000, 7):
        text = "".join(map(chr, range(first, first + 7)))
        expected = [unicodedata.bidirectional(each) or "L" for each in text]
        assert len(resolve(text, 0)) == len(expected) == 7
        assert len(characters._tokens) <= 51
    length = len(characters._patterns)
    resolve("\u05d0 a1" * characters.MOST_RUNS, 0)
    assert len(characters._patterns) == length


def test_bidi_of_a_hundred_thousand_nested_controls_ends() -> None:
    """Each of the two deepens, opens or scans without end where it is written carelessly."""
    for opening, closing in (("\u2068", "\u2069"), ("\u202b", "\u202c"), ("(", ")")):
        text = opening * 50_000 + "\u05d0" + closing * 50_000
        levels = resolve(text, 0)
        assert len(levels) == len(text)
        assert max(levels) <= MAX_DEPTH + 1
