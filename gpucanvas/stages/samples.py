"""The fill rule where an outline meets itself inside a pixel. Twin: shaders/shared/samples.glsl.

The mean winding of a pixel gives its coverage where the rule is linear on the windings that occur in the pixel: two
neighbouring integers or, by the nonzero rule, any above 0, or any below. Elsewhere the rule is applied to 32 samples,
and their mean is corrected by the difference of the exact and the sampled mean winding:

    path tile    --uneven.py-->    rows in which some pixel may have windings on which the rule is not linear
    such a row   --scatter-->      changes of the winding from sample to sample, by each segment
                 --resolve-->      the lowest and the highest winding of each pixel, samples inside, their sum
                                   where the rule is linear between both: the mean winding, bit for bit
                                   elsewhere: samples inside + (exact - sampled mean winding) * slope of the rule

Each row of a tile has ten sub-rows. Eight have four samples per pixel, shifted from sub-row to sub-row. The first and
the last have the pixel's corners, which are used only for the lowest and the highest winding:

    k = 0                 y = 0                     x = 0, 1023         in subpixels, from the pixel's corner
    k = 1 .. 8            y = 128 (k - 1) + 64      x = (96 (k - 1) + 16) % 256 + 256 m
    k = 9                 y = 1023                  x = 0, 1023

All numbers are integers, and the side of a segment on which a sample lies is exact: neither the order of segments nor
the backend changes a bit. Sampling a row that is not uneven would give the same result.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    AREA_ONE,
    EDGE_FLAG,
    MOST_CORRECTED,
    RULE_EVENODD,
    SAMPLE_FIRST,
    SAMPLE_STEP,
    SAMPLE_TURN,
    SAMPLED_SUBROWS,
    SAMPLES,
    SUBPIXEL,
    SUBPIXEL_SHIFT,
    SUBROW_SHIFT,
    TILE,
    X_MASK,
)
from ..kernels import inlined, kernel
from ..kernels.row import (
    as_float,
    as_int,
    columns,
    doubled,
    get_pair,
    get_row,
    greater,
    halves,
    least,
    lesser,
    rounded_down,
    running_sum,
    set_pair,
    set_row,
    spread_pair,
    where_equal,
    where_less,
)
from . import uneven
from .coverage import TO_COVERAGE, cover_winding
from .fast.winding import winding_row
from .uneven import (
    COUNT,
    FRACTION,
    HALF_SUBROW,
    NONE,
    ONE,
    PIXEL_MASK,
    PIXEL_SHIFT,
    PLACES,
    ROW,
    TWO,
    is_linear,
    subrow_of,
)

LAST = SAMPLED_SUBROWS - 1
WIDE = 4 * TILE
"""Samples of a sub-row: the first samples of all pixels, then the second ones, and so on."""
SHORT_0, SHORT_1 = np.int16(0), np.int16(1)
BYTE_0, BYTE_1 = np.int8(0), np.int8(1)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
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
"""A mean winding is corrected by at most four, so that products stay below 32 bits."""

# Working memory, behind that of `uneven`: int16, or int8 where that is enough.
COUNTS = uneven.INTS
LEFT = np.uint64(0)
"""The winding at the tile's left edge in each sub-row, row after row."""
SAMPLED = np.uint64(COUNT + 2 * TILE)
"""The changes of the winding from sample to sample, by pairs of sub-rows."""
SAMPLED_END = int(SAMPLED) + COUNT * WIDE
NOWHERE = np.int32(SAMPLED_END)
"""Places behind all samples for changes to the right of the tile, and for sub-rows that a segment does not cross. Each
of sixteen sub-rows has its own place, so that no count waits for another."""
INTS = COUNTS + (SAMPLED_END + TILE) // 2
"""Items of int32 that `uneven` and this module work with."""
PAIR_STEP = np.uint64(2 * TILE)
"""Items from the first samples of a pair of sub-rows to the second ones, and so on."""
PAIR = np.uint64(2 * WIDE)
PAIRS = SAMPLED_SUBROWS // 2
FEW_SEGMENTS = 127
"""With at most so many segments, the windings in a tile differ by no more than int8 holds."""


