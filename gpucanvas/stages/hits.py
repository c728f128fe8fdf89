"""hits: is a point in a fill, or in a stroke? float64, on segments of polylines, no pixels. For both backends: no twin.

    a stream   --measure_stream-->  mapped stream, number of segments         --write_stream-->    segments
    polylines (dashes)                                                        --write_segments-->  segments
    segments   --in_fill, in_stroke-->  yes or no

Segments are stored in these tables:

    segments   (N, 4) float64, both ends; segments without length are left out
    following  (N,) int64, the index of the segment that follows, -1 at an open end
    kinds      (N,) uint8, IS_*
    boxes      (N / CHUNK, 4) float64, left, top, right and bottom of every CHUNK segments

A stroke is tested piece by piece, as the standard's "trace a path" builds it. A segment's piece is its rectangle, the
join behind it, and the caps at its ends:

    cap | segment rectangle | join | segment rectangle | ... | cap         https://html.spec.whatwg.org/#trace-a-path
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import CAP_ROUND, CAP_SQUARE, JOIN_MITER, JOIN_ROUND
from ..contract.verbs import ARC, CLOSE, CUBIC, MOVE, QUAD
from ..kernels import inlined, kernel
from .polylines import (
    arc_point,
    control_points,
    count_verb,
    curve_point,
    end_point,
    is_out_of_sight,
    map_stream,
    pairs_of,
)

FINEST = 1e-3
"""Tolerance of flattened curves, pixels."""
RELATIVE = 1e-5
"""The same relative to the largest coordinate; the lesser one applies."""
ON_OUTLINE = 1e-9
"""A point this close to an outline, relative to the largest coordinate, lies on it; but not farther than FINEST."""
YES = np.bool_(True)
NO = np.bool_(False)
CHUNK = 16
"""Segments per box."""
IS_SMOOTH = 1
"""Bit of a segment's kind: the outline continues inside a curve behind it."""
IS_FIRST = 2
"""Bit of a segment's kind: an open subpath begins with it."""
STRAIGHT = 1e-12
"""A turn with a sine up to this counts as straight."""


@kernel
def measure_stream(verbs, pairs, first, second, window, slack, mapped, pieces):
    """Map a stream by two matrices, one after the other, and count the segments that it becomes.

    Parameters
    ----------
    verbs, pairs
        The stream: see stages/polylines.py.
    first, second
        The matrices, six numbers each.
    window
        Left, top, right and bottom of the tested points: a curve beyond one side becomes one segment.
    slack
        Widening of the window, in units of the tolerance for being on an outline.
    mapped, pieces
        Written: the mapped pairs (P, 2), and the number of segments of each verb (V,).

    Returns
    -------
    (int, float, float, float)
        Upper bound of the segments, 0 where a number is out of range; the greatest number; the tolerance of curves; and
        the tolerance for being on an outline.
    """
    _, most = map_stream(verbs, 0, len(verbs), pairs, 0, first, np.inf, mapped)
    if not most < np.inf:
        return 0, most, 0.0, 0.0
    _, most = map_stream(verbs, 0, len(verbs), mapped, 0, second, np.inf, mapped)
    if not most < np.inf:
        return 0, most, 0.0, 0.0
    tolerance = max(min(FINEST, RELATIVE * most), 1e-300)
    on_outline = min(ON_OUTLINE * most, FINEST)
    near = slack * (tolerance + on_outline)
    seen = window[0] - near, window[1] - near, window[2] + near, window[3] + near
    pair, count, has_curves = 0, 0, NO
    x0 = y0 = 0.0
    for k in range(len(verbs)):
        verb, at = verbs[k], pair
        pair += pairs_of(verb)
        pieces[k] = 1
        if verb in (ARC, CUBIC, QUAD):
            has_curves = YES
            if not is_out_of_sight(verb, mapped, at, x0, y0, seen):
                pieces[k] = count_verb(verb, mapped, at, x0, y0, tolerance)
        count += pieces[k]
        if verb != CLOSE:
            x0, y0 = end_point(verb, mapped, at)
    return count, most, tolerance, max(on_outline, tolerance if has_curves else 0.0)


