"""BatchVerbs: any number of shapes of one kind in one command, from NumPy arrays, in ipycanvas's argument order.

Each item is composited by itself, in order, with the transform, clip, alpha and operator of the context. Scalars
broadcast; any float or integer dtype and any memory layout is accepted; arrays are copied when they are recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import isfinite, pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import IndexSizeError
from ..geometry.arc import FAR_ANGLE
from ..memory import Holding
from ..paint.color import to_rgba_array
from ..pipeline import record as r
from ..pipeline.columns import CHUNK, Columns
from ..sight import spans
from .recorder import Recorder

SCALAR_ERROR = 1e-3
"""Rounding error, user space, up to which a scalar becomes float32 as the columns are; at most a millionth of it."""
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)
Numbers = NDArray[Any]


class BatchVerbs(Recorder):
    """The batch verbs of a context.

    ``color`` is (N, 3) or (N, 4), float 0 to 1 or uint8, straight alpha; or one colour for all; None uses the style.
    Arrays of `Canvas.staging_array` are not copied: they are read-only until the frame has been drawn.
    """

    __slots__ = ()

    def fill_rects(
        self, x: ArrayLike, y: ArrayLike, width: ArrayLike, height: ArrayLike | None = None, *, color: Any = None
    ) -> None:
        """Fill N rectangles: x, y, width, height of shape (N,) or scalar; a height of None makes squares."""
        items = self._columns("fill_rects", x=x, y=y, width=width, height=width if height is None else height)
        self._add_batch("fill_rects", "rects", items, self._fill_paint(), color)

    def stroke_rects(
        self, x: ArrayLike, y: ArrayLike, width: ArrayLike, height: ArrayLike | None = None, *, color: Any = None
    ) -> None:
        """Stroke the outlines of N rectangles, as `fill_rects`."""
        items = self._columns("stroke_rects", x=x, y=y, width=width, height=width if height is None else height)
        self._add_batch("stroke_rects", "frames", items, self._stroke_paint(), color)

    def fill_circles(self, x: ArrayLike, y: ArrayLike, radius: ArrayLike, *, color: Any = None) -> None:
        """Fill N discs: centre x, y and radius, of shape (N,) or scalar. IndexSizeError for a negative radius."""
        items = self._columns("fill_circles", x=x, y=y, radius=radius)
        self._check_radius("fill_circles", items)
        self._add_batch("fill_circles", "circles", items, self._fill_paint(), color)

    def stroke_circles(self, x: ArrayLike, y: ArrayLike, radius: ArrayLike, *, color: Any = None) -> None:
        """Stroke N circles, as `fill_circles`."""
        items = self._columns("stroke_circles", x=x, y=y, radius=radius)
        self._check_radius("stroke_circles", items)
        self._add_batch("stroke_circles", "rings", items, self._stroke_paint(), color)

    def fill_arcs(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius: ArrayLike,
        start_angle: ArrayLike,
        end_angle: ArrayLike,
        anticlockwise: bool = False,
        *,
        color: Any = None,
    ) -> None:
        """Fill N arcs, each closed by its chord; angles in radians. IndexSizeError for a negative radius."""
        items = self._arc_items("fill_arcs", x, y, radius, start_angle, end_angle, anticlockwise)
        self._add_batch("fill_arcs", "arcs", items, self._fill_paint(), color, pen=-1)

    def stroke_arcs(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius: ArrayLike,
        start_angle: ArrayLike,
        end_angle: ArrayLike,
        anticlockwise: bool = False,
        *,
        color: Any = None,
    ) -> None:
        """Stroke N arcs, as `fill_arcs`."""
        items = self._arc_items("stroke_arcs", x, y, radius, start_angle, end_angle, anticlockwise)
        self._add_batch("stroke_arcs", "arcs", items, self._stroke_paint(), color)

    def fill_polygons(self, points: Any, *, color: Any = None) -> None:
        """Fill polygons: one (V, 2) array, an (N, V, 2) array, or a list of N arrays (V, 2)."""
        items, starts = self._runs("fill_polygons", points)
        self._add_batch("fill_polygons", "polygons", items, self._fill_paint(), color, starts=starts, closed=True)

    def stroke_polygons(self, points: Any, *, color: Any = None) -> None:
        """Stroke closed polygons, as `fill_polygons`."""
        items, starts = self._runs("stroke_polygons", points)
        self._add_batch("stroke_polygons", "polylines", items, self._stroke_paint(), color, starts=starts, closed=True)

    def stroke_lines(self, points: Any, *, color: Any = None) -> None:
        """Stroke open polylines: one (V, 2) array, an (N, V, 2) array, or a list of N arrays (V, 2)."""
        items, starts = self._runs("stroke_lines", points)
        self._add_batch("stroke_lines", "polylines", items, self._stroke_paint(), color, starts=starts)

    def stroke_line_segments(self, segments: Any, *, color: Any = None) -> None:
        """Stroke N separate segments: an (N, 2, 2) array of start and end points."""
        items = self._array("stroke_line_segments", "segments", segments)
        if items.ndim != 3 or items.shape[1:] != (2, 2):
            raise ValueError(f"stroke_line_segments: segments has shape {items.shape}: give (N, 2, 2)")
        self._staged = (_staged(items),)
        items = items.reshape(-1, 4)
        items = items[self._finite("stroke_line_segments", items)]
        self._add_batch("stroke_line_segments", "segments", items, self._stroke_paint(), color)

    # -- arguments ---------------------------------------------------------------------------------------------

    def _fill_paint(self) -> int:
        self._sync()
        return self._fill

    def _stroke_paint(self) -> int:
        self._sync_stroke()
        return self._stroke

    def _array(self, verb: str, name: str, value: Any) -> Numbers:
        try:
            array = np.asarray(value)
            # NumPy would turn text, dates and None into numbers: refuse them.
            if array.dtype.kind not in "fiubO" or (array.dtype.kind == "O" and not _are_numbers(array)):
                raise TypeError
            if array.dtype.kind == "O":
                array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"{verb}: {name} is {value!r:.80}: give numbers or an array of numbers") from None
        array = array if array.dtype == np.float32 else array.astype(np.float64, copy=False)
        views = _staged(value)
        # A converted array is a copy, which is not in staging memory.
        staged = views is not None and views.covers(array) and array.dtype == value.dtype
        same: Numbers = value if staged else array
        return same

    def _columns(self, verb: str, **columns: Any) -> Any:
        """The columns of a batch as one (N, columns) array, or as `Columns` where one is in staging memory."""
        self._staged = ()
        arrays = [self._array(verb, name, value) for name, value in columns.items()]
        for name, array in zip(columns, arrays, strict=True):
            if array.ndim > 1:
                raise ValueError(f"{verb}: {name} has shape {array.shape}: give a number or a (N,) array")
        lengths = {len(array) for array in arrays if array.ndim}
        count = max(lengths, default=1) if 0 not in lengths else 0
        if not lengths <= {1, count}:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in zip(columns, arrays, strict=True))
            raise ValueError(f"{verb}: {shapes} do not fit together: give one length, or scalars")
        self._staged = tuple(map(_staged, columns.values()))
        if any(staged is not None for staged in self._staged):
            own = [array if _staged(array) is not None else array.copy() for array in arrays]
            return Columns([np.broadcast_to(array, count) for array in own])
        # Every Python scalar arrives as float64; it makes the batch float64 only where float32 is too coarse for it.
        is_double = any(a.dtype == np.float64 and (a.ndim or _is_moved(float(a))) for a in arrays)
        items = np.empty((count, len(arrays)), np.float64 if is_double else np.float32)
        if count <= CHUNK:
            for k, array in enumerate(arrays):
                items[:, k] = array
            return items
        # In chunks, so that a chunk is still in the CPU's cache when its next column is written.
        whole = [np.broadcast_to(array, count) for array in arrays]
        for first in range(0, count, CHUNK):
            for k, array in enumerate(whole):
                items[first : first + CHUNK, k] = array[first : first + CHUNK]
        return items

    def _finite(self, verb: str, items: Numbers | Columns) -> NDArray[np.bool_] | slice:
        """Which items have only finite numbers; raises ValueError for others on a strict canvas."""
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(items.sum()):
                return slice(None)
        fine = np.asarray(np.isfinite(np.asarray(items)).all(1))
        if not fine.all() and self._strict:
            bad = int(np.argmin(fine))
            raise ValueError(
                f'{verb}: item {bad} is {items[bad].tolist()}: give finite numbers, or use on_invalid="ignore"'
            )
        return fine

    def _check_radius(self, verb: str, items: Numbers) -> None:
        negative = items[:, 2] < 0
        if negative.any():
            bad = int(np.argmax(negative))
            raise IndexSizeError(f"{verb}: radius {bad} is {items[bad, 2]}: give a radius of at least 0")

    def _arc_items(self, verb: str, x: Any, y: Any, radius: Any, start: Any, end: Any, anticlockwise: bool) -> Numbers:
        columns = self._columns(verb, x=x, y=y, radius=radius, start_angle=start, end_angle=end)
        items = np.asarray(columns, np.float64)
        self._check_radius(verb, items)
        turn = 2 * pi
        # Numbers that are not finite are refused later, by `_add_batch`.
        with np.errstate(invalid="ignore", over="ignore"):
            beyond = np.isfinite(items[:, 3:]).all(1) & ~np.isfinite(items[:, 4] - items[:, 3])
            if beyond.any():
                items[beyond, 3:] %= turn
            sweep = items[:, 3] - items[:, 4] if anticlockwise else items[:, 4] - items[:, 3]
            rest = np.mod(sweep, turn)
            # As geometry.arc.arc_sweep: a whole number of turns against the direction is a full circle, too.
            sweep = np.where((sweep >= turn) | ((sweep < 0) & (rest == 0)), turn, rest)
        items[:, 4] = -sweep if anticlockwise else sweep
        # As geometry.arc.near_angle.
        far = np.abs(items[:, 3]) >= FAR_ANGLE
        if far.any():
            items[far, 3] = np.fmod(items[far, 3], turn)
        return items

    def _runs(self, verb: str, points: Any) -> tuple[Numbers, NDArray[np.int64]]:
        """All points (V, 2) of N polylines, and the index where each starts, and the last one ends (N + 1,)."""
        self._staged = ()
        if isinstance(points, np.ndarray) and points.dtype != object:
            array = self._array(verb, "points", points)
            self._staged = (_staged(array),)
            if array.ndim == 2 and array.shape[1] == 2:
                array = array[None]
            if array.ndim != 3 or array.shape[2] != 2:
                raise ValueError(f"{verb}: points has shape {array.shape}: give (V, 2), (N, V, 2) or a list of (V, 2)")
            runs, each = array.shape[:2]
            flat, starts = array.reshape(-1, 2), np.arange(runs + 1, dtype=np.int64) * each
        else:
            flat, starts = self._listed_runs(verb, points)
        with np.errstate(over="ignore", invalid="ignore"):
            total = flat.sum()
        if not np.isfinite(total):
            keep = self._finite(verb, flat)
            if not isinstance(keep, slice):
                counts = np.add.reduceat(np.append(keep, False), starts[:-1]) * (np.diff(starts) > 0)
                flat, starts = flat[keep], np.append(0, np.cumsum(counts)).astype(np.int64)
        return flat, starts

    def _listed_runs(self, verb: str, points: Any) -> tuple[Numbers, NDArray[np.int64]]:
        if not isinstance(points, Sequence | np.ndarray):
            raise TypeError(f"{verb}: points is {points!r:.80}: give an array (V, 2) or a list of them")
        try:
            if len(points) and np.ndim(points[0]) == 1:
                points = [points]
        except ValueError:
            raise ValueError(f"{verb}: points[0] is {points[0]!r:.80}: give (V, 2), every point with x and y") from None
        # A chart has many runs, most of them float64 arrays: those skip `_array`.
        runs = [
            run if type(run) is np.ndarray and run.dtype == np.float64 else self._array(verb, f"points[{i}]", run)
            for i, run in enumerate(points)
        ]
        for i, run in enumerate(runs):
            if run.ndim != 2 or run.shape[1] != 2:
                raise ValueError(f"{verb}: points[{i}] has shape {run.shape}: give (V, 2)")
        starts = np.fromiter(accumulate(map(len, runs), initial=0), np.int64, len(runs) + 1)
        return (np.concatenate(runs) if runs else np.zeros((0, 2))), starts

    def _add_batch(
        self,
        verb: str,
        kind: str,
        items: Any,
        paint: int,
        color: Any,
        pen: int | None = None,
        starts: NDArray[np.int64] | None = None,
        closed: bool = False,
    ) -> None:
        recording = self._sync()
        if kind == "polylines" or (kind == "arcs" and pen is None):
            self._check_pen(verb)
        count = len(items) if starts is None else len(starts) - 1
        colors = None if color is None else self._batch_colors(color, count)
        if starts is None and kind != "segments":
            keep = self._finite(verb, items)
            if not isinstance(keep, slice):
                items = items[keep]
                colors = None if colors is None else colors[keep]
        if isinstance(items, np.ndarray) and not _staged(items) and (not items.flags.owndata or items.base is not None):
            items = items.copy()
        pen = self._pen_index if pen is None else pen
        copied = sum(
            array.nbytes for array in (items, colors) if isinstance(array, np.ndarray) and _staged(array) is None
        )
        spans.count("bytes_copied", copied)
        batch = r.Batch(kind, items, colors, pen, starts, closed, Holding("batch", copied))
        # After everything that may fail: `read` makes the staging arrays read-only.
        readings = [staged.read() for staged in (_staged(color), *self._staged) if staged is not None]
        self._staged = ()
        if readings:
            recording.readings += readings
        self._add(r.BATCH, paint, recording.add_batch(batch), 0.0, 0.0, 0.0, 0.0)

    def _batch_colors(self, color: Any, count: int) -> NDArray[Any]:
        """(count, 4) straight RGBA in the canvas's colour space."""
        return _colors(color, count)


def _are_numbers(array: NDArray[Any]) -> bool:
    no_numbers = (type(None), str, bytes)
    return not any(isinstance(each, no_numbers) for each in array.ravel().tolist())


def _is_moved(scalar: float) -> bool:
    """Whether a scalar is beyond float32's precision (`SCALAR_ERROR`) or range."""
    if not abs(scalar) <= LARGEST_FLOAT32:
        return isfinite(scalar)
    return abs(float(np.float32(scalar)) - scalar) > min(SCALAR_ERROR, 1e-6 * abs(scalar))


def _staged(value: Any) -> Any:
    """The `Views` object of an array in staging memory; None for anything else."""
    return getattr(value, "_views", None)


def _colors(value: Any, count: int) -> NDArray[Any]:
    """(count, 4) straight RGBA: uint8 as it is, staging memory without a copy, anything else as float32."""
    if isinstance(value, np.ndarray) and value.shape == (count, 4):
        if value.dtype == np.uint8:
            return value if _staged(value) else value.copy()
        if value.dtype == np.float32 and _staged(value) and count and value.min() >= 0 and value.max() <= 1:
            return value
    return to_rgba_array(value, count)
