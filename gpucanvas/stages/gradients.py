"""The colours of rows of pixels under a gradient, premultiplied. Twin: shaders/shared/gradients.glsl.

Colours are interpolated straight (HTML, "fill and stroke styles"), between the two stops around each pixel's place on
the gradient, which is 0 at its start and 1 at its end:

    linear   one product     in a row or a column it only grows, or only shrinks
    radial   a square root   which of the circles through a pixel is seen, if there is one
    conic    a polynomial    the share of a turn: no processor's or driver's arc tangent

Each pixel's numbers are the shader's; here sixteen pixels have them at once. A tile whose pixels are all between the
same two stops, as most are, asks for stops once; a row that meets several pairs of stops chooses by place.

    places of the tile's pixels --kept in the source's red plane--> ramp_rows --colours--> rows of pixels, or the source
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    BEFORE_START,
    LEAST_LENGTH,
    TILE,
    TURN_1,
    TURN_3,
    TURN_5,
    TURN_7,
    TURN_9,
    TURN_11,
)
from ..contract.paints import Stop
from ..kernels import inlined, kernel
from ..kernels.instructions import record_at
from ..kernels.row import (
    columns,
    get_row,
    greater,
    greatest,
    least,
    lesser,
    magnitude,
    root,
    set_row,
    spread,
    where_equal,
    where_less,
)
from .compose import put_row, set_source
from .tile import PLANE, ROW, SOURCE

FIRST_ROW = np.uint64(0)
ONE, TWO, THREE = np.uint64(1), np.uint64(2), np.uint64(3)
NO = np.bool_(False)
F0 = np.float32(0.0)
QUARTER = np.float32(0.25)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
F2 = np.float32(2.0)
F4 = np.float32(4.0)
LEAST = np.float32(BEFORE_START)
HIDDEN = np.float32(-3.2e38)
"""In place of the place of a pixel that no circle comes by."""
MOST = -LEAST
TINY = np.float32(LEAST_LENGTH)
STOP = Stop.dtype
STOP_WORDS = Stop.words
TURN = tuple(np.float32(each) for each in (TURN_1, TURN_3, TURN_5, TURN_7, TURN_9, TURN_11))


# -- stops -----------------------------------------------------------------------------------------------------------


@inlined
def stop_at(words, stops, i):
    """Stop i of those that begin at a word of the stream."""
    return record_at(words, stops + i * STOP_WORDS, STOP)


@inlined
def find_stop(words, stops, last, t):
    """The last of stops 0 to last that is not beyond t; -1 if all are."""
    low, high = np.int64(-1), last
    while low < high:
        middle = (low + high + 1) >> 1
        if stop_at(words, stops, middle).offset <= t:
            low = middle
        else:
            high = middle - 1
    return low


@inlined
def last_stop_before(words, stops, last, i, t):
    """The same, searched for from i on: it is near."""
    while i >= 0 and t < stop_at(words, stops, i).offset:
        i -= 1
    while i < last and stop_at(words, stops, i + 1).offset <= t:
        i += 1
    return i


@inlined
def colors_after(words, stops, last, i):
    """The colours between stop i and the next, as numbers: the first stop's before it, the last one's after it."""
    lo = stop_at(words, stops, max(i, 0))
    hi = stop_at(words, stops, min(i + 1, last))
    span = hi.offset - lo.offset
    most = F1 if span > F0 else F0
    span = span if span > F0 else F1
    # A division by one of these is a multiplication, to the bit, and takes a third of the time.
    is_whole = span in (F1, HALF, QUARTER)
    share = F4 if span == QUARTER else F2 if span == HALF else F1
    steps = hi.r - lo.r, hi.g - lo.g, hi.b - lo.b, hi.a - lo.a
    return lo.offset, (span, share, is_whole), most, lo.r, lo.g, lo.b, lo.a, steps


@inlined
def colors_at(t, colors, alpha):
    """The colours of a row, of those between two stops."""
    offset, (span, share, is_whole), most, r, g, b, a, (dr, dg, db, da) = colors
    f = (t - offset) * share if is_whole else (t - offset) / span
    f = lesser(greater(f, F0), most)
    a = (a + f * da) * alpha
    return (r + f * dr) * a, (g + f * dg) * a, (b + f * db) * a, a


@inlined
def colors_of_row(words, stops, last, k, colors, t, high, alpha):
    """The colours of a row of places from just after stop k, whose colours are given, to ``high``."""
    r, g, b, a = colors_at(t, colors, alpha)
    while k < last and stop_at(words, stops, k + 1).offset <= high:
        k += 1
        offset = stop_at(words, stops, k).offset
        r1, g1, b1, a1 = colors_at(t, colors_after(words, stops, last, k), alpha)
        r, g = where_less(t, offset, r, r1), where_less(t, offset, g, g1)
        b, a = where_less(t, offset, b, b1), where_less(t, offset, a, a1)
    return r, g, b, a


@inlined
def keep_places(px, row, t, low, high):
    """Keep a row of places until they get their colours; returns the least and the greatest so far, by column."""
    set_row(px, SOURCE + row * ROW, t)
    return lesser(low, t), greater(high, t)


@kernel
def ramp_rows(px, words, ramp, low, high, how, first_row, last_row):
    """Rows of pixels or of the source from the places that were kept, which are from ``low`` to ``high``.

    ``ramp`` is the first word of the stops, the last stop, and the alpha.
    """
    stops, last, alpha = ramp
    hidden = low < LEAST
    i = find_stop(words, stops, last, low)
    colors = colors_after(words, stops, last, i)
    is_one_pair = not hidden and (i == last or high < stop_at(words, stops, i + 1).offset)
    for row in range(first_row, last_row):
        t = get_row(px, SOURCE + row * ROW)
        if is_one_pair:
            r, g, b, a = colors_at(t, colors, alpha)
        else:
            k = last_stop_before(words, stops, last, i, least(t))
            if k != i:
                i, colors = k, colors_after(words, stops, last, k)
            r, g, b, a = colors_of_row(words, stops, last, i, colors, t, greatest(t), alpha)
            if hidden:
                r, g = where_less(t, LEAST, F0, r), where_less(t, LEAST, F0, g)
                b, a = where_less(t, LEAST, F0, b), where_less(t, LEAST, F0, a)
        put_row(px, row, r, g, b, a, how)


# -- along a line ----------------------------------------------------------------------------------------------------


@inlined
def place_on_line(xx, x, offset_y, dx, is_number):
    """How far along a line pixels are. What is no number counts as far before it; whether none is, may be known."""
    t = xx * (x + HALF) + offset_y + dx
    return t if is_number else where_equal(t, t, t, LEAST)


@inlined
def are_numbers(xx, left, right, top, bottom, dx):
    """Whether all places of a tile are finite: between its corners, sums and products only grow, or only shrink."""
    a, b = xx * (left + HALF), xx * (right + HALF)
    t0, t1, t2, t3 = a + top + dx, b + top + dx, a + bottom + dx, b + bottom + dx
    return t0 - t0 == F0 and t1 - t1 == F0 and t2 - t2 == F0 and t3 - t3 == F0


@kernel
def level_rows(px, paint, tables, how, x0, y0, first_row, last_row):
    """Rows from a linear gradient that runs straight up or down, as `linear_rows`: each row has one colour.

    The sixteen colours are worked out at once, and kept in the source's first row, which is therefore written last.
    """
    words, stops, last = tables[0], np.int64(paint.stops), np.int64(paint.count) - 1
    offset_y = paint.xy * (columns() + np.float32(y0) + HALF)
    t = place_on_line(paint.xx, np.float32(x0), offset_y, paint.dx, NO)
    i = find_stop(words, stops, last, least(t))
    colors = colors_after(words, stops, last, i)
    set_source(px, FIRST_ROW, *colors_of_row(words, stops, last, i, colors, t, greatest(t), paint.alpha))
    row = last_row
    while row > first_row:
        row -= ONE
        r, g = spread(px[SOURCE + row], t), spread(px[SOURCE + PLANE + row], t)
        b, a = spread(px[SOURCE + TWO * PLANE + row], t), spread(px[SOURCE + THREE * PLANE + row], t)
        put_row(px, row, r, g, b, a, how)


@kernel
def linear_rows(px, paint, tables, how, x0, y0, first_row, last_row):
    """Rows of pixels or of the source from a linear gradient; see `paint_rows`."""
    if paint.xx == F0:
        level_rows(px, paint, tables, how, x0, y0, first_row, last_row)
        return
    words, stops, last = tables[0], np.int64(paint.stops), np.int64(paint.count) - 1
    # By value: the compiler does not know that a pixel stored is no part of a paint.
    xx, xy, dx, alpha = paint.xx, paint.xy, paint.dx, paint.alpha
    left, right = np.float32(x0), np.float32(x0 + TILE - 1)
    top, bottom = xy * (np.float32(y0) + HALF), xy * (np.float32(y0 + TILE - 1) + HALF)
    # In a row or a column t only grows, or only shrinks.
    t0, t1 = place_on_line(xx, left, top, dx, NO), place_on_line(xx, right, top, dx, NO)
    t2, t3 = place_on_line(xx, left, bottom, dx, NO), place_on_line(xx, right, bottom, dx, NO)
    is_number = are_numbers(xx, left, right, top, bottom, dx)
    i = find_stop(words, stops, last, min(min(t0, t1), min(t2, t3)))
    colors = colors_after(words, stops, last, i)
    x = columns() + left
    r, g, b, a = colors_at(place_on_line(xx, x, top, dx, is_number), colors, alpha)
    upright = top == bottom
    if i == last or max(max(t0, t1), max(t2, t3)) < stop_at(words, stops, i + 1).offset:
        if upright:
            for row in range(first_row, last_row):
                put_row(px, row, r, g, b, a, how)
            return
        for row in range(first_row, last_row):
            offset_y = xy * (np.float32(y0 + np.int64(row)) + HALF)
            r, g, b, a = colors_at(place_on_line(xx, x, offset_y, dx, is_number), colors, alpha)
            put_row(px, row, r, g, b, a, how)
        return
    for row in range(first_row, last_row):
        if row == first_row or not upright:
            offset_y = xy * (np.float32(y0 + np.int64(row)) + HALF)
            t0, t1 = place_on_line(xx, left, offset_y, dx, NO), place_on_line(xx, right, offset_y, dx, NO)
            k = last_stop_before(words, stops, last, i, min(t0, t1))
            if k != i:
                i, colors = k, colors_after(words, stops, last, k)
            t = place_on_line(xx, x, offset_y, dx, is_number)
            r, g, b, a = colors_of_row(words, stops, last, i, colors, t, max(t0, t1), alpha)
        put_row(px, row, r, g, b, a, how)


# -- between two circles ---------------------------------------------------------------------------------------------


@inlined
def place_on_rings(x, y, growth, radius):
    """Which of the circles around one centre pixels are on."""
    return growth * (root(x * x + y * y) - radius)


@inlined
def place_on_circles(x, y, circles):
    """Which circle pixels are on, or HIDDEN.

    Circle t has its centre at (along * t, 0) and the radius (radius + growth * t): those through a pixel solve
    curve * t^2 - 2 * half * t + product = 0. Of the two ways to write each solution, the one without a difference of
    nearly equal numbers is taken. What is no number counts as far before the start.
    """
    along, growth, radius, square, middle, reach, curve, sign = circles
    half = along * x + middle
    product = x * x + y * y - square
    if curve == F0:
        t = product / (half + half)
        return where_less(F0, radius + growth * t, greater(t, LEAST), HIDDEN)
    level = reach + growth * x
    inside = level * level - curve * y * y
    step = sign * root(greater(inside, F0))
    apart = half * step
    t = where_less(apart, F0, product, half + step) / where_less(apart, F0, half - step, curve)
    # Where one circle lies inside the other, every pixel is on a circle: rounding does not count.
    bound = F0 if curve > F0 else LEAST
    seen = where_less(bound, radius + growth * t, greater(t, LEAST), HIDDEN)
    return where_less(inside, bound, HIDDEN, seen)


@inlined
def map_of(paint):
    """The map from the surface to a paint's space, by value: for all that the compiler knows, a pixel is part of it."""
    return paint.xx, paint.xy, paint.dx, paint.yx, paint.yy, paint.dy


