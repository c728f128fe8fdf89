r"""joints: how a stroked outline turns at its vertices, and which corners segments share there.
Twin: shaders/shared/joints.glsl.

Two segments that meet at a vertex share a corner on the inner side of the turn, which takes a part of either one's
side. Where the corners at both ends of a segment take more than all of it, the side runs backwards: the segment folds.

       P -----------> Q                        P ---> Q
        \            /                          \    /
         \__________/   the side is left          \/ X   the side runs backwards
                                                 /__\

What lies behind X would count as -1. Between straight lines such corners are not shared (`stays_shared`): the lines'
rectangles overlap. Inside a curve the pen turns while it moves from P to Q: what it sweeps is both triangles, and
flatten lets the second one count as +1, too.
"""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import CURVE_INSIDE, JOIN_MITER
from ..kernels import inlined, kernel

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
F2 = np.float32(2.0)
# Typed constants, not `True`, `1` and so on: numba compiles a kernel again for every literal it is called with.
YES = np.bool_(True)
NO = np.bool_(False)
NEXT = np.int64(1)
BEFORE = np.int64(-1)
SMOOTH_COS = np.float32(constants.SMOOTH_COS)
SEAM_COS = np.float32(constants.SEAM_COS)
TIGHT = np.float32(constants.TIGHT)
BACK = np.float32(constants.BACK)
GENTLE = np.float32(constants.GENTLE)
APART = np.float32(constants.APART)
FLAT_OFFSET = np.float32(constants.FLAT_OFFSET)


@inlined
def direction(pen, p, q):
    """Returns the unit direction from p to q in user space, and the distance there (0 where they coincide)."""
    dx = q.x - p.x
    dy = q.y - p.y
    ux = pen.ixx * dx + pen.ixy * dy
    uy = pen.iyx * dx + pen.iyy * dy
    length = np.sqrt(ux * ux + uy * uy)
    if length > F0 and abs(dx) + abs(dy) > APART:
        return ux / length, uy / length, length
    return F0, F0, F0


@inlined
def neighbour(vertices, start, count, closed, i, step):
    """Returns the next vertex from i, in steps of +1 or -1, at another point; -1 at an open end."""
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
    """Returns the unit direction in which an outline leaves vertex i for j, and the distance.

    A curve leaves along its tangent: the chord to a tip is the tangent; another curve's first chord is turned back by
    half the turn behind it.
    """
    ux, uy, length = direction(pen, vertices[start + i], vertices[start + j])
    if vertices[start + i].curved != 0 or vertices[start + j].curved != CURVE_INSIDE:
        return ux, uy, length
    after = neighbour(vertices, start, count, closed, j, NEXT)
    if after < 0:
        return ux, uy, length
    vx, vy, next_length = direction(pen, vertices[start + j], vertices[start + after])
    return reflect(pen.half_width, ux, uy, length, vx, vy, next_length)


@kernel
def arrive(vertices, pen, start, count, closed, i, j):
    """Returns the unit direction in which an outline arrives at vertex j from i, and the distance; see `leave`."""
    ux, uy, length = direction(pen, vertices[start + i], vertices[start + j])
    if vertices[start + j].curved != 0 or vertices[start + i].curved != CURVE_INSIDE:
        return ux, uy, length
    before = neighbour(vertices, start, count, closed, i, BEFORE)
    if before < 0:
        return ux, uy, length
    vx, vy, next_length = direction(pen, vertices[start + before], vertices[start + i])
    return reflect(pen.half_width, ux, uy, length, vx, vy, next_length)


@inlined
def reflect(h, ux, uy, length, vx, vy, next_length):
    """Returns direction u turned away from v by half the angle between them, where that is small.

    Half the angle is more than the tangent's angle, since flatten moves the inner vertices outwards. Where the pen is
    wider than the curve the difference is visible, and the direction is turned by the exact angle for a circle.
    """
    if ux * vx + uy * vy < SMOOTH_COS:
        return ux, uy, length
    reach = length + next_length
    if h * abs(ux * vy - uy * vx) > TIGHT * reach:
        share = BACK * length / reach
        mx = ux + share * (ux - vx)
        my = uy + share * (uy - vy)
        scale = F1 / np.sqrt(mx * mx + my * my)
        return mx * scale, my * scale, length
    mx = ux + vx
    my = uy + vy
    scale = F1 / np.sqrt(mx * mx + my * my)
    along = F2 * (ux * mx + uy * my) * scale
    return along * ux - mx * scale, along * uy - my * scale, length


