"""small: runs all stages up to the tiles' commands in one call, for scenes that one thread finishes quickly.

    Scene --flatten, binning--> path tiles, segments --listing, or binning and coarse--> each tile's words

It replaces separate calls of flatten, binning and coarse. The modules of these stages do the work and define the
tables; this module only calls one after another. A call from Python takes as long as a stage of a small scene, and may
have to wait for other threads. It has no twin; tests/stages/test_small.py compares it with the stages.

Where a table is too short, the call returns which table it is and the length that it needs, and the caller repeats the
call with a longer one.
"""

from __future__ import annotations

import math

import numpy as np

from ...contract.constants import BIN, MAX_FAN_STEPS, TILE
from ...kernels import kernel
from ..binning import count_crossings, count_draws, list_draws, place_segments, sum_path_tiles
from ..coarse import log_bins, sort_words
from ..flatten import flatten_curves
from ..shade import cut_tiles
from .listing import SPARE, count_tiles, list_tiles, sum_tiles
from .runs import RUN

DONE, TOO_LARGE = -1, -2
"""Results besides the number of a table: the words are complete; or the scene is large enough for several threads."""
(
    LINES,
    COUNTS,
    BACKDROPS,
    CROSSINGS,
    PATH_TILES,
    SEGMENTS,
    BOXES,
    STEPS,
    BEGINS,
    NEXTS,
    WORDS,
    BINNED,
    BINS,
    BIN_COUNTS,
    BIN_FIRSTS,
    LOG,
) = range(16)
"""The tables that may be too short."""
ZERO = np.int64(0)  # Not `0`: numba compiles a kernel again for every literal that it is called with.
BIN_TILES = BIN * BIN
BIN_ROWS = 3
"""Numbers of a bin in BINS: the beginning of its draws, the end of its log, and the beginning of its words."""


@kernel
def lines_of_vertex(strokes):
    """Returns the most lines of a vertex: three fans of the pen with the smallest steps, and some single lines."""
    if len(strokes) == 0:
        return 1
    largest = strokes[0].step_cos
    for i in range(1, len(strokes)):
        largest = max(largest, strokes[i].step_cos)
    smallest = math.acos(min(np.float64(largest), 0.99999))
    return 16 + 3 * (min(np.int64(math.ceil(math.pi / smallest)), MAX_FAN_STEPS) + 3)


@kernel
def segment_outlines(scene, tiles, work):
    """Make every path's tiles and their segments: flatten, and binning's part for outlines.

    ``tiles`` is the number of tiles of all paths. The other arguments and the result are as in `list_small`.
    """
    _, paths, subpaths, vertices, curves, strokes, _ = scene
    floats, ints, lines, counts, backdrops, crossings, path_tiles, segments = work
    need = min(RUN, len(vertices)) * lines_of_vertex(strokes)
    if need > len(lines):
        return LINES, need
    if tiles > counts.shape[1]:
        return COUNTS, tiles
    if tiles > backdrops.shape[1]:
        return BACKDROPS, tiles
    if tiles > len(path_tiles):
        return PATH_TILES, tiles
    flatten_curves(curves, vertices, ZERO, len(curves))
    counts[0, :tiles] = 0
    backdrops[0, :tiles] = 0
    crossed = ZERO
    if len(vertices) > 0 and tiles > 0:
        outlines, room = (subpaths, vertices, strokes), (floats, ints, lines)
        end, _, crossed = count_crossings(
            outlines, paths, room, ZERO, len(vertices), ZERO, counts[0], backdrops[0], crossings, ZERO
        )
        if end < len(vertices):
            return CROSSINGS, 2 * len(crossings)
    total = sum_path_tiles(paths, counts, backdrops, path_tiles)
    if total > len(segments):
        return SEGMENTS, total
    place_segments(crossings, crossed, counts[0], segments)
    return DONE, 0


@kernel
def list_by_tile(scene, size, path_tiles, boxes, steps, begins, nexts, words, most):
    """List each tile's words directly from the draws; TOO_LARGE where there are more than ``most`` words."""
    draws, paths, _, _, _, _, clips = scene
    width, height = size
    wide, high = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
    need = (wide + 1) * (high + 1)
    if need > len(steps):
        return STEPS, need
    steps[:need] = 0
    total = count_tiles(draws, ZERO, len(draws), paths, clips, wide, high, ZERO, boxes, steps[:need])
    if total > most:
        return TOO_LARGE, 0
    if total + 1 > len(words):
        return WORDS, total + 1
    end = wide * high + SPARE
    sum_tiles(steps, wide, high, ZERO, begins[0, :end], nexts[0, :end])
    tables = nexts[0, :end], begins[0, :end], words
    list_tiles(draws, boxes, paths, path_tiles, ZERO, len(draws), width, height, ZERO, *tables)
    return DONE, 0


