"""labels: texts of one style and one strike, packed as they are drawn, and found by the text alone.

    text --drawn before----------------------------> Label: glyphs, places, width
         --pieces.py-------------------------------> joined from pieces, without shaping
         --else, by line.py and strike.py----------> and kept

Most texts of letters that do not join are made of pieces that were shaped before: pieces.py has them.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from .instance import SUBUNITS
from .line import PlacedRun, line_of
from .pieces import Piece, alphabet_of, pieces_of
from .recent import Recent
from .registry import generation
from .shape import RunKey, Setting, setting_of
from .strike import LARGEST_EM, SIZE_STEPS, GlyphText, Strike, masks_of, strike_of
from .textstyle import TextStyle

__all__ = ["Label", "LabelBook", "book_of"]

MOST_BYTES: Final = 32 << 20
"""Bytes of all books that are kept; a book alone has half as much room."""
LABEL_BYTES, GLYPH_BYTES, BOOK_BYTES = 500, 21, 2000
"""About what a label takes, what a glyph of it takes, and what a book takes besides."""
LONGEST_LABEL: Final = 4000
"""Characters of a label: longer texts are cut to what is on the canvas."""


class Label(NamedTuple):
    """A text as it is drawn: its glyphs, and how far it goes, px."""

    part: GlyphText
    width: float


class LabelBook:
    """The labels of a style, drawn with one strike: that of its first font or, of `other`, of another of its fonts.

    Attributes
    ----------
    setting, strike
        What the style comes to, and what its labels are drawn with.
    find : callable
        The label of a text, or None where it is not here yet.
    counted : int
        How many of its bytes `book_of` has counted.
    """

    def __init__(
        self, setting: Setting, strike: Strike, mask_key: tuple[float, bool], *, is_first: bool = True
    ) -> None:
        self.setting, self.strike, self._mask_key = setting, strike, mask_key
        self._labels: dict[str, Label] = {}
        self._others: dict[Strike, LabelBook] = {}
        self._elsewhere: dict[str, LabelBook] = {}
        self.find = self._labels.get
        self.nbytes = self.counted = BOOK_BYTES
        style = setting.style
        self._alphabet = alphabet_of(setting) if is_first else None
        self._unit_px = style.font.size_px * 1.0 / (SUBUNITS * setting.first.upem)

    def make(self, text: str) -> Label | None:
        """The label of a text that is not here yet; None for one that is not drawn with this strike alone."""
        if not text or len(text) > LONGEST_LABEL or text in self._elsewhere:
            return None
        pieces = pieces_of(text, self._alphabet, self.setting) if self._alphabet else None
        label = (pieces and self._joined(text, pieces)) or self._whole(text)
        if label is None or label.part.strike is not self.strike:
            return None
        self._keep(text, label)
        return label

    def other(self, text: str) -> LabelBook | None:
        """The book of a text that is drawn with one other strike alone, as that of the font that has its script.

        None for a text of this strike, of several, or of none. Asked of a book that `book_of` gives.
        """
        found = self._elsewhere.get(text)
        if found is None and 0 < len(text) <= LONGEST_LABEL:
            label = self._whole(text)
            if label is not None and label.part.strike is not self.strike:
                if self.all_bytes > MOST_BYTES // 2:
                    self._others, self._elsewhere = {}, {}
                strike = label.part.strike
                found = self._others.get(strike)
                if found is None:
                    found = self._others[strike] = LabelBook(self.setting, strike, self._mask_key, is_first=False)
                found._keep(text, label)
                self._elsewhere[text] = found
        return found

    @property
    def all_bytes(self) -> int:
        """About what it takes with those of other strikes, which keep these alive."""
        if not self._others:
            return self.nbytes
        return self.nbytes + sum(each.nbytes + each.strike.nbytes for each in self._others.values())

    def _keep(self, text: str, label: Label) -> None:
        self.nbytes += LABEL_BYTES + GLYPH_BYTES * label.part.size + len(text)
        if self.nbytes > MOST_BYTES // 2:
            self._labels.clear()
            self.nbytes = BOOK_BYTES
        self._labels[text] = label

    def _whole(self, text: str) -> Label | None:
        """A label of any text, by way of its line; None where it is not drawn with one strike alone."""
        line = line_of(text, self.setting)
        found = masks_of(line, *self._mask_key)
        only = None if found is None else found.only
        return None if only is None else Label(only, line.width)

    def _joined(self, text: str, pieces: Sequence[Piece]) -> Label | None:
        """A label of a text of letters that do not join and have no colours; None where one is too large for a mask."""
        glyphs: list[int] = []
        x: list[int] = []
        y: list[int] = []
        at = 0
        for piece in pieces:
            glyphs += piece.glyphs
            x += [at + each for each in piece.x] if at else piece.x
            y += piece.y
            at += piece.advance
        numbers = self.strike.numbers_of(glyphs)
        if numbers is None:
            return None
        unit_px, size = self._unit_px, len(x)
        places = array("d", bytes(16 * size))
        places[0::2] = array("d", [each * unit_px for each in x])
        places[1::2] = array("d", [each * -unit_px for each in y])
        runs = partial(runs_of, text, self.setting)
        return Label(GlyphText(self.strike, numbers.tobytes(), places.tobytes(), size, runs), at * unit_px)


def runs_of(text: str, setting: Setting) -> tuple[PlacedRun, ...]:
    """The one run of a text that `LabelBook` has joined from pieces."""
    return line_of(text, setting).placed


_books: Recent[tuple[RunKey, float, bool], LabelBook] = Recent(MOST_BYTES)


class Known(NamedTuple):
    """What a style came to where one px is so many pixels, as long as no fonts come or go."""

    style: TextStyle
    scale: float
    setting: Setting
    book: LabelBook


_last: Known | None = None


def book_of(style: TextStyle, scale: float) -> tuple[LabelBook, Setting] | None:
    """The labels of a style where one px is so many pixels, and what the style comes to.

    None where its text is too large for masks, or nothing.
    """
    global _last
    last = _last
    if last is not None and last.style is style and last.scale == scale and last.setting.generation == generation():
        # Texts that are clipped or moved by themselves ask for each.
        return last.book, last.setting
    setting = setting_of(style)
    book = _book_of(setting, scale)
    if book is None:
        return None
    _last = Known(style, scale, setting, book)
    return book, setting


def _book_of(setting: Setting, scale: float) -> LabelBook | None:
    size_px, instance = setting.style.font.size_px, setting.first
    # As `masks_of` has it of a run.
    em_px = size_px * 1.0 / (SUBUNITS * instance.upem) * SUBUNITS * instance.upem * scale
    if not 0.0 < em_px <= LARGEST_EM:
        return None
    is_hinted = setting.style.text_rendering != "geometricPrecision"
    strike = strike_of(instance, max(round(em_px * SIZE_STEPS), 1), is_hinted)
    key = setting.line_key, scale, is_hinted
    found = _books.get(key)
    if found is None or found.strike is not strike:
        found = LabelBook(setting, strike, (scale, is_hinted))
        # A book keeps its strike alive, when the strikes have forgotten that one, too.
        _books.put(key, found, BOOK_BYTES + strike.nbytes)
    elif (nbytes := found.all_bytes) > found.counted:
        grown, found.counted = nbytes - found.counted, nbytes
        _books.put(key, found, grown)
    return found
