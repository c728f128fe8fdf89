"""fine: a tile's commands become its pixels; each pixel is loaded and stored once. Twin: shaders/fine.comp."""

from __future__ import annotations

import numpy as np

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
    MOST_SAMPLED,
    OP_FIRST_BLEND,
    OP_REPLACE,
    PAINT_KIND_BITS,
    RULE_SINGLE,
    STYLE_OP_SHIFT,
    STYLE_TONED,
    STYLE_UNBOUNDED,
)
from ..contract.operators import OP_SOURCE_OVER
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch
from ..kernels.row import (
    get_row,
    greatest,
    set_row,
)
from .coarse import fold
from .compose import blend_rows, color_rows, porter_duff_rows, replace_rows
from .coverage import (
    cover_winding,
    toned,
)
from .fast.winding import accumulate, touched_rows, winding_row
from .paint import paint_rows
from .samples import sample_rows
from .shapes import cover_rect, cover_shape, map_row, plane_over, row_over, rows_of, shape_over
from .tile import (
    COVER,
    MASK,
    PLANE,
    RED,
    ROW,
    SOURCE,
    clear_tile,
)
from .uneven import uneven_rows

ZERO = np.uint64(0)
ONE = np.uint64(1)
NO = np.bool_(False)
YES = np.bool_(True)
F0 = np.float32(0.0)
F1 = np.float32(1.0)
AHEAD = 3
"""How many commands ahead the memory of their draws is prefetched."""
PATH_WORDS = 2
"""Words of a path's command, including the path tile's index."""


@kernel
def affine_tile(px, r, g, b, a, k):
    """Replace every pixel by (r g b a) + k * pixel."""
    for y in range(ROW):
        map_row(px, y * ROW, r, g, b, a, k)


@kernel
def blend_tile(px, draw, tables, full, masked, x0, y0, first, last):
    """Draw with any operator and paint, weighted by rows of the coverage plane, or in full, and by the mask."""
    op = np.int64(draw.style) >> STYLE_OP_SHIFT & 255
    if op == OP_SOURCE_OVER and draw.paint != 0:
        paint_rows(px, draw.paint, tables, (YES, not full, masked, SOURCE), x0, y0, first, last)
        return
    if draw.style & STYLE_UNBOUNDED != 0 and not full:
        clear_rows(px, first, last)
        first, last = ZERO, ROW
    if draw.paint != 0:
        paint_rows(px, draw.paint, tables, (NO, not full, YES, SOURCE), x0, y0, first, last)
    else:
        color_rows(px, draw.r, draw.g, draw.b, draw.a, first, last)
    how = not full, draw.paint != 0 or op >= OP_FIRST_BLEND, masked
    if op < OP_REPLACE:
        porter_duff_rows(px, op, how, first, last)
    elif op >= OP_FIRST_BLEND:
        blend_rows(px, op, how, first, last)
    else:
        replace_rows(px, how, first, last)


@kernel
def clear_rows(px, first, last):
    """Set the coverage outside rows first to last to 0."""
    for i in range(first * ROW):
        px[COVER + i] = F0
    for i in range(last * ROW, PLANE):
        px[COVER + i] = F0


@inlined
def sample_uneven_rows(px, plane, ints, rule, path_tile, segments):
    """Fill the rows of a plane whose coverage needs samples; returns a bit for each filled row."""
    rows = np.int64(0)
    if rule != RULE_SINGLE and 1 < path_tile.segment_count <= MOST_SAMPLED:
        rows = uneven_rows(ints, path_tile, segments, rule)
        if rows != 0:
            rows = sample_rows(px, plane, ints, path_tile, segments, rule, rows)
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
    """Apply a text's tone to the coverage plane."""
    for y in range(ROW):
        set_row(px, COVER + y * ROW, toned(get_row(px, COVER + y * ROW), first, second, third))


@kernel
def path_over(px, ints, floats, rule, path_tile, segments, r, g, b, a, masked, tone):
    """Draw a path's tile source-over with a solid colour; ``tone`` is whether it is text, and the tone's factors."""
    is_toned, t0, t1, t2 = tone
    accumulate(ints, floats, path_tile, segments)
    sampled = sample_uneven_rows(px, COVER, ints, rule, path_tile, segments)
    # Markers, letters and icons touch half of a tile's rows, or fewer; others would keep their pixels.
    first, last = touched_rows(path_tile, segments)
    for y in range(first, last):
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
    """Returns the rows (first, last) outside of which the coverage plane is 0: turned images end in most tiles."""
    first, last = ZERO, ROW
    while first < last and greatest(get_row(px, COVER + first * ROW)) == F0:
        first += ONE
    while first < last and greatest(get_row(px, COVER + (last - ONE) * ROW)) == F0:
        last -= ONE
    return first, last


@kernel
def mask_rows(px, first, last):
    """Multiply rows of the coverage plane by the mask."""
    for y in range(first, last):
        set_row(px, COVER + y * ROW, get_row(px, COVER + y * ROW) * get_row(px, MASK + y * ROW))


@kernel
def fill_plane(px, start, value):
    """Set a whole plane."""
    for i in range(PLANE):
        px[start + i] = value


@kernel
def multiply_mask(px):
    """Multiply the mask by the coverage plane."""
    for i in range(PLANE):
        px[MASK + i] = px[MASK + i] * px[COVER + i]


@kernel
def copy_mask(px):
    """Copy the mask to the coverage plane."""
    for i in range(PLANE):
        px[MASK + i] = px[COVER + i]


@inlined
def ask_ahead(words, at, end, scene):
    """Prefetch the draws and path tiles of coming commands, and the segments of the next one, as if all were paths.

    Each record is used once in a tile and lies anywhere in tables of megabytes: waiting for them took a tenth of the
    time.
    """
    draws, paths, path_tiles, segments, _, paints, _, _, _ = scene
    ahead = at + (AHEAD - 1) * PATH_WORDS
    if ahead + 1 >= end:
        return
    # A command of another kind only prefetches useless memory, which is harmless.
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
def begin_tile(px, words, at, end, scene, x0, y0):
    """Fill the tile with transparent black or, where the first command's paint covers all of it, with that paint.

    Returns the place of the first command that is left to run.
    """
    draws, _, _, _, _, paints, images, layer, _ = scene
    if at < end:
        word = np.int64(words[at])
        if word & ((1 << COMMAND_BITS) - 1) == COMMAND_FULL:
            draw = draws[word >> COMMAND_BITS]
            if draw.paint != 0 and draw.style >> STYLE_OP_SHIFT & 255 == OP_SOURCE_OVER:
                paint_rows(px, draw.paint, (paints, images, layer), (NO, NO, NO, RED), x0, y0, ZERO, ROW)
                return at + 1
    clear_tile(px)
    return at


@kernel
def run_tile(px, ints, floats, words, at, end, scene, x0, y0):
    """Run a tile's commands."""
    draws, paths, path_tiles, segments, clips, paints, images, layer, masks = scene
    # Not the literal `False`: numba compiles a kernel again for every literal it is called with.
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
        # The coverage of a full tile is written only where an operator needs it.
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
