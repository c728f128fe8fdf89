"""points: appends arrays of points to a path as polylines, without a call for each point.

    (V, 2)    (N, V, 2)    a list of (V, 2)   --append_points-->   MOVE LINE LINE ...   MOVE LINE ...
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .builder import LINE, MOVE

__all__ = ["append_points"]

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
        Whether points that are not finite raise ValueError; otherwise they are left out.

    Raises
    ------
    TypeError
        The source is something else.
    ValueError
        A point is not finite.
    """
    # All arrays are read before any is appended, so that an error leaves the path unchanged.
    lines = [_finite(points, strict) for points in _lines_of(source)]
    for points in lines:
        if len(points):
            verbs.append(MOVE)
            verbs += bytes([LINE]) * (len(points) - 1)
            coords.frombytes(points.tobytes())


def _lines_of(source: Any) -> list[NDArray[np.float64]]:
    whole = _numbers(source)
    if whole is not None and whole.ndim == 3 and whole.shape[2] == 2:
        return list(whole)
    if whole is not None and whole.ndim == 2 and whole.shape[1] == 2:
        return [whole]
    if whole is not None and not whole.size and isinstance(source, list | tuple):
        return []
    parts = [_numbers(each) for each in source] if isinstance(source, list | tuple) else [whole]
    lines = [each for each in parts if each is not None and each.ndim == 2 and each.shape[1] == 2]
    if len(lines) < len(parts):
        said = f"{source!r:.80}" if whole is None else f"an array of shape {whole.shape}"
        raise TypeError(f"Path2D: {said} is no path: pass a Path2D, a string of SVG path data, {FORMS}, or nothing")
    return lines


def _numbers(source: Any) -> NDArray[np.float64] | None:
    """Numbers as an array of floats; None for other objects, and for lists of different lengths."""
    if not isinstance(source, np.ndarray | list | tuple):
        return None
    try:
        found = np.asarray(source)
    except ValueError:
        return None
    return found.astype(np.float64) if found.dtype.kind in "fiu" else None


def _finite(points: NDArray[np.float64], strict: bool) -> NDArray[np.float64]:
    fine = np.isfinite(points).all(1)
    if fine.all():
        return points
    if strict:
        wrong = int(np.argmin(fine))
        raise ValueError(
            f"Path2D: point {wrong} is {points[wrong].tolist()}: give finite numbers, or use on_invalid=\"ignore\""
        )
    return points[fine]
