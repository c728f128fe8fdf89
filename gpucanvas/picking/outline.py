"""outline: a path in the form that geometry/query.py needs for hit tests, with a cache of intermediate results."""

from __future__ import annotations

from array import array
from typing import Any

from ..geometry import query
from ..geometry.affine import IDENTITY, Affine
from ..geometry.builder import CLOSE, LINE, MOVE
from ..pipeline.record import Pen

__all__ = ["Outline"]


class Outline:
    """An immutable outline."""

    __slots__ = ("coords", "fill_form", "stroke_form", "verbs")
    version = 0

    def __init__(self, verbs: bytes | bytearray, coords: array[float]) -> None:
        self.verbs, self.coords = bytearray(verbs), coords
        self.fill_form: Any = None
        self.stroke_form: Any = None

    @classmethod
    def of_points(cls, points: bytes, count: int, closed: bool) -> Outline:
        """A polyline or polygon, from points as bytes of float64."""
        verbs = bytes((MOVE,)) + bytes((LINE,)) * (count - 1) + bytes((CLOSE,)) * closed
        return cls(verbs if count else b"", array("d", points))

    @classmethod
    def of_rect(cls, x: float, y: float, width: float, height: float) -> Outline:
        """The outline of a rectangle."""
        right, bottom = x + width, y + height
        return cls(bytes((MOVE, LINE, LINE, LINE, CLOSE)), array("d", (x, y, right, y, right, bottom, x, bottom)))

    def is_filled_at(self, x: float, y: float, is_evenodd: bool = False, matrix: Affine = IDENTITY) -> bool:
        """Whether a point of the canvas is in the fill; ``matrix`` maps the outline there."""
        return query.is_in_fill(self, x, y, is_evenodd, matrix)

    def is_stroked_at(self, x: float, y: float, pen: Pen, matrix: Affine = IDENTITY, is_local: bool = True) -> bool:
        """Whether a point of the canvas is in the stroke; ``matrix`` maps the pen there, and the outline if local."""
        style = pen.width, pen.cap, pen.join, pen.miter_limit
        return query.is_in_stroke(self, x, y, style, pen.dash, pen.dash_offset, matrix, is_local)
