"""Numbers in every call: what is one in any form is taken, and one kind of error names what is not."""

from __future__ import annotations

import inspect
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import gpucanvas

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
SETTINGS = {"global_alpha": 0.5, "line_width": 2.5, "miter_limit": 3.5, "line_dash_offset": 4.5}
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


def told(verb: str, numbers: Any) -> Any:
    """Everything that a call leaves behind."""
    ctx = a_context()
    result = call(ctx, verb, numbers)
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


@pytest.mark.parametrize("on_invalid", ["raise", "ignore"])
@pytest.mark.parametrize("wrong", NONE)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_refuses_what_is_no_number(name: str, wrong: str, on_invalid: str) -> None:
    ctx = a_context(on_invalid)
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
    for on_invalid in ("raise", "ignore"):
        with pytest.raises(TypeError, match=f"^set_line_dash: {text}"):
            a_context(on_invalid).set_line_dash(segments)


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
