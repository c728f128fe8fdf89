"""rect: `DOMRect`, a rectangle with upright sides."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, nan
from typing import NamedTuple

__all__ = ["DOMRect"]


class DOMRect(NamedTuple):
    """A rectangle: the ``DOMRect`` of the Geometry Interfaces standard, and a tuple ``(x, y, width, height)``.

    https://drafts.fxtf.org/geometry/#DOMRect

    >>> rect = DOMRect(10, 20, 30, 5)
    >>> x, y, width, height = rect
    >>> rect.right, rect.bottom
    (40, 25)
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """The smaller x of its sides."""
        return _safe(min, self.x, self.x + self.width)

    @property
    def top(self) -> float:
        """The smaller y of its sides."""
        return _safe(min, self.y, self.y + self.height)

    @property
    def right(self) -> float:
        """The larger x of its sides."""
        return _safe(max, self.x, self.x + self.width)

    @property
    def bottom(self) -> float:
        """The larger y of its sides."""
        return _safe(max, self.y, self.y + self.height)


def _safe(of: Callable[[float, float], float], a: float, b: float) -> float:
    """The least or greatest of two numbers; NaN where one of them is: with Python's it would depend on their order."""
    return nan if isnan(a) or isnan(b) else of(a, b)
