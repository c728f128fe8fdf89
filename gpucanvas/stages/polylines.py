"""polylines: streams become float64 polylines, for dashes, far outlines and hit tests. For both backends: no twin.

    streams  --map_streams-->     mapped streams
             --count_points-->    pieces of every verb
             --write_points-->    points, subpaths

A stream is verbs and pairs of numbers, as in geometry/stream.py; an ARC's four pairs are its centre, two axes, and its
angles. The polylines of many uses of outlines are stored in these tables:

    points    (P, 2) float64
    smooth    (P,) uint8     whether a point lies inside a curve
    starts    (S + 1,) int64, the first point of each subpath
    closed    (S,) uint8
    firsts    (U + 1,) int64, the first subpath of each use
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.outlines import MAX_PIECES, SAME_POINT, SAME_POINT_PX
from ..contract.verbs import ARC, CLOSE, CUBIC, MOVE, QUAD
from ..kernels import inlined, kernel


@inlined
def pairs_of(verb):
    """Returns how many pairs of numbers a verb has."""
    if verb == ARC:
        return 4
    if verb == CUBIC:
        return 3
    if verb == QUAD:
        return 2
    return 0 if verb == CLOSE else 1


@kernel
def map_stream(verbs, at, last, pairs, pair, matrix, farthest, mapped):
    """Map the verbs ``at`` to ``last`` - 1, whose pairs begin at ``pair``.

    An arc's axes are not translated, and its angles are not mapped. Returns the place behind the pairs, and the
    greatest absolute number, NaN where one is NaN.
    """
    a, b, c, d, e, f = matrix
    most = 0.0
    for k in range(at, last):
        verb = verbs[k]
        first = pair
        pair += pairs_of(verb)
        for j in range(first, pair):
            px, py = pairs[j, 0], pairs[j, 1]
            x, y = a * px + c * py, b * px + d * py
            if verb != ARC or j == first:
                x, y = x + e, y + f
            elif j == pair - 1:
                x, y = px, py
            size = max(abs(x), abs(y))
            # Negated, so that NaN is kept.
            if not size <= most:
                most = size if most == most else most
            if x != x or y != y:
                most = np.nan
            mapped[j, 0] = min(max(x, -farthest), farthest)
            mapped[j, 1] = min(max(y, -farthest), farthest)
    return pair, most


@kernel
def map_streams(verbs, pairs, verb_counts, matrices, farthest, mapped):
    """Map streams: see `map_stream`.

    Parameters
    ----------
    verbs, pairs
        (V,) uint8 and (P, 2) float64.
    verb_counts, matrices
        For each use: its number of verbs, and its transform (U, 6).
    farthest
        Coordinates are clamped to this, so that their squares stay finite.
    mapped
        (P, 2), written: the mapped pairs. A use with a NaN becomes zeros, which draw nothing.
    """
    at = pair = 0
    for use in range(len(verb_counts)):
        m, start = matrices[use], pair
        matrix = m[0], m[1], m[2], m[3], m[4], m[5]
        pair, most = map_stream(verbs, at, at + verb_counts[use], pairs, pair, matrix, farthest, mapped)
        at += verb_counts[use]
        if most != most:
            mapped[start:pair] = 0.0


@inlined
def arc_point(pairs, first, angle):
    """Returns the point at an angle of the arc whose pairs begin at ``first``."""
    cosine, sine = math.cos(angle), math.sin(angle)
    x = pairs[first, 0] + pairs[first + 1, 0] * cosine + pairs[first + 2, 0] * sine
    y = pairs[first, 1] + pairs[first + 1, 1] * cosine + pairs[first + 2, 1] * sine
    return x, y


@inlined
def end_point(verb, pairs, first):
    """Returns the end point of a verb whose pairs begin at ``first``; not for CLOSE."""
    if verb == ARC:
        return arc_point(pairs, first, pairs[first + 3, 0] + pairs[first + 3, 1])
    last = first + pairs_of(verb) - 1
    return pairs[last, 0], pairs[last, 1]


@inlined
def control_points(verb, pairs, first, x0, y0):
    """Returns x1, y1, x2, y2 of a curve from (x0, y0); a quadratic is raised to a cubic."""
    x1, y1 = pairs[first, 0], pairs[first, 1]
    x2, y2 = pairs[first + 1, 0], pairs[first + 1, 1]
    if verb == CUBIC:
        return x1, y1, x2, y2
    return (x0 + 2.0 * x1) / 3.0, (y0 + 2.0 * y1) / 3.0, (2.0 * x1 + x2) / 3.0, (2.0 * y1 + y2) / 3.0


@inlined
def curve_point(x0, y0, x1, y1, x2, y2, x3, y3, u):
    """Returns the point of a cubic at ``u``, 0 to 1."""
    s = 1.0 - u
    w0, w1, w2, w3 = s * s * s, 3.0 * s * s * u, 3.0 * s * u * u, u * u * u
    return w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3, w0 * y0 + w1 * y1 + w2 * y2 + w3 * y3


@inlined
def arc_pieces(pairs, first, tolerance):
    """Returns the number of lines for an arc: one per quarter at least; for a full turn a multiple of four.

    The largest axis of the ellipse C + U cos + V sin is the larger singular value of the matrix (U V).
    """
    ux, uy, vx, vy = pairs[first + 1, 0], pairs[first + 1, 1], pairs[first + 2, 0], pairs[first + 2, 1]
    sweep = abs(pairs[first + 3, 1])
    half, cross = 0.5 * ((ux * ux + vx * vx) + (uy * uy + vy * vy)), ux * vy - uy * vx
    radius = math.sqrt(half + math.sqrt(max(half * half - cross * cross, 0.0)))
    return math.ceil(max(sweep * math.sqrt(radius / (8.0 * tolerance)), sweep / (0.5 * math.pi)) / 4.0) * 4.0


@inlined
def is_beside(window, x0, y0, x1, y1):
    """Returns whether a box lies beyond one side of a window (left, top, right, bottom)."""
    return x1 < window[0] or y1 < window[1] or x0 > window[2] or y0 > window[3]


@inlined
def is_out_of_sight(verb, pairs, first, x0, y0, window):
    """Returns whether the hull of a curve from (x0, y0) lies beyond one side of a window."""
    if verb == ARC:
        cx, cy = pairs[first, 0], pairs[first, 1]
        rx = abs(pairs[first + 1, 0]) + abs(pairs[first + 2, 0])
        ry = abs(pairs[first + 1, 1]) + abs(pairs[first + 2, 1])
        return is_beside(window, cx - rx, cy - ry, cx + rx, cy + ry)
    least_x, least_y, most_x, most_y = x0, y0, x0, y0
    for j in range(first, first + pairs_of(verb)):
        least_x, least_y = min(least_x, pairs[j, 0]), min(least_y, pairs[j, 1])
        most_x, most_y = max(most_x, pairs[j, 0]), max(most_y, pairs[j, 1])
    return is_beside(window, least_x, least_y, most_x, most_y)


@kernel
def count_verb(verb, pairs, first, x0, y0, tolerance):
    """Returns the number of points for a verb from (x0, y0), within a tolerance of its curve.

    The error of n pieces is no more than |B''| / (8 n n).
    """
    if verb == CLOSE:
        return 0
    pieces = 1.0
    if verb == ARC:
        pieces = arc_pieces(pairs, first, tolerance)
    elif verb in (CUBIC, QUAD):
        x1, y1, x2, y2 = control_points(verb, pairs, first, x0, y0)
        x3, y3 = end_point(verb, pairs, first)
        first_bend = math.hypot(x0 - 2.0 * x1 + x2, y0 - 2.0 * y1 + y2)
        bend = max(first_bend, math.hypot(x1 - 2.0 * x2 + x3, y1 - 2.0 * y2 + y3))
        pieces = math.ceil(math.sqrt(0.75 * bend / tolerance))
    if not np.isfinite(pieces):
        return 1
    return np.int64(min(max(pieces, 1.0), float(MAX_PIECES)))


@kernel
def count_points(verbs, pairs, verb_counts, chosen, tolerances, relative, windows, pieces):
    """Count the points and subpaths of the chosen uses of mapped streams.

    Parameters
    ----------
    verbs, pairs, verb_counts
        The streams of all uses.
    chosen
        (U,) uint8: whether a use becomes polylines.
    tolerances, relative
        Tolerance of curves: (N,) for each chosen use, but at least ``relative`` times a verb's coordinates, since far
        curves need not be as fine as near ones.
    windows
        (N, 4): a curve beyond one side of its use's left, top, right or bottom becomes one line.
    pieces
        (V,) int64, written: the number of points of each verb.

    Returns
    -------
    (int, int)
        Numbers of points and subpaths.
    """
    at = pair = points = subpaths = row = 0
    for use in range(len(verb_counts)):
        last = at + verb_counts[use]
        x0 = y0 = 0.0
        for k in range(at, last):
            verb = verbs[k]
            first = pair
            pair += pairs_of(verb)
            if chosen[use] == 0:
                continue
            subpaths += verb == MOVE
            pieces[k] = 0 if verb == CLOSE else 1
            curved = verb in (ARC, CUBIC, QUAD)
            if curved and not is_out_of_sight(verb, pairs, first, x0, y0, windows[row]):
                size = 0.0
                for j in range(first, pair):
                    size = max(size, max(abs(pairs[j, 0]), abs(pairs[j, 1])))
                tolerance = max(tolerances[row], size * relative)
                pieces[k] = count_verb(verb, pairs, first, x0, y0, tolerance)
            if verb != CLOSE:
                x0, y0 = end_point(verb, pairs, first)
            points += pieces[k]
        at = last
        row += chosen[use]
    return points, subpaths


@inlined
def write_curve(verb, pairs, first, x0, y0, count, points, smooth, n):
    """Write a curve from (x0, y0) as ``count`` points, its start excluded."""
    x3, y3 = end_point(verb, pairs, first)
    if verb == ARC:
        start, sweep = pairs[first + 3, 0], pairs[first + 3, 1]
        for k in range(1, count):
            points[n + k - 1, 0], points[n + k - 1, 1] = arc_point(pairs, first, start + sweep * (k / count))
    elif count > 1:
        x1, y1, x2, y2 = control_points(verb, pairs, first, x0, y0)
        for k in range(1, count):
            points[n + k - 1, 0], points[n + k - 1, 1] = curve_point(x0, y0, x1, y1, x2, y2, x3, y3, k / count)
    for k in range(n, n + count - 1):
        smooth[k] = 1
    points[n + count - 1, 0], points[n + count - 1, 1] = x3, y3
    smooth[n + count - 1] = 0


@kernel
def merge_neighbours(points, starts, closed, first, last):
    """Make neighbours equal, and a closed subpath's last point to its first, where they differ only by rounding."""
    for s in range(first, last):
        if starts[s] == starts[s + 1]:
            continue
        most = 0.0
        for k in range(starts[s], starts[s + 1]):
            most = max(most, max(abs(points[k, 0]), abs(points[k, 1])))
        same = min(SAME_POINT * most, SAME_POINT_PX)
        x, y = points[starts[s], 0], points[starts[s], 1]
        for k in range(starts[s] + 1, starts[s + 1]):
            px, py = points[k, 0], points[k, 1]
            if abs(px - x) <= same and abs(py - y) <= same:
                points[k, 0], points[k, 1] = x, y
            x, y = px, py
        head, tail = starts[s], starts[s + 1] - 1
        dx, dy = points[head, 0] - points[tail, 0], points[head, 1] - points[tail, 1]
        if closed[s] != 0 and abs(dx) <= same and abs(dy) <= same:
            points[tail, 0], points[tail, 1] = points[head, 0], points[head, 1]


@kernel
def write_points(verbs, pairs, verb_counts, chosen, pieces, points, smooth, starts, closed, firsts):
    """Write the polylines that `count_points` has counted."""
    at = pair = n = row = 0
    subpath = -1
    firsts[0] = 0
    for use in range(len(verb_counts)):
        last = at + verb_counts[use]
        x0 = y0 = 0.0
        for k in range(at, last):
            verb = verbs[k]
            first = pair
            pair += pairs_of(verb)
            if chosen[use] == 0:
                continue
            if verb == CLOSE:
                closed[subpath] = 1
                continue
            if verb == MOVE:
                subpath += 1
                starts[subpath] = n
                closed[subpath] = 0
            write_curve(verb, pairs, first, x0, y0, pieces[k], points, smooth, n)
            n += pieces[k]
            x0, y0 = points[n - 1, 0], points[n - 1, 1]
        at = last
        if chosen[use] != 0:
            starts[subpath + 1] = n
            merge_neighbours(points, starts, closed, firsts[row], subpath + 1)
            row += 1
            firsts[row] = subpath + 1
