"""trace: recorded outlines become device streams without arcs. For both backends: no twin.

    verbs, coordinates  --count_stream-->  the length of the trace
                        --trace_use-->     verbs and device points; an ARC becomes cubics
                        --measure_use-->   pieces of every verb, bounds, and the sizes of the use's tables

A use is an outline under a transform, filled or stroked. The traces of all uses are stored one after another. The
arithmetic is float64.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import SHORT_LEG, TIP_END, TIP_START
from ..contract.outlines import CURVE_TOLERANCE, GUARD, MAX_PIECES
from ..contract.verbs import ARC, CLOSE, CUBIC, LINE, MOVE, QUAD
from ..kernels import inlined, kernel
from .joints import reflect

PIECE_BITS = 16
PIECE_MASK = (1 << PIECE_BITS) - 1
"""The bits of an entry of ``pieces`` that hold the number, MAX_PIECES at most; TIP_* are above."""
OFF_TANGENT = 1 / 16
"""Pixels. A tip is added where the pen's end would be further than this from its place on the curve's tangent."""
SHORT = 1e-9
"""Pixels. A control leg up to this length has no direction."""
ARC_STEP = math.pi / 4
"""Radians. The most of an arc that one cubic approximates, with a relative error of the radius of 5e-6."""
TWO_PI = 2.0 * math.pi
RECT_VERBS = 5
RECT_POINTS = 4


@inlined
def pairs_of(verb):
    """Returns the number of coordinate pairs of a verb; not for arcs."""
    if verb == CUBIC:
        return 3
    if verb == QUAD:
        return 2
    return 0 if verb == CLOSE else 1


@inlined
def arc_pieces(sweep):
    """Returns the number of cubics for an arc."""
    return np.int64(max(math.ceil(abs(sweep) / ARC_STEP - 1e-9), 1.0))


@kernel
def count_stream(verbs, coords, first, count, number):
    """Returns the length of the trace of a stream: (verbs, points).

    ``first`` and ``count`` say which verbs it has; ``number`` is the index of its first coordinate.
    """
    traced, points, arcs = count, 0, 0
    # Without branches, so that the loop is vectorised.
    for k in range(first, first + count):
        verb = verbs[k]
        arcs += verb == ARC
        points += np.int64(verb != CLOSE) + (verb == QUAD) + 2 * (verb == CUBIC)
    if arcs > 0:
        for k in range(first, first + count):
            verb = verbs[k]
            if verb == ARC:
                pieces = arc_pieces(coords[number + 7])
                traced, points = traced + pieces - 1, points + 3 * pieces - 1
                number += 8
            else:
                number += 2 * pairs_of(verb)
    return traced, points


@inlined
def is_near(x, y):
    """Returns whether a point is near enough for float32; false for NaN."""
    return (abs(x) <= GUARD) & (abs(y) <= GUARD)


@kernel
def trace_arc(cx, cy, ux, uy, vx, vy, start, sweep, joined, verbs, points, at, pair):
    """Write the cubics of the arc C + U cos(t) + V sin(t); returns where the next verb and point go.

    A line that joins the arc ends exactly where the arc begins, and so does a full turn, so that no seam is left.
    """
    pieces = arc_pieces(sweep)
    step = sweep / pieces
    reach = 4.0 / 3.0 * math.tan(step / 4.0)
    cos, sin = math.cos(start), math.sin(start)
    x0, y0 = cx + ux * cos + vx * sin, cy + uy * cos + vy * sin
    dx0, dy0 = vx * cos - ux * sin, vy * cos - uy * sin
    first_x, first_y = x0, y0
    if joined:
        points[pair - 1, 0], points[pair - 1, 1] = x0, y0
    for k in range(1, pieces + 1):
        t = start + k * step
        cos, sin = math.cos(t), math.sin(t)
        x1, y1 = cx + ux * cos + vx * sin, cy + uy * cos + vy * sin
        dx1, dy1 = vx * cos - ux * sin, vy * cos - uy * sin
        if k == pieces and abs(sweep) >= TWO_PI:
            x1, y1 = first_x, first_y
        points[pair, 0], points[pair, 1] = x0 + reach * dx0, y0 + reach * dy0
        points[pair + 1, 0], points[pair + 1, 1] = x1 - reach * dx1, y1 - reach * dy1
        points[pair + 2, 0], points[pair + 2, 1] = x1, y1
        verbs[at] = CUBIC
        at += 1
        pair += 3
        x0, y0, dx0, dy0 = x1, y1, dx1, dy1
    return at, pair


@kernel
def trace_use(verbs, coords, first, count, number, matrix, traced, points, at, pair):
    """Write the trace of a stream under a transform, from verb ``at`` and point ``pair`` on.

    Returns the ends of its verbs and points, and whether all of it is near: the trace ends where it is not. The stream
    is given as to `count_stream`.
    """
    a, b, c, d, e, f = matrix
    near = True
    joined = False
    for k in range(first, first + count):
        verb = verbs[k]
        if verb == ARC:
            px, py = coords[number], coords[number + 1]
            cx, cy = a * px + c * py + e, b * px + d * py + f
            px, py = coords[number + 2], coords[number + 3]
            ux, uy = a * px + c * py, b * px + d * py
            px, py = coords[number + 4], coords[number + 5]
            vx, vy = a * px + c * py, b * px + d * py
            near &= is_near(cx, cy) & is_near(ux, uy) & is_near(vx, vy)
            if not near:
                return at, pair, near
            start, sweep = coords[number + 6], coords[number + 7]
            at, pair = trace_arc(cx, cy, ux, uy, vx, vy, start, sweep, joined, traced, points, at, pair)
            joined = False
            number += 8
            continue
        for _ in range(pairs_of(verb)):
            px, py = coords[number], coords[number + 1]
            x, y = a * px + c * py + e, b * px + d * py + f
            points[pair, 0], points[pair, 1] = x, y
            near &= is_near(x, y)
            pair += 1
            number += 2
        if not near:
            return at, pair, near
        traced[at] = verb
        at += 1
        joined = verb != CLOSE
    return at, pair, near


@kernel
def trace_rect(x, y, width, height, matrix, traced, points, at, pair):
    """Write the trace of a rectangle; as `trace_use`."""
    a, b, c, d, e, f = matrix
    near = True
    for k in range(RECT_POINTS):
        px, py = x + width if k == 1 or k == 2 else x, y + height if k >= 2 else y
        qx, qy = a * px + c * py + e, b * px + d * py + f
        points[pair + k, 0], points[pair + k, 1] = qx, qy
        traced[at + k] = MOVE if k == 0 else LINE
        near &= is_near(qx, qy)
    traced[at + RECT_POINTS] = CLOSE
    return at + RECT_VERBS, pair + RECT_POINTS, near


@inlined
def length(x, y):
    """Returns the length of a vector. Not math.hypot, which guards against overflow: no coordinate exceeds GUARD."""
    return math.sqrt(x * x + y * y)


@inlined
def turn(ax, ay, bx, by):
    """Returns the angle between two control legs; 0 where a leg has no direction."""
    if length(ax, ay) <= SHORT or length(bx, by) <= SHORT:
        return 0.0
    return abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by))


@inlined
def control_points(points, last, cubic):
    """Returns x0, y0 .. x3, y3 of the curve that ends at ``points[last]``; a quadratic is raised to a cubic."""
    x3, y3 = points[last, 0], points[last, 1]
    x2, y2 = points[last - 1, 0], points[last - 1, 1]
    if cubic:
        return points[last - 3, 0], points[last - 3, 1], points[last - 2, 0], points[last - 2, 1], x2, y2, x3, y3
    x0, y0 = points[last - 2, 0], points[last - 2, 1]
    x1, y1 = x0 + (x2 - x0) * (2 / 3), y0 + (y2 - y0) * (2 / 3)
    return x0, y0, x1, y1, x3 + (x2 - x3) * (2 / 3), y3 + (y2 - y3) * (2 / 3), x3, y3


@kernel
def count_pieces(points, last, cubic, pieces_a_turn):
    """Returns the pieces that keep a curve, and its offsets by a pen, within CURVE_TOLERANCE (Wang's bound).

    ``last`` is the curve's end in ``points`` (P, 2); ``pieces_a_turn`` is the number for a radian, 0 without a pen.
    """
    x0, y0, x1, y1, x2, y2, x3, y3 = control_points(points, last, cubic)
    first = length(x0 - 2.0 * x1 + x2, y0 - 2.0 * y1 + y2)
    second = length(x1 - 2.0 * x2 + x3, y1 - 2.0 * y2 + y3)
    pieces = math.sqrt(0.75 * max(first, second) / CURVE_TOLERANCE)
    if pieces_a_turn > 0.0:
        turned = turn(x1 - x0, y1 - y0, x2 - x1, y2 - y1) + turn(x2 - x1, y2 - y1, x3 - x2, y3 - y2)
        pieces = max(pieces, turned * pieces_a_turn)
    if not pieces > 1.0:
        return 1
    return np.int64(min(math.ceil(pieces), float(MAX_PIECES)))


@inlined
def count_vertices(pieces):
    """Returns the number of vertices of a verb with these pieces, its tips included."""
    tips = pieces >> PIECE_BITS
    return (pieces & PIECE_MASK) + (tips & 1) + (tips >> 1)


@inlined
def flattened(x0, x1, x2, x3, count, k):
    """Returns a coordinate of vertex k of a curve in ``count`` pieces, as flatten computes it."""
    t = k / count
    s = 1.0 - t
    moved = (s * (x0 - 2.0 * x1 + x2) + t * (x1 - 2.0 * x2 + x3)) * 0.5 / (count * count)
    return s * s * s * x0 + 3.0 * s * s * t * x1 + 3.0 * s * t * t * x2 + t * t * t * x3 - moved


@inlined
def needs_tip(x0, y0, x1, y1, x2, y2, x3, y3, count, half):
    """Returns whether the stroke of a curve in ``count`` pieces needs a tip at (x0, y0) to begin along its tangent.

    Without a tip, its direction is estimated from its first two chords (`joints.leave`). A tip is needed where that
    moves the end of a pen of this half width by more than OFF_TANGENT.
    """
    dx, dy = x1 - x0, y1 - y0
    if abs(dx) + abs(dy) < SHORT_LEG:
        dx, dy = x2 - x0, y2 - y0
    if abs(dx) + abs(dy) < SHORT_LEG:
        dx, dy = x3 - x0, y3 - y0
    ax, ay = x3, y3
    if count > 1:
        ax, ay = flattened(x0, x1, x2, x3, count, 1), flattened(y0, y1, y2, y3, count, 1)
    leg, near = length(dx, dy), length(ax - x0, ay - y0)
    if leg <= SHORT or near <= SHORT:
        return False
    dx, dy, ux, uy = dx / leg, dy / leg, (ax - x0) / near, (ay - y0) / near
    if count > 1:
        bx, by = x3, y3
        if count > 2:
            bx, by = flattened(x0, x1, x2, x3, count, 2), flattened(y0, y1, y2, y3, count, 2)
        far = length(bx - ax, by - ay)
        if far <= SHORT:
            return True
        ux, uy, _ = reflect(half, ux, uy, near, (bx - ax) / far, (by - ay) / far, far)
    return dx * ux + dy * uy <= 0.0 or half * abs(dx * uy - dy * ux) > OFF_TANGENT


@kernel
def find_tips(points, last, cubic, count, half):
    """Returns the ends of a stroked curve that need a tip: TIP_*, see `needs_tip`; arguments as for `count_pieces`."""
    x0, y0, x1, y1, x2, y2, x3, y3 = control_points(points, last, cubic)
    tips = 0
    if needs_tip(x0, y0, x1, y1, x2, y2, x3, y3, count, half):
        tips |= TIP_START
    if needs_tip(x3, y3, x2, y2, x1, y1, x0, y0, count, half):
        tips |= TIP_END
    return tips


@kernel
def measure_use(traced, points, first, last, pair, end, pen, pieces, bounds):
    """Count the vertices, curves and subpaths of a use, and find its bounds.

    Parameters
    ----------
    traced, points
        Traces; this one has the verbs ``first`` to ``last`` and the points ``pair`` to ``end``.
    pen
        Half the width of the pen, pixels, and ``pieces_a_turn`` of `count_pieces`: zeros without a pen.
    pieces
        Written, beside the verbs: the number of pieces of each verb, with TIP_* above PIECE_BITS.
    bounds
        (4,), written: least x, y and greatest x, y; least > greatest for an empty use.

    Returns
    -------
    (int, int, int)
        Numbers of vertices, curves and subpaths.
    """
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for k in range(pair, end):
        x, y = points[k, 0], points[k, 1]
        x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
    bounds[0], bounds[1], bounds[2], bounds[3] = x0, y0, x1, y1
    vertices = curves = subpaths = 0
    for k in range(first, last):
        verb = traced[k]
        pair += pairs_of(verb)
        count = 0 if verb == CLOSE else 1
        if verb in (QUAD, CUBIC):
            count = count_pieces(points, pair - 1, verb == CUBIC, pen[1])
            curves += 1
            if pen[1] > 0.0:
                count |= find_tips(points, pair - 1, verb == CUBIC, count, pen[0]) << PIECE_BITS
        pieces[k] = count
        vertices += count_vertices(count)
        subpaths += verb == MOVE
    return vertices, curves, subpaths
