"""dash: dash patterns, and polylines cut into dashes. The loops are in stages/dash.py.

https://html.spec.whatwg.org/multipage/canvas.html#trace-a-path
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.outlines import MAX_DASHES
from ..errors import LimitError

__all__ = [
    "NO_LINES",
    "Lines",
    "Polylines",
    "dash",
    "dash_lines_of",
    "new_lines",
    "on_intervals",
    "too_many_dashes",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DOT_LENGTH: Final = 1e-6
"""Length that is given to a dash of length 0."""

Lines = tuple[Floats, NDArray[np.uint8], Ints, NDArray[np.uint8], Ints]
"""Polylines as tables for kernels: points, smooth, starts, closed, and the first subpath of each use."""


def new_lines(points: int, subpaths: int, uses: int) -> Lines:
    """Return tables of polylines to be written."""
    return (
        np.empty((points, 2)),
        np.empty(points, np.uint8),
        np.zeros(subpaths + 1, np.int64),
        np.empty(subpaths, np.uint8),
        np.zeros(uses + 1, np.int64),
    )


NO_LINES: Final = new_lines(0, 0, 0)
"""Empty tables, where a kernel's output is not needed."""


class Polylines(NamedTuple):
    """Vertices of many subpaths.

    Attributes
    ----------
    points : float64 (N, 2)
    starts : int64 (S + 1,)
        Index of each subpath's first vertex, then N.
    closed : bool (S,)
        Whether a segment leads from a subpath's last vertex to its first.
    smooth : bool (N,)
        Whether a vertex lies inside a curve, where a stroke needs no join.
    """

    points: Floats
    starts: Ints
    closed: Bools
    smooth: Bools


def on_intervals(pattern: Sequence[float], offset: float = 0.0) -> tuple[float, list[tuple[float, float]]]:
    """Return a pattern's period, and start and end of each dash in it, joined where no gap parts them.

    Parameters
    ----------
    pattern
        Lengths of dash, gap, dash, gap, ...; an odd number of them is taken twice, as ``set_line_dash`` does.
    offset
        Where in the pattern a subpath begins; it is only checked here.

    Returns
    -------
    float, list of (float, float)
        An end may be beyond the period. The list is empty where lines are solid: the pattern is empty, or has no gap,
        or its sum is 0 or not finite.

    Raises
    ------
    ValueError
        A length is negative or not finite, or the offset is not finite.

    >>> on_intervals([3, 0, 2, 5])
    (10.0, [(0.0, 5.0)])
    """
    lengths = [float(length) for length in pattern]
    if not all(isfinite(length) and length >= 0.0 for length in lengths) or not isfinite(offset):
        raise ValueError(f"dash: pattern {lengths} with offset {offset!r}: pass finite lengths of 0 or more")
    if len(lengths) % 2:
        lengths *= 2
    period = sum(lengths)
    if period == 0.0 or not isfinite(period) or not any(lengths[1::2]):
        return period, []
    ons: list[tuple[float, float]] = []
    edge, joined = 0.0, False
    for length, gap in zip(lengths[::2], lengths[1::2], strict=True):
        start, end = edge, edge + length
        if joined:
            start = ons.pop()[0]
        ons.append((start, end))
        edge = end + gap
        joined = gap == 0.0
    if joined and len(ons) > 1:
        ons[-1] = ons[-1][0], period + ons[0][1]
        del ons[0]
    return period, ons


def too_many_dashes(period: float, length: float, dashes_a_period: int) -> LimitError:
    """Return the error for an outline of this length, user space, that would have too many dashes."""
    return LimitError(
        f"dash: about {length / period * dashes_a_period:.3g} dashes of period {period:g} on {length:.3g} of outline, "
        f"the limit is {MAX_DASHES}: use a longer pattern, clip the path to what is visible, or drop the dash"
    )


def dash(
    points: Floats,
    starts: Ints,
    closed: Bools,
    smooth: Bools,
    pattern: Sequence[float],
    offset: float = 0.0,
    *,
    dot_length: float = DOT_LENGTH,
) -> Polylines:
    """Cut polylines into dashes.

    Parameters
    ----------
    points, starts, closed, smooth
        The subpaths, see `Polylines`. Lengths are measured in the space of ``points``; each subpath begins anew.
    pattern, offset
        See `on_intervals`.
    dot_length
        Length given to dashes shorter than it, so that their caps have a direction. Raise it where float32
        coordinates follow: it must exceed their step.

    Returns
    -------
    Polylines
        The dashes, open subpaths in painter's order. The input itself where the pattern leaves lines as they are.
        Subpaths without length have no dashes.

    Raises
    ------
    ValueError
        A length is negative or not finite, or the offset is not finite.
    LimitError
        More than 10,000,000 dashes, or lengths that are not finite.

    >>> line = (np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([0, 2]), np.array([False]), np.array([False, False]))
    >>> dash(*line, [4, 2]).points[:, 0].tolist()
    [0.0, 4.0, 6.0, 10.0]
    """
    lines = (
        np.require(points, np.float64, ["C", "W"]),
        np.asarray(smooth).astype(np.uint8),
        np.require(starts, np.int64, ["C", "W"]),
        np.asarray(closed).astype(np.uint8),
        np.array([0, len(starts) - 1]),
    )
    dashes = dash_lines_of(lines, pattern, offset, dot_length)
    if dashes is lines:
        return Polylines(points, starts, closed, smooth)
    points, flags, starts, rings, _ = dashes
    return Polylines(points, starts, rings.view(np.bool_), flags.view(np.bool_))


def dash_lines_of(lines: Lines, pattern: Sequence[float], offset: float, dot_length: float = DOT_LENGTH) -> Lines:
    """Return the dashes of one use's tables of polylines: see `dash`."""
    period, ons = on_intervals(pattern, offset)
    if not ons:
        return lines
    from ..stages.dash import dash_lines

    row = np.array([[period, offset % period, 0, len(ons), 1.0, 0.0, 0.0, 1.0, dot_length]])
    everywhere = np.array([[-np.inf, -np.inf, np.inf, np.inf]])
    tables = lines, np.zeros(1, np.int64), row, np.array(ons), everywhere, np.empty(len(lines[0]))
    count, subpaths, refused, length = dash_lines(*tables, False, NO_LINES)
    if refused >= 0:
        raise too_many_dashes(period, length, len(ons))
    dashes = new_lines(count, subpaths, 1)
    dash_lines(*tables, True, dashes)
    return dashes
