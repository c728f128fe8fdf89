"""Shaping against HarfBuzz asked directly: the same glyphs and advances in every script, and what spacing adds."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
import uharfbuzz as hb
from built_fonts import build_font
from script_fonts import font_file, register
from unicode_files import TABLES, UNICODE, tables

import gpucanvas
from gpucanvas.text import glyphs
from gpucanvas.text.face import load
from gpucanvas.text.itemize import itemize
from gpucanvas.text.shape import setting_of, shape_text
from gpucanvas.text.textstyle import DEFAULT, changed, with_font

SIZE = 20
TEXTS = {
    "Latin": ("AVATAR Wa. office fjord", "Latn", "ltr"),
    "Hebrew": ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e2\u05d5\u05dc\u05dd", "Hebr", "rtl"),
    "Arabic": ("\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645", "Arab", "rtl"),
    "Thai": ("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01", "Thai", "ltr"),
}
DEVANAGARI = "\u0928\u092e\u0938\u094d\u0924\u0947 \u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f"


def shaped_by_harfbuzz(script: str, text: str, tag: str, direction: str) -> tuple[list[int], float]:
    """Glyphs, and width at SIZE, of a whole text, by HarfBuzz's own objects and in font units."""
    face = hb.Face(hb.Blob.from_file_path(str(font_file(script))))
    font = hb.Font(face)
    font.scale = (64 * face.upem, 64 * face.upem)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.script, buffer.direction, buffer.language = tag, direction, "en"
    hb.shape(font, buffer)
    units = sum(position.x_advance for position in buffer.glyph_positions)
    return [info.codepoint for info in buffer.glyph_infos], units * SIZE / (64 * face.upem)


def context(font: str = "") -> gpucanvas.Context2D:
    ctx = gpucanvas.Recording(100, 100).get_context("2d")
    if font:
        ctx.font = font
    return ctx


@pytest.mark.parametrize("script", [*TEXTS, "Devanagari"])
def test_shaping_gives_the_glyphs_and_the_width_of_harfbuzz(script: str) -> None:
    text, tag, direction = TEXTS.get(script, (DEVANAGARI, "Deva", "ltr"))
    package = script if script in TEXTS else "Latin"
    expected, width = shaped_by_harfbuzz(package, text, tag, direction)
    font = f"{SIZE}px '{register(package)}'"
    ctx = context(font)
    ctx.direction = direction  # type: ignore[assignment]
    assert ctx.measure_text(text).width == pytest.approx(width, abs=1e-9)
    runs = shape_text(text, setting_of(changed(with_font(DEFAULT, font), "direction", direction))).runs
    assert [glyph for run in runs for glyph in run.glyphs.tolist()] == expected


def test_a_language_chooses_shapes_of_letters() -> None:
    """Romanian has a comma where Turkish has a cedilla: the same glyphs as HarfBuzz asked with each language."""
    face = hb.Face(hb.Blob.from_file_path(str(font_file("Latin"))))
    found = {}
    for lang in ("ro", "tr"):
        buffer = hb.Buffer()
        buffer.add_str("\u015f\u0163")
        buffer.script, buffer.direction, buffer.language = "Latn", "ltr", lang
        hb.shape(hb.Font(face), buffer)
        expected = [info.codepoint for info in buffer.glyph_infos]
        style = changed(with_font(DEFAULT, f"20px '{register('Latin')}'"), "lang", lang)
        found[lang] = shape_text("\u015f\u0163", setting_of(style)).runs[0].glyphs.tolist()
        assert found[lang] == expected
    assert found["ro"] != found["tr"]


def test_shaping_of_mixed_directions_puts_runs_in_visual_order() -> None:
    text = "ab \u05d0\u05d1 12"
    register("Hebrew")
    register("Latin")
    runs = shape_text(text, setting_of(with_font(DEFAULT, "20px 'Test Latin', 'Test Hebrew'"))).runs
    shown = [(text[run.start : run.end], run.level) for run in runs]
    assert shown == [("ab ", 0), ("12", 2), (" ", 1), ("\u05d0\u05d1", 1)], "the first font has the space"


def test_a_font_without_a_mark_draws_the_letter_that_it_has_with_it() -> None:
    gpucanvas.fonts.register(build_font("Built Marks", characters="e\u00e9", advance=777), family="Built Marks")
    ctx = context("100px 'Built Marks', sans-serif")
    assert ctx.measure_text("e\u0301").width == pytest.approx(77.7)


def test_both_readers_of_a_buffer_agree() -> None:
    instance = load(font_file("Arabic").read_bytes()).instance()
    text = TEXTS["Arabic"][0]
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(instance.font, buffer)
    quick = glyphs.quick_reader()
    if quick is None:
        pytest.skip("HarfBuzz's library exports no C functions here: its objects are read")
    assert glyphs.agrees(quick, buffer)
    other = hb.Buffer()
    other.add_str(text[:-1])
    other.guess_segment_properties()
    hb.shape(instance.font, other)
    assert not glyphs.agrees(lambda _: quick(other), buffer), "a reader that reads something else is noticed"


