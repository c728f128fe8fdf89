"""TransformVerbs: the transform of a context, a tuple (a, b, c, d, e, f) in its state.

https://html.spec.whatwg.org/multipage/canvas.html#transformations
"""

from __future__ import annotations

from math import isfinite
from typing import Any, overload

from ..geometry.affine import IDENTITY, Matrix, as_tuple, multiply, sine_and_cosine
from ..geometry.matrix import DOMMatrix
from ..geometry.numbers import Number
from .indices import DRAW_ERRORS
from .recorder import Recorder


class TransformVerbs(Recorder):
    """Changes the transform that all coordinates are mapped by. HTML, "transformations"."""

    __slots__ = ()

    def translate(self, x: Number, y: Number) -> None:
        """Move the origin to (x, y). HTML, "transformations"."""
        if not (type(x) is float and type(y) is float and isfinite(x + y)):
            numbers = self._pair("translate", x, y)
            if numbers is None:
                return
            x, y = numbers
        a, b, c, d, e, f = self._state.matrix
        self._set_matrix((a, b, c, d, a * x + c * y + e, b * x + d * y + f))

    def rotate(self, angle: Number) -> None:
        """Turn by an angle, radians, clockwise."""
        if not (type(angle) is float and isfinite(angle)):
            numbers = self._floats("rotate", "angle", angle)
            if numbers is None:
                return
            angle = numbers[0]
        # As `multiply` with `rotation(angle)`.
        a, b, c, d, e, f = self._state.matrix
        s, k = sine_and_cosine(angle)
        e, f = a * 0.0 + c * 0.0 + e, b * 0.0 + d * 0.0 + f
        self._set_matrix((a * k + c * s, b * k + d * s, a * -s + c * k, b * -s + d * k, e, f))

    def scale(self, x: Number, y: Number) -> None:
        """Scale by x and y."""
        numbers = self._pair("scale", x, y)
        if numbers is not None:
            sx, sy = numbers
            a, b, c, d, e, f = self._state.matrix
            self._set_matrix((a * sx, b * sx, c * sy, d * sy, e, f))

    def transform(self, a: Number, b: Number, c: Number, d: Number, e: Number, f: Number) -> None:
        """Multiply the transform by the matrix (a c e / b d f / 0 0 1)."""
        numbers = self._floats("transform", "a b c d e f", a, b, c, d, e, f)
        if numbers is not None:
            self._set_matrix(multiply(self._state.matrix, numbers))  # type: ignore[arg-type]

    @overload
    def set_transform(self, a: Number, b: Number, c: Number, d: Number, e: Number, f: Number, /) -> None: ...
    @overload
    def set_transform(self, matrix: Matrix = ..., /) -> None: ...
    def set_transform(self, *matrix: Any) -> None:
        """Replace the transform: six numbers a to f, one matrix (a DOMMatrix, a 6-tuple, a 3x3 array), or nothing.

        Raises
        ------
        TypeError
            For another number of arguments.
        ValueError
            For a number that is not finite, unless the canvas ignores invalid values.
        """
        if len(matrix) == 6:
            try:
                a, b, c, d, e, f = matrix
                total = 0.0 + a + b + c + d + e + f
                # A sum that is a finite float has only finite floats or Python integers as its terms.
                if type(total) is float and isfinite(total):
                    self._set_matrix((1.0 * a, 1.0 * b, 1.0 * c, 1.0 * d, 1.0 * e, 1.0 * f))
                    return
            except DRAW_ERRORS:
                pass
        if len(matrix) not in (0, 1, 6):
            raise TypeError(f"set_transform takes six numbers, one matrix or nothing, not {len(matrix)} arguments")
        values = IDENTITY if not matrix else as_tuple(matrix[0]) if len(matrix) == 1 else matrix
        numbers = self._floats("set_transform", "a b c d e f", *values)
        if numbers is not None:
            self._set_matrix(numbers)  # type: ignore[arg-type]

    def get_transform(self) -> DOMMatrix:
        """The transform, as a `DOMMatrix`."""
        return DOMMatrix()._take(self._state.matrix)

    def reset_transform(self) -> None:
        """Make the transform the identity."""
        self._set_matrix(IDENTITY)
