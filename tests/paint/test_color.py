"""Colours: every form is read as CSS Color 4 says, and what is no colour is refused with its cure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gpucanvas
from gpucanvas import Image
from gpucanvas.paint.color import parse, serialize, to_rgba, to_rgba_array


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red", (255, 0, 0)),
        ("RebeccaPurple", (102, 51, 153)),
        ("#abc", (170, 187, 204)),
        ("rgb(10%, 20%, 30%)", (25.5, 51, 76.5)),
        ("rgb(50%, 90%, 100%)", (127.5, 229.5, 255)),
        ("rgb(300 -5 128)", (255, 0, 128)),
        ("hsl(120, 100%, 25%)", (0, 127.5, 0)),
        ("hsl(120, -100%, 50%)", (127.5, 127.5, 127.5)),
        ("hsl(-240deg 300% 50%)", (0, 255, 0)),
        ("hwb(0 50% 50%)", (127.5, 127.5, 127.5)),
        # CSS Color 4 gives these as the values of green (#008000).
        ("lab(46.2775% -47.5621 48.5837)", (0, 128, 0)),
        ("lch(46.2775% 67.9892 134.3912)", (0, 128, 0)),
        ("oklab(51.975% -0.1403 0.10768)", (0, 128, 0)),
        ("oklch(51.975% 0.17686 142.495)", (0, 128, 0)),
        ("color(srgb 0 0.50196 0)", (0, 128, 0)),
        ("color(srgb-linear 0 0.21586 0)", (0, 128, 0)),
        ("color(xyz 0.07719 0.15438 0.02573)", (0, 128, 0)),
        ("color(display-p3 1 1 1)", (255, 255, 255)),
        ("  Green ", (0, 128, 0)),
        ("/* a */ gr\\65 en /* b */", (0, 128, 0)),
        ("/* a */ CanvasText", (0, 0, 0)),
        ("OKLCH(51.975%/**/0.17686/**/142.495DEG)", (0, 128, 0)),
        ("rgb(0% 128 none)", (0, 128, 0)),
        ("rgb(0, 128, 0", (0, 128, 0)),
        ("hwb(0.5turn 20 30)", (51, 178.5, 178.5)),
        ("hwb(90 80% 80%)", (127.5, 127.5, 127.5)),
        ("lab(150 none none)", (255, 255, 255)),
        ("lch(none 0 30)", (0, 0, 0)),
        ("oklch(50% -0.2 30)", (99, 99, 99)),
        ("rgb(1e999 -1e999 0)", (255, 0, 0)),
    ],
)
def test_a_colour_string_has_the_standards_value(text: str, expected: tuple[float, ...]) -> None:
    assert np.allclose(np.array(parse(text)[:3]) * 255, expected, atol=0.6)
    assert parse(text)[3] == 1.0


@pytest.mark.parametrize(
    ("text", "alpha"),
    [
        ("rgb(0 0 0 / none)", 0),
        ("rgba(0,0,0,50%)", 0.5),
        ("lab(0 0 0 / 2)", 1),
        ("#0008", 136 / 255),
        ("transparent", 0),
    ],
)
def test_alpha_is_read_and_clamped(text: str, alpha: float) -> None:
    assert parse(text) == (0, 0, 0, alpha)


@pytest.mark.parametrize("text", ["hsl(1e999 50% 50%)", "lab(1e999 1e999 -1e999)", "hwb(0 1e999 1e999)"])
def test_an_overflowing_number_is_no_nan(text: str) -> None:
    assert all(0 <= v <= 1 for v in parse(text))


@pytest.mark.parametrize(
    "text",
    ["", "rgb(1,2)", "#12", "#ggg", "hsl(red)", "rgb(1,2,3,4,5)", "nocolor", "red;", "# fff", "red blue", "'red'"]
    # Commas: no `none`, no mixed kinds, and only rgb() and hsl() know them.
    + ["rgb(none, 0, 0)", "rgb(0, 0, 0, none)", "rgb(10%, 20, 30)", "hsl(120, 100, 50)", "hwb(0, 50%, 50%)"]
    + ["lab(1, 2, 3)", "rgb(1, 2 3)", "rgb(1 2, 3)", "rgb(1, 2, 3,)", "rgb(1, 2, 3 / 4)", "rgb(1 2 3, 4)"]
    + ["rgb(1 2 3 4)", "rgb(1 2 3 /)", "rgb(1 2 3 / 1deg)", "rgb(1px 2 3)", "rgb(foo 0 0)", "rgb (1 2 3)"]
    + ["color()", "color(srgb)", "color(srgb, 1, 0, 0)", "color(nospace 1 0 0)", "hsl(50% 50% 50%)", "(" * 1000],
)
def test_what_is_no_colour_is_refused_with_its_cure(text: str) -> None:
    with pytest.raises(ValueError, match="is no CSS colour: (write e.g.|did you mean '(red|rgb|hsl))"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ff0000", "#ff0000"),
        ("F80", "#F80"),
        ("blak", "black"),
        ("bleu", "blue"),
        ("hsl(120, 50, 50)", "hsl(120 50 50)"),
        ("rgb(10%, 20, 30)", "rgb(10% 20 30)"),
        ("rgb(1, 2, 30%, .5)", "rgb(1 2 30% / .5)"),
        ("light blue", "lightblue"),
        ("Dark-Olive Green", "darkolivegreen"),
        ("gren", "green"),
        ("rebecapurple", "rebeccapurple"),
        ("tab:blue", "#1f77b4"),
        ("Tab:Grey", "#7f7f7f"),
        ("C0", "#1f77b4"),
        ("C9", "#17becf"),
        ("none", "transparent"),
        ("0.5", "rgb(50% 50% 50%)"),
        ("1.0", "rgb(100% 100% 100%)"),
        (".123", "rgb(12.3% 12.3% 12.3%)"),
        ("k", "black"),
        ("y", "rgb(75% 75% 0)"),
    ],
)
def test_a_slip_in_a_colour_is_refused_with_what_was_meant(text: str, meant: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text)
    assert str(caught.value) == f"{text!r} is no CSS colour: did you mean {meant!r}?"
    assert parse(meant)


@pytest.mark.parametrize("over", [1e-16, 1e-7, 1e-6])
def test_a_rounding_error_outside_of_0_to_1_is_clamped(over: float) -> None:
    tiny, high = -over, 1 + max(over, 3e-16)
    for value in ((high, tiny, 0.5), [1, 0, np.float32(0.5), high], np.array([high, tiny, 0.5, 1.0])):
        color = to_rgba(value)
        assert color == (1, 0, 0.5, 1) and all(type(each) is float for each in color)
    colors = to_rgba_array(np.array([[high, tiny, 0.5], [0, 1, tiny]]), 2)
    assert colors.tolist() == [[1, 0, 0.5, 1], [0, 1, 0, 1]]
    assert to_rgba_array(np.array([[1.0000001, 0, 0.5, 1]], np.float32), 1).max() == 1


@pytest.mark.parametrize("wrong", [1.00001, -0.00001, 2])
def test_more_than_a_rounding_error_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        to_rgba((1, wrong, 0))
    with pytest.raises(ValueError, match=r"the first at 1, \[0.0, "):
        to_rgba_array(np.array([[1.0000001, 0, 0], [0, wrong, 0]]), 2)


@pytest.mark.parametrize("settings", [{}, {"color_type": "float16"}, {"color_space": "display-p3"}])
def test_colors_with_rounding_errors_are_drawn_by_every_context(settings: Any) -> None:
    with gpucanvas.Canvas(2, 2, backend="cpu") as canvas:
        ctx = canvas.get_context("2d", **settings)
        ctx.fill_style = (1, 1.0000001, 1)
        ctx.fill_rect(0, 0, 1, 2)
        ctx.fill_rects([1], 0, 1, 2, color=np.array([[1, 1, 1.0000000000000002]]))
        ctx.stroke_style = (-1e-9, 0, 1)
        assert ctx.stroke_style == "#0000ff"
        assert (canvas.to_numpy() == 255).all()


def test_a_number_is_refused_with_its_digits() -> None:
    with pytest.raises(TypeError, match="16711680 is no colour: give a CSS string, '#ff0000', or"):
        to_rgba(0xFF0000)
    with pytest.raises(TypeError, match="-1 is no colour: give a CSS string, or"):
        to_rgba(-1)


def test_a_picture_as_a_colour_is_refused_with_the_verb_that_makes_a_paint_of_it() -> None:
    picture = Image(np.zeros((2, 2, 4), np.uint8))
    with pytest.raises(TypeError, match=r"^<Image 2x2.*is no colour: .* a picture is painted by ctx.create_pattern\("):
        to_rgba(picture)


def test_system_colours_are_opaque_colours() -> None:
    assert parse("CanvasText") == (0, 0, 0, 1)
    assert parse("buttonface")[3] == 1


@pytest.mark.parametrize("form", ["rgb({}% {}% {}%)", "RGBA( {}%,{}%,{}% )", "rgb(/**/{}% {}% {}%)"])
def test_half_a_level_goes_up_in_percentages_too(form: str) -> None:
    """50% is 127.5, and 128; in floats, 50 times 2.55 is less."""
    for tenths in range(1001):
        byte = (tenths * 255 + 500) // 1000
        text = form.format(*[f"{tenths / 10:g}"] * 3)
        assert serialize(parse(text)) == "#" + f"{byte:02x}" * 3, text


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_serialising_keeps_eight_bits(channels: tuple[int, ...]) -> None:
    rgba = tuple(v / 255 for v in channels)
    again = parse(serialize(rgba))  # type: ignore[arg-type]
    # Halves go up, as pixels do: 77 is written 0.3, and 0.3 * 255 is 76.5.
    assert tuple(int(v * 255 + 0.5) for v in again) == channels


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ((1, 2, 3), ValueError, "write r/255"),
        ((0, 0), ValueError, "3 or 4 numbers"),
        ((0, 0, float("nan")), ValueError, "has NaN, which is no channel of a colour: give floats from 0 to 1"),
        (5, TypeError, "give a CSS string"),
        (("a", 0, 0), TypeError, "give numbers"),
        (("1", "0", "0"), TypeError, "give numbers"),
        (([0, 1], 0, 0), TypeError, "give numbers"),
        (np.zeros((3, 3)), ValueError, "3 or 4 numbers"),
        (np.array(1.0), TypeError, "give a CSS string"),
    ],
)
def test_a_wrong_colour_says_the_cure(value: object, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        to_rgba(value)


def test_uint8_counts_to_255() -> None:
    assert to_rgba(np.array([255, 0, 51], np.uint8)) == (1.0, 0.0, 0.2, 1.0)


def test_arrays_of_colours_of_every_form_agree() -> None:
    expected = np.array([[1, 0, 0, 1], [0, 0, 1, 1]], np.float32)
    for value in (
        expected,
        expected.astype(np.float64)[:, :3],
        (expected * 255).astype(np.uint8),
        np.asfortranarray(expected),
        np.repeat(expected, 2, axis=0)[::2],
        ["red", "blue"],
        np.array(["red", "blue"]),
    ):
        assert np.allclose(to_rgba_array(value, 2), expected)
    assert np.allclose(to_rgba_array("red", 2), [[1, 0, 0, 1]] * 2)
    assert np.allclose(to_rgba_array((1, 0, 0), 2), [[1, 0, 0, 1]] * 2)


@pytest.mark.parametrize("value", [np.zeros((3, 4)), np.zeros((2, 5)), np.full((2, 4), 2.0), np.full((2, 4), np.nan)])
def test_arrays_that_do_not_fit_are_refused(value: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"color (has|0 is .* with NaN)"):
        to_rgba_array(value, 2)


@pytest.mark.parametrize(
    "value", [None, 5, object(), [(1, 0, 0), (1, 0, 0, 1)], ["red", (1, 0, 0)], np.zeros((2, 3), complex)]
)
def test_what_holds_no_colours_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="give one colour|give a CSS string"):
        to_rgba_array(value, 2)


def test_the_first_item_with_a_wrong_colour_is_named() -> None:
    with pytest.raises(ValueError, match=r"the first at 1, \[255, 0, 0\]: write rgb/255"):
        to_rgba_array([(1, 0, 0), (255, 0, 0)], 2)


def test_no_items_take_any_colours_of_none() -> None:
    for value in ([], np.zeros((0, 3)), "red"):
        assert to_rgba_array(value, 0).shape == (0, 4)


def test_a_colour_array_is_contiguous_and_exact_for_every_byte() -> None:
    ramp = np.arange(256, dtype=np.uint8)
    out = to_rgba_array(np.stack([ramp] * 4)[::-1].T, 256)
    assert out.flags.c_contiguous and out.dtype == np.float32
    assert out[:, 0].tolist() == [float(np.float32(v / 255)) for v in range(256)]


def test_an_alpha_that_rounds_to_opaque_is_written_as_hex() -> None:
    assert serialize((0, 0, 0, 0.999)) == "#000000"
    assert serialize((0, 0, 0, 0.45)) == "rgba(0, 0, 0, 0.45)"
