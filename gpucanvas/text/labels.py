"""labels: cached texts of one style that are drawn with one strike, looked up by the text alone.

    text --drawn before----------------------------> GlyphText: glyphs, places, width
         --pieces.py-------------------------------> joined from pieces, without shaping
         --else, by line.py and glyphtexts.py------> and kept

Most texts of scripts whose letters do not join are made from pieces that were shaped before (pieces.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Final, NamedTuple, cast
from weakref import ref

from ..recent import RecentGrowing
from .glyphtexts import GLYPH_BYTES, GlyphText, masks_of
from .instance import SUBUNITS
from .line import PlacedRun, line_of
from .pieces import Piece, alphabet_of, pieces_of
from .registry import emptied_on_removal, generation
from .shape import RunKey, Setting, setting_of
from .strike import LARGEST_EM, MaskKey, Pen, Strike, Turn, steps_of, strike_of
from .textstyle import TextStyle

__all__ = ["LabelBook", "book_of"]

MOST_BYTES: Final = 64 << 20
"""Most bytes of all cached books, with their strikes, which a book keeps alive."""
MOST_BOOK_BYTES: Final = 16 << 20
"""Most bytes of a book's labels, and of the books of other strikes that it refers to."""
LABEL_BYTES, PIECE_BYTES, BOOK_BYTES = 500, 200, 2000
"""Approximate bytes of a label without its glyphs, of a piece and of each of its glyphs, and of an empty book."""
MOST_UNCOUNTED: Final = 64 << 10
"""Bytes that a book may grow by before its cache is told."""
LONGEST_LABEL: Final = 4000
"""Most characters of a label: longer texts are cut to the part on the canvas instead."""


class DrawnPiece(NamedTuple):
    """A piece that is drawn with a strike. It keeps the piece, whose id it is found by.

    Each of the ``glyphs`` is its place in 1/64 font units, its place down in px, and its number in the strike.
    """

    glyphs: list[tuple[int, float, int]]
    advance: int
    piece: Piece


class LabelBook:
    """The labels of a style that are drawn with one strike: its first font's or, in an `other` book, another font's.

    Attributes
    ----------
    setting, strike
        The resolved style, and the strike of its labels.
    labels : dict
        The labels that the book has, by their texts.
    """

    def __init__(
        self, setting: Setting, strike: Strike, mask_key: MaskKey, *, is_first: bool = True
    ) -> None:
        self.setting, self.strike, self._mask_key, self._is_first = setting, strike, mask_key, is_first
        self.labels: Final[dict[str, GlyphText]] = {}
        self._drawn: Final[dict[int, DrawnPiece]] = {}
        self._others: dict[Strike, LabelBook] = {}
        self._elsewhere: dict[str, LabelBook] = {}
        self.nbytes, self._uncounted = BOOK_BYTES, 0
        style = setting.style
        self._alphabet = alphabet_of(setting) if is_first else None
        self._unit_px = style.font.size_px * 1.0 / (SUBUNITS * setting.first.upem)

    def make(self, text: str) -> GlyphText | None:
        """Make the label of a new text; returns None if the text is not drawn with this strike alone."""
        if not text or len(text) > LONGEST_LABEL or text in self._elsewhere:
            return None
        pieces = pieces_of(text, self._alphabet, self.setting) if self._alphabet else None
        label = (pieces and self._joined(text, pieces)) or self._whole(text)
        if label is None or label.strike is not self.strike:
            return None
        self._count(self._keep(text, label))
        return label

    def other(self, text: str) -> LabelBook | None:
        """Return the book for a text that is drawn with one other strike alone, such as that of another script's font.

        None for a text with this strike, with several, or with none. Call it only on a book from `book_of`.
        """
        found = self._elsewhere.get(text)
        if found is None and 0 < len(text) <= LONGEST_LABEL:
            label = self._whole(text)
            if label is not None and label.strike is not self.strike:
                if self._others_bytes > MOST_BOOK_BYTES:
                    self._others, self._elsewhere = {}, {}
                strike = label.strike
                assert isinstance(strike, Strike)
                found = self._others.get(strike)
                if found is None:
                    found = self._others[strike] = LabelBook(self.setting, strike, self._mask_key, is_first=False)
                self._elsewhere[text] = found
                self._count(found._keep(text, label))
        return found

    @property
    def all_bytes(self) -> int:
        """Approximate bytes of this book, of its strike, and of the books of other strikes that it refers to."""
        return self.nbytes + self.strike.nbytes + self._others_bytes

    @property
    def _others_bytes(self) -> int:
        # Listed first: another thread may add a book meanwhile.
        return sum(each.all_bytes for each in list(self._others.values())) if self._others else 0

    def _keep(self, text: str, label: GlyphText) -> int:
        """Add a label; returns its approximate bytes."""
        nbytes = LABEL_BYTES + GLYPH_BYTES * label.size + len(text)
        self.nbytes += nbytes
        if self.nbytes > MOST_BOOK_BYTES:
            self.labels.clear()
            self._drawn.clear()
            self.nbytes = BOOK_BYTES
        self.labels[text] = label
        return nbytes

    def _count(self, nbytes: int) -> None:
        """Note that this book has grown, and have the cache weigh it from time to time."""
        self._uncounted += nbytes
        if self._uncounted > MOST_UNCOUNTED and self._is_first:
            self._uncounted = 0
            _books.add((self.setting.line_key, self._mask_key), self)

    def _whole(self, text: str) -> GlyphText | None:
        """Make a label from a text's line; returns None if the line is not drawn with this strike alone."""
        line = line_of(text, self.setting, is_whole=True)
        found = masks_of(line, self._mask_key)
        only = None if found is None else found.only
        return None if only is None else only._replace(width=line.width)

    def _joined(self, text: str, pieces: Sequence[Piece]) -> GlyphText | None:
        """Make a label from shaped pieces; returns None if a glyph is too large for a mask."""
        known = self._drawn
        drawn = [*map(known.get, map(id, pieces))]
        if None in drawn:
            # All glyphs are loaded at once.
            if self.strike.numbers_of([*chain.from_iterable(piece.glyphs for piece in pieces)]) is None:
                return None
            drawn = [known.get(id(piece)) or self._draw(piece) for piece in pieces]
        numbers: list[float] = []
        at, unit_px = 0, self._unit_px
        for glyphs, advance, _ in cast("list[DrawnPiece]", drawn):
            for x, y_px, number in glyphs:
                numbers += (at + x) * unit_px, y_px, number
            at += advance
        return GlyphText.packed(self.strike, array("d", numbers), at * unit_px, partial(runs_of, text, self.setting))

    def _draw(self, piece: Piece) -> DrawnPiece:
        """Find the numbers of a piece's glyphs in the strike."""
        numbers, heights = self.strike.numbered(piece.glyphs), [y * -self._unit_px for y in piece.y]
        drawn = DrawnPiece([*zip(piece.x, heights, numbers, strict=True)], piece.advance, piece)
        self._drawn[id(piece)] = drawn
        self.nbytes += PIECE_BYTES * (1 + len(numbers))
        return drawn


