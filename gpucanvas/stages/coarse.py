"""coarse: one command list a tile, in painter's order. Twin: shaders/coarse.comp.

    bins, draws, path tiles  --list_commands-->  Tile, command words

What cannot be seen is dropped here: draws under an opaque cover of the whole tile, draws that a clip rejects, tiles
that an outline does not reach. A run of solid covers of the whole tile folds into one affine map (r g b a) + k * pixel.

Each tile is visited twice with the same decisions: first to bound its command words, then to write them.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    BIN,
    COMMAND_AFFINE,
    COMMAND_BITS,
    COMMAND_CLIP_NONE,
    COMMAND_CLIP_PATH,
    COMMAND_CLIP_RECT,
    COMMAND_EMPTY,
    COMMAND_FULL,
    COMMAND_PATH,
    COMMAND_SHAPE,
    NO_PATH,
    OP_COPY,
    OP_DESTINATION_OUT,
    OP_REPLACE,
    OP_SOURCE_OVER,
    RULE_EVENODD,
    SHAPE_CIRCLE,
    SHAPE_EVERYWHERE,
    SHAPE_FRAME,
    SHAPE_PATH,
    SHAPE_RECT,
    STYLE_OP_SHIFT,
    STYLE_UNBOUNDED,
    TILE,
)
from .jit import kernel

F0 = np.float32(0.0)
F1 = np.float32(1.0)
NONE = 0
PARTLY = 1
FULLY = 2
AFFINE_WORDS = 6


@kernel
def cover_of_rect(x0, y0, x1, y1, left, top, right, bottom):
    """How a rectangle covers a tile."""
    if x1 <= left or x0 >= right or y1 <= top or y0 >= bottom:
        return NONE
    if x0 <= left and x1 >= right and y0 <= top and y1 >= bottom:
        return FULLY
    return PARTLY


@kernel
def cover_of_circle(draw, left, top, right, bottom):
    """How a disc or ring covers a tile; unsure is PARTLY."""
    near_x = max(max(left - draw.x0, draw.x0 - right), F0)
    near_y = max(max(top - draw.y0, draw.y0 - bottom), F0)
    far_x = max(abs(left - draw.x0), abs(right - draw.x0))
    far_y = max(abs(top - draw.y0), abs(bottom - draw.y0))
    near = near_x * near_x + near_y * near_y
    far = far_x * far_x + far_y * far_y
    outer = draw.x1 + F1
    if near > outer * outer:
        return NONE
    if draw.y1 > F1 and far < (draw.y1 - F1) * (draw.y1 - F1):
        return NONE
    inner = draw.x1 - F1
    if inner > F0 and far < inner * inner and draw.y1 < F0:
        return FULLY
    return PARTLY


@kernel
def cover_of_tile(path, path_tile):
    """How an outline covers a tile."""
    if path_tile.segment_count != 0:
        return PARTLY
    if path.rule == RULE_EVENODD:
        return FULLY if path_tile.backdrop & 1 != 0 else NONE
    return FULLY if path_tile.backdrop != 0 else NONE


@kernel
def find_path_tile(path, tx, ty):
    """Index of a path's tile, or -1 outside its box."""
    if tx < path.tx0 or tx >= path.tx1 or ty < path.ty0 or ty >= path.ty1:
        return np.int64(-1)
    return np.int64(path.tile_start) + (ty - path.ty0) * (path.tx1 - path.tx0) + (tx - path.tx0)


