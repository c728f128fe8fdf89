"""dash: polylines are cut along their length, for all dashed uses of a frame at once. For both backends: no twin.

    length along a subpath   0        a ======== b       a2 ======== b2    total
    points                   o----o------o--o--------o---------o-----------o
    a dash                            (a)-o--o-(b)                 cut points are interpolated, points between stay

A closed subpath with a dash across its start gets one dash there, which runs over the seam into a second lap. A closed
subpath that one dash covers entirely stays closed. https://html.spec.whatwg.org/multipage/canvas.html#trace-a-path

Dashes are numbered by rank, beginning with the period before the subpath's start, whose dashes may reach into it. For
an outline that goes far beyond a window, only the visible dashes, in the window, are made. Tables of polylines are
those of stages/polylines.py.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.outlines import MAX_DASHES
from ..kernels import inlined, kernel
from .pens import largest_scale

SNAP = 1e-9
"""A cut this close to a point, relative to the period, is moved onto it: rounding would else make a segment without a
direction."""
LEAST_SQUARE, MOST_SQUARE = 1e-280, 1e280
"""Between these limits a sum of squares has full float64 precision."""
MOST_RANKS = 2.0**52
"""Beyond this rank, float64 cannot tell a dash of a subpath from the next."""
# Typed constants, not -1, True and so on: numba compiles a kernel again for every literal it is called with.
NONE = np.int64(-1)
YES = np.bool_(True)
NO = np.bool_(False)


@kernel
def measure_dashes(pens, patterns, dot, rows):
    """Compute the numbers of pens that dashing needs.

    Parameters
    ----------
    pens
        (N, 6) float64: index of the pattern, offset, and the linear part a, b, c, d of the transform from user space.
    patterns
        (K, 3) float64: period, and first index and count of the pattern's dashes in the table of all dashes.
    dot
        Length given to a dash of zero length, pixels.
    rows
        (N, 9) float64, written: period, phase, first, count, the inverse of the linear part, and ``dot`` in user space.
    """
    for i in range(len(pens)):
        pattern = np.int64(pens[i, 0])
        a, b, c, d = pens[i, 2], pens[i, 3], pens[i, 4], pens[i, 5]
        period, det = patterns[pattern, 0], a * d - b * c
        rows[i, 0], rows[i, 1] = period, pens[i, 1] % period
        rows[i, 2], rows[i, 3] = patterns[pattern, 1], patterns[pattern, 2]
        rows[i, 4], rows[i, 5], rows[i, 6], rows[i, 7] = d / det, -b / det, -c / det, a / det
        rows[i, 8] = dot / largest_scale(a, b, c, d)


@inlined
def user_length(dx, dy, row):
    """Returns the length of a vector in user space. math.hypot is slower, and used only where squares overflow."""
    x, y = row[4] * dx + row[6] * dy, row[5] * dx + row[7] * dy
    squared = x * x + y * y
    return math.sqrt(squared) if LEAST_SQUARE < squared < MOST_SQUARE else math.hypot(x, y)


@inlined
def point_at(head, count, place):
    """Returns the index of the point at a lap place, 0 to 2 count, of a subpath from ``head`` on; avoids a division."""
    place = place - count if place >= count else place
    return head + (place - count if place >= count else place)


@inlined
def lap_point(points, head, count, place):
    """Returns the coordinates of a lap place."""
    k = point_at(head, count, place)
    return points[k, 0], points[k, 1]


@inlined
def lap_position(positions, head, count, total, place):
    """Returns the length along the subpath of a lap place; in the second lap it exceeds the total."""
    laps = 0.0 if place < count else 1.0 if place < 2 * count else 2.0
    return positions[point_at(head, count, place)] + laps * total


@kernel
def measure_subpath(points, head, count, is_closed, row, positions):
    """Store each point's length along its subpath; returns the total."""
    at = 0.0
    for k in range(head, head + count):
        positions[k] = at
        following = k + 1
        if following == head + count:
            if not is_closed:
                break
            following = head
        at += user_length(points[following, 0] - points[k, 0], points[following, 1] - points[k, 1], row)
    return at


