"""pieces: cuts texts of one font and style into pieces that are shaped once for all sizes.

    "score 0815" --characters that stand alone--> "score ", "0", "8", "1", "5" --joined--> as if shaped at once

A counter shows a new text each frame, but always of the same digits. HarfBuzz marks characters whose shapes depend on
their neighbours. A character that gets no mark, as most digits, has the same glyph, advance and offsets everywhere: it
"stands alone". A text is cut between two such characters. Each piece is shaped once, followed by one such character. If
that character or the first of the piece is marked all the same, the text is shaped as a whole.
tests/text/test_labels.py compares joined pieces with texts that are shaped as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple, cast

import numpy as np

from ..recent import Recent
from .glyphs import GlyphRun, Tables, shape_marked
from .instance import Instance
from .itemize import LATIN
from .pictures import has_colors
from .registry import emptied_on_removal
from .shape import RunKey, Setting, ShapedText, has_all

__all__ = ["Alphabet", "Piece", "alphabet_of", "composed", "pieces_of", "run_of"]

LONGEST_JOINED: Final = 256
"""Most characters of a text that is joined from pieces."""
SHORT_PIECE: Final = 2
"""Most characters of a piece that is shaped on its first use.

A longer piece is shaped on its second use, or if at most half of the characters of its text are in new pieces.
"""
MOST_PIECES: Final = 4096
"""How many pieces an alphabet caches."""
MOST_ALPHABETS: Final = 256
ROW: Final = 5
"""Numbers of a row of `Piece.rows`."""


class Piece(NamedTuple):
    """Glyphs in sequence with their positions in 1/64 font units, the same for all sizes.

    ``x`` is each glyph's position from the piece's start, ``y`` its height, ``advance`` the piece's width. ``opens``
    and ``closes`` say whether another piece may come before it and after it. ``length`` is its number of characters.
    ``rows`` has five int32 for each glyph: its number, its cluster, its advance and its offsets to the right and up.
    """

    glyphs: list[int]
    x: list[int]
    y: list[int]
    advance: int
    opens: bool
    closes: bool
    length: int
    rows: bytes


class Alphabet:
    """A font's characters that stand alone, as far as they are known yet, and its shaped pieces.

    Attributes
    ----------
    known : set of str
        The characters that were looked up so far: printable ASCII characters that the font has.
    """

    def __init__(self, setting: Setting) -> None:
        self._instance, self._language, self._features = setting.first, setting.style.language, setting.features
        self.known: set[str] = set()
        self._alone: set[str] = set()
        self._cut = re.compile(".+")
        self._pieces: dict[str, Piece] = {}
        self._used_once: set[str] = set()

    def pieces_of(self, text: str) -> list[Piece] | None:
        """Return the pieces of a text of known characters; None if the text has to be shaped as a whole."""
        cut = self._cut.findall(text)
        found = [*map(self._pieces.get, cut)]
        if None in found:
            missing = [number for number, piece in enumerate(found) if piece is None]
            is_few = 2 * sum(len(cut[number]) for number in missing) <= len(text)
            for number in missing:
                found[number] = piece = self._new_piece(cut[number], is_few)
                if piece is None:
                    return None
        pieces = cast("list[Piece]", found)
        for one, other in pairwise(pieces):
            if not (one.closes and other.opens):
                return None
        return pieces

    def learn(self, text: str) -> None:
        """Find out which characters of a text stand alone; the font must have them."""
        characters = set(text) - self.known
        for each in characters:
            if not self._tables(each)[5].any():
                self._alone.add(each)
        if self._alone:
            listed = re.escape("".join(sorted(self._alone)))
            alone, joined = f"[{listed}]", f"[^{listed}]"
            # Other characters take a neighbour on each side into their piece; one between two of them joins both.
            self._cut = re.compile(f"{alone}?{joined}+(?:{alone}{joined}+)*{alone}?|{alone}")
        # Assigned last: another thread that finds a character here uses `_cut` for it.
        self.known = self.known | characters

    def _tables(self, text: str) -> Tables:
        return shape_marked(text, self._instance, script=LATIN, language=self._language, features=self._features)

    def _new_piece(self, text: str, at_once: bool) -> Piece | None:
        """Shape a new piece; returns None on the first use of a long piece, unless it is to be shaped ``at_once``."""
        if len(text) > SHORT_PIECE and not at_once and text not in self._used_once:
            # Shaping with marks is slower than without, and most long pieces are used only once.
            if len(self._used_once) >= MOST_PIECES:
                self._used_once.clear()
            self._used_once.add(text)
            return None
        piece = self._shaped(text)
        if len(self._pieces) >= MOST_PIECES:
            self._pieces.clear()
        self._pieces[text] = piece
        return piece

    def _shaped(self, text: str) -> Piece:
        """Shape a text as one piece, if possible followed by a character that stands alone."""
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
        rows = np.empty((end, ROW), np.int32)
        for column, values in enumerate((glyphs, clusters, advances, x, y)):
            rows[:, column] = values[:end]
        lists = rows[:, 0].tolist(), starts.tolist(), rows[:, 4].tolist()
        return Piece(*lists, advance, opens, behind != "", count, rows.tobytes())


_alphabets: Recent[tuple[RunKey, Instance], Alphabet] = Recent(MOST_ALPHABETS)
emptied_on_removal(_alphabets.clear)


def alphabet_of(setting: Setting) -> Alphabet | None:
    """Return the alphabet of a resolved style; None if its texts are more than glyphs of one font side by side."""
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
    """Return the pieces of a text that is not empty; None if it has to be shaped as a whole."""
    if len(text) > LONGEST_JOINED:
        return None
    if not alphabet.known.issuperset(text):
        if not (text.isascii() and text.isprintable() and has_all(text, setting.choices[0], setting)):
            return None
        alphabet.learn(text)
    return alphabet.pieces_of(text)


def run_of(text: str, pieces: Sequence[Piece], instance: Instance) -> GlyphRun:
    """Join the pieces of a text to a run, as if it had been shaped as a whole."""
    rows = np.frombuffer(b"".join([piece.rows for piece in pieces]), np.int32).reshape(-1, ROW)
    count, firsts = 0, []
    for piece in pieces:
        firsts += [count] * len(piece.x)
        count += piece.length
    clusters = rows[:, 1] + np.array(firsts, np.int32)
    arrays = rows[:, 0], clusters, rows[:, 2], rows[:, 3], rows[:, 4]
    return GlyphRun(instance, 0, count, 0, 1.0, *arrays, False, text)


def composed(text: str, setting: Setting) -> ShapedText | None:
    """Return a text shaped by joining pieces; None if it has to be shaped as a whole."""
    alphabet = alphabet_of(setting) if text else None
    pieces = None if alphabet is None else pieces_of(text, alphabet, setting)
    if pieces is None:
        return None
    size_px = setting.style.font.size_px if setting.is_sized else None
    return ShapedText(text, (run_of(text, pieces, setting.first),), size_px)