@inlined
def put_segment(tables, n, px, py, qx, qy, kind, same):
    """Write a segment unless its ends differ only by rounding; returns the next index, and where its segment begins."""
    if abs(qx - px) <= same and abs(qy - py) <= same:
        return n, px, py
    segments, following, kinds, boxes = tables
    segments[n, 0], segments[n, 1], segments[n, 2], segments[n, 3] = px, py, qx, qy
    following[n], kinds[n] = n + 1, kind
    box = boxes[n // CHUNK]
    if n % CHUNK == 0:
        box[0], box[1], box[2], box[3] = np.inf, np.inf, -np.inf, -np.inf
    box[0], box[1] = min(box[0], min(px, qx)), min(box[1], min(py, qy))
    box[2], box[3] = max(box[2], max(px, qx)), max(box[3], max(py, qy))
    return n + 1, qx, qy


@inlined
def end_subpath(tables, first, n, is_closed):
    """Store which segment follows the last one of the subpath that begins with segment ``first``."""
    _, following, kinds, _ = tables
    if n > first:
        following[n - 1] = first if is_closed else -1
        kinds[first] |= 0 if is_closed else IS_FIRST


@inlined
def put_verb(tables, n, verb, pairs, at, x0, y0, count, head_x, head_y, same):
    """Write the segments of a verb from (x0, y0); returns the next index, and where its segment begins.

    A verb that ends at the subpath's head up to rounding is made to end there exactly: an outline with a gap has no
    inside.
    """
    x3, y3 = end_point(verb, pairs, at)
    if abs(x3 - head_x) <= same and abs(y3 - head_y) <= same:
        x3, y3 = head_x, head_y
    px, py = x0, y0
    if verb == ARC:
        start, sweep = pairs[at + 3, 0], pairs[at + 3, 1]
        for k in range(1, count):
            qx, qy = arc_point(pairs, at, start + sweep * (k / count))
            n, px, py = put_segment(tables, n, px, py, qx, qy, IS_SMOOTH, same)
    elif count > 1:
        x1, y1, x2, y2 = control_points(verb, pairs, at, x0, y0)
        for k in range(1, count):
            qx, qy = curve_point(x0, y0, x1, y1, x2, y2, x3, y3, k / count)
            n, px, py = put_segment(tables, n, px, py, qx, qy, IS_SMOOTH, same)
    return put_segment(tables, n, px, py, x3, y3, 0, same)


@inlined
def whole_box(boxes, n):
    """Returns the number of segments, and the box of all; left > right where there are none."""
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for chunk in range((n + CHUNK - 1) // CHUNK):
        box = boxes[chunk]
        x0, y0, x1, y1 = min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3])
    return n, x0, y0, x1, y1


@kernel
def write_stream(verbs, pairs, pieces, same, close_all, segments, following, kinds, boxes):
    """Write the segments that `measure_stream` has counted; returns the result of `whole_box`.

    Ends within ``same`` of one another are one point; ``close_all`` closes open subpaths, as a fill does.
    """
    tables = segments, following, kinds, boxes
    pair, n, first = 0, np.int64(0), np.int64(0)
    x = y = head_x = head_y = 0.0
    for k in range(len(verbs)):
        verb, at = verbs[k], pair
        pair += pairs_of(verb)
        if verb in (MOVE, CLOSE):
            is_closed = close_all or verb == CLOSE
            if is_closed:
                n, x, y = put_segment(tables, n, x, y, head_x, head_y, 0, 0.0)
            end_subpath(tables, first, n, is_closed)
            first = n
            if verb == MOVE:
                head_x, head_y = pairs[at, 0], pairs[at, 1]
            x, y = head_x, head_y
        else:
            n, x, y = put_verb(tables, n, verb, pairs, at, x, y, pieces[k], head_x, head_y, same)
    if close_all:
        n, x, y = put_segment(tables, n, x, y, head_x, head_y, 0, 0.0)
    end_subpath(tables, first, n, close_all)
    return whole_box(boxes, n)


@kernel
def write_segments(points, smooth, starts, closed, segments, following, kinds, boxes):
    """Write the segments of polylines; returns the result of `whole_box`."""
    tables = segments, following, kinds, boxes
    n = np.int64(0)
    for s in range(len(starts) - 1):
        head, tail = starts[s], starts[s + 1]
        first = n
        for k in range(head, tail):
            j = k + 1
            if j == tail:
                if closed[s] == 0:
                    break
                j = head
            kind = IS_SMOOTH if smooth[j] != 0 else 0
            n, _, _ = put_segment(tables, n, points[k, 0], points[k, 1], points[j, 0], points[j, 1], kind, 0.0)
        end_subpath(tables, first, n, closed[s] != 0)
    return whole_box(boxes, n)


@inlined
def is_apart(box, x, y, reach):
    """Returns whether a point is further than ``reach`` from a box."""
    return x < box[0] - reach or y < box[1] - reach or x > box[2] + reach or y > box[3] + reach


@inlined
def is_on(segment, x, y, touch):
    """Returns whether a point is within ``touch`` of a segment."""
    px, py = segment[0], segment[1]
    dx, dy = segment[2] - px, segment[3] - py
    squared = dx * dx + dy * dy
    along = ((x - px) * dx + (y - py) * dy) / (squared if squared > 0.0 else 1.0)
    t = min(max(along, 0.0), 1.0)
    return math.hypot(x - px - t * dx, y - py - t * dy) <= touch