def subrow_table():
    """Returns for each sub-row of a tile: y, x of its first samples, whether they are corners, and its counts' place.

    Pairs of sub-rows are adjacent: first the pair with the corners, then the others.
    """
    table = np.zeros((4, COUNT + TILE), np.int32)
    for at in range(COUNT):
        row, k = divmod(at, SAMPLED_SUBROWS)
        is_corner = k in (0, LAST)
        y = (0 if k == 0 else FRACTION) if is_corner else ((k - 1) << SUBROW_SHIFT) + HALF_SUBROW
        pair, half = (0, int(k == LAST)) if is_corner else ((k + 1) // 2, (k + 1) % 2)
        table[0, at] = row * SUBPIXEL + y
        table[1, at] = 0 if is_corner else (SAMPLE_TURN * (k - 1) + SAMPLE_FIRST) % SAMPLE_STEP
        table[2, at] = is_corner
        table[3, at] = int(SAMPLED) + (row * PAIRS + pair) * int(PAIR) + half * TILE
    return table.reshape(-1)


SUBROW_TABLE = subrow_table()
OFFSETS = np.uint64(COUNT + TILE)
CORNERS = np.uint64(2 * (COUNT + TILE))
ADDRESSES = np.uint64(3 * (COUNT + TILE))


@inlined
def scatter(ints, counts, start, end, rows, first, last, one):
    """Change the windings to the right of a segment, in ``rows``, between sub-rows first and last.

    Other rows may be changed as well: they are neither cleared nor read. ``one`` is 1 in the counts' type.
    """
    y0, y1 = np.int64(start >> 16), np.int64(end >> 16)
    a = (y0 >> SUBPIXEL_SHIFT) * SAMPLED_SUBROWS + subrow_of(y0)
    b = (y1 >> SUBPIXEL_SHIFT) * SAMPLED_SUBROWS + subrow_of(y1)
    if start & EDGE_FLAG:
        counts[LEFT + np.uint64(a)] -= one
    if end & EDGE_FLAG:
        counts[LEFT + np.uint64(b)] += one
    passed = (np.int64(2) << (max(y0, y1) >> SUBPIXEL_SHIFT)) - (np.int64(1) << (min(y0, y1) >> SUBPIXEL_SHIFT))
    if rows & passed == 0:
        return
    x0, x1, sign = np.int32(start & X_MASK), np.int32(end & X_MASK), one
    if y1 < y0:
        x0, x1, y0, y1, a, b, sign = x1, x0, y1, y0, b, a, -one
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
        # The division is approximate; an integer comparison then decides which integer is right of the segment.
        x = as_int(rounded_down(fx + as_float(down) * slope))
        x = x + where_less((x - x0) * dy, down * dx, ONE, NONE)
        place = (x - get_row(SUBROW_TABLE, OFFSETS + np.uint64(at)) + STEP_LESS) >> STEP_SHIFT
        corner = ((x >> PIXEL_SHIFT) << TWO) + lesser(x & PIXEL_MASK, ONE)
        place = where_equal(get_row(SUBROW_TABLE, CORNERS + np.uint64(at)), ONE, corner, place)
        subrow = as_int(columns())
        to = get_row(SUBROW_TABLE, ADDRESSES + np.uint64(at))
        to = to + ((place & np.int32(3)) << np.int32(5)) + (place >> TWO)
        nowhere = subrow + NOWHERE
        to = where_less(place, np.int32(WIDE), to, nowhere)
        set_row(ints, np.uint64(PLACES), where_less(subrow, np.int32(b - at), to, nowhere))
        # All sixteen without a branch, since it is unpredictable where a segment ends.
        for k in range(ROW):
            counts[np.uint64(ints[np.uint64(PLACES) + k])] += sign
        at += TILE


@inlined
def corrected(mean, nearest, lo, hi, inside, total, rule):
    """Returns the coverages of a row of pixels.

    ``mean`` is the mean winding in 1 / AREA_ONE. Of the samples, ``lo`` and ``hi`` are the lowest and highest winding,
    ``inside`` the number inside, and ``total`` the sum of windings, each less ``nearest``, the integer nearest to the
    mean.
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
def find_windings(counts, row, near):
    """Sum a row's changes in place to windings; returns the lowest and highest of each pixel, less ``near``, a pair."""
    lo, hi = near - near, near - near
    for pair in range(PAIRS):
        place = SAMPLED + np.uint64(row * PAIRS + pair) * PAIR
        first = np.uint64(row * SAMPLED_SUBROWS + max(2 * pair - 1, 0))
        second = np.uint64(row * SAMPLED_SUBROWS + (2 * pair if pair > 0 else LAST))
        w0 = get_pair(counts, place)
        w1 = w0 + get_pair(counts, place + PAIR_STEP)
        left = spread_pair(counts[LEFT + first], counts[LEFT + second], near) - near
        if pair == 0:
            start = running_sum(w1) - w1 + left
            w0, w1 = w0 + start, w1 + start
            lo, hi = lesser(w0, w1), greater(w0, w1)
            continue
        w2 = w1 + get_pair(counts, place + PAIR_STEP + PAIR_STEP)
        w3 = w2 + get_pair(counts, place + PAIR_STEP + PAIR_STEP + PAIR_STEP)
        start = running_sum(w3) - w3 + left
        w0, w1, w2, w3 = w0 + start, w1 + start, w2 + start, w3 + start
        lo = lesser(lo, lesser(lesser(w0, w1), lesser(w2, w3)))
        hi = greater(hi, greater(greater(w0, w1), greater(w2, w3)))
        set_pair(counts, place, w0)
        set_pair(counts, place + PAIR_STEP, w1)
        set_pair(counts, place + PAIR_STEP + PAIR_STEP, w2)
        set_pair(counts, place + PAIR_STEP + PAIR_STEP + PAIR_STEP, w3)
    return lo, hi


@inlined
def count_inside(counts, row, near, one, rule):
    """Returns how many of the windings from `find_windings` are inside, a pair, and their sum, a row of int16."""
    zero = near - near
    minus, ones = zero - near, zero + one
    inside = zero
    total, _ = halves(zero)
    begin = SAMPLED + np.uint64(row * PAIRS + 1) * PAIR
    for k in range(begin, begin + np.uint64(PAIRS - 1) * PAIR, PAIR_STEP):
        w = get_pair(counts, k)
        upper, lower = halves(w)
        total = total + upper + lower
        inside = inside + ((w & ones) if rule == RULE_EVENODD else where_equal(w, minus, zero, ones))
    return inside, total


@inlined
def resolve(px, plane, ints, counts, row, path_tile, one, rule):
    """Fill a row of coverage from the scattered changes; returns false, and fills nothing, where it is not uneven."""
    y = np.uint64(row)
    mean = winding_row(ints, path_tile, y)
    nearest = (mean + HALF_ONE) >> AREA_SHIFT
    near = doubled(nearest, get_pair(counts, SAMPLED))
    lowest, highest = find_windings(counts, row, near)
    low, other = halves(lowest)
    lo = as_int(lesser(low, other)) + nearest
    high, other = halves(highest)
    hi = as_int(greater(high, other)) + nearest
    if least(as_float(is_linear(lo, hi, rule))) == F1:
        return np.int64(0)
    inside, total = count_inside(counts, row, near, one, rule)
    upper, lower = halves(inside)
    count = as_int(upper + lower)
    if rule == RULE_EVENODD:
        # Subtracting an odd number swaps even and odd windings.
        count = where_equal(nearest & ONE, NONE, count, np.int32(SAMPLES) - count)
    set_row(px, plane + y * ROW, corrected(mean, nearest, lo, hi, count, as_int(total), rule))
    return np.int64(1)


@inlined
def sample(px, plane, ints, counts, path_tile, segments, rule, rows, zero, one):
    """`sample_rows` with counts of one type."""
    first, last = 0, TILE
    while not rows >> first & 1:
        first += 1
    while not rows >> (last - 1) & 1:
        last -= 1
    begin, end = first * SAMPLED_SUBROWS, last * SAMPLED_SUBROWS
    for k in range(LEFT, SAMPLED, PAIR_STEP):
        set_pair(counts, k, zero)
    for row in range(first, last):
        if rows >> row & 1:
            clear = SAMPLED + np.uint64(row * PAIRS) * PAIR
            for k in range(clear, clear + np.uint64(PAIRS) * PAIR, PAIR_STEP):
                set_pair(counts, k, zero)
    start = np.int64(path_tile.segment_start)
    for i in range(start, start + np.int64(path_tile.segment_count)):
        scatter(ints, counts, segments[i].start, segments[i].end, rows, begin, end, one)
    left = np.int64(path_tile.backdrop)
    for k in range(LEFT, np.uint64(end)):
        left += np.int64(counts[k])
        counts[k] = left
    sampled = np.int64(0)
    for row in range(first, last):
        if rows >> row & 1:
            sampled |= resolve(px, plane, ints, counts, row, path_tile, one, rule) << row
    return sampled


@kernel
def sample_rows(px, plane, ints, path_tile, segments, rule, rows):
    """Fill the rows of a plane whose bit is set in ``rows`` with the coverage of a path tile's segments.

    Returns a bit for each filled row: in the other rows the mean winding is enough. ``ints`` (INTS,) int32 is as
    `accumulate` has left it.
    """
    if path_tile.segment_count <= FEW_SEGMENTS:
        return sample(px, plane, ints, ints[COUNTS:INTS].view(np.int8), path_tile, segments, rule, rows, BYTE_0, BYTE_1)
    return sample(px, plane, ints, ints[COUNTS:INTS].view(np.int16), path_tile, segments, rule, rows, SHORT_0, SHORT_1)
