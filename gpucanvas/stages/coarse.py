"""coarse: writes the command list of each tile, in painter's order. Twin: shaders/coarse.comp.

    bins, draws, path tiles  --log_bins-->  log  --sort_words-->  each tile's command words

Invisible draws are dropped here: draws under an opaque cover of the whole tile (a solid colour or a gradient), draws
that a clip rejects, outlines that do not reach the tile. Consecutive solid covers of the whole tile fold into one
affine map (r g b a) + k * pixel. Where an unbounded operator clears a tile that its shape does not reach, the clearing
folds likewise, with k and colours of 0.

Decisions are made once, bin by bin, and written to a log of entries (tile, words); then the words are sorted by tile:

    log   | tile 3, 1 word | w | tile 4, 1 word | w | tile 3, 7 words | w w w w w w w | ...
    words | w | w w w w w w w | ...       | w | ...

An opaque cover of a tile hides the entries before it: the sort skips them.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import (
    AFFINE_WORDS,
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
    FACTOR_ONE,
    NO_PATH,
    OP_BACKDROP_SHIFT,
    OP_FIRST_BLEND,
    OP_REPLACE,
    SHAPE_EVERYWHERE,
    SHAPE_PATH,
    SHAPE_RECT,
    STYLE_HIDES,
    STYLE_OP_SHIFT,
    STYLE_UNBOUNDED,
    TILE,
)
from ..contract.operators import OP_LIGHTER
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch
from .blend import factor_of
from .tile_cover import FULLY, NONE, PARTLY, cover_of_path, cover_of_rect, cover_of_shape, cover_of_tile, find_path_tile

F0 = np.float32(0.0)
F1 = np.float32(1.0)
LOW = np.uint32(0xFFFF)
ENTRY_SHIFT = np.uint32(8)
ENTRY_MASK = np.uint32(255)
ENTRY_WORDS = AFFINE_WORDS + 8
"""Most words of an entry, not counting its clip."""
AHEAD = 8
"""How many draws ahead memory is prefetched: a bin's draws lie far apart."""


@kernel
def clip_words(clips, paths, path_tiles, clip, known, tx, ty, width, height):
    """Returns the command words for a clip's mask in a tile: 0 where it covers the tile, -1 where it covers nothing.

    ``known`` is the clip whose mask the tile has, 0 for none. In a clip inside it, or itself, that mask is one word.
    """
    words = 0
    left = np.float32(tx * TILE)
    top = np.float32(ty * TILE)
    right = np.float32(min((tx + 1) * TILE, width))
    bottom = np.float32(min((ty + 1) * TILE, height))
    while clip != 0 and clip != known:
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
    return words + 1 if clip != 0 else words


@kernel
def lies_in(clips, clip, outer):
    """Whether a clip lies in another one, whose mask a tile has: only the clips between them are multiplied with it."""
    while clip != 0 and clip != outer:
        clip = np.int64(clips[clip].parent)
    return clip != 0


@kernel
def write_clip(clips, paths, path_tiles, clip, known, tx, ty, width, height, words, at):
    """Write the commands that make a clip's mask, beginning with the known mask; returns where the next word goes."""
    left = np.float32(tx * TILE)
    top = np.float32(ty * TILE)
    right = np.float32(min((tx + 1) * TILE, width))
    bottom = np.float32(min((ty + 1) * TILE, height))
    if not lies_in(clips, clip, known):
        words[at] = np.uint32(COMMAND_CLIP_NONE)
        at += 1
    while clip != 0 and clip != known:
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
    """Returns whether a full cover by a draw is an affine map of the pixel: (yes, share of the source, k)."""
    if draw.paint != 0:
        return False, F0, F1
    op = np.int64(draw.style) >> STYLE_OP_SHIFT & 255
    if op == OP_REPLACE:
        return True, F1, F0
    # No affine map where the result depends on the backdrop's alpha, or is clamped.
    if op >= OP_FIRST_BLEND or op & 3 > FACTOR_ONE or op == OP_LIGHTER:
        return False, F0, F1
    backdrop, slope = factor_of(op >> OP_BACKDROP_SHIFT)
    return True, np.float32(op & 3), backdrop + slope * draw.a


@inlined
def hides(draw):
    """Returns whether a draw with a gradient, image or pattern hides everything under a full cover by it."""
    return draw.style & STYLE_HIDES != 0


@inlined
def forget_tile(n, t, counts, firsts, pending, mask):
    """Drop all that a tile has listed or folded before place n of the log: it is hidden."""
    counts[t] = 0
    firsts[t] = n
    mask[t] = 0
    for j in range(6):
        pending[j, t] = F0
    pending[4, t] = F1


