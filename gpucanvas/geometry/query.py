"""query: hit tests: whether a point is in a path's fill or stroke. They use the geometry in float64, not pixels.

A path's curves are cut into segments, which are cached with the path until it, its transform or its dashes change. The
loops are in stages/hits.py.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import inf, isfinite, sqrt
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..contract.constants import CAP_BUTT, CAP_ROUND, CAP_SQUARE, JOIN_BEVEL, JOIN_MITER, JOIN_ROUND
from ..contract.outlines import SAME_POINT, SAME_POINT_PX
from ..contract.verbs import ARC
from .affine import IDENTITY, Affine, invert
from .dash import Bools, Floats, Ints, dash_lines_of
from .flatten import flatten_stream, polylines_of

__all__ = ["CAPS", "JOINS", "contains", "flatten", "is_in_fill", "is_in_stroke", "stroke_contains"]

CAPS: Final = {"butt": CAP_BUTT, "round": CAP_ROUND, "square": CAP_SQUARE}
JOINS: Final = {"miter": JOIN_MITER, "round": JOIN_ROUND, "bevel": JOIN_BEVEL}
MANY: Final = 64
"""Number of segments from which testing the bounding box first is cheaper than cutting the segments."""
ROUGHLY: Final = 1e-6
"""Relative margin, far above `SAME_POINT`, by which a point has to be outside the box to be certainly outside."""
_FARTHEST: Final = 1e300
"""Upper limit of a stroke's reach, against overflow."""
_EVERYWHERE: Final = (-inf, -inf, inf, inf)
_NOWHERE: Final = (inf, inf, -inf, -inf)

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Style = tuple[Affine, Affine, tuple[float, ...], float]
"""The two matrices that map a stroke's outline to user space, and its dashes: pattern and offset."""
Key = tuple[int, Affine | Style]
"""The cache key of segments: a path's version, and the matrix or the style."""
Tables = tuple[Floats, Ints, NDArray[np.uint8], Floats]

_module: Any = None


class Stream(Protocol):
    """The attributes of a path that a query needs."""

    verbs: bytearray
    coords: array[float]
    fill_form: Any
    stroke_form: Any

    @property
    def version(self) -> int:
        """A number that grows with every change."""


class Form:
    """The cached segments of a path, in tables for kernels.

    Attributes
    ----------
    asked : tuple
        The key that it was made for.
    key : tuple or None
        The same key, where the segments are valid for every point; None where only for the point they were made for.
    tables : tuple of arrays
        Segments, following, kinds, boxes: see stages/hits.py.
    touch : float
        Distance up to which a point counts as on the outline.
    box : tuple of 4 float
        Left, top, right and bottom of all segments; inverted where there are none.
    """

    __slots__ = ("asked", "box", "key", "tables", "touch")

    def __init__(
        self, asked: Key, whole: bool, touch: float, tables: Tables, written: tuple[int, float, float, float, float]
    ) -> None:
        self.asked, self.key, self.touch = asked, asked if whole else None, touch
        segments, following, kinds, boxes = tables
        count, left, top, right, bottom = written
        self.tables = segments[:count], following[:count], kinds[:count], boxes
        self.box = left, top, right, bottom

    def may_hold(self, x: float, y: float, reach: float) -> bool:
        """Whether a point is within ``reach`` of the box of all segments; False for NaN."""
        left, top, right, bottom = self.box
        return left - reach <= x <= right + reach and top - reach <= y <= bottom + reach


def flatten(verbs: bytes | bytearray, coords: array[float], tolerance: float) -> tuple[Floats, Ints, Bools]:
    """Return a path stream as polylines: points (N, 2), subpath_start (S + 1,), closed (S,).

    Curves are followed to within ``tolerance``, in the coordinates' unit.

    >>> from gpucanvas.geometry.path import Path2D
    >>> path = Path2D()
    >>> path.rect(0, 0, 4, 3)
    >>> points, subpath_start, closed = flatten(path.verbs, path.coords, 0.1)
    >>> points.tolist(), subpath_start.tolist(), closed.tolist()
    ([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]], [0, 4], [True])
    """
    return flatten_stream(verbs, coords, tolerance)[:3]


