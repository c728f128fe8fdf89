"""runs: turns consecutive vertices of a subpath into lines on the subpixel grid, sixteen vertices at a time.

The module replaces flatten, which handles vertex after vertex; it computes with the same numbers in the same order, so
that all bits are the same. Names mean the same as in flatten. Only the cpu backend has rows of sixteen numbers, so the
module has no twin; tests/stages/test_runs.py compares it with flatten.

    vertices --gather--> X Y --directions--> --tangents--> --joints--> --sides--> lines, in five slots for each segment

              slot 0  side A        slot 2, 3  the inner side's way through the vertex
              slot 1  side B        slot 4     the outer side of a join

A slot without a line holds a line of length 0. Rare cases are left to flatten: caps, segments next to points that
coincide, fans, and sectors. A window of vertices extends SPARE vertices beyond the run on both sides:

              0   1   2   SPARE                    SPARE + count
              |   |   |   | the run's own segments | ...
"""

from __future__ import annotations

import numpy as np

from ...contract.constants import CURVE_INSIDE, JOIN_MITER, JOIN_ROUND, SUBPIXEL, TILE
from ...kernels import inlined, kernel
from ...kernels.row import (
    as_int,
    get_row,
    magnitude,
    root,
    rounded_down,
    set_row,
    where_equal,
    where_less,
)
from ..flatten import emit_fan, emit_sector, stroke_segment
from ..joints import APART, BACK, F0, F1, F2, FLAT_OFFSET, GENTLE, HALF, NO, SEAM_COS, SMOOTH_COS, TIGHT

RUN = 256
"""Most vertices of a run."""
SLOTS = 5
SPARE = 3
ROOM = RUN + 2 * SPARE + 2 * TILE
STRIDE = RUN + TILE
"""Items from a slot's first line to the next slot's first line."""
ROW = np.uint64(TILE)
ONE_ON = np.uint64(1)
TWO_ON = np.uint64(2)
HERE = np.uint64(SPARE)

# Rows of a window: an item per vertex, or per segment that begins at the vertex.
X, Y, UX, UY, LENGTH, LEAVE_X, LEAVE_Y, ARRIVE_X, ARRIVE_Y, MITER_X, MITER_Y = (
    np.uint64(field * ROOM) for field in range(11)
)
FLOATS = 11 * ROOM
CURVED, INSIDE, APART_AT, INNER, OUTER, LEFT, RARE, TAKES, FOLDS = (np.uint64(field * ROOM) for field in range(9))
# The ends of lines, subpixels.
X0, Y0, X1, Y1 = (np.uint64(9 * ROOM + field * SLOTS * STRIDE) for field in range(4))
INTS = 9 * ROOM + 4 * SLOTS * STRIDE

FSUBPIXEL = np.float32(SUBPIXEL)
TINY = np.float32(1e-6)
FARTHEST = np.float32(1e6)
"""Pixels. Twice this distance, plus the surface and the margin around it, is less than 2 ^ 21."""
ZERO = np.int32(0)
ONE = np.int32(1)
JOINED = np.int32(2)
FANNED = np.int32(4)
ODD = np.int32(8)
SWEPT = np.int32(16)
"""Rare cases of a segment: its join needs more lines than its sides (JOINED), or a fan (FANNED); flatten does the whole
segment (ODD); or its inner side has a sector (SWEPT)."""
TAKES_BEFORE = np.int32(1)
TAKES_AFTER = np.int32(2)
"""An inner corner that may be shared takes more than half of the segment before, or of the segment after."""
NOTHING_KNOWN = (np.int64(-1), F0, F0, F0, F0, F0, NO, NO, NO)


@inlined
def is_near(pen):
    """Returns whether the ends of all lines of a pen fit into 32 bits on the grid.

    The ends are at most a miter's length away from the outline's points, and the points at most a miter's length away
    from the surface: pipeline/hostflat.py cuts outlines at that distance, whatever their joins.
    """
    reach = pen.half_width * (abs(pen.xx) + abs(pen.xy) + abs(pen.yx) + abs(pen.yy))
    return reach * max(pen.miter_limit, F2) < FARTHEST


@kernel
def gather(vertices, start, count, closed, first, size, floats, ints):
    """Copy a window of vertices; beyond an open end, the last vertex is repeated. Returns whether there are curves."""
    curved = np.uint32(0)
    for k in range(size):
        i = first + k
        if closed:
            i += count if i < 0 else -count if i >= count else 0
        else:
            i = min(max(i, 0), count - 1)
        v = vertices[start + i]
        at = np.uint64(k)
        floats[X + at] = v.x
        floats[Y + at] = v.y
        ints[CURVED + at] = np.int32(v.curved != 0)
        ints[INSIDE + at] = np.int32(v.curved == CURVE_INSIDE)
        curved |= v.curved
    return curved != 0


