"""mips: halved copies of an image, so that an image drawn much smaller shows no aliasing and reads few pixels.

    4000x3000 --halve--> 2000x1500 --halve--> 1000x750 ... 125x94     drawn 100 pixels wide: the 125x94 level is read
    level (i, j): i times halved across, j times down

Each halving takes the premultiplied mean of two or four pixels. Bilinear filtering does the rest of the scale, 1/2 to
1. Levels are made when first drawn with, and kept with their image.

A pattern repeats its image, so a level of it must end exactly where the image does: where a side cannot be halved, its
level has the nearest whole number of pixels, and each is the mean of the area that it covers (`shrink`).
"""

from __future__ import annotations

from math import floor, hypot, log2
from typing import Any, Final
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from ..geometry.affine import Affine
from ..images.colorspace import ColorSpace
from ..memory import Holding, add_cache
from ..paint.pattern import CanvasPattern
from .record import FixedPixels

__all__ = ["KeptPixels", "Levels", "halvings", "halvings_of", "halvings_under", "levels_of"]

Pixels = NDArray[np.uint32]
BLOCK: Final = 1 << 18
"""Pixels halved at a time: a megabyte, which stays in the cache. That makes halving twice as fast."""
LANES: Final = 0x00FF00FF00FF00FF
"""Mask of red and blue in a word of two pixels; of green and alpha after a shift by 8 bits."""
ONES: Final = 0x0001000100010001
OPAQUE: Final = 0xFF000000
LEAST_ALPHA: Final = 1e-6
"""Of 255. The sums of `shrink` are exact to some 1e-8."""


def halvings(scale: float, side: int) -> int:
    """Returns how often a side of an image is halved before it is drawn at a scale; the remaining scale is over 1/2.

    >>> halvings(1.0, 4000), halvings(0.5, 4000), halvings(100 / 4000, 4000), halvings(0.0, 4000)
    (0, 1, 5, 0)
    """
    # A scale of 0 draws nothing. A side of one pixel is not halved further.
    if not 0.0 < scale < 1.0:
        return 0
    return min(floor(-log2(scale) + 1e-9), (side - 1).bit_length())


def halvings_of(scales: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.int64]:
    """Returns `halvings` for many scales across and down, (N, 2), of an image of this width and height."""
    is_small = (scales > 0.0) & (scales < 1.0)
    found = np.floor(1e-9 - np.log2(np.where(is_small, scales, 1.0))).astype(np.int64)
    return np.minimum(found, [(side - 1).bit_length() for side in size])


def halvings_under(matrix: Affine, width: int, height: int, kx: float = 1.0, ky: float = 1.0) -> tuple[int, int]:
    """Returns how often an image is halved across and down before it is drawn.

    Parameters
    ----------
    matrix
        Maps units of the drawing to pixels.
    width, height
        Size of the image, pixels.
    kx, ky
        Units that a pixel of the image takes.
    """
    a, b, c, d, _, _ = matrix
    if a * d == b * c:
        return 0, 0  # Nothing is drawn.
    return halvings(hypot(a, b) * kx, width), halvings(hypot(c, d) * ky, height)


class Levels:
    """The halved copies of one image that have been drawn with."""

    __slots__ = ("__weakref__", "_known", "_known_fitted", "_pixels")

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self._known: dict[tuple[int, int], KeptPixels] = {}
        self._known_fitted: dict[tuple[int, int], KeptPixels] = {}
        _cache.all.add(self)

    def level(self, across: int, down: int) -> KeptPixels:
        """Returns the image halved ``across`` and ``down`` times, at least once in all."""
        known = self._known.get((across, down))
        if known is None:
            from_across, from_down = level_above(across, down)
            larger = self.level(from_across, from_down).pixels if from_across or from_down else self._pixels
            pixels = halve(larger, across > from_across, down > from_down, ties_up=(across + down) % 4 < 2)
            known = self._known[across, down] = KeptPixels(pixels, Holding("image", pixels.nbytes))
        return known

    def fitted(self, across: int, down: int) -> KeptPixels:
        """Returns the level for a pattern, of `fitted_side` pixels a side; it ends exactly where the image does."""
        height, width = self._pixels.shape
        if not width % (1 << across) and not height % (1 << down):
            return self.level(across, down)
        known = self._known_fitted.get((across, down))
        if known is None:
            from_across, from_down = level_above(across, down)
            larger = self.fitted(from_across, from_down).pixels if from_across or from_down else self._pixels
            pixels = shrink(larger, fitted_side(width, across), fitted_side(height, down))
            known = self._known_fitted[across, down] = KeptPixels(pixels, Holding("image", pixels.nbytes))
        return known

    def drop(self) -> int:
        """Drop all levels, which are made again when drawn with; returns how many bytes they had."""
        dropped = [*self._known.values(), *self._known_fitted.values()]
        self._known, self._known_fitted = {}, {}
        return sum(level.pixels.nbytes for level in dropped)


