"""hits: is a point in a fill, or in a stroke? float64, on segments of polylines, no pixels. For both backends: no twin.

    polylines  --write_segments-->  segments, what follows each, boxes of CHUNK segments
               --in_fill, in_stroke-->  yes or no

A stroke is tested as what the standard's "trace a path" builds, piece by piece. A segment answers for its rectangle,
for the join behind it, and for the caps at its ends:

    cap | segment rectangle | join | segment rectangle | ... | cap         https://html.spec.whatwg.org/#trace-a-path
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import CAP_ROUND, CAP_SQUARE, JOIN_MITER, JOIN_ROUND
from .jit import inlined, kernel

CHUNK = 16
"""Segments a box holds."""
IS_SMOOTH = 1
"""In a segment's kind: the outline goes on inside a curve."""
IS_FIRST = 2
"""An open subpath begins with it."""
STRAIGHT = 1e-12
"""A sine of this size is no turn."""


@kernel
def write_segments(lines, close_all, segments, following, kinds, boxes):
    """Write the segments of polylines, those of no length left out; returns how many there are.

    Parameters
    ----------
    lines
        The tables of polylines: points, smooth, starts, closed, firsts.
    close_all
        Whether open subpaths are closed, as for a fill.
    segments
        (P, 4) float64 for as many points: where both ends go.
    following, kinds
        (P,) int64 and uint8: where the index of the segment that follows, -1 at an open end, and IS_* go.
    boxes
        (P / CHUNK + 1, 4) float64: where left, top, right and bottom of every CHUNK segments go.
    """
    points, smooth, starts, closed, _ = lines
    n = np.int64(0)
    for s in range(len(starts) - 1):
        head, tail = starts[s], starts[s + 1]
        is_closed = close_all or closed[s] != 0
        first = n
        for k in range(head, tail):
            j = k + 1
            if j == tail:
                if not is_closed:
                    break
                j = head
            px, py, qx, qy = points[k, 0], points[k, 1], points[j, 0], points[j, 1]
            if px == qx and py == qy:
                continue
            segments[n, 0], segments[n, 1], segments[n, 2], segments[n, 3] = px, py, qx, qy
            following[n] = n + 1
            kinds[n] = (IS_SMOOTH if smooth[j] != 0 else 0) | (IS_FIRST if n == first and not is_closed else 0)
            box = boxes[n // CHUNK]
            if n % CHUNK == 0:
                box[0], box[1], box[2], box[3] = np.inf, np.inf, -np.inf, -np.inf
            box[0], box[1] = min(box[0], min(px, qx)), min(box[1], min(py, qy))
            box[2], box[3] = max(box[2], max(px, qx)), max(box[3], max(py, qy))
            n += 1
        if n > first:
            following[n - 1] = first if is_closed else -1
    return n


@inlined
def is_apart(box, x, y, reach):
    """Whether a point is further than this from a box."""
    return x < box[0] - reach or y < box[1] - reach or x > box[2] + reach or y > box[3] + reach


@inlined
def is_on(segment, x, y, touch):
    """Whether a point is this close to a segment."""
    px, py = segment[0], segment[1]
    dx, dy = segment[2] - px, segment[3] - py
    squared = dx * dx + dy * dy
    along = ((x - px) * dx + (y - py) * dy) / (squared if squared > 0.0 else 1.0)
    t = min(max(along, 0.0), 1.0)
    return math.hypot(x - px - t * dx, y - py - t * dy) <= touch


@kernel
def in_fill(segments, boxes, touch, is_evenodd, x, y):
    """Whether a point is in the fill of closed outlines, or this close to them."""
    winding = 0
    for chunk in range((len(segments) + CHUNK - 1) // CHUNK):
        box = boxes[chunk]
        # What lies to the right winds round nothing.
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
    """Whether a point, from the corner, is in the join between two outer normals: their miter, or the bevel."""
    spread = ax * by - ay * bx
    alpha, beta = (x * by - y * bx) / spread, (ax * y - ay * x) / spread
    if not (alpha >= -touch and beta >= -touch):
        return False
    if is_sharp:
        return x * ax + y * ay <= reach and x * bx + y * by <= reach
    return alpha + beta <= reach


@inlined
def in_join(x, y, ux, uy, vx, vy, is_smooth, pen, touch):
    """Whether a point, from the corner, is in what joins direction u to v; a round join is a sector of a disc."""
    half, join, limit = pen[0], pen[2], pen[3]
    reach = half + touch
    if is_smooth or join == JOIN_ROUND:
        return math.hypot(x, y) <= reach and x * ux + y * uy >= -touch and x * vx + y * vy <= touch
    cross, dot = ux * vy - uy * vx, ux * vx + uy * vy
    if not abs(cross) > STRAIGHT:
        return False
    outer = -1.0 if cross > 0.0 else 1.0
    is_sharp = join == JOIN_MITER and limit * limit * (1.0 + dot) >= 2.0
    return in_wedge(x, y, -uy * outer, ux * outer, -vy * outer, vx * outer, is_sharp, reach, touch)


@inlined
def in_piece(segments, following, kinds, k, pen, touch, x, y):
    """Whether a point is in what segment ``k`` answers for."""
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
    """Whether a point is in a stroke, or this close to it.

    ``pen`` is half the width, CAP_*, JOIN_* and the miter limit, ``reach`` how far it goes beyond the segments.
    """
    for chunk in range((len(segments) + CHUNK - 1) // CHUNK):
        if is_apart(boxes[chunk], x, y, reach + touch):
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
