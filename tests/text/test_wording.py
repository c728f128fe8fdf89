"""What runs of glyphs say: their characters in order, and where each of them is."""

from __future__ import annotations

import pytest
from script_fonts import PACKAGES, register
from test_cutting import WORDS

import gpucanvas
from gpucanvas.text.line import PlacedText, line_of
from gpucanvas.text.shape import setting_of
from gpucanvas.text.textstyle import DEFAULT, TextStyle, changed, with_font
from gpucanvas.text.wording import wording_of


def style_of(script: str) -> TextStyle:
    return with_font(DEFAULT, f"14px '{register(script)}'")


@pytest.mark.parametrize("script", list(PACKAGES))
@pytest.mark.parametrize("spacing", ["0px", "3px"])
def test_wordings_have_each_character_once_and_letters_side_by_side(script: str, spacing: str) -> None:
    text = WORDS[script]
    line = line_of(text, setting_of(changed(style_of(script), "letter_spacing", spacing)))
    wording = wording_of(line.placed)
    assert wording is not None
    letters = list(wording.letters())
    assert wording.text == text
    assert sorted("".join(each.text for each in letters)) == sorted(text)
    assert (wording.left, wording.right) == (0, pytest.approx(line.width))
    for one, other in zip(letters, letters[1:], strict=False):
        assert one.right == pytest.approx(other.left, abs=1e-6)
    assert (wording.em_px, wording.baseline) == (14, 0)
    assert wording.is_rtl is (script in ("Hebrew", "Arabic"))


@pytest.mark.parametrize("script", list(PACKAGES))
def test_wordings_of_halves_are_that_of_the_whole(script: str) -> None:
    text = WORDS[script]
    line = line_of(text, setting_of(style_of(script)))
    whole = wording_of(line.placed)
    assert whole is not None
    # Behind a space, where no letter is cut in two.
    middle = next(each.right for each in whole.letters() if each.text == " ") - 1
    left, right = (wording_of(line.between(*ends).placed) for ends in ((-1.0, middle), (middle, line.width + 1)))
    assert left is not None
    assert right is not None
    assert sorted(left.text + right.text) == sorted(text)
    assert left.right == pytest.approx(right.left)


def test_ligatures_are_said_letter_by_letter_and_marks_with_their_letters() -> None:
    line = line_of("office cafe\u0301", setting_of(style_of("Latin")))
    assert sum(len(one.x) for one in line.placed) < len(line.text)
    wording = wording_of(line.placed)
    assert wording is not None
    assert [each.text for each in wording.letters()] == [*"office caf", "e\u0301"]


def test_synthetic_capitals_say_the_letters_that_were_given() -> None:
    gpucanvas.fonts.register(min_font(), family="No capitals")
    style = changed(with_font(DEFAULT, "20px 'No capitals'"), "font_variant_caps", "small-caps")
    wording = wording_of(line_of("Aab", setting_of(style)).placed)
    assert wording is not None
    assert (wording.text, wording.em_px) == ("Aab", 20)


def min_font() -> bytes:
    from built_fonts import build_font

    return build_font("No capitals", characters="ABab")


def test_space_says_nothing() -> None:
    assert wording_of(line_of("  ", setting_of(DEFAULT)).placed) is None
    assert wording_of(PlacedText(()).placed) is None


def test_hyphens_and_ellipses_of_a_layout_are_said_where_they_are() -> None:
    layout = gpucanvas.layout_text("conti\u00adnues for ever", font="16px sans-serif", width=50, max_lines=2)
    said = [wording_of(piece.placed) for line in layout.lines for piece, _ in line.pieces]
    assert [each.text for each in said if each is not None] == ["conti\u00ad\u2010", "nues\u2026"]
