"""fine: a tile's commands become its pixels; each pixel is loaded and stored once. Twin: shaders/fine.comp.

The tile lives in a scratch array of planes, so that one row of 16 pixels is a plain vector loop:

    plane 0..3  red, green, blue, alpha, premultiplied      plane 4  coverage of the shape at hand
    plane 5     the clip's mask
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    AREA_ONE,
    COMMAND_AFFINE,
    COMMAND_BITS,
    COMMAND_CLIP_NONE,
    COMMAND_CLIP_PATH,
    COMMAND_CLIP_RECT,
    COMMAND_EMPTY,
    COMMAND_FULL,
    COMMAND_PATH,
    OP_SOURCE_OVER,
    SHAPE_CIRCLE,
    SHAPE_FRAME,
    SHAPE_RECT,
    STYLE_OP_SHIFT,
    TILE,
)
from .blend import blend, blend_alpha
from .coverage import (
    ACCUMULATOR_STRIDE,
    SMALL_RADIUS,
    accumulate_segment,
    circle_coverage,
    cover_winding,
    disc_coverage,
    frame_coverage,
    rect_coverage,
    segment_coverage,
)
from .jit import kernel
from .paint import paint_color

PLANE = TILE * TILE
RED = 0
GREEN = PLANE
BLUE = 2 * PLANE
ALPHA = 3 * PLANE
COVER = 4 * PLANE
MASK = 5 * PLANE
SCRATCH = 6 * PLANE
F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
F255 = np.float32(255.0)
TO_UNIT = np.float32(1.0 / 255.0)


@kernel
def clear_tile(px):
    """Start from transparent black."""
    for i in range(4 * PLANE):
        px[i] = F0


@kernel
def load_tile(px, target, x0, y0):
    """Start from what the surface holds."""
    clear_tile(px)
    for y in range(y0, min(y0 + TILE, target.shape[0])):
        for x in range(x0, min(x0 + TILE, target.shape[1])):
            word = target[y, x]
            i = (y - y0) * TILE + x - x0
            px[RED + i] = np.float32(word & 255) * TO_UNIT
            px[GREEN + i] = np.float32(word >> 8 & 255) * TO_UNIT
            px[BLUE + i] = np.float32(word >> 16 & 255) * TO_UNIT
            px[ALPHA + i] = np.float32(word >> 24) * TO_UNIT


@kernel
def pack(v):
    """A channel as 0..255, rounded to nearest."""
    return np.uint32(min(max(v, F0), F1) * F255 + HALF)


@kernel
def store_tile(px, target, x0, y0):
    """Quantise the tile and write it to the surface."""
    for y in range(y0, min(y0 + TILE, target.shape[0])):
        for x in range(x0, min(x0 + TILE, target.shape[1])):
            i = (y - y0) * TILE + x - x0
            r = pack(px[RED + i])
            g = pack(px[GREEN + i])
            b = pack(px[BLUE + i])
            a = pack(px[ALPHA + i])
            target[y, x] = r | g << np.uint32(8) | b << np.uint32(16) | a << np.uint32(24)


@kernel
def affine_tile(px, r, g, b, a, k):
    """Every pixel becomes (r g b a) + k * pixel."""
    for i in range(PLANE):
        px[RED + i] = r + k * px[RED + i]
    for i in range(PLANE):
        px[GREEN + i] = g + k * px[GREEN + i]
    for i in range(PLANE):
        px[BLUE + i] = b + k * px[BLUE + i]
    for i in range(PLANE):
        px[ALPHA + i] = a + k * px[ALPHA + i]


@kernel
def blend_rows_over(px, draw, first, last):
    """Source-over with a solid colour, by the coverage plane, rows first to last."""
    for i in range(first * TILE, last * TILE):
        c = px[COVER + i]
        k = F1 - draw.a * c
        px[RED + i] = draw.r * c + k * px[RED + i]
        px[GREEN + i] = draw.g * c + k * px[GREEN + i]
        px[BLUE + i] = draw.b * c + k * px[BLUE + i]
        px[ALPHA + i] = draw.a * c + k * px[ALPHA + i]


@kernel
def blend_tile(px, draw, paints, stops, texels, masked, x0, y0):
    """Any operator and paint, by the coverage plane and the mask."""
    op = draw.style >> STYLE_OP_SHIFT & 255
    r, g, b, a = draw.r, draw.g, draw.b, draw.a
    for i in range(PLANE):
        cover = px[COVER + i]
        mask = px[MASK + i] if masked else F1
        if draw.paint != 0 and cover * mask > F0:
            x = np.float32(x0 + i % TILE)
            y = np.float32(y0 + i // TILE)
            r, g, b, a = paint_color(paints[np.int64(draw.paint) - 1], stops, texels, x, y)
        da = px[ALPHA + i]
        px[RED + i] = blend(op, r, a, px[RED + i], da, cover, mask)
        px[GREEN + i] = blend(op, g, a, px[GREEN + i], da, cover, mask)
        px[BLUE + i] = blend(op, b, a, px[BLUE + i], da, cover, mask)
        px[ALPHA + i] = blend_alpha(op, a, da, cover, mask)


@kernel
def cover_shape(px, draw, x0, y0):
    """Fill the coverage plane from a simple shape; returns the rows (first, last) that it may touch."""
    shape = draw.style & 255
    fx = np.float32(x0)
    fy = np.float32(y0)
    top, bottom = draw.y0, draw.y1
    if shape == SHAPE_CIRCLE:
        top, bottom = draw.y0 - draw.x1, draw.y0 + draw.x1
    elif shape == SHAPE_FRAME:
        top, bottom = top - draw.size, bottom + draw.size
    elif shape != SHAPE_RECT:
        top, bottom = min(top, bottom) - F2_SQRT * draw.size, max(draw.y0, draw.y1) + F2_SQRT * draw.size
    first = np.int64(min(max(np.floor(top - fy), F0), F_TILE))
    last = np.int64(min(max(np.ceil(bottom - fy), F0), F_TILE))
    if shape == SHAPE_RECT:
        for y in range(first, last):
            for x in range(TILE):
                px[COVER + y * TILE + x] = rect_coverage(
                    fx + np.float32(x), fy + np.float32(y), draw.x0, draw.y0, draw.x1, draw.y1
                )
    elif shape == SHAPE_CIRCLE and draw.x1 >= SMALL_RADIUS and draw.y1 <= F0:
        for y in range(first, last):
            for x in range(TILE):
                px[COVER + y * TILE + x] = disc_coverage(
                    fx + np.float32(x), fy + np.float32(y), draw.x0, draw.y0, draw.x1
                )
    elif shape == SHAPE_CIRCLE:
        for y in range(first, last):
            for x in range(TILE):
                px[COVER + y * TILE + x] = circle_coverage(fx + np.float32(x), fy + np.float32(y), draw)
    elif shape == SHAPE_FRAME:
        for y in range(first, last):
            for x in range(TILE):
                px[COVER + y * TILE + x] = frame_coverage(fx + np.float32(x), fy + np.float32(y), draw)
    else:
        for y in range(first, last):
            for x in range(TILE):
                px[COVER + y * TILE + x] = segment_coverage(fx + np.float32(x), fy + np.float32(y), draw)
    return first, last


F_TILE = np.float32(TILE)
F2_SQRT = np.float32(1.4142135)


@kernel
def clear_rows(px, first, last):
    """No coverage outside rows first to last."""
    for i in range(first * TILE):
        px[COVER + i] = F0
    for i in range(last * TILE, PLANE):
        px[COVER + i] = F0


@kernel
def cover_path(px, accumulator, rule, path_tile, segments):
    """Fill the coverage plane from the segments of a path's tile."""
    for i in range(TILE * ACCUMULATOR_STRIDE):
        accumulator[i] = 0
    first = np.int64(path_tile.segment_start)
    for i in range(first, first + np.int64(path_tile.segment_count)):
        accumulate_segment(accumulator, segments[i].start, segments[i].end)
    for y in range(TILE):
        winding = np.int32(path_tile.backdrop) * np.int32(AREA_ONE)
        for x in range(TILE):
            winding += accumulator[y * ACCUMULATOR_STRIDE + x]
            px[COVER + y * TILE + x] = cover_winding(winding, rule)


