"""``color-mix()``, held to another library in every space, and to the standard's rules where the two part."""

from __future__ import annotations

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st

from gpucanvas.paint.color import parse, read
from gpucanvas.paint.spaces import clip

POLAR = ["hsl", "hwb", "lch", "oklch"]
SPACES = ["srgb", "srgb-linear", "display-p3", "display-p3-linear", "a98-rgb", "prophoto-rgb", "rec2020"]
SPACES += ["xyz", "xyz-d50", "xyz-d65", "lab", "oklab", *POLAR]
METHODS = ["shorter", "longer", "increasing", "decreasing"]
# Far enough from grey that no rounding decides whether there is a hue.
COLORS = st.tuples(st.integers(0, 90), st.integers(110, 160), st.integers(180, 255), st.sampled_from([1.0, 0.8, 0.25]))


def written(color: tuple[float, ...]) -> str:
    r, g, b, a = color
    return f"rgb({r} {g} {b} / {a})"


def theirs(color: tuple[float, ...]) -> Color:
    return Color("srgb", [v / 255 for v in color[:3]], color[3])


@pytest.mark.parametrize(("space", "method"), [(s, m) for s in SPACES for m in (METHODS if s in POLAR else [""])])
@given(COLORS, COLORS.map(lambda c: (c[2], c[0], c[1], c[3])), st.integers(0, 100))
def test_a_mix_is_what_another_library_makes_of_it(
    space: str, method: str, one: tuple[float, ...], other: tuple[float, ...], percent: int
) -> None:
    way = f"{space} {method} hue" if method else space
    expected = theirs(one).mix(
        theirs(other),
        percent / 100,
        space="xyz-d65" if space == "xyz" else space,
        out_space="srgb",
        hue=method or "shorter",
        premultiplied=True,
    )
    rgba = parse(f"color-mix(in {way}, {written(one)}, {percent}% {written(other)})")
    assert rgba == pytest.approx(clip(*expected.coords(nans=False), expected.alpha(nans=False)), abs=1e-5)


@given(st.integers(1, 100), st.integers(1, 100))
def test_shares_are_parts_of_their_sum_and_what_lacks_to_100_is_transparent(one: int, other: int) -> None:
    r, g, b, a = parse(f"color-mix(in srgb, red {one}%, {other}% blue)")
    assert (r, g, b) == pytest.approx((one / (one + other), 0, other / (one + other)))
    assert a == pytest.approx(min(one + other, 100) / 100)


@pytest.mark.parametrize(
    ("shares", "red", "alpha"),
    [
        (("", ""), 0.5, 1),
        (("30%", ""), 0.3, 1),
        (("", "30%"), 0.7, 1),
        (("0%", ""), 0, 1),
        (("100%", "100%"), 0.5, 1),
        (("calc(10% + 20%)", ""), 0.3, 1),
        (("min(50%, 60%)", "max(5%, 10%)"), 5 / 6, 0.6),
        # A calculated share is cut off, one that is written may not be out of bounds.
        (("calc(-10%)", ""), 0, 1),
        (("calc(110%)", ""), 1, 1),
        (("calc(1% * infinity)", "calc(1% / 0)"), 0.5, 1),
        (("calc(1% * NaN)", ""), 0, 1),
        (("0%", "0%"), 0.5, 0),
    ],
)
def test_a_share_that_is_left_out_is_what_the_other_one_leaves(
    shares: tuple[str, str], red: float, alpha: float
) -> None:
    assert parse(f"color-mix(in srgb, red {shares[0]}, blue {shares[1]})") == pytest.approx((red, 0, 1 - red, alpha))


