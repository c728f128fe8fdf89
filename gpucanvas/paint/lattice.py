"""lattice: the random gradients of a turbulence filter, by the algorithm of Filter Effects.

    seed --random numbers--> 256 gradients for each channel, and a permutation of 0..255

The standard looks a gradient up by a permuted index; here the gradients themselves are permuted, so that the kernels
have one look-up less.

https://drafts.fxtf.org/filter-effects/#feTurbulenceElement
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import hypot
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import LATTICE_SIDE

__all__ = ["LARGEST_SEED", "Lattice", "lattice_of"]

MODULUS: Final = 2**31 - 1
LARGEST_SEED: Final = MODULUS - 1
FACTOR: Final = 16807
"""The generator of the standard: each number is the one before, times this, modulo MODULUS."""


class Lattice(NamedTuple):
    """The lattice of one seed.

    Attributes
    ----------
    permutation : int32 array (LATTICE_SIDE,)
        0..255 in another order.
    gradients : float32 array (4 * LATTICE_SIDE, 2)
        Unit vectors: those of red, then of green, blue and alpha.
    """

    permutation: NDArray[np.int32]
    gradients: NDArray[np.float32]


@lru_cache(maxsize=16)
def lattice_of(seed: int) -> Lattice:
    """The lattice of a seed."""
    numbers = _random_numbers(seed)
    gradients = np.empty((4, LATTICE_SIDE, 2))
    for channel in range(4):
        for i in range(LATTICE_SIDE):
            x, y = ((next(numbers) % 512 - 256) / 256 for _ in range(2))
            length = hypot(x, y) or 1.0
            gradients[channel, i] = x / length, y / length
    order = list(range(LATTICE_SIDE))
    for i in range(LATTICE_SIDE - 1, 0, -1):
        k = next(numbers) % LATTICE_SIDE
        order[i], order[k] = order[k], order[i]
    permuted = gradients[:, order].reshape(-1, 2).astype(np.float32)
    return Lattice(np.array(order, np.int32), permuted)


def _random_numbers(seed: int) -> Iterator[int]:
    number = seed
    if number <= 0:
        number = -number % LARGEST_SEED + 1
    number = min(number, LARGEST_SEED)
    while True:
        number = number * FACTOR % MODULUS
        yield number
