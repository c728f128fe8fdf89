"""point: `DOMPoint`, a 2D, 3D or homogeneous point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..names import Hinted
from .affine import Matrix
from .numbers import Number, as_float
from .projective import apply_16, as_sixteen

__all__ = ["DOMPoint", "Point"]


class DOMPoint(Hinted):
    """A point: the ``DOMPoint`` of the Geometry Interfaces standard. https://drafts.fxtf.org/geometry/#DOMPoint

    Attributes
    ----------
    x, y, z, w : float
        Coordinates; w is 1 except after a perspective map.

    >>> DOMPoint(1, 2).matrix_transform([2, 0, 0, 2, 10, 0])
    DOMPoint(12.0, 4.0, 0.0, 1.0)
    """

    __slots__ = ("w", "x", "y", "z")

    def __init__(self, x: Number = 0.0, y: Number = 0.0, z: Number = 0.0, w: Number = 1.0) -> None:
        self.x, self.y = as_float("DOMPoint", "x", x), as_float("DOMPoint", "y", y)
        self.z, self.w = as_float("DOMPoint", "z", z), as_float("DOMPoint", "w", w)

    @classmethod
    def from_point(cls, other: Point | None = None) -> DOMPoint:
        """A point of a DOMPoint, of a mapping with x, y, z and w, or of 2 to 4 numbers; what is absent is 0, 0, 0, 1.

        Raises
        ------
        TypeError
            For anything else.
        """
        if other is None:
            return cls()
        if isinstance(other, DOMPoint):
            return cls(other.x, other.y, other.z, other.w)
        if isinstance(other, Mapping):
            return cls(other.get("x", 0.0), other.get("y", 0.0), other.get("z", 0.0), other.get("w", 1.0))
        if isinstance(other, tuple | list) and 2 <= len(other) <= 4:
            return cls(*other)
        raise TypeError(f"a point cannot be made of {other!r:.80}: give a DOMPoint, a mapping with x and y, or (x, y)")

    def matrix_transform(self, matrix: Matrix | None = None) -> DOMPoint:
        """Return this point mapped by any spelling of a matrix; it is not divided by w."""
        if matrix is None:
            return DOMPoint.from_point(self)
        return DOMPoint(*apply_16(as_sixteen(matrix)[0], (self.x, self.y, self.z, self.w)))

    def to_json(self) -> dict[str, float]:
        """The coordinates by name, as JavaScript's ``JSON.stringify`` has them."""
        return {"x": self.x, "y": self.y, "z": self.z, "w": self.w}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DOMPoint):
            return NotImplemented
        return (self.x, self.y, self.z, self.w) == (other.x, other.y, other.z, other.w)

    # Attributes can be assigned, as in JavaScript, so a point is not hashable.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"DOMPoint({self.x}, {self.y}, {self.z}, {self.w})"


Point = DOMPoint | Mapping[str, Number] | tuple[Any, ...] | list[Any]
"""The type of any spelling of a point that `DOMPoint.from_point` reads."""