@kernel
def cover_of_draw(draw, paths, path_tiles, tx, ty, width, height):
    """How a draw's shape covers a tile, and the path tile's index (-1 where there is none)."""
    shape = draw.style & 255
    if shape == SHAPE_EVERYWHERE:
        return FULLY, np.int64(-1)
    if shape == SHAPE_PATH:
        path = paths[np.int64(draw.path)]
        index = find_path_tile(path, tx, ty)
        if index < 0:
            return NONE, index
        return cover_of_tile(path, path_tiles[index]), index
    left = np.float32(tx * TILE)
    top = np.float32(ty * TILE)
    right = np.float32(min((tx + 1) * TILE, width))
    bottom = np.float32(min((ty + 1) * TILE, height))
    if shape == SHAPE_RECT:
        return cover_of_rect(draw.x0, draw.y0, draw.x1, draw.y1, left, top, right, bottom), np.int64(-1)
    if shape == SHAPE_CIRCLE:
        return cover_of_circle(draw, left, top, right, bottom), np.int64(-1)
    if shape == SHAPE_FRAME:
        h = draw.size
        hole = cover_of_rect(draw.x0 + h, draw.y0 + h, draw.x1 - h, draw.y1 - h, left, top, right, bottom)
        return NONE if hole == FULLY else PARTLY, np.int64(-1)
    return PARTLY, np.int64(-1)


@kernel
def clip_words(clips, paths, path_tiles, clip, tx, ty, width, height):
    """Command words the mask of a clip needs in a tile: 0 where it covers all of it, -1 where it covers nothing."""
    words = 0
    left = np.float32(tx * TILE)
    top = np.float32(ty * TILE)
    right = np.float32(min((tx + 1) * TILE, width))
    bottom = np.float32(min((ty + 1) * TILE, height))
    while clip != 0:
        node = clips[clip]
        if node.path == NO_PATH:
            cover = cover_of_rect(node.x0, node.y0, node.x1, node.y1, left, top, right, bottom)
            words += 1 if cover == PARTLY else 0
        else:
            path = paths[np.int64(node.path)]
            index = find_path_tile(path, tx, ty)
            cover = NONE if index < 0 else cover_of_tile(path, path_tiles[index])
            words += 2 if cover == PARTLY else 0
        if cover == NONE:
            return -1
        clip = np.int64(node.parent)
    return words


@kernel
def write_clip(clips, paths, path_tiles, clip, tx, ty, width, height, words, at):
    """Write the commands that make a clip's mask; returns where the next word goes."""
    left = np.float32(tx * TILE)
    top = np.float32(ty * TILE)
    right = np.float32(min((tx + 1) * TILE, width))
    bottom = np.float32(min((ty + 1) * TILE, height))
    words[at] = np.uint32(COMMAND_CLIP_NONE)
    at += 1
    while clip != 0:
        node = clips[clip]
        if node.path == NO_PATH:
            if cover_of_rect(node.x0, node.y0, node.x1, node.y1, left, top, right, bottom) == PARTLY:
                words[at] = np.uint32(clip << COMMAND_BITS | COMMAND_CLIP_RECT)
                at += 1
        else:
            path = paths[np.int64(node.path)]
            index = find_path_tile(path, tx, ty)
            if cover_of_tile(path, path_tiles[index]) == PARTLY:
                words[at] = np.uint32(np.int64(node.path) << COMMAND_BITS | COMMAND_CLIP_PATH)
                words[at + 1] = np.uint32(index)
                at += 2
        clip = np.int64(node.parent)
    return at


@kernel
def fold(draw):
    """Whether a full cover by this draw is an affine map of the pixel: (yes, share of the source, k)."""
    if draw.paint != 0:
        return False, F0, F1
    op = draw.style >> STYLE_OP_SHIFT & 255
    if op == OP_SOURCE_OVER:
        return True, F1, F1 - draw.a
    if op in (OP_COPY, OP_REPLACE):
        return True, F1, F0
    if op == OP_DESTINATION_OUT:
        return True, F0, F1 - draw.a
    return False, F0, F1


@kernel
def covers_bin(draw, bx, by, width, height):
    """Whether a draw surely covers every tile of a bin."""
    shape = draw.style & 255
    if shape != SHAPE_RECT:
        return shape == SHAPE_EVERYWHERE
    right = np.float32(min((bx + 1) * BIN * TILE, width))
    bottom = np.float32(min((by + 1) * BIN * TILE, height))
    left = np.float32(bx * BIN * TILE)
    top = np.float32(by * BIN * TILE)
    return cover_of_rect(draw.x0, draw.y0, draw.x1, draw.y1, left, top, right, bottom) == FULLY


