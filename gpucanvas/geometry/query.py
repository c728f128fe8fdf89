"""Questions about a path: is this point in its fill, or in its stroke? float64, on the geometry itself, no pixels.

A path's curves are cut into segments once, and what they are is kept with the path until it, its transform or its
dashes change. The loops are those of stages/hits.py.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import inf, isfinite, sqrt
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..contract.constants import CAP_BUTT, CAP_ROUND, CAP_SQUARE, JOIN_BEVEL, JOIN_MITER, JOIN_ROUND
from .affine import IDENTITY, Affine, invert
from .dash import Bools, Floats, Ints, dash_lines_of
from .flatten import flatten_stream, polylines_of
from .stream import ARC, CUBIC, QUAD

__all__ = ["CAPS", "JOINS", "contains", "flatten", "is_in_fill", "is_in_stroke", "stroke_contains"]

CAPS: Final = {"butt": CAP_BUTT, "round": CAP_ROUND, "square": CAP_SQUARE}
JOINS: Final = {"miter": JOIN_MITER, "round": JOIN_ROUND, "bevel": JOIN_BEVEL}
_ON_OUTLINE: Final = 1e-9
"""A point this close to an outline, as a part of the largest coordinate, lies on it."""
_FARTHEST: Final = 1e300
"""Miters of more than this are not looked for."""


class Stream(Protocol):
    """What a query needs of a path."""

    verbs: bytearray
    coords: array[float]
    fill_form: Any
    stroke_form: Any

    @property
    def version(self) -> int:
        """A number that grows with every change."""


class Form:
    """What is kept of a path between questions: its segments, as kernels take them.

    Attributes
    ----------
    key : tuple
        What it was made of: it answers for nothing else.
    segments, following, kinds, boxes : arrays
        See `stages.hits.write_segments`.
    touch : float
        How close to an outline is on it.
    box : tuple of 4 float
        Left, top, right and bottom of all segments; inside out where there are none.
    """

    __slots__ = ("box", "boxes", "following", "key", "kinds", "segments", "touch")

    def __init__(self, key: object, lines: Any, touch: float, close_all: bool) -> None:
        from ..stages.hits import CHUNK, write_segments

        self.key, self.touch = key, touch
        size = len(lines[0])
        segments, following, kinds = np.empty((size, 4)), np.empty(size, np.int64), np.empty(size, np.uint8)
        boxes = np.empty((size // CHUNK + 1, 4))
        count = write_segments(lines, close_all, segments, following, kinds, boxes)
        self.segments, self.following, self.kinds = segments[:count], following[:count], kinds[:count]
        self.boxes = boxes[: -(-count // CHUNK)]
        self.box = (inf, inf, -inf, -inf)
        if count:
            self.box = (*self.boxes[:, :2].min(0).tolist(), *self.boxes[:, 2:].max(0).tolist())

    def may_hold(self, x: float, y: float, reach: float) -> bool:
        """Whether a point is within `reach` of the box of all segments; False where it is no number."""
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
    from ..stages.hits import mark_in_fill

    if rule not in ("nonzero", "evenodd"):
        raise ValueError(f"contains: rule is {rule!r}: pass 'nonzero' or 'evenodd'")
    form = _fill_form(path, IDENTITY)
    tables = None if form is None else (form.segments, form.boxes, form.touch, rule == "evenodd")
    return _ask(mark_in_fill, tables, x, y)


def is_in_fill(path: Stream, x: float, y: float, is_evenodd: bool, matrix: Affine = IDENTITY) -> bool:
    """Tell whether a point is in the fill of the path as ``matrix`` maps it: `contains` of one point, at once."""
    from ..stages.hits import in_fill

    form = _fill_form(path, matrix)
    if form is None or not form.may_hold(x, y, form.touch):
        return False
    return bool(in_fill(form.segments, form.boxes, form.touch, is_evenodd, x, y))


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
    from ..stages.hits import mark_in_stroke

    if cap not in CAPS:
        raise ValueError(f"stroke_contains: cap is {cap!r}: pass 'butt', 'round' or 'square'")
    if join not in JOINS:
        raise ValueError(f"stroke_contains: join is {join!r}: pass 'miter', 'round' or 'bevel'")
    inverse = IDENTITY if matrix is None else invert(matrix)
    form = None if inverse is None else _stroke_form(path, IDENTITY, inverse, tuple(pattern), offset)
    if inverse is None or form is None:
        return _ask(mark_in_stroke, None, x, y)
    pen = 0.5 * width, CAPS[cap], JOINS[join], float(miter_limit)
    tables = form.segments, form.following, form.kinds, form.boxes, pen, _reach(*pen), form.touch
    a, b, c, d, e, f = inverse
    px, py = np.asarray(x, np.float64), np.asarray(y, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return _ask(mark_in_stroke, tables, a * px + c * py + e, b * px + d * py + f)


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
    """Tell whether a point of the canvas is in a stroke: `stroke_contains` of one point, at once.

    Parameters
    ----------
    pen
        The width, CAP_*, JOIN_* and the miter limit.
    matrix
        The pen's map from user space to the canvas.
    is_local
        Whether the path is in user space, too.
    """
    from ..stages.hits import in_stroke

    inverse = IDENTITY if matrix == IDENTITY else invert(matrix)
    if inverse is None:
        return False
    form = _stroke_form(path, matrix if is_local else IDENTITY, inverse, pattern, offset)
    if form is None:
        return False
    width, cap, join, limit = pen
    half = 0.5 * width
    reach = _reach(half, cap, join, limit)
    a, b, c, d, e, f = inverse
    x, y = a * x + c * y + e, b * x + d * y + f
    if not form.may_hold(x, y, reach + form.touch):
        return False
    tables = form.segments, form.following, form.kinds, form.boxes, (half, cap, join, limit), reach, form.touch
    return bool(in_stroke(*tables, x, y))


def _reach(half: float, cap: int, join: int, limit: float) -> float:
    """How far a stroke goes beyond its segments."""
    factor = sqrt(2.0) if cap == CAP_SQUARE else 1.0
    if join == JOIN_MITER:
        factor = max(factor, limit)
    # A little more: what is on the edge of a miter is in it.
    return min(half * factor * (1.0 + 1e-9), _FARTHEST)


def _ask(mark: Any, tables: tuple[Any, ...] | None, x: ArrayLike, y: ArrayLike) -> Any:
    """Run a kernel on points that broadcast together: False where they are not finite, and where there is no table."""
    bx, by = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    found = np.zeros(bx.size, np.uint8)
    if tables is not None:
        xs, ys = bx.flatten(), by.flatten()
        mark(*tables, xs, ys, found)
        found[~(np.isfinite(xs) & np.isfinite(ys))] = 0
    return bool(found[0]) if bx.ndim == 0 else found.view(np.bool_).reshape(bx.shape)


def _fill_form(path: Stream, matrix: Affine) -> Form | None:
    """The closed segments of a path as a matrix maps it; None where it has none, or is mapped out of range."""
    key = path.version, matrix
    form: Form | None = path.fill_form
    if form is None or form.key != key:
        mapped = _map(path, (matrix,))
        if mapped is None:
            return None
        lines = polylines_of(*mapped[:3], mapped[3])
        form = path.fill_form = Form(key, lines, mapped[4], True)
    return form


def _stroke_form(
    path: Stream, matrix: Affine, inverse: Affine, pattern: tuple[float, ...], offset: float
) -> Form | None:
    """The segments of a path as two matrices map it, one after the other, dashed; None as for fills."""
    key = path.version, matrix, inverse, pattern, offset
    form: Form | None = path.stroke_form
    if form is None or form.key != key:
        mapped = _map(path, (matrix, inverse))
        if mapped is None:
            return None
        lines = polylines_of(*mapped[:3], mapped[3])
        if pattern:
            lines = dash_lines_of(lines, pattern, offset)
        form = path.stroke_form = Form(key, lines, mapped[4], False)
    return form


def _map(path: Stream, matrices: Sequence[Affine]) -> tuple[NDArray[np.uint8], Floats, Ints, float, float] | None:
    """Verbs, pairs and count of a mapped stream; how closely to follow curves, and how close to an outline is on it."""
    from ..stages.polylines import map_streams

    verbs = path.verbs
    if not verbs:
        return None
    codes, pairs = np.frombuffer(bytes(verbs), np.uint8).copy(), np.array(path.coords).reshape(-1, 2)
    count, largest = np.array([len(codes)]), np.empty(1)
    for matrix in [each for each in matrices if each != IDENTITY] or [IDENTITY]:
        map_streams(codes, pairs, count, np.array([matrix]), inf, pairs, largest)
        if not isfinite(largest[0]):
            return None
    scale = float(largest[0])
    tolerance = max(min(1e-3, 1e-5 * scale), 1e-300)
    has_curves = QUAD in verbs or CUBIC in verbs or ARC in verbs
    return codes, pairs, count, tolerance, max(_ON_OUTLINE * scale, tolerance if has_curves else 0.0)
