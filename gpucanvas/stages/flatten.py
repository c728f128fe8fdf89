"""flatten: curves become vertices, outlines become directed lines. Twin: shaders/flatten_*.comp.

    Curve   --flatten_curves-->    Vertex
    Subpath --flatten_outlines-->  Line        a fill: one line per vertex; a stroke: its two sides, joins and caps

A stroke is one outline: side A (the offset +n) forwards, a cap, side B (the offset -n) backwards, a cap. Offsets
are made in user space and mapped by the pen's matrix. Where a turn fits inside both neighbouring segments, they share
corners and nothing overlaps. Elsewhere the inner side passes through the vertex, and segments overlap (joints.py).
However wide the pen, every part has winding +1, so that no part cancels another.

              A_start ---------------- A_end
    start cap    |  P ------ u -----> Q  |   end cap, or the join at Q
              B_start ---------------- B_end
"""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import (
    CAP_BUTT,
    CAP_SQUARE,
    CURVE_INSIDE,
    CURVE_TIP,
    JOIN_ROUND,
    MAX_FAN_STEPS,
    SUBPATH_FILL,
    SUBPATH_LINES,
    SUBPATH_STROKE_CLOSED,
    TIP_END,
    TIP_START,
)
from ..kernels import inlined, kernel
from .joints import (
    BEFORE,
    F0,
    F1,
    F2,
    HALF,
    NEXT,
    NO,
    YES,
    arrive,
    corners,
    is_smooth,
    joint,
    leave,
    neighbour,
    stays_shared,
)

F3 = np.float32(3.0)
LOBE_OVERLAP = np.float32(constants.LOBE_OVERLAP)
TIP_LENGTH = np.float32(constants.TIP_LENGTH)
LEAST_TIP = np.float32(constants.LEAST_TIP)
SHORT = np.float32(constants.SHORT_LEG)


@inlined
def put_tip(vertex, x0, y0, x1, y1, x2, y2, x3, y3, px, py):
    """Write the tip beside the end (x0, y0) of a curve: towards the first control point that lies elsewhere.

    (px, py) is the vertex behind the tip: the tip is placed so that the way there turns no further than the curve.
    """
    dx, dy = x1 - x0, y1 - y0
    if abs(dx) + abs(dy) < SHORT:
        dx, dy = x2 - x0, y2 - y0
    if abs(dx) + abs(dy) < SHORT:
        dx, dy = x3 - x0, y3 - y0
    scale = F1 / max(np.sqrt(dx * dx + dy * dy), SHORT)
    dx = dx * scale
    dy = dy * scale
    px = px - x0
    py = py - y0
    reach = min(max(HALF * (px * dx + py * dy), LEAST_TIP), TIP_LENGTH)
    reach = min(reach, HALF * np.sqrt(px * px + py * py))
    vertex.x = x0 + dx * reach
    vertex.y = y0 + dy * reach
    vertex.curved = np.uint32(CURVE_TIP)


@kernel
def flatten_curves(curves, vertices, first, last):
    """Write each curve's vertices, its start excluded, its end included.

    A chord cuts off an area whose mean height is the second derivative / (12 count^2). Inner vertices are moved
    outwards by that much, so that the outline keeps the curve's area. A tip is an extra vertex on a tangent.
    """
    for i in range(first, last):
        c = curves[i]
        count = np.int64(c.piece_count)
        at = np.int64(c.vertex_start)
        px = c.x0
        py = c.y0
        out = HALF / (np.float32(count) * np.float32(count))
        ax = (c.x0 - F2 * c.x1 + c.x2) * out
        ay = (c.y0 - F2 * c.y1 + c.y2) * out
        bx = (c.x1 - F2 * c.x2 + c.x3) * out
        by = (c.y1 - F2 * c.y2 + c.y3) * out
        for k in range(1, count + 1):
            t = np.float32(k) / np.float32(count)
            s = F1 - t
            w0 = s * s * s
            w1 = F3 * s * s * t
            w2 = F3 * s * t * t
            w3 = t * t * t
            x = w0 * c.x0 + w1 * c.x1 + w2 * c.x2 + w3 * c.x3 - (s * ax + t * bx)
            y = w0 * c.y0 + w1 * c.y1 + w2 * c.y2 + w3 * c.y3 - (s * ay + t * by)
            curved = np.uint32(CURVE_INSIDE)
            if k == count:
                x = c.x3
                y = c.y3
                curved = np.uint32(0)
            if c.tips != 0:
                if k == 1 and c.tips & TIP_START:
                    put_tip(vertices[at], c.x0, c.y0, c.x1, c.y1, c.x2, c.y2, c.x3, c.y3, x, y)
                    at += 1
                if k == count and c.tips & TIP_END:
                    put_tip(vertices[at], c.x3, c.y3, c.x2, c.y2, c.x1, c.y1, c.x0, c.y0, px, py)
                    at += 1
            v = vertices[at]
            v.x = x
            v.y = y
            v.curved = curved
            at += 1
            px = x
            py = y


