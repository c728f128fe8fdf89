"""labels: texts of one style and one strike, packed as they are drawn, and found by the text alone.

    text --drawn before----------------------------> Label: glyphs, places, width
         --pieces that HarfBuzz lets stand alone---> joined from them, without shaping
         --else, by line.py and strike.py----------> and kept

Numbers that count are never the same text twice. HarfBuzz marks the characters that its rules looked at together: one
that is shaped alone and bears no mark, as most digits do, has the same glyph, advance and offsets wherever it stands. A
text is cut between two such characters, and each piece is shaped once, with one such character behind it. Where that
one or the first bears a mark all the same, the piece is not cut off. tests/text/test_labels.py holds the joined pieces
to texts that are shaped whole.
"""

from __future__ import annotations

import re
from array import array
from functools import partial
from typing import Any, Final, NamedTuple

from .glyphs import shape_marked
from .instance import SUBUNITS, Instance
from .itemize import LATIN
from .line import PlacedRun, line_of
from .pictures import has_colors
from .recent import Recent
from .shape import RunKey, Setting, has_all, setting_of
from .strike import LARGEST_EM, SIZE_STEPS, GlyphText, Strike, masks_of, strike_of
from .textstyle import TextStyle

__all__ = ["Label", "LabelBook", "book_of"]

MOST_BYTES: Final = 32 << 20
"""Bytes of all books that are kept; a book alone has half as much room."""
LABEL_BYTES, GLYPH_BYTES, BOOK_BYTES = 500, 21, 2000
"""About what a label takes, what a glyph of it takes, and what a book takes besides."""
LONGEST_LABEL: Final = 4000
"""Characters of a label: longer texts are cut to what is on the canvas."""
LONGEST_JOINED: Final = 256
"""Characters of a text that is joined from pieces."""
MOST_PIECES: Final = 4096
"""Pieces that a book keeps."""
MOST_ALPHABETS: Final = 256


class Label(NamedTuple):
    """A text as it is drawn: its glyphs, and how far it goes, px."""

    part: GlyphText
    width: float


class Piece(NamedTuple):
    """Glyphs that are placed one after another.

    ``numbers`` are those of the strike; ``x`` is where each is, from where the piece begins, and ``advance`` where it
    ends, in 1/64 of the font's units; ``y`` is in px. ``opens`` and ``closes`` say whether another may go before it,
    and behind it.
    """

    numbers: array[int]
    x: list[int]
    y: list[float]
    advance: int
    opens: bool
    closes: bool


class Alphabet:
    """Which characters of a font stand alone, as far as it was asked, and how texts are cut between them."""

    def __init__(self, setting: Setting) -> None:
        self._shaping = shaping_of(setting)
        self._instance = setting.first
        self._known: set[str] = set()
        self._alone: set[str] = set()
        self._cut = re.compile("")

    def last_alone(self, text: str) -> str:
        """The last character of a text if it stands alone, else nothing."""
        return text[-1] if text[-1] in self._alone else ""

    def pieces_of(self, text: str) -> list[str]:
        """A text of characters that the font has, cut where both characters stand alone."""
        if not self._known.issuperset(text):
            self._learn(set(text) - self._known)
        return self._cut.findall(text)

    def _learn(self, characters: set[str]) -> None:
        for each in characters:
            if not shape_marked(each, self._instance, **self._shaping)[5].any():
                self._alone.add(each)
        self._known = self._known | characters
        if not self._alone:
            self._cut = re.compile(".+")
            return
        listed = re.escape("".join(sorted(self._alone)))
        alone, joined = f"[{listed}]", f"[^{listed}]"
        # Others take a neighbour on either side with them: one that stands between two of them joins these.
        self._cut = re.compile(f"{alone}?{joined}+(?:{alone}{joined}+)*{alone}?|{alone}")


