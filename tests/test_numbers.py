"""Numbers in every call: what is one in any form is taken, and one kind of error names what is not.

Where invalid values are ignored, what is no number is converted as in JavaScript instead.
"""

from __future__ import annotations

import inspect
from decimal import Decimal
from fractions import Fraction
from math import copysign, inf, isnan, nan
from typing import Any

import numpy as np
import pytest

import gpucanvas
from gpucanvas.geometry.corners import RangeError
from gpucanvas.geometry.numbers import to_number

FORMS: dict[str, Any] = {
    "Decimal": lambda v: Decimal(str(v)),
    "Fraction": Fraction,
    "float64": np.float64,
    "float32": np.float32,
    "array without axes": np.array,
}
WHOLE: dict[str, Any] = {"int": int, "int64": np.int64, "uint8": np.uint8}
"""Forms that have no halves."""
NONE: dict[str, Any] = {
    "None": None,
    "text": "1",
    "a list": [1.0],
    "a complex number": 1j,
    "a tuple": (1.0,),
    "an object": object(),
    "bytes": b"1",
}

VERBS: dict[str, tuple[float, ...]] = {
    "translate": (1.5, 2.5),
    "rotate": (0.5,),
    "scale": (1.5, 2.5),
    "transform": (1.5, 0.5, 0.25, 2.5, 3.5, 4.5),
    "set_transform": (1.5, 0.5, 0.25, 2.5, 3.5, 4.5),
    "fill_rect": (1.5, 2.5, 3.5, 4.5),
    "stroke_rect": (1.5, 2.5, 3.5, 4.5),
    "clear_rect": (1.5, 2.5, 3.5, 4.5),
    "move_to": (1.5, 2.5),
    "line_to": (1.5, 2.5),
    "quadratic_curve_to": (1.5, 2.5, 3.5, 4.5),
    "bezier_curve_to": (1.5, 2.5, 3.5, 4.5, 5.5, 6.5),
    "arc": (1.5, 2.5, 3.5, 0.5, 2.5),
    "arc_to": (1.5, 2.5, 8.5, 4.5, 0.5),
    "ellipse": (1.5, 2.5, 3.5, 4.5, 0.25, 0.5, 2.5),
    "rect": (1.5, 2.5, 3.5, 4.5),
    "round_rect": (1.5, 2.5, 6.5, 7.5),
    "create_linear_gradient": (1.5, 2.5, 3.5, 4.5),
    "create_radial_gradient": (1.5, 2.5, 3.5, 4.5, 5.5, 6.5),
    "create_conic_gradient": (0.5, 2.5, 3.5),
    "draw_image": (1.5, 2.5, 3.5, 4.5),
    "put_image_data": (1.0, 2.0),
    "fill_rects": (1.5, 2.5, 3.5, 4.5),
    "stroke_rects": (1.5, 2.5, 3.5, 4.5),
    "fill_circles": (1.5, 2.5, 3.5),
    "stroke_circles": (1.5, 2.5, 3.5),
    "fill_arcs": (1.5, 2.5, 3.5, 0.5, 2.5),
    "stroke_arcs": (1.5, 2.5, 3.5, 0.5, 2.5),
    "is_point_in_path": (1.5, 2.5),
    "is_point_in_stroke": (1.5, 2.5),
}
SETTINGS = {
    "global_alpha": 0.5,
    "line_width": 2.5,
    "miter_limit": 3.5,
    "line_dash_offset": 4.5,
    "shadow_blur": 5.5,
    "shadow_offset_x": 6.5,
    "shadow_offset_y": 7.5,
}
NAMES = {
    "draw_image": "dx dy dw dh",
    "set_transform": "a b c d e f",
    "is_point_in_path": "x y",
    "is_point_in_stroke": "x y",
    "put_image_data": "dx dy",
}
BATCHES = {verb for verb in VERBS if verb.endswith("s") and verb.startswith(("fill_", "stroke_"))}
PICTURE = np.full((3, 3, 4), 200, np.uint8)


def names_of(verb: str) -> list[str]:
    if verb in NAMES:
        return NAMES[verb].split()
    parameters = list(inspect.signature(getattr(gpucanvas.Context2D, verb)).parameters)[1:]
    return parameters[: len(VERBS[verb])]


def call(ctx: Any, verb: str, numbers: Any) -> Any:
    leading = (PICTURE,) if verb in ("draw_image", "put_image_data") else ()
    return getattr(ctx, verb)(*leading, *numbers)


def a_context(on_invalid: Any = None) -> Any:
    ctx = gpucanvas.Recording(20, 20, on_invalid=on_invalid).get_context("2d")
    ctx.scale(1.25, 0.75)
    return ctx


