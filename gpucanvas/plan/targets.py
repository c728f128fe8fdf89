"""Targets: the pixels that steps draw on."""

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
        0 is the canvas's surface, which outlives the plan; from 1 on they are scratch, and hold nothing before and
        after it.
    width, height : int
        Pixels.
    format : PixelFormat
        How a pixel lies in memory. Scratch targets have that of the surface.
    """

    number: int
    width: int
    height: int
    format: PixelFormat = RGBA8

    @property
    def name(self) -> str:
        """What plans call it."""
        return f"scratch{self.number - 1}" if self.number else "surface"

    def __str__(self) -> str:
        return f"{self.name} {self.width}x{self.height} {self.format}"
