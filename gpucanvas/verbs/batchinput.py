"""BatchInput: reads the arguments of batch verbs, and records a batch of the items that are drawn.

columns  --_columns--> (N, k) numbers --+                            mask, NaN: an item is left out, or refused
points   --_runs-----> runs of points --+--_add_batch--> Batch       color=, line_width=: one for all, or N
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from math import isfinite, pi
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexSizeError
from ..geometry.arc import FAR_ANGLE
from ..geometry.points import split_at_gaps
from ..masked import mask_of, rows_missing, with_nan, without_mask
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
LEAVE_OUT: Final = 'give finite numbers; to leave it out, mask it (numpy.ma.masked_invalid) or use on_invalid="ignore"'
GAP: Final = 'give finite numbers; for a gap there, mask it (numpy.ma.masked_invalid) or use on_invalid="ignore"'


PEN_KINDS: Final = frozenset(("polylines", "arcs", "paths", "ellipses", "round_rects"))
"""Stroked kinds that are outlines under every transform: their width is checked when they are recorded."""


class Given(NamedTuple):
    """The items that a call gave, or those of them that are drawn.

    Attributes
    ----------
    numbers
        A row for each item, or the points of all polylines.
    given_count
        How many items the call gave.
    starts
        Of polylines: the index of the point where each starts, and where the last one ends.
    sources
        The arrays given, where masks are looked for if a number is NaN: masked ones have become so.
    origins
        Which of the items given each one is, or is a part of; None where they are the same.
    """

    numbers: Any
    given_count: int
    starts: NDArray[np.int64] | None = None
    sources: tuple[Any, ...] = ()
    origins: NDArray[np.int64] | None = None


class BatchInput(Recorder):
    """The part of a context that records batches."""

    __slots__ = ()

    def _fill_paint(self) -> int:
        self._sync()
        return self._fill

    def _stroke_paint(self) -> int:
        self._sync_stroke()
        return self._stroke

    def _array(self, verb: str, name: str, value: Any) -> Numbers:
        mask = None if type(value) is np.ndarray else mask_of(value)
        try:
            array = np.asarray(value) if mask is None else with_nan(value, mask)
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

    def _columns(self, verb: str, **columns: Any) -> Given:
        """The columns of a batch as one (N, columns) array, or as `Columns` where one is in staging memory."""
        count, numbers = self._joined_columns(verb, columns)
        return Given(numbers, count, None, (*columns.values(),))

    def _same_length(self, verb: str, columns: dict[str, Any]) -> tuple[int, list[Numbers]]:
        """The number of items, and the columns of a batch: (N,) or a scalar each."""
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
        return count, arrays

    def _double_columns(self, verb: str, **columns: Any) -> Given:
        """The columns of a batch as one (N, columns) array of float64."""
        count, arrays = self._same_length(verb, columns)
        numbers = np.empty((count, len(arrays)))
        for k, array in enumerate(arrays):
            numbers[:, k] = array
        return Given(numbers, count, None, (*columns.values(),))

    def _joined_columns(self, verb: str, columns: dict[str, Any]) -> tuple[int, Any]:
        count, arrays = self._same_length(verb, columns)
        self._staged = tuple(map(_staged, columns.values()))
        if any(staged is not None for staged in self._staged):
            own = [array if _staged(array) is not None else array.copy() for array in arrays]
            return count, Columns([np.broadcast_to(array, count) for array in own])
        # Every Python scalar arrives as float64; it makes the batch float64 only where float32 is too coarse for it.
        is_double = any(a.dtype == np.float64 and (a.ndim or _is_moved(float(a))) for a in arrays)
        items = np.empty((count, len(arrays)), np.float64 if is_double else np.float32)
        if count <= CHUNK:
            for k, array in enumerate(arrays):
                items[:, k] = array
            return count, items
        # In chunks, so that a chunk is still in the CPU's cache when its next column is written.
        whole = [np.broadcast_to(array, count) for array in arrays]
        for first in range(0, count, CHUNK):
            for k, array in enumerate(whole):
                items[first : first + CHUNK, k] = array[first : first + CHUNK]
        return count, items

    def _finite(
        self, verb: str, items: Numbers | Columns, missing: NDArray[np.bool_] | None, cure: str = f"item|{LEAVE_OUT}"
    ) -> NDArray[np.bool_]:
        """Which items have only finite numbers. On a strict canvas those that have others, and are not missing, raise.

        ``cure`` has the word for an item, and what to do.
        """
        fine = np.asarray(np.isfinite(np.asarray(items)).all(1))
        known = fine if missing is None else fine | missing
        if self._strict and not known.all():
            bad, (item, _, what) = int(np.argmin(known)), cure.partition("|")
            raise ValueError(f"{verb}: {item} {bad} is {items[bad].tolist()}: {what}")
        return fine

    def _drawn(self, verb: str, given: Given, left_out: NDArray[np.bool_] | None) -> Given:
        """The items of a call that are drawn: not left out, and with numbers that are neither masked nor NaN."""
        numbers, count, starts, sources, origins = given
        keep = np.ones(count, np.bool_) if left_out is None else ~left_out
        if starts is None:
            keep &= self._finite(verb, numbers, rows_missing(count, *sources))
            return given if keep.all() else Given(numbers[keep], count, origins=np.flatnonzero(keep))
        # The points of polylines were looked at by `_runs`.
        origins = np.arange(count) if origins is None else origins
        keep, lengths = keep[origins], np.diff(starts)
        ends = np.append(0, np.cumsum(lengths[keep]))
        return Given(numbers[np.repeat(keep, lengths)], count, ends, origins=origins[keep])

    def _check_radius(self, verb: str, items: Numbers) -> None:
        negative = items[:, 2] < 0
        if negative.any():
            bad = int(np.argmax(negative))
            raise IndexSizeError(f"{verb}: the radius of item {bad} is {items[bad, 2]:g}: give at least 0")

    def _arc_items(self, verb: str, x: Any, y: Any, radius: Any, start: Any, end: Any, counterclockwise: bool) -> Given:
        given = self._columns(verb, x=x, y=y, radius=radius, start_angle=start, end_angle=end)
        items = np.asarray(given.numbers, np.float64)
        self._check_radius(verb, items)
        turn = 2 * pi
        # Numbers that are not finite are refused later, by `_add_batch`.
        with np.errstate(invalid="ignore", over="ignore"):
            beyond = np.isfinite(items[:, 3:]).all(1) & ~np.isfinite(items[:, 4] - items[:, 3])
            if beyond.any():
                items[beyond, 3:] %= turn
            sweep = items[:, 3] - items[:, 4] if counterclockwise else items[:, 4] - items[:, 3]
            rest = np.mod(sweep, turn)
            # As geometry.arc.arc_sweep: a whole number of turns against the direction is a full circle, too.
            sweep = np.where((sweep >= turn) | ((sweep < 0) & (rest == 0)), turn, rest)
        items[:, 4] = -sweep if counterclockwise else sweep
        # As geometry.arc.near_angle.
        far = np.abs(items[:, 3]) >= FAR_ANGLE
        if far.any():
            items[far, 3] = np.fmod(items[far, 3], turn)
        return given._replace(numbers=items)

    def _runs(self, verb: str, points: Any, has_gaps: bool = False) -> Given:
        """All points (V, 2) of N polylines. Points that are not drawn are left out, or with ``has_gaps`` leave gaps."""
        self._staged = ()
        if isinstance(points, np.ndarray) and points.dtype != object:
            array = self._array(verb, "points", points)
            self._staged = (_staged(array),)
            if array.shape == (0,):
                array = array.reshape(0, 2)
            if array.ndim == 2 and array.shape[1] == 2:
                array = array[None]
            if array.ndim != 3 or array.shape[2] != 2:
                raise ValueError(f"{verb}: points has shape {array.shape}: give (V, 2), (N, V, 2) or a list of (V, 2)")
            runs, each = array.shape[:2]
            flat, starts = array.reshape(-1, 2), np.arange(runs + 1, dtype=np.int64) * each
        else:
            flat, starts = self._listed_runs(verb, points)
        given = Given(flat, len(starts) - 1, starts)
        if _is_finite(flat):
            return given
        # Masked points are NaN in `flat`, so that masks are looked for only here.
        keep = self._finite(verb, flat, _points_missing(points, len(flat)), f"point|{GAP if has_gaps else LEAVE_OUT}")
        if keep.all():
            return given
        if has_gaps:
            parts = split_at_gaps(keep, starts)
            return given._replace(numbers=flat[keep], starts=parts.starts, origins=parts.origins)
        counts = np.add.reduceat(np.append(keep, False), starts[:-1]) * (np.diff(starts) > 0)
        return given._replace(numbers=flat[keep], starts=np.append(0, np.cumsum(counts)).astype(np.int64))

    def _listed_runs(self, verb: str, points: Any) -> tuple[Numbers, NDArray[np.int64]]:
        if not isinstance(points, Sequence | np.ndarray):
            raise TypeError(f"{verb}: points is {points!r:.80}: give an array (V, 2) or a list of them")
        try:
            # An empty list first is a run of no points, no point.
            if len(points) and np.ndim(points[0]) == 1 and np.size(points[0]):
                points = [_one_run(points)]
        except ValueError:
            raise ValueError(f"{verb}: points[0] is {points[0]!r:.80}: give (V, 2), every point with x and y") from None
        # A chart has many runs, most of them float64 arrays: those skip `_array`.
        runs = [
            run if type(run) is np.ndarray and run.dtype == np.float64 else self._array(verb, f"points[{i}]", run)
            for i, run in enumerate(points)
        ]
        for i, run in enumerate(runs):
            if run.shape == (0,):
                runs[i] = run = run.reshape(0, 2)
            if run.ndim != 2 or run.shape[1] != 2:
                raise ValueError(f"{verb}: points[{i}] has shape {run.shape}: give (V, 2)")
        starts = np.fromiter(accumulate(map(len, runs), initial=0), np.int64, len(runs) + 1)
        return (np.concatenate(runs) if runs else np.zeros((0, 2))), starts

    def _segment_rows(self, verb: str, segments: Any) -> Given:
        """The ends of N segments, (N, 4)."""
        items = self._array(verb, "segments", segments)
        if items.shape == (0,) or (items.ndim == 2 and items.shape[1] == 4):
            items = items.reshape(-1, 2, 2)
        if items.ndim != 3 or items.shape[1:] != (2, 2):
            raise ValueError(f"{verb}: segments has shape {items.shape}: give (N, 2, 2), or (N, 4)")
        self._staged = (_staged(items),)
        return Given(items.reshape(-1, 4), len(items), None, (segments,))

    def _add_batch(
        self,
        verb: str,
        kind: str,
        given: Given,
        paint: int,
        color: Any,
        pen: int | None = None,
        closed: bool = False,
        *,
        line_width: Any = None,
        marker: r.Marker | None = None,
        finish: Callable[[Numbers], Numbers] | None = None,
    ) -> None:
        """Record a batch of the items that are drawn.

        Parameters
        ----------
        paint
            Index of the style, for items without a colour.
        pen
            -1 for kinds that are filled where a pen is left out; None otherwise.
        finish
            Makes the rows of the batch from those that were given.
        """
        recording = self._sync()
        count = given.given_count
        widths = left_out = None
        if line_width is not None:
            widths, left_out = self._line_widths(verb, line_width, count)
        if pen is None and (widths is not None or kind in PEN_KINDS):
            drawn = None if widths is None or left_out is None else widths[~left_out]
            self._check_pen(verb, None if drawn is None or not len(drawn) else float(drawn.max()))
        colors = None if color is None else self._batch_colors(without_mask(color), count)
        masked = rows_missing(count, color) if isinstance(color, np.ndarray) and color.ndim == 2 else None
        if masked is not None:
            left_out = masked if left_out is None else left_out | masked
        if (left_out is not None and left_out.any()) or (given.starts is None and not _is_finite(given.numbers)):
            given = self._drawn(verb, given, left_out)
        items, _, starts, _, origins = given
        if colors is not None and origins is not None:
            colors = colors[origins]
        if widths is not None and origins is not None:
            widths = widths[origins]
        if finish is not None:
            items = finish(np.asarray(items, np.float64))
        if isinstance(items, np.ndarray) and not _staged(items) and (not items.flags.owndata or items.base is not None):
            items = items.copy()
        pen = self._pen_index if pen is None else pen
        if widths is not None and np.ndim(line_width) == 0 and len(widths):
            pen, widths = recording.add_pen(self._state.pen._replace(width=float(widths[0]))), None
        copied = sum(
            array.nbytes
            for array in (items, colors, widths)
            if isinstance(array, np.ndarray) and _staged(array) is None
        )
        spans.count("bytes_copied", copied)
        holding = Holding("batch", copied)
        batch = r.Batch(
            kind, items, colors, pen, starts, closed, holding, origins=origins, marker=marker, widths=widths
        )
        # After everything that may fail: `read` makes the staging arrays read-only.
        readings = [staged.read() for staged in (_staged(color), *self._staged) if staged is not None]
        self._staged = ()
        if readings:
            recording.readings += readings
        self._add(r.BATCH, paint, recording.add_batch(batch), 0.0, 0.0, 0.0, 0.0)

    def _line_widths(self, verb: str, value: Any, count: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(count,) the line widths of items; and which items are left out, by their widths."""
        staged, self._staged = self._staged, ()
        array = self._array(verb, "line_width", value)
        self._staged = staged
        if array.ndim > 1 or (array.ndim and len(array) not in (1, count)):
            raise ValueError(f"{verb}: line_width has shape {array.shape}: give a number or ({count},)")
        # A copy: the batch keeps it.
        widths = np.array(np.broadcast_to(np.asarray(array), count), np.float64)
        missing = rows_missing(count, value) if array.ndim else np.broadcast_to(mask_of(value) is not None, count)
        with np.errstate(invalid="ignore"):
            fine = np.isfinite(widths) & (widths >= 0)
        known = fine if missing is None else fine | missing
        if self._strict and not known.all():
            bad = int(np.argmin(known))
            raise ValueError(
                f"{verb}: line_width {bad} is {widths[bad]:g}: give finite numbers of 0 or more; 0 draws nothing, as "
                "does a masked one (numpy.ma.masked_invalid)"
            )
        return widths, ~fine | (widths == 0)

    def _batch_colors(self, color: Any, count: int) -> NDArray[Any]:
        """(count, 4) straight RGBA in the canvas's colour space."""
        return _colors(color, count)


def _is_finite(numbers: Numbers | Columns) -> bool:
    """Whether all numbers are finite; False as well where their sum is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        return isfinite(numbers.sum())


def _are_numbers(array: NDArray[Any]) -> bool:
    no_numbers = (type(None), str, bytes)
    return not any(isinstance(each, no_numbers) for each in array.ravel().tolist())


def _one_run(points: Any) -> Any:
    """A list of single points, as one masked array where some are masked: NumPy would drop the masks."""
    is_masked = any(mask_of(point) is not None for point in points)
    return np.ma.stack([np.ma.asarray(point) for point in points]) if is_masked else points


def _points_missing(points: Any, count: int) -> NDArray[np.bool_] | None:
    """Which of all points (count,) of polylines, an array or a list of arrays, are masked; None where none is."""
    runs = [points] if isinstance(points, np.ndarray) else points
    masks = [mask_of(run) for run in runs]
    if all(mask is None for mask in masks):
        return None
    parts = [
        np.zeros(np.size(run) // 2, np.bool_) if mask is None else mask.reshape(-1, 2).any(1)
        for run, mask in zip(runs, masks, strict=True)
    ]
    return np.concatenate(parts).reshape(count)


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
