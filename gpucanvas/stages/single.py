"""single: tells whether an outline winds round no point more than once. For both backends: no twin.

    verbs, pairs  --cut_edges-->       straight edges, contour by contour; a few for each curve
    edges         --sort_edges-->      from left to right, by slices of their width
                  --meet-->            whether two edges meet that are not consecutive
                  --wind_once-->       whether each contour has winding 0 on one side, and 1 or -1 on the other

For such an outline both fill rules are the same, and the mean winding of a pixel is its coverage. So fine need not
search for pixels in which the outline meets itself. Most glyphs are such outlines. Curves are tested as chords: where
only chords meet, fine searches in vain, which costs time but no accuracy.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.verbs import CLOSE, CUBIC, MOVE, QUAD
from ..kernels import inlined, kernel
from .polylines import control_points, curve_point, pairs_of

QUAD_EDGES, CUBIC_EDGES = 4, 8
"""Edges of a curve: fonts have twice as many quadratic ones for the same shape."""
MOST_EDGES = CUBIC_EDGES
"""Most edges of a verb."""
MOST_TESTS = 200
"""Pairs of edges to test at most, per edge on average."""
NO = np.bool_(False)


@inlined
def edges_of(verb):
    """Returns the number of edges of a verb; MOVE counts the edge that closes the contour before it."""
    if verb == CUBIC:
        return CUBIC_EDGES
    return QUAD_EDGES if verb == QUAD else 1


@inlined
def put_edge(edges, n, px, py, qx, qy):
    """Write an edge unless it has no length; returns where the next goes."""
    if px == qx and py == qy:
        return n
    edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3] = px, py, qx, qy
    return n + 1


@kernel
def cut_edges(verbs, pairs, edges, contours):
    """Write the edges (N, 4) of an outline without arcs, and which contour each belongs to: (edges, contours).

    ``contours`` (C + 1,) is the first edge of each.
    """
    n, contour, pair = 0, 0, 0
    x = y = head_x = head_y = 0.0
    contours[0] = 0
    for k in range(len(verbs) + 1):
        verb = verbs[k] if k < len(verbs) else MOVE
        if verb in (MOVE, CLOSE):
            n = put_edge(edges, n, x, y, head_x, head_y)
            x, y = head_x, head_y
            if n > contours[contour]:
                contour += 1
                contours[contour] = n
            if verb == MOVE and k < len(verbs):
                x, y = pairs[pair, 0], pairs[pair, 1]
                head_x, head_y = x, y
                pair += 1
            continue
        at, x0, y0 = pair, x, y
        pair += pairs_of(verb)
        x3, y3 = pairs[pair - 1, 0], pairs[pair - 1, 1]
        count = edges_of(verb)
        if count > 1:
            x1, y1, x2, y2 = control_points(verb, pairs, at, x0, y0)
            for j in range(1, count):
                qx, qy = curve_point(x0, y0, x1, y1, x2, y2, x3, y3, j / count)
                n = put_edge(edges, n, x, y, qx, qy)
                x, y = qx, qy
        n = put_edge(edges, n, x, y, x3, y3)
        x, y = x3, y3
    return n, contour


@inlined
def slice_of(edges, i, left, per_width, count):
    """Returns the slice, counted from the left, in which an edge begins."""
    return min(np.int64((min(edges[i, 0], edges[i, 2]) - left) * per_width), count - 1)


@kernel
def sort_edges(edges, count, order, starts):
    """Sort edges by the slice they begin in: ``order`` (N,) edges, ``starts`` (N + 1,) of each slice in it.

    Returns where the slices begin, and the number of slices per unit of length.
    """
    left, right = np.inf, -np.inf
    for i in range(count):
        left, right = min(left, min(edges[i, 0], edges[i, 2])), max(right, max(edges[i, 0], edges[i, 2]))
    per_width = count / max(right - left, 1e-300)
    starts[: count + 1] = 0
    for i in range(count):
        starts[slice_of(edges, i, left, per_width, count) + 1] += 1
    for k in range(count):
        starts[k + 1] += starts[k]
    for i in range(count):
        k = slice_of(edges, i, left, per_width, count)
        order[starts[k]] = i
        starts[k] += 1
    return left, per_width


@inlined
def side_of(ax, ay, bx, by, px, py):
    """Returns a number that is above 0 where P lies on one side of the line from A to B, below 0 on the other."""
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


@inlined
def meet(edges, i, j, follows):
    """Returns whether two edges have a common point; for consecutive edges, other than the corner between them."""
    ax, ay, bx, by = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
    cx, cy, dx, dy = edges[j, 0], edges[j, 1], edges[j, 2], edges[j, 3]
    if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return NO
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
        return NO
    if follows:
        # Consecutive edges meet again only where one runs back along the other, which covers nothing.
        return NO
    c, d = side_of(ax, ay, bx, by, cx, cy), side_of(ax, ay, bx, by, dx, dy)
    a, b = side_of(cx, cy, dx, dy, ax, ay), side_of(cx, cy, dx, dy, bx, by)
    apart = (c > 0.0 and d > 0.0) or (c < 0.0 and d < 0.0) or (a > 0.0 and b > 0.0) or (a < 0.0 and b < 0.0)
    return not apart


@inlined
def follow(i, j, contours, of):
    """Returns whether two edges are consecutive in a contour."""
    if of[i] != of[j]:
        return NO
    low, high = min(i, j), max(i, j)
    return high - low == 1 or (low == contours[of[i]] and high + 1 == contours[of[i] + 1])


@inlined
def wind_once(edges, contours, count, boxes):
    """Returns whether all contours, which meet nowhere, have winding 0 on one side, and all 1 or -1 on the other."""
    single = np.int64(0)
    for c in range(count):
        box = boxes[c]
        box[0], box[1], box[2], box[3] = np.inf, np.inf, -np.inf, -np.inf
        for i in range(contours[c], contours[c + 1]):
            box[0], box[1] = min(box[0], edges[i, 0]), min(box[1], edges[i, 1])
            box[2], box[3] = max(box[2], edges[i, 0]), max(box[3], edges[i, 1])
    for c in range(count):
        # The winding of the point just above the middle of the contour's widest edge.
        longest, width = contours[c], -1.0
        for i in range(contours[c], contours[c + 1]):
            if abs(edges[i, 2] - edges[i, 0]) > width:
                longest, width = i, abs(edges[i, 2] - edges[i, 0])
        if width == 0.0:
            continue
        x = 0.5 * (edges[longest, 0] + edges[longest, 2])
        y = 0.5 * (edges[longest, 1] + edges[longest, 3])
        above = np.int64(0)
        for d in range(count):
            if x < boxes[d, 0] or x > boxes[d, 2] or y < boxes[d, 1]:
                continue
            for i in range(contours[d], contours[d + 1]):
                ax, bx = edges[i, 0], edges[i, 2]
                if i == longest or (ax <= x) == (bx <= x):
                    continue
                if edges[i, 1] + (x - ax) * (edges[i, 3] - edges[i, 1]) / (bx - ax) < y:
                    above += 1 if bx > ax else -1
        below = above + (1 if edges[longest, 2] > edges[longest, 0] else -1)
        winding = above if below == 0 else below
        if (above != 0 and below != 0) or abs(winding) != 1 or winding == -single:
            return NO
        single = winding
    return np.bool_(True)


@kernel
def is_single(verbs, pairs, edges, order, starts, contours, of, boxes):
    """Returns whether an outline winds round no point more than once; false where the test would take too long.

    Parameters
    ----------
    verbs, pairs
        The outline: (V,) uint8 without arcs, and (P, 2) float64.
    edges, order, starts, contours, of, boxes
        Working memory: (N, 4) float64; (N,), (N + 1,), (V + 2,) and (N,) int64; (V + 1, 4) float64. N is the largest
        number of edges, MOST_EDGES for each verb and one more.
    """
    count, contour_count = cut_edges(verbs, pairs, edges, contours)
    if count == 0:
        return True
    for c in range(contour_count):
        of[contours[c] : contours[c + 1]] = c
    left, per_width = sort_edges(edges, count, order, starts)
    tests = MOST_TESTS * count
    for at in range(count):
        i = order[at]
        last = (max(edges[i, 0], edges[i, 2]) - left) * per_width
        # Edges in slices behind the one where this edge ends begin behind its end.
        end = starts[min(np.int64(math.floor(last)), count - 1)]
        tests -= max(end - at, 0)
        if tests < 0:
            return False
        for k in range(at + 1, end):
            j = order[k]
            if meet(edges, i, j, follow(i, j, contours, of)):
                return False
    return bool(wind_once(edges, contours, contour_count, boxes))