def told(verb: str, numbers: Any, on_invalid: Any = None) -> Any:
    """Everything that a call leaves behind, or the type of its error."""
    ctx = a_context(on_invalid)
    try:
        result = call(ctx, verb, numbers)
    except TypeError:
        if on_invalid != "ignore":
            raise
        result = TypeError
    ctx.line_to(9.5, 9.5)
    ctx.fill()
    commands = ctx.canvas._commands
    batches = [np.asarray(batch.items, np.float64).tolist() for batch in commands.batches]
    made = getattr(result, "numbers", result)
    return bytes(commands.commands), bytes(commands.states), commands.coords.tolist(), batches, made


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("verb", VERBS)
def test_a_number_in_any_form_does_the_same(verb: str, form: str) -> None:
    floats = VERBS[verb]
    expected = told(verb, floats)
    assert told(verb, [FORMS[form](v) for v in floats]) == expected
    for i in range(len(floats)):
        mixed = [FORMS[form](v) if k == i else v for k, v in enumerate(floats)]
        assert told(verb, mixed) == expected, f"only {names_of(verb)[i]} as {form}"


@pytest.mark.parametrize("form", WHOLE)
@pytest.mark.parametrize("verb", VERBS)
def test_a_whole_number_in_any_form_does_the_same(verb: str, form: str) -> None:
    whole = [1.0 + (k > 3) for k in range(len(VERBS[verb]))]
    if verb == "transform" or verb == "set_transform":
        whole = [2.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert told(verb, [WHOLE[form](v) for v in whole]) == told(verb, whole)


@pytest.mark.parametrize("on_invalid", ["raise", "ignore"])
@pytest.mark.parametrize("wrong", NONE)
@pytest.mark.parametrize("verb", VERBS)
def test_what_is_no_number_is_refused_by_name_and_value(verb: str, wrong: str, on_invalid: str) -> None:
    if on_invalid == "ignore" and verb not in BATCHES:
        return  # It is converted: see the tests below.
    ctx = a_context(on_invalid)
    value = NONE[wrong]
    if verb in BATCHES and wrong in ("a list", "a tuple"):
        return  # These are columns.
    for i, name in enumerate(names_of(verb)):
        numbers: list[Any] = list(VERBS[verb])
        numbers[i] = value
        if verb in BATCHES and name == "height" and value is None:
            continue  # Squares.
        with pytest.raises(TypeError) as caught:
            call(ctx, verb, numbers)
        text = str(caught.value)
        assert text.startswith(f"{verb}: {name} is {value!r:.40}") or name in text and wrong == "an object", text
        assert "give " in text and "number" in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_takes_a_number_in_any_form(name: str, form: str) -> None:
    ctx = a_context()
    setattr(ctx, name, FORMS[form](SETTINGS[name]))
    assert getattr(ctx, name) == SETTINGS[name]
    assert type(getattr(ctx, name)) is float


@pytest.mark.parametrize("wrong", NONE)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_refuses_what_is_no_number(name: str, wrong: str) -> None:
    ctx = a_context()
    before = getattr(ctx, name)
    with pytest.raises(TypeError, match=f"^{name} is .*: give a number$"):
        setattr(ctx, name, NONE[wrong])
    assert getattr(ctx, name) == before


@pytest.mark.parametrize("name", ["line_cap", "line_join", "global_composite_operation", "image_smoothing_quality"])
@pytest.mark.parametrize("value", [None, 5, [], "nonsense", b"round"])
def test_a_setting_of_names_refuses_what_is_none(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name} is .*: give"):
        setattr(a_context(), name, value)
    lax = a_context("ignore")
    before = getattr(lax, name)
    setattr(lax, name, value)
    assert getattr(lax, name) == before


@pytest.mark.parametrize(
    ("segments", "text"),
    [
        (5, "segments is 5: give a list of numbers"),
        (None, "segments is None: give a list of numbers"),
        ("12", "segments is '12': give a list of numbers"),
        ([1, "2"], r"segments\[1\] is '2': give a number"),
        ([None], r"segments\[0\] is None: give a number"),
        ([[1, 2]], r"segments\[0\] is \[1, 2\]: give a number"),
    ],
)
def test_dashes_that_are_no_numbers_are_refused(segments: Any, text: str) -> None:
    with pytest.raises(TypeError, match=f"^set_line_dash: {text}"):
        a_context().set_line_dash(segments)


JAVASCRIPT: list[tuple[Any, float]] = [
    *(("10", 10.0), (".1", 0.1), ("5.", 5.0), ("1e3", 1000.0), ("1E-2", 0.01), ("+4", 4.0), ("-2.5", -2.5)),
    *(("", 0.0), (" ", 0.0), ("\t7\n", 7.0), ("\xa0\u20288\ufeff", 8.0), ("007", 7.0), ("-0", -0.0), ("1e999", inf)),
    *(("0x1f", 31.0), ("0XFF", 255.0), (" 0b101 ", 5.0), ("0B1", 1.0), ("0o17", 15.0), ("0O7", 7.0)),
    *(("0x" + "f" * 400, inf), ("0x20000000000001", 2.0**53), ("Infinity", inf), ("+Infinity", inf)),
    *(("-Infinity", -inf), ("-0x1", nan), ("0x", nan), ("0xg", nan), ("0b2", nan), ("0o8", nan), ("1_000", nan)),
    *(("nan", nan), ("NaN", nan), ("inf", nan), ("infinity", nan), ("INFINITY", nan), ("Infinity1", nan)),
    *(("12px", nan), ("1,5", nan), ("1 2", nan), (".", nan), ("-", nan), ("e5", nan), ("1e", nan), ("1e1.5", nan)),
    *(("+-1", nan), ("- 1", nan), ("0x1p3", nan), ("0x_1", nan), ("1n", nan), ("true", nan), ("\u0663", nan)),
    *(("\x1c1", nan), ("1\x85", nan), ("\u200b1", nan), ("1\x00", nan), (None, nan), (True, 1.0), (False, 0.0)),
    *((3, 3.0), (2.5, 2.5), (10**400, inf), (-(10**400), -inf), (Decimal("1.5"), 1.5), (np.int8(-3), -3.0)),
    *(([1, 2], nan), ({}, nan), (object(), nan), (1j, nan), (b"1", nan)),
]
"""Values, and the numbers that ECMAScript's ToNumber makes of them; None is undefined."""


@pytest.mark.parametrize(("value", "number"), JAVASCRIPT, ids=lambda value: f"{value!r:.20}".partition(" at ")[0])
def test_a_value_is_the_number_that_it_is_in_javascript(value: Any, number: float) -> None:
    got = to_number(value)
    assert type(got) is float
    assert isnan(got) if isnan(number) else (got == number and copysign(1, got) == copysign(1, number))
    ctx = a_context("ignore")
    ctx.line_dash_offset = 77
    ctx.line_dash_offset = value
    assert ctx.line_dash_offset == (77 if isnan(number) or abs(number) == inf else number)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in BATCHES])
