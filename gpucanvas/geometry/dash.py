"""Dashes: what a pattern means, and polylines cut along their length. The loops are those of stages/dash.py.

https://html.spec.whatwg.org/multipage/canvas.html#trace-a-path
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError

__all__ = ["MAX_DASHES", "Polylines", "dash", "on_intervals", "too_many_dashes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MAX_DASHES: Final = 10_000_000
"""More dashes than this of one outline are refused."""


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
        Where in the pattern a subpath begins: only looked at.

    Returns
    -------
    float, list of (float, float)
        An end may pass the period. There are no dashes where lines are left as they are: the pattern is empty, or has
        no gap, or its sum is 0 or not finite.

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
    dot_length: float = 1e-6,
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
    period, ons = on_intervals(pattern, offset)
    if not ons:
        return Polylines(points, starts, closed, smooth)
    from ..stages.dash import dash_lines

    one = np.array([0, len(starts) - 1])
    lines = (
        np.require(points, np.float64, ["C", "W"]),
        np.asarray(smooth).astype(np.uint8),
        np.require(starts, np.int64, ["C", "W"]),
        np.asarray(closed).astype(np.uint8),
        one,
    )
    row = np.array([[period, offset % period, 0, len(ons), 1.0, 0.0, 0.0, 1.0, dot_length]])
    everywhere = np.array([[-np.inf, -np.inf, np.inf, np.inf]])
    tables = lines, np.zeros(1, np.int64), row, np.array(ons), everywhere, np.empty(len(points))
    none = np.zeros((0, 2)), np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.int64)
    count, subpaths, refused, length = dash_lines(*tables, False, none)
    if refused >= 0:
        raise too_many_dashes(period, length, len(ons))
    out = (
        np.empty((count, 2)),
        np.empty(count, np.uint8),
        np.zeros(subpaths + 1, np.int64),
        np.empty(subpaths, np.uint8),
        np.zeros(2, np.int64),
    )
    dash_lines(*tables, True, out)
    return Polylines(out[0], out[2], out[3].astype(np.bool_), out[1].astype(np.bool_))
