"""Targets: names of the images that steps draw on. A backend keeps their pixels."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..contract.formats import RGBA8, PixelFormat

__all__ = ["SURFACE", "Target"]

SURFACE: Final = 0
"""The target that is the canvas's own surface; all others are scratch."""


class Target(NamedTuple):
    """Premultiplied pixels, height x width.

    Attributes
    ----------
    number : int
        0 is the canvas's surface, which outlives the plan; 1 and above are scratch targets, whose pixels are undefined
        before and after the plan.
    width, height : int
        Pixels.
    format : PixelFormat
        Memory layout of a pixel. Scratch targets have that of the surface.
    """

    number: int
    width: int
    height: int
    format: PixelFormat = RGBA8

    @property
    def name(self) -> str:
        """Its name in printed plans."""
        return f"scratch{self.number - 1}" if self.number else "surface"

    def __str__(self) -> str:
        return f"{self.name} {self.width}x{self.height} {self.format}"