def contains(path: Stream, x: ArrayLike, y: ArrayLike, rule: str = "nonzero") -> Any:
    """Tell whether points are in the path's fill. Points on the outline are; points not finite are not.

    https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ispointinpath

    Parameters
    ----------
    path
        Any path stream; open subpaths count as closed.
    x, y
        Numbers, or arrays that broadcast together, in the path's space.
    rule : {"nonzero", "evenodd"}
        The fill rule.

    Returns
    -------
    bool, or bool array of the broadcast shape

    Raises
    ------
    ValueError
        The rule is another word.

    >>> from gpucanvas.geometry.path import Path2D
    >>> contains(Path2D("M0 0 H10 V10 H0 z"), [5, 10, 11], 5).tolist()
    [True, True, False]
    """
    if rule not in ("nonzero", "evenodd"):
        raise ValueError(f"contains: rule is {rule!r}: pass 'nonzero' or 'evenodd'")
    form = _fill_form(path, IDENTITY, _EVERYWHERE)
    segments, _, _, boxes = form.tables
    return _ask(_hits().mark_in_fill, (segments, boxes, form.touch, rule == "evenodd"), x, y)


def is_in_fill(path: Stream, x: float, y: float, is_evenodd: bool, matrix: Affine = IDENTITY) -> bool:
    """Tell whether one point is in the path's fill under ``matrix``, faster than `contains`."""
    form: Form | None = path.fill_form
    if form is None or form.key != (path.version, matrix):
        if len(path.verbs) >= MANY and _is_beyond(path, x, y, matrix):
            return False
        form = _fill_form(path, matrix, (x, y, x, y))
    if not form.may_hold(x, y, form.touch):
        return False
    segments, _, _, boxes = form.tables
    return bool(_hits().in_fill(segments, boxes, form.touch, is_evenodd, x, y))


def _is_beyond(path: Stream, x: float, y: float, matrix: Affine) -> bool:
    """Whether a point is certainly outside the bounding box of a path's points and control points under ``matrix``.

    Returns False for a path with arcs, since the numbers of arcs are not points.
    """
    if ARC in path.verbs:
        return False
    # A copy: while a view of the array exists, the path cannot grow, not even in another thread.
    numbers = np.array(path.coords)
    across, down = numbers[0::2], numbers[1::2]
    left, top, right, bottom = float(across.min()), float(down.min()), float(across.max()), float(down.max())
    a, b, c, d, e, f = matrix
    corners = [(a * u + c * v + e, b * u + d * v + f) for u in (left, right) for v in (top, bottom)]
    xs, ys = zip(*corners, strict=True)
    if not isfinite(sum(xs) + sum(ys)):
        return False
    slack = ROUGHLY * (max(map(abs, xs)) + max(map(abs, ys)))
    is_inside = min(xs) - slack <= x <= max(xs) + slack and min(ys) - slack <= y <= max(ys) + slack
    return not is_inside and isfinite(x + y)