@inlined
def place_dash(rank, ons, row, total):
    """Returns (start, end, is a dot, is kept) of a dash; start and end may lie beyond the subpath."""
    period, count = row[0], np.int64(row[3])
    begin = (rank // count - 1) * period - row[1]
    on = np.int64(row[2]) + rank % count
    start, end = begin + ons[on, 0], begin + ons[on, 1]
    snap = SNAP * period
    dot = end - start <= max(row[8], 2.0 * snap)
    if dot:
        return start, end, dot, start >= -snap and start < total - snap
    return start, end, dot, min(end, total) - max(start, 0.0) > min(2.0 * snap, 0.5 * total)


@kernel
def find_seam(ons, row, total):
    """Returns the ranks of the dash that begins at a closed subpath's start and of the dash that ends there, else NONE.

    Where one dash covers the whole subpath, both are its rank.
    """
    count, snap = np.int64(row[3]), SNAP * row[0]
    last = (np.int64(math.floor((total + row[1]) / row[0])) + 2) * count
    head = tail = NONE
    for rank in range(min(3 * count, last)):
        start, _, dot, kept = place_dash(rank, ons, row, total)
        if kept and not dot and start <= snap:
            head = rank
            break
    for rank in range(last - 1, max(last - 3 * count, 0) - 1, -1):
        _, end, dot, kept = place_dash(rank, ons, row, total)
        if kept and not dot and end >= total - snap:
            tail = rank
            break
    return head, tail


@kernel
def find_place(positions, head, count, total, low, high, position, beyond):
    """Returns the first lap place from ``low`` to ``high`` at a position, or only ``beyond`` it; else ``high``."""
    while low < high:
        middle = (low + high) // 2
        at = lap_position(positions, head, count, total, middle)
        if at > position or (at == position and not beyond):
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def put_cut(out, n, points, positions, head, count, total, place, position):
    """Write the point at a position of the segment that ends at a lap place."""
    px, py = lap_point(points, head, count, place - 1)
    qx, qy = lap_point(points, head, count, place)
    near = lap_position(positions, head, count, total, place - 1)
    far = lap_position(positions, head, count, total, place)
    t = min(max((position - near) / (far - near if far > near else 1.0), 0.0), 1.0)
    out[0][n, 0], out[0][n, 1], out[1][n] = px * (1.0 - t) + qx * t, py * (1.0 - t) + qy * t, 0


@inlined
def put_points(out, n, points, smooth, head, count, first, last):
    """Write the points of lap places first to last - 1."""
    k = point_at(head, count, first)
    for _ in range(first, last):
        out[0][n, 0], out[0][n, 1], out[1][n] = points[k, 0], points[k, 1], smooth[k]
        n += 1
        k += 1
        if k == head + count:
            k = head


@inlined
def put_dot(out, n, points, head, count, place, row):
    """Write a point a dot's length after the last one, in the direction of the segment that ends at a lap place."""
    px, py = lap_point(points, head, count, place - 1)
    qx, qy = lap_point(points, head, count, place)
    step = row[8] / user_length(qx - px, qy - py, row)
    out[0][n, 0], out[0][n, 1] = out[0][n - 1, 0] + step * (qx - px), out[0][n - 1, 1] + step * (qy - py)
    out[1][n] = 0


@kernel
def put_dash(out, n, runs, subpath, row, dash, store):
    """Write a dash (start, end, is a dot); returns where the next point and subpath go."""
    points, smooth, positions, head, count, laps, total = subpath
    a, b, dot = dash
    end = laps - 1 if b <= total else laps + count - 1
    reach = total if b <= total else 2.0 * total
    snap = max(min(SNAP * row[0], SNAP * reach), 4e-15 * reach)
    after = find_place(positions, head, count, total, 1, end, a + snap, YES)
    before = after if dot else find_place(positions, head, count, total, after, end, b - snap, NO)
    last = n + 1 + before - after
    if store:
        out[2][runs], out[3][runs] = n, 0
        put_cut(out, n, points, positions, head, count, total, after, a)
        if dot:
            put_dot(out, last, points, head, count, after, row)
        else:
            put_points(out, n + 1, points, smooth, head, count, after, before)
            put_cut(out, last, points, positions, head, count, total, before, b)
    return last + 1, runs + 1


@inlined
def seen_part(px, py, qx, qy, window):
    """Returns the part (from, to) of a segment, 0 to 1, inside a window; to < from where it is outside."""
    first, last = 0.0, 1.0
    for axis in range(2):
        start, delta = (px, qx - px) if axis == 0 else (py, qy - py)
        lo, hi = window[axis], window[axis + 2]
        if delta == 0.0:
            if start < lo or start > hi:
                last = -1.0
        else:
            t, u = (lo - start) / delta, (hi - start) / delta
            first, last = max(first, min(t, u)), min(last, max(t, u))
    return first, last


@inlined
def is_inside(points, first, last, window):
    """Returns whether all points lie in a window."""
    for k in range(first, last):
        x, y = points[k, 0], points[k, 1]
        if not (x >= window[0] and y >= window[1] and x <= window[2] and y <= window[3]):
            return False
    return True


@kernel
def put_dashes(out, n, runs, subpath, row, ons, part, seam, store):
    """Write the dashes from rank ``part[0]`` on that lie between two lengths along a subpath, ``part[1:]``.

    Returns where the next point and subpath go, and the rank of the next dash.
    """
    total = subpath[6]
    rank, first, last = part
    begins, ends = seam
    period, ons_a_period = row[0], np.int64(row[3])
    rank = max(rank, (np.int64(math.floor((first + row[1]) / period)) - 1) * ons_a_period)
    behind = (np.int64(math.floor((last + row[1]) / period)) + 2) * ons_a_period
    while rank < behind:
        start, end, dot, kept = place_dash(rank, ons, row, total)
        if start > last:
            break
        a, b = max(start, 0.0), min(end, total)
        if rank == ends:
            b = total + min(place_dash(begins, ons, row, total)[1], total)
        # The dash that ends at the seam includes the dash that begins there.
        if kept and rank != begins and (end >= first or rank == ends):
            dash = a, b, dot
            n, runs = put_dash(out, n, runs, subpath, row, dash, store)
        rank += 1
    return n, runs, rank


@kernel
def dash_subpath(out, n, runs, subpath, row, ons, window, budget, store):
    """Write the dashes of a subpath; returns where the next point and subpath go, and how many dashes remain allowed.

    ``subpath`` is: points, smooth and positions of all subpaths; this one's first point and count; the places of a lap,
    including the closing one; and the total length.
    """
    points, smooth, positions, head, count, laps, total = subpath
    is_closed = laps > count
    begins, ends = NONE, NONE
    seen = is_inside(points, head, head + count, window)
    dashes = total / row[0] * row[3]
    if not dashes < MOST_RANKS:
        return n, runs, -1.0
    if seen:
        budget -= dashes
        if budget < 0.0:
            return n, runs, budget
    if is_closed:
        begins, ends = find_seam(ons, row, total)
        if begins != NONE and begins == ends:
            if store:
                out[2][runs], out[3][runs] = n, 1
                put_points(out, n, points, smooth, head, count, 0, count)
            return n + count, runs + 1, budget
        if begins == NONE or ends == NONE:
            begins, ends = NONE, NONE
    rank = np.int64(0)
    seam = begins, ends
    if seen:
        part = rank, 0.0, total
        n, runs, rank = put_dashes(out, n, runs, subpath, row, ons, part, seam, store)
        return n, runs, budget
    for place in range(1, laps):
        px, py = lap_point(points, head, count, place - 1)
        qx, qy = lap_point(points, head, count, place)
        t, u = seen_part(px, py, qx, qy, window)
        if not t <= u:
            continue
        near = lap_position(positions, head, count, total, place - 1)
        length = lap_position(positions, head, count, total, place) - near
        budget -= (u - t) * length / row[0] * row[3]
        if not budget >= 0.0:
            return n, runs, -1.0
        part = rank, near + t * length, near + u * length
        n, runs, rank = put_dashes(out, n, runs, subpath, row, ons, part, seam, store)
    if ends != NONE and rank <= ends:
        part = ends, total, total
        n, runs, rank = put_dashes(out, n, runs, subpath, row, ons, part, seam, store)
    return n, runs, budget


@kernel
def dash_lines(lines, pens, rows, ons, windows, positions, store, out):
    """Cut polylines of uses into dashes; polylines of undashed pens are copied.

    Parameters
    ----------
    lines, out
        Tables of polylines: points, smooth, starts, closed, firsts. ``out`` may be empty without ``store``.
    pens
        (U,) int64: the row of each use; negative where it is not dashed.
    rows
        (N, 9) float64: see `measure_dashes`.
    ons
        (K, 2) float64: start and end of each dash in its period; an end may lie beyond it.
    windows
        (U, 4) float64: left, top, right and bottom of the visible window of each use.
    positions
        (P,) float64: written by the counting call, read by the storing call.
    store
        Whether dashes are written; otherwise they are only counted.

    Returns
    -------
    (int, int, int, float)
        Numbers of points and subpaths; the first use with too many dashes, or -1, and its length.
    """
    points, smooth, starts, closed, firsts = lines
    n = runs = np.int64(0)
    for use in range(len(pens)):
        budget, whole = float(MAX_DASHES), 0.0
        if store:
            out[4][use] = runs
        for s in range(firsts[use], firsts[use + 1]):
            head, count = starts[s], starts[s + 1] - starts[s]
            if pens[use] < 0:
                if store:
                    out[2][runs], out[3][runs] = n, closed[s]
                    put_points(out, n, points, smooth, head, count, 0, count)
                n, runs = n + count, runs + 1
                continue
            row, is_closed = rows[pens[use]], closed[s] != 0
            if not store:
                total = measure_subpath(points, head, count, is_closed, row, positions)
            else:
                total = positions[head + count - 1] if count > 0 else 0.0
                if is_closed and count > 0:
                    last = head + count - 1
                    total += user_length(points[head, 0] - points[last, 0], points[head, 1] - points[last, 1], row)
            if total == 0.0:
                continue
            whole += total
            subpath = points, smooth, positions, head, count, count + 1 if is_closed else count, total
            n, runs, budget = dash_subpath(out, n, runs, subpath, row, ons, windows[use], budget, store)
            if not budget >= 0.0:
                return n, runs, use, whole
    if store:
        out[2][runs], out[4][len(pens)] = n, runs
    return n, runs, -1, 0.0