def test_a_text_of_a_number_is_the_number_where_invalid_values_are_ignored(verb: str) -> None:
    floats = VERBS[verb]
    expected = told(verb, floats)
    assert told(verb, [f" {v}\n" for v in floats], "ignore") == expected
    for i in range(len(floats)):
        assert told(verb, [str(v) if k == i else v for k, v in enumerate(floats)], "ignore") == expected


@pytest.mark.parametrize("wrong", [wrong for wrong in NONE if wrong != "text"])
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in BATCHES])
def test_what_is_no_number_does_what_nan_does_where_invalid_values_are_ignored(verb: str, wrong: str) -> None:
    for i in range(len(VERBS[verb])):
        before, after = VERBS[verb][:i], VERBS[verb][i + 1 :]
        assert told(verb, [*before, NONE[wrong], *after], "ignore") == told(verb, [*before, nan, *after], "ignore")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_converts_what_is_no_number_where_invalid_values_are_ignored(name: str) -> None:
    ctx = a_context("ignore")
    setattr(ctx, name, f" {SETTINGS[name]} ")
    assert getattr(ctx, name) == SETTINGS[name]
    for wrong in (*NONE.values(), "nan", "x", "Infinity"):
        if wrong != "1":
            setattr(ctx, name, wrong)
            assert getattr(ctx, name) == SETTINGS[name]
    setattr(ctx, name, "1")
    assert getattr(ctx, name) == 1.0
    assert type(getattr(ctx, name)) is float


def test_dashes_are_converted_where_invalid_values_are_ignored() -> None:
    ctx = a_context("ignore")
    ctx.set_line_dash(["3", 1, "0x2", True])
    assert ctx.get_line_dash() == [3.0, 1.0, 2.0, 1.0]
    for ignored in ([None], ["3", None], [1, "x"], ["-1", 1], [[1, 2]], [10**400, "1"]):
        ctx.set_line_dash(ignored)
        assert ctx.get_line_dash() == [3.0, 1.0, 2.0, 1.0]
    for wrong in (None, 5, "12"):  # In WebIDL, too, these are no sequence.
        with pytest.raises(TypeError, match=r"^set_line_dash: segments is .*: give a list of numbers"):
            ctx.set_line_dash(wrong)


