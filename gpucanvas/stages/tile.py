"""A tile's pixels while its commands run: loaded from the surface, and stored to it, once.

They lie in planes, so that a row of a plane is one vector:

    plane 0..3  red, green, blue, alpha, premultiplied      plane 4  coverage of the shape at hand
    plane 5     the clip's mask                             plane 6..9  the source's colours, premultiplied
    behind      the rows' shares of a rectangle

The surface is one run of int32 pixels, red in the low byte.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import TILE
from ..kernels import inlined, kernel
from ..kernels.row import as_float, as_int, get_row, greater, lesser, set_row

# Indices into the planes are unsigned: numba then has no negative ones to check for, and loops become vector loops.
ROW = np.uint64(TILE)
PLANE = np.uint64(TILE * TILE)
RED = np.uint64(0)
GREEN = PLANE
BLUE = np.uint64(2 * TILE * TILE)
ALPHA = np.uint64(3 * TILE * TILE)
COVER = np.uint64(4 * TILE * TILE)
MASK = np.uint64(5 * TILE * TILE)
SOURCE = np.uint64(6 * TILE * TILE)
DOWN = np.uint64(10 * TILE * TILE)
SCRATCH = 10 * TILE * TILE + TILE

F0 = np.float32(0.0)
HALF = np.float32(0.5)
F1 = np.float32(1.0)
F255 = np.float32(255.0)
TO_UNIT = np.float32(1.0 / 255.0)
MASK8 = np.int32(255)
SHIFT8 = np.int32(8)
SHIFT16 = np.int32(16)
SHIFT24 = np.int32(24)
ONE = np.uint64(1)


@inlined
def start_of(width, x0, y):
    """Where row y of a tile begins in the surface."""
    return np.uint64(y * width + x0)


@kernel
def clear_tile(px):
    """Start from transparent black."""
    for i in range(COVER):
        px[i] = F0


@kernel
def fill_tile(px, r, g, b, a):
    """Every pixel becomes (r g b a)."""
    for i in range(PLANE):
        px[RED + i] = r
    for i in range(PLANE):
        px[GREEN + i] = g
    for i in range(PLANE):
        px[BLUE + i] = b
    for i in range(PLANE):
        px[ALPHA + i] = a


@inlined
def load_row(px, at, words):
    """Unpack a row of pixels."""
    set_row(px, RED + at, as_float(words & MASK8) * TO_UNIT)
    set_row(px, GREEN + at, as_float(words >> SHIFT8 & MASK8) * TO_UNIT)
    set_row(px, BLUE + at, as_float(words >> SHIFT16 & MASK8) * TO_UNIT)
    set_row(px, ALPHA + at, as_float(words >> SHIFT24 & MASK8) * TO_UNIT)


@kernel
def load_tile(px, edge, surface, width, height, x0, y0):
    """Start from what the surface holds. ``edge`` (TILE,) int32 is memory to work with."""
    down = min(TILE, height - y0)
    across = min(TILE, width - x0)
    if down < TILE:
        clear_tile(px)
    for y in range(down):
        start = start_of(width, x0, y0 + y)
        at = np.uint64(y * TILE)
        if across == TILE:
            load_row(px, at, get_row(surface, start))
            continue
        for x in range(TILE):
            edge[x] = surface[start + np.uint64(x)] if x < across else 0
        load_row(px, at, get_row(edge, RED))


@kernel
def load_word(px, word):
    """Start from pixels that all are ``word``."""
    r = np.float32(word & MASK8) * TO_UNIT
    g = np.float32(word >> SHIFT8 & MASK8) * TO_UNIT
    b = np.float32(word >> SHIFT16 & MASK8) * TO_UNIT
    fill_tile(px, r, g, b, np.float32(word >> SHIFT24 & MASK8) * TO_UNIT)


@inlined
def quantised(row):
    """A row of a channel as 0..255, rounded to nearest."""
    return as_int(lesser(greater(row, F0), F1) * F255 + HALF)


@inlined
def packed_row(px, at):
    """A row of pixels as the surface holds them."""
    r = quantised(get_row(px, RED + at))
    g = quantised(get_row(px, GREEN + at))
    b = quantised(get_row(px, BLUE + at))
    a = quantised(get_row(px, ALPHA + at))
    return r | g << SHIFT8 | b << SHIFT16 | a << SHIFT24


@kernel
def store_tile(px, edge, surface, width, height, x0, y0):
    """Quantise the tile and write it to the surface. ``edge`` (TILE,) int32 is memory to work with."""
    across = min(TILE, width - x0)
    for y in range(min(TILE, height - y0)):
        start = start_of(width, x0, y0 + y)
        words = packed_row(px, np.uint64(y * TILE))
        if across == TILE:
            set_row(surface, start, words)
            continue
        set_row(edge, RED, words)
        for x in range(across):
            surface[start + np.uint64(x)] = edge[x]


@inlined
def pack_channel(v):
    """A channel as 0..255, rounded to nearest."""
    return np.int32(min(max(v, F0), F1) * F255 + HALF)


@inlined
def pack(r, g, b, a):
    """A colour as the surface holds it."""
    return np.int32(
        pack_channel(r) | pack_channel(g) << SHIFT8 | pack_channel(b) << SHIFT16 | pack_channel(a) << SHIFT24
    )


@kernel
def store_word(surface, width, height, x0, x1, y0, word):
    """Every pixel of the surface becomes ``word`` in a row of tiles at y0, from one that begins at x0 to before x1."""
    for y in range(y0, min(y0 + TILE, height)):
        at, end = start_of(width, x0, y), start_of(width, min(x1, width), y)
        while at + ROW <= end:
            set_row(surface, at, word)
            at += ROW
        while at < end:
            surface[at] = word
            at += ONE
