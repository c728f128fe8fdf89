"""filter: a box of pixels is blurred by a gaussian, across and down; large sigmas are blurred on halved pixels.

    surface --gather_rows: halve, blur across--> values --spread_rows: blur down, double--> surface

Halving and doubling use the weights 1 3 3 1 (over 8), which leave no visible grid, unlike a mean of two or a nearest
pixel. All halvings are done in one step: with h pixels per cell, pixel p of cell c contributes

    (h - 1 - p) (h - p)  to cell c - 1          p (p + 1)  to cell c + 1          the rest to cell c        of 2 h h

One more cell on each side of the box gets a contribution, too. Halving and doubling together add (h h - 1) / 2 to the
variance; the blur between them has that much less. Pixels beyond the box are transparent. Before rounding to 8 bits, no
channel of any picture differs by more than 0.9 / 255 from the exact gaussian blur.

Values are float32 from 0 to 255; colours of halves may be outside, and stay so. A row of values has its planes side by
side (red, green, blue, alpha; or alpha alone), each followed by a gap, so that a row is blurred as one long line:

    16 zeros | plane 0, GAP or more zeros | plane 1, ...       a plane's added first cell is the last one before the bar

Working memory is `work`: LINES lines of `line_room` values.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import BLUR_RADIUS, TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, columns, get_row, lesser, rounded_down, set_row
from .tile import (
    F0,
    F1,
    F255,
    HALF,
    MASK8,
    SHIFT8,
    SHIFT16,
    SHIFT24,
    TO_UNIT,
    as_pixel,
    copy_pixel,
    set_packed_row,
    set_row_of,
    unpacked_row,
)

GAP = BLUR_RADIUS + 3
"""Zeros behind a plane: the reach of a blur of its last added cell, and the added first cell of the next plane."""
LEAD = TILE
"""Zeros before a row, and before a line of the work: at least the reach of a blur of the first added cell."""
LINES = 6
"""Lines of working memory: three rows of cells, the row between them, and two for pixels."""
LINE_ROOM = 1280
"""Values of a line of working memory in addition to four per pixel: the gaps of four planes, with cells of 8 pixels."""
PIXELS = 4
BLOCK = 64
STEP1, STEP2, STEP3 = 16, 32, 48
EIGHTH = np.float32(0.125)
THREE_EIGHTHS = np.float32(0.375)
NO_ITEM = np.uint64(0)
RED_PLANE, GREEN_PLANE, BLUE_PLANE, ALPHA_PLANE = 0, 1, 2, 3


@inlined
def next_share(p, inverse):
    """Returns the share that pixel p of a cell of 1 / inverse pixels contributes to the next cell."""
    q = p * inverse
    return (q + inverse) * q * HALF


@inlined
def cell_share(phase, high, inverse):
    """Returns a cell's share of the pixel ``phase`` pixels after its first, from one cell before to one behind it."""
    p = np.float32(phase & (high - 1))
    q = np.float32(high - 1) - p
    if phase < 0:
        return next_share(p, inverse)
    if phase >= high:
        return next_share(q, inverse)
    return F1 - next_share(p, inverse) - next_share(q, inverse)


@inlined
def values_row(surface, at):
    """Returns the four rows of values of sixteen pixels from ``at`` on."""
    if surface.ndim == 1:
        words = get_row(surface, at)
        r, g, b = as_float(words & MASK8), as_float(words >> SHIFT8 & MASK8), as_float(words >> SHIFT16 & MASK8)
        return r, g, b, as_float(words >> SHIFT24 & MASK8)
    r, g, b, a = unpacked_row(surface, at)
    return r * F255, g * F255, b * F255, a * F255


@inlined
def set_values_row(surface, at, r, g, b, a):
    """Write sixteen pixels from ``at`` on, rounded to nearest."""
    if surface.ndim == 1:
        words = quantised255(r) | quantised255(g) << SHIFT8 | quantised255(b) << SHIFT16 | quantised255(a) << SHIFT24
        set_row(surface, at, words)
    else:
        set_packed_row(surface, at, r * TO_UNIT, g * TO_UNIT, b * TO_UNIT, a * TO_UNIT)


@inlined
def box_pixels(surface, at, left, edge):
    """Returns the values of ``left`` pixels, at most sixteen, from ``at`` on; the rest of the row is transparent."""
    if left < TILE:
        set_row_of(edge, NO_ITEM, as_pixel(edge, 0))
        for i in range(np.uint64(left)):
            copy_pixel(surface, np.uint64(at) + i, edge, i)
        return values_row(edge, NO_ITEM)
    return values_row(surface, np.uint64(at))