@pytest.mark.parametrize(
    ("mix", "same"),
    [
        # No space is Oklab.
        ("color-mix(red, blue)", "color-mix(in oklab, red, blue)"),
        ("COLOR-MIX(IN OKLCH LONGER HUE,RED,BLUE)", "color-mix(in oklch longer hue, red, blue)"),
        ("color-mix(/**/in/**/srgb/**/,red/**/20%,blue", "rgb(51 0 204)"),
        ("color-mix(in srgb,20%red,rgb(0 0 255)80%)", "rgb(51 0 204)"),
        ("color-mix(in srgb, currentcolor, CanvasText)", "black"),
        ("color-mix(in srgb, LinkText, #0000)", "rgb(0 0 238 / 50%)"),
        # Transparent has the other one's colours, and in a space with hues its hue, too.
        ("color-mix(in srgb, transparent, red)", "rgb(255 0 0 / 50%)"),
        ("color-mix(in hsl, transparent, hsl(30 40% 50%))", "hsl(30 40% 50% / 50%)"),
        # The hue of white and black is missing once they are converted, and not before.
        ("color-mix(in hsl, white, blue)", "hsl(240 50% 75%)"),
        ("color-mix(in hwb, white, blue)", "hwb(240 50% 0%)"),
        ("color-mix(in hsl longer hue, white, blue)", "hsl(60 50% 75%)"),
        ("color-mix(in oklch, white, oklch(50% 0.2 150))", "oklch(75% 0.1 150)"),
        ("color-mix(in lch, black, lch(50 20 150))", "lch(25 10 150)"),
        ("color-mix(in hsl, hsl(120 0% 50%), hsl(240 50% 50%))", "hsl(180 25% 50%)"),
        ("color-mix(in oklch, oklch(50% 0 120), oklch(50% 0.1 240))", "oklch(50% 0.05 180)"),
        # Hues that are half a circle apart, and the same.
        ("color-mix(in oklch, oklch(.5 .1 180), oklch(.5 .1 0))", "oklch(.5 .1 90)"),
        ("color-mix(in oklch longer hue, oklch(.5 .1 20), oklch(.5 .1 20))", "oklch(.5 .1 200)"),
        ("color-mix(in hsl shorter hue, hsl(-40 50% 50%), hsl(720 50% 50%))", "hsl(340 50% 50%)"),
        # A missing channel is the other one's, after conversion if there is one that is analogous.
        ("color-mix(in lab, lab(none 20 30), lab(50 none 70))", "lab(50 20 50)"),
        ("color-mix(in hsl, hsl(none 20% 40%), hsl(30 none 80%))", "hsl(30 20% 60%)"),
        ("color-mix(in oklch, hsl(none 50% 50%) 0%, oklch(.5 .1 70))", "oklch(.5 .1 70)"),
        ("color-mix(in srgb, color(xyz none 0 0), color(srgb 0.4 0 0))", "color(srgb 0.4 0 0)"),
        ("color-mix(in xyz, rgb(none 0 0), color(xyz 0.4 0.2 0.1))", "color(xyz 0.4 0.1 0.05)"),
        ("color-mix(in oklab, lab(none 0 0), oklab(.5 0 0))", "oklab(.5 0 0)"),
        # All channels that have no analogous one are a set: if all are missing, so is what they are converted to.
        ("color-mix(in oklch, oklab(.5 none none), oklch(.7 .2 40))", "oklch(.6 .2 40)"),
        ("color-mix(in lab, lch(50 none none), lab(30 20 -40))", "lab(40 20 -40)"),
        ("color-mix(in hsl, lab(0 none none), hsl(40 50% 30%))", "hsl(40 50% 15%)"),
        ("color-mix(in oklch, rgb(none none none), oklch(.7 .2 40))", "oklch(.7 .2 40)"),
        ("color-mix(in hwb, oklch(none none 0), hwb(60 20% 40%))", "hwb(60 20% 40%)"),
        ("color-mix(in oklch, oklab(.5 none 0), oklch(.7 .2 0))", "color-mix(in oklch, oklab(.5 0 0), oklch(.7 .2 0))"),
        # Blue, and the b of Lab, are not.
        ("color-mix(in srgb, lab(50 0 none), white)", "color-mix(in srgb, lab(50 0 0), white)"),
        ("color-mix(in lab, rgb(0 0 none), white)", "color-mix(in lab, black, white)"),
        ("color-mix(in srgb, rgb(255 0 0 / none), rgb(0 0 255 / 0.4))", "rgb(127.5 0 127.5 / 0.4)"),
        ("color-mix(in srgb, rgb(none 0 0), rgb(none 0 255))", "rgb(0 0 127.5)"),
        # What is missing on both sides is missing in the mix.
        ("color-mix(in srgb, color-mix(in srgb, rgb(none 0 0), rgb(none 0 0)), white)", "rgb(255 127.5 127.5)"),
        (
            "color-mix(in hsl, color-mix(in hsl, hsl(none 50% 50%), hsl(none 50% 50%)), hsl(240 50% 50%))",
            "hsl(240 50% 50%)",
        ),
        # A colour is cut off where it is written, and not in between.
        ("color-mix(in srgb, rgb(300 -20 0), blue)", "rgb(127.5 0 127.5)"),
        ("color-mix(in lab, lab(150 50 50), lab(0 0 0))", "lab(50 25 25)"),
        ("color-mix(in oklch, oklch(.5 -1 60), oklch(.5 .1 60))", "oklch(.5 .05 60)"),
        ("color-mix(in srgb, color(srgb 2 -1 0.5), black)", "color(srgb 1 -0.5 0.25)"),
        ("color-mix(in srgb, hsl(0 200% 25%), white)", "rgb(87.5% 37.5% 37.5%)"),
        ("color-mix(in hwb, color(srgb 2 -1 0.5), color(srgb 2 -1 0.5))", "color(srgb 2 -1 0.5)"),
        ("color-mix(in srgb, color-mix(in hsl, color(srgb 2 -1 .4), color(srgb 2 -1 .4)), black)", "rgb(100% 0% 20%)"),
        ("color-mix(in srgb, rgb(calc(100 + 155) 0 0), rgb(from blue r g b))", "rgb(127.5 0 127.5)"),
        # One that is made of another is of sRGB: a grey has no hue any more.
        ("color-mix(in hsl, color-mix(in hsl, hsl(90 0% 50%), hsl(90 0% 50%)), hsl(240 50% 50%))", "hsl(240 25% 50%)"),
    ],
)
def test_a_mix_is_the_same_as_a_colour_without_one(mix: str, same: str) -> None:
    assert parse(mix) == pytest.approx(parse(same), abs=1e-6)


