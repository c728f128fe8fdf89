"""builder: `PathBuilder`, which follows the HTML standard's rules for building paths, and writes a path stream.

https://html.spec.whatwg.org/multipage/canvas.html#building-paths
"""

from __future__ import annotations

import struct
from math import cos, isfinite, isnan, pi, sin

from ..errors import IndexSizeError
from .affine import IDENTITY, Affine, apply, invert
from .arc import TWO_PI, arc_sweep, near_angle, tangent_arc
from .corners import MOST_RADIUS, Corners, fit_corners, parse_radii
from .numbers import Number
from .stream import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD, StreamWriter, pack_point

__all__ = ["ARC", "CLOSE", "COORD_COUNT", "CUBIC", "LINE", "MOVE", "QUAD", "PathBuilder"]

HALF_PI = 0.5 * pi
FARTHEST = 1e300
"""Where the corners of a rectangle end that a transform would move beyond float64."""
pack_quad = struct.Struct("4d").pack
pack_cubic = struct.Struct("6d").pack
pack_rect = struct.Struct("8d").pack
pack_round_rect = struct.Struct("42d").pack
RECT = bytes((MOVE, LINE, LINE, LINE, CLOSE))
ROUND_RECT = bytes((MOVE, LINE, ARC, LINE, ARC, LINE, ARC, LINE, ARC, CLOSE))


