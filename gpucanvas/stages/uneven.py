"""Which rows of a tile may need samples: bounds of the winding, row by row. Twin: shaders/shared/samples.glsl.

A row of pixels is uneven where the fill rule may not be linear on the windings of some pixel (see samples.py). Bounds
are found in two passes, the second one only where the first does not decide:

    path tile  --change_bounds-->  segments down and up that cross each sub-row: windings lie between the sums
               --extend-->         extents of the segments down, and up, in each row: tighter bounds where one is first
               --touch-->          pixels that two segments touch: a single one leaves two neighbouring windings

The bounds hold for the samples that are taken: sampling a row that is not uneven would give the same result.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    EDGE_FLAG,
    RULE_NONZERO,
    SAMPLED_SUBROWS,
    SUBPIXEL,
    SUBPIXEL_SHIFT,
    SUBROW_SHIFT,
    TILE,
    TILE_SUBPIXELS,
    X_MASK,
)
from ..kernels import inlined, kernel
from ..kernels.row import (
    as_float,
    as_int,
    columns,
    get_row,
    greater,
    lesser,
    running_sum,
    set_row,
    spread,
    where_equal,
    where_less,
)
from .fast import winding

ROW = np.uint64(TILE)
FRACTION = SUBPIXEL - 1
COUNT = TILE * SAMPLED_SUBROWS
"""Sub-rows of a tile."""
HALF_SUBROW = (1 << SUBROW_SHIFT) // 2
DENSE_SEGMENTS = 64
"""With more segments, nearly all rows of a tile are uneven: all are sampled, since testing would take as long."""
FARTHEST_BACKDROP = 1000
"""With a larger backdrop, all rows are sampled: two counts of windings and the winding at the left edge share 32 bits.
"""
UP_SHIFT = np.int32(10)
LEFT_SHIFT = np.int32(20)
UP_ONE = np.int32(1 << 10)
LEFT_ONE = np.int32(1 << 20)
DOWN_MASK = np.int32(UP_ONE - 1)
FAR = np.int32(1 << 20)
MINUS_FAR = np.int32(-(1 << 20))
"""Beyond any winding and any place in a tile."""
MARGIN = np.int32(2)
"""Subpixels by which rounding may move the point where a segment crosses a row's edge, plus one."""
NONE, ONE, TWO = np.int32(0), np.int32(1), np.int32(2)
PIXEL_SHIFT = np.int32(SUBPIXEL_SHIFT)
PIXEL_MASK = np.int32(FRACTION)
PIXEL_ONE = np.int32(SUBPIXEL)
TILE_END = np.int32(TILE_SUBPIXELS)
COLUMNS = np.int32(TILE)
ALL_PIXELS = np.int32((1 << TILE) - 1)

# Working memory, behind that of `winding`.
CHANGES = winding.INTS
"""Changes of the winding's bounds, by sub-row and, within one, by row of pixels."""
EXTENTS = CHANGES + COUNT + TILE
"""For each row: leftmost and rightmost place of all segments that go down, and of all that go up."""
ONCE = EXTENTS + 4 * TILE
"""For each row: a bit for each pixel that a segment may touch; then one for each pixel that two may touch."""
PLACES = ONCE + 2 * TILE
INTS = PLACES + TILE
"""Items of int32 that `winding` and this module work with."""


@inlined
def subrow_of(y):
    """Returns the first sub-row, in y's row of pixels, that lies at y or below."""
    part = y & FRACTION
    return 0 if part == 0 else 1 + ((part + HALF_SUBROW - 1) >> SUBROW_SHIFT)


@inlined
def is_linear(lo, hi, rule):
    """Returns 1 where the rule is linear between two windings, else 0."""
    linear = where_less(hi - lo, TWO, ONE, NONE)
    if rule == RULE_NONZERO:
        linear = where_less(NONE, lo, ONE, where_less(hi, NONE, ONE, linear))
    return linear


