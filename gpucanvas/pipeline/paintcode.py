"""Paints of a recording become records in one stream, one for each use under a matrix."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.paints import PAINTS
from ..errors import LimitError
from ..geometry.affine import Affine, invert
from .placing import PLACES, place_pattern
from .record import Commands, GradientUse, PatternUse, RecordedImage
from .uses import Ints

FLOAT32_MAX = 3.0e38
pack_color = struct.Struct("4f").pack
NO_COLOR = (0.0, 0.0, 0.0, 0.0)
NONE_SPECIAL = np.empty(0, np.bool_)
NO_PAINTS: NDArray[np.uint32] = np.empty(0, np.uint32)
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
        self._images: list[RecordedImage] = []
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._number: dict[int, int] = {}

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
        width, height = self._commands.images[use.image].size
        place = place_pattern(use.matrix, (width, height), use.repeats, inverse)
        if place is None:
            return 0
        across, down = use.repeats
        flags = c.IMAGE_SMOOTH * use.smooth | c.REPEAT_X * across | c.REPEAT_Y * down
        return self._append("pattern", flags, *place, self._number_of(use.image), width, height, alpha)

    def images(
        self,
        images: Ints,
        sources: NDArray[np.float64],
        smooth: NDArray[np.bool_],
        halves: NDArray[np.bool_],
        to_texels: tuple[NDArray[np.float64], ...],
        alphas: NDArray[np.float64],
    ) -> NDArray[np.uint32]:
        """Values of Draw.paint for N drawn images; ``to_texels`` are the columns of the maps from the surface."""
        used, inverse = np.unique(images, return_inverse=True)
        kept = [self._commands.images[index] for index in used.tolist()]
        numbers = np.array([self._number_of(index) for index in used.tolist()])[inverse]
        boxes = np.array([(each.left, each.top, each.left + each.size[0], each.top + each.size[1]) for each in kept])
        left, top, width, height = boxes[inverse].T
        left, width = np.where(halves, (left // 2, width // 2), (left, width))
        x, y, w, h = sources.T
        reach = np.where(smooth, 0.5, 0.0)
        # As `sampled_box`, in the part of the picture that is here.
        x0, y0 = np.floor(x - reach), np.floor(y - reach)
        x1, y1 = np.maximum(np.ceil(x + w + reach), x0 + 1), np.maximum(np.ceil(y + h + reach), y0 + 1)
        a, b, cc, d, e, f = to_texels
        columns = {
            "flags": c.IMAGE_SMOOTH * smooth | c.IMAGE_HALVES * halves,
            "xx": a,
            "xy": cc,
            "dx": e,
            "yx": b,
            "yy": d,
            "dy": f,
            "image": numbers,
            "x0": np.maximum(x0, left),
            "y0": np.maximum(y0, top),
            "x1": np.minimum(x1, width) - 1,
            "y1": np.minimum(y1, height) - 1,
            "alpha": alphas,
        }
        row = PAINTS["image"]
        records = np.empty(len(images), row.record.dtype)
        with np.errstate(over="ignore"):
            for name, column in columns.items():
                records[name] = column
                if records.dtype[name].kind == "f" and np.isinf(records[name]).any():
                    records[name] = np.clip(column, -FLOAT32_MAX, FLOAT32_MAX)
        place = len(self._stream) // WORD_BYTES
        self._check_room(place + row.record.words * len(images))
        self._stream += records.tobytes()
        places = place + row.record.words * np.arange(len(images))
        return (row.code | places << c.PAINT_KIND_BITS).astype(np.uint32)

    def layers(self, dx: Ints, dy: Ints, alphas: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Values of Draw.paint for layers; ``dx`` and ``dy`` lead from a pixel to the one that is read."""
        moves = zip(dx.tolist(), dy.tolist(), alphas.tolist(), strict=True)
        return np.array([self._append("layer", x, y, alpha) for x, y, alpha in moves], np.uint32)

    def _number_of(self, index: int) -> int:
        """The number of an image in the scene. What several recordings drew of the same pixels is one image."""
        number = self._number.get(index)
        if number is None:
            image = self._commands.images[index]
            # A part is its box, too.
            key = id(image.key), image.left, image.top
            number = self._number[index] = self._numbers.setdefault(key, len(self._images))
            if number == len(self._images):
                self._images.append(image)
        return number

    def _append(self, name: str, *fields: float) -> int:
        """Append a record; returns the value of Draw.paint. Numbers beyond float32 are cut to its range."""
        row, pack = PACKERS[name]
        place = len(self._stream) // WORD_BYTES
        self._check_room(place)
        try:
            self._stream += pack(*fields)
        except OverflowError:
            self._stream += pack(*(min(max(value, -FLOAT32_MAX), FLOAT32_MAX) for value in fields))
        return row.word(place)

    def _check_room(self, words: int) -> None:
        if words >= MOST_WORDS:
            raise LimitError(f"{words} words of gradients and images in one frame are too many: draw it in parts")

    def paints(self) -> NDArray[np.uint32]:
        """The stream."""
        return np.frombuffer(self._stream, np.uint32) if self._stream else NO_PAINTS

    def images_used(self) -> list[RecordedImage]:
        """The images that the stream refers to by number."""
        return self._images
