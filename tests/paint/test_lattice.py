"""The lattice of noise is that of the standard's code."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

import filtering as f
from gpucanvas.paint.lattice import _random_numbers, lattice_of


def test_the_generator_makes_the_number_that_the_standard_names() -> None:
    """Filter Effects: "Result (after 10,000 iterations starting with seed 1): 1043618065"."""
    assert next(islice(_random_numbers(1), 9_999, None)) == 1043618065


@pytest.mark.parametrize("seed", [0, 1, 2, -1, -7, 12345, 2**31 - 2, -(2**31) + 2])
def test_permutation_and_gradients_are_those_of_the_code(seed: int) -> None:
    order, gradients = f.lattice(seed)
    found = lattice_of(seed)
    assert found.permutation.tolist() == order
    np.testing.assert_allclose(found.gradients.reshape(4, 256, 2), gradients[:, order], atol=1e-6)


def test_the_gradients_of_every_seed_are_numbers() -> None:
    """A random vector of no length has no direction; the standard's code would divide by zero."""
    for seed in range(60):
        lengths = np.hypot(*lattice_of(seed).gradients.T)
        assert ((abs(lengths - 1) < 1e-6) | (lengths == 0)).all()


def test_seeds_without_a_positive_number_stand_for_one() -> None:
    for seed, same in ((0, 1), (-1, 2), (-7, 8)):
        np.testing.assert_array_equal(lattice_of(seed).gradients, lattice_of(same).gradients)
