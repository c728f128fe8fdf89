"""Colours as Chromium takes them: what it answered to hundreds of texts, which `ask_chromium` has written down.

The texts are of colours that are mixed, relative or calculated. Where the two differ on purpose, the reason stands
here.
"""

from __future__ import annotations

import json

import pytest
from ask_chromium import ANSWERS

from gpucanvas.paint.color import read

CHROMIUM: dict[str, list[float] | None] = json.loads(ANSWERS.read_text())["colors"]
CLOSE = 0.8
"""Of 255: Chromium converts in float32, and has 8 bits for the alpha of rgb()."""

DIFFERENT = {
    "lengths of a font have no size here, and are 0 there": [
        "rgb(calc(100 * sign(1em)) 0 0)",
        "rgb(calc(100 * sign(1em - 1px)) 0 0)",
    ],
    "an infinite channel is a very large one, whose conversion overflows there": [
        "hsl(100 calc(infinity * 1%) 50%)",
        "lch(50 calc(infinity) 0)",
        "lch(50 10 calc(infinity))",
    ],
    "NaN is 0": ["color(srgb calc(NaN) 1 0)"],
    "percentages can be compared with each other; exp() takes a number; a prefix is not of the standard": [
        "hsl(atan2(1%, 1%) 50% 50%)",
        "rgb(exp(1%) 0 0)",
        "rgb(-webkit-calc(10) 0 0)",
    ],
    "what is missing stays missing in a relative colour and in a mix": [
        "color-mix(in srgb, rgb(from rgb(none 10 20) r g b), white)",
        "color-mix(in srgb, rgb(from rgb(none 10 20) g r b), white)",
        "color-mix(in srgb, rgb(from color(display-p3 none 0.1 0.2) r g b), white)",
        "color-mix(in srgb, rgb(from rgb(1 2 3 / none) r g b), rgb(1 2 3 / 0.5))",
        "color-mix(in oklch, oklch(from hsl(none 50% 50%) l c h), red)",
    ],
    "a grey has no hue, where Chromium takes that of a rounding error": [
        "oklch(from white l 0.1 h)",
        "oklch(from gray l 0.1 h)",
        "lch(from gray l 50 h)",
        "color-mix(in oklch, oklch(from gray l c h), red)",
    ],
    "a colour is grey up to the chroma that the standard gives, a thousandth of Chromium's in Oklch": [
        "color-mix(in oklch, rgb(128 128 129), red)",
    ],
    "a saturation above 100 % is cut off with commas only there": ["color-mix(in srgb, hsl(0, 200%, 25%), white)"],
    "the curves of Rec. 2020 and of dark ProPhoto colours, and the matrix of Adobe RGB, are the standard's": [
        "color-mix(in rec2020, red, blue)",
        "color-mix(in a98-rgb, red, blue)",
        "color(from color(display-p3 0.501 0.642 0.612) prophoto-rgb clamp(7.441, r, 43.923) g b)",
    ],
}
EXCEPTIONS = {text for texts in DIFFERENT.values() for text in texts}


def is_chromiums(text: str) -> bool:
    ours, theirs = read(text), CHROMIUM[text]
    if ours is None or theirs is None:
        return ours is theirs
    # Of what is transparent, only that it is counts.
    if ours[3] * 255 < 0.5:
        return theirs[3] < 0.5
    return all(abs(v * 255 - w) <= CLOSE for v, w in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("text", [text for text in CHROMIUM if text not in EXCEPTIONS])
def test_a_colour_is_what_chromium_takes_it_for(text: str) -> None:
    assert is_chromiums(text), (read(text), CHROMIUM[text])


def test_the_exceptions_are_different() -> None:
    assert [text for text in EXCEPTIONS if is_chromiums(text)] == []


def test_the_texts_are_colours_and_others() -> None:
    refused = sum(rgba is None for rgba in CHROMIUM.values())
    assert refused > 100 and len(CHROMIUM) - refused > 500
