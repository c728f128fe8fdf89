"""Special: a style that is no solid colour, however it is made. Drawing asks for it each time: a test of one class."""

from __future__ import annotations

from ..names import Hinted

__all__ = ["Special"]


class Special(Hinted):
    """What `CanvasGradient` and `CanvasPattern` are. Unlike a colour it may change between two draws."""

    __slots__ = ()