@inlined
def set_pixels(surface, at, left, edge, r, g, b, a):
    """Write ``left`` pixels, at most sixteen, from ``at`` on."""
    if left >= TILE:
        set_values_row(surface, np.uint64(at), r, g, b, a)
        return
    set_values_row(edge, NO_ITEM, r, g, b, a)
    for i in range(np.uint64(left)):
        copy_pixel(edge, i, surface, np.uint64(at) + i)


@kernel
def sum_pixels(surface, width, task, row, line, stride, work, edge):
    """Sum the pixel rows of a row of cells into a line of the work; columns are not summed yet."""
    high = 1 << task.shift_y
    inverse = F1 / np.float32(high)
    top, bottom = row, row + 1
    if high > 1:
        # Row 0 of cells is the added row above the box.
        top, bottom = max((row - 2) * high, 0), min((row + 1) * high, task.high)
    for x in range(0, task.wide, TILE):
        r = g = b = a = columns() * F0
        for y in range(top, bottom):
            dr, dg, db, da = box_pixels(surface, (task.y + y) * width + task.x + x, task.wide - x, edge)
            share = cell_share(y - (row - 1) * high, high, inverse) if high > 1 else F1
            a = a + da * share
            if task.planes > 1:
                r = r + dr * share
                g = g + dg * share
                b = b + db * share
        at = line + x
        if task.planes > 1:
            set_row(work, np.uint64(at + RED_PLANE * stride), r)
            set_row(work, np.uint64(at + GREEN_PLANE * stride), g)
            set_row(work, np.uint64(at + BLUE_PLANE * stride), b)
            at += ALPHA_PLANE * stride
        set_row(work, np.uint64(at), a)


@kernel
def halve_line(task, line, stride, sums, work):
    """Halve the columns of each plane of a line, in place; TILE zeros or more surround each plane.

    Cell -1 and the cells behind the last are zeros, or values that the previous halving added. ``sums`` is working
    memory, a line.
    """
    for plane in range(task.planes):
        at, count = line + plane * stride, task.wide
        for _ in range(task.shift_x):
            count = (count + 1) >> 1
            # The sum for cell c, whose first weight is for pixel 2 c - 1, is stored at 2 c + 2.
            for x in range(0, 2 * count + 3, TILE):
                near = at + x - 3
                outer = get_row(work, np.uint64(near)) + get_row(work, np.uint64(near + 3))
                inner = get_row(work, np.uint64(near + 1)) + get_row(work, np.uint64(near + 2))
                set_row(work, np.uint64(sums + x), outer * EIGHTH + inner * THREE_EIGHTHS)
            for cell in range(-1, count + 1):
                work[at + cell] = work[sums + 2 * cell + 2]
            set_row(work, np.uint64(at + count + 1), F0)
            set_row(work, np.uint64(at + count + 1 + TILE), F0)


@kernel
def copy_cells(task, line, stride, cells, work):
    """Copy the cells of each plane, including the added ones, to their places in a row of cells."""
    for plane in range(task.planes):
        at, to = line + plane * stride - 1, cells + plane * task.stride - 1
        for i in range(task.columns + 2):
            work[to + i] = work[at + i]


@kernel
def blur_line(values, at, step, first, last, weights, middle, out, to, count):
    """Write ``count`` values, in rows of sixteen: weighted sums of values ``step`` apart, ``first`` to ``last``."""
    x = 0
    while x + BLOCK <= count:
        r0 = r1 = r2 = r3 = columns() * F0
        for t in range(first, last + 1):
            weight = weights[middle + t]
            near = at + x + t * step
            r0 = r0 + get_row(values, np.uint64(near)) * weight
            r1 = r1 + get_row(values, np.uint64(near + STEP1)) * weight
            r2 = r2 + get_row(values, np.uint64(near + STEP2)) * weight
            r3 = r3 + get_row(values, np.uint64(near + STEP3)) * weight
        set_row(out, np.uint64(to + x), r0)
        set_row(out, np.uint64(to + x + STEP1), r1)
        set_row(out, np.uint64(to + x + STEP2), r2)
        set_row(out, np.uint64(to + x + STEP3), r3)
        x += BLOCK
    while x < count:
        r0 = columns() * F0
        for t in range(first, last + 1):
            r0 = r0 + get_row(values, np.uint64(at + x + t * step)) * weights[middle + t]
        set_row(out, np.uint64(to + x), r0)
        x += TILE


@inlined
def line_room(wide):
    """Returns the size in values of a line of working memory, for boxes ``wide`` pixels wide."""
    return 4 * wide + LINE_ROOM


@inlined
def row_size(task):
    """Returns the number of values of a row of cells."""
    return LEAD + task.planes * task.stride


