"""Lines of a paragraph are cut from its glyphs: these are the glyphs that shaping the line again would give."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from built_fonts import build_font
from cjk_fonts import cjk_font
from script_fonts import PACKAGES, register
from test_labels import LOOKS_AHEAD, PRINTABLE, with_names

import gpucanvas
from gpucanvas.text import glyphs
from gpucanvas.text.glyphs import GlyphRun
from gpucanvas.text.paragraph import Paragraph
from gpucanvas.text.shape import setting_of
from gpucanvas.text.textstyle import DEFAULT, TextStyle, changed, with_font

WORDS = {
    "Latin": "office fluffy AVATAR To. fi cafe\u0301 1/2 naïve",
    "Hebrew": "\u05e9\u05dc\u05d5\u05dd \u05e2\u05b8\u05d5\u05bc\u05dc\u05dd (12) abc",
    "Arabic": "\u0645\u0631\u062d\u0628\u0627 \u0644\u0627 \u0627\u0644\u0652\u0643\u0650\u062a \u0661\u0662, abc",
    "Thai": "\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48 \u0e2b\u0e19\u0e31\u0e07\u0e2a\u0e37\u0e2d \u0e01\u0e33 abc",
}


def differences(style: TextStyle, words: list[str], seed: int) -> tuple[int, int]:
    """Hold cut runs to runs that are shaped again; returns how many were cut, and how many were not."""
    rng, setting = random.Random(seed), setting_of(style)
    counts = [0, 0]
    for base in (0, 1):
        for _ in range(12):
            text = " ".join(rng.choices(words, k=5))
            whole, again = (Paragraph(text, [0], [setting], base) for _ in range(2))
            again._may_cut = [False] * len(again._runs)
            for _ in range(30):
                start, end = sorted(rng.sample(range(len(text) + 1), 2))
                pairs = zip(whole.runs(start, end), again.runs(start, end), strict=True)
                for (one, _), (other, _) in pairs:
                    for value, expected in zip(one[:-1], other[:-1], strict=True):
                        assert np.array_equal(value, expected), (text, start, end)
                    counts[one.marks is not None] += 1
    return counts[0], counts[1]


@pytest.mark.parametrize("script", list(PACKAGES))
def test_cut_lines_have_the_glyphs_of_lines_that_are_shaped_again(script: str) -> None:
    plain = with_font(DEFAULT, f"14px '{register(script)}'")
    spaced = changed(plain, "letter_spacing", "1px")
    for style in (plain, spaced, changed(plain, "features", (("frac", 1),)), changed(plain, "lang", "tr")):
        cut, _ = differences(style, WORDS[script].split(), len(script))
        assert cut > 100


def test_rules_over_several_characters_are_not_cut() -> None:
    data = build_font("Rules", characters=PRINTABLE, rules=with_names(LOOKS_AHEAD))
    gpucanvas.fonts.register(data, family="Cut rules")
    cut, shaped = differences(with_font(DEFAULT, "14px 'Cut rules'"), ["03", "345", "0344", "ffi", "fi", "67."], 1)
    assert cut > 20
    assert shaped > 20


def test_synthetic_capitals_are_as_when_shaped_again() -> None:
    """They may be more characters than their letters."""
    plain = with_font(DEFAULT, f"14px '{register('Thai')}'")
    differences(changed(plain, "font_variant_caps", "small-caps"), ["straße", "Abc", "\ufb01x"], 2)


@pytest.mark.parametrize("is_contextual", [False, True], ids=["halt", "chws"])
def test_trimmed_punctuation_is_as_when_shaped_again(is_contextual: bool) -> None:
    """A line's first bracket has its full width."""
    family = f"Cut CJK {is_contextual}"
    gpucanvas.fonts.register(cjk_font(family, contextual=is_contextual), family=family)
    words = ["\u6f22\u300d\u300c\u6f22", "\u3002\u300d", "\u3000\uff08\u6f22", "\u6f22\u6f22\u6f22", "a1"]
    differences(with_font(DEFAULT, f"14px '{family}'"), words, 3)


def test_most_lines_of_a_paragraph_shape_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shaped: list[Any] = []
    way = glyphs.shape_buffer
    monkeypatch.setattr(glyphs, "shape_buffer", lambda *given: [shaped.append(given), way(*given)][1])
    text = "the quick brown fox jumps over the lazy dog, and runs away from it. " * 30
    layout = gpucanvas.layout_text(text, 200, font=f"14px '{register('Latin')}'")
    assert len(layout.lines) > 60
    assert len(shaped) < len(layout.lines) / 4


def test_a_run_without_marks_is_not_cut() -> None:
    setting = setting_of(with_font(DEFAULT, f"14px '{register('Latin')}'"))
    run: GlyphRun = Paragraph("abcdef", [0], [setting], 0)._runs[0]
    part = run.cut(2, 4)
    assert part is not None
    assert (part.start, part.end, len(part.glyphs)) == (2, 4, 2)
    assert run._replace(marks=None).cut(2, 4) is None
