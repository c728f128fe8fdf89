"""Which face of a family is chosen: CSS's rules for width, style and weight, by hand.

https://www.w3.org/TR/css-fonts-4/#font-style-matching
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from built_fonts import build_font

import gpucanvas
from gpucanvas.text.face import Face, load
from gpucanvas.text.font import Font, parse_font
from gpucanvas.text.style import choose, synthetic_bold

KEPT: dict[Any, Face] = {}


def face(**said: Any) -> Face:
    """A face that says so; built once."""
    key = tuple(sorted(said.items()))
    if key not in KEPT:
        KEPT[key] = load(build_font(**said))
    return KEPT[key]


def faces(name: str, values: Iterable[float]) -> list[Face]:
    return [face(**{name: value}) for value in values]


# fmt: off
@pytest.mark.parametrize(
    ("wanted", "there", "chosen"),
    [
        # The weight itself, where it is there.
        (400, (300, 400, 500), 400), (550, (500, 550, 600), 550),
        # 400 to 500: up to 500 first, then lighter ones, then heavier ones.
        (400, (300, 500, 600), 500), (400, (300, 450, 500), 450), (450, (400, 500), 500),
        (450, (400, 600), 400), (500, (400, 600), 400), (500, (600, 900), 600), (400, (600, 501), 501),
        # Less than 400: lighter ones first, the nearest of them.
        (300, (100, 200, 400), 200), (350, (400, 900), 400), (399, (100, 400), 100),
        # More than 500: heavier ones first, the nearest of them.
        (600, (500, 700, 900), 700), (900, (100, 700), 700), (501, (500, 1000), 1000),
    ],
)
# fmt: on
def test_weight_goes_by_the_order_of_css(wanted: float, there: tuple[int, ...], chosen: int) -> None:
    for order in (there, there[::-1]):
        choice = choose(faces("weight", order), Font(weight=wanted))
        assert choice.face is face(weight=chosen)


# fmt: off
@pytest.mark.parametrize(
    ("wanted", "there", "chosen"),
    [
        (100, (75, 100, 125), 100),
        # Up to 100 %: narrower ones first.
        (100, (50, 87.5, 112.5), 87.5), (87.5, (75, 100), 75), (75, (100, 200), 100), (62.5, (50, 75), 50),
        # More than 100 %: wider ones first.
        (112.5, (100, 150, 200), 150), (200, (50, 125), 125), (150, (100, 200), 200),
    ],
)
# fmt: on
def test_width_goes_by_the_order_of_css(wanted: float, there: tuple[float, ...], chosen: float) -> None:
    for order in (there, there[::-1]):
        choice = choose(faces("width", order), Font(stretch=wanted))
        assert choice.face is face(width=chosen)


UPRIGHT: dict[str, Any] = {}
ITALIC = {"italic": True}
OBLIQUE = {"oblique": True}  # Of 14 degrees.
LEANS_20 = {"axes": (("slnt", -20.0, 0.0, 0.0),)}
LEANS_5 = {"axes": (("slnt", -5.0, 0.0, 0.0),)}
LEANS_BACK = {"axes": (("slnt", -2.0, 0.0, 30.0),)}


# fmt: off
@pytest.mark.parametrize(
    ("wanted", "there", "chosen"),
    [
        ("normal", (ITALIC, OBLIQUE, UPRIGHT), UPRIGHT), ("normal", (ITALIC, OBLIQUE), OBLIQUE),
        ("normal", (ITALIC,), ITALIC),
        ("italic", (UPRIGHT, OBLIQUE, ITALIC), ITALIC), ("italic", (UPRIGHT, OBLIQUE), OBLIQUE),
        ("italic", (LEANS_5, LEANS_20), LEANS_20), ("italic", (LEANS_5, OBLIQUE), OBLIQUE),
        ("italic", (UPRIGHT, LEANS_5), LEANS_5), ("italic", (UPRIGHT,), UPRIGHT),
        ("oblique", (UPRIGHT, ITALIC, OBLIQUE), OBLIQUE), ("oblique", (UPRIGHT, ITALIC), ITALIC),
        ("oblique 20deg", (OBLIQUE, LEANS_20), LEANS_20), ("oblique 13deg", (LEANS_5, OBLIQUE), OBLIQUE),
        ("oblique 30deg", (LEANS_20, OBLIQUE), LEANS_20), ("oblique 4deg", (LEANS_5, OBLIQUE), LEANS_5),
        ("oblique 6deg", (LEANS_5, OBLIQUE), LEANS_5), ("oblique 6deg", (UPRIGHT, OBLIQUE), OBLIQUE),
        ("oblique -10deg", (UPRIGHT, OBLIQUE, LEANS_BACK), LEANS_BACK),
        ("oblique -10deg", (OBLIQUE, UPRIGHT), UPRIGHT),
    ],
)
# fmt: on
def test_style_goes_by_the_order_of_css(wanted: str, there: tuple[dict[str, Any], ...], chosen: dict[str, Any]) -> None:
    for order in (there, there[::-1]):
        assert choose([face(**said) for said in order], parse_font(f"{wanted} 12px a")).face is face(**chosen)


def test_width_counts_more_than_style_and_style_more_than_weight() -> None:
    font = parse_font("italic bold condensed 12px a")
    narrow, slanted, heavy = face(width=75.0), face(italic=True), face(weight=700)
    assert choose([narrow, slanted, heavy], font).face is narrow
    assert choose([slanted, heavy], font).face is slanted


def test_of_two_equal_faces_the_later_is_chosen() -> None:
    first, second = load(build_font()), load(build_font())
    assert choose([first, second], Font()).face is second


VARIABLE = {
    "axes": (("wght", 200.0, 400.0, 800.0), ("wdth", 75.0, 100.0, 125.0), ("slnt", -12.0, 0.0, 0.0)),
}


# fmt: off
@pytest.mark.parametrize(
    ("text", "variations"),
    [
        ("12px a", ()),
        ("550 12px a", (("wght", 550.0),)),
        ("900 12px a", (("wght", 800.0),)),
        ("100 12px a", (("wght", 200.0),)),
        ("condensed 12px a", (("wdth", 75.0),)),
        ("ultra-expanded bold 12px a", (("wdth", 125.0), ("wght", 700.0))),
        ("italic 12px a", (("slnt", -12.0),)),
        ("oblique 5deg 12px a", (("slnt", -5.0),)),
    ],
)
# fmt: on
def test_axes_are_set_to_what_is_wanted_and_clamped(text: str, variations: tuple[tuple[str, float], ...]) -> None:
    choice = choose([face(**VARIABLE)], parse_font(text))
    assert (choice.variations, choice.bold, choice.slant) == (variations, False, 0.0)


def test_a_variable_face_that_reaches_the_weight_is_chosen_before_fixed_ones() -> None:
    assert choose([face(weight=700), face(**VARIABLE)], Font(weight=650.0)).face is face(**VARIABLE)
    assert choose([face(**VARIABLE), face(weight=900)], Font(weight=900.0)).face is face(weight=900)


def test_an_axis_of_italics_is_set() -> None:
    choice = choose([face(axes=(("ital", 0.0, 0.0, 1.0),))], parse_font("italic 12px a"))
    assert (choice.variations, choice.slant) == ((("ital", 1.0),), 0.0)


def test_axes_of_old_fonts_that_do_not_count_as_css_are_left_alone() -> None:
    """Skia, of 1994, has a weight of 0.48 to 3.2 and a width of 0.62 to 1.3."""
    old = face(axes=(("wght", 0.48, 1.0, 3.2), ("wdth", 0.62, 1.0, 1.3)))
    assert (old.info.weight, old.info.width) == ((400.0, 400.0), (100.0, 100.0))
    assert choose([old], parse_font("12px a")).variations == ()
    choice = choose([old], parse_font("bold 12px a"))
    assert (choice.variations, choice.bold) == ((), True)
    assert choose([old], Font(variations=(("wght", 2.0),))).variations == (("wght", 2.0),)


def test_variations_of_the_font_win_over_its_style() -> None:
    font = Font(weight=700.0, variations=(("wght", 300.0), ("XXXX", 5.0)))
    assert choose([face(**VARIABLE)], font).variations == (("wght", 300.0),)


# fmt: off
@pytest.mark.parametrize(
    ("text", "said", "bold", "slant"),
    [
        ("12px a", {}, False, 0.0),
        ("500 12px a", {}, False, 0.0),
        ("600 12px a", {}, True, 0.0),
        ("900 12px a", {"weight": 600}, False, 0.0),
        ("900 12px a", {"axes": (("wght", 100.0, 400.0, 500.0),)}, True, 0.0),
        ("italic 12px a", {}, False, 0.25),
        ("oblique 12px a", {}, False, 0.25),
        ("oblique 45deg 12px a", {}, False, 1.0),
        ("oblique -45deg 12px a", {}, False, -1.0),
        ("oblique 90deg 12px a", {}, False, 3.0 ** 0.5),  # Of 60 degrees: at 90 it would have no end.
        ("italic 12px a", {"italic": True}, False, 0.0),
        ("italic 12px a", {"oblique": True}, False, 0.0),
        ("12px a", {"italic": True}, False, 0.0),
    ],
)
# fmt: on
def test_what_no_face_has_is_synthesised(text: str, said: dict[str, Any], bold: bool, slant: float) -> None:
    choice = choose([face(**said)], parse_font(text))
    assert choice.bold is bold
    assert choice.slant == pytest.approx(slant)


def test_stems_grow_less_the_larger_the_size() -> None:
    """By 1/24 em up to 9 px, by 1/32 em from 36 px on, in steps of 1/1024."""
    step = 1 / 1024
    assert abs(synthetic_bold(1) - 1 / 24) <= step / 2
    assert synthetic_bold(9) == synthetic_bold(0)
    assert abs(synthetic_bold(22.5) - (1 / 24 + 1 / 32) / 2) <= step / 2
    assert synthetic_bold(36) == synthetic_bold(500) == 1 / 32


def test_the_optical_size_follows_the_size_in_px() -> None:
    choice = choose([face(axes=(("opsz", 8.0, 12.0, 32.0),))], Font())
    assert choice.instance(20.0).variations == (("opsz", 20.0),)
    assert choice.instance(100.0).variations == (("opsz", 32.0),)
    assert choice.instance(2.0).variations == (("opsz", 8.0),)
    assert choice.instance(20.01) is choice.instance(20.0)
    fixed = choose([face(axes=(("opsz", 8.0, 12.0, 32.0),))], Font(variations=(("opsz", 12.0),)))
    assert fixed.instance(20.0).variations == (("opsz", 12.0),)


def test_all_sizes_share_an_instance_where_nothing_depends_on_the_size() -> None:
    choice = choose([face()], Font())
    assert choice.instance(10.0) is choice.instance(500.0)


def test_a_style_that_is_set_back_is_the_same_object_again() -> None:
    """A chart's labels are aligned left and centred in turns: equal styles as two objects are slow to look up."""
    ctx = gpucanvas.Recording(8, 8).get_context("2d")
    styles = []
    for align in ("left", "center") * 3:
        ctx.text_align = align
        styles.append(ctx._state.text)
    assert len({id(style) for style in styles}) == 2