@inlined
def joint(pen, ux, uy, length, vx, vy, next_length, curved):
    """Returns the joint of directions u and v: (miter offset x, y, inner corner shared, outer corner shared)."""
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
    grown = max(abs(pen.xx) + abs(pen.xy), abs(pen.yx) + abs(pen.yy))
    flat = cos > F0 and h * abs(cross) * grown < FLAT_OFFSET
    if flat:
        return mx, my, True, True
    if curved != 0:
        gentle = h * (F1 - cos) * grown < GENTLE
        return mx, my, fits or gentle, fits and cos > SMOOTH_COS
    sharp = pen.join == JOIN_MITER and pen.miter_limit * pen.miter_limit * (F1 + cos) >= F2
    return mx, my, fits, sharp


@inlined
def corners(ux, uy, h, mx, my, inner, outer, left):
    """Returns the ends of sides A and B of a segment with direction u, relative to the vertex: x, y, x, y."""
    ax, ay, bx, by = -uy * h, ux * h, uy * h, -ux * h
    if (left and inner) or (not left and outer):
        ax, ay = mx, my
    if (left and outer) or (not left and inner):
        bx, by = -mx, -my
    return ax, ay, bx, by


@inlined
def is_tangent(vertices, start, i, j):
    """Returns whether the direction between vertices i and j is, at i, a curve's tangent rather than a chord."""
    return vertices[start + i].curved == 0 and vertices[start + j].curved != 0


@inlined
def is_smooth(vertices, start, before, i, after, ux, uy, vx, vy):
    """Returns whether the turn from direction u to v at vertex i is inside a curve, or smooth like one."""
    if vertices[start + i].curved != 0:
        return YES
    from_curve, to_curve = vertices[start + before].curved != 0, vertices[start + after].curved != 0
    return (from_curve or to_curve) and ux * vx + uy * vy > SEAM_COS


@kernel
def folds(vertices, pen, start, count, closed, i, j):
    """Returns whether a side of the segment from vertex i to j runs backwards if every allowed corner is shared."""
    ux, uy, length = leave(vertices, pen, start, count, closed, i, j)
    wx, wy, _ = arrive(vertices, pen, start, count, closed, i, j)
    cx, cy = ux, uy
    if is_tangent(vertices, start, i, j):
        cx, cy = wx, wy
    h = pen.half_width
    mx, my, inner, outer, left = F0, F0, NO, NO, NO
    before = neighbour(vertices, start, count, closed, i, BEFORE)
    if before >= 0:
        vx, vy, before_length = arrive(vertices, pen, start, count, closed, before, i)
        mx, my, inner, outer = joint(pen, vx, vy, before_length, ux, uy, length, vertices[start + i].curved)
        left = vx * uy - vy * ux >= F0
    ax, ay, bx, by = corners(ux, uy, h, mx, my, inner, outer, left)
    mx, my, inner, outer, left = F0, F0, NO, NO, NO
    after = neighbour(vertices, start, count, closed, j, NEXT)
    if after >= 0:
        vx, vy, after_length = leave(vertices, pen, start, count, closed, j, after)
        mx, my, inner, outer = joint(pen, wx, wy, length, vx, vy, after_length, vertices[start + j].curved)
        left = wx * vy - wy * vx >= F0
    ex, ey, dx, dy = corners(wx, wy, h, mx, my, inner, outer, left)
    return length + ((ex - ax) * cx + (ey - ay) * cy) < F0 or length + ((dx - bx) * cx + (dy - by) * cy) < F0


@inlined
def stays_shared(
    vertices, pen, start, count, closed, before, i, after, ux, uy, length, vx, vy, next_length, mx, my, left
):
    """Returns whether the inner corner at a sharp vertex i, which may be shared, is shared.

    It is not where it would take more than half of a segment that folds. Arguments are as for `joint`.
    """
    if is_tangent(vertices, start, i, before):
        ux, uy, _ = direction(pen, vertices[start + before], vertices[start + i])
    if is_tangent(vertices, start, i, after):
        vx, vy, _ = direction(pen, vertices[start + i], vertices[start + after])
    sx = mx if left else -mx
    sy = my if left else -my
    if sx * ux + sy * uy < -HALF * length and folds(vertices, pen, start, count, closed, before, i):
        return NO
    return not (sx * vx + sy * vy > HALF * next_length and folds(vertices, pen, start, count, closed, i, after))
