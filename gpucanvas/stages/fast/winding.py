"""The winding of a tile's pixels, from the segments of an outline. Twin: shaders/fine.comp, cover_scattered.

A part is the piece of a segment inside one row of pixels. The accumulator has a row of changes for each row of pixels,
and the sum of the changes up to a pixel is its winding, exact to 1 / AREA_ONE:

    segment  --spread_segment-->  a part for every row it passes through     no branch, no loop
    part     --measure_parts-->   its first column, and the changes there    sixteen parts at a time
             --add_parts-->       accumulator

A part nearly always lies in one pixel or in two. A branch between the two cases could not be predicted, so that one
formula serves both: q, the part's width in the second pixel, may be 0. Changes to the right of the tile go to columns
that no pixel reads.

              x_lo   edge   x_hi         beyond: share of the second pixel to the left of the part
        |       p|---|-q--|       |

A part that extends over more pixels is wide: it is added to all pixels of its row at once.

The module replaces fine's loop over segments, which only the shader has: tests/scenes/test_scenes.py compares it with
the shader, and tests/scenes/test_against_reference.py with a rasteriser of 64 times the resolution.
"""

from __future__ import annotations

import numpy as np

from ...contract import constants
from ...contract.constants import (
    ACCUMULATOR_COLUMNS,
    AREA_ONE,
    EDGE_FLAG,
    SUBPIXEL,
    SUBPIXEL_SHIFT,
    TILE,
    TILE_SUBPIXELS,
)
from ...kernels import inlined, kernel
from ...kernels.row import (
    as_float,
    as_int,
    columns,
    get_row,
    greater,
    lesser,
    running_sum,
    set_row,
    shifted,
    where_equal,
    where_less,
)

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
THIN = np.float32(constants.THIN)
TO_PIXEL = np.float32(constants.TO_PIXEL)
TO_SHARE = np.float32(AREA_ONE / SUBPIXEL)
X_MASK = np.uint32(constants.X_MASK)
SHIFT = np.int32(SUBPIXEL_SHIFT)
ROW_HEIGHT = np.int32(SUBPIXEL)
ONE = np.int32(AREA_ONE)
PER_SUBPIXEL = np.int32(AREA_ONE // SUBPIXEL)
NEGATIVE = np.int32(-1)
POSITIVE = np.int32(0)
TWO = np.int32(2)
ROW = np.uint64(TILE)
NEXT = np.uint64(1)
AFTER_NEXT = np.uint64(2)

COLUMNS = ACCUMULATOR_COLUMNS
STRIDE = np.uint64(COLUMNS)
ACCUMULATED = np.uint64(TILE * COLUMNS)
NOWHERE = np.int32(TILE * COLUMNS)
"""Behind the accumulator, where nobody reads: the place of wide parts, which `add_wide` adds to the accumulator."""

FEW = 32
"""Most segments of a tile whose rows are looked for; more are those of lines that run all through it."""
AT_ONCE = 128
"""Parts that are collected before they are added."""
ROOM = AT_ONCE + 2 * TILE
FULL = np.uint64(AT_ONCE)

# The fields of parts, each in a row of its own; in `ints` they lie behind the accumulator.
TOP, SEGMENT_TOP, SEGMENT_BOTTOM, SIGN, AT, CHANGE, CHANGE_NEXT, CHANGE_AFTER, WIDE = (
    np.uint64((TILE + 1) * COLUMNS + field * ROOM) for field in range(9)
)
INTS = (TILE + 1) * COLUMNS + 9 * ROOM
X_TOP, X_BOTTOM, SLOPE, LEFT, RIGHT, HEIGHT = (np.uint64(field * ROOM) for field in range(6))
FLOATS = 6 * ROOM


@kernel
def add_edge(ints, y, sign):
    """Change the winding at the tile's left edge, for every row below y."""
    row = y >> SHIFT
    if row >= TILE:
        return
    part = np.int32((((row + 1) << SHIFT) - y) * PER_SUBPIXEL)
    ints[row * COLUMNS] += sign * part
    for r in range(row + 1, TILE):
        ints[r * COLUMNS] += sign * ONE


@inlined
def spread_segment(ints, floats, n, start, end):
    """Write a segment's parts from place n on, sixteen with those that are not counted; returns the end of its own."""
    up = end >> 16 < start >> 16
    top = end if up else start
    bottom = start if up else end
    y0, y1 = np.int32(top >> 16), np.int32(bottom >> 16)
    x0, x1 = np.float32(np.int32(top & X_MASK)) * TO_PIXEL, np.float32(np.int32(bottom & X_MASK)) * TO_PIXEL
    first = np.int32(y0 >> SHIFT)
    set_row(ints, TOP + n, (as_int(columns()) + first) << SHIFT)
    set_row(ints, SEGMENT_TOP + n, y0)
    set_row(ints, SEGMENT_BOTTOM + n, y1)
    set_row(ints, SIGN + n, NEGATIVE if up else POSITIVE)
    set_row(floats, X_TOP + n, x0)
    set_row(floats, X_BOTTOM + n, x1)
    set_row(floats, SLOPE + n, (x1 - x0) / np.float32(np.int32(y1 - y0)))
    return n + np.uint64(((y1 - 1) >> SHIFT) - first + 1 if y1 > y0 else 0)


@inlined
def signed(value, sign):
    """Returns the value, or its negative where the sign is NEGATIVE."""
    return (value ^ sign) - sign


@inlined
def measure_parts(ints, floats, k):
    """Compute the place in the accumulator and the changes of sixteen parts."""
    top, y0, y1 = get_row(ints, TOP + k), get_row(ints, SEGMENT_TOP + k), get_row(ints, SEGMENT_BOTTOM + k)
    x0, x1, slope = get_row(floats, X_TOP + k), get_row(floats, X_BOTTOM + k), get_row(floats, SLOPE + k)
    sign = get_row(ints, SIGN + k)
    lo, hi = lesser(x0, x1), greater(x0, x1)
    ya, yb = greater(y0, top), lesser(y1, top + ROW_HEIGHT)
    xa = lesser(greater(x0 + as_float(ya - y0) * slope, lo), hi)
    xb = where_equal(yb, y1, x1, lesser(greater(x0 + as_float(yb - y0) * slope, lo), hi))
    x_lo, x_hi = lesser(xa, xb), greater(xa, xb)
    h = as_float(yb - ya) * TO_SHARE
    first, last = as_int(x_lo), as_int(x_hi)
    wide = x_hi - x_lo
    edge = as_float(first) + F1
    p = edge - x_lo
    q = greater(x_hi - edge, F0)
    beyond = HALF * q * q / greater(wide, THIN)
    left = as_int(h * (p - HALF * wide + beyond) + HALF)
    right = as_int(h * (F1 - beyond) + HALF)
    narrow = last - first
    set_row(ints, AT + k, where_less(narrow, TWO, (top >> SHIFT) * np.int32(COLUMNS) + first, NOWHERE))
    set_row(ints, CHANGE + k, signed(left, sign))
    set_row(ints, CHANGE_NEXT + k, signed(right - left, sign))
    set_row(ints, CHANGE_AFTER + k, signed(as_int(h) - right, sign))
    set_row(floats, LEFT + k, x_lo)
    set_row(floats, RIGHT + k, x_hi)
    set_row(floats, HEIGHT + k, h)


@inlined
def add_wide(ints, floats, k):
    """Add a part that extends over more than two pixels: the share of each pixel to the part's right, as changes."""
    x_lo, x_hi, h = floats[LEFT + k], floats[RIGHT + k], floats[HEIGHT + k]
    row = np.uint64(ints[TOP + k] >> SHIFT) * STRIDE
    inverse = F1 / (x_hi - x_lo)
    column = columns()
    a = lesser(greater(x_lo - column, F0), F1)
    b = lesser(greater(x_hi - column, F0), F1)
    right = greater(x_hi - column - F1, F0)
    share = greater(F1 - (HALF * (a + b) * (b - a) + right) * inverse, F0)
    area = as_int(h * share + HALF)
    area = where_less(as_int(column), np.int32(x_lo), POSITIVE, area)
    area = where_less(np.int32(x_hi), as_int(column), np.int32(h), area)
    set_row(ints, row, get_row(ints, row) + signed(area - shifted(area), ints[SIGN + k]))


@kernel
def add_parts(ints, floats, count):
    """Add parts to the accumulator."""
    for k in range(np.uint64(0), count, ROW):
        measure_parts(ints, floats, k)
    wide = WIDE
    for k in range(count):
        at = np.uint64(ints[AT + k])
        ints[at] += ints[CHANGE + k]
        ints[at + NEXT] += ints[CHANGE_NEXT + k]
        ints[at + AFTER_NEXT] += ints[CHANGE_AFTER + k]
        ints[wide] = np.int32(k)
        wide += NEXT if at == ACCUMULATED else np.uint64(0)
    for i in range(WIDE, wide):
        add_wide(ints, floats, np.uint64(ints[i]))


@kernel
def accumulate(ints, floats, path_tile, segments):
    """Sum up the segments of a path's tile. ``ints`` (INTS items) and ``floats`` (FLOATS) may be uninitialised."""
    for i in range(ACCUMULATED):
        ints[i] = np.int32(0)
    first = np.int64(path_tile.segment_start)
    n = np.uint64(0)
    for i in range(first, first + np.int64(path_tile.segment_count)):
        start, end = segments[i].start, segments[i].end
        if (start | end) & EDGE_FLAG:
            if start & EDGE_FLAG:
                add_edge(ints, np.int64(start >> 16), np.int32(-1))
            if end & EDGE_FLAG:
                add_edge(ints, np.int64(end >> 16), np.int32(1))
        n = spread_segment(ints, floats, n, start, end)
        if n > FULL:
            add_parts(ints, floats, n)
            n = np.uint64(0)
    add_parts(ints, floats, n)


@inlined
def touched_rows(path_tile, segments):
    """Returns the rows (first, last) of a path's tile outside of which the winding of all pixels is 0.

    Below the last segment the winding is the backdrop with the changes at all ends on the tile's left edge.
    """
    if path_tile.backdrop != 0 or path_tile.segment_count > FEW:
        return np.uint64(0), ROW
    first = np.int64(path_tile.segment_start)
    top, bottom, edges = np.int64(TILE_SUBPIXELS), np.int64(0), np.int64(0)
    for i in range(first, first + np.int64(path_tile.segment_count)):
        start, end = segments[i].start, segments[i].end
        y0, y1 = np.int64(start >> 16), np.int64(end >> 16)
        top, bottom = min(top, min(y0, y1)), max(bottom, max(y0, y1))
        edges += np.int64(end & EDGE_FLAG != 0) - np.int64(start & EDGE_FLAG != 0)
    last = ROW if edges != 0 else np.uint64((bottom + SUBPIXEL - 1) >> SUBPIXEL_SHIFT)
    return np.uint64(top >> SUBPIXEL_SHIFT), last


@inlined
def winding_row(ints, path_tile, y):
    """Returns the winding of a row of pixels, in 1 / AREA_ONE, after `accumulate`."""
    return running_sum(get_row(ints, y * STRIDE)) + np.int32(np.int32(path_tile.backdrop) * ONE)
