"""How much of a pixel a shape covers, 0 to 1, exact for straight edges. Twin: shaders/shared/coverage.glsl.

Discs use the exact area of the half plane at their nearest point, moved inwards by the mean sag of the arc across a
pixel, 1 / (24 r). Below a radius of 2 pixels the pixel is cut into 4 x 4 first.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import AREA_ONE, EDGE_FLAG, RULE_EVENODD, SUBPIXEL, TILE
from .jit import inlined, kernel

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
F2 = np.float32(2.0)
QUARTER = np.float32(0.25)
EIGHTH = np.float32(0.125)
SIXTEENTH = np.float32(0.0625)
THIN = np.float32(1.0e-6)
SMALL_RADIUS = np.float32(2.0)
SAG = np.float32(1.0 / 24.0)
TO_PIXEL = np.float32(1.0 / SUBPIXEL)
TO_COVERAGE = np.float32(1.0 / AREA_ONE)
ONE = np.int32(AREA_ONE)
TWICE = np.int32(2 * AREA_ONE)
TWICE_MASK = np.int32(2 * AREA_ONE - 1)
X_MASK = np.uint32(EDGE_FLAG - 1)
SUBPIXEL_SHIFT = 10
"""log2(SUBPIXEL)."""
TO_SHARE = np.float32(AREA_ONE / SUBPIXEL)
ONE_COLUMN = np.uint64(1)
TWO_COLUMNS = np.uint64(2)
ACCUMULATOR_STRIDE = TILE + 4
"""Columns of a row of the accumulator: the tile's, and some to its right that no pixel reads."""


@inlined
def rect_coverage(x, y, x0, y0, x1, y1):
    """Area of the pixel at (x, y) inside a rectangle."""
    w = max(min(x + F1, x1) - max(x, x0), F0)
    h = max(min(y + F1, y1) - max(y, y0), F0)
    return w * h


@inlined
def half_plane_area(d, nx, ny):
    """Area of a unit square inside the half plane whose edge is at distance d (positive: centre inside)."""
    ax = abs(nx)
    ay = abs(ny)
    hi = max(ax, ay)
    lo = max(min(ax, ay), THIN)
    w = HALF * (hi + lo)
    v = HALF * (hi - lo)
    s = min(abs(d), w)
    e = max(s - v, F0)
    part = (s * lo - HALF * e * e) / (hi * lo)
    return HALF + part if d >= F0 else HALF - part


@inlined
def disc_coverage(x, y, cx, cy, radius):
    """Area of the pixel at (x, y) inside a disc of at least SMALL_RADIUS.

    The half plane at the nearest point has the normal (dx, dy) / distance; everything is scaled by the distance, which
    saves a division. That plane reaches a little into pixels outside the disc's box, which the disc does not.
    """
    dx = x + HALF - cx
    dy = y + HALF - cy
    distance = np.sqrt(dx * dx + dy * dy) + THIN
    hi = max(max(abs(dx), abs(dy)), THIN)
    lo = max(min(abs(dx), abs(dy)), THIN * distance)
    d = (radius - SAG / radius - distance) * distance
    s = min(abs(d), HALF * (hi + lo))
    e = max(s - HALF * (hi - lo), F0)
    part = (s * lo - HALF * e * e) / (hi * lo)
    area = HALF + part if d >= F0 else HALF - part
    return area if max(abs(dx), abs(dy)) < radius + HALF else F0


@inlined
def small_disc_coverage(x, y, cx, cy, radius):
    """Area of the pixel at (x, y) inside a disc of any radius, in 4 x 4 parts."""
    total = F0
    r = radius * np.float32(4.0)
    if r <= F0:
        return F0
    for j in range(4):
        for i in range(4):
            dx = (x + np.float32(i) * QUARTER + EIGHTH - cx) * np.float32(4.0)
            dy = (y + np.float32(j) * QUARTER + EIGHTH - cy) * np.float32(4.0)
            distance = max(np.sqrt(dx * dx + dy * dy), THIN)
            inverse = F1 / distance
            area = half_plane_area(r - distance - SAG / max(r, HALF), dx * inverse, dy * inverse)
            total += area if max(abs(dx), abs(dy)) < r + HALF else F0
    return total * SIXTEENTH


@inlined
def circle_coverage(x, y, cx, cy, outer, inner):
    """Area of the pixel at (x, y) inside a disc of any radius, or between the radii of a ring."""
    cover = disc_coverage(x, y, cx, cy, outer) if outer >= SMALL_RADIUS else small_disc_coverage(x, y, cx, cy, outer)
    if inner <= F0:
        return cover
    hole = disc_coverage(x, y, cx, cy, inner) if inner >= SMALL_RADIUS else small_disc_coverage(x, y, cx, cy, inner)
    return max(cover - hole, F0)


@inlined
def segment_coverage(x, y, x0, y0, x1, y1, half_width):
    """Area of the pixel at (x, y) inside a line segment: exact along its sides."""
    dx = x1 - x0
    dy = y1 - y0
    length = max(np.sqrt(dx * dx + dy * dy), THIN)
    ux = dx / length
    uy = dy / length
    px = x + HALF - HALF * (x0 + x1)
    py = y + HALF - HALF * (y0 + y1)
    across = uy * px - ux * py
    along = ux * px + uy * py
    half_length = HALF * length
    sides = half_plane_area(half_width - across, ux, uy) + half_plane_area(half_width + across, ux, uy) - F1
    ends = half_plane_area(half_length - along, ux, uy) + half_plane_area(half_length + along, ux, uy) - F1
    return max(sides, F0) * max(ends, F0)