def stroke_contains(
    path: Stream,
    x: ArrayLike,
    y: ArrayLike,
    width: float = 1.0,
    cap: str = "butt",
    join: str = "miter",
    miter_limit: float = 10.0,
    pattern: Sequence[float] = (),
    offset: float = 0.0,
    matrix: Affine | None = None,
) -> Any:
    """Tell whether points are in the path's stroke, its outline included.

    https://html.spec.whatwg.org/multipage/canvas.html#dom-context-2d-ispointinstroke

    Parameters
    ----------
    path
        Any path stream.
    x, y
        Numbers, or arrays that broadcast together, in the path's space.
    width, cap, join, miter_limit, pattern, offset
        The line style, in the pen's space: lengths of user space.
    matrix
        The pen's map from user space to the path's space; None where they are one. Without an inverse there is no
        stroke, and the answer is False.

    Returns
    -------
    bool, or bool array of the broadcast shape

    Raises
    ------
    ValueError
        ``cap`` or ``join`` is not a word of the standard.
    LimitError
        The pattern makes too many dashes.

    >>> from gpucanvas.geometry.path import Path2D
    >>> stroke_contains(Path2D("M0 0 H10"), [5, 5, -1], [0.5, 2, 0], width=2).tolist()
    [True, False, False]
    """
    if cap not in CAPS:
        raise ValueError(f"stroke_contains: cap is {cap!r}: pass 'butt', 'round' or 'square'")
    if join not in JOINS:
        raise ValueError(f"stroke_contains: join is {join!r}: pass 'miter', 'round' or 'bevel'")
    inverse = IDENTITY if matrix is None else invert(matrix)
    if inverse is None:
        return _ask(_hits().mark_in_stroke, None, x, y)
    pen = 0.5 * width, CAPS[cap], JOINS[join], float(miter_limit)
    form = _stroke_form(path, (IDENTITY, inverse, tuple(pattern), offset), _EVERYWHERE)
    a, b, c, d, e, f = inverse
    px, py = np.asarray(x, np.float64), np.asarray(y, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        px, py = a * px + c * py + e, b * px + d * py + f
    reach = _reach(*pen) + _slack(miter_limit) * form.touch
    return _ask(_hits().mark_in_stroke, (*form.tables, pen, reach, form.touch), px, py)


def is_in_stroke(
    path: Stream,
    x: float,
    y: float,
    pen: tuple[float, int, int, float],
    pattern: tuple[float, ...],
    offset: float,
    matrix: Affine,
    is_local: bool,
) -> bool:
    """Tell whether one point of the canvas is in a stroke, faster than `stroke_contains`.

    Parameters
    ----------
    pen
        The width, CAP_*, JOIN_* and the miter limit.
    matrix
        The pen's map from user space to the canvas.
    is_local
        Whether the path is in user space, too.
    """
    inverse = IDENTITY if matrix == IDENTITY else invert(matrix)
    if inverse is None:
        return False
    width, cap, join, limit = pen
    half = 0.5 * width
    reach = _reach(half, cap, join, limit)
    a, b, c, d, e, f = inverse
    x, y = a * x + c * y + e, b * x + d * y + f
    style = matrix if is_local else IDENTITY, inverse, pattern, offset
    form: Form | None = path.stroke_form
    if form is None or form.key != (path.version, style):
        form = _stroke_form(path, style, (x - reach, y - reach, x + reach, y + reach), _slack(limit))
    reach += _slack(limit) * form.touch
    if not form.may_hold(x, y, reach):
        return False
    return bool(_hits().in_stroke(*form.tables, (half, cap, join, limit), reach, form.touch, x, y))


def _reach(half: float, cap: int, join: int, limit: float) -> float:
    """The greatest distance of a stroke's edge from its segments."""
    factor = sqrt(2.0) if cap == CAP_SQUARE else 1.0
    if join == JOIN_MITER:
        factor = max(factor, limit)
    # A little more, so that the tip of a miter is included.
    return min(half * factor * (1.0 + 1e-9), _FARTHEST)


def _slack(limit: float) -> float:
    """Return how much further a stroke's joins reach for a point that touches them: their three sides are moved."""
    return 3.0 * max(limit, 2.0)


def _ask(mark: Any, tables: tuple[Any, ...] | None, x: ArrayLike, y: ArrayLike) -> Any:
    """Run a kernel on points that broadcast together; False for points that are not finite, and without tables."""
    bx, by = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    found = np.zeros(bx.size, np.uint8)
    if tables is not None:
        xs, ys = bx.flatten(), by.flatten()
        mark(*tables, xs, ys, found)
        found[~(np.isfinite(xs) & np.isfinite(ys))] = 0
    return bool(found[0]) if bx.ndim == 0 else found.view(np.bool_).reshape(bx.shape)


def _fill_form(path: Stream, matrix: Affine, window: Box) -> Form:
    """The closed segments of a path under a matrix.

    For the first query of a path, curves outside the window become one segment each, which is faster. The second query
    cuts all curves, and the result is cached.
    """
    key = path.version, matrix
    known: Form | None = path.fill_form
    if known is not None and known.key == key:
        return known
    whole = window is _EVERYWHERE or (known is not None and known.asked == key)
    form = path.fill_form = _cut_stream(path, key, (matrix, IDENTITY), None if whole else window, 1.0, True)
    return form


def _stroke_form(path: Stream, style: Style, window: Box, slack: float = 1.0) -> Form:
    """The segments of a path under two matrices, one after the other, dashed; cached as in `_fill_form`."""
    key = path.version, style
    known: Form | None = path.stroke_form
    if known is not None and known.key == key:
        return known
    first, second, pattern, _ = style
    if pattern:
        # Dashes need the exact length of every curve before them.
        form = _cut_dashes(path, key, style)
    else:
        whole = window is _EVERYWHERE or (known is not None and known.asked == key)
        form = _cut_stream(path, key, (first, second), None if whole else window, slack, False)
    path.stroke_form = form
    return form


def _new_tables(count: int) -> Tables:
    """Empty tables for ``count`` segments."""
    numbers = np.empty(4 * (count + count // _hits().CHUNK + 1))
    segments, boxes = numbers[: 4 * count].reshape(count, 4), numbers[4 * count :].reshape(-1, 4)
    return segments, np.empty(count, np.int64), np.empty(count, np.uint8), boxes


def _cut_stream(
    path: Stream, key: Key, matrices: tuple[Affine, Affine], window: Box | None, slack: float, close_all: bool
) -> Form:
    """The segments of a path, exact everywhere without a window; none where the mapped path is beyond float64."""
    codes, pairs, pieces, (count, largest, _, touch) = _measure(path, matrices, window or _EVERYWHERE, slack)
    tables = _new_tables(count)
    written = 0, *_NOWHERE
    if count:
        same = min(SAME_POINT * largest, SAME_POINT_PX)
        written = _hits().write_stream(codes, pairs, pieces, same, close_all, *tables)
    return Form(key, window is None, touch, tables, written)


def _cut_dashes(path: Stream, key: Key, style: Style) -> Form:
    """The segments of a dashed stroke."""
    first, second, pattern, offset = style
    codes, pairs, _, (count, _, tolerance, touch) = _measure(path, (first, second), _EVERYWHERE, 1.0)
    if not count:
        return Form(key, True, touch, _new_tables(0), (0, *_NOWHERE))
    lines = polylines_of(codes, pairs, np.array([len(codes)]), tolerance)
    points, smooth, starts, closed, _ = dash_lines_of(lines, pattern, offset)
    tables = _new_tables(len(points))
    return Form(key, True, touch, tables, _hits().write_segments(points, smooth, starts, closed, *tables))


def _measure(path: Stream, matrices: tuple[Affine, Affine], window: Box, slack: float) -> tuple[Any, Any, Any, Any]:
    """Return verbs, mapped pairs, pieces, and the result of `measure_stream`."""
    codes, pairs = np.array(path.verbs, np.uint8), np.array(path.coords).reshape(-1, 2)
    pieces = np.empty(len(codes), np.int64)
    return codes, pairs, pieces, _hits().measure_stream(codes, pairs, *matrices, window, slack, pairs, pieces)


def _hits() -> Any:
    """The module stages/hits.py, loaded on first use."""
    global _module
    if _module is None:
        from ..stages import hits

        _module = hits
    return _module
