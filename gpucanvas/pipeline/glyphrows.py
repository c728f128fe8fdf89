"""GlyphRows: the texts of a command, as rows of columns: the glyphs of a strike, their places and colours.

    fill_text --PlacedText's glyphs, kept--> GlyphText, x, y, colour --columns--> places, numbers, texts, tones, colours

Consecutive texts of one strike and one state are one command. The texts of all commands of one strike stand in the same
columns, so that a thousand labels are encoded at once, also with other shapes between them. No Python loop here runs
over single glyphs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.tones import GREY_TONE, tones_of
from ..recent import Recent
from ..resources.growing import Written
from ..text.glyphtexts import GlyphText
from ..text.masktable import MaskTable
from ..text.strike import MOVED

__all__ = ["GLYPH_BYTES", "GlyphRows", "SceneMasks", "TextColumns", "boxes_of_glyphs", "columns_of"]

Floats = NDArray[np.float64]
Color = tuple[float, float, float, float]
MOST_COLORS: Final = 1 << 14
"""Most colours of texts that are cached with their tones."""
GLYPH_BYTES: Final = 24
"""Bytes of a glyph's place and number."""
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


class TextColumns:
    """Texts of one strike in the order in which commands draw them: the `GlyphRows` of each command are a range.

    All commands of a recording share them, so that a table of labels between other shapes is encoded at once.

    Attributes
    ----------
    strike : MaskTable
        The strike that all texts are drawn with.
    overlaps : bool
        Whether letters lie over one another, and would show through each other in a translucent colour.
    texts : list of GlyphText
        The texts.
    corners : array of float
        x and y of each text, user space.
    colors : dict of Color to int
        Each colour once with its index; empty where texts use their command's paint.
    color_of_text : array of int
        The index of each text's colour.
    firsts : list of int
        The first text of each command. Columns do not refer to their `GlyphRows`: that would be a circle of references.
    """

    __slots__ = ("color_of_text", "colors", "corners", "firsts", "overlaps", "strike", "texts")

    def __init__(self, strike: MaskTable[Any], overlaps: bool = False) -> None:
        self.strike, self.overlaps = strike, overlaps
        self.texts: list[GlyphText] = []
        self.corners = array("d")
        self.colors: dict[Color, int] = {}
        self.color_of_text = array("q")
        self.firsts: list[int] = []

    def begin(self) -> GlyphRows:
        """Returns the texts of a new command, none yet. Those of the command before it are complete."""
        self.firsts.append(len(self.texts))
        return GlyphRows(self, len(self.firsts) - 1)


