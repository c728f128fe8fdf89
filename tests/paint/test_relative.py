"""Relative colours: the channels of another colour, by name and in calculations."""

from __future__ import annotations

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from gpucanvas.paint.color import parse, read
from gpucanvas.paint.spaces import clip

FUNCTIONS = {"rgb": "rgb", "hsl": "hsl", "hwb": "hwb", "lab": "lab", "lch": "lch", "oklab": "lab", "oklch": "lch"}
SPACES = dict.fromkeys(["srgb", "srgb-linear", "display-p3", "display-p3-linear", "a98-rgb", "rec2020"], "rgb")
SPACES |= {"prophoto-rgb": "rgb", "xyz": "xyz", "xyz-d50": "xyz", "xyz-d65": "xyz"}
EVERY = [(name, name + "(from {}", keys) for name, keys in FUNCTIONS.items()]
EVERY += [(name, f"color(from {{}} {name}", keys) for name, keys in SPACES.items()]
SCALES = {"rgb": (255, 255, 255), "hsl": (1, 100, 100), "hwb": (1, 100, 100)}
"""What a unit of the other library is in those of CSS, where they differ."""
# Far enough from grey that no rounding decides what the hue is.
COLORS = st.tuples(st.integers(0, 90), st.integers(110, 160), st.integers(180, 255), st.sampled_from([1.0, 0.8, 0.25]))


@pytest.mark.parametrize(("name", "start", "keys"), EVERY)
@given(COLORS, st.integers(80, 110), st.integers(0, 2))
def test_a_calculated_channel_is_what_another_library_makes_of_it(
    name: str, start: str, keys: str, color: tuple[float, ...], percent: int, changed: int
) -> None:
    r, g, b, a = color
    arguments = [f"calc({key} * {percent / 100})" if index == changed else key for index, key in enumerate(keys)]
    text = f"{start.format(f'rgb({r} {g} {b} / {a})')} {' '.join(arguments)} / calc(alpha * 0.5))"
    known = {"rgb": "srgb", "xyz": "xyz-d65"}.get(name, name)
    expected = Color("srgb", [v / 255 for v in color[:3]]).convert(known)
    expected[changed] *= percent / 100
    assert parse(text) == pytest.approx(clip(*expected.convert("srgb").coords(nans=False), a / 2), abs=1e-5)


