"""CSS's font shorthand: what is read of it, what is refused, and how it is written again.

The values stand as the specifications give them: https://www.w3.org/TR/css-fonts-4/#font-prop for the grammar,
https://www.w3.org/TR/css-values-4/#absolute-lengths for units, https://www.w3.org/TR/cssom-1/ for how they are written.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucanvas.text.font import Font, parse_font, serialize
from gpucanvas.text.shorthand import read_shorthand

SANS = ("sans-serif",)


@pytest.mark.parametrize(
    ("text", "size_px"),
    [
        ("12px a", 12.0),
        ("1in a", 96.0),
        ("2.54cm a", 96.0),
        ("25.4mm a", 96.0),
        ("101.6q a", 96.0),
        ("101.6Q a", 96.0),
        ("72pt a", 96.0),
        ("6pc a", 96.0),
        ("1e1pt a", 40 / 3),
        ("+.5px a", 0.5),
        ("0px a", 0.0),
        ("0 a", 0.0),
        ("bold -0.0 a", 0.0),
        ("calc(1rem + 1em) a", 26.0),
        ("2em a", 20.0),
        ("2rem a", 32.0),
        ("50% a", 5.0),
        ("2ex a", 10.0),
        ("2ch a", 10.0),
        ("2ic a", 20.0),
        ("xx-small a", 9.0),
        ("medium a", 16.0),
        ("X-LARGE a", 24.0),
        ("xxx-large a", 48.0),
        ("larger a", 12.0),
        ("smaller a", 10 / 1.2),
        ("calc(1em + 50% - 2px) a", 13.0),
        ("calc((1pc + 2 * 1em) / 2) a", 18.0),
        ("min(30px, 2em) a", 20.0),
        ("max(30px, 2em) a", 30.0),
        ("clamp(1px, 5em, 40px) a", 40.0),
        ("calc(-3px) a", 0.0),
        ("calc(0px * NaN) a", 0.0),
        ("1e9px a", 10_000.0),
    ],
)
def test_a_size_is_read_in_every_unit(text: str, size_px: float) -> None:
    assert parse_font(text).size_px == pytest.approx(size_px, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("italic 12px a", {"style": "italic"}),
        ("oblique 12px a", {"style": "oblique", "angle": 14.0}),
        ("oblique 20deg 12px a", {"style": "oblique", "angle": 20.0}),
        ("oblique -0.25turn 12px a", {"style": "oblique", "angle": -90.0}),
        ("oblique calc(100deg) 12px a", {"style": "oblique", "angle": 90.0}),
        ("oblique 0deg 12px a", {"style": "normal", "angle": 0.0}),
        ("oblique 20 12px a", {"style": "oblique", "angle": 14.0, "weight": 20.0}),
        ("small-caps 12px a", {"variant_caps": "small-caps"}),
        ("bold 12px a", {"weight": 700.0}),
        ("bolder 12px a", {"weight": 700.0}),
        ("lighter 12px a", {"weight": 100.0}),
        ("1 12px a", {"weight": 1.0}),
        ("1000 12px a", {"weight": 1000.0}),
        ("350.5 12px a", {"weight": 350.5}),
        ("calc(400 + 50) 12px a", {"weight": 450.0}),
        ("calc(2000) 12px a", {"weight": 1000.0}),
        ("ultra-condensed 12px a", {"stretch": 50.0}),
        ("semi-expanded 12px a", {"stretch": 112.5}),
        ("normal normal normal normal 12px a", {}),
        ("condensed bold normal italic 12px a", {"stretch": 75.0, "weight": 700.0, "style": "italic"}),
        ("12px/normal a", {}),
        ("12px/1.5 a", {"line_height": 18.0}),
        ("12px / 30px a", {"line_height": 30.0}),
        ("12px/50% a", {"line_height": 6.0}),
        ("12px/2em a", {"line_height": 24.0}),
        ("12px/calc(1em + 1px) a", {"line_height": 13.0}),
        ("/**/12px/**/a/**/", {}),
        ("\n\t12PX\fa ", {}),
    ],
)
def test_style_variant_weight_width_and_line_height_are_read(text: str, said: dict[str, Any]) -> None:
    assert parse_font(text) == Font(families=("a",), size_px=12.0, **said)


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("12px sans-serif", SANS),
        ("12px SANS-Serif", SANS),
        ("12px Noto  Sans , serif", ("Noto Sans", "serif")),
        ("12px 'Noto  Sans'", ("Noto  Sans",)),
        ('12px "a,b"', ("a,b",)),
        ('12px "serif"', ('"serif"',)),
        ("12px a serif", ("a serif",)),
        ("12px 'a", ("a",)),
        ("12px \\31 23", ("123",)),
        ('12px \\"', ('"',)),
        ("12px été, 游ゴシック", ("été", "游ゴシック")),
        ("12px foo default", ("foo default",)),
        ("12px none", ("none",)),
        ("caption", ("system-ui",)),
        ("Status-Bar", ("system-ui",)),
    ],
)
def test_families_are_names_and_generic_words(text: str, families: tuple[str, ...]) -> None:
    assert parse_font(text).families == families


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "there is no size: give one"),
        ("12px", "a family is missing: give a name"),
        ("12px a,", "a family is missing"),
        ("12px a,,b", "a family is missing"),
        ("12px ,a", "a family is missing"),
        ("sans-serif", "'sans-serif' is no size"),
        ("12 a", "'12' has no unit: write 12px"),
        ("bold 16 sans-serif", "'16' has no unit: write 16px"),
        ("16 'a b'", "'16' has no unit: write 16px"),
        ("12", "'12' has no unit, and there is no family: write '12px sans-serif'"),
        ("bold 20", "'20' has no unit, and there is no family: write '20px sans-serif'"),
        ("bold 16 px Arial", "'16 px' is no size: write it without the blank, 16px"),
        ("12 pt a", "write it without the blank, 12pt"),
        ("-1px a", "'-1px' is no size"),
        ("-1% a", "'-1%' is no size"),
        ("0.5 a", "weight 0.5 is outside 1 to 1000; a size has a unit"),
        ("1001 12px a", "weight 1001 is outside"),
        ("12vw a", "12vw depends on the size of a page's window, which a canvas does not have: compute it"),
        ("calc(1px + 2svh) a", "depends on the size of a page's window"),
        ("12px/3cqmin a", "3cqmin depends on the size of a page's window"),
        ("12dpi a", "12dpi has a unit that no font has: give px"),
        ("12foo a", "12foo has a unit"),
        ("1s a", "1s has a unit"),
        ("45deg a", "'45deg' is no size"),
        ("75% 12px a", "'12px a' is no family"),
        ("italic italic 12px a", "'italic' says again"),
        ("italic oblique 12px a", "'oblique' says again"),
        ("bold 400 12px a", "'400' says again"),
        ("normal normal normal normal normal 12px a", "'normal' is no size"),
        ("all-small-caps 12px a", "'all-small-caps' is no size"),
        ("oblique 91deg 12px a", "oblique 91deg is outside"),
        ("12px/ a", "'a' is no line height"),
        ("12px/-1 a", "'-1' is no line height"),
        ("0px/-1 a", "'-1' is no line height"),
        ("0/-2px a", "'-2px' is no line height"),
        ("12px/", "there is nothing behind '/'"),
        ("12px 1a", "'1a' is no family"),
        ("12px a.b", "is no family: put it in quotation marks"),
        ("12px 'x'y", "is no family"),
        ("12px a;", "is no family"),
        ("12px a !important", "is no family"),
        ("12px a(b)", "is no family"),
        ("12px [a]", "is no family"),
        ("12px 'a\n'", "is no family"),
        ("12px inherit", "cannot stand here"),
        ("12px a, UNSET", "cannot stand here"),
        ("inherit", "'inherit' is no size"),
        ("calc(1px + 1) a", "calc(1px + 1) cannot be calculated"),
        ("calc(1px +1px) a", "cannot be calculated"),
        ("calc(1px * 1px) a", "is no size"),
        ("caption a", "'caption' is no size"),
        ("9" * 5000 + "px a", "a number has thousands of digits"),
        ("calc(" * 500 + "1px" + ")" * 500 + " a", "too many brackets"),
        ("12px " + "[" * 500, "too many brackets"),
    ],
)
def test_what_is_no_font_is_refused_with_the_cure(text: str, cure: str) -> None:
    with pytest.raises(ValueError, match="^font ") as caught:
        parse_font(text)
    assert cure in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("20PX NOTOX", "20px NOTOX"),
        ("1e1pt a", "13.3333px a"),
        ("1cm a", "37.7953px a"),
        ("1q a", "0.944882px a"),
        ("12.3456789px a", "12.3457px a"),
        ("0.00001px a", "0.00001px a"),
        ("1e-9px a", "0px a"),
        ("italic small-caps 700 condensed 12px/30px a", "italic small-caps bold 12px a"),
        ("normal 400 12px/2 Unknown Font, sans-serif", '12px "Unknown Font", sans-serif'),
        ("600 12px a", "600 12px a"),
        ("oblique 14deg 12px a", "oblique 12px a"),
        ("oblique 20deg 12px a", "oblique 20deg 12px a"),
        ("12px 'a'", "12px a"),
        ("12px 'serif', SERIF", '12px "serif", serif'),
        ("12px \\31 23", '12px "123"'),
        ("12px '1a'", '12px "1a"'),
        ("12px 'a\\\\b'", '12px "a\\\\b"'),
        ("12px '\\''", '12px "\'"'),
        ("12px '\\22 '", '12px "\\""'),
        ("12px -a, \\-\\-a", '12px -a, "--a"'),
        ("12px ''", '12px ""'),
        ("12px 'INHERIT'", '12px "INHERIT"'),
        ("12px 'a\\a b'", '12px "a\\a b"'),
        ("12px été", "12px été"),
        ("12px a\\ b", '12px "a b"'),
        ("menu", "16px system-ui"),
    ],
)
def test_a_font_is_written_as_css_does(text: str, written: str) -> None:
    assert serialize(parse_font(text)) == written == str(parse_font(text))


FONTS = st.builds(
    Font,
    families=st.lists(
        st.one_of(
            st.sampled_from(["serif", "sans-serif", "monospace", '"serif"', "system-ui", "inherit", "Noto Sans"]),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    size_px=st.integers(0, 10_000_00).map(lambda hundredths: hundredths / 100),
    weight=st.integers(1, 1000).map(float),
    variant_caps=st.sampled_from(["normal", "small-caps"]),
).filter(lambda font: font.families[0].strip() == font.families[0])


@given(FONTS)
def test_what_is_written_is_read_as_the_same_font(font: Font) -> None:
    read = parse_font(serialize(font))
    assert math.isclose(read.size_px, font.size_px, rel_tol=1e-5)
    assert (read.weight, read.variant_caps, read.families) == (font.weight, font.variant_caps, font.families)


@given(st.text(max_size=60))
def test_any_text_is_a_font_or_a_value_error(text: str) -> None:
    try:
        font = parse_font(text)
    except ValueError as error:
        assert str(error).startswith("font ")
    else:
        assert 0.0 <= font.size_px <= 10_000.0
        assert 1.0 <= font.weight <= 1000.0
        assert font.families


# fmt: off
USUAL = st.tuples(
    st.sampled_from(["", "italic ", "italic  ", "oblique ", "normal "]),
    st.sampled_from(["", "bold ", "400 ", "900 ", "950 ", "normal ", "bold italic "]),
    st.sampled_from(["12", "0", "12.5", "013", "1.23456789012345", "99999", "100000", ".5", "1e1", "-1", "12."]),
    st.sampled_from(["px ", "px  ", "px", "PX ", "px/2 ", "px /2 "]),
    st.sampled_from(
        ["serif", "Arial, sans-serif", "'a b'", '"a', "a /**/ b", "A\n, b", "inherit", "a;", "a,", "/2 a", "a \\62", ""]
    ),
)
# fmt: on


@given(USUAL)
def test_the_quick_way_reads_what_the_grammar_does(parts: tuple[str, ...]) -> None:
    text = "".join(parts)
    try:
        wanted = Font(**read_shorthand(text)._asdict())
    except ValueError:
        with pytest.raises(ValueError, match="^font "):
            parse_font(text)
    else:
        assert parse_font(text) == wanted


def test_a_font_that_was_read_before_is_the_same_object() -> None:
    assert parse_font("bold 13px 'Some Family'") is parse_font("bold 13px 'Some Family'")


def test_very_many_fonts_and_very_long_ones_are_not_all_kept() -> None:
    from gpucanvas.text import font

    for size in range(3 * font.MOST_KEPT):
        parse_font(f"{size / 16}px a")
    parse_font("12px " + "a" * 10_000)
    assert len(font._kept) <= font.MOST_KEPT
    assert max(map(len, font._kept)) <= font.LONGEST_KEPT
    for number in range(2 * font.MOST_KEPT):
        parse_font(f"1px family{number}")
    assert len(font._kept_families) <= font.MOST_KEPT
    assert max(map(len, font._kept_families)) <= font.LONGEST_KEPT
