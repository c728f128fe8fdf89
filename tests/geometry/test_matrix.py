"""DOMMatrix and DOMPoint against NumPy's products of 4x4 matrices, and against what the standard says in words."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from math import cos, degrees, isnan, pi, radians, sin, tan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucanvas import DOMMatrix, DOMPoint, DOMRect
from gpucanvas.geometry import transforms

numbers = st.floats(-20, 20)
SIX = (2.0, 0.5, -1.0, 3.0, 7.0, -4.0)
SOLID = np.random.default_rng(3).uniform(-2, 2, (4, 4))
"""A matrix of space with perspective, as it multiplies columns."""


def columns(matrix: DOMMatrix) -> Any:
    """The matrix as it multiplies columns, read by its sixteen names."""
    return np.array([[getattr(matrix, f"m{column}{row}") for column in range(1, 5)] for row in range(1, 5)])


def flat(a: float, b: float, c: float, d: float, e: float, f: float) -> Any:
    return np.array([[a, c, 0, e], [b, d, 0, f], [0, 0, 1, 0], [0, 0, 0, 1]])


def shifted(x: float, y: float, z: float = 0) -> Any:
    found = np.eye(4)
    found[:3, 3] = x, y, z
    return found


def turned(axis: str, degrees: float) -> Any:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    found = np.eye(4)
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    found[i, i] = found[j, j] = c
    found[i, j], found[j, i] = -s, s
    return found


OPERATIONS: dict[str, tuple[Callable[[DOMMatrix], DOMMatrix], Any, bool]] = {
    "translate": (lambda m: m.translate(3, 4), shifted(3, 4), True),
    "translate in depth": (lambda m: m.translate(3, 4, 5), shifted(3, 4, 5), False),
    "scale": (lambda m: m.scale(2), np.diag([2, 2, 1, 1]), True),
    "scale x and y": (lambda m: m.scale(2, 3), np.diag([2, 3, 1, 1]), True),
    "scale in depth": (lambda m: m.scale(2, 3, 4), np.diag([2, 3, 4, 1]), False),
    "scale about": (
        lambda m: m.scale(2, 3, 1, 10, 20),
        shifted(10, 20) @ np.diag([2, 3, 1, 1]) @ shifted(-10, -20),
        True,
    ),
    "scale_3d": (
        lambda m: m.scale_3d(2, 1, 2, 3),
        shifted(1, 2, 3) @ np.diag([2, 2, 2, 1]) @ shifted(-1, -2, -3),
        False,
    ),
    "flip_x": (lambda m: m.flip_x(), np.diag([-1, 1, 1, 1]), True),
    "flip_y": (lambda m: m.flip_y(), np.diag([1, -1, 1, 1]), True),
    "rotate": (lambda m: m.rotate(30), turned("z", 30), True),
    "rotate three": (lambda m: m.rotate(10, 20, 30), turned("z", 30) @ turned("y", 20) @ turned("x", 10), False),
    "rotate two": (lambda m: m.rotate(10, 20), turned("y", 20) @ turned("x", 10), False),
    "rotate by the third": (lambda m: m.rotate(0, 0, 30), turned("z", 30), True),
    "rotate_from_vector": (lambda m: m.rotate_from_vector(0, 5), turned("z", 90), True),
    "rotate_from_vector of nothing": (lambda m: m.rotate_from_vector(0, 0), np.eye(4), True),
    "rotate_axis_angle z": (lambda m: m.rotate_axis_angle(0, 0, 9, 40), turned("z", 40), True),
    "rotate_axis_angle x": (lambda m: m.rotate_axis_angle(2, 0, 0, 40), turned("x", 40), False),
    "rotate_axis_angle without an axis": (lambda m: m.rotate_axis_angle(0, 0, 0, 40), np.eye(4), True),
    "skew_x": (lambda m: m.skew_x(20), flat(1, 0, tan(radians(20)), 1, 0, 0), True),
    "skew_y": (lambda m: m.skew_y(20), flat(1, tan(radians(20)), 0, 1, 0, 0), True),
    "multiply": (lambda m: m.multiply([1, 2, 3, 4, 5, 6]), flat(1, 2, 3, 4, 5, 6), True),
    "multiply by a solid": (lambda m: m.multiply(SOLID), SOLID, False),
    "matmul": (lambda m: m @ DOMMatrix([1, 2, 3, 4, 5, 6]), flat(1, 2, 3, 4, 5, 6), True),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_multiplies_from_the_right(name: str) -> None:
    operate, right, in_plane = OPERATIONS[name]
    for start, left, is_2d in ((DOMMatrix(SIX), flat(*SIX), True), (DOMMatrix(SOLID), SOLID, False)):
        done = operate(start)
        np.testing.assert_allclose(columns(done), left @ right, atol=1e-12)
        assert done.is_2d == (is_2d and in_plane)
        np.testing.assert_array_equal(columns(start), left), "the first is left as it was"


@pytest.mark.parametrize(
    "verb", [name for name in dir(DOMMatrix) if name.endswith("_self") and name != "pre_multiply_self"]
)
def test_a_self_form_changes_the_matrix_as_its_other_form_says_and_returns_it(verb: str) -> None:
    plain = {"invert_self": "inverse"}.get(verb, verb.removesuffix("_self"))
    arguments = ([1, 2, 3, 4, 5, 6],) if plain == "multiply" else () if plain == "inverse" else (2, 3)
    if plain == "rotate_axis_angle":
        arguments = (1, 2, 3, 40)
    if plain.startswith("skew"):
        arguments = (15,)
    matrix = DOMMatrix(SIX)
    expected = getattr(matrix, plain)(*arguments)
    assert expected != matrix
    assert getattr(matrix, verb)(*arguments) is matrix
    assert matrix == expected


def test_pre_multiply_applies_the_other_map_last() -> None:
    matrix = DOMMatrix(SIX)
    assert matrix.pre_multiply_self([1, 2, 3, 4, 5, 6]) is matrix and matrix.is_2d
    np.testing.assert_allclose(columns(matrix), flat(1, 2, 3, 4, 5, 6) @ flat(*SIX))
    matrix.pre_multiply_self(SOLID)
    np.testing.assert_allclose(columns(matrix), SOLID @ flat(1, 2, 3, 4, 5, 6) @ flat(*SIX))


@settings(deadline=None)
@given(st.lists(numbers, min_size=16, max_size=16))
def test_an_inverse_of_space_undoes_its_map(sixteen: list[float]) -> None:
    matrix = DOMMatrix(sixteen)
    square = np.array(sixteen).reshape(4, 4)
    if abs(np.linalg.det(square)) > 1 and np.linalg.cond(square) < 1e4:
        np.testing.assert_allclose(columns(matrix.inverse()), np.linalg.inv(square.T), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("singular", [[0] * 6, [1, 2, 2, 4, 0, 0], [0] * 16, np.ones((4, 4))])
def test_without_an_inverse_there_is_a_matrix_of_space_of_nan(singular: Any) -> None:
    inverse = DOMMatrix(singular).inverse()
    assert not inverse.is_2d and not inverse.is_identity
    assert np.isnan(inverse.to_float64_array()).all() and inverse.to_float64_array().shape == (16,)


def test_a_matrix_stays_2d_until_a_number_leaves_the_plane() -> None:
    matrix = DOMMatrix(SIX)
    matrix.m33, matrix.m34 = 1, 0
    assert matrix.is_2d
    matrix.m34 = -0.25
    assert not matrix.is_2d
    matrix.m34 = 0
    assert not matrix.is_2d, "as the standard has it: once it has left, it stays"
    assert matrix == DOMMatrix(SIX)
    matrix.m41, matrix.d = 70, 9
    assert (matrix.e, matrix.m22) == (70, 9)
    with pytest.raises(TypeError, match="DOMMatrix: m34 is 'x': give a number"):
        matrix.m34 = "x"  # type: ignore[assignment]


def test_a_point_is_mapped_and_not_divided() -> None:
    point = DOMPoint(1, 2, 3, 0.5)
    expected = SOLID @ [1, 2, 3, 0.5]
    for mapped in (DOMMatrix(SOLID).transform_point(point), point.matrix_transform(SOLID)):
        np.testing.assert_allclose([mapped.x, mapped.y, mapped.z, mapped.w], expected)
    assert DOMMatrix(SIX).transform_point({"x": 1, "y": 1}) == DOMPoint(2 - 1 + 7, 0.5 + 3 - 4)
    assert DOMMatrix(SIX).transform_point(1, 1) == (8, -0.5)
    assert DOMMatrix(SIX).transform_point() == DOMPoint(7, -4)
    for wrong in (5, "ab", (1,), (1, 2, 3, 4, 5)):
        with pytest.raises(TypeError, match="a point cannot be made of"):
            DOMPoint.from_point(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"takes a point or two numbers, not 3"):
        DOMMatrix().transform_point(1, 2, 3)  # type: ignore[call-overload]


def test_a_point_is_a_value_with_the_standard_s_defaults() -> None:
    assert DOMPoint() == DOMPoint(0, 0, 0, 1) == DOMPoint.from_point({}) == DOMPoint.from_point()
    point = DOMPoint.from_point((1, 2))
    again = pickle.loads(pickle.dumps(point))
    again.x = 5
    assert (point.to_json(), again) == ({"x": 1, "y": 2, "z": 0, "w": 1}, DOMPoint(5, 2))
    assert eval(repr(point)) == point


CSS = {
    "": np.eye(4),
    " none ": np.eye(4),
    "matrix(1, 2,3 , 4, 5e0, -6.5)": flat(1, 2, 3, 4, 5, -6.5),
    "translate(10px)": shifted(10, 0),
    "translate(1in, 2.54cm)": shifted(96, 96),
    "translateX(3pt) translateY(1pc)": shifted(4, 16),
    "scale(2) rotate(90deg)": np.diag([2, 2, 1, 1]) @ turned("z", 90),
    "rotate(0.25turn)rotate(100grad)": turned("z", 180),
    "SKEW(45deg, 0)": flat(1, 0, 1, 1, 0, 0),
    "skewY(45deg)": flat(1, 1, 0, 1, 0, 0),
    "scaleX(2) scaleY(-3)": np.diag([2, -3, 1, 1]),
    "scale(50%, 3)": np.diag([0.5, 3, 1, 1]),
    "NONE": np.eye(4),
    "translate(5px": shifted(5, 0),
    "/* a */ translate(/* b */ 5px /**/, 6px)/**/scale(2)": shifted(5, 6) @ np.diag([2, 2, 1, 1]),
    r"tr\61nslate(5px)": shifted(5, 0),
    "translate(calc(1in + 4px), max(1px, 2px))": shifted(100, 2),
    "rotate(calc(45deg * 2)) scale(calc(25% * 2), calc(1 + 2))": turned("z", 90) @ np.diag([0.5, 3, 1, 1]),
    "skewX(calc(infinity * 1deg))": np.eye(4),
    "translate(calc(NaN * 1px), calc(1px / 2))": shifted(0, 0.5),
}
CSS_3D = {
    f"matrix3d({', '.join(map(repr, SOLID.T.ravel().tolist()))})": SOLID,
    "translate3d(1px, 2px, 3px) scale3d(2, 3, 4)": shifted(1, 2, 3) @ np.diag([2, 3, 4, 1]),
    "rotateX(30deg) rotateY(40deg) rotateZ(50deg)": turned("x", 30) @ turned("y", 40) @ turned("z", 50),
    f"rotate3d(0, 5, 0, {pi / 3}rad)": turned("y", 60),
    "perspective(none)": np.eye(4),
    "perspective(calc(-2px))": np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, -1, 1]]),
    "perspective(200px)": np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, -1 / 200, 1]]),
}


@pytest.mark.parametrize("text", [*CSS, *CSS_3D])
def test_a_list_of_css_transforms_is_read(text: str) -> None:
    matrix = DOMMatrix(text)
    np.testing.assert_allclose(columns(matrix), {**CSS, **CSS_3D}[text], atol=1e-12)
    assert matrix.is_2d == (text in CSS)
    assert DOMMatrix(SIX).set_matrix_value(text) == matrix


def test_plain_lists_are_read_as_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*CSS, *CSS_3D, "rotate( 1e1DEG )scale(.5,+2)", "translate(-0.5px,\n3pt)\fskewX(1RAD) "]
    quick = [transforms._read_plain(text) for text in texts]
    monkeypatch.setattr(transforms, "_read_plain", lambda text: None)
    assert sum(each is not None for each in quick) > len(texts) / 2
    for text, found in zip(texts, quick, strict=True):
        assert found is None or found == transforms.parse_transforms(text), text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("translate(5em)", "'5em' is no length in px"),
        ("translate(50%)", "'50%' is no length"),
        ("translate(5)", "'5' is no length"),
        ("rotate(5px)", "'5px' is no angle in deg"),
        ("scale(1, 2, 3)", r"scale\(\) has 3 arguments and takes 1 to 2"),
        ("matrix(1, 2, 3)", r"matrix\(\) has 3 arguments and takes 6"),
        ("scale(2) wobble(3)", "at 'wobble"),
        ("scale(2) and more", "at 'and' there is no transform function"),
        ("scale(,)", "'' is no number"),
        ("scale", "at 'scale' there is no"),
        ("scale(50px)", "'50px' is no number or percentage;"),
        ("matrix(50%, 0, 0, 1, 0, 0)", "'50%' is no number;"),
        ("perspective(-1px)", "'-1px' is a negative distance"),
        ("(" * 5000, "no transform function"),
        (" ", "there is no transform function"),
        ("/**/", "there is no transform function"),
        ("translate(calc(0))", r"'calc\(0\)' is no length"),
        ("translate(calc(1em))", r"'calc\(1em\)' is no length"),
        ("scale(calc(1 + 10%))", r"'calc\(1 \+ 10%\)' is no number or percentage"),
        ("translate(1px 2px)", "'1px2px' is no length"),
        ("rotate(1e400deg)", "'1e400deg' is beyond the range of numbers"),
        ("matrix(1e999, 0, 0, 1, 0, 0)", "'1e999' is beyond the range of numbers"),
    ],
)
def test_text_that_is_no_list_of_transforms_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"a matrix cannot be made of .*{why}") as caught:
        DOMMatrix(text)
    assert caught.value.name == "SyntaxError"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=why):
        DOMMatrix().set_matrix_value(text)


@pytest.mark.parametrize("numbers", [[], [1, 2, 3], list(range(5)), list(range(17))])
def test_another_count_of_numbers_is_refused_as_a_type_error(numbers: list[float]) -> None:
    """Geometry Interfaces: a sequence of neither 6 nor 16 numbers throws a TypeError."""
    with pytest.raises(ValueError, match="a matrix cannot be made of shape") as caught:
        DOMMatrix(numbers)
    assert caught.value.name == "TypeError"  # type: ignore[attr-defined]


@pytest.mark.parametrize("start", [SIX, SOLID])
def test_what_is_written_is_read_again(start: Any) -> None:
    matrix = DOMMatrix(start)
    assert DOMMatrix(str(matrix)) == matrix
    assert DOMMatrix.from_matrix(matrix) == matrix and DOMMatrix(matrix).is_2d == matrix.is_2d
    assert DOMMatrix.from_float64_array(matrix.to_float64_array()) == matrix
    assert DOMMatrix.from_matrix(matrix.to_json()) == matrix  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(matrix)) == matrix
    assert matrix.to_float32_array().dtype == np.float32
    assert DOMMatrix(list(matrix)).is_2d == matrix.is_2d
    np.testing.assert_array_equal(DOMMatrix(matrix.to_numpy()).to_float64_array(), matrix.to_float64_array())


def test_css_of_a_matrix_is_as_browsers_write_it() -> None:
    assert str(DOMMatrix([1, 0.5, -2, 1, 0, 1e-7])) == "matrix(1, 0.5, -2, 1, 0, 1e-7)"
    odd = DOMMatrix([1e16, -0.0, 1.5e-7, 1e21, 0.00001, 2])
    assert str(odd) == "matrix(10000000000000000, 0, 1.5e-7, 1e+21, 0.00001, 2)"
    assert str(DOMMatrix().translate(0, 0, 2)).startswith("matrix3d(1, 0, 0, 0, 0, 1,")
    assert "nan" in str(DOMMatrix([0] * 6).inverse())


def test_a_mapping_s_numbers_agree_or_are_refused() -> None:
    assert not DOMMatrix({"m43": 5}).is_2d and DOMMatrix({"m43": 5}).m43 == 5
    assert DOMMatrix({"m43": 0, "e": 2}).is_2d
    assert not DOMMatrix({"is2D": False}).is_2d
    with pytest.raises(TypeError, match="is2D is true and m43 is 5"):
        DOMMatrix({"m43": 5, "is2D": True})
    with pytest.raises(TypeError, match=r"shape \(4,\): give 6 or 16 numbers"):
        DOMMatrix.from_float32_array(np.zeros(4, np.float32))


def test_two_names_of_a_number_agree_as_javascript_s_same_value_zero_has_it() -> None:
    assert isnan(DOMMatrix({"a": float("nan"), "m11": float("nan")}).a)
    assert DOMMatrix({"e": 0.0, "m41": -0.0}).e == 0
    with pytest.raises(TypeError, match=r"e=nan and m41=0 differ"):
        DOMMatrix({"e": float("nan"), "m41": 0})


@pytest.mark.parametrize("x", [0.0, -0.0])
@pytest.mark.parametrize("y", [0.0, -0.0])
def test_no_vector_turns_nothing(x: float, y: float) -> None:
    """Geometry Interfaces: a vector of 0 or -0 in both directions turns by 0."""
    assert DOMMatrix().rotate_from_vector(x, y).is_identity


@pytest.mark.parametrize("angle", [1e15, 1e16, 1e200])
def test_a_far_turn_is_a_turn(angle: float) -> None:
    """Such an angle is a multiple of a quarter turn to within its own precision: no reason to flatten the plane."""
    import gpucanvas

    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    ctx.rotate(angle)
    for matrix in (ctx.get_transform(), DOMMatrix().rotate(degrees(angle)), DOMMatrix(f"rotate({angle!r}rad)")):
        assert matrix.a**2 + matrix.b**2 == pytest.approx(1)
        assert (matrix.a, matrix.b) == (matrix.d, -matrix.c)


def test_angles_that_are_not_finite_give_nan_not_an_error() -> None:
    for matrix in (DOMMatrix().rotate(float("inf")), DOMMatrix().skew_x(float("nan"))):
        assert any(map(isnan, matrix)) and matrix.is_2d
    assert any(map(isnan, DOMMatrix().rotate_axis_angle(0, 1, 0, float("inf"))))


def test_the_sides_of_a_rectangle_are_nan_safe() -> None:
    """Geometry Interfaces, "NaN-safe minimum": NaN where a number is, wherever it stands."""
    rect = DOMRect(10, 20, -4, float("nan"))
    assert (rect.left, rect.right) == (6, 10)
    assert isnan(rect.top) and isnan(rect.bottom)
    assert isnan(DOMRect(float("nan"), 0, 1, 1).left) and DOMRect(float("nan"), 0, 1, -1).top == -1


def test_a_canvas_takes_the_plane_s_numbers_of_a_matrix_of_space() -> None:
    import gpucanvas

    ctx = gpucanvas.Recording(4, 4).get_context("2d")
    ctx.set_transform(DOMMatrix(SIX).translate(0, 0, 5))
    assert list(ctx.get_transform()) == list(SIX) and ctx.get_transform().is_2d


def test_a_rect_is_made_of_a_rect_a_mapping_or_four_numbers() -> None:
    assert DOMRect.from_rect() == DOMRect() == (0, 0, 0, 0)
    assert DOMRect.from_rect({"x": 1, "height": 4}) == (1, 0, 0, 4)
    assert DOMRect.from_rect(DOMRect(1, 2, 3, 4)) == DOMRect.from_rect([1, 2, 3, 4]) == (1, 2, 3, 4)
    with pytest.raises(TypeError, match="a rectangle cannot be made of 5: give a DOMRect"):
        DOMRect.from_rect(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="width"):
        DOMRect.from_rect((1, 2, "3", 4))


def test_a_matrix_is_an_array_to_numpy():
    matrix = DOMMatrix("translate(3px, 4px) scale(2)")
    assert np.asarray(matrix).tolist() == [[2, 0, 3], [0, 2, 4], [0, 0, 1]]
    assert (np.asarray(matrix) @ (1, 1, 1)).tolist() == [5, 6, 1]
    assert np.array([matrix, matrix], np.float32).shape == (2, 3, 3)
    assert np.asarray(DOMMatrix().rotate(10, 0, 0)).shape == (4, 4)
    assert DOMMatrix(np.asarray(matrix)) == matrix
