"""flatten: curves become vertices, outlines become directed lines. Twin: shaders/flatten_*.comp.

    Curve   --flatten_curves-->    Vertex
    Subpath --flatten_outlines-->  Line        a fill: one line a vertex; a stroke: its two sides, joins and caps

A stroke is one outline: side A (the offset +n) forwards, a cap, side B (the offset -n) backwards, a cap. Offsets
are made in user space and mapped by the pen's matrix. Where a turn fits inside both neighbours, their corners are
shared and nothing overlaps; where it does not, the inner side passes through the vertex.

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
    JOIN_MITER,
    JOIN_ROUND,
    MAX_FAN_STEPS,
    SUBPATH_FILL,
    SUBPATH_LINES,
    SUBPATH_STROKE_CLOSED,
)
from ..kernels import inlined, kernel

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
F2 = np.float32(2.0)
F3 = np.float32(3.0)
# Not `True`, `1` and so on: numba compiles a kernel once more for every literal it is called with.
YES = np.bool_(True)
NO = np.bool_(False)
NEXT = np.int64(1)
BEFORE = np.int64(-1)
SMOOTH_COS = np.float32(constants.SMOOTH_COS)
APART = np.float32(constants.APART)
FLAT_OFFSET = np.float32(constants.FLAT_OFFSET)


@kernel
def flatten_curves(curves, vertices, first, last):
    """Write each curve's vertices: its start excluded, its end included.

    A chord cuts off an area whose mean height is the second derivative / (12 count^2): inner vertices are moved
    outwards by as much, so that the outline holds the curve's area.
    """
    for i in range(first, last):
        c = curves[i]
        count = np.int64(c.piece_count)
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
            v = vertices[np.int64(c.vertex_start) + k - 1]
            if k == count:
                v.x = c.x3
                v.y = c.y3
                v.curved = np.uint32(0)
            else:
                v.x = w0 * c.x0 + w1 * c.x1 + w2 * c.x2 + w3 * c.x3 - (s * ax + t * bx)
                v.y = w0 * c.y0 + w1 * c.y1 + w2 * c.y2 + w3 * c.y3 - (s * ay + t * by)
                v.curved = np.uint32(1)


@inlined
def put_line(lines, n, x0, y0, x1, y1, path, wanted):
    """Write a line, and return where the next goes: the same place where it has no length, or is not wanted.

    There is no branch: whether a join needs a line cannot be foreseen. So a line more than there are must have room.
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
    """Append a line; one of no length is dropped."""
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


@inlined
def direction(pen, p, q):
    """Unit direction from p to q in user space, and the distance there (0 where they coincide)."""
    dx = q.x - p.x
    dy = q.y - p.y
    ux = pen.ixx * dx + pen.ixy * dy
    uy = pen.iyx * dx + pen.iyy * dy
    length = np.sqrt(ux * ux + uy * uy)
    if length > F0 and abs(dx) + abs(dy) > APART:
        return ux / length, uy / length, length
    return F0, F0, F0


@inlined
def joint(pen, ux, uy, length, vx, vy, next_length, curved):
    """How direction u turns into v: (miter offset x, y, inner corner shared, outer corner shared)."""
    h = pen.half_width
    cross = ux * vy - uy * vx
    cos = ux * vx + uy * vy
    if F1 + cos < np.float32(1e-6):
        return F0, F0, False, False
    reach = h * abs(cross) / (F1 + cos)
    scale = h / (F1 + cos)
    mx = -(uy + vy) * scale
    my = (ux + vx) * scale
    fits = reach <= length and reach <= next_length
    flat = cos > F0 and h * abs(cross) * max(abs(pen.xx) + abs(pen.xy), abs(pen.yx) + abs(pen.yy)) < FLAT_OFFSET
    if flat:
        return mx, my, True, True
    if curved != 0:
        return mx, my, fits, fits and cos > SMOOTH_COS
    sharp = pen.join == JOIN_MITER and pen.miter_limit * pen.miter_limit * (F1 + cos) >= F2
    return mx, my, fits, sharp


@inlined
def emit_join(lines, n, pen, q, ux, uy, vx, vy, inner, outer, path):
    """Append what joins the sides at q where their corners are not shared: the outer sides from s to e, the inner
    ones through q."""
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
    if pen.join == JOIN_ROUND or q.curved != 0:
        return n if outer else emit_fan(lines, n, pen, q.x, q.y, sx, sy, ex, ey, path)
    fx, fy = q.x + (pen.xx * sx + pen.xy * sy), q.y + (pen.yx * sx + pen.yy * sy)
    tx, ty = q.x + (pen.xx * ex + pen.xy * ey), q.y + (pen.yx * ex + pen.yy * ey)
    return put_line(lines, n, fx, fy, tx, ty, path, not outer)


