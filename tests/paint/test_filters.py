"""Filters are read from CSS and from the proposal's objects, in every form that the standards allow, and no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gpucanvas.css.fontunits import FontUnits
from gpucanvas.paint import effects as e
from gpucanvas.paint.filter_objects import FilterError
from gpucanvas.paint.filters import read_filter
from gpucanvas.paint.webidl import as_javascript

BLACK = (0.0, 0.0, 0.0, 1.0)


def blurred(*sigmas: float) -> tuple[e.GaussianBlur, ...]:
    return tuple(e.GaussianBlur(sigma, sigma) for sigma in sigmas)


@pytest.mark.parametrize("value", ["none", "  NONE ", [], ["none", "none"]])
def test_no_filter_is_no_effect(value: Any) -> None:
    assert read_filter(value) == ()


@pytest.mark.parametrize(
    ("text", "pixels"),
    [
        ("blur()", 0.0),
        ("blur(0)", 0.0),
        ("blur( 4px )", 4.0),
        ("BLUR(4PX)", 4.0),
        ("blur(0.5in)", 48.0),
        ("blur(1pc)", 16.0),
        ("blur(3pt)", 4.0),
        ("blur(2.54cm)", 96.0),
        ("blur(1e1mm)", 96 / 2.54),
        ("blur(40q)", 96 / 2.54),
        ("blur(2em)", 20.0),
        ("blur(2rem)", 32.0),
        ("blur(1ex)", 5.0),
        ("blur(1cap)", 7.0),
        ("blur(1rlh)", 19.2),
        ("blur(calc(1em + 2px))", 12.0),
        ("blur(max(0.1rem, (1ex + 1ch) / 2))", 5.0),
        ("blur(calc(1px + 0.5in))", 49.0),
        ("blur(max(3px, 1px))", 3.0),
        ("blur(1e9px)", 10_000.0),
        ("blur(/* so */ 4px", 4.0),
    ],
)
def test_lengths_are_read_in_every_unit(text: str, pixels: float) -> None:
    ((sigma_x, sigma_y),) = [(effect.sigma_x, effect.sigma_y) for effect in read_filter(text)]  # type: ignore[union-attr]
    assert sigma_x == sigma_y == pytest.approx(pixels)


def test_an_em_is_that_of_the_font() -> None:
    assert read_filter("blur(2em) blur(1px)", FontUnits.of(7)) == blurred(14, 1)


def test_lists_strings_and_objects_follow_one_another() -> None:
    given = ["blur(1px)", {"name": "gaussianBlur", "stdDeviation": [3, 1]}, ["blur(2px)blur(5px)"]]
    assert read_filter(given) == (*blurred(1), e.GaussianBlur(3, 1), *blurred(2, 5))


@pytest.mark.parametrize("name", ["brightness", "contrast", "grayscale", "invert", "opacity", "saturate", "sepia"])
def test_an_amount_is_a_number_or_a_percentage_and_1_where_it_is_left_out(name: str) -> None:
    assert read_filter(f"{name}()") == read_filter(f"{name}(1)") == read_filter(f"{name}( 100% )")
    assert read_filter(f"{name}(.25)") == read_filter(f"{name}(25%)") != read_filter(f"{name}()")
    unbounded = name in ("brightness", "contrast", "saturate")
    assert (read_filter(f"{name}(3)") != read_filter(f"{name}()")) is unbounded


def test_angles_are_read_in_every_unit() -> None:
    turns = [
        read_filter(f"hue-rotate({text})")[0].values for text in ("90deg", "0.25turn", "100grad", "1.5707963267949rad")
    ]  # type: ignore[union-attr]
    for turn in turns[1:]:
        assert turn == pytest.approx(turns[0])
    still = (1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0)
    for text in ("hue-rotate()", "hue-rotate(0)", "hue-rotate(360deg)"):
        assert read_filter(text)[0].values == pytest.approx(still)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "shadow"),
    [
        ("drop-shadow(1px 2px)", e.DropShadow(BLACK, 0, 0, 1, 2)),
        ("drop-shadow(-1px 0 3px)", e.DropShadow(BLACK, 3, 3, -1, 0)),
        ("drop-shadow(red 1px 2px)", e.DropShadow((1, 0, 0, 1), 0, 0, 1, 2)),
        ("drop-shadow(1em 2px 0 rgb(0 0 255 / 50%))", e.DropShadow((0, 0, 1, 0.5), 0, 0, 10, 2)),
        ("drop-shadow(currentcolor 0 0 1px)", e.DropShadow(BLACK, 1, 1, 0, 0)),
    ],
)
def test_a_drop_shadow_has_lengths_and_a_colour(text: str, shadow: e.DropShadow) -> None:
    assert read_filter(text) == (shadow,)


@pytest.mark.parametrize(
    ("calculated", "same"),
    [
        *(
            ("contrast(calc(-1))", "contrast(0)"),
            ("opacity(calc(-50%))", "opacity(0)"),
            ("blur(calc(-3px))", "blur(0)"),
        ),
        *(("drop-shadow(1px 2px calc(-3px))", "drop-shadow(1px 2px)"), ("invert(calc(NaN))", "invert(0)")),
        *(("blur(calc(NaN * 1px))", "blur(0)"), ("sepia(calc(infinity))", "sepia(1)")),
        *(("blur(calc(1px / 0))", "blur(1e9px)"), ("brightness(calc(infinity))", "brightness(1e9)")),
        *(("hue-rotate(calc(infinity * 1deg))", "hue-rotate(0)"), ("sepia(progress(1, 0, 2))", "sepia(0.5)")),
    ],
)
def test_a_calculation_is_clamped_to_what_is_allowed(calculated: str, same: str) -> None:
    """https://www.w3.org/TR/css-values-4/#calc-range and #calc-ieee: it is not refused, as a number would be."""
    assert read_filter(calculated) == read_filter(same)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "give functions such as 'blur\\(4px\\)', or 'none'"),
        ("/* nothing */", "give functions"),
        ("blur(4)", "'4' is no length: give pixels"),
        ("blur(4%)", "'4%' is no length"),
        ("blur(4vw)", "'4vw' depends on the size of a page's window, which a canvas does not have: compute it"),
        ("drop-shadow(1px calc(1px + 2DVMIN))", "'calc\\(1px \\+ 2DVMIN\\)' depends on the size of a page's window"),
        ("blur(calc(0))", "'calc\\(0\\)' is no length"),
        ("drop-shadow(calc(0) 1px)", "'calc\\(0\\)' is no length"),
        ("hue-rotate(calc(0))", "'calc\\(0\\)' is no angle"),
        ("blur(-1px)", "the blur is -1 px: give a finite length of at least 0"),
        ("blur(1e400px)", "not finite"),
        ("blur(1px 2px)", "takes one argument, or none, and is given 2"),
        ("blur(1px), blur(2px)", "give functions such as"),
        ("blur 4px", "give functions such as"),
        ("none blur(1px)", "or 'none' alone"),
        ("blur(1px))", "give functions such as"),
        ("frob(1)", "'frob' is no filter: give one of drop-shadow, blur, brightness"),
        ("url(#a)", "url\\(\\) is not supported"),
        ('url("a.svg#b")', "url\\(\\) is not supported"),
        ("sepia(-0.1)", "'-0.1' is negative: give an amount of at least 0"),
        ("opacity(1px)", "'1px' is no amount"),
        ("brightness(1,)", "is given 2"),
        ("hue-rotate(90)", "'90' is no angle: give degrees"),
        ("hue-rotate(red)", "is no angle"),
        ("drop-shadow(1px)", "two lengths"),
        ("drop-shadow(1px 2px 3px 4px)", "two lengths"),
        ("drop-shadow(1px red 2px)", "two lengths"),
        ("drop-shadow(red 1px 2px blue)", "two lengths"),
        ("drop-shadow(1px 2px -3px)", "the blur is -3 px"),
        ("drop-shadow(1px 2px nocolour)", "'nocolour' is no colour"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_its_cure(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        read_filter(text)
    assert str(caught.value).startswith(f"filter is {text!r}")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "None is no filter: give one of gaussianBlur, colorMatrix"),
        ({"name": "frob"}, "'frob' is no filter"),
        ({"name": ["gaussianBlur"]}, "is no filter"),
        ({"name": "displacementMap"}, "displacementMap is not supported: give one of"),
        ({"name": "gaussianBlur"}, "stdDeviation is None: give a number"),
        ({"name": "gaussianBlur", "stdDeviation": float("nan")}, "give a finite number"),
        ({"name": "gaussianBlur", "stdDeviation": [1, 2, 3]}, "give a number, or two"),
        ({"name": "gaussianBlur", "stdDeviation": [1, -2]}, "of at least 0"),
        ({"name": "gaussianBlur", "stdDeviation": 10**400}, "finite"),
        ({"name": "colorMatrix", "values": [1, 2, 3]}, "values are 3 numbers: give 20"),
        ({"name": "colorMatrix", "values": "1 2 3"}, "give a list of numbers"),
        ({"name": "colorMatrix", "values": [*range(19), float("inf")]}, "values is inf: give a finite number"),
        ({"name": "colorMatrix", "type": "sepia"}, "type is 'sepia': give matrix, saturate"),
        ({"name": "colorMatrix", "type": "saturate", "values": [1, 2]}, "values are 2 numbers: saturate takes one"),
        ({"name": "componentTransfer", "funcR": 3}, "funcR is 3: give a dict with a type"),
        ({"name": "componentTransfer", "funcG": {"type": "cubic"}}, "funcG: type is 'cubic': give identity, table"),
        ({"name": "componentTransfer", "funcB": {"type": "table", "tableValues": [0, "1"]}}, "tableValues is '1'"),
        ({"name": "componentTransfer", "funcA": {"type": "gamma", "exponent": None}}, "exponent is None"),
        ({"name": "convolveMatrix"}, "kernelMatrix is None: give a list of numbers"),
        ({"name": "convolveMatrix", "kernelMatrix": [1, 2]}, "has 2 numbers, its order is 3x3: give 9"),
        ({"name": "convolveMatrix", "kernelMatrix": [[1, 2], [3]]}, "has 3 numbers, its order is 2x2: give 4"),
        ({"name": "convolveMatrix", "kernelMatrix": [1], "order": 0}, "order is 0: give a whole number from 1 to 32"),
        ({"name": "convolveMatrix", "kernelMatrix": [1], "order": 1.5}, "order is 1.5"),
        ({"name": "convolveMatrix", "kernelMatrix": [1], "order": 1, "divisor": 0}, "divisor is 0: leave it out"),
        ({"name": "convolveMatrix", "kernelMatrix": [1], "order": 1, "edgeMode": "clamp"}, "give duplicate, wrap"),
        ({"name": "convolveMatrix", "kernelMatrix": [1], "order": 1, "targetX": 1}, "targetX is 1: give a whole"),
        ({"name": "colorMatrix"}, "values is None: give a list of numbers"),
        ({"name": "dropShadow", "floodColor": "nocolour"}, "floodColor: 'nocolour' is no CSS colour"),
        ({"name": "dropShadow", "floodColor": 10}, "floodColor: 10"),
        ({"name": "dropShadow", "dx": "3"}, "dx is '3': give a number"),
        ({"name": "turbulence", "baseFrequency": -1}, "baseFrequency is -1: give a number of at least 0"),
        ({"name": "turbulence", "baseFrequency": [1, -1]}, "of at least 0"),
        ({"name": "turbulence", "baseFrequency": [1, 2, 3]}, "give a number, or two: across and down"),
        ({"name": "turbulence", "baseFrequency": None}, "baseFrequency is None: give a number"),
        ({"name": "turbulence", "numOctaves": 1.5}, "numOctaves is 1.5: give a whole number of at least 0"),
        ({"name": "turbulence", "numOctaves": -1}, "numOctaves is -1: give a whole number"),
        ({"name": "turbulence", "seed": "1"}, "seed is '1': give a number"),
        ({"name": "turbulence", "stitchTiles": True}, "stitchTiles is True: give stitch or noStitch"),
        ({"name": "turbulence", "type": "noise"}, "type is 'noise': give turbulence or fractalNoise"),
    ],
)  # fmt: skip
def test_an_object_that_cannot_be_read_is_refused_with_its_cure(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        read_filter(value)
    # What the proposal has in its place: ports of JavaScript code may ask.
    assert caught.value.name == "TypeError"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "effect"),
    [
        ({"name": "gaussianBlur", "stdDeviation": "2"}, e.GaussianBlur(2, 2)),
        ({"name": "gaussianBlur", "stdDeviation": [" 1.5 ", True]}, e.GaussianBlur(1.5, 1)),
        ({"name": "gaussianBlur", "stdDeviation": []}, e.GaussianBlur(0, 0)),
        ({"name": "gaussianBlur", "stdDeviation": ["3"]}, e.GaussianBlur(3, 3)),
        ({"name": "gaussianBlur", "stdDeviation": [1, -2]}, e.GaussianBlur(1, 0)),
        ({"name": "colorMatrix", "values": [["1"] * 10, [False] * 10]}, e.ColorMatrix((1.0,) * 10 + (0.0,) * 10)),
        (
            {"name": "dropShadow", "dx": "5", "dy": [-1], "floodOpacity": "", "stdDeviation": -1},
            e.DropShadow((0, 0, 0, 0), 0, 0, 5, -1),
        ),
        # null is 0 (WebIDL), and Chromium draws it so.
        ({"name": "dropShadow", "dx": None, "dy": False}, e.DropShadow(BLACK, 2, 2, 0, 0)),
        ({"name": "dropShadow", "dx": [None], "dy": [[["3"]]]}, e.DropShadow(BLACK, 2, 2, 0, 3)),
        ({"name": "gaussianBlur", "stdDeviation": None}, e.GaussianBlur(0, 0)),
        ({"name": "gaussianBlur", "stdDeviation": [0.5, None]}, e.GaussianBlur(0.5, 0)),
        ({"name": "gaussianBlur", "stdDeviation": [True, False]}, e.GaussianBlur(1, 0)),
        ({"name": "gaussianBlur", "stdDeviation": [[], [20]]}, e.GaussianBlur(0, 20)),
        ({"name": "gaussianBlur", "stdDeviation": ["30", ["40"]]}, e.GaussianBlur(30, 40)),
        ({"name": "gaussianBlur", "stdDeviation": [[-5], ["3"]]}, e.GaussianBlur(0, 3)),
        (
            {"name": "convolveMatrix", "kernelMatrix": [["1", [2]], [None, True]], "divisor": None, "edgeMode": None},
            e.ConvolveMatrix(2, 2, (0.25, 0.0, 0.5, 0.25), 1, 1, 0.0, "duplicate", False),
        ),
        (
            {"name": "componentTransfer", "funcR": {"type": "linear", "slope": "0.5"}},
            e.ComponentTransfer((e.TransferFunction("linear", (0.5, 0.0)), *[e.TransferFunction()] * 3)),
        ),
    ],
)
def test_numbers_may_be_written_as_in_javascript(value: Any, effect: e.Effect) -> None:
    assert read_filter(as_javascript([value, "blur(1px)"])) == (effect, e.GaussianBlur(1, 1))