@inlined
def change_bounds(ints, start, end):
    """Note where a segment begins and ends: the bounds of the winding are one wider between both."""
    y0, y1 = np.int64(start >> 16), np.int64(end >> 16)
    # An end below the tile's last row is noted behind all changes.
    a = np.uint64(CHANGES + (subrow_of(y0) * TILE + (y0 >> SUBPIXEL_SHIFT) if y0 < TILE_SUBPIXELS else COUNT))
    b = np.uint64(CHANGES + (subrow_of(y1) * TILE + (y1 >> SUBPIXEL_SHIFT) if y1 < TILE_SUBPIXELS else COUNT))
    if start & EDGE_FLAG:
        ints[a] -= LEFT_ONE
    if end & EDGE_FLAG:
        ints[b] += LEFT_ONE
    one = ONE if y0 < y1 else NONE - UP_ONE
    ints[a] += one
    ints[b] -= one


@inlined
def touch(ints, pixels):
    """Count pixels, a bit each, that one more segment may touch: once or more than once."""
    once = get_row(ints, np.uint64(ONCE))
    set_row(ints, np.uint64(ONCE + TILE), get_row(ints, np.uint64(ONCE + TILE)) | (once & pixels))
    set_row(ints, np.uint64(ONCE), once | pixels)


@inlined
def extend_row(ints, k, left, right, crosses):
    """`extend` for a segment in one row; ``crosses``: from top to bottom; ``k`` is the place of the row's extents."""
    ints[k] = min(ints[k], left)
    ints[k + ROW] = max(ints[k + ROW], right)
    behind = min(right + PIXEL_MASK, TILE_END) >> PIXEL_SHIFT if crosses else COLUMNS
    pixels = (ONE << behind) - (ONE << (max(left, NONE) >> PIXEL_SHIFT))
    once = np.uint64(ONCE) + (k - np.uint64(EXTENTS)) % ROW
    ints[once + ROW] |= ints[once] & pixels
    ints[once] |= pixels


@inlined
def extend(ints, start, end):
    """Widen the extents of the rows that a segment passes through, and note the pixels that it may touch.

    In a row that it does not cross from top to bottom, it touches all pixels to its right: their windings change.
    """
    y0, y1 = np.int32(start >> 16), np.int32(end >> 16)
    x0, x1 = np.int32(start & X_MASK), np.int32(end & X_MASK)
    at = np.uint64(EXTENTS)
    if y1 < y0:
        x0, x1, y0, y1 = x1, x0, y1, y0
        at += np.uint64(2 * TILE)
    # The place of a vertical segment is exact: on a pixel's left edge it separates no samples of a pixel.
    margin = NONE if x0 == x1 else MARGIN
    row = y0 >> PIXEL_SHIFT
    if (y1 - ONE) >> PIXEL_SHIFT == row:
        # Short segments of curves lie in one row.
        extend_row(ints, at + np.uint64(row), min(x0, x1) - margin, max(x0, x1) + margin, y1 - y0 == PIXEL_ONE)
        return
    slope = np.float32(x1 - x0) / np.float32(max(y1 - y0, ONE))
    top = as_int(columns()) << PIXEL_SHIFT
    bottom = top + PIXEL_ONE
    lo, hi = min(x0, x1), max(x0, x1)
    xa = as_int(as_float(greater(top - y0, NONE)) * slope + np.float32(x0))
    xb = as_int(as_float(lesser(bottom, y1) - y0) * slope + np.float32(x0))
    left = greater(lesser(xa, xb), lo) - margin
    right = lesser(greater(xa, xb), hi) + margin
    left = where_less(top, y1, where_less(y0, bottom, left, FAR), FAR)
    right = where_less(top, y1, where_less(y0, bottom, right, MINUS_FAR), MINUS_FAR)
    set_row(ints, at, lesser(get_row(ints, at), left))
    set_row(ints, at + ROW, greater(get_row(ints, at + ROW), right))
    behind = lesser(right + PIXEL_MASK, TILE_END) >> PIXEL_SHIFT
    behind = where_less(top, y0, COLUMNS, where_less(y1, bottom, COLUMNS, behind))
    begin = lesser(greater(left, NONE) >> PIXEL_SHIFT, COLUMNS)
    pixels = (spread(ONE, begin) << behind) - (spread(ONE, begin) << begin)
    touch(ints, where_less(left, FAR, pixels, NONE))


