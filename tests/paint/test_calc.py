"""Math functions of CSS: they come to what arithmetic says, and break where the grammar does."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinycss2 import parse_one_component_value

from gpucanvas.css.calc import evaluate
from gpucanvas.css.quantities import MATH_FUNCTIONS, InvalidCss
from gpucanvas.paint import csscolor


def calculate(text: str, **names: float) -> tuple[float, str]:
    return evaluate(parse_one_component_value(text, skip_comments=True), names)


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("calc(1 + 2 * 3)", 7, ""),
        ("calc((1 + 2) * 3)", 9, ""),
        ("calc(100 - 50 - 20)", 30, ""),
        ("calc(100 / 5 / 2)", 10, ""),
        ("calc(7*2)", 14, ""),
        ("calc(30 - -20)", 50, ""),
        ("calc(10 /**/+/**/ 20)", 30, ""),
        ("CALC(2 * calc(10 + calc(5)))", 30, ""),
        ("calc(10% + 5%)", 15, "%"),
        ("calc(2 * 10%)", 20, "%"),
        ("calc(10% * 10% / 1%)", 100, "%"),
        ("calc(1turn - 90deg)", 270, "deg"),
        ("calc(100grad + 1RAD - 1rad)", 90, "deg"),
        ("calc(90deg / 1turn)", 0.25, ""),
        ("calc(1in / 1px)", 96, ""),
        ("calc((2cm + 8mm) / 1mm)", 28, ""),
        ("calc(72pt / 6pc * 4q / 1mm)", 1, ""),
        ("calc(1s / 1ms + 1khz / 1hz)", 2000, ""),
        ("calc(1dppx / 1dpi + 2.54x / 1dpcm)", 96 + 96, ""),
        ("calc(1s * 1hz * 2)", None, ""),
        ("calc(pi * 2 - PI)", math.pi, ""),
        ("calc(e)", math.e, ""),
        ("calc(-infinity)", -math.inf, ""),
        ("calc(1 / 0)", math.inf, ""),
        ("calc(-1 / 0)", -math.inf, ""),
        ("calc(1 / sign(-0))", -math.inf, ""),
        ("calc(0 / 0)", math.nan, ""),
        ("calc(infinity - infinity)", math.nan, ""),
        ("min(3, 1, 2)", 1, ""),
        ("max(10 + 5, 3 * 2)", 15, ""),
        ("max(1, NaN)", math.nan, ""),
        ("min(10%, 20%)", 10, "%"),
        ("clamp(1, 5, 3)", 3, ""),
        ("clamp(4, 5, 3)", 4, ""),
        ("clamp(6, 5, none)", 6, ""),
        ("clamp(none, 5deg, 3deg)", 3, "deg"),
        ("clamp(none, 5, none)", 5, ""),
        ("sin(30deg)", 0.5, ""),
        ("cos(60deg)", 0.5, ""),
        ("tan(45deg)", 1, ""),
        ("tan(90deg)", math.inf, ""),
        ("tan(-90deg)", -math.inf, ""),
        ("sin(1)", math.sin(1), ""),
        ("sin(infinity)", math.nan, ""),
        ("asin(0.5)", 30, "deg"),
        ("acos(0.5)", 60, "deg"),
        ("acos(2)", math.nan, "deg"),
        ("atan(1)", 45, "deg"),
        ("atan2(1, -1)", 135, "deg"),
        ("atan2(1px, 1px)", 45, "deg"),
        ("pow(2, 7)", 128, ""),
        ("pow(0, -1)", math.inf, ""),
        ("pow(-1, 0.5)", math.nan, ""),
        ("sqrt(100)", 10, ""),
        ("sqrt(-1)", math.nan, ""),
        ("hypot(30%, 40%)", 50, "%"),
        ("hypot(-3)", 3, ""),
        ("hypot(2, 3, 6)", 7, ""),
        ("log(8, 2)", 3, ""),
        ("log(e)", 1, ""),
        ("log(0)", -math.inf, ""),
        ("exp(1)", math.e, ""),
        ("exp(1000)", math.inf, ""),
        ("abs(-10%)", 10, "%"),
        ("sign(-10deg)", -1, ""),
        ("sign(1px - 1in)", -1, ""),
    ],
)
def test_a_math_function_comes_to_a_number_with_a_unit(text: str, expected: float | None, unit: str) -> None:
    if expected is None:
        # A second times a hertz is two dimensions for CSS, not none.
        with pytest.raises(InvalidCss):
            calculate(text)
    else:
        value, found = calculate(text)
        assert (value, found) == (pytest.approx(expected, nan_ok=True), unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round(10.5)", 11),
        ("round(-10.5)", -10),
        ("round(10.4)", 10),
        ("round(nearest, 7.5, 5)", 10),
        ("round(up, 10.1, 3)", 12),
        ("round(down, 10.9, 3)", 9),
        ("round(down, -10.9, 3)", -12),
        ("round(to-zero, -10.9, 3)", -9),
        ("round(to-zero, 10.9, 3)", 9),
        ("round( UP , 10, -3)", 12),
        ("round(12, 5)", 10),
        ("round(up, 1, 0)", math.nan),
        ("round(up, infinity, infinity)", math.nan),
        ("round(infinity, 3)", math.inf),
        ("round(up, 1, infinity)", math.inf),
        ("round(up, -1, infinity)", 0),
        ("round(down, -1, infinity)", -math.inf),
        ("round(down, 1, infinity)", 0),
        ("round(1, infinity)", 0),
        ("mod(18, 5)", 3),
        ("mod(-18, 5)", 2),
        ("mod(18, -5)", -2),
        ("mod(-18, -5)", -3),
        ("mod(15, -5)", 0),
        ("mod(18, infinity)", 18),
        ("mod(-18, infinity)", math.nan),
        ("mod(18, 0)", math.nan),
        ("rem(18, 5)", 3),
        ("rem(-18, 5)", -3),
        ("rem(18, -5)", 3),
        ("rem(-18, infinity)", -18),
        ("rem(infinity, 5)", math.nan),
    ],
)
def test_rounding_and_remainders_follow_their_signs(text: str, expected: float) -> None:
    assert calculate(text) == (pytest.approx(expected, nan_ok=True), "")


def test_words_stand_for_numbers_in_every_case_and_depth() -> None:
    assert calculate("calc(R * 2 + max(g, (G + 1)))", r=10, g=3) == (24, "")
    # A channel has the name of a constant in no space, but would come first.
    assert calculate("calc(e)", e=1) == (1, "")


@pytest.mark.parametrize(
    "text",
    ["calc()", "calc( )", "calc(1 2)", "calc(1,)", "calc(1, 2)", "calc(1+2)", "calc(1 +2)", "calc(1+ 2)", "calc(+ 1)"]
    + ["calc(1 + )", "calc(1 + + 2)", "calc(* 1)", "calc(1 *)", "calc(1 * * 2)", "calc(1 / )", "calc(- infinity)"]
    + ["calc(-(1))", "calc([1])", "calc({1})", "calc('1')", "calc(1;)", "calc(1 mod 2)", "calc(none)", "calc(r)"]
    + ["calc(1/**/+/**/2)", "calc(var(--x))", "calc(url(x))", "calc(1!)", "calc(#111)", "calc(--x)"]
    # Kinds that cannot be added, compared, or be a channel.
    + ["calc(1 + 1%)", "calc(1deg + 1)", "calc(1% * 1%)", "calc(1 / 1%)", "calc(1px)", "calc(1foo)", "calc(1em / 1em)"]
    + ["min(1, 1%)", "max(1px, 2px)", "hypot(3, 4%)", "mod(18%, 5)", "round(1%, 1)", "round(1.5%)", "atan2(1%, 1)"]
    + ["sin(1%)", "asin(1deg)", "pow(2%, 1)", "pow(2, 1px)", "sqrt(1%)", "log(1%)", "log(10, 1%)", "exp(1%)"]
    # Too few and too many.
    + ["min()", "min(1,)", "max(,1)", "clamp(1, 2)", "clamp(1, none, 2)", "clamp(1, 2, 3, 4)", "round(up)", "round()"]
    + ["round(up, 1, 2, 3)", "round(1, 2, 3)", "round(sideways, 1, 2)", "round(up 1)", "mod(1)", "rem(1, 2, 3)"]
    + ["atan2(1)", "sin()", "sin(1, 2)", "hypot()", "log(1, 2, 3)", "abs(1, 2)", "sign()", "calc(sin)", "min(none, 1)"],
)
def test_what_breaks_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(InvalidCss):
        calculate(text)
    assert csscolor.read(f"rgb({text} 0 0)") is csscolor.read(f"hsl({text} 0 0)") is None


@st.composite
def sums(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression that Python reads as CSS does."""
    if depth == 0 or draw(st.booleans()):
        return repr(draw(st.integers(-99, 99)))
    left, right = draw(sums(depth - 1)), draw(sums(depth - 1))
    operator = draw(st.sampled_from([" + ", " - ", "*", " * "]))
    return draw(st.sampled_from(["{}{}{}", "({}{}{})", "( {}{}{} )"])).format(left, operator, right)