def shaping_of(setting: Setting) -> dict[str, Any]:
    """What `shape_marked` is told besides a text and its font."""
    return {"script": LATIN, "language": setting.style.language, "features": setting.features}


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
        self._pieces: dict[str, Piece] = {}
        self._others: dict[Strike, LabelBook] = {}
        self._elsewhere: dict[str, LabelBook] = {}
        self.find = self._labels.get
        self.nbytes = self.counted = BOOK_BYTES
        style = setting.style
        is_simple = is_first and not (style.letter_px or style.word_px or style.is_rtl) and style.caps == "normal"
        self._alphabet = alphabet_of(setting) if is_simple and not has_colors(setting.first) else None
        self._unit_px = style.font.size_px * 1.0 / (SUBUNITS * setting.first.upem)

    def make(self, text: str) -> Label | None:
        """The label of a text that is not here yet; None for one that is not drawn with this strike alone."""
        if not text or len(text) > LONGEST_LABEL or text in self._elsewhere:
            return None
        is_plain = self._alphabet is not None and len(text) <= LONGEST_JOINED and text.isascii() and text.isprintable()
        label = None
        if is_plain and has_all(text, self.setting.choices[0], self.setting):
            label = self._joined(text)
        label = label or self._whole(text)
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

    def _joined(self, text: str) -> Label | None:
        """A label of a text of letters that do not join and have no colours; None where one is too large for a mask."""
        assert self._alphabet is not None
        pieces = self._pieces_of(self._alphabet.pieces_of(text))
        if pieces is None:
            one = self._shaped(text)
            pieces = None if one is None else [one]
        if pieces is None:
            return None
        numbers, x, y, at = array("i"), [], [], 0
        for piece in pieces:
            numbers += piece.numbers
            x += [at + each for each in piece.x]
            y += piece.y
            at += piece.advance
        unit_px, size = self._unit_px, len(x)
        places = array("d", bytes(16 * size))
        places[0::2] = array("d", [each * unit_px for each in x])
        places[1::2] = array("d", y)
        runs = partial(runs_of, text, self.setting)
        return Label(GlyphText(self.strike, numbers.tobytes(), places.tobytes(), size, runs), at * unit_px)

    def _pieces_of(self, texts: list[str]) -> list[Piece] | None:
        """The pieces of a text; None where they may not be joined."""
        found, kept = [], self._pieces
        for number, text in enumerate(texts):
            piece = kept.get(text)
            if piece is None:
                piece = self._shaped(text) if len(texts) == 1 else self._new_piece(text)
                if piece is None:
                    return None
            if (number and not piece.opens) or (number < len(texts) - 1 and not piece.closes):
                return None
            found.append(piece)
        return found

    def _new_piece(self, text: str) -> Piece | None:
        """A piece of a text, with what may be joined to it; None where a glyph is too large for a mask."""
        assert self._alphabet is not None
        behind = self._alphabet.last_alone(text)
        piece = behind and self._shaped(text, behind)
        if not piece:
            piece = self._shaped(text)
        if piece is not None:
            if len(self._pieces) >= MOST_PIECES:
                self._pieces.clear()
            self._pieces[text] = piece
        return piece

    def _shaped(self, text: str, behind: str = "") -> Piece | None:
        """A text as one piece, shaped with a character behind it; None where that one bears a mark.

        None, too, where a glyph is too large for a mask.
        """
        setting, count = self.setting, len(text)
        glyphs, clusters, advances, x, y, marks = shape_marked(text + behind, setting.first, **shaping_of(setting))
        opens = len(clusters) > 0 and int(clusters[0]) == 0 and not marks[0]
        if behind:
            end = int(clusters.searchsorted(count))
            if not (end < len(clusters) and int(clusters[end]) == count and not marks[end:].any()):
                return None
            glyphs, advances, x, y = glyphs[:end], advances[:end], x[:end], y[:end]
        numbers = self.strike.numbers_of(glyphs.tolist())
        if numbers is None:
            return None
        ends = advances.cumsum(dtype="int64")
        starts, down = (ends - advances + x).tolist(), (y * -self._unit_px).tolist()
        advance = int(ends[-1]) if len(ends) else 0
        return Piece(array("i", numbers.tobytes()), starts, down, advance, opens, bool(behind))


def runs_of(text: str, setting: Setting) -> tuple[PlacedRun, ...]:
    """The one run of a text that `LabelBook` has joined from pieces."""
    return line_of(text, setting).placed


_alphabets: Recent[tuple[RunKey, Instance], Alphabet] = Recent(MOST_ALPHABETS)
_books: Recent[tuple[RunKey, float, bool], LabelBook] = Recent(MOST_BYTES)


def alphabet_of(setting: Setting) -> Alphabet:
    """The alphabet of what a style comes to."""
    key = setting.run_key, setting.first
    found = _alphabets.get(key)
    if found is None:
        found = Alphabet(setting)
        _alphabets.put(key, found)
    return found


def book_of(style: TextStyle, scale: float) -> LabelBook | None:
    """The labels of a style where one px is so many pixels; None where its text is too large for masks, or nothing."""
    setting = setting_of(style)
    size_px, instance = style.font.size_px, setting.first
    # As `masks_of` has it of a run.
    em_px = size_px * 1.0 / (SUBUNITS * instance.upem) * SUBUNITS * instance.upem * scale
    if not 0.0 < em_px <= LARGEST_EM:
        return None
    is_hinted = style.text_rendering != "geometricPrecision"
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
