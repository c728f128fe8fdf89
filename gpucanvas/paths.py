"""PathVerbs: the current path of a context. The geometry is `geometry.builder`; a point is mapped when it is added."""

from __future__ import annotations

from typing import Any

from .recorder import Recorder


class PathVerbs(Recorder):
    """Builds the current path. HTML, "building paths" and "drawing paths to the canvas"."""

    __slots__ = ()

    def begin_path(self) -> None:
        """Forget the current path."""
        if self._path is not None:
            self._path.clear()

    def close_path(self) -> None:
        """Close the current subpath, and begin a new one at its start."""
        (self._path or self._new_path()).close_path()

    def move_to(self, x: float, y: float) -> None:
        """Begin a new subpath at (x, y)."""
        (self._path or self._new_path()).move_to(x, y)

    def line_to(self, x: float, y: float) -> None:
        """Add a straight line to (x, y)."""
        (self._path or self._new_path()).line_to(x, y)

    def quadratic_curve_to(self, cpx: float, cpy: float, x: float, y: float) -> None:
        """Add a quadratic Bezier curve to (x, y)."""
        (self._path or self._new_path()).quadratic_curve_to(cpx, cpy, x, y)

    def bezier_curve_to(self, cp1x: float, cp1y: float, cp2x: float, cp2y: float, x: float, y: float) -> None:
        """Add a cubic Bezier curve to (x, y)."""
        (self._path or self._new_path()).bezier_curve_to(cp1x, cp1y, cp2x, cp2y, x, y)

    def arc(
        self, x: float, y: float, radius: float, start_angle: float, end_angle: float, counterclockwise: bool = False
    ) -> None:
        """Add an arc of a circle, joined to the subpath by a line. Raises IndexSizeError for a negative radius."""
        (self._path or self._new_path()).arc(x, y, radius, start_angle, end_angle, counterclockwise)

    def arc_to(self, x1: float, y1: float, x2: float, y2: float, radius: float) -> None:
        """Add an arc that rounds the corner at (x1, y1). Raises IndexSizeError for a negative radius."""
        (self._path or self._new_path()).arc_to(x1, y1, x2, y2, radius)

    def ellipse(
        self,
        x: float,
        y: float,
        radius_x: float,
        radius_y: float,
        rotation: float,
        start_angle: float,
        end_angle: float,
        counterclockwise: bool = False,
    ) -> None:
        """Add an arc of an ellipse, joined to the subpath by a line. Raises IndexSizeError for a negative radius."""
        path = self._path or self._new_path()
        path.ellipse(x, y, radius_x, radius_y, rotation, start_angle, end_angle, counterclockwise)

    def rect(self, x: float, y: float, w: float, h: float) -> None:
        """Add a rectangle as a closed subpath."""
        (self._path or self._new_path()).rect(x, y, w, h)

    def round_rect(self, x: float, y: float, w: float, h: float, radii: Any = 0) -> None:
        """Add a rectangle with rounded corners: one radius, or a list of 1 to 4. ValueError for a negative one."""
        (self._path or self._new_path()).round_rect(x, y, w, h, radii)