def levels_of(pattern: CanvasPattern) -> Levels:
    """Returns the halved copies of a pattern's pixels: its image's own, if it has any."""
    source = pattern._source
    if isinstance(source, FixedPixels) and not source._closed:
        levels: Levels = source.levels
        return levels
    if pattern._levels is None:
        pattern._levels = Levels(pattern._pixels)
    kept: Levels = pattern._levels
    return kept


def level_above(across: int, down: int) -> tuple[int, int]:
    """Returns the level that a level is made from.

    Both directions are halved together while their counts are equal, so that even scales share levels.
    """
    if across == down:
        return across - 1, down - 1
    return (across - 1, down) if across > down else (across, down - 1)


def fitted_side(side: int, halved: int) -> int:
    """Returns the pixels of a side that is halved so often for a pattern: the nearest whole number, at least 1.

    >>> fitted_side(100, 3), fitted_side(96, 3), fitted_side(3, 2)
    (12, 12, 1)
    """
    return max(round(side / (1 << halved)), 1)


class KeptPixels(FixedPixels):
    """Pixels that the library owns: a level of an image, a conversion, or pixels read from a file."""

    __slots__ = ("__weakref__", "_holding", "_levels", "_pixels", "_space")

    def __init__(self, pixels: Pixels, holding: Holding, space: ColorSpace = "srgb") -> None:
        pixels.flags.writeable = False
        self._pixels, self._holding, self._space = pixels, holding, space
        self._levels: Levels | None = None

    @property
    def pixels(self) -> Pixels:
        """(H, W) uint32, straight RGBA8, red in the low byte, read-only."""
        return self._pixels

    @property
    def color_space(self) -> ColorSpace:
        """The colour space of the pixels."""
        return self._space

    @property
    def holding(self) -> Holding:
        """The `Holding` that counts the pixels as memory."""
        return self._holding

    @property
    def levels(self) -> Levels:
        """The halved copies of the pixels."""
        if self._levels is None:
            self._levels = Levels(self._pixels)
        return self._levels


class LevelCache:
    """All levels of all images, registered as a cache that the memory budget may evict."""

    def __init__(self) -> None:
        self.all: WeakSet[Levels] = WeakSet()
        add_cache(self.evict)

    def evict(self) -> int:
        """Drop every level; returns how many bytes they had."""
        return sum(levels.drop() for levels in list(self.all))


_cache: Final = LevelCache()


