"""fine: a tile's commands become its pixels; each pixel is loaded and stored once. Twin: shaders/fine.comp."""

from __future__ import annotations

import numpy as np

from ..contract import constants
from ..contract.constants import (
    COMMAND_AFFINE,
    COMMAND_BITS,
    COMMAND_CLIP_NONE,
    COMMAND_CLIP_PATH,
    COMMAND_CLIP_RECT,
    COMMAND_EMPTY,
    COMMAND_FULL,
    COMMAND_PATH,
    COMMAND_SHAPE,
    MASK_GAP,
    MOST_SAMPLED,
    OP_FIRST_BLEND,
    OP_REPLACE,
    PAINT_KIND_BITS,
    RULE_SINGLE,
    SHAPE_CIRCLE,
    SHAPE_FRAME,
    SHAPE_GLYPH,
    SHAPE_RECT,
    SHAPE_SEGMENT,
    STYLE_OP_SHIFT,
    STYLE_TONED,
    STYLE_UNBOUNDED,
    TILE,
)
from ..contract.operators import OP_SOURCE_OVER
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch
from ..kernels.row import (
    columns,
    get_like,
    get_row,
    greater,
    greatest,
    half_columns,
    half_part_columns,
    lesser,
    part_columns,
    set_row,
)
from .coarse import fold
from .compose import blend_rows, color_rows, porter_duff_rows, replace_rows
from .coverage import (
    FOUR,
    SMALL_RADIUS,
    TWO,
    cover_winding,
    disc_coverage,
    frame_coverage,
    mask_coverage,
    ring_coverage,
    segment_columns,
    segment_coverage,
    small_disc_columns,
    small_disc_coverage,
    small_ring_coverage,
    toned,
)
from .fast.winding import accumulate, winding_row
from .paint import paint_rows
from .samples import sample_rows, uneven_rows
from .tile import (
    ALPHA,
    BLUE,
    COVER,
    DOWN,
    GREEN,
    MASK,
    PLANE,
    RED,
    ROW,
)

