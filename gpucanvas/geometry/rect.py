"""rect: `DOMRect`, a rectangle with upright sides."""

from __future__ import annotations

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
        return min(self.x, self.x + self.width)

    @property
    def top(self) -> float:
        """The smaller y of its sides."""
        return min(self.y, self.y + self.height)

    @property
    def right(self) -> float:
        """The larger x of its sides."""
        return max(self.x, self.x + self.width)

    @property
    def bottom(self) -> float:
        """The larger y of its sides."""
        return max(self.y, self.y + self.height)