@inlined
def frame_coverage(x, y, x0, y0, x1, y1, h):
    """Area of the pixel at (x, y) inside the outline of a rectangle, h to either side of it."""
    outer = rect_coverage(x, y, x0 - h, y0 - h, x1 + h, y1 + h)
    return outer - rect_coverage(x, y, x0 + h, y0 + h, x1 - h, y1 - h)


@inlined
def area_right_of(x_lo, x_hi, inverse, column):
    """Share of a pixel column to the right of an edge that runs evenly from x_lo to x_hi; inverse = 1 / length."""
    a = min(max(x_lo - column, F0), F1)
    b = min(max(x_hi - column, F0), F1)
    right = max(x_hi - column - F1, F0)
    return max(F1 - (HALF * (a + b) * (b - a) + right) * inverse, F0)


@kernel
def accumulate_edge(accumulator, y, sign):
    """Change the winding of every row below y at the tile's left edge."""
    row = y >> SUBPIXEL_SHIFT
    if row >= TILE:
        return
    part = np.int32((((row + 1) << SUBPIXEL_SHIFT) - y) * (AREA_ONE // SUBPIXEL))
    accumulator[row * ACCUMULATOR_STRIDE] += sign * part
    for r in range(row + 1, TILE):
        accumulator[r * ACCUMULATOR_STRIDE] += sign * np.int32(AREA_ONE)


@inlined
def accumulate_row(accumulator, base, x_lo, x_hi, height, sign):
    """Add a segment's part in one row of pixels, from x_lo to x_hi and `height` subpixels high.

    It nearly always lies in one pixel or two. Which of both cannot be foreseen: one formula does for both, with q, its
    reach into the second, being 0 or not. What falls to the right of the tile lands in the columns that no pixel reads.

              x_lo   edge   x_hi         beyond: share of the second pixel to the left of the segment
        |       p|---|-q--|       |
    """
    h = np.float32(height) * TO_SHARE
    whole = np.int32(h)
    first = np.int64(x_lo)
    last = np.int64(x_hi)
    at = np.uint64(base + first)
    wide = x_hi - x_lo
    if last - first <= 1:
        edge = np.float32(first) + F1
        p = edge - x_lo
        q = max(x_hi - edge, F0)
        beyond = HALF * q * q / max(wide, THIN)
        left = np.int32(h * (p - HALF * wide + beyond) + HALF)
        right = np.int32(h * (F1 - beyond) + HALF)
        accumulator[at] += sign * left
        accumulator[at + ONE_COLUMN] += sign * (right - left)
        accumulator[at + TWO_COLUMNS] += sign * (whole - right)
        return
    column = np.float32(first)
    inverse = F1 / wide
    done = np.int32(0)
    for _ in range(first, min(last, np.int64(TILE - 1)) + 1):
        area = np.int32(h * area_right_of(x_lo, x_hi, inverse, column) + HALF)
        accumulator[at] += sign * (area - done)
        done = area
        column += F1
        at += ONE_COLUMN
    accumulator[at] += sign * (whole - done)


@inlined
def accumulate_segment(accumulator, start, end):
    """Add a segment to a tile's accumulator: differences along each row, in 1 / AREA_ONE pixels."""
    if (start | end) & EDGE_FLAG:
        if start & EDGE_FLAG:
            accumulate_edge(accumulator, np.int64(start >> 16), np.int32(-1))
        if end & EDGE_FLAG:
            accumulate_edge(accumulator, np.int64(end >> 16), np.int32(1))
    start_y = np.int64(start >> 16)
    end_y = np.int64(end >> 16)
    if start_y == end_y:
        return
    up = end_y < start_y
    top = end if up else start
    bottom = start if up else end
    sign = np.int32(-1) if up else np.int32(1)
    sy = np.int64(top >> 16)
    ey = np.int64(bottom >> 16)
    xa = np.float32(np.int64(top & X_MASK)) * TO_PIXEL
    xe = np.float32(np.int64(bottom & X_MASK)) * TO_PIXEL
    lo = min(xa, xe)
    hi = max(xa, xe)
    first = sy >> SUBPIXEL_SHIFT
    last = (ey - 1) >> SUBPIXEL_SHIFT
    if first == last:
        accumulate_row(accumulator, first * ACCUMULATOR_STRIDE, lo, hi, ey - sy, sign)
        return
    slope = (xe - xa) / np.float32(ey - sy)
    x_start = xa
    ya = sy
    for row in range(first, last + 1):
        yb = min(ey, (row + 1) << SUBPIXEL_SHIFT)
        xb = xe if row == last else min(max(x_start + np.float32(yb - sy) * slope, lo), hi)
        accumulate_row(accumulator, row * ACCUMULATOR_STRIDE, min(xa, xb), max(xa, xb), yb - ya, sign)
        xa = xb
        ya = yb


@inlined
def cover_winding(winding, rule):
    """Coverage of a pixel from its mean winding in 1 / AREA_ONE."""
    w = np.int32(abs(winding))
    if rule == RULE_EVENODD:
        w = w & TWICE_MASK
        w = min(w, TWICE - w)
    return np.float32(min(w, ONE)) * TO_COVERAGE