def halve(pixels: Pixels, across: bool, down: bool, ties_up: bool = True) -> Pixels:
    """Returns an image of half the width, half the height, or both: premultiplied means of pixels.

    Parameters
    ----------
    pixels
        (H, W) uint32, straight RGBA8. The last pixel of an odd side counts twice.
    across, down
        Which sides are halved; at least one.
    ties_up
        Whether a mean half way between two numbers is rounded up. Levels alternate, since rounding up every time would
        make each level a little brighter than the one before.
    """
    height, width = pixels.shape
    step_x, step_y = 1 + across, 1 + down
    out = np.empty((-(-height // step_y), -(-width // step_x)), np.uint32)
    row_count = max(2, BLOCK // width // 2 * 2)
    for top in range(0, height, row_count):
        rows = pixels[top : top + row_count]
        if across and width % 2:
            rows = np.concatenate([rows, rows[:, -1:]], 1)
        if down and len(rows) % 2:
            rows = np.concatenate([rows, rows[-1:]])
        is_opaque = int(np.bitwise_and.reduce(rows, axis=None)) >= OPAQUE
        mean = _mean_opaque if is_opaque else _mean_translucent
        first = top // step_y
        out[first : first + len(rows) // step_y] = mean(rows, across, down, ties_up)
    return out


def _mean_opaque(rows: Pixels, across: bool, down: bool, ties_up: bool) -> Pixels:
    """Returns means of opaque pixels, computed in 16-bit lanes of two words, so that no sum of four bytes overflows."""
    shift = across + down
    # Words of two pixels, where rows have an even number of pixels.
    paired = across or not rows.shape[1] % 2
    pixels = np.ascontiguousarray(rows)
    words: NDArray[Any] = pixels.view(np.uint64) if paired else pixels
    lanes = words.dtype.type(LANES & int(np.iinfo(words.dtype).max))
    low, high = words & lanes, words >> words.dtype.type(8)
    high &= lanes
    if down:
        low, high = low[0::2] + low[1::2], high[0::2] + high[1::2]
    if across:
        low += low >> np.uint64(32)
        high += high >> np.uint64(32)
        # The lower half of each word is the sum of its two pixels.
        low, high = low.astype(np.uint32), high.astype(np.uint32)
    word = low.dtype.type
    half = word(((1 << shift >> 1) - (not ties_up)) * (LANES & int(np.iinfo(word).max) & ONES))
    low += half
    high += half
    low >>= word(shift)
    high <<= word(8 - shift)
    low &= word(LANES & int(np.iinfo(word).max))
    high &= word(LANES << 8 & int(np.iinfo(word).max))
    low |= high
    mean: Pixels = low if across or not paired else low.view(np.uint32)
    return mean


def _mean_translucent(rows: Pixels, across: bool, down: bool, ties_up: bool) -> Pixels:
    """Returns means of colours weighted by alpha: means of premultiplied colours without rounding the products."""
    alpha = rows >> np.uint32(24)
    count = (1 + across) * (1 + down)
    total = _sums(alpha, across, down)
    half = np.uint32(count // 2 - (not ties_up))
    out = (total + half) // np.uint32(count)
    out <<= np.uint32(24)
    weight = np.maximum(total, np.uint32(1))
    for shift in (np.uint32(0), np.uint32(8), np.uint32(16)):
        mean = _sums(((rows >> shift) & np.uint32(255)) * alpha, across, down)
        mean += weight // np.uint32(2)
        mean //= weight
        mean <<= shift
        out |= mean
    return out


def _sums(values: Pixels, across: bool, down: bool) -> Pixels:
    if down:
        values = values[0::2] + values[1::2]
    return values[:, 0::2] + values[:, 1::2] if across else values


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    """Returns an image with fewer pixels, each the premultiplied mean of the area that it covers.

    Parameters
    ----------
    pixels
        (H, W) uint32, straight RGBA8.
    width, height
        The new size; at most that of the image.
    """
    columns = pixels.shape[1] / width * np.arange(width + 1)
    whole = np.minimum(np.floor(columns), pixels.shape[1] - 1).astype(np.intp)
    out = np.empty((height, width), np.uint32)
    count = max(BLOCK * height // pixels.size, 1)
    for top in range(0, height, count):
        planes, rows = _premultiplied_rows(pixels, height, top, min(top + count, height))
        means = rows @ planes  # Alpha and colours, (4, count, W).
        sums = np.zeros((*means.shape[:2], means.shape[2] + 1))
        np.cumsum(means, axis=2, dtype=np.float64, out=sums[:, :, 1:])
        # The sums up to the edges of the new pixels, which may lie inside an old one.
        upto = sums[:, :, whole] + (columns - whole) * means[:, :, whole]
        alpha, *colors = np.diff(upto) * (width / pixels.shape[1])
        word = np.rint(alpha).astype(np.uint32) << np.uint32(24)
        # An alpha of less is only what rounding has left in the sums; a quotient by it may be any number.
        is_seen = alpha > LEAST_ALPHA
        for shift, color in zip((0, 8, 16), colors, strict=True):
            color[is_seen] /= alpha[is_seen]
            word |= np.where(is_seen, np.rint(color), 0.0).astype(np.uint32) << np.uint32(shift)
        out[top : top + count] = word
    return out


def _premultiplied_rows(
    pixels: Pixels, height: int, top: int, bottom: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Returns the rows of an image that some of ``height`` new rows cover, and each new row's shares of these rows.

    The rows are planes (4, R, W): alpha and the colours times alpha, 0 to 255 and 0 to 65025. The shares are (N, R).
    """
    step = pixels.shape[0] / height
    edges = step * np.arange(top, bottom + 1)
    first, last = int(edges[0]), min(int(np.ceil(edges[-1])), pixels.shape[0])
    words = pixels[first:last]
    alpha = (words >> np.uint32(24)).astype(np.float32)
    colors = [(words >> np.uint32(shift) & np.uint32(255)) * alpha for shift in (0, 8, 16)]
    rows = np.arange(first, last)
    shares = np.minimum(rows + 1, edges[1:, None]) - np.maximum(rows, edges[:-1, None])
    return np.stack([alpha, *colors]), (np.maximum(shares, 0.0) / step).astype(np.float32)