@pytest.mark.parametrize(
    "arguments",
    ["", "red", "in srgb", "in srgb, red", "in srgb, red, blue, green", "in srgb, red, blue,", "in srgb,, red, blue"]
    + ["in srgb red, blue", "in srgb, red blue", "in srgb, red / blue", "srgb, red, blue", "red, blue, in srgb"]
    + ["in rgb, red, blue", "in hsla, red, blue", "in --mine, red, blue", "in, red, blue", "in srgb srgb, red, blue"]
    + ["in srgb shorter hue, red, blue", "in lab longer hue, red, blue", "in hsl longer, red, blue"]
    + ["in hsl hue, red, blue", "in hsl hue longer, red, blue", "in hsl specified hue, red, blue"]
    + ["in hsl longer hue hue, red, blue", "in 'hsl', red, blue"]
    + ["in srgb, red -1%, blue", "in srgb, red 100.1%, blue", "in srgb, red 0.5, blue", "in srgb, red calc(50), blue"]
    + ["in srgb, 10% red 10%, blue", "in srgb, 10%, blue", "in srgb, red none, blue", "in srgb, red 10deg, blue"]
    + ["in srgb, red20%, blue", "in srgb, calc(10%) calc(20%), blue", "in srgb, calc(10%), blue"]
    + ["in srgb, nocolor, red", "in srgb, red, inherit", "in srgb, var(--x), red", "in srgb, red, 'blue'"]
    + ["in srgb, light-dark(red), red", "in srgb, rgb(1, 2), red", "in srgb, #12, red"],
)
def test_a_mix_that_breaks_the_grammar_is_no_colour(arguments: str) -> None:
    assert read(f"color-mix({arguments})") is None
