"""trim: sets adjacent full-width punctuation at half width (CSS Text 4, `text-spacing-trim: normal`).

    ...漢」「漢...  --kinds of characters, in this font--> CLOSE, OPEN: the OPEN one is set in half its width
         | '-- its ink is in its right half
         '---- its ink is in its left half

As in browsers, it uses the font's feature `chws`, which does all of this, or else its half widths, `halt`, for the
characters found here. Fonts with neither feature keep full widths.

https://drafts.csswg.org/css-text-4/#text-spacing-trim-property
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Final, NamedTuple

from .extent import extent_of
from .glyphs import buffer_here, shape_buffer
from .instance import Instance
from .registry import emptied_on_removal
from .textstyle import Features

__all__ = ["NO_TRIM", "Trim", "has_pairs", "is_pair", "trim_of"]

FULL_WIDTH: Final = (
    "\u3001\u3002\u3008-\u3011\u3014-\u301b\u301d-\u301f"
    "\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff3b\uff3d\uff5b\uff5d\uff5f\uff60\u2018\u2019\u201c\u201d"
)
"""Characters that may be set at half width."""
PAIR: Final = re.compile(f"[{FULL_WIDTH}](?=[^\\w\\s]|\u3000)|[^\\w\\s](?=[{FULL_WIDTH}])|\u3000(?=[{FULL_WIDTH}])")
"""A character that may make a pair with the next one, of which one is set at half width."""
BLOCKS: Final = (0x3000, 0x303F), (0xFF00, 0xFF60)
"""The blocks of full-width brackets: CJK Symbols and Punctuation, and Halfwidth and Fullwidth Forms."""
SPACE: Final = "\u3000"
DOTS, QUOTES, COLONS = "\u3001\u3002\uff0c\uff0e", "\u2018\u2019\u201c\u201d", "\uff1a\uff1b"
MIDDLES: Final = "\u00b7\u2027\u30fb"
BY_FONT: Final = (*DOTS, *QUOTES, *COLONS, *MIDDLES)
"""Characters whose width and side depend on the font and the language."""
OWN_FEATURES: Final = frozenset(("halt", "chws", "palt"))
"""Features for widths. If a program sets one of them, nothing is trimmed."""
SCRIPT: Final = "Hani"


class Kind(Enum):
    """A character's kind: full-width with space before its ink, after it, or on both sides; or narrow."""

    OTHER = auto()
    OPEN = auto()
    CLOSE = auto()
    MIDDLE = auto()
    NARROW_OPEN = auto()
    NARROW_CLOSE = auto()


BEFORE_OPEN: Final = frozenset((Kind.OPEN, Kind.MIDDLE, Kind.CLOSE, Kind.NARROW_OPEN))
"""Kinds after which an opening character is set at half width."""
BEHIND_CLOSE: Final = frozenset((Kind.CLOSE, Kind.MIDDLE, Kind.NARROW_CLOSE))
"""Kinds before which a closing character is set at half width."""


class Trim(NamedTuple):
    """Arguments for shaping a run: ranges (start, end) of characters at half width, and features."""

    halves: tuple[tuple[int, int], ...]
    features: Features


NO_TRIM: Final = Trim((), ())


class Widths(NamedTuple):
    """A font's support for half-width punctuation: its features, and the kinds of its characters."""

    has_halves: bool
    is_contextual: bool
    kinds: dict[str, Kind]


def is_pair(text: str, index: int) -> bool:
    """Whether a character may make a pair with the character before it."""
    return 0 < index < len(text) and PAIR.match(text, index - 1) is not None


def has_pairs(text: str, start: int, end: int) -> bool:
    """Whether there may be a pair among the characters from ``start`` to ``end`` and their neighbours."""
    return not text.isascii() and PAIR.search(text, max(start - 1, 0), end + 1) is not None


