"""nodes: the heights at which the corners of a rounded rectangle are looked at when its shadow is worked out.

A corner is a quarter of an ellipse. What it lacks is an integral over its height, of a gaussian times how much less of
another gaussian a narrower rectangle holds. In the angle along the ellipse both are smooth, and the nodes of Gauss and
Legendre find it; the wider the corner is beside the blur, the more of them it takes.
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
"""So many more for each sigma of the radius: then the error is a third of a level at most, for 12 sigmas."""
NONE: Final = np.empty(0, ShadowNode.dtype)


@lru_cache(maxsize=64)
def _angles(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How much narrower the corner is at each node, and how far up, in radii; and the weights."""
    places, weights = np.polynomial.legendre.leggauss(count)
    angles = (places + 1.0) * 0.25 * pi
    return 1.0 - np.cos(angles), np.sin(angles), 0.25 * pi * weights * np.cos(angles)


def nodes_of(half_width: float, half_height: float, radius_x: float, radius_y: float, sigma: float) -> NDArray[Any]:
    """The ShadowNodes (N,) of a rounded rectangle, from the lowest on; lengths in pixels.

    The error is that of the quadrature alone: see `NODES_A_SIGMA`.
    """
    if radius_x <= 0.0 or radius_y <= 0.0:
        return NONE
    narrower, up, weights = _angles(LEAST_NODES + ceil(NODES_A_SIGMA * max(radius_x, radius_y) / sigma))
    out = np.empty(len(up), ShadowNode.dtype)
    out["half_width"] = half_width - radius_x * narrower
    out["height"] = half_height - radius_y + radius_y * up
    out["weight"] = weights * (radius_y / (sigma * sqrt(2.0 * pi)))
    return out