def test_shaping_of_a_part_joins_with_letters_outside_of_it() -> None:
    """A letter between two others has its middle form, though only it is shaped."""
    instance = load(font_file("Arabic").read_bytes()).instance()
    text = "\u0628" * 100
    alone = glyphs.shape_part("\u0628", 0, 1, instance, script="Arab", level=1)
    middle = glyphs.shape_part(text, 50, 51, instance, script="Arab", level=1)
    whole = glyphs.shape_part(text, 0, 100, instance, script="Arab", level=1)
    assert set(middle.clusters.tolist()) == {50}
    assert middle.glyphs.tolist() == whole.glyphs[whole.clusters == 50].tolist()
    assert middle.glyphs.tolist() != alone.glyphs.tolist()


# -- spacing -------------------------------------------------------------------------------------------------------


def test_letter_spacing_is_added_after_each_cluster() -> None:
    ctx = context(f"{SIZE}px 'Test Latin'")
    register("Latin")
    text = "e\u0301a b"
    plain = ctx.measure_text(text).width
    ctx.letter_spacing = "3px"
    assert ctx.measure_text(text).width == pytest.approx(plain + 4 * 3)
    ctx.letter_spacing = "0.5em"
    assert ctx.measure_text(text).width == pytest.approx(plain + 4 * SIZE / 2)


def test_letter_spacing_follows_the_size_of_the_font() -> None:
    ctx = context("10px sans-serif")
    ctx.letter_spacing = "1em"
    narrow = ctx.measure_text("a").width
    ctx.font = "30px sans-serif"
    assert ctx.letter_spacing == "1em"
    assert ctx.measure_text("a").width == pytest.approx(3 * narrow)


def test_letter_spacing_parts_ligatures_but_no_joined_letters() -> None:
    register("Arabic")
    ctx = context(f"{SIZE}px '{register('Latin')}'")
    setting = setting_of(with_font(changed(DEFAULT, "letter_spacing", "2px"), f"{SIZE}px 'Test Latin'"))
    assert len(shape_text("ffi", setting).runs[0].glyphs) == 3
    ctx.font = f"{SIZE}px 'Test Arabic'"
    text = TEXTS["Arabic"][0]
    plain = ctx.measure_text(text).width
    ctx.letter_spacing = "7px"
    assert ctx.measure_text(text).width == pytest.approx(plain + 7), "only after its one space"


def test_word_spacing_is_added_after_each_space() -> None:
    ctx = context("20px sans-serif")
    plain = ctx.measure_text("a b\xa0c").width
    ctx.word_spacing = "5px"
    assert ctx.measure_text("a b\xa0c").width == pytest.approx(plain + 10)


SPACED = {
    "\u06281": 1, "\u0628.": 1, "(\u0628": 1, "\u0628a": 1, "\u0628 \u0628": 1, "\u0628\u0661": 0,
    "\u0628\u060c": 0, "\u0628\u0640\u0628": 0, "\u0628\u200c\u0628": 0, "a\u200cb": 2, "a\u200bb": 2,
    "a\u00adb": 2, "\ufeffab": 2, "a\u200eb": 2, "a\u202ab\u202c": 2, "a\u2067\u05d0\u05d1 1\u2069b": 6,
    "\u05d0\u05d1!\u200f": 3, "e\u0301x": 2, "a\x01b": 3, "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd": 4,
    "\u0e19\u0e49\u0e33": 1, "\u0915\u094d\u0937\u0924\u094d\u0930\u093f\u092f": 3,
}  # fmt: skip
"""How many spaces Chromium 156 puts into texts, measured with these fonts."""


@pytest.mark.parametrize("text", SPACED, ids=ascii)
def test_letter_spacing_goes_where_browsers_put_it(text: str) -> None:
    """Not behind what shows nothing, nor between letters that join, but behind digits and signs beside them."""
    families = ", ".join(f"'{register(script)}'" for script in ("Latin", "Hebrew", "Arabic", "Thai"))
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font = f"20px {families}"
    plain = ctx.measure_text(text).width
    ctx.letter_spacing = "3px"
    assert ctx.measure_text(text).width == pytest.approx(plain + 3 * SPACED[text])


@pytest.mark.parametrize("value", ["3", "10%", "calc(1px + 1px)", "1s", "", "1e400px", "inherit", None, float("nan")])
def test_letter_spacing_that_is_no_length_is_refused(value: object) -> None:
    ctx = context()
    with pytest.raises(ValueError, match="letter_spacing is .* give a length"):
        ctx.letter_spacing = value  # type: ignore[assignment]
    assert ctx.letter_spacing == "0px"