@given(sums())
def test_an_expression_comes_to_what_python_makes_of_it(text: str) -> None:
    # Only digits, brackets and operators are in it.
    assert calculate(f"calc({text})") == (eval(text), "")


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_quotient_and_its_remainder_make_the_whole(a: float, b: float) -> None:
    whole, _ = calculate(f"calc(round(down, {a!r}, {b!r}) + mod({a!r}, abs({b!r})))")
    assert math.isnan(whole) if b == 0 else whole == pytest.approx(a, abs=1e-6)


TOKENS = [*MATH_FUNCTIONS, "(", ")", ",", "+", "-", "*", "/", " ", " ", " ", "1", "2.5", "10%", "90deg", "1px", "pi"]
TOKENS += ["none", "infinity", "nan", "up", "r", "#123", "[", "}", "'", "\\", "e", "1e400"]


@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_any_tokens_are_a_channel_or_none(tokens: list[str]) -> None:
    text = "".join(token + "(" * (token in MATH_FUNCTIONS) for token in tokens)
    for color in (f"rgb(calc({text}) 0 0)", f"lch(from red l {text} h)", f"color-mix(in lab, red {text}, blue)"):
        rgba: Any = csscolor.read(color)
        assert rgba is None or all(0 <= v <= 1 for v in rgba)


def test_brackets_in_each_other_are_counted_before_python_counts_them() -> None:
    for start, end in (("(", ")"), ("calc(", ")"), ("color-mix(in lab, red, ", ")"), ("rgb(from ", " r g b)")):
        few, many = (start * n + "1" + end * n for n in (40, 5000))
        assert csscolor.read(f"rgb(calc({many}) 0 0)") is csscolor.read(many) is None
        assert (csscolor.read(f"rgb(calc({few}) 0 0)") is None) == (start not in ("(", "calc("))
    assert csscolor.read("color-mix(in lab, red, " * 40 + "red" + ")" * 40) is not None
