"""line: a shaped text at a size: its glyphs' positions, its width, and its outline as one path.

    ShapedText --size, spacing--> Line: x and y of each glyph, px     --first drawn--> outline: verbs, coords
                                  width, advances of clusters         --first asked--> ink box

The origin is the left end of the text on its alphabetic baseline; y runs down. A line is cached by its text, its run
key, its size and its spacing. Alignment, paint and transform do not matter to it.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..contract.constants import RULE_NONZERO, RULE_SINGLE
from ..geometry.single import goes_round_once
from ..recent import Recent
from .characters import COMMON, script_of
from .color import Rgba
from .extent import NO_GLYPH, Box, box_of, enclosing, joined
from .fallback import needed
from .glyphs import GlyphRun, PlacedRun
from .instance import SUBUNITS, Instance
from .itemize import clean
from .pictures import has_colors, is_colored, layers_of
from .pieces import composed
from .registry import emptied_on_removal
from .shape import RunKey, Setting, ShapedText, shape_text
from .winding import winds_once

__all__ = ["Line", "PackedOutline", "PlacedRun", "PlacedText", "find_line", "line_of", "place", "run_advances"]

MOST_BYTES: Final = 32 << 20
"""Most bytes of all cached lines. Their outlines may take as many again."""
GLYPH_BYTES, LINE_BYTES, OUTLINE_BYTES = 60, 1000, 500
"""Approximate bytes of a glyph with its position, and of a line and an outline without their glyphs."""
MISSING: Final = 0
"""The glyph .notdef, which fonts have for characters that they lack."""
SPACES: Final = (0x20, 0xA0)
"""Characters after which `word_spacing` is added (CSS Text 3, "word separators")."""

SHARED: Final = 0x600, 0x2000
"""Range of code points in blocks of single scripts that contain common characters, such as U+060C and U+0661."""

Floats = NDArray[np.float64]


class PackedOutline:
    """A path stream for recordings; an object, so that a recording stores it only once.

    ``placed`` are the glyphs that it consists of, where that is known: they tell its fill rule sooner. ``says`` are the
    runs of the text that it draws, where they may be others.
    """

    __slots__ = ("_placed", "_rule", "coords", "says", "verbs")

    def __init__(
        self,
        verbs: bytearray,
        coords: array[float],
        placed: tuple[PlacedRun, ...] = (),
        says: tuple[PlacedRun, ...] = (),
    ) -> None:
        self.verbs, self.coords, self._placed, self.says = verbs, coords, placed, says or placed
        self._rule: int | None = None

    @property
    def rule(self) -> int:
        """Its fill rule: RULE_SINGLE, unless glyphs overlap one another or themselves."""
        if self._rule is None:
            once = winds_once(self._placed) if self._placed else None
            if once is None:
                once = goes_round_once(self.verbs, self.coords)
            self._rule, self._placed = RULE_SINGLE if once else RULE_NONZERO, ()
        return self._rule


class ColorGlyph(NamedTuple):
    """A colour glyph: its font, number and position, px, and the size of a font unit in px.

    ``layers`` are pairs of an outline and a colour, None for the fill style; empty if it is drawn as a picture.
    """

    instance: Instance
    glyph: int
    x: float
    y: float
    unit_px: float
    layers: tuple[tuple[PackedOutline, Rgba | None], ...]


class PlacedText:
    """Runs that are drawn together, in one paint.

    Attributes
    ----------
    placed : tuple of PlacedRun
        The runs from left to right.
    is_tight : bool
        Whether spacing moves letters over one another.
    """

    whole: object = None
    """Where `wholes.whole_of` has put the mask of this text."""

    def __init__(self, placed: tuple[PlacedRun, ...], is_tight: bool = False) -> None:
        self.placed, self.is_tight = placed, is_tight

    @property
    def outline(self) -> PackedOutline:
        """The outlines of all glyphs without colours, as one path, cached."""
        found = _outlines.get(self)
        if found is None:
            found = self.joined()
            _outlines.put(self, found, len(found.verbs) + 8 * len(found.coords) + OUTLINE_BYTES)
        return found

    def joined(self) -> PackedOutline:
        """Return the same path as `outline`, without caching it."""
        verbs, coords = bytearray(), array("d")
        for one in self.placed:
            part_verbs, part_coords = joined(one.run.instance, plain_glyphs(one.run), one.x, one.y, one.unit_px)
            verbs += part_verbs
            coords.frombytes(part_coords.tobytes())
        return PackedOutline(verbs, coords, self.placed)

    @cached_property
    def count(self) -> int:
        """The number of glyphs."""
        return sum(len(one.x) for one in self.placed)

    def parts(self, count: int) -> Iterator[PlacedText]:
        """Yield the glyphs in texts of at most ``count`` glyphs: outlines take 100 times the memory of their text."""
        if self.count <= count:
            yield self
            return
        for one in self.placed:
            for first in range(0, len(one.x), count):
                yield PlacedText((one.cut(slice(first, first + count)),), self.is_tight)

    def between(self, low: float, high: float) -> PlacedText:
        """Return the glyphs whose positions are from ``low`` to ``high``, px, and those between them."""
        parts = []
        for one in self.placed:
            inside = np.flatnonzero((one.x >= low) & (one.x <= high))
            if len(inside):
                parts.append(one.cut(slice(int(inside[0]), int(inside[-1]) + 1)))
        return PlacedText(tuple(parts), self.is_tight)

    @cached_property
    def colors(self) -> tuple[ColorGlyph, ...]:
        """The colour glyphs, from left to right."""
        return tuple(
            color_glyph(one, number, glyph)
            for one in self.placed
            if has_colors(one.run.instance)
            for number, glyph in enumerate(one.run.glyphs.tolist())
            if is_colored(one.run.instance, glyph)
        )

    @cached_property
    def ink(self) -> Box | None:
        """The box of the ink: left, top, right and bottom, px; None without ink."""
        boxes = [box_of(one.run.instance, one.run.glyphs.tolist(), one.x, one.y, one.unit_px) for one in self.placed]
        found = [box for box in boxes if box is not None]
        return enclosing(found) if found else None


class Line(PlacedText):
    """A shaped text at a size; see the module.

    Attributes
    ----------
    text : str
        The text after `clean`.
    width : float
        The width, px.
    """

    def __init__(self, shaped: ShapedText, setting: Setting) -> None:
        # Runs are placed on first use: for most measured texts only the width is needed.
        self.text, self._shaped, self._style = shaped.text, shaped, setting.style
        self.is_tight = setting.style.is_tight
        size_px, letter_px, word_px = setting.style.font.size_px, setting.style.letter_px, setting.style.word_px
        width = 0.0
        for run in shaped.runs:
            width = end_of(run, shaped.text, size_px, letter_px, word_px, width)
        self.width = width

    @property
    def line(self) -> Line:
        """This line, as of a `MeasuredText`."""
        return self

    @property
    def spacing_px(self) -> tuple[float, float]:
        """The space added after each cluster and after each space, px."""
        return self._style.letter_px, self._style.word_px

    @cached_property
    def placed(self) -> tuple[PlacedRun, ...]:  # type: ignore[override]
        """The runs, from left to right."""
        size_px, letter_px, word_px = self._style.font.size_px, self._style.letter_px, self._style.word_px
        placed, left = [], 0.0
        for run in self._shaped.runs:
            placed.append(place(run, self.text, size_px, letter_px, word_px, left))
            left = placed[-1].right
        return tuple(placed)

    @cached_property
    def missing(self) -> str:
        """The characters that no font has."""
        return "".join(characters_of(one.run, self.text, MISSING) for one in self.placed)


def characters_of(run: GlyphRun, text: str, glyph: int) -> str:
    """Return the characters of a run that a glyph draws."""
    bounds = [*sorted(set(run.clusters.tolist())), run.end]
    firsts = set(run.clusters[run.glyphs == glyph].tolist())
    return "".join(text[low:high] for low, high in pairwise(bounds) if low in firsts)


def plain_glyphs(run: GlyphRun) -> list[int]:
    """Return a run's glyphs, with `NO_GLYPH` in place of colour glyphs."""
    glyphs: list[int] = run.glyphs.tolist()
    if not has_colors(run.instance):
        return glyphs
    return [NO_GLYPH if is_colored(run.instance, glyph) else glyph for glyph in glyphs]