@pytest.mark.parametrize(("name", "start", "keys"), EVERY)
@given(COLORS)
def test_a_keyword_is_a_number_in_the_units_of_its_channel(
    name: str, start: str, keys: str, color: tuple[float, ...]
) -> None:
    origin = "rgb({} {} {} / {})".format(*color)
    plain = start.replace("from {}", "").replace("( ", "(")
    coords = Color("srgb", [v / 255 for v in color[:3]]).convert({"rgb": "srgb", "xyz": "xyz-d65"}.get(name, name))
    numbers = [v * scale for v, scale in zip(coords.coords(nans=False), SCALES.get(name, (1, 1, 1)), strict=True)]
    expected = parse(f"{plain} {numbers[0]} {numbers[1]} {numbers[2]} / {color[3]})")
    assert parse(f"{start.format(origin)} {' '.join(keys)})") == pytest.approx(expected, abs=1e-5)
    assert parse(f"{start.format(origin)} {' '.join(keys)} / alpha)") == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("rgb(from red r g calc(b + 10))", "rgb(255 0 10)"),
        ("rgb(from rgb(10 20 30) b r g)", "rgb(30 10 20)"),
        ("RGB(FROM RED R G B / ALPHA)", "red"),
        ("rgb(from/**/#f00/**/r/**/g/**/b", "red"),
        ("rgba(from red r g b / 50%)", "rgb(255 0 0 / 50%)"),
        ("hsla(from red h s l / calc(alpha - 0.5))", "rgb(255 0 0 / 50%)"),
        # Alpha is that of the origin, where there is none.
        ("rgb(from #0f08 r g b)", "#0f08"),
        ("rgb(from #0f08 r g b / 1)", "#0f0"),
        ("rgb(from #0f0 r g b / calc(alpha * 50%))", "rgb(0 255 0 / 50%)"),
        ("rgb(from red alpha alpha 100 / r)", "rgb(1 1 100)"),
        # Kinds may be mixed from one channel to the next.
        ("rgb(from rgb(10 20 30) 50% g b)", "rgb(127.5 20 30)"),
        ("hsl(from rebeccapurple h 10% 10)", "hsl(270 10% 10%)"),
        ("hsl(from red 0.5turn s l)", "cyan"),
        ("hsl(from red calc(h * 1deg + 120deg) s l)", "lime"),
        ("hsl(from hsl(20 30% 40%) calc(h + 10) calc(s + 10) calc(l + 10))", "hsl(30 40% 50%)"),
        ("hwb(from hwb(20 30% 40%) h b w)", "hwb(20 40% 30%)"),
        ("lch(from lch(50 30 70) l c calc(h + 180))", "lch(50 30 250)"),
        ("oklch(from oklch(50% 0.1 70) 0.6 25% h)", "oklch(60% 0.1 70)"),
        ("rgb(from red sin(0) pow(2, 7) clamp(10, b, 100))", "rgb(0 128 10)"),
        ("rgb(from rgb(18 0 0) mod(r, 5) rem(-1 * r, 5) round(r, 10))", "rgb(3 0 20)"),
        ("rgb(from currentcolor r 100 b)", "rgb(0 100 0)"),
        ("rgb(from LinkText r g b)", "linktext"),
        # Of others that are made of others.
        ("rgb(from rgb(from rgb(from rgb(1 2 3) g r b) g r b) r g b)", "rgb(1 2 3)"),
        ("rgb(from color-mix(in srgb, red, blue) b g calc(r / 2))", "rgb(127.5 0 63.75)"),
        ("color(from rgb(from red r g b) srgb b g r)", "blue"),
        # A channel is cut off in Lab and its kin; in sRGB there is more than 0 to 1, until it is drawn.
        ("lab(from lab(50 20 30) 150 a b)", "lab(100 20 30)"),
        ("oklch(from red l calc(c * -1) h)", "oklch(from red l 0 h)"),
        ("rgb(from color(from red srgb 2 -1 0.5) calc(r / 2) calc(g + 255) b)", "rgb(255 0 127.5)"),
        ("rgb(from hsl(from hsl(20 50% 50%) h 150% l) calc(r - 50) calc(b + 100) 0)", "rgb(255 36.25 0)"),
        ("hsl(from color(srgb 2 -1 0.5) h s l)", "color(srgb 2 -1 0.5)"),
        ("hwb(from color(srgb 0.5 0.3 0.2) h calc(w - 50) b)", "color(srgb 0.5 -0.03 -0.3)"),
        ("color(from color(display-p3 0 1 0) display-p3 r g b)", "color(display-p3 0 1 0)"),
        ("rgb(from red calc(infinity) calc(-infinity) calc(NaN))", "red"),
        ("hsl(from red calc(infinity) s l)", "red"),
        ("rgb(from red r g b / calc(NaN))", "rgb(255 0 0 / 0)"),
        # What is missing is 0 in a calculation, and stays missing where its keyword stands alone.
        ("rgb(from rgb(none 10 20) calc(r + 10) g b)", "rgb(10 10 20)"),
        ("rgb(from rgb(1 2 3 / none) r g b / calc(alpha + 0.5))", "rgb(1 2 3 / 0.5)"),
        ("rgb(from rgb(1 2 3 / none) r g b)", "rgb(1 2 3 / 0)"),
        ("color-mix(in srgb, rgb(from rgb(none 10 20) r g b), rgb(90 10 20))", "rgb(90 10 20)"),
        ("color-mix(in srgb, rgb(from rgb(none 10 20) calc(r) g b), rgb(90 10 20))", "rgb(45 10 20)"),
        ("color-mix(in srgb, rgb(from red none g b), rgb(90 0 0))", "rgb(90 0 0)"),
        ("color-mix(in hsl, hsl(from red none s l), blue)", "blue"),
        ("color-mix(in srgb, rgb(from rgb(1 2 3 / none) r g b), rgb(1 2 3 / 0.5))", "rgb(1 2 3 / 0.5)"),
        # A grey has no hue in another space: 0, and in a mix the other one's.
        ("oklch(from white 0.5 0.1 h)", "oklch(0.5 0.1 0)"),
        ("hsl(from gray h 50% 50%)", "hsl(0 50% 50%)"),
        ("hsl(from hsl(120 0% 50%) h 50% l)", "hsl(120 50% 50%)"),
        ("color-mix(in oklch, oklch(from white 0.5 0.1 h), oklch(0.5 0.1 200))", "oklch(0.5 0.1 200)"),
    ],
)
def test_a_relative_colour_is_the_same_as_a_plain_one(text: str, same: str) -> None:
    assert parse(text) == pytest.approx(parse(same), abs=1e-6)


