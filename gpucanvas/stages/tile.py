"""A tile's pixels while its commands run: loaded from the surface once, and stored to it once.

They are stored in planes, so that a row of a plane is one vector:

    plane 0..3  red, green, blue, alpha, premultiplied      plane 4  coverage of the shape at hand
    plane 5     the clip's mask                             plane 6..9  the source's colours, premultiplied
    behind      the rows' shares of a rectangle; then the planes for sampling an image (textures.py)

The surface is one run of pixels in one of two formats, which differ in the array's dimensions (`contract/formats.py`).
A kernel that tests the dimensions is compiled once for each format, without the test:

    rgba8     (N,) int32     four bytes, red in the low one
    rgba16f   (N, 2) int32   four halves: red and green in the first word, blue and alpha in the second

Twin of the conversions of halves: shaders/shared/pixels.glsl.
"""

from __future__ import annotations

import numpy as np

from ..contract.constants import TILE
from ..contract.formats import LARGEST_HALF
from ..kernels import inlined, kernel
from ..kernels.row import (
    as_bits,
    as_float,
    as_int,
    columns,
    from_bits,
    get_pairs,
    get_row,
    greater,
    lesser,
    magnitude,
    set_pairs,
    set_row,
    where_less,
)

# Indices into the planes are unsigned: numba then adds no checks for negative ones, and loops are vectorised.
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
SAMPLED = DOWN + ROW
SAMPLED_PLANES = 10
SCRATCH = (10 + SAMPLED_PLANES) * TILE * TILE + TILE

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
LOW = np.uint64(0)
HIGH = np.uint64(1)
HALF_BITS = np.int32(0xFFFF)
SIZE_BITS = np.int32(0x7FFF)
"""The bits of a half but its sign."""
SIGN_BIT = np.int32(0x8000)
MOST = np.float32(LARGEST_HALF)
HALF_SHIFT = np.int32(16)
FRACTION_SHIFT = np.int32(13)
"""Bits of fraction that a float32 has more than a half."""
FIRST_NORMAL = np.int32(1 << 10)
"""Bits of the least normal half; smaller halves are subnormal: multiples of the smallest one."""
SMALLEST = np.float32(2.0**-24)
LEAST_NORMAL = np.float32(2.0**-14)
BIAS = np.int32((127 - 15) << 23)
"""Difference of the exponent biases of float32 and half, in place."""
TO_EVEN = np.int32((1 << 12) - 1)
LAST_BIT = np.int32(1)
HALF_AS_BITS = np.int32(126 << 23)
"""The bits of the float32 0.5, whose last bit of fraction is worth the smallest half."""
WORD = np.int64(0xFFFFFFFF)


# -- halves --------------------------------------------------------------------------------------------------------


@inlined
def from_half(bits):
    """Returns a row of finite halves as float32, exactly."""
    size = bits & SIZE_BITS
    row = where_less(size, FIRST_NORMAL, as_float(size) * SMALLEST, from_bits((size << FRACTION_SHIFT) + BIAS))
    return from_bits(as_bits(row) | (bits & SIGN_BIT) << HALF_SHIFT)


@inlined
def rounded_to_half(row):
    """Returns a row of numbers, 0 to LARGEST_HALF, as halves, rounded to nearest, ties to even."""
    bits = as_bits(row)
    normal = (bits + TO_EVEN + (bits >> FRACTION_SHIFT & LAST_BIT) - BIAS) >> FRACTION_SHIFT
    # The sum is rounded to a multiple of the smallest half.
    return where_less(row, LEAST_NORMAL, as_bits(row + HALF) - HALF_AS_BITS, normal)


@inlined
def color_to_half(row):
    """Returns a row of a colour's channel as halves, clamped to what is finite; NaN as LARGEST_HALF."""
    size = magnitude(row)
    # Comparisons with NaN are false, with minima and maxima processors differ.
    bits = rounded_to_half(where_less(size, MOST, size, MOST))
    return where_less(row, F0, bits | SIGN_BIT, bits)


@inlined
def alpha_to_half(row):
    """Returns a row of alpha as halves, clamped to 0..1."""
    return rounded_to_half(lesser(greater(row, F0), F1))


# -- rows of pixels ------------------------------------------------------------------------------------------------


@inlined
def unpacked(words):
    """Four rows of channels, 0 to 1, of a row of pixels of bytes."""
    r = as_float(words & MASK8) * TO_UNIT
    g = as_float(words >> SHIFT8 & MASK8) * TO_UNIT
    b = as_float(words >> SHIFT16 & MASK8) * TO_UNIT
    return r, g, b, as_float(words >> SHIFT24 & MASK8) * TO_UNIT


@inlined
def unpacked_pairs(low, high):
    """Returns the four rows of channels of a row of pixels of halves."""
    r, g = from_half(low & HALF_BITS), from_half(low >> HALF_SHIFT & HALF_BITS)
    return r, g, from_half(high & HALF_BITS), from_half(high >> HALF_SHIFT & HALF_BITS)


@inlined
def unpacked_row(surface, at):
    """Four rows of channels of sixteen pixels of a surface from ``at`` on."""
    if surface.ndim == 1:
        return unpacked(get_row(surface, at))
    low, high = get_pairs(surface, at)
    return unpacked_pairs(low, high)


@inlined
def set_packed_row(surface, at, r, g, b, a):
    """Write sixteen pixels to a surface from ``at`` on, rounded to nearest."""
    if surface.ndim == 1:
        set_row(surface, at, packed(r, g, b, a))
    else:
        low = color_to_half(r) | color_to_half(g) << HALF_SHIFT
        set_pairs(surface, at, low, color_to_half(b) | alpha_to_half(a) << HALF_SHIFT)


