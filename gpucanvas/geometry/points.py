"""points: appends arrays of points to a path as polylines, without a call for each point.

    (V, 2)    (N, V, 2)    a list of (V, 2)   --append_points-->   MOVE LINE LINE ...   MOVE LINE ...

A point that is missing, masked by `numpy.ma`, leaves a gap: after it another polyline begins.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..masked import mask_of, with_nan
from .builder import LINE, MOVE

__all__ = ["Parts", "append_points", "split_at_gaps"]

PLAIN_NUMBERS = "efdbBhHiIlLqQ"
"""NumPy's letters of the types that a float64 has room for: float16 to float64, and integers."""
FORMS = "points of shape (V, 2) or (N, V, 2), a list of such arrays"


def append_points(verbs: bytearray, coords: array[float], source: Any, strict: bool) -> None:
    """Append an open subpath for each array of points (V, 2).

    Parameters
    ----------
    verbs, coords
        The path's stream, see `builder`.
    source
        One array of shape (V, 2) or (N, V, 2), or a list of arrays (V, 2) of any lengths.
    strict
        Whether points that are not finite raise ValueError; otherwise they leave gaps, as masked ones always do.

    Raises
    ------
    TypeError
        The source is something else.
    ValueError
        A point is not finite.
    """
    # All arrays are read before any is appended, so that an error leaves the path unchanged.
    lines = _lines_of(source)
    parts = [points for points, _ in lines]
    joined = _joined(parts)
    # One question for all arrays: one for each takes longer than all the rest.
    if not np.isfinite(joined).all():
        parts = [part for points, mask in lines for part in _finite(points, mask, strict)]
        joined = _joined(parts)
    counts = np.array([len(points) for points in parts], np.int64)
    counts = counts[counts > 0]
    drawn = np.full(len(joined), LINE, np.uint8)
    drawn[np.cumsum(counts) - counts] = MOVE
    verbs += drawn.tobytes()
    coords.frombytes(joined.tobytes())


def _joined(parts: list[Points]) -> Points:
    """All points of polylines, one after another, (V, 2)."""
    return np.asarray(parts[0], np.float64) if len(parts) == 1 else np.concatenate([*parts, np.zeros((0, 2))])


class Parts(NamedTuple):
    """Polylines, M parts of others: where each starts and the last ends, (M + 1,), and which it is a part of, (M,)."""

    starts: NDArray[np.int64]
    origins: NDArray[np.int64]


def split_at_gaps(keep: NDArray[np.bool_], starts: NDArray[np.int64]) -> Parts:
    """Divide polylines at points that are missing.

    Parameters
    ----------
    keep
        Which points are there, (V,).
    starts
        The point at which each of N polylines starts, and where the last one ends, (N + 1,).

    Returns
    -------
    Parts
        Of the points that are there.

    >>> keep = np.array([True, True, False, True, True, True])
    >>> [each.tolist() for each in split_at_gaps(keep, np.array([0, 4, 6]))]
    [[0, 2, 3, 5], [0, 0, 1]]
    """
    kept = np.flatnonzero(keep)
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[kept]
    begins = np.ones(len(kept), np.bool_)
    begins[1:] = (np.diff(kept) > 1) | (np.diff(owners) > 0)
    firsts = np.flatnonzero(begins)
    return Parts(np.append(firsts, len(kept)).astype(np.int64), owners[firsts])


Points = NDArray[np.float64]
Mask = NDArray[np.bool_] | None
"""Which points are masked."""


def _are_plain(parts: Sequence[Any]) -> bool:
    """Whether all objects are arrays (V, 2) of numbers without a mask, which need no conversion one by one."""
    return all(
        type(each) is np.ndarray and each.ndim == 2 and each.shape[1] == 2 and each.dtype.char in PLAIN_NUMBERS
        for each in parts
    )


def _lines_of(source: Any) -> list[tuple[Points, Mask]]:
    if isinstance(source, list | tuple) and source and _are_plain(source):
        return [(each, None) for each in source]
    whole = _numbers(source)
    if whole is not None and whole.shape == (0,):
        return []
    mask = mask_of(source)
    if whole is not None and whole.ndim == 3 and whole.shape[2] == 2:
        return [(points, None if mask is None else _rows(mask[i])) for i, points in enumerate(whole)]
    if whole is not None and whole.ndim == 2 and whole.shape[1] == 2:
        return [(whole, None if mask is None else _rows(mask))]
    if whole is not None and not whole.size and isinstance(source, list | tuple):
        return []
    parts = [_numbers(each) for each in source] if isinstance(source, list | tuple) else [whole]
    lines: list[tuple[Points, Mask]] = []
    for each, given in zip(parts, source if isinstance(source, list | tuple) else [source], strict=True):
        if each is not None and each.shape == (0,):
            each = each.reshape(0, 2)
        if each is not None and each.ndim == 2 and each.shape[1] == 2:
            mask = mask_of(given)
            lines.append((each, None if mask is None else _rows(mask)))
    if len(lines) < len(parts):
        said = f"{source!r:.80}" if whole is None else f"an array of shape {whole.shape}"
        raise TypeError(f"Path2D: {said} is no path: pass a Path2D, a string of SVG path data, {FORMS}, or nothing")
    return lines


def _numbers(source: Any) -> Points | None:
    """Numbers as an array of floats, NaN where masked; None for other objects, and for lists of different lengths."""
    if not isinstance(source, np.ndarray | list | tuple):
        return None
    holds_arrays = isinstance(source, list | tuple) and bool(source) and isinstance(source[0], np.ndarray)
    if holds_arrays and any(mask_of(each) is not None for each in source):
        # NumPy would make one array of them, without their masks.
        return None
    mask = mask_of(source)
    try:
        found = np.asarray(source) if mask is None else with_nan(source, mask)
    except ValueError:
        return None
    return found.astype(np.float64) if found.dtype.kind in "fiu" else None


def _rows(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which points have a masked coordinate, from a mask (V, 2)."""
    return mask[:, 0] | mask[:, 1]


def _finite(points: Points, mask: Mask, strict: bool) -> list[Points]:
    """The parts of a polyline between the points that are missing."""
    fine = np.asarray(np.isfinite(points).all(1))
    if fine.all():
        return [points]
    known = fine if mask is None else fine | mask
    if strict and not known.all():
        wrong = int(np.argmin(known))
        raise ValueError(
            f"Path2D: point {wrong} is {points[wrong].tolist()}: give finite numbers; for a gap there, mask it "
            '(numpy.ma.masked_invalid) or use on_invalid="ignore"'
        )
    starts = split_at_gaps(fine, np.array([0, len(points)])).starts
    return np.split(points[fine], starts[1:-1])