class GlyphRows:
    """Texts to draw with one strike: a range of `TextColumns`, which grows until the next command begins.

    Attributes
    ----------
    columns : TextColumns
        The columns of this command's texts, and of those of other commands.
    first : int
        The index of its first text in the columns.
    """

    __slots__ = ("_count", "_counted", "_number", "columns", "first")

    def __init__(self, columns: TextColumns, number: int) -> None:
        self.columns, self._number = columns, number
        self.first = self._counted = columns.firsts[number]
        self._count = 0

    @property
    def last(self) -> int:
        """The index behind its last text, where those of the next command begin."""
        firsts, following = self.columns.firsts, self._number + 1
        return firsts[following] if following < len(firsts) else len(self.columns.texts)

    @property
    def strike(self) -> MaskTable[Any]:
        """The strike that all texts are drawn with."""
        return self.columns.strike

    @property
    def overlaps(self) -> bool:
        """Whether letters lie over one another."""
        return self.columns.overlaps

    def __len__(self) -> int:
        last = self.last
        if self._counted < last:
            self._count += sum(map(size_of, self.columns.texts[self._counted : last]))
            self._counted = last
        return self._count

    @property
    def nbytes(self) -> int:
        """Approximate bytes of the glyphs' places; the glyphs themselves are counted with their texts."""
        return GLYPH_BYTES * len(self)

    @property
    def has_colors(self) -> bool:
        """Whether texts have colours of their own."""
        return bool(self.columns.colors)

    def add(self, text: GlyphText, x: float, y: float, color: Color | None) -> None:
        """Append a text that begins at (x, y), user space. Without a colour it takes the command's paint."""
        columns = self.columns
        columns.texts.append(text)
        columns.corners.extend((x, y))
        if color is not None:
            columns.color_of_text.append(self.number_of(color))

    def number_of(self, color: Color) -> int:
        """Returns the index of a colour among those of all texts, and adds it if it is new."""
        colors = self.columns.colors
        return colors.setdefault(color, len(colors))

    def append(self, text: GlyphText, x: float, y: float, color: int) -> None:
        """Append a text that begins at (x, y), user space, with the colour of this index (`number_of`)."""
        columns = self.columns
        columns.texts.append(text)
        columns.corners.extend((x, y))
        columns.color_of_text.append(color)

    def extend(self, texts: Iterable[GlyphText], corners: Floats, colors: array[int]) -> None:
        """Append texts with their corners (N, 2), user space, and the index of each one's colour."""
        columns = self.columns
        columns.corners.frombytes(corners.tobytes())
        columns.color_of_text.extend(colors)
        columns.texts.extend(texts)

    def copy(self) -> GlyphRows:
        """Returns a copy with columns of its own; texts added later to one are not in the other."""
        return self._mapped(lambda color: color)

    def colored(self, color: Color) -> GlyphRows:
        """Returns the same texts in another colour, whose alpha is multiplied by that of each text's own."""
        red, green, blue, alpha = color
        return self._mapped(lambda own: (red, green, blue, alpha * own[3]))

    def _mapped(self, change: Callable[[Color], Color]) -> GlyphRows:
        """Returns the same texts with columns of their own, and every colour changed."""
        given, first, last = self.columns, self.first, self.last
        made = TextColumns(given.strike, given.overlaps)
        made.texts, made.corners = given.texts[first:last], given.corners[2 * first : 2 * last]
        made.firsts = [0]
        rows, chosen = GlyphRows(made, 0), given.color_of_text[first:last]
        # The columns have colours of other commands' texts, too. Two colours may be the same once they are changed.
        colors = list(given.colors) if chosen else []
        numbers = {number: rows.number_of(change(colors[number])) for number in sorted(set(chosen))}
        made.color_of_text = array("q", [numbers[number] for number in chosen])
        return rows

    def texts(self) -> Iterator[tuple[GlyphText, float, float, Color | None]]:
        """Yields each text with x, y and its colour, None for the command's paint."""
        columns = self.columns
        colors: list[Color | None] = [*columns.colors]
        for i in range(self.first, self.last):
            color = colors[columns.color_of_text[i]] if colors else None
            yield columns.texts[i], columns.corners[2 * i], columns.corners[2 * i + 1], color


TextRange = tuple[TextColumns, int, int]
"""Some texts of columns: the index of the first, and that behind the last."""


def ranges_of(items: Sequence[GlyphRows]) -> list[TextRange]:
    """Returns the texts of some commands as ranges, as few as possible: those of neighbouring commands are one."""
    found: list[TextRange] = []
    columns, first, last = items[0].columns, items[0].first, items[0].last
    for rows in items[1:]:
        if rows.columns is not columns or rows.first != last:
            found.append((columns, first, last))
            columns, first = rows.columns, rows.first
        last = rows.last
    found.append((columns, first, last))
    return found


def columns_of(items: Sequence[GlyphRows]) -> Columns:
    """Returns the texts of some commands as arrays. No command is empty, and all have the same strike."""
    ranges = ranges_of(items)
    texts = list(chain.from_iterable(columns.texts[first:last] for columns, first, last in ranges))
    _, all_numbers, all_places, sizes, _ = zip(*texts, strict=True)
    places = np.frombuffer(b"".join(all_places)).reshape(-1, 2)
    numbers = np.frombuffer(b"".join(all_numbers), np.int32)
    # Copied: an `array` cannot grow while a NumPy array refers to its memory.
    parts = [columns.corners[2 * first : 2 * last] for columns, first, last in ranges]
    corners = np.frombuffer(bytearray().join(parts)).reshape(-1, 2)
    owners = np.zeros(len(texts), np.int64)
    if len(items) > 1:
        owners = np.repeat(np.arange(len(items)), [rows.last - rows.first for rows in items])
    colors, chosen = _colors_of_texts(ranges)
    straight, tones = colors_of(colors)
    return Columns(places, numbers, np.array(sizes, np.int64), corners, chosen, owners, tones, straight)


def _colors_of_texts(ranges: Sequence[TextRange]) -> tuple[tuple[Color, ...], NDArray[np.int64]]:
    """Returns all colours of some texts, each once, and the index of each text's, -1 for its command's."""
    colors: dict[Color, int] = {}
    chosen = array("q")
    for columns, first, last in ranges:
        if not columns.colors:
            chosen.extend([-1] * (last - first))
        elif not colors:
            colors = dict(columns.colors)
            chosen.extend(columns.color_of_text[first:last])
        else:
            numbers = [colors.setdefault(color, len(colors)) for color in columns.colors]
            chosen.extend([numbers[number] for number in columns.color_of_text[first:last]])
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
