"""shade: loads tiles from the surface, runs their commands and stores them; on request also as straight pixels.

    surface --load--> px --run_tile (fine)--> px --store--> surface --present_tile--> out

Where a tile's commands begin with an opaque cover, nothing is loaded from the surface. Neighbouring tiles of one colour
are collected and stored together.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import AFFINE_WORDS, COMMAND_AFFINE, COMMAND_BITS, COMMAND_EMPTY, COMMAND_FULL, TILE
from ..kernels import inlined, kernel
from .coarse import fold, hides
from .fast.texels import copy_tile
from .fast.winding import FLOATS
from .fine import begin_tile, run_tile
from .present import present_tile, straight_pixel
from .samples import INTS
from .tile import F0, SCRATCH, as_pixel, fill_tile, load_pixel, load_tile, pack, store_pixel, store_tile

WORK = SCRATCH + FLOATS + INTS + TILE
"""Items of working memory: the tile's planes, the memory of `samples` and `winding`, and a row of pixels."""
IDLE, BUSY = 1, 9
"""Cost of a tile without commands, and fixed cost of a tile with commands, in units of a command word."""


@inlined
def cost_of(starts, ends, tile):
    """Returns the cost of a tile, in units of a command word."""
    words = np.int64(0)
    for k in range(len(starts)):
        words += ends[k, tile] - starts[k, tile]
    return words + BUSY if words > 0 else np.int64(IDLE)


@kernel
def cut_tiles(starts, ends, tiles, cuts):
    """Divide tiles into parts of about the same cost; returns how many tiles have commands.

    ``starts`` and ``ends`` are as for `shade_tiles`; ``cuts`` (parts + 1,) int64 is written.
    """
    parts = len(cuts) - 1
    work, busy = np.int64(0), 0
    for tile in range(tiles):
        cost = cost_of(starts, ends, tile)
        work += cost
        busy += cost > IDLE
    part, done = 0, np.int64(0)
    for tile in range(tiles):
        while part < parts and done * parts >= work * part:
            cuts[part] = tile
            part += 1
        done += cost_of(starts, ends, tile)
    for k in range(part, parts + 1):
        cuts[k] = tiles
    return busy


@inlined
def first_cover(draws, words, at):
    """Returns whether a tile's commands begin with an opaque cover, and its colour: (yes, r, g, b, a).

    A cover with another paint counts as transparent black: it is still to be drawn.
    """
    word = np.int64(words[at])
    kind = word & ((1 << COMMAND_BITS) - 1)
    if kind == COMMAND_AFFINE:
        f = words[at + 1 : at + AFFINE_WORDS].view(np.float32)
        return f[4] == F0, f[0], f[1], f[2], f[3]
    if kind == COMMAND_EMPTY:
        # No mask precedes the command, so that an unbounded operator clears the tile outside of its shape.
        return True, F0, F0, F0, F0
    if kind == COMMAND_FULL:
        draw = draws[word >> COMMAND_BITS]
        if hides(draw):
            return True, F0, F0, F0, F0
        folds, share, keep = fold(draw)
        return folds and keep == F0, draw.r * share, draw.g * share, draw.b * share, draw.a * share
    return False, F0, F0, F0, F0


@inlined
def size_of_cover(draws, words, at):
    """Returns the words to skip for the cover that a tile's commands begin with; 0 where it is still to be drawn."""
    word = np.int64(words[at])
    kind = word & ((1 << COMMAND_BITS) - 1)
    if kind == COMMAND_AFFINE:
        return AFFINE_WORDS
    return 0 if kind == COMMAND_FULL and hides(draws[word >> COMMAND_BITS]) else 1