@inlined
def put_line(lines, n, x0, y0, x1, y1, path, wanted):
    """Write a line; returns where the next goes: the same place again where the line is empty or not ``wanted``.

    There is no branch, since it is unpredictable whether a join needs a line. The table needs room for one extra line.
    """
    line = lines[n]
    line.x0 = x0
    line.y0 = y0
    line.x1 = x1
    line.y1 = y1
    line.path = path
    return n + np.int64(wanted & ((x0 != x1) | (y0 != y1)))


@inlined
def emit_line(lines, n, x0, y0, x1, y1, path):
    """Append a line, unless it has no length."""
    return put_line(lines, n, x0, y0, x1, y1, path, YES)


@inlined
def emit_offsets(lines, n, pen, x, y, ax, ay, bx, by, path):
    """Append the line between two offsets of (x, y), given in user space."""
    return emit_line(
        lines,
        n,
        x + (pen.xx * ax + pen.xy * ay),
        y + (pen.yx * ax + pen.yy * ay),
        x + (pen.xx * bx + pen.xy * by),
        y + (pen.yx * bx + pen.yy * by),
        path,
    )


@kernel
def emit_fan(lines, n, pen, x, y, ax, ay, bx, by, path):
    """Append the arc about (x, y) from offset a to offset b, turning by negative steps."""
    for _ in range(MAX_FAN_STEPS):
        cx = pen.step_cos * ax + pen.step_sin * ay
        cy = pen.step_cos * ay - pen.step_sin * ax
        if cx * by - cy * bx >= F0 and cx * bx + cy * by > F0:
            break
        n = emit_offsets(lines, n, pen, x, y, ax, ay, cx, cy, path)
        ax = cx
        ay = cy
    return emit_offsets(lines, n, pen, x, y, ax, ay, bx, by, path)


@kernel
def emit_cap(lines, n, pen, x, y, ux, uy, path):
    """Append the cap at (x, y) of a stroke that leaves in direction u, from offset +n to offset -n."""
    h = pen.half_width
    nx = -uy * h
    ny = ux * h
    if pen.cap == CAP_BUTT:
        return emit_offsets(lines, n, pen, x, y, nx, ny, -nx, -ny, path)
    if pen.cap == CAP_SQUARE:
        fx = ux * h
        fy = uy * h
        n = emit_offsets(lines, n, pen, x, y, nx, ny, nx + fx, ny + fy, path)
        n = emit_offsets(lines, n, pen, x, y, nx + fx, ny + fy, fx - nx, fy - ny, path)
        return emit_offsets(lines, n, pen, x, y, fx - nx, fy - ny, -nx, -ny, path)
    return emit_fan(lines, n, pen, x, y, nx, ny, -nx, -ny, path)


@kernel
def emit_sector(lines, n, pen, x, y, ax, ay, bx, by, path):
    """Append the outline of the sector that the pen sweeps about (x, y), inside a turn, between offsets a and b."""
    n = emit_offsets(lines, n, pen, x, y, ax, ay, F0, F0, path)
    n = emit_offsets(lines, n, pen, x, y, F0, F0, bx, by, path)
    return emit_fan(lines, n, pen, x, y, bx, by, ax, ay, path)


