"""GlyphRows: the items of a batch of glyphs, text by text: the glyphs of a strike, their places and colours.

    fill_text --PlacedText's glyphs, kept--> GlyphText, x, y, colour --columns--> places, numbers, texts, tones, colours

Consecutive texts of one strike and one state are one batch, so that a thousand labels are encoded at once. No Python
loop here runs over single glyphs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.tones import GREY_TONE, tones_of
from ..resources.growing import Written
from ..text.glyphtexts import GlyphText
from ..text.masktable import MaskTable
from ..text.recent import Recent
from ..text.strike import MOVED

__all__ = ["GlyphRows", "SceneMasks", "boxes_of_glyphs", "columns_of"]

Floats = NDArray[np.float64]
Color = tuple[float, float, float, float]
MOST_COLORS: Final = 1 << 14
"""Most colours of texts that are cached with their tones."""
size_of = attrgetter("size")


class Columns(NamedTuple):
    """Texts of some commands as arrays, as `write_glyph_items` takes them.

    For each glyph: ``places`` (N, 2), relative to the text's corner, and ``numbers`` (N,), its number in the strike.
    For each text: ``sizes`` (T,), its number of glyphs; ``corners`` (T, 2), where it begins; ``chosen`` (T,), the index
    of its colour, -1 for its command's; ``owners`` (T,), the index of its command. For each colour: ``tones`` (C,) and
    ``colors`` (C, 4), straight RGBA.
    """

    places: Floats
    numbers: NDArray[np.int32]
    sizes: NDArray[np.int64]
    corners: Floats
    chosen: NDArray[np.int64]
    owners: NDArray[np.int64]
    tones: NDArray[np.int32]
    colors: NDArray[np.float32]


class GlyphRows:
    """Texts to draw with one strike; it grows until it is encoded.

    Attributes
    ----------
    strike : MaskTable
        The strike that all texts are drawn with.
    overlaps : bool
        Whether letters lie over one another, and would show through each other in a translucent colour.
    """

    def __init__(self, strike: MaskTable[Any], overlaps: bool = False) -> None:
        self.strike, self.overlaps = strike, overlaps
        self._texts: list[GlyphText] = []
        self._corners = array("d")
        # Each colour once with its index, and the index for each text; both empty where texts use the batch's paint.
        self._colors: dict[Color, int] = {}
        self._color_of_text = array("q")
        self._counted, self._count = 0, 0

    def __len__(self) -> int:
        if self._counted < len(self._texts):
            self._count += sum(map(size_of, self._texts[self._counted :]))
            self._counted = len(self._texts)
        return self._count

    @property
    def nbytes(self) -> int:
        """Approximate bytes of the glyphs' places; the glyphs themselves are counted with their texts."""
        return 24 * len(self)

    @property
    def has_colors(self) -> bool:
        """Whether texts have colours of their own."""
        return bool(self._colors)

    def open_columns(self) -> tuple[list[GlyphText], array[float], array[int]]:
        """Returns the columns that `append` appends to: texts, corners and the indices of their colours."""
        return self._texts, self._corners, self._color_of_text

    def add(self, text: GlyphText, x: float, y: float, color: Color | None) -> None:
        """Append a text that begins at (x, y), user space. Without a colour it takes the batch's paint."""
        self._texts.append(text)
        self._corners.extend((x, y))
        if color is not None:
            self._color_of_text.append(self.number_of(color))

    def number_of(self, color: Color) -> int:
        """Returns the index of a colour among those of all texts, and adds it if it is new."""
        return self._colors.setdefault(color, len(self._colors))

    def append(self, text: GlyphText, x: float, y: float, color: int) -> None:
        """Append a text that begins at (x, y), user space, with the colour of this index (`number_of`)."""
        self._texts.append(text)
        self._corners.extend((x, y))
        self._color_of_text.append(color)

    def extend(self, texts: Iterable[GlyphText], corners: Floats, colors: array[int]) -> None:
        """Append texts with their corners (N, 2), user space, and the index of each one's colour."""
        self._corners.frombytes(corners.tobytes())
        self._color_of_text.extend(colors)
        self._texts.extend(texts)

    def copy(self) -> GlyphRows:
        """Returns a copy; texts added later to one are not in the other."""
        made = GlyphRows(self.strike, self.overlaps)
        made._texts, made._corners = list(self._texts), self._corners[:]
        made._colors, made._color_of_text = dict(self._colors), self._color_of_text[:]
        return made

    def colored(self, color: Color) -> GlyphRows:
        """Returns the same texts in another colour, whose alpha is multiplied by that of each text's own."""
        made = GlyphRows(self.strike, self.overlaps)
        made._texts, made._corners = list(self._texts), self._corners[:]
        red, green, blue, alpha = color
        # Texts may have the same colour now, but not the same number.
        numbers = [made.number_of((red, green, blue, alpha * own[3])) for own in self._colors]
        made._color_of_text = array("q", [numbers[number] for number in self._color_of_text])
        return made

    def texts(self) -> Iterator[tuple[GlyphText, float, float, Color | None]]:
        """Yields each text with x, y and its colour, None for the batch's paint."""
        colors: list[Color | None] = [*self._colors]
        for i, text in enumerate(self._texts):
            color = colors[self._color_of_text[i]] if colors else None
            yield text, self._corners[2 * i], self._corners[2 * i + 1], color

    def columns(self) -> Columns:
        """Returns all texts as arrays."""
        return columns_of([self])