@inlined
def extend_edge(ints, end):
    """Mark all pixels of the row of an end on the tile's left edge, where the winding of the whole row changes."""
    row = np.int32(end >> SUBPIXEL_SHIFT + 16)
    touch(ints, where_equal(as_int(columns()), row, ALL_PIXELS, NONE))


@inlined
def uneven_mask(ints, linear):
    """Returns a bit for each row that is not linear."""
    set_row(ints, np.uint64(PLACES), linear)
    mask = np.int64(0)
    for row in range(TILE):
        mask |= (np.int64(1) - np.int64(ints[np.uint64(PLACES + row)])) << np.int64(row)
    return mask


@inlined
def bounds_of_rows(ints, left, down_first, up_first):
    """Returns the lowest and highest winding that each row's sub-rows may have.

    ``left`` is the winding at each row's left edge. ``down_first`` is 1 where all segments that go down lie to the left
    of those that go up; ``up_first`` the other way round.
    """
    lo = spread(FAR, left)
    hi = NONE - lo
    for k in range(np.uint64(CHANGES), np.uint64(CHANGES + COUNT), ROW):
        left = left + get_row(ints, k)
        down, up, edge = left & DOWN_MASK, left >> UP_SHIFT & DOWN_MASK, left >> LEFT_SHIFT
        end = edge + down - up
        lo = lesser(lo, where_equal(down_first, ONE, lesser(edge, end), edge - up))
        hi = greater(hi, where_equal(up_first, ONE, greater(edge, end), edge + down))
    return lo, hi


@kernel
def uneven_rows(ints, path_tile, segments, rule):
    """Returns a bit for each row of a path tile in which some pixel may have windings on which the rule is not linear.

    ``ints`` (INTS,) int32 is working memory; the part that `accumulate` has written is kept.
    """
    count, backdrop = np.int64(path_tile.segment_count), np.int64(path_tile.backdrop)
    if count > DENSE_SEGMENTS or abs(backdrop) > FARTHEST_BACKDROP:
        return np.int64((1 << TILE) - 1)
    for k in range(np.uint64(CHANGES), np.uint64(EXTENTS), ROW):
        set_row(ints, k, NONE)
    first = np.int64(path_tile.segment_start)
    for i in range(first, first + count):
        change_bounds(ints, segments[i].start, segments[i].end)
    total = get_row(ints, np.uint64(CHANGES))
    for k in range(np.uint64(CHANGES + TILE), np.uint64(CHANGES + COUNT), ROW):
        total = total + get_row(ints, k)
    left = running_sum(total) - total + np.int32(np.int32(backdrop) << LEFT_SHIFT)
    never = spread(NONE, left)
    lo, hi = bounds_of_rows(ints, left, never, never)
    mask = uneven_mask(ints, is_linear(lo, hi, rule))
    if mask == 0:
        return mask
    for k in range(np.uint64(EXTENTS), np.uint64(ONCE), np.uint64(2 * TILE)):
        set_row(ints, k, FAR)
        set_row(ints, k + ROW, MINUS_FAR)
    set_row(ints, np.uint64(ONCE), NONE)
    set_row(ints, np.uint64(ONCE + TILE), NONE)
    for i in range(first, first + count):
        start, end = segments[i].start, segments[i].end
        extend(ints, start, end)
        if (start | end) & EDGE_FLAG:
            if start & EDGE_FLAG:
                extend_edge(ints, start)
            if end & EDGE_FLAG:
                extend_edge(ints, end)
    at = np.uint64(EXTENTS)
    down_lo, down_hi = get_row(ints, at), get_row(ints, at + ROW)
    up_lo, up_hi = get_row(ints, at + ROW + ROW), get_row(ints, at + ROW + ROW + ROW)
    down_first, up_first = where_less(down_hi, up_lo, ONE, NONE), where_less(up_hi, down_lo, ONE, NONE)
    lo, hi = bounds_of_rows(ints, left, down_first, up_first)
    # One segment in a pixel leaves two neighbouring windings there.
    single = where_equal(get_row(ints, np.uint64(ONCE + TILE)) & ALL_PIXELS, NONE, ONE, NONE)
    return uneven_mask(ints, is_linear(lo, hi, rule) | single)