@kernel
def list_by_bin(scene, size, path_tiles, boxes, begins, nexts, words, bins, most):
    """List each tile's words by means of bins; TOO_LARGE where the bins hold ``most`` draws or more."""
    draws, paths, _, _, _, _, clips = scene
    binned, numbers, counts, firsts, log, pending, mask = bins
    width, height = size
    wide, high = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
    count = ((wide + BIN - 1) // BIN) * ((high + BIN - 1) // BIN)
    if (count + 1) * BIN_ROWS > len(numbers):
        return BINS, (count + 1) * BIN_ROWS
    if count > len(counts):
        return BIN_COUNTS, count * BIN_TILES
    if count > len(firsts):
        return BIN_FIRSTS, count * BIN_TILES
    starts, log_ends = numbers[: count + 1], numbers[count + 1 : 2 * count + 2]
    bin_words = numbers[2 * count + 2 : 3 * count + 3]
    bin_words[:] = 0
    count_draws(draws, ZERO, len(draws), paths, clips, wide, high, boxes, bin_words)
    total = np.int64(0)
    for b in range(count):
        starts[b] = log_ends[b] = total
        total += bin_words[b]
    starts[count] = total
    if total >= most:
        return TOO_LARGE, 0
    if total > len(binned):
        return BINNED, total
    list_draws(ZERO, len(draws), wide, boxes, log_ends, binned)
    last, _ = log_bins(
        (draws, boxes, clips, paths, path_tiles),
        binned,
        starts,
        ZERO,
        count,
        width,
        height,
        log,
        ZERO,
        log_ends,
        counts,
        firsts,
        pending,
        mask,
    )
    if last < count:
        return LOG, 2 * len(log)
    total = np.int64(0)
    for b in range(count):
        bin_words[b] = total
        for t in range(BIN_TILES):
            total += counts[b, t]
    if total + 1 > len(words):
        return WORDS, total + 1
    tables = begins[0], nexts[0], words
    sort_words(log, log_ends, ZERO, count, (wide, high), firsts, counts, bin_words, mask, *tables)
    return DONE, 0


@kernel
def list_small(scene, size, path_tile_count, outlines, lists, bins, marks, words_a_draw, most):
    """Run all stages up to the tiles' words.

    Parameters
    ----------
    scene
        Draws, paths, subpaths, vertices, curves, strokes and clips; the call writes the vertices of curves.
    size
        (width, height) of the surface, pixels.
    path_tile_count
        Tiles of all paths' boxes.
    outlines, lists, bins
        Working memory: FLOATS float32, INTS int32 (see `runs`), and the tables LINES to SEGMENTS; BOXES to WORDS;
        BINNED to LOG, (6, BIN * BIN) float32 and (BIN * BIN,) int64.
    marks
        (parts + 1,) int64, the tiles at which the work is divided into parts of about the same size.
    words_a_draw
        Scenes with more words per draw use bins.
    most
        Scenes with this many draws in bins, or more, are too large for this kernel.

    Returns
    -------
    (int, int)
        DONE and the number of tiles with commands; or a table that is too short and the items it needs; or TOO_LARGE.
    """
    draws, _, _, _, _, _, clips = scene
    width, height = size
    boxes, steps, begins, nexts, words = lists
    tiles = ((width + TILE - 1) // TILE) * ((height + TILE - 1) // TILE)
    if len(draws) > len(boxes):
        return BOXES, len(draws)
    if tiles + SPARE > begins.shape[1]:
        return BEGINS, tiles + SPARE
    if tiles + SPARE > nexts.shape[1]:
        return NEXTS, tiles + SPARE
    short, need = segment_outlines(scene, path_tile_count, outlines)
    if short != DONE:
        return short, need
    path_tiles = outlines[6]
    short, need = TOO_LARGE, 0
    limit = words_a_draw * len(draws)
    if len(clips) == 1 and 2 * path_tile_count <= limit:
        short, need = list_by_tile(scene, size, path_tiles, boxes, steps, begins, nexts, words, limit)
    if short == TOO_LARGE:
        short, need = list_by_bin(scene, size, path_tiles, boxes, begins, nexts, words, bins, most)
    if short != DONE:
        return short, need
    return DONE, cut_tiles(begins, nexts, tiles, marks)