@inlined
def emit_join(lines, n, pen, q, ux, uy, vx, vy, inner, outer, smooth, path):
    """Append the join at q where corners are not shared: on the outer side from s to e, on the inner side through q.

    Where the outline is smooth, the inner side gets the sector that the pen sweeps about q.
    """
    h = pen.half_width
    ax = -uy * h
    ay = ux * h
    bx = -vy * h
    by = vx * h
    left = ux * vy - uy * vx >= F0
    sx = -bx if left else ax
    sy = -by if left else ay
    ex = -ax if left else bx
    ey = -ay if left else by
    fx, fy = q.x - (pen.xx * ex + pen.xy * ey), q.y - (pen.yx * ex + pen.yy * ey)
    tx, ty = q.x - (pen.xx * sx + pen.xy * sy), q.y - (pen.yx * sx + pen.yy * sy)
    n = put_line(lines, n, fx, fy, q.x, q.y, path, not inner)
    n = put_line(lines, n, q.x, q.y, tx, ty, path, not inner)
    if smooth and not inner:
        n = emit_sector(lines, n, pen, q.x, q.y, -ex, -ey, -sx, -sy, path)
    if pen.join == JOIN_ROUND or q.curved != 0:
        return n if outer else emit_fan(lines, n, pen, q.x, q.y, sx, sy, ex, ey, path)
    fx, fy = q.x + (pen.xx * sx + pen.xy * sy), q.y + (pen.yx * sx + pen.yy * sy)
    tx, ty = q.x + (pen.xx * ex + pen.xy * ey), q.y + (pen.yx * ex + pen.yy * ey)
    return put_line(lines, n, fx, fy, tx, ty, path, not outer)


@inlined
def stroke_segment(vertices, pen, start, count, closed, i, path, lines, n, known):
    """Append the outline of the segment that begins at vertex i of its subpath, with the join or cap behind it.

    Both segments at a vertex need its joint. ``known`` is the joint that the previous segment computed: (vertex,
    direction x, y and length in which the outline leaves it, joint). Returns n, and ``known`` for the next segment.
    """
    nothing = (np.int64(-1), F0, F0, F0, F0, F0, NO, NO, NO)
    j = i + 1
    if j >= count:
        if not closed:
            return n, nothing
        j = 0
    p = vertices[start + i]
    q = vertices[start + j]
    met = known[0] == start + i
    if met:
        _, ux, uy, length, mx, my, inner, outer, left = known
    else:
        ux, uy, length = leave(vertices, pen, start, count, closed, i, j)
    if not length > F0:
        return n, nothing
    wx, wy = ux, uy
    if (p.curved != 0) != (q.curved != 0):
        # Only the first and last piece of a curve have a tangent other than their chord.
        wx, wy, _ = arrive(vertices, pen, start, count, closed, i, j)
    h = pen.half_width
    if not met:
        before = neighbour(vertices, start, count, closed, i, BEFORE)
        if before < 0:
            n = emit_cap(lines, n, pen, p.x, p.y, -ux, -uy, path)
        else:
            vx, vy, before_length = arrive(vertices, pen, start, count, closed, before, i)
            mx, my, inner, outer = joint(pen, vx, vy, before_length, ux, uy, length, p.curved)
            left = vx * uy - vy * ux >= F0
            if inner and not is_smooth(vertices, start, before, i, j, vx, vy, ux, uy):
                turn = (vx, vy, before_length, ux, uy, length, mx, my, left)
                inner = stays_shared(vertices, pen, start, count, closed, before, i, j, *turn)
            met = True
    if not met:
        mx, my, inner, outer, left = F0, F0, NO, NO, NO
    ax, ay, bx, by = corners(ux, uy, h, mx, my, inner, outer, left)
    after = neighbour(vertices, start, count, closed, j, NEXT)
    following = nothing
    if after < 0:
        n = emit_cap(lines, n, pen, q.x, q.y, wx, wy, path)
        mx, my, inner, outer, left = F0, F0, NO, NO, NO
    else:
        vx, vy, after_length = leave(vertices, pen, start, count, closed, j, after)
        mx, my, inner, outer = joint(pen, wx, wy, length, vx, vy, after_length, q.curved)
        left = wx * vy - wy * vx >= F0
        smooth = is_smooth(vertices, start, i, j, after, wx, wy, vx, vy)
        if inner and not smooth:
            turn = (wx, wy, length, vx, vy, after_length, mx, my, left)
            inner = stays_shared(vertices, pen, start, count, closed, i, j, after, *turn)
        n = emit_join(lines, n, pen, q, wx, wy, vx, vy, inner, outer, smooth, path)
        if after == j + 1:
            following = (np.int64(start + j), vx, vy, after_length, mx, my, inner, outer, left)
    cx, cy, dx, dy = corners(wx, wy, h, mx, my, inner, outer, left)
    if p.curved != 0 or q.curved != 0:
        ux, uy = (ux, uy) if p.curved != 0 else (wx, wy)
        if length + ((cx - ax) * ux + (cy - ay) * uy) < F0:
            n = emit_lobe(lines, n, pen, p, q, ax, ay, cx, cy, ux * length, uy * length, path)
        if length + ((dx - bx) * ux + (dy - by) * uy) < F0:
            n = emit_lobe(lines, n, pen, q, p, dx, dy, bx, by, -ux * length, -uy * length, path)
    n = emit_sides(lines, n, pen, p, q, ax, ay, cx, cy, path)
    return emit_sides(lines, n, pen, q, p, dx, dy, bx, by, path), following