@inlined
def shade_tile(starts, ends, words, scene, surface, width, height, clears, cleared, tile, x0, y0, work):
    """Run the commands of one tile; see `shade_tiles`.

    Returns (yes, pixel): whether all of the tile's pixels become ``pixel``, which is then not stored yet.
    """
    px, ints, floats, edge = work
    bands = len(starts)
    band, at, left, covered = bands, np.int64(0), np.int64(0), False
    r = g = b = a = F0
    for k in range(bands - 1, -1, -1):
        # An opaque cover hides the lists before its own, and the surface's pixels.
        if starts[k, tile] < ends[k, tile] and not covered:
            band, at = k, np.int64(starts[k, tile])
            left += ends[k, tile] - at
            covered, r, g, b, a = first_cover(scene[0], words, at)
    if left == 0:
        return clears, as_pixel(surface, cleared)
    if left == 1 and copy_tile(scene, np.int64(words[at]), edge, surface, width, height, x0, y0):
        return False, as_pixel(surface, 0)
    if covered:
        size = size_of_cover(scene[0], words, at)
        if size == left:
            return True, pack(edge, r, g, b, a)
        at += size
    if (covered and r == F0 and g == F0 and b == F0 and a == F0) or (clears and cleared == 0 and not covered):
        at = begin_tile(px, words, at, np.int64(ends[band, tile]), scene, x0, y0)
    elif covered:
        fill_tile(px, r, g, b, a)
    elif clears:
        load_pixel(px, edge, as_pixel(surface, cleared))
    else:
        load_tile(px, edge, surface, width, height, x0, y0)
    for k in range(band, bands):
        run_tile(px, ints, floats, words, at if k == band else starts[k, tile], ends[k, tile], scene, x0, y0)
    store_tile(px, edge, surface, width, height, x0, y0)
    return False, as_pixel(surface, 0)


@kernel
def store_run(surface, out, edge, row, width, height, x0, x1, y0, pixel):
    """Store ``pixel`` in all tiles of a row from x0 to x1; also, straight, in ``out``, unless that is empty."""
    if x0 < x1:
        store_pixel(surface, width, height, x0, x1, y0, pixel)
        if len(out) > 0:
            store_pixel(out, width, height, x0, x1, y0, straight_pixel(pixel, edge, row))


@kernel
def shade_surface(
    starts, ends, words, scene, surface, out, width, height, above, clears, cleared, first, last, work, edge
):
    """Run the commands of tiles; see `shade_tiles`. ``edge`` is memory for TILE pixels, in the surface's form."""
    px = work[:SCRATCH].view(np.float32)
    floats = work[SCRATCH : SCRATCH + FLOATS].view(np.float32)
    ints = work[SCRATCH + FLOATS : SCRATCH + FLOATS + INTS]
    width_in_tiles = (width + TILE - 1) // TILE
    # Neighbouring tiles of one colour are stored together, row of pixels by row: long runs are faster to write.
    run_start, run_end, run_top, run_pixel = 0, 0, 0, as_pixel(surface, 0)
    for tile in range(first, last):
        x0 = tile % width_in_tiles * TILE
        y0 = (tile // width_in_tiles + above) * TILE
        flat, pixel = shade_tile(
            starts, ends, words, scene, surface, width, height, clears, cleared, tile, x0, y0, (px, ints, floats, edge)
        )
        if flat and x0 == run_end and y0 == run_top and pixel == run_pixel:
            run_end = x0 + TILE
            continue
        store_run(surface, out, edge, ints, width, height, run_start, run_end, run_top, run_pixel)
        run_start, run_end, run_top, run_pixel = x0, x0 + TILE if flat else x0, y0, pixel
        if not flat and len(out) > 0:
            present_tile(surface, out, edge, ints, width, height, x0, y0)
    store_run(surface, out, edge, ints, width, height, run_start, run_end, run_top, run_pixel)


@kernel
def shade_tiles(starts, ends, words, scene, surface, out, width, height, above, clears, cleared, first, last, work):
    """Run the commands of tiles first to last, counted row by row; tiles without commands keep their pixels.

    ``starts`` and ``ends`` (bands, tiles) say where a tile's lists lie in ``words``: one list or, without clips, one
    per band; their first column is the first tile of row ``above``. ``surface`` (width * height,) int32 are the pixels;
    with ``clears``, all of them count as ``cleared`` before. ``out`` (width * height,) int32 receives straight pixels,
    or is empty. ``work`` (WORK,) int32 is working memory.
    """
    numbers = width, height, above, clears, cleared, first, last
    shade_surface(starts, ends, words, scene, surface, out, *numbers, work, work[WORK - TILE : WORK])


@kernel
def shade_half_tiles(
    starts, ends, words, scene, surface, out, width, height, above, clears, cleared, first, last, work, edge
):
    """As `shade_tiles`, for pixels of halves: ``surface`` (N, 2) int32.

    ``edge`` (TILE, 2) int32 is working memory, too.
    """
    numbers = width, height, above, clears, cleared, first, last
    shade_surface(starts, ends, words, scene, surface, out, *numbers, work, edge)