@inlined
def snapped(row):
    """Returns coordinates rounded to the subpixel grid."""
    return as_int(rounded_down(row * FSUBPIXEL + HALF))


@inlined
def put_lines(ints, slot, k, x0, y0, x1, y1):
    """Write the lines of a slot from place k on."""
    at = np.uint64(slot * STRIDE) + k
    set_row(ints, X0 + at, snapped(x0))
    set_row(ints, Y0 + at, snapped(y0))
    set_row(ints, X1 + at, snapped(x1))
    set_row(ints, Y1 + at, snapped(y1))


@inlined
def put_lines_where(ints, slot, k, unless, x0, y0, x1, y1):
    """As `put_lines` where ``unless`` is 0; elsewhere lines of length 0."""
    at = np.uint64(slot * STRIDE) + k
    x, y = snapped(x0), snapped(y0)
    set_row(ints, X0 + at, x)
    set_row(ints, Y0 + at, y)
    set_row(ints, X1 + at, where_equal(unless, ZERO, snapped(x1), x))
    set_row(ints, Y1 + at, where_equal(unless, ZERO, snapped(y1), y))


@kernel
def fill_run(vertices, start, count, first, size, floats, ints):
    """Write the lines of a filled subpath's vertices, in slot 0."""
    gather(vertices, start, count, True, first, size + 1, floats, ints)
    for k in range(np.uint64(0), np.uint64(size), ROW):
        x0, y0 = get_row(floats, X + k), get_row(floats, Y + k)
        put_lines(ints, 0, k, x0, y0, get_row(floats, X + k + ONE_ON), get_row(floats, Y + k + ONE_ON))


@kernel
def find_directions(pen, size, floats, ints):
    """Compute unit directions and lengths of segments, user space; APART_AT is 0 where both ends coincide."""
    for k in range(np.uint64(0), np.uint64(size), ROW):
        dx = get_row(floats, X + k + ONE_ON) - get_row(floats, X + k)
        dy = get_row(floats, Y + k + ONE_ON) - get_row(floats, Y + k)
        ux = pen.ixx * dx + pen.ixy * dy
        uy = pen.iyx * dx + pen.iyy * dy
        length = root(ux * ux + uy * uy)
        set_row(floats, UX + k, ux / length)
        set_row(floats, UY + k, uy / length)
        set_row(floats, LENGTH + k, length)
        some = where_less(F0, length, ONE, ZERO)
        set_row(ints, APART_AT + k, where_less(APART, magnitude(dx) + magnitude(dy), some, ZERO))


@inlined
def reflected(h, ux, uy, length, vx, vy, next_length, special):
    """As flatten's `reflect` where ``special`` is 1; elsewhere u."""
    reach = length + next_length
    tight = where_less(TIGHT * reach, h * magnitude(ux * vy - uy * vx), ONE, ZERO)
    share = BACK * length / reach
    tx, ty = ux + share * (ux - vx), uy + share * (uy - vy)
    mx, my = where_equal(tight, ONE, tx, ux + vx), where_equal(tight, ONE, ty, uy + vy)
    scale = F1 / root(mx * mx + my * my)
    along = F2 * (ux * mx + uy * my) * scale
    x = where_equal(tight, ONE, mx * scale, along * ux - mx * scale)
    y = where_equal(tight, ONE, my * scale, along * uy - my * scale)
    turned = where_less(ux * vx + uy * vy, SMOOTH_COS, ZERO, special)
    return where_equal(turned, ONE, x, ux), where_equal(turned, ONE, y, uy)