@inlined
def copy_pixel(surface, at, out, to):
    """Copy one pixel."""
    if surface.ndim == 1:
        out[to] = surface[at]
    else:
        out[to, LOW] = surface[at, LOW]
        out[to, HIGH] = surface[at, HIGH]


# -- a tile --------------------------------------------------------------------------------------------------------


@inlined
def start_of(width, x0, y):
    """Where row y of a tile begins in the surface."""
    return np.uint64(y * width + x0)


@kernel
def clear_tile(px):
    """Fill the tile with transparent black."""
    for i in range(COVER):
        px[i] = F0


@kernel
def fill_tile(px, r, g, b, a):
    """Fill the tile with (r g b a)."""
    for i in range(PLANE):
        px[RED + i] = r
    for i in range(PLANE):
        px[GREEN + i] = g
    for i in range(PLANE):
        px[BLUE + i] = b
    for i in range(PLANE):
        px[ALPHA + i] = a


@inlined
def load_row(px, at, surface, start):
    """Unpack a row of pixels."""
    r, g, b, a = unpacked_row(surface, start)
    set_row(px, RED + at, r)
    set_row(px, GREEN + at, g)
    set_row(px, BLUE + at, b)
    set_row(px, ALPHA + at, a)


@kernel
def load_tile(px, edge, surface, width, height, x0, y0):
    """Load the tile from the surface. ``edge`` is working memory: TILE pixels, in the surface's format."""
    down = min(TILE, height - y0)
    across = min(TILE, width - x0)
    if down < TILE:
        clear_tile(px)
    if across < TILE:
        set_row_of(edge, RED, as_pixel(edge, 0))
    for y in range(down):
        start = start_of(width, x0, y0 + y)
        at = np.uint64(y * TILE)
        if across == TILE:
            load_row(px, at, surface, start)
            continue
        for x in range(np.uint64(across)):
            copy_pixel(surface, start + x, edge, x)
        load_row(px, at, edge, RED)


@kernel
def load_pixel(px, edge, pixel):
    """Fill the tile with ``pixel``. ``edge`` is working memory: TILE pixels, in the surface's format."""
    set_row_of(edge, RED, pixel)
    for y in range(ROW):
        load_row(px, y * ROW, edge, RED)


@inlined
def quantised(row):
    """A row of a channel as 0..255, rounded to nearest."""
    return as_int(lesser(greater(row, F0), F1) * F255 + HALF)


@inlined
def packed(r, g, b, a):
    """A row of pixels of bytes."""
    return quantised(r) | quantised(g) << SHIFT8 | quantised(b) << SHIFT16 | quantised(a) << SHIFT24


@inlined
def store_row(px, at, surface, start):
    """Quantise a row of the tile."""
    r, g, b, a = get_row(px, RED + at), get_row(px, GREEN + at), get_row(px, BLUE + at), get_row(px, ALPHA + at)
    set_packed_row(surface, start, r, g, b, a)


@kernel
def store_tile(px, edge, surface, width, height, x0, y0):
    """Quantise the tile and write it to the surface; ``edge`` is as for `load_tile`."""
    across = min(TILE, width - x0)
    for y in range(min(TILE, height - y0)):
        start = start_of(width, x0, y0 + y)
        if across == TILE:
            store_row(px, np.uint64(y * TILE), surface, start)
            continue
        store_row(px, np.uint64(y * TILE), edge, RED)
        for x in range(np.uint64(across)):
            copy_pixel(edge, x, surface, start + x)


@inlined
def pack_channel(v):
    """A channel as 0..255, rounded to nearest."""
    return np.int32(min(max(v, F0), F1) * F255 + HALF)


@inlined
def pack(edge, r, g, b, a):
    """Returns a colour as a pixel in the surface's format. ``edge`` is as for `load_tile`."""
    if edge.ndim == 1:
        return np.int32(
            pack_channel(r) | pack_channel(g) << SHIFT8 | pack_channel(b) << SHIFT16 | pack_channel(a) << SHIFT24
        )
    spread = columns() * F0
    set_packed_row(edge, RED, spread + r, spread + g, spread + b, spread + a)
    return np.int64(edge[LOW, LOW]) & WORD | np.int64(edge[LOW, HIGH]) << np.int64(32)


@inlined
def as_pixel(surface, bits):
    """Returns a pixel as an integer with as many bits as a pixel of the surface."""
    if surface.ndim == 1:
        return np.int32(bits)
    return np.int64(bits)


@inlined
def low_word(pixel):
    """The first word of a pixel of two."""
    word = np.int64(pixel) & WORD
    return np.int32(word - (word >> np.int64(31) << np.int64(32)))


@inlined
def high_word(pixel):
    """The second word of a pixel of two."""
    return np.int32(np.int64(pixel) >> np.int64(32))


@inlined
def set_row_of(surface, at, pixel):
    """Set sixteen pixels from ``at`` on to ``pixel``."""
    if surface.ndim == 1:
        set_row(surface, at, pixel)
    else:
        set_pairs(surface, at, low_word(pixel), high_word(pixel))


@inlined
def set_pixel(surface, at, pixel):
    """Set one pixel to ``pixel``."""
    if surface.ndim == 1:
        surface[at] = pixel
    else:
        surface[at, LOW], surface[at, HIGH] = low_word(pixel), high_word(pixel)


@kernel
def store_pixel(surface, width, height, x0, x1, y0, pixel):
    """Set every pixel in the row of tiles at y0 to ``pixel``, from x0 to before x1, cut to the surface."""
    for y in range(y0, min(y0 + TILE, height)):
        at, end = start_of(width, x0, y), start_of(width, min(x1, width), y)
        while at + ROW <= end:
            set_row_of(surface, at, pixel)
            at += ROW
        while at < end:
            set_pixel(surface, at, pixel)
            at += ONE