@pytest.mark.parametrize(
    "text",
    ["rgb(from red)", "rgb(from r g b)", "rgb(from)", "rgb(from red r g)", "rgb(from red r g b /)"]
    + ["rgb(from red r g b a)", "rgb(from red r g b alpha)", "rgb(from red r, g, b)", "rgb(from red, r g b)"]
    + ["rgb(from red r g b / 1 / 1)", "rgb(from red / r g b)", "rgb(red r g b)", "rgb(r g b from red)"]
    + ["rgb(from nocolor r g b)", "rgb(from 'red' r g b)", "rgb(from inherit r g b)", "rgb(from var(--x) r g b)"]
    + ["rgb(from light-dark(red) r g b)", "rgb(from rgb(1, 2) r g b)", "rgb(from from red r g b)"]
    # Keywords of another model.
    + [
        "rgb(from red h s l)",
        "hsl(from red r g b)",
        "lab(from red l c h)",
        "lch(from red l a b)",
        "rgb(from red x g b)",
    ]
    + ["color(from red srgb x y z)", "color(from red xyz r g b)", "rgb(from red red g b)"]
    + ["color(from red hsl h s l)", "color(from red r g b)", "color(srgb from red r g b)", "color(from red --x r g b)"]
    # Units that a channel does not have, and kinds that cannot be added to a number.
    + ["rgb(from red 10deg g b)", "hsl(from red 10% s l)", "lch(from red l c 10%)", "lab(from red l a 10deg)"]
    + ["rgb(from red r g b / 10deg)", "rgb(from red calc(r + 10%) g b)", "hsl(from red calc(h + 30deg) s l)"]
    + ["rgb(from red calc(r) calc() b)", "rgb(from red calc(h) g b)", "rgb(from red r+1 g b)", "rgb(from red -r g b)"],
)
def test_a_relative_colour_that_breaks_the_grammar_is_none(text: str) -> None:
    assert read(text) is None


LARGE = st.sampled_from(["0", "-0", "1e-320", "1", "-1", "1e9", "-1e300", "1e400", "calc(infinity)", "calc(-infinity)"])
NAMES = sorted([*FUNCTIONS, *SPACES])


@given(*[st.sampled_from(NAMES)] * 3, st.tuples(LARGE, LARGE, LARGE), st.sampled_from(["* 1e200", "/ 1e-300", "- 1e9"]))
def test_no_channel_is_too_large(one: str, other: str, third: str, channels: tuple[str, ...], operation: str) -> None:
    plain = f"{one}(" if one in FUNCTIONS else f"color({one} "
    x, y, z = FUNCTIONS.get(other) or SPACES[other]
    start, end = (f"{other}(", "") if other in FUNCTIONS else ("color(", f" {other}")
    text = f"{start}from {plain}{' '.join(channels)}){end} calc({x} {operation}) {y} calc({z} {operation}))"
    for color in (
        text,
        f"color-mix(in {'srgb' if third == 'rgb' else third}, {text}, {plain}{' '.join(channels)}) 1%)",
    ):
        assert all(0 <= v <= 1 for v in parse(color))
