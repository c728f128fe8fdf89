"""nodes: the quadrature nodes with which the blurred shadow of a rounded rectangle subtracts its corners.

A corner is a quarter of an ellipse. The part that it removes from a rectangle's shadow is an integral over the corner's
height: a gaussian down, times the difference that a narrower rectangle makes to the gaussian across. Written in the
angle along the ellipse both factors are smooth, so Gauss-Legendre quadrature converges fast. The number of nodes grows
with the corner's radius relative to the blur.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, pi, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract.paints import ShadowNode

__all__ = ["nodes_of"]

LEAST_NODES: Final = 2
NODES_A_SIGMA: Final = 1.2
"""Nodes to add for each sigma of the radius. The error of a 12-sigma radius is at most a third of a level of 255."""
NONE: Final = np.empty(0, ShadowNode.dtype)


@lru_cache(maxsize=64)
def _angles(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Returns at each node how much narrower the corner is and its height, both in radii; and the weights."""
    places, weights = np.polynomial.legendre.leggauss(count)
    angles = (places + 1.0) * 0.25 * pi
    return 1.0 - np.cos(angles), np.sin(angles), 0.25 * pi * weights * np.cos(angles)


def nodes_of(half_width: float, half_height: float, radius_x: float, radius_y: float, sigma: float) -> NDArray[Any]:
    """Returns the ShadowNodes (N,) of a rounded rectangle, by increasing height; lengths in pixels.

    Only the quadrature makes an error: see `NODES_A_SIGMA`.
    """
    if radius_x <= 0.0 or radius_y <= 0.0:
        return NONE
    narrower, up, weights = _angles(LEAST_NODES + ceil(NODES_A_SIGMA * max(radius_x, radius_y) / sigma))
    out = np.empty(len(up), ShadowNode.dtype)
    out["half_width"] = half_width - radius_x * narrower
    out["height"] = half_height - radius_y + radius_y * up
    out["weight"] = weights * (radius_y / (sigma * sqrt(2.0 * pi)))
    return out