@inlined
def ramp_of(paint):
    """The ramp of a gradient as `ramp_rows` takes it."""
    return np.int64(paint.stops), np.int64(paint.count) - 1, paint.alpha


@kernel
def ring_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from a radial gradient whose circles have one centre; see `paint_rows`."""
    xx, xy, dx, yx, yy, dy = map_of(paint)
    growth, radius = paint.growth, paint.radius
    x = columns() + np.float32(x0) + HALF
    low, high = columns() * F0 + MOST, columns() * F0 + LEAST
    for row in range(first, last):
        y = np.float32(y0 + np.int64(row)) + HALF
        t = place_on_rings(xx * x + xy * y + dx, yx * x + yy * y + dy, growth, radius)
        low, high = keep_places(px, row, greater(t, LEAST), low, high)
    ramp_rows(px, tables[0], ramp_of(paint), least(low), greatest(high), how, first, last)


@kernel
def circle_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows from a radial gradient whose circles have two centres; see `paint_rows`."""
    xx, xy, dx, yx, yy, dy = map_of(paint)
    numbers = paint.along, paint.growth, paint.radius, paint.square
    circles = (*numbers, paint.middle, paint.reach, paint.curve, paint.root)
    x = columns() + np.float32(x0) + HALF
    low, high = columns() * F0 + MOST, columns() * F0 + LEAST
    for row in range(first, last):
        y = np.float32(y0 + np.int64(row)) + HALF
        t = place_on_circles(xx * x + xy * y + dx, yx * x + yy * y + dy, circles)
        low, high = keep_places(px, row, t, low, high)
    ramp_rows(px, tables[0], ramp_of(paint), least(low), greatest(high), how, first, last)


