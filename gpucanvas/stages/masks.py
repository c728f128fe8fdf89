"""masks: outlines of glyphs become bytes of coverage, by which fine multiplies paints. For both backends: no twin.

    outline, quarter of a pixel --add_line--> changes of coverage --sum of a row--> coverage --tone--> bytes

                  left            left + width
    MASK_GAP      | row 0 of the mask |  MASK_GAP  | row 1 ...  |  MASK_GAP
    bytes of 0    | start             |  of 0

The area is exact, as for outlines. It is summed in float64 on the host only, so that both backends get the same bytes.
"""

from __future__ import annotations

import math

import numpy as np

from ..contract.constants import MASK_GAP
from ..contract.tones import TONE_COUNT, TONES
from ..contract.verbs import CLOSE, CUBIC, LINE, MOVE, QUAD
from ..kernels import inlined, kernel

PHASES = 4
"""Positions of a glyph within a pixel along its baseline."""
SLOTS = TONE_COUNT * PHASES
"""Masks that a glyph may have: one for each tone and position."""
SLOT_NUMBERS = 5
"""Numbers of a mask's slot: its first byte, or -1 where it is not drawn yet; left, top, width and height, pixels."""
FLAT = 0.01
"""Tolerance of flattened curves, pixels."""
MOST_PIECES = 64
FACTORS = np.array(TONES, np.float64)


@inlined
def right_of(lo, hi, column):
    """Returns the mean share of a column's pixel to the right of a line that runs from x lo to hi within its row."""
    a, b = max(lo, column), min(hi, column + 1.0)
    return (a - lo + (b - a) * (column + 1.0 - 0.5 * (a + b))) / (hi - lo)


@kernel
def add_line(sums, stride, x0, y0, x1, y1):
    """Add a line's changes of coverage: its height in each row, beginning in the pixels that it passes through."""
    # Rounding may place points slightly outside.
    x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), max(x1, 0.0), max(y1, 0.0)
    if y0 == y1:
        return
    sign = 1.0
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
    slope = (x1 - x0) / (y1 - y0)
    x = x0
    first, last = np.int64(math.floor(y0)), np.int64(math.ceil(y1))
    for row in range(first, last):
        height = min(y1, float(row + 1)) - max(y0, float(row))
        after = x1 if row == last - 1 else min(max(x + slope * height, min(x0, x1)), max(x0, x1))
        d, lo, hi = height * sign, min(x, after), max(x, after)
        column = np.int64(math.floor(lo))
        at = row * stride + column
        if hi <= column + 1.0:
            part = d * (0.5 * (lo + hi) - column)
            sums[at] += d - part
            sums[at + 1] += part
        else:
            done = 0.0
            while column < hi:
                area = d * right_of(lo, hi, float(column))
                sums[at] += area - done
                done, column, at = area, column + 1, at + 1
            sums[at] += d - done
        x = after


@inlined
def pieces_of(d):
    """Returns the number of lines for a curve whose control points lie ``d`` from a straight line."""
    return np.int64(min(max(math.ceil(math.sqrt(d / FLAT)), 1.0), float(MOST_PIECES)))


@kernel
def add_outline(verbs, coords, outline, dx, dy, sums, stride):
    """Add all lines of an outline, moved by (dx, dy)."""
    first, count, number = outline[0], outline[1], outline[2]
    x = y = start_x = start_y = 0.0
    for k in range(first, first + count):
        verb = verbs[k]
        if verb in (MOVE, CLOSE):
            add_line(sums, stride, x, y, start_x, start_y)
            x, y = start_x, start_y
            if verb == MOVE:
                x, y = coords[number] + dx, coords[number + 1] + dy
                start_x, start_y = x, y
                number += 2
        elif verb == LINE:
            px, py = coords[number] + dx, coords[number + 1] + dy
            add_line(sums, stride, x, y, px, py)
            x, y = px, py
            number += 2
        else:
            ax, ay = coords[number] + dx, coords[number + 1] + dy
            bx, by = coords[number + 2] + dx, coords[number + 3] + dy
            ex, ey = bx, by
            if verb == CUBIC:
                ex, ey = coords[number + 4] + dx, coords[number + 5] + dy
                number += 6
                bend = math.hypot(ax - 2.0 * bx + ex, ay - 2.0 * by + ey)
                n = pieces_of(0.75 * max(math.hypot(x - 2.0 * ax + bx, y - 2.0 * ay + by), bend))
            else:
                number += 4
                n = pieces_of(0.25 * math.hypot(x - 2.0 * ax + bx, y - 2.0 * ay + by))
            sx, sy = x, y
            for i in range(1, n + 1):
                t = i / n
                u = 1.0 - t
                if i == n:
                    px, py = ex, ey
                elif verb == CUBIC:
                    px = u * u * u * sx + 3.0 * u * u * t * ax + 3.0 * u * t * t * bx + t * t * t * ex
                    py = u * u * u * sy + 3.0 * u * u * t * ay + 3.0 * u * t * t * by + t * t * t * ey
                else:
                    px = u * u * sx + 2.0 * u * t * ax + t * t * bx
                    py = u * u * sy + 2.0 * u * t * ay + t * t * by
                add_line(sums, stride, x, y, px, py)
                x, y = px, py
    add_line(sums, stride, x, y, start_x, start_y)


