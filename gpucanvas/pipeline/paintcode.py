"""Paints of a recording become records in one stream, one for each use under a matrix, and texels."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.paints import PAINTS
from ..errors import LimitError
from ..geometry.affine import Affine, invert, multiply
from .placing import PLACES, place_pattern
from .record import Commands, GradientUse, ImageUse, PatternUse, sampled_box
from .uses import Ints

FLOAT32_MAX = 3.0e38
pack_color = struct.Struct("4f").pack
NO_COLOR = (0.0, 0.0, 0.0, 0.0)
NONE_SPECIAL = np.empty(0, np.bool_)
NO_PAINTS: NDArray[np.uint32] = np.empty(0, np.uint32)
NOTHING: Affine = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
WORD_BYTES: Final = 4
MOST_WORDS: Final = 1 << 32 - c.PAINT_KIND_BITS
"""Words of the stream that Draw.paint can tell apart."""
PACKERS: Final = {name: (row, row.record.pack) for name, row in PAINTS.items()}


def pack_colors(rows: Sequence[Any]) -> NDArray[np.float32]:
    """Straight RGBA colours as a float32 array (P, 4), of at least one row."""
    # A call a colour takes a sixth less than one for all numbers, and a third of the time of NumPy's way from tuples.
    packed = bytearray().join([pack_color(*row) for row in rows or (NO_COLOR,)])
    return np.frombuffer(packed, np.float32).reshape(-1, 4)


class PaintTable:
    """Collects the paints that draws refer to.

    Attributes
    ----------
    solid : float32 array (P, 4)
        Straight RGBA of each paint of the recording; transparent where it is no solid colour.
    special : bool array (P,)
        Which paints are no solid colour; empty where all are.
    any_special : bool
        Whether one is.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        entries = commands.paints
        self.any_special = commands.has_special_paints
        if self.any_special:
            rows = [entry if isinstance(entry, tuple) else NO_COLOR for entry in entries]
            self.special = np.array([row is NO_COLOR for row in rows], np.bool_)
        else:
            rows = entries  # type: ignore[assignment]
            self.special = NONE_SPECIAL
        self.solid = pack_colors(rows)
        self._stream = bytearray()
        self._words: dict[tuple[object, ...], int] = {}
        self._stops: dict[int, int] = {}
        self._texels: list[NDArray[np.uint32]] = []
        self._texel_count = 0
        self._texel_start: dict[int, int] = {}

    def specials(
        self, paints: NDArray[np.uint32], matrices: NDArray[np.float64], alphas: NDArray[np.float64]
    ) -> NDArray[np.uint32]:
        """Values of Draw.paint for gradients and patterns under matrices; 0 for one that paints nothing."""
        out = np.zeros(len(paints), np.uint32)
        uses = zip(paints.tolist(), matrices.tolist(), alphas.tolist(), strict=True)
        for i, (paint, matrix, alpha) in enumerate(uses):
            key = (paint, *matrix, alpha)
            word = self._words.get(key)
            if word is None:
                word = self._words[key] = self._add_special(paint, tuple(matrix), alpha)
            out[i] = word
        return out

    def _add_special(self, paint: int, matrix: Affine, alpha: float) -> int:
        use, inverse = self._commands.paints[paint], invert(matrix)
        if inverse is None:
            return 0
        if isinstance(use, PatternUse):
            return self._add_pattern(use, inverse, alpha)
        assert isinstance(use, GradientUse)
        place = PLACES[use.kind](use.numbers, inverse)
        if place is None or not len(use.stops):
            return 0
        if paint not in self._stops:
            self._stops[paint] = len(self._stream) // WORD_BYTES
            self._stream += np.ascontiguousarray(use.stops, np.float32).tobytes()
        return self._append(use.kind, *place, self._stops[paint], len(use.stops), alpha)

    def _add_pattern(self, use: PatternUse, inverse: Affine, alpha: float) -> int:
        height, width = self._commands.images[use.image].pixels.shape
        place = place_pattern(use.matrix, (width, height), use.repeats, inverse)
        if place is None:
            return 0
        across, down = use.repeats
        flags = c.IMAGE_SMOOTH * use.smooth | c.REPEAT_X * across | c.REPEAT_Y * down
        return self._append("pattern", flags, *place, self._start_of(use.image), width, height, alpha)

    def images(
        self, uses: Sequence[ImageUse], matrices: Sequence[Affine], alphas: NDArray[np.float64]
    ) -> NDArray[np.uint32]:
        """Values of Draw.paint for drawn images; ``matrices`` map device to texels."""
        out = np.zeros(len(uses), np.uint32)
        for i, (use, m) in enumerate(zip(uses, matrices, strict=True)):
            image = self._commands.images[use.image]
            left, top = image.left, image.top
            height, width = image.pixels.shape
            x0, y0, x1, y1 = sampled_box(use.source, left + width, top + height, use.smooth)
            box = (max(x0, left), max(y0, top), x1 - 1, y1 - 1)
            flags = c.IMAGE_SMOOTH if use.smooth else 0
            a, b, cc, d, e, f = m
            # Where the whole picture would begin, though only a part of it is here.
            start = self._start_of(use.image) - (top * width + left) & 0xFFFFFFFF
            out[i] = self._append("image", flags, a, cc, e, b, d, f, start, width, *box, float(alphas[i]))
        return out

    def layers(self, dx: Ints, dy: Ints, alphas: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Values of Draw.paint for layers; ``dx`` and ``dy`` lead from a pixel to the one that is read."""
        moves = zip(dx.tolist(), dy.tolist(), alphas.tolist(), strict=True)
        return np.array([self._append("layer", x, y, alpha) for x, y, alpha in moves], np.uint32)

    def _start_of(self, index: int) -> int:
        """Where the texels of an image begin; they are appended once."""
        if index not in self._texel_start:
            pixels = self._commands.images[index].pixels
            self._texel_start[index] = self._texel_count
            self._texels.append(pixels.reshape(-1))
            self._texel_count += pixels.size
        return self._texel_start[index]

    def _append(self, name: str, *fields: float) -> int:
        """Append a record; returns the value of Draw.paint. Numbers beyond float32 are cut to its range."""
        row, pack = PACKERS[name]
        place = len(self._stream) // WORD_BYTES
        if place >= MOST_WORDS:
            raise LimitError(f"{place} words of gradients and patterns in one frame are too many: draw it in parts")
        try:
            self._stream += pack(*fields)
        except OverflowError:
            self._stream += pack(*(min(max(value, -FLOAT32_MAX), FLOAT32_MAX) for value in fields))
        return row.word(place)

    def paints(self) -> NDArray[np.uint32]:
        """The stream."""
        return np.frombuffer(self._stream, np.uint32) if self._stream else NO_PAINTS

    def texels(self) -> list[NDArray[np.uint32]]:
        """The pixels of all images, each where it lies."""
        return self._texels


def image_matrices(uses: Sequence[ImageUse], matrices: NDArray[np.float64], rects: NDArray[np.float64]) -> list[Affine]:
    """Device to texels, for images drawn into rectangles (x, y, w, h) under matrices."""
    out = []
    for use, matrix, rect in zip(uses, matrices.tolist(), rects.tolist(), strict=True):
        inverse = invert(tuple(matrix))
        x, y, w, h = rect
        sx, sy, sw, sh = use.source
        if inverse is None or w == 0 or h == 0:
            out.append(NOTHING)
            continue
        kx, ky = sw / w, sh / h
        to_texels = multiply((kx, 0.0, 0.0, ky, sx - x * kx, sy - y * ky), inverse)
        # Infinite steps come of an image that is squeezed into nothing.
        out.append(to_texels if all(map(math.isfinite, to_texels)) else NOTHING)
    return out
