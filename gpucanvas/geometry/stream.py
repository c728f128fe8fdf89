"""stream: the format of path streams, and `StreamWriter`, which appends to one. The rules of verbs are in `builder`.

    verbs    bytearray      MOVE  LINE  QUAD    CUBIC     CLOSE  ARC
    coords   array('d')     x y   x y   x y x y 3 points  -      C, U, V, (start, sweep)

ARC is the points C + U cos(t) + V sin(t), t from start to start + sweep (radians); it begins at the current point. That
form is closed under affine maps. The stream is normalised: a subpath always begins with MOVE.
"""

from __future__ import annotations

import struct
from array import array
from math import cos, isfinite, sin

from ..contract.verbs import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD
from .affine import Affine, apply
from .numbers import Number, finite_floats

__all__ = ["ARC", "CLOSE", "COORD_COUNT", "CUBIC", "LINE", "MOVE", "QUAD", "StreamWriter"]

# array.frombytes is a third faster than two appends, and seven times as fast as extending by a tuple of 42 numbers.
pack_point = struct.Struct("2d").pack
pack_arc = struct.Struct("8d").pack
pack_first_arc = struct.Struct("10d").pack
FIRST_ARC = bytes((MOVE, ARC))


class StreamWriter:
    """One path stream being written, with the argument checks that every verb shares.

    Parameters
    ----------
    matrix
        Six floats: each incoming point is mapped at once, as a canvas maps its current path. None maps nothing.
    strict
        True raises ValueError for an infinite or NaN argument, and TypeError for one that is no number; False ignores
        the call, as the standard has it, and converts what is no number as JavaScript does.

    Attributes
    ----------
    verbs : bytearray
        One verb a byte.
    coords : array('d')
        The verbs' numbers, mapped.
    fill_form, stroke_form : object or None
        Cached segments of hit tests (`query.Form`).
    """

    __slots__ = (
        "_box",
        "_cleared",
        "_move_index",
        "_open",
        "_restart",
        "coords",
        "fill_form",
        "matrix",
        "strict",
        "stroke_form",
        "verbs",
    )

    def __init__(self, matrix: Affine | None = None, strict: bool = True) -> None:
        self.verbs = bytearray()
        self.coords = array("d")
        self.matrix = matrix
        self.strict = strict
        # False where the next verb must first write a MOVE: at the start, and after CLOSE, where it is deferred.
        self._open = False
        self._restart = (0.0, 0.0)
        self._move_index = 0
        self._cleared = 0
        # The version of the path and its `control_box`.
        self._box: tuple[int, float, float, float, float] | None = None
        self.fill_form: object = None
        self.stroke_form: object = None

    def clear(self) -> None:
        """Remove every subpath. A recording that needs the verbs and coords has copied them."""
        self._cleared += len(self.verbs) + 1
        try:
            self.verbs.clear()
            del self.coords[:]
        except BufferError:  # Another thread has a view of the array, so that it cannot be resized.
            self.verbs, self.coords = bytearray(), array("d")
        self._open = False
        self.fill_form = self.stroke_form = None

    def _take(
        self, verbs: bytearray, coords: array[float], move_index: int, closed_at: tuple[float, float] | None
    ) -> None:
        """Become a stream, on an empty path.

        Parameters
        ----------
        verbs, coords
            The stream.
        move_index
            Where in its numbers its last subpath begins.
        closed_at
            Where that was closed; None where it goes on.
        """
        self.verbs += verbs
        self.coords.extend(coords)
        self._move_index, self._open = move_index, bool(verbs) and closed_at is None
        self._restart = closed_at or self._restart

    @property
    def nbytes(self) -> int:
        """Bytes of the stream."""
        return len(self.verbs) + 8 * len(self.coords)

    @property
    def version(self) -> int:
        """A number that grows with every change, by which a recording knows whether it has this path already."""
        return self._cleared + len(self.verbs)

    @property
    def current_point(self) -> tuple[float, float] | None:
        """Where the next segment begins; None for an empty path. In a context's own path it is in canvas pixels.

        >>> from gpucanvas.geometry.builder import PathBuilder
        >>> path = PathBuilder()
        >>> path.rect(1, 2, 10, 10)
        >>> path.current_point
        (1.0, 2.0)
        """
        if not self.verbs:
            return None
        if not self._open:
            return self._restart
        if self.verbs[-1] != ARC:
            return self.coords[-2], self.coords[-1]
        cx, cy, ux, uy, vx, vy, start, sweep = self.coords[-8:]
        c, s = cos(start + sweep), sin(start + sweep)
        return cx + ux * c + vx * s, cy + uy * c + vy * s

    def append_arc(
        self,
        method: str,
        cx: float,
        cy: float,
        ux: float,
        uy: float,
        vx: float,
        vy: float,
        start: float,
        sweep: float,
        join: bool = True,
    ) -> None:
        """Append an arc given in user space, after a line to its start unless `join` is False (it is there already).

        An arc without length is its start point only.
        """
        matrix = self.matrix
        if matrix is not None:
            a, b, c, d, _, _ = matrix
            cx, cy = apply(matrix, cx, cy)
            ux, uy, vx, vy = a * ux + c * uy, b * ux + d * uy, a * vx + c * vy, b * vx + d * vy
        cosine, sine = cos(start), sin(start)
        x, y = cx + ux * cosine + vx * sine, cy + uy * cosine + vy * sine
        # The sum is finite only where all terms are; where it overflows, each term is tested.
        if not isfinite(cx + cy + ux + uy + vx + vy + x + y) and not self._in_range(
            method, cx, cy, ux, uy, vx, vy, x, y
        ):
            return
        if not self.verbs and sweep != 0.0:
            # A path that begins with an arc, such as a circle, in one append.
            self.coords.frombytes(pack_first_arc(x, y, cx, cy, ux, uy, vx, vy, start, sweep))
            self.verbs += FIRST_ARC
            self._move_index, self._open = 0, True
            return
        if (self._open or self._reopen(x, y)) and join:
            self.coords.frombytes(pack_point(x, y))
            self.verbs.append(LINE)
        if sweep != 0.0:
            self.coords.frombytes(pack_arc(cx, cy, ux, uy, vx, vy, start, sweep))
            self.verbs.append(ARC)

    def _floats(self, method: str, names: str, *values: Number) -> tuple[float, ...] | None:
        """The arguments as floats; None where one is not finite and the path ignores such calls."""
        try:
            if all(map(isfinite, values)):
                return tuple(map(float, values))
        except (TypeError, OverflowError):
            pass
        return finite_floats(method, names, values, self.strict)

    def _in_range(self, method: str, *mapped: float) -> bool:
        """Whether mapped coordinates are finite: a large coordinate times a large scale may overflow."""
        if all(map(isfinite, mapped)):
            return True
        if self.strict:
            raise ValueError(f"{method}: the matrix {self.matrix} maps to {mapped}: draw closer to the origin")
        return False

    def _reopen(self, x: float, y: float) -> bool:
        """Write the deferred MOVE. Returns False where the path was empty, and is now only the mapped point (x, y)."""
        fresh = not self.verbs
        if not fresh:
            x, y = self._restart
        self._move_index = len(self.coords)
        self.coords.frombytes(pack_point(x, y))
        self.verbs.append(MOVE)
        self._open = True
        return not fresh
