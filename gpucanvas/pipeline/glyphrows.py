"""GlyphRows: the texts of a command, as rows of columns: the glyphs of a strike, their places and colours.

    fill_text --PlacedText's glyphs, kept--> GlyphText, x, y, colour --columns--> spans, corners, tones, colours

Consecutive texts of one strike and one state are one command. The texts of all commands of one strike stand in the same
columns, so that a thousand labels are encoded at once, also with other shapes between them. No Python loop here runs
over single glyphs.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.commands import SPAN_NUMBERS
from ..contract.tones import GREY_TONE, tones_of
from ..recent import Recent
from ..resources.growing import Written
from ..text.glyphtexts import GLYPH_BYTES, GlyphText
from ..text.masktable import MaskTable
from ..text.strike import MOVED
from .uses import Ints, ranges

__all__ = [
    *("GlyphRows", "SceneMasks", "TextColumns", "TextGroup"),
    *("boxes_of_glyphs", "columns_of", "groups_of"),
]

Floats = NDArray[np.float64]
Color = tuple[float, float, float, float]
MOST_COLORS: Final = 1 << 14
"""Most colours of texts that are cached with their tones."""
span_of, columns_of_rows, number_of_rows = map(attrgetter, ("span", "columns", "number"))


class Columns(NamedTuple):
    """Texts of some commands as arrays, as `write_glyph_items` takes them.

    For each text: ``spans`` (T, 2), the address of its glyphs and their number; ``corners`` (T, 2), where it begins;
    ``chosen`` (T,), the index of its colour, -1 for its command's; ``owners`` (T,), the index of its command. For each
    colour: ``tones`` (C,) and ``colors`` (C, 4), straight RGBA.
    """

    spans: Ints
    corners: Floats
    chosen: Ints
    owners: Ints
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
        The texts. It grows last, so that other threads find all that a text has.
    spans : array of int
        Where each text's glyphs lie, as `GlyphText.span`.
    corners : array of float
        x and y of each text, user space.
    colors : dict of Color to int
        Each colour once with its index; empty where texts use their command's paint.
    color_of_text : array of int
        The index of each text's colour.
    firsts : list of int
        The first text of each command. Columns do not refer to their `GlyphRows`: that would be a circle of references.
    """

    __slots__ = ("color_of_text", "colors", "corners", "firsts", "overlaps", "spans", "strike", "texts")

    def __init__(self, strike: MaskTable[Any], overlaps: bool = False) -> None:
        self.strike, self.overlaps = strike, overlaps
        self.texts: list[GlyphText] = []
        self.spans, self.corners = array("q"), array("d")
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
    number : int
        The number of this command among those of the columns.
    """

    __slots__ = ("columns", "number")

    def __init__(self, columns: TextColumns, number: int) -> None:
        self.columns, self.number = columns, number

    @property
    def first(self) -> int:
        """The index of its first text."""
        return self.columns.firsts[self.number]

    @property
    def last(self) -> int:
        """The index behind its last text, where those of the next command begin."""
        firsts, following = self.columns.firsts, self.number + 1
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
        spans = self.columns.spans[SPAN_NUMBERS * self.first : SPAN_NUMBERS * self.last]
        return sum(spans[1::SPAN_NUMBERS])

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
        columns.spans.frombytes(text.span)
        columns.corners.extend((x, y))
        if color is not None:
            columns.color_of_text.append(self.number_of(color))
        columns.texts.append(text)

    def number_of(self, color: Color) -> int:
        """Returns the index of a colour among those of all texts, and adds it if it is new."""
        colors = self.columns.colors
        return colors.setdefault(color, len(colors))

    def append(self, text: GlyphText, x: float, y: float, color: int) -> None:
        """Append a text that begins at (x, y), user space, with the colour of this index (`number_of`)."""
        columns = self.columns
        columns.spans.frombytes(text.span)
        columns.corners.extend((x, y))
        columns.color_of_text.append(color)
        columns.texts.append(text)

    def extend(self, texts: Sequence[GlyphText], corners: Floats, colors: array[int]) -> None:
        """Append texts with their corners (N, 2), user space, and the index of each one's colour."""
        columns = self.columns
        columns.spans.frombytes(b"".join(map(span_of, texts)))
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
        made.spans = given.spans[SPAN_NUMBERS * first : SPAN_NUMBERS * last]
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


class TextGroup(NamedTuple):
    """Commands whose texts are in the same columns.

    ``at`` (B,) are the commands' places among those that were given, ``firsts`` and ``lasts`` (B,) the ranges of their
    texts in the columns, and ``counts`` (B,) how many glyphs each command has.
    """

    columns: TextColumns
    at: Ints
    firsts: Ints
    lasts: Ints
    counts: Ints


