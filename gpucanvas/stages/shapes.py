"""The pixels and the coverage of simple shapes in a tile: rectangles, discs, rings, segments, frames and glyphs' masks.

    NAME_over   draws a solid shape source-over, directly, in the rows and half rows that it touches
    cover_NAME  writes only its coverage, for all other paints and operators

Twin: shaders/fine.comp.
"""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import (
    MASK_GAP,
    SHAPE_CIRCLE,
    SHAPE_FRAME,
    SHAPE_GLYPH,
    SHAPE_RECT,
    SHAPE_SEGMENT,
    TILE,
)
from ..kernels import inlined, kernel
from ..kernels.row import (
    columns,
    get_like,
    get_row,
    greater,
    half_columns,
    half_part_columns,
    lesser,
    part_columns,
    quarters,
    set_row,
)
from .coverage import (
    FOUR,
    HALF,
    SMALL_RADIUS,
    TWO,
    disc_coverage,
    frame_coverage,
    mask_coverage,
    ring_coverage,
    segment_columns,
    segment_coverage,
    small_disc_columns,
    small_disc_coverage,
    small_ring_coverage,
)
from .tile import (
    ALPHA,
    BLUE,
    COVER,
    DOWN,
    GREEN,
    RED,
    ROW,
)

ONE = np.uint64(1)
F0 = np.float32(0.0)
F1 = np.float32(1.0)
FTILE = np.float32(TILE)
FHALF = np.float32(TILE // 2)
FQUARTER = np.float32(TILE // 4)
SQRT2 = np.float32(constants.SQRT2)
SHORT = np.float32(1.0e-3)
NARROW = np.float32(3.0)
"""Pixels to each side of a strip's middle that certainly fit into half a row."""


@inlined
def map_row(px, at, r, g, b, a, k):
    """A row of pixels becomes (r g b a) + k * pixel."""
    set_row(px, RED + at, r + k * get_like(px, RED + at, k))
    set_row(px, GREEN + at, g + k * get_like(px, GREEN + at, k))
    set_row(px, BLUE + at, b + k * get_like(px, BLUE + at, k))
    set_row(px, ALPHA + at, a + k * get_like(px, ALPHA + at, k))


@inlined
def row_over(px, at, r, g, b, a, c):
    """Source-over of a row of pixels with a solid colour and coverages c."""
    map_row(px, at, r * c, g * c, b * c, a * c, F1 - a * c)


@kernel
def plane_over(px, plane, r, g, b, a, first, last):
    """Source-over with a solid colour, by the coverage in a plane, rows first to last."""
    for y in range(first, last):
        row_over(px, y * ROW, r, g, b, a, get_row(px, plane + y * ROW))


@inlined
def overlap(at, lo, hi):
    """Returns the part between lo and hi of each unit interval that begins in `at`."""
    return greater(lesser(at + F1, hi) - greater(at, lo), F0)


@inlined
def rect_over(px, r, g, b, a, x0, y0, x1, y1, first, last):
    """Source-over of a solid rectangle, given from the tile's corner, in some rows."""
    across = overlap(columns(), x0, x1)
    if first < last:
        row_over(px, first * ROW, r, g, b, a, across * overlap(np.float32(np.int32(first)), y0, y1))
    # Rows between the first and the last are covered in full height.
    rc, gc, bc, ac = r * across, g * across, b * across, a * across
    k = F1 - ac
    for y in range(first + ONE, last - min(ONE, last)):
        map_row(px, y * ROW, rc, gc, bc, ac, k)
    if first + ONE < last:
        end = last - ONE
        row_over(px, end * ROW, r, g, b, a, across * overlap(np.float32(np.int32(end)), y0, y1))


@inlined
def disc_over(px, r, g, b, a, cx, cy, radius, first, last):
    """Source-over of a solid disc of at least SMALL_RADIUS, in some rows; in half a row where it is no wider."""
    left = max(np.floor(cx - radius), F0)
    if min(np.ceil(cx + radius), FTILE) - left <= FHALF:
        left = min(left, FHALF)
        start = np.uint64(np.int64(left))
        x = half_columns() + left
        for y in range(first, last):
            c = disc_coverage(x, np.float32(np.int32(y)), cx, cy, radius)
            row_over(px, start + y * ROW, r, g, b, a, c)
    else:
        for y in range(first, last):
            row_over(px, y * ROW, r, g, b, a, disc_coverage(columns(), np.float32(np.int32(y)), cx, cy, radius))


@kernel
def dot_over(px, r, g, b, a, cx, cy, outer, inner, first, last):
    """Source-over of a solid disc or ring below SMALL_RADIUS, in some rows: only in the few columns that it touches."""
    left, right = small_disc_columns(cx, outer)
    for y in range(first, last):
        x, fy = left, np.float32(np.int32(y))
        if right - x > TWO:
            c = small_ring_coverage(part_columns() + x, fy, cx, cy, outer, inner)
            row_over(px, np.uint64(np.int64(x)) + y * ROW, r, g, b, a, c)
            x += FOUR
        if x < right:
            c = small_ring_coverage(half_part_columns() + x, fy, cx, cy, outer, inner)
            row_over(px, np.uint64(np.int64(x)) + y * ROW, r, g, b, a, c)


@kernel
def segment_over(px, r, g, b, a, x0, y0, x1, y1, h, first, last):
    """Source-over of a solid line segment, in some rows; in half a row where it is short, or steep and narrow."""
    left, right = segment_columns(x0, y0, x1, y1, h)
    dx, dy = x1 - x0, y1 - y0
    # Only for segments longer than SHORT: segment_columns ignores the rounding of a shorter one's direction.
    if right - left <= FHALF and abs(dx) + abs(dy) > SHORT:
        left = min(max(left, F0), FHALF)
        start = np.uint64(np.int64(left))
        x = half_columns() + left
        for y in range(first, last):
            c = segment_coverage(x, np.float32(np.int32(y)), x0, y0, x1, y1, h)
            row_over(px, start + y * ROW, r, g, b, a, c)
        return
    # The largest distance of its pixels from the strip's middle, times the length: centres are at most 0.71 outside.
    reach = (h + F1) * np.sqrt(dx * dx + dy * dy)
    if reach <= NARROW * abs(dy):
        steep_over(px, r, g, b, a, x0, y0, x1, y1, h, reach / abs(dy), first, last)
        return
    if abs(dx) > abs(dy):
        slope, half = dy / dx, reach / abs(dx)
        low = HALF * (y0 + y1) - slope * HALF * (x0 + x1)
        high = low + slope * FTILE
        first = max(first, np.int64(min(max(np.floor(min(low, high) - half), F0), FTILE)))
        last = min(last, np.int64(min(max(np.ceil(max(low, high) + half), F0), FTILE)))
    for y in range(first, last):
        c = segment_coverage(columns(), np.float32(np.int32(y)), x0, y0, x1, y1, h)
        row_over(px, y * ROW, r, g, b, a, c)


@kernel
def steep_over(px, r, g, b, a, x0, y0, x1, y1, h, half, first, last):
    """`segment_over` for a steep segment, with pixels in each row less than ``half`` to each side of its middle."""
    slope, middle = (x1 - x0) / (y1 - y0), HALF * (x0 + x1)
    for y in range(first, last):
        fy = np.float32(np.int32(y))
        x = middle + slope * (fy + HALF - HALF * (y0 + y1))
        if x + half < F0 or x - half > FTILE:
            continue
        left = min(max(np.floor(x - half), F0), FHALF)
        c = segment_coverage(half_columns() + left, fy, x0, y0, x1, y1, h)
        row_over(px, np.uint64(np.int64(left)) + y * ROW, r, g, b, a, c)


@inlined
def mask_place(draw, x0, y0):
    """Returns the byte in the masks for pixel (x0, y0) of a glyph's draw, and the bytes from one row to the next.

    For the width of a tile beside the mask, the bytes are 0; above and below are rows of other masks.
    """
    stride = np.int64(draw.x1 - draw.x0) + MASK_GAP
    return np.int64(draw.path) + (y0 - np.int64(draw.y0)) * stride + x0 - np.int64(draw.x0), stride


@kernel
def glyph_over(px, masks, r, g, b, a, at, stride, left, right, first, last):
    """Source-over of a mask in a solid colour, in some rows; in half a row, or a quarter, where it is no wider.

    ``at`` is the byte of its first row for the tile's first column; the mask lies between columns left and right.
    """
    wide, narrow = half_columns(), quarters(columns())[0]
    if right - left <= FQUARTER:
        start = np.int64(min(left, FTILE - FQUARTER))
        for y in range(first, last):
            c = mask_coverage(masks, at + start + np.int64(y) * stride, narrow)
            row_over(px, np.uint64(start) + y * ROW, r, g, b, a, c)
    elif right - left <= FHALF:
        start = np.int64(min(left, FHALF))
        for y in range(first, last):
            c = mask_coverage(masks, at + start + np.int64(y) * stride, wide)
            row_over(px, np.uint64(start) + y * ROW, r, g, b, a, c)
    else:
        for y in range(first, last):
            row_over(px, y * ROW, r, g, b, a, mask_coverage(masks, at + np.int64(y) * stride, columns()))


@inlined
def rows_between(top, bottom):
    """Returns the rows (first, last) of a tile that lie, at least in part, between two heights from its corner."""
    first = np.uint64(np.int64(lesser(greater(np.floor(top), F0), FTILE)))
    last = np.uint64(np.int64(lesser(greater(np.ceil(bottom), F0), FTILE)))
    return first, last


@kernel
def rows_of(draw, y0):
    """Returns the rows (first, last) of the tile at y0 that a simple shape may touch."""
    shape = draw.style & 255
    top, bottom = draw.y0, draw.y1
    if shape == SHAPE_CIRCLE:
        top, bottom = draw.y0 - draw.x1, draw.y0 + draw.x1
    elif shape == SHAPE_FRAME:
        top, bottom = top - draw.size, bottom + draw.size
    elif shape != SHAPE_RECT:
        top, bottom = min(top, bottom) - SQRT2 * draw.size, max(top, bottom) + SQRT2 * draw.size
    fy = np.float32(y0)
    return rows_between(top - fy, bottom - fy)


@inlined
def shape_over(px, draw, masks, x0, y0):
    """Source-over of a simple shape in a solid colour."""
    fx = np.float32(x0)
    fy = np.float32(y0)
    r, g, b, a = draw.r, draw.g, draw.b, draw.a
    shape = draw.style & 255
    if shape == SHAPE_RECT:
        top, bottom = draw.y0 - fy, draw.y1 - fy
        first, last = rows_between(top, bottom)
        rect_over(px, r, g, b, a, draw.x0 - fx, top, draw.x1 - fx, bottom, first, last)
    elif shape == SHAPE_CIRCLE and draw.x1 >= SMALL_RADIUS and draw.y1 <= F0:
        cx, cy, radius = draw.x0 - fx, draw.y0 - fy, draw.x1
        first, last = rows_between(cy - radius, cy + radius)
        disc_over(px, r, g, b, a, cx, cy, radius, first, last)
    elif shape == SHAPE_CIRCLE and draw.x1 < SMALL_RADIUS:
        first, last = rows_of(draw, y0)
        dot_over(px, r, g, b, a, draw.x0 - fx, draw.y0 - fy, draw.x1, draw.y1, first, last)
    elif shape == SHAPE_SEGMENT:
        first, last = rows_of(draw, y0)
        segment_over(px, r, g, b, a, draw.x0 - fx, draw.y0 - fy, draw.x1 - fx, draw.y1 - fy, draw.size, first, last)
    elif shape == SHAPE_GLYPH:
        first, last = rows_of(draw, y0)
        at, stride = mask_place(draw, x0, y0)
        left, right = greater(draw.x0 - fx, F0), lesser(draw.x1 - fx, FTILE)
        glyph_over(px, masks, r, g, b, a, at, stride, left, right, first, last)
    else:
        first, last = rows_of(draw, y0)
        cover_shape(px, draw, masks, x0, y0, first, last)
        plane_over(px, COVER, r, g, b, a, first, last)


@kernel
def cover_rect(px, x0, y0, x1, y1, first, last):
    """Fill rows of the coverage plane from a rectangle, given from the tile's corner."""
    across = overlap(columns(), x0, x1)
    set_row(px, DOWN, overlap(columns(), y0, y1))
    for y in range(first, last):
        set_row(px, COVER + y * ROW, across * px[DOWN + y])


@kernel
def cover_disc(px, cx, cy, radius, first, last):
    """Fill rows of the coverage plane from a disc of at least SMALL_RADIUS."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, disc_coverage(columns(), np.float32(np.int32(y)), cx, cy, radius))


@kernel
def cover_dot(px, cx, cy, outer, inner, first, last):
    """Fill rows of the coverage plane from a disc or a ring below SMALL_RADIUS."""
    left, right = small_disc_columns(cx, outer)
    for y in range(first, last):
        set_row(px, COVER + y * ROW, F0)
        x, fy = left, np.float32(np.int32(y))
        if right - x > TWO:
            c = small_ring_coverage(part_columns() + x, fy, cx, cy, outer, inner)
            set_row(px, COVER + np.uint64(np.int64(x)) + y * ROW, c)
            x += FOUR
        if x < right:
            c = small_ring_coverage(half_part_columns() + x, fy, cx, cy, outer, inner)
            set_row(px, COVER + np.uint64(np.int64(x)) + y * ROW, c)


@kernel
def cut_dot(px, cx, cy, radius, first, last):
    """Subtract a disc below SMALL_RADIUS from rows of the coverage plane."""
    left, right = small_disc_columns(cx, radius)
    for y in range(first, last):
        x = left
        while x < right:
            hole = small_disc_coverage(half_part_columns() + x, np.float32(np.int32(y)), cx, cy, radius)
            at = COVER + np.uint64(np.int64(x)) + y * ROW
            set_row(px, at, get_like(px, at, hole) - hole)
            x += TWO
    for y in range(first, last):
        set_row(px, COVER + y * ROW, greater(get_row(px, COVER + y * ROW), F0))


@kernel
def cover_ring(px, cx, cy, outer, inner, first, last):
    """Fill rows of the coverage plane from a small disc or a ring."""
    if outer < SMALL_RADIUS:
        cover_dot(px, cx, cy, outer, inner, first, last)
    elif inner < SMALL_RADIUS:
        cover_disc(px, cx, cy, outer, first, last)
        cut_dot(px, cx, cy, inner, first, last)
    else:
        for y in range(first, last):
            set_row(px, COVER + y * ROW, ring_coverage(columns(), np.float32(np.int32(y)), cx, cy, outer, inner))


@kernel
def cover_frame(px, x0, y0, x1, y1, h, first, last):
    """Fill rows of the coverage plane from the outline of a rectangle."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, frame_coverage(columns(), np.float32(np.int32(y)), x0, y0, x1, y1, h))


@kernel
def cover_segment(px, x0, y0, x1, y1, h, first, last):
    """Fill rows of the coverage plane from a line segment."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, segment_coverage(columns(), np.float32(np.int32(y)), x0, y0, x1, y1, h))


@kernel
def cover_glyph(px, masks, at, stride, first, last):
    """Fill rows of the coverage plane from a mask."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, mask_coverage(masks, at + np.int64(y) * stride, columns()))


@kernel
def cover_shape(px, draw, masks, x0, y0, first, last):
    """Fill rows of the coverage plane from a simple shape."""
    shape = draw.style & 255
    fx = np.float32(x0)
    fy = np.float32(y0)
    if shape == SHAPE_RECT:
        cover_rect(px, draw.x0 - fx, draw.y0 - fy, draw.x1 - fx, draw.y1 - fy, first, last)
    elif shape == SHAPE_CIRCLE and draw.x1 >= SMALL_RADIUS and draw.y1 <= F0:
        cover_disc(px, draw.x0 - fx, draw.y0 - fy, draw.x1, first, last)
    elif shape == SHAPE_CIRCLE:
        cover_ring(px, draw.x0 - fx, draw.y0 - fy, draw.x1, draw.y1, first, last)
    elif shape == SHAPE_FRAME:
        cover_frame(px, draw.x0 - fx, draw.y0 - fy, draw.x1 - fx, draw.y1 - fy, draw.size, first, last)
    elif shape == SHAPE_GLYPH:
        at, stride = mask_place(draw, x0, y0)
        cover_glyph(px, masks, at, stride, first, last)
    else:
        cover_segment(px, draw.x0 - fx, draw.y0 - fy, draw.x1 - fx, draw.y1 - fy, draw.size, first, last)