ROUND: list[tuple[Any, Any]] = [
    ("2", 2),
    (["2", 3], [2, 3]),
    ([{"x": "2", "y": 3}], [{"x": 2, "y": 3}]),
    ([{"x": None, "y": 3}], [{"x": 0, "y": 3}]),
    *((none, 0) for none in (None, [None], "")),
    *((wrong, nan) for wrong in ("a", ["a"], [{"x": 1, "y": "b"}])),
]
"""Radii, and those which they are in Chromium."""


@pytest.mark.parametrize(("radii", "same"), ROUND, ids=repr)
def test_radii_are_converted_where_invalid_values_are_ignored(radii: Any, same: Any) -> None:
    paths = [gpucanvas.Path2D(on_invalid="ignore") for _ in range(2)]
    for path, each in zip(paths, (radii, same), strict=True):
        path.round_rect(0, 0, 20, 20, each)
    assert paths[0].to_svg() == paths[1].to_svg()
    with pytest.raises(RangeError, match="negative"):
        paths[0].round_rect(0, 0, 20, 20, "-1")
    with pytest.raises(TypeError, match="round_rect: radius .* is neither a number nor a point"):
        gpucanvas.Path2D().round_rect(0, 0, 20, 20, radii)


def drawn_with(make: Any) -> Any:
    """A picture of texts, pixels and paints, all of whose numbers are made by a function."""
    ctx: Any = gpucanvas.Canvas(20, 20, backend="cpu", on_invalid="ignore").get_context("2d")
    gradient = ctx.create_radial_gradient(*map(make, (9, 9, 0, 9, 9, 12)))
    gradient.add_color_stop(make(0.25), "red")
    gradient.add_color_stop(make(1), "blue")
    ctx.fill_style = gradient
    ctx.fill_text("W", make(1), make(9), make(4))
    ctx.stroke_text("W", make(9), make(9))
    ctx.put_image_data(np.full((4, 4, 4), 99, np.uint8), *map(make, (9, 12, 1, 0, 2, 3)))
    pattern = ctx.create_pattern(PICTURE)
    pattern.set_transform(*map(make, (2, 0, 0, 2, 1, 1)))
    pattern.set_transform(1, 0, 0, 1, "x", 0)
    ctx.fill_text("W", None, 9)
    ctx.fill_text("W", 1, 9, "wide")
    ctx.fill_style = pattern
    ctx.fill_rect(0, 12, 8, 8)
    return ctx.get_image_data(*map(make, (0, 0, 20, 19)))


def test_texts_pixels_and_paints_take_texts_of_numbers_where_invalid_values_are_ignored() -> None:
    picture = drawn_with(float)
    assert (drawn_with(str) == picture).all()
    assert len(np.unique(picture.reshape(-1, 4), axis=0)) > 10


def test_what_webidl_refuses_is_refused_where_invalid_values_are_ignored() -> None:
    ctx: Any = gpucanvas.Canvas(20, 20, backend="cpu", on_invalid="ignore").get_context("2d")
    gradient = ctx.create_linear_gradient(0, 0, "1", 0)
    for wrong in (
        lambda: ctx.get_image_data(0, None, 5, 5),
        lambda: ctx.create_image_data("5px", 5),
        lambda: ctx.create_linear_gradient(0, 0, "x", 0),
        lambda: gradient.add_color_stop("x", "red"),
    ):
        with pytest.raises(TypeError, match="give a .*number"):
            wrong()
    for beyond in (
        lambda: gradient.add_color_stop("2", "red"),
        lambda: ctx.arc(0, 0, "-1", 0, 1),
        lambda: ctx.get_image_data(0, 0, "", 5),
    ):
        with pytest.raises(gpucanvas.IndexSizeError):
            beyond()


def test_dashes_are_numbers_in_any_form_and_come_from_anything_that_has_some() -> None:
    ctx = a_context()
    for given in ([Decimal("1.5"), Fraction(5, 2)], np.array([1.5, 2.5]), (v for v in (1.5, 2.5))):
        ctx.set_line_dash(given)
        assert ctx.get_line_dash() == [1.5, 2.5]
    for bad in ([1, -1], [float("nan")], [10**400]):
        with pytest.raises(ValueError, match="set_line_dash is .*: give finite numbers of at least 0"):
            ctx.set_line_dash(bad)
    assert ctx.get_line_dash() == [1.5, 2.5]


