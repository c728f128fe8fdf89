"""ways: how the colours between two stops of a gradient are found: in which space, and which way around the hues.

https://www.w3.org/TR/css-color-4/#interpolation
"""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["ColorInterpolation", "HueInterpolation", "Way"]

# fmt: off
ColorInterpolation = Literal[
    "srgb", "srgb-linear", "display-p3", "display-p3-linear", "a98-rgb", "prophoto-rgb", "rec2020",
    "hsl", "hwb", "lab", "lch", "oklab", "oklch", "xyz", "xyz-d50", "xyz-d65",
]
# fmt: on
HueInterpolation = Literal["shorter", "longer", "increasing", "decreasing"]


class Way(NamedTuple):
    """How to interpolate: the name of a space in `mix.SPACES`, and the way between hues, of `mix.HUE_METHODS`."""

    space: ColorInterpolation
    hue: HueInterpolation