@kernel
def radial_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows of pixels or of the source from a radial gradient; see `paint_rows`."""
    if paint.along == F0:
        ring_rows(px, paint, tables, how, x0, y0, first, last)
    else:
        circle_rows(px, paint, tables, how, x0, y0, first, last)


# -- around a point --------------------------------------------------------------------------------------------------


@inlined
def place_around(x, y):
    """The angle of (x, y) in turns, 0 to 1; 0 is to the right, a quarter is down."""
    wide, high = magnitude(x), magnitude(y)
    q = lesser(wide, high) / greater(greater(wide, high), TINY)
    s = q * q
    t1, t3, t5, t7, t9, t11 = TURN
    t = q * (t1 + s * (t3 + s * (t5 + s * (t7 + s * (t9 + s * t11)))))
    t = where_less(wide, high, QUARTER - t, t)
    t = where_less(x, F0, HALF - t, t)
    return where_less(y, F0, F1 - t, t)


@kernel
def conic_rows(px, paint, tables, how, x0, y0, first, last):
    """Rows of pixels or of the source from a conic gradient; see `paint_rows`."""
    xx, xy, dx, yx, yy, dy = map_of(paint)
    x = columns() + np.float32(x0) + HALF
    low, high = columns() * F0 + MOST, columns() * F0 + LEAST
    for row in range(first, last):
        y = np.float32(y0 + np.int64(row)) + HALF
        t = place_around(xx * x + xy * y + dx, yx * x + yy * y + dy)
        low, high = keep_places(px, row, greater(t, LEAST), low, high)
    ramp_rows(px, tables[0], ramp_of(paint), least(low), greatest(high), how, first, last)
