"""The fill rule where an outline meets itself inside a pixel. Twin: shaders/shared/samples.glsl.

The mean winding of a pixel tells how much of it is covered where the rule is linear on the windings that occur in the
pixel: two neighbouring integers or, by the nonzero rule, any above 0, or any below. Elsewhere the rule is applied to 32
samples, and their mean is corrected by what they miss of the mean winding:

    path tile    --uneven_rows-->  rows in which some pixel may have windings on which the rule is not linear
    such a row   --scatter-->      changes of the winding from sample to sample, by each segment
                 --resolve-->      the lowest and the highest winding of each pixel, samples inside, their sum
                                   linear between both after all: the mean winding, bit for bit
                                   else: samples inside + (exact - sampled mean winding) * slope of the rule

The rows of a tile have ten sub-rows each. Eight have four samples a pixel, one behind the other's place from sub-row to
sub-row; the first and the last have the pixel's corners, which count for the lowest and the highest winding alone:

    k = 0                 y = 0                     x = 0, 1023         in subpixels, from the pixel's corner
    k = 1 .. 8            y = 128 (k - 1) + 64      x = (96 (k - 1) + 16) % 256 + 256 m
    k = 9                 y = 1023                  x = 0, 1023

All is whole numbers, and which side of a segment a sample lies on is exact: neither the order of segments nor the
backend changes a bit. Rows that are not uneven would come out the same.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    AREA_ONE,
    EDGE_FLAG,
    MOST_CORRECTED,
    RULE_EVENODD,
    RULE_NONZERO,
    SAMPLE_FIRST,
    SAMPLE_STEP,
    SAMPLE_TURN,
    SAMPLED_SUBROWS,
    SAMPLES,
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
    as_short,
    columns,
    get_row,
    greater,
    greatest,
    lesser,
    rounded_down,
    running_sum,
    set_row,
    spread,
    where_equal,
    where_less,
)
from .coverage import TO_COVERAGE, cover_winding
from .fast import winding
from .fast.winding import winding_row

ROW = np.uint64(TILE)
PIXEL = 1 << SUBPIXEL_SHIFT
FRACTION = SUBPIXEL - 1
LAST = SAMPLED_SUBROWS - 1
COUNT = TILE * SAMPLED_SUBROWS
"""Sub-rows of a tile."""
WIDE = 4 * TILE
"""Samples of a sub-row: those that are first in their pixels, then the second ones, and so on."""
HALF_SUBROW = (1 << SUBROW_SHIFT) // 2
DENSE_SEGMENTS = 64
"""Of more segments, nearly all rows of a tile are uneven: they are sampled without a look, which would take as long."""
FARTHEST_BACKDROP = 1000
"""With a backdrop beyond this, all rows are sampled, too: two numbers of windings and the winding at the left edge
share 32 bits."""
UP_SHIFT = np.int32(10)
LEFT_SHIFT = np.int32(20)
UP_ONE = np.int32(1 << 10)
LEFT_ONE = np.int32(1 << 20)
DOWN_MASK = np.int32(UP_ONE - 1)
FAR = np.int32(1 << 20)
MINUS_FAR = np.int32(-(1 << 20))
"""More, and less, than any winding and any place in a tile."""
MARGIN = np.int32(2)
"""How far rounding may move where a segment crosses a row's edge, in subpixels, and one to spare."""
HIGHEST = np.int16(32767)
NONE, ONE, TWO = np.int32(0), np.int32(1), np.int32(2)
SHORT_0, SHORT_1 = np.int16(0), np.int16(1)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
PIXEL_SHIFT = np.int32(SUBPIXEL_SHIFT)
PIXEL_MASK = np.int32(FRACTION)
STEP_SHIFT = np.int32(SAMPLE_STEP.bit_length() - 1)
STEP_LESS = np.int32(SAMPLE_STEP - 1)
UNIT = np.int32(AREA_ONE // SAMPLES)
HALF_ONE = np.int32(AREA_ONE // 2)
AREA_SHIFT = np.int32(AREA_ONE.bit_length() - 1)
AREA = np.int32(AREA_ONE)
FAREA = np.float32(AREA_ONE)
MOST = np.int32(MOST_CORRECTED)
MOST_MISSED = np.int32(4 * AREA_ONE)
LEAST_MISSED = np.int32(-4 * AREA_ONE)
"""A mean winding is corrected by no more than four: products stay below 32 bits."""

# Memory to work with, behind that of `winding`: int32 up to SHORTS, then int16.
CHANGES = winding.INTS
"""By sub-row, and in each by row of pixels: how the bounds of the winding change there."""
EXTENTS = CHANGES + COUNT + TILE
"""By row: the leftmost and the rightmost place of all segments that go down, and of all that go up."""
PLACES = EXTENTS + 4 * TILE
TOUCHES = PLACES + TILE
"""By row: how many more segments may touch a pixel than the one to its left."""
TOUCHED_COLUMNS = 2 * TILE
SHORTS = TOUCHES + TILE * TOUCHED_COLUMNS
LEFT = np.uint64(0)
"""How the winding at the tile's left edge changes, by sub-row, row after row."""
SAMPLED = np.uint64(COUNT + TILE)
"""How the winding changes from sample to sample, by sub-row."""
SAMPLED_END = int(SAMPLED) + COUNT * WIDE
INTS = SHORTS + (SAMPLED_END + TILE) // 2
"""Items of int32 that `winding` and this module work with."""
NOWHERE = np.int32(SAMPLED_END)
"""Where what lies to the right of the tile is counted, and sub-rows that a segment does not cross: behind all samples.
Each of sixteen sub-rows has its own place, so that no count waits for another."""


def subrow_table():
    """Of each sub-row of a tile: y, then where its first samples are, then whether they are corners."""
    table = np.zeros((3, COUNT + TILE), np.int32)
    for at in range(COUNT):
        row, k = divmod(at, SAMPLED_SUBROWS)
        is_corner = k in (0, LAST)
        y = (0 if k == 0 else FRACTION) if is_corner else ((k - 1) << SUBROW_SHIFT) + HALF_SUBROW
        table[0, at] = row * SUBPIXEL + y
        table[1, at] = 0 if is_corner else (SAMPLE_TURN * (k - 1) + SAMPLE_FIRST) % SAMPLE_STEP
        table[2, at] = is_corner
    return table.reshape(-1)


SUBROW_TABLE = subrow_table()
OFFSETS = np.uint64(COUNT + TILE)
CORNERS = np.uint64(2 * (COUNT + TILE))


@inlined
def subrow_of(y):
    """The first sub-row of its row of pixels that lies at y or below."""
    part = y & FRACTION
    return 0 if part == 0 else 1 + ((part + HALF_SUBROW - 1) >> SUBROW_SHIFT)


@inlined
def is_linear(lo, hi, rule):
    """1 where the rule is linear between two windings, else 0."""
    linear = where_less(hi - lo, TWO, ONE, NONE)
    if rule == RULE_NONZERO:
        linear = where_less(NONE, lo, ONE, where_less(hi, NONE, ONE, linear))
    return linear


# -- which rows are uneven -----------------------------------------------------------------------------------------


@inlined
def change_bounds(ints, start, end):
    """Note where a segment begins and ends to bound the winding: by one more or less between both."""
    y0, y1 = np.int64(start >> 16), np.int64(end >> 16)
    # What is behind the tile's last row is behind all changes.
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
def extend(ints, start, end):
    """Widen the extents of the rows that a segment passes through, and count it in the pixels that it may touch.

    In a row that it does not pass through from top to bottom, these are all to its right: windings change with it.
    """
    y0, y1 = np.int64(start >> 16), np.int64(end >> 16)
    x0, x1 = np.int64(start & X_MASK), np.int64(end & X_MASK)
    at = np.int64(EXTENTS)
    if y1 < y0:
        x0, x1, y0, y1 = x1, x0, y1, y0
        at += 2 * TILE
    first, last = y0 >> SUBPIXEL_SHIFT, (y1 - 1) >> SUBPIXEL_SHIFT
    height = y1 - y0 if y1 > y0 else np.int64(1)
    slope = np.float32(x1 - x0) / np.float32(height)
    # Where an upright segment lies is exact: at a pixel's left edge it parts no samples of a pixel.
    margin = NONE if x0 == x1 else MARGIN
    xa = np.int32(x0)
    for row in range(first, last + 1):
        xb = np.int32(np.float32(x0) + np.float32((row + 1) * SUBPIXEL - y0) * slope)
        if row == last:
            xb = np.int32(x1)
        k = np.uint64(at + row)
        lo, hi = min(xa, xb) - margin, max(xa, xb) + margin
        ints[k] = min(ints[k], lo)
        ints[k + ROW] = max(ints[k + ROW], hi)
        touched = TOUCHES + row * TOUCHED_COLUMNS
        ints[np.uint64(touched + max(lo >> SUBPIXEL_SHIFT, 0))] += 1
        if y0 <= row << SUBPIXEL_SHIFT and y1 >= (row + 1) << SUBPIXEL_SHIFT:
            ints[np.uint64(touched + ((hi + FRACTION) >> SUBPIXEL_SHIFT))] -= 1
        xa = xb


@inlined
def uneven_mask(ints, linear):
    """A bit for each row that is not linear."""
    set_row(ints, np.uint64(PLACES), linear)
    mask = np.int64(0)
    for row in range(TILE):
        mask |= (np.int64(1) - np.int64(ints[np.uint64(PLACES + row)])) << np.int64(row)
    return mask


@inlined
def shared_mask(ints, mask):
    """Those bits of a mask of rows in which two segments may touch a pixel: one leaves two neighbouring windings."""
    shared = np.int64(0)
    for row in range(TILE):
        if mask >> row & 1:
            touched = running_sum(get_row(ints, np.uint64(TOUCHES + row * TOUCHED_COLUMNS)))
            most = greatest(as_float(touched))
            shared |= np.int64(most > F1) << np.int64(row)
    return shared


@inlined
def bounds_of_rows(ints, left, down_first, up_first):
    """The lowest and the highest winding of each row that its sub-rows may have.

    ``left`` is what the bounds are at each row's beginning. ``down_first`` is 1 where all segments that go down lie to
    the left of those that go up; ``up_first`` the other way round.
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
    """A bit for each row of a path's tile in which some pixel may have windings on which the rule is not linear.

    ``ints`` (INTS,) int32 is memory to work with; what `accumulate` has left there stays.
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
    for k in range(np.uint64(TOUCHES), np.uint64(SHORTS), ROW):
        set_row(ints, k, NONE)
    for k in range(np.uint64(EXTENTS), np.uint64(PLACES), np.uint64(2 * TILE)):
        set_row(ints, k, FAR)
        set_row(ints, k + ROW, MINUS_FAR)
    for i in range(first, first + count):
        start, end = segments[i].start, segments[i].end
        extend(ints, start, end)
        # Below an end on the tile's left edge, and above, all of its row has another winding.
        if start & EDGE_FLAG and start >> SUBPIXEL_SHIFT + 16 < TILE:
            ints[np.uint64(TOUCHES + np.int64(start >> SUBPIXEL_SHIFT + 16) * TOUCHED_COLUMNS)] += 1
        if end & EDGE_FLAG and end >> SUBPIXEL_SHIFT + 16 < TILE:
            ints[np.uint64(TOUCHES + np.int64(end >> SUBPIXEL_SHIFT + 16) * TOUCHED_COLUMNS)] += 1
    at = np.uint64(EXTENTS)
    down_lo, down_hi = get_row(ints, at), get_row(ints, at + ROW)
    up_lo, up_hi = get_row(ints, at + ROW + ROW), get_row(ints, at + ROW + ROW + ROW)
    down_first, up_first = where_less(down_hi, up_lo, ONE, NONE), where_less(up_hi, down_lo, ONE, NONE)
    lo, hi = bounds_of_rows(ints, left, down_first, up_first)
    return shared_mask(ints, uneven_mask(ints, is_linear(lo, hi, rule)))


# -- samples -------------------------------------------------------------------------------------------------------


@inlined
def scatter(ints, shorts, start, end, rows, first, last):
    """Change the windings of what lies to the right of a segment, in some rows, between sub-rows first and last.

    Other rows may be changed, too: nobody has cleared them, and nobody reads them.
    """
    y0, y1 = np.int64(start >> 16), np.int64(end >> 16)
    a = (y0 >> SUBPIXEL_SHIFT) * SAMPLED_SUBROWS + subrow_of(y0)
    b = (y1 >> SUBPIXEL_SHIFT) * SAMPLED_SUBROWS + subrow_of(y1)
    if start & EDGE_FLAG:
        shorts[LEFT + np.uint64(a)] -= SHORT_1
    if end & EDGE_FLAG:
        shorts[LEFT + np.uint64(b)] += SHORT_1
    x0, x1, sign = np.int32(start & X_MASK), np.int32(end & X_MASK), SHORT_1
    if y1 < y0:
        x0, x1, y0, y1, a, b, sign = x1, x0, y1, y0, b, a, np.int16(-1)
    at, b = max(a, first), min(b, last)
    if at >= b:
        return
    top, dx, dy = np.int32(y0), np.int32(x1 - x0), np.int32(y1 - y0)
    slope = np.float32(dx) / np.float32(dy)
    fx = np.float32(x0) + HALF
    while at < b:
        row = at // SAMPLED_SUBROWS
        if not rows >> row & 1:
            at = (row + 1) * SAMPLED_SUBROWS
            continue
        down = get_row(SUBROW_TABLE, np.uint64(at)) - top
        # The division only comes near; which whole number the segment is left of is settled without it.
        x = as_int(rounded_down(fx + as_float(down) * slope))
        x = x + where_less((x - x0) * dy, down * dx, ONE, NONE)
        place = (x - get_row(SUBROW_TABLE, OFFSETS + np.uint64(at)) + STEP_LESS) >> STEP_SHIFT
        corner = ((x >> PIXEL_SHIFT) << TWO) + lesser(x & PIXEL_MASK, ONE)
        place = where_equal(get_row(SUBROW_TABLE, CORNERS + np.uint64(at)), ONE, corner, place)
        subrow = as_int(columns())
        to = (subrow + np.int32(at)) * np.int32(WIDE) + np.int32(SAMPLED)
        to = to + ((place & np.int32(3)) << np.int32(4)) + (place >> TWO)
        nowhere = subrow + NOWHERE
        to = where_less(place, np.int32(WIDE), to, nowhere)
        set_row(ints, np.uint64(PLACES), where_less(subrow, np.int32(b - at), to, nowhere))
        # All sixteen without a branch: where a segment ends cannot be foreseen.
        for k in range(ROW):
            shorts[np.uint64(ints[np.uint64(PLACES) + k])] += sign
        at += TILE


@inlined
def corrected(mean, nearest, lo, hi, inside, total, rule):
    """Coverages of a row of pixels.

    ``mean`` is the mean winding in 1 / AREA_ONE; of samples ``lo`` and ``hi`` are the lowest and the highest winding,
    ``inside`` is how many are inside, and ``total`` the sum of their windings less the ``nearest`` to the mean.
    """
    apart = hi - lo
    if rule == RULE_EVENODD:
        slope = (hi & ONE) - (lo & ONE)
    else:
        slope = where_equal(lo, NONE, ONE, NONE) - where_equal(hi, NONE, ONE, NONE)
    missed = mean - (nearest << AREA_SHIFT) - total * UNIT
    missed = lesser(greater(missed, LEAST_MISSED), MOST_MISSED) >> np.int32(4)
    share = as_int(FAREA / as_float(greater(apart, TWO)))
    area = inside * UNIT + where_less(MOST, apart, NONE, slope * ((missed * share) >> np.int32(12)))
    sampled = as_float(lesser(greater(area, NONE), AREA)) * TO_COVERAGE
    return where_equal(is_linear(lo, hi, rule), ONE, cover_winding(mean, rule), sampled)


@inlined
def resolve(shorts, row, left, mean, rule):
    """Coverages of a row of pixels from what is scattered, and the winding left of the row below; ``left`` is above."""
    nearest = (mean + HALF_ONE) >> AREA_SHIFT
    near = as_short(nearest)
    zero = spread(SHORT_0, near)
    one, minus = spread(SHORT_1, near), zero - near
    inside, total = zero, zero
    lo, hi = spread(HIGHEST, near), zero - spread(HIGHEST, near)
    for k in range(SAMPLED_SUBROWS):
        at = np.uint64(row * SAMPLED_SUBROWS + k)
        left = np.int16(left + shorts[LEFT + at])
        place = SAMPLED + at * np.uint64(WIDE)
        w0 = get_row(shorts, place)
        w1 = w0 + get_row(shorts, place + ROW)
        if k == 0 or k == LAST:
            start = running_sum(w1) - w1 + spread(left, near) - near
            w0, w1 = w0 + start, w1 + start
            lo, hi = lesser(lo, lesser(w0, w1)), greater(hi, greater(w0, w1))
            continue
        w2 = w1 + get_row(shorts, place + ROW + ROW)
        w3 = w2 + get_row(shorts, place + ROW + ROW + ROW)
        start = running_sum(w3) - w3 + spread(left, near) - near
        w0, w1, w2, w3 = w0 + start, w1 + start, w2 + start, w3 + start
        total = total + (w0 + w1) + (w2 + w3)
        lo = lesser(lo, lesser(lesser(w0, w1), lesser(w2, w3)))
        hi = greater(hi, greater(greater(w0, w1), greater(w2, w3)))
        if rule == RULE_EVENODD:
            inside = inside + (w0 & one) + (w1 & one) + (w2 & one) + (w3 & one)
        else:
            inside = inside + where_equal(w0, minus, zero, one) + where_equal(w1, minus, zero, one)
            inside = inside + where_equal(w2, minus, zero, one) + where_equal(w3, minus, zero, one)
    count = as_int(inside)
    if rule == RULE_EVENODD:
        # Windings less an odd number are odd where they were even.
        count = where_equal(nearest & ONE, NONE, count, np.int32(SAMPLES) - count)
    lowest, highest = as_int(lo) + nearest, as_int(hi) + nearest
    return corrected(mean, nearest, lowest, highest, count, as_int(total), rule), left


@kernel
def sample_rows(px, plane, ints, path_tile, segments, rule, rows):
    """Fill some rows of a plane, those whose bit is set, with the coverage by the segments of a path's tile.

    ``ints`` (INTS,) int32 is as `accumulate` has left it.
    """
    shorts = ints[SHORTS:INTS].view(np.int16)
    first, last = 0, TILE
    while not rows >> first & 1:
        first += 1
    while not rows >> (last - 1) & 1:
        last -= 1
    begin, end = first * SAMPLED_SUBROWS, last * SAMPLED_SUBROWS
    for k in range(LEFT, SAMPLED, ROW):
        set_row(shorts, k, SHORT_0)
    for row in range(first, last):
        if rows >> row & 1:
            clear = SAMPLED + np.uint64(row * SAMPLED_SUBROWS * WIDE)
            for k in range(clear, clear + np.uint64(SAMPLED_SUBROWS * WIDE), ROW):
                set_row(shorts, k, SHORT_0)
    start = np.int64(path_tile.segment_start)
    for i in range(start, start + np.int64(path_tile.segment_count)):
        scatter(ints, shorts, segments[i].start, segments[i].end, rows, begin, end)
    left, done = np.int16(path_tile.backdrop), 0
    for row in range(first, last):
        if rows >> row & 1:
            while done < row * SAMPLED_SUBROWS:
                left = np.int16(left + shorts[LEFT + np.uint64(done)])
                done += 1
            y = np.uint64(row)
            cover, left = resolve(shorts, row, left, winding_row(ints, path_tile, y), rule)
            done += SAMPLED_SUBROWS
            set_row(px, plane + y * ROW, cover)
