"""`alpha()`, `light-dark()`, `contrast-color()` of CSS Color 5, and `progress()` of CSS Values 5."""

from __future__ import annotations

from typing import Any

import pytest

import gpucanvas
from gpucanvas.paint.color import parse, to_rgba


def written(text: str) -> Any:
    """The colour as a canvas writes it."""
    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    ctx.fill_style = text
    return ctx.fill_style


ALPHA = {
    "alpha(from red)": "#ff0000",
    "alpha(from red / 0.5)": "rgba(255, 0, 0, 0.5)",
    "alpha(from red / 200%)": "#ff0000",
    "ALPHA( from /**/ red/0.5 )": "rgba(255, 0, 0, 0.5)",
    "alpha(from rgb(1 2 3 / 0.5))": "rgba(1, 2, 3, 0.5)",
    "alpha(from rgb(1 2 3 / 0.5) / calc(alpha / 2))": "rgba(1, 2, 3, 0.25)",
    "alpha(from alpha(from red / 0.5) / alpha)": "rgba(255, 0, 0, 0.5)",
    "alpha(from hsl(120 50% 50%) / 0.3)": "rgba(64, 191, 64, 0.3)",
    "alpha(from red / none)": "color(srgb 1 0 0 / none)",
    "alpha(from lab(50 none 20 / 0.4))": "lab(50 none 20 / 0.4)",
    "alpha(from lab(50 none 20 / none) / calc(alpha + 0.2))": "lab(50 none 20 / 0.2)",
    "alpha(from lab(50 10 20 / none) / alpha)": "lab(50 10 20 / none)",
    "alpha(from color(display-p3 1 0.5 0) / 20%)": "color(display-p3 1 0.5 0 / 0.2)",
    "alpha(from color-mix(in srgb, red, blue) / 0.5)": "color(srgb 0.5 0 0.5 / 0.5)",
}


@pytest.mark.parametrize("text", ALPHA)
def test_alpha_keeps_the_channels_and_the_space_of_its_colour(text: str) -> None:
    """https://drafts.csswg.org/css-color-5/#relative-alpha"""
    assert written(text) == ALPHA[text]


def test_the_colour_scheme_of_a_canvas_is_light() -> None:
    """https://drafts.csswg.org/css-color-5/#light-dark"""
    assert written("light-dark(red, blue)") == "#ff0000"
    assert written("Light-Dark( color(display-p3 1 0 0) , currentcolor )") == "color(display-p3 1 0 0)"
    assert written("color-mix(in srgb, light-dark(red, blue), light-dark(white, black))") == "color(srgb 1 0.5 0.5)"
    assert to_rgba("light-dark(light-dark(#0f08, red), blue)") == to_rgba("#0f08")


@pytest.mark.parametrize(
    "color", ["black", "white", "red", "blue", "#08f", "#757575", "#767676", "rgb(255 255 255 / 0)"]
)
def test_a_contrasting_colour_is_white_or_black_by_the_contrast_of_wcag(color: str) -> None:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio, of the colour without its alpha."""
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgba(color)[:3])
    luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
    with_white, with_black = 1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05
    assert written(f"contrast-color({color})") == ("#ffffff" if with_white >= with_black else "#000000")
    nested = written(f"rgb(from contrast-color({color}) r g b / 0.5)")
    assert nested == ("color(srgb 1 1 1 / 0.5)" if with_white >= with_black else "color(srgb 0 0 0 / 0.5)")


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        *(("5, 0, 10", 0.5), ("50, 0, 10", 1.0), ("-50, 0, 10", 0.0), ("7, 10, 0", 0.3), ("4px, 1px, 1in", 3 / 95)),
        *(("6, 5, 5", 1.0), ("5, 5, 5", 0.0), ("4, 5, 5", 0.0), ("90deg, 0deg, 1turn", 0.25)),
    ],
)
def test_progress_is_a_share_of_the_way(progress: str, expected: float) -> None:
    """https://drafts.csswg.org/css-values-5/#progress-func"""
    assert to_rgba(f"color(srgb progress({progress}) 0 0)")[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("alpha()", "alpha(red)", "alpha(from)", "alpha(from red 0.5)", "alpha(from red /)", "alpha(from red / 1px)"),
        *("alpha(from nothing / 1)", "alpha(from red / r)", "alpha(from red / 0.5 0.5)", "alpha(from red, 0.5)"),
        *("light-dark()", "light-dark(red)", "light-dark(red, blue, lime)", "light-dark(red, nothing)"),
        *("light-dark(nothing, red)", "light-dark(red blue)", "contrast-color()", "contrast-color(red blue)"),
        *("contrast-color(nothing)", "contrast-color(red, blue)", "rgb(progress(1, 2) 0 0)"),
        *("rgb(progress(1px, 0, 2) 0 0)", "rgb(progress(1, 0, 2, 3) 0 0)"),
    ],
)
def test_what_is_in_another_grammar_is_no_colour(text: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        parse(text)


@pytest.mark.parametrize(
    ("start", "end"),
    [("alpha(from ", " / 0.5)"), ("light-dark(", ", blue)"), ("alpha(from rgb(from ", " r g b) / alpha)")],
)
@pytest.mark.parametrize("around", ["{}", "color-mix(in srgb, {}, blue)"])
def test_functions_in_one_another_take_linear_time(start: str, end: str, around: str) -> None:
    """Where each is read twice, thirty of them take minutes."""
    assert len(parse(around.format(start * 30 + "red" + end * 30))) == 4
