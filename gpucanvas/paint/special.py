"""special: `Special`, the common base of gradients and patterns, so that each draw needs only one isinstance test."""

from __future__ import annotations

from ..names import Hinted

__all__ = ["Special"]


class Special(Hinted):
    """The base of `CanvasGradient` and `CanvasPattern`. Unlike a colour, these may change between two draws."""

    __slots__ = ()
