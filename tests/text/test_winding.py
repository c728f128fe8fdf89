"""Whether a text winds round no point more than once is known from its glyphs, as from its whole outline."""

from __future__ import annotations

import random

import pytest
from script_fonts import PACKAGES, register

from gpucanvas.contract.constants import RULE_SINGLE
from gpucanvas.geometry.single import goes_round_once
from gpucanvas.text import winding
from gpucanvas.text.line import Line
from gpucanvas.text.shape import setting_of, shape_text
from gpucanvas.text.textstyle import DEFAULT, changed, with_font
from gpucanvas.text.winding import winds_once

LETTERS = {
    "Latin": "abdgjkpqy&@%",
    "Hebrew": "\u05d0\u05d1\u05d2\u05dc\u05df\u05e9\u05b8\u05bc",
    "Arabic": "\u0627\u0628\u062c\u0644\u0645\u0646\u0647\u064a\u064e\u0651",
    "Thai": "\u0e01\u0e0a\u0e19\u0e35\u0e48\u0e17\u0e14\u0e38",
}


@pytest.mark.parametrize("script", list(PACKAGES))
@pytest.mark.parametrize("spacing", ["0px", "1.3px", "-3px"])
def test_texts_wind_as_their_outlines_do(script: str, spacing: str) -> None:
    rng = random.Random(f"{script} {spacing}")
    known = []
    for font in ("12px", "italic 14.3px", "bold 30px"):
        setting = setting_of(changed(with_font(DEFAULT, f"{font} '{register(script)}'"), "letter_spacing", spacing))
        for _ in range(40):
            text = "".join(rng.choices(LETTERS[script] + "AVTo.1 fj(", k=rng.randint(1, 12)))
            line = Line(shape_text(text, setting), setting)
            outline = line.joined()
            found, expected = winds_once(line.placed), goes_round_once(outline.verbs, outline.coords)
            assert found in (None, expected), text
            assert (outline.rule == RULE_SINGLE) == expected, text
            known.append(found)
    assert known.count(None) < len(known)
    assert None not in known or script != "Latin"


def test_caches_of_windings_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winding, "MOST_GLYPHS", 5)
    setting = setting_of(with_font(DEFAULT, f"12px '{register('Latin')}'"))
    for text in ("abcd", "efgh", "ijkl"):
        assert winds_once(Line(shape_text(text, setting), setting).placed)
        assert len(winding._table_of(setting.first)) <= 8
