"""pieces: texts of one font and style are cut into pieces that are shaped once, and serve every size.

    "score 0815" --characters that stand alone--> "score ", "0", "8", "1", "5" --joined--> as if shaped at once

Numbers that count are never the same text twice. HarfBuzz marks the characters that its rules looked at together: one
that is shaped alone and bears no mark, as most digits do, has the same glyph, advance and offsets wherever it stands. A
text is cut between two such characters, and each piece is shaped once: with one such character behind it, or with the
whole text, where most of it is new. Where the mark of a piece says otherwise, the text is shaped as a whole.
tests/text/test_labels.py holds the joined pieces to texts that are shaped whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple, cast

import numpy as np

from .glyphs import Tables, shape_marked
from .instance import Instance
from .itemize import LATIN
from .pictures import has_colors
from .recent import Recent
from .shape import RunKey, Setting, has_all

__all__ = ["Alphabet", "Piece", "alphabet_of", "pieces_of"]

LONGEST_JOINED: Final = 256
"""Characters of a text that is joined from pieces."""
LONGEST_KEPT: Final = 32
"""Characters of a piece that is kept."""
MOST_PIECES: Final = 4096
"""Pieces that an alphabet keeps."""
MOST_CHARACTERS: Final = 100_000
"""Characters of all texts that are kept whole: a glyph takes about 100 bytes."""
MOST_ALPHABETS: Final = 256


class Piece(NamedTuple):
    """Glyphs that are placed one after another, in 1/64 of the font's units: the same for all sizes.

    ``x`` is where each is, from where the piece begins, ``y`` how far up, and ``advance`` where the piece ends.
    ``opens`` and ``closes`` say whether another may go before it, and behind it.
    """

    glyphs: list[int]
    x: list[int]
    y: list[int]
    advance: int
    opens: bool
    closes: bool


class Shaped:
    """A shaped text, from which pieces are taken."""

    def __init__(self, tables: Tables) -> None:
        glyphs, self._clusters, advances, x, y, self._marks = tables
        ends = advances.cumsum(dtype=np.int64)
        self._glyphs, self._x, self._y = glyphs.tolist(), (ends - advances + x).tolist(), y.tolist()
        self._ends = [0, *ends.tolist()]

    def starts(self, characters: Sequence[int]) -> list[int]:
        """The first glyph of each character, or -1 where it has none of its own or where that one bears a mark."""
        count, clusters, marks = len(self._glyphs), self._clusters, self._marks
        found = clusters.searchsorted(characters).tolist()
        return [
            first if first == count or (clusters[first] == character and not marks[first]) else -1
            for first, character in zip(found, characters, strict=True)
        ]

    def piece(self, first: int, end: int, opens: bool, closes: bool) -> Piece:
        """The glyphs from one to before another."""
        left = self._ends[first]
        x = [each - left for each in self._x[first:end]]
        return Piece(self._glyphs[first:end], x, self._y[first:end], self._ends[end] - left, opens, closes)


class Alphabet:
    """Which characters of a font stand alone, as far as was asked; how texts are cut between them; and the pieces."""

    def __init__(self, setting: Setting) -> None:
        self._instance, self._language, self._features = setting.first, setting.style.language, setting.features
        self._known: set[str] = set()
        self._alone: set[str] = set()
        self._cut = re.compile("")
        self._pieces: dict[str, Piece] = {}

    def pieces_of(self, text: str) -> list[Piece]:
        """The pieces that a text of characters that the font has is joined from."""
        if not self._known.issuperset(text):
            self._learn(set(text) - self._known)
        cut = self._cut.findall(text)
        found = [*map(self._pieces.get, cut)]
        missing = found.count(None)
        if missing > 1:
            return [self._whole(text, cut)]
        if missing:
            number = found.index(None)
            found[number] = self._new_piece(cut[number])
        pieces = cast("list[Piece]", found)
        for one, other in pairwise(pieces):
            if not (one.closes and other.opens):
                return [self._whole(text, [])]
        return pieces

    def _learn(self, characters: set[str]) -> None:
        for each in characters:
            if not self._tables(each)[5].any():
                self._alone.add(each)
        self._known = self._known | characters
        if not self._alone:
            self._cut = re.compile(".+")
            return
        listed = re.escape("".join(sorted(self._alone)))
        alone, joined = f"[{listed}]", f"[^{listed}]"
        # Others take a neighbour on either side with them: one that stands between two of them joins these.
        self._cut = re.compile(f"{alone}?{joined}+(?:{alone}{joined}+)*{alone}?|{alone}")

    def _tables(self, text: str) -> Tables:
        return shape_marked(text, self._instance, script=LATIN, language=self._language, features=self._features)

    def _new_piece(self, text: str) -> Piece:
        """A piece of a text, shaped with a character behind it, where nothing is looked at across both."""
        behind = text[-1] if text[-1] in self._alone else ""
        shaped = Shaped(self._tables(text + behind))
        first, end = shaped.starts((0, len(text)))
        if end < 0:
            behind, shaped = "", Shaped(self._tables(text))
            first, end = shaped.starts((0, len(text)))
        piece = shaped.piece(0, end, first == 0, behind != "")
        self._keep(text, piece)
        return piece

    def _whole(self, text: str, cut: Sequence[str]) -> Piece:
        """A text as one piece."""
        key = text, self
        found = _wholes.get(key)
        if found is None:
            found = self._shaped_at_once(text, cut)
            _wholes.put(key, found, len(text) + 1)
        return found

    def _shaped_at_once(self, text: str, cut: Sequence[str]) -> Piece:
        """The same, shaped; of what it is cut into, the pieces that no rule looked out of are kept."""
        shaped = Shaped(self._tables(text))
        starts = shaped.starts([0, *accumulate(map(len, cut))])
        # What stands behind the last piece is not known.
        for part, (first, end) in zip(cut[:-1], pairwise(starts[:-1]), strict=True):
            if first >= 0 and end >= 0:
                self._keep(part, shaped.piece(first, end, opens=True, closes=True))
        (end,) = shaped.starts((len(text),))
        return shaped.piece(0, end, opens=False, closes=False)

    def _keep(self, text: str, piece: Piece) -> None:
        if len(text) > LONGEST_KEPT:
            return
        if len(self._pieces) >= MOST_PIECES:
            self._pieces.clear()
        self._pieces[text] = piece


_wholes: Recent[tuple[str, Alphabet], Piece] = Recent(MOST_CHARACTERS)
_alphabets: Recent[tuple[RunKey, Instance], Alphabet] = Recent(MOST_ALPHABETS)


def alphabet_of(setting: Setting) -> Alphabet | None:
    """The alphabet of what a style comes to; None where its texts are more than glyphs of one font side by side."""
    style = setting.style
    if style.letter_px or style.word_px or style.is_rtl or style.caps != "normal" or has_colors(setting.first):
        return None
    key = setting.run_key, setting.first
    found = _alphabets.get(key)
    if found is None:
        found = Alphabet(setting)
        _alphabets.put(key, found)
    return found


def pieces_of(text: str, alphabet: Alphabet, setting: Setting) -> list[Piece] | None:
    """The pieces of any text but an empty one; None where it is to be shaped as a whole."""
    if len(text) > LONGEST_JOINED or not (text.isascii() and text.isprintable()):
        return None
    return alphabet.pieces_of(text) if has_all(text, setting.choices[0], setting) else None
