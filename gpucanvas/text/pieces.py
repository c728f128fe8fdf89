"""pieces: texts of one font and style are cut into pieces that are shaped once, and serve every size.

    "score 0815" --characters that stand alone--> "score ", "0", "8", "1", "5" --joined--> as if shaped at once

Numbers that count are never the same text twice. HarfBuzz marks the characters that its rules looked at together: one
that is shaped alone and bears no mark, as most digits do, has the same glyph, advance and offsets wherever it stands. A
text is cut between two such characters, and each piece is shaped once, with one such character behind it. Where that
one or the first bears a mark all the same, the text is shaped as a whole. tests/text/test_labels.py holds the joined
pieces to texts that are shaped whole.
"""

from __future__ import annotations

import re
from itertools import pairwise
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
FEW: Final = 2
"""Characters of a piece that is shaped when it is first asked for; longer ones are, the second time."""
MOST_PIECES: Final = 4096
"""Pieces that an alphabet keeps."""
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


class Alphabet:
    """Which characters of a font stand alone, as far as was asked; how texts are cut between them; and the pieces.

    Attributes
    ----------
    known : set of str
        The characters that were asked for: printable ones of ASCII, which the font has.
    """

    def __init__(self, setting: Setting) -> None:
        self._instance, self._language, self._features = setting.first, setting.style.language, setting.features
        self.known: set[str] = set()
        self._alone: set[str] = set()
        self._cut = re.compile(".+")
        self._pieces: dict[str, Piece] = {}
        self._asked: set[str] = set()

    def pieces_of(self, text: str) -> list[Piece] | None:
        """What a text of known characters is joined from; None where it is to be shaped whole."""
        cut = self._cut.findall(text)
        found = [*map(self._pieces.get, cut)]
        if None in found:
            for number, piece in enumerate(found):
                found[number] = piece = piece or self._new_piece(cut[number])
                if piece is None:
                    return None
        pieces = cast("list[Piece]", found)
        for one, other in pairwise(pieces):
            if not (one.closes and other.opens):
                return None
        return pieces

    def learn(self, text: str) -> None:
        """Know the characters of a text, which the font has."""
        characters = set(text) - self.known
        for each in characters:
            if not self._tables(each)[5].any():
                self._alone.add(each)
        if self._alone:
            listed = re.escape("".join(sorted(self._alone)))
            alone, joined = f"[{listed}]", f"[^{listed}]"
            # Others take a neighbour on either side with them: one that stands between two of them joins these.
            self._cut = re.compile(f"{alone}?{joined}+(?:{alone}{joined}+)*{alone}?|{alone}")
        # Last: another thread that knows a character cuts by it.
        self.known = self.known | characters

    def _tables(self, text: str) -> Tables:
        return shape_marked(text, self._instance, script=LATIN, language=self._language, features=self._features)

    def _new_piece(self, text: str) -> Piece | None:
        """A piece that is not here yet; None for a long one that nobody asked for before."""
        if len(text) > FEW and text not in self._asked:
            # To shape it with its marks takes longer than without, and most long ones never come again.
            if len(self._asked) >= MOST_PIECES:
                self._asked.clear()
            self._asked.add(text)
            return None
        piece = self._shaped(text)
        if len(self._pieces) >= MOST_PIECES:
            self._pieces.clear()
        self._pieces[text] = piece
        return piece

    def _shaped(self, text: str) -> Piece:
        """A text as one piece, shaped with a character behind it, where that one bears no mark."""
        count, behind = len(text), text[-1] if text[-1] in self._alone else ""
        glyphs, clusters, advances, x, y, marks = self._tables(text + behind)
        end = int(clusters.searchsorted(count))
        if behind and not (end < len(clusters) and int(clusters[end]) == count and not marks[end:].any()):
            behind = ""
            glyphs, clusters, advances, x, y, marks = self._tables(text)
            end = len(glyphs)
        opens = len(clusters) > 0 and int(clusters[0]) == 0 and not marks[0]
        ends = advances[:end].cumsum(dtype=np.int64)
        starts = ends - advances[:end] + x[:end]
        advance = int(ends[-1]) if end else 0
        return Piece(glyphs[:end].tolist(), starts.tolist(), y[:end].tolist(), advance, opens, behind != "")


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
    if len(text) > LONGEST_JOINED:
        return None
    if not alphabet.known.issuperset(text):
        if not (text.isascii() and text.isprintable() and has_all(text, setting.choices[0], setting)):
            return None
        alphabet.learn(text)
    return alphabet.pieces_of(text)