@kernel
def fill_plane(px, start, value):
    """Set a whole plane."""
    for i in range(PLANE):
        px[start + i] = value


@kernel
def multiply_mask(px, masked):
    """The mask takes the coverage plane in."""
    if masked:
        for i in range(PLANE):
            px[MASK + i] = px[MASK + i] * px[COVER + i]
    else:
        for i in range(PLANE):
            px[MASK + i] = px[COVER + i]


@kernel
def run_tile(px, accumulator, words, at, end, scene, x0, y0):
    """Run a tile's commands."""
    draws, paths, path_tiles, segments, clips, paints, stops, texels = scene
    masked = False
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
            for i in range(PLANE):
                px[COVER + i] = rect_coverage(
                    np.float32(x0 + i % TILE), np.float32(y0 + i // TILE), clip.x0, clip.y0, clip.x1, clip.y1
                )
            multiply_mask(px, masked)
            masked = True
            continue
        if kind == COMMAND_CLIP_PATH:
            cover_path(px, accumulator, paths[index].rule, path_tiles[np.int64(words[at])], segments)
            at += 1
            multiply_mask(px, masked)
            masked = True
            continue
        draw = draws[index]
        first, last = 0, TILE
        if kind == COMMAND_FULL:
            fill_plane(px, COVER, F1)
        elif kind == COMMAND_EMPTY:
            fill_plane(px, COVER, F0)
        elif kind == COMMAND_PATH:
            rule = paths[np.int64(draw.path)].rule
            cover_path(px, accumulator, rule, path_tiles[np.int64(words[at])], segments)
            at += 1
        else:
            first, last = cover_shape(px, draw, x0, y0)
        if draw.paint == 0 and not masked and draw.style >> STYLE_OP_SHIFT & 255 == OP_SOURCE_OVER:
            blend_rows_over(px, draw, first, last)
        else:
            clear_rows(px, first, last)
            blend_tile(px, draw, paints, stops, texels, masked, x0, y0)


@kernel
def shade_tiles(starts, ends, words, scene, target, first, last):
    """Run the commands of tiles first to last, counted row by row; tiles without commands keep their pixels."""
    width_in_tiles = (target.shape[1] + TILE - 1) // TILE
    px = np.empty(SCRATCH, np.float32)
    accumulator = np.empty(TILE * ACCUMULATOR_STRIDE, np.int32)
    for tile in range(first, last):
        at, end = np.int64(starts[tile]), np.int64(ends[tile])
        if at == end:
            continue
        x0 = tile % width_in_tiles * TILE
        y0 = tile // width_in_tiles * TILE
        load_tile(px, target, x0, y0)
        run_tile(px, accumulator, words, at, end, scene, x0, y0)
        store_tile(px, target, x0, y0)
