"""listing: writes the tiles' commands directly from the draws, where draws cover few tiles and nothing is clipped.

It replaces binning of draws and coarse: two passes over the draws instead of four, for scenes of thousands of markers
or rectangles. The lists draw the same as coarse's, but may be longer: every tile of a draw's box gets a word, or two
words for an outline. Only the cpu backend has this module, so it has no twin; tests/stages/test_listing.py compares it
with the stages.

    draws  --count_tiles-->  boxes, steps  --sum_tiles-->  the place of each tile's words  --list_tiles-->  words

Steps are the differences between the word counts of neighbouring tiles, across and down: a draw changes four numbers,
however many tiles it covers. Each band of draws has its own steps and its own run of words, so that a tile has one
list per band.
"""

from __future__ import annotations

import numpy as np

from ...contract.constants import (
    COMMAND_BITS,
    COMMAND_CLIP_NONE,
    COMMAND_EMPTY,
    COMMAND_FULL,
    COMMAND_PATH,
    COMMAND_SHAPE,
    SHAPE_PATH,
    SHAPE_RECT,
    STYLE_UNBOUNDED,
    TILE,
)
from ...kernels import inlined, kernel
from ...kernels.instructions import prefetch
from ..binning import AHEAD, KIND, LOW, draw_box, tile_ceil, tile_floor
from ..coarse import fold, hides
from ..tile_cover import FULLY, NONE, PARTLY, cover_of_path, cover_of_shape

F0 = np.float32(0.0)
OUTLINE = np.uint32(1 << 31)
"""Set in Box.across for a draw of an outline, so that small shapes are listed without reading their draws."""
PAINTED = np.uint32(1 << 30)
"""Set in Box.across for a shape with another paint than a colour: where it covers a tile in full, that is listed, since
sampling an image or a gradient without coverage is faster."""
SPARE = 4
"""Tiles behind the last for superfluous words: a draw of up to 2 x 2 tiles always writes four words."""
NOTHING = np.uint32(COMMAND_CLIP_NONE)
"""A word without effect: this module's scenes have no clips."""


