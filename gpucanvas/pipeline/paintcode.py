"""Writes the paints of a recording as records in one stream, one for each use under a matrix."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract.commands import DRAW_LAYER, NO_LAYER
from ..contract.paints import PAINTS
from ..errors import LimitError
from ..geometry.affine import Affine, invert
from ..kernels import holding_lock
from ..stages.images import INTS as IMAGE_INTS
from ..stages.images import mark_images, place_images
from ..stages.layers import draw_layers
from ..stages.ramps import FLOATS, INTS, OWN, place_gradients
from ..stages.ramps import MOST_WORDS as RECORD_WORDS
from .nodes import nodes_of
from .placing import own_numbers, place_pattern
from .record import USE, Commands, GradientUse, PatternUse, RecordedImage
from .scene import Records
from .uses import Ints

FLOAT32_MAX = 3.0e38
pack_color = struct.Struct("4f").pack
NO_COLOR = (0.0, 0.0, 0.0, 0.0)
NONE_SPECIAL = np.empty(0, np.bool_)
NO_ROWS: Ints = np.empty(0, np.int64)
NO_PAINTS: NDArray[np.uint32] = np.empty(0, np.uint32)
WORD_BYTES: Final = 4
SQRT_2: Final = 2.0**0.5
MOST_WORDS: Final = 1 << 32 - c.PAINT_KIND_BITS
"""Words of the stream that Draw.paint can address."""
PACKERS: Final = {name: (row, row.record.pack) for name, row in PAINTS.items()}
HELD_COMMANDS: Final = 256
"""The paints of at most so many commands are placed with the GIL held: releasing it would take longer."""
place_gradients_held = holding_lock(place_gradients)
draw_layers_held = holding_lock(draw_layers)
mark_images_held, place_images_held = holding_lock(mark_images), holding_lock(place_images)


def pack_colors(rows: Sequence[Any]) -> NDArray[np.float32]:
    """Returns straight RGBA colours as a float32 array (P, 4) of at least one row."""
    # One `pack` per colour takes a sixth less time than one for all numbers, and a third of NumPy's from tuples.
    packed = bytearray().join([pack_color(*row) for row in rows or (NO_COLOR,)])
    return np.frombuffer(packed, np.float32).reshape(-1, 4)


UNUSED: Final = (float("nan"),) * (FLOATS - OWN)


class Gradients:
    """The gradients of a recording as tables, with the last use of each: see `stages/ramps.py`."""

    def __init__(self, paints: Sequence[object], places: Sequence[int]) -> None:
        # Two arrays instead of a dozen: in a small picture, making one array takes as long as placing a gradient.
        found: list[Any] = [(i, paints[i]) for i in places if type(paints[i]) is GradientUse]
        self._rows: Ints = np.full(len(paints), -1)
        ints: list[int] = []
        floats: list[float] = []
        end = 0
        for row, (place, use) in enumerate(found):
            self._rows[place] = row
            first, end = end, end + len(use.packed) // WORD_BYTES
            ints += (PAINTS[use.kind].code, first, end, -1, 0, 0)
            floats += own_numbers(use.kind, use.numbers)
            floats += UNUSED
        floats += (0.0,) * FLOATS
        self.count = len(found)
        self._tables = np.array(ints, np.int64).reshape(-1, INTS), np.array(floats).reshape(-1, FLOATS)
        self._stops = np.frombuffer(b"".join([use.packed for _, use in found]), np.uint32)

    def place(self, commands: Records, states: Records, starts: Ints, draws: Records, base: int) -> bytes:
        """Write Draw.paint (`place_gradients`); returns the bytes to append to the stream, which has ``base`` words."""
        stream = np.empty(len(self._stops) + RECORD_WORDS * len(commands), np.uint32)
        place = place_gradients_held if len(commands) <= HELD_COMMANDS else place_gradients
        used = place(commands, states, starts, draws, self._rows, self._tables, self._stops, stream, base)
        return stream[:used].tobytes()


class PaintTable:
    """Collects the paints that draws refer to.

    Attributes
    ----------
    solid : float32 array (P, 4)
        Straight RGBA of each paint of the recording; transparent for gradients and patterns.
    special : bool array (P,)
        Which paints are gradients or patterns; empty where none is.
    any_special : bool
        Whether any paint is a gradient or a pattern.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        entries = commands.paints
        self.any_special = commands.has_special_paints
        if self.any_special:
            self._places = [i for i, entry in enumerate(entries) if not isinstance(entry, tuple)]
            rows = list(entries)
            for i in self._places:
                rows[i] = NO_COLOR
            self.special = np.zeros(len(rows), np.bool_)
            self.special[self._places] = True
        else:
            rows = entries
            self.special = NONE_SPECIAL
        self.solid = pack_colors(rows)
        self._stream = bytearray()
        self._gradients: Gradients | None = None
        self._words: dict[tuple[object, ...], int] = {}
        self._images: list[RecordedImage] = []
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._number: dict[int, int] = {}

    def gradients(self, commands: Records, states: Records, starts: Ints, draws: Records) -> bool:
        """Write Draw.paint of draws with gradients; returns whether the recording also has patterns.

        The arguments are as for `place_gradients`.
        """
        if self._gradients is None:
            self._gradients = Gradients(self._commands.paints, self._places)
        if self._gradients.count:
            base = len(self._stream) // WORD_BYTES
            placed = self._gradients.place(commands, states, starts, draws, base)
            self._check_room(base + len(placed) // WORD_BYTES)
            self._stream += placed
        return self._gradients.count < len(self._places)

    def patterns(
        self, paints: NDArray[np.uint32], matrices: NDArray[np.float64], alphas: NDArray[np.float64]
    ) -> NDArray[np.uint32]:
        """Returns values of Draw.paint for patterns under matrices; 0 for a pattern that paints nothing."""
        out = np.zeros(len(paints), np.uint32)
        uses = zip(paints.tolist(), matrices.tolist(), alphas.tolist(), strict=True)
        for i, (paint, matrix, alpha) in enumerate(uses):
            key = (paint, *matrix, alpha)
            word = self._words.get(key)
            if word is None:
                word = self._words[key] = self._add_pattern(paint, tuple(matrix), alpha)
            out[i] = word
        return out

    def _add_pattern(self, paint: int, matrix: Affine, alpha: float) -> int:
        use, inverse = self._commands.paints[paint], invert(matrix)
        if inverse is None:
            return 0
        assert isinstance(use, PatternUse)
        width, height = self._commands.images[use.image].size
        place = place_pattern(use.matrix, (width, height), use.repeats, inverse)
        if place is None:
            return 0
        across, down = use.repeats
        flags = c.IMAGE_SMOOTH * use.smooth | c.REPEAT_X * across | c.REPEAT_Y * down
        return self._append("pattern", flags, *place, self._number_of(use.image), width, height, alpha)

    def images(self, commands: Records, states: Records, starts: Ints, draws: Records) -> int:
        """Write Draw.paint of drawn images; returns how many there are. The arguments are as for `place_images`."""
        uses, kept = np.frombuffer(self._commands.uses, USE), len(self._commands.images)
        drawn = np.zeros(kept, np.bool_)
        is_held = len(commands) <= HELD_COMMANDS
        count: int = (mark_images_held if is_held else mark_images)(commands, uses, drawn)
        if not count:
            return 0
        rows = np.zeros((kept, IMAGE_INTS), np.int64)
        for index in np.flatnonzero(drawn).tolist():
            rows[index] = self.image_row(index)
        with self.new_records("image", count) as (found, base):
            place = place_images_held if is_held else place_images
            place(commands, states, starts, draws, uses, rows, found, base)
        return count

    @contextmanager
    def new_records(self, name: str, count: int) -> Iterator[tuple[Records, int]]:
        """Yields ``count`` records of a kind of paint, to be written in the block, and their word in the stream."""
        base = len(self._stream) // WORD_BYTES
        self._check_room(base + PAINTS[name].record.words * count)
        found = np.empty(count, PAINTS[name].record.dtype)
        yield found, base
        self._stream += found.tobytes()

    def image_row(self, index: int) -> tuple[int, int, int, int, int]:
        """Returns a recorded image as a kernel's row: number, left, top, right, bottom (`stages/images.py`)."""
        image = self._commands.images[index]
        left, top = image.left, image.top
        return self._number_of(index), left, top, left + image.size[0], top + image.size[1]

    def layers(self, commands: Records, states: Records, starts: Ints, draws: Records) -> None:
        """Write the draws of layers, and of shadows that a paint computes; the arguments are as for `draw_layers`."""
        rows = np.flatnonzero(commands["kind"] == DRAW_LAYER)
        own = rows[commands["extra"][rows] == NO_LAYER] if self._commands.box_shadows else NO_ROWS
        of_own, words = states[commands["state"][own]], []
        for paint, (x, y), alpha in zip(
            commands["paint"][own].tolist(), of_own["origin"].tolist(), of_own["alpha"].tolist(), strict=True
        ):
            words.append(self._add_box_shadow(paint, x, y, alpha))
        with self.new_records("layer", len(rows) - len(own)) as (found, base):
            draw = draw_layers_held if len(commands) <= HELD_COMMANDS else draw_layers
            draw(commands, states, starts, self.solid, draws, found, base)
        if words:
            draws["paint"][starts[own] if len(starts) else own] = words

    def _add_box_shadow(self, paint: int, x: float, y: float, alpha: float) -> int:
        use = self._commands.box_shadows[paint]
        left, top, right, bottom = use.box
        width, height = 0.5 * (right - left), 0.5 * (bottom - top)
        nodes = nodes_of(width, height, *use.radii, use.sigma)
        first = len(self._stream) // WORD_BYTES
        self._stream += nodes.tobytes()
        red, green, blue, a = use.color
        a *= alpha
        middle = 0.5 * (left + right) + x, 0.5 * (top + bottom) + y
        shape = *middle, width, height, 1.0 / (use.sigma * SQRT_2), first, len(nodes)
        return self._append("box_shadow", *shape, red * a, green * a, blue * a, a)

    def _number_of(self, index: int) -> int:
        """Returns the number of an image in the scene. Uses of the same box of the same pixels share a number."""
        number = self._number.get(index)
        if number is None:
            image = self._commands.images[index]
            # Recorded parts of the same pixels differ in their boxes.
            key = id(image.key), image.left, image.top
            number = self._number[index] = self._numbers.setdefault(key, len(self._images))
            if number == len(self._images):
                self._images.append(image)
        return number

    def _append(self, name: str, *fields: float) -> int:
        """Append a record; returns the value of Draw.paint. Numbers beyond float32 are clamped to its range."""
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
        """Returns the stream of all records and stops."""
        return np.frombuffer(self._stream, np.uint32) if self._stream else NO_PAINTS

    def images_used(self) -> list[RecordedImage]:
        """Returns the images that the stream refers to, by number."""
        return self._images