def columns_of(items: Sequence[GlyphRows]) -> Columns:
    """Returns the texts of some commands as arrays. No command is empty, and all have the same strike."""
    texts = items[0]._texts if len(items) == 1 else list(chain.from_iterable(rows._texts for rows in items))
    _, all_numbers, all_places, sizes, _ = zip(*texts, strict=True)
    places = np.frombuffer(b"".join(all_places)).reshape(-1, 2)
    numbers = np.frombuffer(b"".join(all_numbers), np.int32)
    # Copied: an `array` cannot grow while a NumPy array refers to its memory.
    corners = np.frombuffer(bytearray().join([rows._corners for rows in items])).reshape(-1, 2)
    owners = np.zeros(len(texts), np.int64)
    if len(items) > 1:
        owners = np.repeat(np.arange(len(items)), [len(rows._texts) for rows in items])
    colors, chosen = _colors_of_texts(items)
    straight, tones = colors_of(colors)
    return Columns(places, numbers, np.array(sizes, np.int64), corners, chosen, owners, tones, straight)


def _colors_of_texts(items: Sequence[GlyphRows]) -> tuple[tuple[Color, ...], NDArray[np.int64]]:
    """Returns all colours of some commands' texts, each once, and the index of each text's, -1 for its command's."""
    colors: dict[Color, int] = {}
    chosen = array("q")
    for rows in items:
        if not rows._colors:
            chosen.extend([-1] * len(rows._texts))
        elif not colors:
            colors = dict(rows._colors)
            chosen.extend(rows._color_of_text)
        else:
            numbers = [colors.setdefault(color, len(colors)) for color in rows._colors]
            chosen.extend([numbers[number] for number in rows._color_of_text])
    return tuple(colors), np.frombuffer(chosen, np.int64)


def boxes_of_glyphs(items: Sequence[GlyphRows], matrices: Floats) -> Floats:
    """Returns the box (left, top, right, bottom) of each command's glyphs in pixels, (B, 4).

    No command is empty; transforms are those that the strikes are made for, moved. Left and top are larger than right
    and bottom where no glyph has ink.
    """
    found = np.empty((len(items), 4))
    of_strike: dict[MaskTable[Any], list[int]] = {}
    for i, rows in enumerate(items):
        of_strike.setdefault(rows.strike, []).append(i)
    for strike, some in of_strike.items():
        columns = columns_of([items[i] for i in some])
        of_text = np.repeat(np.arange(len(columns.sizes)), columns.sizes)
        owners = columns.owners[of_text]
        matrix, (x, y) = matrices[some][owners], (columns.places + columns.corners[of_text]).T
        places = matrix[:, :2] * x[:, None] + matrix[:, 2:4] * y[:, None] + matrix[:, 4:]
        bounds = strike.bounds[columns.numbers]
        starts = np.searchsorted(owners, np.arange(len(some)))
        # Glyphs snap to the nearest quarter of a pixel along their baseline, and to the nearest whole pixel across it.
        found[some, :2] = np.minimum.reduceat(bounds[:, :2] + places, starts) - MOVED
        found[some, 2:] = np.maximum.reduceat(bounds[:, 2:] + places, starts) + MOVED
    return found


Toned = tuple[NDArray[np.float32], NDArray[np.int32]]
_toned: Recent[tuple[Color, ...], Toned] = Recent(MOST_COLORS)


def colors_of(colors: tuple[Color, ...]) -> Toned:
    """Returns colours (C, 4) and their tones (C,), cached; without colours, one row with the tone for gradients."""
    found = _toned.get(colors)
    if found is None:
        straight = np.array(colors or [(0.0, 0.0, 0.0, 0.0)])
        found = straight.astype(np.float32), tones_of(straight) if colors else np.array([GREY_TONE], np.int32)
        _toned.put(colors, found, len(colors) + 1)
    return found


class SceneMasks:
    """The masks of a scene: the bytes of all strikes that it draws with, addressed as one concatenated buffer."""

    def __init__(self) -> None:
        self._uses: dict[MaskTable[Any], slice | NDArray[np.int64]] = {}

    def add(self, strike: MaskTable[Any], at: slice | NDArray[np.int64]) -> None:
        """Register the draws that show a strike's masks (`path`: offset in its bytes). Call it once for each strike."""
        self._uses[strike] = at

    def settle(self, draws: NDArray[np.void]) -> tuple[Written, ...]:
        """Returns each strike's bytes, and makes the draws' offsets count from the start of the concatenated bytes."""
        parts: list[Written] = []
        start = 0
        for strike, at in self._uses.items():
            part = strike.written()._replace(start=start)
            if start:
                draws["path"][at] += np.uint32(start)
            parts.append(part)
            start += len(part.bytes)
        return tuple(parts)
