"""PointVerbs: whether a point is inside a path or its stroke, asked of a context. The geometry is `geometry.query`.

https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ispointinpath
"""

from __future__ import annotations

from functools import cache
from typing import Any, overload

from ..geometry.numbers import Number, as_float
from ..geometry.path import Path2D
from .recorder import Recorder
from .state import RULES, FillRule


class PointVerbs(Recorder):
    """Tests points. HTML, "drawing paths to the canvas"."""

    __slots__ = ()

    @overload
    def is_point_in_path(self, x: Number, y: Number, fill_rule: FillRule = ..., /) -> bool: ...
    @overload
    def is_point_in_path(self, path: Path2D, x: Number, y: Number, fill_rule: FillRule = ..., /) -> bool: ...
    def is_point_in_path(self, *arguments: Any) -> bool:
        """Whether (x, y), canvas pixels, is inside a path or on its outline.

        Called as ``(x, y[, fill_rule])`` or ``(path, x, y[, fill_rule])``; the transform does not apply to x and y.
        """
        path, x, y, rest = self._point_arguments("is_point_in_path", arguments)
        rule = rest[0] if rest else "nonzero"
        if not isinstance(rule, str) or rule not in RULES:
            raise TypeError(f"is_point_in_path: the fill rule is {rule!r}: give 'nonzero' or 'evenodd'")
        if path is not None:
            return bool(queries().is_in_fill(path, x, y, rule == "evenodd", self._state.matrix))
        return self._path is not None and bool(queries().is_in_fill(self._path, x, y, rule == "evenodd"))

    @overload
    def is_point_in_stroke(self, x: Number, y: Number, /) -> bool: ...
    @overload
    def is_point_in_stroke(self, path: Path2D, x: Number, y: Number, /) -> bool: ...
    def is_point_in_stroke(self, *arguments: Any) -> bool:
        """Whether (x, y), canvas pixels, is inside the stroke of a path. Called as ``([path,] x, y)``."""
        path, x, y, rest = self._point_arguments("is_point_in_stroke", arguments)
        if rest:
            raise TypeError("is_point_in_stroke takes ([path,] x, y)")
        owner = self._path if path is None else path
        if owner is None:
            return False
        pen, matrix = self._state.pen, self._state.matrix
        style = pen.width, pen.cap, pen.join, pen.miter_limit
        return bool(queries().is_in_stroke(owner, x, y, style, pen.dash, pen.dash_offset, matrix, path is not None))

    def _point_arguments(self, verb: str, arguments: tuple[Any, ...]) -> tuple[Path2D | None, float, float, Any]:
        path = None
        if arguments and isinstance(arguments[0], Path2D):
            path, arguments = arguments[0], arguments[1:]
        if not 2 <= len(arguments) <= 3:
            raise TypeError(f"{verb} takes ([path,] x, y[, fill_rule])")
        x, y, *rest = arguments
        return path, as_float(verb, "x", x, self._strict), as_float(verb, "y", y, self._strict), rest


@cache
def queries() -> Any:
    """The module of hit tests, loaded on first use: few programs need it."""
    from ..geometry import query

    return query