def test_kerning_can_be_switched_off() -> None:
    ctx = context(f"{SIZE}px '{register('Latin')}'")
    kerned = ctx.measure_text("AVAVA").width
    ctx.font_kerning = "none"
    apart = sum(ctx.measure_text(letter).width for letter in "AVAVA")
    assert ctx.measure_text("AVAVA").width == pytest.approx(apart)
    assert kerned < apart - 1


def test_features_of_a_font_can_be_switched() -> None:
    ctx = context(f"{SIZE}px '{register('Latin')}'")
    plain = ctx.measure_text("AVAVA").width
    ctx.font_feature_settings = {"kern": 0}
    assert ctx.measure_text("AVAVA").width > plain + 1
    assert ctx.font_feature_settings == {"kern": 0}
    with pytest.raises(ValueError, match="font_feature_settings is .*: give a dictionary of tags"):
        ctx.font_feature_settings = {"kerning": 0}


def test_axes_of_a_variable_font_can_be_set() -> None:
    ctx = context(f"{SIZE}px '{register('Latin')}'")
    plain = ctx.measure_text("weight").width
    ctx.font_variation_settings = {"wght": 900}
    heavy = ctx.measure_text("weight").width
    ctx.font_variation_settings = {}
    ctx.font = f"900 {SIZE}px 'Test Latin'"
    assert heavy > plain
    assert ctx.measure_text("weight").width == pytest.approx(heavy)


def test_small_capitals_that_a_font_lacks_are_made_of_large_ones() -> None:
    gpucanvas.fonts.register(build_font("Built Capitals", characters="ABCSabcs\u00df"), family="Built Capitals")
    ctx = context(f"{SIZE}px 'Built Capitals'")
    large = ctx.measure_text("ABC").width
    ctx.font_variant_caps = "small-caps"
    assert ctx.measure_text("abc").width == pytest.approx(0.7 * large)
    assert ctx.measure_text("ABC").width == pytest.approx(large)
    assert ctx.measure_text("\u00df").width == pytest.approx(ctx.measure_text("ss").width), "one letter, two capitals"


# -- items ---------------------------------------------------------------------------------------------------------


def test_items_keep_marks_and_digits_with_the_letters_before_them() -> None:
    items = itemize("(ab 12) \u0905\u0902\u0964 \u4e00\u3001")
    found = [(item.start, item.end, item.script) for item in items]
    assert found == [(0, 8, "Latn"), (8, 12, "Deva"), (12, 14, "Hani")]


@pytest.mark.skipif(not UNICODE.exists(), reason="Unicode's files are not here: apt-get install unicode-data")
def test_the_tables_are_those_of_unicodes_files() -> None:
    made, kept = tables(), TABLES.read_text(encoding="utf-8")
    if made.splitlines()[0] != kept.splitlines()[0]:
        pytest.skip(f"other versions of Unicode: {made.splitlines()[0]!r} here, {kept.splitlines()[0]!r} kept")
    assert made == kept, "run python tests/text/unicode_files.py"


def test_items_are_cut_where_emoji_begin() -> None:
    text = "a\U0001f600b\u2764\ufe0f\u2764 \U0001f468\u200d\U0001f469"
    shown = [text[item.start : item.end] for item in itemize(text) if item.emoji]
    assert shown == ["\U0001f600", "\u2764\ufe0f", "\U0001f468\u200d\U0001f469"]


@pytest.mark.parametrize("script", ["Latn", "Grek", "Cyrl", "Hebr", "Arab", "Deva", "Thai", "Hani", "Hang"])
def test_scripts_are_those_that_characters_are_named_by(script: str) -> None:
    words = {"Latn": "LATIN", "Grek": "GREEK", "Cyrl": "CYRILLIC", "Hebr": "HEBREW", "Arab": "ARABIC"}
    words |= {"Deva": "DEVANAGARI", "Thai": "THAI", "Hani": "CJK UNIFIED", "Hang": "HANGUL SYLLABLE"}
    from gpucanvas.text.characters import script_of

    letters = [chr(code) for code in range(0x20, 0xD800) if unicodedata.name(chr(code), "").startswith(words[script])]
    letters = [each for each in letters if unicodedata.category(each) in ("Lu", "Ll", "Lo")]
    assert len(letters) > 20
    assert {script_of(each) for each in letters} == {script}


def test_widths_are_sums_of_whole_units() -> None:
    """Tests of others compare widths with ===: 1/3 px must not come back as 0.33333331."""
    ctx = context(f"30px '{register('Latin')}'")
    one = ctx.measure_text("a").width
    assert ctx.measure_text("a" * 999).width == pytest.approx(999 * one, rel=1e-15)
    assert np.isfinite(one)