class PathBuilder(StreamWriter):
    """Writes one path stream: the geometry of the standard's CanvasPath mixin. See `StreamWriter` for its arguments.

    >>> path = PathBuilder()
    >>> path.move_to(0, 0)
    >>> path.line_to(10, 0)
    >>> path.close_path()
    >>> bytes(path.verbs), list(path.coords)
    (b'\\x00\\x01\\x04', [0.0, 0.0, 10.0, 0.0])
    """

    __slots__ = ()

    # `move_to` and `line_to`, which programs call most, convert their arguments only for a matrix: `isfinite` and pack
    # accept any object with __float__, which type checkers do not know. Verbs with more arguments test the sum, which
    # is finite only where all terms are; where it overflows, each term is tested.

    def move_to(self, x: Number, y: Number) -> None:
        """Begin a new subpath at (x, y).

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-moveto
        """
        try:
            finite = isfinite(x) and isfinite(y)
        except (TypeError, OverflowError):
            finite = False
        if not finite:
            numbers = self._floats("move_to", "x y", x, y)
            if numbers is None:
                return
            x, y = numbers
        matrix = self.matrix
        if matrix is not None:
            # Converted first: a product with a numpy.float32 would be one, and one with a Decimal an error.
            x, y = float(x), float(y)
            x, y = matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]
            if not isfinite(x + y) and not self._in_range("move_to", x, y):
                return
        coords = self.coords
        self._move_index = len(coords)
        coords.frombytes(pack_point(x, y))
        self.verbs.append(0)
        self._open = True

    def line_to(self, x: Number, y: Number) -> None:
        """Draw a straight line to (x, y); on an empty path, begin there.

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-lineto

        >>> path = PathBuilder()
        >>> path.line_to(1, 2)
        >>> path.line_to(3, 4)
        >>> list(path.verbs) == [MOVE, LINE]
        True
        """
        try:
            finite = isfinite(x) and isfinite(y)
        except (TypeError, OverflowError):
            finite = False
        if not finite:
            numbers = self._floats("line_to", "x y", x, y)
            if numbers is None:
                return
            x, y = numbers
        matrix = self.matrix
        if matrix is not None:
            # Converted first: a product with a numpy.float32 would be one, and one with a Decimal an error.
            x, y = float(x), float(y)
            x, y = matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]
            if not isfinite(x + y) and not self._in_range("line_to", x, y):
                return
        if not self._open and not self._reopen(x, y):  # type: ignore[arg-type]
            return
        self.coords.frombytes(pack_point(x, y))
        self.verbs.append(1)

    def quadratic_curve_to(self, cpx: Number, cpy: Number, x: Number, y: Number) -> None:
        """Draw a quadratic Bezier curve with control point (cpx, cpy) to (x, y).

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-quadraticcurveto
        """
        try:
            finite = isfinite(0.0 + cpx + cpy + x + y)  # type: ignore[operator]
        except (TypeError, OverflowError):
            finite = False
        if not finite:
            numbers = self._floats("quadratic_curve_to", "cpx cpy x y", cpx, cpy, x, y)
            if numbers is None:
                return
            cpx, cpy, x, y = numbers
        if self.matrix is not None:
            mapped = self._map_curve("quadratic_curve_to", float(cpx), float(cpy), float(x), float(y))
            if mapped is None:
                return
            cpx, cpy, x, y = mapped
        if not self._open:
            self._reopen(cpx, cpy)  # type: ignore[arg-type]
        self.coords.frombytes(pack_quad(cpx, cpy, x, y))
        self.verbs.append(2)

    def bezier_curve_to(self, cp1x: Number, cp1y: Number, cp2x: Number, cp2y: Number, x: Number, y: Number) -> None:
        """Draw a cubic Bezier curve with control points (cp1x, cp1y), (cp2x, cp2y) to (x, y).

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-beziercurveto
        """
        try:
            finite = isfinite(0.0 + cp1x + cp1y + cp2x + cp2y + x + y)  # type: ignore[operator]
        except (TypeError, OverflowError):
            finite = False
        names = "cp1x cp1y cp2x cp2y x y"
        if not finite:
            numbers = self._floats("bezier_curve_to", names, cp1x, cp1y, cp2x, cp2y, x, y)
            if numbers is None:
                return
            cp1x, cp1y, cp2x, cp2y, x, y = numbers
        if self.matrix is not None:
            six = float(cp1x), float(cp1y), float(cp2x), float(cp2y), float(x), float(y)
            mapped = self._map_curve("bezier_curve_to", *six)
            if mapped is None:
                return
            cp1x, cp1y, cp2x, cp2y, x, y = mapped
        if not self._open:
            self._reopen(cp1x, cp1y)  # type: ignore[arg-type]
        self.coords.frombytes(pack_cubic(cp1x, cp1y, cp2x, cp2y, x, y))
        self.verbs.append(3)

    def arc(
        self,
        x: Number,
        y: Number,
        radius: Number,
        start_angle: Number,
        end_angle: Number,
        counterclockwise: bool = False,
    ) -> None:
        """Draw an arc of the circle about (x, y), after a straight line to its start. Angles are radians.

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-arc

        Raises
        ------
        IndexSizeError
            The radius is negative.

        >>> path = PathBuilder()
        >>> path.arc(50, 50, 10, 0, 9)
        >>> list(path.coords[2:])
        [50.0, 50.0, 10.0, 0.0, -0.0, 10.0, 0.0, 6.283185307179586]
        """
        try:
            finite = isfinite(0.0 + x + y + radius + start_angle + end_angle)  # type: ignore[operator]
        except (TypeError, OverflowError):
            finite = False
        names = "x y radius start_angle end_angle"
        if not finite:
            numbers = self._floats("arc", names, x, y, radius, start_angle, end_angle)
            if numbers is None:
                return
            x, y, radius, start_angle, end_angle = numbers
        r, start, end = float(radius), float(start_angle), float(end_angle)
        if r < 0:
            raise IndexSizeError(f"arc: radius {radius!r} is negative: pass 0 or more")
        if counterclockwise or not 0.0 <= start <= end < TWO_PI:
            sweep = arc_sweep(start, end, bool(counterclockwise)) if r else 0.0
            start = near_angle(start)
        else:
            sweep = end - start if r else 0.0
        self.append_arc("arc", float(x), float(y), r, 0.0, -0.0, r, start, sweep)

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
        """Draw an arc of the ellipse about (x, y), turned by ``rotation``, after a straight line to its start.

        Angles are radians. https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ellipse

        Raises
        ------
        IndexSizeError
            A radius is negative.
        """
        names = "x y radius_x radius_y rotation start_angle end_angle"
        numbers = self._floats("ellipse", names, x, y, radius_x, radius_y, rotation, start_angle, end_angle)
        if numbers is not None:
            cx, cy, rx, ry, turn, start, end = numbers
            if rx < 0 or ry < 0:
                raise IndexSizeError(
                    f"ellipse: radii ({radius_x!r}, {radius_y!r}): none may be negative, pass 0 or more"
                )
            self._ellipse("ellipse", cx, cy, rx, ry, turn, start, end, bool(counterclockwise))

    def arc_to(self, x1: Number, y1: Number, x2: Number, y2: Number, radius: Number) -> None:
        """Round the corner at (x1, y1) between the current point and (x2, y2): a line, then an arc that touches both.

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-arcto

        Raises
        ------
        IndexSizeError
            The radius is negative.
        """
        numbers = self._floats("arc_to", "x1 y1 x2 y2 radius", x1, y1, x2, y2, radius)
        if numbers is None:
            return
        x, y, end_x, end_y, r = numbers
        if not self.verbs:
            self.move_to(x, y)
        if r < 0:
            raise IndexSizeError(f"arc_to: radius {radius!r} is negative: pass 0 or more")
        if not self.verbs:  # The mapped point is beyond float64: nothing was added.
            return
        p0 = self._user_point(x, y)
        touch = None if p0 is None else tangent_arc(*p0, x, y, end_x, end_y, r)
        if touch is None:
            self.line_to(x, y)
            return
        cx, cy, ux, uy, sweep = touch
        self.append_arc("arc_to", cx, cy, ux, uy, -uy, ux, 0.0, sweep)

    def rect(self, x: Number, y: Number, width: Number, height: Number) -> None:
        """Add a closed rectangle, and leave a new subpath at (x, y).

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-rect
        """
        try:
            finite = isfinite(0.0 + x + y + width + height)  # type: ignore[operator]
        except (TypeError, OverflowError):
            finite = False
        if not finite:
            numbers = self._floats("rect", "x y width height", x, y, width, height)
            if numbers is None:
                return
            x, y, width, height = numbers
        self._rect("rect", float(x), float(y), float(width), float(height))

    def round_rect(self, x: Number, y: Number, width: Number, height: Number, radii: object = 0.0) -> None:
        """Add a closed rectangle with rounded corners, and leave a new subpath at (x, y).

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-roundrect

        Parameters
        ----------
        radii
            One radius or a sequence of 1 to 4, from the upper left corner on as in CSS; each a number or a point with
            x and y (a mapping or an object). Radii that overlap on a side are all scaled down by one factor.

        Raises
        ------
        RangeError
            A radius is negative, or the sequence is not 1 to 4 long.
        """
        try:
            finite = isfinite(0.0 + x + y + width + height)  # type: ignore[operator]
        except (TypeError, OverflowError):
            finite = False
        if not finite:
            numbers = self._floats("round_rect", "x y width height", x, y, width, height)
            if numbers is None:
                return
            x, y, width, height = numbers
        radius = radii[0] if type(radii) is list and len(radii) == 1 else radii
        if (type(radius) is float or type(radius) is int) and 0.0 < radius < MOST_RADIUS:
            # The quick path for one radius: no parsing, and all corners are scaled alike.
            x, y, width, height = float(x), float(y), float(width), float(height)
            radius *= min(abs(width) / (radius + radius), abs(height) / (radius + radius), 1.0)
            scale, _, _, scale_y, e, f = IDENTITY if self.matrix is None else self.matrix
            is_even = radius > 0.0 and width > 0.0 and height > 0.0 and scale == scale_y and scale > 0.0
            if is_even and (self.matrix is None or self.matrix[1:3] == (0.0, 0.0)):
                right, bottom = scale * (x + width) + e, scale * (y + height) + f
                self._even_rect(scale * x + e, scale * y + f, right, bottom, scale * radius)
            else:
                self._round_rect(x, y, width, height, ((radius, radius),) * 4)
            return
        corners = parse_radii(radii, self.strict)
        if isinstance(corners, float):
            self._floats("round_rect", "radii", corners)
            return
        left, top, w, h = float(x), float(y), float(width), float(height)
        if any(map(any, corners)):
            self._round_rect(left, top, w, h, fit_corners(corners, w, h))
        else:
            self._rect("round_rect", left, top, w, h)

    def close_path(self) -> None:
        """Close the subpath; what follows begins a new one at its start. Nothing on an empty path.

        https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-closepath
        """
        if self._open:
            self.verbs.append(CLOSE)
            self._restart = self.coords[self._move_index], self.coords[self._move_index + 1]
            self._open = False

    def _map_curve(self, method: str, *numbers: float) -> tuple[float, ...] | None:
        """Points of a curve under the matrix; None where they are beyond float64, and the call is ignored."""
        assert self.matrix is not None
        mapped = _map_points(self.matrix, numbers)
        # The sum is finite only where all terms are; where it overflows, each term is tested.
        return mapped if isfinite(sum(mapped)) or self._in_range(method, *mapped) else None

    def _ellipse(
        self, method: str, x: float, y: float, rx: float, ry: float, turn: float, start: float, end: float, ccw: bool
    ) -> None:
        c, s = cos(turn), sin(turn)
        sweep = 0.0 if rx == ry == 0.0 else arc_sweep(start, end, ccw)
        self.append_arc(method, x, y, rx * c, rx * s, -ry * s, ry * c, near_angle(start), sweep)

    def _user_point(self, x1: float, y1: float) -> tuple[float, float] | None:
        """Return the current point in the present user space; None where it is (x1, y1) or the matrix is singular."""
        point = self.current_point
        assert point is not None
        if self.matrix is None:
            return point
        # Compared in mapped space, because mapping back would miss an exact match by rounding.
        if point == apply(self.matrix, x1, y1):
            return None
        inverse = invert(self.matrix)
        return None if inverse is None else apply(inverse, *point)

    def _rect(self, method: str, x: float, y: float, w: float, h: float) -> None:
        right, bottom = x + w, y + h
        numbers: tuple[float, ...] = (x, y, right, y, right, bottom, x, bottom)
        if self.matrix is not None:
            a, b, c, d, e, f = self.matrix
            upper = a * x + c * y + e, b * x + d * y + f, a * right + c * y + e, b * right + d * y + f
            lower = a * right + c * bottom + e, b * right + d * bottom + f
            numbers = (*upper, *lower, a * x + c * bottom + e, b * x + d * bottom + f)
        if not isfinite(sum(numbers)) and not self._in_range(method, *numbers):
            # Browsers keep a rectangle in user space, so that it still contains its points: here its corners go as far
            # as numbers do.
            if any(map(isnan, numbers)):
                return
            numbers = tuple(min(max(number, -FARTHEST), FARTHEST) for number in numbers)
        self._restart = numbers[0], numbers[1]
        self.coords.frombytes(pack_rect(*numbers))
        self.verbs += RECT
        self._open = False

    def _even_rect(self, x: float, y: float, right: float, bottom: float, r: float) -> None:
        """`_round_rect` for one radius above 0 and a positive size, in canvas pixels: the most frequent case by far."""
        left, top, end, low = x + r, y + r, right - r, bottom - r
        up, out, down, back = top - r, end + r, low + r, left - r
        # The sum is finite only where all terms are; where it overflows, each term is tested.
        if not isfinite(y + left + top + end + low + up + out + down + back) and not self._in_range(
            "round_rect", y, left, top, end, low, up, out, down, back
        ):
            return
        coords = self.coords
        self._move_index = len(coords)
        # fmt: off
        coords.frombytes(
            pack_round_rect(
                left, y,
                end, up, end, top, 0.0, -r, r, 0.0, 0.0, HALF_PI,
                out, low, end, low, r, 0.0, 0.0, r, 0.0, HALF_PI,
                left, down, left, low, 0.0, r, -r, 0.0, 0.0, HALF_PI,
                back, top, left, top, -r, 0.0, 0.0, -r, 0.0, HALF_PI,
            )
        )
        # fmt: on
        self.verbs += ROUND_RECT
        self._restart, self._open = (x, y), False

    def _round_rect(self, x: float, y: float, w: float, h: float, corners: Corners) -> None:
        """Append the outline from the upper left corner's end on; a negative size mirrors it."""
        sx, sy = (1.0 if w >= 0.0 else -1.0), (1.0 if h >= 0.0 else -1.0)
        right, bottom = x + w, y + h
        restart = (x, y) if self.matrix is None else apply(self.matrix, x, y)
        far = (right, bottom) if self.matrix is None else apply(self.matrix, right, bottom)
        if not self._in_range("round_rect", *restart, *far):
            return
        (ulx, uly), (urx, ury), (lrx, lry), (llx, lly) = (
            (sx * cx, sy * cy) if cx and cy else (0.0, 0.0) for cx, cy in corners
        )
        a, b, c, d, e, f = IDENTITY if self.matrix is None else self.matrix
        verbs, left = [MOVE], x + ulx
        numbers = [a * left + c * y + e, b * left + d * y + f]
        for cx, cy, ux, uy, vx, vy in (
            (right - urx, y + ury, 0.0, -ury, urx, 0.0),
            (right - lrx, bottom - lry, lrx, 0.0, 0.0, lry),
            (x + llx, bottom - lly, 0.0, lly, -llx, 0.0),
            (x + ulx, y + uly, -ulx, 0.0, 0.0, -uly),
        ):
            if self.matrix is not None:
                cx, cy = a * cx + c * cy + e, b * cx + d * cy + f
                ux, uy, vx, vy = a * ux + c * uy, b * ux + d * uy, a * vx + c * vy, b * vx + d * vy
            numbers += (cx + ux, cy + uy)
            verbs.append(LINE)
            if ux or uy:
                numbers += (cx, cy, ux, uy, vx, vy, 0.0, HALF_PI)
                verbs.append(ARC)
        verbs.append(CLOSE)
        if not isfinite(sum(numbers)) and not self._in_range("round_rect", *numbers):
            return
        self._move_index = len(self.coords)
        self.coords.extend(numbers)
        self.verbs.extend(verbs)
        self._restart, self._open = restart, False


def _map_points(matrix: Affine, numbers: tuple[float, ...]) -> tuple[float, ...]:
    """Two points, or three, under a matrix."""
    a, b, c, d, e, f = matrix
    # Unrolled: a loop takes three times as long.
    x0, y0, x1, y1, *last = numbers
    first = a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f
    if not last:
        return first
    x2, y2 = last
    return *first, a * x2 + c * y2 + e, b * x2 + d * y2 + f