ZERO = np.uint64(0)
ONE = np.uint64(1)
NO = np.bool_(False)
YES = np.bool_(True)
F0 = np.float32(0.0)
F1 = np.float32(1.0)
FTILE = np.float32(TILE)
FHALF = np.float32(TILE // 2)
AHEAD = 3
"""How many commands ahead their draws' memory is asked for."""
PATH_WORDS = 2
"""A path's command, and its path's tile."""
SQRT2 = np.float32(constants.SQRT2)
SHORT = np.float32(1.0e-3)


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
def affine_tile(px, r, g, b, a, k):
    """Every pixel becomes (r g b a) + k * pixel."""
    for y in range(ROW):
        map_row(px, y * ROW, r, g, b, a, k)


@kernel
def plane_over(px, plane, r, g, b, a, first, last):
    """Source-over with a solid colour, by the coverage in a plane, rows first to last."""
    for y in range(first, last):
        row_over(px, y * ROW, r, g, b, a, get_row(px, plane + y * ROW))


@inlined
def overlap(at, lo, hi):
    """How much of each unit that begins in `at` lies between lo and hi."""
    return greater(lesser(at + F1, hi) - greater(at, lo), F0)


@inlined
def rect_over(px, r, g, b, a, x0, y0, x1, y1, first, last):
    """Source-over of a solid rectangle, given from the tile's corner, in some rows."""
    across = overlap(columns(), x0, x1)
    if first < last:
        row_over(px, first * ROW, r, g, b, a, across * overlap(np.float32(np.int32(first)), y0, y1))
    # No row between the first and the last one is covered in part.
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
    """Source-over of a solid line segment, in some rows; in half a row where it is short."""
    left, right = segment_columns(x0, y0, x1, y1, h)
    # Rounding counts in the directions of still shorter ones: segment_columns does not know of that.
    if right - left <= FHALF and abs(x1 - x0) + abs(y1 - y0) > SHORT:
        left = min(max(left, F0), FHALF)
        start = np.uint64(np.int64(left))
        x = half_columns() + left
        for y in range(first, last):
            c = segment_coverage(x, np.float32(np.int32(y)), x0, y0, x1, y1, h)
            row_over(px, start + y * ROW, r, g, b, a, c)
    else:
        for y in range(first, last):
            c = segment_coverage(columns(), np.float32(np.int32(y)), x0, y0, x1, y1, h)
            row_over(px, y * ROW, r, g, b, a, c)


@inlined
def mask_place(draw, x0, y0):
    """Where the row of a glyph's mask lies that begins at (x0, y0), and how far it is from one row to the next, bytes.

    Around the mask there is no coverage for the width of a tile; rows above and below are another mask's.
    """
    stride = np.int64(draw.x1 - draw.x0) + MASK_GAP
    return np.int64(draw.path) + (y0 - np.int64(draw.y0)) * stride + x0 - np.int64(draw.x0), stride


@kernel
def glyph_over(px, masks, r, g, b, a, at, stride, first, last):
    """Source-over of a mask in a solid colour, in some rows."""
    for y in range(first, last):
        row_over(px, y * ROW, r, g, b, a, mask_coverage(masks, at + np.int64(y) * stride))


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
        glyph_over(px, masks, r, g, b, a, at, stride, first, last)
    else:
        first, last = rows_of(draw, y0)
        cover_shape(px, draw, masks, x0, y0, first, last)
        plane_over(px, COVER, r, g, b, a, first, last)


@kernel
def blend_tile(px, draw, tables, full, masked, x0, y0, first, last):
    """Any operator and paint, by rows first to last of the coverage plane, or in full, and by the mask."""
    op = np.int64(draw.style) >> STYLE_OP_SHIFT & 255
    if op == OP_SOURCE_OVER and draw.paint != 0:
        paint_rows(px, draw.paint, tables, (YES, not full, masked), x0, y0, first, last)
        return
    if draw.style & STYLE_UNBOUNDED != 0 and not full:
        clear_rows(px, first, last)
        first, last = ZERO, ROW
    if draw.paint != 0:
        paint_rows(px, draw.paint, tables, (NO, not full, YES), x0, y0, first, last)
    else:
        color_rows(px, draw.r, draw.g, draw.b, draw.a, first, last)
    how = not full, draw.paint != 0 or op >= OP_FIRST_BLEND, masked
    if op < OP_REPLACE:
        porter_duff_rows(px, op, how, first, last)
    elif op >= OP_FIRST_BLEND:
        blend_rows(px, op, how, first, last)
    else:
        replace_rows(px, how, first, last)


@inlined
def rows_between(top, bottom):
    """The rows (first, last) of a tile that lie between two heights from its corner, in whole or in part."""
    first = np.uint64(np.int64(lesser(greater(np.floor(top), F0), FTILE)))
    last = np.uint64(np.int64(lesser(greater(np.ceil(bottom), F0), FTILE)))
    return first, last


@kernel
def rows_of(draw, y0):
    """The rows (first, last) of the tile at y0 that a simple shape may touch."""
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
    """Take a disc below SMALL_RADIUS out of rows of the coverage plane."""
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
        set_row(px, COVER + y * ROW, mask_coverage(masks, at + np.int64(y) * stride))


@kernel
def cover_shape(px, draw, masks, x0, y0, first, last):
    """Fill rows of the coverage plane from a simple shape, its numbers by value."""
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


@kernel
def clear_rows(px, first, last):
    """No coverage outside rows first to last."""
    for i in range(first * ROW):
        px[COVER + i] = F0
    for i in range(last * ROW, PLANE):
        px[COVER + i] = F0


@inlined
def sample_uneven_rows(px, plane, ints, rule, path_tile, segments):
    """Fill those rows of a plane where the mean winding is not enough; returns a bit for each."""
    rows = np.int64(0)
    if rule != RULE_SINGLE and 1 < path_tile.segment_count <= MOST_SAMPLED:
        rows = uneven_rows(ints, path_tile, segments, rule)
        if rows != 0:
            sample_rows(px, plane, ints, path_tile, segments, rule, rows)
    return rows


@inlined
def cover_plane(px, plane, ints, floats, rule, path_tile, segments):
    """Fill a plane with the coverage by the segments of a path's tile."""
    accumulate(ints, floats, path_tile, segments)
    for y in range(ROW):
        set_row(px, plane + y * ROW, cover_winding(winding_row(ints, path_tile, y), rule))
    sample_uneven_rows(px, plane, ints, rule, path_tile, segments)


@kernel
def cover_path(px, ints, floats, rule, path_tile, segments):
    """Fill the coverage plane from the segments of a path's tile."""
    cover_plane(px, COVER, ints, floats, rule, path_tile, segments)


@kernel
def mask_path(px, ints, floats, rule, path_tile, segments):
    """Fill the mask from the segments of a path's tile."""
    cover_plane(px, MASK, ints, floats, rule, path_tile, segments)


@kernel
def tone_plane(px, first, second, third):
    """The coverage plane becomes that of text."""
    for y in range(ROW):
        set_row(px, COVER + y * ROW, toned(get_row(px, COVER + y * ROW), first, second, third))


@kernel
def path_over(px, ints, floats, rule, path_tile, segments, r, g, b, a, masked, tone):
    """Source-over of a path's tile with a solid colour; ``tone`` is whether it is text, and its factors."""
    is_toned, t0, t1, t2 = tone
    accumulate(ints, floats, path_tile, segments)
    sampled = sample_uneven_rows(px, COVER, ints, rule, path_tile, segments)
    for y in range(ROW):
        c = cover_winding(winding_row(ints, path_tile, y), rule)
        if sampled >> np.int64(y) & 1:
            c = get_row(px, COVER + y * ROW)
        if is_toned:
            c = toned(c, t0, t1, t2)
        if masked:
            c = c * get_row(px, MASK + y * ROW)
        row_over(px, y * ROW, r, g, b, a, c)


@inlined
def covered_rows(px):
    """The rows (first, last) of the coverage plane outside of which there is none: turned images end in most tiles."""
    first, last = ZERO, ROW
    while first < last and greatest(get_row(px, COVER + first * ROW)) == F0:
        first += ONE
    while first < last and greatest(get_row(px, COVER + (last - ONE) * ROW)) == F0:
        last -= ONE
    return first, last


@kernel
def mask_rows(px, first, last):
    """The coverage plane takes the mask in."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, get_row(px, COVER + y * ROW) * get_row(px, MASK + y * ROW))


@kernel
def fill_plane(px, start, value):
    """Set a whole plane."""
    for i in range(PLANE):
        px[start + i] = value


@kernel
def multiply_mask(px):
    """The mask takes the coverage plane in."""
    for i in range(PLANE):
        px[MASK + i] = px[MASK + i] * px[COVER + i]


@kernel
def copy_mask(px):
    """The mask becomes the coverage plane."""
    for i in range(PLANE):
        px[MASK + i] = px[COVER + i]


@inlined
def ask_ahead(words, at, end, scene):
    """Ask for the memory of the commands to come, where these are of paths: draws and tiles, and the next one's rest.

    All of it is used once a tile and lies anywhere in tables of megabytes: to wait for it took a tenth of the time.
    """
    draws, paths, path_tiles, segments, _, paints, _, _, _ = scene
    ahead = at + (AHEAD - 1) * PATH_WORDS
    if ahead + 1 >= end:
        return
    # These need not be a path's: then what is asked for is of no use, and harmless.
    prefetch(draws, np.int64(words[ahead] >> np.uint32(COMMAND_BITS)))
    prefetch(path_tiles, np.int64(words[ahead + 1]))
    word = np.int64(words[at])
    if word & ((1 << COMMAND_BITS) - 1) == COMMAND_PATH:
        draw = draws[word >> COMMAND_BITS]
        prefetch(paths, np.int64(draw.path))
        prefetch(segments, np.int64(path_tiles[np.int64(words[at + 1])].segment_start))
        if draw.paint != 0:
            prefetch(paints, np.int64(draw.paint) >> PAINT_KIND_BITS)


@kernel
def run_tile(px, ints, floats, words, at, end, scene, x0, y0):
    """Run a tile's commands."""
    draws, paths, path_tiles, segments, clips, paints, images, layer, masks = scene
    # Not `False`: numba compiles a kernel once more for every literal it is called with.
    masked = NO
    while at < end:
        word = np.int64(words[at])
        kind = word & ((1 << COMMAND_BITS) - 1)
        index = word >> COMMAND_BITS
        at += 1
        if kind == COMMAND_AFFINE:
            f = words[at : at + 5].view(np.float32)
            affine_tile(px, f[0], f[1], f[2], f[3], f[4])
            at += 5
            continue
        if kind == COMMAND_CLIP_NONE:
            masked = False
            continue
        if kind == COMMAND_CLIP_RECT:
            clip = clips[index]
            fx, fy = np.float32(x0), np.float32(y0)
            cover_rect(px, clip.x0 - fx, clip.y0 - fy, clip.x1 - fx, clip.y1 - fy, ZERO, ROW)
            if masked:
                multiply_mask(px)
            else:
                copy_mask(px)
            masked = True
            continue
        if kind == COMMAND_CLIP_PATH:
            path_tile = path_tiles[np.int64(words[at])]
            at += 1
            if masked:
                cover_path(px, ints, floats, paths[index].rule, path_tile, segments)
                multiply_mask(px)
            else:
                mask_path(px, ints, floats, paths[index].rule, path_tile, segments)
            masked = True
            continue
        draw = draws[index]
        solid = draw.paint == 0 and draw.style >> STYLE_OP_SHIFT & 255 == OP_SOURCE_OVER
        if kind == COMMAND_SHAPE and solid and not masked:
            prefetch(draws, np.int64(words[min(at + AHEAD, end - 1)] >> np.uint32(COMMAND_BITS)))
            shape_over(px, draw, masks, x0, y0)
            continue
        if kind == COMMAND_FULL and solid and masked:
            plane_over(px, MASK, draw.r, draw.g, draw.b, draw.a, ZERO, ROW)
            continue
        if kind == COMMAND_FULL and not masked:
            folds, share, keep = fold(draw)
            if folds:
                affine_tile(px, draw.r * share, draw.g * share, draw.b * share, draw.a * share, keep)
                continue
        first, last = ZERO, ROW
        # Of a full tile, coverage is written only where an operator asks for it.
        full = kind == COMMAND_FULL
        if kind == COMMAND_EMPTY:
            fill_plane(px, COVER, F0)
        elif kind == COMMAND_PATH:
            rule = paths[np.int64(draw.path)].rule
            path_tile = path_tiles[np.int64(words[at])]
            at += 1
            ask_ahead(words, at, end, scene)
            is_toned = draw.style & STYLE_TONED != 0
            if solid:
                tone = is_toned, draw.x0, draw.y0, draw.x1
                path_over(px, ints, floats, rule, path_tile, segments, draw.r, draw.g, draw.b, draw.a, masked, tone)
                continue
            cover_path(px, ints, floats, rule, path_tile, segments)
            if is_toned:
                tone_plane(px, draw.x0, draw.y0, draw.x1)
            first, last = covered_rows(px)
        elif not full:
            first, last = rows_of(draw, y0)
            cover_shape(px, draw, masks, x0, y0, first, last)
        if solid:
            if masked:
                mask_rows(px, first, last)
            plane_over(px, COVER, draw.r, draw.g, draw.b, draw.a, first, last)
        else:
            blend_tile(px, draw, (paints, images, layer), full, masked, x0, y0, first, last)