@kernel
def bound_bin(opaque, k, bounds, firsts, folding, mask):
    """What `bound_words` does for a fold that covers every tile of the bin."""
    if opaque:
        for t in range(BIN * BIN):
            bounds[t] = AFFINE_WORDS
            firsts[t] = k
            folding[t] = True
            mask[t] = 0
        return
    for t in range(BIN * BIN):
        bounds[t] += 0 if folding[t] else AFFINE_WORDS
        folding[t] = True


@kernel
def fold_bin(r, g, b, a, keep, k, firsts, pending):
    """What `write_words` does for a fold that covers every tile of the bin."""
    for t in range(BIN * BIN):
        if k >= firsts[t]:
            pending[0, t] = r + keep * pending[0, t]
            pending[1, t] = g + keep * pending[1, t]
            pending[2, t] = b + keep * pending[2, t]
            pending[3, t] = a + keep * pending[3, t]
            pending[4, t] = keep * pending[4, t]
            pending[5, t] = F1


@kernel
def bound_words(draws, binned, first, last, boxes, clips, paths, path_tiles, bx, by, width, height, bounds, firsts):
    """Bound the command words of a bin's tiles, and find the first draw of each that can be seen."""
    bounds[:] = 0
    firsts[:] = 0
    folding = np.zeros(BIN * BIN, np.bool_)
    mask = np.zeros(BIN * BIN, np.int64)
    x0, y0 = bx * BIN, by * BIN
    for k in range(first, last):
        i = np.int64(binned[k])
        draw = draws[i]
        clip = np.int64(draw.clip)
        folds, _, keep = fold(draw)
        if folds and clip == 0 and covers_bin(draw, bx, by, width, height):
            bound_bin(keep == F0, k, bounds, firsts, folding, mask)
            continue
        for ty in range(max(y0, np.int64(boxes[i, 1])), min(y0 + BIN, np.int64(boxes[i, 3]))):
            for tx in range(max(x0, np.int64(boxes[i, 0])), min(x0 + BIN, np.int64(boxes[i, 2]))):
                cover, _ = cover_of_draw(draw, paths, path_tiles, tx, ty, width, height)
                if cover == NONE and draw.style & STYLE_UNBOUNDED == 0:
                    continue
                need = 0
                if clip != 0:
                    need = clip_words(clips, paths, path_tiles, clip, tx, ty, width, height)
                    if need < 0:
                        continue
                t = (ty - y0) * BIN + tx - x0
                if cover == FULLY and need == 0 and folds:
                    if keep == F0:
                        bounds[t] = AFFINE_WORDS
                        firsts[t] = k
                        folding[t] = True
                        mask[t] = 0
                    elif not folding[t]:
                        bounds[t] += AFFINE_WORDS
                        folding[t] = True
                    continue
                folding[t] = False
                if need > 0:
                    if mask[t] != clip:
                        bounds[t] += need + 1
                        mask[t] = clip
                elif mask[t] != 0:
                    bounds[t] += 1
                    mask[t] = 0
                bounds[t] += 2


@kernel
def put_affine(words, at, pending, t):
    """Write the folded covers of a tile, if there are any; returns where the next word goes."""
    if pending[5, t] == F0:
        return at
    words[at] = np.uint32(COMMAND_AFFINE)
    floats = words[at + 1 : at + AFFINE_WORDS].view(np.float32)
    for j in range(5):
        floats[j] = pending[j, t]
        pending[j, t] = F0
    pending[4, t] = F1
    pending[5, t] = F0
    return at + AFFINE_WORDS


