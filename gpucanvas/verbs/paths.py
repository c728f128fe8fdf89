"""PathVerbs: the current path of a context. The geometry is `geometry.builder`; a point is mapped when it is added."""

from __future__ import annotations

from typing import Any

from ..geometry.numbers import Number
from .recorder import Recorder


class PathVerbs(Recorder):
    """Builds the current path. HTML, "building paths" and "drawing paths to the canvas"."""

    __slots__ = ()

    def begin_path(self) -> None:
        """Make the current path empty."""
        if self._path is not None:
            self._path.clear()

    def close_path(self) -> None:
        """Close the current subpath, and begin a new one at its start."""
        (self._path or self._new_path()).close_path()

    def move_to(self, x: Number, y: Number) -> None:
        """Begin a new subpath at (x, y)."""
        (self._path or self._new_path()).move_to(x, y)

    def line_to(self, x: Number, y: Number) -> None:
        """Add a straight line to (x, y)."""
        (self._path or self._new_path()).line_to(x, y)

    def quadratic_curve_to(self, cpx: Number, cpy: Number, x: Number, y: Number) -> None:
        """Add a quadratic Bezier curve to (x, y)."""
        (self._path or self._new_path()).quadratic_curve_to(cpx, cpy, x, y)

    def bezier_curve_to(self, cp1x: Number, cp1y: Number, cp2x: Number, cp2y: Number, x: Number, y: Number) -> None:
        """Add a cubic Bezier curve to (x, y)."""
        (self._path or self._new_path()).bezier_curve_to(cp1x, cp1y, cp2x, cp2y, x, y)

    def arc(
        self,
        x: Number,
        y: Number,
        radius: Number,
        start_angle: Number,
        end_angle: Number,
        counterclockwise: bool = False,
    ) -> None:
        """Add an arc of a circle, joined to the subpath by a line. Raises IndexSizeError for a negative radius."""
        (self._path or self._new_path()).arc(x, y, radius, start_angle, end_angle, counterclockwise)

    def arc_to(self, x1: Number, y1: Number, x2: Number, y2: Number, radius: Number) -> None:
        """Add an arc that rounds the corner at (x1, y1). Raises IndexSizeError for a negative radius."""
        (self._path or self._new_path()).arc_to(x1, y1, x2, y2, radius)

    def ellipse(
        self,
        x: Number,
        y: Number,
        radius_x: Number,
        radius_y: Number,
        rotation: Number,
        start_angle: Number,
        end_angle: Number,
        counterclockwise: bool = False,
    ) -> None:
        """Add an arc of an ellipse, joined to the subpath by a line. Raises IndexSizeError for a negative radius."""
        path = self._path or self._new_path()
        path.ellipse(x, y, radius_x, radius_y, rotation, start_angle, end_angle, counterclockwise)

    def rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
        """Add a rectangle as a closed subpath."""
        (self._path or self._new_path()).rect(x, y, width, height)

    def round_rect(self, x: Number, y: Number, width: Number, height: Number, radii: Any = 0) -> None:
        """Add a rectangle with rounded corners: one radius, or a list of 1 to 4. ValueError for a negative one."""
        (self._path or self._new_path()).round_rect(x, y, width, height, radii)