@kernel
def count_tiles(draws, first, last, paths, clips, wide, high, above, boxes, steps):
    """Write each draw's box of tiles; returns the number of words that all draws need.

    ``steps`` ((rows + 1) * (wide + 1),) int64, zeros at first, get the differences of counts between tiles. The rows
    of tiles begin at ``above``, and boxes are cut to these rows.
    """
    total = 0
    below = np.int64(above + len(steps) // (wide + 1) - 1)
    for i in range(first, last):
        prefetch(draws, i + AHEAD)
        draw = draws[i]
        tx0, ty0, tx1, ty1 = draw_box(draw, draw.style & KIND, paths, clips, wide, high)
        ty0, ty1 = max(ty0, np.int64(above)), min(ty1, below)
        if ty0 >= ty1:
            tx0 = tx1 = ty0 = ty1 = np.int64(0)
        outline = draw.style & 255 == SHAPE_PATH
        size = 2 if outline else 1
        box = boxes[i]
        flag = OUTLINE if outline else PAINTED if draw.paint != 0 else np.uint32(0)
        box.across = np.uint32(tx0 | tx1 << 16) | flag
        box.down = np.uint32(ty0 | ty1 << 16)
        total += (tx1 - tx0) * (ty1 - ty0) * size
        if tx0 < tx1:
            top, bottom = (ty0 - above) * (wide + 1), (ty1 - above) * (wide + 1)
            steps[top + tx0] += size
            steps[top + tx1] -= size
            steps[bottom + tx0] -= size
            steps[bottom + tx1] += size
    return total


@kernel
def sum_tiles(steps, wide, rows, at, begins, nexts):
    """Compute where each tile's words begin in a band's run of words, which begins at ``at``.

    ``steps`` are replaced by counts. ``begins`` and ``nexts``, both (rows * wide + SPARE,) int64, get equal values.
    """
    for ty in range(rows):
        row = ty * (wide + 1)
        across = 0
        for tx in range(wide):
            across += steps[row + tx]
            count = across + (steps[row + tx - wide - 1] if ty > 0 else 0)
            steps[row + tx] = count
            begins[ty * wide + tx] = at
            nexts[ty * wide + tx] = at
            at += count
    begins[rows * wide :] = at
    nexts[rows * wide :] = at


@inlined
def is_opaque(draw):
    """Returns whether a draw hides everything below the pixels that it covers in full."""
    folds, _, keep = fold(draw)
    return (folds and keep == F0) or hides(draw)


@inlined
def full_tiles(draw, width, height):
    """Returns the box of tiles that a rectangle covers in full; an empty box for other shapes."""
    right, bottom = np.float32(width), np.float32(height)
    wide, high = np.int64((width + TILE - 1) // TILE), np.int64((height + TILE - 1) // TILE)
    if draw.style & 255 != SHAPE_RECT:
        return np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    tx1 = wide if draw.x1 >= right else tile_floor(draw.x1, right)
    ty1 = high if draw.y1 >= bottom else tile_floor(draw.y1, bottom)
    return tile_ceil(draw.x0, right), tile_ceil(draw.y0, bottom), tx1, ty1


@kernel
def word_of(draw, i, tx, ty, width, height):
    """Returns the command of a draw of many tiles in one tile; NOTHING where the draw does not cover the tile."""
    left, top = np.float32(tx * TILE), np.float32(ty * TILE)
    right, bottom = np.float32(min((tx + 1) * TILE, width)), np.float32(min((ty + 1) * TILE, height))
    shape = draw.style & 255
    cover = cover_of_shape(shape, draw.x0, draw.y0, draw.x1, draw.y1, draw.size, left, top, right, bottom)
    if cover == FULLY:
        return np.uint32(i << COMMAND_BITS | COMMAND_FULL)
    if cover != NONE:
        return np.uint32(i << COMMAND_BITS | COMMAND_SHAPE)
    if draw.style & STYLE_UNBOUNDED != 0:
        return np.uint32(i << COMMAND_BITS | COMMAND_EMPTY)
    return NOTHING


@kernel
def list_outline(draw, i, path, path_tiles, tx0, ty0, tx1, ty1, above, wide, nexts, begins, words):
    """Write the words of a draw of an outline, two per tile."""
    hiding = is_opaque(draw)
    for ty in range(ty0, ty1):
        for tx in range(tx0, tx1):
            t = (ty - above) * wide + tx
            at = nexts[t]
            nexts[t] = at + 2
            cover, index = cover_of_path(path, path_tiles, tx, ty)
            if cover == PARTLY:
                words[at] = np.uint32(i << COMMAND_BITS | COMMAND_PATH)
                words[at + 1] = np.uint32(index)
                continue
            words[at] = NOTHING
            words[at + 1] = NOTHING
            if cover == FULLY:
                words[at + 1] = np.uint32(i << COMMAND_BITS | COMMAND_FULL)
                if hiding:
                    begins[t] = at + 1
            elif draw.style & STYLE_UNBOUNDED != 0:
                words[at + 1] = np.uint32(i << COMMAND_BITS | COMMAND_EMPTY)
                begins[t] = at + 1


@inlined
def put(words, nexts, t, otherwise, word, there):
    """Append a word to tile t where ``there`` is true; otherwise overwrite the word of the tile ``otherwise``."""
    t = np.uint64(t if there else otherwise)
    at = np.uint64(nexts[t])
    words[at] = word
    nexts[t] = np.int64(at) + (1 if there else 0)


@kernel
def list_tiles(draws, boxes, paths, path_tiles, first, last, width, height, above, nexts, begins, words):
    """Write the words of a band of draws; a tile's list may begin at the last draw that hides all draws before it.

    Parameters
    ----------
    above
        Rows of tiles above the first row that has lists.
    nexts
        (tiles + SPARE,) int64, the place of each tile's next word; behind the tiles, places for superfluous words.
    begins
        (tiles + SPARE,) int64, the place of the first word whose effect is visible: moved on to opaque covers, and to
        draws that clear the tile because their operator is unbounded.
    """
    wide = (width + TILE - 1) // TILE
    for i in range(first, last):
        # The cache no longer has the line of a tile's next word, or never had it.
        coming = boxes[min(i + AHEAD, last - 1)]
        row = max(np.int64(coming.down & LOW) - above, 0)
        prefetch(words, nexts[np.uint64(row * wide + np.int64(coming.across & LOW))])
        across, down = boxes[i].across, boxes[i].down
        tx0, tx1 = np.int64(across & LOW), np.int64((across & ~(OUTLINE | PAINTED)) >> 16)
        ty0, ty1 = np.int64(down & LOW), np.int64(down >> 16)
        part = np.uint32(i << COMMAND_BITS | COMMAND_SHAPE)
        draw = draws[i]
        if across & OUTLINE:
            path = paths[np.int64(draw.path)]
            list_outline(draw, i, path, path_tiles, tx0, ty0, tx1, ty1, above, wide, nexts, begins, words)
            continue
        if tx1 - tx0 <= 2 and ty1 - ty0 <= 2 and across & PAINTED == 0:
            # Most markers take this branch. It has no loops, whose ends the processor could not predict.
            t = (ty0 - above) * wide + tx0
            right, below = tx1 - tx0 == 2, ty1 - ty0 == 2
            nobody = len(nexts) - SPARE
            put(words, nexts, t, nobody, part, tx1 > tx0)
            put(words, nexts, t + 1, nobody + 1, part, right)
            put(words, nexts, t + wide, nobody + 2, part, below)
            put(words, nexts, t + wide + 1, nobody + 3, part, right and below)
            continue
        fx0, fy0, fx1, fy1 = full_tiles(draw, width, height)
        hiding = is_opaque(draw)
        full, empty = np.uint32(i << COMMAND_BITS | COMMAND_FULL), np.uint32(i << COMMAND_BITS | COMMAND_EMPTY)
        unbounded = draw.style & STYLE_UNBOUNDED != 0
        closely = unbounded or draw.style & 255 != SHAPE_RECT
        for ty in range(ty0, ty1):
            for tx in range(tx0, tx1):
                t = (ty - above) * wide + tx
                at = nexts[t]
                nexts[t] = at + 1
                word = full if fx0 <= tx and tx < fx1 and fy0 <= ty and ty < fy1 else part
                if closely:
                    word = word_of(draw, i, tx, ty, width, height)
                words[at] = word
                if (hiding and word == full) or (unbounded and word == empty):
                    begins[t] = at