@inlined
def write_mask(sums, wide, high, tone, masks, start):
    """Write the bytes of a mask from the changes of its coverage."""
    stride = wide + 2
    t0, t1, t2 = FACTORS[tone, 0], FACTORS[tone, 1], FACTORS[tone, 2]
    for row in range(high):
        winding, at = 0.0, start + row * (wide + MASK_GAP)
        for column in range(wide):
            winding += sums[row * stride + column]
            c = min(abs(winding), 1.0)
            c += c * (1.0 - c) * (t0 + c * (t1 + c * t2))
            masks[at + column] = np.uint8(c * 255.0 + 0.5)
        for column in range(wide, wide + MASK_GAP):
            masks[at + column] = 0


@kernel
def join_masks(slots, masks, left, top, out):
    """Draw masks over one another into one, so that what several cover is covered more, but no pixel twice.

    Parameters
    ----------
    slots
        (N, SLOT_NUMBERS) int64, the masks, with their left and top where they are drawn.
    masks
        The bytes that the slots refer to.
    left, top
        Where the joined mask begins.
    out
        (H, W) uint8, changed.
    """
    for k in range(len(slots)):
        start, x, y = slots[k, 0], slots[k, 1] - left, slots[k, 2] - top
        wide, high = slots[k, 3], slots[k, 4]
        for row in range(high):
            at = start + row * (wide + MASK_GAP)
            for column in range(wide):
                here, more = np.int64(out[y + row, x + column]), np.int64(masks[at + column])
                out[y + row, x + column] = np.uint8(here + more - (here * more + 127) // 255)


@kernel
def draw_masks(rows, verbs, coords, outlines, vertical, slots, sums, masks, at):
    """Draw masks, one after another, from byte ``at`` on; returns where the next mask begins.

    Parameters
    ----------
    rows
        (N,) int64 places in ``slots``: glyph, then tone, then quarter of a pixel.
    verbs, coords, outlines
        The outlines of all glyphs, pixels, y down; (G, 3) int64, the first verb, number of verbs and first coordinate
        of each glyph.
    vertical
        Whether baselines run down or up: quarters of a pixel are vertical then.
    slots
        (G * SLOTS, SLOT_NUMBERS) int32: the slots in ``rows`` are written.
    sums
        float64 working memory: room for the largest mask with two more columns and one more row.
    masks
        uint8, with room for all masks.
    """
    for row in rows:
        outline = outlines[row // SLOTS]
        points = 0
        for k in range(outline[0], outline[0] + outline[1]):
            verb = verbs[k]
            points += 3 if verb == CUBIC else 2 if verb == QUAD else 0 if verb == CLOSE else 1
        slot = slots[row]
        if points == 0:
            slot[1] = slot[2] = slot[3] = slot[4] = 0
            slot[0] = 0
            continue
        x0 = x1 = coords[outline[2]]
        y0 = y1 = coords[outline[2] + 1]
        for i in range(outline[2], outline[2] + 2 * points, 2):
            x0, x1 = min(x0, coords[i]), max(x1, coords[i])
            y0, y1 = min(y0, coords[i + 1]), max(y1, coords[i + 1])
        phase = (row % PHASES) / PHASES
        right, down = (0.0, phase) if vertical else (phase, 0.0)
        left, top = np.int64(math.floor(x0 + right)), np.int64(math.floor(y0 + down))
        wide, high = np.int64(math.ceil(x1 + right)) - left, np.int64(math.ceil(y1 + down)) - top
        sums[: (wide + 2) * (high + 1)] = 0.0
        add_outline(verbs, coords, outline, right - left, down - top, sums, wide + 2)
        write_mask(sums, wide, high, row // PHASES % TONE_COUNT, masks, at)
        slot[1], slot[2], slot[3], slot[4] = left, top, wide, high
        # Written last: to a thread that reads slots meanwhile it says that the rest is complete.
        slot[0] = at
        at += high * (wide + MASK_GAP)
    return at