@kernel
def find_tangents(pen, size, floats, ints):
    """Compute the directions along tangents at the ends of curves, as flatten's `leave` and `arrive`."""
    h = pen.half_width
    for k in range(ONE_ON, np.uint64(size), ROW):
        here, there = get_row(ints, CURVED + k), get_row(ints, CURVED + k + ONE_ON)
        ux, uy, length = get_row(floats, UX + k), get_row(floats, UY + k), get_row(floats, LENGTH + k)
        after, before = k + ONE_ON, k - ONE_ON
        begins = where_equal(here, ZERO, get_row(ints, INSIDE + k + ONE_ON), ZERO)
        vx, vy = get_row(floats, UX + after), get_row(floats, UY + after)
        next_length = get_row(floats, LENGTH + after)
        x, y = reflected(h, ux, uy, length, vx, vy, next_length, begins)
        set_row(floats, LEAVE_X + k, x)
        set_row(floats, LEAVE_Y + k, y)
        ends = where_equal(there, ZERO, get_row(ints, INSIDE + k), ZERO)
        vx, vy = get_row(floats, UX + before), get_row(floats, UY + before)
        next_length = get_row(floats, LENGTH + before)
        x, y = reflected(h, ux, uy, length, vx, vy, next_length, ends)
        set_row(floats, ARRIVE_X + k, x)
        set_row(floats, ARRIVE_Y + k, y)


@inlined
def smooth_rows(ints, k, cos):
    """As flatten's `is_smooth` for the vertices from k on, where ``cos`` are the cosines of the turns: 1 or 0."""
    seam = where_less(SEAM_COS, cos, get_row(ints, CURVED + k - ONE_ON) | get_row(ints, CURVED + k + ONE_ON), ZERO)
    return get_row(ints, CURVED + k) | seam


@kernel
def find_joints(pen, size, leave, arrive, floats, ints):
    """Compute the joint at each vertex, as flatten's `joint`.

    Returns whether any inner corner takes more than half of a segment.
    """
    h = pen.half_width
    grown = max(abs(pen.xx) + abs(pen.xy), abs(pen.yx) + abs(pen.yy))
    limit = pen.miter_limit * pen.miter_limit
    mitered = ONE if pen.join == JOIN_MITER else ZERO
    step = np.uint64(ROOM)
    for k in range(HERE - ONE_ON, np.uint64(size), ROW):
        before = k - ONE_ON
        ux, uy = get_row(floats, arrive + before), get_row(floats, arrive + step + before)
        vx, vy = get_row(floats, leave + k), get_row(floats, leave + step + k)
        cross = ux * vy - uy * vx
        cos = ux * vx + uy * vy
        opening = F1 + cos
        reach = h * magnitude(cross) / opening
        scale = h / opening
        mx, my = (F0 - (uy + vy)) * scale, (ux + vx) * scale
        set_row(floats, MITER_X + k, mx)
        set_row(floats, MITER_Y + k, my)
        length, next_length = get_row(floats, LENGTH + before), get_row(floats, LENGTH + k)
        fits = where_less(length, reach, ZERO, ONE)
        fits = where_less(next_length, reach, ZERO, fits)
        flat = where_less(F0, cos, where_less(h * magnitude(cross) * grown, FLAT_OFFSET, ONE, ZERO), ZERO)
        sharp = where_less(limit * opening, F2, ZERO, mitered)
        smooth = where_less(SMOOTH_COS, cos, fits, ZERO)
        curved = get_row(ints, CURVED + k)
        outer = where_equal(curved, ZERO, sharp, smooth)
        gentle = where_less(h * (F1 - cos) * grown, GENTLE, curved, ZERO)
        back = where_less(opening, TINY, ZERO, ONE)
        inner, left = (fits | flat | gentle) & back, where_less(cross, F0, ZERO, ONE)
        set_row(ints, INNER + k, inner)
        set_row(ints, OUTER + k, (outer | flat) & back)
        set_row(ints, LEFT + k, left)
        sx, sy = where_equal(left, ONE, mx, F0 - mx), where_equal(left, ONE, my, F0 - my)
        along = sx * get_row(floats, UX + before) + sy * get_row(floats, UY + before)
        takes = where_less(along, (F0 - HALF) * length, TAKES_BEFORE, ZERO)
        along = sx * get_row(floats, UX + k) + sy * get_row(floats, UY + k)
        takes = takes | where_less(HALF * next_length, along, TAKES_AFTER, ZERO)
        sharp = where_equal(smooth_rows(ints, k, cos), ONE, ZERO, inner)
        set_row(ints, TAKES + k, where_equal(sharp, ONE, takes, ZERO))
    taken = ZERO
    for k in range(HERE, np.uint64(size)):
        taken |= ints[TAKES + k]
    return taken != ZERO