@kernel
def emit_lobe(lines, n, pen, p, q, ax, ay, bx, by, dx, dy, path):
    """Append lines that turn the winding of the triangle behind a backward side from -1 to +1.

    The side leads from offset a of p to offset b of q = p + d; its ends cross where d + tb = sa. The triangle is
    enlarged about the side's middle by more than binning rounds: it shares an edge with the triangle behind the next
    side, and rounding would leave a gap between both.
    """
    cross = ax * by - ay * bx
    if cross == F0:
        return n
    s = min(max((dx * by - dy * bx) / cross, F0), F1)
    sx = dx + bx - ax
    sy = dy + by - ay
    px = pen.xx * sx + pen.xy * sy
    py = pen.yx * sx + pen.yy * sy
    more = LOBE_OVERLAP / max(np.sqrt(px * px + py * py), LOBE_OVERLAP)
    # Enlarged by at most half of the way back to p.
    more = min(more, HALF * s / max(F1 - s, HALF * s))
    mx = ax + HALF * sx
    my = ay + HALF * sy
    tx = s * ax + more * (s * ax - mx)
    ty = s * ay + more * (s * ay - my)
    ex = HALF * (F1 + more) * sx
    ey = HALF * (F1 + more) * sy
    for _ in range(2):
        n = emit_offsets(lines, n, pen, p.x, p.y, mx - ex, my - ey, tx, ty, path)
        n = emit_offsets(lines, n, pen, p.x, p.y, tx, ty, mx + ex, my + ey, path)
        # The side with exactly the numbers that were appended before, so that both are rounded alike.
        n = emit_sides(lines, n, pen, p, q, mx + ex, my + ey, bx, by, path)
        n = emit_sides(lines, n, pen, q, p, bx, by, ax, ay, path)
        n = emit_offsets(lines, n, pen, p.x, p.y, ax, ay, mx - ex, my - ey, path)
    return n


@inlined
def emit_sides(lines, n, pen, p, q, ax, ay, bx, by, path):
    """Append the line from offset a of p to offset b of q."""
    return emit_line(
        lines,
        n,
        p.x + (pen.xx * ax + pen.xy * ay),
        p.y + (pen.yx * ax + pen.yy * ay),
        q.x + (pen.xx * bx + pen.xy * by),
        q.y + (pen.yx * bx + pen.yy * by),
        path,
    )


@kernel
def find_subpath(subpaths, vertex):
    """Returns the index of the subpath that holds a vertex."""
    lo = 0
    hi = len(subpaths)
    while lo + 1 < hi:
        middle = (lo + hi) // 2
        if np.int64(subpaths[middle].vertex_start) <= vertex:
            lo = middle
        else:
            hi = middle
    return lo


@kernel
def flatten_outlines(subpaths, vertices, strokes, lines, first, last):
    """Write the lines of vertices first to last; returns the number of lines."""
    n = np.int64(0)
    if first >= last:
        return n
    index = find_subpath(subpaths, first)
    known = (np.int64(-1), F0, F0, F0, F0, F0, NO, NO, NO)
    for vertex in range(first, last):
        while index + 1 < len(subpaths) and np.int64(subpaths[index + 1].vertex_start) <= vertex:
            index += 1
        s = subpaths[index]
        start = np.int64(s.vertex_start)
        count = np.int64(s.vertex_count)
        i = vertex - start
        if s.kind == SUBPATH_FILL or s.kind == SUBPATH_LINES:
            j = i + 1
            if s.kind == SUBPATH_LINES and i % 2 == 1:
                continue
            if j == count:
                j = 0
            p = vertices[vertex]
            q = vertices[start + j]
            n = emit_line(lines, n, p.x, p.y, q.x, q.y, s.path)
        else:
            closed = s.kind == SUBPATH_STROKE_CLOSED
            pen = strokes[np.int64(s.stroke)]
            n, known = stroke_segment(vertices, pen, start, count, closed, i, s.path, lines, n, known)
    return n
