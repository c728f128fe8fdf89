"""rect: `DOMRect`, a rectangle with upright sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import isnan, nan
from typing import Any, NamedTuple

from .numbers import Number, as_float

__all__ = ["DOMRect"]


class DOMRect(NamedTuple):
    """A rectangle: the ``DOMRect`` of the Geometry Interfaces standard, and a tuple ``(x, y, width, height)``.

    https://drafts.fxtf.org/geometry/#DOMRect

    >>> rect = DOMRect(10, 20, 30, 5)
    >>> x, y, width, height = rect
    >>> rect.right, rect.bottom
    (40, 25)
    """

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0

    @classmethod
    def from_rect(cls, other: Rect | None = None) -> DOMRect:
        """A rectangle of a DOMRect, of a mapping with x, y, width and height, or of four numbers; what is absent is 0.

        Raises
        ------
        TypeError
            For anything else.

        Examples
        --------
        >>> DOMRect.from_rect({"x": 10, "width": 30})
        DOMRect(x=10.0, y=0.0, width=30.0, height=0.0)
        """
        if other is None:
            return cls()
        if isinstance(other, Mapping):
            numbers = [other.get(name, 0.0) for name in cls._fields]
        elif isinstance(other, tuple | list) and len(other) == 4:
            numbers = [*other]
        else:
            raise TypeError(
                f"a rectangle cannot be made of {other!r:.80}: give a DOMRect, a mapping with x, y, width and height, "
                "or (x, y, width, height)"
            )
        return cls(*map(partial(as_float, "DOMRect"), cls._fields, numbers))

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


Rect = DOMRect | Mapping[str, Number] | tuple[Any, ...] | list[Any]
"""The type of any spelling of a rectangle that `DOMRect.from_rect` reads."""
