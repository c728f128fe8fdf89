"""Paints of a recording become Paint, Stop and texel tables, one Paint for each use under a matrix."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..geometry.affine import Affine, invert, multiply
from .record import Commands, GradientUse, ImageUse, sampled_box
from .scene import Records
from .uses import Ints

FLOAT32_MAX = 3.0e38
pack_color = struct.Struct("4f").pack
NO_COLOR = (0.0, 0.0, 0.0, 0.0)
NONE_SPECIAL = np.empty(0, np.bool_)
NO_PAINTS: Records = np.empty(0, records.Paint.dtype)
NO_STOPS: Records = np.empty(0, records.Stop.dtype)
NOTHING: Affine = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


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
        self.any_special = commands.has_gradients
        if self.any_special:
            rows = [NO_COLOR if isinstance(entry, GradientUse) else entry for entry in entries]
            self.special = np.array([row is NO_COLOR for row in rows], np.bool_)
        else:
            rows = entries  # type: ignore[assignment]
            self.special = NONE_SPECIAL
        self.solid = pack_colors(rows)
        self._rows: list[tuple[float, ...]] = []
        self._index: dict[tuple[object, ...], int] = {}
        self._stops: list[NDArray[np.float32]] = []
        self._stop_count = 0
        self._stop_start: dict[int, int] = {}
        self._texels: list[NDArray[np.uint32]] = []
        self._texel_count = 0
        self._texel_start: dict[int, int] = {}

    def gradients(
        self, paints: NDArray[np.uint32], matrices: NDArray[np.float64], alphas: NDArray[np.float64]
    ) -> NDArray[np.uint32]:
        """Values of Draw.paint for gradient paints under matrices; 0 where the gradient paints nothing."""
        out = np.zeros(len(paints), np.uint32)
        uses = zip(paints.tolist(), matrices.tolist(), alphas.tolist(), strict=True)
        for i, (paint, matrix, alpha) in enumerate(uses):
            key = (paint, *matrix, alpha)
            index = self._index.get(key)
            if index is None:
                index = self._index[key] = self._add_gradient(paint, tuple(matrix), alpha)
            out[i] = index
        return out

    def _add_gradient(self, paint: int, matrix: Affine, alpha: float) -> int:
        gradient = self._commands.paints[paint]
        assert isinstance(gradient, GradientUse)
        x0, y0, x1, y1 = gradient.line
        inverse = invert(matrix)
        # Not **, which raises where this is infinite.
        length2 = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)
        # A gradient between two equal points paints nothing (HTML, "linear gradients").
        if inverse is None or length2 == 0 or not math.isfinite(length2) or not len(gradient.stops):
            return 0
        if paint not in self._stop_start:
            self._stop_start[paint] = self._stop_count
            self._stops.append(gradient.stops)
            self._stop_count += len(gradient.stops)
        ux, uy = (x1 - x0) / length2, (y1 - y0) / length2
        a, b, cc, d, e, f = inverse
        xx, xy = ux * a + uy * b, ux * cc + uy * d
        dx = ux * (e - x0) + uy * (f - y0)
        start, count = self._stop_start[paint], len(gradient.stops)
        self._rows.append((c.PAINT_LINEAR, 0, xx, xy, dx, 0, 0, 0, start, count, 0, 0, 0, 0, alpha))
        return len(self._rows)

    def images(
        self, uses: Sequence[ImageUse], matrices: Sequence[Affine], alphas: NDArray[np.float64]
    ) -> NDArray[np.uint32]:
        """Values of Draw.paint for drawn images; ``matrices`` map device to texels."""
        out = np.zeros(len(uses), np.uint32)
        for i, (use, m) in enumerate(zip(uses, matrices, strict=True)):
            image = self._commands.images[use.image]
            pixels, left, top = image.pixels, image.left, image.top
            if use.image not in self._texel_start:
                self._texel_start[use.image] = self._texel_count
                self._texels.append(pixels.reshape(-1))
                self._texel_count += pixels.size
            height, width = pixels.shape
            x0, y0, x1, y1 = sampled_box(use.source, left + width, top + height)
            box = (max(x0, left), max(y0, top), x1 - 1, y1 - 1)
            flags = c.IMAGE_SMOOTH if use.smooth else 0
            a, b, cc, d, e, f = m
            # Where the whole picture would begin, though only a part of it is here.
            start = self._texel_start[use.image] - (top * width + left) & 0xFFFFFFFF
            self._rows.append((c.PAINT_IMAGE, flags, a, cc, e, b, d, f, start, width, *box, float(alphas[i])))
            out[i] = len(self._rows)
        return out

    def layers(self, dx: Ints, dy: Ints, alphas: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Values of Draw.paint for layers; ``dx`` and ``dy`` lead from a pixel to the one that is read."""
        first = len(self._rows) + 1
        numbers = zip(dx.tolist(), dy.tolist(), alphas.tolist(), strict=True)
        self._rows += [(c.PAINT_LAYER, 0, 0, 0, 0, 0, 0, 0, 0, 0, x, y, 0, 0, alpha) for x, y, alpha in numbers]
        return np.arange(first, len(self._rows) + 1, dtype=np.uint32)

    def paints(self) -> Records:
        """The Paint table. Numbers beyond float32, of images a hair wide, are cut to its range."""
        if not self._rows:
            return NO_PAINTS
        rows = [tuple(min(max(value, -FLOAT32_MAX), FLOAT32_MAX) for value in row) for row in self._rows]
        return np.array(rows, records.Paint.dtype)

    def stops(self) -> Records:
        """The Stop table."""
        if not self._stops:
            return NO_STOPS
        flat = np.ascontiguousarray(np.concatenate(self._stops), np.float32)
        return flat.view(records.Stop.dtype).reshape(-1)

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