def runs_of(text: str, setting: Setting) -> tuple[PlacedRun, ...]:
    """Return the single run of a text that `LabelBook` has joined from pieces."""
    return line_of(text, setting).placed


_books: RecentGrowing[tuple[RunKey, MaskKey], LabelBook] = RecentGrowing(MOST_BYTES, lambda book: book.all_bytes)


class Known(NamedTuple):
    """The book and setting of a style under a transform and with a pen, valid until fonts are added or removed.

    The book is a weak reference: only `_books`, which is bounded, keeps books.
    """

    style: TextStyle
    setting: Setting
    book: ref[LabelBook]


_known: Final[dict[tuple[int, float, Pen | None, Turn | None], Known]] = {}
"""The books asked for last, by a style's id, scale, pen and turn. An entry keeps its style, and so the id, alive."""
MOST_KNOWN: Final = 64


def _clear() -> None:
    """Drop all cached books."""
    _known.clear()
    _books.clear()


emptied_on_removal(_clear)


def book_of(
    style: TextStyle, scale: float, pen: Pen | None = None, turn: Turn | None = None
) -> tuple[LabelBook, Setting] | None:
    """Return the book of a style at a scale (pixels per px of height), and the resolved style.

    None if text of this size is too large for masks, or has no size.
    """
    key = id(style), scale, pen, turn
    last = _known.get(key)
    if last is not None and last.setting.generation == generation():
        # Programs that clip, move or align each text separately ask for the same few books again and again.
        same = last.book()
        if same is not None:
            return same, last.setting
    setting = setting_of(style)
    book = _book_of(setting, scale, pen, turn)
    if book is None:
        return None
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[key] = Known(style, setting, ref(book))
    return book, setting


def _book_of(setting: Setting, scale: float, pen: Pen | None, turn: Turn | None) -> LabelBook | None:
    size_px, instance = setting.style.font.size_px, setting.first
    # The same product as in `masks_of`, so that the strike is the same to the last bit.
    em_px = size_px * 1.0 / (SUBUNITS * instance.upem) * SUBUNITS * instance.upem * scale
    if not 0.0 < em_px <= LARGEST_EM:
        return None
    mask_key = MaskKey(scale, setting.style.text_rendering != "geometricPrecision", pen, turn)
    strike = strike_of(instance, steps_of(em_px), *mask_key[1:])
    key = setting.line_key, mask_key
    found = _books.get(key)
    if found is None or found.strike is not strike:
        found = LabelBook(setting, strike, mask_key)
        _books.add(key, found)
    return found