@kernel
def gather_rows(surface, width, task, first, last, weights, values, work, edge):
    """Write rows of cells, blurred across, to the values."""
    room = line_room(task.wide)
    size = row_size(task)
    line, stride, end = 2 * LEAD, task.stride, size + 2 * LEAD
    if task.shift_x > 0:
        stride = ((task.wide + TILE - 1) // TILE + 2) * TILE
        line, end = PIXELS * room + LEAD, PIXELS * room + task.planes * stride + LEAD
    for i in range(size + 2 * LEAD):
        work[i] = F0
    for row in range(first, last):
        for i in range(line - LEAD, end):
            work[i] = F0
        inverse = F1
        if task.shift_y > 0:
            inverse = F1 / np.float32(1 << task.shift_y)
        sum_pixels(surface, width, task, row, line, stride, work, edge)
        if task.shift_x > 0:
            halve_line(task, line, stride, (PIXELS + 1) * room, work)
            copy_cells(task, line, stride, 2 * LEAD, work)
        if inverse < F1:
            for i in range(LEAD, LEAD + size):
                work[i] *= inverse
        to = np.int64(task.start) + row * size
        blur_line(work, LEAD, 1, -task.radius_x, task.radius_x, weights, task.weight_x, values, to, size)


@kernel
def blur_down(task, row, weights, values, out, to):
    """Write a row of cells, blurred down, to a line of the work."""
    size = row_size(task)
    first, last = max(-task.radius_y, -row), min(task.radius_y, task.rows - 1 - row)
    at = np.int64(task.start) + row * size
    blur_line(values, at, size, first, last, weights, task.weight_y, out, to, size)


@kernel
def mix_lines(task, y, room, work, to):
    """Interpolate pixel row y from the three rows of cells around it; its columns are still cells."""
    high = 1 << task.shift_y
    inverse = F1 / np.float32(high)
    cell, p = y >> task.shift_y, np.float32(y & (high - 1))
    low, high_share = next_share(np.float32(high - 1) - p, inverse), next_share(p, inverse)
    own = F1 - high_share - low
    # Row 0 of cells is the added row above the box: cells cell - 1, cell, cell + 1 are in rows cell .. cell + 2.
    a, b, c = cell % 3 * room, (cell + 1) % 3 * room, (cell + 2) % 3 * room
    for i in range(0, row_size(task), TILE):
        before, behind = get_row(work, np.uint64(a + i)), get_row(work, np.uint64(c + i))
        set_row(work, np.uint64(to + i), before * low + get_row(work, np.uint64(b + i)) * own + behind * high_share)


@inlined
def fill_cells(task, line, size, cells, work):
    """Repeat each cell of a line once for each of its pixel columns; for cells narrower than sixteen pixels."""
    for i in range(size):
        set_row(work, np.uint64(cells + (i << task.shift_x)), work[line + i])


@inlined
def pixel_row(task, plane, x, low, own, high, line, cells, work):
    """Returns sixteen values of a plane, from x on."""
    if task.shift_x == 0:
        return get_row(work, np.uint64(line + LEAD + plane * task.stride + x))
    if 1 << task.shift_x < TILE:
        at, step = cells + ((LEAD + plane * task.stride) << task.shift_x) + x, 1 << task.shift_x
        before, behind = get_row(work, np.uint64(at - step)), get_row(work, np.uint64(at + step))
        return before * low + get_row(work, np.uint64(at)) * own + behind * high
    at = line + LEAD + plane * task.stride + (x >> task.shift_x)
    return low * work[at - 1] + own * work[at] + high * work[at + 1]


@inlined
def quantised255(row):
    """Returns a row of values as integers 0..255, rounded to nearest."""
    return as_int(lesser(row, F255) + HALF)


@kernel
def store_line(surface, width, task, y, line, cells, work, edge):
    """Write a row of pixels to the surface, from a line of the work whose columns are cells."""
    wide = 1 << task.shift_x
    inverse = F1 / np.float32(wide)
    if task.shift_x > 0 and wide < TILE:
        fill_cells(task, line, row_size(task), cells, work)
    at = (task.to_y + y) * width + task.to_x
    for x in range(0, task.wide, TILE):
        p = columns() + np.float32(x & (wide - 1))
        p = p - rounded_down(p * inverse) * np.float32(wide)
        low, high = next_share(np.float32(wide - 1) - p, inverse), next_share(p, inverse)
        own = F1 - high - low
        a = pixel_row(task, task.planes - 1, x, low, own, high, line, cells, work)
        if task.planes > 1:
            r = pixel_row(task, RED_PLANE, x, low, own, high, line, cells, work)
            g = pixel_row(task, GREEN_PLANE, x, low, own, high, line, cells, work)
            b = pixel_row(task, BLUE_PLANE, x, low, own, high, line, cells, work)
        else:
            r, g, b, a = a * task.r, a * task.g, a * task.b, a * task.a
        set_pixels(surface, at + x, task.wide - x, edge, r, g, b, a)


@kernel
def spread_rows(surface, width, task, first, last, weights, values, work, edge):
    """Write rows of pixels from the values."""
    room = line_room(task.wide)
    line, cells = 3 * room, PIXELS * room
    ready = 0
    for y in range(first, last):
        if task.shift_y == 0:
            blur_down(task, y, weights, values, work, line)
        else:
            cell = y >> task.shift_y
            for row in range(max(ready, cell), cell + 3):
                blur_down(task, row, weights, values, work, row % 3 * room)
            ready = cell + 3
            mix_lines(task, y, room, work, line)
        store_line(surface, width, task, y, line, cells, work, edge)


@kernel
def blur_boxes(surface, width, tasks, first, last, rows, pixels, weights, values, work, edge):
    """Blur boxes, or a part of a box.

    Parameters
    ----------
    surface
        Pixels as `tile` has them, ``width`` a row.
    tasks
        BlurTask items; first to last of them are blurred.
    rows, pixels
        (first, last) of the rows of cells to gather and of the rows of pixels to spread, in each box. A box that
        several threads share must be gathered completely before any of it is spread.
    weights, values
        (n,) float32: rows of BLUR_WEIGHTS, and memory for the rows of cells.
    work, edge
        Working memory: float32, LINES of `line_room` for the widest box, and TILE pixels in the surface's format.
    """
    for i in range(first, last):
        task = tasks[i]
        gather_rows(surface, width, task, rows[0], min(rows[1], task.rows), weights, values, work, edge)
        spread_rows(surface, width, task, pixels[0], min(pixels[1], task.high), weights, values, work, edge)


@kernel
def blur_half_boxes(surface, width, tasks, first, last, rows, pixels, weights, values, work, edge):
    """As `blur_boxes`, for pixels of halves: ``surface`` is (N, 2) int32."""
    blur_boxes(surface, width, tasks, first, last, rows, pixels, weights, values, work, edge)


@kernel
def sift_blurs(items, size, least_sigma, kept):
    """Find the blurs that have pixels and an effect, and check them.

    Parameters
    ----------
    items
        Blur records.
    size
        (width, height) of the surface, pixels.
    least_sigma
        Below this sigma, pixels, a blur that is not tinted and stays in its place has no effect.
    kept
        (N,) int64, written: the indices of the blurs with an effect.

    Returns
    -------
    (int, bool)
        How many are kept; and whether all boxes are inside the surface, and all sigmas finite and not negative.
    """
    count, sound = np.int64(0), True
    for k in range(len(items)):
        item = items[k]
        x, y, to_x, to_y = np.int64(item.x0), np.int64(item.y0), np.int64(item.to_x), np.int64(item.to_y)
        wide, high = np.int64(item.x1) - x, np.int64(item.y1) - y
        sound = sound and min(x, to_x) >= 0 and max(x, to_x) + wide <= size[0] and wide >= 0
        sound = sound and min(y, to_y) >= 0 and max(y, to_y) + high <= size[1] and high >= 0
        sound = sound and item.sigma_x >= 0.0 and item.sigma_y >= 0.0
        sound = sound and np.isfinite(item.sigma_x) and np.isfinite(item.sigma_y)
        stays = to_x == x and to_y == y and item.tinted == 0
        if wide > 0 and high > 0 and not (stays and item.sigma_x < least_sigma and item.sigma_y < least_sigma):
            kept[count] = k
            count += 1
    return count, sound


@kernel
def lay_out(items, across, down, tasks):
    """Write the tasks (N,) of blurs, but for ``start``.

    ``across`` and ``down`` are three (N,) int64 each: halvings, weights on each side of the middle one, and the index
    of that one.
    """
    for k in range(len(items)):
        item, task = items[k], tasks[k]
        wide, high = np.int64(item.x1) - np.int64(item.x0), np.int64(item.y1) - np.int64(item.y0)
        task.x, task.y, task.wide, task.high = item.x0, item.y0, np.int32(wide), np.int32(high)
        task.to_x, task.to_y = item.to_x, item.to_y
        task.r, task.g, task.b, task.a = item.r, item.g, item.b, item.a
        planes = 1 if item.tinted != 0 else 4
        shift_x, shift_y = across[0][k], down[0][k]
        columns_wide = (wide + (1 << shift_x) - 1) >> shift_x
        rows_high = (high + (1 << shift_y) - 1) >> shift_y
        task.planes = np.int32(planes)
        task.shift_x, task.radius_x, task.weight_x = np.int32(shift_x), np.int32(across[1][k]), np.int32(across[2][k])
        task.shift_y, task.radius_y, task.weight_y = np.int32(shift_y), np.int32(down[1][k]), np.int32(down[2][k])
        task.columns, task.rows = np.int32(columns_wide), np.int32(rows_high + (2 if shift_y > 0 else 0))
        task.stride = np.int32((columns_wide + GAP + TILE - 1) // TILE * TILE)