@inlined
def neighbour(vertices, start, count, closed, i, step):
    """The next vertex from i in steps of +1 or -1 that lies elsewhere; -1 at an open end."""
    j = i
    for _ in range(count):
        j += step
        if j < 0 or j >= count:
            if not closed:
                return -1
            j = j - count if j >= count else j + count
        p = vertices[start + i]
        q = vertices[start + j]
        if abs(q.x - p.x) + abs(q.y - p.y) > APART:
            return j
    return -1


@inlined
def leave(vertices, pen, start, count, closed, i, j):
    """Unit direction in which an outline leaves vertex i for j, and the distance: a curve leaves along its tangent.

    The chord of a curve's first piece is turned back by half the turn that follows it.
    """
    ux, uy, length = direction(pen, vertices[start + i], vertices[start + j])
    if vertices[start + i].curved != 0 or vertices[start + j].curved == 0:
        return ux, uy, length
    after = neighbour(vertices, start, count, closed, j, NEXT)
    if after < 0:
        return ux, uy, length
    vx, vy, _ = direction(pen, vertices[start + j], vertices[start + after])
    return reflect(ux, uy, vx, vy, length)


@kernel
def arrive(vertices, pen, start, count, closed, i, j):
    """Unit direction in which an outline arrives at vertex j from i, and the distance; the mirror of `leave`."""
    ux, uy, length = direction(pen, vertices[start + i], vertices[start + j])
    if vertices[start + j].curved != 0 or vertices[start + i].curved == 0:
        return ux, uy, length
    before = neighbour(vertices, start, count, closed, i, BEFORE)
    if before < 0:
        return ux, uy, length
    vx, vy, _ = direction(pen, vertices[start + before], vertices[start + i])
    return reflect(ux, uy, vx, vy, length)


@inlined
def reflect(ux, uy, vx, vy, length):
    """Direction u turned away from v by half the angle between them, where that is small."""
    if ux * vx + uy * vy < SMOOTH_COS:
        return ux, uy, length
    mx = ux + vx
    my = uy + vy
    scale = F1 / np.sqrt(mx * mx + my * my)
    along = F2 * (ux * mx + uy * my) * scale
    return along * ux - mx * scale, along * uy - my * scale, length


@inlined
def stroke_segment(vertices, pen, start, count, closed, i, path, lines, n, known):
    """Append the outline of the segment that begins at vertex i of its subpath, with what follows it.

    The joint at a vertex is needed by the segments on both its sides. ``known`` is what the segment before has found
    out: (the vertex, how the outline leaves it x, y, length, and the joint there); returns n and the same for the next.
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
        # Only the first and the last piece of a curve have a tangent that is not their chord.
        wx, wy, _ = arrive(vertices, pen, start, count, closed, i, j)
    h = pen.half_width
    ax, ay, bx, by = -uy * h, ux * h, uy * h, -ux * h
    cx, cy, dx, dy = -wy * h, wx * h, wy * h, -wx * h
    if not met:
        before = neighbour(vertices, start, count, closed, i, BEFORE)
        if before < 0:
            n = emit_cap(lines, n, pen, p.x, p.y, -ux, -uy, path)
        else:
            vx, vy, before_length = arrive(vertices, pen, start, count, closed, before, i)
            mx, my, inner, outer = joint(pen, vx, vy, before_length, ux, uy, length, p.curved)
            left = vx * uy - vy * ux >= F0
            met = True
    if met:
        if (left and inner) or (not left and outer):
            ax, ay = mx, my
        if (left and outer) or (not left and inner):
            bx, by = -mx, -my
    after = neighbour(vertices, start, count, closed, j, NEXT)
    following = nothing
    if after < 0:
        n = emit_cap(lines, n, pen, q.x, q.y, wx, wy, path)
    else:
        vx, vy, after_length = leave(vertices, pen, start, count, closed, j, after)
        mx, my, inner, outer = joint(pen, wx, wy, length, vx, vy, after_length, q.curved)
        left = wx * vy - wy * vx >= F0
        if (left and inner) or (not left and outer):
            cx, cy = mx, my
        if (left and outer) or (not left and inner):
            dx, dy = -mx, -my
        n = emit_join(lines, n, pen, q, wx, wy, vx, vy, inner, outer, path)
        if after == j + 1:
            following = (np.int64(start + j), vx, vy, after_length, mx, my, inner, outer, left)
    n = emit_sides(lines, n, pen, p, q, ax, ay, cx, cy, path)
    return emit_sides(lines, n, pen, q, p, dx, dy, bx, by, path), following


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
    """Index of the subpath that holds a vertex."""
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
    """Write the lines of vertices first to last; returns how many there are."""
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