@kernel
def write_words(
    draws, binned, first, last, boxes, clips, paths, path_tiles, bx, by, width, height, firsts, ends, words
):
    """Write the commands of a bin's tiles; ``ends`` holds where each tile's next word goes."""
    pending = np.zeros((6, BIN * BIN), np.float32)
    pending[4] = F1
    mask = np.zeros(BIN * BIN, np.int64)
    x0, y0 = bx * BIN, by * BIN
    for k in range(first, last):
        i = np.int64(binned[k])
        draw = draws[i]
        clip = np.int64(draw.clip)
        folds, share, keep = fold(draw)
        if folds and clip == 0 and covers_bin(draw, bx, by, width, height):
            fold_bin(draw.r * share, draw.g * share, draw.b * share, draw.a * share, keep, k, firsts, pending)
            continue
        for ty in range(max(y0, np.int64(boxes[i, 1])), min(y0 + BIN, np.int64(boxes[i, 3]))):
            for tx in range(max(x0, np.int64(boxes[i, 0])), min(x0 + BIN, np.int64(boxes[i, 2]))):
                t = (ty - y0) * BIN + tx - x0
                if k < firsts[t]:
                    continue
                cover, index = cover_of_draw(draw, paths, path_tiles, tx, ty, width, height)
                if cover == NONE and draw.style & STYLE_UNBOUNDED == 0:
                    continue
                need = 0
                if clip != 0:
                    need = clip_words(clips, paths, path_tiles, clip, tx, ty, width, height)
                    if need < 0:
                        continue
                if cover == FULLY and need == 0 and folds:
                    pending[0, t] = share * draw.r + keep * pending[0, t]
                    pending[1, t] = share * draw.g + keep * pending[1, t]
                    pending[2, t] = share * draw.b + keep * pending[2, t]
                    pending[3, t] = share * draw.a + keep * pending[3, t]
                    pending[4, t] = keep * pending[4, t]
                    pending[5, t] = F1
                    continue
                at = put_affine(words, np.int64(ends[t]), pending, t)
                if need > 0:
                    if mask[t] != clip:
                        at = write_clip(clips, paths, path_tiles, clip, tx, ty, width, height, words, at)
                        mask[t] = clip
                elif mask[t] != 0:
                    words[at] = np.uint32(COMMAND_CLIP_NONE)
                    at += 1
                    mask[t] = 0
                ends[t] = write_draw(draw, i, cover, index, words, at)
    for t in range(BIN * BIN):
        ends[t] = put_affine(words, np.int64(ends[t]), pending, t)


@kernel
def write_draw(draw, i, cover, index, words, at):
    """Write the command of one draw; returns where the next word goes."""
    if cover == FULLY:
        words[at] = np.uint32(i << COMMAND_BITS | COMMAND_FULL)
    elif cover == NONE:
        words[at] = np.uint32(i << COMMAND_BITS | COMMAND_EMPTY)
    elif index >= 0:
        words[at] = np.uint32(i << COMMAND_BITS | COMMAND_PATH)
        words[at + 1] = np.uint32(index)
        return at + 2
    else:
        words[at] = np.uint32(i << COMMAND_BITS | COMMAND_SHAPE)
    return at + 1


@kernel
def bound_bins(
    draws, binned, bin_starts, boxes, clips, paths, path_tiles, first_bin, last_bin, width, height, bounds, firsts
):
    """Bound the command words of every tile of some bins."""
    width_in_tiles = (width + TILE - 1) // TILE
    width_in_bins = (width_in_tiles + BIN - 1) // BIN
    for b in range(first_bin, last_bin):
        bx = b % width_in_bins
        by = b // width_in_bins
        first = bin_starts[b]
        last = bin_starts[b + 1]
        mine = bounds[b]
        bound_words(draws, binned, first, last, boxes, clips, paths, path_tiles, bx, by, width, height, mine, firsts[b])


@kernel
def write_bins(
    draws, binned, bin_starts, boxes, clips, paths, path_tiles, first_bin, last_bin, width, height, firsts, ends, words
):
    """Write the command words of every tile of some bins."""
    width_in_tiles = (width + TILE - 1) // TILE
    width_in_bins = (width_in_tiles + BIN - 1) // BIN
    for b in range(first_bin, last_bin):
        bx = b % width_in_bins
        by = b // width_in_bins
        first = bin_starts[b]
        last = bin_starts[b + 1]
        seen, next_word = firsts[b], ends[b]
        write_words(
            draws, binned, first, last, boxes, clips, paths, path_tiles, bx, by, width, height, seen, next_word, words
        )