def groups_of(items: Sequence[GlyphRows]) -> list[TextGroup]:
    """Returns the texts of some commands, at least one, as groups by their columns."""
    every, numbers = [*map(columns_of_rows, items)], np.array([*map(number_of_rows, items)])
    if every.count(every[0]) == len(every):
        return [_group(every[0], np.arange(len(every)), numbers)]
    of_columns: dict[TextColumns, list[int]] = {}
    for i, columns in enumerate(every):
        of_columns.setdefault(columns, []).append(i)
    return [_group(columns, np.array(at), numbers[at]) for columns, at in of_columns.items()]


def _group(columns: TextColumns, at: Ints, numbers: Ints) -> TextGroup:
    """Returns the commands of these numbers among those of the columns, which are given at the places ``at``."""
    # Read first: another thread may record meanwhile, and its commands begin behind these.
    begun = [*columns.firsts]
    count = len(columns.texts)
    ends = np.array([*begun, count])
    firsts, lasts = ends[numbers], ends[numbers + 1]
    # Copied: an `array` cannot grow while a NumPy array refers to its memory.
    sizes = np.frombuffer(columns.spans[1 : SPAN_NUMBERS * count : SPAN_NUMBERS], np.int64)
    before = np.zeros(count + 1, np.int64)
    np.cumsum(sizes, out=before[1:])
    return TextGroup(columns, at, firsts, lasts, before[lasts] - before[firsts])


def columns_of(groups: Sequence[TextGroup]) -> Columns:
    """Returns the texts of some groups of one strike as arrays; the owners of texts count the groups' commands."""
    parts: list[tuple[Ints, Floats, Ints, Ints]] = []
    colors: list[Color] = []
    commands = 0
    for group in groups:
        columns, firsts, lasts = group.columns, group.firsts, group.lasts
        first, last, sizes = int(firsts.min()), int(lasts.max()), lasts - firsts
        # Copied: an `array` cannot grow while a NumPy array refers to its memory.
        spans = np.frombuffer(columns.spans[SPAN_NUMBERS * first : SPAN_NUMBERS * last], np.int64).reshape(-1, 2)
        corners = np.frombuffer(columns.corners[2 * first : 2 * last]).reshape(-1, 2)
        if columns.colors:
            chosen = np.frombuffer(columns.color_of_text[first:last], np.int64) + len(colors)
            colors += columns.colors
        else:
            chosen = np.full(last - first, -1)
        if int(sizes.sum()) != last - first or not (firsts[1:] == lasts[:-1]).all():
            texts = ranges(firsts - first, sizes)
            spans, corners, chosen = spans[texts], corners[texts], chosen[texts]
        parts.append((spans, corners, chosen, np.repeat(np.arange(commands, commands + len(sizes)), sizes)))
        commands += len(sizes)
    straight, tones = colors_of(tuple(colors))
    spans, corners, chosen, owners = (
        parts[0] if len(parts) == 1 else (np.concatenate(each) for each in zip(*parts, strict=True))
    )
    return Columns(spans, corners, chosen, owners, tones, straight)


def boxes_of_glyphs(items: Sequence[GlyphRows], matrices: Floats) -> Floats:
    """Returns the box (left, top, right, bottom) of each command's glyphs in pixels, (B, 4).

    No command is empty; transforms are those that the strikes are made for, moved. Left and top are larger than right
    and bottom where no glyph has ink.
    """
    from ..stages.items import bound_glyphs

    found = np.empty((len(items), 4))
    of_strike: dict[MaskTable[Any], list[TextGroup]] = {}
    for group in groups_of(items):
        of_strike.setdefault(group.columns.strike, []).append(group)
    for strike, groups in of_strike.items():
        columns, at = columns_of(groups), np.concatenate([group.at for group in groups])
        boxes = np.empty((len(at), 4))
        bound_glyphs((columns.spans, columns.corners, columns.owners), matrices[at], strike.bounds, boxes)
        # Glyphs snap to the nearest quarter of a pixel along their baseline, and to the nearest whole pixel across it.
        found[at] = boxes + (-MOVED, -MOVED, MOVED, MOVED)
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
        self._uses: dict[MaskTable[Any], tuple[Ints, Ints]] = {}

    def add(self, strike: MaskTable[Any], starts: Ints, counts: Ints) -> None:
        """Register ranges of draws that show a strike's masks (`path`: offset in its bytes), once for each strike."""
        self._uses[strike] = starts, counts

    def settle(self, draws: NDArray[np.void]) -> tuple[Written, ...]:
        """Returns each strike's bytes, and makes the draws' offsets count from the start of the concatenated bytes."""
        parts: list[Written] = []
        start = 0
        for strike, (starts, counts) in self._uses.items():
            part = strike.written()._replace(start=start)
            if start:
                draws["path"][ranges(starts, counts)] += np.uint32(start)
            parts.append(part)
            start += len(part.bytes)
        return tuple(parts)
