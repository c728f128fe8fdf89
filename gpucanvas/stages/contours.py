"""contours: FreeType's outlines of glyphs become verbs and coordinates. For both backends: no twin.

    points, tags, ends  --read_contours-->  MOVE, LINE, QUAD, CUBIC, CLOSE; pixels, y down

Between two consecutive off-curve points of quadratics, the point half way is on the curve.
"""

from __future__ import annotations

import numpy as np

from ..contract.verbs import CLOSE, CUBIC, LINE, MOVE, QUAD
from ..kernels import inlined, kernel

ON_CURVE, IS_CUBIC = 1, 2
"""Bits of a point's tag."""
UNITS = 64.0
"""FreeType's units in a pixel."""
POINT_NUMBERS = 4
"""Most coordinates that a point becomes."""
CONTOUR_VERBS, CONTOUR_NUMBERS = 3, 8
"""Verbs and coordinates of a contour in addition to those of its points."""


@inlined
def x_of(points, i):
    """Returns a point's x, pixels."""
    return points[i, 0] * (1.0 / UNITS)


@inlined
def y_of(points, i):
    """Returns a point's y, pixels, downwards."""
    return points[i, 1] * (-1.0 / UNITS)


@inlined
def put(coords, to, x, y):
    """Write a pair of coordinates; returns where the next pair goes."""
    coords[to], coords[to + 1] = x, y
    return to + 2


@kernel
def read_contour(points, tags, first, end, verbs, at, coords, to):
    """Write the contour of the points first .. end - 1.

    Returns where the next verb and the next coordinate go; -1 for the verb where the contour is damaged.
    """
    low, high = first, end
    x, y = x_of(points, first), y_of(points, first)
    if tags[first] & ON_CURVE:
        low += 1
    elif tags[first] & IS_CUBIC:
        return np.int64(-1), to
    elif tags[end - 1] & ON_CURVE:
        # The first point is off the curve: the contour begins at the last point if that is on the curve, else half way
        # between both.
        high -= 1
        x, y = x_of(points, high), y_of(points, high)
    else:
        x, y = (x + x_of(points, end - 1)) / 2.0, (y + y_of(points, end - 1)) / 2.0
    verbs[at] = MOVE
    at, to = at + 1, put(coords, to, x, y)
    i = low
    while i < high:
        tag = tags[i]
        px, py = x_of(points, i), y_of(points, i)
        if tag & ON_CURVE:
            verbs[at] = LINE
            to = put(coords, to, px, py)
            i += 1
        elif tag & IS_CUBIC:
            if i + 1 >= high:
                return np.int64(-1), to
            verbs[at] = CUBIC
            to = put(coords, to, px, py)
            to = put(coords, to, x_of(points, i + 1), y_of(points, i + 1))
            is_last = i + 2 >= high
            to = put(coords, to, x if is_last else x_of(points, i + 2), y if is_last else y_of(points, i + 2))
            i += 3
        else:
            verbs[at] = QUAD
            to = put(coords, to, px, py)
            is_last = i + 1 >= high
            nx, ny = (x, y) if is_last else (x_of(points, i + 1), y_of(points, i + 1))
            if is_last or tags[i + 1] & ON_CURVE:
                to = put(coords, to, nx, ny)
                i += 2
            else:
                to = put(coords, to, (px + nx) / 2.0, (py + ny) / 2.0)
                i += 1
        at += 1
    verbs[at] = CLOSE
    return at + 1, to


@kernel
def read_contours(points, tags, ends, sizes, verbs, coords, counts):
    """Write the outlines of glyphs, one after another.

    Parameters
    ----------
    points, tags
        Points of all glyphs: (P, 2) int64, FreeType's units, y up; and (P,) uint8.
    ends
        (C,) int64, the last point of each contour, counted from its glyph's first point.
    sizes
        (G, 2) int64, numbers of points and contours of each glyph.
    verbs, coords
        uint8 and float64, written; the constants above say how much room is needed.
    counts
        (G, 2) int64, written: numbers of verbs and coordinates of each glyph; -1 where it is damaged.
    """
    start = contour = at = to = np.int64(0)
    for glyph in range(len(sizes)):
        first_verb, first_number = at, to
        first, end, is_whole = start, start + sizes[glyph, 0], True
        for k in range(contour, contour + sizes[glyph, 1]):
            following = start + ends[k] + 1
            if not first < following <= end:
                is_whole = False
                break
            at, to = read_contour(points, tags, first, following, verbs, at, coords, to)
            if at < 0:
                is_whole = False
                break
            first = following
        if is_whole:
            counts[glyph, 0], counts[glyph, 1] = at - first_verb, to - first_number
        else:
            at, to = first_verb, first_number
            counts[glyph, 0] = counts[glyph, 1] = -1
        start, contour = end, contour + sizes[glyph, 1]