def color_glyph(one: PlacedRun, number: int, glyph: int) -> ColorGlyph:
    """Make the `ColorGlyph` of a placed run's glyph."""
    instance = one.run.instance
    x, y = one.x[number : number + 1], one.y[number : number + 1]
    layers = []
    for layer in layers_of(instance, glyph):
        verbs, coords = joined(instance, [layer.glyph], x, y, one.unit_px)
        layers.append((PackedOutline(bytearray(verbs), array("d", coords.tobytes())), layer.color))
    return ColorGlyph(instance, glyph, float(x[0]), float(y[0]), one.unit_px, tuple(layers))


_lines: Recent[tuple[str, RunKey], Line] = Recent(MOST_BYTES)
_outlines: Recent[PlacedText, PackedOutline] = Recent(MOST_BYTES)
emptied_on_removal(_lines.clear)
emptied_on_removal(_outlines.clear)
find_line: Final = _lines.get
"""Returns the cached line of a text and a `Setting.line_key`, or None."""


def line_of(text: str, setting: Setting, *, is_whole: bool = False) -> Line:
    """Return the line of a text that is not cleaned yet, joined from shaped pieces where possible.

    With ``is_whole`` a new line is shaped as a whole: the caller has found that the text has no pieces.
    """
    key = text, setting.line_key
    found = _lines.get(key)
    if found is None:
        shaped = None if is_whole else composed(text, setting)
        found = Line(shaped or shape_text(clean(text), setting), setting)
        glyphs = sum(len(run.glyphs) for run in found._shaped.runs)
        _lines.put(key, found, LINE_BYTES + 8 * len(text) + GLYPH_BYTES * glyphs)
    return found