@inlined
def corner_rows(floats, ints, k, ux, uy, h):
    """As flatten's `corners` for the vertices from k on and segments with directions u."""
    mx, my = get_row(floats, MITER_X + k), get_row(floats, MITER_Y + k)
    inner, outer, left = get_row(ints, INNER + k), get_row(ints, OUTER + k), get_row(ints, LEFT + k)
    shared_a, shared_b = where_equal(left, ONE, inner, outer), where_equal(left, ONE, outer, inner)
    ax, ay = where_equal(shared_a, ONE, mx, (F0 - uy) * h), where_equal(shared_a, ONE, my, ux * h)
    bx, by = where_equal(shared_b, ONE, F0 - mx, uy * h), where_equal(shared_b, ONE, F0 - my, (F0 - ux) * h)
    return ax, ay, bx, by


@inlined
def folded(floats, k, ax, ay, bx, by, cx, cy, dx, dy):
    """Returns 1 where a side of a segment from k on runs backwards: side A from offset a to c, side B from d to b."""
    ux, uy, length = get_row(floats, UX + k), get_row(floats, UY + k), get_row(floats, LENGTH + k)
    folds = where_less(length + ((cx - ax) * ux + (cy - ay) * uy), F0, ONE, ZERO)
    return where_less(length + ((dx - bx) * ux + (dy - by) * uy), F0, ONE, folds)


@kernel
def settle_joints(pen, size, leave, arrive, floats, ints):
    """Clear INNER where an inner corner is not shared: flatten's `stays_shared` and `folds` for a whole window."""
    h = pen.half_width
    step = np.uint64(ROOM)
    for k in range(HERE - ONE_ON, np.uint64(size - 1), ROW):
        q = k + ONE_ON
        ax, ay, bx, by = corner_rows(floats, ints, k, get_row(floats, leave + k), get_row(floats, leave + step + k), h)
        wx, wy = get_row(floats, arrive + k), get_row(floats, arrive + step + k)
        cx, cy, dx, dy = corner_rows(floats, ints, q, wx, wy, h)
        set_row(ints, FOLDS + k, folded(floats, k, ax, ay, bx, by, cx, cy, dx, dy))
    for k in range(HERE, np.uint64(size - 1), ROW):
        before, after = get_row(ints, FOLDS + k - ONE_ON), get_row(ints, FOLDS + k)
        asks = where_equal(before, ONE, TAKES_BEFORE, ZERO) | where_equal(after, ONE, TAKES_AFTER, ZERO)
        inner = get_row(ints, INNER + k)
        set_row(ints, INNER + k, where_equal(get_row(ints, TAKES + k) & asks, ZERO, inner, ZERO))


@kernel
def find_sides(pen, size, curved, settled, leave, arrive, floats, ints):
    """Write the lines of the run's own segments; returns the bits of the rare cases among them."""
    h = pen.half_width
    xx, xy, yx, yy = pen.xx, pen.xy, pen.yx, pen.yy
    fans = ONE if pen.join == JOIN_ROUND else ZERO
    step = np.uint64(ROOM)
    for k in range(np.uint64(0), np.uint64(size), ROW):
        p = k + HERE
        q = p + ONE_ON
        px, py, qx, qy = get_row(floats, X + p), get_row(floats, Y + p), get_row(floats, X + q), get_row(floats, Y + q)
        ux, uy = get_row(floats, leave + p), get_row(floats, leave + step + p)
        wx, wy = get_row(floats, arrive + p), get_row(floats, arrive + step + p)
        vx, vy = get_row(floats, leave + q), get_row(floats, leave + step + q)

        ax, ay, bx, by = corner_rows(floats, ints, p, ux, uy, h)
        cx, cy, dx, dy = corner_rows(floats, ints, q, wx, wy, h)
        inner, outer, left = get_row(ints, INNER + q), get_row(ints, OUTER + q), get_row(ints, LEFT + q)
        bent = get_row(ints, CURVED + p)
        if curved:
            folds = folded(floats, p, ax, ay, bx, by, cx, cy, dx, dy)
            bent = where_equal(bent | get_row(ints, CURVED + q), ONE, folds, ZERO)
        put_lines(
            ints,
            0,
            k,
            px + (xx * ax + xy * ay),
            py + (yx * ax + yy * ay),
            qx + (xx * cx + xy * cy),
            qy + (yx * cx + yy * cy),
        )
        put_lines(
            ints,
            1,
            k,
            qx + (xx * dx + xy * dy),
            qy + (yx * dx + yy * dy),
            px + (xx * bx + xy * by),
            py + (yx * bx + yy * by),
        )

        ax, ay, bx, by = (F0 - wy) * h, wx * h, (F0 - vy) * h, vx * h
        sx, sy = where_equal(left, ONE, F0 - bx, ax), where_equal(left, ONE, F0 - by, ay)
        ex, ey = where_equal(left, ONE, F0 - ax, bx), where_equal(left, ONE, F0 - ay, by)
        start_x, start_y, end_x, end_y = xx * sx + xy * sy, yx * sx + yy * sy, xx * ex + xy * ey, yx * ex + yy * ey
        put_lines_where(ints, 2, k, inner, qx - end_x, qy - end_y, qx, qy)
        put_lines_where(ints, 3, k, inner, qx, qy, qx - start_x, qy - start_y)
        fan = where_equal(outer, ZERO, get_row(ints, CURVED + q) | fans, ZERO)
        put_lines_where(ints, 4, k, outer | fan, qx + start_x, qy + start_y, qx + end_x, qy + end_y)

        apart = get_row(ints, APART_AT + p - ONE_ON) & get_row(ints, APART_AT + p) & get_row(ints, APART_AT + q)
        if curved or settled:
            # Tangents depend on the neighbours' neighbours, and so do segments that may fold.
            apart = apart & get_row(ints, APART_AT + p - TWO_ON) & get_row(ints, APART_AT + q + ONE_ON)
        rare = where_equal(inner & outer, ONE, ZERO, JOINED) | where_equal(bent, ONE, ODD, ZERO)
        if curved:
            if settled:
                apart = apart & get_row(ints, APART_AT + p - HERE) & get_row(ints, APART_AT + q + TWO_ON)
            smooth = smooth_rows(ints, q, wx * vx + wy * vy)
            rare = rare | where_equal(inner, ZERO, where_equal(smooth, ONE, SWEPT, ZERO), ZERO)
        rare = where_equal(fan, ONE, rare | FANNED, rare)
        set_row(ints, RARE + k, where_equal(apart, ONE, rare, ODD))
    rare = ZERO
    for k in range(np.uint64(size)):
        rare |= ints[RARE + k]
    return rare


