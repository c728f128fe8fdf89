"""affine: the order of multiplication, the inverse, and every spelling of a matrix."""

from __future__ import annotations

from math import isnan, pi
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucanvas.geometry.affine import IDENTITY, apply, as_tuple, invert, multiply, rotation
from gpucanvas.geometry.matrix import DOMMatrix

numbers = st.floats(-100, 100)
matrices = st.tuples(*[numbers] * 6)
M = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


def test_multiply_applies_the_second_map_first():
    assert multiply((1, 0, 0, 1, 10, 0), (2, 0, 0, 3, 0, 0)) == (2, 0, 0, 3, 10, 0)
    assert multiply((2, 0, 0, 3, 0, 0), (1, 0, 0, 1, 10, 0)) == (2, 0, 0, 3, 20, 0)


@settings(deadline=None)
@given(matrices, matrices, numbers, numbers)
def test_multiply_is_one_map_after_the_other(m, n, x, y):
    np.testing.assert_allclose(apply(multiply(m, n), x, y), apply(m, *apply(n, x, y)), atol=1e-6, rtol=1e-9)


@settings(deadline=None)
@given(matrices)
def test_an_inverse_undoes_its_map(m):
    if abs(m[0] * m[3] - m[1] * m[2]) > 1e-3:
        inverse = invert(m)
        assert inverse is not None
        np.testing.assert_allclose(multiply(m, inverse), IDENTITY, atol=1e-4)


@pytest.mark.parametrize(
    "m", [(0, 0, 0, 0, 1, 1), (1, 2, 2, 4, 0, 0), (float("nan"), 0, 0, 1, 0, 0), (1e-200, 0, 0, 1e-200, 0, 0)]
)
def test_a_singular_map_has_no_inverse(m):
    assert invert(m) is None


def test_rotation_is_clockwise_on_a_canvas():
    assert apply(rotation(pi / 2), 1, 0) == pytest.approx((0, 1))


@pytest.mark.parametrize(
    "value",
    [
        M,
        list(M),
        DOMMatrix(M),
        SimpleNamespace(a=1, b=2, c=3, d=4, e=5, f=6),
        {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6},
        {"m11": 1, "m12": 2, "m21": 3, "m22": 4, "m41": 5, "m42": 6},
        np.array(M, dtype=np.float32),
        np.array([[1, 3, 5], [2, 4, 6], [0, 0, 1]]),
        [[1, 3, 5], [2, 4, 6]],
        [1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 1, 0, 5, 6, 0, 1],
    ],
)
def test_as_tuple_reads_every_spelling(value):
    assert as_tuple(value) == M
    assert all(type(number) is float for number in as_tuple(value))


def test_as_tuple_takes_the_identity_for_absent_keys():
    assert as_tuple({"e": 7}) == (1, 0, 0, 1, 7, 0)
    assert as_tuple(np.array([[1, 3], [2, 4]])) == (1, 2, 3, 4, 0, 0)


@pytest.mark.parametrize("value", ["abcdef", 5, None, [1, 2, 3, 4, 5, "x"], object()])
def test_as_tuple_refuses_what_is_no_matrix(value):
    with pytest.raises((TypeError, ValueError), match="matrix cannot be made of"):
        as_tuple(value)


def test_as_tuple_refuses_keys_that_contradict_each_other():
    with pytest.raises(TypeError, match="a=1 and m11=2 differ"):
        as_tuple({"a": 1, "m11": 2})


def test_as_tuple_refuses_perspective():
    with pytest.raises(ValueError, match="bottom row"):
        as_tuple([[1, 0, 0], [0, 1, 0], [0, 0.1, 1]])


def test_dommatrix_is_a_value():
    m = DOMMatrix([2, 0, 0, 2, 10, 0])
    assert DOMMatrix().is_identity and not m.is_identity
    assert list(m) == [2, 0, 0, 2, 10, 0]
    assert m == DOMMatrix(m) and m != DOMMatrix()
    assert (m @ m.inverse()).is_identity
    assert m.transform_point(1, 1) == (12, 2)
    assert eval(repr(m)) == m
    np.testing.assert_array_equal(m.to_numpy(), [[2, 0, 10], [0, 2, 0], [0, 0, 1]])
    assert DOMMatrix().translate(1, 2).scale(3, 4) == DOMMatrix([3, 0, 0, 4, 1, 2])
    assert DOMMatrix().rotate(90).transform_point(1, 0) == pytest.approx((0, 1))


def test_dommatrix_without_inverse_gives_nan():
    assert all(map(isnan, DOMMatrix([0] * 6).inverse()))