@pytest.mark.parametrize(
    "number",
    ["test", [1, 2, 3], {}, ["a"], [True], [[1, 2]], float("nan"), float("-inf"), "infinity", b"1", "1px", "1_0"],
)
def test_what_is_no_number_in_javascript_is_refused(number: Any) -> None:
    for name, key in (("gaussianBlur", "stdDeviation"), ("dropShadow", "stdDeviation"), ("dropShadow", "dx")):
        with pytest.raises(FilterError, match=f"{key} is "):
            read_filter(as_javascript({"name": name, key: number}))


@pytest.mark.parametrize("number", ["test", [2, 3], {}, [True], float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_in_javascript_is_refused_in_a_pair(number: Any) -> None:
    for pair in ([1, number], [number, 1]):
        with pytest.raises(FilterError, match="stdDeviation is "):
            read_filter(as_javascript({"name": "dropShadow", "stdDeviation": pair}))


@pytest.mark.parametrize("color", [None, 10, "test", "rgba(NaN, 3, 2, 1)"])
def test_what_is_no_colour_is_refused_as_in_javascript(color: Any) -> None:
    with pytest.raises(FilterError, match="floodColor: "):
        read_filter(as_javascript({"name": "dropShadow", "floodColor": color}))


KERNELS = (
    *(None, 1, [], [1], [1, 2, 3, 4], [[1, 0], [0]], [[1, "a"], [0]], [[1, 0], 0], [[1, 0], [0, float("inf")]]),
    *([[], []], [[1, 2], []], [[], [1, 2]], [[1, 0], [0, 1, 2], [3]], [""], "[[]]"),
)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_kernel_that_is_no_matrix_is_refused(kernel: Any) -> None:
    for value in ({"name": "convolveMatrix", "kernelMatrix": kernel}, {"name": "convolveMatrix", "divisor": 2}):
        for given in (value, as_javascript(value)):
            with pytest.raises(FilterError, match="filter convolveMatrix: "):
                read_filter(given)


def test_a_kernel_without_numbers_passes_pixels_on() -> None:
    """A test of the proposal has it for no error."""
    for value in ({"name": "convolveMatrix", "kernelMatrix": [[]]}, {"name": "convolveMatrix", "kernelMatrix": [[1]]}):
        for given in (value, as_javascript(value)):
            assert read_filter(given) == (e.ConvolveMatrix(1, 1, (1.0,), 0, 0, 0.0, "duplicate", False),)


def test_what_is_no_filter_at_all_is_a_type_error() -> None:
    for value in (None, 3, b"blur(1px)", 1.5, object()):
        with pytest.raises(TypeError, match="give a CSS string such as"):
            read_filter(value)  # type: ignore[arg-type]


def test_objects_have_the_defaults_of_the_standard() -> None:
    assert read_filter({"name": "dropShadow"}) == (e.DropShadow(BLACK, 2, 2, 2, 2),)
    assert read_filter({"name": "convolveMatrix", "kernelMatrix": np.eye(3)}) == (
        e.ConvolveMatrix(3, 3, (1 / 3, 0, 0, 0, 1 / 3, 0, 0, 0, 1 / 3), 1, 1, 0.0, "duplicate", False),
    )
    zero_sum = read_filter({"name": "convolveMatrix", "order": 1, "kernelMatrix": [0]})[0]
    assert isinstance(zero_sum, e.ConvolveMatrix) and zero_sum.weights == (0.0,)


# What the proposal's tests have for right and for wrong.
RIGHT_TURBULENCE = (
    *[("baseFrequency", each) for each in (None, [], [10], [10, 3], 30, False, True, "10")],
    *[("numOctaves", each) for each in (None, [], [10], 30, False, True, "10", 2.7)],
    *[("seed", each) for each in (None, [], [10], 30, False, True, "10", -1)],
    *[("stitchTiles", each) for each in ("stitch", "noStitch")],
    *[("type", each) for each in ("fractalNoise", "turbulence")],
)
NO_NUMBERS = {}, float("nan"), float("inf"), float("-inf"), "test"
NO_WORDS = *NO_NUMBERS, [1, 1], None, [], [10], 30, False, True, "10", -1
WRONG_TURBULENCE = (
    *[("baseFrequency", each) for each in (*NO_NUMBERS, -1, [0, -1], [1, 2, 3])],
    *[("numOctaves", each) for each in (*NO_NUMBERS, -1, -0.5, [1, 1])],
    *[("seed", each) for each in (*NO_NUMBERS, [1, 1])],
    *[("stitchTiles", each) for each in NO_WORDS],
    *[("type", each) for each in NO_WORDS],
)


@pytest.mark.parametrize(("key", "given"), RIGHT_TURBULENCE)
def test_a_turbulence_takes_what_javascript_converts(key: str, given: Any) -> None:
    (effect,) = read_filter(as_javascript({"name": "turbulence", key: given}))
    assert isinstance(effect, e.Turbulence)


@pytest.mark.parametrize(("key", "given"), WRONG_TURBULENCE)
def test_a_turbulence_refuses_what_is_no_number_or_word(key: str, given: Any) -> None:
    with pytest.raises(FilterError, match=f"filter turbulence: {key} is "):
        read_filter(as_javascript({"name": "turbulence", key: given}))


@pytest.mark.parametrize(
    ("given", "effect"),
    [
        ({}, e.Turbulence(0, 0, 1, 0, False)),
        ({"baseFrequency": 0.1, "type": "fractalNoise"}, e.Turbulence(0.1, 0.1, 1, 0, True)),
        ({"baseFrequency": (0.1, 2), "numOctaves": 3.0, "seed": -1.9}, e.Turbulence(0.1, 2, 3, -1, False)),
        ({"numOctaves": 1e300, "seed": 1e300, "baseFrequency": 1e300}, e.Turbulence(1e6, 1e6, 16, 2**31 - 2, False)),
        ({"seed": -1e300, "stitchTiles": "stitch"}, e.Turbulence(0, 0, 1, 2 - 2**31, False)),
    ],
)
def test_a_turbulence_has_the_standard_s_defaults_and_limits(given: Any, effect: e.Effect) -> None:
    assert read_filter({"name": "turbulence", **given}) == (effect,)


def test_a_transfer_function_without_numbers_makes_numbers() -> None:
    """A gamma that divides by zero, or overflows, is cut like any other."""
    told = {"type": "gamma", "amplitude": 1e300, "exponent": -50, "offset": -1e300}
    (effect,) = read_filter({"name": "componentTransfer", "funcR": told, "funcA": {"type": "linear", "slope": 0}})
    assert isinstance(effect, e.ComponentTransfer)
    assert effect.table.min() >= 0 and effect.table.max() <= 1 << 20
    assert not effect.fills
