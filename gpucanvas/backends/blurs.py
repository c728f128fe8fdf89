"""blurs: checks a list of blurs and computes their weights, for both backends.

    Blur items --check--> --axis: sigma--> halvings, and a row of weights for the rest of the sigma

A sigma above `BLUR_SIGMA` is blurred on a grid that is halved until the rest of sigma is small enough. Halving and
doubling with the weights 1 3 3 1 add (h h - 1) / 2 to the variance, with h pixels a cell; the weights make up the rest.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.filters import Blur
from ..stages.filter import sift_blurs

Ints = NDArray[np.int64]
MOST_HALVINGS = 24
"""A sigma that needs more halvings, above 58 million pixels, leaves nothing visible of any surface."""
KEPT_AXES = 64
"""Axes of few blurs that are kept, some hundred bytes a sigma."""
FEW_SIGMAS = 8
"""Up to this many sigmas each get a row of weights: finding equal ones would take longer."""
LEAST_SIGMA = 0.05
"""Below this sigma, pixels, the weights in float32 are 0 and 1."""


class Axis(NamedTuple):
    """One direction of some blurs, with an item for each.

    Attributes
    ----------
    shift
        Number of halvings.
    radius
        Number of weights on each side of the middle one.
    weight
        Index of the middle weight in the table.
    """

    shift: Ints
    radius: Ints
    weight: Ints


def blurs(items: Any) -> NDArray[np.void]:
    """An array of Blur items from tuples of their fields."""
    return np.array(items, Blur.dtype).reshape(-1)


def checked(items: NDArray[np.void], width: int, height: int) -> NDArray[np.void]:
    """The blurs that have pixels and an effect.

    Raises
    ------
    ValueError
        A box is not inside the surface, or a sigma is negative or not finite.
    """
    kept = np.empty(len(items), np.int64)
    count, is_sound = sift_blurs(items, (width, height), LEAST_SIGMA, kept)
    if not is_sound:
        raise _refusal(items, width, height)
    return items if count == len(items) else items[kept[:count]]


def _refusal(items: NDArray[np.void], width: int, height: int) -> ValueError:
    """The error for blurs of which one is not inside the surface, or has a sigma that is negative or not finite."""
    x0, y0, x1, y1, to_x, to_y = (items[name].astype(np.int64) for name in ("x0", "y0", "x1", "y1", "to_x", "to_y"))
    wide, high = x1 - x0, y1 - y0
    inside = (np.minimum(x0, to_x) >= 0) & (np.maximum(x1, to_x + wide) <= width) & (wide >= 0)
    inside &= (np.minimum(y0, to_y) >= 0) & (np.maximum(y1, to_y + high) <= height) & (high >= 0)
    if not inside.all():
        k = int(np.argmin(inside))
        box = f"({x0[k]}, {y0[k]}) to ({x1[k]}, {y1[k]}) that is stored at ({to_x[k]}, {to_y[k]})"
        return ValueError(f"blur {k} is of the box {box}: give boxes inside the surface of {width}x{height}")
    sound = [np.isfinite(items[name]) & (items[name] >= 0) for name in ("sigma_x", "sigma_y")]
    name, good = ("sigma_y", sound[1]) if sound[0].all() else ("sigma_x", sound[0])
    k = int(np.argmin(good))
    return ValueError(f"{name} of blur {k} is {items[name][k]}: give 0 or more pixels, and a finite number")


def axes(items: NDArray[np.void]) -> tuple[Axis, Axis, NDArray[np.float32]]:
    """The horizontal and vertical axes of blurs, and the table of weights of both; they may be those of other blurs."""
    sigmas = np.concatenate([items["sigma_x"], items["sigma_y"]])
    # Frames are often blurred as the one before.
    return _few_axes(sigmas.tobytes()) if len(sigmas) <= FEW_SIGMAS else _axes(sigmas)


@lru_cache(KEPT_AXES)
def _few_axes(sigmas: bytes) -> tuple[Axis, Axis, NDArray[np.float32]]:
    return _axes(np.frombuffer(sigmas, np.float32))


def _axes(float32_sigmas: NDArray[np.float32]) -> tuple[Axis, Axis, NDArray[np.float32]]:
    """`axes` for the sigmas across, followed by those down."""
    sigmas, count = float32_sigmas.astype(np.float64), len(float32_sigmas) // 2
    sigmas = np.minimum(sigmas, c.BLUR_SIGMA * 2.0**MOST_HALVINGS)
    shift = np.ceil(np.log2(np.maximum(sigmas / c.BLUR_SIGMA, 1.0))).astype(np.int64)
    pixels = 2.0**shift
    left = np.sqrt((sigmas / pixels) ** 2 - 0.5 * (1 - pixels**-2.0))
    if len(left) <= FEW_SIGMAS:
        kinds, index = left, np.arange(len(left))
    else:
        kinds, index = np.unique(left, return_inverse=True)
    table, radii = weights(kinds)
    middle = index * c.BLUR_WEIGHTS + c.BLUR_MIDDLE
    across, down = (Axis(shift[half], radii[index[half]], middle[half]) for half in (slice(count), slice(count, None)))
    return across, down, table


def weights(sigmas: NDArray[np.float64]) -> tuple[NDArray[np.float32], Ints]:
    """A row of BLUR_WEIGHTS for each sigma, concatenated, and the number of weights on each side of the middle one.

    They are a gaussian sampled at whole numbers up to BLUR_REACH sigmas, normalised to a sum of 1.
    """
    blurred = sigmas >= LEAST_SIGMA
    radii = np.where(blurred, np.ceil(c.BLUR_REACH * sigmas), 0).astype(np.int64)
    places = np.arange(c.BLUR_WEIGHTS)[np.newaxis] - c.BLUR_MIDDLE
    exponents = -0.5 * (places / np.where(blurred, sigmas, 1.0)[:, np.newaxis]) ** 2
    made = np.where(abs(places) <= radii[:, np.newaxis], np.exp(exponents), 0.0)
    made /= made.sum(axis=1, keepdims=True)
    return made.astype(np.float32).reshape(-1), radii
