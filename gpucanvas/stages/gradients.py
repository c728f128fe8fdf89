"""The colours of rows of pixels under a gradient, premultiplied. Twin: shaders/shared/gradients.glsl.

Colours are interpolated straight (HTML, "fill and stroke styles"), between the two stops around each pixel's place on
the gradient, which is 0 at its start and 1 at its end:

    linear   one product     monotonic along a row or a column
    radial   a square root   the visible one of the circles through a pixel, if there is any
    conic    a polynomial    the share of a turn; not the processor's or driver's arc tangent, which differ

The numbers of a pixel are the shader's; here they are computed for sixteen pixels at once. A tile whose pixels all lie
between the same two stops, as in most tiles, looks stops up once. A row with several pairs of stops selects by place.

    places of the tile's pixels, in the source's red plane --ramp_rows--> colours: rows of pixels, or the source
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
"""The place of a pixel that no circle passes through."""
MOST = -LEAST
TINY = np.float32(LEAST_LENGTH)
STOP = Stop.dtype
STOP_WORDS = Stop.words
TURN = tuple(np.float32(each) for each in (TURN_1, TURN_3, TURN_5, TURN_7, TURN_9, TURN_11))


# -- stops -----------------------------------------------------------------------------------------------------------


@inlined
def stop_at(words, stops, i):
    """Returns stop i of the stops that begin at word ``stops`` of the stream."""
    return record_at(words, stops + i * STOP_WORDS, STOP)


@inlined
def find_stop(words, stops, last, t):
    """Returns the last of stops 0 .. last whose offset is at most t; -1 where all are beyond t."""
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
    """Returns the same as `find_stop`, searching from stop i, which is near."""
    while i >= 0 and t < stop_at(words, stops, i).offset:
        i -= 1
    while i < last and stop_at(words, stops, i + 1).offset <= t:
        i += 1
    return i


@inlined
def colors_after(words, stops, last, i):
    """Returns the ramp from stop i to the next, as numbers; before the first stop and after the last it is constant."""
    lo = stop_at(words, stops, max(i, 0))
    hi = stop_at(words, stops, min(i + 1, last))
    span = hi.offset - lo.offset
    most = F1 if span > F0 else F0
    span = span if span > F0 else F1
    # Division by a power of two equals a multiplication to the bit, which takes a third of the time.
    is_whole = span in (F1, HALF, QUARTER)
    share = F4 if span == QUARTER else F2 if span == HALF else F1
    steps = hi.r - lo.r, hi.g - lo.g, hi.b - lo.b, hi.a - lo.a
    return lo.offset, (span, share, is_whole), most, lo.r, lo.g, lo.b, lo.a, steps


@inlined
def colors_at(t, colors, alpha):
    """Returns the colours of a row of places between two stops."""
    offset, (span, share, is_whole), most, r, g, b, a, (dr, dg, db, da) = colors
    f = (t - offset) * share if is_whole else (t - offset) / span
    f = lesser(greater(f, F0), most)
    a = (a + f * da) * alpha
    return (r + f * dr) * a, (g + f * dg) * a, (b + f * db) * a, a


@inlined
def colors_of_row(words, stops, last, k, colors, t, high, alpha):
    """Returns the colours of a row of places, from just after stop k, whose ramp is given, to ``high``."""
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
    """Store a row of places for `ramp_rows`; returns the least and greatest places so far, by column."""
    set_row(px, SOURCE + row * ROW, t)
    return lesser(low, t), greater(high, t)


@kernel
def ramp_rows(px, words, ramp, low, high, how, first_row, last_row):
    """Colour rows of pixels, or of the source, from the stored places, which are between ``low`` and ``high``.

    ``ramp`` is the first word of the stops, the index of the last stop, and the alpha.
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
    """Returns the places of pixels along a line. NaN becomes BEFORE; ``is_number`` says that there is none."""
    t = xx * (x + HALF) + offset_y + dx
    return t if is_number else where_equal(t, t, t, LEAST)


@inlined
def are_numbers(xx, left, right, top, bottom, dx):
    """Returns whether all places of a tile are finite: they are monotonic, so its corners decide."""
    a, b = xx * (left + HALF), xx * (right + HALF)
    t0, t1, t2, t3 = a + top + dx, b + top + dx, a + bottom + dx, b + bottom + dx
    return t0 - t0 == F0 and t1 - t1 == F0 and t2 - t2 == F0 and t3 - t3 == F0


@kernel
def level_rows(px, paint, tables, how, x0, y0, first_row, last_row):
    """`linear_rows` for a vertical gradient, where each row has one colour.

    The sixteen rows' colours are computed at once, and stored in the source's first row, which is written last.
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
    # Copied to locals: the compiler must assume that storing a pixel changes the paint.
    xx, xy, dx, alpha = paint.xx, paint.xy, paint.dx, paint.alpha
    left, right = np.float32(x0), np.float32(x0 + TILE - 1)
    top, bottom = xy * (np.float32(y0) + HALF), xy * (np.float32(y0 + TILE - 1) + HALF)
    # t is monotonic along a row or a column.
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
    """Returns the places of pixels on circles around one centre."""
    return growth * (root(x * x + y * y) - radius)


@inlined
def place_on_circles(x, y, circles):
    """Returns the places t of the circles that pixels are on, or HIDDEN.

    Circle t has its centre at (along * t, 0) and the radius (radius + growth * t). The circles through a pixel solve
    curve * t^2 - 2 * half * t + product = 0. Of the two formulas for a root, the one without cancellation is used. NaN
    counts as far before the start.
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
    # Where one circle lies inside the other, every pixel is on a circle, whatever rounding says.
    bound = F0 if curve > F0 else LEAST
    seen = where_less(bound, radius + growth * t, greater(t, LEAST), HIDDEN)
    return where_less(inside, bound, HIDDEN, seen)


@inlined
def map_of(paint):
    """Returns the map from the surface to a paint's space as locals, which storing a pixel cannot change."""
    return paint.xx, paint.xy, paint.dx, paint.yx, paint.yy, paint.dy


@inlined
def ramp_of(paint):
    """Returns a gradient's ``ramp`` for `ramp_rows`."""
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
    """Returns the angle of (x, y) in turns, 0 to 1; 0 is to the right, a quarter is down."""
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
