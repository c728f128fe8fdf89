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
from ..geometry.affine import invert
from ..kernels import holding_lock
from ..stages.ramps import MOST_WORDS as RECORD_WORDS
from ..stages.ramps import RADIAL_NUMBERS, place_gradients
from .placing import OWN_NUMBERS, own_numbers, place_pattern
from .record import Commands, GradientUse, PatternUse, RecordedImage
from .uses import Floats, Ints

FLOAT32_MAX = 3.0e38
pack_color = struct.Struct("4f").pack
NO_COLOR = (0.0, 0.0, 0.0, 0.0)
NONE_SPECIAL = np.empty(0, np.bool_)
NO_PAINTS: NDArray[np.uint32] = np.empty(0, np.uint32)
WORD_BYTES: Final = 4
MOST_WORDS: Final = 1 << 32 - c.PAINT_KIND_BITS
"""Words of the stream that Draw.paint can tell apart."""
PACKERS: Final = {name: (row, row.record.pack) for name, row in PAINTS.items()}
HELD_USES: Final = 256
"""So few gradients are placed without giving other threads their turn: that takes longer."""
place_gradients_held = holding_lock(place_gradients)


def pack_colors(rows: Sequence[Any]) -> NDArray[np.float32]:
    """Straight RGBA colours as a float32 array (P, 4), of at least one row."""
    # A call a colour takes a sixth less than one for all numbers, and a third of the time of NumPy's way from tuples.
    packed = bytearray().join([pack_color(*row) for row in rows or (NO_COLOR,)])
    return np.frombuffer(packed, np.float32).reshape(-1, 4)


Found = tuple[NDArray[np.uint32], NDArray[np.bool_]]
"""Values of Draw.paint, and which of these paints are opaque everywhere."""


class Gradients:
    """The gradients of a recording as columns, and how each was used the last time: see `stages.ramps`.

    Attributes
    ----------
    rows : int64 array (P,)
        By paint: its row here; -1 where it is no gradient.
    columns, last : tuples of arrays
        As `place_gradients` takes them.
    """

    def __init__(self, paints: Sequence[object]) -> None:
        places = [i for i, paint in enumerate(paints) if type(paint) is GradientUse]
        found: list[Any] = [paints[i] for i in places]
        count = len(found)
        self.rows: Ints = np.full(len(paints), -1)
        self.rows[places] = np.arange(count)
        kinds = np.array([PAINTS[use.kind].code for use in found], np.int64)
        numbers: list[float] = []
        for use in found:
            numbers += own_numbers(use.kind, use.numbers)
        starts = np.zeros(count + 1, np.int64)
        np.cumsum([len(use.packed) // WORD_BYTES for use in found], out=starts[1:])
        stops = np.frombuffer(b"".join([use.packed for use in found]), np.uint32)
        self.columns = kinds, np.array(numbers, np.float64).reshape(-1, OWN_NUMBERS), stops, starts
        matrices, alphas = np.full((count, 6), np.nan), np.full(count, np.nan)
        self.last = np.zeros(count, np.uint32), np.full(count, -1), matrices, alphas, np.zeros(count, np.bool_)

    def place(
        self, paints: NDArray[np.uint32], matrices: Floats, alphas: Floats, found: Found, base: int
    ) -> NDArray[np.uint32]:
        """Write to ``found``; returns what to append to the stream, which has ``base`` words."""
        stops = self.columns[2]
        stream = np.empty(len(stops) + RECORD_WORDS * len(paints), np.uint32)
        place = place_gradients_held if len(paints) <= HELD_USES else place_gradients
        used = place(
            self.rows[paints],
            np.ascontiguousarray(matrices, np.float64),
            np.ascontiguousarray(alphas, np.float64),
            self.columns,
            self.last,
            found,
            stream,
            base,
            np.empty(RADIAL_NUMBERS),
        )
        return stream[:used]


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
            self._gradients: Gradients | None = None
        else:
            rows = entries  # type: ignore[assignment]
            self.special = NONE_SPECIAL
        self.solid = pack_colors(rows)
        self._stream = bytearray()
        self._words: dict[tuple[object, ...], int] = {}
        self._images: list[RecordedImage] = []
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._number: dict[int, int] = {}

    def specials(self, paints: NDArray[np.uint32], matrices: NDArray[np.float64], alphas: NDArray[np.float64]) -> Found:
        """Values of Draw.paint for gradients and patterns under matrices; 0 for one that paints nothing."""
        out = np.zeros(len(paints), np.uint32)
        opaque = np.zeros(len(paints), np.bool_)
        if self._gradients is None:
            self._gradients = Gradients(self._commands.paints)
        base = len(self._stream) // WORD_BYTES
        placed = self._gradients.place(paints, matrices, alphas, (out, opaque), base)
        self._check_room(base + len(placed))
        self._stream += placed.tobytes()
        for i in np.flatnonzero(self._gradients.rows[paints] < 0).tolist():
            key = (int(paints[i]), *matrices[i].tolist(), float(alphas[i]))
            word = self._words.get(key)
            if word is None:
                word = self._words[key] = self._add_pattern(*key)
            out[i] = word
        return out, opaque

    def _add_pattern(self, paint: int, *numbers: float) -> int:
        """Append a pattern under a matrix, with an alpha, the last of the numbers; 0 where it paints nothing."""
        *matrix, alpha = numbers
        use, inverse = self._commands.paints[paint], invert(tuple(matrix))  # type: ignore[arg-type]
        assert isinstance(use, PatternUse)
        if inverse is None:
            return 0
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
        to_texels: tuple[NDArray[np.float64], ...],
        alphas: NDArray[np.float64],
    ) -> NDArray[np.uint32]:
        """Values of Draw.paint for N drawn images; ``to_texels`` are the columns of the maps from the surface."""
        used, inverse = np.unique(images, return_inverse=True)
        kept = [self._commands.images[index] for index in used.tolist()]
        numbers = np.array([self._number_of(index) for index in used.tolist()])[inverse]
        boxes = np.array([(each.left, each.top, each.left + each.size[0], each.top + each.size[1]) for each in kept])
        left, top, width, height = boxes[inverse].T
        x, y, w, h = sources.T
        reach = np.where(smooth, 0.5, 0.0)
        # As `sampled_box`, in the part of the picture that is here.
        x0, y0 = np.floor(x - reach), np.floor(y - reach)
        x1, y1 = np.maximum(np.ceil(x + w + reach), x0 + 1), np.maximum(np.ceil(y + h + reach), y0 + 1)
        a, b, cc, d, e, f = to_texels
        columns = {
            "flags": np.where(smooth, c.IMAGE_SMOOTH, 0),
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