def trim_of(text: str, start: int, end: int, first: int, instance: Instance, language: str, given: Features) -> Trim:
    """Return the trimming of the characters from ``start`` to ``end``; ``first`` is the index of the line's first one.

    ``given`` are the features that the program sets.
    """
    if not has_pairs(text, max(start, first + 1), end):
        return NO_TRIM
    if any(tag in OWN_FEATURES for tag, _ in given):
        return NO_TRIM
    widths = widths_of(instance, language)
    if widths.is_contextual:
        return Trim((), (("chws", 1),))
    if not widths.has_halves:
        return NO_TRIM
    kinds = widths.kinds
    low, high = max(start - 1, first), min(end + 1, len(text))
    found, before = [], Kind.OTHER
    for index in range(low, high):
        kind = kinds.get(text[index]) or kind_of(text[index])
        if kind is Kind.OPEN and before in BEFORE_OPEN:
            found.append(index)
        elif before is Kind.CLOSE and kind in BEHIND_CLOSE:
            found.append(index - 1)
        before = kind
    return Trim(tuple((index, index + 1) for index in found if start <= index < end), ())


@lru_cache(4096)
def kind_of(character: str) -> Kind:
    """Return a character's kind in any font."""
    if character == SPACE:
        return Kind.MIDDLE
    is_full = any(low <= ord(character) <= high for low, high in BLOCKS)
    category = unicodedata.category(character)
    if category == "Ps":
        return Kind.OPEN if is_full else Kind.NARROW_OPEN
    if category == "Pe":
        return Kind.CLOSE if is_full else Kind.NARROW_CLOSE
    return Kind.OTHER


@lru_cache(256)
def widths_of(instance: Instance, language: str) -> Widths:
    """Return a font's support for half-width punctuation in a language."""
    tags = features_of_positions(instance.face)
    kinds: dict[str, Kind] = {}
    if "halt" in tags and "chws" not in tags:
        glyphs = {each: glyph_of(each, instance, language) for each in BY_FONT}
        kinds.update((each, side_of(instance, glyphs[each])) for each in (*DOTS, *COLONS))
        if len({kinds[each] for each in DOTS if glyphs[each]}) > 1:
            kinds.update(dict.fromkeys(DOTS, Kind.OTHER))
        is_wide = all(is_full_width(instance, glyphs[each]) for each in QUOTES)
        for opening in QUOTES[::2]:
            kinds[opening] = Kind.OPEN if is_wide else Kind.NARROW_OPEN
        for closing in QUOTES[1::2]:
            kinds[closing] = Kind.CLOSE if is_wide else Kind.NARROW_CLOSE
        for middle in MIDDLES:
            kinds[middle] = Kind.MIDDLE if is_full_width(instance, glyphs[middle]) else Kind.OTHER
    return Widths("halt" in tags, "chws" in tags, kinds)


emptied_on_removal(widths_of.cache_clear)


def features_of_positions(face: Any) -> set[str]:
    """Return the positioning features of a HarfBuzz face, of all scripts and languages."""
    found: set[str] = set()
    for script in range(len(face.get_table_script_tags("GPOS"))):
        found.update(face.get_language_feature_tags("GPOS", script))
    return found


def glyph_of(character: str, instance: Instance, language: str) -> int:
    """Return the glyph of a character in a language; 0 if there is none."""
    buffer = buffer_here()
    buffer.add_str(character)
    glyphs = shape_buffer(buffer, instance, SCRIPT, 0, language, ())[0]
    return int(glyphs[0]) if len(glyphs) == 1 else 0


def side_of(instance: Instance, glyph: int) -> Kind:
    """Return the kind of a full-width glyph by the side of its ink."""
    box = extent_of(instance, glyph) if glyph else ()
    if not box:
        return Kind.OTHER
    left, _, right, _ = box
    half = instance.upem / 2
    if right <= half:
        return Kind.CLOSE
    return Kind.MIDDLE if right - left <= half and left >= half / 2 else Kind.OTHER


def is_full_width(instance: Instance, glyph: int) -> bool:
    """Whether a glyph's advance is 1 em."""
    return glyph != 0 and round(instance.advance(glyph)) == instance.upem