@kernel
def covers_bin(draw, bx, by, width, height):
    """Returns whether a draw certainly covers every tile of a bin."""
    shape = draw.style & 255
    if shape != SHAPE_RECT:
        return shape == SHAPE_EVERYWHERE
    right = np.float32(min((bx + 1) * BIN * TILE, width))
    bottom = np.float32(min((by + 1) * BIN * TILE, height))
    left = np.float32(bx * BIN * TILE)
    top = np.float32(by * BIN * TILE)
    return cover_of_rect(draw.x0, draw.y0, draw.x1, draw.y1, left, top, right, bottom) == FULLY


@kernel
def misses_bin(draw, paths, bx, by, width, height):
    """Returns whether a draw certainly covers nothing of a bin."""
    shape = draw.style & 255
    if shape == SHAPE_PATH:
        path = paths[np.int64(draw.path)]
        left, right, top, bottom = bx * BIN, (bx + 1) * BIN, by * BIN, (by + 1) * BIN
        return path.tx1 <= left or path.tx0 >= right or path.ty1 <= top or path.ty0 >= bottom
    right = np.float32(min((bx + 1) * BIN * TILE, width))
    bottom = np.float32(min((by + 1) * BIN * TILE, height))
    left = np.float32(bx * BIN * TILE)
    top = np.float32(by * BIN * TILE)
    return cover_of_shape(shape, draw.x0, draw.y0, draw.x1, draw.y1, draw.size, left, top, right, bottom) == NONE


@kernel
def fold_bin(r, g, b, a, keep, n, counts, firsts, pending, mask):
    """Fold a cover of every tile of the bin; an opaque cover drops the tiles' earlier entries."""
    for t in range(BIN * BIN):
        pending[0, t] = r + keep * pending[0, t]
        pending[1, t] = g + keep * pending[1, t]
        pending[2, t] = b + keep * pending[2, t]
        pending[3, t] = a + keep * pending[3, t]
        pending[4, t] = keep * pending[4, t]
        pending[5, t] = F1
    if keep == F0:
        for t in range(BIN * BIN):
            counts[t] = 0
            firsts[t] = n
            mask[t] = 0


@kernel
def put_affine(words, at, pending, t):
    """Write a tile's folded covers, if there are any; returns where the next word goes."""
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
def write_draw(i, cover, index, words, at):
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
def close_entry(log, n, end, t, counts):
    """Write the head of an entry of tile t for the words n + 1 .. end; returns where the next entry goes."""
    if end == n + 1:
        return n
    log[n] = np.uint32(t | (end - n - 1) << ENTRY_SHIFT)
    counts[t] += end - n - 1
    return end