@pytest.mark.parametrize("huge", [10**400, 10**5000, -(10**400)], ids=["long", "too long to write", "negative"])
def test_an_integer_beyond_float64_is_no_finite_number(huge: int) -> None:
    for verb in ("fill_rect", "translate", "line_to"):
        numbers = [huge, *VERBS[verb][1:]]
        with pytest.raises(ValueError, match=f"{verb}: x is .*: give a finite number"):
            call(a_context(), verb, numbers)
        call(a_context("ignore"), verb, numbers)


@pytest.mark.parametrize("wrong", [None, "1", [1.0]])
def test_a_matrix_refuses_what_is_no_number(wrong: Any) -> None:
    matrix = gpucanvas.DOMMatrix()
    for use in (
        lambda: matrix.translate(wrong, 0),
        lambda: matrix.translate(0, wrong),
        lambda: matrix.scale(wrong),
        lambda: matrix.rotate(wrong),
        lambda: matrix.transform_point(wrong, 0),
        lambda: gpucanvas.DOMMatrix([1, 0, 0, 1, 0, wrong]),
        lambda: gpucanvas.DOMMatrix({"e": wrong}),
    ):
        with pytest.raises(TypeError, match="number"):
            use()
    assert list(matrix.translate(Decimal(1), Fraction(1, 2)).scale(Decimal(2))) == [2.0, 0.0, 0.0, 2.0, 1.0, 0.5]


@pytest.mark.parametrize("wrong", [None, "a", [1]])
def test_a_gradient_s_place_and_corners_refuse_what_is_no_number(wrong: Any) -> None:
    gradient = a_context().create_linear_gradient(0, 0, 1, 1)
    with pytest.raises(TypeError, match="add_color_stop: offset is .*: give a number"):
        gradient.add_color_stop(wrong, "red")
    gradient.add_color_stop(Decimal("0.5"), "red")
    with pytest.raises(TypeError, match="round_rect: radius .* is neither a number nor a point"):
        a_context().round_rect(0, 0, 5, 5, [wrong] if wrong != [1] else ["b"])


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("form", [np.uint8, np.int8, np.int16, np.uint16], ids=lambda form: form.__name__)
def test_whole_numbers_of_numpy_do_not_wrap_when_they_are_looked_at(form: Any) -> None:
    most = form(np.iinfo(form).max)
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    ctx = canvas.get_context("2d")
    image = gpucanvas.Image(np.zeros((4, 4, 4), np.uint8))
    for _ in range(3):  # What is drawn again goes another way.
        ctx.fill_rect(most, most, most, most)
        ctx.clear_rect(most, most, most, most)
        ctx.stroke_rect(most, most, most, most)
        ctx.fill_text("a", most, most)
        ctx.draw_image(image, most, most, most, most)
        ctx.draw_image(image, form(0), form(0), form(4), form(4), most, most, most, most)
        ctx.translate(most, most)
        ctx.move_to(most, most)
        ctx.arc(most, most, most, 0, 1)
        ctx.rect(most, most, most, most)


@pytest.mark.parametrize(
    ("lengths", "count"),
    [((3, 3, 3), 3), ((1, 3, 1), 3), ((0, 1, 0), 0), ((None, None, 2), 2), ((None, None, None), 1)],
)
def test_columns_of_a_batch_have_one_length_or_are_scalars(lengths: tuple[int | None, ...], count: int) -> None:
    columns = [1.5 if length is None else np.full(length, 1.5) for length in lengths]
    recording = gpucanvas.Recording(8, 8)
    recording.get_context("2d").fill_circles(*columns)
    assert recording._commands.batches[0].items.shape == (count, 3)


@pytest.mark.parametrize("lengths", [(2, 3, 3), (0, 3, 3), (1, 2, 3)])
def test_columns_of_other_lengths_are_refused(lengths: tuple[int, ...]) -> None:
    ctx = gpucanvas.Recording(8, 8).get_context("2d")
    with pytest.raises(ValueError, match=r"do not fit together: give one length, or scalars"):
        ctx.fill_circles(*(np.ones(length) for length in lengths))


@pytest.mark.parametrize(("scalar", "dtype"), [(0.1, "f4"), (1e300, "f8"), (1e9 + 0.1, "f8"), (7, "f4")])
def test_a_scalar_beyond_float32_makes_a_batch_of_float64(scalar: float, dtype: str) -> None:
    recording = gpucanvas.Recording(8, 8)
    recording.get_context("2d").fill_rects(np.ones(3, np.float32), scalar, 1, 1)
    assert recording._commands.batches[0].items.dtype == np.dtype(dtype)
