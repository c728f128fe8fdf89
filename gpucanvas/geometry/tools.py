"""tools: `PathTools`, the methods of a path that measure it or derive other paths. The modules named do the work.

    bounds (segments)   length, point, tangent, trim (measure)   flatten (flatten)   simplify (simplify)
    to_svg (svgdata)    union, difference, intersection, xor (boolean)

None of this is in the HTML standard; methods that SVG also has behave as in SVG. The modules are loaded on first use.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, Self, TypeGuard, overload

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidStateError
from ..masked import mask_of, with_nan
from .builder import PathBuilder
from .numbers import Number, as_float, shown
from .stream import CLOSE, LINE, MOVE

if TYPE_CHECKING:
    from .boolean import Operation
    from .measure import Measure

__all__ = ["PathTools"]

Rule = Literal["nonzero", "evenodd"]
Distances = NDArray[Any] | Sequence[Number]


class PathTools(PathBuilder):
    """The part of a `Path2D` that measures it and makes other paths of it."""

    __slots__ = ("_measured",)

    _measured: tuple[int, Measure] | None

    def _like(self, verbs: bytes | bytearray, coords: array[float]) -> Self:
        """A path of this stream that is otherwise like this one."""
        raise NotImplementedError

    # -- questions ---------------------------------------------------------------------------------------------

    def bounds(self) -> tuple[float, float, float, float] | None:
        """The smallest upright rectangle around the path's lines and curves: (x, y, width, height).

        It bounds the curves, not their control points, and ignores the line width. A `move_to` without a line or curve
        does not count; where there are no others, it is None.

        Returns
        -------
        tuple of 4 float, or None
            None where there are no lines and curves.

        >>> from gpucanvas import Path2D
        >>> Path2D("M0 0 Q 50 100 100 0").bounds()
        (0.0, 0.0, 100.0, 50.0)
        """
        from .segments import box_of

        found = box_of(self.verbs, self.coords)
        if found is None:
            return None
        left, top, right, bottom = found
        return left, top, right - left, bottom - top

    def length(self) -> float:
        """The total length of all lines and curves, including closing lines; moves have no length.

        >>> from gpucanvas import Path2D
        >>> Path2D("M0 0 H3 V4 Z").length()
        12.0
        """
        return self._measure().total

    # An array has __float__, too: its overload is the first.
    @overload
    def point_at_length(self, distance: Distances) -> NDArray[np.float64]: ...  # type: ignore[overload-overlap]
    @overload
    def point_at_length(self, distance: Number) -> tuple[float, float]: ...
    def point_at_length(self, distance: Number | Distances) -> tuple[float, float] | NDArray[np.float64]:
        """The point at a distance along the path, or the points at many; distances beyond its ends give the ends.

        Parameters
        ----------
        distance
            A distance, in the path's units; or an array or a list of N, which takes much less time than N calls.

        Returns
        -------
        tuple of 2 float, or ndarray of float64, shape (N, 2)
            An array for an array or a list.

        Raises
        ------
        TypeError, ValueError
            For a distance that is no number, NaN or masked, and an array with other than one axis.
        InvalidStateError
            For a path without lines and curves of some length.

        >>> from gpucanvas import Path2D
        >>> Path2D("M0 0 H3 V4 Z").point_at_length(5)
        (3.0, 2.0)
        >>> Path2D("M0 0 H3 V4 Z").point_at_length([1, 5]).tolist()
        [[1.0, 0.0], [3.0, 2.0]]
        """
        measure = self._measured_at("point_at_length")
        if _has_many(distance):
            return measure.points(_distances("point_at_length", distance))
        return measure.point(_distance("point_at_length", "distance", distance))

    # An array has __float__, too: its overload is the first.
    @overload
    def tangent_at_length(self, distance: Distances) -> NDArray[np.float64]: ...  # type: ignore[overload-overlap]
    @overload
    def tangent_at_length(self, distance: Number) -> tuple[float, float]: ...
    def tangent_at_length(self, distance: Number | Distances) -> tuple[float, float] | NDArray[np.float64]:
        """The direction of the path after a distance along it, a vector of length 1; or the directions at many.

        At a corner it is that of the following segment. Parameters and errors are those of `point_at_length`.

        >>> from gpucanvas import Path2D
        >>> Path2D("M0 0 H3 V4 Z").tangent_at_length(3)
        (0.0, 1.0)
        >>> Path2D("M0 0 H3 V4 Z").tangent_at_length([1, 3]).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        """
        measure = self._measured_at("tangent_at_length")
        if _has_many(distance):
            return measure.tangents(_distances("tangent_at_length", distance))
        return measure.tangent(_distance("tangent_at_length", "distance", distance))

    def _measure(self) -> Measure:
        known = self._measured
        if known is None or known[0] != self.version:
            from .measure import Measure

            known = self._measured = self.version, Measure(self.verbs, self.coords)
        return known[1]

    def _measured_at(self, verb: str) -> Measure:
        measure = self._measure()
        if not measure.segments:
            raise InvalidStateError(f"{verb}: the path has no length: give it a line or a curve")
        return measure

    def flatten(self, tolerance: Number = 0.1) -> list[NDArray[np.float64]]:
        """The path as polylines, each an array of shape (N, 2); one that is closed ends where it begins.

        Parameters
        ----------
        tolerance
            Greatest distance of a line from its curve, in the path's units.

        Raises
        ------
        TypeError, ValueError
            For a tolerance that is not above 0.

        >>> from gpucanvas import Path2D
        >>> [line.tolist() for line in Path2D("M0 0 H3 V4 Z").flatten()]
        [[[0.0, 0.0], [3.0, 0.0], [3.0, 4.0], [0.0, 0.0]]]
        """
        return [
            np.concatenate([points, points[:1]]) if closed else points
            for points, closed in self._polylines(_tolerance("flatten", tolerance))
        ]

    def _polylines(self, tolerance: float) -> list[tuple[NDArray[np.float64], bool]]:
        from .flatten import flatten_stream

        lines = flatten_stream(self.verbs, self.coords, tolerance)
        starts = lines.starts.tolist()
        found = zip(starts, starts[1:], lines.closed.tolist(), strict=False)
        return [(lines.points[a:b].copy(), closed) for a, b, closed in found if b - a > 1]

    def to_svg(self, digits: int | None = None) -> str:
        """The path as SVG path data, for the ``d`` attribute of a ``path`` element; `Path2D` reads them back.

        Parameters
        ----------
        digits
            Most decimals of a number; None writes all that are needed.

        Raises
        ------
        TypeError, ValueError
            For digits that are no whole number of 0 to 17.

        >>> from gpucanvas import Path2D
        >>> path = Path2D()
        >>> path.arc(50, 50, 40, 0, 1.5707963267948966)
        >>> path.to_svg(digits=3)
        'M90 50 A40 40 0 0 1 50 90'
        """
        from .svgdata import svg_data

        if digits is not None and (isinstance(digits, bool) or not isinstance(digits, int | np.integer)):
            raise TypeError(f"to_svg: digits is {digits!r:.80}: give a whole number, 0 to 17, or None")
        if digits is not None and not 0 <= digits <= 17:
            raise ValueError(f"to_svg: digits is {digits}: give 0 to 17, or None for all that are needed")
        return svg_data(self.verbs, self.coords, None if digits is None else int(digits))

    # -- other paths -------------------------------------------------------------------------------------------

    def trim(self, start: Number, end: Number) -> Self:
        """A new path of the part between two distances along this one, which are clamped to 0 and its length.

        Curves stay curves, and closed subpaths that are not cut stay closed. The path is empty where ``start`` is not
        before ``end``. The errors for distances are those of `point_at_length`.

        >>> from gpucanvas import Path2D
        >>> Path2D("M0 0 H10 V10").trim(4, 12).to_svg()
        'M4 0 L10 0 L10 2'
        """
        low, high = _distance("trim", "start", start), _distance("trim", "end", end)
        return self._like(*self._measure().trim(low, high))

    def simplify(self, tolerance: Number) -> Self:
        """A new path of straight lines with few points, nowhere further from this one than ``tolerance``.

        Raises
        ------
        TypeError, ValueError
            For a tolerance that is not above 0.

        >>> from gpucanvas import Path2D
        >>> Path2D("M0 0 L5 0.01 L10 0 V10").simplify(0.1).to_svg()
        'M0 0 L10 0 L10 10'
        """
        from .simplify import simplified

        limit = _tolerance("simplify", tolerance) / 2.0
        verbs, coords = bytearray(), array("d")
        for points, closed in self._polylines(limit):
            kept = simplified(np.concatenate([points, points[:1]]) if closed else points, limit)
            kept = kept[:-1] if closed else kept
            verbs += bytes((MOVE, *[LINE] * (len(kept) - 1), *([CLOSE] if closed else [])))
            coords.extend(kept.ravel().tolist())
        return self._like(verbs, coords)

    def union(self, other: PathTools, fill_rule: Rule = "nonzero") -> Self:
        """A new path that fills the union of this path's area and the other's.

        It needs skia-pathops: ``pip install "gpucanvas[pathops]"``. The result is for the nonzero rule; its arcs have
        become curves.

        Parameters
        ----------
        other
            A path.
        fill_rule
            The fill rule of both paths.

        Raises
        ------
        ImportError
            Where skia-pathops is not installed.
        TypeError, ValueError
            For an invalid path or rule, and for coordinates beyond float32.
        """
        return self._combine("union", other, fill_rule)

    def difference(self, other: PathTools, fill_rule: Rule = "nonzero") -> Self:
        """A new path that fills this path's area without the other's; otherwise as `union`."""
        return self._combine("difference", other, fill_rule)

    def intersection(self, other: PathTools, fill_rule: Rule = "nonzero") -> Self:
        """A new path that fills the area common to both; otherwise as `union`."""
        return self._combine("intersection", other, fill_rule)

    def xor(self, other: PathTools, fill_rule: Rule = "nonzero") -> Self:
        """A new path that fills the area of exactly one of the two; otherwise as `union`."""
        return self._combine("xor", other, fill_rule)

    def _combine(self, operation: Operation, other: Any, fill_rule: Any) -> Self:
        if not isinstance(other, PathTools):
            raise TypeError(f"{operation}: {other!r:.80} is no path: give a Path2D")
        if fill_rule not in ("nonzero", "evenodd"):
            raise ValueError(f"{operation}: fill_rule is {fill_rule!r:.80}: give 'nonzero' or 'evenodd'")
        from .boolean import combine

        return self._like(*combine(operation, (self.verbs, self.coords), (other.verbs, other.coords), fill_rule))


def _distance(verb: str, name: str, value: Any) -> float:
    """A distance, checked; it may be infinite."""
    distance = as_float(verb, name, value)
    if distance != distance:
        raise ValueError(f"{verb}: {name} is nan: give a distance along the path")
    return distance


def _has_many(value: Number | Distances) -> TypeGuard[Distances]:
    """Whether an argument is an array with axes or a list, instead of a number."""
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _distances(verb: str, value: Any) -> NDArray[np.float64]:
    """Distances of an array or a list, (N,), checked; they may be infinite."""
    mask = mask_of(value)
    try:
        given = np.asarray(value) if mask is None else with_nan(value, mask)
    except ValueError:  # Lists of different lengths.
        raise TypeError(f"{verb}: distance is {shown(value)}: give a number, or an array (N,)") from None
    if given.ndim != 1 or (given.size and given.dtype.kind not in "fiu"):
        raise TypeError(f"{verb}: distance is {given.dtype} {given.shape}: give a number, or an array (N,) of numbers")
    distances = given.astype(np.float64)
    missing = np.isnan(distances)
    if missing.any():
        which = int(np.argmax(missing))
        raise ValueError(f"{verb}: distance {which} of {len(distances)} is nan: give a distance along the path")
    return distances


def _tolerance(verb: str, value: Number) -> float:
    tolerance = as_float(verb, "tolerance", value)
    if not (tolerance > 0.0 and isfinite(tolerance)):
        raise ValueError(f"{verb}: tolerance is {shown(value)}: give a length above 0")
    return tolerance