@kernel
def in_fill(segments, boxes, touch, is_evenodd, x, y):
    """Returns whether a point is in the fill of closed outlines, or within ``touch`` of them."""
    winding = 0
    for chunk in range((len(segments) + CHUNK - 1) // CHUNK):
        box = boxes[chunk]
        # Segments to the right of the point do not change its winding.
        if y < box[1] - touch or y > box[3] + touch or x < box[0] - touch:
            continue
        is_near = x <= box[2] + touch
        for k in range(chunk * CHUNK, min((chunk + 1) * CHUNK, len(segments))):
            segment = segments[k]
            px, py, qx, qy = segment[0], segment[1], segment[2], segment[3]
            if (py <= y) != (qy <= y):
                side = (qx - px) * (y - py) - (x - px) * (qy - py)
                if py <= y:
                    winding += side < 0.0
                else:
                    winding -= side > 0.0
            if is_near and is_on(segment, x, y, touch):
                return True
    return winding % 2 != 0 if is_evenodd else winding != 0


@inlined
def in_wedge(x, y, ax, ay, bx, by, is_sharp, reach, touch):
    """Returns whether a point, relative to the corner, is in the miter or bevel between two outer normals."""
    spread = ax * by - ay * bx
    alpha, beta = (x * by - y * bx) / spread, (ax * y - ay * x) / spread
    if not (alpha >= -touch and beta >= -touch):
        return False
    if is_sharp:
        return x * ax + y * ay <= reach and x * bx + y * by <= reach
    return alpha + beta <= reach


@inlined
def in_join(x, y, ux, uy, vx, vy, is_smooth, pen, touch):
    """Returns whether a point, relative to the corner, is in the join of directions u and v.

    A round join is a sector of a disc. Inside a curve the pen sweeps a sector on either side.
    """
    half, join, limit = pen[0], pen[2], pen[3]
    reach = half + touch
    if is_smooth or join == JOIN_ROUND:
        if math.hypot(x, y) > reach:
            return False
        before, after = x * ux + y * uy, x * vx + y * vy
        return (before >= -touch and after <= touch) or (is_smooth and before <= touch and after >= -touch)
    cross, dot = ux * vy - uy * vx, ux * vx + uy * vy
    if not abs(cross) > STRAIGHT:
        return False
    outer = -1.0 if cross > 0.0 else 1.0
    is_sharp = join == JOIN_MITER and limit * limit * (1.0 + dot) >= 2.0
    return in_wedge(x, y, -uy * outer, ux * outer, -vy * outer, vx * outer, is_sharp, reach, touch)


@inlined
def in_piece(segments, following, kinds, k, pen, touch, x, y):
    """Returns whether a point is in the piece of segment ``k``."""
    segment, after, kind = segments[k], following[k], kinds[k]
    half, cap = pen[0], pen[1]
    px, py, qx, qy = segment[0], segment[1], segment[2], segment[3]
    length = math.hypot(qx - px, qy - py)
    ux, uy = (qx - px) / length, (qy - py) / length
    reach = half + touch
    is_first = kind & IS_FIRST != 0
    low = half if is_first and cap == CAP_SQUARE else 0.0
    high = half if after < 0 and cap == CAP_SQUARE else 0.0
    along, across = (x - px) * ux + (y - py) * uy, abs((y - py) * ux - (x - px) * uy)
    if across <= reach and along >= -low - touch and along <= length + high + touch:
        return True
    if cap == CAP_ROUND and is_first and math.hypot(x - px, y - py) <= reach:
        return True
    if after < 0:
        return cap == CAP_ROUND and math.hypot(x - qx, y - qy) <= reach
    following_segment = segments[after]
    vx, vy = following_segment[2] - following_segment[0], following_segment[3] - following_segment[1]
    length = math.hypot(vx, vy)
    return in_join(x - qx, y - qy, ux, uy, vx / length, vy / length, kind & IS_SMOOTH != 0, pen, touch)


@kernel
def in_stroke(segments, following, kinds, boxes, pen, reach, touch, x, y):
    """Returns whether a point is in a stroke, or within ``touch`` of it.

    ``pen`` is half the width, CAP_*, JOIN_* and the miter limit; ``reach`` is the farthest that the stroke, with
    ``touch``, extends beyond the segments.
    """
    for chunk in range((len(segments) + CHUNK - 1) // CHUNK):
        if is_apart(boxes[chunk], x, y, reach):
            continue
        for k in range(chunk * CHUNK, min((chunk + 1) * CHUNK, len(segments))):
            if in_piece(segments, following, kinds, k, pen, touch, x, y):
                return True
    return False


@kernel
def mark_in_fill(segments, boxes, touch, is_evenodd, xs, ys, found):
    """Store `in_fill` of many points (N,) as 0 and 1."""
    for i in range(len(xs)):
        found[i] = in_fill(segments, boxes, touch, is_evenodd, xs[i], ys[i])


@kernel
def mark_in_stroke(segments, following, kinds, boxes, pen, reach, touch, xs, ys, found):
    """Store `in_stroke` of many points (N,) as 0 and 1."""
    for i in range(len(xs)):
        found[i] = in_stroke(segments, following, kinds, boxes, pen, reach, touch, xs[i], ys[i])