@kernel
def rare_lines(vertices, pen, start, count, closed, first, size, path, leave, arrive, floats, ints, lines):
    """Write the lines that have no slot, and empty the slots of segments that are left to flatten."""
    n = np.int64(0)
    h = pen.half_width
    step = np.uint64(ROOM)
    for k in range(size):
        at = np.uint64(k)
        rare = ints[RARE + at]
        if rare & ODD:
            for slot in range(SLOTS):
                line = np.uint64(slot * STRIDE) + at
                ints[X0 + line] = ints[Y0 + line] = ints[X1 + line] = ints[Y1 + line] = ZERO
            n, _ = stroke_segment(vertices, pen, start, count, closed, first + k, path, lines, n, NOTHING_KNOWN)
        elif rare & (FANNED | SWEPT):
            p = at + HERE
            q = p + ONE_ON
            ux, uy = floats[arrive + p], floats[arrive + step + p]
            vx, vy = floats[leave + q], floats[leave + step + q]
            left = ints[LEFT + q] == ONE
            ax, ay, bx, by = -uy * h, ux * h, -vy * h, vx * h
            sx, sy = -bx if left else ax, -by if left else ay
            ex, ey = -ax if left else bx, -ay if left else by
            if rare & SWEPT:
                n = emit_sector(lines, n, pen, floats[X + q], floats[Y + q], -ex, -ey, -sx, -sy, path)
            if rare & FANNED:
                n = emit_fan(lines, n, pen, floats[X + q], floats[Y + q], sx, sy, ex, ey, path)
    return n


@kernel
def stroke_run(vertices, pen, start, count, closed, first, size, path, floats, ints, lines):
    """Write the lines of a stroked subpath's segments to slots, and lines that have no slot to ``lines``.

    Returns (number of lines without a slot, bits of the rare cases among the segments).
    """
    curved = gather(vertices, start, count, closed, first - SPARE, size + 2 * SPARE + 1, floats, ints)
    find_directions(pen, size + 2 * SPARE, floats, ints)
    leave = arrive = UX
    if curved:
        find_tangents(pen, size + 2 * SPARE - 1, floats, ints)
        leave, arrive = LEAVE_X, ARRIVE_X
    taken = find_joints(pen, size + SPARE + 2, leave, arrive, floats, ints)
    if taken:
        settle_joints(pen, size + SPARE + 2, leave, arrive, floats, ints)
    rare = find_sides(pen, size, curved, taken, leave, arrive, floats, ints)
    others = np.int64(0)
    if rare & (ODD | FANNED | SWEPT):
        others = rare_lines(vertices, pen, start, count, closed, first, size, path, leave, arrive, floats, ints, lines)
    return others, rare
