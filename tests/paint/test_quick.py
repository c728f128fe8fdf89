"""The two readers of CSS colours mean the same: the quick one of common forms, and the one that knows all."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strings import NAMES, SPACES, STRINGS, functions

from gpucanvas.paint import color, csscolor, named, quick


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STRINGS)
def test_what_is_read_quickly_is_what_the_whole_grammar_says(text: str) -> None:
    rgba = quick.read(text)
    if rgba is None:
        return
    # To the bit: hexadecimal digits tell -0.0 from 0.0, too.
    assert [v.hex() for v in rgba] == [v.hex() for v in csscolor.read(text) or ()]
    assert all(0.0 <= v <= 1.0 for v in rgba)


@settings(deadline=None)
@given(functions(0))
def test_a_plain_function_needs_no_tokenizer(text: str) -> None:
    with mock.patch.object(csscolor, "read", side_effect=AssertionError(text)):
        color.read(text)


@pytest.mark.parametrize(
    "text",
    ["#123", "#1234", "#ABCDEF", "#12345678", "red", "RebeccaPurple", " teal\n", "Transparent", "currentColor"]
    + ["Canvas", "rgb(1,2,3)", "RGBA( 1 , 2 , 3 , .5 )", "rgb(1 2 3 / 50%)", "rgb(1%\t2 3%/1)", "rgb(+1, -2, 3e2)"]
    + [
        "hsl(120, 50%, 50%)",
        "hsl(-0.5turn 10% 20%)",
        "hsla(3rad, 1%, 2%, 3%)",
        "hsl(120DEG 50 50% / .5)",
        "hwb(9grad 1 2%)",
    ]
    + ["lab(50% 10 -10)", "lch(50 10 90deg)", "oklab(.5 .1 -10%)", "oklch(50% 0.1 90)"]
    + [f"color({space} 1 50% .5 / 1)" for space in SPACES],
)
def test_every_common_form_is_read_quickly(text: str) -> None:
    assert quick.read(text) == csscolor.read(text) is not None


@pytest.mark.parametrize(
    "text",
    # A letter whose lower case is ASCII, digits that are not ASCII, what only Python takes for a number or a space.
    [
        "blac\u212a",
        "\u017filver",
        "o\u212alch(1 0 0)",
        "h\u017fl(1, 2%, 3%)",
        "rgb(\u0661, 2, 3)",
        "#\uff11\uff12\uff13",
    ]
    + ["rgb(1_0, 2, 3)", "rgb(inf, 2, 3)", "rgb(nan, 2, 3)", "rgb(0x1, 2, 3)"]
    + ["rgb(1., 2, 3)", "rgb(1.e1, 2, 3)"]
    + ["rgb(1,\u00a02, 3)", "rgb(1,\v2, 3)", "\x1cred", "#12 345", "#1 2 3 ", "# 123", "#+12", "#0x1", "#12_345"]
    # Python's `$` matches before a last newline, and its regular expressions give digits back.
    + ["#12\n", "rgb(1234)", "rgb(12 34)", "rgb(1 2 3 4)", "rgb(1, 2, 3,)", "rgb(1 2 3 /)", "rgb(1 2 3/ 4, 5)"]
    + ["rgb(1, 2 3)", "rgb(1 2, 3)", "rgb(1, 2, 3 / 4)", "rgb(1 2 3, 4)", "rgb(1%, 2, 3)"]
    + ["hsl(1, 2, 3)", "hsl(1%, 2%, 3%)"]
    + ["lab(1, 2, 3)", "color(srgb 1, 2, 3)", "color(srgb, 1, 2, 3)", "color(rgb 1 2 3)", "rgb(srgb 1 2 3)"]
    + ["color(1 2 3)"]
    + [
        "rgb(1deg 2 3)",
        "rgb(1 2 3 / 4deg)",
        "rgb(1px 2 3)",
        "rgb (1 2 3)",
        "rgb(1 2 3) x",
        "rgb(,,)",
        "rgb()",
        "()",
        ")",
    ],
)
def test_what_only_looks_like_a_colour_is_none(text: str) -> None:
    assert quick.read(text) is None
    assert csscolor.read(text) is None


@pytest.mark.parametrize(
    "text",
    ["rgb(1/**/2 3)", "rgb(none 0 0)", "r\\65 d", "rgb(1 2 3", "rgb(1-2+3)", "/**/red", "rgb(1.2.3.4)"],
)
def test_what_needs_the_whole_grammar_is_left_to_it(text: str) -> None:
    assert quick.read(text) is None
    assert csscolor.read(text) == color.read(text) is not None


def test_a_number_of_thousands_of_digits_is_no_colour_on_either_way() -> None:
    for text in (f"rgb({'1' * 5000} 0 0)", f"rgb({'0' * 5000}1, 0, 0)", f"rgb(0 0 0{' ' * 9000}/ {'9' * 5000})"):
        assert quick.read(text) is csscolor.read(text) is None


def test_every_name_means_what_the_other_library_says() -> None:
    from tinycss2 import color4

    # Its table has no public name.
    theirs = color4._COLOR_KEYWORDS
    assert len(theirs) == 148 and {*theirs, "transparent", "currentcolor"} == set(named.NAMED_COLORS)
    for name in [*named.NAMED_COLORS, *named.SYSTEM_COLORS]:
        assert quick.read(name) == csscolor.read(name) == csscolor.read(name.upper()) is not None


def test_the_strings_of_this_test_are_of_all_kinds() -> None:
    assert {quick.read(name) is None for name in NAMES} == {True, False}


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_eight_bits_are_the_same_in_every_form(r: int, g: int, b: int, a: int) -> None:
    expected = (r / 255, g / 255, b / 255, a / 255)
    assert color.parse(f"#{r:02x}{g:02X}{b:02x}{a:02x}") == expected
    assert color.parse(f"rgba({r}, {g}, {b}, 1)") == color.parse(f"rgb({r} {g} {b})") == (*expected[:3], 1.0)
    assert color.parse(f"rgb({r}, {g}, {b}, {a / 255!r})") == expected