@kernel
def log_bin(tables, binned, first, last, bx, by, width, height, log, n, counts, firsts, pending, mask):
    """Log the commands of a bin's tiles in painter's order; returns the log's end, or -1 where it is too short."""
    draws, boxes, clips, paths, path_tiles = tables
    counts[:] = 0
    firsts[:] = n
    pending[:] = F0
    pending[4] = F1
    mask[:] = 0
    x0, y0 = bx * BIN, by * BIN
    for k in range(first, last):
        if k + AHEAD < last:
            prefetch(draws, np.int64(binned[k + AHEAD]))
            prefetch(boxes, np.int64(binned[k + AHEAD]))
        i = np.int64(binned[k])
        draw = draws[i]
        clip = np.int64(draw.clip)
        folds, share, keep = fold(draw)
        if folds and clip == 0 and covers_bin(draw, bx, by, width, height):
            r, g, b, a = draw.r * share, draw.g * share, draw.b * share, draw.a * share
            fold_bin(r, g, b, a, keep, n, counts, firsts, pending, mask)
            continue
        if draw.style & STYLE_UNBOUNDED != 0 and clip == 0 and misses_bin(draw, paths, bx, by, width, height):
            fold_bin(F0, F0, F0, F0, F0, n, counts, firsts, pending, mask)
            continue
        style, path = draw.style, np.int64(draw.path)
        shape, unbounded, is_opaque = style & 255, style & STYLE_UNBOUNDED != 0, hides(draw)
        sx0, sy0, sx1, sy1, size = draw.x0, draw.y0, draw.x1, draw.y1, draw.size
        across, down = boxes[i].across, boxes[i].down
        tx0, tx1 = max(x0, np.int64(across & LOW)), min(x0 + BIN, np.int64(across >> 16))
        ty0, ty1 = max(y0, np.int64(down & LOW)), min(y0 + BIN, np.int64(down >> 16))
        for ty in range(ty0, ty1):
            top = np.float32(ty * TILE)
            bottom = np.float32(min((ty + 1) * TILE, height))
            for tx in range(tx0, tx1):
                index = np.int64(-1)
                if shape == SHAPE_PATH:
                    cover, index = cover_of_path(paths[path], path_tiles, tx, ty)
                else:
                    left = np.float32(tx * TILE)
                    right = np.float32(min((tx + 1) * TILE, width))
                    cover = cover_of_shape(shape, sx0, sy0, sx1, sy1, size, left, top, right, bottom)
                if cover == NONE and not unbounded:
                    continue
                t = (ty - y0) * BIN + tx - x0
                need = 0
                if clip != 0:
                    need = clip_words(clips, paths, path_tiles, clip, mask[t], tx, ty, width, height)
                    if need < 0:
                        continue
                if need == 0 and (cover == NONE or (cover == FULLY and folds)):
                    # An unbounded operator clears what its shape does not cover.
                    part, kept = (share, keep) if cover == FULLY else (F0, F0)
                    pending[0, t] = part * draw.r + kept * pending[0, t]
                    pending[1, t] = part * draw.g + kept * pending[1, t]
                    pending[2, t] = part * draw.b + kept * pending[2, t]
                    pending[3, t] = part * draw.a + kept * pending[3, t]
                    pending[4, t] = kept * pending[4, t]
                    pending[5, t] = F1
                    if kept == F0:
                        counts[t] = 0
                        firsts[t] = n
                        mask[t] = 0
                    continue
                if n + need + ENTRY_WORDS > len(log):
                    return np.int64(-1)
                if is_opaque and need == 0 and cover == FULLY:
                    forget_tile(n, t, counts, firsts, pending, mask)
                at = put_affine(log, n + 1, pending, t)
                if need > 0:
                    if mask[t] != clip:
                        at = write_clip(clips, paths, path_tiles, clip, mask[t], tx, ty, width, height, log, at)
                        mask[t] = clip
                elif mask[t] != 0:
                    log[at] = np.uint32(COMMAND_CLIP_NONE)
                    at += 1
                    mask[t] = 0
                n = close_entry(log, n, write_draw(i, cover, index, log, at), t, counts)
    if n + BIN * BIN * (AFFINE_WORDS + 1) > len(log):
        return np.int64(-1)
    for t in range(BIN * BIN):
        n = close_entry(log, n, put_affine(log, n + 1, pending, t), t, counts)
    return n


@kernel
def log_bins(
    tables, binned, bin_starts, first_bin, last_bin, width, height, log, n, log_ends, counts, firsts, pending, mask
):
    """Log the commands of some bins from place n on.

    Returns the first bin that the log had no room for (``last_bin`` where there was room for all), and the log's end.
    For each bin it stores the log's end; for each tile, its number of words and the log place of its first visible
    entry. ``pending`` (6, BIN * BIN) and ``mask`` (BIN * BIN,) are working memory.
    """
    width_in_tiles = (width + TILE - 1) // TILE
    width_in_bins = (width_in_tiles + BIN - 1) // BIN
    for b in range(first_bin, last_bin):
        bx = b % width_in_bins
        by = b // width_in_bins
        first = bin_starts[b]
        last = bin_starts[b + 1]
        end = log_bin(tables, binned, first, last, bx, by, width, height, log, n, counts[b], firsts[b], pending, mask)
        if end < 0:
            return b, n
        log_ends[b] = end
        n = end
    return last_bin, n


@kernel
def sort_words(log, log_ends, first_bin, last_bin, size_in_tiles, firsts, counts, bin_words, work, begins, ends, words):
    """Sort the words of some bins' log by tile.

    Parameters
    ----------
    log, log_ends, firsts, counts
        Results of `log_bins`.
    size_in_tiles
        (wide, high) of the surface.
    bin_words
        (bins,) int64, where each bin's words begin in ``words``.
    work
        (BIN * BIN,) int64 working memory.
    begins, ends
        (tiles,) int64, row by row, written: where each tile's words begin and end in ``words``.
    """
    wide, high = size_in_tiles
    across = (wide + BIN - 1) // BIN
    n = np.int64(0)
    for b in range(first_bin, last_bin):
        at = np.int64(bin_words[b])
        x0, y0 = b % across * BIN, b // across * BIN
        for t in range(BIN * BIN):
            x, y = x0 + t % BIN, y0 + t // BIN
            work[t] = at
            if x < wide and y < high:
                begins[y * wide + x] = at
                ends[y * wide + x] = at + counts[b, t]
            at += counts[b, t]
        seen = firsts[b]
        while n < log_ends[b]:
            t = np.int64(log[n] & ENTRY_MASK)
            count = np.int64(log[n] >> ENTRY_SHIFT)
            if n >= seen[t]:
                for j in range(count):
                    words[work[t] + j] = log[n + 1 + j]
                work[t] += count
            n += count + 1