def place(run: GlyphRun, text: str, size_px: float, letter_px: float, word_px: float, left: float) -> PlacedRun:
    """Place a run's glyphs from ``left`` on."""
    unit_px = size_px * run.scale / (SUBUNITS * run.instance.upem)
    starts = run.advances.cumsum(dtype=np.int64)
    right = left + int(starts[-1] if len(starts) else 0) * unit_px
    starts -= run.advances
    starts += run.x_offsets
    x: Floats = starts * unit_px
    x += left
    if (letter_px or word_px) and len(x):
        space = spacing(run, text, letter_px, word_px)
        x += np.cumsum(space) - space
        right += float(space.sum())
    y: Floats = run.y_offsets * np.float64(-unit_px)
    return PlacedRun(run, x, y, left, right, unit_px * SUBUNITS)


def end_of(run: GlyphRun, text: str, size_px: float, letter_px: float, word_px: float, left: float) -> float:
    """Return the end of a run that begins at ``left``. Integer units are summed first, so that no precision is lost."""
    end = left + run.advance * (size_px * run.scale / (SUBUNITS * run.instance.upem))
    if (letter_px or word_px) and len(run.glyphs):
        end += float(spacing(run, text, letter_px, word_px).sum())
    return end


def run_advances(run: GlyphRun, text: str, em_px: float, letter_px: float, word_px: float) -> Floats:
    """Return the advance of each glyph with spacing, px; ``em_px`` is the size of its glyphs."""
    advances: Floats = run.advances * np.float64(em_px / (SUBUNITS * run.instance.upem))
    if (letter_px or word_px) and len(advances):
        advances += spacing(run, text, letter_px, word_px)
    return advances


def spacing(run: GlyphRun, text: str, letter_px: float, word_px: float) -> Floats:
    """Return the space to the right of each glyph, px: it follows a cluster's last glyph, in both directions.

    CSS Text 4 would split it between both sides. Chromium has it on the right also where text runs to the left.
    """
    clusters = run.clusters
    is_edge = np.ones(len(clusters), np.bool_)
    is_edge[:-1] = clusters[1:] != clusters[:-1]
    extra = np.where(is_edge, letter_px, 0.0)
    part = text[run.start : run.end]
    if part and (word_px or run.is_cursive or not part.isascii()):
        first = int(clusters.min())
        codes = np.frombuffer(text[first : run.end].encode("utf-32-le"), np.uint32)[clusters - first]
        unspaced = [code for code in set(codes.tolist()) if not takes_space(code, run.is_cursive)]
        extra[np.isin(codes, unspaced)] = 0.0
        extra += np.where(is_edge & np.isin(codes, SPACES), word_px, 0.0)
    return extra


@lru_cache(4096)
def takes_space(code: int, is_cursive: bool) -> bool:
    """Whether letter spacing is added after a character (CSS Text 3, "letter-spacing").

    None is added after an invisible character. In a script that joins its letters, none is added after that script's
    own characters: its letters, and the marks and digits in its block that Unicode classes as common.
    """
    character = chr(code)
    if unicodedata.category(character) == "Cf":
        return bool(needed(character))
    return not is_cursive or (script_of(character) == COMMON and not SHARED[0] <= code < SHARED[1])
